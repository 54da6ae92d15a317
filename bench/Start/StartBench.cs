using System.Diagnostics;
using System.Globalization;
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
            var (demonstration, directory) = (Path.Combine(folder, "demonstration"), Path.Combine(folder, "directory"));
            await WebProcess.FillDemonstrationAsync(demonstration);
            // Beside its data, where it goes when the bench ends.
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(directory).FullName, "tambo.json"), $$"""{"keyFile":"{{Path.Combine(folder, "node.key")}}"}""");
            await TamboProgram.RunAsync("import", "services", Path.Combine(Machine.RepositoryRoot(), "data", "demo", "tijuana", "services.csv"), "--mapping", "tijuana", "--data", directory);
            var alone = await MeasureAsync("directory", directory, rounds, seconds);
            var all = await MeasureAsync("demonstration", demonstration, rounds, seconds);
            await Results.WriteAsync("start", "Start and memory", string.Create(CultureInfo.InvariantCulture, $"""
                `tambo serve` (Release build, `dotnet tambo.dll`, default settings) on a folder that exists: of a node with a directory of services and nothing
                else (Tijuana's), and of the demonstration, with its directory and all its figures. Ready is the first 200 of
                `/health/ready`, counted from before the process is started. The first page is the list of the nearest 25, asked for right then, with the
                directory read for the first time. Resident memory is read after every public page was asked for once in each of five languages: {Soon} s after,
                and when the node has rested, {seconds} s after. The first start of the demonstration looks all figures over; later ones find that done.
                Min / median / max over {rounds} starts.

                | | directory | demonstration | goal |
                |---|---|---|---|
                | start to ready, s | {Spread.Of(alone.Ready, "N2")} | {Spread.Of(all.Ready, "N2")} | under 1.5 |
                | processor time until then, s | {Spread.Of(alone.Cpu, "N2")} | {Spread.Of(all.Cpu, "N2")} | |
                | first page after that, s | {Spread.Of(alone.First, "N2")} | {Spread.Of(all.First, "N2")} | |
                | resident memory {Soon} s after the last page, MB | {Spread.Of(alone.Soon)} | {Spread.Of(all.Soon)} | |
                | resident memory at rest, MB | {Spread.Of(alone.Resting)} | {Spread.Of(all.Resting)} | under 150 |
                """));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Starts> MeasureAsync(string name, string folder, int rounds, int seconds)
    {
        var starts = new Starts([], [], [], [], []);
        for (var round = 1; round <= rounds; round++)
        {
            await using var node = await WebProcess.ServeAsync(folder);
            starts.Ready.Add(node.ReadySeconds);
            starts.Cpu.Add(node.CpuSeconds);
            foreach (var path in PublicPages.Languages.SelectMany(language => PublicPages.Paths.Select(path => $"/{language}{path}")))
            {
                var start = Stopwatch.GetTimestamp();
                using var answer = await WebProcess.Client.GetAsync(new Uri(node.Address + path));
                answer.EnsureSuccessStatusCode();
                if (starts.First.Count < round)
                    starts.First.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }

            await Task.Delay(TimeSpan.FromSeconds(Soon));
            starts.Soon.Add(ProcessFigures.ResidentBytes(node.Id) / 1e6);
            await Task.Delay(TimeSpan.FromSeconds(seconds - Soon));
            starts.Resting.Add(ProcessFigures.ResidentBytes(node.Id) / 1e6);
            await Results.ProgressAsync($"{name}, round {round}: ready after {starts.Ready[^1]:N2} s ({starts.Cpu[^1]:N2} s CPU), first page {starts.First[^1]:N2} s, {starts.Soon[^1]:N0} MB soon after, {starts.Resting[^1]:N0} MB at rest");
        }

        return starts;
    }

    /// <summary>Seconds until ready, of processor until then, and of the first page; megabytes soon after all pages and at rest; of each start.</summary>
    private sealed record Starts(List<double> Ready, List<double> Cpu, List<double> First, List<double> Soon, List<double> Resting);
}
