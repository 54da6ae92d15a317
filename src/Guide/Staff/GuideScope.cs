using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Places;

namespace Tambo.Guide.Staff;

/// <summary>
/// What one member of staff may see and change of the directory: the one function behind lists, counts, pages, history,
/// imports and their interface. A right reaches as far as the scope it was given in: the whole node, an agency with the
/// organisations linked to it, or an area. Whoever may not see confidential places works with what the public sees.
/// </summary>
internal sealed class GuideScope
{
    public const string Edit = "guide.edit";
    public const string Confidential = "guide.confidential";
    private static readonly RecordPlace WholeNode = new();
    private readonly Actor actor;
    private readonly DirectoryMoment moment;

    private GuideScope(Actor actor, DirectoryMoment moment)
    {
        this.actor = actor;
        this.moment = moment;
        SeesAll = actor.May(Confidential, WholeNode);
        IsNodeWide = actor.May(Edit, WholeNode);
    }

    public static GuideScope For(Actor actor, DirectoryMoment moment) => new(actor, moment);

    /// <summary>The whole directory, to write into; nothing of it is shown.</summary>
    public ServiceDirectory Full => moment.Staff;

    /// <summary>What readers are given.</summary>
    public PublicDirectory Public => moment.Public;

    /// <summary>True for those who may see all there is, of every agency.</summary>
    public bool SeesAll { get; }

    /// <summary>True for those who see something confidential, if only of their own.</summary>
    public bool SeesSome => actor.May(Confidential);

    /// <summary>True for those who look after the whole node: they link organisations to agencies.</summary>
    public bool IsNodeWide { get; }

    /// <summary>The agency that an organisation added by this person belongs to; null for the node.</summary>
    public Guid? OwnAgency => AgencyFor(actor, Edit);

    /// <summary>The services this person looks after, each as they may see it.</summary>
    public IEnumerable<Service> Services => Full.Records.Services.Where(Covers).Select(s => As(s).Service(s.Id)).OfType<Service>();

    /// <summary>The organisations this person looks after, each as they may see it.</summary>
    public IEnumerable<Organization> Organizations =>
        Full.Records.Organizations.Where(o => actor.May(Edit, PlaceOf(o))).Select(o => SeesOf(o) ? o : moment.Public.Organization(o.Id)).OfType<Organization>();

    /// <summary>The agency in which alone a permission is held; null when it is held in the whole node or in none.</summary>
    public static Guid? AgencyFor(Actor actor, string permission) => actor.May(permission, WholeNode)
        ? null
        : actor.Grants.Where(grant => grant.Permission == permission && grant.Scope.Kind == "agency")
            .Select(grant => Guid.TryParse(grant.Scope.Id, out var id) ? id : (Guid?)null).FirstOrDefault(id => id is not null);

    /// <summary>The directory in which this person sees a service.</summary>
    public ServiceDirectory As(Service service) => Sees(service) ? moment.Staff : moment.Public;

    /// <summary>True when this person may see all there is of a service.</summary>
    public bool Sees(Service service) => SeesAll || actor.May(Confidential, PlaceOf(service));

    /// <summary>The service as this person may see it; the refusal is the same whether it is hidden, another's, or is not there.</summary>
    public Service Find(Guid id) => (Service)Find(RecordKinds.Service, id);

    /// <summary>A record as this person may see it; the refusal is the same whether it is hidden, another's, or is not there.</summary>
    public DirectoryRecord Find(string kind, Guid id) => Stored(kind, id) switch
    {
        Service service when Covers(service) => (DirectoryRecord?)As(service).Service(id),
        Organization organization when actor.May(Edit, PlaceOf(organization)) => SeesOf(organization) ? organization : moment.Public.Organization(id),
        ServiceAtLocation offer when Owner(offer) is { } service && Covers(service) && (Sees(service) || IsOpen(offer)) => offer,
        Location place when Full.OfferedAt(place).Select(Owner).OfType<Service>().Where(Covers).ToList() is { Count: > 0 } there =>
            there.Exists(Sees) ? place : moment.Public.Location(id),
        _ => null,
    } ?? throw GuideProblems.NoSuchRecord.With();

