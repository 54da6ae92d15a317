using System.Globalization;
using System.Text;
using Tambo.Bench.Running;

namespace Tambo.Bench.Imports;

/// <summary>import [--rounds N] [--services N]: services as HSDS JSON into an empty node on SQLite, then the same file again.</summary>
internal static class ImportBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (rounds, services) = (Results.Option(args, "--rounds", 3), Results.Option(args, "--services", 5_000));
        var folder = Directory.CreateTempSubdirectory("tambo-bench-import-").FullName;
        try
        {
            var file = Path.Combine(folder, "services.json");
            await MadeUpServices.WriteAsync(file, services);
            var (nothing, first, again) = (new List<Run>(), new List<Run>(), new List<Run>());
            for (var round = 0; round < rounds; round++)
            {
                string[] node = ["--data", Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"node{round}")), "--key-file", Path.Combine(folder, "node.key")];
                await TamboProgram.RunAsync(["migrate", .. node]);
                nothing.Add(await MeasureAsync(["migrate", .. node]));
                first.Add(await MeasureAsync(["import", "services", file, .. node]));
                again.Add(await MeasureAsync(["import", "services", file, .. node]));
                await Results.ProgressAsync($"round {round + 1}: {first[^1]}, again {again[^1]}, nothing {nothing[^1]}");
            }

            await Results.WriteAsync("import", "Import of services", Table(services, new FileInfo(file).Length, first, again, nothing));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Run> MeasureAsync(string[] arguments)
    {
        var (seconds, cpuSeconds, output) = await TamboProgram.RunAsync(arguments);
        return new Run(seconds, cpuSeconds, output.Trim());
    }

    private static string Table(int services, long bytes, List<Run> first, List<Run> again, List<Run> nothing)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {services:N0} made-up services as HSDS 3 JSON ({bytes / 1e6:N1} MB), each with its place, address, hours, phone and language, and an organisation for
            every five, through `tambo import services` on SQLite: wall time of the whole process, from its start until it has ended, the program's
            own start included. Every record keeps its origin and a first version for comparing; all of it is one transaction with one audit line.
            Min / median / max over {first.Count} rounds, each with a new node.

            | | CPU seconds | wall seconds | goal |
            |---|---|---|---|

            """);
        Row("into an empty node", first, "wall under 3");
        Row("the same file again: nothing changes", again, "");
        Row("a verb that finds nothing to do (`tambo migrate`)", nothing, "");
        text.Append(CultureInfo.InvariantCulture, $"\nWhat it said: {first[0].Output}\n");
        return text.ToString();

        void Row(string name, List<Run> runs, string goal) => text.Append(CultureInfo.InvariantCulture,
            $"| {name} | {Spread.Of(runs.Select(run => run.CpuSeconds), "N2")} | {Spread.Of(runs.Select(run => run.Seconds), "N2")} | {goal} |\n");
    }

    private sealed record Run(double Seconds, double CpuSeconds, string Output);
}
