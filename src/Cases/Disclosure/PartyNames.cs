using System.Collections.Frozen;
using Tambo.Guide.Directory;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Places;

namespace Tambo.Cases.Disclosure;

/// <summary>Keys and names that somebody goes by, compared without accents, case or punctuation.</summary>
internal sealed class FoldedNames
{
    private readonly FrozenSet<string> folded;
    private readonly FoldedNames? further;

    private FoldedNames(IEnumerable<string?> names, FoldedNames? further) =>
        (folded, this.further) = (names.Select(name => Spelling.Fold(name ?? "")).Where(name => name.Length > 0).ToFrozenSet(StringComparer.Ordinal), further);

    /// <summary>Of whom nobody knows a name.</summary>
    public static FoldedNames None { get; } = new([], null);

    /// <summary>Names, and those that were folded before.</summary>
    public static FoldedNames Of(IEnumerable<string?> names, FoldedNames? further = null) => new(names, further);

    /// <summary>True for a folded name that is one of them.</summary>
    public bool Has(string name) => folded.Contains(name) || further?.Has(name) == true;
}

/// <summary>
/// What agencies of the node and organisations of its directory are called, for exclusions: whoever shuts out one of them by a key or a
/// name means all who go by it. An agency goes by what the organisations are called that it works for, and by their services; whoever has the
/// name of another goes by its key.
/// </summary>
/// <remarks>
/// Every list asks it of its reader, so it is kept in memory until agencies, users or the directory change. It reaches wider than a consent:
/// nothing is opened by it.
/// </remarks>
internal sealed class PartyNames(NodeDb db, LiveDirectory directory)
{
    /// <summary>The area whose number grows when somebody adds an agency.</summary>
    private const string Access = "access";

    private readonly AreaVersion version = db.Versions.Of(Access);
    private Known? known;

    /// <summary>What an agency of the node goes by, beside its key.</summary>
    /// <param name="agency">Its key as text; of a key that no agency has, nobody knows a name.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<FoldedNames> OfAgencyAsync(string agency, CancellationToken cancellationToken)
    {
        if (!Guid.TryParseExact(agency, "D", out var id))
            return FoldedNames.None;
        var all = await KnownAsync(cancellationToken);
        // An agency that was made without a word of it is looked for once.
        if (!all.OfAgency.ContainsKey(id) && !all.Missing.Contains(id))
            all = await ReadAsync(id, cancellationToken);
        return all.OfAgency.GetValueOrDefault(id, FoldedNames.None);
    }

    /// <summary>What somebody outside goes by: what they are called, and all that is known of the organisations that they are.</summary>
    /// <param name="organizations">The organisations; none for somebody whom the directory does not have.</param>
    /// <param name="names">Their names, and those of a service.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<FoldedNames> OfReceiverAsync(IReadOnlyList<Organization> organizations, IEnumerable<string> names, CancellationToken cancellationToken)
    {
        var (all, moment) = (await KnownAsync(cancellationToken), (await directory.GetAsync(cancellationToken)).Staff);
        var called = names.Concat(organizations.SelectMany(NamesOf)).ToList();
        var folded = called.Select(Spelling.Fold).Distinct(StringComparer.Ordinal).ToList();
        var theirs = organizations.Select(organization => organization.AgencyId).OfType<Guid>().ToHashSet();
        return FoldedNames.Of(
        [
            .. called,
            .. organizations.Concat(folded.SelectMany(name => all.ByName[name])).DistinctBy(organization => organization.Id).SelectMany(organization => Of(moment, organization)),
            .. all.Agencies.Where(agency => theirs.Contains(agency.Id) || folded.Contains(Spelling.Fold(agency.Name), StringComparer.Ordinal)).SelectMany(agency => new[] { agency.Id.ToString("D"), agency.Name }),
        ]);
    }

    /// <summary>The key of the one agency or organisation that everybody is shown and that has a name; null when there is none, or several.</summary>
    public async Task<Guid?> OneOfAsync(string name, CancellationToken cancellationToken)
    {
        var folded = Spelling.Fold(name);
        if (folded.Length == 0)
            return null;
        var (all, moment) = (await KnownAsync(cancellationToken), await directory.GetAsync(cancellationToken));
        var agencies = all.Agencies.Where(agency => Spelling.Fold(agency.Name) == folded).Select(agency => agency.Id).ToList();
        var others = all.ByName[folded].DistinctBy(organization => organization.Id).Where(organization => organization.AgencyId is not { } theirs || !agencies.Contains(theirs)).ToList();
        // One that is not shown to everybody is told to nobody by what they typed.
        return (agencies, others) switch
        {
            ([var agency], []) => agency,
            ([], [var other]) when moment.Public.Organization(other.Id) is not null => other.Id,
            _ => null,
        };
    }

    private async ValueTask<Known> KnownAsync(CancellationToken cancellationToken)
    {
        var (present, moment) = (version.Committed, (await directory.GetAsync(cancellationToken)).Staff);
        return Volatile.Read(ref known) is { } held && held.Version == present && held.Directory == moment.Version ? held : await ReadAsync(null, cancellationToken);
    }

    private async Task<Known> ReadAsync(Guid? wanted, CancellationToken cancellationToken)
    {
        // The numbers before the rows: a change in between makes them newer than they say, never older.
        var (present, moment) = (version.Committed, (await directory.GetAsync(cancellationToken)).Staff);
        var agencies = await Agencies.AllAsync(db, cancellationToken);
        var byName = moment.Records.Organizations.SelectMany(organization => NamesOf(organization).Select(name => (Name: Spelling.Fold(name), Organization: organization)))
            .Where(one => one.Name.Length > 0).ToLookup(one => one.Name, one => one.Organization, StringComparer.Ordinal);
        var theirs = moment.Records.Organizations.Where(organization => organization.AgencyId is not null).ToLookup(organization => organization.AgencyId!.Value);
        var read = new Known(
            present,
            moment.Version,
            agencies,
            agencies.ToFrozenDictionary(agency => agency.Id, agency => FoldedNames.Of(
                [agency.Name, .. theirs[agency.Id].Concat(byName[Spelling.Fold(agency.Name)]).DistinctBy(organization => organization.Id).SelectMany(organization => Of(moment, organization))])),
            byName,
            wanted is { } missing && agencies.All(agency => agency.Id != missing) ? (Volatile.Read(ref known)?.Missing ?? FrozenSet<Guid>.Empty).Append(missing).ToFrozenSet() : FrozenSet<Guid>.Empty);
        Volatile.Write(ref known, read);
        return read;
    }

    // The keys and names of an organisation and of its services, of the agency that works for it, and of those that are called the same.
    private static IEnumerable<string> Of(ServiceDirectory moment, Organization organization) =>
    [
        organization.Id.ToString("D"),
        organization.AgencyId?.ToString("D") ?? "",
        .. NamesOf(organization),
        .. moment.ServicesOf(organization).SelectMany(service => new[] { service.Id.ToString("D"), service.Name, service.AlternateName }),
    ];

    private static string[] NamesOf(Organization organization) => [organization.Name, organization.AlternateName];

    private sealed record Known(long Version, long Directory, IReadOnlyList<Agency> Agencies, FrozenDictionary<Guid, FoldedNames> OfAgency, ILookup<string, Organization> ByName, FrozenSet<Guid> Missing);
}