    /// <summary>The other services that are given at a place, each as this person may see it, and only if they may know that it is there.</summary>
    public IEnumerable<Service> AlsoAt(Location place, Guid but) => Full.OfferedAt(place)
        .Select(Owner).OfType<Service>().Where(other => other.Id != but && As(other).OfferedAt(place).Any(offer => offer.ServiceId == other.Id))
        .Select(other => As(other).Service(other.Id)).OfType<Service>();

    /// <summary>A record with all there is of it, or null.</summary>
    public DirectoryRecord? Stored(string kind, Guid id) => kind switch
    {
        RecordKinds.Service => Full.Service(id),
        RecordKinds.Organization => Full.Organization(id),
        RecordKinds.Location => Full.Location(id),
        RecordKinds.ServiceAtLocation => Full.ServiceAtLocation(id),
        _ => null,
    };

    /// <summary>True when the reader is shown less than there is of the service or of its places.</summary>
    public bool IsWithheldInPart(Service service) => Full.Service(service.Id) is { } whole && !Sees(whole)
        && (whole.Confidentiality != Confidentiality.Public || !SameContent(whole, service)
            || Full.PlacesOf(whole).Any(offer => !IsOpen(offer)));

    /// <summary>
    /// True when this person may change the record: they hold the right where it belongs, and see all of what the form
    /// would write back. A place is everybody's whose services are given there: it takes the right over all of them.
    /// </summary>
    public bool MayEdit(DirectoryRecord record) => record switch
    {
        Service service => Covers(service)
            && (Sees(service) || (Full.Service(service.Id) is { Confidentiality: Confidentiality.Public } whole
                && moment.Public.Service(service.Id) is { } shown && SameContent(whole, shown))),
        ServiceAtLocation offer => Owner(offer) is { } service && Covers(service) && (Sees(service) || IsOpen(offer)),
        Location place => Full.OfferedAt(place).ToList() is { Count: > 0 } offers && offers.TrueForAll(MayEdit),
        Organization organization => actor.May(Edit, PlaceOf(organization))
            && (SeesOf(organization) || (Full.Organization(organization.Id) is { Confidentiality: Confidentiality.Public } whole
                && moment.Public.Organization(organization.Id) is { } shown && SameContent(whole, shown))),
        _ => false,
    };

    /// <summary>Every record of these kinds that this person may change, with all there is of it.</summary>
    public IEnumerable<DirectoryRecord> Editable(IReadOnlyCollection<string> kinds) => Full.Records.All.Where(record => kinds.Contains(record.Kind) && MayEdit(record));

    /// <summary>True when the right is held for a service of an agency that is given at a place.</summary>
    public bool MayAdd(Guid? agency, params ReadOnlySpan<Location> places)
    {
        var areas = new List<string>();
        foreach (var place in places)
            areas.AddRange(AreasOf(place));
        return actor.May(Edit, new RecordPlace(Agency: agency) { Areas = areas });
    }

    /// <summary>
    /// Notes beside its field what stands in the way of adding a service: whose it is, for those who look after an agency;
    /// where it is, for those who look after an area.
    /// </summary>
    public void RefuseOutside(FormReading form)
    {
        var byArea = actor.Grants.Any(grant => grant.Permission == Edit && grant.Scope.Kind == "place");
        if (byArea)
            PlaceForm.RefuseOutside(form);
        if (!byArea || OwnAgency is not null)
            form.Refuse("organization", GuideProblems.OrganizationOutside);
    }

    /// <summary>True when a place may be said to be where it is now: none of what is given there leaves the area of this person.</summary>
    public bool MayMove(Location before, Location after) => AreasOf(before).SequenceEqual(AreasOf(after), StringComparer.Ordinal)
        || Full.OfferedAt(before).Select(Owner).OfType<Service>().All(service => MayAdd(AgencyOf(service.OrganizationId), after));

    /// <summary>True when a service may be given to an organisation without its leaving what this person looks after.</summary>
    public bool MayGive(Service service, Guid? agency) => actor.May(Edit, PlaceOf(service) with { Agency = agency });

