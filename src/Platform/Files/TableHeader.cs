using System.Globalization;

namespace Tambo.Platform.Files;

/// <summary>The row that names the columns of a table, found below whatever notes stand above it.</summary>
/// <param name="Line">Line of the header.</param>
/// <param name="Index">How many rows stand above it among those looked at.</param>
/// <param name="Names">The names as they stand, trimmed; a column without a name is null.</param>
public sealed record TableHeader(int Line, int Index, IReadOnlyList<string?> Names)
{
    /// <summary>How many rows are looked at for a header; titles, sources and notes above a table are shorter than that.</summary>
    public const int SearchedRows = 30;

    /// <summary>
    /// The first row that is nearly as wide as the table and says only words; null when no row does. A year counts as a
    /// word, because years head columns.
    /// </summary>
    public static TableHeader? Find(IReadOnlyList<RawRow> rows)
    {
        var searched = Math.Min(rows.Count, SearchedRows);
        var width = UsualWidth(rows, searched);
        for (var at = 0; at < searched; at++)
        {
            var row = rows[at];
            var filled = row.Cells.Count(cell => !string.IsNullOrWhiteSpace(cell));
            var different = row.Cells.Where(cell => !string.IsNullOrWhiteSpace(cell)).Distinct(StringComparer.Ordinal).Count();
            // Two thirds: merged headers leave holes, notes fill one cell or two. A title merged over the table says one thing.
            if (different < Math.Min(2, width) || filled == 0 || filled * 3 < width * 2 || !row.Cells.All(IsNameOrNothing))
                continue;
            return From(row, at);
        }
        return null;
    }

    /// <summary>The header that stands in this row, when the caller knows which one it is.</summary>
    public static TableHeader From(RawRow row, int index = 0) =>
        new(row.Line, index, [.. row.Cells.Take(row.Width).Select(cell => string.IsNullOrWhiteSpace(cell) ? null : cell.Trim())]);

    /// <summary>One header from several rows above each other: <c>2024</c> over <c>women</c> reads <c>2024 / women</c>.</summary>
    public static TableHeader Join(IReadOnlyList<RawRow> rows)
    {
        var width = rows.Max(row => row.Width);
        var names = new string?[width];
        for (var column = 0; column < width; column++)
        {
            var parts = rows.Select(row => row[column]?.Trim()).Where(part => !string.IsNullOrEmpty(part)).Distinct(StringComparer.Ordinal);
            var name = string.Join(" / ", parts);
            names[column] = name.Length == 0 ? null : name;
        }
        return new TableHeader(rows[^1].Line, rows.Count - 1, names);
    }

    /// <summary>Position of a column by name, ignoring case and surrounding spaces; -1 when there is none.</summary>
    public int Column(string name)
    {
        for (var at = 0; at < Names.Count; at++)
            if (string.Equals(Names[at], name.Trim(), StringComparison.OrdinalIgnoreCase))
                return at;
        return -1;
    }

    /// <summary>Columns that share a name, and columns without one between others.</summary>
    public IEnumerable<RowIssue> Issues(string? source = null)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < Names.Count; at++)
        {
            if (Names[at] is not { } name)
                yield return new RowIssue(Line, at + 1, ReadingIssues.HeaderMissing, null, IssueSeverity.Warning, source);
            else if (!seen.Add(name))
                yield return new RowIssue(Line, at + 1, ReadingIssues.HeaderDuplicate, name, IssueSeverity.Warning, source);
        }
        if (Index > 0)
            yield return new RowIssue(Line, null, ReadingIssues.NotesSkipped, Index.ToString(CultureInfo.InvariantCulture), IssueSeverity.Note, source);
    }

    internal static bool IsNameOrNothing(string? cell) =>
        string.IsNullOrWhiteSpace(cell) || !LooksLikeFigure(cell.Trim()) || IsYear(cell.Trim());

    private static bool LooksLikeFigure(string cell) =>
        decimal.TryParse(cell.Replace(',', '.').TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        || double.TryParse(cell, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out _);

    private static bool IsYear(string cell) => cell.Length == 4 && int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1900 and <= 2100;

    /// <summary>The width that most rows have; the wider one of two that are as frequent.</summary>
    private static int UsualWidth(IReadOnlyList<RawRow> rows, int searched) =>
        rows.Take(searched).Select(row => row.Width).Where(width => width > 0)
            .GroupBy(width => width).OrderByDescending(group => group.Count()).ThenByDescending(group => group.Key)
            .Select(group => group.Key).FirstOrDefault();
}
