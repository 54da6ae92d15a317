using System.Buffers.Binary;

namespace Tambo.Platform.Files;

/// <summary>
/// Looks at the end of a zip file before its table of contents is read into memory: a table of two million empty names
/// fits in 100 MB and would cost many times that. Layout from PKWARE's APPNOTE.TXT, sections 4.3.14 to 4.3.16.
/// </summary>
internal static class ZipDirectory
{
    private const int EndLength = 22;
    private const int LongestComment = 65535;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const int LocatorLength = 20;
    private const int Zip64EndLength = 56;
    private const uint Unknown32 = 0xFFFFFFFF;
    private const int Unknown16 = 0xFFFF;

    // Name, extra fields and comment of one entry; real entries stay below 200 bytes.
    private const long BytesPerEntry = 1024;

    internal static void Check(Stream stream, int limit)
    {
        var tail = new byte[(int)Math.Min(stream.Length, EndLength + LongestComment)];
        stream.Position = stream.Length - tail.Length;
        stream.ReadExactly(tail);
        var end = FindEnd(tail);
        if (end < 0)
            throw FileRefusal.ZipDamaged();

        var record = tail.AsSpan(end);
        long entries = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        long start = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        var endPosition = stream.Length - tail.Length + end;
        if (entries == Unknown16 || start == Unknown32)
            (entries, start) = ReadZip64(stream, endPosition);
        if (entries > limit)
            throw FileRefusal.ZipEntries(limit);
        if (start < 0 || start > endPosition)
            throw FileRefusal.ZipDamaged();
        if (endPosition - start > limit * BytesPerEntry)
            throw FileRefusal.ZipEntries(limit);
        stream.Position = 0;
    }

    private static int FindEnd(ReadOnlySpan<byte> tail)
    {
        for (var at = tail.Length - EndLength; at >= 0; at--)
            if (BinaryPrimitives.ReadUInt32LittleEndian(tail[at..]) == EndSignature)
                return at;
        return -1;
    }

    private static (long Entries, long Start) ReadZip64(Stream stream, long endPosition)
    {
        Span<byte> record = stackalloc byte[Zip64EndLength];
        var locator = endPosition - LocatorLength;
        if (locator < 0)
            throw FileRefusal.ZipDamaged();
        stream.Position = locator;
        stream.ReadExactly(record[..LocatorLength]);
        var position = BinaryPrimitives.ReadInt64LittleEndian(record[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(record) != LocatorSignature || position < 0 || position > stream.Length - Zip64EndLength)
            throw FileRefusal.ZipDamaged();
        stream.Position = position;
        stream.ReadExactly(record);
        return (BinaryPrimitives.ReadInt64LittleEndian(record[32..]), BinaryPrimitives.ReadInt64LittleEndian(record[48..]));
    }
}