    /// <summary>True when this person may see, and put back, a service that was taken out: all of its places may have been hidden.</summary>
    public bool SeesRetired(Guid? organization) =>
        new RecordPlace(Agency: AgencyOf(organization)) is var place && actor.May(Confidential, place) && actor.May(Edit, place);

    /// <summary>
    /// Why readers see less of a service or its places than there is, for those who may see all of it:
    /// each with the name of the record.
    /// </summary>
    public IEnumerable<(DirectoryRecord Record, Withholding Why)> WithheldOf(Service service)
    {
        if (Full.Service(service.Id) is not { } whole || !Sees(whole))
            yield break;
        var records = new List<DirectoryRecord> { whole };
        foreach (var offer in Full.PlacesOf(whole))
        {
            records.Add(offer);
            if (Full.Location(offer.LocationId) is { } place)
                records.Add(place);
        }

        foreach (var record in records.DistinctBy(record => record.Id))
        {
            if (Withholding.Of(Full, moment.Public, record) is { } why)
                yield return (record, why);
        }
    }

    /// <summary>Why readers see less of an organisation than there is, for those who may see all of it; else null.</summary>
    public Withholding? WithheldOf(Organization organization) =>
        Full.Organization(organization.Id) is { } whole && SeesOf(whole) ? Withholding.Of(Full, moment.Public, whole) : null;

    /// <summary>The agency that looks after a record; null for the node.</summary>
    public Guid? AgencyOf(DirectoryRecord record) => record switch
    {
        Organization organization => organization.AgencyId,
        Service service => AgencyOf(service.OrganizationId),
        ServiceAtLocation offer => AgencyOf(Owner(offer)?.OrganizationId),
        Location place => Full.OfferedAt(place).Select(Owner).OfType<Service>().Select(service => AgencyOf(service.OrganizationId)).FirstOrDefault(),
        _ => null,
    };

    /// <summary>What staff call a record: what is given at a place has no name of its own.</summary>
    public string TitleOf(DirectoryRecord record) => record is ServiceAtLocation offer
        ? string.Join(" · ", new[] { Owner(offer)?.Name, Full.Location(offer.LocationId)?.Name }.Where(name => !string.IsNullOrEmpty(name)))
        : NameOf(record);

    /// <summary>The agency of an organisation.</summary>
    public Guid? AgencyOf(Guid? organization) => Full.Organization(organization)?.AgencyId;

    /// <summary>History holds what a record once said, before something was hidden: only for those who see all of it, or where nothing ever was.</summary>
    public bool MayReadHistory(string kind, Guid id, IReadOnlyList<RecordVersion> versions)
    {
        var open = versions.All(v => v.Snapshot["confidentiality"]?.GetValue<string>() == Confidentiality.Public);
        return Stored(kind, id) switch
        {
            Service service => Covers(service) && (Sees(service)
                || (open && IsOpen(service) && Full.PlacesOf(service).All(IsOpen) && moment.Public.Service(id) is not null)),
            Location place => Full.OfferedAt(place).ToList() is var offers && offers.Exists(o => Owner(o) is { } s && Covers(s))
                && (offers.TrueForAll(o => Owner(o) is { } s && Sees(s)) || (open && offers.TrueForAll(IsOpen) && moment.Public.Location(id) is not null)),
            ServiceAtLocation offer => Owner(offer) is { } service && Covers(service) && (Sees(service) || (open && IsOpen(offer))),
            Organization organization => actor.May(Edit, PlaceOf(organization))
                && (SeesOf(organization) || (open && Full.ServicesOf(organization).SelectMany(Full.PlacesOf).All(IsOpen) && moment.Public.Organization(id) is not null)),
            _ => false,
        };
    }

    /// <summary>The service whose page leads to a record.</summary>
    public Guid? ServiceOf(DirectoryRecord record) => record switch
    {
        Service service => service.Id,
        ServiceAtLocation offer => offer.ServiceId,
        Location place => Full.OfferedAt(place).Where(offer => Owner(offer) is { } s && Covers(s)).Select(offer => (Guid?)offer.ServiceId).FirstOrDefault(),
        _ => null,
    };

