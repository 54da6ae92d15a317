using Tambo.Platform.Problems;

namespace Tambo.Platform.Files;

/// <summary>Every reason for which a file or a link is not taken in. Nothing of a refused file is kept.</summary>
public static class FileProblems
{
    /// <summary>An image, a document or a program where text was expected.</summary>
    public static readonly ProblemKind Binary = new("file.binary", 415);

    /// <summary>There is nothing in the file.</summary>
    public static readonly ProblemKind Empty = new("file.empty", 422);

    /// <summary>The text is written in an encoding that is not read here, or breaks the one it names.</summary>
    public static readonly ProblemKind Encoding = new("file.encoding", 422);

    /// <summary>The file is locked with a password.</summary>
    public static readonly ProblemKind Encrypted = new("file.encrypted", 422);

    /// <summary>JSON nested deeper than any real format.</summary>
    public static readonly ProblemKind JsonDepth = new("file.json_depth", 422);

    /// <summary>One record of a JSON file is larger than a record may be.</summary>
    public static readonly ProblemKind JsonItemTooLarge = new("file.json_item_too_large", 413);

    /// <summary>The file is not valid JSON.</summary>
    public static readonly ProblemKind JsonSyntax = new("file.json_syntax", 422);

    /// <summary>A secure link leads on to an insecure one.</summary>
    public static readonly ProblemKind LinkDowngrade = new("file.link_downgrade", 422);

    /// <summary>The link leads to this machine or an inner network.</summary>
    public static readonly ProblemKind LinkPrivate = new("file.link_private", 422);

    /// <summary>The link leads on too many times.</summary>
    public static readonly ProblemKind LinkRedirects = new("file.link_redirects", 422);

    /// <summary>The link is neither http nor https.</summary>
    public static readonly ProblemKind LinkScheme = new("file.link_scheme", 422);

    /// <summary>The other side took too long.</summary>
    public static readonly ProblemKind LinkTimeout = new("file.link_timeout", 504);

    /// <summary>The other side cannot be reached.</summary>
    public static readonly ProblemKind LinkUnreachable = new("file.link_unreachable", 502);

    /// <summary>The file is not a spreadsheet that can be read.</summary>
    public static readonly ProblemKind NotASpreadsheet = new("file.not_a_spreadsheet", 415);

    /// <summary>A row has no end, most often because a quotation mark is missing.</summary>
    public static readonly ProblemKind RowTooLong = new("file.row_too_long", 422);

    /// <summary>The workbook has no sheet of the name that was asked for.</summary>
    public static readonly ProblemKind SheetMissing = new("file.sheet_missing", 422);

    /// <summary>The file is larger than files of its kind may be.</summary>
    public static readonly ProblemKind TooLarge = new("file.too_large", 413);

    /// <summary>The sheet spans more cells than are read.</summary>
    public static readonly ProblemKind TooManyCells = new("file.too_many_cells", 413);

    /// <summary>The table is wider than tables may be.</summary>
    public static readonly ProblemKind TooManyColumns = new("file.too_many_columns", 413);

    /// <summary>The table is longer than tables may be.</summary>
    public static readonly ProblemKind TooManyRows = new("file.too_many_rows", 413);

    /// <summary>An XML element carries more attributes than any real format.</summary>
    public static readonly ProblemKind XmlAttributes = new("file.xml_attributes", 422);

    /// <summary>XML nested deeper than any real format.</summary>
    public static readonly ProblemKind XmlDepth = new("file.xml_depth", 422);

    /// <summary>The XML declares a document type, which can make a program fetch or multiply text.</summary>
    public static readonly ProblemKind XmlDtd = new("file.xml_dtd", 422);

    /// <summary>The XML has more elements than are read.</summary>
    public static readonly ProblemKind XmlElements = new("file.xml_elements", 413);

    /// <summary>The file is not valid XML.</summary>
    public static readonly ProblemKind XmlSyntax = new("file.xml_syntax", 422);

    /// <summary>A small archive that unpacks into far more than it should.</summary>
    public static readonly ProblemKind ZipBomb = new("file.zip_bomb", 413);

    /// <summary>The archive is damaged or cut off.</summary>
    public static readonly ProblemKind ZipDamaged = new("file.zip_damaged", 422);

    /// <summary>The archive holds too many files.</summary>
    public static readonly ProblemKind ZipEntries = new("file.zip_entries", 413);

    /// <summary>A name in the archive reaches outside it or is not what it seems.</summary>
    public static readonly ProblemKind ZipName = new("file.zip_name", 422);

    /// <summary>An archive within the archive.</summary>
    public static readonly ProblemKind ZipNested = new("file.zip_nested", 422);
}
