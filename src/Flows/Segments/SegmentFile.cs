using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Tambo.Flows.Segments;

/// <summary>
/// A segment open for reading. Columns are unpacked when first asked for, each chunk checked by its hash before; what was
/// unpacked stays until <see cref="Forget"/>.
/// </summary>
internal sealed unsafe class SegmentFile : IDisposable
{
    private readonly MemoryMappedFile? map;
    private readonly MemoryMappedViewAccessor? view;
    private readonly byte[]? held;
    private readonly byte* start;
    private readonly long length;
    private readonly int[] firstRow;
    private readonly ConcurrentDictionary<string, Lazy<NumberColumn>> unpacked = new(StringComparer.Ordinal);

    private SegmentFile(MemoryMappedFile map, long length)
    {
        this.map = map;
        this.length = length;
        view = map.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        Footer = SegmentFooter.Read(new ReadOnlySpan<byte>(start, checked((int)length)));
        firstRow = FirstRows(Footer);
    }

    private SegmentFile(byte[] pinned)
    {
        (held, length) = (pinned, pinned.Length);
        start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(held));
        Footer = SegmentFooter.Read(pinned);
        firstRow = FirstRows(Footer);
    }

    /// <summary>What the segment holds.</summary>
    public SegmentFooter Footer { get; }

    /// <summary>Observations.</summary>
    public int Rows => firstRow[^1];

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
        var map = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        try
        {
            return new SegmentFile(map, length);
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

    /// <summary>The numbers of a column in some blocks alone, unpacked and checked; nothing of it is kept.</summary>
    /// <exception cref="SegmentDamagedException">A chunk does not match its hash.</exception>
    public NumberColumn Blocks(SegmentColumn column, int first, int count)
    {
        var numbers = NumberColumn.For(column, firstRow[first + count] - firstRow[first]);
        for (var block = first; block < first + count; block++)
        {
            var chunk = column.Chunks[block];
            numbers.Unpack(Checked(column, chunk), chunk, column.Rising, firstRow[block] - firstRow[first], Footer.BlockRows[block]);
        }

        return numbers;
    }

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

    /// <summary>Gives the memory of unpacked columns back; questions under way keep theirs.</summary>
    public void Forget() => unpacked.Clear();

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
            Parallel.For(0, column.Chunks.Count, block => UnpackBlock(column, numbers, block));
        }

        return numbers;
    }

    private void UnpackBlock(SegmentColumn column, NumberColumn numbers, int block)
    {
        var chunk = column.Chunks[block];
        numbers.Unpack(Checked(column, chunk), chunk, column.Rising, firstRow[block], Footer.BlockRows[block]);
    }

    private ReadOnlySpan<byte> Checked(SegmentColumn column, SegmentChunk chunk)
    {
        if (chunk.Offset < 0 || chunk.Bytes < 0 || chunk.Offset + chunk.Bytes > length)
            throw new SegmentDamagedException($"A chunk of {column.Code} lies outside the segment.");
        var bytes = new ReadOnlySpan<byte>(start + chunk.Offset, chunk.Bytes);
        if (SegmentFooter.HashOf(bytes) != chunk.Hash)
            throw new SegmentDamagedException($"A chunk of {column.Code} does not match its hash.");
        return bytes;
    }
}
