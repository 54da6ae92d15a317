using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Collecting;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>A period with what was counted in it at a point, and for how long.</summary>
/// <param name="Period">The period.</param>
/// <param name="Counted">What was counted.</param>
/// <param name="Hours">For how long.</param>
public sealed record CountedPeriod(string Period, string Counted, CountingHours Hours);

/// <summary>What is known of a country's borders.</summary>
public sealed record CountryAnswer
{
    /// <summary>Its code.</summary>
    public required string Code { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What there is to say first.</summary>
    public required string Lead { get; init; }

    /// <summary>Lines over time.</summary>
    public required FlowsChart? Timeline { get; init; }

    /// <summary>Year by year, a chart for each kind and unit.</summary>
    public required IReadOnlyList<FlowsChart> Years { get; init; }

    /// <summary>The nationalities with most, a chart for each kind and unit.</summary>
    public required IReadOnlyList<FlowsChart> Nationalities { get; init; }

    /// <summary>Points with figures: code and name.</summary>
    public required IReadOnlyList<(string Code, string Name)> Points { get; init; }

    /// <summary>Years that can be chosen.</summary>
    public required IReadOnlyList<Choice> Periods { get; init; }

    /// <summary>True when some table says ages.</summary>
    public required bool HasAges { get; init; }

    /// <summary>The country above a point.</summary>
    public IReadOnlyList<(string Words, string Href)> Above { get; init; } = [];

    /// <summary>For how long people were counted at a point, the newest period first.</summary>
    public IReadOnlyList<CountedPeriod> Hours { get; init; } = [];

    /// <summary>The charts, in the order of the page.</summary>
    public IEnumerable<FlowsChart> Charts => [.. Timeline is null ? (FlowsChart[])[] : [Timeline], .. Years, .. Nationalities];
}

/// <summary>Somebody looks at a country: how its crossings run over time, and who crosses.</summary>
internal static class ShowCountry
{
    public const string Root = FlowsView.Root + "/countries";

