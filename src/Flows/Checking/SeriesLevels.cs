using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>Totals that stand beside their parts in one table, and spans of time beside theirs: added up they count twice. Pure but for reading segments.</summary>
internal static class SeriesLevels
{
    /// <summary>Totals with their parts, by period, country and what the total puts together.</summary>
    public static IEnumerable<Found> Totals(CheckRule rule, Asks asks)
    {
        foreach (var series in asks.Of(rule.Dataflow).Select(import => import.Series).Distinct(StringComparer.Ordinal))
        {
            foreach (var one in asks.TotalsOf(rule.Dataflow, series))
            {
                // Each is told by one check: that of the component it names, else that of all others.
                if (rule.Component.Length > 0 ? !one.Components.Contains(rule.Component, StringComparer.OrdinalIgnoreCase) : one.Components.Any(component => rule.By.Contains(component, StringComparer.OrdinalIgnoreCase)))
                    continue;
                if (rule.Differing && one.Total == one.Parts)
                    continue;
                string[] where = [.. rule.Where, $"series={series}", $"time={one.Period}", .. one.Area == "_T" ? (string[])[] : [$"ref_area={one.Area}"]];
                yield return new Found(
                    $"{series}|{one.Period}|{one.Area}|{string.Join('+', one.Components)}", series, one.Period, Math.Abs((one.Total ?? one.Parts) - one.Parts),
                    Values(series, $"{one.Period}, {one.Area}, {string.Join(" + ", one.Components)}", one.Total, one.Parts, string.Join(", ", one.Components)),
                    [new FoundPlace(rule.Dataflow, [.. where, .. one.Components.Select(component => $"{component}=_T")]), new FoundPlace(rule.Dataflow, where)]);
            }
        }
    }

    /// <summary>Spans with parts of them, by country; of those whose parts cover them what these come to.</summary>
    /// <param name="rule">The rule; with <see cref="CheckRule.Differing"/> those alone that their parts contradict.</param>
    /// <param name="answer">The figures as published by series, unit, period and country.</param>
    public static IEnumerable<Found> Spans(CheckRule rule, FlowsAnswer answer)
    {
        foreach (var table in answer.Figures.Where(figure => Period.Read(figure.Labels[2]) is not null).GroupBy(figure => Labels.Without(figure.Labels, [2])))
        {
            var figures = table.Select(figure => (Period: Period.Read(figure.Labels[2])!.Value, Figure: figure)).OrderBy(one => one.Period.From).ThenByDescending(one => one.Period.Until).ToList();
            for (var at = 0; at < figures.Count; at++)
            {
                var (span, figure) = figures[at];
                var parts = figures.Skip(at + 1).TakeWhile(one => one.Period.From <= span.Until).Where(one => span.Holds(one.Period)).ToList();
                if (parts.Count == 0)
                    continue;
                var sum = SumOf(span, parts);
                if (rule.Differing && (sum is null || !figure.IsKnown || sum == figure.Sure))
                    continue;
                var (series, area) = (table.Key.Of[0], table.Key.Of[2]);
                var against = sum ?? parts.Sum(part => part.Figure.Sure);
                string[] where = [.. rule.Where, $"series={series}", .. area == "_T" ? (string[])[] : [$"ref_area={area}"]];
                yield return new Found(
                    $"{string.Join('|', table.Key.Of)}|{span}", series, span.ToString(), Math.Abs(figure.Sure - against),
                    Values(series, area == "_T" ? span.ToString() : $"{area}, {span}", figure.AtLeast, against, Dataflow.Period),
                    [new FoundPlace(rule.Dataflow, [.. where, $"time={span}"])]);
            }
        }
    }

    // The longest parts first, one after the other; null when they leave days out.
    private static long? SumOf(Period span, List<(Period Period, Figure Figure)> parts)
    {
        var (day, sum) = (span.From, 0L);
        while (day <= span.Until)
        {
            if (parts.FirstOrDefault(part => part.Period.From == day) is not { Figure: { IsKnown: true } figure } next)
                return null;
            (day, sum) = (next.Period.Until.AddDays(1), sum + figure.Sure);
        }

        return sum;
    }

    private static Dictionary<string, string> Values(string series, string what, long? value, long against, string component) => new(StringComparer.Ordinal)
    {
        ["series"] = series,
        ["what"] = what,
        ["value"] = value is { } known ? Asks.Number(known) : "?",
        ["against"] = Asks.Number(against),
        ["component"] = component,
    };
}
