namespace Tambo.Platform.Maps;

/// <summary>Everything that a map shows, ready to be written as SVG: a pure function of its points and its size.</summary>
/// <param name="Land">SVG path data in whole pixels.</param>
/// <param name="Markers">The numbers.</param>
/// <param name="Approximate">Where only the neighbourhood of a point is known, in pixels.</param>
/// <param name="Scale">The scale bar, where one length is right for the whole map.</param>
/// <param name="Labels">A few place names.</param>
internal sealed record MapDrawing(
    string Land,
    IReadOnlyList<MapMarker> Markers,
    IReadOnlyList<(int X, int Y)> Approximate,
    ScaleBar? Scale,
    IReadOnlyList<PlaceLabel> Labels)
{
    /// <summary>Draws the points; those without a position are left out, they stand in the list all the same.</summary>
    internal static MapDrawing Of(IEnumerable<MapPoint> points, int width, int height)
    {
        var placed = points.Where(p => p.Point.IsPosition).ToList();
        var view = MapView.Fit([.. placed.Select(p => p.Point)], width, height);
        var markers = MapMarkers.Place(view, placed);
        var scale = ScaleBar.Of(view);
        var approximate = placed.Where(p => p.Approximate).Select(p => view.ToPixel(p.Point))
            .Select(p => ((int)Math.Round(p.X), (int)Math.Round(p.Y)));
        return new MapDrawing(
            LandPath.Draw(view), markers, [.. approximate.Distinct()], scale, PlaceLabels.Choose(view, markers, scale));
    }
}
