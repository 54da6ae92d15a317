namespace Tambo.Guide.Directory;

/// <summary>Records of every kind, as they are loaded, imported or written together.</summary>
public sealed record DirectoryRecords
{
    /// <summary>None at all.</summary>
    public static DirectoryRecords None { get; } = new();

    /// <summary>Organisations, by name.</summary>
    public IReadOnlyList<Organization> Organizations { get; init; } = [];

    /// <summary>Services, by name.</summary>
    public IReadOnlyList<Service> Services { get; init; } = [];

    /// <summary>Places.</summary>
    public IReadOnlyList<Location> Locations { get; init; } = [];

    /// <summary>Which service is offered where.</summary>
    public IReadOnlyList<ServiceAtLocation> ServicesAtLocations { get; init; } = [];

    /// <summary>Classifications.</summary>
    public IReadOnlyList<Taxonomy> Taxonomies { get; init; } = [];

    /// <summary>Terms of classifications.</summary>
    public IReadOnlyList<TaxonomyTerm> TaxonomyTerms { get; init; } = [];

    /// <summary>What the sets are called that records come from.</summary>
    public IReadOnlyList<SourceSet> Sources { get; init; } = [];

    /// <summary>Every record, in an order in which each stands after those it refers to.</summary>
    public IEnumerable<DirectoryRecord> All =>
        ((IEnumerable<DirectoryRecord>)Taxonomies).Concat(TaxonomyTerms).Concat(Organizations).Concat(Services)
            .Concat(Locations).Concat(ServicesAtLocations);

    /// <summary>Sorts records of mixed kinds.</summary>
    public static DirectoryRecords Of(IEnumerable<DirectoryRecord> records)
    {
        var byType = records.ToLookup(r => r.Kind);
        return new DirectoryRecords
        {
            Organizations = [.. byType[RecordKinds.Organization].Cast<Organization>()],
            Services = [.. byType[RecordKinds.Service].Cast<Service>()],
            Locations = [.. byType[RecordKinds.Location].Cast<Location>()],
            ServicesAtLocations = [.. byType[RecordKinds.ServiceAtLocation].Cast<ServiceAtLocation>()],
            Taxonomies = [.. byType[RecordKinds.Taxonomy].Cast<Taxonomy>()],
            TaxonomyTerms = [.. byType[RecordKinds.TaxonomyTerm].Cast<TaxonomyTerm>()],
        };
    }

    /// <summary>The same records with each passed through a function; null leaves it out.</summary>
    public DirectoryRecords Select(Func<DirectoryRecord, DirectoryRecord?> change) =>
        Of(All.Select(change).OfType<DirectoryRecord>());
}
