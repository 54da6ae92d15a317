using System.Globalization;
using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>One sheet of a workbook (xls, xlsx) as a table: the one that is named, or the one that fits. Hidden sheets are read only when they are named.</summary>
internal sealed class SheetTable : TableSource
{
    private readonly SpreadsheetReader reader;
    private readonly SheetInfo sheet;
    private readonly HeaderChoice header;
    private readonly ReadingRules rules;
    private readonly int place;

    private SheetTable(SpreadsheetReader reader, SheetInfo sheet, HeaderChoice header, ReadingRules rules, int place = 0) =>
        (this.reader, this.sheet, this.header, this.rules, this.place) = (reader, sheet, header, rules, place);

    /// <inheritdoc />
    public override TableColumns Columns => header.Columns.With(rules.SheetColumn);

    /// <inheritdoc />
    public override int HeaderLine => TableLines.Of(place, header.Line);

    /// <inheritdoc />
    public override bool KnowsDates => true;

    /// <inheritdoc />
    public override string? Sheet => sheet.Name;

    /// <inheritdoc />
    public override (long Done, long Total) SoFar(long rows) => (rows, Math.Max(rows, sheet.Rows - header.Line));

    /// <inheritdoc />
    public override string? Source => sheet.Name;

    /// <inheritdoc />
    public override IReadOnlyList<string> Lists => FormTables.RepeatsOf(reader);

    /// <inheritdoc />
    public override int Threads(int most) => 1;

    /// <summary>Opens a workbook and finds sheet and header.</summary>
    public static new SheetTable Open(Stream file, ReadingRules rules, IssueReport issues)
    {
        SheetInfo sheet;
        HeaderChoice header;
        // What is wrong with cells is told when the rows are read, not while a header is looked for.
        using (var looked = SpreadsheetReader.Open(file, new IssueReport()))
            (sheet, header) = rules.Sheet is { Length: > 0 } named ? Named(looked, named, rules, issues) : Fitting(looked, rules, issues);
        foreach (var issue in header.Issues)
            issues.Add(issue);
        return new SheetTable(SpreadsheetReader.Open(file, issues), sheet, header, rules);
    }

    /// <summary>
    /// Opens the sheets of a workbook that are meant, in their order. One of them that has not the columns refuses the file: its
    /// figures would be missing. Hidden ones are read only when they are named in full.
    /// </summary>
    public static new IReadOnlyList<TableSource> OpenAll(Stream file, ReadingRules rules, IssueReport issues)
    {
        var tables = new List<(SheetInfo Sheet, HeaderChoice Header)>();
        using (var looked = SpreadsheetReader.Open(file, new IssueReport()))
        {
            foreach (var name in rules.Sheets!.Where(name => !name.Contains('*', StringComparison.Ordinal) && !looked.Sheets.Any(sheet => IsMeant(sheet, name))))
                throw FileProblems.SheetMissing.With(("name", name));
            foreach (var sheet in looked.Sheets.Where(sheet => rules.Sheets!.Any(name => IsMeant(sheet, name))))
            {
                var isNamed = rules.Sheets!.Any(name => !name.Contains('*', StringComparison.Ordinal) && IsMeant(sheet, name));
                if (sheet.Hidden)
                    issues.Add(new RowIssue(0, null, isNamed ? TableIssues.SheetHiddenRead : ReadingIssues.SheetHidden, sheet.Name, isNamed ? IssueSeverity.Warning : IssueSeverity.Note));
                if (sheet.Hidden && !isNamed)
                    continue;
                tables.Add(HeaderOf(looked, sheet, rules) is (var choice, true) ? (sheet, choice!) : throw FlowsProblems.SheetDiffers.With(("name", sheet.Name)));
            }
        }

        if (tables.Count is 0 or > TableLines.MostTables)
            throw FileProblems.SheetMissing.With(("name", string.Join(", ", rules.Sheets!)));
        foreach (var (sheet, header) in tables)
        {
            foreach (var issue in header.Issues)
                issues.Add(issue with { Source = sheet.Name });
        }

        var reader = SpreadsheetReader.Open(file, issues);
        return [.. tables.Select((table, at) => new SheetTable(reader, table.Sheet, table.Header, rules, at))];
    }

