using System.Buffers;
using System.Text;

namespace Tambo.Cases.Deidentified;

/// <summary>A table as CSV (RFC 4180) that no spreadsheet takes for formulas.</summary>
internal static class SafeTable
{
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",;\r\n\t");

    /// <summary>The table in UTF-8.</summary>
    public static byte[] Write(IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        var text = new StringBuilder();
        foreach (var row in rows.Prepend(columns))
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>A cell: a text that a spreadsheet would take for a formula stands behind an apostrophe.</summary>
    public static string Cell(string value)
    {
        // Programs leave out white space in front before they look for a sign.
        if (value.AsSpan().TrimStart() is ['=' or '+' or '-' or '@' or '\uFF1D' or '\uFF0B' or '\uFF0D' or '\uFF20', ..] || value is ['\t' or '\r' or '\n', ..])
            value = "'" + value;
        return value.AsSpan().ContainsAny(Quoted) ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : value;
    }
}
