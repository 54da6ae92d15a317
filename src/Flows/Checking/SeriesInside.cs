using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Checking;

/// <summary>What a table gives away by itself: impossible values, columns that changed places.</summary>
internal static class SeriesInside
{
    /// <summary>Findings of one kind at most: of an import and a measure, or of a series.</summary>
    public const int MostRows = 200;

    /// <summary>Observations outside what can be; at most so many of an import and a measure.</summary>
    public static IEnumerable<Found> Impossible(CheckRule rule, IEnumerable<StandingImport> imports)
    {
        var (least, most) = (rule.Least ?? long.MinValue, rule.Most ?? long.MaxValue);
        string[] measures = rule.Measures.Count == 0 ? [Dataflow.Value] : [.. rule.Measures];
        foreach (var (import, measure) in imports.SelectMany(import => measures.Select(measure => (import, measure))))
        {
            // What the footer says of the whole column spares looking.
            if (import.Segment.Find(measure) is not { } column || (column.Chunks.All(chunk => chunk.Nulls > 0 || chunk.Least >= least) && column.Most <= most && column.Least >= least))
                continue;
            foreach (var found in CheckedRows.Named(import, () => Beyond(rule, import, measure, least, most)))
                yield return found;
        }
    }

    private static List<Found> Beyond(CheckRule rule, StandingImport import, string measure, long least, long most)
    {
        var (rows, column, values, found) = (new CheckedRows(rule, import, measure), import.Segment.Packed(measure)!, Array.Empty<long>(), new List<Found>());
        foreach (var (some, meant) in rows.Stretches())
        {
            if (values.Length < some.Rows)
                values = new long[some.Rows];
            column.Numbers(some, values.AsSpan(0, some.Rows));
            for (var at = 0; at < some.Rows; at++)
            {
                if (meant[at] == Meant.Not || values[at] == ObservationBatch.Unknown || (values[at] >= least && values[at] <= most))
                    continue;
                var line = rows.Line(some, at);
                string[] what = [.. rows.Codes(some, at, Dataflow.Period, "REF_AREA", "CITIZENSHIP").Select(pair => pair.Code), .. measure == Dataflow.Value ? (string[])[] : [measure]];
                found.Add(new Found(
                    measure == Dataflow.Value ? $"{import.Id:D}|{line}" : $"{import.Id:D}|{line}|{measure}", import.Series, rows.Codes(some, at, Dataflow.Period) is [var (_, period)] ? period : "", Math.Abs(values[at]),
                    Values(("series", import.Series), ("what", string.Join(", ", what)), ("value", Asks.Number(values[at]))),
                    [new FoundPlace(rule.Dataflow, [], import.Id, line)]));
                if (found.Count == MostRows)
                    return found;
            }
        }

        return found;
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
            {
                foreach (var year in SwappedYears(rule, import, before))
                    yield return year;
                continue;
            }

            yield return new Found(
                import.Id.ToString("D"), import.Series, "", import.Segment.Rows,
                Values(("series", import.Series), ("what", rule.Component), ("other", rule.Other), ("value", Asks.Number(where.Count)), ("against", Asks.Number(who.Count))),
                [new FoundPlace(rule.Dataflow, [$"series={import.Series}"])]);
        }
    }

    // Years whose countries reported in no other year, and are nationalities there, while those that do report are its nationalities.
    private static IEnumerable<Found> SwappedYears(CheckRule rule, StandingImport import, StandingImport? before)
    {
        var question = new CubeQuestion { By = [CubeLanguage.Group("year", Dataflow.Find(rule.Dataflow)!), Grouping.By(rule.Component), Grouping.By(rule.Other)] };
        var years = AskCube.Answer(question, import.At(null), 1).GroupBy(figure => figure.Labels[0], StringComparer.Ordinal)
            .ToDictionary(year => year.Key, year => (Where: Codes(year, 1), Who: Codes(year, 2)), StringComparer.Ordinal);
        foreach (var (year, (where, who)) in years)
        {
            var others = years.Where(other => other.Key != year).ToList();
            var reported = others.SelectMany(other => other.Value.Where).Concat(before is null ? [] : Real(before, rule.Component)).ToHashSet(StringComparer.Ordinal);
            var nationals = others.SelectMany(other => other.Value.Who).Concat(before is null ? [] : Real(before, rule.Other)).ToHashSet(StringComparer.Ordinal);
            var fresh = where.Where(code => !reported.Contains(code)).ToList();
            if (fresh.Count < 2 || fresh.Count <= where.Count / 2 || fresh.Count(nationals.Contains) * 2 < fresh.Count || who.Count(reported.Contains) * 2 < who.Count || reported.Count >= nationals.Count)
                continue;
            yield return new Found(
                $"{import.Id:D}|{year}", import.Series, year, fresh.Count,
                Values(("series", import.Series), ("what", rule.Component), ("other", rule.Other), ("value", Asks.Number(where.Count)), ("against", Asks.Number(who.Count))),
                [new FoundPlace(rule.Dataflow, [$"series={import.Series}", $"time={year}"])]);
        }
    }

    private static HashSet<string> Codes(IEnumerable<Figure> figures, int at) => figures.Select(figure => figure.Labels[at]).Where(code => !code.StartsWith('_')).ToHashSet(StringComparer.Ordinal);

    private static HashSet<string> Real(StandingImport import, string component) =>
        [.. (import.Segment.Find(component)?.Codes ?? []).Where(code => !code.StartsWith('_'))];

    /// <summary>The values of a finding's sentence.</summary>
    public static Dictionary<string, string> Values(params (string Name, string Value)[] values) => values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
