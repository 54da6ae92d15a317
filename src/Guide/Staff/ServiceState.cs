using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Staff;

/// <summary>An editor confirms that a service is still right, takes it out of the directory, or puts it back.</summary>
internal static class ServiceState
{
    /// <summary>Unless the editor says otherwise, a service is to be confirmed again after this many days.</summary>
    public const int ReviewAfterDays = 180;

    private const string One = StaffAnswers.Root + "/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(One + "/confirm", ConfirmAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(One + "/retire", RetireAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(One + "/restore", RestoreAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ConfirmAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var (scope, service, values) = await ReadAsync(context, desk, id, cancellationToken);
        var form = new FormReading(values);
        var today = DateOnly.FromDateTime(desk.Now.UtcDateTime);
        var due = form.Date("review_due") ?? today.AddDays(ReviewAfterDays);
        if (due <= today || due > today.AddYears(5))
            form.Refuse("review_due", GuideProblems.DateUnfit);
        var by = form.Text("confirmed_by", required: true);
        if (form.Refusal is { } refusal)
        {
            var shown = ServiceForm.Of(service, scope.Full.Organization(service.OrganizationId)?.Name ?? "", context.Texts().Code);
            shown["confirmed_by"] = values["confirmed_by"];
            shown["review_due"] = values["review_due"];
            return EditService.Page(context, desk, scope, service, shown, refusal);
        }

        var confirmed = service with { ConfirmedAt = desk.Now, ConfirmedBy = by, ReviewDue = due };
        await desk.WriteAsync(
            context.Actor(), StaffChanges.ServiceConfirmed, "confirmed", confirmed, [], [confirmed], cancellationToken);
        return StaffAnswers.Back(id, "confirmed");
    }

    private static async Task<IResult> RetireAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var (scope, service, _) = await ReadAsync(context, desk, id, cancellationToken);
        var offers = scope.Full.PlacesOf(service).ToList();
        // A place where nothing else is offered goes with its last service.
        var places = offers.Select(offer => scope.Full.Location(offer.LocationId)).OfType<Location>().DistinctBy(place => place.Id)
            .Where(place => scope.Full.OfferedAt(place).All(offer => offer.ServiceId == id));
        var at = desk.Now;
        var gone = offers.Concat<DirectoryRecord>(places).Prepend(service).Select(record => record with { RetiredAt = at });
        await desk.WriteAsync(context.Actor(), StaffChanges.ServiceRetired, "retired", service, [], gone, cancellationToken);
        return StaffAnswers.Back(id, "retired");
    }

    private static async Task<IResult> RestoreAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var service = await RetiredAsync(desk, scope, id, cancellationToken);
        if (service.Version != values.Version())
            throw PlatformProblems.Changed.With();
        var with = await StoredRecords.RetiredWithAsync(desk.Db, service, cancellationToken);
        if (!scope.MayAdd(scope.AgencyOf(service.OrganizationId), [.. with.OfType<Location>()]))
            throw PlatformProblems.Forbidden.With();
        await desk.WriteAsync(
            context.Actor(), StaffChanges.ServiceRestored, "restored", service, [],
            with.Prepend(service).Select(record => record with { RetiredAt = null }), cancellationToken);
        return StaffAnswers.Back(id, "restored");
    }

    /// <summary>The page of a service that was taken out.</summary>
    public static async Task<IResult> ShowRetiredAsync(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Guid id, CancellationToken cancellationToken)
    {
        var service = await RetiredAsync(desk, scope, id, cancellationToken);
        return context.Staff<RetiredPage>(null, ("Service", service));
    }

    private static async Task<Service> RetiredAsync(DirectoryDesk desk, GuideScope scope, Guid id, CancellationToken cancellationToken)
    {
        var service = await StoredRecords.ServiceAsync(desk.Db, id, cancellationToken);
        // What a hidden place had to do with it cannot be told any more, so all that is retired is for those who see all.
        return service is { RetiredAt: not null } && scope.SeesRetired(service.OrganizationId) ? service : throw GuideProblems.NoSuchRecord.With();
    }

    private static async Task<(GuideScope Scope, Service Service, FormValues Values)> ReadAsync(
        HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        if (!scope.MayEdit(scope.Find(id)))
            throw PlatformProblems.Forbidden.With();
        var service = scope.Full.Service(id)!;
        if (service.Version != values.Version())
            throw PlatformProblems.Changed.With();
        return (scope, service, values);
    }
}
