using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Node.Demonstration;
using Tambo.Tests.Flows;
using Tambo.Tests.Support;

namespace Tambo.Tests.Demonstration;

/// <summary>The published series that a demonstration shows come to what their publishers say.</summary>
public sealed class DemonstrationFiguresTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Noon = new(2026, 11, 18, 20, 0, 0, TimeSpan.Zero);

    [Theory, OnEachEngine]
    public async Task Every_series_comes_in_through_its_shipped_mapping_and_to_its_published_totals(Engine engine)
    {
        await using var node = await TestNode.StartAsync(engine, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: false));
        var clock = Stopwatch.StartNew();
        var reports = await DemonstrationFigures.FillAsync(node.Services, node.Settings, None);
        // The whole start may take a minute on two cores.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal(DemonstrationFigures.Real.Count + DemonstrationFigures.MadeUp.Count, reports.Count);
        // Some reports of the Missing Migrants Project have no date or a number below zero; nothing else is refused.
        var flawed = ShippedFigures.Rows("missing-migrants/incidents.csv.gz").Count(row => !IsSound(row));
        Assert.NotEqual(0, flawed);
        Assert.Equal(flawed, reports.Sum(report => report.File!.Refused));
        Assert.All(reports.Where(report => report.Series != "MMP_INCIDENTS"), report => Assert.Equal(0, report.File!.Refused));

        // The years as the publishers' SOURCE.md says them, in both tables of the Darién.
        foreach (var series in (string[])["PAN_DARIEN_NAT", "PAN_DARIEN_SADD"])
            Assert.Equal([133_726, 248_284, 520_085, 302_203], await YearsAsync(node, "FLOW", series, "time=2021..2024"));
        foreach (var series in (string[])["HND_IRR_TOTAL", "HND_IRR_NAT", "HND_IRR_SADD"])
            Assert.Equal([545_043], await YearsAsync(node, "FLOW", series, "time=2023"));
        Assert.Equal(
            ShippedFigures.Rows("usa/southwest-border.csv.gz").Sum(row => ShippedFigures.Number(row["n"])),
            (await YearsAsync(node, "FLOW", "USA_SWB")).Sum());

        Assert.Empty(await DemonstrationFigures.FillAsync(node.Services, node.Settings, None));
    }

    [Fact]
    public async Task Refugees_applications_and_incidents_equal_their_files_and_unknown_is_no_zero()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: false));
        await DemonstrationFigures.FillAsync(node.Services, node.Settings, None);

        var population = ShippedFigures.Rows("unhcr/population.csv.gz");
        foreach (var (column, series, group) in ((string, string, string)[])
            [
                ("refugees", "UNHCR_POPULATION", "REF"), ("asylum_seekers", "UNHCR_POPULATION", "ASY"), ("oip", "UNHCR_POPULATION", "OIP"),
                ("idps", "UNHCR_POPULATION", "IDP"), ("ooc", "UNHCR_POPULATION", "OOC"), ("stateless", "UNHCR_STATELESS", "STA"), ("hst", "UNHCR_HOST", "HST"),
            ])
        {
            var known = population.Where(row => row[column].Length > 0).ToList();
            var answer = await AskAsync(node, "STOCK", "year", $"series={series}", $"pop_group={group}");
            Assert.Equal(
                known.GroupBy(row => row["year"], StringComparer.Ordinal).OrderBy(year => year.Key, StringComparer.Ordinal)
                    .Select(year => (year.Key, (long)year.Sum(row => ShippedFigures.Number(row[column]))!, (long)year.Count())),
                answer.Select(figure => (figure.Labels[2], figure.Sure, figure.Rows)));
        }

        var applications = ShippedFigures.Rows("unhcr/asylum-applications.csv.gz");
        foreach (var (unit, series) in ((string, string)[])[("P", "UNHCR_ASYLUM"), ("C", "UNHCR_ASYLUM_CASES")])
        {
            Assert.Equal(
                applications.Where(row => row["app_pc"] == unit).GroupBy(row => row["year"], StringComparer.Ordinal).OrderBy(year => year.Key, StringComparer.Ordinal)
                    .Select(year => year.Sum(row => ShippedFigures.Number(row["applied"])!.Value)),
                await YearsAsync(node, "FLOW", series));
        }

        var incidents = ShippedFigures.Rows("missing-migrants/incidents.csv.gz").Where(IsSound).ToList();
        var all = Assert.Single(await AskAsync(node, "INCIDENT", "", "series=MMP_INCIDENTS"));
        Assert.Equal(incidents.Sum(row => ShippedFigures.Number(row["total_dead_and_missing"])), all.Sure);
        Assert.Equal((incidents.Count, incidents.Count(row => row["total_dead_and_missing"].Length == 0)), (all.Rows, all.Unknown));
    }

    [Fact]
    public async Task What_is_made_up_for_training_never_stands_beside_real_figures()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: false));
        await DemonstrationFigures.FillAsync(node.Services, node.Settings, None);
        var query = node.Services.GetRequiredService<QueryFlows>();
        var real = await query.RunAsync(new FlowsQuery(), None);
        var training = await query.RunAsync(new FlowsQuery { Training = true, By = ["day"] }, None);
        Assert.DoesNotContain(real.Figures, figure => figure.Labels[0] == "TRAINING_POINT");
        Assert.All(training.Figures, figure => Assert.Equal("TRAINING_POINT", figure.Labels[0]));
        // Eight weeks, up to the Sunday before the first start.
        Assert.Equal("2026-11-15", training.Figures[^1].Labels[2]);
        Assert.Equal("2026-09-21", training.Figures[0].Labels[2]);
    }

    [Fact]
    public async Task Every_point_that_a_published_series_names_is_known_with_its_place_and_nobody_records_there()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(Noon), settings => DemonstrationNode.Prepare(settings, training: false));
        await DemonstrationFigures.FillAsync(node.Services, node.Settings, None);
        var points = await node.Services.GetRequiredService<LivePoints>().AllAsync(None);
        var named = (await AskAsync(node, "FLOW", "point")).Select(figure => figure.Labels[2]).Where(code => !code.StartsWith('_')).Distinct(StringComparer.Ordinal);
        Assert.Equal(points.Keys.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
        Assert.All(points.Values, point => Assert.True(point is { Latitude: > -60 and < 75, Longitude: > -170 and < -30, Training: false }));
        Assert.All(points.Values, point => Assert.Equal("inactive", point.StateOn(DateOnly.FromDateTime(Noon.UtcDateTime))));
    }

    private static bool IsSound(Dictionary<string, string> incident) =>
        incident["reported_date"].Length > 0 && !incident.Where(cell => cell.Key.StartsWith("number_", StringComparison.Ordinal)).Any(cell => cell.Value.StartsWith('-'));

    private static async Task<IReadOnlyList<long>> YearsAsync(TestNode node, string dataflow, string series, params string[] where) =>
        [.. (await AskAsync(node, dataflow, "year", [$"series={series}", .. where])).Select(figure => figure.Sure)];

    private static async Task<IReadOnlyList<Figure>> AskAsync(TestNode node, string dataflow, string by, params string[] where)
    {
        var query = new FlowsQuery { Dataflow = dataflow, By = by.Length == 0 ? [] : by.Split(','), Where = where };
        return (await node.Services.GetRequiredService<QueryFlows>().RunAsync(query, None)).Figures;
    }
}
