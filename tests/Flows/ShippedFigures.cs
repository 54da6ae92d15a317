using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Tambo.Tests.Flows;

/// <summary>The shipped tables of figures, read without any of the program's own readers.</summary>
internal static class ShippedFigures
{
    /// <summary>The rows of a table below <c>data/demo/flows</c>, cells by column.</summary>
    public static IReadOnlyList<Dictionary<string, string>> Rows(string table)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", "demo", "flows", Path.Combine(table.Split('/'))));
        using Stream plain = table.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var text = new StreamReader(plain, Encoding.UTF8);
        var header = Cells(text.ReadLine()!);
        var rows = new List<Dictionary<string, string>>();
        while (text.ReadLine() is { } line)
        {
            var cells = Cells(line);
            rows.Add(Enumerable.Range(0, header.Count).ToDictionary(at => header[at], at => cells[at], StringComparer.Ordinal));
        }

        return rows;
    }

    /// <summary>A number as it is printed there, or null where nothing is.</summary>
    public static long? Number(string cell) =>
        cell.Length == 0 || cell == "NA" ? null : (long)decimal.Parse(cell.Replace(",", "", StringComparison.Ordinal), NumberStyles.Float, CultureInfo.InvariantCulture);

    private static List<string> Cells(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '"' && quoted && at + 1 < line.Length && line[at + 1] == '"')
                cell.Append(line[at++]);
            else if (line[at] == '"')
                quoted = !quoted;
            else if (line[at] == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
                cell.Append(line[at]);
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
