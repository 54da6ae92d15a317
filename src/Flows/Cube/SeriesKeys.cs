using System.Numerics;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>One row of a series as one number, from which that of the row for all that it is of is told.</summary>
internal sealed class KeyedRow(int bits)
{
    /// <summary>The place of its segment among those of the series.</summary>
    public int Segment { get; set; }

    /// <summary>Its place in the segment.</summary>
    public int Row { get; set; }

    /// <summary>The same for rows that are alike in every dimension.</summary>
    public UInt128 Key { get; set; }

    /// <summary>The components of which it says no more than the total, as bits.</summary>
    public int Pattern { get; set; }

    /// <summary>What it counts; zero when that is not known.</summary>
    public long Value { get; set; }

    /// <summary>True when it has no number.</summary>
    public bool IsUnknown { get; set; }

    /// <summary>By component what has to be added to the number so that it is that of its total.</summary>
    public UInt128[] ToTotal { get; } = new UInt128[bits];

    /// <summary>The number of the row in which some components are put together.</summary>
    public UInt128 TotalOf(int together)
    {
        var key = Key;
        for (; together != 0; together &= together - 1)
            key += ToTotal[BitOperations.TrailingZeroCount(together)];
        return key;
    }
}

/// <summary>The rows of a series that stand, each as one number. They are gone through some thousands at a time, as often as it takes, and never held.</summary>
internal sealed class SeriesKeys
{
    private readonly IReadOnlyList<CarriedSegment> parts;
    private readonly string[] components;
    private readonly CodeBook[] books;
    private readonly UInt128[] strides;

    private SeriesKeys(IReadOnlyList<CarriedSegment> parts, IReadOnlyList<string> totalled, string[] components, CodeBook[] books, UInt128[] strides) =>
        (this.parts, Totalled, this.components, this.books, this.strides) = (parts, totalled, components, books, strides);

    /// <summary>The components that the series has totals of, in the order of their bits.</summary>
    public IReadOnlyList<string> Totalled { get; }

    /// <summary>How many rows each segment has.</summary>
    public IEnumerable<int> Rows => parts.Select(part => part.Segment.File.Rows);

    /// <summary>The rows of a series; null when they have more combinations than numbers.</summary>
    /// <param name="flow">The dataflow.</param>
    /// <param name="parts">The segments.</param>
    /// <param name="totalled">The components that it has totals of.</param>
    public static SeriesKeys? Of(Dataflow flow, IReadOnlyList<CarriedSegment> parts, IReadOnlyList<string> totalled)
    {
        string[] components = [.. flow.Components.Where(component => component.IsDimension).Select(component => component.Code)];
        var (books, strides, size) = (components.Select(_ => new CodeBook()).ToArray(), new UInt128[components.Length], BigInteger.One);
        for (var at = 0; at < components.Length; at++)
        {
            foreach (var code in parts.SelectMany(part => part.Segment.File.Find(components[at])?.Codes ?? ["_T"]).Concat(totalled.Contains(components[at]) ? ["_T"] : []))
                books[at].NumberOf(code);
            strides[at] = (UInt128)size;
            size *= books[at].Codes.Count;
            if (size > (BigInteger)UInt128.MaxValue)
                return null;
        }

        return new SeriesKeys(parts, totalled, components, books, strides);
    }

    /// <summary>The codes of a component.</summary>
    public IReadOnlyList<string> CodesOf(string component) => books[Array.IndexOf(components, component)].Codes;

    /// <summary>The code of a component that a number stands for; <c>_T</c> where the dataflow has none of it.</summary>
    public string CodeAt(UInt128 key, string component) =>
        Array.IndexOf(components, component) is >= 0 and var at ? books[at].Codes[(int)(key / strides[at] % (UInt128)books[at].Codes.Count)] : "_T";

    /// <summary>Goes through all rows; the row stands until the next is taken.</summary>
    public void Walk(Action<KeyedRow> each)
    {
        var row = new KeyedRow(Totalled.Count);
        for (row.Segment = 0; row.Segment < parts.Count; row.Segment++)
            Walk(parts[row.Segment], row, each);
    }

    private void Walk(CarriedSegment part, KeyedRow row, Action<KeyedRow> each)
    {
        var file = part.Segment.File;
        if (new MeantRows(new CubeQuestion(), [part.Segment]) is not { IsEmpty: false } standing)
            return;
        var (columns, alike) = (components.Select((component, at) => new Column(this, part, component, at)).ToList(), new KeyedRow(Totalled.Count));
        foreach (var column in columns.Where(column => column.Packed is null))
            column.Put(alike, 0);
        columns.RemoveAll(column => column.Packed is null);
        var (measure, values) = (file.Packed(Dataflow.Value), Array.Empty<long>());
        foreach (var (some, meant) in standing.Rows(file))
        {
            if (values.Length < some.Rows)
                values = new long[some.Rows];
            measure?.Numbers(some, values.AsSpan(0, some.Rows));
            foreach (var column in columns)
                column.Read(some);
            for (var at = 0; at < some.Rows; at++)
            {
                if (meant[at] == Meant.Not)
                    continue;
                (row.Row, row.Key, row.Pattern, row.IsUnknown) = (some.First + at, alike.Key, alike.Pattern, values[at] == ObservationBatch.Unknown);
                row.Value = row.IsUnknown ? 0 : values[at];
                alike.ToTotal.CopyTo(row.ToTotal, 0);
                foreach (var column in columns)
                    column.Put(row, at);
                each(row);
            }
        }
    }

    // A component of a segment: of each of its codes what it adds to the number of a row, and whether it is the total.
    private sealed class Column
    {
        private readonly UInt128[] adds;
        private readonly UInt128[] toTotal;
        private readonly int[] pattern;
        private readonly int bit;
        private long[] numbers = [0];

        public Column(SeriesKeys keys, CarriedSegment part, string component, int at)
        {
            var codes = part.Segment.File.Find(component)?.Codes ?? ["_T"];
            bit = keys.Totalled.TakeWhile(one => one != component).Count();
            var isTotalled = bit < keys.Totalled.Count;
            var total = isTotalled ? (UInt128)keys.books[at].NumberOf("_T") * keys.strides[at] : 0;
            adds = [.. codes.Select(code => (UInt128)keys.books[at].NumberOf(code) * keys.strides[at])];
            toTotal = [.. adds.Select(own => total - own)];
            // Of what the ledger tells, a total is a category like others.
            pattern = [.. codes.Select(code => isTotalled && code == "_T" && !TotalsAndParts.IsTold(component, part) ? 1 << bit : 0)];
            bit = isTotalled ? bit : -1;
            Packed = codes.Count == 1 ? null : part.Segment.File.Packed(component);
        }

        // Null when all rows have one code.
        public PackedColumn? Packed { get; }

        public void Read(SegmentRows some)
        {
            if (numbers.Length < some.Rows)
                numbers = new long[some.Rows];
            Packed!.Numbers(some, numbers.AsSpan(0, some.Rows));
        }

        public void Put(KeyedRow row, int at)
        {
            var number = numbers[at];
            row.Key += adds[number];
            if (bit < 0)
                return;
            row.ToTotal[bit] = toTotal[number];
            row.Pattern |= pattern[number];
        }
    }
}