    private const int MostNationalities = 10;
    private const int MostSpans = 12;
    private const int MostWeeks = 5;
    private const int MostDays = 14;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "/{code}", ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, string code, CancellationToken cancellationToken)
    {
        var area = code.ToUpperInvariant();
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, $"{Root}/{area}") with { Area = "", Point = "" });
        var sheet = await desk.OpenAsync(view, cancellationToken);
        if (area[0] == '_' || !sheet.Series.Any(series => series.CodesOf("REF_AREA").Contains(area, StringComparer.Ordinal)))
            throw PlatformProblems.NotFound.With();
        var bench = new ChartBench(sheet, texts) { Walk = view with { Area = area } };
        var answer = await AnswerAsync(sheet, bench, new Place(area, "", CodeWords.Of("REF_AREA", area, texts)), texts, cancellationToken);
        return await FlowsPages.AnswerAsync<CountryPage>(context, desk, sheet, [.. answer.Charts], answer, cancellationToken);
    }

    /// <summary>A country, or a point in it.</summary>
    internal sealed record Place(string Area, string Point, string Name)
    {
        public IReadOnlyList<string> Conditions => Point.Length == 0 ? [$"ref_area={Area}"] : [$"ref_area={Area}", $"point={Point}"];

        public bool IsOf(StandingSeries series) => series.CodesOf("REF_AREA").Contains(Area, StringComparer.Ordinal) && (Point.Length == 0 || series.CodesOf("POINT").Contains(Point, StringComparer.Ordinal));
    }

    /// <summary>What is known of a place.</summary>
    public static async Task<CountryAnswer> AnswerAsync(FlowsSheet sheet, ChartBench bench, Place place, Texts texts, CancellationToken cancellationToken)
    {
        var view = sheet.View;
        var groups = await Crossings.OfAsync(sheet, place.Area, place.Conditions, cancellationToken, place.IsOf);
        var (years, nationalities) = (new List<FlowsChart>(), new List<FlowsChart>());
        foreach (var group in groups)
        {
            var main = group.Main.Series;
            var yearly = (await sheet.OverTimeAsync([main], "year", [.. view.Conditions(), .. place.Conditions], cancellationToken))[main.Code].Where(point => point.Period.Frequency == 'A').ToList();
            if (yearly.Count > 1)
                years.Add(bench.Years($"years-{group.Id}", Titled("flows.page.years.title", place.Name, group, texts), main, yearly));
            if (await NationalitiesAsync(sheet, bench, group, place, texts, cancellationToken) is { } chart)
                nationalities.Add(chart);
        }

        var all = sheet.Of("FLOW", place.IsOf);
        return new CountryAnswer
        {
            Code = place.Area,
            Name = place.Name,
            Lead = groups.Count == 0 ? texts["flows.page.country.nothing"] : string.Join(' ', groups.Select(group => Sentence(group, texts))),
            Timeline = TimelineOf(bench, groups, place.Name, view, texts),
            Years = years,
            Nationalities = nationalities,
            // A point belongs to the country of its table, when the table is of one country.
            Points = place.Point.Length > 0 ? [] : [.. all.Where(series => series.CodesOf("REF_AREA").Count == 1).SelectMany(series => series.CodesOf("POINT")).Where(point => point[0] != '_').Distinct(StringComparer.Ordinal)
                .Select(point => (point, Name: sheet.PointName(point, texts))).OrderBy(pair => pair.Name, StringComparer.Create(texts.Culture, ignoreCase: true))],
            Periods = YearChoices(all, view, texts),
            HasAges = place.Point.Length == 0 && all.Any(series => series.BreaksDown("AGE")),
            Hours = place.Point.Length == 0 || groups.Count == 0 ? [] : await HoursAsync(sheet, groups[0].Main.Series, place, texts, cancellationToken),
            Above = place.Point.Length == 0 ? [] : [(CodeWords.Of("REF_AREA", place.Area, texts), $"{Root}/{place.Area}")],
        };
    }

    // Of each span that was chosen, then of the last weeks and days on which something was counted.
    private static async Task<IReadOnlyList<CountedPeriod>> HoursAsync(FlowsSheet sheet, StandingSeries series, Place place, Texts texts, CancellationToken cancellationToken)
    {
        if (series.Known.ByTable.Count == 0)
            return [];
        var periods = new List<CountedPeriod>();
        foreach (var (per, most) in ((string, int)[])[(sheet.View.Per, MostSpans), ("week", MostWeeks), ("day", MostDays)])
        {
            periods.AddRange((await sheet.AskAsync([series], [per], [.. sheet.View.Conditions(), .. place.Conditions], cancellationToken))
                .Where(figure => figure.Hours is not null && Period.Read(figure.By[0]) is not null)
                .OrderByDescending(figure => Period.Read(figure.By[0])!.Value.From).Take(most)
                .Select(figure => new CountedPeriod(CodeWords.Of(Period.Read(figure.By[0])!.Value, texts), CodeWords.Range(figure.Least, figure.Most, figure.IsOpen, texts), figure.Hours!)));
        }

        return periods;
    }

    /// <summary>The years of some series, to choose from.</summary>
    public static IReadOnlyList<Choice> YearChoices(IEnumerable<StandingSeries> series, FlowsView view, Texts texts)
    {
        var years = series.SelectMany(one => one.Periods).SelectMany(period => Enumerable.Range(period.From.Year, period.Until.Year - period.From.Year + 1)).Distinct().Order()
            .Select(year => year.ToString("0000", CultureInfo.InvariantCulture));
        // What was typed into the address stands in the list too, so that the form sends it again.
        return [new Choice("", texts["flows.page.filter.all"]), .. years.Union((string[])[view.From, view.Until], StringComparer.Ordinal).Where(code => code.Length > 0).Select(code => new Choice(code, Period.Read(code) is { } period ? CodeWords.Of(period, texts) : code))];
    }

    private static string Titled(string key, string name, CrossingGroup group, Texts texts) => texts.Format(key, ("country", name), ("kind", group.Name(texts)));

    private static string Sentence(CrossingGroup group, Texts texts)
    {
        var last = group.Main.Points[^1];
        return texts.Format(
            "flows.page.country.latest",
            ("kind", group.Name(texts)), ("figure", CodeWords.Range(last, texts)), ("period", CodeWords.Of(last.Period, texts)), ("day", CodeWords.Day(group.Main.Series.Vintage, texts)));
    }

    private static FlowsChart? TimelineOf(ChartBench bench, IReadOnlyList<CrossingGroup> groups, string name, FlowsView view, Texts texts)
    {
        var panels = groups.Select(group => new ChartPanel(
                group.Name(texts),
                [
                    .. group.Lines.Select((line, at) => new ChartLine(line.Series.Title(texts), [.. line.Points.Where(point => view.Per == "year" || point.Period.Frequency != 'A')])
                    {
                        Colour = at,
                        Code = line.Series.Code.ToLowerInvariant(),
                    }).Where(line => line.Points.Count > 0),
                ]))
            .Where(panel => panel.Lines.Count > 0).ToList();
        return panels.Count == 0 ? null : bench.OverTime(
            "timeline", texts.Format("flows.page.timeline." + view.Per, ("country", name)), panels,
            [.. groups.SelectMany(group => group.Lines.Select(line => line.Series)).Distinct()], [Dataflow.Period], groups.SelectMany(group => group.Remarks(texts)));
    }

    private static async Task<FlowsChart?> NationalitiesAsync(FlowsSheet sheet, ChartBench bench, CrossingGroup group, Place place, Texts texts, CancellationToken cancellationToken)
    {
        var view = sheet.View;
        if (view.Nationality.Length > 0 || group.Lines.Select(line => line.Series).Concat(group.Same).FirstOrDefault(one => one.BreaksDown("CITIZENSHIP")) is not { } series)
            return null;
        var (time, shown) = PeriodOf(series, view, texts);
        var figures = (await sheet.AskAsync([series], ["citizenship"], [.. view.Conditions().Where(condition => !condition.StartsWith("time=", StringComparison.Ordinal)), .. place.Conditions, time], cancellationToken))
            .OrderByDescending(figure => figure.Most).ThenBy(figure => figure.By[0], StringComparer.Ordinal).ToList();
        if (figures.Count == 0)
            return null;
        var (top, rest) = (figures.Take(MostNationalities).ToList(), figures.Skip(MostNationalities).ToList());
        var rows = top.ConvertAll(figure => (Name: CodeWords.Of("CITIZENSHIP", figure.By[0], texts), Code: figure.By[0], figure.Least, figure.Most, figure.IsOpen));
        if (rest.Count > 0)
            rows.Add((texts.Count("flows.page.rest", rest.Count), "REST", rest.Sum(figure => figure.Least ?? 0), rest.Sum(figure => figure.Most ?? 0), rest.Exists(figure => figure.IsOpen)));
        var total = figures.Sum(figure => figure.Least ?? 0);
        return bench.Bars(
            $"nationalities-{group.Id}", texts.Format("flows.page.nationalities.title", ("country", place.Name), ("kind", group.Name(texts)), ("period", shown)),
            texts.Format("flows.page.nationalities.summary", ("first", rows[0].Name), ("share", CodeWords.Share(rows[0].Least ?? 0, rows[0].Most ?? 0, figures.Sum(figure => figure.Most ?? 0), texts)), ("total", CodeWords.Range(total, figures.Sum(figure => figure.Most ?? 0), figures.Exists(figure => figure.IsOpen), texts))),
            [("", [.. rows.Select(row => new RangeBar(row.Name, row.Least ?? 0, row.Most ?? 0, CodeWords.Range(row.Least, row.Most, row.IsOpen, texts)))])],
            new ChartData(
                [new DataColumn("citizenship", texts["flows.page.nationality"]), new DataColumn("value", texts["flows.page.value"], IsFigure: true)],
                [.. figures.Select(figure => (IReadOnlyList<DataCell>)[ChartBench.Name(CodeWords.Of("CITIZENSHIP", figure.By[0], texts), figure.By[0], ShowNationality.HrefOf(figure.By[0], view)), bench.Cell(figure)])]),
            [series], ["CITIZENSHIP", Dataflow.Period]);
    }

    /// <summary>The time that is asked about, as a condition and in words: what was chosen, or else the last whole year of a series.</summary>
    public static (string Condition, string Words) PeriodOf(StandingSeries series, FlowsView view, Texts texts)
    {
        if (view.From.Length + view.Until.Length > 0)
        {
            var (from, until) = (view.From.Length > 0 ? Period.Read(view.From)!.Value : series.Periods[0], view.Until.Length > 0 ? Period.Read(view.Until)!.Value : series.Periods[^1]);
            return ($"time={from}..{until}", from == until ? CodeWords.Of(from, texts) : texts.Format("flows.page.range", ("least", CodeWords.Of(from, texts)), ("most", CodeWords.Of(until, texts))));
        }

        var year = LastWholeYear(series) ?? Period.Holding(series.Periods[^1].From, 'A')!.Value;
        return ($"time={year}", CodeWords.Of(year, texts));
    }

    /// <summary>The last year of which a series has every month, or the total; null when it has none.</summary>
    public static Period? LastWholeYear(StandingSeries series) => series.Periods.Select(period => Period.Holding(period.From, 'A')!.Value).Distinct()
        .Where(year => series.Periods.Contains(year) || series.Periods.Count(period => period.Frequency == 'M' && year.Holds(period)) == 12)
        .Select(year => (Period?)year).LastOrDefault();
}
