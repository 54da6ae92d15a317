using System.Globalization;
using System.Text;
using System.Xml;

namespace Tambo.Cases.Tracing;

/// <summary>Writes persons who are sought or found as PFIF 1.4.</summary>
internal static class WritePfif
{
    /// <summary>The whole document, in UTF-8.</summary>
    public static byte[] Of(IEnumerable<PfifPerson> persons)
    {
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n", NewLineHandling = NewLineHandling.Entitize, CheckCharacters = true }))
        {
            writer.WriteStartElement("pfif", "pfif", Pfif.Namespace);
            foreach (var person in persons)
                Write(writer, person);
            writer.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Write(XmlWriter writer, PfifPerson person)
    {
        writer.WriteStartElement("person", Pfif.Namespace);
        Text(writer, "person_record_id", person.RecordId);
        Instant(writer, "entry_date", person.EntryDate);
        Instant(writer, "expiry_date", person.ExpiryDate);
        Instant(writer, "source_date", person.SourceDate);
        foreach (var field in Pfif.OfPersons)
            Text(writer, field, person[field]);
        foreach (var note in person.Notes)
        {
            writer.WriteStartElement("note", Pfif.Namespace);
            Text(writer, "note_record_id", note.RecordId);
            Text(writer, "person_record_id", note.PersonRecordId);
            Instant(writer, "entry_date", note.EntryDate);
            Instant(writer, "source_date", note.SourceDate);
            foreach (var field in Pfif.OfNotes)
                Text(writer, field, note[field]);
            writer.WriteEndElement();
        }

        writer.WriteEndElement();
    }

    private static void Text(XmlWriter writer, string field, string text)
    {
        // Characters that XML cannot hold (XML 1.0, 2.2) show nothing.
        if (text.Length > 0)
            writer.WriteElementString(field, Pfif.Namespace, string.Concat(text.Where((c, at) => XmlConvert.IsXmlChar(c) || IsHalf(text, at))));
    }

    private static bool IsHalf(string text, int at) =>
        (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1])) || (char.IsLowSurrogate(text[at]) && at > 0 && char.IsHighSurrogate(text[at - 1]));

    private static void Instant(XmlWriter writer, string field, DateTimeOffset? at)
    {
        if (at is { } moment)
            writer.WriteElementString(field, Pfif.Namespace, moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}
