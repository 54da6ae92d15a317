using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Tambo.Guide.Nearest;

/// <summary>
/// One walk down a tree, nearest box first. The float distance to a box is never above that to a point in it, as both are
/// computed by the same operations and float rounding keeps order; so boxes beyond the limit hold no candidate.
/// Vector512 runs as two or four narrower halves on processors without it.
/// </summary>
internal ref struct NearestSearch<TFilter>
    where TFilter : struct, INearestFilter
{
    public Candidates Candidates;

    private readonly Vector512<float> x;
    private readonly Vector512<float> y;
    private readonly Vector512<float> z;
    private readonly OpeningNeed need;
    private readonly int hour;
    private readonly TFilter filter;
    private BoxTree tree;
    private HourBits? bits;
    private bool mayMeetAgain;

    public NearestSearch(in SpherePoint from, in NearestQuery query, TFilter filter, Candidates candidates)
    {
        x = Vector512.Create((float)from.X);
        y = Vector512.Create((float)from.Y);
        z = Vector512.Create((float)from.Z);
        need = query.Opening;
        hour = query.HourOfWeek;
        this.filter = filter;
        Candidates = candidates;
        tree = null!;
    }

    /// <summary>Adds what a tree holds; <paramref name="another"/> says that rows of other trees searched may be in it too.</summary>
    public void Walk(BoxTree through, bool another)
    {
        tree = through;
        bits = through.BitsFor(need);
        mayMeetAgain = another;
        Visit(through.TopLevel, 0);
    }

    [SkipLocalsInit]
    private void Visit(int level, int node)
    {
        if (level == 0)
        {
            ScanLeaf(node);
            return;
        }
        var remaining = tree.ChildrenOf(level, node);
        if (bits is not null)
            remaining &= bits.Of(level, node, hour);
        var near = DistancesToBoxes(tree.Boxes[level - 1], node * BoxTree.Fan * 6);
        Span<float> distances = stackalloc float[BoxTree.Fan];
        near.CopyTo(distances);
        while (true)
        {
            remaining &= Within(near);
            if (remaining == 0)
                return;
            var child = Least(distances, remaining);
            remaining &= ~(1u << child);
            Visit(level - 1, node * BoxTree.Fan + child);
        }
    }

    private static int Least(ReadOnlySpan<float> distances, uint among)
    {
        var least = BitOperations.TrailingZeroCount(among);
        for (among &= among - 1; among != 0; among &= among - 1)
        {
            var next = BitOperations.TrailingZeroCount(among);
            if (distances[next] < distances[least])
                least = next;
        }
        return least;
    }

    [SkipLocalsInit]
    private void ScanLeaf(int leaf)
    {
        var at = leaf * BoxTree.LeafSize * 3;
        var first = DistancesToPoints(tree.Points, at);
        var second = DistancesToPoints(tree.Points, at + Vector512<float>.Count);
        var near = Within(first) | (Within(second) << Vector512<float>.Count);
        if (bits is not null)
            near &= bits.Of(0, leaf, hour);
        if (near == 0)
            return;

        Span<float> distances = stackalloc float[BoxTree.LeafSize];
        first.CopyTo(distances);
        second.CopyTo(distances[Vector512<float>.Count..]);
        for (; near != 0; near &= near - 1)
        {
            var slot = BitOperations.TrailingZeroCount(near);
            if (distances[slot] <= Candidates.Limit)
                Consider(tree.Ids[leaf * BoxTree.LeafSize + slot], distances[slot]);
        }
    }

    private void Consider(int id, float chordSquared)
    {
        if (mayMeetAgain && Candidates.Contains(id))
            return;
        if (need != OpeningNeed.Any)
        {
            var state = filter.StateOf(id);
            if (state == OpenState.Closed || (state == OpenState.Unknown && need == OpeningNeed.Open))
                return;
        }
        if (filter.Accepts(id))
            Candidates.Add(id, chordSquared);
    }

    private readonly uint Within(Vector512<float> distances) =>
        (uint)Vector512.LessThanOrEqual(distances, Vector512.Create(Candidates.Limit)).ExtractMostSignificantBits();

    private readonly Vector512<float> DistancesToPoints(float[] points, int at)
    {
        var dx = Vector512.Create(points, at) - x;
        var dy = Vector512.Create(points, at + BoxTree.LeafSize) - y;
        var dz = Vector512.Create(points, at + 2 * BoxTree.LeafSize) - z;
        return dx * dx + dy * dy + dz * dz;
    }

    private readonly Vector512<float> DistancesToBoxes(float[] boxes, int at)
    {
        var dx = Outside(boxes, at, x);
        var dy = Outside(boxes, at + 2 * BoxTree.Fan, y);
        var dz = Outside(boxes, at + 4 * BoxTree.Fan, z);
        return dx * dx + dy * dy + dz * dz;
    }

    /// <summary>How far outside [least, greatest] a coordinate lies; 0 inside.</summary>
    private static Vector512<float> Outside(float[] boxes, int at, Vector512<float> position)
    {
        var below = Vector512.Create(boxes, at) - position;
        var above = position - Vector512.Create(boxes, at + BoxTree.Fan);
        return Vector512.MaxNative(Vector512.MaxNative(below, above), Vector512<float>.Zero);
    }
}