    /// <summary>True when a record that an import would change or take out belongs to those whose importing this is.</summary>
    public static bool MayImportOver(Actor actor, ServiceDirectory full, DirectoryRecord record) => actor.May(Importing, WholeNode) || record switch
    {
        Organization organization => actor.May(Importing, new RecordPlace(Agency: organization.AgencyId)),
        Service service => actor.May(Importing, PlaceOf(full, service)),
        ServiceAtLocation offer => full.Service(offer.ServiceId) is { } service && actor.May(Importing, PlaceOf(full, service)),
        Location place => full.OfferedAt(place).ToList() is var offers && offers.Count > 0
            ? offers.TrueForAll(offer => full.Service(offer.ServiceId) is { } service && actor.May(Importing, PlaceOf(full, service)))
            : actor.May(Importing, new RecordPlace(Agency: full.Organization(place.OrganizationId)?.AgencyId) { Areas = AreasOf(place) }),
        // Classifications are everybody's.
        _ => false,
    };

    /// <summary>True when a service is this person's to keep right: of their agency or area; of the node, where it belongs to no agency.</summary>
    public static bool LooksAfter(Actor actor, ServiceDirectory full, Service service)
    {
        var place = PlaceOf(full, service);
        return (place.Agency is null ? actor : actor with { Grants = [.. actor.Grants.Where(grant => grant.Scope.Kind != "node")] }).May(Edit, place);
    }

    /// <summary>True for those who look after the whole node.</summary>
    public static bool LooksAfterNode(Actor actor) => actor.May(Edit, WholeNode);

    public const string Importing = "guide.import";

    public static string NameOf(DirectoryRecord record) => record switch
    {
        Organization o => o.Name,
        Service s => s.Name,
        Location l => l.Name,
        _ => "",
    };

    /// <summary>True when what readers say of a service, or of a page (null), is this person's to read.</summary>
    public bool HearsOf(Guid? service) => actor.May(Hearing, WholeNode)
        || (service is { } id && Full.Service(id) is { } known && actor.May(Hearing, PlaceOf(known)));

    /// <summary>The services of which this person reads what readers say; null for all of it, pages included.</summary>
    public IReadOnlyList<Guid>? HeardServices => actor.May(Hearing, WholeNode)
        ? null
        : [.. Full.Records.Services.Where(service => actor.May(Hearing, PlaceOf(service))).Select(service => service.Id)];

    public const string Hearing = "guide.feedback";

    private bool Covers(Service service) => IsNodeWide || actor.May(Edit, PlaceOf(service));

    private bool SeesOf(Organization organization) => actor.May(Confidential, PlaceOf(organization));

    private Service? Owner(ServiceAtLocation offer) => Full.Service(offer.ServiceId);

    private RecordPlace PlaceOf(Service service) => PlaceOf(Full, service);

    // What the public sees of a service names no organisation that is hidden: whose it is, the whole record says.
    private static RecordPlace PlaceOf(ServiceDirectory full, Service service) =>
        new(Agency: full.Organization((full.Service(service.Id) ?? service).OrganizationId)?.AgencyId)
        {
            Areas = [.. full.PlacesOf(service).Select(offer => full.Location(offer.LocationId)).OfType<Location>().SelectMany(AreasOf)],
        };

    private RecordPlace PlaceOf(Organization organization) => new(Agency: AgencyOf(organization.Id) ?? organization.AgencyId);

    // By its own level and by those of the service, the place and the organisations they belong to.
    private bool IsOpen(DirectoryRecord record) => PublicView.LevelOf(Full, record) == Confidentiality.Public;

    private static List<string> AreasOf(Location place)
    {
        var areas = new List<string>();
        if (place.Country.Length > 0)
            areas.Add(place.Country);
        for (var area = AdminAreas.Find(place.AdminArea); area is not null; area = AdminAreas.Find(area.Parent))
            areas.Add(area.Code);
        return areas;
    }

    private static bool SameContent(DirectoryRecord one, DirectoryRecord other) =>
        RecordJson.Snapshot(one).ToJsonString() == RecordJson.Snapshot(other).ToJsonString();
}
