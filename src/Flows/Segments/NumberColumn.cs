namespace Tambo.Flows.Segments;

/// <summary>
/// A column's numbers in memory, in the narrowest of one, two or eight bytes that holds them all; a few bytes longer than
/// its rows, so that readers may take whole vectors. Of a column with unknown measures, those stand as zero in the numbers
/// and as true in <see cref="Unknown"/>.
/// </summary>
internal sealed class NumberColumn
{
    /// <summary>Numbers beyond the last row that may be read.</summary>
    public const int Slack = 64;

    private NumberColumn(int rows) => Rows = rows;

    /// <summary>How many rows.</summary>
    public int Rows { get; }

    /// <summary>The numbers when all are at most 255; else null.</summary>
    public byte[]? Narrow { get; private init; }

    /// <summary>The numbers when all are at most 65,535 and some above 255; else null.</summary>
    public ushort[]? Middle { get; private init; }

    /// <summary>The numbers otherwise; else null.</summary>
    public long[]? Wide { get; private init; }

    /// <summary>Which are unknown; null when none is.</summary>
    public bool[]? Unknown { get; private init; }

    /// <summary>The largest number, as a distance from zero, for deciding whether sums can overflow.</summary>
    public long Largest { get; private init; }

    /// <summary>The smallest number.</summary>
    public long Smallest { get; private init; }

    /// <summary>Bytes of memory.</summary>
    public long Bytes => (Narrow?.LongLength ?? 0) + (2 * (Middle?.LongLength ?? 0)) + (8 * (Wide?.LongLength ?? 0)) + (Unknown?.LongLength ?? 0);

    /// <summary>The number of a row; zero when it is unknown.</summary>
    public long this[int row] => Narrow is { } narrow ? narrow[row] : Middle is { } middle ? middle[row] : Wide![row];

    /// <summary>Room for a column's numbers.</summary>
    public static NumberColumn For(SegmentColumn column, int rows)
    {
        var (least, most) = column.Rising ? (0, int.MaxValue) : (Math.Min(0, column.Least), column.Most);
        var unknown = column.Nulls > 0 ? new bool[rows + Slack] : null;
        return new NumberColumn(rows)
        {
            Narrow = least >= 0 && most <= byte.MaxValue ? GC.AllocateUninitializedArray<byte>(rows + Slack) : null,
            Middle = least >= 0 && most is > byte.MaxValue and <= ushort.MaxValue ? GC.AllocateUninitializedArray<ushort>(rows + Slack) : null,
            Wide = least < 0 || most > ushort.MaxValue ? GC.AllocateUninitializedArray<long>(rows + Slack) : null,
            Unknown = unknown,
            Smallest = least,
            Largest = Math.Max(most, 0),
        };
    }

    /// <summary>Unpacks one chunk to its place.</summary>
    public void Unpack(ReadOnlySpan<byte> packed, SegmentChunk chunk, bool rising, int first, int rows)
    {
        if (rising)
            UnpackLines(packed, chunk, Wide.AsSpan(first, rows));
        else if (chunk.Nulls > 0)
            UnpackUnknown(packed, chunk, first, rows);
        else if (Narrow is { } narrow)
            BitPacking.Unpack(packed, chunk.Bits, (byte)chunk.Least, narrow.AsSpan(first, rows));
        else if (Middle is { } middle)
            BitPacking.Unpack(packed, chunk.Bits, (ushort)chunk.Least, middle.AsSpan(first, rows));
        else
            BitPacking.Unpack(packed, chunk.Bits, chunk.Least, Wide.AsSpan(first, rows));
    }

    private static void UnpackLines(ReadOnlySpan<byte> packed, SegmentChunk chunk, Span<long> lines)
    {
        BitPacking.Unpack(packed, chunk.Bits, chunk.Least, lines);
        if (lines.Length == 0)
            return;
        lines[0] = chunk.Most;
        for (var i = 1; i < lines.Length; i++)
            lines[i] += lines[i - 1];
    }

    private void UnpackUnknown(ReadOnlySpan<byte> packed, SegmentChunk chunk, int first, int rows)
    {
        var numbers = new long[rows];
        BitPacking.Unpack(packed, chunk.Bits, 0L, numbers);
        for (var i = 0; i < rows; i++)
        {
            var unknown = numbers[i] == 0;
            var number = unknown ? 0 : chunk.Least + numbers[i] - 1;
            Unknown![first + i] = unknown;
            if (Narrow is { } narrow)
                narrow[first + i] = (byte)number;
            else if (Middle is { } middle)
                middle[first + i] = (ushort)number;
            else
                Wide![first + i] = number;
        }
    }
}
