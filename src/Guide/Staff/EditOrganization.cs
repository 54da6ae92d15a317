using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Staff;

/// <summary>One line of the list of organisations.</summary>
/// <param name="Id">The organisation.</param>
/// <param name="Name">Its name.</param>
/// <param name="Agency">The agency that looks after it, or empty.</param>
/// <param name="Services">How many services it has.</param>
public sealed record OrganizationLine(Guid Id, string Name, string Agency, int Services);

/// <summary>Everything the page of an organisation shows.</summary>
public sealed record OrganizationAnswer
{
    /// <summary>The organisation.</summary>
    public required Organization Organization { get; init; }

    /// <summary>The answers that the form shows.</summary>
    public required FormValues Values { get; init; }

    /// <summary>Its services.</summary>
    public IReadOnlyList<(Guid Id, string Name)> Services { get; init; } = [];

    /// <summary>The agencies to choose from; empty for those who do not choose.</summary>
    public IReadOnlyList<Agency> Agencies { get; init; } = [];

    /// <summary>Why readers see less than there is; null when they see all.</summary>
    public string? NotPublic { get; init; }

    /// <summary>True when the reader may change it.</summary>
    public bool MayEdit { get; init; }

    /// <summary>True when the reader decides about confidentiality.</summary>
    public bool MayHide { get; init; }

    /// <summary>True when something has just been saved.</summary>
    public bool Done { get; init; }

    /// <summary>After two people edited at once: what stands now against what was written.</summary>
    public IReadOnlyList<FieldDifference> Conflict { get; init; } = [];
}

/// <summary>An editor corrects an organisation; those who look after the whole node link it to the agency whose people look after it.</summary>
internal static class EditOrganization
{
    public const string Root = "/staff/guide/organizations";
    private const int PerPage = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapGet(Root + "/{id:guid}", ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}", SaveAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ListAsync(HttpContext context, DirectoryDesk desk, string? q, int? page, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var agencies = (await Agencies.AllAsync(desk.Db, cancellationToken)).ToDictionary(agency => agency.Id, agency => agency.Name);
        var words = Spelling.Fold(q ?? "");
        var services = scope.Services.ToLookup(service => service.OrganizationId);
        var all = scope.Organizations.Where(o => Spelling.Fold($"{o.Name} {o.AlternateName}").Contains(words, StringComparison.Ordinal))
            .Select(o => new OrganizationLine(o.Id, o.Name, scope.AgencyOf(o.Id) is { } agency ? agencies.GetValueOrDefault(agency, "") : "", services[o.Id].Count())).ToList();
        var pages = Math.Max(1, (all.Count + PerPage - 1) / PerPage);
        var shown = Math.Clamp(page ?? 1, 1, pages);
        return context.Staff<OrganizationsPage>(
            null, ("Lines", all.Skip((shown - 1) * PerPage).Take(PerPage).ToList()), ("Found", all.Count), ("Words", TextCharacters.Mended(q ?? "").Trim()), ("Number", shown), ("Pages", pages));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, DirectoryDesk desk, Guid id, string? done, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var organization = (Organization)scope.Find(RecordKinds.Organization, id);
        return await PageAsync(context, desk, scope, organization, OrganizationForm.Of(organization, scope.AgencyOf(id)), null, cancellationToken, done: done is not null);
    }

    private static async Task<IResult> SaveAsync(HttpContext context, DirectoryDesk desk, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        if (!scope.MayEdit(scope.Find(RecordKinds.Organization, id)))
            throw PlatformProblems.Forbidden.With();
        var before = scope.Full.Organization(id)!;
        var form = new FormReading(values);
        var read = OrganizationForm.Read(form, before, scope.SeesAll, desk.Now);
        var agency = Guid.TryParse(values["agency"], out var chosen) ? chosen : (Guid?)null;
        if (values.Has("agency") && agency != before.AgencyId)
            read = read with { AgencyId = scope.IsNodeWide ? agency : throw PlatformProblems.Forbidden.With() };
        if (read.AgencyId is { } named && named != before.AgencyId && !(await Agencies.AllAsync(desk.Db, cancellationToken)).Any(known => known.Id == named))
            form.Refuse("agency", FormProblems.Missing);
        if (values.Version() != before.Version)
            return await ConflictAsync(context, desk, scope, before, read, values, cancellationToken);
        if (form.Refusal is { } refusal)
            return await PageAsync(context, desk, scope, before, values, refusal, cancellationToken);
        if (EditService.Compare(before, read).Count == 0)
            return Results.Redirect($"{Root}/{id:D}");
        try
        {
            await desk.WriteAsync(context.Actor(), StaffChanges.OrganizationEdited, "edited", read, [], [read], cancellationToken);
        }
        catch (Problem problem) when (problem.Kind == PlatformProblems.Changed)
        {
            var again = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
            return await ConflictAsync(context, desk, again, (Organization)again.Find(RecordKinds.Organization, id), read, values, cancellationToken);
        }

        return Results.Redirect($"{Root}/{id:D}?done=1");
    }

    private static Task<PageResult<OrganizationPage>> ConflictAsync(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Organization present, Organization written, FormValues values, CancellationToken cancellationToken)
    {
        values["version"] = present.Version.ToString(CultureInfo.InvariantCulture);
        return PageAsync(context, desk, scope, present, values, PlatformProblems.Changed.With(), cancellationToken, EditService.Compare(present, written));
    }

    private static async Task<PageResult<OrganizationPage>> PageAsync(
        HttpContext context, DirectoryDesk desk, GuideScope scope, Organization organization, FormValues values, Problem? problem,
        CancellationToken cancellationToken, IReadOnlyList<FieldDifference>? conflict = null, bool done = false) =>
        context.Staff<OrganizationPage>(problem, ("Answer", new OrganizationAnswer
        {
            Organization = organization,
            Values = values,
            Services = [.. scope.Services.Where(service => service.OrganizationId == organization.Id).Select(service => (service.Id, service.Name))],
            Agencies = scope.IsNodeWide ? await Agencies.AllAsync(desk.Db, cancellationToken) : [],
            NotPublic = scope.WithheldOf(organization) is { } why ? StaffAnswers.Sentence(why, organization.Name, context.PageTexts()) : null,
            MayEdit = scope.MayEdit(organization),
            MayHide = scope.SeesAll,
            Done = done,
            Conflict = conflict ?? [],
        }));
}
