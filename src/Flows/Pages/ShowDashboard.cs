using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Checking;
using Tambo.Flows.Collecting;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Flows.Pages;

/// <summary>A series as the first page lists it.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Publisher">Who made it.</param>
/// <param name="Until">Until when its figures reach.</param>
/// <param name="Vintage">When its newest figures came.</param>
/// <param name="Href">Its own page.</param>
public sealed record ListedSeries(string Title, string Publisher, string Until, string Vintage, string Href);

/// <summary>A small chart and where it leads.</summary>
public sealed record SmallChart(FlowsChart Chart, string Href, string Until);

/// <summary>What the first page of figures shows.</summary>
public sealed record DashboardAnswer
{
    /// <summary>The main lines over time.</summary>
    public required IReadOnlyList<SmallChart> Charts { get; init; }

    /// <summary>The series that stand.</summary>
    public required IReadOnlyList<ListedSeries> Series { get; init; }

    /// <summary>What has come lately: day, series, observations.</summary>
    public required IReadOnlyList<(string Day, string Title, long Observations)> News { get; init; }

    /// <summary>Countries with figures: code and name.</summary>
    public required IReadOnlyList<(string Code, string Name)> Areas { get; init; }

    /// <summary>Countries of which other things than crossings are counted.</summary>
    public required IReadOnlyList<(string Code, string Name)> FurtherAreas { get; init; }

    /// <summary>Nationalities with figures: code and name.</summary>
    public required IReadOnlyList<(string Code, string Name)> Nationalities { get; init; }

    /// <summary>True when some table says where people came from.</summary>
    public required bool HasMap { get; init; }

    /// <summary>True when there are reports of deaths and disappearances.</summary>
    public required bool HasIncidents { get; init; }

    /// <summary>What checks found and nobody has explained: the worst first, a few of them.</summary>
    public required IReadOnlyList<(string Sentence, string Href)> Findings { get; init; }

    /// <summary>How many of these there are.</summary>
    public required int Found { get; init; }

    /// <summary>Series of which something is damaged, so that nothing is answered from them.</summary>
    public required IReadOnlyList<string> Damaged { get; init; }

    /// <summary>True when there are figures made up for practice, which are shown only when asked for.</summary>
    public required bool HasTraining { get; init; }
}

/// <summary>Whoever opens the figures sees what there is: which series stand, until when they reach, and how they run.</summary>
internal static class ShowDashboard
{
    private const int News = 6;
    private const int LatestRows = 13;
    private const int ShownFindings = 5;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(FlowsView.Root, ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, SeriesShelf shelf, Findings findings, NodeDb db, LivePoints points, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, FlowsView.Root));
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var bench = new ChartBench(sheet, texts);
        var groups = await Crossings.OfAsync(sheet, null, [], cancellationToken);
        // Applications for asylum and the like are no crossings: they stand on the pages of their countries.
        var crossings = groups.Where(group => group.Status != "_Z").ToList();
        var charts = crossings.ConvertAll(group => CardOf(group, bench, view, texts));
        // Checks look at real figures, as they stand now.
        var open = view.Training || view.AsOf is not null ? [] : await findings.ListAsync("open", "", cancellationToken);
        var words = await FindingWords.ReadAsync(db, points, cancellationToken);
        var answer = new DashboardAnswer
        {
            Findings = [.. open.Take(ShownFindings).Select(finding => (words.Sentence(finding, texts), $"{ShowChecks.Root}/{finding.Id:D}"))],
            Found = open.Count,
            Charts = charts,
            Series =
            [
                .. sheet.Series.Select(series => new ListedSeries(
                    series.Title(texts), series.Publisher, series.Periods.Count == 0 ? texts["shell.unknown"] : CodeWords.Of(series.Periods[^1], texts), CodeWords.Day(series.Vintage, texts), view.Href($"{ShowSeries.Root}/{Uri.EscapeDataString(series.Code)}"))),
            ],
            News =
            [
                .. sheet.Series.SelectMany(series => series.Imports.Where(import => import.Id != Guid.Empty).Select(import => (import.CommittedAt, Title: series.Title(texts), import.Segment.Rows)))
                    .OrderByDescending(import => import.CommittedAt).Take(News).Select(import => (CodeWords.Day(import.CommittedAt, texts), import.Title, (long)import.Rows)),
            ],
            Areas = Named(crossings.Select(group => group.Area), "REF_AREA", texts),
            FurtherAreas = Named(groups.Select(group => group.Area).Except(crossings.Select(group => group.Area), StringComparer.Ordinal), "REF_AREA", texts),
            Nationalities = Named(sheet.Of("FLOW").SelectMany(series => series.CodesOf("CITIZENSHIP")).Where(code => Countries.Find(code) is not null), "CITIZENSHIP", texts),
            HasMap = ShowMap.Usable(sheet).Count > 0,
            HasIncidents = sheet.Series.Any(series => series.Dataflow == Dataflow.Incidents.Code),
            HasTraining = !view.Training && (await shelf.ReadAsync(true, view.AsOf, cancellationToken)).Standing.Count > 0,
            Damaged = sheet.Damaged,
        };
        return await FlowsPages.AnswerAsync<DashboardPage>(context, desk, sheet, [.. charts.Select(chart => chart.Chart)], answer, cancellationToken);
    }

    private static SmallChart CardOf(CrossingGroup group, ChartBench bench, FlowsView view, Texts texts)
    {
        // Totals of years are no months: they stand on the country's own page.
        var months = group.Main.Points.Where(point => point.Period.Frequency != 'A').ToList();
        var points = months.Count > 0 ? months : [.. group.Main.Points];
        var title = $"{CodeWords.Of("REF_AREA", group.Area, texts)}: {group.Name(texts)}";
        var chart = bench.OverTime(group.Id, title, [new ChartPanel("", [new ChartLine(title, points) { Code = group.Main.Series.Code.ToLowerInvariant() }])], [group.Main.Series], [Dataflow.Period], height: 96);
        return new SmallChart(
            chart with { Data = chart.Data with { Rows = [.. chart.Data.Rows.TakeLast(LatestRows)] }, Notes = [] },
            view.Href($"{ShowCountry.Root}/{group.Area}"), CodeWords.Of(points[^1].Period, texts));
    }

    // Totals and unknowns have no page.
    private static IReadOnlyList<(string Code, string Name)> Named(IEnumerable<string> codes, string component, Texts texts) =>
        [.. codes.Distinct(StringComparer.Ordinal).Where(code => code[0] != '_').Select(code => (code, Name: CodeWords.Of(component, code, texts))).OrderBy(pair => pair.Name, StringComparer.Create(texts.Culture, ignoreCase: true))];
}