    /// <inheritdoc />
    public override Func<ValueBatch, int?> Reader(int[] wanted) => new RowBatches(Rows().GetEnumerator(), wanted).Next;

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        // Sheets that are read one after another have one reader, which is closed with the first of them.
        if (place == 0)
            reader.Dispose();
        base.Dispose(disposing);
    }

    private IEnumerable<RawRow> Rows()
    {
        var (width, said) = (header.Columns.Names.Count, rules.SheetPart(sheet.Name));
        foreach (var row in reader.Rows(sheet.Name, header.Line))
        {
            if (rules.SheetColumn is null)
            {
                yield return row with { Line = TableLines.Of(place, row.Line) };
                continue;
            }

            var cells = new string?[width + 1];
            row.Cells.AsSpan(0, Math.Min(row.Cells.Length, width)).CopyTo(cells);
            cells[width] = said;
            yield return new RawRow(TableLines.Of(place, row.Line), cells);
        }
    }

    private static bool IsMeant(SheetInfo sheet, string name) => Harmonising.WordForms.Fits(sheet.Name, name);

    /// <summary>The visible sheets with the same headings as one of them, this one too; null when it is the only one.</summary>
    public static AlikeSheets? AlikeOf(Stream file, string sheet, ReadingRules rules)
    {
        using var reader = SpreadsheetReader.Open(file, new IssueReport());
        var headings = reader.Sheets.Where(one => !one.Hidden && one.Rows > 1).Select(one => (one.Name, HeaderOf(reader, one, rules).Choice?.Columns.Names)).ToList();
        if (headings.Find(one => one.Name == sheet).Names is not { } own)
            return null;
        var alike = headings.ToLookup(one => one.Names?.SequenceEqual(own, StringComparer.OrdinalIgnoreCase) == true, one => one.Name);
        return alike[true].Count() > 1 ? AlikeSheets.Of([.. alike[true]], [.. alike[false]]) : null;
    }

    private static (SheetInfo, HeaderChoice) Named(SpreadsheetReader reader, string named, ReadingRules rules, IssueReport issues)
    {
        var sheet = reader.Sheets.FirstOrDefault(one => one.Name.Trim().Equals(named.Trim(), StringComparison.OrdinalIgnoreCase))
            ?? (int.TryParse(named, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= reader.Sheets.Count ? reader.Sheets[number - 1] : null)
            ?? throw FileProblems.SheetMissing.With(("name", named));
        if (sheet.Hidden)
            issues.Add(new RowIssue(0, null, TableIssues.SheetHiddenRead, sheet.Name, IssueSeverity.Warning));
        return (sheet, HeaderOf(reader, sheet, rules).Choice ?? throw FlowsProblems.HeaderMissing.With());
    }

    private static (SheetInfo, HeaderChoice) Fitting(SpreadsheetReader reader, ReadingRules rules, IssueReport issues)
    {
        var fitting = new List<(SheetInfo Sheet, HeaderChoice Header)>();
        (SheetInfo, HeaderChoice)? other = null;
        string? hidden = null;
        foreach (var sheet in reader.Sheets.Where(one => one.Rows > 0))
        {
            var (choice, fits) = HeaderOf(reader, sheet, rules);
            if (choice is null)
                continue;
            if (sheet.Hidden)
                hidden = fits ? hidden ?? sheet.Name : hidden;
            else if (fits)
                fitting.Add((sheet, choice));
            else
                other ??= (sheet, choice);
        }

        foreach (var sheet in reader.Sheets.Where(one => one.Hidden))
            issues.Add(new RowIssue(0, null, ReadingIssues.SheetHidden, sheet.Name, IssueSeverity.Note));
        return fitting.Count switch
        {
            1 => fitting[0],
            0 when hidden is not null => throw FlowsProblems.SheetHidden.With(("name", hidden)),
            0 => other ?? throw FlowsProblems.HeaderMissing.With(),
            // Which of several is meant is never guessed: the others' figures would be missing without a word.
            _ => throw FlowsProblems.SheetAmbiguous.With(("names", string.Join(", ", fitting.Select(one => one.Sheet.Name)))),
        };
    }

    private static (HeaderChoice? Choice, bool Fits) HeaderOf(SpreadsheetReader reader, SheetInfo sheet, ReadingRules rules)
    {
        List<RawRow> first = [.. reader.Rows(sheet.Name).Take(Math.Max(HeaderRows.Looked, rules.Header ?? 0))];
        // The column of the sheet's name is one of those that a mapping may ask for.
        var named = rules with { Fits = (columns, below) => rules.Fits(columns.With(rules.SheetColumn), below) };
        var choice = DelimitedTable.Choose(first, named);
        return (choice, choice is not null && named.Fits(choice.Columns, [.. first.Skip(choice.Index)]));
    }
}

/// <summary>The codes of what can be noted about a table beside those of any file.</summary>
internal static class TableIssues
{
    public const string SheetHiddenRead = "flows.sheet_hidden_read";
    public const string RepeatEmpty = "flows.repeat_empty";
    public const string KeyTwice = "flows.key_twice";
    public const string ParentMissing = "flows.parent_missing";
    public const string ParentTwice = "flows.parent_twice";
    public const string RowShort = "flows.row_short";
    public const string RowLong = "flows.row_long";
    public const string RowsJoined = "flows.rows_joined";
    public const string EndMissing = "flows.end_missing";
    public const string HeaderRepeated = "flows.header_repeated";
    public const string Twice = "flows.twice";
    public const string Repeated = "flows.rows_repeated";
    public const string SdmxDelete = "flows.sdmx_delete";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> Codes { get; } = [EndMissing, HeaderRepeated, KeyTwice, ParentMissing, ParentTwice, RepeatEmpty, RowLong, RowShort, RowsJoined, Repeated, SdmxDelete, SheetHiddenRead, Twice];
}
