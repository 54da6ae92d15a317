using System.Globalization;
using System.Text;
using System.Xml;
using Tambo.Platform.Languages;

namespace Tambo.Guide.Translating;

/// <summary>A note for the translator.</summary>
/// <param name="Category">What it is about, for programs.</param>
/// <param name="Text">What it says.</param>
internal sealed record XliffNote(string Category, string Text);

/// <summary>A text to write.</summary>
internal sealed record XliffText
{
    /// <summary>Its path in the record.</summary>
    public required string Path { get; init; }

    /// <summary>As it is written.</summary>
    public required string Source { get; init; }

    /// <summary>The hash of that.</summary>
    public required string Hash { get; init; }

    /// <summary>Its translation, or null.</summary>
    public string? Target { get; init; }

    /// <summary>initial, translated, reviewed or final.</summary>
    public string State { get; init; } = "initial";

    /// <summary>More of the state, in our own words, or empty.</summary>
    public string SubState { get; init; } = "";

    /// <summary>What the translator should know.</summary>
    public IReadOnlyList<XliffNote> Notes { get; init; } = [];
}

/// <summary>The texts of one record.</summary>
/// <param name="Id">The record.</param>
/// <param name="Original">Where it is found.</param>
/// <param name="Notes">What the translator should know.</param>
/// <param name="Texts">At least one.</param>
internal sealed record XliffRecord(string Id, string Original, IReadOnlyList<XliffNote> Notes, IReadOnlyList<XliffText> Texts);

/// <summary>Writes XLIFF 2.0.</summary>
internal static class XliffWriting
{
    /// <summary>The whole document.</summary>
    /// <param name="from">The language of the texts.</param>
    /// <param name="to">The language to translate into.</param>
    /// <param name="records">At least one.</param>
    public static byte[] Write(string from, Language to, IEnumerable<XliffRecord> records)
    {
        using var bytes = new MemoryStream();
        // A carriage return must come back as one: parsers take a bare one for a line feed.
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize };
        using (var writer = XmlWriter.Create(bytes, settings))
        {
            writer.WriteStartElement("xliff", Xliff.Core);
            writer.WriteAttributeString("xmlns", "mda", null, Xliff.Metadata);
            writer.WriteAttributeString("version", "2.0");
            writer.WriteAttributeString("srcLang", from);
            writer.WriteAttributeString("trgLang", to.Code);
            foreach (var record in records)
                Write(writer, record, to);
            writer.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Write(XmlWriter writer, XliffRecord record, Language to)
    {
        writer.WriteStartElement("file", Xliff.Core);
        writer.WriteAttributeString("id", record.Id);
        writer.WriteAttributeString("original", Plain(record.Original));
        if (to.RightToLeft)
            writer.WriteAttributeString("trgDir", to.Direction);
        writer.WriteAttributeString("xml", "space", null, "preserve");
        Write(writer, record.Notes);
        foreach (var text in record.Texts)
            Write(writer, text);
        writer.WriteEndElement();
    }

    private static void Write(XmlWriter writer, XliffText text)
    {
        writer.WriteStartElement("unit", Xliff.Core);
        writer.WriteAttributeString("id", Xliff.UnitId(text.Path));
        writer.WriteAttributeString("name", text.Path);
        writer.WriteStartElement("metadata", Xliff.Metadata);
        writer.WriteStartElement("metaGroup", Xliff.Metadata);
        writer.WriteAttributeString("category", Xliff.Ours);
        writer.WriteStartElement("meta", Xliff.Metadata);
        writer.WriteAttributeString("type", Xliff.SourceHash);
        writer.WriteString(text.Hash);
        writer.WriteEndElement();
        writer.WriteEndElement();
        writer.WriteEndElement();
        Write(writer, text.Notes);
        writer.WriteStartElement("segment", Xliff.Core);
        writer.WriteAttributeString("id", "s1");
        writer.WriteAttributeString("state", text.State);
        if (text.SubState.Length > 0)
            writer.WriteAttributeString("subState", $"{Xliff.Ours}:{text.SubState}");
        Write(writer, "source", text.Source);
        if (text.Target is not null)
            Write(writer, "target", text.Target);
        writer.WriteEndElement();
        writer.WriteEndElement();
    }

    private static void Write(XmlWriter writer, IReadOnlyList<XliffNote> notes)
    {
        if (notes.Count == 0)
            return;
        writer.WriteStartElement("notes", Xliff.Core);
        foreach (var note in notes)
        {
            writer.WriteStartElement("note", Xliff.Core);
            writer.WriteAttributeString("category", note.Category);
            writer.WriteString(Plain(note.Text));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    // What XML cannot hold goes in by its number, as the standard has it; half a pair is no character at all.
    private static void Write(XmlWriter writer, string name, string text)
    {
        writer.WriteStartElement(name, Xliff.Core);
        // Also keeps the writer from putting white space of its own between two of them.
        writer.WriteString("");
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value))
            {
                writer.WriteString(rune.ToString());
                continue;
            }

            writer.WriteStartElement("cp", Xliff.Core);
            writer.WriteAttributeString("hex", rune.Value.ToString("X4", CultureInfo.InvariantCulture));
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static string Plain(string text) =>
        string.Concat(text.EnumerateRunes().Select(rune => rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune : Rune.ReplacementChar));
}
