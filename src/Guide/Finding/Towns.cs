using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>A place to start from: its name as shown, and its middle.</summary>
internal sealed record Start(string Name, GeoPoint Point);

/// <summary>
/// The towns that the directory's own addresses name, each at the middle of what is offered there: they answer "where
/// are you?" before the gazetteer does, and where the gazetteer knows nothing.
/// </summary>
internal sealed class Towns
{
    private readonly ILookup<string, (string Folded, string Name, string Country, GeoPoint Middle)> towns;

    private Towns(IEnumerable<(string Folded, string, string, GeoPoint)> towns) => this.towns = towns.ToLookup(town => town.Folded, StringComparer.Ordinal);

    /// <summary>The towns of offers whose place may be known.</summary>
    public static Towns Of(IEnumerable<Offer> offers) => new(
    [
        .. offers.Where(offer => offer is { AnyPoint: not null, Address.City.Length: > 0 })
            .GroupBy(offer => (City: Spelling.Fold(offer.Address!.City), offer.Country))
            .Where(town => town.Key.City.Length > 0)
            .Select(town => (town.Key.City, town.First().Address!.City, town.Key.Country, Middle([.. town.Select(offer => offer.AnyPoint!.Value)]))),
    ]);

    /// <summary>Places of a name, the directory's own towns first; at most <paramref name="take"/>.</summary>
    public IReadOnlyList<Start> Find(string text, int take, string language)
    {
        var name = Spelling.Fold(text.Split(',')[0]);
        var own = towns[name].Select(town => new Start(Joined(town.Name, "", town.Country, language), town.Middle));
        var known = Gazetteer.Find(text, take).Select(place => new Start(Joined(place.Name, place.Admin1, place.Country, language), place.Point)).ToList();
        // A town that both know is named by the gazetteer, which tells it from others of its name.
        return [.. own.Where(town => !known.Exists(place => place.Point.MetresTo(town.Point) < 50_000)).Concat(known).DistinctBy(start => start.Name).Take(take)];
    }

    private static string Joined(string name, string area, string country, string language) =>
        string.Join(", ", new[] { name, area, Countries.Find(country)?.Name(language) ?? "" }.Where(part => part.Length > 0).Distinct(StringComparer.Ordinal));

    // The median of each coordinate: one far-off mistake does not move a town.
    private static GeoPoint Middle(List<GeoPoint> points) => new(
        points.Select(point => point.Latitude).Order().ElementAt(points.Count / 2),
        points.Select(point => point.Longitude).Order().ElementAt(points.Count / 2));
}
