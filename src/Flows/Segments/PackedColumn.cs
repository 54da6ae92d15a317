using System.Runtime.CompilerServices;

namespace Tambo.Flows.Segments;

/// <summary>
/// A column as it lies packed in its segment, read some rows of a block at a time. Each block is checked by its hash before
/// anything of it is read for the first time.
/// </summary>
internal sealed class PackedColumn
{
    /// <summary>Rows of one reading are a multiple of this, but for the last of a block: they then begin at a whole byte.</summary>
    public const int Step = 8;

    private readonly SegmentFile file;
    private readonly SegmentColumn column;
    private readonly SegmentChunk[] chunks;
    private readonly bool[] whole;

    /// <summary>A column of a segment.</summary>
    public PackedColumn(SegmentFile file, SegmentColumn column)
    {
        (this.file, this.column, chunks, whole) = (file, column, [.. column.Chunks], new bool[column.Chunks.Count]);
        foreach (var chunk in chunks)
            Slots = Math.Max(Slots, chunk.Least + (1L << chunk.Bits));
    }

    /// <summary>One more than the largest number that its blocks could hold: a table of so many entries has one for whatever code is read.</summary>
    public long Slots { get; }

    /// <summary>How a block is packed.</summary>
    public ref readonly SegmentChunk this[int block] => ref chunks[block];

    /// <summary>Numbers of a block of at most 16 bits, each less the block's least.</summary>
    /// <exception cref="SegmentDamagedException">The block does not match its hash.</exception>
    public void Read(int block, int from, Span<ushort> numbers) => BitPacking.Unpack(Packed(block, from), this[block].Bits, (ushort)0, numbers);

    /// <summary>Numbers of a block of at most 8 bits, each less the block's least.</summary>
    /// <exception cref="SegmentDamagedException">The block does not match its hash.</exception>
    public void Read(int block, int from, Span<byte> numbers) => BitPacking.Unpack(Packed(block, from), this[block].Bits, (byte)0, numbers);

    /// <summary>Numbers of a block, each less the block's least.</summary>
    /// <exception cref="SegmentDamagedException">The block does not match its hash.</exception>
    public void Read(int block, int from, Span<long> numbers) => BitPacking.Unpack(Packed(block, from), this[block].Bits, 0L, numbers);

    /// <summary>The numbers of some rows; <see cref="ObservationBatch.Unknown"/> where it is unknown. Lines of a file are read by <see cref="LineNumbers"/>.</summary>
    /// <param name="rows">The rows; the first is a multiple of <see cref="Step"/>.</param>
    /// <param name="numbers">Takes one for each of them.</param>
    /// <exception cref="SegmentDamagedException">The block does not match its hash.</exception>
    public void Numbers(SegmentRows rows, Span<long> numbers)
    {
        Read(rows.Block, rows.From, numbers);
        ref readonly var chunk = ref chunks[rows.Block];
        if (chunk.Nulls > 0)
        {
            foreach (ref var number in numbers)
                number = number == 0 ? ObservationBatch.Unknown : chunk.Least + number - 1;
        }
        else if (chunk.Least != 0)
        {
            foreach (ref var number in numbers)
                number += chunk.Least;
        }
    }

    /// <summary>The number of one row, as <see cref="Numbers"/> gives it.</summary>
    /// <exception cref="SegmentDamagedException">The block does not match its hash.</exception>
    public long Number(SegmentRows rows, int at)
    {
        Span<long> some = stackalloc long[Step];
        var from = at / Step * Step;
        some = some[..Math.Min(Step, rows.Rows - from)];
        Numbers(new SegmentRows(rows.Block, rows.From + from, some.Length, rows.First + from), some);
        return some[at - from];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ReadOnlySpan<byte> Packed(int block, int from)
    {
        ref readonly var chunk = ref chunks[block];
        var bytes = Volatile.Read(ref whole[block]) ? file.Bytes(column, chunk) : file.Checked(column, chunk);
        Volatile.Write(ref whole[block], true);
        // Numbers without bits have no bytes.
        return chunk.Bits == 0 ? [] : bytes[(from / Step * chunk.Bits)..];
    }
}
