using Tambo.Platform.Places;

namespace Tambo.Platform.Maps;

/// <summary>A closed line around land.</summary>
/// <param name="Country">ISO 3166-1 alpha-2, or empty.</param>
/// <param name="Points">Latitude and longitude by turns, in steps.</param>
/// <param name="Steps">Steps in a degree.</param>
internal sealed record OutlineRing(string Country, int[] Points, double Steps)
{
    internal double South { get; } = Points.Where((_, i) => i % 2 == 0).Min() / Steps;

    internal double North { get; } = Points.Where((_, i) => i % 2 == 0).Max() / Steps;

    internal double West { get; } = Points.Where((_, i) => i % 2 == 1).Min() / Steps;

    internal double East { get; } = Points.Where((_, i) => i % 2 == 1).Max() / Steps;

    internal int Count => Points.Length / 2;

    internal (double Latitude, double Longitude) this[int index] =>
        (Points[2 * index] / Steps, Points[(2 * index) + 1] / Steps);
}

/// <summary>The outlines of countries (Natural Earth, public domain), as fine as the size of a map asks for.</summary>
internal static class Outlines
{
    /// <summary>Views narrower than this, in degrees, are drawn from the finest outlines.</summary>
    private const double CloseUp = 4;

    /// <summary>Views wider than this are drawn from the coarsest.</summary>
    private const double Continent = 70;

    private static readonly Lazy<OutlineRing[]> Finest = new(() => Read("americas-10m.csv", 1000));
    private static readonly Lazy<OutlineRing[]> Fine = new(() => Read("americas-50m.csv", 100));
    private static readonly Lazy<OutlineRing[]> Coarse = new(() => Read("world-110m.csv", 100));

    /// <summary>The rings to draw in a view; those that lie outside it are among them.</summary>
    internal static IEnumerable<OutlineRing> For(MapView view)
    {
        var wide = view.East - view.West;
        if (wide > Continent)
            return Coarse.Value;
        return Completed(wide < CloseUp ? Finest.Value : Fine.Value);
    }

    /// <summary>The whole world, as fine as a map that can be moved needs.</summary>
    internal static IEnumerable<OutlineRing> Everywhere() => Completed(Fine.Value);

    private static IEnumerable<OutlineRing> Completed(OutlineRing[] detailed)
    {
        var covered = detailed.Select(r => r.Country).ToHashSet(StringComparer.Ordinal);
        return detailed.Concat(Coarse.Value.Where(r => !covered.Contains(r.Country)));
    }

    internal static OutlineRing[] Read(string file, double steps)
    {
        var table = ShippedTable.Read("outlines", file);
        int country = table.Column("country"), ring = table.Column("ring");
        return [.. table.Rows.Select(row => new OutlineRing(row[country], Decode(row[ring]), steps))];
    }

    /// <summary>
    /// Google's encoded polyline: differences of latitude and longitude by turns, sign in the lowest bit, five bits a
    /// character from the lowest on, 32 added where more follow, and 63 to make it printable.
    /// </summary>
    internal static int[] Decode(string text)
    {
        var points = new List<int>();
        int value = 0, shift = 0, latitude = 0, longitude = 0;
        foreach (var letter in text)
        {
            var bits = letter - 63;
            value |= (bits & 31) << shift;
            shift += 5;
            if (bits >= 32)
                continue;
            var difference = (value & 1) == 0 ? value >> 1 : ~(value >> 1);
            points.Add(points.Count % 2 == 0 ? latitude += difference : longitude += difference);
            value = shift = 0;
        }

        return [.. points];
    }
}
