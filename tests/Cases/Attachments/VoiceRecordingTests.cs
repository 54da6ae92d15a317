using System.Buffers.Binary;
using System.Text;
using Tambo.Cases.Attachments;
using Tambo.Platform.Problems;

namespace Tambo.Tests.Cases.Attachments;

/// <summary>Voice recordings are kept without position, names and times, and nothing that is no voice passes for one.</summary>
public sealed class VoiceRecordingTests
{
    private static readonly string[] Secrets = ["+08.7645-079.9823/", "Zorayda", "in the shelter"];

    [Fact]
    public void Of_phone_recordings_the_sound_stays_where_it_is_and_what_says_where_and_by_whom_goes()
    {
        foreach (var (brand, type) in new[] { ("M4A ", "audio/mp4"), ("3gp4", "audio/3gpp") })
        {
            var sound = Enumerable.Range(0, 999).Select(at => (byte)at).ToArray();
            var bytes = Mp4(brand, "soun", sound);
            var kept = CleanFile.Clean(bytes, voiceToo: true);
            Assert.Equal((type, bytes.Length), (kept.MediaType, kept.Bytes.Length));
            // Other boxes say where the sound lies: it must not move.
            Assert.Equal(bytes.AsSpan().IndexOf(sound), kept.Bytes.AsSpan().IndexOf(sound));
            Assert.All(Secrets, secret => Assert.Contains(secret, Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
            Assert.All(Secrets, secret => Assert.DoesNotContain(secret, Encoding.Latin1.GetString(kept.Bytes), StringComparison.Ordinal));
            // When it was made: seconds since 1904 in the header of the whole and of its track.
            Assert.True(bytes.AsSpan().IndexOf(Time) >= 0);
            Assert.True(kept.Bytes.AsSpan().IndexOf(Time) < 0);
            Assert.Equal(kept.Bytes, CleanFile.Clean(kept.Bytes, voiceToo: true).Bytes);
        }
    }

    [Fact]
    public void Of_messages_as_ogg_opus_the_comments_are_written_anew_and_the_sums_hold()
    {
        var sound = Enumerable.Range(0, 300).Select(at => (byte)(at * 7)).ToArray();
        var bytes = Ogg(sound, "LOCATION=" + Secrets[0], "ARTIST=" + Secrets[1], "TITLE=" + new string('x', 70_000) + Secrets[2]);
        var kept = CleanFile.Clean([.. bytes, .. "behind its end"u8], voiceToo: true);
        Assert.Equal("audio/ogg", kept.MediaType);
        Assert.All(Secrets, secret => Assert.Contains(secret, Encoding.Latin1.GetString(bytes), StringComparison.Ordinal));
        Assert.All([.. Secrets, "behind its end"], secret => Assert.DoesNotContain(secret, Encoding.Latin1.GetString(kept.Bytes), StringComparison.Ordinal));
        Assert.True(kept.Bytes.AsSpan().IndexOf(sound.AsSpan(0, 255)) >= 0);
        Assert.True(kept.Bytes.Length < 700);
        // Its own reading takes sums and numbers for right only where they are.
        Assert.Equal(kept.Bytes, CleanFile.Clean(kept.Bytes, voiceToo: true).Bytes);
        Assert.Equal([0u, 1u, 2u], Pages(kept.Bytes).Select(page => BinaryPrimitives.ReadUInt32LittleEndian(page.AsSpan(18))));
    }

    [Fact]
    public void Of_waves_the_format_and_the_sound_are_written_anew()
    {
        byte[] format = [1, 0, 1, 0, 0x40, 0x1F, 0, 0, 0x40, 0x1F, 0, 0, 1, 0, 8, 0], sound = [.. Enumerable.Range(0, 101).Select(at => (byte)at)];
        var bytes = Riff(Chunk("LIST", Encoding.ASCII.GetBytes("INFOIART" + Secrets[1])), Chunk("fmt ", format), Chunk("bext", Encoding.ASCII.GetBytes(Secrets[0])), Chunk("data", sound), Chunk("id3 ", Encoding.ASCII.GetBytes(Secrets[2])));
        var kept = CleanFile.Clean(bytes, voiceToo: true);
        Assert.Equal("audio/wav", kept.MediaType);
        Assert.Equal(Riff(Chunk("fmt ", format), Chunk("data", sound)), kept.Bytes);
    }

    [Fact]
    public void What_is_no_voice_and_what_is_cut_is_refused_and_elsewhere_no_voice_is_taken()
    {
        byte[] sound = [.. Enumerable.Range(0, 400).Select(at => (byte)at)];
        var (voice, message) = (Mp4("M4A ", "soun", sound), Ogg(sound));
        // A film, a track of positions, and a picture in the same box.
        foreach (var handler in new[] { "vide", "meta", "mett" })
            Assert.Equal("cases.attachment.kind_unknown", Refused(Mp4("isom", handler, sound)));
        Assert.Equal("cases.attachment.kind_unknown", Refused([.. "<svg onload='x'>"u8]));
        Assert.Equal("cases.attachment.kind_unknown", Refused([.. "\x1aE\xdf\xa3 webm"u8]));
        foreach (var bytes in new[] { voice, message, Riff(Chunk("fmt ", new byte[16]), Chunk("data", sound)) })
        {
            Assert.Equal("cases.attachment.kind_unknown", Assert.Throws<Problem>(() => CleanFile.Clean(bytes)).Kind.Code);
            for (var length = 0; length < bytes.Length; length += 3)
                _ = Record(bytes[..length]);
        }

        // One bit of a page, and nothing of its sum is right any more.
        message[^1] ^= 1;
        Assert.Equal("cases.attachment.damaged", Refused(message));
        var chance = new Random(7);
        for (var turn = 0; turn < 3000; turn++)
        {
            byte[] hurt = [.. turn % 2 == 0 ? voice : Riff(Chunk("fmt ", new byte[16]), Chunk("data", sound))];
            for (var change = 0; change < 4; change++)
                hurt[chance.Next(hurt.Length)] = (byte)chance.Next(256);
            _ = Record(hurt);
        }
    }

    // A refusal or a file, and nothing else.
    private static CleanedFile? Record(byte[] bytes)
    {
        try
        {
            return CleanFile.Clean(bytes, voiceToo: true);
        }
        catch (Problem refused) when (refused.Kind == AttachmentProblems.Damaged || refused.Kind == AttachmentProblems.KindUnknown)
        {
            return null;
        }
    }

    private static string Refused(byte[] bytes) => Assert.Throws<Problem>(() => CleanFile.Clean(bytes, voiceToo: true)).Kind.Code;

    private static ReadOnlySpan<byte> Time => [0xE4, 0x9A, 0x3C, 0x77];

    /// <summary>A recording as MPEG-4, with one track of a handler and everything that phones write beside it.</summary>
    internal static byte[] Mp4(string brand, string handler, byte[] sound)
    {
        byte[] made = [0, 0, 0, 0, .. Time, .. Time];
        var track = Box("trak", Box("tkhd", [.. made, .. new byte[68]]), Box("mdia", Box("mdhd", [.. made, .. new byte[12]]), Box("hdlr", [.. new byte[8], .. Encoding.ASCII.GetBytes(handler), .. new byte[12], .. Encoding.ASCII.GetBytes(Secrets[2])]),
            Box("minf", Box("smhd", new byte[8]), Box("stbl", Box("stsd", new byte[8]), Box("stco", new byte[8])))), Box("udta", Box("name", Encoding.ASCII.GetBytes(Secrets[1]))));
        var head = Box("moov", Box("mvhd", [.. made, .. new byte[88]]), track, Box("udta", Box("\u00a9xyz", Encoding.ASCII.GetBytes(Secrets[0]))), Box("meta", Encoding.ASCII.GetBytes(Secrets[1])));
        return [.. Box("ftyp", [.. Encoding.ASCII.GetBytes(brand), 0, 0, 0, 0, .. "isom"u8]), .. head, .. Box("uuid", Encoding.ASCII.GetBytes(Secrets[0])), .. Box("mdat", sound)];
    }

    private static byte[] Box(string name, params byte[][] bodies)
    {
        byte[] body = [.. bodies.SelectMany(part => part)], size = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(size, body.Length + 8);
        return [.. size, .. Encoding.Latin1.GetBytes(name), .. body];
    }

    private static byte[] Ogg(byte[] sound, params string[] comments)
    {
        byte[] Number(int number) => BitConverter.GetBytes(number);
        byte[] tags = [.. "OpusTags"u8, .. Number(4), .. "make"u8, .. Number(comments.Length), .. comments.SelectMany(comment => Number(comment.Length).Concat(Encoding.ASCII.GetBytes(comment)))];
        List<byte[]> pages = [Page(2, 0, [.. "OpusHead"u8, 1, 1, 0, 0, 0x80, 0xBB, 0, 0, 0, 0, 0], whole: true)];
        foreach (var part in tags.Chunk(255 * 255))
            pages.Add(Page(0, pages.Count, part, whole: part.Length < 255 * 255));
        pages.Add(Page(4, pages.Count, sound, whole: true));
        return [.. pages.SelectMany(page => page)];
    }

    private static byte[] Page(byte flags, int number, byte[] body, bool whole)
    {
        byte[] table = [.. Enumerable.Repeat((byte)255, body.Length / 255), .. whole ? [(byte)(body.Length % 255)] : Array.Empty<byte>()];
        byte[] page = [.. "OggS"u8, 0, flags, .. new byte[8], 9, 9, 9, 9, .. BitConverter.GetBytes(number), 0, 0, 0, 0, (byte)table.Length, .. table, .. body];
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(22), Sum(page));
        return page;
    }

    // The sum by long division, as RFC 3533 describes it, and not as the program does it.
    private static uint Sum(byte[] page)
    {
        var table = Enumerable.Range(0, 256).Select(one => Enumerable.Range(0, 8).Aggregate((uint)one << 24, (sum, _) => (sum & 0x80000000) != 0 ? (sum << 1) ^ 0x04C11DB7 : sum << 1)).ToArray();
        return page.Aggregate(0u, (sum, one) => (sum << 8) ^ table[((sum >> 24) & 255) ^ one]);
    }

    private static List<byte[]> Pages(byte[] bytes)
    {
        List<byte[]> pages = [];
        for (var at = 0; at < bytes.Length;)
        {
            var length = 27 + bytes[at + 26] + bytes.AsSpan(at + 27, bytes[at + 26]).ToArray().Sum(one => one);
            pages.Add(bytes[at..(at + length)]);
            at += length;
        }

        return pages;
    }

    private static byte[] Chunk(string name, byte[] body) => [.. Encoding.ASCII.GetBytes(name), .. BitConverter.GetBytes(body.Length), .. body, .. body.Length % 2 == 1 ? [(byte)0] : Array.Empty<byte>()];

    private static byte[] Riff(params byte[][] chunks)
    {
        byte[] body = [.. "WAVE"u8, .. chunks.SelectMany(chunk => chunk)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length), .. body];
    }
}
