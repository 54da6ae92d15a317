using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>How many of those who crossed at one place are of the ages asked for.</summary>
/// <param name="Place">The country.</param>
/// <param name="Series">The table that says it.</param>
/// <param name="Unit">What it counts.</param>
/// <param name="Figure">A number, or from one to another.</param>
/// <param name="Share">Of all who crossed there.</param>
/// <param name="Total">All who crossed there.</param>
/// <param name="Whys">Why it is a range; empty where it is exact.</param>
public sealed record AgeFigure(string Place, string Series, string Unit, string Figure, string Share, string Total, IReadOnlyList<string> Whys);

/// <summary>What is known of the sex and age of those who cross.</summary>
public sealed record DemographyAnswer
{
    /// <summary>The ages asked for, in words.</summary>
    public required string Ages { get; init; }

    /// <summary>The time asked for, in words.</summary>
    public required string Period { get; init; }

    /// <summary>The figures, one for each table.</summary>
    public required IReadOnlyList<AgeFigure> Figures { get; init; }

    /// <summary>The figures beside each other.</summary>
    public required FlowsChart? Compared { get; init; }

    /// <summary>Each table over time.</summary>
    public required IReadOnlyList<FlowsChart> OverTime { get; init; }

    /// <summary>Tables that do not say ages.</summary>
    public required IReadOnlyList<string> Silent { get; init; }

    /// <summary>Years to choose from.</summary>
    public required IReadOnlyList<Choice> Periods { get; init; }

    /// <summary>Countries to choose from.</summary>
    public required IReadOnlyList<Choice> Areas { get; init; }

    /// <summary>Ages to choose from.</summary>
    public required IReadOnlyList<Choice> AgeChoices { get; init; }

    /// <summary>Sexes to choose from.</summary>
    public required IReadOnlyList<Choice> Sexes { get; init; }
}

/// <summary>A minister's adviser asks how many children crossed, and sees where the answer is a range and why.</summary>
internal static class ShowDemography
{
    public const string Root = FlowsView.Root + "/demography";

    private const string Children = "0-17";
    private const int MostMonths = 36;

