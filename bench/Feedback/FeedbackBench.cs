using System.Globalization;
using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Bench.Feedback;

/// <summary>
/// feedback [--rounds N] [--posts N] [--kills N]: messages of readers in a burst to a real node on SQLite; then while the
/// node is killed again and again; then from one address beyond its limit.
/// </summary>
internal static class FeedbackBench
{
    private const int Connections = 50;

    public static async Task<int> RunAsync(string[] args)
    {
        var (rounds, posts, kills) = (Results.Option(args, "--rounds", 3), Results.Option(args, "--posts", 5000), Results.Option(args, "--kills", 20));
        var loadBefore = LoadNow();
        var bursts = new List<(PostingRun Run, long Rows, double Cpu)>();
        for (var round = 1; round <= rounds; round++)
        {
            bursts.Add(await BurstAsync(posts));
            await Results.ProgressAsync($"round {round}: {posts / bursts[^1].Run.Seconds:N0}/s, p99 {Spread.Percentile(bursts[^1].Run.Milliseconds, 0.99):N1} ms");
        }

        var killed = await KilledAsync(posts, kills);
        await Results.ProgressAsync($"killed {killed.Kills} times: {killed.Rows} rows, {killed.Unanswered} connections broken");
        var flood = await FloodAsync();
        var text = string.Create(CultureInfo.InvariantCulture, $"""
            {posts:N0} messages, each with a key and a forwarded address of its own, over {Connections} connections to `tambo serve` on SQLite behind a
            trusted proxy; one in ten tells of harm. Each is one transaction with its audit line, forced to the disk before it is
            acknowledged; text sealed, code derived. Client and node share the machine; a request's time is the client's, from sending
            to the code. Figures are min / median / max over {rounds} rounds, each on a new node.

            | burst | acknowledged/s | p50 ms | p99 ms | longest ms | node's CPU µs per message |
            |---|---|---|---|---|---|
            | {posts:N0} posts | {Spread.Of(bursts.Select(b => posts / b.Run.Seconds))} | {Times(bursts, 0.5)} | {Times(bursts, 0.99)} | {Times(bursts, 1)} | {Spread.Of(bursts.Select(b => b.Cpu / posts * 1e6))} |

            | | sent | acknowledged | kept | lost | doubled | two codes | 429 | connections broken |
            |---|---|---|---|---|---|---|---|---|
            {string.Join('\n', bursts.Select((b, i) => string.Create(CultureInfo.InvariantCulture, $"| burst {i + 1} | {posts:N0} | {b.Run.Codes.Count(code => code is not null):N0} | {b.Rows:N0} | {Math.Max(0, posts - b.Rows)} | {Math.Max(0, b.Rows - posts)} | {b.Run.OtherCodes} | {b.Run.Refused} | {b.Run.Unanswered} |")))}
            | {killed.Kills} × kill -9 meanwhile, all sent again afterwards | {posts:N0} | {killed.Acknowledged:N0} | {killed.Rows:N0} | {killed.Lost} | {Math.Max(0, killed.Rows - posts)} | {killed.OtherCodes} | {killed.Refused} | {killed.Unanswered:N0} |
            | {flood.Codes.Length} from one address, repeated after `Retry-After` | {flood.Codes.Length} | {flood.Codes.Count(code => code is not null)} | {flood.Rows} | {Math.Max(0, flood.Codes.Length - flood.Rows)} | {Math.Max(0, flood.Rows - flood.Codes.Length)} | {flood.OtherCodes} | {flood.Refused} | {flood.Unanswered} |

            Killed: the node dies without warning in the midst of sending and is started again on the same folder; the devices repeat what was not
            acknowledged, with its key. After one more kill the messages on the disk are counted, before anything is sent again: lost is what
            was acknowledged and is not among them. Then all are sent again: kept, doubled and two codes are counted after that. Goals: none
            lost, none doubled, p99 of a burst under 100 ms. Load of the machine before: {loadBefore}.
            """);
        await Results.WriteAsync("feedback", "Messages of readers in a burst", text);
        return 0;
    }

    private static string[] Keys(int count) => [.. Enumerable.Range(0, count).Select(_ => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)))];

    private static async Task<(PostingRun Run, long Rows, double Cpu)> BurstAsync(int posts)
    {
        using var folder = new Folder();
        await using var node = new ServedNode(folder.Path);
        await node.StartAsync();
        using var posting = new Posting(node.Address, Connections);
        await posting.WarmAsync();
        // A node that has just started compiles what it runs: the first messages are not the burst.
        await posting.SendAsync(Keys(300));
        var cpu = node.CpuSeconds;
        var run = await posting.SendAsync(Keys(posts));
        cpu = node.CpuSeconds - cpu;
        await node.StopAsync();
        return (run, await RowsAsync(node.Data) - 300, cpu);
    }

    private static async Task<KilledRun> KilledAsync(int posts, int kills)
    {
        using var folder = new Folder();
        await using var node = new ServedNode(folder.Path);
        await node.StartAsync();
        using var posting = new Posting(node.Address, Connections);
        var keys = Keys(posts);
        var sending = posting.SendAsync(keys);
        var done = 0;
        for (; done < kills; done++)
        {
            // Spread over the burst, and always in the midst of sending.
            while (posting.Acknowledged < (done + 1) * posts / (kills + 1) && !sending.IsCompleted)
                await Task.Delay(1);
            if (sending.IsCompleted)
                break;
            await node.KillAsync();
            await node.StartAsync();
        }

        var run = await sending;
        await node.KillAsync();
        var kept = await RowsAsync(node.Data);
        await node.StartAsync();
        // Everything again, to a node that has only what was on the disk: the same codes, and nothing more.
        using var again = new Posting(node.Address, Connections);
        var second = await again.SendAsync(keys, run.Codes);
        await node.StopAsync();
        var acknowledged = run.Codes.Count(code => code is not null);
        return new KilledRun(done, acknowledged, await RowsAsync(node.Data), Math.Max(0, acknowledged - kept), second.OtherCodes, run.Refused, run.Unanswered);
    }

    private static async Task<FloodRun> FloodAsync()
    {
        using var folder = new Folder();
        await using var node = new ServedNode(folder.Path);
        await node.StartAsync();
        using var posting = new Posting(node.Address, Connections);
        var run = await posting.SendAsync(Keys(140), oneAddress: true);
        await node.StopAsync();
        return new FloodRun(run.Codes, await RowsAsync(node.Data), run.OtherCodes, run.Refused, run.Unanswered);
    }

    private static async Task<long> RowsAsync(string data)
    {
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(data), TimeProvider.System, CancellationToken.None);
        await using var connection = await db.ReadAsync(CancellationToken.None);
        return await connection.ExecuteScalarAsync<long>("select (select count(*) from guide_feedback) + (select count(*) from guide_sensitive_feedback)");
    }

    private static string Times(IEnumerable<(PostingRun Run, long Rows, double Cpu)> bursts, double share) =>
        Spread.Of(bursts.Select(burst => Spread.Percentile(burst.Run.Milliseconds, share)), "N1");

    private static string LoadNow() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private sealed record KilledRun(int Kills, int Acknowledged, long Rows, long Lost, int OtherCodes, int Refused, int Unanswered);

    private sealed record FloodRun(string[] Codes, long Rows, int OtherCodes, int Refused, int Unanswered);

    private sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("tambo-bench-feedback-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
