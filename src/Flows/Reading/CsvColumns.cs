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
/// ends and quotation marks; rows that have as many cells as the header are then read column by column, all others cell by cell.
/// </summary>
/// <param name="separator">What separates cells, an ASCII character.</param>
/// <param name="columns">How many columns the header has.</param>
/// <param name="wanted">Positions of the wanted columns, from 0, rising.</param>
internal sealed class CsvColumns(byte separator, int columns, int[] wanted)
{
    // Text that is looked at before its rows are read: it and where its cells end stay in the processor's caches.
    private const int Window = 1 << 14;

    private readonly int[] slotOf = [.. Enumerable.Range(0, columns + 1).Select(column => Array.IndexOf(wanted, column))];

    // Where cells end, after where the cell before the first one did; and which of them are the last of their rows.
    private int[] marks = new int[Window];
    private int[] rowEnds = new int[Window];

    /// <summary>Reads a chunk into a batch that is emptied before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read(CsvChunk chunk, ValueBatch into)
    {
        into.Rows = 0;
        into.Ragged.Clear();
        var rows = new Rows(this, chunk, into);
        ref var first = ref MemoryMarshal.GetArrayDataReference(chunk.Bytes);
        ulong inside = 0;
        var (count, ended, hasQuotes, window) = (1, 0, false, Window);
        marks[0] = -1;
        for (var at = 0; at < chunk.Length; at += 64)
        {
            var block = Vector512.LoadUnsafe(ref first, (nuint)at);
            var quotes = Vector512.Equals(block, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            var ends = Vector512.Equals(block, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            var cells = Vector512.Equals(block, Vector512.Create(separator)).ExtractMostSignificantBits() | ends;
            if ((quotes | inside) != 0)
            {
                var within = PrefixXor(quotes) ^ inside;
                inside = (ulong)((long)within >> 63);
                hasQuotes = true;
                cells &= ~within;
            }

            if (at + 64 > chunk.Length)
                cells &= (1UL << (chunk.Length - at)) - 1;
            if (count + 64 >= marks.Length)
                Array.Resize(ref marks, marks.Length * 2);
            if (ended + 64 >= rowEnds.Length)
                Array.Resize(ref rowEnds, rowEnds.Length * 2);
            for (ends &= cells; ends != 0; ends &= ends - 1)
                rowEnds[ended++] = count + BitOperations.PopCount(cells & ((ends & (0 - ends)) - 1));
            for (; cells != 0; cells &= cells - 1)
                marks[count++] = at + BitOperations.TrailingZeroCount(cells);
            if (at + 64 >= window && ended > 0)
            {
                rows.Read(marks, rowEnds.AsSpan(0, ended), hasQuotes);
                // What follows the last whole row is looked at with the rows that come.
                var whole = rowEnds[ended - 1];
                marks.AsSpan(whole, count - whole).CopyTo(marks);
                hasQuotes &= marks[0] + 1 < at + 64;
                (count, ended, window) = (count - whole, 0, at + 64 + Window);
            }
        }

        // The last row of a file may lack its line end.
        if (count > 1 + (ended > 0 ? rowEnds[ended - 1] : 0) || marks[count - 1] + 1 < chunk.Length)
        {
            rowEnds[ended++] = count;
            marks[count] = chunk.Length;
        }

        rows.Read(marks, rowEnds.AsSpan(0, ended), hasQuotes);
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

    private ref struct Rows(CsvColumns columns, CsvChunk chunk, ValueBatch into)
    {
        private readonly int[] slotOf = columns.slotOf;
        private readonly byte[] bytes = chunk.Bytes;
        private readonly int width = columns.slotOf.Length - 1;
        private int line = chunk.FirstLine;

        /// <summary>Reads whole rows.</summary>
        /// <param name="marks">Where cells end; first where the one before them does.</param>
        /// <param name="ends">Which marks end a row.</param>
        /// <param name="hasQuotes">True when quotation marks may stand in them: a cell may have several lines, and a row too.</param>
        public void Read(int[] marks, ReadOnlySpan<int> ends, bool hasQuotes)
        {
            while (into.Rows + ends.Length > into.Lines.Length)
                into.Grow();
            var (row, before) = (0, 0);
            while (row < ends.Length)
            {
                var like = 0;
                // A row of one column may be blank.
                while (width > 1 && !hasQuotes && row + like < ends.Length && ends[row + like] - before == (like + 1) * width)
                    like++;
                if (like > 0)
                    Regular(marks, before + 1, like);
                else
                    Any(marks.AsSpan(before, ends[row + like++] - before + 1), hasQuotes);
                row += like;
                before = ends[row - 1];
            }
        }

        private void Regular(int[] marks, int first, int count)
        {
            for (var column = 0; column < width; column++)
            {
                if (slotOf[column] is var slot and >= 0)
                    into.Books[slot].NumbersOf(ref MemoryMarshal.GetArrayDataReference(bytes), marks, first + column, width, column == width - 1, into.Values[slot].AsSpan(into.Rows, count));
            }

            foreach (ref var one in into.Lines.AsSpan(into.Rows, count))
                one = line++;
            into.Rows += count;
        }

        // One row, from where the cell before it ends.
        private void Any(ReadOnlySpan<int> marks, bool hasQuotes)
        {
            var cells = marks.Length - 1;
            var last = 0;
            for (var cell = 0; cell < cells; cell++)
            {
                var start = marks[cell] + 1;
                last = marks[cell + 1] - start;
                if (cell == cells - 1 && last > 0 && bytes[start + last - 1] == '\r')
                    last--;
                if (slotOf[Math.Min(cell, width)] is var slot and >= 0)
                    into.Values[slot][into.Rows] = bytes[start] == '"' && last > 0 ? Quoted(slot, bytes.AsSpan(start, last)) : into.Books[slot].NumberOf(ref bytes[start], last);
            }

            if (cells > 1 || last > 0)
            {
                if (cells != width)
                    Ragged(cells);
                into.Lines[into.Rows++] = line;
            }

            line += hasQuotes ? bytes.AsSpan(marks[0] + 1, marks[^1] - marks[0]).Count((byte)'\n') : 1;
        }

        private readonly int Quoted(int slot, ReadOnlySpan<byte> cell)
        {
            var plain = new byte[cell.Length + ValueBook.Room];
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

        private readonly void Ragged(int cells)
        {
            into.Ragged.Add((line, cells));
            var empty = new byte[ValueBook.Room];
            for (var missing = cells; missing < width; missing++)
            {
                if (slotOf[missing] is var slot and >= 0)
                    into.Values[slot][into.Rows] = into.Books[slot].NumberOf(ref empty[0], 0);
            }
        }
    }
}
