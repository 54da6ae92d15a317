using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;

namespace Tambo.Guide.Offline;

/// <summary>An area that can be taken along, with the offers that are, or may be, in it.</summary>
/// <param name="Code">Stands in addresses: a country, an area of its first level, or <see cref="PackAreas.Everything"/>.</param>
/// <param name="Country">Two letters; empty for everything.</param>
/// <param name="Offers">What is in its pack.</param>
internal sealed record PackArea(string Code, string Country, IReadOnlyList<Offer> Offers)
{
    /// <summary>True when a notice of an area concerns whoever takes this pack along: it is of this area, of one around it, or of one in it.</summary>
    public bool Holds(string area)
    {
        var own = Country.Length == 0 ? "" : AdminAreas.Find(Code)?.Code ?? Country;
        return area.Length == 0 || own.Length == 0 || NeedAreas.Around(own).Contains(area, StringComparer.Ordinal) || NeedAreas.Around(area).Contains(own, StringComparer.Ordinal);
    }

    /// <summary>What a reader calls it.</summary>
    public string Name(Texts texts) => AdminAreas.Find(Code) is { } area ? $"{area.Name}, {Countries.Name(Country, texts)}"
        : Country.Length > 0 ? Countries.Name(Country, texts) : texts["pack.everything"];
}

/// <summary>
/// Which packs there are: one for everything as long as that is little, one for each country and, where a country has many offers, one for each of its states or
/// departments, since people know these by name and plan a day's way in them. What is known less precisely than an area, such
/// as a hotline of the whole country, is in the pack of each area it may be in. Pure.
/// </summary>
internal static class PackAreas
{
    /// <summary>The code of the pack of everything.</summary>
    public const string Everything = "all";

    /// <summary>A country with more offers has packs of its states as well.</summary>
    public const int Large = 300;

    /// <summary>A directory of several countries with at most so many offers has one pack of them all, too.</summary>
    public const int Small = 2000;

    /// <summary>The areas: everything, then countries, those with most offers first and each before its states.</summary>
    public static IReadOnlyList<PackArea> Of(IReadOnlyList<Offer> offers)
    {
        var placed = offers.Select(offer => (Offer: offer, Country: CountryOf(offer), State: StateOf(offer))).ToList();
        var anywhere = placed.Where(pair => pair.Country.Length == 0).Select(pair => pair.Offer).ToList();
        var areas = new List<PackArea>();
        foreach (var country in placed.Where(pair => pair.Country.Length > 0).GroupBy(pair => pair.Country, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal))
        {
            areas.Add(new PackArea(country.Key.ToLowerInvariant(), country.Key, [.. country.Select(pair => pair.Offer), .. anywhere]));
            if (country.Count() <= Large)
                continue;
            List<Offer> somewhere = [.. country.Where(pair => pair.State is null).Select(pair => pair.Offer), .. anywhere];
            areas.AddRange(country.Where(pair => pair.State is not null).GroupBy(pair => pair.State!, StringComparer.Ordinal).OrderBy(state => state.Key, StringComparer.Ordinal)
                .Select(state => new PackArea(state.Key.ToLowerInvariant(), country.Key, [.. state.Select(pair => pair.Offer), .. somewhere])));
        }

        var isOne = areas.Count(area => area.Code.Length == 2) == 1;
        return offers.Count == 0 || isOne || (offers.Count > Small && areas.Count > 0) ? areas : [new PackArea(Everything, "", offers), .. areas];
    }

    private static string CountryOf(Offer offer) =>
        (Countries.Find(offer.Country.Length > 0 ? offer.Country : offer.Address?.Country ?? "") ?? (StateNamed(offer) is { } state ? Countries.Find(state.Country) : null))?.Alpha2 ?? "";

    private static string? StateOf(Offer offer)
    {
        if (StateNamed(offer) is { } named)
            return named.Code;
        if (offer.Address?.StateProvince is not { Length: > 0 } written || CountryOf(offer) is not { Length: > 0 } country)
            return null;
        var name = Spelling.Fold(written);
        return AdminAreas.OfCountry(country).FirstOrDefault(area => Spelling.Fold(area.Name) == name)?.Code;
    }

    private static AdminArea? StateNamed(Offer offer)
    {
        var area = AdminAreas.Find(offer.Location?.AdminArea);
        while (area is { Level: > 1 })
            area = AdminAreas.Find(area.Parent);
        return area;
    }
}
