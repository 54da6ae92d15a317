using System.Globalization;
using Tambo.Guide.Directory;
using Tambo.Platform.Places;

namespace Tambo.Tests.Journeys;

/// <summary>
/// One made-up service with its house, as the tests describe it; <see cref="Records"/> makes the directory's records of
/// it. Texts are Spanish, with Kreyòl beside them where a test needs it.
/// </summary>
internal sealed record Spot(string Name)
{
    /// <summary>Where the made-up town lies: beside a village of the gazetteer, so that a reader can name a place.</summary>
    public static GeoPoint Start { get; } = Gazetteer.Find(StartName, 1)[0].Point;

    /// <summary>The village from which distances are counted.</summary>
    public const string StartName = "La Libertad, Sonora";

    /// <summary>The town's clocks: five hours behind UTC, never changed.</summary>
    public const string Zone = "America/Bogota";

    public string Need { get; init; } = "health";

    /// <summary>North of the village.</summary>
    public double Kilometres { get; init; } = 1;

    public double KilometresEast { get; init; }

    /// <summary>RFC 5545 weekdays; empty for hours that nobody knows.</summary>
    public string Days { get; init; } = "";

    public string Opens { get; init; } = "08:00";

    public string Closes { get; init; } = "18:00";

    public string Description { get; init; } = "";

    public string Street { get; init; } = "";

    public string Phone { get; init; } = "";

    public string Bring { get; init; } = "";

    public string NameHt { get; init; } = "";

    public string BringHt { get; init; } = "";

    public string ServiceLevel { get; init; } = Confidentiality.Public;

    public string PlaceLevel { get; init; } = Confidentiality.Public;

    public bool TownOnly { get; init; }

    public Guid Id => StableId.Of("spot", Name);

    public Guid PlaceId => StableId.Of("spot place", Name);

    public double Latitude => Math.Round(Start.Latitude + (Kilometres / 111.2), 5);

    public double Longitude => Math.Round(Start.Longitude + (KilometresEast / 96.4), 5);

    /// <summary>The records of all spots together.</summary>
    public static DirectoryRecords Records(IReadOnlyList<Spot> spots, DateTimeOffset now)
    {
        var terms = spots.Select(spot => spot.Need).Distinct().Select(need => new TaxonomyTerm
        {
            Id = StableId.Of("need", need),
            Code = need,
            Name = need,
            Description = "",
            CreatedAt = now,
            ChangedAt = now,
        });
        return new DirectoryRecords
        {
            TaxonomyTerms = [.. terms],
            Services = [.. spots.Select(spot => spot.ServiceAt(now))],
            Locations = [.. spots.Select(spot => spot.PlaceAt(now))],
            ServicesAtLocations = [.. spots.Select(spot => new ServiceAtLocation
            {
                Id = StableId.Of("spot offer", spot.Name), ServiceId = spot.Id, LocationId = spot.PlaceId, CreatedAt = now, ChangedAt = now,
            })],
        };
    }

    public Service ServiceAt(DateTimeOffset now) => new()
    {
        Id = Id,
        Name = Name,
        Description = Description,
        TextLanguage = "es",
        Confidentiality = ServiceLevel,
        Free = true,
        CreatedAt = now,
        ChangedAt = now,
        ConfirmedAt = now.AddDays(-3),
        ConfirmedBy = "",
        Phones = Phone.Length == 0 ? [] : [new Phone { Id = Part("phone"), Number = Phone }],
        Schedules = Days.Length == 0 ? [] : [new PublishedSchedule { Id = Part("hours"), Freq = "WEEKLY", Byday = Days, OpensAt = Opens, ClosesAt = Closes }],
        RequiredDocuments = Bring.Length == 0 ? [] : [new RequiredDocument { Id = Part("bring"), Document = Bring }],
        Attributes = [new RecordAttribute { Id = Part("need"), TaxonomyTermId = StableId.Of("need", Need), LinkType = "taxonomy_term", LinkEntity = "service" }],
        Translations =
        [
            .. InHt("name", Name, NameHt),
            .. InHt(string.Create(CultureInfo.InvariantCulture, $"required_documents/{Part("bring"):D}/document"), Bring, BringHt),
        ],
    };

    public Location PlaceAt(DateTimeOffset now) => new()
    {
        Id = PlaceId,
        Latitude = Latitude,
        Longitude = Longitude,
        TimeZone = Zone,
        Country = "XA",
        Confidentiality = PlaceLevel,
        PositionPrecision = TownOnly ? "approximate" : "exact",
        CreatedAt = now,
        ChangedAt = now,
        Addresses = Street.Length == 0 ? [] : [new Address { Id = Part("address"), Address1 = Street, City = "Puerto Lumen", StateProvince = "Costa", Country = "XA" }],
    };

    private Guid Part(string what) => StableId.Of("spot part", Name, what);

    private static IEnumerable<Translation> InHt(string field, string source, string text)
    {
        if (text.Length > 0)
            yield return new Translation { Field = field, Language = "ht", Value = text, SourceHash = TextHash.Of(source) };
    }
}
