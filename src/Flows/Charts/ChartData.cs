using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tambo.Flows.Collecting;

namespace Tambo.Flows.Charts;

/// <summary>A column of the table behind a chart.</summary>
/// <param name="Code">Its name for programs.</param>
/// <param name="Title">Its name for readers.</param>
/// <param name="IsFigure">True for figures.</param>
public sealed record DataColumn(string Code, string Title, bool IsFigure = false);

/// <summary>A cell of the table behind a chart: words with the code they stand for, or a figure.</summary>
public sealed record DataCell
{
    /// <summary>What readers read.</summary>
    public required string Words { get; init; }

    /// <summary>The code, or the words where there is none.</summary>
    public string Code { get; init; } = "";

    /// <summary>The figure or the lower end of its range; null when unknown, which is not zero.</summary>
    public long? Least { get; init; }

    /// <summary>The upper end of its range.</summary>
    public long? Most { get; init; }

    /// <summary>For how long the figure was counted; null where that is not said.</summary>
    public CountingHours? Hours { get; init; }

    /// <summary>Where the words lead, or null.</summary>
    public string? Href { get; init; }
}

/// <summary>What stands behind a chart, as a table that programs can read too.</summary>
/// <param name="Columns">Its columns; the first names the row.</param>
/// <param name="Rows">Its rows, with a cell for each column.</param>
public sealed record ChartData(IReadOnlyList<DataColumn> Columns, IReadOnlyList<IReadOnlyList<DataCell>> Rows)
{
    /// <summary>
    /// The table as comma separated text: of each figure both ends, equal where it is exact, empty where nothing is known; and for
    /// how long it was counted, where any of its column says so.
    /// </summary>
    public byte[] Csv()
    {
        var text = new StringBuilder();
        var isTimed = Timed();
        text.AppendJoin(',', Columns.SelectMany((column, at) => Heads(column, isTimed[at])).Select(Quoted)).Append("\r\n");
        foreach (var row in Rows)
            text.AppendJoin(',', row.SelectMany((cell, at) => Cells(cell, Columns[at], isTimed[at])).Select(value => value is string words ? Quoted(words) : Convert.ToString(value, CultureInfo.InvariantCulture))).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The table for programs, with what must be known of it.</summary>
    public byte[] Json(object about)
    {
        var isTimed = Timed();
        var rows = Rows.Select(row => row.SelectMany((cell, at) => Heads(Columns[at], isTimed[at]).Zip(Cells(cell, Columns[at], isTimed[at])))
            .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));
        return JsonSerializer.SerializeToUtf8Bytes(new { about, rows }, Written);
    }

    // Columns of figures of which one says for how long it was counted.
    private bool[] Timed() => [.. Columns.Select((_, at) => Rows.Any(row => row[at].Hours is not null))];

    private static IEnumerable<string> Heads(DataColumn column, bool isTimed) =>
        !column.IsFigure ? [column.Code]
        : isTimed ? [column.Code, column.Code + "_at_most", column.Code + "_hours_observed", column.Code + "_hours_open", column.Code + "_days_observed"]
        : [column.Code, column.Code + "_at_most"];

    private static IEnumerable<object?> Cells(DataCell cell, DataColumn column, bool isTimed) =>
        !column.IsFigure ? [cell.Code]
        : isTimed ? [cell.Least, cell.Most, cell.Hours is { } hours ? CountingHours.Told(hours.Observed) : null, cell.Hours?.Open is { } open ? CountingHours.Told(open) : null, cell.Hours?.DaysObserved]
        : [cell.Least, cell.Most];

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All), PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // A cell that begins like a formula would be run by a spreadsheet.
    private static string Quoted(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + value : value;
        return safe.AsSpan().ContainsAny(",\"\n\r") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
