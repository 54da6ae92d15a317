using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

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

    /// <summary>Where the words lead, or null.</summary>
    public string? Href { get; init; }
}

/// <summary>What stands behind a chart, as a table that programs can read too.</summary>
/// <param name="Columns">Its columns; the first names the row.</param>
/// <param name="Rows">Its rows, with a cell for each column.</param>
public sealed record ChartData(IReadOnlyList<DataColumn> Columns, IReadOnlyList<IReadOnlyList<DataCell>> Rows)
{
    /// <summary>The table as comma separated text: of each figure both ends, equal where it is exact, empty where nothing is known.</summary>
    public byte[] Csv()
    {
        var text = new StringBuilder();
        text.AppendJoin(',', Columns.Select(column => column.IsFigure ? $"{Quoted(column.Code)},{Quoted(column.Code + "_at_most")}" : Quoted(column.Code))).Append("\r\n");
        foreach (var row in Rows)
        {
            text.AppendJoin(',', row.Zip(Columns).Select(pair => pair.Second.IsFigure
                ? string.Create(CultureInfo.InvariantCulture, $"{pair.First.Least},{pair.First.Most}")
                : Quoted(pair.First.Code))).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>The table for programs, with what must be known of it.</summary>
    public byte[] Json(object about)
    {
        var rows = Rows.Select(row => row.Zip(Columns).SelectMany(pair => pair.Second.IsFigure
                ? (KeyValuePair<string, object?>[])[new(pair.Second.Code, pair.First.Least), new(pair.Second.Code + "_at_most", pair.First.Most)]
                : [new(pair.Second.Code, pair.First.Code)])
            .ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal));
        return JsonSerializer.SerializeToUtf8Bytes(new { about, rows }, Written);
    }

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All), PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // A cell that begins like a formula would be run by a spreadsheet.
    private static string Quoted(string value)
    {
        var safe = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' or '\t' ? "'" + value : value;
        return safe.AsSpan().ContainsAny(",\"\n\r") ? $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : safe;
    }
}
