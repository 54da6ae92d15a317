using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Charts;
using Tambo.Flows.Checking;
using Tambo.Flows.Collecting;
using Tambo.Flows.Pages;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>Every figure can be walked back to its rows, every series to its files, and a route be looked at whole.</summary>
public sealed class WalkTests
{
    [Theory, OnEachEngine]
    public async Task A_figure_leads_to_the_rows_of_the_file_as_they_stand_in_it_with_what_each_became(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-01,HTI,families,4\n2024-02,VEN,children,7\n");
        var country = await dora.OpenAsync("/staff/flows/countries/PAN");
        var link = country.QuerySelector("#timeline table a[href*='/staff/flows/rows']")!.GetAttribute("href")!;
        var rows = await dora.OpenAsync(link);
        Assert.Equal(200, dora.Status);
        Assert.Equal(["table.csv, line 2", "table.csv, line 3"], rows.QuerySelectorAll(".walked h2").Select(head => head.TextContent));
        var second = rows.QuerySelectorAll(".walked > li")[1];
        Assert.Equal(["2024-01", "HTI", "families", "4"], second.QuerySelectorAll(".pairs")[0].QuerySelectorAll("dd").Select(value => value.TextContent));
        Assert.Contains("Haiti", second.QuerySelectorAll(".pairs")[1].TextContent, StringComparison.Ordinal);
        Assert.Contains("valley, version 1", second.TextContent, StringComparison.Ordinal);

        // Children may be among families: such a row is shown and says that it only may belong.
        var children = await dora.OpenAsync("/staff/flows/rows?series=VALLEY&age=0-17");
        Assert.Equal(["4", "7"], children.QuerySelectorAll(".walked strong").Select(value => value.TextContent));
        Assert.Single(children.QuerySelectorAll(".walked .tag"));

        using var amelia = await office.SignInAsync("amelia", "adviser");
        await amelia.OpenAsync(link);
        Assert.Equal(404, amelia.Status);
        Assert.Null((await amelia.OpenAsync("/staff/flows/countries/PAN")).QuerySelector("a[href*='/staff/flows/rows']"));
    }

