using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Tambo.Bench.Feedback;
using Tambo.Bench.Flows;
using Tambo.Bench.Running;
using Tambo.Flows.Collecting;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Settings;

namespace Tambo.Bench.Collect;

/// <summary>
/// collect [--rounds N] [--groups N] [--kills N]: groups from the field, one a request, to a real node on SQLite; while it is
/// killed again and again; and the floor of the disk in the same run.
/// </summary>
internal static class CollectBench
{
    private const int Connections = 64;

    /// <summary>Acknowledged submissions a second of ODK Central with its database on such a machine (median of three runs, 8 fields, session token).</summary>
    private const double OdkCentral = 100;

    private static readonly string Token = "tambo_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));

    public static async Task<int> RunAsync(string[] args)
    {
        var (rounds, groups, kills) = (Results.Option(args, "--rounds", 3), Results.Option(args, "--groups", 20_000), Results.Option(args, "--kills", 10));
        var load = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";
        var runs = new List<(FieldRun Run, double Cpu, double Floor, long Rows, long Lines, double Answered, double[] Asked)>();
        for (var round = 1; round <= rounds; round++)
        {
            runs.Add(await RoundAsync(groups));
            await Results.ProgressAsync($"round {round}: {groups / runs[^1].Run.Seconds:N0}/s, p99 {Spread.Percentile(runs[^1].Run.Milliseconds, 0.99):N1} ms, dashboards {Spread.Percentile(runs[^1].Asked, 0.5):N1} ms, {runs[^1].Cpu / groups * 1e6:N0} µs; floor {runs[^1].Floor:N0}/s");
        }

        var killed = await KilledAsync(groups, kills);
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            {groups:N0} groups, each one request with a token, over {Connections} connections to `tambo serve` on SQLite (synchronous=FULL); client and node
            share the machine. Each is checked, kept as it was sent with its hash and its own line of the chained audit, and on the disk before it
            is acknowledged; what many devices send at a time is one transaction. Floor: a bare server in the
            same run takes the same requests, reads the JSON and its date, and writes a row and a line of each, with group commit and synchronous=FULL: no
            signing in, checks, hashes, languages or limits. Min / median / max over {rounds} rounds, each on a new node.

            | | acknowledged/s | of the floor | of ODK Central's {OdkCentral:N0}/s | p50 ms | p99 ms | node's CPU µs each | in figures after, s |
            |---|---|---|---|---|---|---|---|
            | one group a request | {Spread.Of(runs.Select(r => groups / r.Run.Seconds))} | {Spread.Of(runs.Select(r => groups / r.Run.Seconds / r.Floor), "N2")} | {Spread.Of(runs.Select(r => groups / r.Run.Seconds / OdkCentral), "N0")}× | {Spread.Of(runs.Select(r => Spread.Percentile(r.Run.Milliseconds, 0.5)), "N1")} | {Spread.Of(runs.Select(r => Spread.Percentile(r.Run.Milliseconds, 0.99)), "N1")} | {Spread.Of(runs.Select(r => r.Cpu / groups * 1e6))} | {Spread.Of(runs.Select(r => r.Answered), "N2")} |
            | floor | {Spread.Of(runs.Select(r => r.Floor))} | | | | | | |

            Meanwhile one after the other of {Dashboards.Length} dashboards' figures of the same point was asked, ten a second, with all records acknowledged a
            second before in them:

            | figures asked meanwhile | p50 ms | p95 ms | slowest ms | goal |
            |---|---|---|---|---|
            | {Spread.Of(runs.Select(r => (double)r.Asked.Length))} | {Spread.Of(runs.Select(r => Spread.Percentile(r.Asked, 0.5)), "N1")} | {Spread.Of(runs.Select(r => Spread.Percentile(r.Asked, 0.95)), "N1")} | {Spread.Of(runs.Select(r => r.Asked[^1]), "N1")} | under 100 |

            | | sent | taken | rows | audit lines | lost | doubled |
            |---|---|---|---|---|---|---|
            {string.Join('\n', runs.Select((r, i) => string.Create(CultureInfo.InvariantCulture, $"| round {i + 1} | {groups:N0} | {r.Run.Taken:N0} | {r.Rows:N0} | {r.Lines:N0} | {Math.Max(0, groups - r.Rows)} | {Math.Max(0, r.Rows - groups)} |")))}
            | {killed.Kills} × kill -9 meanwhile, all sent again afterwards | {killed.Sent:N0} | {killed.Acknowledged:N0} before | {killed.Rows:N0} | {killed.Lines:N0} | {killed.Lost} | {Math.Max(0, killed.Rows - killed.Sent)} |

            Killed: the node dies without warning while devices send, and is started again on the same folder; lost is what was acknowledged and
            is not on the disk. ODK Central's figure was measured apart, on a machine of the same kind (its backend with PostgreSQL, a form of eight
            fields, p99 181 ms, 12 ms of CPU each; 32 a second while the machine was loaded); it does more with a form than this does. Goals: 30 times its submissions a second, a third of the floor,
            p99 at most 25 ms, figures within 2 s, dashboards under 100 ms meanwhile, none lost, none doubled. Load of the machine before: {load}.
            """);
        await Results.WriteAsync("collect", "Groups from the field", text);
        return 0;
    }

    private static string[] Records(int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        return [.. Enumerable.Range(0, count).Select(_ => FieldLoad.Record(Guid.CreateVersion7(now), now))];
    }

    private static readonly string[] Dashboards = ["by=day", "by=citizenship", "by=sex,age", "by=day,citizenship&top=5&topOf=citizenship"];

    private static async Task<(FieldRun, double, double, long, long, double, double[])> RoundAsync(int groups)
    {
        using var folder = new Folder();
        await using var node = new ServedNode(folder.Path);
        await PrepareAsync(node);
        var reader = await ServedDashboards.TokenAsync(node.Data);
        var floor = await FloorAsync(folder.Path, groups);
        await node.StartAsync();
        var load = new FieldLoad(new Uri(node.Address).Port, Token, Connections);
        // A node that has just started compiles what it runs: the first records are not the burst.
        await load.SendAsync(Records(3000));
        foreach (var question in Dashboards)
            await ServedDashboards.AskAsync(node.Address, question, reader, 0);
        var cpu = node.CpuSeconds;
        var sending = load.SendAsync(Records(groups));
        var asked = await AskAsync(node, reader, sending);
        var run = await sending;
        cpu = node.CpuSeconds - cpu;
        var answered = await AnsweredAsync(node, (groups + 3000L) * 4);
        await node.StopAsync();
        var (rows, lines) = await CountAsync(node.Data);
        return (run, cpu, floor, rows - 3000, lines - 3000, answered, asked);
    }

    // Ten times a second until the last record is acknowledged.
    private static async Task<double[]> AskAsync(ServedNode node, string reader, Task sending)
    {
        var times = new List<double>();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!sending.IsCompleted && await timer.WaitForNextTickAsync())
            times.Add((await ServedDashboards.AskAsync(node.Address, Dashboards[times.Count % Dashboards.Length], reader, times.Count)).Milliseconds);
        times.Sort();
        return [.. times];
    }

    private static async Task<KilledRun> KilledAsync(int groups, int kills)
    {
        using var folder = new Folder();
        await using var node = new ServedNode(folder.Path);
        await PrepareAsync(node);
        var records = Records(groups);
        var (done, acknowledged) = (0, 0);
        foreach (var part in records.Chunk(Math.Max(1, groups / Math.Max(1, kills))))
        {
            await node.StartAsync();
            var load = new FieldLoad(new Uri(node.Address).Port, Token, Connections);
            var sending = load.SendAsync(part);
            // Always in the midst of sending.
            while (load.Acknowledged < part.Length / 2 && !sending.IsCompleted)
                await Task.Delay(1);
            await node.KillAsync();
            done++;
            await sending;
            acknowledged += load.Acknowledged;
        }

        var (kept, _) = await CountAsync(node.Data);
        await node.StartAsync();
        await new FieldLoad(new Uri(node.Address).Port, Token, Connections).SendAsync(records);
        await node.StopAsync();
        var (rows, lines) = await CountAsync(node.Data);
        return new KilledRun(done, groups, acknowledged, rows, lines, Math.Max(0, acknowledged - kept));
    }

    // A point, and a person with a token; the node itself is started once, so that its tables are there.
    private static async Task PrepareAsync(ServedNode node)
    {
        await node.StartAsync();
        await node.StopAsync();
        await TamboProgram.RunAsync("user", "add", "enzo", "--role", "enumerator", "--data", node.Data);
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(node.Data), TimeProvider.System, CancellationToken.None);
        var actor = Actor.OperatingSystem("bench");
        var now = TimeProvider.System.GetUtcNow();
        await new LivePoints(db, new TableNames(TextCatalog.Load([typeof(TextCatalog).Assembly, typeof(LivePoints).Assembly]), new NodeFile())).SaveAsync(
            new Point { Id = Guid.CreateVersion7(now), Code = "BENCH", Names = new Dictionary<string, string> { ["en"] = "Bench" }, Country = "PAN", TimeZone = "America/Panama", Series = "FM-BENCH" },
            actor, CancellationToken.None);
        await using var change = await db.BeginAsync(actor, "access.token_created", "bench", CancellationToken.None);
        await change.ExecuteAsync(
            """
            insert into platform_tokens (id, user_id, name, hash, permissions, created_at, expires_at)
            select @Id, id, 'bench', @Hash, 'flows.collect', @now, @Until from platform_users where sign_in_name = 'enzo'
            """,
            new { Id = Guid.CreateVersion7(now), Hash = HashOf(Token), now, Until = now.AddDays(1) });
        await change.CommitAsync(CancellationToken.None);
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(secret)));

    /// <summary>The least that can be done: another process on the same server and engine takes the same requests, reads them, and writes a row and a line of each.</summary>
    private static async Task<double> FloorAsync(string folder, int groups)
    {
        await using var bare = await BareField.StartAsync(Path.Combine(folder, "floor.db"));
        var load = new FieldLoad(new Uri(bare.Address).Port, Token, Connections);
        await load.SendAsync(Records(3000));
        var run = await load.SendAsync(Records(groups));
        return groups / run.Seconds;
    }

    // Until the figures of the node say all of them, asked from outside.
    private static async Task<double> AnsweredAsync(ServedNode node, long persons)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30))
        {
            var (_, _, output) = await TamboProgram.RunAsync("query", "flows", "--by", "citizenship", "--data", node.Data);
            if (output.Contains(persons.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
                break;
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<(long Rows, long Lines)> CountAsync(string data)
    {
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(data), TimeProvider.System, CancellationToken.None);
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return (await connection.ExecuteScalarAsync<long>("select count(*) from flows_groups"),
            await connection.ExecuteScalarAsync<long>("select count(*) from platform_audit_entries where change = 'flows.group.recorded'"));
    }

    private sealed record KilledRun(int Kills, int Sent, int Acknowledged, long Rows, long Lines, long Lost);

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("tambo-bench-collect-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
