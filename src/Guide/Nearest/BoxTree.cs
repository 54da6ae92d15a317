namespace Tambo.Guide.Nearest;

/// <summary>
/// A static tree over points of the unit sphere, laid out for vector instructions: leaves of 32 points, nodes of 16 boxes.
/// Level 0 are the leaves in kd-order; node n of level L holds the boxes of nodes 16n..16n+15 of level L-1, so no pointers
/// are needed. Immutable once built.
/// </summary>
internal sealed class BoxTree
{
    public const int LeafSize = 32;
    public const int Fan = 16;

    // Coordinates of a leaf: x[32] y[32] z[32]; an empty slot is NaN, which is within no distance.
    public required float[] Points { get; init; }

    /// <summary>Row ids, 32 for each leaf.</summary>
    public required int[] Ids { get; init; }

    /// <summary>For each level above the leaves, the boxes of each node: least x[16], greatest x[16], then y and z alike.</summary>
    public required float[][] Boxes { get; init; }

    /// <summary>How many leaves (level 0) or nodes (levels above) there are; the last level has one.</summary>
    public required int[] Counts { get; init; }

    /// <summary>What is open in each hour.</summary>
    public required HourBits Open { get; init; }

    /// <summary>What is open or unknown in each hour; the same object as <see cref="Open"/> when nothing is unknown.</summary>
    public required HourBits OpenOrUnknown { get; init; }

    public int TopLevel => Counts.Length - 1;

    /// <summary>A bit for each child that exists of a node.</summary>
    public uint ChildrenOf(int level, int node)
    {
        var children = Math.Min(Fan, Counts[level - 1] - node * Fan);
        return (1u << children) - 1;
    }

    public HourBits? BitsFor(OpeningNeed need) => need switch
    {
        OpeningNeed.Open => Open,
        OpeningNeed.OpenOrUnknown => OpenOrUnknown,
        _ => null,
    };
}

/// <summary>
/// For each hour of the week and each leaf a bit for each of its points; for each node above a bit for each of its children
/// with anything below. Stored hour by hour, so that a search at one hour touches a few cache lines.
/// </summary>
internal sealed class HourBits
{
    private readonly uint[][] levels;
    private readonly int[] counts;

    private HourBits(uint[][] levels, int[] counts) => (this.levels, this.counts) = (levels, counts);

    public uint Of(int level, int node, int hour) => levels[level][hour * counts[level] + node];

    /// <summary>Builds from the masks of the points in the tree's order; <paramref name="counts"/> as in <see cref="BoxTree.Counts"/>.</summary>
    public static HourBits Build(ReadOnlySpan<WeekMask> masks, int[] counts)
    {
        var words = new uint[counts.Length][];
        words[0] = new uint[WeekMask.Hours * counts[0]];
        for (var i = 0; i < masks.Length; i++)
            masks[i].Spread(words[0], counts[0], i / BoxTree.LeafSize, 1u << (i % BoxTree.LeafSize));
        for (var level = 1; level < counts.Length; level++)
            words[level] = AnyBelow(words[level - 1], counts[level - 1], counts[level]);
        return new HourBits(words, counts);
    }

    private static uint[] AnyBelow(uint[] below, int belowCount, int count)
    {
        var bits = new uint[WeekMask.Hours * count];
        for (var hour = 0; hour < WeekMask.Hours; hour++)
            for (var child = 0; child < belowCount; child++)
                if (below[hour * belowCount + child] != 0)
                    bits[hour * count + child / BoxTree.Fan] |= 1u << (child % BoxTree.Fan);
        return bits;
    }
}
