using System.Globalization;
using System.Text;
using Tambo.Platform.Database;
using Tambo.Bench.Running;

namespace Tambo.Bench.Writes;

/// <summary>
/// writes [--rounds N] [--seconds S]: durable writes with their audit lines, at 100 a second and as fast as 64 writers can,
/// on SQLite and PostgreSQL, beside what the disk can do in the same round.
/// </summary>
internal static class WritesBench
{
    private const int Pace = 100;
    private const int Writers = 64;
    private const int BurstSeconds = 4;
    private const double FloorSeconds = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var (rounds, seconds) = (Results.Option(args, "--rounds", 3), Results.Option(args, "--seconds", 20));
        var folder = Directory.CreateTempSubdirectory("tambo-bench-writes-").FullName;
        var binaries = ThrowawayPostgres.Binaries();
        using var cluster = binaries is null ? null : ThrowawayPostgres.Start(binaries, durable: true);
        try
        {
            var engines = new List<EngineRuns> { await EngineRuns.OpenAsync("SQLite", new DatabaseSettings(Path.Combine(folder, "node"))) };
            if (cluster is not null)
                engines.Add(await EngineRuns.OpenAsync("PostgreSQL", new DatabaseSettings(folder, cluster.ConnectionString + ";Pooling=true;Maximum Pool Size=80")));
            foreach (var engine in engines)
                await engine.Load.BurstAsync(Writers, BurstSeconds);
            for (var round = 1; round <= rounds; round++)
                foreach (var engine in engines)
                    await RoundAsync(engine, round, seconds, folder);

            foreach (var engine in engines)
                await engine.DisposeAsync();
            await Results.WriteAsync("writes", "Durable writes with audit", Tables(engines, seconds, cluster is null));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RoundAsync(EngineRuns engine, int round, int seconds, string folder)
    {
        engine.Floors.Add(DiskFloor.PerSecond(folder, FloorSeconds));
        engine.Bursts.Add(await engine.Load.BurstAsync(Writers, BurstSeconds));
        engine.Paced.Add(await engine.Load.PacedAsync(Pace, seconds));
        await Results.ProgressAsync($"round {round}: {engine.Name}: floor {engine.Floors[^1]:N0}/s, burst {engine.Bursts[^1].PerSecond:N0}/s, paced p99 {Spread.Percentile(engine.Paced[^1].Milliseconds, 0.99):N1} ms");
    }

    private static string Tables(List<EngineRuns> engines, int seconds, bool noPostgres)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            One write is what a part does for one form sent in: a change begun, one row of some 200 bytes inserted, and a commit that returns when
            row and hash-chained audit line are on the disk (SQLite: synchronous=FULL, group commit; PostgreSQL: fsync and synchronous_commit on).
            Writes are made in this process over the node's database layer: no address of the node lets the public write yet, so HTTP and a
            session's look-up are not in it. At {Pace} a second a write's time counts from the moment it was due ({seconds} s a round); in a burst
            {Writers} writers write again as soon as they are acknowledged ({BurstSeconds} s). The floor is 4 KiB appended and fdatasync, one after the
            other, on the same disk in the same round. Figures are min / median / max over {engines[0].Paced.Count} rounds that interleave the engines.

            | | {Pace}/s: p50 ms | p99 ms | longest ms | CPU µs per write |
            |---|---|---|---|---|

            """);
        foreach (var engine in engines)
            text.Append(CultureInfo.InvariantCulture,
                $"| {engine.Name} | {Times(engine.Paced, 0.5)} | {Times(engine.Paced, 0.99)} | {Times(engine.Paced, 1)} | {Spread.Of(engine.Paced.Select(run => run.CpuMicroseconds))} |\n");
        text.Append(CultureInfo.InvariantCulture, $"""

            | | burst: acknowledged/s | p99 ms | CPU µs per write | fdatasync floor/s | burst : floor |
            |---|---|---|---|---|---|

            """);
        foreach (var engine in engines)
            text.Append(CultureInfo.InvariantCulture,
                $"| {engine.Name} | {Spread.Of(engine.Bursts.Select(run => run.PerSecond))} | {Times(engine.Bursts, 0.99)} | {Spread.Of(engine.Bursts.Select(run => run.CpuMicroseconds))} | {Spread.Of(engine.Floors)} | {Spread.Of(Spread.Ratios(engine.Bursts.Select(run => run.PerSecond), engine.Floors), "0.00")} |\n");
        text.Append("\nGoals, on SQLite: p99 at most 25 ms at 100 a second; a burst at least a third of the floor. Processor time is this process's;\nof PostgreSQL that is the client alone.\n");
        if (noPostgres)
            text.Append("PostgreSQL was not installed.\n");
        return text.ToString();
    }

    private static string Times(IEnumerable<WriteRun> runs, double share) =>
        Spread.Of(runs.Select(run => Spread.Percentile(run.Milliseconds, share)), "N1");

    private sealed class EngineRuns(string name, NodeDb db) : IAsyncDisposable
    {
        public string Name => name;

        public WriteLoad Load { get; } = new(db);

        public List<double> Floors { get; } = [];

        public List<WriteRun> Bursts { get; } = [];

        public List<WriteRun> Paced { get; } = [];

        public static async Task<EngineRuns> OpenAsync(string name, DatabaseSettings settings)
        {
            var db = await NodeDb.OpenAsync(settings, TimeProvider.System, CancellationToken.None);
            await db.MigrateAsync([.. Migration.Of("platform", typeof(NodeDb).Assembly), WriteLoad.Table], CancellationToken.None);
            return new EngineRuns(name, db);
        }

        public ValueTask DisposeAsync() => db.DisposeAsync();
    }
}
