using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Tambo.Bench.Search;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Bench.Reload;

/// <summary>
/// reload [--rounds N]: from the commit of one change to the moment when readers are given it, in directories of three
/// sizes: what an editor waits for, and what each confirmation of a free bed costs the node.
/// </summary>
internal static class ReloadBench
{
    private static readonly int[] Sizes = [5_000, 25_000, 100_000];

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = Results.Option(args, "--rounds", 7);
        var table = new StringBuilder("""
            One service is changed and committed; the clock runs until searches and pages are given the new directory (SQLite, the
            node's own objects in one process, made-up services). Processor time is the whole process's between the two.

            | services | first load, s | seconds to be seen, min / median / max | CPU seconds, min / median / max |
            |---|---|---|---|

            """);
        foreach (var size in Sizes)
        {
            var (first, seen, cpu) = await MeasureAsync(size, rounds);
            table.Append(CultureInfo.InvariantCulture, $"| {size:N0} | {first:N2} | {Spread.Of(seen, "N3")} | {Spread.Of(cpu, "N3")} |\n");
            await Results.ProgressAsync($"{size} services: seen after {Spread.Median(seen):N3} s");
        }

        await Results.WriteAsync("reload", "From a change to its readers", table.ToString());
        return 0;
    }

    private static async Task<(double First, List<double> Seen, List<double> Cpu)> MeasureAsync(int size, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-bench-reload-").FullName;
        try
        {
            await SearchBench.FillAsync(folder, size);
            await using var db = await NodeDb.OpenAsync(new DatabaseSettings(folder), TimeProvider.System, CancellationToken.None);
            using var directory = new LiveDirectory(db);
            using var offers = new LiveOffers(directory, db.Versions, TimeProvider.System, new Troubles(), NullLogger<LiveOffers>.Instance);
            var start = Stopwatch.GetTimestamp();
            var present = await offers.GetAsync(CancellationToken.None);
            var first = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var (seen, cpu) = (new List<double>(), new List<double>());
            for (var round = -1; round < rounds; round++)
            {
                await ChangeOneAsync(db, (await directory.GetAsync(CancellationToken.None)).Staff.Records.Services[round + 1], round);
                var (begun, used) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
                present = await offers.GetAsync(CancellationToken.None);
                // The first round is the runtime's: it compiles what it will use.
                if (round < 0)
                    continue;
                seen.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
                cpu.Add((Process.GetCurrentProcess().TotalProcessorTime - used).TotalSeconds);
            }

            return (first, seen, cpu);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Something taken away, so that readers wait for the new directory: the most that a change can ask.
    private static async Task ChangeOneAsync(NodeDb db, Service service, int round)
    {
        await using var change = await db.BeginAsync(Actor.OperatingSystem("bench"), "bench.directory", "bench", CancellationToken.None);
        var edited = service with { Name = string.Create(CultureInfo.InvariantCulture, $"{service.Name} {round}"), ChangedAt = TimeProvider.System.GetUtcNow() };
        if (!await DirectoryWriter.ReplaceAsync(change, DirectoryRecords.Of([edited]), "edited"))
            throw new InvalidOperationException("The record changed meanwhile.");
        await change.CommitAsync(CancellationToken.None);
    }
}
