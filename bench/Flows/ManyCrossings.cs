using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Tambo.Bench.Feedback;
using Tambo.Bench.Running;
using Tambo.Flows.Harmonising;

namespace Tambo.Bench.Flows;

/// <summary>Fifty million observations in a real node: five files of ten million, brought in by the command line, served after a start, and asked over HTTP.</summary>
internal static class ManyCrossings
{
    private const int Files = 5;

    private static readonly string[] Questions =
        ["by=month", "by=month,citizenship", "by=month&where=age=0-17", "by=month,point&where=citizenship=VEN&where=direction=IN&limit=1000", "by=point,week&top=10&topOf=point&limit=1000"];

    /// <summary>The tables of a run.</summary>
    /// <param name="folder">Where the made-up files are kept for the next run.</param>
    /// <param name="rows">Rows of each file.</param>
    public static async Task<string> RunAsync(string folder, int rows)
    {
        var place = Directory.CreateTempSubdirectory("tambo-bench-many-").FullName;
        try
        {
            await using var node = new ServedNode(place);
            // A first start makes the tables.
            await node.StartAsync();
            await node.StopAsync();
            var mapping = Path.Combine(place, "crossings.json");
            await File.WriteAllTextAsync(mapping, JsonSerializer.Serialize(CrossingsBench.Mapping with { Replaces = Replacing.Nothing }, MappingShelf.Options));
            var (walls, peak) = (new List<double>(), 0L);
            for (var number = 0; number < Files; number++)
            {
                var csv = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{rows}-{number}.csv"));
                if (!File.Exists(csv))
                    MadeUpCrossings.Write(csv, rows, seed: 17 + number);
                var start = Stopwatch.GetTimestamp();
                using var import = TamboProgram.Start("import", "flows", csv, "--mapping", mapping, "--data", node.Data);
                var said = import.StandardOutput.ReadToEndAsync();
                var wrong = import.StandardError.ReadToEndAsync();
                while (!import.HasExited)
                {
                    peak = Math.Max(peak, PeakOf(import.Id));
                    await Task.Delay(100);
                }

                walls.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                if (import.ExitCode != 0)
                    throw new InvalidOperationException($"{await said}{await wrong}");
                await Results.ProgressAsync($"{(number + 1) * (long)rows:N0} rows, {walls[^1]:N1} s");
            }

            var token = await ServedDashboards.TokenAsync(node.Data);
            var started = Stopwatch.GetTimestamp();
            await node.StartAsync();
            var ready = Stopwatch.GetElapsedTime(started).TotalSeconds;
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{Files} files of {rows:N0} rows in one node, each brought in by `tambo import flows` (with the file as it came kept, {Spread.Of(walls, "N1")} s, {peak / 1e6:N0} MB resident at most). `tambo serve` on it is ready after {ready:N2} s; ")
                .AppendLine("then the first answer over HTTP, with the segments opened for it, and the same question as of a moment, to which no answer is kept:").AppendLine()
                .AppendLine("| question | first, ms | as of a moment, ms |").AppendLine("|---|---|---|");
            var asked = 0;
            foreach (var question in Questions)
            {
                var first = (await ServedDashboards.AskAsync(node.Address, question, token, asked++)).Milliseconds;
                var moment = Uri.EscapeDataString(TimeProvider.System.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
                var scanned = (await ServedDashboards.AskAsync(node.Address, $"{question}&asOf={moment}", token, asked++)).Milliseconds;
                text.Append(CultureInfo.InvariantCulture, $"| `{question}` | {first:N0} | {scanned:N0} |").AppendLine();
            }

            text.AppendLine().Append(CultureInfo.InvariantCulture, $"The node then held {node.ResidentBytes / 1e6:N0} MB, mapped pages included; at most {node.PeakBytes / 1e6:N0} MB. Goals: under 2,500 MB, first answer after a restart under 1 s.").AppendLine();
            return text.ToString();
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static long PeakOf(int process)
    {
        try
        {
            return ProcessFigures.PeakBytes(process);
        }
        catch (Exception gone) when (gone is IOException or InvalidOperationException)
        {
            return 0;
        }
    }
}
