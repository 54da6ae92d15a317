namespace Tambo.Platform.Files;

/// <summary>How much an issue weighs: a note informs, a warning asks for a look, an error keeps the row out.</summary>
public enum IssueSeverity
{
    /// <summary>Worth knowing; nothing was changed.</summary>
    Note,

    /// <summary>The row is used; somebody should look.</summary>
    Warning,

    /// <summary>The row cannot be used as it stands.</summary>
    Error,
}

/// <summary>What is wrong with one row of a file, by line and column, so that whoever made the file can mend it.</summary>
/// <param name="Line">Physical line in a text file, row in a sheet; from 1. 0 when the whole file is meant.</param>
/// <param name="Column">Column, from 1; null when the whole row is meant.</param>
/// <param name="Code">The text is <c>issue.&lt;code&gt;</c>.</param>
/// <param name="Value">What stood there, shortened.</param>
/// <param name="Severity">How much it weighs.</param>
/// <param name="Source">The sheet, or the file among several that belong together.</param>
public sealed record RowIssue(int Line, int? Column, string Code, string? Value, IssueSeverity Severity, string? Source = null);

/// <summary>One row as it stood in the file, with the line or sheet row where it starts; an empty cell is null.</summary>
public sealed record RawRow(int Line, string?[] Cells, string? Sheet = null)
{
    /// <summary>The cell at this position from 0, null when the row is shorter.</summary>
    public string? this[int column] => column >= 0 && column < Cells.Length ? Cells[column] : null;

    /// <summary>True when no cell of the row says anything.</summary>
    public bool IsBlank => Array.TrueForAll(Cells, string.IsNullOrWhiteSpace);

    /// <summary>The number of cells up to the last that says something.</summary>
    internal int Width
    {
        get
        {
            var width = Cells.Length;
            while (width > 0 && string.IsNullOrWhiteSpace(Cells[width - 1]))
                width--;
            return width;
        }
    }
}

/// <summary>Counts the issues of an import by code and keeps the first ones of each, so that a million bad rows stay readable.</summary>
public sealed class IssueReport(int keptPerCode = 200)
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly List<RowIssue> _kept = [];

    /// <summary>How many issues there were of each code, kept or not.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>The first issues of each code, in the order of the file.</summary>
    public IReadOnlyList<RowIssue> Kept => _kept;

    /// <summary>How many issues weigh as errors.</summary>
    public long Errors { get; private set; }

    /// <summary>How many issues there were in all.</summary>
    public long Total { get; private set; }

    /// <summary>Takes in what another report says of later rows, which keeps as many of each code.</summary>
    /// <param name="later">The other report.</param>
    /// <param name="placed">What each issue is to say of where it is; null when that stays.</param>
    public void Add(IssueReport later, Func<RowIssue, RowIssue>? placed = null)
    {
        _kept.AddRange(later._kept.OrderBy(issue => issue.Line).ThenBy(issue => issue.Column).GroupBy(issue => issue.Code, StringComparer.Ordinal)
            .SelectMany(same => same.Take(keptPerCode - (int)Math.Min(_counts.GetValueOrDefault(same.Key), keptPerCode)))
            .OrderBy(issue => issue.Line).ThenBy(issue => issue.Column).Select(issue => placed?.Invoke(issue) ?? issue));
        foreach (var (code, count) in later._counts)
            _counts[code] = _counts.GetValueOrDefault(code) + count;
        (Errors, Total) = (Errors + later.Errors, Total + later.Total);
    }

    /// <summary>Takes one issue in.</summary>
    public void Add(RowIssue issue)
    {
        var count = _counts.GetValueOrDefault(issue.Code) + 1;
        _counts[issue.Code] = count;
        Total++;
        if (issue.Severity == IssueSeverity.Error)
            Errors++;
        if (count <= keptPerCode)
            _kept.Add(issue with { Value = issue.Value is null ? null : FileRefusal.Shown(issue.Value) });
    }
}

/// <summary>The codes of the issues that reading a file can raise, before anybody looks at what it means.</summary>
public static class ReadingIssues
{
    /// <summary>The encoding was not stated and had to be guessed.</summary>
    public const string EncodingGuessed = "encoding_guessed";

    /// <summary>Lines above the header were taken for notes.</summary>
    public const string NotesSkipped = "notes_skipped";

    /// <summary>Two columns have one name.</summary>
    public const string HeaderDuplicate = "header_duplicate";

    /// <summary>A column holds values and has no name.</summary>
    public const string HeaderMissing = "header_missing";

    /// <summary>The row has more or fewer cells than the header.</summary>
    public const string RowRagged = "row_ragged";

    /// <summary>A quotation mark stands where none may.</summary>
    public const string QuoteStray = "quote_stray";

    /// <summary>A quotation mark is never closed, so the rest of the file became one cell.</summary>
    public const string QuoteUnclosed = "quote_unclosed";

    /// <summary>The sheet's own program found an error in the cell.</summary>
    public const string CellError = "cell_error";

    /// <summary>The sheet is hidden and was left out.</summary>
    public const string SheetHidden = "sheet_hidden";

    /// <summary>A number stands in merged cells; it was kept once.</summary>
    public const string MergedNumber = "merged_number";

    /// <summary>A formula was saved without what it came to.</summary>
    public const string FormulaEmpty = "formula_empty";

    /// <summary>Every code above.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        CellError, EncodingGuessed, FormulaEmpty, HeaderDuplicate, HeaderMissing, MergedNumber, NotesSkipped, QuoteStray, QuoteUnclosed, RowRagged, SheetHidden,
    ];
}
