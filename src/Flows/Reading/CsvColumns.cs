using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>Rows as numbers of values, column by column; arrays may be longer than <see cref="Rows"/>.</summary>
internal sealed class ValueBatch
{
    /// <summary>How many rows.</summary>
    public int Rows { get; set; }

    /// <summary>The line on which each row begins.</summary>
    public required int[] Lines { get; set; }

    /// <summary>For each wanted column the number of each row's value.</summary>
    public required int[][] Values { get; init; }

    /// <summary>What the numbers stand for, by wanted column.</summary>
    public required ValueBook[] Books { get; init; }

    /// <summary>Rows with more or fewer cells than the header, by line; those that say something beyond it are too long.</summary>
    public List<(int Line, int Cells, bool IsLong)> Ragged { get; } = [];

    /// <summary>What else is wrong with how rows are written; errors keep them out.</summary>
    public List<RowIssue> Flaws { get; } = [];

    /// <summary>A batch for so many wanted columns, with books that later batches of the same thread share.</summary>
    public static ValueBatch For(ValueBook[] books)
    {
        // Tables with thousands of columns have few rows in a batch.
        var rows = Math.Clamp((1 << 21) / Math.Max(books.Length, 1), 1 << 8, 1 << 16);
        return new() { Books = books, Values = [.. books.Select(_ => new int[rows])], Lines = new int[rows] };
    }

    /// <summary>Empties it for further rows.</summary>
    public void Clear()
    {
        Rows = 0;
        Ragged.Clear();
        Flaws.Clear();
    }

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
        into.Clear();
        var rows = new Rows(this, chunk, into);
        ref var first = ref MemoryMarshal.GetArrayDataReference(chunk.Bytes);
        var quotation = new Quotation(separator);
        ulong inside = 0;
        var (count, ended, marked, window) = (1, 0, Marked.Not, Window);
        marks[0] = -1;
        for (var at = 0; at < chunk.Length; at += 64)
        {
            var block = Vector512.LoadUnsafe(ref first, (nuint)at);
            var quotes = Vector512.Equals(block, Vector512.Create((byte)'"')).ExtractMostSignificantBits();
            var ends = Vector512.Equals(block, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();
            var cells = Vector512.Equals(block, Vector512.Create(separator)).ExtractMostSignificantBits() | ends;
            if ((quotes | inside) != 0)
            {
                cells &= ~quotation.Within(chunk.Bytes, at, chunk.Length, quotes, cells);
                inside = quotation.Inside;
                marked = quotation.HasStray ? Marked.Stray : marked == Marked.Not ? Marked.Plain : marked;
                quotation.HasStray = false;
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
                rows.Read(marks, rowEnds.AsSpan(0, ended), marked);
                // What follows the last whole row is looked at with the rows that come.
                var whole = rowEnds[ended - 1];
                marks.AsSpan(whole, count - whole).CopyTo(marks);
                marked = marks[0] + 1 < at + 64 ? marked : Marked.Not;
                (count, ended, window) = (count - whole, 0, at + 64 + Window);
            }
        }

        // The last row of a file may lack its line end.
        var isCut = count > 1 + (ended > 0 ? rowEnds[ended - 1] : 0) || marks[count - 1] + 1 < chunk.Length;
        if (isCut)
        {
            rowEnds[ended++] = count;
            marks[count] = chunk.Length;
        }

        rows.Read(marks, rowEnds.AsSpan(0, ended), marked);
        if (isCut && into.Rows > 0)
            rows.Cut(inside != 0);
    }

