using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>An editor adds a service that the directory does not have; its place is asked for next.</summary>
internal static class AddService
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(StaffAnswers.Root + "/new", ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(StaffAnswers.Root + "/new", SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, DirectoryDesk desk, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var (service, place, offer) = Blank(context);
        return Page(context, scope, service, Both(ServiceForm.Of(service, "", context.Texts().Code), PlaceForm.Of(place, offer)), null);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, DirectoryDesk desk, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var now = desk.Now;
        var (blank, emptyPlace, emptyOffer) = Blank(context);
        var form = new FormReading(values);
        var service = ServiceForm.Read(form, blank, scope.Full, context.Texts().Code, scope.SeesSome, now);
        var place = PlaceForm.Read(form, emptyPlace, scope.SeesSome, now);
        var (organization, added) = DirectoryDesk.OrganizationOf(scope, form.Text("organization", required: true), null, now);
        if (!scope.MayAdd(added is null ? scope.AgencyOf(organization) : added.AgencyId, place))
            scope.RefuseOutside(form);
        if (form.Refusal is { } refusal)
            return Page(context, scope, blank, values, refusal);
        service = service with { Id = Guid.CreateVersion7(now), OrganizationId = organization };
        place = place with { Id = Guid.CreateVersion7(now), OrganizationId = organization };
        // The hours asked for are those of the service; the one place takes them over.
        var offer = emptyOffer with { Id = Guid.CreateVersion7(now), ServiceId = service.Id, LocationId = place.Id, Description = form.Text("offer_description", FormReading.LongText) };
        await desk.WriteAsync(
            context.Actor(), StaffChanges.ServiceAdded, "edited", service,
            added is null ? [service, place, offer] : [added, service, place, offer], [], cancellationToken);
        return StaffAnswers.Back(service.Id, "added");
    }

    private static (Service, Location, ServiceAtLocation) Blank(HttpContext context)
    {
        var language = context.Texts().Code;
        return (new Service { TextLanguage = language }, new Location { TextLanguage = language }, new ServiceAtLocation { TextLanguage = language });
    }

    private static FormValues Both(FormValues service, FormValues place)
    {
        foreach (var name in new[] { "position_precision", "place_confidentiality" })
            service[name] = place[name];
        return service;
    }

    private static PageResult<NewServicePage> Page(HttpContext context, GuideScope scope, Service service, FormValues values, Problem? problem) =>
        context.Staff<NewServicePage>(
            problem, ("Service", service), ("Values", values), ("Terms", scope.Full.Records.TaxonomyTerms), ("MayHide", scope.SeesSome));
}
