using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Pages;

/// <summary>Puts charts together: picture, words, table, notes and sources of the same figures.</summary>
internal sealed class ChartBench(FlowsSheet sheet, Texts texts)
{
    private const double PanelHeight = 170;

    /// <summary>What rows are walked to from the charts; by default those of what the reader has chosen.</summary>
    public FlowsView Walk { get; init; } = sheet.View;

    /// <summary>Lines over time, each unit in a panel of its own.</summary>
    public FlowsChart OverTime(string id, string title, IReadOnlyList<ChartPanel> panels, IReadOnlyList<StandingSeries> sources, IReadOnlyCollection<string> about, IEnumerable<string>? notes = null, double height = PanelHeight, Period? guide = null) => new()
    {
        Id = id,
        Title = title,
        Summary = string.Join(' ', panels.SelectMany(panel => panel.Lines.Take(1).Select(line => Peaks(panel, line, panels.Count > 1)))),
        Data = TableOf(panels, sources),
        Key =
        [
            .. panels.Any(panel => panel.Lines.Count > 1) ? panels.SelectMany(panel => panel.Lines).Select(line => new KeyEntry(line.Name, line.Colour, "line")) : [],
            .. Hatched(panels.SelectMany(panel => panel.Lines).SelectMany(line => line.Points).Any(point => point.Most > point.Least)),
        ],
        Notes = [.. notes ?? [], .. NotesOf(sources, about)],
        Sources = [.. sources.Select(series => series.Source(texts))],
        RowsHref = RowsHref(sources),
        Training = sheet.View.Training,
        Draw = (paper, top) => Timeline.Draw(paper, panels, top, Figure, height, guide),
    };

    /// <summary>Columns whose parts lie on each other.</summary>
    public FlowsChart Columns(string id, string title, string summary, IReadOnlyList<ChartColumn> columns, IReadOnlyList<KeyEntry> key, ChartData data, IReadOnlyList<StandingSeries> sources, IReadOnlyCollection<string> about, IEnumerable<string>? notes = null) => new()
    {
        Id = id,
        Title = title,
        Summary = summary,
        Data = data,
        Key = key,
        Notes = [.. notes ?? [], .. NotesOf(sources, about)],
        Sources = [.. sources.Select(series => series.Source(texts))],
        RowsHref = RowsHref(sources),
        Training = sheet.View.Training,
        Draw = (paper, top) => ColumnChart.Draw(paper, columns, top, Figure, 220),
    };

    /// <summary>Bars below each other; groups of different units have each its own length.</summary>
    public FlowsChart Bars(string id, string title, string summary, IReadOnlyList<(string Heading, IReadOnlyList<RangeBar> Bars)> groups, ChartData data, IReadOnlyList<StandingSeries> sources, IReadOnlyCollection<string> about, IEnumerable<string>? notes = null) => new()
    {
        Id = id,
        Title = title,
        Summary = summary,
        Data = data,
        Key = [.. Hatched(groups.SelectMany(group => group.Bars).Any(bar => bar.Most > bar.Least))],
        Notes = [.. notes ?? [], .. NotesOf(sources, about)],
        Sources = [.. sources.Select(series => series.Source(texts))],
        RowsHref = RowsHref(sources),
        Training = sheet.View.Training,
        Draw = (paper, top) =>
        {
            var y = top;
            foreach (var (heading, bars) in groups)
            {
                foreach (var line in heading.Length == 0 ? [] : SvgPaper.Lines(heading, paper.Size.Width - 20, heading: true))
                    paper.Words(10, y += 20, "start", line, Ink.Heading);
                y = RangeBars.Draw(paper, bars, y + 6);
            }

            return y;
        },
    };

    /// <summary>A picture of another kind.</summary>
    public FlowsChart Picture(string id, string title, string summary, Func<SvgPaper, double, double> draw, IReadOnlyList<KeyEntry> key, ChartData data, IReadOnlyList<StandingSeries> sources, IReadOnlyCollection<string> about, IEnumerable<string> notes) => new()
    {
        Id = id,
        Title = title,
        Summary = summary,
        Data = data,
        Key = key,
        Notes = [.. notes, .. NotesOf(sources, about)],
        Sources = [.. sources.Select(series => series.Source(texts))],
        RowsHref = RowsHref(sources),
        Training = sheet.View.Training,
        Draw = draw,
    };

    /// <summary>Year by year: totals of whole years, with years that are not whole drawn pale.</summary>
    public FlowsChart Years(string id, string title, StandingSeries series, IReadOnlyList<ChartPoint> years)
    {
        var whole = years.Select(point => (Point: point, Months: series.Periods.Count(period => period.Frequency == 'M' && point.Period.Holds(period)), IsTotal: series.Periods.Contains(point.Period))).ToList();
        var columns = whole.Select(year => new ChartColumn(
            CodeWords.Of(year.Point.Period, texts),
            [new ColumnPart(0, year.Point.Least ?? 0, year.Point.Most ?? 0, $"{CodeWords.Of(year.Point.Period, texts)}: {CodeWords.Range(year.Point, texts)}")])
        {
            IsPartial = !year.IsTotal && year.Months < 12,
        }).ToList();
        var partial = whole.Where(year => !year.IsTotal && year.Months < 12)
            .Select(year => texts.Format("flows.page.years.partial", ("year", CodeWords.Of(year.Point.Period, texts)), ("months", year.Months))).ToList();
        return Columns(
            id, title, string.Join(' ', [Highest(years), .. partial]), columns,
            partial.Count == 0 ? [] : [new KeyEntry(texts["flows.page.key.whole"], 0, "bar"), new KeyEntry(texts["flows.page.key.partial"], 0, "pale")],
            Rows(texts["flows.page.year"], "year", years.Select(year => (CodeWords.Of(year.Period, texts), year.Period.ToString(), Cell(year))), texts["flows.page.value"], "value"),
            [series], [Dataflow.Period]);
    }

