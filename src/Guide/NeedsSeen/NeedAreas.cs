using System.Collections.Concurrent;
using Tambo.Guide.Finding;
using Tambo.Platform.Places;

namespace Tambo.Guide.NeedsSeen;

/// <summary>
/// The areas by which needs are told: states, departments and provinces, by code; a country where the area is not known;
/// empty where nothing is.
/// </summary>
internal static class NeedAreas
{
    /// <summary>Farther than this from every place that is known, nobody can say where a point is.</summary>
    private const double FarthestMetres = 150_000;

    private static readonly ConcurrentDictionary<(string Country, string Name), string> Codes = new();

    /// <summary>The area in which a point lies: that of the nearest place of the gazetteer.</summary>
    public static string Of(GeoPoint point) =>
        Gazetteer.Nearest(point) is var (place, metres) && metres <= FarthestMetres ? Codes.GetOrAdd((place.Country, place.Admin1), CodeOf) : "";

    /// <summary>The area of an offer, as far as the public may know it.</summary>
    public static string Of(Offer offer)
    {
        for (var area = AdminAreas.Find(offer.Location?.AdminArea); area is not null; area = AdminAreas.Find(area.Parent))
        {
            if (area.Level == 1)
                return area.Code;
        }

        return offer.AnyPoint is { } point ? Of(point) : offer.Country;
    }

    /// <summary>The country of an area.</summary>
    public static string CountryOf(string area) => AdminAreas.Find(area)?.Country ?? area;

    /// <summary>An area with those around it, by code; none where nothing is known.</summary>
    public static IReadOnlyList<string> Around(string area)
    {
        if (area.Length == 0)
            return [];
        var around = new List<string>();
        for (var known = AdminAreas.Find(area); known is not null; known = AdminAreas.Find(known.Parent))
            around.Add(known.Code);
        return [.. around, CountryOf(area)];
    }

    /// <summary>The area by which needs are told in which a smaller one lies: they are told of nothing smaller than a state.</summary>
    public static string Told(string area)
    {
        var known = AdminAreas.Find(area);
        while (known is { Level: > 1 })
            known = AdminAreas.Find(known.Parent);
        return known?.Code ?? area;
    }

    /// <summary>The name of an area in the reader's language.</summary>
    public static string? NameOf(string area, string language) => AdminAreas.Find(area) is { } known
        ? $"{known.Name}, {Countries.Find(known.Country)?.Name(language) ?? known.Country}"
        : Countries.Find(area)?.Name(language);

    /// <summary>Where a map shows an area: its largest place.</summary>
    public static GeoPoint? MiddleOf(string area) => (AdminAreas.Find(area) is { } known
        ? Gazetteer.LargestOf(known.Country, known.Name) ?? Gazetteer.LargestOf(known.Country)
        : area.Length > 0 ? Gazetteer.LargestOf(area) : null)?.Point;

    // The gazetteer names areas; the codes are those of the list of areas, where it has that name.
    private static string CodeOf((string Country, string Name) place)
    {
        var folded = Spelling.Fold(place.Name);
        return AdminAreas.OfCountry(place.Country).FirstOrDefault(area => Spelling.Fold(area.Name) == folded)?.Code ?? place.Country;
    }
}
