using System.Globalization;
using Tambo.Flows.Checking;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Flows.Collecting;
using Tambo.Tests.Flows.Pages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>What does not fit together in figures is found, told once with its size, and walked to its rows.</summary>
public sealed class ChecksTests
{
    private const string Swappable =
        """
        {
          "name": "entries", "version": 1, "dataflow": "FLOW", "replaces": "nothing",
          "series": { "code": "ENTRIES", "publisher": "Office of the valley" },
          "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "month" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM", "frequency": "M" } ] },
            { "from": [ "where" ], "to": [ "REF_AREA" ], "codes": "countries" },
            { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "codes": "countries" },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} }
          ]
        }
        """;

    private static RunChecks Checks(FlowsOffice office) => new(office.Database.Db, office.Flows, office.Live, office.Settings);

    private static async Task<IReadOnlyList<Finding>> RunAsync(FlowsOffice office, string check) =>
        [.. (await Checks(office).RunAsync(TestDatabase.Alice, CancellationToken.None)).Open.Where(finding => finding.CheckCode == check)];

    private static async Task ShippedAsync(FlowsOffice office, string file, string mapping) => await office.Imports.RunAsync(
        new FlowsImport(file, new MemoryStream(await FiguresOffice.ReadAsync(Path.Combine([Repository.Root, "data", "demo", "flows", .. file.Split('/')]))), MappingShelf.Find(mapping, office.Settings.Folder), false),
        TestDatabase.Alice, CancellationToken.None);

