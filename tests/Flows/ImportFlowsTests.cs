using System.Text;
using Dapper;
using Tambo.Flows;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>Files become figures whole or not at all, with their past.</summary>
public sealed class ImportFlowsTests
{
    private const string Header = "month,who,kind,count\n";

    private sealed class Office : IAsyncDisposable
    {
        private readonly TestDatabase database;
        private readonly LiveSegments live;

        private Office(TestDatabase database, SettableTime time)
        {
            (this.database, Time) = (database, time);
            var settings = NodeSettings.Of(database.Settings.Folder);
            Blobs = new BlobStore(database.Db, settings.Folder);
            live = new LiveSegments(database.Db, Blobs);
            Imports = new ImportFlows(database.Db, Blobs, settings, live);
            BrokenOff = new BrokenOffImports(database.Db, settings, live);
        }

        public SettableTime Time { get; }

        public TestDatabase Database => database;

        public BlobStore Blobs { get; }

        public ImportFlows Imports { get; }

        public BrokenOffImports BrokenOff { get; }

        public static async Task<Office> OpenAsync(Engine engine)
        {
            var time = new SettableTime(SettableTime.Noon);
            return new Office(await TestDatabase.CreateAsync(engine, time), time);
        }

        public Task<FlowsImportReport> ImportAsync(string rows, string replaces = "all", bool dryRun = false, string mapping = Mapped) =>
            Imports.RunAsync(
                new FlowsImport("table.csv", new MemoryStream(Encoding.UTF8.GetBytes(Header + rows)), MappingShelf.Read(mapping.Replace("REPLACES", replaces, StringComparison.Ordinal), "valley"), dryRun),
                TestDatabase.Alice, CancellationToken.None);

        public async Task<string> AskAsync(string by, DateTimeOffset? asOf = null, params string[] where)
        {
            var answer = await new QueryFlows(live).RunAsync(new FlowsQuery { By = by.Split(','), Where = where, AsOf = asOf }, CancellationToken.None);
            return string.Join("; ", answer.Figures.Select(figure => $"{string.Join(' ', figure.Labels.Skip(2))} {figure.Sure}{(figure.Maybe > 0 ? $"-{figure.Sure + figure.Maybe}" : "")}"));
        }

        public async Task<T> ReadAsync<T>(string sql)
        {
            await using var connection = await database.Db.ReadAsync(CancellationToken.None);
            return (await connection.ExecuteScalarAsync<T>(sql))!;
        }

        public async ValueTask DisposeAsync()
        {
            live.Dispose();
            await database.DisposeAsync();
        }
    }

    private const string Mapped =
        """
        {
          "name": "valley", "version": 1, "dataflow": "FLOW", "replaces": "REPLACES",
          "series": { "code": "VALLEY", "publisher": "Office of the valley" },
          "constants": { "UNIT_MEASURE": "PS", "REF_AREA": "ZZZ" },
          "leave_out": [ { "column": "who", "values": [ "Total" ], "why": "total" } ],
          "columns": [
            { "from": [ "month" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM", "frequency": "M" } ] },
            { "from": [ "who" ], "to": [ "CITIZENSHIP" ], "codes": "countries" },
            { "from": [ "kind" ], "to": [ "AGE" ], "values": {
                "adults": [ { "to": { "AGE": "Y_GE18" } } ], "children": [ { "to": { "AGE": "Y_LT18" } } ],
                "families": [ { "to": { "AGE": "_T" }, "carried": "bounded", "why": "family_units_mix_ages" } ] } },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": { "thousands": "." , "decimal": ",", "unknown": [ "n/d" ] } }
          ]
        }
        """;

    [Theory, OnEachEngine]
    public async Task A_file_becomes_figures_and_the_ledger_says_what_its_categories_became(Engine engine)
    {
        await using var office = await Office.OpenAsync(engine);
        var report = await office.ImportAsync("2023-01,Venezuela,adults,1.200\n2023-01,HTI,children,7\n2023-01,HTI,families,30\n2023-02,Haïti,children,n/d\n2023-01,Total,adults,1237\n,,,\n");
        Assert.Equal((5, 4, 0, 1), (report.File!.Read, report.File.Kept, report.File.Refused, report.File.LeftOut));
        Assert.Equal("2023-01 HTI 37; 2023-01 VEN 1200; 2023-02 HTI 0", await office.AskAsync("month,citizenship"));
        Assert.Equal("2023-01 HTI 7-37; 2023-02 HTI 0", await office.AskAsync("month,citizenship", null, "age=0-17"));
        var line = Assert.Single(report.File.Ledger, line => line.Carried == Carried.Bounded);
        Assert.Equal(("families", "_T", 1L, 30L), (line.Value, line.Became, line.Rows, line.Sum));
        Assert.Equal(1, await office.ReadAsync<long>("select count(*) from flows_ledger where carried = 'bounded' and sum = 30"));
    }

