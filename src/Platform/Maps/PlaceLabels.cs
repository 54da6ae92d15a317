using Tambo.Platform.Places;

namespace Tambo.Platform.Maps;

/// <summary>A place name on the map.</summary>
/// <param name="Text">The name.</param>
/// <param name="DotX">The place itself, pixels.</param>
/// <param name="DotY">The place itself, pixels.</param>
/// <param name="X">Where the text begins, or ends when it stands to the left.</param>
/// <param name="Y">Its base line.</param>
/// <param name="EndsThere">True when the text ends at X.</param>
internal sealed record PlaceLabel(string Text, int DotX, int DotY, int X, int Y, bool EndsThere);

/// <summary>Chooses a few place names that cover neither each other nor the numbers, the largest places first.</summary>
internal static class PlaceLabels
{
    private const int Most = 6;

    /// <summary>Places considered; in a dense city most of them are districts that fall on the numbers.</summary>
    private const int Candidates = 80;

    /// <summary>Pixels: mean width of a character at eleven pixels, height of a line, distance of the text from its dot.</summary>
    private const double Character = 6.2;
    private const int Line = 13, Away = 5;

    internal static IReadOnlyList<PlaceLabel> Choose(MapView view, IEnumerable<MapMarker> markers, ScaleBar? scale)
    {
        var taken = markers.Select(m => Box.Around(m.X, m.Y, m.HalfWidth + 1, MapMarker.Radius + 1)).ToList();
        if (scale is not null)
            taken.Add(new Box(0, view.Height - 24, scale.Pixels + 20, view.Height));
        var places = Gazetteer.Within(
            new GeoPoint(view.South, Wrapped(view.West)), new GeoPoint(view.North, Wrapped(view.East)), Candidates);
        var labels = new List<PlaceLabel>();
        foreach (var place in places.Where(p => p.Population is not null))
        {
            if (labels.Count == Most)
                break;
            var (x, y) = view.ToPixel(place.Point);
            if (Fit(place.Name, (int)Math.Round(x), (int)Math.Round(y), view, taken) is var (label, box))
            {
                labels.Add(label);
                taken.Add(box);
            }
        }

        return labels;
    }

    /// <summary>To the right of the dot, else to its left; nothing when both are taken.</summary>
    private static (PlaceLabel Label, Box Box)? Fit(string name, int x, int y, MapView view, List<Box> taken)
    {
        var wide = (int)Math.Ceiling(name.Length * Character);
        foreach (var left in new[] { false, true })
        {
            var start = left ? x - Away - wide : x - Away;
            var box = new Box(start, y - (Line / 2), start + wide + (2 * Away), y + (Line / 2));
            if (box.Left < 0 || box.Right > view.Width || box.Top < 0 || box.Bottom > view.Height || taken.Exists(box.Meets))
                continue;
            return (new PlaceLabel(name, x, y, left ? x - Away : x + Away, y + 4, left), box);
        }

        return null;
    }

    private static double Wrapped(double longitude) => longitude - (360 * Math.Floor((longitude + 180) / 360));

    private readonly record struct Box(int Left, int Top, int Right, int Bottom)
    {
        internal static Box Around(int x, int y, int halfWidth, int halfHeight) =>
            new(x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight);

        internal bool Meets(Box other) =>
            Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
