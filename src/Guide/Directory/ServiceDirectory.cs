using System.Collections.Frozen;

namespace Tambo.Guide.Directory;

/// <summary>
/// The whole directory at one moment, in memory and never changed: records of every kind, found by id and by their
/// relations. This one holds everything and is for staff; whoever answers the public takes <see cref="PublicDirectory"/>,
/// which has the same shape.
/// </summary>
public class ServiceDirectory
{
    private readonly FrozenDictionary<Guid, Organization> organizations;
    private readonly FrozenDictionary<Guid, Service> services;
    private readonly FrozenDictionary<Guid, Location> locations;
    private readonly FrozenDictionary<Guid, ServiceAtLocation> places;
    private readonly FrozenDictionary<Guid, Taxonomy> taxonomies;
    private readonly FrozenDictionary<Guid, TaxonomyTerm> terms;
    private readonly FrozenDictionary<string, SourceSet> sources;
    private readonly ILookup<Guid, Service> servicesByOrganization;
    private readonly ILookup<Guid, Location> locationsByOrganization;
    private readonly ILookup<Guid, ServiceAtLocation> placesByService;
    private readonly ILookup<Guid, ServiceAtLocation> placesByLocation;
    private readonly ILookup<Guid, TaxonomyTerm> termsByTaxonomy;
    private readonly ILookup<Guid, TaxonomyTerm> termsByParent;

    /// <param name="records">The records.</param>
    /// <param name="version">The version of the area <c>guide</c> they were read at.</param>
    public ServiceDirectory(DirectoryRecords records, long version)
    {
        Records = records;
        Version = version;
        organizations = records.Organizations.ToFrozenDictionary(r => r.Id);
        services = records.Services.ToFrozenDictionary(r => r.Id);
        locations = records.Locations.ToFrozenDictionary(r => r.Id);
        places = records.ServicesAtLocations.ToFrozenDictionary(r => r.Id);
        taxonomies = records.Taxonomies.ToFrozenDictionary(r => r.Id);
        terms = records.TaxonomyTerms.ToFrozenDictionary(r => r.Id);
        sources = records.Sources.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);
        servicesByOrganization = records.Services.Where(r => r.OrganizationId is not null).ToLookup(r => r.OrganizationId!.Value);
        locationsByOrganization = records.Locations.Where(r => r.OrganizationId is not null).ToLookup(r => r.OrganizationId!.Value);
        placesByService = records.ServicesAtLocations.ToLookup(r => r.ServiceId);
        placesByLocation = records.ServicesAtLocations.Where(r => r.LocationId is not null).ToLookup(r => r.LocationId!.Value);
        termsByTaxonomy = records.TaxonomyTerms.Where(r => r.TaxonomyId is not null).ToLookup(r => r.TaxonomyId!.Value);
        termsByParent = records.TaxonomyTerms.Where(r => r.ParentId is not null).ToLookup(r => r.ParentId!.Value);
    }

    /// <summary>All records, each kind ordered by name.</summary>
    public DirectoryRecords Records { get; }

    /// <summary>Grows with each change; part of the tag of everything made from it.</summary>
    public long Version { get; }

    /// <summary>The organisation, or null.</summary>
    public Organization? Organization(Guid? id) => id is { } key ? organizations.GetValueOrDefault(key) : null;

    /// <summary>The service, or null.</summary>
    public Service? Service(Guid? id) => id is { } key ? services.GetValueOrDefault(key) : null;

    /// <summary>The place, or null.</summary>
    public Location? Location(Guid? id) => id is { } key ? locations.GetValueOrDefault(key) : null;

    /// <summary>The service at a place, or null.</summary>
    public ServiceAtLocation? ServiceAtLocation(Guid? id) => id is { } key ? places.GetValueOrDefault(key) : null;

    /// <summary>The classification, or null.</summary>
    public Taxonomy? Taxonomy(Guid? id) => id is { } key ? taxonomies.GetValueOrDefault(key) : null;

    /// <summary>The term, or null.</summary>
    public TaxonomyTerm? Term(Guid? id) => id is { } key ? terms.GetValueOrDefault(key) : null;

    /// <summary>The set of that name as readers know it; null when nobody has named it.</summary>
    public SourceSet? Source(string name) => sources.GetValueOrDefault(name);

    /// <summary>What a set is called: its title, or its name when it has none.</summary>
    public string SourceTitle(string name) => Source(name)?.Title ?? name;

    /// <summary>The record of a kind, or null.</summary>
    internal DirectoryRecord? Find(string kind, Guid id) => kind switch
    {
        RecordKinds.Organization => Organization(id),
        RecordKinds.Service => Service(id),
        RecordKinds.Location => Location(id),
        RecordKinds.ServiceAtLocation => ServiceAtLocation(id),
        RecordKinds.Taxonomy => Taxonomy(id),
        RecordKinds.TaxonomyTerm => Term(id),
        _ => null,
    };

    /// <summary>The services of an organisation.</summary>
    public IEnumerable<Service> ServicesOf(Organization organization) => servicesByOrganization[organization.Id];

    /// <summary>The places of an organisation.</summary>
    public IEnumerable<Location> LocationsOf(Organization organization) => locationsByOrganization[organization.Id];

    /// <summary>Where a service is offered.</summary>
    public IEnumerable<ServiceAtLocation> PlacesOf(Service service) => placesByService[service.Id];

    /// <summary>What is offered at a place.</summary>
    public IEnumerable<ServiceAtLocation> OfferedAt(Location location) => placesByLocation[location.Id];

    /// <summary>The terms of a classification.</summary>
    public IEnumerable<TaxonomyTerm> TermsOf(Taxonomy taxonomy) => termsByTaxonomy[taxonomy.Id];

    /// <summary>The narrower terms of a term.</summary>
    public IEnumerable<TaxonomyTerm> Narrower(TaxonomyTerm term) => termsByParent[term.Id];

    /// <summary>The terms that apply to a service: its categories, in the order of their source.</summary>
    public IEnumerable<TaxonomyTerm> TermsOf(Service service) =>
        service.Attributes.Select(a => Term(a.TaxonomyTermId)).OfType<TaxonomyTerm>();

    /// <summary>The codes of the needs that a service answers, as its categories say; their names are the texts <c>need.{code}</c>.</summary>
    public IReadOnlyList<string> NeedsOf(Service service) => [.. Finding.Needs.Of(this, service).Select(need => Finding.Needs.All[need].Code)];
}
