using System.Globalization;
using System.Text.Json;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Files;

namespace Tambo.Tests.Flows;

/// <summary>What a table of months, countries and counts says, read slowly and plainly by other means than the figures are.</summary>
internal static class ExpectedFrom
{
    private static readonly string[] Plain = ["month", "who", "count"];
    private static readonly string[] Sdmx = ["TIME_PERIOD", "CITIZENSHIP", "OBS_VALUE"];

    /// <summary>Its observations; null when the file is too spoiled to say.</summary>
    public static string? File(string kind, byte[] bytes) => kind switch
    {
        "json" => Json(bytes),
        "text" => Text(bytes, Plain),
        "sdmx" => Text(bytes, Sdmx),
        _ => null,
    };

    private static string? Json(byte[] bytes)
    {
        try
        {
            using var file = JsonDocument.Parse(bytes);
            var records = file.RootElement.EnumerateArray().ToList();
            if (records.Exists(record => record.ValueKind != JsonValueKind.Object || !record.EnumerateObject().Select(field => field.Name).SequenceEqual(Plain)
                || record.EnumerateObject().Any(field => field.Value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number))))
                return null;
            return Joined(records.Select(record => Plain.Select(name => record.GetProperty(name) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : record.GetProperty(name).GetRawText()).ToArray()));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            return "";
        }
    }

    private static string? Text(byte[] bytes, string[] names)
    {
        // The general reader takes a carriage return alone for a line end.
        for (var at = 0; at < bytes.Length; at++)
        {
            if (bytes[at] == '\r' && (at + 1 == bytes.Length || bytes[at + 1] != '\n'))
                return null;
        }

        var issues = new IssueReport();
        using var general = DelimitedReader.Open(new MemoryStream(bytes), issues, new DelimitedOptions(HeaderLine: 0));
        var rows = general.Rows().ToList();
        var stray = issues.Kept.Where(issue => issue.Code is ReadingIssues.QuoteStray or ReadingIssues.QuoteUnclosed).ToLookup(issue => issue.Line, issue => issue.Code);
        if (rows.Count == 0 || rows[0].Line != 1 || !rows[0].Cells.TakeLast(3).SequenceEqual(names) || rows[0].Cells.Distinct().Count() != rows[0].Cells.Length)
            return null;
        var width = rows[0].Cells.Length;
        // Rows that came to be of several are nobody's.
        return Joined(rows.Skip(1)
            .Where(row => row.Cells.Length >= width && row.Cells.Skip(width).All(string.IsNullOrWhiteSpace))
            .Where(row => !stray[row.Line].Any() || (!stray[row.Line].Contains(ReadingIssues.QuoteUnclosed) && !row.Cells.Any(cell => cell?.Contains('\n', StringComparison.Ordinal) == true)))
            .Select(row => row.Cells[(width - 3)..width].Select(cell => cell ?? "").ToArray()));
    }

    private static string? Joined(IEnumerable<string[]> rows)
    {
        var said = new List<string>();
        foreach (var (when, who, many) in rows.Select(row => (row[0].Trim(), row[1].Trim(), row[2].Trim())))
        {
            // Other ways to write a number have tests of their own.
            if (many.AsSpan().ContainsAny(".eE+"))
                return null;
            if (DateOnly.TryParseExact(when, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && month <= new DateOnly(2026, 1, 1)
                && CountryWords.Find(who) is { } country && many.All(char.IsAsciiDigit) && many.Length <= 12)
                said.Add($"{month:yyyy-MM} {country} {(many.Length == 0 ? "?" : long.Parse(many, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture))}");
        }

        return string.Join("; ", said);
    }
}
