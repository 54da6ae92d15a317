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
            var (nothing, first, again) = (new List<double>(), new List<double>(), new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                string[] node = ["--data", Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"node{round}")), "--key-file", Path.Combine(folder, "node.key")];
                await TamboProgram.RunAsync(["migrate", .. node]);
                nothing.Add((await TamboProgram.RunAsync(["migrate", .. node])).Seconds);
                var import = await TamboProgram.RunAsync(["import", "services", file, .. node]);
                first.Add(import.Seconds);
                again.Add((await TamboProgram.RunAsync(["import", "services", file, .. node])).Seconds);
                await Results.ProgressAsync($"round {round + 1}: {first[^1]:N2} s, again {again[^1]:N2} s, nothing {nothing[^1]:N2} s; {import.Output.Trim()}");
            }

            await Results.WriteAsync("import", "Import of services", Table(services, new FileInfo(file).Length, first, again, nothing));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Table(int services, long bytes, List<double> first, List<double> again, List<double> nothing)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {services:N0} made-up services as HSDS 3 JSON ({bytes / 1e6:N1} MB), each with its place, address, hours, phone and language, and an organisation for
            every five, through `tambo import services` on SQLite: wall time of the whole process, from its start until it has ended, the program's
            own start included. Every record keeps its origin and a first version for comparing; all of it is one transaction with one audit line.
            Min / median / max over {first.Count} rounds, each with a new node.

            | | seconds | goal |
            |---|---|---|
            | into an empty node | {Spread.Of(first, "N2")} | under 3 |
            | the same file again: nothing changes | {Spread.Of(again, "N2")} | |
            | a verb that finds nothing to do (`tambo migrate`) | {Spread.Of(nothing, "N2")} | |
            """);
        return text.ToString();
    }
}