    private static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n\""u8);

    // What stray marks do to a row.
    private enum Stray
    {
        None,

        // They are text.
        Text,

        // They made one row of several.
        Joining,
    }

    // What quotation marks do in some rows.
    private enum Marked
    {
        // There are none: each line is a row.
        Not,

        // A cell may have several lines, and a row too.
        Plain,

        // Some stand where none should.
        Stray,
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
        /// <param name="marked">What quotation marks do in them.</param>
        public void Read(int[] marks, ReadOnlySpan<int> ends, Marked marked)
        {
            while (into.Rows + ends.Length > into.Lines.Length)
                into.Grow();
            var (row, before) = (0, 0);
            while (row < ends.Length)
            {
                var like = 0;
                // A row of one column may be blank.
                while (width > 1 && marked == Marked.Not && row + like < ends.Length && ends[row + like] - before == (like + 1) * width)
                    like++;
                if (like > 0)
                    Regular(marks, before + 1, like);
                else
                    Any(marks.AsSpan(before, ends[row + like++] - before + 1), marked);
                row += like;
                before = ends[row - 1];
            }
        }

        /// <summary>Tells of the last row that its line has no end: the file may have been cut off within it.</summary>
        public readonly void Cut(bool isOpen) => into.Flaws.Add(isOpen
            ? new RowIssue(into.Lines[into.Rows - 1], null, ReadingIssues.QuoteUnclosed, null, IssueSeverity.Error)
            : new RowIssue(into.Lines[into.Rows - 1], null, TableIssues.EndMissing, null, IssueSeverity.Warning));

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
        private void Any(ReadOnlySpan<int> marks, Marked marked)
        {
            var cells = marks.Length - 1;
            var (last, isLong, stray) = (0, false, Stray.None);
            for (var cell = 0; cell < cells; cell++)
            {
                var start = marks[cell] + 1;
                last = marks[cell + 1] - start;
                if (cell == cells - 1 && last > 0 && bytes[start + last - 1] == '\r')
                    last--;
                var text = bytes.AsSpan(start, last);
                isLong |= cell >= width && text.ContainsAnyExcept(Blank);
                if (marked == Marked.Stray && stray < Stray.Joining)
                    stray = (Stray)Math.Max((int)stray, (int)StrayIn(text));
                if (slotOf[Math.Min(cell, width)] is var slot and >= 0)
                    into.Values[slot][into.Rows] = last > 0 && text[0] == '"' ? Quoted(slot, text) : into.Books[slot].NumberOf(ref bytes[start], last);
            }

            if (cells > 1 || last > 0)
            {
                if (cells != width)
                    Ragged(cells, isLong);
                if (stray != Stray.None)
                    into.Flaws.Add(stray == Stray.Joining
                        ? new RowIssue(line, null, TableIssues.RowsJoined, null, IssueSeverity.Error)
                        : new RowIssue(line, null, ReadingIssues.QuoteStray, null, IssueSeverity.Warning));
                into.Lines[into.Rows++] = line;
            }

            line += marked == Marked.Not ? 1 : bytes.AsSpan(marks[0] + 1, marks[^1] - marks[0]).Count((byte)'\n');
        }

        // A mark within text is text. One that ends a quotation over several lines in the middle of a cell was not meant to:
        // it belongs to another row, and so do the lines in between.
        private static Stray StrayIn(ReadOnlySpan<byte> cell)
        {
            if (cell.Length == 0 || cell[0] != '"')
                return cell.Contains((byte)'"') ? Stray.Text : Stray.None;
            var end = Closing(cell);
            return end >= cell.Length - 1 ? Stray.None : cell[..end].Contains((byte)'\n') ? Stray.Joining : Stray.Text;
        }

        // Where the quotation that a cell begins with ends.
        private static int Closing(ReadOnlySpan<byte> cell)
        {
            var at = 1;
            while (at < cell.Length && (cell[at] != '"' || (at + 1 < cell.Length && cell[at + 1] == '"')))
                at += cell[at] == '"' ? 2 : 1;
            return at;
        }

        private readonly int Quoted(int slot, ReadOnlySpan<byte> cell)
        {
            var plain = new byte[cell.Length + ValueBook.Room];
            var (count, end) = (0, Closing(cell));
            for (var at = 1; at < end; at++)
            {
                plain[count++] = cell[at];
                at += cell[at] == '"' ? 1 : 0;
            }

            // What follows the closing mark stays: a stray mark loses nothing.
            for (var at = end + 1; at < cell.Length; at++)
                plain[count++] = cell[at];
            return into.Books[slot].NumberOf(ref plain[0], count);
        }

        private readonly void Ragged(int cells, bool isLong)
        {
            into.Ragged.Add((line, cells, isLong));
            var empty = new byte[ValueBook.Room];
            for (var missing = cells; missing < width; missing++)
            {
                if (slotOf[missing] is var slot and >= 0)
                    into.Values[slot][into.Rows] = into.Books[slot].NumberOf(ref empty[0], 0);
            }
        }
    }
}
