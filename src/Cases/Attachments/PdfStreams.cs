using System.Text.RegularExpressions;

namespace Tambo.Cases.Attachments;

/// <summary>A stream of a PDF document: where its bytes begin, and what the dictionary before it says (ISO 32000-1, 7.3.8).</summary>
internal sealed record PdfStream(int From, string Says)
{
    /// <summary>True when objects lie in it (7.5.7), whether or not it names itself so.</summary>
    public bool HoldsObjects => PdfStreams.ObjectsIn(Says) > 0 || PdfStreams.First().IsMatch(Says);

    /// <summary>True when it says what the document is about and who made it (14.3.2).</summary>
    public bool IsMetadata => PdfStreams.Metadata().IsMatch(Says);

    /// <summary>
    /// True for a picture or the program of a font, whose bytes are read by nobody as words of the document. What looks like one
    /// stands there by chance: in a scan of a megabyte three given bytes more often than once in twenty.
    /// </summary>
    public bool IsOpaque => !HoldsObjects && PdfStreams.Opaque().IsMatch(Says);

    /// <summary>True when a filter is named.</summary>
    public bool IsPacked => PdfStreams.Filter().IsMatch(Says);

    /// <summary>
    /// True when the dictionary is whole and simple, and its bytes are as they are or packed by Flate alone, without a predictor.
    /// Text, remarks and numbers for letters, in which something else could be hidden, are none of it.
    /// </summary>
    public bool IsPlainlyPacked =>
        Says.AsSpan().IndexOfAny("()%#") < 0 && Says.Contains("<<", StringComparison.Ordinal) && PdfStreams.Count(Says, "<<") == PdfStreams.Count(Says, ">>")
        && !PdfStreams.Unusual().IsMatch(Says)
        && PdfStreams.Filter().Count(Says) == PdfStreams.Flate().Count(Says) && PdfStreams.Filter().Count(Says) <= 1;
}

/// <summary>Finds the streams of a document.</summary>
internal static partial class PdfStreams
{
    /// <summary>The streams of a document that hold objects, tell of its making or are opaque; it is read as one byte for each character.</summary>
    public static IReadOnlyList<PdfStream> Of(string text)
    {
        var (streams, at) = (new List<PdfStream>(), 0);
        while (text.IndexOf("stream", at, StringComparison.Ordinal) is >= 0 and var found)
        {
            // Nothing before the last such word belongs to this one: each part of a document is looked at once.
            var before = text[at..found];
            at = found + "stream".Length;
            if (found >= 3 && text.AsSpan(found - 3, 3).SequenceEqual("end"))
                continue;
            var from = at;
            if (from < text.Length && text[from] == '\r')
                from++;
            if (from < text.Length && text[from] == '\n')
                from++;
            var begin = Beginning().Matches(before) is { Count: > 0 } all ? all[^1].Index + all[^1].Length : 0;
            var stream = new PdfStream(from, before[begin..]);
            if (stream.HoldsObjects || stream.IsMetadata || stream.IsOpaque)
                streams.Add(stream);
        }

        return streams;
    }

    /// <summary>How often a text names a stream in which objects lie.</summary>
    public static int ObjectsIn(string text) => text.Contains("/ObjStm", StringComparison.Ordinal) ? Objects().Count(text) : 0;

    /// <summary>True for what programs write about a document, as XMP.</summary>
    public static bool TellsOfMaking(string text) => text.Contains("<?xpacket begin", StringComparison.Ordinal) || text.Contains("<x:xmpmeta", StringComparison.Ordinal);

    internal static int Count(string text, string part)
    {
        var (count, at) = (0, 0);
        while (text.IndexOf(part, at, StringComparison.Ordinal) is >= 0 and var found)
            (count, at) = (count + 1, found + part.Length);
        return count;
    }

    [GeneratedRegex(@"/ObjStm(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Objects();

    [GeneratedRegex(@"/First(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    internal static partial Regex First();

    [GeneratedRegex(@"/(?:Type\s*/Metadata|Subtype\s*/XML)(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    internal static partial Regex Metadata();

    [GeneratedRegex(@"/Subtype\s*/(?:Image|Type1C|CIDFontType0C|OpenType)(?![A-Za-z0-9_.-])|/Length1(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    internal static partial Regex Opaque();

    [GeneratedRegex(@"/(?:Filter|F)(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    internal static partial Regex Filter();

    [GeneratedRegex(@"/Filter\s*(?:/FlateDecode(?![A-Za-z0-9_.-])|\[\s*/FlateDecode\s*\])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    internal static partial Regex Flate();

    [GeneratedRegex(@"/(?:DecodeParms|DP|FFilter|FDecodeParms)(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    internal static partial Regex Unusual();

    [GeneratedRegex(@"(?<![0-9])[0-9]{1,10}\s{1,8}[0-9]{1,5}\s{1,8}obj(?![A-Za-z0-9_.-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Beginning();
}
