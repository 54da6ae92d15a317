using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Finds which rows of a series are totals of others, and which break the same down otherwise. Of rows that are parts alone
/// nothing is held but what is known in the end: there may be millions of them. Pure but for reading segments.
/// </summary>
internal sealed class RelatedRows(SeriesKeys keys)
{
    private readonly Dictionary<UInt128, CountedCell> totals = [];
    private readonly Dictionary<(UInt128 Total, int Bits), Linked> links = [];
    private readonly HashSet<int> equal = [];
    private readonly KindsOfRows kinds = new();

    /// <summary>What is known of the rows; null when none has to do with another.</summary>
    public TotalsAndParts? Find()
    {
        var patterns = new Dictionary<int, PatternRows>();
        keys.Walk(row =>
        {
            ref var of = ref CollectionsMarshal.GetValueRefOrAddDefault(patterns, row.Pattern, out _);
            of = new PatternRows(of.Rows + 1, of.Unknown + (row.IsUnknown ? 1 : 0), of.Sum + row.Value);
        });
        var above = patterns.Keys.ToDictionary(one => one, one => patterns.Keys.Where(other => other != one && (one & other) == one).Order().ToArray());
        // By what others may add to it, of a pattern that has some below it.
        var adds = patterns.Keys.ToDictionary(one => one, one => patterns.Keys.Where(other => other != one && (one & other) == other).Select(other => one & ~other).Order().ToArray());
        var beside = new SideBySide(patterns);
        if (beside.IsEmpty && above.Values.All(some => some.Length == 0))
            return null;
        keys.Walk(row =>
        {
            if (adds[row.Pattern].Length > 0)
            {
                ref var cell = ref CollectionsMarshal.GetValueRefOrAddDefault(totals, row.Key, out var again);
                cell = new CountedCell(again ? cell.Pattern : row.Pattern, cell.Sum + row.Value, cell.IsUnknown || row.IsUnknown);
            }

            beside.Begin(row);
        });
        keys.Walk(row =>
        {
            foreach (var pattern in above[row.Pattern])
            {
                var (bits, total) = (pattern & ~row.Pattern, row.TotalOf(pattern & ~row.Pattern));
                if (!totals.TryGetValue(total, out var its) || its.Pattern != pattern)
                    continue;
                ref var link = ref CollectionsMarshal.GetValueRefOrAddDefault(links, (total, bits), out _);
                link = new Linked(link.Sum + row.Value, link.IsUnknown || row.IsUnknown);
            }

            beside.Add(row);
        });
        beside.Judge((total, pattern) => totals.TryGetValue(total, out var its) && its.Pattern == pattern);
        return links.Count == 0 && beside.IsEmpty ? null : Told(above, adds, beside);
    }

    private TotalsAndParts Told(Dictionary<int, int[]> above, Dictionary<int, int[]> adds, SideBySide beside)
    {
        equal.UnionWith(links.GroupBy(link => link.Key.Bits).Where(same => same.Count(link => IsEqual(link.Key, link.Value)) * 2 >= same.Count()).Select(same => same.Key));
        var kindOfRow = keys.Rows.Select(rows => new int[rows]).ToList();
        keys.Walk(row =>
        {
            var kind = kinds.Of(row.Pattern);
            foreach (var pattern in above[row.Pattern])
            {
                var link = (row.TotalOf(pattern & ~row.Pattern), pattern & ~row.Pattern);
                if (links.TryGetValue(link, out var linked) && IsTotal(link, linked))
                    kind = kinds.With(kind, Relation.PartOf, link.Item2);
            }

            foreach (var bits in adds[row.Pattern])
            {
                if (links.TryGetValue((row.Key, bits), out var linked))
                    kind = kinds.With(kind, !IsTotal((row.Key, bits), linked) ? Relation.InDoubt : IsEqual((row.Key, bits), linked) ? Relation.WholeOf : Relation.TotalOf, bits);
            }

            foreach (var other in beside.IsEmpty ? [] : beside.Of(row))
                kind = kinds.With(kind, other.IsSame ? other.IsBetter ? Relation.SameBetter : Relation.Same : other.IsBetter ? Relation.OtherBetter : Relation.Other, other.Pattern);
            kindOfRow[row.Segment][row.Row] = kind;
        });
        return new TotalsAndParts(keys, kinds.All(), kindOfRow)
        {
            Found =
            [
                .. links.GroupBy(link => (Period: keys.CodeAt(link.Key.Total, Dataflow.Period), Area: keys.CodeAt(link.Key.Total, "REF_AREA"), link.Key.Bits)).Select(same => new TotalWithParts(
                    same.Key.Period, same.Key.Area, [.. keys.Totalled.Where((_, bit) => (same.Key.Bits & (1 << bit)) != 0)],
                    same.Any(link => totals[link.Key.Total].IsUnknown) ? null : same.Sum(link => totals[link.Key.Total].Sum), same.Sum(link => link.Value.Sum))),
            ],
        };
    }

    private bool IsEqual((UInt128 Total, int Bits) link, Linked parts) => totals[link.Total] is var total && !parts.IsUnknown && !total.IsUnknown && parts.Sum == total.Sum;

    private bool IsTotal((UInt128 Total, int Bits) link, Linked parts) => equal.Contains(link.Bits) && totals[link.Total] is var total && (total.IsUnknown || parts.Sum <= total.Sum);

    // What rows come to that are alike in every dimension.
    private readonly record struct CountedCell(int Pattern, long Sum, bool IsUnknown);

    // What the known parts of a total come to.
    private readonly record struct Linked(long Sum, bool IsUnknown);
}

/// <summary>What the rows of a pattern are together.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Unknown">How many of them have no number.</param>
/// <param name="Sum">What the others count.</param>
internal readonly record struct PatternRows(long Rows, long Unknown, long Sum);
