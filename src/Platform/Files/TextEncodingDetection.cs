using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Tambo.Platform.Files;

/// <summary>How the text of a file is written down, and whether that had to be guessed.</summary>
/// <param name="Encoding">The encoding to read it with.</param>
/// <param name="PreambleBytes">Bytes of the byte order mark to step over.</param>
/// <param name="Guessed">True when the file neither says its encoding nor is valid UTF-8.</param>
public sealed record DetectedEncoding(Encoding Encoding, int PreambleBytes, bool Guessed)
{
    /// <summary>The warning that tells the sender what was guessed; null when nothing was.</summary>
    public RowIssue? Issue => Guessed
        ? new RowIssue(0, null, ReadingIssues.EncodingGuessed, Encoding.WebName, IssueSeverity.Warning)
        : null;

    /// <summary>A reader of the text from its first character; the stream stays open.</summary>
    public StreamReader OpenText(Stream stream)
    {
        stream.Position = PreambleBytes;
        return new StreamReader(stream, Encoding, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true);
    }
}

/// <summary>Finds out how a text file is encoded by reading all of it once, so that an accent in its last line counts too.</summary>
public static class TextEncodingDetection
{
    private const int ChunkBytes = 1 << 16;

    // One control character in so many bytes is a slip of an export; more is not text.
    private const int BytesPerControl = 500;

    // Tab, line feed, vertical tab, form feed, carriage return, end of file (0x1A) and escape do occur in exports.
    private static readonly SearchValues<char> Controls = SearchValues.Create("\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001C\u001D\u001E\u001F");
    private static readonly SearchValues<byte> ControlBytes = SearchValues.Create([.. Enumerable.Range(1, 0x1F).Select(code => (byte)code).Where(code => Controls.Contains((char)code))]);

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding StrictUtf16Le = new(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true);
    private static readonly UnicodeEncoding StrictUtf16Be = new(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true);

