using System.Text;
using System.Xml;
using Tambo.Guide.Directory;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Guide.OpenData;

/// <summary>
/// Changes as an Atom feed (RFC 4287) for feed readers and programs; what was removed is a deleted entry (RFC 6721), and
/// a feed asked from a cursor links to its next page (RFC 5005).
/// </summary>
internal static class AtomFeed
{
    private const string Atom = "http://www.w3.org/2005/Atom";
    private const string Tombstones = "http://purl.org/atompub/tombstones/1.0";

    /// <summary>Writes the feed.</summary>
    /// <param name="page">The changes.</param>
    /// <param name="directory">What is called how now; a record that is not there any more is written as removed.</param>
    /// <param name="root">The node's own address.</param>
    /// <param name="self">The address of this page of the feed.</param>
    /// <param name="node">Its name and terms.</param>
    public static byte[] Write(ChangePage page, PublicDirectory directory, string root, string self, NodeFile node)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("feed", Atom);
            xml.WriteAttributeString("xmlns", "at", null, Tombstones);
            xml.WriteElementString("id", Atom, root + "/open-data/changes.atom");
            xml.WriteElementString("title", Atom, Clean(node.Name));
            xml.WriteElementString("updated", Atom, Instants.Write(page.Changes.Select(noted => noted.At).DefaultIfEmpty(DateTimeOffset.UnixEpoch).Max()));
            xml.WriteStartElement("author", Atom);
            xml.WriteElementString("name", Atom, Clean(node.Name));
            xml.WriteEndElement();
            xml.WriteElementString("rights", Atom, Clean(node.Licence));
            Link(xml, "self", root + self);
            // Also when there is no more yet: a program asks there the next time.
            Link(xml, "next", $"{root}/open-data/changes.atom?since={page.Next}");
            foreach (var noted in page.Changes)
                WriteEntry(xml, noted, directory, root);
            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void WriteEntry(XmlWriter xml, NotedChange noted, PublicDirectory directory, string root)
    {
        var record = noted.Action == "removed" ? null : directory.Find(noted.Kind, noted.Id);
        if (record is null)
        {
            xml.WriteStartElement("deleted-entry", Tombstones);
            xml.WriteAttributeString("ref", $"urn:uuid:{noted.Id:D}");
            xml.WriteAttributeString("when", Instants.Write(noted.At));
            xml.WriteEndElement();
            return;
        }

        var name = record switch { Service s => s.Name, Organization o => o.Name, Location l => l.Name, Taxonomy t => t.Name, TaxonomyTerm t => t.Name, _ => "" };
        xml.WriteStartElement("entry", Atom);
        xml.WriteElementString("id", Atom, $"urn:uuid:{noted.Id:D}");
        xml.WriteElementString("title", Atom, Clean(name));
        xml.WriteElementString("updated", Atom, Instants.Write(noted.At));
        xml.WriteStartElement("category", Atom);
        xml.WriteAttributeString("term", noted.Action);
        xml.WriteEndElement();
        xml.WriteStartElement("category", Atom);
        xml.WriteAttributeString("term", noted.Kind);
        xml.WriteEndElement();
        xml.WriteElementString("summary", Atom, Clean(noted.Kind));
        if (OpenDataApi.AddressOf(noted) is { } address)
            Link(xml, "alternate", root + address, "application/json");
        xml.WriteEndElement();
    }

    private static void Link(XmlWriter xml, string relation, string address, string? type = null)
    {
        xml.WriteStartElement("link", Atom);
        xml.WriteAttributeString("rel", relation);
        if (type is not null)
            xml.WriteAttributeString("type", type);
        xml.WriteAttributeString("href", Clean(address));
        xml.WriteEndElement();
    }

    /// <summary>A text without the characters that XML cannot hold.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value is '\t' or '\n' or '\r' or (>= 0x20 and < 0xFFFE) or > 0xFFFF)
                clean.Append(rune);
        }

        return clean.ToString();
    }
}
