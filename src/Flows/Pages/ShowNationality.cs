using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>What is known of one nationality.</summary>
public sealed record NationalityAnswer
{
    /// <summary>The country's name.</summary>
    public required string Name { get; init; }

    /// <summary>How crossings of each border run over time.</summary>
    public required IReadOnlyList<FlowsChart> OverTime { get; init; }

    /// <summary>Where they are, or went, by tables that say where people came from.</summary>
    public required IReadOnlyList<FlowsChart> Where { get; init; }

    /// <summary>Years to choose from.</summary>
    public required IReadOnlyList<Choice> Periods { get; init; }
}

/// <summary>Somebody looks at people of one nationality: at which borders they are counted, and where they are.</summary>
internal static class ShowNationality
{
    public const string Root = FlowsView.Root + "/nationalities";

    private const int MostPlaces = 10;
    private const int BorderHeight = 96;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "/{code}", ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    /// <summary>The page of a nationality; null for what is none, such as "other".</summary>
    public static string? HrefOf(string code, FlowsView view) => Countries.Find(code)?.Alpha3 == code ? (view with { From = "", Until = "", Series = "", Nationality = "" }).Href($"{Root}/{code}") : null;

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, string code, CancellationToken cancellationToken)
    {
        var nationality = code.ToUpperInvariant();
        if (Countries.Find(nationality)?.Alpha3 != nationality)
            throw PlatformProblems.NotFound.With();
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, $"{Root}/{nationality}") with { Nationality = "" });
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var origins = sheet.Series.Where(series => series.CodesOf("C_ORIGIN").Contains(nationality, StringComparer.Ordinal) && series.BreaksDown("REF_AREA") && series.IsWhole && series.Dataflow != Dataflow.Incidents.Code).ToList();
        if (origins.Count == 0 && !sheet.Series.Any(series => series.CodesOf("CITIZENSHIP").Contains(nationality, StringComparer.Ordinal)))
            throw PlatformProblems.NotFound.With();
        var bench = new ChartBench(sheet, texts) { Walk = view with { Nationality = nationality } };
        var name = Countries.Name(nationality, texts);
        var groups = await Crossings.OfAsync(sheet, null, [$"citizenship={nationality}"], cancellationToken, series => series.CodesOf("CITIZENSHIP").Contains(nationality, StringComparer.Ordinal));
        var overTime = groups.Where(group => group.Status != "_Z").GroupBy(group => group.Status == "REG").OrderBy(regular => regular.Key)
            .Select(regular => OverTime(bench, [.. regular], name, regular.Key, view, texts)).OfType<FlowsChart>().ToList();
        var where = new List<FlowsChart>();
        foreach (var series in origins)
        {
            if (await WhereAsync(sheet, bench, series, nationality, name, texts, cancellationToken) is { } chart)
                where.Add(chart);
        }

        var answer = new NationalityAnswer { Name = name, OverTime = overTime, Where = where, Periods = ShowCountry.YearChoices(groups.SelectMany(group => group.Lines.Select(line => line.Series)).Concat(origins), view, texts) };
        return await FlowsPages.AnswerAsync<NationalityPage>(context, desk, sheet, [.. overTime, .. where], answer, cancellationToken);
    }

    private static FlowsChart? OverTime(ChartBench bench, IReadOnlyList<CrossingGroup> groups, string name, bool regular, FlowsView view, Texts texts)
    {
        var panels = groups.Select(group => new ChartPanel(
                texts.Format("flows.page.note.of", ("series", CodeWords.Of("REF_AREA", group.Area, texts)), ("note", group.Name(texts))),
                [new ChartLine(CodeWords.Of("REF_AREA", group.Area, texts), [.. group.Main.Points.Where(point => view.Per == "year" || point.Period.Frequency != 'A')]) { Code = group.Area.ToLowerInvariant() }]))
            .Where(panel => panel.Lines[0].Points.Count > 0).ToList();
        return panels.Count == 0 ? null : bench.OverTime(
            regular ? "regular" : "borders", texts.Format(regular ? "flows.page.nationality.regular" : "flows.page.nationality.borders", ("country", name)), panels,
            [.. groups.Select(group => group.Main.Series).Distinct()], ["CITIZENSHIP", Dataflow.Period], [texts["flows.page.corridor.axes"]], BorderHeight)
            with
        { Lead = texts["flows.page.corridor.axes"] };
    }

    private static async Task<FlowsChart?> WhereAsync(FlowsSheet sheet, ChartBench bench, StandingSeries series, string origin, string name, Texts texts, CancellationToken cancellationToken)
    {
        var (time, shown) = ShowCountry.PeriodOf(series, sheet.View, texts);
        var figures = (await sheet.AskAsync([series], ["ref_area"], [$"c_origin={origin}", time], cancellationToken)).Where(figure => figure.Most > 0)
            .OrderByDescending(figure => figure.Most).ThenBy(figure => figure.By[0], StringComparer.Ordinal).ToList();
        if (figures.Count == 0)
            return null;
        var bars = figures.Take(MostPlaces).Select(figure => new RangeBar(CodeWords.Of("REF_AREA", figure.By[0], texts), figure.Least ?? 0, figure.Most ?? 0, CodeWords.Range(figure, texts))).ToList();
        if (figures.Count > MostPlaces)
        {
            var (least, most) = (figures.Skip(MostPlaces).Sum(figure => figure.Least ?? 0), figures.Skip(MostPlaces).Sum(figure => figure.Most ?? 0));
            bars.Add(new RangeBar(texts.Count("flows.page.rest.places", figures.Count - MostPlaces), least, most, CodeWords.Range(least, most, figures.Skip(MostPlaces).Any(figure => figure.IsOpen), texts)));
        }

        return bench.Bars(
            $"where-{series.Code.ToLowerInvariant()}", texts.Format("flows.page.where.title", ("country", name), ("series", series.Title(texts)), ("period", shown)),
            texts.Format("flows.page.nationalities.summary", ("first", bars[0].Name), ("share", CodeWords.Share(bars[0].Least, bars[0].Most, figures.Sum(figure => figure.Most ?? 0), texts)), ("total", CodeWords.Range(figures.Sum(figure => figure.Least ?? 0), figures.Sum(figure => figure.Most ?? 0), figures.Exists(figure => figure.IsOpen), texts))),
            [("", bars)], bench.Rows(texts["flows.page.country"], "ref_area", figures.Select(figure => (CodeWords.Of("REF_AREA", figure.By[0], texts), figure.By[0], bench.Cell(figure))), texts["flows.page.value"], "value"),
            [series], ["C_ORIGIN", Dataflow.Period]);
    }
}