    /// <summary>Looks through a seekable stream and leaves it at its start; refuses what is empty or not text.</summary>
    public static DetectedEncoding Detect(Stream stream)
    {
        stream.Position = 0;
        Span<byte> head = stackalloc byte[4096];
        var length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        head = head[..length];
        if (length == 0)
            throw FileRefusal.Empty();
        if (head.StartsWith<byte>([0xFF, 0xFE, 0, 0]) || head.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
            throw FileRefusal.Encoding("UTF-32");
        if (IsKnownBinary(head))
            throw FileRefusal.Binary();

        var found = Choose(stream, head);
        stream.Position = 0;
        return found;
    }

    /// <summary>Code pages of old exports (Windows-1252 and its kin), which the runtime knows only when asked.</summary>
    internal static void KnowWindowsEncodings() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private static DetectedEncoding Choose(Stream stream, ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            return IsText(stream, StrictUtf8, 3) ? new DetectedEncoding(StrictUtf8, 3, Guessed: false) : throw FileRefusal.Encoding("UTF-8");
        if (head.StartsWith<byte>([0xFF, 0xFE]))
            return IsText(stream, StrictUtf16Le, 2) ? new DetectedEncoding(StrictUtf16Le, 2, Guessed: false) : throw FileRefusal.Encoding("UTF-16");
        if (head.StartsWith<byte>([0xFE, 0xFF]))
            return IsText(stream, StrictUtf16Be, 2) ? new DetectedEncoding(StrictUtf16Be, 2, Guessed: false) : throw FileRefusal.Encoding("UTF-16");
        if (Utf16WithoutMark(head) is { } utf16 && IsText(stream, utf16, 0))
            return new DetectedEncoding(utf16, 0, Guessed: true);
        if (IsText(stream, StrictUtf8, 0))
            return new DetectedEncoding(StrictUtf8, 0, Guessed: false);
        KnowWindowsEncodings();
        var windows = Encoding.GetEncoding(1252);
        return IsText(stream, windows, 0) ? new DetectedEncoding(windows, 0, Guessed: true) : throw FileRefusal.Binary();
    }

    /// <summary>False when the bytes are no valid text of this encoding; a NUL character is never text.</summary>
    private static bool IsText(Stream stream, Encoding encoding, int start)
    {
        stream.Position = start;
        if (encoding is UTF8Encoding)
            return IsUtf8(stream);
        var decoder = encoding.GetDecoder();
        var bytes = new byte[ChunkBytes];
        var characters = new char[encoding.GetMaxCharCount(ChunkBytes)];
        long seen = 0;
        long controls = 0;
        try
        {
            int count;
            do
            {
                count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
                seen += count;
                var decoded = decoder.GetChars(bytes.AsSpan(0, count), characters, flush: count < bytes.Length);
                var text = characters.AsSpan(0, decoded);
                if (text.Contains('\0'))
                    return encoding is UnicodeEncoding ? false : throw FileRefusal.Binary();
                controls += Count(text, Controls);
            }
            while (count == bytes.Length);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        return controls <= 1 + (seen / BytesPerControl) ? true : throw FileRefusal.Binary();
    }

    // Most files are UTF-8: they are looked at as bytes, many at a time.
    private static bool IsUtf8(Stream stream)
    {
        var bytes = new byte[ChunkBytes + 4];
        var (carried, seen, controls) = (0, 0L, 0L);
        while (true)
        {
            var count = stream.ReadAtLeast(bytes.AsSpan(carried, ChunkBytes), ChunkBytes, throwOnEndOfStream: false);
            seen += count;
            var isLast = count < ChunkBytes;
            var text = bytes.AsSpan(0, carried + count);
            var cut = isLast ? 0 : BrokenOff(text);
            var whole = text[..^cut];
            if (!Utf8.IsValid(whole))
                return false;
            if (whole.Contains((byte)0))
                throw FileRefusal.Binary();
            controls += Count(whole, ControlBytes);
            if (isLast)
                return controls <= 1 + (seen / BytesPerControl) ? true : throw FileRefusal.Binary();
            text[^cut..].CopyTo(bytes);
            carried = cut;
        }
    }

    /// <summary>How many bytes at the end begin a character whose other bytes are still to come.</summary>
    private static int BrokenOff(ReadOnlySpan<byte> text)
    {
        for (var back = 1; back <= Math.Min(3, text.Length); back++)
        {
            var first = text[^back];
            if ((first & 0b1100_0000) != 0b1000_0000)
                return back < (first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1) ? back : 0;
        }

        return 0;
    }

    private static int Count<T>(ReadOnlySpan<T> text, SearchValues<T> wanted)
        where T : IEquatable<T>
    {
        var count = 0;
        for (var next = text.IndexOfAny(wanted); next >= 0; next = text.IndexOfAny(wanted))
        {
            count++;
            text = text[(next + 1)..];
        }

        return count;
    }

    /// <summary>
    /// Text in a Latin script has a zero in every second byte when written as UTF-16. Three in ten suffices, so that files
    /// with other scripts in some columns are found too; the other bytes must hold no zero at all.
    /// </summary>
    private static UnicodeEncoding? Utf16WithoutMark(ReadOnlySpan<byte> head)
    {
        var even = 0;
        var odd = 0;
        for (var at = 0; at < head.Length; at++)
            if (head[at] == 0)
                _ = (at & 1) == 0 ? even++ : odd++;
        var enough = Math.Max(1, head.Length / 2 * 3 / 10);
        if (odd >= enough && even == 0)
            return StrictUtf16Le;
        return even >= enough && odd == 0 ? StrictUtf16Be : null;
    }

    private static bool IsKnownBinary(ReadOnlySpan<byte> head) =>
        head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith("%PDF-"u8) || head.StartsWith<byte>([0x1F, 0x8B])
        || head.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0]) || head.StartsWith<byte>([0x89, (byte)'P', (byte)'N', (byte)'G'])
        || head.StartsWith<byte>([0xFF, 0xD8, 0xFF]) || head.StartsWith("SQLite format 3\0"u8);
}
