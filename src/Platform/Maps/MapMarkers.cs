using System.Globalization;
using Tambo.Platform.Places;

namespace Tambo.Platform.Maps;

/// <summary>A numbered point of a list that stands beside the map.</summary>
/// <param name="Number">Its number in the list.</param>
/// <param name="Latitude">Degrees.</param>
/// <param name="Longitude">Degrees.</param>
/// <param name="Label">What it is, for the tooltip and for a screen reader.</param>
/// <param name="Href">Where the number leads; by default <c>#s</c> and the number.</param>
/// <param name="Approximate">True when only the neighbourhood is known.</param>
public sealed record MapPoint(int Number, double Latitude, double Longitude, string Label, string? Href = null, bool Approximate = false)
{
    internal GeoPoint Point => new(Latitude, Longitude);

    internal string Link => Href ?? string.Create(CultureInfo.InvariantCulture, $"#s{Number}");
}

/// <summary>A number on the map, or several that would cover each other.</summary>
/// <param name="Text">For example <c>4</c> or <c>1–3</c>.</param>
/// <param name="X">Pixels.</param>
/// <param name="Y">Pixels.</param>
/// <param name="Points">The points it stands for, by number.</param>
internal sealed record MapMarker(string Text, int X, int Y, IReadOnlyList<MapPoint> Points)
{
    /// <summary>Half a marker's height in pixels: a finger hits 24 of them (WCAG 2.2, 2.5.8).</summary>
    internal const int Radius = 12;

    /// <summary>Half its width: room for about seven pixels a character.</summary>
    internal int HalfWidth => Math.Max(Radius, ((Text.Length * 7) + 12) / 2);

    internal bool Covers(MapMarker other) =>
        Math.Abs(X - other.X) < HalfWidth + other.HalfWidth && Math.Abs(Y - other.Y) < 2 * Radius;
}

/// <summary>Places numbers on a map and joins those that would cover each other.</summary>
internal static class MapMarkers
{
    private const int LongestText = 8;

    internal static IReadOnlyList<MapMarker> Place(MapView view, IEnumerable<MapPoint> points)
    {
        var markers = points.OrderBy(p => p.Number).Select(p => At(view, view.ToPixel(p.Point), [p])).ToList();
        while (NearestCovering(markers) is var (first, second))
        {
            MapMarker a = markers[first], b = markers[second];
            double whole = a.Points.Count + b.Points.Count;
            var middle = (
                ((a.X * a.Points.Count) + (b.X * b.Points.Count)) / whole,
                ((a.Y * a.Points.Count) + (b.Y * b.Points.Count)) / whole);
            markers[first] = At(view, middle, [.. a.Points.Concat(b.Points).OrderBy(p => p.Number)]);
            markers.RemoveAt(second);
        }

        return markers;
    }

    /// <summary>Numbers as a person writes them: <c>1–3, 7</c>.</summary>
    internal static string Ranges(IReadOnlyList<int> ordered)
    {
        var text = new List<string>();
        for (var i = 0; i < ordered.Count;)
        {
            var end = i;
            while (end + 1 < ordered.Count && ordered[end + 1] <= ordered[end] + 1)
                end++;
            text.Add(ordered[end] == ordered[i]
                ? string.Create(CultureInfo.InvariantCulture, $"{ordered[i]}")
                : string.Create(CultureInfo.InvariantCulture, $"{ordered[i]}–{ordered[end]}"));
            i = end + 1;
        }

        return string.Join(", ", text);
    }

    private static MapMarker At(MapView view, (double X, double Y) place, IReadOnlyList<MapPoint> points)
    {
        var text = Ranges([.. points.Select(p => p.Number)]);
        if (text.Length > LongestText)
            text = Shortened(text.Split(',')[0], points);
        var marker = new MapMarker(text, 0, 0, points);
        return marker with
        {
            X = Inside(place.X, marker.HalfWidth, view.Width),
            Y = Inside(place.Y, MapMarker.Radius, view.Height),
        };
    }

    /// <summary>The first numbers and how many more there are: <c>6–8 +2</c>. The tooltip names them all.</summary>
    private static string Shortened(string first, IReadOnlyList<MapPoint> points)
    {
        var ends = first.Split('–');
        var last = int.Parse(ends[^1], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{first} +{points.Count(p => p.Number > last)}");
    }

    private static int Inside(double at, int half, int size) =>
        (int)Math.Round(Math.Clamp(at, Math.Min(half, size / 2.0), Math.Max(size - half, size / 2.0)));

    private static (int First, int Second)? NearestCovering(List<MapMarker> markers)
    {
        (int, int)? nearest = null;
        var least = long.MaxValue;
        for (var i = 0; i < markers.Count; i++)
        {
            for (var j = i + 1; j < markers.Count; j++)
            {
                if (!markers[i].Covers(markers[j]))
                    continue;
                long x = markers[i].X - markers[j].X, y = markers[i].Y - markers[j].Y;
                if ((x * x) + (y * y) is var away && away < least)
                    (least, nearest) = (away, (i, j));
            }
        }

        return nearest;
    }
}
