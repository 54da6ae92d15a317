using System.Text;
using Tambo.Flows;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>A further file stands instead of what it covers, no more and no less, and what was known before is still told.</summary>
public sealed class ReplacingTests
{
    private const string Header = "day,area,office,count\n";

    private static string Mapped(string replaces, string within = "[]", string publisher = "Office") =>
        $$"""
        {
          "name": "days", "version": 1, "dataflow": "FLOW", "replaces": "{{replaces}}", "replaces_within": {{within}},
          "series": { "code": "DAYS", "publisher": "{{publisher}}" }, "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "sdmx" } ] },
            { "from": [ "area" ], "to": [ "REF_AREA" ], "text": true },
            { "from": [ "office" ], "to": [ "DATA_SOURCE" ], "text": true },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} }
          ]
        }
        """;

    private static async Task<string> ByAsync(FlowsOffice office, string by, DateTimeOffset? asOf = null)
    {
        var answer = await office.AskAsync(new FlowsQuery { By = by.Split(','), AsOf = asOf });
        return string.Join("; ", answer.Figures.Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}"));
    }

    [Theory, OnEachEngine]
    public async Task A_correction_that_gives_an_incident_another_day_or_leaves_it_out_counts_nobody_twice(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        foreach (var (replaces, expected) in (IEnumerable<(string, string)>)[("months", "2023-05 51; 2023-06 3"), ("years", "2023-05 51")])
        {
            // 2023-05-03 becomes the day after, 2023-05-20 is taken back; of June the second file says nothing.
            await office.ImportAsync(Header + "2023-05-03,PAN,a,50\n2023-05-09,PAN,a,1\n2023-05-20,PAN,a,9\n2023-06-01,PAN,a,3\n", Mapped("all"));
            office.Time.Set(office.Time.GetUtcNow().AddDays(1));
            var before = office.Time.GetUtcNow().AddHours(-1);
            await office.ImportAsync(Header + "2023-05-04,PAN,a,50\n2023-05-09,PAN,a,1\n", Mapped(replaces));
            Assert.Equal(expected, await ByAsync(office, "month"));
            Assert.Equal("2023-05 60; 2023-06 3", await ByAsync(office, "month", before));
            office.Time.Set(office.Time.GetUtcNow().AddDays(1));
        }
    }

