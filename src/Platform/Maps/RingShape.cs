namespace Tambo.Platform.Maps;

/// <summary>What a closed line goes through on its way to the page: cut to a box, thinned to what the eye can see.</summary>
internal static class RingShape
{
    /// <summary>
    /// The part of a polygon inside a box (Sutherland and Hodgman, 1974). Parts that fall apart stay joined along the
    /// edges of the box, which therefore must lie outside what is seen.
    /// </summary>
    internal static List<(double X, double Y)> Clip(List<(double X, double Y)> ring, double west, double south, double east, double north)
    {
        // Most rings lie wholly on the kept side of most edges.
        if (ring.Exists(p => p.X < west))
            ring = CutAt(ring, p => p.X - west);
        if (ring.Exists(p => p.X > east))
            ring = CutAt(ring, p => east - p.X);
        if (ring.Exists(p => p.Y < south))
            ring = CutAt(ring, p => p.Y - south);
        return ring.Exists(p => p.Y > north) ? CutAt(ring, p => north - p.Y) : ring;
    }

    /// <summary>
    /// Leaves out points that lie off the line by no more than a tolerance (Ramer 1972, Douglas and Peucker 1973). The
    /// ring is closed: its last point is joined to its first.
    /// </summary>
    internal static List<(double X, double Y)> Simplify(List<(double X, double Y)> ring, double tolerance)
    {
        var keep = new bool[ring.Count];
        var open = new Stack<(int First, int Last)>();
        if (ring.Count > 0)
        {
            keep[0] = true;
            open.Push((0, ring.Count));
        }

        while (open.TryPop(out var piece))
        {
            var farthest = tolerance;
            var at = -1;
            for (var i = piece.First + 1; i < piece.Last; i++)
            {
                var away = Distance(ring[i], ring[piece.First], ring[piece.Last % ring.Count]);
                if (away > farthest)
                    (farthest, at) = (away, i);
            }

            if (at < 0)
                continue;
            keep[at] = true;
            open.Push((piece.First, at));
            open.Push((at, piece.Last));
        }

        return [.. ring.Where((_, i) => keep[i])];
    }

    /// <summary>Whole pixels, without neighbours that fell together; the area in square pixels is told with them.</summary>
    internal static (List<(int X, int Y)> Points, double Area) Round(List<(double X, double Y)> ring)
    {
        var rounded = new List<(int X, int Y)>(ring.Count);
        foreach (var (x, y) in ring)
        {
            var point = ((int)Math.Round(x), (int)Math.Round(y));
            if (rounded.Count == 0 || rounded[^1] != point)
                rounded.Add(point);
        }

        if (rounded.Count > 1 && rounded[0] == rounded[^1])
            rounded.RemoveAt(rounded.Count - 1);
        long twice = 0;
        for (var i = 0; i < rounded.Count; i++)
        {
            var (a, b) = (rounded[i], rounded[(i + 1) % rounded.Count]);
            twice += ((long)a.X * b.Y) - ((long)b.X * a.Y);
        }

        return (rounded, Math.Abs(twice) / 2.0);
    }

    /// <summary>Keeps the side of a straight line where the measure is not negative.</summary>
    private static List<(double X, double Y)> CutAt(List<(double X, double Y)> ring, Func<(double X, double Y), double> inside)
    {
        var kept = new List<(double X, double Y)>(ring.Count);
        for (var i = 0; i < ring.Count; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Count]);
            double before = inside(a), after = inside(b);
            if (before >= 0)
                kept.Add(a);
            if (before >= 0 != after >= 0)
            {
                var way = before / (before - after);
                kept.Add((a.X + (way * (b.X - a.X)), a.Y + (way * (b.Y - a.Y))));
            }
        }

        return kept;
    }

    /// <summary>From a point to the line through two others; to the point itself where they fall together.</summary>
    private static double Distance((double X, double Y) point, (double X, double Y) a, (double X, double Y) b)
    {
        double x = b.X - a.X, y = b.Y - a.Y;
        var length = Math.Sqrt((x * x) + (y * y));
        return length == 0
            ? Math.Sqrt(((point.X - a.X) * (point.X - a.X)) + ((point.Y - a.Y) * (point.Y - a.Y)))
            : Math.Abs(((point.X - a.X) * y) - ((point.Y - a.Y) * x)) / length;
    }
}
