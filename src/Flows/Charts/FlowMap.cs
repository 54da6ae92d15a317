using Tambo.Platform.Maps;
using Tambo.Platform.Places;

namespace Tambo.Flows.Charts;

/// <summary>A movement between two places on a map.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends.</param>
/// <param name="Value">How many, which is how wide it is.</param>
/// <param name="Colour">Its colour, by number.</param>
/// <param name="Words">What is said of it where somebody points at it.</param>
public sealed record MapRibbon(GeoPoint From, GeoPoint To, long Value, int Colour, string Words);

/// <summary>A mark on a map.</summary>
/// <param name="At">Where it is.</param>
/// <param name="Value">How much, which is how large it is; zero for a name alone.</param>
/// <param name="Words">Its name, or what is said of it where somebody points at it.</param>
public sealed record MapSpot(GeoPoint At, long Value, string Words)
{
    /// <summary>True when it may be more: nobody knows how many.</summary>
    public bool IsOpen { get; init; }
}

/// <summary>Draws movements and marks on the outlines of countries; pure but for the shipped outlines.</summary>
internal static class FlowMap
{
    private const double Widest = 16;
    private const double LargestSpot = 22;

    /// <summary>Ribbons by size with the names of their places; returns the height that they take.</summary>
    public static double Draw(SvgPaper paper, IReadOnlyList<MapRibbon> ribbons, IReadOnlyList<MapSpot> names, double top)
    {
        var ground = Ground.Of(paper, [.. ribbons.SelectMany(ribbon => (GeoPoint[])[ribbon.From, ribbon.To])], top);
        ground.DrawLand();
        var most = ribbons.Count == 0 ? 1 : ribbons.Max(ribbon => ribbon.Value);
        // The widest below, so that none is hidden.
        foreach (var ribbon in ribbons.OrderByDescending(ribbon => ribbon.Value))
            Ribbon(paper, ground.Of(ribbon.From), ground.Of(ribbon.To), ribbon, Math.Max(1.2, ribbon.Value * (paper.Size.IsNarrow ? Widest * 0.6 : Widest) / most));
        ground.Name(names);
        return top + ground.Height + 6;
    }

    /// <summary>Marks by size; those that lie close to each other are one. None may lie outside of the others' surroundings (<see cref="Near"/>).</summary>
    public static double Draw(SvgPaper paper, IReadOnlyList<MapSpot> spots, double top, Func<IReadOnlyList<MapSpot>, string> words)
    {
        var ground = Ground.Of(paper, [.. spots.Select(spot => spot.At)], top);
        ground.DrawLand();
        var cell = paper.Size.IsNarrow ? 9 : 12;
        var near = spots.GroupBy(spot => ground.Of(spot.At) is var (x, y) ? ((int)Math.Floor(x / cell), (int)Math.Floor(y / cell)) : default)
            .Select(group => (At: (X: group.Average(spot => ground.Of(spot.At).X), Y: group.Average(spot => ground.Of(spot.At).Y)), Value: group.Sum(spot => spot.Value), Spots: group.ToList())).OrderByDescending(group => group.Value).ToList();
        var most = Math.Max(1, near.Count == 0 ? 1 : near[0].Value);
        foreach (var (at, value, together) in near)
            paper.Spot(at.X, at.Y, 2 + ((paper.Size.IsNarrow ? LargestSpot * 0.6 : LargestSpot) * Math.Sqrt((double)value / most)), 5, words(together));
        return top + ground.Height + 6;
    }

    /// <summary>
    /// The marks without those that lie far from all others, which would make the map one of the world: a report with a wrong
    /// position is left to its table. Far is more than half the middle span of the others beyond their ends (after Tukey's fences,
    /// on the middle 98 in 100).
    /// </summary>
    public static IReadOnlyList<MapSpot> Near(IReadOnlyList<MapSpot> spots)
    {
        if (spots.Count < 50)
            return spots;
        var (south, north) = Fences(spots.Select(spot => spot.At.Latitude));
        var (west, east) = Fences(spots.Select(spot => spot.At.Longitude));
        return [.. spots.Where(spot => spot.At.Latitude >= south && spot.At.Latitude <= north && spot.At.Longitude >= west && spot.At.Longitude <= east)];
    }

