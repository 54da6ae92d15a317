using System.Globalization;
using System.Text;

namespace Tambo.Platform.Maps;

/// <summary>The land of a view as one SVG path with whole numbers.</summary>
internal static class LandPath
{
    /// <summary>Pixels beyond the edge at which land is cut, so that the cut's own line is not seen.</summary>
    private const int Margin = 4;

    /// <summary>Pixels that a thinned line may lie off the outline.</summary>
    private const double Tolerance = 0.6;

    /// <summary>Square pixels below which an island is left out.</summary>
    private const double SmallestIsland = 1;

    internal static string Draw(MapView view)
    {
        double beyondX = Margin * (view.East - view.West) / view.Width, beyondY = Margin * (view.North - view.South) / view.Height;
        double west = view.West - beyondX, east = view.East + beyondX;
        // A degree of latitude is not equally high everywhere on the map; twice the mean is far enough out.
        double south = view.South - (2 * beyondY), north = view.North + (2 * beyondY);
        var path = new StringBuilder();
        foreach (var ring in Outlines.For(view))
        {
            if (ring.South > north || ring.North < south)
                continue;
            // A view beside or across the antimeridian sees the world once more, a turn to the left or right.
            for (var turn = -360; turn <= 360; turn += 360)
            {
                if (ring.West + turn <= east && ring.East + turn >= west)
                    Append(path, view, RingShape.Clip(Turned(ring, turn), west, south, east, north));
            }
        }

        return path.ToString();
    }

    private static List<(double X, double Y)> Turned(OutlineRing ring, int turn)
    {
        var points = new List<(double X, double Y)>(ring.Count);
        for (var i = 0; i < ring.Count; i++)
        {
            var (latitude, longitude) = ring[i];
            points.Add((longitude + turn, latitude));
        }

        return points;
    }

    private static void Append(StringBuilder path, MapView view, List<(double X, double Y)> degrees)
    {
        var pixels = degrees.ConvertAll(p => view.Project(p.Y, p.X));
        var (points, area) = RingShape.Round(RingShape.Simplify(pixels, Tolerance));
        if (points.Count < 3 || area < SmallestIsland)
            return;
        path.Append('M');
        Write(path, points[0], first: true);
        path.Append('l');
        for (var i = 1; i < points.Count; i++)
            Write(path, (points[i].X - points[i - 1].X, points[i].Y - points[i - 1].Y), first: i == 1);
        path.Append('z');
    }

    /// <summary>A minus sign separates as well as a space does.</summary>
    private static void Write(StringBuilder path, (int X, int Y) pair, bool first)
    {
        if (!first && pair.X >= 0)
            path.Append(' ');
        path.Append(CultureInfo.InvariantCulture, $"{pair.X}");
        if (pair.Y >= 0)
            path.Append(' ');
        path.Append(CultureInfo.InvariantCulture, $"{pair.Y}");
    }
}
