using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tambo.Flows.Cube;

/// <summary>Rows that break down otherwise what a row breaks down, at the same time and place.</summary>
/// <param name="Pattern">The components of which they say no more than the total, as bits.</param>
/// <param name="IsSame">True when they are known to be the same people; else they may be.</param>
/// <param name="IsBetter">True when they are counted rather than the row where both say as much of what is asked.</param>
internal readonly record struct OtherBreakdown(int Pattern, bool IsSame, bool IsBetter);

/// <summary>
/// Breakdowns that stand beside each other with no row for all of them, as by sex and by nationality. Where most of them come to
/// the same number, of those that count anybody, they are known to be of the same people; else they may be, or not.
/// </summary>
internal sealed class SideBySide
{
    private readonly List<Pair> pairs = [];

    // True when all pairs come to the same wholes: then each breakdown comes to one number there, and of several one is the largest.
    private bool isOneWhole;

    /// <param name="patterns">The patterns of the series and what their rows are together.</param>
    public SideBySide(IReadOnlyDictionary<int, PatternRows> patterns)
    {
        // The one order of all: those that leave most open go first, as totals do, then those who know most. So of several one is always left.
        List<int> order = [.. patterns.Keys.OrderByDescending(pattern => BitOperations.PopCount((uint)pattern)).ThenBy(pattern => patterns[pattern].Unknown).ThenByDescending(pattern => patterns[pattern].Sum).ThenBy(pattern => pattern)];
        for (var at = 0; at < order.Count; at++)
        {
            foreach (var other in order.Skip(at + 1).Where(other => (order[at] & other) != order[at] && (order[at] & other) != other))
                pairs.Add(new Pair(order[at], other, patterns[order[at]].Rows <= patterns[other].Rows));
        }
    }

    /// <summary>True when nothing stands beside another.</summary>
    public bool IsEmpty => pairs.Count == 0;

    /// <summary>Adds a row to what it comes to with others, where it is one of the fewer of two patterns; of all rows this is done first.</summary>
    public void Begin(KeyedRow row)
    {
        foreach (var pair in pairs)
        {
            if (row.Pattern != (pair.FirstBegins ? pair.First : pair.Second))
                continue;
            ref var both = ref CollectionsMarshal.GetValueRefOrAddDefault(pair.Sums, row.TotalOf((pair.First | pair.Second) & ~row.Pattern), out _);
            both = both.With(row, pair.FirstBegins, isMet: false);
        }
    }

    /// <summary>Adds a row to those that were begun.</summary>
    public void Add(KeyedRow row)
    {
        foreach (var pair in pairs)
        {
            if (row.Pattern != (pair.FirstBegins ? pair.Second : pair.First))
                continue;
            ref var both = ref CollectionsMarshal.GetValueRefOrNullRef(pair.Sums, row.TotalOf((pair.First | pair.Second) & ~row.Pattern));
            if (!Unsafe.IsNullRef(ref both))
                both = both.With(row, !pair.FirstBegins, isMet: true);
        }
    }

    /// <summary>Says what is the same; of what has a row for all it is known already what is part of what.</summary>
    /// <param name="isThere">Whether a number with a pattern is that of a row.</param>
    public void Judge(Func<UInt128, int, bool> isThere)
    {
        foreach (var pair in pairs)
        {
            foreach (var (total, both) in pair.Sums)
            {
                if (!both.IsMet || isThere(total, pair.First | pair.Second))
                    pair.Sums.Remove(total);
            }

            var known = pair.Sums.Values.Where(both => !both.IsUnknown).ToList();
            // Where nobody was counted everything comes to the same: that tells nothing.
            var telling = known.FindAll(both => both.First != 0 || both.Second != 0);
            pair.IsSame = known.Count > 0 && telling.Count(both => both.First == both.Second) * 2 >= telling.Count;
        }

        pairs.RemoveAll(pair => pair.Sums.Count == 0);
        isOneWhole = pairs.Select(pair => pair.First | pair.Second).Distinct().Count() == 1;
    }

    /// <summary>The other breakdowns of a row, always in the same order.</summary>
    public IEnumerable<OtherBreakdown> Of(KeyedRow row)
    {
        foreach (var pair in pairs)
        {
            if ((row.Pattern != pair.First && row.Pattern != pair.Second) || !pair.Sums.TryGetValue(row.TotalOf((pair.First | pair.Second) & ~row.Pattern), out var both))
                continue;
            // Of the same people those who are missing in one breakdown stand in the larger.
            var isSecondBetter = (!pair.IsSame || isOneWhole) && both.Second > both.First;
            yield return row.Pattern == pair.First ? new OtherBreakdown(pair.Second, pair.IsSame, isSecondBetter) : new OtherBreakdown(pair.First, pair.IsSame, !isSecondBetter);
        }
    }

    // Two patterns, and by the number of the row for all what both come to.
    private sealed class Pair(int first, int second, bool firstBegins)
    {
        public int First => first;

        public int Second => second;

        public bool FirstBegins => firstBegins;

        public bool IsSame { get; set; }

        public Dictionary<UInt128, Both> Sums { get; } = [];
    }

    private readonly record struct Both(long First, long Second, bool IsUnknown, bool IsMet)
    {
        public Both With(KeyedRow row, bool isFirst, bool isMet) =>
            new(First + (isFirst ? row.Value : 0), Second + (isFirst ? 0 : row.Value), IsUnknown || row.IsUnknown, IsMet || isMet);
    }
}
