using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>A place of a service as its page shows it.</summary>
/// <param name="Offer">The service there.</param>
/// <param name="Place">The place; null when there is none.</param>
/// <param name="Hours">When the service is given there, in the reader's words.</param>
/// <param name="MayEdit">True when the reader may change it.</param>
public sealed record OfferedPlace(ServiceAtLocation Offer, Location? Place, string Hours, bool MayEdit);

/// <summary>Everything the page of a service shows.</summary>
public sealed record ServiceAnswer
{
    /// <summary>The service as the reader may see it.</summary>
    public required Service Service { get; init; }

    /// <summary>Its organisation's name.</summary>
    public string Organization { get; init; } = "";

    /// <summary>The answers that the form shows.</summary>
    public required FormValues Values { get; init; }

    /// <summary>The places the reader may know of.</summary>
    public IReadOnlyList<OfferedPlace> Places { get; init; } = [];

    /// <summary>The categories that may be chosen.</summary>
    public IReadOnlyList<TaxonomyTerm> Terms { get; init; } = [];

    /// <summary>True when the reader may change it.</summary>
    public bool MayEdit { get; init; }

    /// <summary>True when the reader may change its organisation.</summary>
    public bool MayEditOrganization { get; init; }

    /// <summary>True when the reader decides about confidentiality.</summary>
    public bool MayHide { get; init; }

    /// <summary>True when the reader is shown less than there is.</summary>
    public bool Withheld { get; init; }

    /// <summary>Why readers see less than there is, each a sentence.</summary>
    public IReadOnlyList<string> NotPublic { get; init; } = [];

    /// <summary>What the set is called that it comes from; null when nobody has named it.</summary>
    public SourceSet? Source { get; init; }

    /// <summary>Today, by the node's clock.</summary>
    public DateOnly Today { get; init; }

    /// <summary>When the service is to be confirmed again, proposed.</summary>
    public DateOnly NextReview { get; init; }

    /// <summary>The name under which the node confirms, proposed.</summary>
    public string Done { get; init; } = "";

    /// <summary>After two people edited at once: what stands now against what was written.</summary>
    public IReadOnlyList<FieldDifference> Conflict { get; init; } = [];
}

/// <summary>An editor corrects a service; whoever was slower is shown both versions and decides.</summary>
internal static class EditService
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(StaffAnswers.Root + "/{id:guid}", ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(StaffAnswers.Root + "/{id:guid}", SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, Guid id, string? done, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        if (scope.Full.Service(id) is null)
            return await ServiceState.ShowRetiredAsync(context, desk, scope, id, cancellationToken);
        var service = scope.Find(id);
        return Page(context, desk, scope, service, ServiceForm.Of(service, OrganizationOf(scope, service), context.Texts().Code), null, done: done);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var before = scope.Find(id);
        if (!scope.MayEdit(before))
            throw PlatformProblems.Forbidden.With();
        before = scope.Full.Service(id)!;
        var now = desk.Now;
        var form = new FormReading(values);
        var read = ServiceForm.Read(form, before, scope.Full, context.Texts().Code, scope.Sees(before), now);
        var (organization, added) = DirectoryDesk.OrganizationOf(scope, form.Text("organization"), before.OrganizationId, now);
        read = read with { OrganizationId = organization };
        if (!scope.MayGive(before, added is null ? scope.AgencyOf(organization) : added.AgencyId))
            form.Refuse("organization", GuideProblems.OrganizationOutside);
        if (values.Version() != before.Version)
            return Conflict(context, desk, scope, before, read, values);
        if (form.Refusal is { } refusal)
            return Page(context, desk, scope, before, values, refusal);
        if (Compare(before, read).Count == 0)
            return StaffAnswers.Back(id, "unchanged");
        try
        {
            await desk.WriteAsync(
                context.Actor(), StaffChanges.ServiceEdited, "edited", read, added is null ? [] : [added], [read], cancellationToken);
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            var again = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
            return Conflict(context, desk, again, again.Find(id), read, values);
        }

        return StaffAnswers.Back(id, "saved");
    }

    // The form keeps what was written and names the version that stands now: saving it again is a decision.
    private static PageResult<ServicePage> Conflict(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Service present, Service written, FormValues values)
    {
        values["version"] = present.Version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return Page(context, desk, scope, present, values, PlatformProblems.Changed.With(), Compare(present, written));
    }

    internal static IReadOnlyList<FieldDifference> Compare(DirectoryRecord before, DirectoryRecord after) => RecordHistory.Compare(
        new RecordVersion(before.Version, before.ChangedAt, before.ChangedBy, "", RecordJson.Snapshot(before)),
        new RecordVersion(after.Version, after.ChangedAt, after.ChangedBy, "", RecordJson.Snapshot(after)));

    private static string OrganizationOf(GuideScope scope, Service service) => scope.As(service).Organization(service.OrganizationId)?.Name ?? "";

    internal static PageResult<ServicePage> Page(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Service service, FormValues values, Problem? problem,
        IReadOnlyList<FieldDifference>? conflict = null, string? done = null)
    {
        var today = desk.Today;
        return context.Staff<ServicePage>(problem, ("Answer", new ServiceAnswer
        {
            Service = service,
            Organization = OrganizationOf(scope, service),
            Values = values,
            Places = [.. scope.As(service).PlacesOf(service).Select(offer => PlaceOf(scope, service, offer, today, context.PageTexts()))],
            Terms = scope.Full.Records.TaxonomyTerms,
            MayEdit = scope.MayEdit(service),
            MayEditOrganization = scope.Full.Organization(service.OrganizationId) is { } organization && scope.MayEdit(organization),
            MayHide = scope.Sees(service),
            Withheld = scope.IsWithheldInPart(service),
            NotPublic = [.. NotPublic(scope, service, context.PageTexts())],
            Source = scope.Full.Source(service.SourceSet),
            Today = today,
            NextReview = desk.NextReview,
            Done = done ?? "",
            Conflict = conflict ?? [],
        }));
    }

    private static IEnumerable<string> NotPublic(GuideScope scope, Service service, Texts texts)
    {
        foreach (var (record, why) in scope.WithheldOf(service))
        {
            var name = record is ServiceAtLocation offer
                ? texts.Format("edit.withholding.here", ("place", scope.Full.Location(offer.LocationId)?.Name ?? ""))
                : GuideScope.NameOf(record);
            yield return StaffAnswers.Sentence(why, name, texts);
        }

        if (service.Status is not ("active" or "temporarily closed"))
            yield return texts.Format("edit.withholding.not_running", ("name", service.Name));
    }

    private static OfferedPlace PlaceOf(GuideScope scope, Service service, ServiceAtLocation offer, DateOnly today, Texts texts) => new(
        offer,
        scope.As(service).Location(offer.LocationId),
        WeekInWords.Week(PlaceHours.Of(service, offer, scope.As(service).Location(offer.LocationId)), today, texts),
        scope.MayEdit(offer));
}
