using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Tambo.Flows.Collecting;
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
        var figures = answer.Figures.Concat(answer.Apart).ToList();
        // Hashtags say of what is counted which sex and ages it is: these stand beside each other there.
        int[] beside = hxl ? [.. Enumerable.Range(0, answer.Columns.Count).Where(at => answer.Columns[at] is "sex" or "age")] : [];
        var columns = Columns(answer, hxl, beside);
        if (beside.Length > 0)
            AddParts(columns, answer, figures, beside);
        Line(output, columns.Select(column => column.Name));
        if (hxl)
            Line(output, columns.Select(column => column.Tag));
        var at = 0;
        foreach (var row in RowsOf(figures, beside))
        {
            Line(output, columns.Select(column => column.Of(row)));
            if (++at % Stretch == 0)
                await output.FlushAsync(cancellationToken);
        }

        await output.FlushAsync(cancellationToken);
    }

    // A row for each figure; with sexes and ages beside each other, one for each of what else the figures are grouped by.
    private static IEnumerable<TableRow> RowsOf(List<Figure> figures, int[] beside) => beside.Length == 0
        ? figures.Select(figure => new TableRow(figure, []))
        : figures.GroupBy(figure => Labels.Without(figure.Labels, beside)).Select(same => new TableRow(
            same.Count() == 1 ? same.First() : Figure.Together(same.First().Labels, [.. same]),
            same.ToDictionary(figure => PartOf(figure, beside), StringComparer.Ordinal)));

    private static string PartOf(Figure figure, int[] beside) => string.Join('|', beside.Select(at => figure.Labels[at]));

    private static void AddParts(List<TableColumn> columns, FiguresAnswer answer, List<Figure> figures, int[] beside)
    {
        var place = columns.FindIndex(column => column.Name == "rows");
        foreach (var part in figures.GroupBy(figure => PartOf(figure, beside), StringComparer.Ordinal).OrderBy(part => part.Key, StringComparer.Ordinal))
        {
            var first = part.First();
            string Said(string column) => beside.Where(at => answer.Columns[at] == column).Select(at => first.Labels[at]).FirstOrDefault() ?? "_T";
            var (name, key) = (string.Join('_', beside.Select(at => first.Labels[at])).ToLowerInvariant(), part.Key);
            var tag = HxlTags.OfMeasure(answer.Question.Query.Measure) + HxlTags.Attributes(Said("sex"), Said("age"));
            var unit = answer.Unit;
            if (part.All(figure => figure.IsOne))
            {
                columns.Insert(place++, new TableColumn(name, tag, row => Number(row.Parts.GetValueOrDefault(key)?.AtLeast, unit)));
                continue;
            }

            columns.Insert(place++, new TableColumn(name + "_at_least", tag + "+min", row => Number(row.Parts.GetValueOrDefault(key)?.AtLeast, unit)));
            columns.Insert(place++, new TableColumn(name + "_at_most", tag + "+max", row => Number(row.Parts.GetValueOrDefault(key)?.AtMost, unit)));
        }
    }

    private static List<TableColumn> Columns(FiguresAnswer answer, bool hxl, int[] beside)
    {
        var columns = new List<TableColumn>();
        for (var at = 0; at < answer.Columns.Count; at++)
        {
            if (beside.Contains(at))
                continue;
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
        columns.Add(new TableColumn("hours_observed", "#meta+coverage+hours", static figure => Hours(figure.Hours?.Observed)));
        columns.Add(new TableColumn("hours_open", "#meta+coverage+hours+open", static figure => Hours(figure.Hours?.Open)));
        columns.Add(new TableColumn("days_observed", "#meta+coverage+days+observed", static figure => Number(figure.Hours?.DaysObserved, 1m)));
        if (answer.Question.Query.Share.Count > 0)
        {
            columns.Add(new TableColumn("share_least", tag + "+pct+min", static figure => Part(figure.Share?.Least)));
            columns.Add(new TableColumn("share_most", tag + "+pct+max", static figure => Part(figure.Share?.Most)));
        }

        if (answer.Question.Query.Window is not null)
            columns.Add(new TableColumn("missing_periods", "#meta+missing", static figure => Number(figure.Missing, 1m)));
        var training = answer.Question.Query.Training ? "true" : "false";
        columns.Add(new TableColumn("training", "#meta+training", (Figure _) => training));
        var sources = answer.Series.ToDictionary(series => series.Code, StringComparer.Ordinal);
        columns.Add(new TableColumn("publisher", "#meta+publisher", figure => sources.GetValueOrDefault(figure.Labels[0])?.Publisher ?? ""));
        columns.Add(new TableColumn("licence", "#meta+licence", figure => sources.GetValueOrDefault(figure.Labels[0])?.Licence ?? ""));
        return columns;
    }

    private static string Day(string label, Func<Period, DateOnly> end) =>
        Period.Read(label) is { } period ? end(period).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "";

    private static string Number(long? value, decimal unit) => value is not { } known ? ""
        : unit == 1m ? known.ToString(CultureInfo.InvariantCulture) : (known / unit).ToString(CultureInfo.InvariantCulture);

    private static string Hours(double? hours) => hours is { } known ? CountingHours.Told(known).ToString(CultureInfo.InvariantCulture) : "";

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

    private sealed record TableColumn(string Name, string Tag, Func<TableRow, string> Of)
    {
        public TableColumn(string name, string tag, Func<Figure, string> of)
            : this(name, tag, (TableRow row) => of(row.All))
        {
        }
    }

    /// <summary>A line: the figure, or all figures that share it with the parts they are.</summary>
    private sealed record TableRow(Figure All, Dictionary<string, Figure> Parts);
}