    [Theory, OnEachEngine]
    public async Task A_series_says_what_its_words_became_and_what_a_corrected_file_changed(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,families,20\n2024-03,VEN,adults,-5\n");
        office.Time.Advance(TimeSpan.FromMinutes(5));
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,families,25\n2024-03,VEN,adults,5\n");
        var page = await dora.OpenAsync("/staff/flows/series/VALLEY");
        var inexact = page.QuerySelector("section[aria-labelledby=inexact] tbody tr")!;
        Assert.Contains("families", inexact.TextContent, StringComparison.Ordinal);
        Assert.Contains("Families are counted as one group", inexact.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.QuerySelectorAll("section[aria-labelledby=files] tbody tr").Length);
        Assert.Equal(["February 2024|20|25", "March 2024|–|5"], page.QuerySelectorAll("section[aria-labelledby=changes] tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent))));
        // What a point of time knew is the older file alone, with its refused row.
        var older = await dora.OpenAsync("/staff/flows/series/NOTHING");
        Assert.Equal(404, dora.Status);
        Assert.Null(older.QuerySelector("#files"));
    }

    [Fact]
    public async Task A_point_and_a_nationality_have_pages_of_their_own_and_a_made_up_country_has_its_too()
    {
        await using var office = await (await FiguresOffice.OpenAsync(Engine.Sqlite)).WithShippedAsync();
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var country = await amelia.OpenAsync("/staff/flows/countries/PAN");
        var point = await amelia.OpenAsync(country.QuerySelector("a[href*='/points/']")!.GetAttribute("href")!);
        Assert.Equal("Darién", point.QuerySelector("h1")!.TextContent);
        Assert.Contains("81,946 (August 2023)", point.QuerySelector("#timeline figcaption")!.TextContent, StringComparison.Ordinal);

        var nationality = await amelia.OpenAsync("/staff/flows/nationalities/VEN");
        Assert.Equal(200, amelia.Status);
        // Rows of the United States without nationality may be of any: a range, and said so.
        var csv = await office.FileAsync(amelia, "/staff/flows/nationalities/VEN?chart=borders&as=csv");
        Assert.StartsWith("period,", csv, StringComparison.Ordinal);
        Assert.Contains("Nationality: The table does not say this for these rows", nationality.QuerySelector("#borders")!.TextContent, StringComparison.Ordinal);
        foreach (var path in (string[])["/staff/flows/countries/ZZZ", "/staff/flows/points/PAN/NOWHERE", "/staff/flows/nationalities/_O", "/staff/flows/countries/_U"])
        {
            await amelia.OpenAsync(path);
            Assert.Equal((path, 404), (path, amelia.Status));
        }
    }

    [Fact]
    public async Task The_stations_of_a_route_stand_below_each_other_each_with_its_own_axis_and_the_lag_with_its_caveat()
    {
        await using var office = await (await FiguresOffice.OpenAsync(Engine.Sqlite)).WithShippedAsync();
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var page = await amelia.OpenAsync("/staff/flows/corridor");
        var drawn = page.QuerySelector("#stations svg.wide")!.TextContent;
        foreach (var words in (string[])["Darién (Panama): Irregular entries, persons", "Honduras: Irregular entries, persons", "United States: Crossings of every kind, encounters", "81,946 (August 2023)"])
            Assert.Contains(words, drawn, StringComparison.Ordinal);
        var lags = page.QuerySelectorAll("section[aria-labelledby=lags] tbody tr").Select(row => row.TextContent).ToList();
        Assert.Equal(3, lags.Count);
        Assert.Contains("does not prove that the same people are counted", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Costa Rica, Mexico", page.Body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_people_came_from_and_where_they_died_is_shown_on_maps_with_tables()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        await office.ShippedAsync("unhcr/asylum-applications.csv.gz", "unhcr-asylum-applications");
        await office.ShippedAsync("missing-migrants/incidents.csv.gz", "missing-migrants");
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var map = await amelia.OpenAsync("/staff/flows/map");
        var ribbons = map.QuerySelectorAll("#map svg.wide path.ribbon");
        Assert.InRange(ribbons.Length, 1, 30);
        Assert.All(ribbons, ribbon => Assert.Contains("→", ribbon.TextContent, StringComparison.Ordinal));
        Assert.True(map.QuerySelectorAll("#map tbody tr").Length >= ribbons.Length);

        // The sum of the dead and missing is that of the rows that can be used: two of those published have a number below zero, 14 no date.
        var rows = Rows(await FiguresOffice.ReadAsync(Path.Combine(Repository.Root, "data", "demo", "flows", "missing-migrants", "incidents.csv.gz")));
        var incidents = await amelia.OpenAsync("/staff/flows/incidents");
        Assert.Equal(200, amelia.Status);
        var years = await office.FileAsync(amelia, "/staff/flows/incidents?chart=years-mmp_incidents&as=csv");
        var sum = years.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Skip(1).Sum(line => long.Parse(line.Split(',')[1], CultureInfo.InvariantCulture));
        Assert.InRange(sum, rows - 100, rows);
        Assert.NotEmpty(incidents.QuerySelectorAll("svg.wide circle.spot"));
    }

    [Theory, OnEachEngine]
    public async Task What_is_recorded_at_a_point_is_on_the_pages_at_once_and_its_parts_are_no_lines_of_their_own(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        var now = office.Time.GetUtcNow();
        await office.Node.Services.GetRequiredService<LivePoints>().SaveAsync(
            new Point { Id = Guid.CreateVersion7(now), Code = "GATE", Names = new Dictionary<string, string> { ["en"] = "Gate of the valley" }, Country = "PAN", TimeZone = "America/Panama", Series = "FM-GATE" },
            TestDatabase.Alice, CancellationToken.None);
        var before = await office.FileAsync(dora, FlowsPages.Version);
        var group = new SentGroup
        {
            Id = Guid.CreateVersion7(now),
            Point = "GATE",
            ObservedAt = now,
            Direction = "IN",
            Size = 6,
            Parts = [new SentPart { Nationality = "VEN", Persons = 6, Women = 2, Men = 1, Girls = 0, Boys = 3 }],
            Reasons = ["VIOLENCE"],
            Vulnerabilities = new Dictionary<string, int?> { ["PREGNANT"] = 1 },
        };
        var answers = await office.Node.Services.GetRequiredService<ReceiveGroups>().TakeAsync(
            [new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null)],
            new Actor("user:enzo", null, "Enzo", [new Grant("flows.collect", Scope.Node)]), office.Node.Services.GetRequiredService<TextCatalog>().In("en"), CancellationToken.None);
        Assert.Equal("taken", Assert.Single(answers).Answer);
        // What was gathered is read again when it is older than a second.
        await Task.Delay(TimeSpan.FromSeconds(1.1), TestContext.Current.CancellationToken);

        Assert.NotEqual(before, await office.FileAsync(dora, FlowsPages.Version));
        var page = await dora.OpenAsync("/staff/flows/points/PAN/GATE");
        Assert.Equal("Gate of the valley", page.QuerySelector("h1")!.TextContent);
        Assert.Equal("6", page.QuerySelectorAll("#timeline tbody td").Single().TextContent.Trim());
        var rows = await dora.OpenAsync("/staff/flows/rows?series=FM-GATE");
        Assert.Equal(200, dora.Status);
        Assert.NotEmpty(rows.QuerySelectorAll(".walked > li"));
        await dora.OpenAsync("/staff/flows/series/FM-GATE");
        Assert.Equal(200, dora.Status);
    }

    [Fact]
    public async Task What_checks_found_and_nobody_explained_stands_on_the_first_page_and_leads_to_the_finding()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var amelia = await office.SignInAsync("amelia", "adviser");
        // The node looks by itself too, soon after each import: before the first one there is nothing to find.
        Assert.Null((await amelia.OpenAsync("/staff/flows")).QuerySelector("section[aria-labelledby=findings]"));
        await office.ShippedAsync("panama/darien-nationality.csv", "panama-darien-nationality");
        await office.ShippedAsync("lighthouse/irregular-entries.csv.gz", "lighthouse-irregular-entries");
        var report = await office.Node.Services.GetRequiredService<RunChecks>().RunAsync(TestDatabase.Alice, CancellationToken.None);

        var found = (await amelia.OpenAsync("/staff/flows")).QuerySelector("section[aria-labelledby=findings]")!;
        Assert.Contains($"All {report.Open.Count} findings", found.TextContent, StringComparison.Ordinal);
        await amelia.OpenAsync(found.QuerySelector("li a")!.GetAttribute("href")!);
        Assert.Equal(200, amelia.Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    public void The_lag_is_found_by_which_a_line_was_moved(int months)
    {
        var random = new Random(7);
        var values = Enumerable.Range(0, 48).Select(_ => (long)random.Next(1_000, 9_000)).ToArray();
        var start = new DateOnly(2020, 1, 1);
        List<ChartPoint> first = [.. values.Select((value, at) => Month(start.AddMonths(at), value))];
        List<ChartPoint> later = [.. values.Select((value, at) => Month(start.AddMonths(at + months), (3 * value) + 17))];
        var found = Lag.Best(first, later)!;
        Assert.Equal((months, 48), (found.Months, found.Pairs));
        Assert.Equal(1, found.Correlation, 9);
    }

    [Fact]
    public void Few_months_or_a_line_that_never_changes_say_nothing()
    {
        var start = new DateOnly(2020, 1, 1);
        List<ChartPoint> few = [.. Enumerable.Range(0, Lag.LeastPairs - 1).Select(at => Month(start.AddMonths(at), at))];
        List<ChartPoint> flat = [.. Enumerable.Range(0, 30).Select(at => Month(start.AddMonths(at), 5))];
        Assert.Null(Lag.Best(few, few));
        Assert.Null(Lag.Best(flat, flat));
        // Totals of years are no months.
        List<ChartPoint> years = [.. Enumerable.Range(1990, 30).Select(year => new ChartPoint(Period.Holding(new DateOnly(year, 1, 1), 'A')!.Value, year, year))];
        Assert.Null(Lag.Best(years, years));
    }

    private static ChartPoint Month(DateOnly day, long value) => new(Period.Holding(day, 'M')!.Value, value, value);

    private static long Rows(byte[] csv)
    {
        using var reader = Tambo.Platform.Files.DelimitedReader.Open(new MemoryStream(csv), new Tambo.Platform.Files.IssueReport(), new Tambo.Platform.Files.DelimitedOptions("utf-8", ',', 1));
        return reader.Rows().Sum(row => long.TryParse(row[5], CultureInfo.InvariantCulture, out var count) ? Math.Max(0, count) : 0);
    }
}
