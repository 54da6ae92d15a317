using System.Globalization;

namespace Tambo.Platform.Places;

/// <summary>A town, village or city district.</summary>
/// <param name="Name">Its local name.</param>
/// <param name="Admin1">The state, department or province, or empty.</param>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Point">Its middle.</param>
/// <param name="Population">Inhabitants, or <see langword="null"/> when not known.</param>
public sealed record GazetteerPlace(string Name, string Admin1, string Country, GeoPoint Point, int? Population);

/// <summary>The places of the Americas by name, for people who type where they are (GeoNames, CC BY 4.0).</summary>
public static class Gazetteer
{
    private static readonly Lazy<NameIndex> Places = new(Load);

    /// <summary>How many places there are.</summary>
    public static int Count => Places.Value.BySize.Length;

    /// <summary>
    /// Places whose name is, begins with or nearly is a text, the likeliest first. Accents and case do not matter
    /// and one slip is forgiven. What follows a comma narrows to a country or an area: <c>"La Paz, Bolivia"</c>.
    /// </summary>
    /// <param name="text">What a person typed.</param>
    /// <param name="take">How many places at most.</param>
    /// <param name="nearCountry">ISO 3166-1 alpha-2 of a country whose places come first among equally good matches.</param>
    public static IReadOnlyList<GazetteerPlace> Find(string text, int take, string? nearCountry = null)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal);
        var name = Spelling.Fold(comma < 0 ? text : text[..comma]);
        var within = comma < 0 ? "" : Spelling.Fold(text[(comma + 1)..]);
        if (name.Length == 0 || take <= 0)
            return [];

        var found = new Dictionary<GazetteerPlace, NameMatch>(ReferenceEqualityComparer.Instance);
        foreach (var (folded, place) in Places.Value.Names)
        {
            var match = NameMatching.Compare(name, folded);
            if (match is NameMatch.None || (found.TryGetValue(place, out var better) && better <= match))
                continue;
            if (within.Length == 0 || LiesIn(place, within))
                found[place] = match;
        }

        return
        [
            .. found
                .OrderBy(f => f.Value)
                .ThenBy(f => string.Equals(f.Key.Country, nearCountry, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                .ThenByDescending(f => f.Key.Population ?? 0)
                .ThenBy(f => f.Key.Name, StringComparer.Ordinal)
                .Select(f => f.Key)
                .Take(take),
        ];
    }

    /// <summary>The places inside a box, the largest first. A west beyond the east crosses the antimeridian.</summary>
    public static IReadOnlyList<GazetteerPlace> Within(GeoPoint southWest, GeoPoint northEast, int take)
    {
        bool Inside(GeoPoint p) =>
            p.Latitude >= southWest.Latitude && p.Latitude <= northEast.Latitude
            && (southWest.Longitude <= northEast.Longitude
                ? p.Longitude >= southWest.Longitude && p.Longitude <= northEast.Longitude
                : p.Longitude >= southWest.Longitude || p.Longitude <= northEast.Longitude);
        return [.. Places.Value.BySize.Where(p => Inside(p.Point)).Take(take)];
    }

    /// <summary>The place nearest to a point, and how many metres away it is.</summary>
    public static (GazetteerPlace Place, double Metres) Nearest(GeoPoint point)
    {
        var nearest = Places.Value.BySize.MinBy(p => p.Point.MetresTo(point))!;
        return (nearest, nearest.Point.MetresTo(point));
    }

    private static bool LiesIn(GazetteerPlace place, string within) =>
        string.Equals(place.Country, within, StringComparison.OrdinalIgnoreCase)
        || Spelling.Fold(place.Admin1).StartsWith(within, StringComparison.Ordinal)
        || (Countries.Find(place.Country) is { } country
            && country.Names.All.Any(n => Spelling.Fold(n).StartsWith(within, StringComparison.Ordinal)));

    internal static NameIndex Load()
    {
        var table = ShippedTable.Read("gazetteer", "places.csv");
        int name = table.Column("name"), latitude = table.Column("latitude"), longitude = table.Column("longitude");
        int country = table.Column("country"), admin1 = table.Column("admin1"), population = table.Column("population");
        var places = table.Rows.Select(row => new GazetteerPlace(
            row[name],
            row[admin1],
            row[country],
            new GeoPoint(Number(row[latitude]), Number(row[longitude])),
            row[population].Length > 0 ? int.Parse(row[population], CultureInfo.InvariantCulture) : null)).ToArray();
        Array.Sort(places, (a, b) => (b.Population ?? 0).CompareTo(a.Population ?? 0));

        var largest = new Dictionary<(string Name, string Country), GazetteerPlace>();
        foreach (var place in places)
            largest.TryAdd((place.Name, place.Country), place);
        var others = ShippedTable.Read("gazetteer", "other-names.csv");
        int other = others.Column("other_name"), known = others.Column("name"), of = others.Column("country");
        return new NameIndex(
            places,
            [
                .. places.Select(p => (Spelling.Fold(p.Name), p)),
                .. others.Rows.Select(row => (Spelling.Fold(row[other]), largest[(row[known], row[of])])),
            ]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    internal sealed record NameIndex(GazetteerPlace[] BySize, (string Folded, GazetteerPlace Place)[] Names);
}
