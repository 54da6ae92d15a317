using System.Buffers.Binary;
using System.IO.Hashing;

namespace Tambo.Cases.Attachments;

/// <summary>A picture as PNG (ISO/IEC 15948). Kept are the chunks that are needed to show it; texts, times, Exif and whatever follows the end are left out.</summary>
internal static class PngPicture
{
    private static readonly HashSet<string> Kept = new(["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs"], StringComparer.Ordinal);

    public static ReadOnlySpan<byte> Beginning => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The picture alone.</summary>
    /// <exception cref="Platform.Problems.Problem">It is not whole, or too large to be shown.</exception>
    public static byte[] Clean(ReadOnlySpan<byte> bytes)
    {
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(Beginning);
        var (at, hasPoints) = (Beginning.Length, false);
        while (at + 12 <= bytes.Length)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);
            if (length > bytes.Length - at - 12)
                break;
            var chunk = bytes.Slice(at, (int)length + 12);
            var named = chunk[4..^4];
            // The name and the bytes, as their sum says they were written.
            if (BinaryPrimitives.ReadUInt32BigEndian(chunk[^4..]) != Crc32.HashToUInt32(named))
                break;
            var name = System.Text.Encoding.Latin1.GetString(named[..4]);
            // The first chunk says the size, and no other one does.
            if ((at == Beginning.Length) != (name == "IHDR"))
                break;
            if (name == "IHDR")
            {
                if (length != 13)
                    break;
                CleanFile.RequireSize(BinaryPrimitives.ReadInt32BigEndian(named[4..]), BinaryPrimitives.ReadInt32BigEndian(named[8..]));
            }

            hasPoints |= name == "IDAT";
            if (Kept.Contains(name))
                kept.Write(chunk);
            else if (char.IsAsciiLetterUpper(name[0]))
                break;
            if (name == "IEND")
                return hasPoints ? kept.ToArray() : throw AttachmentProblems.Damaged.With();
            at += chunk.Length;
        }

        throw AttachmentProblems.Damaged.With();
    }
}
