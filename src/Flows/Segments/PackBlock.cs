using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Tambo.Flows.Segments;

/// <summary>
/// Packs the columns of one block. Where rows look their value up by number, what a number becomes is worked out for the few
/// numbers, and rows are only told.
/// </summary>
/// <param name="from">The block's first row in its batch.</param>
/// <param name="rows">Rows of the block.</param>
/// <param name="batchRows">Rows of the batch.</param>
internal sealed class PackBlock(int from, int rows, int batchRows)
{
    private readonly List<byte[]> bytes = [];
    private readonly List<SegmentChunk> chunks = [];

    /// <summary>The block.</summary>
    public PackedBlock Done() => new(rows, [.. bytes], [.. chunks]);

    /// <summary>Adds a column of codes, each with its number in the segment.</summary>
    public void Codes(BatchColumn<int> codes, int[] numbering)
    {
        if (codes.IsOne)
        {
            var number = numbering[codes.Values[0]];
            Add([], number, number, 0);
            return;
        }

        if (codes.Numbers is not { } numbers)
        {
            Told(codes.Values, from, Met(codes.Values, from, numbering.Length), code => numbering[code]);
            return;
        }

        Told(numbers, codes.From + from, MetIn(codes), number => numbering[codes.Values[number]]);
    }

    /// <summary>Adds a measure.</summary>
    public void Measures(BatchColumn<long> measures)
    {
        if (measures is { Numbers: { } numbers } && MetIn(measures) is var met && !Unknown(measures.Values, met))
        {
            Told(numbers, measures.From + from, met, number => measures.Values[number]);
            return;
        }

        var values = new long[rows];
        for (var row = 0; row < rows; row++)
            values[row] = measures[from + row];
        Measured(values);
    }

    /// <summary>Adds the lines on which observations stand: the first, and the steps to each further one.</summary>
    public void Lines(int[] lines)
    {
        var (least, most) = (int.MaxValue, 0);
        for (var row = 1; row < rows; row++)
        {
            var step = lines[from + row] - lines[from + row - 1];
            least = Math.Min(least, step);
            most = Math.Max(most, step);
        }

        if (rows == 1)
            least = 0;
        var bits = BitPacking.BitsFor((ulong)(most - least));
        var steps = new ulong[bits == 0 ? 0 : rows];
        for (var row = 1; row < steps.Length; row++)
            steps[row] = (ulong)(lines[from + row] - lines[from + row - 1] - least);
        // The first line stands where other columns have their largest number.
        Add(bits == 0 ? [] : Packed(steps, bits), least, lines[from], bits);
    }

    private static bool Unknown(long[] values, bool[] met)
    {
        for (var number = 0; number < met.Length; number++)
        {
            if (met[number] && values[number] == ObservationBatch.Unknown)
                return true;
        }

        return false;
    }

    private bool[] MetIn<T>(BatchColumn<T> column)
        where T : unmanaged => rows == batchRows ? column.Met! : Met(column.Numbers!, column.From + from, column.Met!.Length);

    private bool[] Met(int[] numbers, int first, int count)
    {
        var met = new bool[count];
        foreach (var number in numbers.AsSpan(first, rows))
            met[number] = true;
        return met;
    }

    // Numbers of rows, and for each that is met what it becomes.
    private void Told(int[] numbers, int first, bool[] met, Func<int, long> becomes)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        var told = new long[met.Length];
        for (var number = 0; number < met.Length; number++)
        {
            if (!met[number])
                continue;
            told[number] = becomes(number);
            least = Math.Min(least, told[number]);
            most = Math.Max(most, told[number]);
        }

        var bits = BitPacking.BitsFor((ulong)(most - least));
        var of = numbers.AsSpan(first, rows);
        Add(bits == 0 ? [] : bits <= 8 ? Packed(Looked<byte>(of, told, least), bits) : bits <= 16 ? Packed(Looked<ushort>(of, told, least), bits) : Packed(Looked<ulong>(of, told, least), bits), least, most, bits);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static T[] Looked<T>(ReadOnlySpan<int> numbers, long[] told, long least)
        where T : unmanaged, System.Numerics.INumberBase<T>
    {
        var narrow = new T[told.Length];
        for (var number = 0; number < narrow.Length; number++)
            narrow[number] = T.CreateTruncating(told[number] - least);
        var looked = GC.AllocateUninitializedArray<T>(numbers.Length);
        ref var from = ref MemoryMarshal.GetArrayDataReference(narrow);
        ref var into = ref MemoryMarshal.GetArrayDataReference(looked);
        // Every number was marked as met in an array as long: no check is needed.
        for (var row = 0; row < numbers.Length; row++)
            Unsafe.Add(ref into, row) = Unsafe.Add(ref from, numbers[row]);
        return looked;
    }

    private void Measured(ReadOnlySpan<long> values)
    {
        var (least, most, nulls) = (long.MaxValue, long.MinValue, 0);
        foreach (var value in values)
        {
            if (value == ObservationBatch.Unknown)
            {
                nulls++;
                continue;
            }

            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }

        if (nulls == values.Length)
            (least, most) = (0, -1);
        // Where some are unknown, zero says so.
        var above = nulls > 0 ? 1 : 0;
        var numbers = new ulong[values.Length];
        for (var row = 0; row < numbers.Length; row++)
            numbers[row] = values[row] == ObservationBatch.Unknown ? 0 : (ulong)(values[row] - least + above);
        var bits = BitPacking.BitsFor((ulong)(most - least + above));
        Add(Packed(numbers, bits), least, most, bits, nulls);
    }

    private static byte[] Packed<T>(T[] numbers, int bits)
        where T : unmanaged
    {
        if (bits > BitPacking.MostBits)
            throw new InvalidOperationException("A measure spans more than a segment can hold.");
        var packed = new byte[BitPacking.BytesFor(numbers.Length, bits)];
        if (typeof(T) == typeof(byte))
            BitPacking.Pack(MemoryMarshal.Cast<T, byte>(numbers), bits, packed);
        else if (typeof(T) == typeof(ushort))
            BitPacking.Pack(MemoryMarshal.Cast<T, ushort>(numbers), bits, packed);
        else
            BitPacking.Pack(MemoryMarshal.Cast<T, ulong>(numbers), bits, packed);
        return packed;
    }

    private void Add(byte[] packed, long least, long most, int bits, int nulls = 0)
    {
        bytes.Add(packed);
        chunks.Add(new SegmentChunk(0, packed.Length, least, most, (byte)bits, nulls, SegmentFooter.HashOf(packed)));
    }
}
