using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Places;

namespace Tambo.Flows.Checking;

/// <summary>Observations whose position lies far from every town of the country that they are of.</summary>
internal static class AstrayRows
{
    // Coordinates stand in millionths of a degree.
    private const double Millionths = 1_000_000;

    /// <summary>The first of them in each import.</summary>
    public static IEnumerable<Found> Find(CheckRule rule, IEnumerable<StandingImport> imports)
    {
        var countries = new Dictionary<string, (string Alpha2, CountryPlaces Places)?>(StringComparer.Ordinal);
        return imports.SelectMany(import => CheckedRows.Named(import, () => Of(rule, import, countries)));
    }

    private static List<Found> Of(CheckRule rule, StandingImport import, Dictionary<string, (string Alpha2, CountryPlaces Places)?> countries)
    {
        var (file, found) = (import.Segment, new List<Found>());
        if (file.Packed("LATITUDE") is not { } latitudes || file.Packed("LONGITUDE") is not { } longitudes || file.Packed("REF_AREA") is not { } areas)
            return found;
        var codes = file.Find("REF_AREA")!.Codes;
        var countryOf = codes.Select(code => countries.TryGetValue(code, out var known) ? known : countries[code] = CountryOf(code)).ToArray();
        var (norths, easts, numbers) = (Array.Empty<long>(), Array.Empty<long>(), Array.Empty<long>());
        var rows = new CheckedRows(rule, import, Dataflow.Value);
        foreach (var (some, meant) in rows.Stretches())
        {
            if (norths.Length < some.Rows)
                (norths, easts, numbers) = (new long[some.Rows], new long[some.Rows], new long[some.Rows]);
            latitudes.Numbers(some, norths.AsSpan(0, some.Rows));
            longitudes.Numbers(some, easts.AsSpan(0, some.Rows));
            areas.Numbers(some, numbers.AsSpan(0, some.Rows));
            for (var at = 0; at < some.Rows; at++)
            {
                if (meant[at] == Meant.Not || norths[at] == ObservationBatch.Unknown || easts[at] == ObservationBatch.Unknown || countryOf[numbers[at]] is not var (alpha2, places))
                    continue;
                var (latitude, longitude) = (norths[at] / Millionths, easts[at] / Millionths);
                if (IsNear(latitude, longitude, alpha2, places, rule.Most!.Value))
                    continue;
                var (line, period) = (rows.Line(some, at), rows.Codes(some, at, Dataflow.Period) is [var (_, code)] ? code : "");
                found.Add(new Found(
                    $"{import.Id:D}|{line}", import.Series, period, rows.Value(Dataflow.Value, some, at),
                    SeriesInside.Values(("series", import.Series), ("what", $"{period}, {codes[(int)numbers[at]]}"), ("value", FormattableString.Invariant($"{latitude:0.###}, {longitude:0.###}"))),
                    [new FoundPlace(rule.Dataflow, [], import.Id, line)]));
                if (found.Count == SeriesInside.MostRows)
                    return found;
            }
        }

        return found;
    }

    // Of a country without a known town nothing can be said.
    private static (string Alpha2, CountryPlaces Places)? CountryOf(string area) =>
        area != "_T" && Countries.Find(area) is { } country && Gazetteer.Of(country.Alpha2) is { Count: > 0 } places ? (country.Alpha2, places) : null;

    private static bool IsNear(double latitude, double longitude, string country, CountryPlaces places, long kilometres)
    {
        if (GeoPoint.From(latitude, longitude) is not { } at)
            return false;
        var high = kilometres / 111.0;
        var wide = high / Math.Max(0.1, Math.Cos(latitude * Math.PI / 180));
        return (GeoPoint.From(Math.Max(-90, latitude - high), Math.Max(-180, longitude - wide)) is { } southWest
                && GeoPoint.From(Math.Min(90, latitude + high), Math.Min(180, longitude + wide)) is { } northEast
                && places.AnyWithin(southWest, northEast))
            // Far north the box is a little narrower than the circle.
            || (Gazetteer.Nearest(at) is var (town, metres) && town.Country == country && metres <= kilometres * 1000);
    }
}
