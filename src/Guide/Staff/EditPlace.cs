using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>Everything the page of a place shows.</summary>
public sealed record PlaceAnswer
{
    /// <summary>The service that is given there.</summary>
    public required Service Service { get; init; }

    /// <summary>The place; its version is 0 while it is new.</summary>
    public required Location Place { get; init; }

    /// <summary>The service at the place.</summary>
    public required ServiceAtLocation Offer { get; init; }

    /// <summary>The answers that the form shows.</summary>
    public required FormValues Values { get; init; }

    /// <summary>Other services at the same place, which change with it.</summary>
    public IReadOnlyList<string> AlsoThere { get; init; } = [];

    /// <summary>False when services are given there that others look after: then only what this service does there may change.</summary>
    public bool MayEditPlace { get; init; } = true;

    /// <summary>True when the reader decides about confidentiality.</summary>
    public bool MayHide { get; init; }

    /// <summary>Today, by the node's clock.</summary>
    public DateOnly Today { get; init; }

    /// <summary>After two people edited at once: what stands now against what was written.</summary>
    public IReadOnlyList<FieldDifference> Conflict { get; init; } = [];
}

/// <summary>An editor corrects where and when a service is given, or adds a place.</summary>
internal static class EditPlace
{
    private const string Places = StaffAnswers.Root + "/{id:guid}/places";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Places + "/new", ShowNewAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Places + "/new", AddAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapGet(Places + "/{offer:guid}", ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Places + "/{offer:guid}", SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ShowNewAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var (scope, service) = await EditableAsync(context, desk, id, cancellationToken);
        var (place, offer) = New(service);
        return Page(context, desk, scope, service, place, offer, PlaceForm.Of(place, offer), null);
    }

    private static async Task<IResult> AddAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var (scope, service) = await EditableAsync(context, desk, id, cancellationToken);
        var (blank, untouched) = New(service);
        var form = new FormReading(values);
        var (place, offer) = (PlaceForm.Read(form, blank, scope.Sees(service), desk.Now), PlaceForm.ReadOffer(form, untouched, desk.Now));
        if (!scope.MayAdd(scope.AgencyOf(service.OrganizationId), place))
            PlaceForm.RefuseOutside(form);
        if (form.Refusal is { } refusal)
            return Page(context, desk, scope, service, blank, untouched, values, refusal);
        place = place with { Id = Guid.CreateVersion7(desk.Now), Version = 1 };
        offer = offer with { Id = Guid.CreateVersion7(desk.Now), LocationId = place.Id, Version = 1 };
        await desk.WriteAsync(context.Actor(), StaffChanges.PlaceAdded, "edited", place, [place, offer], [], cancellationToken);
        return StaffAnswers.Back(id, "saved");
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, Guid id, Guid offer, CancellationToken cancellationToken)
    {
        var (scope, service, at, place) = await FindAsync(context, desk, id, offer, cancellationToken);
        return Page(context, desk, scope, service, place, at, PlaceForm.Of(place, at), null);
    }

    private static async Task<IResult> SaveAsync(
        HttpContext context, DirectoryDesk desk, Guid id, Guid offer, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var (scope, service, at, place) = await FindAsync(context, desk, id, offer, cancellationToken);
        var form = new FormReading(values);
        // Whoever may change only what the service does there is not asked about the place, and does not rewrite it.
        var mayEditPlace = scope.MayEdit(place);
        var newPlace = mayEditPlace ? PlaceForm.Read(form, place, scope.Sees(service), desk.Now) : place;
        var newOffer = PlaceForm.ReadOffer(form, at, desk.Now);
        if ((mayEditPlace && values.Version() != place.Version) || values.Version("offer_version") != at.Version)
            return Conflict(context, desk, scope, service, (place, at), (newPlace, newOffer), values);
        if (!scope.MayMove(place, newPlace))
            PlaceForm.RefuseOutside(form);
        if (form.Refusal is { } refusal)
            return Page(context, desk, scope, service, place, at, values, refusal);
        // Others came to the place after the page was opened.
        if (!mayEditPlace && values.Has("place_name"))
            return Page(context, desk, scope, service, place, at, values, PlatformProblems.Forbidden.With());
        List<DirectoryRecord> changed = [];
        if (EditService.Compare(place, newPlace).Count > 0)
            changed.Add(newPlace);
        if (EditService.Compare(at, newOffer).Count > 0)
            changed.Add(newOffer);
        if (changed.Count == 0)
            return StaffAnswers.Back(id, "unchanged");
        try
        {
            await desk.WriteAsync(context.Actor(), StaffChanges.PlaceEdited, "edited", changed[0], [], changed, cancellationToken);
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            var (again, _, nowOffer, nowPlace) = await FindAsync(context, desk, id, offer, cancellationToken);
            return Conflict(context, desk, again, service, (nowPlace, nowOffer), (newPlace, newOffer), values);
        }

        return StaffAnswers.Back(id, "saved");
    }

    private static (Location, ServiceAtLocation) New(Service service) =>
        (new Location { OrganizationId = service.OrganizationId, Version = 0, TextLanguage = service.TextLanguage },
            new ServiceAtLocation { ServiceId = service.Id, Version = 0, TextLanguage = service.TextLanguage });

    private static async Task<(GuideScope Scope, Service Service)> EditableAsync(
        HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var service = scope.Find(id);
        return scope.MayEdit(service) ? (scope, service) : throw PlatformProblems.Forbidden.With();
    }

    private static async Task<(GuideScope Scope, Service Service, ServiceAtLocation Offer, Location Place)> FindAsync(
        HttpContext context, DirectoryDesk desk, Guid id, Guid offer, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var service = scope.Find(id);
        // A place that the public may not see in full is, for those without the right, not there.
        if (scope.Find(RecordKinds.ServiceAtLocation, offer) is not ServiceAtLocation at || at.ServiceId != id || scope.Full.Location(at.LocationId) is not { } place)
            throw GuideProblems.NoSuchRecord.With();
        return scope.MayEdit(at) ? (scope, service, at, place) : throw PlatformProblems.Forbidden.With();
    }

    private static PageResult<PlacePage> Conflict(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Service service, (Location Place, ServiceAtLocation Offer) present,
        (Location Place, ServiceAtLocation Offer) written, FormValues values)
    {
        values["version"] = present.Place.Version.ToString(CultureInfo.InvariantCulture);
        values["offer_version"] = present.Offer.Version.ToString(CultureInfo.InvariantCulture);
        return Page(
            context, desk, scope, service, present.Place, present.Offer, values, PlatformProblems.Changed.With(),
            [.. EditService.Compare(present.Place, written.Place), .. EditService.Compare(present.Offer, written.Offer)]);
    }

    private static PageResult<PlacePage> Page(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Service service, Location place, ServiceAtLocation offer,
        FormValues values, Problem? problem, IReadOnlyList<FieldDifference>? conflict = null)
    {
        var mayEditPlace = place.Version == 0 || scope.MayEdit(place);
        // A browser does not send what is disabled: the place is shown as it stands.
        if (!mayEditPlace)
            PlaceForm.Write(values, place);
        return context.Staff<PlacePage>(problem, ("Answer", new PlaceAnswer
        {
            Service = service,
            Place = place,
            Offer = offer,
            Values = values,
            AlsoThere = [.. scope.AlsoAt(place, service.Id).Select(other => other.Name)],
            MayHide = scope.Sees(service),
            MayEditPlace = mayEditPlace,
            Today = DateOnly.FromDateTime(desk.Now.UtcDateTime),
            Conflict = conflict ?? [],
        }));
    }
}
