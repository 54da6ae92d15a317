using Tambo.Platform.Files;

namespace Tambo.Flows.Reading;

/// <summary>A way in which the first rows of a table can be read as its header.</summary>
/// <param name="Line">Line of the header's last row; rows of the table stand below it.</param>
/// <param name="Index">How many of the rows that were looked at stand up to the header's end.</param>
/// <param name="Columns">What the columns are called.</param>
/// <param name="Issues">What is not in order about them.</param>
internal sealed record HeaderChoice(int Line, int Index, TableColumns Columns, IReadOnlyList<RowIssue> Issues);

/// <summary>Finds the header of a table among its first rows, below notes, in one to three rows, with or without HXL tags; pure.</summary>
internal static class HeaderRows
{
    /// <summary>How many rows are looked at: notes above a table are shorter than that.</summary>
    public const int Looked = TableHeader.SearchedRows + 10;

    private const int Most = 3;

    /// <summary>The ways in which a header can be read, the likeliest first.</summary>
    /// <param name="rows">The first rows of the table, at most <see cref="Looked"/>.</param>
    /// <param name="line">The line on which the header is known to begin; 0 when there is none; null when it is to be found.</param>
    /// <param name="count">Of how many rows it is known to be.</param>
    public static IEnumerable<HeaderChoice> Of(IReadOnlyList<RawRow> rows, int? line, int? count)
    {
        if (line == 0)
        {
            var width = rows.Count == 0 ? 0 : rows.Max(row => row.Cells.Length);
            yield return new HeaderChoice(0, 0, new TableColumns([.. Enumerable.Range(1, width).Select(at => at.ToString(System.Globalization.CultureInfo.InvariantCulture))], []), []);
            yield break;
        }

        var tags = Enumerable.Range(0, rows.Count).FirstOrDefault(at => HxlTag.IsTagRow(rows[at].Cells), -1);
        if (tags >= 0)
        {
            yield return Tagged(rows, tags, count ?? 1);
            yield break;
        }

        var start = line is null ? TableHeader.Find(rows)?.Index : Enumerable.Range(0, rows.Count).Where(at => rows[at].Line >= line).Select(at => (int?)at).FirstOrDefault();
        if (start is not { } first)
            yield break;
        foreach (var many in count is { } known ? [known] : Enumerable.Range(1, Most))
        {
            for (var back = 0; back < (line is null ? many : 1); back++)
            {
                if (first - back >= 0 && first - back + many <= rows.Count)
                    yield return Joined(rows, first - back, many);
            }
        }
    }

    private static HeaderChoice Joined(IReadOnlyList<RawRow> rows, int from, int many)
    {
        var names = Names(rows, from, many);
        var last = rows[from + many - 1].Line;
        return new HeaderChoice(last, from + many, new TableColumns([.. names.Select(name => name ?? "")], []), [.. new TableHeader(last, from, names).Issues()]);
    }

    private static HeaderChoice Tagged(IReadOnlyList<RawRow> rows, int at, int above)
    {
        var many = Math.Min(above, at);
        var tags = rows[at].Cells;
        var names = many == 0 ? [] : Names(rows, at - many, many);
        var width = Math.Max(tags.Length, names.Count);
        return new HeaderChoice(
            rows[at].Line,
            at + 1,
            new TableColumns(
                [.. Enumerable.Range(0, width).Select(column => (column < names.Count ? names[column] : null) ?? rows[at][column]?.Trim() ?? "")],
                [.. Enumerable.Range(0, width).Select(column => HxlTag.Plain(rows[at][column] ?? ""))]),
            []);
    }

    // In rows above the last one a name holds for the columns to its right too, until the next: cells are merged, or left empty.
    private static List<string?> Names(IReadOnlyList<RawRow> rows, int from, int many)
    {
        var width = Enumerable.Range(from, many).Max(at => Width(rows[at]));
        var names = new List<string?>();
        var over = new string?[many];
        for (var column = 0; column < width; column++)
        {
            var parts = new List<string>();
            for (var row = 0; row < many; row++)
            {
                var cell = rows[from + row][column];
                var said = string.IsNullOrWhiteSpace(cell) ? null : TableColumns.Plain(cell);
                if (row < many - 1)
                    said = over[row] = said ?? over[row];
                if (said is not null && !parts.Contains(said))
                    parts.Add(said);
            }

            names.Add(parts.Count == 0 ? null : string.Join(TableColumns.Between, parts));
        }

        return names;
    }

    private static int Width(RawRow row)
    {
        var width = row.Cells.Length;
        while (width > 0 && string.IsNullOrWhiteSpace(row.Cells[width - 1]))
            width--;
        return width;
    }
}
