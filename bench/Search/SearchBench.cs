using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tambo.Bench.Running;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Bench.Search;

/// <summary>
/// search [--services N] [--requests N]: questions that nobody asked before, to a real node with a large directory, so
/// that none is answered from kept pages.
/// </summary>
internal static class SearchBench
{
    private static readonly string[] Questions =
    [
        "two words", "a word with a slip", "a need near a town", "open now near a town", "within 25 km of a town", "page 40 from a town", "a beginning and a country", "open interface, two words",
    ];

    public static async Task<int> RunAsync(string[] args)
    {
        var (services, requests) = (Results.Option(args, "--services", 100_000), Results.Option(args, "--requests", 40));
        var folder = Directory.CreateTempSubdirectory("tambo-bench-search-").FullName;
        try
        {
            await FillAsync(folder, services);
            await using var node = await WebProcess.ServeAsync(folder);
            // The first request loads the directory; a few more let the runtime compile what it will use.
            var load = Stopwatch.GetTimestamp();
            await GetAsync(node, "/es");
            var loadSeconds = Stopwatch.GetElapsedTime(load).TotalSeconds;
            for (var number = 0; number < 10; number++)
            {
                foreach (var question in Questions)
                    await GetAsync(node, Address(question, 10_000 + number));
            }

            var rows = new List<(string Question, double Cpu, List<double> Milliseconds)>();
            foreach (var question in Questions)
            {
                // Requests of one network address are limited; the pause lets its bucket fill.
                await Task.Delay(TimeSpan.FromSeconds(2));
                var (cpu, times) = (node.CpuSeconds, new List<double>());
                for (var number = 0; number < requests; number++)
                {
                    var start = Stopwatch.GetTimestamp();
                    await GetAsync(node, Address(question, number));
                    times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                }

                rows.Add((question, (node.CpuSeconds - cpu) / requests * 1000, times));
                await Results.ProgressAsync($"{question}: {rows[^1].Cpu:N1} ms CPU per request, {times.Order().ElementAt(times.Count / 2):N1} ms median");
            }

            await Results.WriteAsync("search", "Searches that nobody asked before", Table(services, requests, loadSeconds, rows));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Address(string question, int number)
    {
        var kind = MadeUpDirectory.Kinds[number % MadeUpDirectory.Kinds.Count];
        var town = Uri.EscapeDataString(MadeUpDirectory.Town(number % MadeUpDirectory.Towns));
        // A word that no service has makes each question new, without changing what has to be done.
        return question switch
        {
            "two words" => $"/es/services?q={kind.Word}+{MadeUpDirectory.Word(number * 7)}",
            "a word with a slip" => string.Create(CultureInfo.InvariantCulture, $"/es/services?q={kind.Word[..2]}x{kind.Word[3..]}&km={number + 1}"),
            "a need near a town" => string.Create(CultureInfo.InvariantCulture, $"/es/services?need={kind.Need}&near={town}&speaks={(number % 2 == 0 ? "es" : "ht")}"),
            "open now near a town" => $"/es/services?near={town}&open=true&need={kind.Need}",
            "within 25 km of a town" => $"/es/services?near={town}&km=25&need={kind.Need}",
            "page 40 from a town" => $"/es/services?near={town}&page=40",
            "a beginning and a country" => string.Create(CultureInfo.InvariantCulture, $"/es/services?near=s,{(char)('a' + (number % 26))}&km={(number / 26) + 1}"),
            _ => $"/hsds/services?search={kind.Word}+{MadeUpDirectory.Word(number * 7)}&per_page=20",
        };
    }

    private static async Task GetAsync(WebProcess node, string address)
    {
        using var answer = await WebProcess.Client.GetAsync(new Uri(node.Address + address));
        answer.EnsureSuccessStatusCode();
        await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>A new data folder with that many made-up services.</summary>
    public static async Task FillAsync(string folder, int services)
    {
        await TamboProgram.RunAsync("migrate", "--data", folder);
        await using var db = await NodeDb.OpenAsync(new DatabaseSettings(folder), TimeProvider.System, CancellationToken.None);
        await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "bench.directory", "bench", CancellationToken.None, bulk: true);
        await DirectoryWriter.AddAsync(change, MadeUpDirectory.Make(services, TimeProvider.System.GetUtcNow()), "imported");
        await change.CommitAsync(CancellationToken.None);
    }

    private static string Table(int services, int requests, double loadSeconds, List<(string Question, double Cpu, List<double> Milliseconds)> rows)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            A real node (`tambo serve`, SQLite) with {services:N0} made-up services in {MadeUpDirectory.Towns} towns, asked {requests} different questions of each sort, one
            after the other: none is answered from kept pages, all limits are on. Processor time is the node's, for everything: reading
            the question, finding, counting all that was found, drawing the page of 25 with its map. The first request after the start, which
            loads the directory, took {loadSeconds:N1} s.

            | question | CPU ms per request | ms, min / median / max |
            |---|---|---|

            """);
        foreach (var (question, cpu, times) in rows)
            text.Append(CultureInfo.InvariantCulture, $"| {question} | {cpu:N1} | {Spread.Of(times, "N1")} |\n");
        return text.ToString();
    }
}
