using System.Buffers.Binary;

namespace Tambo.Cases.Attachments;

/// <summary>A picture as WebP (RFC 9649). Kept are the chunks of its points; Exif, XMP, unknown chunks and whatever follows the end are left out; what moves is not taken.</summary>
internal static class WebpPicture
{
    private const byte HasExif = 0x08;
    private const byte HasXmp = 0x04;
    private const byte HasProfile = 0x20;

    /// <summary>True when the bytes begin as such a picture does.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes) => bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8);

    /// <summary>The picture alone.</summary>
    /// <exception cref="Platform.Problems.Problem">It is not whole, or too large to be shown.</exception>
    public static byte[] Clean(ReadOnlySpan<byte> bytes)
    {
        var said = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (said < 4 || said > bytes.Length - 8)
            throw AttachmentProblems.Damaged.With();
        using var kept = new MemoryStream(bytes.Length);
        kept.Write(bytes[..12]);
        var (at, end, hasPoints) = (12, (int)said + 8, false);
        while (at < end)
        {
            if (at + 8 > end)
                throw AttachmentProblems.Damaged.With();
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            // A chunk of an odd length is followed by a zero.
            var whole = 8L + length + (length & 1);
            if (at + whole > end)
                throw AttachmentProblems.Damaged.With();
            var chunk = bytes.Slice(at, (int)whole);
            var name = System.Text.Encoding.Latin1.GetString(chunk[..4]);
            if (name is "ANIM" or "ANMF")
                throw AttachmentProblems.KindUnknown.With();
            if (name == "VP8X")
                KeepHead(chunk, kept);
            else if (name is "VP8 " or "VP8L" or "ALPH")
                kept.Write(chunk);
            hasPoints |= name is "VP8 " or "VP8L";
            if (name is "VP8 " or "VP8L")
                RequireSize(name, chunk[8..]);
            at += (int)whole;
        }

        if (!hasPoints)
            throw AttachmentProblems.Damaged.With();
        var picture = kept.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(picture.AsSpan(4), (uint)picture.Length - 8);
        return picture;
    }

    // What is left out is no longer said to be there.
    private static void KeepHead(ReadOnlySpan<byte> chunk, MemoryStream kept)
    {
        if (chunk.Length != 18)
            throw AttachmentProblems.Damaged.With();
        CleanFile.RequireSize(Three(chunk[12..]) + 1L, Three(chunk[15..]) + 1L);
        byte[] head = [.. chunk];
        head[8] &= unchecked((byte)~(HasExif | HasXmp | HasProfile));
        kept.Write(head);
    }

    // Of a lossy picture the size stands behind three bytes and a start code; of a lossless one in 14 bits each behind one byte.
    private static void RequireSize(string name, ReadOnlySpan<byte> body)
    {
        if (body.Length < 10)
            throw AttachmentProblems.Damaged.With();
        if (name == "VP8L")
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            CleanFile.RequireSize((bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
            return;
        }

        if ((body[0] & 1) == 0)
            CleanFile.RequireSize(BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFF);
    }

    private static int Three(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
}