    private static (double Least, double Most) Fences(IEnumerable<double> values)
    {
        var ordered = values.Order().ToList();
        var (low, high) = (ordered[ordered.Count / 100], ordered[ordered.Count - 1 - (ordered.Count / 100)]);
        return (low - ((high - low) / 2), high + ((high - low) / 2));
    }

    // A curve that leaves the straight line to the right of its way, so that both ways between two places are seen; its end is an arrow.
    private static void Ribbon(SvgPaper paper, (double X, double Y) from, (double X, double Y) to, MapRibbon ribbon, double width)
    {
        double dx = to.X - from.X, dy = to.Y - from.Y;
        var length = Math.Max(1, Math.Sqrt((dx * dx) + (dy * dy)));
        var (midX, midY) = (((from.X + to.X) / 2) - (dy * 0.2), ((from.Y + to.Y) / 2) + (dx * 0.2));
        // The way on which it arrives.
        double ax = to.X - midX, ay = to.Y - midY;
        var arrives = Math.Max(1, Math.Sqrt((ax * ax) + (ay * ay)));
        (ax, ay) = (ax / arrives, ay / arrives);
        var head = Math.Min(length * 0.4, 5 + width);
        var (endX, endY) = (to.X - (ax * head), to.Y - (ay * head));
        paper.Path($"M{N(from.X)} {N(from.Y)}Q{N(midX)} {N(midY)} {N(endX)} {N(endY)}", Ink.Ribbon, ribbon.Colour, width, ribbon.Words);
        var half = (width / 2) + 2.5;
        paper.Path($"M{N(to.X)} {N(to.Y)}L{N(endX - (ay * half))} {N(endY + (ax * half))}L{N(endX + (ay * half))} {N(endY - (ax * half))}Z", Ink.Bar, ribbon.Colour);
    }

    private static string N(double value) => SvgPaper.Number(value);

    // The land of a view, and where its points lie on the paper.
    private sealed class Ground(SvgPaper paper, MapView view, AreaMap map, double top)
    {
        public double Height => map.Height;

        public static Ground Of(SvgPaper paper, IReadOnlyCollection<GeoPoint> points, double top)
        {
            // As high as the points ask for: a map that is too wide for them shows other continents.
            var width = paper.Size.Width;
            var near = MapView.Fit(points, width, width);
            var pixels = points.Select(near.ToPixel).ToList();
            double wide = pixels.Count == 0 ? 1 : pixels.Max(at => at.X) - pixels.Min(at => at.X), high = pixels.Count == 0 ? 1 : pixels.Max(at => at.Y) - pixels.Min(at => at.Y);
            var height = (int)(width * Math.Clamp((high + 60) / (wide + 60), 0.6, 1.25));
            return new Ground(paper, MapView.Fit(points, width, height), AreaMap.Of(points, width, height), top);
        }

        public (double X, double Y) Of(GeoPoint point) => view.ToPixel(point) is var (x, y) ? (x, y + top) : default;

        // Land is drawn in its own pixels and moved down below what stands above it.
        public void DrawLand() => paper.Land(map.Land, top, map.Width, map.Height);

        // The first names are those of the largest; one that would cover another is left to the table.
        public void Name(IEnumerable<MapSpot> names)
        {
            var taken = new List<(double Left, double Top, double Right, double Bottom)>();
            foreach (var name in names)
            {
                var (x, y) = Of(name.At);
                var half = SvgPaper.WidthOf(name.Words, heading: true) / 2;
                x = Math.Clamp(x, half + 2, map.Width - half - 2);
                var box = (Left: x - half, Top: y - 20, Right: x + half, Bottom: y - 4);
                if (taken.Exists(other => box.Left < other.Right && box.Right > other.Left && box.Top < other.Bottom && box.Bottom > other.Top))
                    continue;
                taken.Add(box);
                paper.Words(x, y - 7, "middle", name.Words, Ink.Heading);
            }
        }
    }
}
