using System.Globalization;
using System.Text;

namespace Tambo.Bench.Nearest;

/// <summary>What one contender did at one size, over all rounds; or why it could not.</summary>
internal sealed record ContenderResult(string Name, int Size)
{
    public List<ContenderRun> Runs { get; } = [];

    public double BuildCpuSeconds { get; set; }

    /// <summary>Wall seconds of rebuilds in the background; ours only.</summary>
    public IReadOnlyList<double> Rebuilds { get; set; } = [];

    /// <summary>How its answers compare, or why there are none.</summary>
    public string Note { get; set; } = "";
}

/// <summary>Writes bench/results/nearest.md.</summary>
internal static class NearestTable
{
    public static string Write(IReadOnlyList<ContenderResult> results, string machine)
    {
        var text = new StringBuilder();
        text.Append("""
            # Ten nearest places that match a category and are open

            Made-up places (300 towns and the roads between, 12 categories, hours in whole hours; seeds 11 and 13), 10,000 questions,
            one client. Everyone gets the same points, hours and questions; a round runs all contenders one after the other, for 1.5 s each.
            Figures are min / median / max over the rounds. The ratio is our questions per second of processor time over the peer's, paired
            by round. PostGIS is charged for its server process only; the others for their whole process. Times of PostGIS include the socket.
            "One index and a filter" is geokdbush as its readme shows it; "an index for each category" is what we do as well, given to it here
            to show how much of the ratio that idea makes.


            """);
        text.Append(CultureInfo.InvariantCulture, $"Machine: {machine}.\n\n");
        text.Append("Again: `./do bench nearest`\n");
        text.Append("(Debian packages postgresql-15-postgis-3 and nodejs; a contender that is not installed is named as such).\n");
        foreach (var size in results.GroupBy(result => result.Size))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {size.Key:N0} places\n\n");
            text.Append("| contender | questions per CPU-second | p50 / p99 µs | ours : theirs | index built, CPU | answers |\n|---|---|---|---|---|---|\n");
            var ours = size.First();
            foreach (var result in size)
                text.Append(Row(ours, result));
            text.Append(CultureInfo.InvariantCulture,
                $"\nRebuilding ours takes {Spread(ours.Rebuilds.Select(seconds => seconds * 1000), "N0")} ms of wall time, while the machine does what its load says.\n");
        }
        return text.ToString();
    }

    private static string Row(ContenderResult ours, ContenderResult result)
    {
        if (result.Runs.Count == 0)
            return $"| {result.Name} | | | | | {result.Note} |\n";
        var rates = Spread(result.Runs.Select(run => run.PerCpuSecond), "N0");
        var ratios = ours == result ? "" : Spread(ours.Runs.Zip(result.Runs, (our, their) => our.PerCpuSecond / their.PerCpuSecond), "0.0");
        var p50 = Median(result.Runs.Select(run => run.P50Microseconds));
        var p99 = Median(result.Runs.Select(run => run.P99Microseconds));
        return string.Create(CultureInfo.InvariantCulture,
            $"| {result.Name} | {rates} | {p50:N1} / {p99:N1} | {ratios} | {result.BuildCpuSeconds * 1000:N0} ms | {result.Note} |\n");
    }

    private static string Spread(IEnumerable<double> values, string format)
    {
        var sorted = values.Order().ToArray();
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(sorted[0])} / {Text(Median(sorted))} / {Text(sorted[^1])}";
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
