using System.Globalization;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>What a table over time gives away: missing periods, repeated ones, figures far from those around them. Pure.</summary>
internal static class SeriesOverTime
{
    private const int Before = 12;
    private const int LeastBefore = 6;

    // Shares of a doubling: series that hardly move have no outlier for a few persons more.
    private const double LeastSpread = 0.05;

    // 0.6745 makes the median of absolute deviations a standard deviation where values are normal (Iglewicz and Hoaglin, 1993).
    private const double Normal = 0.6745;

    /// <summary>Runs of periods that are missing between a table's first and last, by series and country.</summary>
    public static IEnumerable<Found> Missing(CheckRule rule, IEnumerable<(string Series, string Area, IEnumerable<Period> Periods)> tables)
    {
        var letter = Asks.Letter(rule.Period);
        foreach (var table in tables.GroupBy(one => (one.Series, one.Area)))
        {
            var days = table.SelectMany(one => one.Periods).Where(period => Period.Holding(period.From, letter)!.Value.Holds(period)).ToList();
            var present = days.Select(period => Period.Holding(period.From, letter)!.Value.From).ToHashSet();
            if (present.Count < 2)
                continue;
            var run = new List<Period>();
            for (var period = Period.Holding(present.Min(), letter)!.Value; period.From <= present.Max(); period = Period.Holding(period.Until.AddDays(1), letter)!.Value)
            {
                if (!present.Contains(period.From))
                    run.Add(period);
                else if (run.Count > 0)
                {
                    yield return Gap(rule, table.Key.Series, table.Key.Area, run);
                    run = [];
                }
            }
        }
    }

    /// <summary>Periods in which a country has the very figures of the one before, in five groups or more.</summary>
    public static IEnumerable<Found> Repeated(CheckRule rule, FlowsAnswer answer)
    {
        var letter = Asks.Letter(rule.Period);
        // The labels are series, unit, period, then what the rule groups by.
        var place = 3 + rule.By.ToList().FindIndex(word => word.Equals("ref_area", StringComparison.OrdinalIgnoreCase));
        string AreaOf(Figure figure) => place < 3 ? "_T" : figure.Labels[place];
        foreach (var table in answer.Figures.Where(figure => Period.Read(figure.Labels[2]) is { } period && period.Frequency == letter).GroupBy(figure => (Series: figure.Labels[0], Unit: figure.Labels[1], Area: AreaOf(figure))))
        {
            Period? before = null;
            Dictionary<Labels, long?> earlier = [];
            foreach (var period in table.GroupBy(figure => figure.Labels[2]).OrderBy(period => period.Key, StringComparer.Ordinal))
            {
                var now = Period.Read(period.Key)!.Value;
                var figures = period.ToDictionary(figure => Labels.Without(figure.Labels, [0, 1, 2]), figure => figure.AtLeast);
                if (before is { } last && last.Until.AddDays(1) == now.From && figures.Count >= 5 && figures.Count == earlier.Count
                    && figures.All(pair => earlier.TryGetValue(pair.Key, out var same) && same == pair.Value) && figures.Values.Distinct().Count() > 2)
                {
                    string[] area = table.Key.Area == "_T" ? [] : [$"ref_area={table.Key.Area}"];
                    yield return new Found(
                        $"{table.Key.Series}|{table.Key.Unit}|{table.Key.Area}|{period.Key}", table.Key.Series, period.Key, figures.Values.Sum() ?? 0,
                        Values(("series", table.Key.Series), ("what", area.Length == 0 ? period.Key : $"{table.Key.Area}, {period.Key}"), ("before", last.ToString()), ("groups", Asks.Number(figures.Count))),
                        [Place(rule, table.Key.Series, period.Key, area), Place(rule, table.Key.Series, last.ToString(), area)]);
                }

                (before, earlier) = (now, figures);
            }
        }
    }

