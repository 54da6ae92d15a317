using System.Buffers.Binary;

namespace Tambo.Cases.Attachments;

/// <summary>
/// A voice recording as phones make it: MPEG-4 and 3GPP audio (ISO/IEC 14496-12), Ogg Opus (RFC 7845), or WAVE. Kept is what is needed to
/// hear it; positions, names, times and comments are overwritten or left out. A recording with a picture is none.
/// </summary>
internal static class VoiceRecording
{
    private static readonly HashSet<string> Containers = new(["moov", "trak", "mdia", "minf", "stbl", "edts", "dinf", "mvex", "moof", "traf"], StringComparer.Ordinal);

    private static readonly HashSet<string> Leaves = new(
        [
            "ftyp", "styp", "sidx", "mdat", "mvhd", "tkhd", "mdhd", "hdlr", "smhd", "dref", "elst", "stsd", "stts", "ctts", "stsc", "stsz", "stz2", "stco", "co64", "stss", "sgpd", "sbgp",
            "mehd", "trex", "mfhd", "tfhd", "tfdt", "trun", "saiz", "saio",
        ],
        StringComparer.Ordinal);

    /// <summary>The recording alone; null where it is none.</summary>
    /// <exception cref="Platform.Problems.Problem">It begins as one and is not whole, or has a picture.</exception>
    public static CleanedFile? Clean(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= 12 && bytes[4..8].SequenceEqual("ftyp"u8))
            return new CleanedFile(bytes[8..10].SequenceEqual("3g"u8) ? "audio/3gpp" : "audio/mp4", bytes[8..10].SequenceEqual("3g"u8) ? ".3gp" : ".m4a", Boxes(bytes));
        if (bytes.StartsWith("OggS"u8))
            return new CleanedFile("audio/ogg", ".ogg", OggOpus.Clean(bytes));
        return bytes.Length >= 12 && bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WAVE"u8) ? new CleanedFile("audio/wav", ".wav", Wave(bytes)) : null;
    }

    // Boxes stay where they are, since others say where they lie; what is not needed becomes empty room of the same length.
    private static byte[] Boxes(ReadOnlySpan<byte> bytes)
    {
        var kept = bytes.ToArray();
        var found = new HashSet<string>(StringComparer.Ordinal);
        Walk(kept, 0, kept.Length, found, 0);
        return found.Contains("moov") && found.Contains("hdlr") && found.Contains("mdat") ? kept : throw AttachmentProblems.Damaged.With();
    }

    private static void Walk(byte[] kept, int from, int to, HashSet<string> found, int depth)
    {
        for (var at = from; at < to;)
        {
            if (to - at < 8 || depth > 8)
                throw AttachmentProblems.Damaged.With();
            var (size, head) = ((long)BinaryPrimitives.ReadUInt32BigEndian(kept.AsSpan(at)), 8);
            if (size == 1 && to - at >= 16)
                (size, head) = ((long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(kept.AsSpan(at + 8)), long.MaxValue), 16);
            else if (size == 0 && depth == 0)
                size = to - at;
            if (size < head || size > to - at)
                throw AttachmentProblems.Damaged.With();
            var name = System.Text.Encoding.Latin1.GetString(kept, at + 4, 4);
            var body = kept.AsSpan(at + head, (int)size - head);
            if (Containers.Contains(name))
            {
                found.Add(name);
                Walk(kept, at + head, at + (int)size, found, depth + 1);
            }
            else if (Leaves.Contains(name))
            {
                found.Add(name);
                Leaf(name, body);
            }
            else
            {
                "free"u8.CopyTo(kept.AsSpan(at + 4));
                body.Clear();
            }

            at += (int)size;
        }
    }

    private static void Leaf(string name, Span<byte> body)
    {
        switch (name)
        {
            case "hdlr":
                // Of a track of pictures, or of positions as they were passed, it is no voice recording.
                if (body.Length < 24 || !body[8..12].SequenceEqual("soun"u8))
                    throw AttachmentProblems.KindUnknown.With();
                body[24..].Clear();
                break;
            case "mvhd" or "tkhd" or "mdhd":
                // When it was made and changed: two numbers, twice as long in the later version.
                var length = body.Length > 0 && body[0] == 1 ? 16 : 8;
                if (body.Length < 4 + length)
                    throw AttachmentProblems.Damaged.With();
                body.Slice(4, length).Clear();
                break;
        }
    }

    private static byte[] Wave(ReadOnlySpan<byte> bytes)
    {
        using var kept = new MemoryStream(bytes.Length);
        kept.Write("RIFF\0\0\0\0WAVE"u8);
        Span<byte> said = stackalloc byte[4];
        var (hasFormat, hasSound) = (false, false);
        for (var at = 12; at + 8 <= bytes.Length && !hasSound;)
        {
            var name = bytes.Slice(at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            // A recorder that was stopped says nothing of how long it is.
            var isSound = name.SequenceEqual("data"u8);
            if (isSound && (length is 0 or uint.MaxValue || length > bytes.Length - at - 8))
                length = (uint)(bytes.Length - at - 8);
            if (length > bytes.Length - at - 8)
                throw AttachmentProblems.Damaged.With();
            if (isSound || name.SequenceEqual("fmt "u8) || name.SequenceEqual("fact"u8))
            {
                if (isSound ? !hasFormat || length == 0 : name[0] == 'f' && name[1] == 'm' && length < 16)
                    throw AttachmentProblems.Damaged.With();
                BinaryPrimitives.WriteUInt32LittleEndian(said, length);
                kept.Write(name);
                kept.Write(said);
                kept.Write(bytes.Slice(at + 8, (int)length));
                if (length % 2 == 1)
                    kept.WriteByte(0);
                (hasFormat, hasSound) = (hasFormat || name.SequenceEqual("fmt "u8), isSound);
            }

            at += 8 + (int)length + (int)(length % 2);
        }

        if (!hasSound)
            throw AttachmentProblems.Damaged.With();
        var whole = kept.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(whole.AsSpan(4), (uint)whole.Length - 8);
        return whole;
    }
}
