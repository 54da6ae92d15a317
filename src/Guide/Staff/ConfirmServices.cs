using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>An editor confirms that a service is still right, or several at once: who says so, when, and when it is due again.</summary>
internal static class ConfirmServices
{
    public const string Many = StaffAnswers.Root + "/confirm";
    public const string Pick = "pick";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(StaffAnswers.Root + "/{id:guid}/confirm", ConfirmAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Many, ConfirmManyAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    /// <summary>How a list sends a service: which one, and in which version it was seen.</summary>
    public static string PickOf(Service service) => string.Create(CultureInfo.InvariantCulture, $"{service.Id:D}:{service.Version}");

    private static async Task<IResult> ConfirmAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var (scope, service, values) = await ServiceState.ReadAsync(context, desk, id, cancellationToken);
        if (service.Version != values.Version())
            return ServiceState.Changed(context, desk, scope, service, values);
        var form = new FormReading(values);
        var (by, due) = Read(form, desk);
        if (form.Refusal is { } refusal)
        {
            var shown = ServiceForm.Of(service, scope.Full.Organization(service.OrganizationId)?.Name ?? "", context.Texts().Code);
            shown["confirmed_by"] = values["confirmed_by"];
            shown["review_due"] = values["review_due"];
            return EditService.Page(context, desk, scope, service, shown, refusal);
        }

        var confirmed = Confirmed(service, desk.Now, by, due);
        await desk.WriteAsync(context.Actor(), StaffChanges.ServiceConfirmed, "confirmed", confirmed, [], [confirmed], cancellationToken);
        return StaffAnswers.Back(id, "confirmed");
    }

    // Those that somebody has changed since the list was opened are left: what was checked is not what stands now.
    private static async Task<IResult> ConfirmManyAsync(HttpContext context, DirectoryDesk desk, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var form = new FormReading(values);
        var picked = values.All(Pick).Distinct(StringComparer.Ordinal).Take(LookUpServices.PerPage).ToList();
        if (picked.Count == 0)
            form.Refuse(Pick, GuideProblems.NothingPicked);
        var (by, due) = Read(form, desk);
        if (form.Refusal is { } refusal)
            return await LookUpServices.PageAsync(context, desk, LookUpServices.FilterOf(values), values, refusal, cancellationToken);
        var confirmed = await WriteAsync(desk, context.Actor(), scope, picked, (by, due), cancellationToken);
        var back = LookUpServices.FilterOf(values).Href(1);
        return Results.Redirect(string.Create(
            CultureInfo.InvariantCulture, $"{back}{(back.Contains('?', StringComparison.Ordinal) ? '&' : '?')}confirmed={confirmed}&left={picked.Count - confirmed}"));
    }

    /// <summary>Confirms what was picked and still stands as it was seen; how many they were.</summary>
    internal static async Task<int> WriteAsync(
        DirectoryDesk desk, Actor actor, GuideScope scope, IReadOnlyList<string> picked, (string By, DateOnly Due) said, CancellationToken cancellationToken)
    {
        async Task<int> OnceAsync(GuideScope present)
        {
            var confirmed = picked.Select(pick => Find(present, pick)).OfType<Service>().Select(service => Confirmed(service, desk.Now, said.By, said.Due)).ToList();
            if (confirmed.Count > 0)
                await desk.WriteAsync(actor, StaffChanges.ServiceConfirmed, "confirmed", confirmed[0], [], confirmed, cancellationToken);
            return confirmed.Count;
        }

        try
        {
            return await OnceAsync(scope);
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            // Somebody changed one of them just now: that one is left, and the others are not lost with it.
            return await OnceAsync(GuideScope.For(actor, await desk.MomentAsync(cancellationToken)));
        }
    }

    private static Service? Find(GuideScope scope, string pick) =>
        pick.Split(':') is [var id, var version] && Guid.TryParse(id, out var key) && scope.Full.Service(key) is { } service
        && scope.MayEdit(service) && version == service.Version.ToString(CultureInfo.InvariantCulture) ? service : null;

    private static (string By, DateOnly Due) Read(FormReading form, DirectoryDesk desk)
    {
        var due = form.Date("review_due") ?? desk.NextReview;
        if (due <= desk.Today || due > desk.Today.AddYears(5))
            form.Refuse("review_due", GuideProblems.DateUnfit);
        return (form.Text("confirmed_by", 200, required: true), due);
    }

    private static Service Confirmed(Service service, DateTimeOffset now, string by, DateOnly due) =>
        service with { ConfirmedAt = now, ConfirmedBy = by, ReviewDue = due };
}
