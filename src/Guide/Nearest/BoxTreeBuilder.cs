using System.Numerics;

namespace Tambo.Guide.Nearest;

/// <summary>A point of the unit sphere on its way into a tree, with the index of its entry.</summary>
internal record struct TreePoint(float X, float Y, float Z, int Entry)
{
    public readonly float On(int axis) => axis switch { 0 => X, 1 => Y, _ => Z };
}

/// <summary>Orders points into a kd-tree's leaves and draws the boxes above them.</summary>
internal static class BoxTreeBuilder
{
    /// <summary>Builds a tree of these points, which it reorders; at least one is needed.</summary>
    public static BoxTree Build(Span<TreePoint> points, IReadOnlyList<NearestEntry> entries)
    {
        Order(points);
        var counts = Counts(points.Length);
        var coordinates = new float[counts[0] * BoxTree.LeafSize * 3];
        var ids = new int[counts[0] * BoxTree.LeafSize];
        Array.Fill(coordinates, float.NaN);
        var open = new WeekMask[points.Length];
        var openOrUnknown = new WeekMask[points.Length];
        var anyUnknown = false;
        for (var i = 0; i < points.Length; i++)
        {
            var entry = entries[points[i].Entry];
            ids[i] = entry.Id;
            open[i] = entry.Open;
            openOrUnknown[i] = entry.Open | entry.Unknown;
            anyUnknown |= !entry.Unknown.IsEmpty;
            for (var axis = 0; axis < 3; axis++)
                coordinates[(i / BoxTree.LeafSize * 3 + axis) * BoxTree.LeafSize + i % BoxTree.LeafSize] = points[i].On(axis);
        }
        var openBits = HourBits.Build(open, counts);
        return new BoxTree
        {
            Points = coordinates,
            Ids = ids,
            Counts = counts,
            Boxes = Boxes(points, counts),
            Open = openBits,
            OpenOrUnknown = anyUnknown ? HourBits.Build(openOrUnknown, counts) : openBits,
        };
    }

    private static int[] Counts(int points)
    {
        var counts = new List<int> { (points + BoxTree.LeafSize - 1) / BoxTree.LeafSize };
        while (counts[^1] > 1)
            counts.Add((counts[^1] + BoxTree.Fan - 1) / BoxTree.Fan);
        return [.. counts];
    }

    /// <summary>Splits at the widest axis; the left part takes a power of two of full leaves, so that nodes of 16 are whole subtrees.</summary>
    private static void Order(Span<TreePoint> points)
    {
        while (points.Length > BoxTree.LeafSize)
        {
            var leaves = (uint)(points.Length + BoxTree.LeafSize - 1) / BoxTree.LeafSize;
            var left = (int)(BitOperations.RoundUpToPowerOf2(leaves) / 2) * BoxTree.LeafSize;
            Select(points, left, WidestAxis(points));
            Order(points[left..]);
            points = points[..left];
        }
    }

    private static int WidestAxis(ReadOnlySpan<TreePoint> points)
    {
        Vector3 least = new(float.PositiveInfinity), greatest = new(float.NegativeInfinity);
        foreach (var point in points)
        {
            var position = new Vector3(point.X, point.Y, point.Z);
            least = Vector3.Min(least, position);
            greatest = Vector3.Max(greatest, position);
        }
        var width = greatest - least;
        if (width.X >= width.Y && width.X >= width.Z)
            return 0;
        return width.Y >= width.Z ? 1 : 2;
    }

    /// <summary>Puts the <paramref name="rank"/> least on an axis first (quickselect, C. A. R. Hoare, CACM 4, 1961, 321).</summary>
    private static void Select(Span<TreePoint> points, int rank, int axis)
    {
        int from = 0, to = points.Length - 1;
        while (from < to)
        {
            var pivot = MedianOfThree(points[from].On(axis), points[(from + to) / 2].On(axis), points[to].On(axis));
            int low = from, high = to;
            while (low <= high)
            {
                while (points[low].On(axis) < pivot)
                    low++;
                while (points[high].On(axis) > pivot)
                    high--;
                if (low > high)
                    break;
                (points[low], points[high]) = (points[high], points[low]);
                low++;
                high--;
            }
            if (rank <= high)
                to = high;
            else if (rank >= low)
                from = low;
            else
                return;
        }
    }

    private static float MedianOfThree(float a, float b, float c) =>
        Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));

    private static float[][] Boxes(ReadOnlySpan<TreePoint> points, int[] counts)
    {
        var boxes = new float[counts.Length - 1][];
        var (least, greatest) = LeafBoxes(points, counts[0]);
        for (var level = 1; level < counts.Length; level++)
        {
            boxes[level - 1] = new float[counts[level] * BoxTree.Fan * 6];
            var aboveLeast = new Vector3[counts[level]];
            var aboveGreatest = new Vector3[counts[level]];
            Array.Fill(aboveLeast, new Vector3(float.PositiveInfinity));
            Array.Fill(aboveGreatest, new Vector3(float.NegativeInfinity));
            for (var child = 0; child < counts[level - 1]; child++)
            {
                var node = child / BoxTree.Fan;
                aboveLeast[node] = Vector3.Min(aboveLeast[node], least[child]);
                aboveGreatest[node] = Vector3.Max(aboveGreatest[node], greatest[child]);
                for (var axis = 0; axis < 3; axis++)
                {
                    var at = (node * 6 + axis * 2) * BoxTree.Fan + child % BoxTree.Fan;
                    boxes[level - 1][at] = least[child][axis];
                    boxes[level - 1][at + BoxTree.Fan] = greatest[child][axis];
                }
            }
            (least, greatest) = (aboveLeast, aboveGreatest);
        }
        return boxes;
    }

    private static (Vector3[] Least, Vector3[] Greatest) LeafBoxes(ReadOnlySpan<TreePoint> points, int leaves)
    {
        var least = new Vector3[leaves];
        var greatest = new Vector3[leaves];
        Array.Fill(least, new Vector3(float.PositiveInfinity));
        Array.Fill(greatest, new Vector3(float.NegativeInfinity));
        for (var i = 0; i < points.Length; i++)
        {
            var leaf = i / BoxTree.LeafSize;
            var position = new Vector3(points[i].X, points[i].Y, points[i].Z);
            least[leaf] = Vector3.Min(least[leaf], position);
            greatest[leaf] = Vector3.Max(greatest[leaf], position);
        }
        return (least, greatest);
    }
}
