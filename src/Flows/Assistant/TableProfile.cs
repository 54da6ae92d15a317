using System.Globalization;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Reading;
using Tambo.Platform.Files;

namespace Tambo.Flows.Assistant;

/// <summary>A column of an unknown table with what stands in it.</summary>
/// <param name="Name">Its name in the header.</param>
/// <param name="Tag">Its HXL tag; empty when it has none.</param>
/// <param name="Values">Its different values, the most frequent first, blank ones too.</param>
/// <param name="Blank">Rows that say nothing in it.</param>
public sealed record ColumnProfile(string Name, string Tag, IReadOnlyList<(string Value, long Rows)> Values, long Blank);

/// <summary>What an unknown table is: its columns, its first rows, and the mappings that have its columns.</summary>
public sealed record TableProfile
{
    /// <summary>Columns beyond these are not proposed anything for.</summary>
    public const int MostColumns = 300;

    /// <summary>Of a larger table the first rows are looked at and tried, so that nobody waits: an import reads all of them.</summary>
    public const int MostRows = 200_000;

    private const int MostValues = 500;
    private const int ShownRows = 6;

    /// <summary>Its columns.</summary>
    public required IReadOnlyList<ColumnProfile> Columns { get; init; }

    /// <summary>Its first rows, each with its line.</summary>
    public required IReadOnlyList<(int Line, IReadOnlyList<string> Cells)> First { get; init; }

    /// <summary>Rows that were looked at.</summary>
    public required long Rows { get; init; }

    /// <summary>True when there are more.</summary>
    public required bool HasMore { get; init; }

    /// <summary>True when the file tells dates from texts.</summary>
    public required bool KnowsDates { get; init; }

    /// <summary>The sheet that was looked at; empty when the file has none.</summary>
    public required string Sheet { get; init; }

    /// <summary>The sheets to choose from.</summary>
    public required IReadOnlyList<string> Sheets { get; init; }

    /// <summary>The sheets with the same headings, which can be read as one table; null when there are none.</summary>
    internal AlikeSheets? Alike { get; init; }

    /// <summary>True when they were.</summary>
    public bool IsTogether { get; init; }

    /// <summary>Lists within records to choose from, whose elements may become rows.</summary>
    public required IReadOnlyList<string> Lists { get; init; }

    /// <summary>Names of the mappings that have its columns.</summary>
    public required IReadOnlyList<string> Fitting { get; init; }

    /// <summary>Looks at a table.</summary>
    /// <param name="file">The file, seekable.</param>
    /// <param name="sheet">The sheet that somebody chose, or empty.</param>
    /// <param name="repeat">The list that somebody chose, or empty.</param>
    /// <param name="together">True to read the sheets with the same headings as one table.</param>
    /// <param name="known">Mappings that may be for it.</param>
    /// <param name="today">Nothing can be of later.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">The file cannot be read.</exception>
    public static TableProfile Of(Stream file, string sheet, string repeat, bool together, IReadOnlyList<Mapping> known, DateOnly today)
    {
        var fitting = new HashSet<string>(StringComparer.Ordinal);
        var sheets = SheetsOf(file);
        var rules = new ReadingRules
        {
            Sheet = sheets.Count == 0 ? null : sheets.Contains(sheet) ? sheet : sheets[0],
            Repeat = repeat.Length == 0 ? null : repeat,
            Fits = (columns, below) =>
            {
                fitting.UnionWith(known.Where(mapping => MappingChecks.Fits(mapping, columns, today)).Select(mapping => mapping.Name));
                return LooksWhole(columns, below);
            },
        };
        var alike = sheets.Count > 1 && repeat.Length == 0 ? SheetTable.AlikeOf(file, rules.Sheet!, rules) : null;
        if (together && alike is not null)
            rules = rules with { Sheet = null, Sheets = alike.Names, SheetColumn = alike.Column, SheetPart = alike.PartOf };
        var tables = TableSource.OpenAll(file, rules, new IssueReport());
        try
        {
            return Of(tables, sheets, alike, together) with { Fitting = [.. known.Select(mapping => mapping.Name).Where(fitting.Contains)] };
        }
        finally
        {
            foreach (var table in tables)
                table.Dispose();
        }
    }

