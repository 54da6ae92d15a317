using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tambo.Bench.Flows;

/// <summary>The tables of <see cref="CrossingsBench"/>.</summary>
internal static class CrossingsTables
{
    public static string Write(int rows, int rounds, long csvBytes, List<JsonElement> ours, List<JsonElement> theirs, List<JsonElement> asked, List<JsonElement> theyAsked)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{rows:N0} made-up observations (date, point, direction, nationality, sex, age, transport, count, source; seed 17), {csvBytes / 1e6:N1} MB of text; ")
            .Append(CultureInfo.InvariantCulture, $"{rounds} rounds, ours and DuckDB's in turn, each task in a process of its own. min / median / max. DuckDB 1.5.6, 2 threads, order of rows not kept, into a file, with a checkpoint. ")
            .AppendLine("Ours validates and harmonises every value through a mapping, keeps the line of each row, hashes every block and syncs to disk.")
            .AppendLine().AppendLine("| import | rows per second, wall | CPU, s | peak memory, MB | bytes kept, MB |").AppendLine("|---|---|---|---|---|");
        Import(text, "Tambo segment", rows, ours);
        Import(text, "DuckDB", rows, theirs);
        if (theirs.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"| ours : theirs | {Spread.Of(Spread.Ratios(Of(theirs, "wall"), Of(ours, "wall")), "N1")} | {Spread.Of(Spread.Ratios(Of(ours, "cpu"), Of(theirs, "cpu")), "N3")} |  | {Spread.Of(Spread.Ratios(Of(ours, "bytes"), Of(theirs, "bytes")), "N2")} |").AppendLine();
        text.AppendLine().Append(CultureInfo.InvariantCulture, $"The rollups kept with it ({ours[0].GetProperty("rollups").GetInt32()}, {ours[0].GetProperty("rollupBytes").GetInt64() / 1e6:N1} MB) take {Spread.Of(Of(ours, "rollupWall"))} ms more, {Spread.Of(Of(ours, "rollupCpu"))} ms of CPU. ")
            .Append(CultureInfo.InvariantCulture, $"Opening the segment takes {Spread.Of(Of(asked.Where(line => CrossingsBench.Name(line) == "open"), "open"), "N1")} ms; the process that asked it everything below held {Spread.Of(Of(asked.Where(line => CrossingsBench.Name(line) == "memory"), "peak").Select(peak => peak / 1e6))} MB at most, mapped pages included.").AppendLine().AppendLine()
            .AppendLine("| question | Tambo warm, ms | first in a process, ms | of the memory floor | DuckDB warm, ms | first, ms | warm: theirs by ours | first: theirs by ours |").AppendLine("|---|---|---|---|---|---|---|---|");
        foreach (var question in asked.Where(line => line.TryGetProperty("times", out _)).GroupBy(CrossingsBench.Name))
            Question(text, question.Key, [.. question], [.. theyAsked.Where(line => CrossingsBench.Name(line) == question.Key)]);
        text.AppendLine().AppendLine("| dashboard question, from a rollup | figures | p50, µs | p99, µs | equal to the scan |").AppendLine("|---|---|---|---|---|");
        foreach (var question in asked.Where(line => line.TryGetProperty("p50", out _)).GroupBy(CrossingsBench.Name))
            text.Append(CultureInfo.InvariantCulture, $"| {question.Key["rollup: ".Length..]} | {question.First().GetProperty("figures").GetInt32()} | {Spread.Of(Of(question, "p50"), "N1")} | {Spread.Of(Of(question, "p99"), "N1")} | {(question.All(line => line.GetProperty("same").GetBoolean()) ? "yes" : "**no**")} |").AppendLine();
        return text.ToString();
    }

    private static void Import(StringBuilder text, string name, int rows, List<JsonElement> runs)
    {
        if (runs.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {Spread.Of(Of(runs, "wall").Select(wall => rows / wall * 1000))} | {Spread.Of(Of(runs, "cpu").Select(cpu => cpu / 1000), "N1")} | {Spread.Of(Of(runs, "peak").Select(peak => peak / 1e6))} | {Spread.Of(Of(runs, "bytes").Select(bytes => bytes / 1e6), "N1")} |").AppendLine();
    }

    private static void Question(StringBuilder text, string name, List<JsonElement> ours, List<JsonElement> theirs)
    {
        var (warm, first) = (Warm(ours), Of(ours, "first"));
        var floors = Spread.Ratios(warm, Of(ours, "floor"));
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {Spread.Of(warm, "N1")} | {Spread.Of(first, "N1")} | {Spread.Of(floors, "N1")} x |");
        if (theirs.Count > 0)
            text.Append(CultureInfo.InvariantCulture, $" {Spread.Of(Warm(theirs))} | {Spread.Of(Of(theirs, "first"))} | {Spread.Of(Spread.Ratios(Warm(theirs), warm), "N1")} | {Spread.Of(Spread.Ratios(Of(theirs, "first"), first), "N1")} |");
        else
            text.Append("  |  |  |  |");
        text.AppendLine();
    }

    private static List<double> Of(IEnumerable<JsonElement> runs, string name) => [.. runs.Select(run => run.GetProperty(name).GetDouble())];

    private static List<double> Warm(IEnumerable<JsonElement> runs) => [.. runs.Select(run => Spread.Median(run.GetProperty("times").EnumerateArray().Select(time => time.GetDouble())))];
}
