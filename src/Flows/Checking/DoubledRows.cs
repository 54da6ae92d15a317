using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>
/// Observations that stand there twice, alike in all codes and all measures: in one file, or in two that both count. Eight bytes are
/// held of each, its hash; those whose hash is met again are compared whole.
/// </summary>
internal static class DoubledRows
{
    private const int MostPlaces = 10;

    // Hashes that are followed up: some may turn out to be of different observations.
    private const int MostFollowed = 2 * SeriesInside.MostRows;

    /// <summary>The first of them in each series.</summary>
    public static IEnumerable<Found> Find(CheckRule rule, IEnumerable<StandingImport> imports)
    {
        foreach (var series in imports.GroupBy(import => import.Series, StringComparer.Ordinal))
        {
            StandingImport[] its = [.. series];
            if (Twice(rule, its) is { Length: > 0 } twice)
            {
                foreach (var same in Same(rule, its, twice).Where(same => same.Times > 1).Take(SeriesInside.MostRows))
                    yield return same.Found(rule, series.Key);
            }
        }
    }

    // The hashes that several rows have, in order.
    private static ulong[] Twice(CheckRule rule, StandingImport[] imports)
    {
        var hashes = new ulong[imports.Sum(import => import.Segment.Rows)];
        var count = 0;
        Walk(rule, imports, (_, _, _, key) => hashes[count++] = HashOf(key));
        Array.Sort(hashes, 0, count);
        var twice = 0;
        for (var at = 1; at < count; at++)
        {
            if (hashes[at] == hashes[at - 1] && (twice == 0 || hashes[twice - 1] != hashes[at]))
                hashes[twice++] = hashes[at];
        }

        return hashes[..twice];
    }

    private static List<SameRows> Same(CheckRule rule, StandingImport[] imports, ulong[] twice)
    {
        var (followed, found) = (new Dictionary<ulong, List<SameRows>>(), new List<SameRows>());
        Walk(rule, imports, (rows, some, at, key) =>
        {
            var hash = HashOf(key);
            if (Array.BinarySearch(twice, hash) < 0)
                return;
            if (!followed.TryGetValue(hash, out var alike))
            {
                if (followed.Count == MostFollowed)
                    return;
                followed[hash] = alike = [];
            }

            if (alike.Find(one => one.Key.AsSpan().SequenceEqual(key)) is not { } same)
            {
                same = new SameRows([.. key], string.Join(", ", rows.Codes(some, at, Dataflow.Period, "REF_AREA").Select(pair => pair.Code)), rows.Codes(some, at, Dataflow.Period) is [var (_, period)] ? period : "", rows.Value(Dataflow.Value, some, at));
                alike.Add(same);
                found.Add(same);
            }

            same.Times++;
            if (same.Places.Count < MostPlaces)
                same.Places.Add((rows.Import.Id, rows.Line(some, at)));
        });
        return found;
    }

    // Each row as one number for each dimension and each measure, the same for the same in all imports.
    private static void Walk(CheckRule rule, StandingImport[] imports, Action<CheckedRows, SegmentRows, int, long[]> each)
    {
        var flow = Dataflow.Find(rule.Dataflow)!;
        string[] dimensions = [.. flow.Components.Where(component => component.IsDimension && component.Code != Dataflow.Series).Select(component => component.Code)];
        string[] measures = [.. flow.Components.Where(component => component.IsMeasure).Select(component => component.Code)];
        var books = dimensions.Select(_ => new Dictionary<string, long>(StringComparer.Ordinal) { ["_T"] = 0 }).ToArray();
        var key = new long[dimensions.Length + measures.Length];
        foreach (var import in imports)
        {
            CheckedRows.Named(import, () =>
            {
                var (file, rows, columns) = (import.Segment, new CheckedRows(rule, import, Dataflow.Value), new List<(int Place, PackedColumn Packed, long[]? Numbers)>());
                // A component that an import does not have says of its rows what a total does; a measure, that it is unknown.
                key.AsSpan(0, dimensions.Length).Clear();
                key.AsSpan(dimensions.Length).Fill(ObservationBatch.Unknown);
                for (var at = 0; at < key.Length; at++)
                {
                    if (file.Find(at < dimensions.Length ? dimensions[at] : measures[at - dimensions.Length]) is { } column)
                        columns.Add((at, file.Packed(column.Code)!, at < dimensions.Length ? [.. column.Codes.Select(code => NumberOf(books[at], code))] : null));
                }

                var numbers = columns.Select(_ => Array.Empty<long>()).ToArray();
                foreach (var (some, meant) in rows.Stretches())
                {
                    for (var at = 0; at < numbers.Length; at++)
                    {
                        if (numbers[at].Length < some.Rows)
                            numbers[at] = new long[some.Rows];
                        columns[at].Packed.Numbers(some, numbers[at].AsSpan(0, some.Rows));
                    }

                    for (var row = 0; row < some.Rows; row++)
                    {
                        if (meant[row] == Meant.Not)
                            continue;
                        for (var at = 0; at < numbers.Length; at++)
                            key[columns[at].Place] = columns[at].Numbers is { } of ? of[numbers[at][row]] : numbers[at][row];
                        each(rows, some, row, key);
                    }
                }

                return true;
            });
        }
    }

    private static long NumberOf(Dictionary<string, long> book, string code) => book.TryGetValue(code, out var number) ? number : book[code] = book.Count;

    // The finisher of SplitMix64 (Steele, Lea and Flood, 2014) over one number after the other.
    private static ulong HashOf(long[] key)
    {
        var hash = 0UL;
        foreach (var number in key)
        {
            hash += (ulong)number + 0x9E3779B97F4A7C15;
            hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
            hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
            hash ^= hash >> 31;
        }

        return hash;
    }

    private sealed class SameRows(long[] key, string what, string period, long value)
    {
        public long[] Key => key;

        public int Times { get; set; }

        public List<(Guid Import, int Line)> Places { get; } = [];

        public Found Found(CheckRule rule, string series) => new(
            $"{Places[0].Import:D}|{Places[0].Line}", series, period, value * (Times - 1),
            SeriesInside.Values(("series", series), ("what", what), ("value", Asks.Number(Times))),
            [.. Places.Select(place => new FoundPlace(rule.Dataflow, [], place.Import, place.Line))]);
    }
}
