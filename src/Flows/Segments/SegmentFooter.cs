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

    // More codes than these are texts, of which a question touches few: they are made into strings when they are asked for.
    private const int ManyCodes = 1 << 13;

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
        // Its texts may be many: what is written is hashed on the way, and never held.
        using var hashed = new HashedStream(file);
        using (var writer = new BinaryWriter(new BufferedStream(hashed, 1 << 16), Encoding.UTF8))
        {
            writer.Write(Dataflow);
            writer.Write(BlockRows.Count);
            foreach (var rows in BlockRows)
                writer.Write(rows);
            writer.Write(Columns.Count);
            foreach (var column in Columns)
                Write(writer, column);
        }

        file.Write(hashed.Hash());
        // A segment whose footer is longer than can be said is too large anyway.
        file.Write(BitConverter.GetBytes((int)Math.Min(hashed.Bytes, int.MaxValue)));
        file.Write(Beginning);
    }

    /// <summary>
    /// Reads the footer of a whole segment. Of a file it is read and not mapped: what of its texts was read once would count as
    /// memory of the process as long as the file is mapped.
    /// </summary>
    /// <exception cref="SegmentDamagedException">The file is cut, or its footer is not what was written.</exception>
    public static SegmentFooter Read(Stream file)
    {
        if (file.Length < Beginning.Length + TrailerBytes || !HasMark(file, 0) || !HasMark(file, file.Length - Beginning.Length))
            throw new SegmentDamagedException("The file is not a whole segment.");
        Span<byte> trailer = stackalloc byte[HashBytes + sizeof(int)];
        file.Position = file.Length - TrailerBytes;
        file.ReadExactly(trailer);
        var length = MemoryMarshal.Read<int>(trailer[HashBytes..]);
        if (length < 0 || length > file.Length - Beginning.Length - TrailerBytes)
            throw new SegmentDamagedException("The segment's footer has no right length.");
        var start = file.Position = file.Length - TrailerBytes - length;
        // Nothing is made of bytes that were not looked at before.
        if (!HashOf(file, length).AsSpan().SequenceEqual(trailer[..HashBytes]))
            throw new SegmentDamagedException("The segment's footer does not match its hash.");
        file.Position = start;
        using var reader = new BinaryReader(new BufferedStream(file, 1 << 16), Encoding.UTF8, leaveOpen: true);
        return Read(reader, trailer[..HashBytes].ToArray());
    }

    private static bool HasMark(Stream file, long at)
    {
        Span<byte> mark = stackalloc byte[Beginning.Length];
        file.Position = at;
        file.ReadExactly(mark);
        return mark.SequenceEqual(Beginning);
    }

    private static byte[] HashOf(Stream file, int length)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var room = new byte[Math.Min(length, 1 << 16)];
        while (length > 0)
        {
            var read = Math.Min(length, room.Length);
            file.ReadExactly(room, 0, read);
            hash.AppendData(room, 0, read);
            length -= read;
        }

        return hash.GetHashAndReset();
    }

    private static SegmentFooter Read(BinaryReader reader, byte[] hash)
    {
        var dataflow = reader.ReadString();
        var blocks = new int[reader.ReadInt32()];
        for (var i = 0; i < blocks.Length; i++)
            blocks[i] = reader.ReadInt32();
        var columns = new SegmentColumn[reader.ReadInt32()];
        for (var i = 0; i < columns.Length; i++)
            columns[i] = ReadColumn(reader, blocks.Length);
        return new SegmentFooter { Dataflow = dataflow, BlockRows = blocks, Columns = columns, Hash = hash };
    }

    private static void Write(BinaryWriter writer, SegmentColumn column)
    {
        writer.Write(column.Code);
        writer.Write(column.Rising);
        writer.Write(column.Codes.Count);
        for (var code = 0; code < column.Codes.Count; code++)
        {
            if (column.Codes is not TextList texts)
            {
                writer.Write(column.Codes[code]);
                continue;
            }

            writer.Write7BitEncodedInt(texts.Bytes(code).Length);
            writer.Write(texts.Bytes(code));
        }

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
        var codes = ReadCodes(reader, reader.ReadInt32());
        var chunks = new SegmentChunk[blocks];
        for (var i = 0; i < blocks; i++)
        {
            chunks[i] = new SegmentChunk(
                reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadByte(), reader.ReadInt32(),
                new UInt128(0, reader.ReadUInt64()) | ((UInt128)reader.ReadUInt64() << 64));
        }

        return new SegmentColumn { Code = code, Codes = codes, Rising = rising, Chunks = chunks };
    }

    private static IReadOnlyList<string> ReadCodes(BinaryReader reader, int count)
    {
        if (count <= ManyCodes)
        {
            var codes = new string[count];
            for (var i = 0; i < count; i++)
                codes[i] = reader.ReadString();
            return codes;
        }

        var texts = new TextList();
        var room = new byte[256];
        for (var i = 0; i < count; i++)
        {
            var length = reader.Read7BitEncodedInt();
            if (length > room.Length)
                room = new byte[length];
            reader.BaseStream.ReadExactly(room, 0, length);
            texts.Add(room.AsSpan(0, length));
        }

        return texts;
    }

    /// <summary>Passes on what is written, counts and hashes it.</summary>
    private sealed class HashedStream(Stream inner) : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public long Bytes { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public byte[] Hash() => hash.GetCurrentHash();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            inner.Write(buffer);
            hash.AppendData(buffer);
            Bytes += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
            // The file is flushed by whoever opened it.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