    /// <summary>A table of names with one figure each.</summary>
    public ChartData Rows(string title, string code, IEnumerable<(string Words, string Code, DataCell Figure)> rows, string figureTitle, string figureCode) => new(
        [new DataColumn(code, title), new DataColumn(figureCode, figureTitle, IsFigure: true)],
        [.. rows.Select(row => (IReadOnlyList<DataCell>)[Name(row.Words, row.Code), row.Figure])]);

    /// <summary>A cell of words.</summary>
    public static DataCell Name(string words, string code, string? href = null) => new() { Words = words, Code = code, Href = href };

    /// <summary>A cell of a figure.</summary>
    public DataCell Cell(long? least, long? most, bool isOpen = false) => new() { Words = CodeWords.Range(least, most, isOpen, texts), Least = least, Most = isOpen ? null : most };

    /// <summary>A cell of a figure.</summary>
    public DataCell Cell(AskedFigure figure) => Cell(figure.Least, figure.Most, figure.IsOpen) with { Hours = figure.Hours };

    /// <summary>A cell of a figure over time.</summary>
    public DataCell Cell(ChartPoint point) => Cell(point.Least, point.Most, point.IsOpen) with { Hours = point.Hours };

    /// <summary>The greatest figure and the last one, in a sentence.</summary>
    public string Highest(IReadOnlyList<ChartPoint> points)
    {
        var known = points.Where(point => point.Most is not null).ToList();
        if (known.Count == 0)
            return texts["flows.page.summary.none"];
        var (peak, last) = (known.MaxBy(point => point.Most)!, known[^1]);
        return texts.Format(
            "flows.page.summary.peak",
            ("peak", CodeWords.Of(peak.Period, texts)), ("peak_figure", CodeWords.Range(peak, texts)),
            ("last", CodeWords.Of(last.Period, texts)), ("last_figure", CodeWords.Range(last, texts)));
    }

    private string Peaks(ChartPanel panel, ChartLine line, bool named) =>
        named && panel.Title.Length > 0 ? texts.Format("flows.page.note.of", ("series", panel.Title), ("note", Highest(line.Points))) : Highest(line.Points);

    private IEnumerable<string> NotesOf(IReadOnlyList<StandingSeries> sources, IReadOnlyCollection<string> about) =>
        [.. sources.SelectMany(series => sheet.Told(series.Code)).Distinct().Select(told => told.AsAt.Length > 0 ? texts.Format("flows.page.as_at", ("time", told.AsAt)) : texts["flows.why." + told.Why]), .. sources.SelectMany(series => SeriesNotes.Of(series, about, texts))];

    private IEnumerable<KeyEntry> Hatched(bool any) => any ? [new KeyEntry(texts["flows.page.key.may"], 0, "may")] : [];

    private string Figure(double value) => CodeWords.Figure(value, texts);

    private string? RowsHref(IReadOnlyList<StandingSeries> sources, Period? period = null)
    {
        if (!Walk.MayWalk || sources.Count == 0)
            return null;
        var walk = Walk with { Series = sources.Count == 1 ? sources[0].Code : Walk.Series, Per = "month" };
        return (period is { } only ? walk with { From = only.ToString(), Until = only.ToString() } : walk).Href(ShowRows.Root);
    }

    private ChartData TableOf(IReadOnlyList<ChartPanel> panels, IReadOnlyList<StandingSeries> sources)
    {
        var lines = panels.SelectMany(panel => panel.Lines.Select(line => (Panel: panel, Line: line))).ToList();
        var periods = lines.SelectMany(pair => pair.Line.Points).Select(point => point.Period).Distinct().OrderBy(period => period.From).ThenBy(period => period.Until).ToList();
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        var points = lines.ConvertAll(pair => pair.Line.Points.ToDictionary(point => point.Period));
        return new ChartData(
            [
                new DataColumn("period", texts["shell.chart.period"]),
                .. lines.Select(pair => new DataColumn(
                    Unique(pair.Line.Code, codes),
                    pair.Panel.Title.Length == 0 || pair.Panel.Title == pair.Line.Name ? pair.Line.Name : $"{pair.Panel.Title}: {pair.Line.Name}", IsFigure: true)),
            ],
            [
                .. periods.Select(period => (IReadOnlyList<DataCell>)
                [
                    Name(CodeWords.Of(period, texts), period.ToString(), RowsHref(sources, period)),
                    .. points.Select(of => of.TryGetValue(period, out var point) ? Cell(point) : new DataCell { Words = "–" }),
                ]),
            ]);
    }

    // Two tables of one border are two columns.
    private static string Unique(string code, Dictionary<string, int> met)
    {
        met[code] = met.GetValueOrDefault(code) + 1;
        return met[code] == 1 ? code : FormattableString.Invariant($"{code}_{met[code]}");
    }
}
