using System.Text;
using Dapper;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Jobs;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows;

/// <summary>Of imports of one series at the same time one counts, and the others are told, in one process and in two.</summary>
public sealed class ImportsAtOnceTests
{
    private const int Rounds = 5;

    /// <summary>One process of a node; on PostgreSQL there may be several of one database.</summary>
    private sealed class Desk : IAsyncDisposable
    {
        private readonly bool owns;

        public Desk(NodeDb db, string folder, bool owns)
        {
            (Db, this.owns) = (db, owns);
            var settings = NodeSettings.Of(folder);
            var blobs = new BlobStore(db, folder);
            Live = new LiveSegments(db, blobs);
            Imports = new ImportFlows(db, blobs, settings, Live);
            BrokenOff = new BrokenOffImports(db, settings, Live);
        }

        public NodeDb Db { get; }

        public LiveSegments Live { get; }

        public ImportFlows Imports { get; }

        public BrokenOffImports BrokenOff { get; }

        public async Task<string> ImportAsync(string rows, string series, IProgress<WorkSoFar>? progress = null)
        {
            try
            {
                var mapping = MappingShelf.Read(FlowsOffice.Valley.Replace("\"VALLEY\"", $"\"{series}\"", StringComparison.Ordinal), "valley");
                var report = await Imports.RunAsync(
                    new FlowsImport("table.csv", new MemoryStream(Encoding.UTF8.GetBytes(FlowsOffice.Header + rows)), mapping, false) { Progress = progress }, TestDatabase.Alice, CancellationToken.None);
                return report.Unchanged ? "unchanged" : "imported";
            }
            catch (Problem problem)
            {
                return problem.Kind.Code;
            }
        }

        public async ValueTask DisposeAsync()
        {
            Live.Dispose();
            if (owns)
                await Db.DisposeAsync();
        }
    }

    private static async Task<(Desk One, Desk Other)> DesksAsync(TestDatabase database, bool twoProcesses)
    {
        var one = new Desk(database.Db, database.Settings.Folder, owns: false);
        if (!twoProcesses)
            return (one, one);
        var folder = Directory.CreateDirectory(Path.Combine(database.Settings.Folder, "other")).FullName;
        var db = await NodeDb.OpenAsync(database.Settings with { Folder = folder }, TimeProvider.System, CancellationToken.None);
        await db.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
        return (one, new Desk(db, folder, owns: true));
    }

    [Theory]
    [InlineData(Engine.Sqlite, false)]
    [InlineData(Engine.Postgres, false)]
    [InlineData(Engine.Postgres, true)]
    public async Task Of_two_first_files_of_a_series_one_counts_and_the_other_is_told_to_look_again(Engine engine, bool twoProcesses)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var (one, other) = await DesksAsync(database, twoProcesses);
        for (var round = 0; round < Rounds; round++)
        {
            var series = $"S{round}";
            // First files, then corrections of what stands.
            foreach (var value in (int[])[10, 20])
            {
                using var both = new Barrier(2);
                var told = await Task.WhenAll(
                    Task.Run(() => one.ImportAsync($"2022-01,VEN,adults,{value}\n", series, new Meeting(both))),
                    Task.Run(() => other.ImportAsync($"2022-01,VEN,adults,{value + 1}\n", series, new Meeting(both))));
                Assert.Equal(["imported", "request.changed_meanwhile"], told.Order(StringComparer.Ordinal));
                // On PostgreSQL the other process hears of it within a second.
                await CaughtUpAsync(one, series);
                await CaughtUpAsync(other, series);
                var figure = Assert.Single((await new QueryFlows(one.Live).RunAsync(new FlowsQuery { Where = [$"series={series}"] }, CancellationToken.None)).Figures).Sure;
                Assert.Equal(told[0] == "imported" ? value : value + 1, figure);
                Assert.Equal(1, await StandingAsync(one, series));
            }
        }