    [Theory, OnEachEngine]
    public async Task Shipped_mappings_of_the_DTM_and_of_Missing_Migrants_replace_what_a_download_covers(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        async Task<string> ImportAsync(string mapping, string json, string measure)
        {
            office.Time.Set(office.Time.GetUtcNow().AddDays(1));
            await office.Imports.RunAsync(
                new FlowsImport("table.json", new MemoryStream(Encoding.UTF8.GetBytes(json)), MappingShelf.Find(mapping, office.Settings.Folder), false), TestDatabase.Alice, CancellationToken.None);
            var answer = await office.AskAsync(new FlowsQuery { Dataflow = measure, By = measure == "STOCK" ? ["month", "ref_area"] : ["ref_area"] });
            return string.Join("; ", answer.Figures.Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}"));
        }

        static string Displaced(params (string Code, string Operation, string Day, int People)[] rows) => $$"""
            {"result": [{{string.Join(',', rows.Select(row => $$"""
                {"reportingDate": "{{row.Day}}T00:00:00", "admin0Pcode": "{{row.Code}}", "operation": "{{row.Operation}}", "roundNumber": 1, "displacementReason": "Conflict",
                 "idpOriginAdmin1Pcode": "", "assessmentType": "BA", "numPresentIdpInd": {{row.People}} }
                """))}}]}
            """;
        await ImportAsync("dtm-admin0", Displaced(("HTI", "Haiti", "2024-03-01", 10), ("HTI", "Haiti", "2024-06-01", 20)), "STOCK");
        Assert.Equal("2024-03 COL 5; 2024-03 HTI 10; 2024-06 HTI 20", await ImportAsync("dtm-admin0", Displaced(("COL", "Colombia", "2024-03-01", 5)), "STOCK"));
        // The round of March has another day now.
        Assert.Equal("2024-03 COL 5; 2024-03 HTI 11; 2024-06 HTI 20", await ImportAsync("dtm-admin0", Displaced(("HTI", "Haiti", "2024-03-05", 11)), "STOCK"));

        static string Incidents(params (string Id, string Day, int People)[] rows) => $"[{string.Join(',', rows.Select(row => $$"""
            {"web_id": "{{row.Id}}", "reported_date": "{{row.Day}}", "country_of_incident": "Panama", "migration_route": "Darien", "cause_death": "", "location_description": "", "url": "",
             "information_source": "", "total_dead_and_missing": "{{row.People}}", "number_dead": "{{row.People}}", "number_missing": "", "number_of_survivors": "", "number_of_female": "",
             "number_of_male": "", "number_of_children": "", "location_coodinates": "8.1, -77.5"}
            """))}]";
        Assert.Equal("PAN 58", await ImportAsync("missing-migrants-api", Incidents(("A", "2021-05-03", 50), ("B", "2021-05-09", 1), ("C", "2021-07-01", 7)), "INCIDENT"));
        Assert.Equal("PAN 60", await ImportAsync("missing-migrants-api", Incidents(("D", "2020-01-03", 2)), "INCIDENT"));
        Assert.Equal("PAN 53", await ImportAsync("missing-migrants-api", Incidents(("A", "2021-05-04", 50), ("B", "2021-05-09", 1)), "INCIDENT"));
    }

    [Fact]
    public void A_span_holds_what_begins_in_it_and_not_a_longer_period()
    {
        var months = PeriodSpan.Of([Period.Read("2023-02-14")!.Value, Period.Read("2023-04-02")!.Value], 'M')!;
        Assert.Equal("2023-02..2023-04", months.ToString());
        Assert.Equal(months, PeriodSpan.Read(months.ToString()));
        Assert.Null(PeriodSpan.Read("2023-02"));
        Assert.Equal([true, true, true, false, false, false, true],
            new[] { "2023-02-01", "2023-03", "2023-04-30", "2023-05-01", "2023", "2023-Q1", "2023-W17" }.Select(code => months.Holds(Period.Read(code)!.Value)));
        Assert.Equal("2022..2023", PeriodSpan.Of([Period.Read("2022-W52")!.Value, Period.Read("2023-01-05")!.Value], 'A')!.ToString());
    }

    [Theory, OnEachEngine]
    public async Task A_file_of_a_country_leaves_the_others_as_they_are(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        const string Within = """["COUNTRY", "DATA_SOURCE"]""";
        await office.ImportAsync(Header + "2023-01,HTI,flood,10\n2023-01,HT03,flood,4\n2023-02,HTI,flood,20\n2023-01,HTI,quake,7\n", Mapped("months", Within));
        var first = office.Time.GetUtcNow();
        office.Time.Set(first.AddDays(1));
        await office.ImportAsync(Header + "2023-01,COL,flood,100\n", Mapped("months", Within));
        Assert.Equal("COL 100; HT03 4; HTI 37", await ByAsync(office, "ref_area"));

        // January of the flood in Haiti is corrected, one of its departments taken back; its February, the other operation and Colombia stay.
        office.Time.Set(first.AddDays(2));
        var third = await office.ImportAsync(Header + "2023-01,HTI,flood,11\n", Mapped("months", Within));
        Assert.Single(third.Replaced);
        Assert.Equal("COL 100; HTI 38", await ByAsync(office, "ref_area"));
        Assert.Equal("2023-01 118; 2023-02 20", await ByAsync(office, "month"));
        Assert.Equal("COL 100; HT03 4; HTI 37", await ByAsync(office, "ref_area", first.AddDays(1)));
        Assert.Equal("HT03 4; HTI 37", await ByAsync(office, "ref_area", first));
        Assert.Equal(["2 2023-02 HTI 20", "2 2023-01 HTI 7"], [.. (await RowsAsync(office, "ref_area=HTI")).Where(row => row.Import != third.Id).Select(row => $"{(row.Line > 1 ? 2 : 0)} {row.Codes["TIME_PERIOD"]} {row.Codes["REF_AREA"]} {row.Value}")]);

        // Everything of Haiti in one file: its first import stands no more at all.
        office.Time.Set(first.AddDays(3));
        await office.ImportAsync(Header + "2023-01,HTI,flood,1\n2023-02,HTI,flood,2\n2023-01,HTI,quake,3\n", Mapped("all", Within));
        Assert.Equal("COL 100; HTI 6", await ByAsync(office, "ref_area"));
        Assert.Equal(2, (await office.Live.GetAsync(CancellationToken.None)).Count(import => import.StandsAt(null)));
        Assert.Equal("COL 100; HTI 38", await ByAsync(office, "ref_area", first.AddDays(2)));
    }

    private static async Task<IReadOnlyList<SourceRow>> RowsAsync(FlowsOffice office, string where) =>
        (await office.Flows.RowsAsync(new FlowsQuery { Where = [where] }, RowScope.Node, 0, 100, CancellationToken.None)).Rows.ToList();

    [Theory, OnEachEngine]
    public async Task The_same_bytes_of_a_series_never_count_twice_whatever_the_mapping_says_now(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        const string Rows = Header + "2023-01,PAN,a,10\n";
        await office.ImportAsync(Rows, Mapped("nothing"));
        var first = office.Time.GetUtcNow();
        office.Time.Set(first.AddDays(1));
        Assert.Single((await office.ImportAsync(Rows, Mapped("nothing", publisher: "Office of the valley"))).Replaced);
        Assert.Equal("2023-01 10", await ByAsync(office, "month"));
        Assert.Equal("2023-01 10", await ByAsync(office, "month", first));
        await office.ImportAsync(Header + "2023-01,PAN,a,5\n", Mapped("nothing"));
        Assert.Equal("2023-01 15", await ByAsync(office, "month"));
    }

    [Theory, OnEachEngine]
    public async Task A_correction_of_which_more_than_a_tenth_is_refused_counts_only_when_somebody_says_so(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        var year = Header + string.Concat(Enumerable.Range(1, 12).Select(month => $"2023-{month:00},PAN,a,10\n"));
        await office.ImportAsync(year, Mapped("all"));
        var broken = Header + "2023-01,PAN,a,10\n" + string.Concat(Enumerable.Range(2, 11).Select(month => $"{month:00}/2023,PAN,a,10\n"));
        FlowsImport Import(bool accept, bool dryRun) =>
            new("days.csv", new MemoryStream(Encoding.UTF8.GetBytes(broken)), MappingShelf.Read(Mapped("all"), "days"), dryRun) { AcceptRefused = accept };
        var refused = await Assert.ThrowsAsync<Problem>(() => office.Imports.RunAsync(Import(false, false), TestDatabase.Alice, CancellationToken.None));
        Assert.Equal(FlowsProblems.ManyRefused, refused.Kind);
        Assert.Equal((12L, 11L), (refused.Values.Single(value => value.Name == "read").Value, refused.Values.Single(value => value.Name == "refused").Value));
        Assert.Equal("2023 120", await ByAsync(office, "year"));
        Assert.True((await office.Imports.RunAsync(Import(false, true), TestDatabase.Alice, CancellationToken.None)).NeedsAcceptance);
        Assert.NotNull((await office.Imports.RunAsync(Import(true, false), TestDatabase.Alice, CancellationToken.None)).Id);
        Assert.Equal("2023 10", await ByAsync(office, "year"));
        await using var connection = await office.Database.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(1L, await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "select count(*) from platform_audit_entries where change = 'flows.import.committed' and details like '%\"AcceptRefused\":true%'"));
    }

    [Theory]
    [InlineData("once a month", 1)]
    [InlineData("a month pasted twice", 13)]
    [InlineData("people one by one", 0)]
    public async Task Rows_that_stand_twice_are_told_where_it_is_hardly_chance(string file, int repeated)
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        var table = string.Concat(Enumerable.Range(0, 36).Select(row => $"2023-{1 + (row % 3):00},A{row / 3},a,{row}\n"));
        var rows = Header + file switch
        {
            "once a month" => table + "2023-01,A0,a,0\n",
            // Once more, with as many people of whom two are alike, so that numbers of the same categories differ.
            "a month pasted twice" => table + "2023-02,A0,a,77\n2023-02,A0,a,77\n" + string.Concat(Enumerable.Range(0, 12).Select(row => $"2023-02,A{row},a,{(row * 3) + 1}\n")),
            _ => string.Concat(Enumerable.Range(0, 300).Select(row => $"2023-{1 + (row % 3):00},A{row % 7},a,1\n")),
        };
        var report = await office.ImportAsync(rows, Mapped("all"));
        var warning = report.File!.Issues.Kept.Where(issue => issue.Code == "flows.rows_repeated").ToList();
        Assert.Equal(repeated > 0 ? [$"{repeated}"] : [], warning.Select(issue => issue.Value));
    }

    [Fact]
    public async Task Scopes_that_cannot_be_right_are_refused()
    {
        await using var office = await FlowsOffice.OpenAsync(Engine.Sqlite);
        foreach (var (replaces, within) in (IEnumerable<(string, string)>)[("nothing", """["REF_AREA"]"""), ("all", """["TIME_PERIOD"]"""), ("all", """["OBS_VALUE"]"""), ("all", """["PLANET"]"""), ("all", """["COUNTRY", "COUNTRY"]""")])
        {
            var refused = await Assert.ThrowsAsync<Problem>(() => office.ImportAsync(Header + "2023-01,PAN,a,1\n", Mapped(replaces, within)));
            Assert.Contains(refused.Kind, (IEnumerable<ProblemKind>)[FlowsProblems.MappingBroken, FlowsProblems.ComponentUnknown]);
        }
    }

    [Theory]
    [InlineData("2026-05-01", "2026-05-01T23:59:59.9990000+00:00")]
    [InlineData("2026-05-01T09:30", "2026-05-01T09:30:00.0000000+00:00")]
    [InlineData("2026-05-01T09:30-05:00", "2026-05-01T14:30:00.0000000+00:00")]
    [InlineData("2026-05", null)]
    [InlineData("yesterday", null)]
    public void A_day_is_its_end_and_a_moment_is_of_UTC_whatever_the_clock_of_the_machine(string typed, string? meant) =>
        Assert.Equal(meant, KnownMoment.Read(typed)?.ToUniversalTime().ToString("O"));
}