    private static readonly string[] About = ["AGE", "SEX"];

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root, ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, Root));
        if (view.Age.Length == 0)
            view = view with { Age = Children };
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var bench = new ChartBench(sheet, texts);
        var of = sheet.Of("FLOW", series => view.Area.Length == 0 || series.CodesOf("REF_AREA").Contains(view.Area, StringComparer.Ordinal));
        var (time, words) = TimeOf(of, view, texts);
        var known = await FiguresAsync(sheet, of, time, cancellationToken);
        var charts = new List<FlowsChart>();
        foreach (var series in of)
        {
            foreach (var area in series.CodesOf("REF_AREA").Where(area => view.Area.Length == 0 || area == view.Area))
                charts.AddRange(await OverTimeAsync(sheet, bench, series, area, texts, cancellationToken));
        }

        var ages = view.Age == Children ? texts["flows.page.children"] : CodeWords.Age(AgeCode(view.Age), texts);
        if (view.Sex.Length > 0)
            ages = texts.Format("flows.page.sex_and_age", ("sex", CodeWords.Of("SEX", view.Sex, texts)), ("age", ages));
        var answer = new DemographyAnswer
        {
            Ages = ages,
            Period = words,
            Figures =
            [
                .. known.Select(one => new AgeFigure(
                    CodeWords.Of("REF_AREA", one.Area, texts), one.Series.Title(texts), CodeWords.Of(Dataflow.Unit, one.Unit, texts), CodeWords.Range(one.Least, one.Most, one.IsOpen, texts),
                    CodeWords.Share(one.Least, one.Most, one.Total, texts), CodeWords.Figure(one.Total, texts),
                    one.Least == one.Most && !one.IsOpen ? [] : [.. one.Reasons.Select(why => texts["flows.why." + why])])),
            ],
            Compared = known.Count == 0 ? null : Compared(bench, known, ages, words, texts),
            OverTime = charts,
            Silent = [.. sheet.Series.Where(series => series.Dataflow == "FLOW" && !of.Contains(series) && (view.Area.Length == 0 || series.CodesOf("REF_AREA").Contains(view.Area, StringComparer.Ordinal))).Select(series => series.Title(texts))],
            Periods = ShowCountry.YearChoices(of, view, texts),
            Areas = [new Choice("", texts["flows.page.filter.all"]), .. sheet.Series.Where(series => series.Dataflow == "FLOW" && series.BreaksDown("AGE")).SelectMany(series => series.CodesOf("REF_AREA")).Distinct(StringComparer.Ordinal).Select(area => new Choice(area, Countries.Name(area, texts.Code))).OrderBy(choice => choice.Label, StringComparer.Create(texts.Culture, ignoreCase: true))],
            AgeChoices = [.. new[] { Children, "18-", "0-4", "5-11", "12-17", "60-" }.Union([view.Age], StringComparer.Ordinal).Select(age => new Choice(age, CodeWords.Age(AgeCode(age), texts)))],
            Sexes = [new Choice("", texts["flows.page.filter.all"]), new Choice("F", CodeWords.Of("SEX", "F", texts)), new Choice("M", CodeWords.Of("SEX", "M", texts))],
        };
        return await FlowsPages.AnswerAsync<DemographyPage>(context, desk, sheet, [.. answer.Compared is null ? (FlowsChart[])[] : [answer.Compared], .. charts], answer, cancellationToken);
    }

    private sealed record Known(StandingSeries Series, string Area, string Unit, long Least, long Most, long Total, bool IsOpen, IReadOnlyList<string> Reasons);

    private static async Task<IReadOnlyList<Known>> FiguresAsync(FlowsSheet sheet, IReadOnlyList<StandingSeries> of, string time, CancellationToken cancellationToken)
    {
        string[] where = [.. sheet.View.Conditions().Where(condition => !condition.StartsWith("time=", StringComparison.Ordinal)), time];
        var asked = await sheet.AskAsync(of, ["ref_area"], where, cancellationToken);
        var all = (await sheet.AskAsync(of, ["ref_area"], [.. where.Where(condition => !condition.StartsWith("age=", StringComparison.Ordinal) && !condition.StartsWith("sex=", StringComparison.Ordinal))], cancellationToken))
            .ToDictionary(figure => (figure.Series, figure.By[0]));
        return
        [
            .. asked.Where(figure => figure.Least is not null).Select(figure => new Known(
                    sheet.Find(figure.Series)!, figure.By[0], figure.Unit, figure.Least!.Value, figure.Most!.Value, all.GetValueOrDefault((figure.Series, figure.By[0]))?.Most ?? 0, figure.IsOpen, figure.Reasons))
                .OrderBy(known => known.Unit == "PS" ? 0 : 1).ThenBy(known => known.Unit, StringComparer.Ordinal).ThenByDescending(known => known.Most),
        ];
    }

    private static FlowsChart Compared(ChartBench bench, IReadOnlyList<Known> known, string ages, string period, Texts texts)
    {
        var groups = known.GroupBy(one => one.Unit).Select(group => (
            texts.Format("flows.page.counted_in", ("unit", CodeWords.Of(Dataflow.Unit, group.Key, texts))),
            (IReadOnlyList<RangeBar>)[.. group.Select(one => new RangeBar(CodeWords.Of("REF_AREA", one.Area, texts), one.Least, one.Most, CodeWords.Range(one.Least, one.Most, one.IsOpen, texts)))])).ToList();
        var data = new ChartData(
            [
                new DataColumn("ref_area", texts["flows.page.country"]), new DataColumn("series", texts["flows.page.series.one"]), new DataColumn("unit", texts["flows.page.unit"]),
                new DataColumn("value", ages, IsFigure: true), new DataColumn("total", texts["flows.page.total"], IsFigure: true),
            ],
            [
                .. known.Select(one => (IReadOnlyList<DataCell>)
                [
                    ChartBench.Name(CodeWords.Of("REF_AREA", one.Area, texts), one.Area), ChartBench.Name(one.Series.Title(texts), one.Series.Code),
                    ChartBench.Name(CodeWords.Of(Dataflow.Unit, one.Unit, texts), one.Unit), bench.Cell(one.Least, one.Most, one.IsOpen), bench.Cell(one.Total, one.Total),
                ]),
            ]);
        return bench.Bars(
            "compared", texts.Format("flows.page.compared.chart", ("ages", ages), ("period", period)),
            string.Join(' ', known.Select(one => texts.Format("flows.page.compared.one", ("country", CodeWords.Of("REF_AREA", one.Area, texts)), ("figure", CodeWords.Range(one.Least, one.Most, one.IsOpen, texts)), ("unit", CodeWords.Of(Dataflow.Unit, one.Unit, texts))))),
            groups, data, [.. known.Select(one => one.Series).Distinct()], About, [texts["flows.page.never_added"]]);
    }

    private static async Task<IReadOnlyList<FlowsChart>> OverTimeAsync(FlowsSheet sheet, ChartBench bench, StandingSeries series, string area, Texts texts, CancellationToken cancellationToken)
    {
        var view = sheet.View;
        var chosen = view.From.Length + view.Until.Length > 0;
        var months = series.Periods.Count(period => period.Frequency == 'M' && (view.From.Length == 0 || period.From >= Period.Read(view.From)!.Value.From) && (view.Until.Length == 0 || period.Until <= Period.Read(view.Until)!.Value.Until));
        var per = chosen && months <= MostMonths ? "month" : "year";
        string[] where = [.. view.Conditions().Where(condition => condition.StartsWith("time=", StringComparison.Ordinal)), $"ref_area={area}"];
        var figures = (await sheet.AskAsync([series], [per, "sex", "age"], where, cancellationToken)).Where(figure => Period.Read(figure.By[0]) is not null && figure.Least is not null).ToList();
        if (figures.Count == 0)
            return [];
        var parts = figures.Select(figure => (Sex: figure.By[1], Age: figure.By[2])).Distinct()
            .OrderBy(part => IsMixed(part.Age)).ThenBy(part => AgeInterval.Read(part.Age)?.Least ?? 0).ThenBy(part => part.Sex, StringComparer.Ordinal).ToList();
        var byPeriod = figures.GroupBy(figure => Period.Read(figure.By[0])!.Value).OrderBy(group => group.Key.From).ToList();
        var columns = byPeriod.ConvertAll(group => new ChartColumn(
            per == "year" ? CodeWords.Of(group.Key, texts) : group.Key.From.ToString("MM/yyyy", System.Globalization.CultureInfo.InvariantCulture),
            [
                .. parts.Select((part, at) => (At: at, Part: part, Figure: group.FirstOrDefault(figure => figure.By[1] == part.Sex && figure.By[2] == part.Age))).Where(one => one.Figure is not null)
                    .Select(one => new ColumnPart(
                        one.At, IsMixed(one.Part.Age) ? 0 : one.Figure!.Least!.Value, one.Figure!.Most!.Value,
                        $"{CodeWords.Of(group.Key, texts)}, {PartName(one.Part, texts)}: {CodeWords.Range(one.Figure, texts)}")),
            ])
        {
            IsPartial = per == "year" && !series.Periods.Contains(group.Key) && series.Periods.Count(period => period.Frequency == 'M' && group.Key.Holds(period)) < 12,
        });
        var data = new ChartData(
            [new DataColumn("period", texts["shell.chart.period"]), .. parts.Select(part => new DataColumn($"{part.Sex}_{part.Age}".ToLowerInvariant(), PartName(part, texts), IsFigure: true))],
            [
                .. byPeriod.Select(group => (IReadOnlyList<DataCell>)
                [
                    ChartBench.Name(CodeWords.Of(group.Key, texts), group.Key.ToString()),
                    .. parts.Select(part => group.FirstOrDefault(figure => figure.By[1] == part.Sex && figure.By[2] == part.Age) is { } figure ? bench.Cell(figure) : new DataCell { Words = "–" }),
                ]),
            ]);
        var partial = columns.Where(column => column.IsPartial).Select(column => texts.Format("flows.page.partial", ("period", column.Label)));
        var mixed = parts.Any(part => IsMixed(part.Age));
        return
        [
            bench.Columns(
                $"parts-{series.Code.ToLowerInvariant()}-{area.ToLowerInvariant()}", texts.Format("flows.page.parts.title", ("country", CodeWords.Of("REF_AREA", area, texts)), ("series", series.Title(texts))),
                string.Join(' ', [texts.Format("flows.page.parts.summary", ("parts", string.Join(texts.Comma, parts.Select(part => PartName(part, texts))))), .. mixed ? (string[])[texts["flows.page.parts.mixed"]] : [], .. partial]),
                columns, [.. parts.Select((part, at) => new KeyEntry(PartName(part, texts), at, IsMixed(part.Age) ? "may" : "bar"))], data, [series], About),
        ];
    }

    private static bool IsMixed(string age) => AgeInterval.Read(age) is not { } ages || ages == AgeInterval.All;

    private static string PartName((string Sex, string Age) part, Texts texts)
    {
        if (texts.Knows($"flows.page.group.{part.Sex}.{part.Age}".ToLowerInvariant()))
            return texts[$"flows.page.group.{part.Sex}.{part.Age}".ToLowerInvariant()];
        var age = IsMixed(part.Age) && part.Age != "_U" ? texts["flows.page.age.mixed"] : CodeWords.Age(part.Age, texts);
        return part.Sex == "_T" ? age : texts.Format("flows.page.sex_and_age", ("sex", CodeWords.Of("SEX", part.Sex, texts)), ("age", age));
    }

    private static (string Condition, string Words) TimeOf(IReadOnlyList<StandingSeries> of, FlowsView view, Texts texts)
    {
        // The last year that all tables tell whole, so that places can be looked at side by side.
        var fewest = of.Where(series => series.Periods.Count > 0).MinBy(series => ShowCountry.LastWholeYear(series)?.From ?? series.Periods[^1].From);
        return fewest is null ? ("time=0001..9998", texts["flows.page.filter.all"]) : ShowCountry.PeriodOf(fewest, view, texts);
    }

    private static string AgeCode(string ages) => ages.Split('-') is [var least, var most]
        ? most.Length == 0 ? $"Y_GE{least}" : least == "0" ? $"Y_LT{(int.TryParse(most, System.Globalization.CultureInfo.InvariantCulture, out var top) ? top + 1 : 0).ToString(System.Globalization.CultureInfo.InvariantCulture)}" : $"Y{least}T{most}" : ages;
}