    [Theory, OnEachEngine]
    public async Task A_bad_row_is_refused_by_line_and_code_and_the_rest_comes_in(Engine engine)
    {
        await using var office = await Office.OpenAsync(engine);
        var report = await office.ImportAsync("2023-13,VEN,adults,1\n2023-01,Nowhere,adults,1\n2023-01,VEN,grown-ups,1\n2023-01,VEN,adults,-4\n2023-01,VEN,adults,1.2\n2031-01,VEN,adults,1\n2023-01,VEN,adults,5\n");
        Assert.Equal((1, 6), (report.File!.Kept, report.File.Refused));
        Assert.Equal(
            ["2 flows.date_unknown 1", "3 flows.code_unknown 2", "4 flows.value_unmapped 3", "5 flows.number_negative 4", "6 flows.number_unknown 4", "7 flows.date_future 1"],
            report.File.Issues.Kept.Select(issue => $"{issue.Line} {issue.Code} {issue.Column}"));
        Assert.Equal(6, await office.ReadAsync<long>("select count(*) from flows_issues where severity = 'error'"));
        Assert.Equal("VEN 5", await office.AskAsync("citizenship"));
    }

    [Theory, OnEachEngine]
    public async Task The_same_file_twice_changes_nothing_and_a_corrected_one_is_a_new_vintage(Engine engine)
    {
        await using var office = await Office.OpenAsync(engine);
        var first = await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n");
        var then = office.Time.GetUtcNow();
        office.Time.Set(then.AddDays(1));
        Assert.True((await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n")).Unchanged);
        var second = await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,25\n");
        Assert.Equal([first.Id!.Value], second.Replaced);
        Assert.Equal("2023-01 10; 2023-02 25", await office.AskAsync("month"));
        Assert.Equal("2023-01 10; 2023-02 20", await office.AskAsync("month", then.AddHours(1)));
        Assert.Equal("", await office.AskAsync("month", then.AddHours(-1)));

        // Back to the first file: it is known, and counts again from now on.
        office.Time.Set(then.AddDays(2));
        Assert.NotNull((await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n")).Id);
        Assert.Equal("2023-01 10; 2023-02 20", await office.AskAsync("month"));
        Assert.Equal("2023-01 10; 2023-02 25", await office.AskAsync("month", then.AddDays(1).AddHours(1)));
    }

    [Theory, OnEachEngine]
    public async Task A_file_of_some_months_stands_instead_of_these_months_alone(Engine engine)
    {
        await using var office = await Office.OpenAsync(engine);
        await office.ImportAsync("2023-01,VEN,adults,10\n2023-02,VEN,adults,20\n2023-02,HTI,adults,2\n", "periods");
        var then = office.Time.GetUtcNow();
        office.Time.Set(then.AddDays(1));
        await office.ImportAsync("2023-02,VEN,adults,25\n2023-03,VEN,adults,30\n", "periods");
        Assert.Equal("2023-01 10; 2023-02 25; 2023-03 30", await office.AskAsync("month"));
        Assert.Equal("2023-01 10; 2023-02 22", await office.AskAsync("month", then));
    }

    [Theory, OnEachEngine]
    public async Task Nothing_is_written_when_it_is_only_tried_or_when_no_row_can_be_used(Engine engine)
    {
        await using var office = await Office.OpenAsync(engine);
        var tried = await office.ImportAsync("2023-01,VEN,adults,10\n", dryRun: true);
        Assert.Equal((null, 1L), (tried.Id, tried.File!.Kept));
        var refused = await Assert.ThrowsAsync<Problem>(() => office.ImportAsync("nothing,VEN,adults,10\n"));
        Assert.Equal(FlowsProblems.ImportEmpty, refused.Kind);
        Assert.Equal("", await office.AskAsync("month"));
        Assert.Equal((0L, 1L), (await office.ReadAsync<long>("select count(*) from flows_imports where state = 'standing'"), await office.ReadAsync<long>("select count(*) from flows_imports where state = 'broken_off'")));
        Assert.Empty(Directory.GetFiles(Path.Combine(office.Database.Settings.Folder, "staging")));
    }

    [Theory, OnEachEngine]
    public async Task An_import_that_the_machine_did_not_survive_is_marked_by_the_next_start(Engine engine)
    {
        await using var office = await Office.OpenAsync(engine);
        await office.ImportAsync("2023-01,VEN,adults,10\n");
        await using (var change = await office.Database.Db.BeginAsync(TestDatabase.Alice, "test.cut", "flows", CancellationToken.None))
        {
            await change.ExecuteAsync("update flows_imports set state = 'reading', committed_at = null");
            await change.CommitAsync(CancellationToken.None);
        }

        office.Time.Set(office.Time.GetUtcNow().AddDays(2));
        var marked = Assert.Single(await office.BrokenOff.MarkAsync(CancellationToken.None));
        Assert.Equal(("VALLEY", "table.csv"), (marked.Series, marked.FileName));
        Assert.Empty(await office.BrokenOff.MarkAsync(CancellationToken.None));
        Assert.Equal("broken_off", await office.ReadAsync<string>("select state from flows_imports"));
    }

    [Fact]
    public async Task Mappings_that_cannot_be_right_are_refused()
    {
        await using var office = await Office.OpenAsync(Engine.Sqlite);
        async Task<ProblemKind> Refusal(string from, string to) =>
            (await Assert.ThrowsAsync<Problem>(() => office.ImportAsync("2023-01,VEN,adults,10\n", mapping: Mapped.Replace(from, to, StringComparison.Ordinal)))).Kind;
        Assert.Equal(FlowsProblems.ColumnMissing, await Refusal("\"from\": [ \"who\" ]", "\"from\": [ \"whom\" ]"));
        Assert.Equal(FlowsProblems.ComponentUnknown, await Refusal("\"CITIZENSHIP\"", "\"PASSPORT\""));
        Assert.Equal(FlowsProblems.ComponentUnknown, await Refusal("\"UNIT_MEASURE\": \"PS\", ", ""));
        Assert.Equal(FlowsProblems.MappingBroken, await Refusal("\"AGE\": \"Y_LT18\"", "\"AGE\": \"children\""));
        Assert.Equal(FlowsProblems.MappingBroken, await Refusal("\"to\": [ \"OBS_VALUE\" ]", "\"to\": [ \"SEX\" ]"));
        Assert.Equal(FlowsProblems.MappingBroken, await Refusal("\"adults\": [ {", "\"adults\": [ { \"to\": { \"AGE\": \"Y_GE21\" }, \"until\": \"2024-01-01\" }, {"));
        Assert.Equal(FlowsProblems.MappingBroken, await Refusal("\"version\": 1", "\"vers\": 1"));
    }

    [Fact]
    public void A_value_may_mean_another_thing_from_a_day_on()
    {
        var mapping = MappingShelf.Read(Mapped.Replace("REPLACES", "all", StringComparison.Ordinal).Replace(
            "\"adults\": [ { \"to\": { \"AGE\": \"Y_GE18\" } } ]",
            "\"adults\": [ { \"to\": { \"AGE\": \"Y_GE21\" }, \"until\": \"2020-12-31\" }, { \"to\": { \"AGE\": \"Y_GE18\" }, \"from\": \"2021-01-01\" } ]", StringComparison.Ordinal), "valley");
        using var segment = new MemoryStream();
        var done = new HarmoniseFile(mapping.Mapping, new DateOnly(2026, 1, 1), 2).Run(
            new MemoryStream(Encoding.UTF8.GetBytes(Header + "2020-05,VEN,adults,1\n2021-05,VEN,adults,2\n2021-05,VEN,children,4\n")), segment, CancellationToken.None);
        Assert.Equal(["adults|2020-05 Y_GE21", "adults|2021-05 Y_GE18", "children|2021-05 Y_LT18"], done.Ledger.Where(line => line.Rule == 3).Select(line => $"{line.Value} {line.Became}"));
    }

    [Fact]
    public void A_segment_is_the_same_however_many_threads_made_it()
    {
        var random = new Random(5);
        var rows = new StringBuilder(Header);
        string[] who = ["VEN", "HTI", "COL", "Ecuador", "CUB"];
        for (var row = 0; row < 400_000; row++)
            rows.Append($"{2018 + random.Next(5)}-{1 + random.Next(12):00},{who[random.Next(5)]},{(random.Next(2) == 0 ? "adults" : "children")},{random.Next(900)}\n");
        var bytes = Encoding.UTF8.GetBytes(rows.ToString());
        var mapping = MappingShelf.Read(Mapped.Replace("REPLACES", "all", StringComparison.Ordinal), "valley").Mapping;
        byte[] Made(int threads)
        {
            using var segment = new MemoryStream();
            new HarmoniseFile(mapping, new DateOnly(2026, 1, 1), threads).Run(new MemoryStream(bytes), segment, CancellationToken.None);
            return segment.ToArray();
        }

        var one = Made(1);
        Assert.True(bytes.Length > 3 * (1 << 21));
        Assert.Equal(one, Made(2));
        Assert.Equal(one, Made(5));
    }

    [Fact]
    public void Every_shipped_mapping_can_be_right()
    {
        var names = MappingShelf.Names(Path.GetTempPath());
        Assert.Contains("usa-southwest-border", names);
        Assert.All(names, name => Assert.Equal(name, MappingShelf.Find(name, Path.GetTempPath()).Mapping.Name));
        Assert.Equal("ECU", CountryWords.Find("ecuador"));
        Assert.NotEmpty(ShippedTable.Folder);
    }
}
