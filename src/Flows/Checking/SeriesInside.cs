using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>What a table gives away by itself: impossible values, totals beside their parts, columns that changed places.</summary>
internal static class SeriesInside
{
    private const int MostRows = 200;

    /// <summary>Observations outside what can be; at most so many of an import.</summary>
    public static IEnumerable<Found> Impossible(CheckRule rule, IEnumerable<StandingImport> imports)
    {
        foreach (var import in imports)
        {
            var (least, most) = (rule.Least ?? long.MinValue, rule.Most ?? long.MaxValue);
            // What the footer says of the whole column spares looking.
            if (import.Segment.Find(Dataflow.Value) is not { } column || (column.Chunks.All(chunk => chunk.Nulls > 0 || chunk.Least >= least) && column.Most <= most && column.Least >= least))
                continue;
            var question = new CubeQuestion { Where = [.. rule.Where.Select(text => CubeLanguage.Where(text, Dataflow.Find(rule.Dataflow)!))] };
            var found = 0;
            foreach (var row in SourceRows.Of(question, [import], null, 0, int.MaxValue, value => value < least || value > most))
            {
                if (++found > MostRows)
                    break;
                yield return new Found(
                    $"{import.Id:D}|{row.Line}", import.Series, row.Codes.GetValueOrDefault(Dataflow.Period) ?? "", Math.Abs(row.Value ?? 0),
                    Values(("series", import.Series), ("what", string.Join(", ", row.Codes.Where(pair => pair.Key is Dataflow.Period or "REF_AREA" or "CITIZENSHIP").Select(pair => pair.Value))), ("value", Asks.Number(row.Value ?? 0))),
                    [new FoundPlace(rule.Dataflow, [], import.Id, row.Line)]);
            }
        }
    }

    /// <summary>Periods of which a table has both a total and parts of it: added up they count twice.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="answer">The figures by series, unit, period, the rule's further words, and the component.</param>
    public static IEnumerable<Found> Levels(CheckRule rule, FlowsAnswer answer)
    {
        foreach (var same in answer.Figures.GroupBy(figure => Labels.Without(figure.Labels, [figure.Labels.Count - 1])))
        {
            if (same.FirstOrDefault(figure => figure.Labels[^1] == "_T") is not { } total || same.Where(figure => figure.Labels[^1] != "_T").ToList() is not { Count: > 0 } parts)
                continue;
            var sum = parts.Sum(part => part.Sure);
            string[] labels = [.. same.Key.Of.Skip(2)];
            string[] where = [.. rule.Where, $"series={same.Key.Of[0]}", $"time={labels[0]}", .. rule.By.Select((word, at) => Asks.Condition(word, labels[at + 1]))];
            yield return new Found(
                string.Join('|', same.Key.Of), same.Key.Of[0], labels[0], Math.Abs(total.Sure - sum),
                Values(("series", same.Key.Of[0]), ("what", string.Join(", ", labels)), ("value", Asks.Number(total.Sure)), ("against", Asks.Number(sum)), ("component", rule.Component)),
                [new FoundPlace(rule.Dataflow, [.. where, $"{rule.Component}=_T"]), new FoundPlace(rule.Dataflow, where)]);
        }
    }

    /// <summary>Years of which a table has a total and all months as well, and they do not agree.</summary>
    public static IEnumerable<Found> Years(CheckRule rule, FlowsAnswer answer)
    {
        foreach (var series in answer.Figures.Where(figure => figure.IsKnown).GroupBy(figure => (figure.Labels[0], figure.Labels[1])))
        {
            var months = series.Where(figure => Period.Read(figure.Labels[2]) is { Frequency: 'M' }).ToLookup(figure => figure.Labels[2][..4], StringComparer.Ordinal);
            foreach (var year in series.Where(figure => Period.Read(figure.Labels[2]) is { Frequency: 'A' }))
            {
                var sum = months[year.Labels[2]].Sum(month => month.Sure);
                if (months[year.Labels[2]].Count() != 12 || sum == year.Sure)
                    continue;
                yield return new Found(
                    string.Join('|', year.Labels), year.Labels[0], year.Labels[2], Math.Abs(sum - year.Sure),
                    Values(("series", year.Labels[0]), ("what", year.Labels[2]), ("value", Asks.Number(year.Sure)), ("against", Asks.Number(sum)), ("component", Dataflow.Period)),
                    [new FoundPlace(rule.Dataflow, [.. rule.Where, $"series={year.Labels[0]}", $"time={year.Labels[2]}"])]);
            }
        }
    }

    /// <summary>
    /// Imports in which a column says what another one should: fewer reporting countries than nationalities is what a table
    /// has; the other way round, or against the imports before, they have changed places.
    /// </summary>
    public static IEnumerable<Found> Swapped(CheckRule rule, Asks asks)
    {
        foreach (var import in asks.Of(rule.Dataflow))
        {
            var (where, who) = (Real(import, rule.Component), Real(import, rule.Other));
            // A table without nationalities has nothing to take for its countries.
            if (where.Count < 2 || who.Count == 0)
                continue;
            var before = asks.Past(import.Series).TakeWhile(one => one.Id != import.Id).LastOrDefault(one => one.Whole is not null);
            // An earlier import of the series is the better witness.
            var isSwapped = before is null || Real(before, rule.Component).Count == 0
                ? where.Count > who.Count && where.Count >= 5
                : where.Count(code => !Real(before, rule.Component).Contains(code)) > where.Count / 2 && who.Count(Real(before, rule.Component).Contains) * 2 >= who.Count;
            if (!isSwapped)
                continue;
            yield return new Found(
                import.Id.ToString("D"), import.Series, "", import.Segment.Rows,
                Values(("series", import.Series), ("what", rule.Component), ("other", rule.Other), ("value", Asks.Number(where.Count)), ("against", Asks.Number(who.Count))),
                [new FoundPlace(rule.Dataflow, [$"series={import.Series}"])]);
        }
    }

    private static HashSet<string> Real(StandingImport import, string component) =>
        [.. (import.Segment.Find(component)?.Codes ?? []).Where(code => !code.StartsWith('_'))];

    private static Dictionary<string, string> Values(params (string Name, string Value)[] values) => values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
