using System.Diagnostics;
using System.Text.Json;
using Tambo.Flows.Harmonising;

namespace Tambo.Bench.Flows;

/// <summary>
/// crossings [--rows N] [--rounds N] [--only dashboards|many]: ten million observations brought in, and questions over them, beside
/// DuckDB; each task in a process of its own, ours and theirs in turn; then figures asked of a real node over HTTP, and five times as many
/// in a real node; or one of these alone.
/// </summary>
internal static class CrossingsBench
{
    public static Mapping Mapping { get; } = new()
    {
        Name = "crossings",
        Version = 1,
        Dataflow = "FLOW",
        Series = new MappedSeries { Code = "MADE_UP", Publisher = "Nobody" },
        Constants = new Dictionary<string, string> { ["UNIT_MEASURE"] = "PS", ["REF_AREA"] = "ZZZ" },
        Columns =
        [
            new MappedColumns { From = ["date"], To = ["TIME_PERIOD"], Dates = [new DatePattern { Pattern = "yyyy-MM-dd", Frequency = "D" }] },
            new MappedColumns { From = ["point"], To = ["POINT"], Text = true },
            Values("direction", "DIRECTION", "IN", "OUT", "TRANSIT"),
            new MappedColumns { From = ["nationality"], To = ["CITIZENSHIP"], Codes = "countries" },
            Values("sex", "SEX", "F", "M", "_U"),
            Values("age", "AGE", "Y0T4", "Y5T11", "Y12T17", "Y18T59", "Y_GE60"),
            Values("transport", "TRANS_MODE", "FOOT", "BUS", "CAR", "TRUCK", "BOAT", "PLANE", "TRAIN", "OTHER"),
            new MappedColumns { From = ["count"], To = ["OBS_VALUE"], Number = new NumberForm() },
            new MappedColumns { From = ["source"], To = ["DATA_SOURCE"], Text = true },
        ],
    };

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Contains("--only") && args.Contains("dashboards"))
        {
            await Console.Out.WriteLineAsync(await ServedDashboards.RunAsync());
            return 0;
        }

        var (rows, rounds) = (Results.Option(args, "--rows", 10_000_000), Results.Option(args, "--rounds", 3));
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "tambo-crossings")).FullName;
        if (args.Contains("--only") && args.Contains("many"))
        {
            await Console.Out.WriteLineAsync(await ManyCrossings.RunAsync(folder, rows));
            return 0;
        }

        var csv = Path.Combine(folder, $"{rows}.csv");
        if (!File.Exists(csv))
            MadeUpCrossings.Write(csv, rows);
        var peers = Path.Combine(Machine.RepositoryRoot(), "bench", "peers");
        var hasDuck = Directory.Exists(Path.Combine(peers, "node_modules", "@duckdb"));
        var (ours, theirs) = (new List<JsonElement>(), new List<JsonElement>());
        var (asked, theyAsked) = (new List<JsonElement>(), new List<JsonElement>());
        for (var round = 0; round < rounds; round++)
        {
            ours.AddRange(await RunAsync("dotnet", [Environment.GetCommandLineArgs()[0], CrossingsTask.Verb, "import", csv, Path.Combine(folder, "ours.segment")]));
            asked.AddRange(await RunAsync("dotnet", [Environment.GetCommandLineArgs()[0], CrossingsTask.Verb, "ask", Path.Combine(folder, "ours.segment"), "15"]));
            if (hasDuck)
            {
                theirs.AddRange(await RunAsync("node", [Path.Combine(peers, "duckdb-crossings.mjs"), "import", csv, Path.Combine(folder, "theirs.duckdb")]));
                theyAsked.AddRange(await RunAsync("node", [Path.Combine(peers, "duckdb-crossings.mjs"), "ask", Path.Combine(folder, "theirs.duckdb"), "5"]));
            }

            await Results.ProgressAsync($"round {round + 1} of {rounds}");
        }

        var differ = theyAsked.Exists(their => asked.Exists(our => Name(our) == Name(their) && our.GetProperty("sum").GetInt64() != their.GetProperty("sum").GetInt64()));
        await Results.WriteAsync("crossings", "Flow observations: brought in, and asked", CrossingsTables.Write(rows, rounds, new FileInfo(csv).Length, ours, theirs, asked, theyAsked)
            + "\n" + await ServedDashboards.RunAsync() + "\n" + await ManyCrossings.RunAsync(folder, rows)
            + (differ ? "\n\n**An answer differs from the peer's.**" : hasDuck ? "\n\nEvery answer's sum equals the peer's." : "\n\nDuckDB is not installed: npm install --prefix bench/peers."));
        return differ ? 1 : 0;
    }

    /// <summary>What a line of figures is about.</summary>
    public static string Name(JsonElement line) => line.TryGetProperty("name", out var name) ? name.GetString()! : "";

    private static async Task<IReadOnlyList<JsonElement>> RunAsync(string program, IReadOnlyList<string> arguments)
    {
        using var child = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, UseShellExecute = false })!;
        var output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        if (child.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with {child.ExitCode}: {output}");
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static MappedColumns Values(string from, string to, params string[] codes) => new()
    {
        From = [from],
        To = [to],
        Values = codes.ToDictionary(code => code, code => (IReadOnlyList<MappedValue>)[new MappedValue { To = new Dictionary<string, string> { [to] = code } }]),
    };
}
