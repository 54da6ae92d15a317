using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Tambo.Bench.Running;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Bench.Flows;

/// <summary>Figures asked of a real node with the demonstration's tables, over one connection kept open, by somebody who has signed in with a token.</summary>
internal static class ServedDashboards
{
    private const int Times = 500;

    private static readonly string[] Questions =
    [
        "by=month", "by=month&where=age=0-17", "by=month,citizenship&top=5&topOf=citizenship&where=ref_area=PAN", "by=ref_area&where=time=2023", "by=sex,age&where=time=2023",
    ];

    /// <summary>The table of a run; the first answer to each counts apart, and so do some hundred more, after which the node runs as it does all day.</summary>
    public static async Task<string> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-bench-dashboards-").FullName;
        try
        {
            await WebProcess.FillDemonstrationAsync(folder);
            var token = await TokenAsync(folder);
            var port = WebProcess.FreePort();
            await using var node = await WebProcess.StartAsync(
                () => TamboProgram.Start("serve", "--allow-demo", "--data", folder, "--urls", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"), "--trusted-proxy", "127.0.0.1/32"),
                port, "/health/ready");
            var text = new StringBuilder().AppendLine("| figures over HTTP, with sign-in | bytes | first, ms | p50, ms | p99, ms | of the node's CPU, ms |").AppendLine("|---|---|---|---|---|---|");
            var firsts = new List<double>();
            foreach (var question in Questions)
                firsts.Add((await AskAsync(node.Address, question, token, 0)).Milliseconds);
            for (var time = 0; time < Times; time++)
                await AskAsync(node.Address, Questions[time % Questions.Length], token, time);
            foreach (var (question, first) in Questions.Zip(firsts))
            {
                var (times, bytes, cpu) = (new double[Times], 0, node.CpuSeconds);
                for (var time = 0; time < Times; time++)
                    (bytes, times[time]) = await AskAsync(node.Address, question, token, time);
                var used = (node.CpuSeconds - cpu) * 1000 / Times;
                Array.Sort(times);
                text.Append(CultureInfo.InvariantCulture, $"| `{question}` | {bytes:N0} | {first:N1} | {times[Times / 2]:N2} | {times[Times * 99 / 100]:N2} | {used:N2} |").AppendLine();
            }

            return text.ToString();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Asks figures of a node once.</summary>
    public static async Task<(int Bytes, double Milliseconds)> AskAsync(string address, string question, string token, int number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{address}/api/flows/data?{question}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        // Each address may ask so many times a second.
        request.Headers.Add("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"10.0.{number / 100 % 256}.{number % 100}"));
        request.Headers.Add("X-Forwarded-Proto", "https");
        var start = Stopwatch.GetTimestamp();
        using var answer = await WebProcess.Client.SendAsync(request);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return answer.IsSuccessStatusCode ? (body.Length, taken) : throw new InvalidOperationException($"{question}: {Encoding.UTF8.GetString(body)}");
    }

    /// <summary>A token of a new person who may read figures.</summary>
    public static async Task<string> TokenAsync(string folder)
    {
        var token = "tambo_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await TamboProgram.RunAsync("user", "add", "bench", "--role", "adviser", "--data", folder);
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(folder), TimeProvider.System, CancellationToken.None);
        var now = TimeProvider.System.GetUtcNow();
        await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "access.token_created", "bench", CancellationToken.None);
        await change.ExecuteAsync(
            """
            insert into platform_tokens (id, user_id, name, hash, permissions, created_at, expires_at)
            select @Id, id, 'bench', @Hash, 'flows.read', @now, @Until from platform_users where sign_in_name = 'bench'
            """,
            new { Id = Guid.CreateVersion7(now), Hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token))), now, Until = now.AddDays(1) });
        await change.CommitAsync(CancellationToken.None);
        return token;
    }
}
