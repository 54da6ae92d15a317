using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tambo.Flows.Cube;

/// <summary>What the rows of a series come to that are alike in every dimension.</summary>
/// <param name="Pattern">The components of which they say no more than the total, as bits.</param>
internal sealed record CountedCell(int Pattern)
{
    /// <summary>What they count.</summary>
    public long Sum { get; set; }

    /// <summary>True when one of them has no number.</summary>
    public bool IsUnknown { get; set; }
}

/// <summary>Rows that break down otherwise what a row breaks down, at the same time and place.</summary>
/// <param name="Pattern">The components of which they say no more than the total, as bits.</param>
/// <param name="IsSame">True when they are known to be the same people; else they may be.</param>
/// <param name="IsBetter">True when they are counted rather than the row where both say as much of what is asked.</param>
internal readonly record struct OtherBreakdown(int Pattern, bool IsSame, bool IsBetter);

/// <summary>
/// Breakdowns that stand beside each other with no row for all of them, as by sex and by nationality. Where most of them come to
/// the same number they are known to be of the same people; else they may be, or not. Pure.
/// </summary>
internal static class SideBySide
{
    /// <summary>The other breakdowns of each row that has some.</summary>
    /// <param name="cells">The rows of a series, by their numbers.</param>
    /// <param name="totalOf">The number of the row for all that a row is of, from its number and the components to be put together.</param>
    public static Dictionary<UInt128, List<OtherBreakdown>> Find(IReadOnlyDictionary<UInt128, CountedCell> cells, Func<UInt128, int, UInt128> totalOf)
    {
        var found = new Dictionary<UInt128, List<OtherBreakdown>>();
        var patterns = cells.Values.Select(cell => cell.Pattern).Distinct().ToList();
        if (!patterns.Exists(one => patterns.Exists(other => IsBeside(one, other))))
            return found;
        var rows = cells.ToLookup(cell => cell.Value.Pattern);
        // The one order of all: those who leave least open, else those who have most. So of several one is always left.
        patterns = [.. patterns.OrderByDescending(pattern => BitOperations.PopCount((uint)pattern)).ThenBy(pattern => rows[pattern].Count(cell => cell.Value.IsUnknown)).ThenByDescending(pattern => rows[pattern].Sum(cell => cell.Value.Sum)).ThenBy(pattern => pattern)];
        for (var at = 0; at < patterns.Count; at++)
        {
            foreach (var other in patterns.Skip(at + 1).Where(other => IsBeside(patterns[at], other)))
                Relate(patterns[at], other, rows, cells, totalOf, found);
        }

        return found;
    }

    private static bool IsBeside(int one, int other) => (one & other) != one && (one & other) != other;

    private static void Relate(
        int first, int second, ILookup<int, KeyValuePair<UInt128, CountedCell>> rows, IReadOnlyDictionary<UInt128, CountedCell> cells, Func<UInt128, int, UInt128> totalOf, Dictionary<UInt128, List<OtherBreakdown>> found)
    {
        var both = new Dictionary<UInt128, Both>();
        foreach (var (key, cell) in rows[first])
        {
            var total = totalOf(key, second & ~first);
            // Of what has a row for all it is known already what is part of what.
            if (cells.TryGetValue(total, out var its) && its.Pattern == (first | second))
                continue;
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(both, total, out _);
            sums = sums with { First = sums.First + cell.Sum, IsUnknown = sums.IsUnknown || cell.IsUnknown };
        }

        foreach (var (key, cell) in rows[second])
        {
            ref var sums = ref CollectionsMarshal.GetValueRefOrNullRef(both, totalOf(key, first & ~second));
            if (!Unsafe.IsNullRef(ref sums))
                sums = sums with { Second = sums.Second + cell.Sum, IsUnknown = sums.IsUnknown || cell.IsUnknown, IsMet = true };
        }

        var met = both.Values.Where(sums => sums.IsMet).ToList();
        if (met.Count == 0)
            return;
        var known = met.FindAll(sums => !sums.IsUnknown);
        var same = known.Count > 0 && known.Count(sums => sums.First == sums.Second) * 2 >= known.Count;
        Tell(first, second & ~first, other => new OtherBreakdown(second, same, !same && other.Second > other.First));
        Tell(second, first & ~second, other => new OtherBreakdown(first, same, same || other.First >= other.Second));

        void Tell(int pattern, int bits, Func<Both, OtherBreakdown> of)
        {
            foreach (var (key, _) in rows[pattern])
            {
                if (!both.TryGetValue(totalOf(key, bits), out var sums) || !sums.IsMet)
                    continue;
                if (!found.TryGetValue(key, out var others))
                    found[key] = others = [];
                others.Add(of(sums));
            }
        }
    }

    private readonly record struct Both(long First, long Second, bool IsUnknown, bool IsMet);
}
