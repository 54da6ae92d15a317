using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Serving;

/// <summary>Figures as comma separated text (RFC 4180), written line by line; with hashtags under the header when asked.</summary>
internal static class FiguresTable
{
    private const int Stretch = 256;

    /// <summary>Writes an answer.</summary>
    public static async Task WriteAsync(FiguresAnswer answer, PipeWriter output, bool hxl, CancellationToken cancellationToken)
    {
        var columns = Columns(answer, hxl);
        Line(output, columns.Select(column => column.Name));
        if (hxl)
            Line(output, columns.Select(column => column.Tag));
        var at = 0;
        foreach (var figure in answer.Figures.Concat(answer.Apart))
        {
            Line(output, columns.Select(column => column.Of(figure)));
            if (++at % Stretch == 0)
                await output.FlushAsync(cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
    }

    private static List<TableColumn> Columns(FiguresAnswer answer, bool hxl)
    {
        var columns = new List<TableColumn>();
        for (var at = 0; at < answer.Columns.Count; at++)
        {
            var (place, component) = (at, answer.ComponentOf(answer.Columns[at]));
            columns.Add(new TableColumn(answer.Columns[at], HxlTags.OfColumn(answer.Columns[at], component), figure => figure.Labels[place]));
            // Programs that know hashtags look for the two ends of a period, whatever its notation.
            if (hxl && component?.Kind == ComponentKind.Period)
            {
                columns.Add(new TableColumn(answer.Columns[at] + "_start", "#date+start", figure => Day(figure.Labels[place], static period => period.From)));
                columns.Add(new TableColumn(answer.Columns[at] + "_end", "#date+end", figure => Day(figure.Labels[place], static period => period.Until)));
            }
        }

        var (tag, unit) = (HxlTags.OfMeasure(answer.Question.Query.Measure), answer.Unit);
        columns.Add(new TableColumn("value", tag, figure => Number(FigureStatus.One(figure), unit)));
        columns.Add(new TableColumn("at_least", tag + "+min", figure => Number(figure.AtLeast, unit)));
        columns.Add(new TableColumn("at_most", tag + "+max", figure => Number(figure.AtMost, unit)));
        columns.Add(new TableColumn("rows", "#meta+rows", figure => Number(figure.Rows, 1m)));
        columns.Add(new TableColumn("unknown", "#meta+rows+unknown", figure => Number(figure.Unknown, 1m)));
        columns.Add(new TableColumn("status", "#meta+status", FigureStatus.Of));
        columns.Add(new TableColumn("reasons", "#meta+remarks", static figure => string.Join(' ', figure.Reasons)));
        columns.Add(new TableColumn("days", "#meta+coverage+days", static figure => Number(figure.Coverage?.Days, 1m)));
        columns.Add(new TableColumn("days_covered", "#meta+coverage", static figure => Number(figure.Coverage?.Covered, 1m)));
        if (answer.Question.Query.Share.Count > 0)
        {
            columns.Add(new TableColumn("share_least", tag + "+pct+min", static figure => Part(figure.Share?.Least)));
            columns.Add(new TableColumn("share_most", tag + "+pct+max", static figure => Part(figure.Share?.Most)));
        }

        if (answer.Question.Query.Window is not null)
            columns.Add(new TableColumn("missing_periods", "#meta+missing", static figure => Number(figure.Missing, 1m)));
        var sources = answer.Series.ToDictionary(series => series.Code, StringComparer.Ordinal);
        columns.Add(new TableColumn("publisher", "#meta+publisher", figure => sources.GetValueOrDefault(figure.Labels[0])?.Publisher ?? ""));
        columns.Add(new TableColumn("licence", "#meta+licence", figure => sources.GetValueOrDefault(figure.Labels[0])?.Licence ?? ""));
        return hxl ? Tagged(answer, columns, tag) : columns;
    }

    // One sex and one interval of ages in all of a table is said in the tag of what is counted.
    private static List<TableColumn> Tagged(FiguresAnswer answer, List<TableColumn> columns, string tag)
    {
        string Only(string component) => Place(answer, component) is not { } place ? "_T"
            : answer.Figures.Select(figure => figure.Labels[place]).Distinct(StringComparer.Ordinal).ToList() is [var only] ? only : "_T";
        var attributes = HxlTags.Attributes(Only("sex"), Only("age"));
        return attributes.Length == 0 ? columns : [.. columns.Select(column => column.Tag.StartsWith(tag, StringComparison.Ordinal) ? column with { Tag = tag + attributes + column.Tag[tag.Length..] } : column)];
    }

    private static int? Place(FiguresAnswer answer, string column)
    {
        for (var at = 0; at < answer.Columns.Count; at++)
        {
            if (answer.Columns[at] == column)
                return at;
        }

        return null;
    }

    private static string Day(string label, Func<Period, DateOnly> end) =>
        Period.Read(label) is { } period ? end(period).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";

    private static string Number(long? value, decimal unit) => value is not { } known ? ""
        : unit == 1m ? known.ToString(CultureInfo.InvariantCulture) : (known / unit).ToString(CultureInfo.InvariantCulture);

    private static string Part(double? share) => share?.ToString("0.######", CultureInfo.InvariantCulture) ?? "";

    private static void Line(PipeWriter output, IEnumerable<string> cells)
    {
        var line = string.Join(',', cells.Select(Cell)) + "\r\n";
        Encoding.UTF8.GetBytes(line, output);
    }

    // A text that a spreadsheet would take for a formula is kept from being one; numbers stay numbers.
    private static string Cell(string value)
    {
        if (value is ['=' or '@' or '\t' or '\r', ..] || (value is ['+' or '-', ..] && !decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            value = "'" + value;
        return value.AsSpan().ContainsAny("\",\r\n") ? "\"" + value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : value;
    }

    private sealed record TableColumn(string Name, string Tag, Func<Figure, string> Of);
}
