using System.Buffers.Binary;

namespace Tambo.Cases.Attachments;

/// <summary>A recording as Ogg Opus (RFC 3533, RFC 7845): its comments are written anew and empty, and what follows its end is left out.</summary>
internal static class OggOpus
{
    private const int Head = 27;
    private const byte Begins = 2;
    private const byte Ends = 4;

    /// <summary>The recording without its comments.</summary>
    /// <exception cref="Platform.Problems.Problem">It is not whole, or holds something else than one voice.</exception>
    public static byte[] Clean(ReadOnlySpan<byte> bytes)
    {
        using var kept = new MemoryStream(bytes.Length);
        var (at, number, stream, heard, part) = (0, 0u, 0u, false, 0);
        while (at < bytes.Length)
        {
            var page = PageAt(bytes, at);
            var body = page[(Head + page[26])..];
            var (flags, serial) = (page[5], BinaryPrimitives.ReadUInt32LittleEndian(page[14..]));
            if (number == 0)
            {
                if (flags != Begins || !body.StartsWith("OpusHead"u8))
                    throw AttachmentProblems.KindUnknown.With();
                stream = serial;
            }
            else if (serial != stream || (flags & Begins) != 0)
                throw AttachmentProblems.KindUnknown.With();

            at += page.Length;
            // The head, then the comments over as many pages as they take, then the voice.
            if (part == 1)
            {
                if (number == 1 && !body.StartsWith("OpusTags"u8))
                    throw AttachmentProblems.Damaged.With();
                var isLast = page[Head + page[26] - 1] < 255;
                if (number == 1)
                    Write(kept, Empty(stream), 1);
                number = 2;
                part = isLast ? 2 : 1;
                continue;
            }

            Write(kept, page.ToArray(), number++);
            heard |= part == 2;
            part = Math.Max(part, 1);
            if ((flags & Ends) != 0)
                break;
        }

        return heard ? kept.ToArray() : throw AttachmentProblems.Damaged.With();
    }

    private static ReadOnlySpan<byte> PageAt(ReadOnlySpan<byte> bytes, int at)
    {
        var rest = bytes[at..];
        if (rest.Length < Head || !rest.StartsWith("OggS"u8) || rest[4] != 0 || rest[26] == 0 || rest.Length < Head + rest[26])
            throw AttachmentProblems.Damaged.With();
        var length = Head + rest[26];
        foreach (var segment in rest.Slice(Head, rest[26]))
            length += segment;
        if (length > rest.Length)
            throw AttachmentProblems.Damaged.With();
        var page = rest[..length];
        var said = BinaryPrimitives.ReadUInt32LittleEndian(page[22..]);
        var plain = page.ToArray();
        plain.AsSpan(22, 4).Clear();
        return SumOf(plain) == said ? page : throw AttachmentProblems.Damaged.With();
    }

    // Comments of nobody: the word, no maker, none.
    private static byte[] Empty(uint stream)
    {
        byte[] page = [.. "OggS"u8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 16, .. "OpusTags"u8, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(14), stream);
        return page;
    }

    private static void Write(MemoryStream kept, byte[] page, uint number)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(18), number);
        page.AsSpan(22, 4).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), SumOf(page));
        kept.Write(page);
    }

    /// <summary>The sum of a page, its own four bytes being zero (RFC 3533, section 6).</summary>
    internal static uint SumOf(ReadOnlySpan<byte> page)
    {
        var sum = 0u;
        foreach (var one in page)
        {
            sum ^= (uint)one << 24;
            for (var bit = 0; bit < 8; bit++)
                sum = (sum & 0x80000000) != 0 ? (sum << 1) ^ 0x04C11DB7 : sum << 1;
        }

        return sum;
    }
}