    [Fact]
    public void Every_shipped_check_says_in_every_language_what_it_is_and_why_it_matters()
    {
        var checks = CheckShelf.All(Path.GetTempPath());
        var languages = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)).Languages.Where(language => language.Code != "ar").Select(language => language.Code).Order().ToList();
        Assert.Equal(Enum.GetValues<CheckKind>(), checks.Select(check => check.Rule.Kind).Distinct().Order());
        Assert.All(checks, check =>
        {
            Assert.Equal(languages, check.Title.Keys.Order());
            Assert.Equal(languages, check.Explanation.Keys.Order());
            Assert.Equal(languages.Count, check.Explanation.Values.Distinct().Count());
        });
    }

    [Theory, OnEachEngine]
    public async Task What_was_looked_over_is_not_looked_over_again_after_a_start_unless_figures_or_checks_changed(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        // Each is a node that was started again.
        async Task<bool> RunsAsync() => await Checks(office).RunWhenChangedAsync(TestDatabase.Alice, CancellationToken.None) is not null;
        Assert.True(await RunsAsync());
        Assert.False(await RunsAsync());
        await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n");
        Assert.True(await RunsAsync());
        Assert.False(await RunsAsync());
        var own = Path.Combine(office.Settings.Folder, "checks", "flows");
        Directory.CreateDirectory(own);
        await File.WriteAllTextAsync(Path.Combine(own, "mine.json"), "{");
        Assert.True(await RunsAsync());
        Assert.False(await RunsAsync());
        office.Time.Set(office.Time.GetUtcNow().AddMinutes(1));
        await office.ImportAsync("2023-01,VEN,adults,11\n2023-02,VEN,adults,20\n");
        Assert.True(await RunsAsync());
        Assert.False(await RunsAsync());
    }

    [Theory, OnEachEngine]
    public async Task Groups_from_the_field_are_looked_over_once_an_hour_however_many_come_and_also_when_they_are_sealed(Engine engine)
    {
        await using var post = await FieldPost.OpenAsync(engine);
        var runs = new RunChecks(post.Database.Db, post.Questions, post.Live, new NodeSettings { Folder = post.Database.Settings.Folder, File = new NodeFile() });
        async Task<bool> RunsAsync() => await runs.RunWhenChangedAsync(TestDatabase.Alice, CancellationToken.None) is not null;
        Assert.True(await RunsAsync());
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, post.Group()));
        Assert.False(await RunsAsync());
        post.Time.Set(post.Time.GetUtcNow().AddMinutes(59));
        Assert.Equal("taken", await post.SentAsync(FieldPost.Enzo, post.Group()));
        Assert.False(await RunsAsync());
        post.Time.Set(post.Time.GetUtcNow().AddMinutes(1));
        Assert.True(await RunsAsync());
        post.Time.Set(post.Time.GetUtcNow().AddMinutes(59));
        await post.Seals.RunAsync(CancellationToken.None, all: true);
        Assert.False(await RunsAsync());
        post.Time.Set(post.Time.GetUtcNow().AddMinutes(1));
        Assert.True(await RunsAsync());
        post.Time.Set(post.Time.GetUtcNow().AddHours(5));
        Assert.False(await RunsAsync());
    }

    [Theory]
    [InlineData("{", "Expected")]
    [InlineData("""{ "code": "other" }""", "required")]
    [InlineData("""{ "code": "other", "severity": "error", "title": {}, "explanation": {}, "rule": { "kind": "missing" } }""", "other")]
    [InlineData("""{ "code": "mine", "severity": "error", "title": {}, "explanation": {}, "rule": { "kind": "repeated" } }""", "by")]
    public void A_check_that_is_not_in_order_is_refused_by_name_and_with_what_is_wrong(string json, string what)
    {
        var refused = Assert.Throws<Problem>(() => CheckShelf.Read(json, "mine"));
        Assert.Equal(Tambo.Flows.FlowsProblems.CheckBroken, refused.Kind);
        Assert.Equal("mine", refused.Values.Single(value => value.Name == "name").Value);
        Assert.Contains(what, $"{refused.Values.Single(value => value.Name == "what").Value}", StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_check_that_cannot_be_read_fails_and_the_others_run(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        await office.ImportAsync("2022-01,VEN,adults,10\n2022-03,VEN,adults,10\n");
        var folder = Directory.CreateDirectory(Path.Combine(office.Settings.Folder, "checks", "flows")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "half-written.json"), "{ \"code\": ", TestContext.Current.CancellationToken);
        var report = await Checks(office).RunAsync(TestDatabase.Alice, CancellationToken.None);
        var failed = Assert.Single(report.Failed);
        Assert.Equal("half-written", failed.Check);
        Assert.StartsWith("flows.check_broken: ", failed.Why, StringComparison.Ordinal);
        Assert.NotEmpty(report.Open);
    }

    [Theory, OnEachEngine]
    public async Task Published_tables_that_contradict_each_other_are_listed_with_month_and_size(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        await ShippedAsync(office, "panama/darien-nationality.csv", "panama-darien-nationality");
        await ShippedAsync(office, "panama/darien-demography.csv", "panama-darien-demography");
        await ShippedAsync(office, "honduras/total.csv", "honduras-irregular-total");
        await ShippedAsync(office, "honduras/nationality.csv", "honduras-irregular-nationality");
        await ShippedAsync(office, "honduras/demography.csv", "honduras-irregular-demography");
        await ShippedAsync(office, "lighthouse/irregular-entries.csv.gz", "lighthouse-irregular-entries");

        var open = (await Checks(office).RunAsync(TestDatabase.Alice, CancellationToken.None)).Open.ToLookup(finding => finding.CheckCode);
        // A government's own tables agree in every month; with IOM Lighthouse 38 of 51 months of Panama and 23 of 40 of Honduras do.
        Assert.Empty(open["darien-nationality-sex-age"]);
        Assert.Empty(open["honduras-tables"]);
        Assert.Equal(51 - 38, open["lighthouse-panama"].Count());
        Assert.Equal(40 - 23, open["lighthouse-honduras"].Count());
        Equal(Apart("panama/darien-nationality.csv", "PAN"), open["lighthouse-panama"]);
        Equal(Apart("honduras/total.csv", "HND"), open["lighthouse-honduras"]);
        var january = Assert.Single(open["lighthouse-panama"], finding => finding.Period == "2022-01");
        Assert.Equal(("4702", "2551", "-2151"), (january.Values["value"], january.Values["against"], january.Values["difference"]));

        // What the tables leave out between their first and last month.
        Assert.Equal(["2020-04..2020-05", "2020-07"], open["missing-periods"].Where(finding => finding.Series == "PAN_DARIEN_NAT").Select(finding => finding.Period).Order());
    }

    [Theory, OnEachEngine]
    public async Task A_finding_is_told_once_is_explained_and_is_gone_when_it_is_no_longer_so(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        var other = FlowsOffice.Valley.Replace("\"VALLEY\"", "\"HILL\"", StringComparison.Ordinal);
        await CheckAsync(office, "valley-hill", """ "kind": "agree", "tables": [ [ "series=VALLEY" ], [ "series=HILL" ] ], "by": [ "month" ] """);
        await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n");
        await office.ImportAsync(FlowsOffice.Header + "2023-01,VEN,adults,10\n2023-02,VEN,adults,25\n", other);
        var first = await Checks(office).RunAsync(TestDatabase.Alice, CancellationToken.None);
        var finding = Assert.Single(first.Open, one => one.CheckCode == "valley-hill");
        Assert.Equal((1, "2023-02", 5L), (first.Found, finding.Period, finding.Size));
        Assert.Equal((0, 0), ((await Checks(office).RunAsync(TestDatabase.Alice, CancellationToken.None)) is var again ? (again.Found, again.Gone) : default));

        // Explained it is no longer open; with other values it is, and the note stays.
        var findings = new Findings(office.Database.Db);
        await findings.ExplainAsync(finding, "They count at night as well.", TestDatabase.Alice, CancellationToken.None);
        Assert.Empty(await RunAsync(office, "valley-hill"));
        await Assert.ThrowsAsync<Problem>(() => findings.ExplainAsync(finding, "Twice.", TestDatabase.Alice, CancellationToken.None));
        await office.ImportAsync(FlowsOffice.Header + "2023-01,VEN,adults,10\n2023-02,VEN,adults,26\n", other);
        var reopened = Assert.Single(await RunAsync(office, "valley-hill"));
        Assert.Equal((6L, "They count at night as well."), (reopened.Size, reopened.Note));
        await office.ImportAsync(FlowsOffice.Header + "2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n", other);
        Assert.Empty(await RunAsync(office, "valley-hill"));
        Assert.Equal("gone", (await findings.FindAsync(finding.Id, CancellationToken.None))!.State);
    }

    [Fact]
    public async Task Swapped_columns_are_noticed_in_a_first_file_and_in_a_later_one()
    {
        string[] nationalities = ["VEN", "HTI", "COL", "ECU", "CUB", "CHN", "IND", "AGO"];
        var right = "month,where,who,count\n" + string.Concat(nationalities.Select((who, at) => $"2023-01,{(at % 2 == 0 ? "PAN" : "CRI")},{who},{at + 1}\n"));
        var swapped = right.Replace("where,who", "who,where", StringComparison.Ordinal);
        await using (var office = await FlowsOffice.OpenAsync(Engine.Sqlite))
        {
            await office.ImportAsync(right, Swappable);
            Assert.Empty(await RunAsync(office, "swapped-nationality-country"));
            // Four of the eight only: fewer than would be told of a first file.
            await office.ImportAsync(string.Concat(swapped.Split('\n').Take(5).Select(line => line + "\n")).Replace("2023-01", "2023-02", StringComparison.Ordinal), Swappable);
            Assert.Equal("ENTRIES", Assert.Single(await RunAsync(office, "swapped-nationality-country")).Series);
        }

        await using var fresh = await FlowsOffice.OpenAsync(Engine.Sqlite);
        await fresh.ImportAsync(swapped, Swappable);
        var finding = Assert.Single(await RunAsync(fresh, "swapped-nationality-country"));
        Assert.Equal(("8", "2"), (finding.Values["value"], finding.Values["against"]));
    }

    [Fact]
    public async Task Repeated_months_missing_months_and_totals_beside_parts_are_noticed()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        string[] who = ["VEN", "HTI", "COL", "ECU", "CUB", "CHN"];
        string Month(string month, int more) => string.Concat(who.Select((one, at) => $"{month},PAN,{one},{(at * 7) + more}\n"));
        await office.ImportAsync("month,where,who,count\n" + Month("2023-01", 1) + Month("2023-02", 5) + Month("2023-03", 5) + Month("2023-06", 5), Swappable);
        Assert.Equal("2023-03", Assert.Single(await RunAsync(office, "repeated-months")).Period);
        Assert.Equal(("2023-04..2023-05", 2L), Assert.Single(await RunAsync(office, "missing-periods")) is var gap ? (gap.Period, gap.Size) : default);

        // 5 for each and 7 more for each next one: 6 x 5 + 7 x 15 in all; the total beside it says 136.
        var total = Swappable.Replace(
            "[ \"CITIZENSHIP\" ], \"codes\": \"countries\"", "[ \"CITIZENSHIP\" ], \"codes\": \"countries\", \"values\": { \"all\": [ { \"to\": { \"CITIZENSHIP\": \"_T\" } } ] }", StringComparison.Ordinal);
        Assert.NotEqual(Swappable, total);
        await office.ImportAsync("month,where,who,count\n2023-02,PAN,all,136\n", total);
        var levels = Assert.Single(await RunAsync(office, "totals-beside-nationalities"));
        Assert.Equal(("136", "135", 1L), (levels.Values["value"], levels.Values["against"], levels.Size));
    }

    [Fact]
    public async Task An_impossible_value_leads_to_its_line()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        var id = (await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,70000000\n2023-02,HTI,adults,n/d\n")).Id!.Value;
        var finding = Assert.Single(await RunAsync(office, "impossible-values"));
        Assert.Equal(70_000_000, finding.Size);
        var place = Assert.Single(System.Text.Json.JsonSerializer.Deserialize<List<FoundPlace>>(finding.Places)!);
        Assert.Equal((id, 3), (place.Import!.Value, place.Line!.Value));
        Assert.Equal(70_000_000, Assert.Single((await office.Flows.LineAsync("FLOW", id, 3, RowScope.Node, CancellationToken.None)).Rows).Value);
    }

    [Fact]
    public void An_outlier_is_told_with_its_statistic()
    {
        // Thirty months that swing between 1,000 and 1,100, and one of 20,000.
        Figure Month(int at, long value) => new(["S", "PS", new DateOnly(2020, 1, 1).AddMonths(at).ToString("yyyy-MM", CultureInfo.InvariantCulture)], value, 0, 1, 0, 0);
        var figures = Enumerable.Range(0, 30).Select(at => Month(at, at == 20 ? 20_000 : 1_000 + (at % 3 * 50))).ToList();
        var found = Assert.Single(SeriesOverTime.Outliers(new CheckRule { Kind = CheckKind.Outlier }, new FlowsAnswer(["SERIES", "UNIT_MEASURE", "month"], figures)));
        Assert.Equal(("2021-09", "20000", "1050"), (found.Period, found.Said["value"], found.Said["usual"]));
        // Months lie at, above and below the median in turn, so the median distance is that from 1,050 to 1,100; one is added to each for the logarithm.
        var score = 0.6745 * Math.Log2(20_001 / 1_051.0) / Math.Log2(1_101 / 1_051.0);
        Assert.Equal(score.ToString("0.0", CultureInfo.InvariantCulture), found.Said["score"]);
        Assert.Empty(SeriesOverTime.Outliers(new CheckRule { Kind = CheckKind.Outlier, Least = 30_000 }, new FlowsAnswer([], figures)));
    }

    private static void Equal(IReadOnlyDictionary<string, long> expected, IEnumerable<Finding> findings) =>
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), findings.OrderBy(finding => finding.Period, StringComparer.Ordinal).Select(finding => KeyValuePair.Create(finding.Period, finding.Size)));

    // Months in which the project's sum is not the government's, with how far apart they are; read without the program's readers.
    private static Dictionary<string, long> Apart(string own, string area)
    {
        Dictionary<string, long> Sums(IEnumerable<Dictionary<string, string>> rows) => rows.GroupBy(row => row["t"]).ToDictionary(month => month.Key, month => month.Sum(row => ShippedFigures.Number(row["n"]) ?? 0));
        var government = Sums(ShippedFigures.Rows(own));
        return Sums(ShippedFigures.Rows("lighthouse/irregular-entries.csv.gz").Where(row => row["geo"] == area))
            .Where(month => government.TryGetValue(month.Key, out var sum) && sum != month.Value).ToDictionary(month => month.Key, month => Math.Abs(government[month.Key] - month.Value));
    }

    private static async Task CheckAsync(FlowsOffice office, string code, string rule)
    {
        var folder = Directory.CreateDirectory(Path.Combine(office.Settings.Folder, "checks", "flows")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, code + ".json"), $$"""{ "code": "{{code}}", "severity": "warning", "title": { "en": "x" }, "explanation": { "en": "x" }, "rule": { {{rule}} } }""");
    }
}
