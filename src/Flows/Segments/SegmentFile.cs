using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tambo.Flows.Segments;

/// <summary>
/// A segment open for reading: packed columns some rows at a time, or columns unpacked as a whole, which stay until
/// <see cref="Forget"/>. Each chunk is checked by its hash before.
/// </summary>
internal sealed unsafe class SegmentFile : IDisposable
{
    private readonly MemoryMappedFile? map;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte[]? held;
    private readonly byte* start;
    private readonly long length;
    private readonly int[] firstRow;
    private readonly ConcurrentDictionary<string, PackedColumn> packed = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<NumberColumn>> unpacked = new(StringComparer.Ordinal);

    private SegmentFile(MemoryMappedFile map, long length, SegmentFooter footer)
    {
        this.map = map;
        this.length = length;
        Footer = footer;
        view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        firstRow = FirstRows(Footer);
    }

    private SegmentFile(byte[] pinned)
    {
        (held, length) = (pinned, pinned.Length);
        start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(held));
        Footer = SegmentFooter.Read(new MemoryStream(pinned, writable: false));
        firstRow = FirstRows(Footer);
    }

    /// <summary>What the segment holds.</summary>
    public SegmentFooter Footer { get; }

    /// <summary>Observations.</summary>
    public int Rows => firstRow[^1];

    /// <summary>The number of the first row of a block.</summary>
    public int FirstRow(int block) => firstRow[block];

    /// <summary>Bytes of memory that unpacked columns take.</summary>
    public long BytesUnpacked => unpacked.Values.Where(column => column.IsValueCreated).Sum(column => column.Value.Bytes);

    /// <summary>Opens a segment's file, which may be removed afterwards where the system allows it.</summary>
    /// <exception cref="SegmentDamagedException">The file is not a whole segment.</exception>
    public static SegmentFile Open(string path)
    {
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (length == 0 || length > int.MaxValue)
            throw new SegmentDamagedException("The file has no size of a segment.");
        using var bytes = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        var footer = SegmentFooter.Read(bytes);
        var map = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new SegmentFile(map, length, footer);
        }
        catch
        {
            map.Dispose();
            throw;
        }
    }

    /// <summary>A segment that stands in memory alone; it needs not be disposed of.</summary>
    public static SegmentFile Of(ReadOnlySpan<byte> segment)
    {
        var pinned = GC.AllocateUninitializedArray<byte>(segment.Length, pinned: true);
        segment.CopyTo(pinned);
        return new SegmentFile(pinned);
    }

    /// <summary>The description of a column, or null when the segment has none of this code.</summary>
    public SegmentColumn? Find(string code) => Footer.Columns.FirstOrDefault(column => column.Code == code);

    /// <summary>A column's numbers, unpacked; null when the segment has no such column.</summary>
    /// <exception cref="SegmentDamagedException">A chunk does not match its hash.</exception>
    public NumberColumn? Column(string code)
    {
        if (Find(code) is not { } column)
            return null;
        try
        {
            return unpacked.GetOrAdd(code, _ => new Lazy<NumberColumn>(() => Unpack(column))).Value;
        }
        catch (SegmentDamagedException)
        {
            unpacked.TryRemove(code, out _);
            throw;
        }
    }

    /// <summary>A column as it lies packed; null when the segment has no such column. Nothing is read yet.</summary>
    public PackedColumn? Packed(string code) => Find(code) is { } column ? packed.GetOrAdd(code, _ => new PackedColumn(this, column)) : null;

    /// <summary>All rows, some at a time and never of two blocks.</summary>
    /// <param name="most">Rows at most; a multiple of <see cref="PackedColumn.Step"/>.</param>
    public IEnumerable<SegmentRows> Stretches(int most)
    {
        for (var block = 0; block < Footer.BlockRows.Count; block++)
        {
            for (var from = 0; from < Footer.BlockRows[block]; from += most)
                yield return new SegmentRows(block, from, Math.Min(most, Footer.BlockRows[block] - from), firstRow[block] + from);
        }
    }

    /// <summary>Keeps the segment mapped until it is disposed of, whatever happens to the file meanwhile.</summary>
    public Reading Read() => new(view?.SafeMemoryMappedViewHandle);

    /// <summary>Checks every chunk against its hash.</summary>
    /// <exception cref="SegmentDamagedException">One does not match.</exception>
    public void Verify()
    {
        foreach (var column in Footer.Columns)
        {
            foreach (var chunk in column.Chunks)
                Checked(column, chunk);
        }
    }

    /// <summary>Gives the memory of unpacked columns back, and forgets what was checked; questions under way keep theirs.</summary>
    public void Forget()
    {
        unpacked.Clear();
        packed.Clear();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        view?.SafeMemoryMappedViewHandle.ReleasePointer();
        view?.Dispose();
        map?.Dispose();
        GC.KeepAlive(held);
    }

    private static int[] FirstRows(SegmentFooter footer)
    {
        var first = new int[footer.BlockRows.Count + 1];
        for (var block = 0; block < footer.BlockRows.Count; block++)
            first[block + 1] = first[block] + footer.BlockRows[block];
        return first;
    }

    private NumberColumn Unpack(SegmentColumn column)
    {
        var numbers = NumberColumn.For(column, Rows);
        // One thread for small segments: starting others would take longer.
        if (Rows < 4 * SegmentWriter.BlockRows)
        {
            for (var block = 0; block < column.Chunks.Count; block++)
                UnpackBlock(column, numbers, block);
        }
        else
        {
            var next = -1;
            InParallel(Environment.ProcessorCount, _ =>
            {
                for (var block = Interlocked.Increment(ref next); block < column.Chunks.Count; block = Interlocked.Increment(ref next))
                    UnpackBlock(column, numbers, block);
            });
        }

        return numbers;
    }

    private void UnpackBlock(SegmentColumn column, NumberColumn numbers, int block)
    {
        var chunk = column.Chunks[block];
        numbers.Unpack(Checked(column, chunk), chunk, column.Rising, firstRow[block], Footer.BlockRows[block]);
    }

    /// <summary>Runs the parts of a reading beside each other, and waits for all of them.</summary>
    /// <exception cref="SegmentDamagedException">A part met a damaged chunk.</exception>
    public static void InParallel(int parts, Action<int> read)
    {
        var others = new Task[parts - 1];
        for (var part = 1; part < parts; part++)
        {
            var own = part;
            others[part - 1] = Task.Run(() => read(own));
        }

        try
        {
            read(0);
        }
        finally
        {
            Task.WhenAll(others).GetAwaiter().GetResult();
        }
    }

    /// <summary>The bytes of a chunk that was checked before.</summary>
    internal ReadOnlySpan<byte> Bytes(SegmentColumn column, SegmentChunk chunk) =>
        chunk.Offset >= 0 && chunk.Bytes >= 0 && chunk.Offset + chunk.Bytes <= length
            ? new ReadOnlySpan<byte>(start + chunk.Offset, chunk.Bytes)
            : throw new SegmentDamagedException($"A chunk of {column.Code} lies outside the segment.");

    /// <summary>The bytes of a chunk.</summary>
    /// <exception cref="SegmentDamagedException">They do not match its hash.</exception>
    internal ReadOnlySpan<byte> Checked(SegmentColumn column, SegmentChunk chunk)
    {
        var bytes = Bytes(column, chunk);
        return SegmentFooter.HashOf(bytes) == chunk.Hash ? bytes : throw new SegmentDamagedException($"A chunk of {column.Code} does not match its hash.");
    }

    /// <summary>A reading under way.</summary>
    internal readonly struct Reading : IDisposable
    {
        private readonly SafeHandle? held;

        public Reading(SafeHandle? mapped)
        {
            var isHeld = false;
            mapped?.DangerousAddRef(ref isHeld);
            held = mapped;
        }

        public void Dispose() => held?.DangerousRelease();
    }
}

/// <summary>Some rows of one block.</summary>
/// <param name="Block">The block.</param>
/// <param name="From">The first of them in the block.</param>
/// <param name="Rows">How many.</param>
/// <param name="First">The first of them in the segment.</param>
internal readonly record struct SegmentRows(int Block, int From, int Rows, int First);
