using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Notices;

/// <summary>The smallest area in which something lies, as far as the public may know it: by it notices are shown.</summary>
internal static class NoticeAreas
{
    /// <summary>What is farther is not around here, in metres.</summary>
    private const double Nearby = 30_000;

    private static readonly ConcurrentDictionary<string, Dictionary<string, string>> Towns = new(StringComparer.OrdinalIgnoreCase);

    // A place in memory never changes: it is looked for once, however often the directory is made anew around it.
    private static readonly ConditionalWeakTable<Location, string> Known = new();

    /// <summary>That of an offer: the one its place names, else the municipality of its town, else its state or country.</summary>
    public static string Of(Offer offer) => offer.Location is { } place ? Known.GetValue(place, _ => Find(offer)) : NeedAreas.Of(offer);

    private static string Find(Offer offer)
    {
        if (AdminAreas.Find(offer.Location?.AdminArea) is { Level: > 1 } named)
            return named.Code;
        var state = NeedAreas.Of(offer);
        var town = offer.Address?.City is { Length: > 0 } city ? city
            : offer.AnyPoint is { } point && AdminAreas.Find(state) is not null ? Gazetteer.Nearest(point).Place.Name : "";
        return TownIn(state, town);
    }

    /// <summary>That of a point: the municipality of which the nearest place is the town, else its state.</summary>
    public static string Of(GeoPoint point) => NeedAreas.Of(point) is { Length: > 0 } state ? TownIn(state, Gazetteer.Nearest(point).Place.Name) : "";

    /// <summary>Those of a point and of what is listed around it in the same state: municipalities are known by their towns, and villages lie between.</summary>
    public static IEnumerable<string> Near(GeoPoint point, IEnumerable<Offer> listed)
    {
        var here = Of(point);
        var state = NeedAreas.Told(here);
        return listed.Where(offer => offer.AnyPoint?.MetresTo(point) <= Nearby).Select(Of).Where(area => AdminAreas.Find(area) is { Level: > 1 } && NeedAreas.Told(area) == state).Prepend(here).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Its name, with what it lies in.</summary>
    public static string NameOf(string area, Texts texts)
    {
        var names = new List<string>();
        for (var known = AdminAreas.Find(area); known is not null; known = AdminAreas.Find(known.Parent))
            names.Add(known.Name);
        return string.Join(texts.Comma, names.Append(Countries.Name(NeedAreas.CountryOf(area), texts)).Where(name => name.Length > 0).DefaultIfEmpty(area));
    }

    private static string TownIn(string state, string town) => town.Length > 0 && AdminAreas.Find(state) is { Level: 1 } known
        ? Towns.GetOrAdd(known.Code, TownsOf).GetValueOrDefault(Spelling.Fold(town)) ?? state
        : state;

    // Where two municipalities of a state have one name, nobody can tell which it is.
    private static Dictionary<string, string> TownsOf(string state) => AdminAreas.Children(state).GroupBy(area => Spelling.Fold(area.Name), StringComparer.Ordinal)
        .Where(named => named.Count() == 1).ToDictionary(named => named.Key, named => named.First().Code, StringComparer.Ordinal);
}
