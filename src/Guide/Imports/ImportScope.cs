using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;

namespace Tambo.Guide.Imports;

/// <summary>
/// How far the right of whoever imports reaches. Somebody whose right ends with an agency adds organisations of that
/// agency, and what belongs to its organisations; what others look after stays as it is.
/// </summary>
/// <param name="actor">Who imports.</param>
/// <param name="existing">The directory as it stands.</param>
/// <param name="known">Every record of the tables, retired ones too.</param>
/// <param name="incoming">What the source says.</param>
internal sealed class ImportScope(Actor actor, ServiceDirectory existing, IEnumerable<KnownRecord> known, DirectoryRecords incoming)
{
    private readonly Guid? agency = GuideScope.AgencyFor(actor, GuideScope.Importing);
    private readonly Dictionary<(string Kind, Guid Id), KnownRecord> gone = known.Where(k => k.RetiredAt is not null).ToDictionary(k => (k.Kind, k.Id));
    private readonly HashSet<Guid> organizations = [.. incoming.Organizations.Select(o => o.Id)];
    private readonly Dictionary<Guid, Location> places = incoming.Locations.ToDictionary(place => place.Id);
    private readonly Dictionary<Guid, Guid?> services = incoming.Services.ToDictionary(s => s.Id, s => s.OrganizationId);

    /// <summary>True when nothing is out of reach.</summary>
    public bool IsNodeWide { get; } = actor.May(GuideScope.Importing, new RecordPlace());

    /// <summary>True when a record that stands in the directory may be replaced or taken out.</summary>
    public bool MayChange(DirectoryRecord present) => IsNodeWide || GuideScope.MayImportOver(actor, existing, present);

    /// <summary>True when a record that an import took out may come back: for the agency whose import it was, or for all.</summary>
    public bool MayBringBack(KnownRecord record) => IsNodeWide || (agency is not null && record is { RetiredBy: not null } && record.RetiredFor == agency);

    /// <summary>True when a record, as the source has it, belongs to those whose importing this is.</summary>
    public bool MayAdd(DirectoryRecord record) => IsNodeWide || record switch
    {
        Organization or Taxonomy or TaxonomyTerm => true,
        Service service => Reaches(service.OrganizationId),
        Location place => place.OrganizationId is null || Reaches(place.OrganizationId),
        ServiceAtLocation offer => IsOurs(offer.ServiceId) && MayOfferAt(offer),
        _ => false,
    };

    /// <summary>A new organisation as it is written: of the agency it was imported for.</summary>
    public DirectoryRecord Owned(DirectoryRecord record) => record is Organization organization ? organization with { AgencyId = agency } : record;

    // A service of the directory is whose it is, whatever the file says of it.
    private bool IsOurs(Guid service) => existing.Service(service) is { } present
        ? MayChange(present)
        : ComesIn(RecordKinds.Service, service) && services.TryGetValue(service, out var organization) && Reaches(organization);

    // Whoever gives a service at a place reads its address, and all who give one there have to agree to its changes: a
    // place that stands in the directory is not joined without the right over it. Without its place, which was left
    // out, nothing is offered there.
    private bool MayOfferAt(ServiceAtLocation offer) => offer.LocationId is not { } at
        || existing.ServiceAtLocation(offer.Id)?.LocationId == at
        || (existing.Location(at) is { } present ? MayChange(present) : ComesIn(RecordKinds.Location, at) && places.TryGetValue(at, out var place) && MayAdd(place));

    // An organisation of the directory is whose it is; a new one is the importer's.
    private bool Reaches(Guid? organization) => existing.Organization(organization) is { } known
        ? GuideScope.MayImportOver(actor, existing, known)
        : agency is not null && organization is { } id && organizations.Contains(id) && ComesIn(RecordKinds.Organization, id);

    // What was taken out and stays out is still whose it was.
    private bool ComesIn(string kind, Guid id) => !gone.TryGetValue((kind, id), out var retired) || MayBringBack(retired);
}
