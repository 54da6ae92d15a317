using System.Buffers.Binary;

namespace Tambo.Cases.Attachments;

/// <summary>
/// A picture as JPEG (ITU-T T.81). Kept are the tables, the frame and its scans, and which way is up; all other segments, where
/// cameras write position, time, owner and a small second picture, and whatever follows the end, are left out.
/// </summary>
internal static class JpegPicture
{
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;
    private const byte Exif = 0xE1;
    private const byte Adobe = 0xEE;
    private const int OrientationTag = 0x0112;

    public static ReadOnlySpan<byte> Beginning => [0xFF, 0xD8, 0xFF];

    /// <summary>The picture alone.</summary>
    /// <exception cref="Platform.Problems.Problem">It is not whole, or too large to be shown.</exception>
    public static byte[] Clean(ReadOnlySpan<byte> bytes)
    {
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..2]);
        var (at, isFramed, isScanned, up) = (2, false, false, 0);
        while (true)
        {
            var marker = MarkerAt(bytes, ref at);
            if (marker == EndOfImage)
            {
                kept.Write([0xFF, EndOfImage]);
                return isFramed && isScanned ? kept.ToArray() : throw AttachmentProblems.Damaged.With();
            }

            if (marker is 0x00 or 0x01 or (>= 0xD0 and <= 0xD8) || at + 2 > bytes.Length)
                throw AttachmentProblems.Damaged.With();
            var length = BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]);
            if (length < 2 || at + length > bytes.Length)
                throw AttachmentProblems.Damaged.With();
            var body = bytes.Slice(at + 2, length - 2);
            if (marker == Exif && up == 0 && OrientationOf(body) is > 1 and <= 8 and var turned)
            {
                kept.Write(OnlyOrientation(turned));
                up = turned;
            }

            if (IsFrame(marker))
            {
                if (body.Length < 6)
                    throw AttachmentProblems.Damaged.With();
                // A height of 0 is said after the first scan (DNL), which no camera writes and few programs read.
                CleanFile.RequireSize(BinaryPrimitives.ReadUInt16BigEndian(body[3..]), BinaryPrimitives.ReadUInt16BigEndian(body[1..]));
                isFramed = true;
            }

            if (IsKept(marker, body))
            {
                kept.Write([0xFF, marker]);
                kept.Write(bytes.Slice(at, length));
            }

            at += length;
            if (marker == StartOfScan)
            {
                var end = EndOfScan(bytes, at);
                kept.Write(bytes[at..end]);
                (at, isScanned) = (end, true);
            }
        }
    }

    private static byte MarkerAt(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at >= bytes.Length || bytes[at] != 0xFF)
            throw AttachmentProblems.Damaged.With();
        while (at < bytes.Length && bytes[at] == 0xFF)
            at++;
        return at < bytes.Length ? bytes[at++] : throw AttachmentProblems.Damaged.With();
    }

    // Frames are C0 to CF, but for the tables C4 and CC and the reserved C8.
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // Without Adobe's segment the colours of some pictures are read wrongly; it holds nothing else in its twelve bytes.
    private static bool IsKept(byte marker, ReadOnlySpan<byte> body) =>
        IsFrame(marker) || marker is 0xC4 or 0xCC or StartOfScan or (>= 0xDB and <= 0xDF) || (marker == Adobe && body.Length == 12 && body.StartsWith("Adobe"u8));

    // In a scan FF is followed by 00, or by the number of a restart; anything else ends it.
    private static int EndOfScan(ReadOnlySpan<byte> bytes, int at)
    {
        for (; at + 1 < bytes.Length; at++)
        {
            if (bytes[at] == 0xFF && bytes[at + 1] is not (0x00 or 0xFF or (>= 0xD0 and <= 0xD7)))
                return at;
        }

        throw AttachmentProblems.Damaged.With();
    }

    // Exif is a TIFF file behind six bytes; the first directory says which way is up. What cannot be read says nothing.
    private static int OrientationOf(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("Exif\0\0"u8) || body.Length < 14)
            return 0;
        var tiff = body[6..];
        var isLittle = tiff.StartsWith("II"u8);
        if (!isLittle && !tiff.StartsWith("MM"u8))
            return 0;
        var directory = Number(tiff[4..], 4, isLittle);
        if (directory < 8 || directory + 2 > tiff.Length)
            return 0;
        var entries = Number(tiff[(int)directory..], 2, isLittle);
        for (var entry = 0; entry < entries; entry++)
        {
            var at = directory + 2 + (entry * 12);
            if (at + 12 > tiff.Length)
                return 0;
            var field = tiff[(int)at..];
            if (Number(field, 2, isLittle) == OrientationTag)
                return (int)Number(field[8..], 2, isLittle);
        }

        return 0;
    }

    private static long Number(ReadOnlySpan<byte> bytes, int length, bool isLittle) => (length, isLittle) switch
    {
        (2, true) => BinaryPrimitives.ReadUInt16LittleEndian(bytes),
        (2, false) => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        (_, true) => BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
    };

    // A segment of Exif with one directory of one entry.
    private static byte[] OnlyOrientation(int turned) =>
    [
        0xFF, Exif, 0x00, 0x22, .. "Exif\0\0"u8, .. "MM"u8, 0x00, 0x2A, 0, 0, 0, 8,
        0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)turned, 0, 0, 0, 0, 0, 0,
    ];
}
