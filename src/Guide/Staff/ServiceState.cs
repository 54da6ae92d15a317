using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Staff;

/// <summary>An editor takes a service out of the directory, or puts it back.</summary>
internal static class ServiceState
{
    private const string One = StaffAnswers.Root + "/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(One + "/retire", RetireAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(One + "/restore", RestoreAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> RetireAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var (scope, service, values) = await ReadAsync(context, desk, id, cancellationToken);
        if (service.Version != values.Version())
            return Changed(context, desk, scope, service, values);
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
            return context.Staff<RetiredPage>(PlatformProblems.Changed.With(), ("Service", service));
        var with = await StoredRecords.RetiredWithAsync(desk.Db, service, cancellationToken);
        if (!scope.MayAdd(scope.AgencyOf(service.OrganizationId), [.. with.OfType<Location>()]))
            return context.Staff<RetiredPage>(PlatformProblems.Forbidden.With(), ("Service", service));
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

    /// <summary>The service a form is about, for somebody who may change it, and what the form says.</summary>
    public static async Task<(GuideScope Scope, Service Service, FormValues Values)> ReadAsync(
        HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        if (!scope.MayEdit(scope.Find(id)))
            throw PlatformProblems.Forbidden.With();
        return (scope, scope.Full.Service(id)!, values);
    }

    /// <summary>The page of a service that somebody else has changed since its form was opened, with what was asked for beside confirming.</summary>
    public static IResult Changed(HttpContext context, DirectoryDesk desk, GuideScope scope, Service service, FormValues values)
    {
        var shown = ServiceForm.Of(service, scope.Full.Organization(service.OrganizationId)?.Name ?? "", context.Texts().Code);
        foreach (var kept in new[] { "confirmed_by", "review_due" })
            shown[kept] = values[kept];
        return EditService.Page(context, desk, scope, service, shown, PlatformProblems.Changed.With());
    }
}
