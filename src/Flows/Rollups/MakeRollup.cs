using Tambo.Flows.Cube;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Rollups;

/// <summary>Sums up a segment, some blocks at a time so that little of it is in memory; pure but for reading the segment.</summary>
internal static class MakeRollup
{
    private const int BlocksAtATime = 8;

    /// <summary>The components of a plan that a segment's rollup would have; null when it would not be much smaller than the segment.</summary>
    public static IReadOnlyList<SegmentColumn>? ColumnsOf(SegmentFile file, (string[] Musts, string[] Mays) plan)
    {
        var columns = plan.Musts.Select(file.Find).ToList();
        if (columns.Exists(column => column is null) || file.Find(Dataflow.Value) is null)
            return null;
        // A component that the plan must have and of which there is one code says nothing: another rollup has the rest.
        if (plan.Musts.Skip(1).Any(component => file.Find(component)!.Codes.Count == 1))
            return null;
        var keys = columns.Aggregate(1L, (product, column) => product * Buckets(column!).Codes.Count);
        if (keys > RollupPlan.MostKeys)
            return null;
        foreach (var column in plan.Mays.Select(file.Find))
        {
            if (column is { Codes.Count: > 1 } && keys * Buckets(column).Codes.Count <= RollupPlan.MostKeys)
            {
                keys *= Buckets(column).Codes.Count;
                columns.Add(column);
            }
        }

        return [.. columns!, .. file.Footer.Columns.Where(column => column.Codes.Count == 1 && !columns.Contains(column))];
    }

    /// <summary>Writes the sums of a segment by some of its columns; false when there are not much fewer than observations.</summary>
    public static bool Write(SegmentFile file, IReadOnlyList<SegmentColumn> columns, Stream into)
    {
        var buckets = columns.Select(Buckets).ToArray();
        var strides = new int[columns.Count];
        var keys = 1;
        for (var at = columns.Count - 1; at >= 0; at--)
        {
            strides[at] = keys;
            keys *= buckets[at].Codes.Count;
        }

        var sums = new Sums(keys);
        for (var block = 0; block < file.Footer.BlockRows.Count; block += BlocksAtATime)
            sums.Add(SumsOf(file, columns, buckets, strides, keys, block));
        var rows = sums.Rows.Count(count => count > 0) + sums.Unknown.Count(count => count > 0);
        if (rows > file.Rows / 4)
            return false;
        var inMonths = columns.Zip(buckets).Any(pair => pair.First.Code == Dataflow.Period && pair.Second.Codes.Count < pair.First.Codes.Count);
        var writer = new SegmentWriter(into, [.. columns.Select(column => new Component(column.Code, ComponentKind.Code)), new Component(Dataflow.Value, ComponentKind.Count), new Component(Rollup.Weight, ComponentKind.Count)]);
        writer.Add(Batch(sums, buckets, strides, rows));
        writer.Finish(inMonths ? Rollup.InMonths : Rollup.AsTheyWere);
        return true;
    }

    private static Sums SumsOf(SegmentFile file, IReadOnlyList<SegmentColumn> columns, CodeBook[] buckets, int[] strides, int keys, int block)
    {
        var count = Math.Min(BlocksAtATime, file.Footer.BlockRows.Count - block);
        var parts = new List<KeyPart>();
        for (var at = 0; at < columns.Count; at++)
        {
            if (columns[at].Codes.Count > 1)
                parts.Add(KeyPart.Of(file.Blocks(columns[at], block, count), [.. columns[at].Codes.Select(code => buckets[at].NumberOf(Bucket(columns[at], code)) * strides[at])]));
        }

        return new Scan(parts, [], file.Blocks(file.Find(Dataflow.Value)!, block, count), null, keys).Run(Environment.ProcessorCount);
    }

    // A group of which some observations have no number is two rows: what is known, and how many are not.
    private static ObservationBatch Batch(Sums sums, CodeBook[] buckets, int[] strides, int rows)
    {
        var (codes, values, weights) = (buckets.Select(_ => new int[rows]).ToArray(), new long[rows], new long[rows]);
        var row = 0;
        for (var key = 0; key < sums.Keys; key++)
        {
            if (sums.Rows[key] > sums.Unknown[key])
                Put(key, sums.Sure[key], sums.Rows[key] - sums.Unknown[key]);
            if (sums.Unknown[key] > 0)
                Put(key, ObservationBatch.Unknown, sums.Unknown[key]);
        }

        return new ObservationBatch { Rows = row, Codes = [.. codes], Books = buckets, Measures = [values, weights], Lines = [.. Enumerable.Range(0, Math.Max(rows, 1))] };

        void Put(int key, long value, long weight)
        {
            for (var at = 0; at < codes.Length; at++)
                codes[at][row] = key / strides[at] % buckets[at].Codes.Count;
            (values[row], weights[row]) = (value, weight);
            row++;
        }
    }

    private static CodeBook Buckets(SegmentColumn column)
    {
        var book = new CodeBook();
        foreach (var code in column.Codes)
            book.NumberOf(Bucket(column, code));
        return book;
    }

    // Days and weeks become the month that holds them; a week across two stays a week.
    private static string Bucket(SegmentColumn column, string code) =>
        column.Code == Dataflow.Period && Period.Read(code) is { Frequency: 'D' or 'W' } period && Period.Holding(period.From, 'M') is { } month && month.Holds(period) ? month.ToString() : code;
}
