using System.Xml;
using System.Xml.Linq;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>What an XML file may be at most.</summary>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Depth">How deep elements may stand in each other; real formats stay below 30.</param>
/// <param name="Elements">How many elements in all.</param>
/// <param name="Attributes">How many attributes on one element.</param>
public sealed record XmlLimits(long Bytes = 50L * 1024 * 1024, int Depth = 64, int Elements = 1_000_000, int Attributes = 256);

/// <summary>The one door for XML that somebody else wrote: no document type, no entities but the five, nothing fetched, bounded.</summary>
public static class SafeXml
{
    // What statistics offices and alerting authorities really send. UTF-7 and EBCDIC hide markup from whoever filters it.
    private static readonly HashSet<string> Encodings = new(StringComparer.OrdinalIgnoreCase)
    {
        "utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "latin1", "windows-1252",
    };

    /// <summary>Opens a reader that throws <see cref="Problem"/> at the first thing that is not allowed.</summary>
    public static XmlReader Open(Stream stream, XmlLimits? limits = null)
    {
        limits ??= new XmlLimits();
        var settings = new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.Bytes,
            MaxCharactersFromEntities = 1,
            CloseInput = true,
            IgnoreProcessingInstructions = true,
            IgnoreComments = true,
        };
        try
        {
            return new BoundedXmlReader(XmlReader.Create(XmlText.Open(new LimitedStream(stream, limits.Bytes, leaveOpen: true), limits.Attributes), settings), limits);
        }
        catch (XmlException broken)
        {
            throw Refusal(broken);
        }
    }

    /// <summary>Reads the whole document.</summary>
    public static XDocument Load(Stream stream, XmlLimits? limits = null)
    {
        using var reader = Open(stream, limits);
        return XDocument.Load(reader, LoadOptions.SetLineInfo);
    }

    // The runtime tells its reasons apart by message alone; its messages come in English only and name the setting.
    internal static bool IsDocumentType(XmlException broken) =>
        broken.Message.Contains(nameof(XmlReaderSettings.DtdProcessing), StringComparison.Ordinal);

    internal static bool IsKnownEncoding(string name) => Encodings.Contains(name);

    internal static Problem Refusal(XmlException broken)
    {
        if (IsDocumentType(broken))
            return FileRefusal.XmlDtd();
        if (broken.InnerException is ArgumentException or NotSupportedException || broken.Message.Contains("encoding", StringComparison.OrdinalIgnoreCase))
            return FileRefusal.Encoding("?");
        return FileRefusal.XmlSyntax(broken.LineNumber, broken.LinePosition);
    }
}
