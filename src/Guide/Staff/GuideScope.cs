using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Staff;

/// <summary>
/// What one member of staff may see and change of the directory: the one function behind lists, counts, pages and
/// history. Whoever may not see confidential places works with what the public sees.
/// </summary>
internal sealed class GuideScope
{
    public const string Edit = "guide.edit";
    public const string Confidential = "guide.confidential";
    private readonly Actor actor;
    private readonly DirectoryMoment moment;

    private GuideScope(Actor actor, DirectoryMoment moment)
    {
        this.actor = actor;
        this.moment = moment;
    }

    public static GuideScope For(Actor actor, DirectoryMoment moment) => new(actor, moment);

    /// <summary>True for those who may see all there is.</summary>
    public bool SeesAll => actor.May(Confidential);

    /// <summary>The directory as this person may know it.</summary>
    public ServiceDirectory Directory => SeesAll ? moment.Staff : moment.Public;

    /// <summary>The whole directory, to write into; nothing of it is shown.</summary>
    public ServiceDirectory Full => moment.Staff;

    /// <summary>The service as this person may see it; the refusal is the same whether it is hidden or is not there.</summary>
    public Service Find(Guid id) => Directory.Service(id) ?? throw GuideProblems.NoSuchRecord.With();

    /// <summary>True when the reader is shown less than there is of the service or of its places.</summary>
    public bool IsWithheldInPart(Service service) => !SeesAll && Full.Service(service.Id) is { } whole
        && (whole.Confidentiality != Confidentiality.Public || !SameContent(whole, service)
            || Full.PlacesOf(whole).Any(offer => !IsOpen(offer)));

    /// <summary>
    /// True when this person may change the service: they hold the right where it is given, and see all of what the form
    /// would write back.
    /// </summary>
    public bool MayEdit(Service service) => Holds(service)
        && (SeesAll || (Full.Service(service.Id) is { Confidentiality: Confidentiality.Public } whole && SameContent(whole, service)));

    /// <summary>True when this person may change a place of a service.</summary>
    public bool MayEdit(ServiceAtLocation offer) =>
        Full.Service(offer.ServiceId) is { } service && Holds(service) && (SeesAll || IsOpen(offer));

    /// <summary>True when the right is held where the service would be given.</summary>
    public bool MayAddAt(Location place) => actor.May(Edit, new RecordPlace { Areas = AreasOf(place) });

    /// <summary>History holds what a record once said, before something was hidden: only for those who see all, or where nothing ever was.</summary>
    public bool MayReadHistory(string kind, Guid id, IReadOnlyList<RecordVersion> versions) => SeesAll
        || (versions.All(v => v.Snapshot["confidentiality"]?.GetValue<string>() == Confidentiality.Public)
            && kind switch
            {
                RecordKinds.Service => Full.Service(id) is { } service && Full.PlacesOf(service).All(IsOpen) && moment.Public.Service(id) is not null,
                RecordKinds.Location => Full.Location(id) is { } place && Full.OfferedAt(place).All(IsOpen) && moment.Public.Location(id) is not null,
                _ => false,
            });

    private bool Holds(Service service) =>
        actor.May(Edit, new RecordPlace { Areas = [.. Full.PlacesOf(service).Select(offer => Full.Location(offer.LocationId)).OfType<Location>().SelectMany(AreasOf)] });

    private bool IsOpen(ServiceAtLocation offer) => offer.Confidentiality == Confidentiality.Public
        && Full.Service(offer.ServiceId)?.Confidentiality == Confidentiality.Public
        && (Full.Location(offer.LocationId)?.Confidentiality ?? Confidentiality.Public) == Confidentiality.Public;

    private static List<string> AreasOf(Location place)
    {
        var areas = new List<string>();
        if (place.Country.Length > 0)
            areas.Add(place.Country);
        for (var area = AdminAreas.Find(place.AdminArea); area is not null; area = AdminAreas.Find(area.Parent))
            areas.Add(area.Code);
        return areas;
    }

    private static bool SameContent(Service one, Service other) =>
        RecordJson.Snapshot(one).ToJsonString() == RecordJson.Snapshot(other).ToJsonString();
}
