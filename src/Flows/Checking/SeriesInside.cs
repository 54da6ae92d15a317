using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Places;

namespace Tambo.Flows.Checking;

/// <summary>What a table gives away by itself: impossible values, rows that are there twice or lie astray, columns that changed places.</summary>
internal static class SeriesInside
{
    private const int MostRows = 200;

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
            foreach (var row in RowsOf(rule, import, measure, value => value < least || value > most).Take(MostRows))
            {
                string[] what = [.. row.Codes.Where(pair => pair.Key is Dataflow.Period or "REF_AREA" or "CITIZENSHIP").Select(pair => pair.Value), .. measure == Dataflow.Value ? (string[])[] : [measure]];
                yield return new Found(
                    measure == Dataflow.Value ? $"{import.Id:D}|{row.Line}" : $"{import.Id:D}|{row.Line}|{measure}", import.Series, row.Codes.GetValueOrDefault(Dataflow.Period) ?? "", Math.Abs(row.Value ?? 0),
                    Values(("series", import.Series), ("what", string.Join(", ", what)), ("value", Asks.Number(row.Value ?? 0))),
                    [new FoundPlace(rule.Dataflow, [], import.Id, row.Line)]);
            }
        }
    }

    /// <summary>Observations that stand there twice, alike in all codes and all measures: in one file, or in two that both count.</summary>
    public static IEnumerable<Found> Doubled(CheckRule rule, IEnumerable<StandingImport> imports)
    {
        var flow = Dataflow.Find(rule.Dataflow)!;
        string[] measures = [.. flow.Components.Where(component => component.IsMeasure).Select(component => component.Code)];
        foreach (var series in imports.GroupBy(import => import.Series, StringComparer.Ordinal))
        {
            var rows = series.SelectMany(import => RowsOf(rule, import, Dataflow.Value, null).Select(row => (Row: row, Said: string.Join('|',
            [
                .. flow.Components.Where(component => component.IsDimension).Select(component => row.Codes.GetValueOrDefault(component.Code)),
                .. measures.Select(measure => import.Segment.Column(measure) is { } numbers && numbers.Unknown?[row.Row] != true ? Asks.Number(numbers[row.Row]) : ""),
            ]))));
            foreach (var same in rows.GroupBy(one => one.Said, one => one.Row, StringComparer.Ordinal).Where(same => same.Count() > 1).Take(MostRows))
            {
                var (first, times) = (same.First(), same.Count());
                yield return new Found(
                    $"{first.Import:D}|{first.Line}", series.Key, first.Codes.GetValueOrDefault(Dataflow.Period) ?? "", (first.Value ?? 0) * (times - 1),
                    Values(("series", series.Key), ("what", string.Join(", ", first.Codes.Where(pair => pair.Key is Dataflow.Period or "REF_AREA").Select(pair => pair.Value))), ("value", Asks.Number(times))),
                    [.. same.Take(10).Select(row => new FoundPlace(rule.Dataflow, [], row.Import, row.Line))]);
            }
        }
    }

    /// <summary>Observations whose position lies far from every town of the country that they are of.</summary>
    public static IEnumerable<Found> Astray(CheckRule rule, IEnumerable<StandingImport> imports)
    {
        foreach (var import in imports)
        {
            if (import.Segment.Column("LATITUDE") is not { } latitudes || import.Segment.Column("LONGITUDE") is not { } longitudes)
                continue;
            var found = 0;
            foreach (var row in RowsOf(rule, import, Dataflow.Value, null))
            {
                if (latitudes.Unknown?[row.Row] == true || longitudes.Unknown?[row.Row] == true || !row.Codes.TryGetValue("REF_AREA", out var area) || Countries.Find(area) is not { } country)
                    continue;
                var (latitude, longitude) = (latitudes[row.Row] / Millionths, longitudes[row.Row] / Millionths);
                if (IsNear(latitude, longitude, country.Alpha2, rule.Most!.Value))
                    continue;
                if (++found > MostRows)
                    break;
                yield return new Found(
                    $"{import.Id:D}|{row.Line}", import.Series, row.Codes.GetValueOrDefault(Dataflow.Period) ?? "", row.Value ?? 0,
                    Values(("series", import.Series), ("what", $"{row.Codes.GetValueOrDefault(Dataflow.Period)}, {area}"), ("value", FormattableString.Invariant($"{latitude:0.###} {longitude:0.###}"))),
                    [new FoundPlace(rule.Dataflow, [], import.Id, row.Line)]);
            }
        }
    }

    // Coordinates stand in millionths of a degree.
    private const double Millionths = 1_000_000;

    private static bool IsNear(double latitude, double longitude, string country, long kilometres)
    {
        // The nearest town is found at once; only where it is another country's are all of the box looked at.
        if (GeoPoint.From(latitude, longitude) is { } at && Gazetteer.Nearest(at) is var (town, metres) && town.Country == country && metres <= kilometres * 1000)
            return true;
        if (Gazetteer.LargestOf(country) is null)
            return true;
        if (GeoPoint.From(latitude, longitude) is null)
            return false;
        var high = kilometres / 111.0;
        var wide = high / Math.Max(0.1, Math.Cos(latitude * Math.PI / 180));
        return GeoPoint.From(Math.Max(-90, latitude - high), Math.Max(-180, longitude - wide)) is { } southWest
            && GeoPoint.From(Math.Min(90, latitude + high), Math.Min(180, longitude + wide)) is { } northEast
            && Gazetteer.Within(southWest, northEast, int.MaxValue).Any(place => place.Country == country);
    }

    // What counts of an import, with the measure's value where that is asked for.
    private static IReadOnlyList<SourceRow> RowsOf(CheckRule rule, StandingImport import, string measure, Func<long, bool>? only) => SourceRows.Of(
        new CubeQuestion { Where = [.. rule.Where.Select(text => CubeLanguage.Where(text, Dataflow.Find(rule.Dataflow)!))], Measure = measure }, [import], [import.At(null)], RowScope.Node, 0, int.MaxValue, only).Rows;

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

    private static Dictionary<string, string> Values(params (string Name, string Value)[] values) => values.ToDictionary(value => value.Name, value => value.Value, StringComparer.Ordinal);
}
