using System.Text.RegularExpressions;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Questions;

/// <summary>A row of a sheet of a form, by the names of its columns.</summary>
internal sealed class XlsRow(XlsSheet sheet, int line, IReadOnlyDictionary<string, string> cells)
{
    /// <summary>The row.</summary>
    public int Line => line;

    /// <summary>A cell; empty when it says nothing.</summary>
    public string this[string column] => cells.GetValueOrDefault(column, "");

    /// <summary>The words of a column, by language.</summary>
    public IReadOnlyDictionary<string, string> Said(string column) => sheet.LanguagesOf(column)
        .Select(one => (one.Language, Text: this[one.Column])).Where(one => one.Text.Length > 0).DistinctBy(one => one.Language).ToDictionary(one => one.Language, one => one.Text, StringComparer.Ordinal);

    /// <summary>Tells what is wrong with a cell of the row.</summary>
    public void Refuse(string code, string column, string value) => sheet.Tell(line, code, column, value);
}

/// <summary>
/// A sheet of a form: the first row names its columns. A column that says something and that nobody understands is told, as is a
/// language that the node does not have.
/// </summary>
internal sealed partial class XlsSheet
{
    private const int LongestText = 1000;
    private readonly string name;
    private readonly IssueReport report;
    private readonly Dictionary<string, int> columns = new(StringComparer.Ordinal);
    private readonly List<(string Plain, string Column, string Language)> spoken = [];

    private XlsSheet(string name, IssueReport report) => (this.name, this.report) = (name, report);

    /// <summary>The rows below the first, blank ones left out.</summary>
    public IReadOnlyList<XlsRow> Rows { get; private set; } = [];

    /// <summary>Reads a sheet.</summary>
    /// <param name="book">The workbook.</param>
    /// <param name="name">The sheet.</param>
    /// <param name="plain">The columns that are understood.</param>
    /// <param name="inLanguages">Those that may stand once for each language.</param>
    /// <param name="language">The language of a column that names none; null when it has to.</param>
    /// <param name="report">Hears what is wrong.</param>
    public static XlsSheet Read(SpreadsheetReader book, string name, IReadOnlyList<string> plain, IReadOnlyList<string> inLanguages, string? language, IssueReport report)
    {
        var sheet = new XlsSheet(name, report);
        var rows = book.Rows(name, headerLine: 1).ToList();
        if (rows.Count == 0 || rows[0].Line != 1)
        {
            sheet.Tell(1, FormIssues.ColumnMissing, "", plain[0]);
            return sheet;
        }

        for (var at = 0; at < rows.Max(row => row.Cells.Length); at++)
        {
            if (rows.Skip(1).Any(row => Text(row[at]).Length > 0))
                sheet.Name(at, Text(rows[0][at]), plain, inLanguages, language);
        }

        sheet.Rows = [.. rows.Skip(1).Select(row => new XlsRow(sheet, row.Line, sheet.columns.ToDictionary(column => column.Key, column => sheet.Cell(row, column.Value), StringComparer.Ordinal)))];
        return sheet;
    }

    /// <summary>The columns in which something stands, each with its language.</summary>
    public IEnumerable<(string Column, string Language)> LanguagesOf(string column) => spoken.Where(one => one.Plain == column).Select(one => (one.Column, one.Language));

    /// <summary>Tells what is wrong with a cell.</summary>
    public void Tell(int line, string code, string column, string value, int? place = null) =>
        report.Add(new RowIssue(line, (place ?? (columns.TryGetValue(column, out var at) ? at : null)) + 1, code, value, IssueSeverity.Error, name));

    private void Name(int at, string header, IReadOnlyList<string> plain, IReadOnlyList<string> inLanguages, string? language)
    {
        var parts = header.Split("::", 2, StringSplitOptions.TrimEntries);
        var known = parts[0].ToLowerInvariant();
        if (columns.ContainsKey(header))
        {
            Tell(1, FormIssues.ColumnTwice, header, header, at);
            return;
        }

        columns[header] = at;
        if (inLanguages.Contains(known, StringComparer.Ordinal))
        {
            if ((parts.Length == 1 ? language : CodeOf(parts[1])) is not { } code)
                Tell(1, FormIssues.LanguageUnknown, header, header);
            else if (spoken.Exists(one => one.Plain == known && one.Language == code))
                Tell(1, FormIssues.ColumnTwice, header, header, at);
            else
                spoken.Add((known, header, code));
        }
        else if (parts.Length > 1 || !plain.Contains(known, StringComparer.Ordinal))
            Tell(1, header.Length == 0 ? FormIssues.ColumnMissing : FormIssues.ColumnUnsupported, header, header);
        else if (known != header)
        {
            columns.Remove(header);
            if (!columns.TryAdd(known, at))
                Tell(1, FormIssues.ColumnTwice, known, header, at);
        }
    }

    private string Cell(RawRow row, int at)
    {
        var text = Text(row[at]);
        if (text.Length <= LongestText && !TextCharacters.HasControls(text))
            return text;
        Tell(row.Line, FormIssues.TooMuch, columns.First(column => column.Value == at).Key, text);
        return "";
    }

    /// <summary>The language of <c>Español (es)</c> or <c>es</c>; null when it is none of the node's.</summary>
    public static string? CodeOf(string said)
    {
        var code = Parenthesis().Match(said) is { Success: true } match ? match.Groups["code"].Value : said;
        return QuestionForm.Languages.Contains(code.ToLowerInvariant(), StringComparer.Ordinal) ? code.ToLowerInvariant() : null;
    }

    private static string Text(string? cell) => TextCharacters.Mended((cell ?? "").Replace("\r\n", "\n", StringComparison.Ordinal)).Trim();

    [GeneratedRegex(@"\((?<code>[A-Za-z-]{2,8})\)\s*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parenthesis();
}
