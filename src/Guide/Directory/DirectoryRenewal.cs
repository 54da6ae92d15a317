namespace Tambo.Guide.Directory;

/// <summary>Which state a record is in: two states of one record never have both numbers alike.</summary>
internal sealed record RecordState
{
    /// <summary>One of <see cref="RecordKinds"/>.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Its identifier.</summary>
    public Guid Id { get; init; }

    /// <summary>Grows with each change.</summary>
    public int Version { get; init; }

    /// <summary>
    /// When it was changed. A database that lost its last changes gives a version out twice; then the times differ.
    /// </summary>
    public DateTimeOffset ChangedAt { get; init; }
}

/// <summary>
/// A directory in memory brought up to the tables by the few records that changed. Every change of a record or of what
/// belongs to it is a new version of the record, so the versions tell which these are.
/// </summary>
internal sealed class DirectoryRenewal
{
    /// <summary>So many changed records are read by name; more are read faster with all the others.</summary>
    private const int Most = 400;

    private readonly DirectoryRecords known;
    private readonly Dictionary<(string Kind, Guid Id), RecordState> now;

    /// <param name="known">What is in memory.</param>
    /// <param name="now">All records that are in the directory now.</param>
    public DirectoryRenewal(DirectoryRecords known, IEnumerable<RecordState> now)
    {
        this.known = known;
        this.now = now.ToDictionary(state => (state.Kind, state.Id));
        var fresh = known.All.Where(IsAsItWas).Select(record => (record.Kind, record.Id)).ToHashSet();
        Stale = [.. this.now.Keys.Where(key => !fresh.Contains(key)).Select(key => key.Id).Distinct()];
    }

    /// <summary>The identifiers of records that are new or have changed.</summary>
    public IReadOnlyList<Guid> Stale { get; }

    /// <summary>True when reading the stale ones alone is worth it.</summary>
    public bool IsSmall => Stale.Count <= Most;

    /// <summary>The records as they are now.</summary>
    /// <param name="read">The stale ones, newly read, and what the sets are called.</param>
    public DirectoryRecords With(DirectoryRecords read) => new()
    {
        Sources = read.Sources,
        Organizations = Renewed(known.Organizations, read.Organizations),
        Services = Renewed(known.Services, read.Services),
        Locations = Renewed(known.Locations, read.Locations),
        ServicesAtLocations = Renewed(known.ServicesAtLocations, read.ServicesAtLocations),
        Taxonomies = Renewed(known.Taxonomies, read.Taxonomies),
        TaxonomyTerms = Renewed(known.TaxonomyTerms, read.TaxonomyTerms),
    };

    private IReadOnlyList<T> Renewed<T>(IReadOnlyList<T> known, IReadOnlyList<T> read)
        where T : DirectoryRecord
    {
        var replaced = read.Select(record => record.Id).ToHashSet();
        var kept = known.Where(record => IsAsItWas(record) && !replaced.Contains(record.Id)).ToList();
        return kept.Count == known.Count && read.Count == 0 ? known : DirectoryOrder.Of(kept.Concat(read));
    }

    private bool IsAsItWas(DirectoryRecord record) =>
        now.TryGetValue((record.Kind, record.Id), out var state) && state.Version == record.Version && state.ChangedAt == record.ChangedAt;
}

/// <summary>The order of records in a directory: by name, the same on every engine, whatever its collation.</summary>
internal static class DirectoryOrder
{
    /// <summary>The records in that order.</summary>
    public static IReadOnlyList<T> Of<T>(IEnumerable<T> records)
        where T : DirectoryRecord => [.. records.OrderBy(NameOf, StringComparer.Ordinal).ThenBy(record => record.Id)];

    private static string NameOf(DirectoryRecord record) => record switch
    {
        Organization o => o.Name,
        Service s => s.Name,
        Location l => l.Name,
        Taxonomy t => t.Name,
        TaxonomyTerm t => t.Code + '\0' + t.Name,
        _ => "",
    };
}
