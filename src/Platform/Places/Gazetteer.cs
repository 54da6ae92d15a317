using System.Globalization;
using System.Numerics;

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
    /// <summary>A little less than a degree of latitude has on the sphere of <see cref="GeoPoint.MetresTo"/>.</summary>
    private const double LeastMetresPerDegree = 111_000;

    private static readonly Lazy<PlaceTable> Places = new(Load);

    /// <summary>How many places there are.</summary>
    public static int Count => Places.Value.Count;

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

        var places = Places.Value;
        var found = new Dictionary<int, NameMatch>();
        var area = within.Length == 0 ? null : new Area(within);
        var (letters, slips) = (Spelling.LettersOf(name), NameMatching.SlipsForgiven(name));
        for (var at = 0; at < places.Names; at++)
        {
            if (BitOperations.PopCount(letters & ~places.LettersOf(at)) > slips)
                continue;
            var (match, place) = (NameMatching.Compare(name, places.FoldedName(at)), places.PlaceOf(at));
            if (match is NameMatch.None || (found.TryGetValue(place, out var better) && better <= match))
                continue;
            if (area is null || area.Holds(places.AreaOf(place)))
                found[place] = match;
        }

        return
        [
            .. found
                .Select(f => (Match: f.Value, Place: places[f.Key]))
                .OrderBy(f => f.Match)
                .ThenBy(f => string.Equals(f.Place.Country, nearCountry, StringComparison.OrdinalIgnoreCase) ? 0 : 1)
                .ThenByDescending(f => f.Place.Population ?? 0)
                .ThenBy(f => f.Place.Name, StringComparer.Ordinal)
                .Select(f => f.Place)
                .Take(take),
        ];
    }

    /// <summary>The places inside a box, the largest first. A west beyond the east crosses the antimeridian.</summary>
    public static IReadOnlyList<GazetteerPlace> Within(GeoPoint southWest, GeoPoint northEast, int take)
    {
        var places = Places.Value;
        bool Inside(GeoPoint p) =>
            p.Latitude >= southWest.Latitude && p.Latitude <= northEast.Latitude
            && (southWest.Longitude <= northEast.Longitude
                ? p.Longitude >= southWest.Longitude && p.Longitude <= northEast.Longitude
                : p.Longitude >= southWest.Longitude || p.Longitude <= northEast.Longitude);
        return [.. Enumerable.Range(0, places.Count).Where(at => Inside(places.PointOf(at))).Take(take).Select(at => places[at])];
    }

    /// <summary>The places of a country, for whoever asks for many positions whether one is near.</summary>
    /// <param name="country">ISO 3166-1 alpha-2.</param>
    public static CountryPlaces Of(string country)
    {
        var places = Places.Value;
        return new CountryPlaces(Enumerable.Range(0, places.Count).Where(at => places.AreaOf(at).Country == country).Select(places.PointOf));
    }

    /// <summary>The largest place of a country, or of an area of its first level by name; null when none is known.</summary>
    public static GazetteerPlace? LargestOf(string country, string admin1 = "")
    {
        var area = Spelling.Fold(admin1);
        var places = Places.Value;
        var known = places.Areas.Where(one => one.Country.Equals(country, StringComparison.OrdinalIgnoreCase) && (area.Length == 0 || Spelling.Fold(one.Admin1) == area)).ToHashSet();
        for (var at = 0; at < places.Count; at++)
        {
            if (known.Contains(places.AreaOf(at)))
                return places[at];
        }

        return null;
    }

    /// <summary>The place nearest to a point, and how many metres away it is.</summary>
    public static (GazetteerPlace Place, double Metres) Nearest(GeoPoint point)
    {
        var places = Places.Value;
        var north = places.FirstNorthOf(point.Latitude);
        var (nearest, metres) = (places.ByLatitude[Math.Min(north, places.Count - 1)], double.PositiveInfinity);
        // Northwards and southwards, until the latitude alone is farther than the best.
        for (var at = north; at < places.Count && IsNear(at); at++)
            Consider(places.ByLatitude[at]);
        for (var at = north - 1; at >= 0 && IsNear(at); at--)
            Consider(places.ByLatitude[at]);
        return (places[nearest], metres);

        bool IsNear(int at) => Math.Abs(places.PointOf(places.ByLatitude[at]).Latitude - point.Latitude) * LeastMetresPerDegree <= metres;

        void Consider(int place)
        {
            var away = places.PointOf(place).MetresTo(point);
            // Of equals the larger, which comes first.
            if (away < metres || (away == metres && place < nearest))
                (nearest, metres) = (place, away);
        }
    }

    /// <summary>What follows the comma: the beginning of a country or an area. Each name is folded once, however many places are in it.</summary>
    private sealed class Area(string within)
    {
        private readonly Dictionary<string, bool> countries = new(StringComparer.Ordinal);
        private readonly Dictionary<string, bool> areas = new(StringComparer.Ordinal);

        public bool Holds((string Admin1, string Country) place)
        {
            if (!countries.TryGetValue(place.Country, out var inCountry))
                countries[place.Country] = inCountry = IsCountry(place.Country);
            if (inCountry)
                return true;
            if (!areas.TryGetValue(place.Admin1, out var inArea))
                areas[place.Admin1] = inArea = Spelling.Fold(place.Admin1).StartsWith(within, StringComparison.Ordinal);
            return inArea;
        }

        private bool IsCountry(string code) =>
            string.Equals(code, within, StringComparison.OrdinalIgnoreCase)
            || (Countries.Find(code) is { } country && country.Names.All.Any(n => Spelling.Fold(n).StartsWith(within, StringComparison.Ordinal)));
    }

    internal static PlaceTable Load()
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

        var largest = new Dictionary<(string Name, string Country), int>();
        for (var at = 0; at < places.Length; at++)
            largest.TryAdd((places[at].Name, places[at].Country), at);
        // What people of a further language call places is a further file.
        var further = Path.Combine(ShippedTable.Folder, "gazetteer", "other-names");
        string[] files = Directory.Exists(further) ? Directory.GetFiles(further, "*.csv") : [];
        var others = files.Order(StringComparer.Ordinal).Prepend("other-names.csv").Select(file => ShippedTable.Read("gazetteer", file));
        return new PlaceTable(
            places,
            others.SelectMany(table => table.Rows.Select(row => (row[table.Column("other_name")], largest[(row[table.Column("name")], row[table.Column("country")])]))));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
