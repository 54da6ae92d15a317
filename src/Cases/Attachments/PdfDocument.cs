using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Tambo.Cases.Attachments;

/// <summary>
/// A document as PDF (ISO 32000). It is taken as it came when nothing in it starts by itself, runs a script, opens a program or
/// carries another file, wherever that is written, packed parts included; encrypted, or with objects packed in another way than is
/// unpacked here, it cannot be looked into and is refused. What cameras and programs noted in its pictures and about it is
/// overwritten in its place, packed or not, so that every address in it stays right.
/// </summary>
internal static partial class PdfDocument
{
    // A page of text has some kilobytes; what unpacks to more than this was made to fill a memory.
    private const int MostUnpacked = 64 * 1024 * 1024;

    // Where the end has to be said (ISO 32000-1, annex H.3.4.4, note 18).
    private const int Tail = 1024;

    public static ReadOnlySpan<byte> Beginning => "%PDF-"u8;

    /// <summary>The document, without what its pictures and itself say of where and by whom they were made.</summary>
    /// <exception cref="Platform.Problems.Problem">It is not whole, does something by itself, or cannot be looked into.</exception>
    public static byte[] Checked(ReadOnlySpan<byte> bytes)
    {
        if (bytes[Math.Max(0, bytes.Length - Tail)..].LastIndexOf("%%EOF"u8) < 0)
            throw AttachmentProblems.Damaged.With();
        byte[] kept = [.. bytes];
        var text = Encoding.Latin1.GetString(kept);
        RequireStill(text);
        var streams = PdfStreams.Of(text);
        var opaque = streams.Where(stream => stream.IsOpaque).Select(stream => stream.From).ToHashSet();
        RequireNoScript(Without(text, opaque));
        if (streams.Any(stream => stream.HoldsObjects && !(stream.IsPlainlyPacked && (!stream.IsPacked || IsZlib(kept, stream.From)))))
            throw AttachmentProblems.Active.With();
        // Each of them was looked at, however its name is written.
        if (PdfStreams.ObjectsIn(Spelled(text)) != streams.Sum(stream => PdfStreams.ObjectsIn(stream.Says)))
            throw AttachmentProblems.Active.With();
        foreach (var (packed, from) in Packed(kept))
        {
            RequireStill(packed);
            if (!opaque.Contains(from))
                RequireNoScript(packed);
            if (PdfStreams.TellsOfMaking(packed))
                Blank(kept, from);
        }

        foreach (var stream in streams.Where(stream => stream.IsMetadata))
            Blank(kept, stream.From);
        Overwrite(kept);
        return kept;
    }

    // Names may be written with numbers for letters: /J#61vaScript.
    private static void RequireStill(string text)
    {
        if (Moving().IsMatch(Spelled(text)))
            throw AttachmentProblems.Active.With();
    }

    // Every script is named /JavaScript somewhere, even where an index of the document leads into a picture; that it is also found by the
    // short name of its words is a second net, for what a reader might run that is written otherwise.
    private static void RequireNoScript(string text)
    {
        if (Scripted().IsMatch(Spelled(text)))
            throw AttachmentProblems.Active.With();
    }

    // The document without what some of its streams hold.
    private static string Without(string text, HashSet<int> streams)
    {
        var (kept, at) = (new StringBuilder(text.Length), 0);
        foreach (var from in streams.Order())
        {
            if (from < at)
                continue;
            var end = text.IndexOf("endstream", from, StringComparison.Ordinal);
            kept.Append(text, at, from - at);
            at = end < 0 ? text.Length : end;
        }

        return kept.Append(text, at, text.Length - at).ToString();
    }

    private static string Spelled(string text) => text.Contains('#', StringComparison.Ordinal)
        ? Numbered().Replace(text, match => ((char)Convert.ToInt32(match.Groups["code"].Value, 16)).ToString())
        : text;

    // The first bytes of zlib say what they are (RFC 1950).
    private static bool IsZlib(byte[] bytes, int from) => from + 2 <= bytes.Length && (bytes[from] & 0x0F) == 8 && ((bytes[from] << 8) | bytes[from + 1]) % 31 == 0;

    // What a stream holds, up to its end: a reader who does not need it goes on without.
    private static void Blank(byte[] bytes, int from)
    {
        var end = bytes.AsSpan(from).IndexOf("endstream"u8);
        bytes.AsSpan(from, end < 0 ? bytes.Length - from : end).Fill((byte)' ');
    }

    // Every stream that can be unpacked, as text: objects may lie in any of them.
    private static List<(string Text, int From)> Packed(byte[] bytes)
    {
        var (texts, room, at) = (new List<(string Text, int From)>(), MostUnpacked, 0);
        while (bytes.AsSpan(at).IndexOf("stream"u8) is >= 0 and var found)
        {
            at += found + "stream"u8.Length;
            var from = at;
            if (from < bytes.Length && bytes[from] == '\r')
                from++;
            if (from < bytes.Length && bytes[from] == '\n')
                from++;
            // Anything else is a picture or a font, whose bytes have been looked through as they are.
            if (!IsZlib(bytes, from))
                continue;
            if (Unpacked(bytes, from, ref room) is { Length: > 0 } text)
                texts.Add((text, from));
        }

        return texts;
    }

    private static string Unpacked(byte[] bytes, int from, ref int room)
    {
        using var text = new MemoryStream();
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(bytes, from, bytes.Length - from), CompressionMode.Decompress);
            var piece = new byte[16 * 1024];
            while (zlib.Read(piece) is > 0 and var read)
            {
                if ((room -= read) < 0)
                    throw AttachmentProblems.Active.With();
                text.Write(piece, 0, read);
            }
        }
        catch (InvalidDataException)
        {
            // Not packed, or cut off: what came out so far is looked through like the rest.
        }

        return Encoding.Latin1.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    private static void Overwrite(byte[] bytes)
    {
        // In a picture a segment E1 holds Exif or XMP; its length stands before it.
        for (var at = 0; bytes.AsSpan(at).IndexOf([(byte)0xFF, (byte)0xE1]) is >= 0 and var found;)
        {
            at += found;
            if (at + 4 > bytes.Length)
                break;
            var length = (bytes[at + 2] << 8) | bytes[at + 3];
            var body = bytes.AsSpan(at + 4, Math.Clamp(length - 2, 0, bytes.Length - at - 4));
            if (body.StartsWith("Exif\0"u8) || body.StartsWith("http://ns.adobe.com/"u8))
                body.Clear();
            at += 4;
        }

        for (var at = 0; bytes.AsSpan(at).IndexOf("<?xpacket begin"u8) is >= 0 and var found;)
        {
            at += found;
            var end = bytes.AsSpan(at).IndexOf("<?xpacket end"u8);
            bytes.AsSpan(at, end < 0 ? "<?xpacket begin"u8.Length : end).Fill((byte)' ');
            at++;
        }
    }

    // Actions that a page or a click may start; opening at a place (OpenAction) is none unless it names one of these.
    [GeneratedRegex(@"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|XFA|Encrypt|SubmitForm|ImportData|GoToE|Rendition|Sound|Movie)(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Moving();

    // The words of a script: a text, in letters or in numbers, or the object that holds it; a remark may stand between.
    [GeneratedRegex(@"/JS(?![A-Za-z0-9_.-])(?:[\0\t\n\f\r ]|%[^\r\n]{0,1000}[\r\n])*(?:[(<]|[0-9]{1,10}[\0\t\n\f\r ]+[0-9]{1,5}[\0\t\n\f\r ]+R)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Scripted();

    [GeneratedRegex("#(?<code>[0-9A-Fa-f]{2})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Numbered();
}
