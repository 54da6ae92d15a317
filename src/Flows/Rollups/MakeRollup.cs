using Tambo.Flows.Cube;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Rollups;

/// <summary>Sums up a segment; pure but for reading it.</summary>
internal static class MakeRollup
{
    private const int BlockRows = 4096;

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

        // Rows stand in the order of the column with the most codes, so that who asks for one of them need read few blocks.
        return [.. columns.OfType<SegmentColumn>().OrderByDescending(column => Buckets(column).Codes.Count), .. file.Footer.Columns.Where(column => column.Codes.Count == 1 && !columns.Contains(column))];
    }

    /// <summary>How many rows a rollup of some columns has at most.</summary>
    public static long KeysOf(IReadOnlyList<SegmentColumn> columns) => columns.Aggregate(1L, static (product, column) => product * Buckets(column).Codes.Count);

    /// <summary>Writes the sums of a segment by some of its columns; false when there are not much fewer than observations.</summary>
    /// <param name="file">The segment.</param>
    /// <param name="from">It, or a rollup of it that has all of the columns.</param>
    /// <param name="columns">The columns.</param>
    /// <param name="into">Where the rollup is written.</param>
    public static bool Write(SegmentFile file, SegmentFile from, IReadOnlyList<SegmentColumn> columns, Stream into)
    {
        var buckets = columns.Select(Buckets).ToArray();
        var strides = new int[columns.Count];
        var keys = 1;
        for (var at = columns.Count - 1; at >= 0; at--)
        {
            strides[at] = keys;
            keys *= buckets[at].Codes.Count;
        }

        var (parts, fixedKey) = (new List<KeyPart>(), 0);
        for (var at = 0; at < columns.Count; at++)
        {
            // What is summed already has months where the segment has days.
            int[] part = [.. from.Find(columns[at].Code)!.Codes.Select(code => buckets[at].NumberOf(Bucket(columns[at], code)) * strides[at])];
            if (part.Length == 1)
                fixedKey += part[0];
            else
                parts.Add(new KeyPart(from.Packed(columns[at].Code)!, part));
        }

        var sums = new Scan(from, fixedKey, parts, [], Dataflow.Value, keys).Run(Environment.ProcessorCount);
        var rows = sums.Rows.Count(count => count > 0) + (sums.Unsure?.Unknown.Count(count => count > 0) ?? 0);
        if (rows > file.Rows / 4)
            return false;
        var inMonths = columns.Zip(buckets).Any(pair => pair.First.Code == Dataflow.Period && pair.Second.Codes.Count < pair.First.Codes.Count);
        var writer = new SegmentWriter(into, [.. columns.Select(column => new Component(column.Code, ComponentKind.Code)), new Component(Dataflow.Value, ComponentKind.Count), new Component(Rollup.Weight, ComponentKind.Count)]);
        foreach (var batch in Batches(sums, buckets, strides, rows))
            writer.Add(batch);
        writer.Finish(inMonths ? Rollup.InMonths : Rollup.AsTheyWere);
        return true;
    }

    // A group of which some observations have no number is two rows: what is known, and how many are not.
    private static IEnumerable<ObservationBatch> Batches(Sums sums, CodeBook[] buckets, int[] strides, int rows)
    {
        var (codes, values, weights) = (buckets.Select(_ => new int[rows]).ToArray(), new long[rows], new long[rows]);
        var row = 0;
        for (var key = 0; key < sums.Keys; key++)
        {
            var unknown = sums.Unsure?.Unknown[key] ?? 0;
            if (sums.Rows[key] > unknown)
                Put(key, sums.Sure[key], sums.Rows[key] - unknown);
            if (unknown > 0)
                Put(key, ObservationBatch.Unknown, unknown);
        }

        for (var from = 0; from < row; from += BlockRows)
        {
            var to = Math.Min(from + BlockRows, row);
            yield return new ObservationBatch { Rows = to - from, Codes = [.. codes.Select(of => of[from..to])], Books = buckets, Measures = [values[from..to], weights[from..to]], Lines = [.. Enumerable.Range(from, to - from)] };
        }

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
