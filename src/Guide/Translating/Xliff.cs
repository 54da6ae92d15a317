using System.Text.RegularExpressions;
using Tambo.Guide.Directory;
using Tambo.Guide.Notices;

namespace Tambo.Guide.Translating;

/// <summary>
/// What our files of XLIFF 2.0 (OASIS, 5 August 2014) say in the places that the standard leaves to us. A file element is a
/// record, a unit one of its texts. The hash of the text goes along as metadata, so that a translation that comes back
/// belongs to the text it was made from, whatever has become of that meanwhile.
/// </summary>
internal static partial class Xliff
{
    public const string Core = "urn:oasis:names:tc:xliff:document:2.0";
    public const string Metadata = "urn:oasis:names:tc:xliff:metadata:2.0";

    /// <summary>How any XLIFF names its namespace, whatever its version.</summary>
    public const string AnyVersion = "urn:oasis:names:tc:xliff:document:";

    public const string MediaType = "application/xliff+xml";
    public const string Extension = ".xlf";

    /// <summary>The category of our metadata, and what is before the colon of our sub-states.</summary>
    public const string Ours = "tambo";

    /// <summary>The type of the metadata that holds the hash.</summary>
    public const string SourceHash = "source_hash";

    /// <summary>How a file names a record: its kind and identifier as one name token.</summary>
    public static string FileId(DirectoryRecord record) => $"{record.Kind}.{record.Id:D}";

    /// <summary>How a unit names a text: its path as one name token.</summary>
    public static string UnitId(string path) => path.Replace('/', '.');

    /// <summary>The record that a file names; null when it names none.</summary>
    public static (string Kind, Guid Id)? RecordOf(string fileId) =>
        FileName().Match(fileId) is { Success: true } named && SaidTexts.Kinds.Contains(named.Groups["kind"].Value)
            ? (named.Groups["kind"].Value, Guid.ParseExact(named.Groups["id"].Value, "D"))
            : null;

    /// <summary>How a file names a notice.</summary>
    public static string FileId(AreaNotice notice) => $"{NoticeWork.Kind}.{notice.Id:D}";

    /// <summary>The notice that a file names; null when it names none.</summary>
    public static Guid? NoticeOf(string fileId) =>
        FileName().Match(fileId) is { Success: true } named && named.Groups["kind"].Value == NoticeWork.Kind ? Guid.ParseExact(named.Groups["id"].Value, "D") : null;

    /// <summary>True for a hash as <see cref="TextHash"/> makes them.</summary>
    public static bool IsHash(string text) => Hash().IsMatch(text);

    [GeneratedRegex("^(?<kind>[a-z_]{1,30})\\.(?<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FileName();

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hash();
}
