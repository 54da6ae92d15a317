using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Tambo.Flows.Segments;

/// <summary>The segment's own bytes are not what was written: nothing is answered from it.</summary>
internal sealed class SegmentDamagedException(string what) : Exception(what);

/// <summary>What a reader of a segment needs: its columns, their codes, and where each chunk lies; the last thing in the file.</summary>
internal sealed record SegmentFooter
{
    /// <summary>The first bytes of a segment.</summary>
    public static ReadOnlySpan<byte> Beginning => "TAMBOSG1"u8;

    /// <summary>The column that says on which line of the file an observation stood.</summary>
    public const string LineColumn = "LINE";

    private const int HashBytes = 32;
    private const int TrailerBytes = HashBytes + 4 + 8;

    /// <summary>The dataflow its observations are of.</summary>
    public required string Dataflow { get; init; }

    /// <summary>Observations of each block.</summary>
    public required IReadOnlyList<int> BlockRows { get; init; }

    /// <summary>Codes, then measures, then the line.</summary>
    public required IReadOnlyList<SegmentColumn> Columns { get; init; }

    /// <summary>The SHA-256 of the footer itself, which holds those of all chunks.</summary>
    public byte[] Hash { get; init; } = [];

    /// <summary>Observations in all.</summary>
    public long Rows => BlockRows.Sum(rows => (long)rows);

    /// <summary>The hash that a chunk is checked by: the first 16 bytes of its SHA-256.</summary>
    public static UInt128 HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[HashBytes];
        SHA256.HashData(bytes, hash);
        return MemoryMarshal.Read<UInt128>(hash);
    }

    /// <summary>Writes the footer at the end of a segment: its bytes, their hash, their length, the beginning's mark again.</summary>
    public void Write(Stream file)
    {
        using var bytes = new MemoryStream();
        using (var writer = new BinaryWriter(bytes, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Dataflow);
            writer.Write(BlockRows.Count);
            foreach (var rows in BlockRows)
                writer.Write(rows);
            writer.Write(Columns.Count);
            foreach (var column in Columns)
                Write(writer, column);
        }

        var body = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
        file.Write(body);
        file.Write(SHA256.HashData(body));
        file.Write(BitConverter.GetBytes(body.Length));
        file.Write(Beginning);
    }

    /// <summary>Reads the footer of a whole segment.</summary>
    /// <exception cref="SegmentDamagedException">The file is cut, or its footer is not what was written.</exception>
    public static SegmentFooter Read(ReadOnlySpan<byte> file)
    {
        if (file.Length < Beginning.Length + TrailerBytes || !file[..Beginning.Length].SequenceEqual(Beginning) || !file[^Beginning.Length..].SequenceEqual(Beginning))
            throw new SegmentDamagedException("The file is not a whole segment.");
        var length = MemoryMarshal.Read<int>(file[^(Beginning.Length + 4)..]);
        if (length < 0 || length > file.Length - Beginning.Length - TrailerBytes)
            throw new SegmentDamagedException("The segment's footer has no right length.");
        var body = file[^(TrailerBytes + length)..^TrailerBytes];
        if (!SHA256.HashData(body).AsSpan().SequenceEqual(file[^TrailerBytes..][..HashBytes]))
            throw new SegmentDamagedException("The segment's footer does not match its hash.");
        using var reader = new BinaryReader(new MemoryStream(body.ToArray()), Encoding.UTF8);
        var dataflow = reader.ReadString();
        var blocks = new int[reader.ReadInt32()];
        for (var i = 0; i < blocks.Length; i++)
            blocks[i] = reader.ReadInt32();
        var columns = new SegmentColumn[reader.ReadInt32()];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = ReadColumn(reader, blocks.Length);
        return new SegmentFooter { Dataflow = dataflow, BlockRows = blocks, Columns = columns, Hash = file[^TrailerBytes..][..HashBytes].ToArray() };
    }

    private static void Write(BinaryWriter writer, SegmentColumn column)
    {
        writer.Write(column.Code);
        writer.Write(column.Rising);
        writer.Write(column.Codes.Count);
        foreach (var code in column.Codes)
            writer.Write(code);
        foreach (var chunk in column.Chunks)
        {
            writer.Write(chunk.Offset);
            writer.Write(chunk.Bytes);
            writer.Write(chunk.Least);
            writer.Write(chunk.Most);
            writer.Write(chunk.Bits);
            writer.Write(chunk.Nulls);
            writer.Write((ulong)chunk.Hash);
            writer.Write((ulong)(chunk.Hash >> 64));
        }
    }

    private static SegmentColumn ReadColumn(BinaryReader reader, int blocks)
    {
        var (code, rising) = (reader.ReadString(), reader.ReadBoolean());
        var codes = new string[reader.ReadInt32()];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = reader.ReadString();
        var chunks = new SegmentChunk[blocks];
        for (var i = 0; i < blocks; i++)
        {
            chunks[i] = new SegmentChunk(
                reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadByte(), reader.ReadInt32(),
                new UInt128(0, reader.ReadUInt64()) | ((UInt128)reader.ReadUInt64() << 64));
        }

        return new SegmentColumn { Code = code, Codes = codes, Rising = rising, Chunks = chunks };
    }
}
