using System.Runtime.InteropServices;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>
/// Looks for observations that say exactly what an earlier one says, measures and all, where that is hardly chance: a month that
/// was pasted twice. For mappings that do not refuse them; of lists of people, in which many are alike, nothing is said. Pure.
/// </summary>
internal static class RepeatedRows
{
    /// <summary>Larger files are not looked through: they would take too long, and nobody pastes them.</summary>
    public const int MostRows = 250_000;

    // As many different observations of a period are not all there twice by chance.
    private const int ManyOfPeriod = 12;

    /// <summary>How many observations repeat, and the line of the first that does; null when there are none, or what there is may be chance.</summary>
    public static (int Count, int Line)? Find(SegmentFile file)
    {
        if (file.Rows is 0 or > MostRows)
            return null;
        var codes = file.Footer.Columns.Where(column => column.Codes.Count > 1).Select(column => file.Column(column.Code)!).ToArray();
        var measures = file.Footer.Columns.Where(column => column.Codes.Count == 0 && column.Code != SegmentFooter.LineColumn).Select(column => file.Column(column.Code)!).ToArray();
        var lines = file.Column(SegmentFooter.LineColumn)!;
        // How often each observation is there, by the row where it first stands.
        var times = new Dictionary<RowKey, (int First, int Times)>(file.Rows);
        var repeats = new List<int>();
        for (var row = 0; row < file.Rows; row++)
        {
            ref var known = ref CollectionsMarshal.GetValueRefOrAddDefault(times, new RowKey(KeyOf(codes, measures, row)), out var again);
            known = again ? (known.First, known.Times + 1) : (row, 1);
            if (again)
                repeats.Add(row);
        }

        if (repeats.Count == 0 || (!IsTable(times.Values.Select(one => one.First), codes, measures) && !HasPastedPeriod(times.Values, file.Column(Dataflow.Period)!)))
            return null;
        return (repeats.Count, (int)lines[repeats[0]]);
    }

    private static long[] KeyOf(NumberColumn[] codes, NumberColumn[] measures, int row)
    {
        var key = new long[codes.Length + measures.Length];
        for (var code = 0; code < codes.Length; code++)
            key[code] = codes[code][row];
        for (var measure = 0; measure < measures.Length; measure++)
            key[codes.Length + measure] = measures[measure].Unknown?[row] == true ? ObservationBatch.Unknown : measures[measure][row];
        return key;
    }

    // Where the same categories never stand with two numbers, and numbers differ, each combination is meant to stand once.
    private static bool IsTable(IEnumerable<int> rows, NumberColumn[] codes, NumberColumn[] measures)
    {
        var (met, numbers) = (new HashSet<RowKey>(), new HashSet<long>());
        foreach (var row in rows)
        {
            if (!met.Add(new RowKey(KeyOf(codes, [], row))))
                return false;
            numbers.Add(measures.Length == 0 ? 0 : measures[0][row]);
        }

        return numbers.Count > 1;
    }

    // Every observation of a period, and there are many of them, is there twice or more.
    private static bool HasPastedPeriod(IEnumerable<(int First, int Times)> met, NumberColumn periods) =>
        met.GroupBy(one => periods[one.First]).Any(period => period.All(one => one.Times > 1) && period.Count() >= ManyOfPeriod);

    private readonly struct RowKey(long[] codes) : IEquatable<RowKey>
    {
        private readonly long[] codes = codes;

        public bool Equals(RowKey other) => codes.AsSpan().SequenceEqual(other.codes);

        public override bool Equals(object? obj) => obj is RowKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(codes.AsSpan()));
            return hash.ToHashCode();
        }
    }
}
