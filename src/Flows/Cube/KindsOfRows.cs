using System.Runtime.InteropServices;

namespace Tambo.Flows.Cube;

/// <summary>What a row has to do with others.</summary>
internal enum Relation
{
    /// <summary>It is part of a total.</summary>
    PartOf,

    /// <summary>It is a total that its parts come to.</summary>
    WholeOf,

    /// <summary>It is a total of more than its parts.</summary>
    TotalOf,

    /// <summary>It may be a total, or not.</summary>
    InDoubt,

    /// <summary>Others break down the same people; it goes before them.</summary>
    Same,

    /// <summary>Others break down the same people; they go before it.</summary>
    SameBetter,

    /// <summary>Others break down what may be the same people; it goes before them.</summary>
    Other,

    /// <summary>Others break down what may be the same people; they go before it.</summary>
    OtherBetter,
}

/// <summary>The kinds of rows that there are, numbered from 1; 0 is a row that does not stand. A kind grows by one relation after the other, always in the same order.</summary>
internal sealed class KindsOfRows
{
    private readonly List<(int Before, Relation Relation, int Bits)> steps = [default];
    private readonly Dictionary<int, int> ofPattern = [];
    private readonly Dictionary<(int Kind, Relation Relation, int Bits), int> next = [];

    /// <summary>The kind of rows of a pattern that have to do with no others.</summary>
    public int Of(int pattern)
    {
        ref var kind = ref CollectionsMarshal.GetValueRefOrAddDefault(ofPattern, pattern, out var again);
        return again ? kind : kind = Add((0, default, pattern));
    }

    /// <summary>The kind of rows that have one relation more.</summary>
    public int With(int kind, Relation relation, int bits)
    {
        ref var more = ref CollectionsMarshal.GetValueRefOrAddDefault(next, (kind, relation, bits), out var again);
        return again ? more : more = Add((kind, relation, bits));
    }

    /// <summary>All kinds in the order of their numbers.</summary>
    public IReadOnlyList<TotalsAndParts.Kind> All() => [.. steps.Select((_, kind) => Made(kind))];

    private int Add((int Before, Relation Relation, int Bits) step)
    {
        steps.Add(step);
        return steps.Count - 1;
    }

    private TotalsAndParts.Kind Made(int kind)
    {
        var said = new List<(Relation Relation, int Bits)>();
        for (; steps[kind].Before != 0; kind = steps[kind].Before)
            said.Add((steps[kind].Relation, steps[kind].Bits));
        int[] BitsOf(Relation relation) => [.. said.Where(one => one.Relation == relation).Select(one => one.Bits)];
        OtherBreakdown[] Others(Relation relation, bool isSame, bool isBetter) => [.. BitsOf(relation).Select(pattern => new OtherBreakdown(pattern, isSame, isBetter))];
        return new TotalsAndParts.Kind(
            steps[kind].Bits, BitsOf(Relation.PartOf), [.. BitsOf(Relation.WholeOf).Select(bits => (bits, true)), .. BitsOf(Relation.TotalOf).Select(bits => (bits, false))], BitsOf(Relation.InDoubt),
            [
                .. Others(Relation.Same, true, false), .. Others(Relation.SameBetter, true, true),
                .. Others(Relation.Other, false, false), .. Others(Relation.OtherBetter, false, true),
            ]);
    }
}