    /// <summary>
    /// Figures whose modified z-score exceeds the threshold: of the logarithm of a figure the distance from the median of the
    /// twelve periods before, measured by the median of all such distances of the table.
    /// </summary>
    public static IEnumerable<Found> Outliers(CheckRule rule, FlowsAnswer answer)
    {
        var letter = Asks.Letter(rule.Period);
        foreach (var table in answer.Figures.Where(figure => figure.IsKnown && figure.Sure >= 0 && Period.Read(figure.Labels[2]) is { } period && period.Frequency == letter)
            .GroupBy(figure => Labels.Without(figure.Labels, [2])))
        {
            var points = table.OrderBy(figure => figure.Labels[2], StringComparer.Ordinal).ToList();
            var logs = points.Select(figure => Math.Log2(1 + figure.Sure)).ToList();
            var steps = Enumerable.Range(0, points.Count).Where(at => at >= LeastBefore).Select(at => (At: at, Step: logs[at] - Median(logs.GetRange(Math.Max(0, at - Before), Math.Min(at, Before))))).ToList();
            if (steps.Count < Before)
                continue;
            var middle = Median([.. steps.Select(step => step.Step)]);
            var spread = Math.Max(LeastSpread, Median([.. steps.Select(step => Math.Abs(step.Step - middle))]));
            foreach (var (at, step) in steps)
            {
                var score = Normal * (step - middle) / spread;
                var usual = (long)Math.Round(Math.Pow(2, logs[at] - step) - 1);
                if (Math.Abs(score) > rule.Threshold && Math.Max(points[at].Sure, usual) >= (rule.Least ?? 0))
                    yield return Outlier(rule, points[at], usual, score);
            }
        }
    }

    private static Found Outlier(CheckRule rule, Figure figure, long usual, double score)
    {
        string[] labels = [.. figure.Labels.Skip(2)];
        string[] conditions = [$"series={figure.Labels[0]}", $"time={figure.Labels[2]}", .. rule.By.Select((word, at) => Asks.Condition(word, labels[at + 1]))];
        return new Found(
            string.Join('|', figure.Labels), figure.Labels[0], figure.Labels[2], Math.Abs(figure.Sure - usual),
            Values(
                ("series", figure.Labels[0]), ("what", string.Join(", ", labels)), ("value", Asks.Number(figure.Sure)), ("usual", Asks.Number(usual)),
                ("score", score.ToString("0.0", CultureInfo.InvariantCulture)), ("threshold", rule.Threshold.ToString("0.0", CultureInfo.InvariantCulture))),
            [new FoundPlace(rule.Dataflow, [.. rule.Where, .. conditions])]);
    }

    private static Found Gap(CheckRule rule, string series, string area, List<Period> run)
    {
        var span = run.Count == 1 ? run[0].ToString() : $"{run[0]}..{run[^1]}";
        var (before, after) = (Period.Holding(run[0].From.AddDays(-1), run[0].Frequency)!.Value, Period.Holding(run[^1].Until.AddDays(1), run[0].Frequency)!.Value);
        var of = area == "_T" ? "" : area;
        string[] country = of.Length == 0 ? [] : [$"ref_area={of}"];
        return new Found(
            $"{series}|{area}|{run[0]}", series, span, run.Count,
            Values(("series", series), ("what", of.Length == 0 ? span : $"{of}, {span}"), ("periods", Asks.Number(run.Count))),
            [new FoundPlace(rule.Dataflow, [$"series={series}", $"time={before}", .. country]), new FoundPlace(rule.Dataflow, [$"series={series}", $"time={after}", .. country])]);
    }

    private static FoundPlace Place(CheckRule rule, string series, string period, string[] also) => new(rule.Dataflow, [.. rule.Where, $"series={series}", $"time={period}", .. also]);

    private static Dictionary<string, string> Values(params (string Name, string Value)[] values) => values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);

    private static double Median(List<double> values)
    {
        values.Sort();
        var half = values.Count / 2;
        return values.Count % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
