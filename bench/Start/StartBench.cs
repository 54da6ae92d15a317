using System.Globalization;
using System.Text;
using Tambo.Bench.Running;

namespace Tambo.Bench.Start;

/// <summary>start [--rounds N] [--seconds S]: from the start of the process to ready, and the memory of a node that has shown every kind of page, soon after and when it rests.</summary>
internal static class StartBench
{
    private const int Soon = 10;

    public static async Task<int> RunAsync(string[] args)
    {
        // Buffers that nobody used for a minute are let go of.
        var (rounds, seconds) = (Results.Option(args, "--rounds", 5), Results.Option(args, "--seconds", 90));
        var folder = Directory.CreateTempSubdirectory("tambo-bench-start-").FullName;
        try
        {
            await WebProcess.FillDemonstrationAsync(folder);
            var (ready, cpu, first, soon, resident) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<double>());
            for (var round = 1; round <= rounds; round++)
            {
                await using var node = await WebProcess.ServeAsync(folder);
                ready.Add(node.ReadySeconds);
                cpu.Add(node.CpuSeconds);
                foreach (var path in PublicPages.Languages.SelectMany(language => PublicPages.Paths.Select(path => $"/{language}{path}")))
                {
                    var start = System.Diagnostics.Stopwatch.GetTimestamp();
                    using var answer = await WebProcess.Client.GetAsync(new Uri(node.Address + path));
                    answer.EnsureSuccessStatusCode();
                    if (first.Count < round)
                        first.Add(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds);
                }

                await Task.Delay(TimeSpan.FromSeconds(Soon));
                soon.Add(ProcessFigures.ResidentBytes(node.Id) / 1e6);
                await Task.Delay(TimeSpan.FromSeconds(seconds - Soon));
                resident.Add(ProcessFigures.ResidentBytes(node.Id) / 1e6);
                await Results.ProgressAsync($"round {round}: ready after {ready[^1]:N2} s ({cpu[^1]:N2} s CPU), first page {first[^1]:N2} s, {soon[^1]:N0} MB soon after, {resident[^1]:N0} MB at rest");
            }

            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"""
                `tambo serve` (Release build, `dotnet tambo.dll`, default settings) on the demonstration's folder, which exists. Ready is the first 200 of
                `/health/ready`, counted from before the process is started. The first page is the list of the nearest 25, asked for right then, with the
                directory read for the first time. Resident memory is read after every public page was asked for once in each of five languages: {Soon} s after,
                and when the node has rested, {seconds} s after. Min / median / max over {rounds} starts.

                | | | goal |
                |---|---|---|
                | start to ready, s | {Spread.Of(ready, "N2")} | under 1.5 |
                | processor time until then, s | {Spread.Of(cpu, "N2")} | |
                | first page after that, s | {Spread.Of(first, "N2")} | |
                | resident memory {Soon} s after the last page, MB | {Spread.Of(soon)} | |
                | resident memory at rest, MB | {Spread.Of(resident)} | under 150 |
                """);
            await Results.WriteAsync("start", "Start and memory", text.ToString());
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
