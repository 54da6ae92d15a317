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
        var area = within.Length == 0 ? null : new Area(within);
        var (letters, slips) = (Spelling.LettersOf(name), NameMatching.SlipsForgiven(name));
        foreach (var (folded, has, place) in Places.Value.Names)
        {
            if (BitOperations.PopCount(letters & ~has) > slips)
                continue;
            var match = NameMatching.Compare(name, folded);
            if (match is NameMatch.None || (found.TryGetValue(place, out var better) && better <= match))
                continue;
            if (area is null || area.Holds(place))
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

    /// <summary>The largest place of a country, or of an area of its first level by name; null when none is known.</summary>
    public static GazetteerPlace? LargestOf(string country, string admin1 = "")
    {
        var area = Spelling.Fold(admin1);
        return Array.Find(Places.Value.BySize, place =>
            string.Equals(place.Country, country, StringComparison.OrdinalIgnoreCase) && (area.Length == 0 || Spelling.Fold(place.Admin1) == area));
    }

    /// <summary>The place nearest to a point, and how many metres away it is.</summary>
    public static (GazetteerPlace Place, double Metres) Nearest(GeoPoint point)
    {
        var places = Places.Value.ByLatitude;
        var next = Array.BinarySearch(Places.Value.Latitudes, point.Latitude);
        next = next < 0 ? ~next : next;
        var (nearest, metres) = (places[Math.Min(next, places.Length - 1)], double.PositiveInfinity);
        // Northwards and southwards, until the latitude alone is farther than the best.
        for (var at = next; at < places.Length && IsNear(at); at++)
            Consider(at);
        for (var at = next - 1; at >= 0 && IsNear(at); at--)
            Consider(at);
        return (nearest, metres);

        bool IsNear(int at) => Math.Abs(places[at].Point.Latitude - point.Latitude) * LeastMetresPerDegree <= metres;

        void Consider(int at)
        {
            var away = places[at].Point.MetresTo(point);
            // Of equals the larger.
            if (away < metres || (away == metres && (places[at].Population ?? 0) > (nearest.Population ?? 0)))
                (nearest, metres) = (places[at], away);
        }
    }

    /// <summary>What follows the comma: the beginning of a country or an area. Each name is folded once, however many places are in it.</summary>
    private sealed class Area(string within)
    {
        private readonly Dictionary<string, bool> countries = new(StringComparer.Ordinal);
        private readonly Dictionary<string, bool> areas = new(StringComparer.Ordinal);

        public bool Holds(GazetteerPlace place)
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
        // What people of a further language call places is a further file.
        var further = Path.Combine(ShippedTable.Folder, "gazetteer", "other-names");
        string[] files = Directory.Exists(further) ? Directory.GetFiles(further, "*.csv") : [];
        var others = files.Order(StringComparer.Ordinal).Prepend("other-names.csv").Select(file => ShippedTable.Read("gazetteer", file));
        return new NameIndex(
            places,
            [
                .. places.Select(p => Named(p.Name, p)),
                .. others.SelectMany(table => table.Rows.Select(row =>
                    Named(row[table.Column("other_name")], largest[(row[table.Column("name")], row[table.Column("country")])]))),
            ]);

        static (string, ulong, GazetteerPlace) Named(string name, GazetteerPlace place)
        {
            var folded = Spelling.Fold(name);
            return (folded, Spelling.LettersOf(folded), place);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    internal sealed record NameIndex(GazetteerPlace[] BySize, (string Folded, ulong Letters, GazetteerPlace Place)[] Names)
    {
        public GazetteerPlace[] ByLatitude { get; } = [.. BySize.OrderBy(place => place.Point.Latitude)];

        /// <summary>Of <see cref="ByLatitude"/>, degrees.</summary>
        public double[] Latitudes { get; } = [.. BySize.Select(place => place.Point.Latitude).Order()];
    }
}
