using System.Globalization;
using System.Text;
using System.Xml;
using Tambo.Platform.Files;

namespace Tambo.Guide.Translating;

/// <summary>A unit as somebody else's file has it.</summary>
internal sealed record XliffUnit
{
    /// <summary>The line it begins in.</summary>
    public int Line { get; init; }

    /// <summary>The id of its file element.</summary>
    public string File { get; init; } = "";

    /// <summary>Its own id.</summary>
    public string Id { get; init; } = "";

    /// <summary>The text, its segments joined.</summary>
    public string Source { get; init; } = "";

    /// <summary>The translation, its segments joined in their order; null when a segment has none.</summary>
    public string? Target { get; init; }

    /// <summary>The least of the states of its segments.</summary>
    public string State { get; init; } = "initial";

    /// <summary>The hash that went along with our export; empty when it was lost.</summary>
    public string Hash { get; init; } = "";

    /// <summary>True when a translation holds formatting, which was left out: only its words are kept.</summary>
    public bool HasFormatting { get; init; }

    /// <summary>True when a translation holds something that stands for other content, so that its words are not all of it.</summary>
    public bool HasPlaceholder { get; init; }
}

/// <summary>A file of XLIFF as it was handed in.</summary>
/// <param name="From">The language of its texts.</param>
/// <param name="To">The language they are translated into.</param>
/// <param name="Units">Its units, in their order.</param>
internal sealed record XliffDocument(string From, string To, IReadOnlyList<XliffUnit> Units);

/// <summary>
/// Reads XLIFF 2.0 and 2.1 as a stream, through the one door for XML. What other programs add (matches, glossaries, comments,
/// their own elements) is passed over.
/// </summary>
internal sealed class XliffReading
{
    /// <summary>The longest text taken in, in characters; what is longer is cut one beyond it, so that it is noticed.</summary>
    public const int LongestText = 10_000;

    // As many as a large directory has texts.
    private const int MostUnits = 200_000;

    /// <summary>What a segment may be called, the least done first.</summary>
    public static readonly string[] States = ["initial", "translated", "reviewed", "final"];

    private readonly XmlReader reader;
    private readonly List<XliffUnit> units = [];
    private string file = "";
    private XliffUnit unit = new();
    private readonly List<(int Order, string? Text)> targets = [];
    private readonly StringBuilder source = new();
    private int state;

    // Where in the source the present segment begins.
    private int before;
    private bool isSegment;
    private bool inUnit;

    private XliffReading(XmlReader reader) => this.reader = reader;

    /// <summary>Reads the whole file.</summary>
    /// <exception cref="Platform.Problems.Problem">It is no XLIFF of a version read here, or no XML that is let in.</exception>
    public static XliffDocument Read(Stream stream, long limit)
    {
        using var reader = SafeXml.Open(stream, new XmlLimits(limit));
        return new XliffReading(reader).Read();
    }

    private XliffDocument Read()
    {
        while (reader.Read() && reader.NodeType != XmlNodeType.Element)
        {
        }

        var (from, to) = Root();
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
                Begin();
            else if (reader.NodeType == XmlNodeType.EndElement && reader.NamespaceURI == Xliff.Core)
                End(reader.LocalName);
        }

