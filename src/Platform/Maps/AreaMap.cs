using Tambo.Platform.Places;

namespace Tambo.Platform.Maps;

/// <summary>
/// The land of an area, and the way from degrees to its pixels, for a device that puts the points on it by itself: a point's
/// x is (mercator x - Left) * Scale, its y (mercator y - Top) * Scale, on a Mercator world of size one.
/// </summary>
/// <param name="Land">SVG path data in whole pixels.</param>
/// <param name="Left">Of the left edge, in billionths of the world's width.</param>
/// <param name="Top">Of the upper edge, in billionths of the world's height.</param>
/// <param name="Scale">Pixels for the width of the world, whole.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record AreaMap(string Land, long Left, long Top, long Scale, int Width, int Height)
{
    private const double Billion = 1_000_000_000;

    /// <summary>The closest map that holds all points.</summary>
    public static AreaMap Of(IReadOnlyCollection<GeoPoint> points, int width, int height)
    {
        var view = MapView.Fit(points, width, height);
        var left = WebMercator.X(view.West);
        return new AreaMap(
            LandPath.Draw(view),
            (long)Math.Round(left * Billion),
            (long)Math.Round(WebMercator.Y(view.North) * Billion),
            (long)Math.Round(width / (WebMercator.X(view.East) - left)),
            width,
            height);
    }
}
