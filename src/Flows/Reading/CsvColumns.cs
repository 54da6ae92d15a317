using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Tambo.Flows.Reading;

/// <summary>Rows as numbers of values, column by column; arrays may be longer than <see cref="Rows"/>.</summary>
internal sealed class ValueBatch
{
    /// <summary>How many rows.</summary>
    public int Rows { get; set; }

    /// <summary>The line on which each row begins.</summary>
    public int[] Lines { get; set; } = new int[1 << 16];

    /// <summary>For each wanted column the number of each row's value.</summary>
    public required int[][] Values { get; init; }

    /// <summary>What the numbers stand for, by wanted column.</summary>
    public required ValueBook[] Books { get; init; }

    /// <summary>Rows with more or fewer cells than the header, by line.</summary>
    public List<(int Line, int Cells)> Ragged { get; } = [];

    /// <summary>A batch for so many wanted columns, with books that later batches of the same thread share.</summary>
    public static ValueBatch For(ValueBook[] books) =>
        new() { Books = books, Values = [.. books.Select(_ => new int[1 << 16])] };

    /// <summary>Makes room for one more row.</summary>
    public void Grow()
    {
        var size = Lines.Length * 2;
        var lines = Lines;
        Array.Resize(ref lines, size);
        Lines = lines;
        for (var column = 0; column < Values.Length; column++)
            Array.Resize(ref Values[column], size);
    }
}

/// <summary>
/// Reads the wanted columns of delimited UTF-8 text (RFC 4180). Sixty-four bytes are looked at together for separators, line
/// ends and quotation marks; cells in quotation marks take a slower way.
/// </summary>
/// <param name="separator">What separates cells, an ASCII character.</param>
/// <param name="columns">How many columns the header has.</param>
/// <param name="wanted">Positions of the wanted columns, from 0, rising.</param>
internal sealed class CsvColumns(byte separator, int columns, int[] wanted)
{
    private readonly int[] slotOf = [.. Enumerable.Range(0, columns + 1).Select(column => Array.IndexOf(wanted, column))];

    /// <summary>Reads a chunk into a batch that is emptied before.</summary>
    public void Read(CsvChunk chunk, ValueBatch into)
    {
        into.Rows = 0;
        into.Ragged.Clear();
        var row = new Row(this, chunk, into);
        ref var first = ref MemoryMarshal.GetArrayDataReference(chunk.Bytes);
        ulong inside = 0;
        for (var at = 0; at < chunk.Length; at += 64)
        {
            var block = Vector512.LoadUnsafe(ref first, (nuint)at);
            var quotes = Vector512.Equals(block, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            var ends = Vector512.Equals(block, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            var marks = Vector512.Equals(block, Vector512.Create(separator)).ExtractMostSignificantBits() | ends;
            if ((quotes | inside) != 0)
            {
                var within = PrefixXor(quotes) ^ inside;
                inside = (ulong)((long)within >> 63);
                row.HasQuotes = true;
                marks &= ~within;
            }

            if (at + 64 > chunk.Length)
                marks &= (1UL << (chunk.Length - at)) - 1;
            while (marks != 0)
            {
                row.Cell(ref first, at + BitOperations.TrailingZeroCount(marks));
                marks &= marks - 1;
            }
        }

        row.End(ref first, chunk.Length);
    }

    // Each bit becomes the exclusive or of itself and all below: set from an opening mark up to before its closing one.
    private static ulong PrefixXor(ulong bits)
    {
        if (Pclmulqdq.IsSupported)
            return Pclmulqdq.CarrylessMultiply(Vector128.CreateScalar(bits), Vector128<ulong>.AllBitsSet, 0).ToScalar();
        for (var shift = 1; shift < 64; shift <<= 1)
            bits ^= bits << shift;
        return bits;
    }

    private ref struct Row(CsvColumns columns, CsvChunk chunk, ValueBatch into)
    {
        private readonly int[] slotOf = columns.slotOf;
        private readonly byte[] bytes = chunk.Bytes;
        private readonly int width = columns.slotOf.Length - 1;
        private int start;
        private int column;
        private int line = chunk.FirstLine;
        private int rowStart;
        private int rows;

        /// <summary>True once a quotation mark was met: from then on a row may have several lines.</summary>
        public bool HasQuotes { get; set; }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Cell(ref byte first, int end)
        {
            var last = Unsafe.Add(ref first, end) == '\n';
            var length = end - start;
            if (last && length > 0 && Unsafe.Add(ref first, end - 1) == '\r')
                length--;
            var slot = slotOf[Math.Min(column, width)];
            if (slot >= 0 && column < width)
                Take(ref first, slot, length);
            column++;
            start = end + 1;
            if (last)
                EndRow(length);
        }

        public void End(ref byte first, int length)
        {
            // The last row of a file may lack its line end.
            if (start < length || column > 0)
            {
                var slot = slotOf[Math.Min(column, width)];
                var cell = length - start;
                if (cell > 0 && Unsafe.Add(ref first, length - 1) == '\r')
                    cell--;
                if (slot >= 0 && column < width)
                    Take(ref first, slot, cell);
                column++;
                start = length;
                EndRow(cell);
            }

            into.Rows = rows;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly void Take(ref byte first, int slot, int length)
        {
            ref var cell = ref Unsafe.Add(ref first, start);
            into.Values[slot][rows] = cell == '"' ? Quoted(slot, length) : into.Books[slot].NumberOf(ref cell, length);
        }

        private readonly int Quoted(int slot, int length)
        {
            var cell = bytes.AsSpan(start, length);
            var plain = new byte[length + 16];
            var (count, at) = (0, 1);
            // What follows a closing mark stays: a stray mark loses nothing.
            var open = true;
            for (; at < cell.Length; at++)
            {
                if (cell[at] != '"')
                    plain[count++] = cell[at];
                else if (open && at + 1 < cell.Length && cell[at + 1] == '"')
                    plain[count++] = cell[at++];
                else
                    open = !open;
            }

            return into.Books[slot].NumberOf(ref plain[0], count);
        }

        private void EndRow(int lastLength)
        {
            var blank = column == 1 && lastLength <= 0;
            if (!blank)
            {
                if (column != width)
                    Ragged();
                into.Lines[rows] = line;
                if (++rows == into.Lines.Length)
                    into.Grow();
            }

            line += HasQuotes ? bytes.AsSpan(rowStart, start - rowStart).Count((byte)'\n') : 1;
            rowStart = start;
            column = 0;
        }

        private readonly void Ragged()
        {
            into.Ragged.Add((line, column));
            ref var empty = ref MemoryMarshal.GetArrayDataReference(new byte[32]);
            for (var missing = column; missing < width; missing++)
            {
                if (slotOf[missing] is var slot and >= 0)
                    into.Values[slot][rows] = into.Books[slot].NumberOf(ref empty, 0);
            }
        }
    }
}
