using System.Text.Json.Serialization;

namespace Tambo.Guide.Directory;

/// <summary>An institution or group that offers services: a consulate, a shelter's association, a ministry.</summary>
public sealed record Organization : DirectoryRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => RecordKinds.Organization;

    [AlwaysServed] public string Name { get; init; } = "";
    public string AlternateName { get; init; } = "";
    [AlwaysServed] public string Description { get; init; } = "";
    public string Email { get; init; } = "";
    public string Website { get; init; } = "";
    public string TaxStatus { get; init; } = "";
    public string TaxId { get; init; } = "";
    public double? YearIncorporated { get; init; }
    public string LegalStatus { get; init; } = "";
    public string Logo { get; init; } = "";
    public string Uri { get; init; } = "";
    public Guid? ParentOrganizationId { get; init; }

    /// <summary>The agency whose people look after it and its services here; null when the node as a whole does.</summary>
    [JsonIgnore]
    public Guid? AgencyId { get; init; }
    public IReadOnlyList<WebLink> AdditionalWebsites { get; init; } = [];
    public IReadOnlyList<Funding> Funding { get; init; } = [];
    public IReadOnlyList<Contact> Contacts { get; init; } = [];
    public IReadOnlyList<Phone> Phones { get; init; } = [];
    public IReadOnlyList<HelpProgram> Programs { get; init; } = [];
    public IReadOnlyList<OrganizationIdentifier> OrganizationIdentifiers { get; init; } = [];
}

/// <summary>One kind of help that an organisation gives.</summary>
public sealed record Service : DirectoryRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => RecordKinds.Service;

    public Guid? OrganizationId { get; init; }
    [AlwaysServed] public string Name { get; init; } = "";
    public string AlternateName { get; init; } = "";
    public string Description { get; init; } = "";
    public string Url { get; init; } = "";
    public string Email { get; init; } = "";

    /// <summary>active, inactive, defunct or temporarily closed.</summary>
    [AlwaysServed] public string Status { get; init; } = "active";
    public string InterpretationServices { get; init; } = "";
    public string ApplicationProcess { get; init; } = "";
    public string FeesDescription { get; init; } = "";
    public string WaitTime { get; init; } = "";
    public string Fees { get; init; } = "";
    public string Accreditations { get; init; } = "";
    public string EligibilityDescription { get; init; } = "";

    /// <summary>Years.</summary>
    public double? MinimumAge { get; init; }

    /// <summary>Years.</summary>
    public double? MaximumAge { get; init; }
    public string AssuredDate { get; init; } = "";
    public string AssurerEmail { get; init; } = "";
    public string Licenses { get; init; } = "";
    public string Alert { get; init; } = "";
    public string LastModified { get; init; } = "";

    /// <summary>True when nobody pays, false when somebody does, null when nothing is known.</summary>
    public bool? Free { get; init; }
    public IReadOnlyList<WebLink> AdditionalUrls { get; init; } = [];
    public IReadOnlyList<Phone> Phones { get; init; } = [];
    public IReadOnlyList<PublishedSchedule> Schedules { get; init; } = [];
    public IReadOnlyList<HolidaySchedule> HolidaySchedules { get; init; } = [];
    public IReadOnlyList<ServiceArea> ServiceAreas { get; init; } = [];
    public IReadOnlyList<LanguageSpoken> Languages { get; init; } = [];
    public IReadOnlyList<Funding> Funding { get; init; } = [];
    public IReadOnlyList<CostOption> CostOptions { get; init; } = [];

    public HelpProgram? Program { get; init; }
    public IReadOnlyList<Eligibility> Eligibility { get; init; } = [];
    public IReadOnlyList<RequiredDocument> RequiredDocuments { get; init; } = [];
    public IReadOnlyList<Contact> Contacts { get; init; } = [];
    public IReadOnlyList<Capacity> Capacities { get; init; } = [];
}

/// <summary>A place where services are given: a building, a postal address, or a virtual one.</summary>
public sealed record Location : DirectoryRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => RecordKinds.Location;

    public Guid? OrganizationId { get; init; }

    /// <summary>physical, postal or virtual.</summary>
    [AlwaysServed] public string LocationType { get; init; } = "physical";
    public string Url { get; init; } = "";
    public string Name { get; init; } = "";
    public string AlternateName { get; init; } = "";
    public string Description { get; init; } = "";
    public string Transportation { get; init; } = "";

    /// <summary>Degrees north, WGS 84.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east, WGS 84.</summary>
    public double? Longitude { get; init; }

    /// <summary>exact, or approximate when only the city or area is known: then never ordered by metres.</summary>
    public string PositionPrecision { get; init; } = "exact";
    public string ExternalIdentifier { get; init; } = "";
    public string ExternalIdentifierType { get; init; } = "";

    /// <summary>IANA name of the zone of its clocks; empty when unknown, and then its hours are too.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2, upper case; empty when unknown.</summary>
    public string Country { get; init; } = "";

    /// <summary>Code of the administrative area in the node's code list; empty when unknown.</summary>
    public string AdminArea { get; init; } = "";
    public IReadOnlyList<LanguageSpoken> Languages { get; init; } = [];
    public IReadOnlyList<Address> Addresses { get; init; } = [];
    public IReadOnlyList<Contact> Contacts { get; init; } = [];
    public IReadOnlyList<Accessibility> Accessibility { get; init; } = [];
    public IReadOnlyList<Phone> Phones { get; init; } = [];
    public IReadOnlyList<PublishedSchedule> Schedules { get; init; } = [];
    public IReadOnlyList<HolidaySchedule> HolidaySchedules { get; init; } = [];

    /// <summary>True when it stands on a map at its own point.</summary>
    [JsonIgnore]
    public bool HasPosition => Latitude is not null && Longitude is not null;
}

/// <summary>A service as offered at one place, with what differs there.</summary>
public sealed record ServiceAtLocation : DirectoryRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => RecordKinds.ServiceAtLocation;

    public Guid ServiceId { get; init; }
    public Guid? LocationId { get; init; }
    public string Description { get; init; } = "";
    public IReadOnlyList<Contact> Contacts { get; init; } = [];
    public IReadOnlyList<Phone> Phones { get; init; } = [];
    public IReadOnlyList<PublishedSchedule> Schedules { get; init; } = [];
    public IReadOnlyList<HolidaySchedule> HolidaySchedules { get; init; } = [];
    public IReadOnlyList<ServiceArea> ServiceAreas { get; init; } = [];
}

/// <summary>A classification of services or of those they are for.</summary>
public sealed record Taxonomy : DirectoryRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => RecordKinds.Taxonomy;

    [AlwaysServed] public string Name { get; init; } = "";
    [AlwaysServed] public string Description { get; init; } = "";
    public string Uri { get; init; } = "";

    /// <summary>The version the publisher gives it.</summary>
    [JsonPropertyName("version")] public string VersionText { get; init; } = "";
}

/// <summary>One term of a classification: food, shelter, legal help.</summary>
public sealed record TaxonomyTerm : DirectoryRecord
{
    /// <inheritdoc />
    [JsonIgnore]
    public override string Kind => RecordKinds.TaxonomyTerm;

    public Guid? TaxonomyId { get; init; }

    /// <summary>The classification's name, for terms whose classification is not published.</summary>
    [JsonPropertyName("taxonomy")] public string TaxonomyName { get; init; } = "";
    public string Code { get; init; } = "";
    [AlwaysServed] public string Name { get; init; } = "";
    [AlwaysServed] public string Description { get; init; } = "";
    public Guid? ParentId { get; init; }
    public string Language { get; init; } = "";
    public string TermUri { get; init; } = "";
}
