using Tambo.Guide.Directory;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;

namespace Tambo.Guide.Finding;

/// <summary>
/// One service at one place, or without a place, as a reader finds it. Made from the public directory only, so whatever
/// must not leave is not here.
/// </summary>
internal sealed record Offer
{
    /// <summary>Its row in the list of offers and in the nearest-place index.</summary>
    public required int Row { get; init; }

    /// <summary>What is offered.</summary>
    public required Service Service { get; init; }

    /// <summary>The offer at a place; null when the service has none that may be known.</summary>
    public ServiceAtLocation? At { get; init; }

    /// <summary>The place.</summary>
    public Location? Location { get; init; }

    /// <summary>Who offers it.</summary>
    public Organization? Organization { get; init; }

    /// <summary>What the set is called that the service comes from; null when nobody has named it.</summary>
    public SourceSet? Source { get; init; }

    /// <summary>True when there is a number to call before going.</summary>
    public bool CanBeCalled => Phones.Any(phone => phone.Number.Length > 0);

    /// <summary>When it is open.</summary>
    public required OpeningHours Hours { get; init; }

    /// <summary>The needs it answers, as indexes of <see cref="Needs.All"/>.</summary>
    public required IReadOnlyList<int> Needs { get; init; }

    /// <summary>Languages in which help is given, as ISO 639 codes.</summary>
    public required IReadOnlySet<string> Languages { get; init; }

    /// <summary>Where it is, when a point of its own is known; approximate points are no such.</summary>
    public GeoPoint? Point => IsApproximate ? null : AnyPoint;

    /// <summary>The point of the place or, when only the town is known, of the town.</summary>
    public GeoPoint? AnyPoint =>
        Location is { Latitude: { } latitude, Longitude: { } longitude } ? new GeoPoint(latitude, longitude) : null;

    /// <summary>True when only the town is known: shown as such, and never ordered by metres.</summary>
    public bool IsApproximate => Location?.PositionPrecision == "approximate";

    /// <summary>True when the place says that people with disabilities can use it.</summary>
    public bool IsAccessible => Location?.Accessibility.Count > 0;

    /// <summary>True when nobody pays.</summary>
    public bool IsFree => Service.Free == true;

    /// <summary>True when children are taken: it says so, or answers a need of families.</summary>
    public bool IsForChildren =>
        Service.MinimumAge is < 18 || Needs.Any(need => Finding.Needs.All[need].Code == "family");

    /// <summary>The first address that may be shown.</summary>
    public Address? Address => Location?.Addresses.OrderBy(address => address.AddressType == "postal").FirstOrDefault();

    /// <summary>Telephone numbers, the nearest to the offer first.</summary>
    public IEnumerable<Phone> Phones =>
        (At?.Phones ?? []).Concat(Location?.Phones ?? []).Concat(Service.Phones).Concat(Organization?.Phones ?? []).DistinctBy(phone => phone.Number);

    /// <summary>The ISO 3166-1 country of the place, or empty.</summary>
    public string Country => Location?.Country ?? "";
}
