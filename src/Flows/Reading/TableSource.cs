using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>How a file is read, as far as it is known beforehand; what is null is found out.</summary>
internal sealed record ReadingRules
{
    /// <summary>What separates cells of text.</summary>
    public char? Delimiter { get; init; }

    /// <summary>Name of the encoding of text.</summary>
    public string? Encoding { get; init; }

    /// <summary>Line on which the header begins; 0 when there is none.</summary>
    public int? Header { get; init; }

    /// <summary>Of how many rows the header is.</summary>
    public int? HeaderRows { get; init; }

    /// <summary>Name or number of a sheet.</summary>
    public string? Sheet { get; init; }

    /// <summary>Names of sheets, or patterns of them, that are read one after another as one table; null when one sheet is.</summary>
    public IReadOnlyList<string>? Sheets { get; init; }

    /// <summary>What the column is called that has the sheet's name; null when there is none.</summary>
    public string? SheetColumn { get; init; }

    /// <summary>The part of a sheet's name that the column has; null for the whole name.</summary>
    public Func<string, string> SheetPart { get; init; } = static name => name;

    /// <summary>Where the list of records stands in JSON: names with points between them.</summary>
    public string? Rows { get; init; }

    /// <summary>The list within each JSON record, or the table of a form's export, whose elements become rows.</summary>
    public string? Repeat { get; init; }

    /// <summary>True when a header, with the rows below it that were looked at, is the one that is wanted.</summary>
    public Func<TableColumns, IReadOnlyList<RawRow>, bool> Fits { get; init; } = static (_, _) => true;
}

/// <summary>A table in a file of any kind, ready to be read in batches; disposing it leaves the file open.</summary>
internal abstract class TableSource : IDisposable
{
    /// <summary>Its columns.</summary>
    public abstract TableColumns Columns { get; }

    /// <summary>The line of the header's last row; 0 when there is none.</summary>
    public abstract int HeaderLine { get; }

    /// <summary>True when the file itself tells dates from texts, as workbooks do.</summary>
    public virtual bool KnowsDates => false;

    /// <summary>The sheet, when the file has several.</summary>
    public virtual string? Sheet => null;

    /// <summary>Lists within the records of JSON, whose elements may become rows.</summary>
    public virtual IReadOnlyList<string> Lists => [];

    /// <summary>How far it has been read, in bytes or in rows, once so many rows were; the second number is how far there is to read.</summary>
    public abstract (long Done, long Total) SoFar(long rows);

    /// <summary>The file or sheet that its lines are of, where the name of the file does not say it.</summary>
    public virtual string? Source => null;

    /// <summary>How many threads can read it at once.</summary>
    public abstract int Threads(int most);

    /// <summary>Reads for one thread: fills a batch with the wanted columns, and gives its place among all batches, or null at the end.</summary>
    public abstract Func<ValueBatch, int?> Reader(int[] wanted);

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of what was opened, but not of the file.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Opens the tables that are read one after another as one: the sheets that are meant, else the only table. Lines are numbered by <see cref="TableLines"/>.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file is of no kind that can be read, or broken, or a table that is meant is another one.</exception>
    public static IReadOnlyList<TableSource> OpenAll(Stream file, ReadingRules rules, IssueReport issues) =>
        rules.Sheets is { Count: > 0 } && KindOf(file) == TableKind.Workbook ? SheetTable.OpenAll(file, rules, issues) : [Open(file, rules, issues)];

    /// <summary>Opens a table in a seekable stream, whatever kind of file it is; the kind is told from its bytes, not from its name.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file is of no kind that can be read, or broken.</exception>
    public static TableSource Open(Stream file, ReadingRules rules, IssueReport issues) => KindOf(file) switch
    {
        TableKind.FormExport => JoinedTable.Open(FormTables.OfZip(file, issues), rules, issues),
        TableKind.Workbook when rules.Repeat is { Length: > 0 } => JoinedTable.Open(FormTables.OfWorkbook(file, issues), rules, issues),
        TableKind.Workbook => SheetTable.Open(file, rules, issues),
        TableKind.Json => JsonTable.Open(file, rules, issues),
        _ => DelimitedTable.Open(file, rules, issues),
    };

    /// <summary>What kind of file it is.</summary>
    public static TableKind KindOf(Stream file)
    {
        file.Position = 0;
        Span<byte> head = stackalloc byte[512];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (head.StartsWith("PK\u0003\u0004"u8))
            return FormTables.IsZip(file) ? TableKind.FormExport : TableKind.Workbook;
        if (head.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            return TableKind.Workbook;
        return IsJson(head) ? TableKind.Json : TableKind.Text;
    }

    // A bracket or brace that begins a value; a delimited file whose first cell begins so is not met in practice.
    private static bool IsJson(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xEF, 0xBB, 0xBF]))
            head = head[3..];
        head = head.TrimStart(" \t\r\n"u8);
        if (head.Length < 2 || head[0] is not ((byte)'{' or (byte)'['))
            return false;
        var next = head[1..].TrimStart(" \t\r\n"u8);
        return next.Length == 0 || next[0] is (byte)'"' or (byte)'{' or (byte)'[' or (byte)']' or (byte)'}';
    }
}

/// <summary>Kinds of files that tables come in.</summary>
internal enum TableKind
{
    /// <summary>Delimited text.</summary>
    Text,

    /// <summary>A workbook.</summary>
    Workbook,

    /// <summary>A list of records.</summary>
    Json,

    /// <summary>An archive of delimited texts, one for each table of a form.</summary>
    FormExport,
}

/// <summary>Rows that come one after another, as batches; one thread reads them.</summary>
internal sealed class RowBatches(IEnumerator<RawRow> rows, int[] wanted)
{
    // As many cells as the batches of text have about: the memory of a run stays the same, however wide the table is.
    private const int BatchCells = 1 << 18;

    private readonly int batchRows = Math.Clamp(BatchCells / Math.Max(wanted.Length, 1), 1, 1 << 15);
    private int ordinal;

    /// <summary>Fills a batch; null when nothing is left.</summary>
    public int? Next(ValueBatch into)
    {
        into.Clear();
        while (into.Rows < into.Lines.Length && into.Rows < batchRows && rows.MoveNext())
        {
            var row = rows.Current;
            for (var column = 0; column < wanted.Length; column++)
                into.Values[column][into.Rows] = into.Books[column].NumberOf(row[wanted[column]] ?? "");
            into.Lines[into.Rows++] = row.Line;
        }

        return into.Rows == 0 ? null : ordinal++;
    }
}