        return units.Count > 0 ? new XliffDocument(from, to, units) : throw GuideProblems.XliffEmpty.With();
    }

    private (string From, string To) Root()
    {
        string Said(string name) => reader.GetAttribute(name)?.Trim() ?? "";
        var isXliff = reader is { NodeType: XmlNodeType.Element, LocalName: "xliff" };
        if (!isXliff || (reader.NamespaceURI.Length > 0 && !reader.NamespaceURI.StartsWith(Xliff.AnyVersion, StringComparison.Ordinal)))
            throw GuideProblems.XliffUnknown.With();
        // XLIFF 1.2 has another model, whose units say nothing of where they belong.
        if (reader.NamespaceURI != Xliff.Core || Said("version") is not ("2.0" or "2.1"))
            throw GuideProblems.XliffVersion.With(("version", Said("version") is { Length: > 0 and <= 10 } version ? version : "?"));
        return (Said("srcLang"), Said("trgLang"));
    }

    private void Begin()
    {
        var (isCore, name) = (reader.NamespaceURI == Xliff.Core, reader.LocalName);
        if (isCore && name == "file")
            file = reader.GetAttribute("id") ?? "";
        else if (isCore && name == "unit")
            BeginUnit();
        else if (!inUnit)
            return;
        else if (isCore && name is "segment" or "ignorable")
            BeginSegment(name == "segment");
        else if (isCore && name is "source" && targets.Count > 0)
            source.Append(Words(ofTarget: false));
        else if (isCore && name is "target" && targets.Count > 0)
            ReadTarget();
        else if (reader.NamespaceURI == Xliff.Metadata && name == "meta" && reader.GetAttribute("type") == Xliff.SourceHash)
            unit = unit with { Hash = Words(ofTarget: false).Trim() };
        else if (isCore ? name is "notes" or "originalData" : reader.NamespaceURI != Xliff.Metadata)
            Pass();
    }

    private void BeginUnit()
    {
        if (units.Count == MostUnits)
            throw GuideProblems.ImportTooMany.With(("limit", MostUnits));
        unit = new XliffUnit { Line = (reader as IXmlLineInfo)?.LineNumber ?? 0, File = file, Id = reader.GetAttribute("id") ?? "" };
        (inUnit, state, before) = (!reader.IsEmptyElement, States.Length - 1, 0);
        targets.Clear();
        source.Clear();
        if (!inUnit)
            units.Add(unit);
    }

    private void BeginSegment(bool segment)
    {
        isSegment = segment;
        targets.Add((0, null));
        if (segment)
            state = Math.Min(state, Math.Max(0, Array.IndexOf(States, reader.GetAttribute("state") ?? "initial")));
    }

    private void ReadTarget()
    {
        var order = int.TryParse(reader.GetAttribute("order"), NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? said : 0;
        targets[^1] = (order, Words(ofTarget: true));
    }

    private void End(string name)
    {
        if (!inUnit)
            return;
        if (name == "ignorable" || name == "segment")
            EndSegment();
        if (name != "unit")
            return;
        inUnit = false;
        // A part whose place is not said stands where it is.
        var ordered = targets.Select((target, place) => (Place: target.Order > 0 ? target.Order : place + 1, target.Text)).OrderBy(target => target.Place).ToList();
        units.Add(unit with
        {
            Source = Bounded(source.ToString()),
            Target = ordered.Exists(target => target.Text is null) ? null : Bounded(string.Concat(ordered.Select(target => target.Text))),
            State = States[state],
        });
    }

    // What lies between segments is the same in both languages unless something else is said.
    private void EndSegment()
    {
        if (!isSegment && targets[^1].Text is null)
            targets[^1] = (0, source.ToString(before, source.Length - before));
        before = source.Length;
    }

    private static string Bounded(string text) => text.Length > LongestText ? text[..(LongestText + 1)] : text;

    /// <summary>The words of an element, up to its end; of what stands among them only the words.</summary>
    private string Words(bool ofTarget)
    {
        if (reader.IsEmptyElement)
            return "";
        var (depth, words) = (reader.Depth, new StringBuilder());
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
            if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
                words.Append(words.Length <= LongestText ? reader.Value : "");
            else if (reader.NodeType == XmlNodeType.Element)
                Inline(words, ofTarget);
        }

        return Bounded(words.ToString());
    }

    private void Inline(StringBuilder words, bool ofTarget)
    {
        if (reader.NamespaceURI == Xliff.Core && reader.LocalName == "cp")
        {
            if (int.TryParse(reader.GetAttribute("hex"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code))
                words.Append(new Rune(code));
            else if (ofTarget)
                unit = unit with { HasPlaceholder = true };
        }
        else if (!ofTarget)
        {
            return;
        }
        else if (reader.NamespaceURI == Xliff.Core && reader.LocalName is "pc" or "sc" or "ec")
        {
            unit = unit with { HasFormatting = true };
        }
        else if (!(reader.NamespaceURI == Xliff.Core && reader.LocalName is "mrk" or "sm" or "em"))
        {
            unit = unit with { HasPlaceholder = true };
        }
    }

    private void Pass()
    {
        if (reader.IsEmptyElement)
            return;
        var depth = reader.Depth;
        while (reader.Read() && !(reader.NodeType == XmlNodeType.EndElement && reader.Depth == depth))
        {
        }
    }
}
