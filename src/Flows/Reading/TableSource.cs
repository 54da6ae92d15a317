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

    /// <summary>Where the list of records stands in JSON: names with points between them.</summary>
    public string? Rows { get; init; }

    /// <summary>The list within each JSON record whose elements become rows.</summary>
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

    /// <summary>Opens a table in a seekable stream, whatever kind of file it is; the kind is told from its bytes, not from its name.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file is of no kind that can be read, or broken.</exception>
    public static TableSource Open(Stream file, ReadingRules rules, IssueReport issues)
    {
        file.Position = 0;
        Span<byte> head = stackalloc byte[512];
        head = head[..file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        file.Position = 0;
        if (head.StartsWith("PK\u0003\u0004"u8) || head.StartsWith<byte>([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]))
            return SheetTable.Open(file, rules, issues);
        return IsJson(head) ? JsonTable.Open(file, rules, issues) : DelimitedTable.Open(file, rules, issues);
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
