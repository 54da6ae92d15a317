using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Xml;
using Tambo.Flows.Pages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>Pages of figures say what the tables say, no more, and to nobody who may not know.</summary>
public sealed class FiguresPagesTests
{
    [Fact]
    public async Task A_country_shows_the_totals_that_its_publisher_gives_and_years_never_as_months()
    {
        await using var office = await (await FiguresOffice.OpenAsync(Engine.Sqlite)).WithShippedAsync();
        using var amelia = await office.SignInAsync("amelia", "adviser");

        // Totals of Servicio Nacional de Migración de Panamá, as data/demo/flows/panama/SOURCE.md gives them.
        var years = Csv(await office.FileAsync(amelia, "/staff/flows/countries/PAN?chart=years-pan-irr-in-ps&as=csv"));
        Assert.Equal(["133726", "248284", "520085", "302203"], (string[])[.. ((string[])["2021", "2022", "2023", "2024"]).Select(year => years.Single(row => row[0] == year)[1])]);
        Assert.Equal(Enumerable.Range(2010, 16).Select(year => year.ToString(CultureInfo.InvariantCulture)), years.Skip(1).Select(row => row[0]));

        // 2010 to 2019 are totals of years that the file dates in January.
        var months = Csv(await office.FileAsync(amelia, "/staff/flows/countries/PAN?chart=timeline&as=csv"));
        Assert.Equal("2020-01", months[1][0]);
        Assert.All(months.Skip(1), row => Assert.Equal(7, row[0].Length));
        Assert.Equal("81946", months.Single(row => row[0] == "2023-08")[1]);
        var page = await amelia.OpenAsync("/staff/flows/countries/PAN");
        Assert.Contains("For 2010 to 2019 there are totals of whole years only", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Servicio Nacional de Migración de Panamá", page.QuerySelector("#timeline .source")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Children_are_exact_where_a_table_counts_them_and_a_range_with_its_reason_where_families_mix_them()
    {
        await using var office = await (await FiguresOffice.OpenAsync(Engine.Sqlite)).WithShippedAsync();
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var page = await amelia.OpenAsync("/staff/flows/demography?from=2023&until=2023");
        var cards = page.QuerySelectorAll(".answers > li").ToDictionary(card => card.QuerySelector("h3")!.TextContent, card => (Figure: card.QuerySelector(".big")!.TextContent, Why: card.QuerySelector(".why")!.TextContent));

        // Worked out from the files themselves.
        var panama = await SumAsync("panama/darien-demography.csv", row => row[0].StartsWith("2023", StringComparison.Ordinal) && row[1] is "boys" or "girls" && row[0].StartsWith("2023", StringComparison.Ordinal));
        var honduras = await SumAsync("honduras/demography.csv", row => row[0].StartsWith("2023", StringComparison.Ordinal) && row[1] is "boys" or "girls" && row[0].StartsWith("2023", StringComparison.Ordinal));
        var alone = await SumAsync("usa/southwest-border.csv.gz", row => row[0].StartsWith("2023", StringComparison.Ordinal) && row[6] is "UAC" or "UC / Single Minors" or "Accompanied Minors" && row[0].StartsWith("2023", StringComparison.Ordinal));
        var families = await SumAsync("usa/southwest-border.csv.gz", row => row[0].StartsWith("2023", StringComparison.Ordinal) && row[6] == "FMUA");
        Assert.Equal((113_180, 113_986, 139_772, 1_094_570), (panama, honduras, alone, alone + families));
        Assert.Equal(Figure(panama), cards["Panama"].Figure);
        Assert.Equal(Figure(honduras), cards["Honduras"].Figure);
        Assert.Equal($"{Figure(alone)} to {Figure(alone + families)}", cards["United States"].Figure);
        Assert.Contains("exact", cards["Panama"].Why, StringComparison.Ordinal);
        Assert.Contains("Families are counted as one group of adults and children", cards["United States"].Why, StringComparison.Ordinal);
        // Persons and encounters are never added, nor on one axis.
        Assert.Contains("Counted in persons", page.QuerySelector("#compared svg")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Counted in encounters", page.QuerySelector("#compared svg")!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task What_was_known_on_a_day_is_shown_as_it_was_known(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,20\n");
        var before = office.Time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        office.Time.Advance(TimeSpan.FromDays(2));
        using var later = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,25\n");

        Assert.Equal("25", Csv(await office.FileAsync(later, "/staff/flows/countries/PAN?chart=timeline&as=csv"))[2][1]);
        Assert.Equal("20", Csv(await office.FileAsync(later, $"/staff/flows/countries/PAN?known={before}&chart=timeline&as=csv"))[2][1]);
        var page = await later.OpenAsync($"/staff/flows/countries/PAN?known={before}");
        Assert.Contains("As known on", page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Figures_for_practice_stand_alone_are_asked_for_and_say_what_they_are()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n");
        await office.ValleyAsync("2024-01,VEN,adults,777\n", training: true, series: "PRACTICE");

        var real = await dora.OpenAsync("/staff/flows/countries/PAN");
        Assert.DoesNotContain("777", real.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(real.QuerySelector(".practice"));
        var practice = await dora.OpenAsync("/staff/flows/countries/PAN?training=true");
        Assert.Contains("777", practice.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("PRACTICE", practice.QuerySelector(".practice")!.TextContent, StringComparison.Ordinal);
        Assert.All(practice.QuerySelectorAll("figcaption"), caption => Assert.Contains("PRACTICE", caption.TextContent, StringComparison.Ordinal));
        Assert.Contains("made up for practice", await office.FileAsync(dora, "/staff/flows/countries/PAN?training=true&chart=timeline&as=svg"), StringComparison.Ordinal);
        Assert.Contains("training=true", (await dora.OpenAsync("/staff/flows")).QuerySelector("main a[href*=training]")!.GetAttribute("href")!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from=2023-13", "2023-13")]
    [InlineData("known=yesterday", "yesterday")]
    [InlineData("known=9999-12-31", "9999-12-31")]
    [InlineData("per=fortnight", "fortnight")]
    public async Task What_cannot_be_chosen_is_refused_in_the_readers_words(string query, string what)
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        var page = await dora.OpenAsync("/staff/flows/demography?lang=es&" + query);
        Assert.Equal(400, dora.Status);
        Assert.Contains(what, page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("No entendemos esta parte", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_read_figures_never_learns_that_they_exist()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var chelsea = await office.SignInAsync("chelsea", "viewer");
        Assert.Null((await chelsea.OpenAsync("/staff")).QuerySelector("a[href^='/staff/flows']"));
        await chelsea.OpenAsync("/staff/flows");
        Assert.Equal(404, chelsea.Status);
    }

    [Fact]
    public async Task A_month_in_which_something_has_no_number_has_no_upper_end_over_time_either()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-01,HTI,adults,n/d\n2024-02,VEN,adults,7\n");
        var rows = Csv(await office.FileAsync(dora, "/staff/flows/countries/PAN?chart=timeline&as=csv"));
        Assert.Equal(["2024-01 10 ", "2024-02 7 7"], rows.Skip(1).Select(row => string.Join(' ', row.Take(3))));
        Assert.Contains("10 or more", (await dora.OpenAsync("/staff/flows/countries/PAN")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chart_can_be_had_as_a_file_that_says_by_itself_where_it_comes_from()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,families,10\n2024-01,HTI,children,3\n2024-02,<i>,adults,2\n2024-02,HTI,adults,5\n");
        const string Chart = "/staff/flows/demography?chart=compared&as=";
        var svg = await office.FileAsync(dora, Chart + "svg");
        var picture = new XmlDocument { XmlResolver = null };
        using (var reader = XmlReader.Create(new StringReader(svg)))
            picture.Load(reader);
        Assert.Equal("svg", picture.DocumentElement!.Name);
        Assert.DoesNotContain("class=", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("style=", svg, StringComparison.Ordinal);
        Assert.Contains("Office of the valley", svg, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(await office.FileAsync(dora, Chart + "json"));
        var row = json.RootElement.GetProperty("rows")[0];
        Assert.Equal((3, 13), (row.GetProperty("value").GetInt32(), row.GetProperty("value_at_most").GetInt32()));
        Assert.Equal("Office of the valley", json.RootElement.GetProperty("about").GetProperty("sources")[0].GetProperty("publisher").GetString());
        Assert.Equal(["PAN", "VALLEY", "PS", "3", "13", "18", "18"], Csv(await office.FileAsync(dora, Chart + "csv"))[1]);
    }

    [Fact]
    public async Task Every_file_of_every_chart_can_be_had_and_bears_no_inner_signs()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        // Two tables of one border, with words that no language of the node but English has.
        await office.ValleyAsync("2023-12,VEN,adults,1\n2024-01,VEN,families,10\n2024-01,HTI,children,3\n");
        await office.ValleyAsync("2024-01,VEN,adults,12\n2024-02,VEN,adults,2\n", series: "OTHER_VALLEY");
        await office.ShippedAsync("missing-migrants/incidents.csv.gz", "missing-migrants");
        var had = 0;
        foreach (var page in (string[])["/countries/PAN", "/nationalities/VEN", "/demography", "/incidents", "/points/PAN/VALLEY_GATE"])
        {
            var links = (await dora.OpenAsync("/staff/flows" + page)).QuerySelectorAll("main a[href*='as=']").Select(link => link.GetAttribute("href")!).Distinct().ToList();
            Assert.True(links.Count > 2, page);
            foreach (var (link, language) in links.SelectMany(link => ((string[])["ht", "ar"]).Select(language => (link, language))))
            {
                using var client = office.Node.Client();
                using var request = new HttpRequestMessage(HttpMethod.Get, $"{link}&lang={language}");
                request.Headers.Add("Cookie", dora.Session);
                using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
                var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{link}: {text}");
                Assert.DoesNotContain(text, letter => letter is >= '\uFDD0' and <= '\uFDEF');
                Assert.DoesNotContain("\\uFDD", text, StringComparison.OrdinalIgnoreCase);
                if (link.EndsWith("json", StringComparison.Ordinal))
                    JsonDocument.Parse(text).Dispose();
                if (link.EndsWith("csv", StringComparison.Ordinal))
                    Assert.Distinct(Csv(text)[0]);
                had++;
            }
        }

        Assert.True(had > 50, $"{had} files");
    }

    [Fact]
    public async Task An_open_page_learns_of_new_figures_by_a_word_that_changes()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n");
        var page = await dora.OpenAsync("/staff/flows");
        var version = await office.FileAsync(dora, FlowsPages.Version);
        Assert.Equal(version, page.QuerySelector("[data-figures]")!.GetAttribute("data-version"));
        Assert.Equal(HttpStatusCode.NotModified, await AskAsync(office, dora.Session, version));
        await office.ValleyAsync("2024-01,VEN,adults,11\n");
        Assert.Equal(HttpStatusCode.OK, await AskAsync(office, dora.Session, version));
    }

    [Theory, OnEachEngine]
    public async Task A_page_is_not_fetched_again_for_practice_nor_that_of_a_point_for_what_is_counted_elsewhere(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n");
        await office.ValleyAsync("2024-01,VEN,adults,10\n", training: true, series: "DRILL");
        await office.ValleyAsync("2024-01,VEN,adults,3\n", series: "RIVER", point: "RIVER_FORD");
        string[] pages = ["/staff/flows", "/staff/flows?training=true", "/staff/flows/points/PAN/VALLEY_GATE", "/staff/flows/points/PAN/RIVER_FORD", "/staff/flows/points/PAN/VALLEY_GATE?training=true"];
        var asked = new List<(string Address, string Version)>();
        foreach (var path in pages)
        {
            var page = (await dora.OpenAsync(path)).QuerySelector("[data-figures]")!;
            asked.Add((page.GetAttribute("data-figures")!, page.GetAttribute("data-version")!));
            Assert.Equal(asked[^1].Version, await office.FileAsync(dora, asked[^1].Address));
        }

        async Task<string> RenewedAsync()
        {
            var renewed = new List<int>();
            for (var at = 0; at < asked.Count; at++)
            {
                if (await AskAsync(office, dora.Session, asked[at].Version, asked[at].Address) == HttpStatusCode.OK)
                    renewed.Add(at);
                asked[at] = (asked[at].Address, await office.FileAsync(dora, asked[at].Address));
            }

            return string.Join(' ', renewed);
        }

        Assert.Equal("", await RenewedAsync());
        await office.ValleyAsync("2024-01,VEN,adults,11\n", training: true, series: "DRILL");
        Assert.Equal("1 4", await RenewedAsync());
        await office.ValleyAsync("2024-01,VEN,adults,4\n", series: "RIVER", point: "RIVER_FORD");
        Assert.Equal("0 3", await RenewedAsync());
        await office.ValleyAsync("2024-01,VEN,adults,12\n");
        Assert.Equal("0 2", await RenewedAsync());
    }

    private static async Task<HttpStatusCode> AskAsync(FiguresOffice office, string session, string version, string address = FlowsPages.Version)
    {
        using var client = office.Node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Cookie", session);
        request.Headers.Add("If-None-Match", $"\"{version}\"");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<long> SumAsync(string file, Func<string[], bool> fits)
    {
        var text = System.Text.Encoding.UTF8.GetString(await FiguresOffice.ReadAsync(Path.Combine([Repository.Root, "data", "demo", "flows", .. file.Split('/')])));
        return text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.TrimEnd('\r').Split(',')).Where(fits)
            .Sum(row => long.TryParse(row[^1], CultureInfo.InvariantCulture, out var count) ? count : 0);
    }

    private static string Figure(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);

    private static List<string[]> Csv(string text) => [.. text.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(','))];
}
