using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace Tambo.Platform.Database;

/// <summary>A plain insert (each column one parameter), told as the COPY that does the same.</summary>
/// <param name="Sql">copy … from stdin.</param>
/// <param name="Names">The parameters in the order of the columns.</param>
internal sealed partial record PostgresCopy(string Sql, IReadOnlyList<string> Names)
{
    /// <summary>The COPY of a statement, or null when it is more than a plain insert.</summary>
    public static PostgresCopy? Of(string sql)
    {
        var insert = PlainInsert().Match(sql);
        if (!insert.Success)
            return null;
        return new PostgresCopy(
            $"copy {insert.Groups["table"].Value} ({insert.Groups["columns"].Value}) from stdin",
            [.. insert.Groups["values"].Value.Split(',').Select(value => value.Trim()[1..])]);
    }

    /// <summary>One row in COPY's text format (PostgreSQL manual, COPY, "Text Format").</summary>
    public static void Append(StringBuilder line, object? value)
    {
        switch (value)
        {
            case null or DBNull:
                line.Append("\\N");
                break;
            case string text:
                AppendText(line, text);
                break;
            case bool truth:
                line.Append(truth ? 't' : 'f');
                break;
            case int or long or short or byte or double or float or decimal:
                line.Append(((IFormattable)value).ToString(null, CultureInfo.InvariantCulture));
                break;
            case byte[] bytes:
                // The hexadecimal form of bytea; its backslash is COPY's own as well, so it stands twice.
                line.Append("\\\\x").Append(Convert.ToHexStringLower(bytes));
                break;
            default:
                throw new InvalidOperationException($"No column holds a {value.GetType().Name}.");
        }
    }

    private static void AppendText(StringBuilder line, string text)
    {
        foreach (var letter in text)
        {
            switch (letter)
            {
                case '\\':
                    line.Append("\\\\");
                    break;
                case '\t':
                    line.Append("\\t");
                    break;
                case '\n':
                    line.Append("\\n");
                    break;
                case '\r':
                    line.Append("\\r");
                    break;
                default:
                    line.Append(letter);
                    break;
            }
        }
    }

    [GeneratedRegex(
        """^\s*insert\s+into\s+(?<table>\w+)\s*\((?<columns>[\w\s,"]+)\)\s*values\s*\((?<values>\s*@\w+\s*(,\s*@\w+\s*)*)\)\s*$""",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PlainInsert();
}

/// <summary>Copies rows into their table.</summary>
internal sealed class PostgresCopySink(NpgsqlConnection connection, PostgresCopy copy) : RowSink
{
    private readonly StringBuilder line = new();
    private NpgsqlCopyTextWriter? writer;
    private int rows;

    public override async ValueTask AddAsync(string sql, NpgsqlParameterCollection row)
    {
        writer ??= await connection.BeginTextImportAsync(copy.Sql);
        line.Clear();
        for (var i = 0; i < copy.Names.Count; i++)
        {
            if (i > 0)
                line.Append('\t');
            PostgresCopy.Append(line, row[copy.Names[i]].Value);
        }

        line.Append('\n');
        await writer.WriteAsync(line);
        rows++;
    }

    public override async Task<int> EndAsync()
    {
        if (writer is { } open)
        {
            writer = null;
            // The server checks the rows now: what it refuses is thrown here.
            await open.DisposeAsync();
        }

        return rows;
    }

    public override async ValueTask DisposeAsync()
    {
        if (writer is not { } open)
            return;
        await open.CancelAsync();
        try
        {
            await open.DisposeAsync();
        }
        catch (ObjectDisposedException)
        {
            // What was still to be sent has nowhere to go any more; what stopped it is on its way to the caller.
        }
    }
}