        if (one != other)
            await other.DisposeAsync();
        await one.DisposeAsync();
    }

    [Theory]
    [InlineData(Engine.Sqlite, false)]
    [InlineData(Engine.Postgres, false)]
    [InlineData(Engine.Postgres, true)]
    public async Task The_same_file_twice_at_once_counts_once_and_nothing_else_is_said(Engine engine, bool twoProcesses)
    {
        await using var database = await TestDatabase.CreateAsync(engine);
        var (one, other) = await DesksAsync(database, twoProcesses);
        for (var round = 0; round < Rounds; round++)
        {
            var (series, rows) = ($"S{round}", $"2022-01,VEN,adults,{round}\n" + string.Concat(Enumerable.Range(0, 20_000).Select(_ => "2022-01,HTI,adults,1\n")));
            using var all = new Barrier(3);
            var told = await Task.WhenAll(new[] { one, other, one }.Select(desk => Task.Run(() => desk.ImportAsync(rows, series, new Meeting(all)))));
            Assert.Equal(["imported", "unchanged", "unchanged"], told.Order(StringComparer.Ordinal));
            Assert.Equal(1, await StandingAsync(one, series));
        }

        Assert.Empty(Directory.GetFiles(database.Settings.Folder, "*.part", SearchOption.AllDirectories));
        if (one != other)
            await other.DisposeAsync();
        await one.DisposeAsync();
    }

    [Fact]
    public async Task On_PostgreSQL_an_import_that_another_process_is_at_work_on_is_left_to_it_and_one_that_nobody_holds_is_marked_at_once()
    {
        await using var database = await TestDatabase.CreateAsync(Engine.Postgres);
        var (one, other) = await DesksAsync(database, twoProcesses: true);
        var (reached, goOn) = (new TaskCompletionSource(), new ManualResetEventSlim());
        var importing = Task.Run(() => one.ImportAsync("2022-01,VEN,adults,10\n", "VALLEY", new Waiting(reached, goOn)));
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Empty(await other.BrokenOff.MarkAsync(CancellationToken.None));
        goOn.Set();
        Assert.Equal("imported", await importing);

        // What a process that is no more has left: a row that nobody holds.
        await using (var change = await database.Db.BeginAsync(TestDatabase.Alice, "test.cut", "flows", CancellationToken.None))
        {
            await change.ExecuteAsync("update flows_imports set state = 'reading', committed_at = null");
            await change.CommitAsync(CancellationToken.None);
        }

        Assert.Single(await other.BrokenOff.MarkAsync(CancellationToken.None));
        Assert.Empty(await one.BrokenOff.MarkAsync(CancellationToken.None));
        await other.DisposeAsync();
        await one.DisposeAsync();
    }

    [Theory, OnEachEngine]
    public async Task The_moment_of_an_import_is_taken_when_it_is_written_and_never_before_the_one_it_replaces(Engine engine)
    {
        await using var office = await FlowsOffice.OpenAsync(engine);
        var start = office.Time.GetUtcNow();
        var mapping = MappingShelf.Read(FlowsOffice.Valley, "valley");
        // While its rows are read an hour goes by: until then nothing was known.
        var report = await office.Imports.RunAsync(
            new FlowsImport("table.csv", new MemoryStream(Encoding.UTF8.GetBytes(FlowsOffice.Header + "2022-01,VEN,adults,10\n")), mapping, false) { Progress = new Passing(() => office.Time.Set(start.AddHours(1))) },
            TestDatabase.Alice, CancellationToken.None);
        Assert.NotNull(report.Id);
        Assert.Empty((await office.AskAsync(new FlowsQuery { AsOf = start.AddMinutes(59) })).Figures);
        Assert.Single((await office.AskAsync(new FlowsQuery { AsOf = start.AddHours(1) })).Figures);
        // A clock that was put back.
        office.Time.Set(start.AddMinutes(30));
        await office.ImportAsync("2022-01,VEN,adults,11\n");
        Assert.Equal(10, Assert.Single((await office.AskAsync(new FlowsQuery { AsOf = start.AddHours(1) })).Figures).Sure);
        Assert.Equal(11, Assert.Single((await office.AskAsync(new FlowsQuery { AsOf = start.AddHours(2) })).Figures).Sure);
    }

    private static async Task<long> StandingAsync(Desk desk, string series)
    {
        await using var connection = await desk.Db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>(
            "select count(*) from flows_imports i where series = @series and state = 'standing' and not exists (select 1 from flows_replacements r where r.import_id = i.id)", new { series });
    }

    private static async Task CaughtUpAsync(Desk desk, string series)
    {
        await using var connection = await desk.Db.ReadAsync(CancellationToken.None);
        var count = await connection.ExecuteScalarAsync<long>("select count(*) from flows_imports where series = @series and state = 'standing'", new { series });
        while ((await desk.Live.GetAsync(CancellationToken.None)).Count(import => import.Series == series) < count)
            await Task.Delay(20, TestContext.Current.CancellationToken);
    }

    /// <summary>Goes on when all imports have read their rows: none has been written by then.</summary>
    private sealed class Meeting(Barrier all) : IProgress<WorkSoFar>
    {
        private int met;

        public void Report(WorkSoFar value)
        {
            if (Interlocked.Exchange(ref met, 1) == 0)
                Assert.True(all.SignalAndWait(TimeSpan.FromSeconds(60)));
        }
    }

    private sealed class Waiting(TaskCompletionSource reached, ManualResetEventSlim goOn) : IProgress<WorkSoFar>
    {
        public void Report(WorkSoFar value)
        {
            reached.TrySetResult();
            goOn.Wait(TimeSpan.FromSeconds(30));
        }
    }

    private sealed class Passing(Action pass) : IProgress<WorkSoFar>
    {
        public void Report(WorkSoFar value) => pass();
    }
}