    private static TableProfile Of(IReadOnlyList<TableSource> tables, IReadOnlyList<string> sheets, AlikeSheets? alike, bool together)
    {
        var table = tables[0];
        int[] all = [.. Enumerable.Range(0, Math.Min(table.Columns.Names.Count, MostColumns))];
        var batch = ValueBatch.For([.. all.Select(_ => new ValueBook())]);
        var counts = all.Select(_ => new List<long>()).ToArray();
        var (rows, first, hasMore) = (0L, new List<(int, IReadOnlyList<string>)>(), false);
        foreach (var (one, read) in tables.Select(one => (one, one.Reader(all))))
        {
            while (rows < MostRows && read(batch) is not null)
                Count(one.HeaderLine);
            hasMore |= rows >= MostRows && read(batch) is not null;
        }

        return new TableProfile
        {
            Columns = [.. all.Select(column => Column(table.Columns, column, batch.Books[column], counts[column]))],
            First = first,
            Rows = rows,
            HasMore = hasMore,
            KnowsDates = table.KnowsDates,
            Sheet = table.Sheet ?? "",
            Sheets = sheets,
            Alike = alike,
            IsTogether = together && alike is not null,
            Lists = table.Lists,
            Fitting = [],
        };

        void Count(int headerLine)
        {
            for (var row = 0; row < batch.Rows; row++)
            {
                if (batch.Lines[row] <= headerLine || all.All(column => batch.Books[column].IsBlank(batch.Values[column][row])))
                    continue;
                rows++;
                if (first.Count < ShownRows)
                    first.Add((batch.Lines[row], [.. all.Select(column => batch.Books[column][batch.Values[column][row]])]));
                foreach (var column in all)
                {
                    var number = batch.Values[column][row];
                    while (counts[column].Count <= number)
                        counts[column].Add(0);
                    counts[column][number]++;
                }
            }
        }
    }

    private static ColumnProfile Column(TableColumns columns, int at, ValueBook book, List<long> counts)
    {
        var values = Enumerable.Range(0, counts.Count).Where(number => counts[number] > 0)
            .GroupBy(number => book[number].Trim(), StringComparer.Ordinal)
            .Select(same => (Value: same.Key, Rows: same.Sum(number => counts[number])))
            .OrderByDescending(value => value.Rows).ThenBy(value => value.Value, StringComparer.Ordinal).ToList();
        return new ColumnProfile(columns.Names[at], columns.Tags.Count > at ? columns.Tags[at] : "", [.. values.Take(MostValues)], values.Where(value => value.Value.Length == 0).Sum(value => value.Rows));
    }

    // The header is whole when names tell columns apart, none of its rows is one of figures, and figures stand right below.
    private static bool LooksWhole(TableColumns columns, IReadOnlyList<RawRow> below)
    {
        var names = columns.Names.Where(name => name.Length > 0).ToList();
        return names.Count > 0 && names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Count
            && names.Count(name => IsFigure(name.Split(TableColumns.Between)[^1])) * 3 <= names.Count
            && (below.Count == 0 || below.Take(2).Any(row => row.Cells.Any(cell => cell is not null && IsFigure(cell))));
    }

    // Years head columns.
    private static bool IsFigure(string cell) =>
        decimal.TryParse(cell.Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) && !(number is >= 1900 and <= 2100 && cell.Trim().Length == 4);

    // Those with most rows first: the others are as a rule notes.
    private static List<string> SheetsOf(Stream file)
    {
        if (TableSource.KindOf(file) != TableKind.Workbook)
            return [];
        using var book = SpreadsheetReader.Open(file, new IssueReport());
        return [.. book.Sheets.Where(sheet => !sheet.Hidden && sheet.Rows > 1).OrderByDescending(sheet => sheet.Rows).Select(sheet => sheet.Name)];
    }
}
