using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Staff;

/// <summary>The versions of a record, and two of them beside each other.</summary>
public sealed record HistoryAnswer
{
    /// <summary>One of <see cref="RecordKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>The record.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its name in its newest version.</summary>
    public required string Name { get; init; }

    /// <summary>Every version, the newest first.</summary>
    public required IReadOnlyList<RecordVersion> Versions { get; init; }

    /// <summary>The older version compared; null when only the list is asked for.</summary>
    public RecordVersion? Before { get; init; }

    /// <summary>The newer version compared.</summary>
    public RecordVersion? After { get; init; }

    /// <summary>What differs between the two.</summary>
    public IReadOnlyList<FieldDifference> Differences { get; init; } = [];

    /// <summary>People by the audit's names for them.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>The service whose page leads here.</summary>
    public Guid? Service { get; init; }

    /// <summary>True when the reader may make an earlier version the present one.</summary>
    public bool MayRestore { get; init; }
}

/// <summary>Staff see who changed what and when, compare two versions, and bring an earlier one back as a new version.</summary>
internal static class ReadHistory
{
    private const string Root = "/staff/guide/history/{kind:regex(^(service|location|service_at_location|organization)$)}/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).Needs(GuideScope.Edit).ExcludeFromDescription();
        routes.MapPost(Root + "/restore", RestoreAsync).Needs(GuideScope.Edit).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    public static string Href(string kind, Guid id) => $"/staff/guide/history/{kind}/{id:D}";

    private static async Task<IResult> ShowAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, int? from, int? to, CancellationToken cancellationToken)
    {
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        return await PageAsync(context, desk, scope, (kind, id), (from, to), null, cancellationToken);
    }

    private static async Task<IResult> PageAsync(
        HttpContext context, DirectoryDesk desk, GuideScope scope, (string Kind, Guid Id) record, (int? From, int? To) compared, Problem? problem,
        CancellationToken cancellationToken)
    {
        var (kind, id) = record;
        var versions = await ReadAsync(desk, scope, kind, id, cancellationToken);
        var (before, after) = (versions.FirstOrDefault(v => v.Version == compared.From), versions.FirstOrDefault(v => v.Version == compared.To));
        if (before?.Version > after?.Version)
            (before, after) = (after, before);
        return context.Staff<HistoryPage>(problem, ("Answer", new HistoryAnswer
        {
            Kind = kind,
            Id = id,
            Name = NameOf(scope, kind, id, versions[0]),
            Versions = versions,
            Before = before is null || after is null ? null : before,
            After = before is null ? null : after,
            Differences = before is null || after is null ? [] : await NamedAsync(desk, RecordHistory.Compare(before, after), cancellationToken),
            Names = await ActorNames.OfAsync(desk.Db, versions.Select(v => v.Actor), cancellationToken),
            Service = ServiceOf(scope, kind, id),
            MayRestore = MayRestore(scope, kind, id),
        }));
    }

    // What is given at a place has no name of its own: the place's, or the service's.
    private static string NameOf(GuideScope scope, string kind, Guid id, RecordVersion newest) =>
        newest.Snapshot["name"]?.GetValue<string>() is { Length: > 0 } name ? name
        : scope.Stored(kind, id) is ServiceAtLocation offer ? scope.Full.Location(offer.LocationId) is { Name.Length: > 0 } place ? place.Name : scope.Full.Service(offer.ServiceId)?.Name ?? ""
        : "";

    // Agencies by their names; an agency that has gone stays a number.
    private static async Task<IReadOnlyList<FieldDifference>> NamedAsync(
        DirectoryDesk desk, IReadOnlyList<FieldDifference> differences, CancellationToken cancellationToken)
    {
        if (!differences.Any(difference => difference.Field == "agency_id"))
            return differences;
        var agencies = (await Agencies.AllAsync(desk.Db, cancellationToken)).ToDictionary(agency => agency.Id.ToString("D"), agency => agency.Name, StringComparer.Ordinal);
        string? Name(string? id) => id is null ? null : agencies.GetValueOrDefault(id) ?? id;
        return [.. differences.Select(d => d.Field == "agency_id" ? d with { Before = Name(d.Before), After = Name(d.After) } : d)];
    }

    private static async Task<IResult> RestoreAsync(
        HttpContext context, DirectoryDesk desk, string kind, Guid id, CancellationToken cancellationToken)
    {
        var values = await StaffAnswers.FormAsync(context, cancellationToken);
        var scope = GuideScope.For(context.Actor(), await desk.MomentAsync(cancellationToken));
        var versions = await ReadAsync(desk, scope, kind, id, cancellationToken);
        if (!MayRestore(scope, kind, id))
            throw PlatformProblems.Forbidden.With();
        var wanted = values.Version("restore");
        var version = versions.FirstOrDefault(v => v.Version == wanted) ?? throw GuideProblems.NoSuchRecord.With();
        var present = scope.Stored(kind, id)!;
        if (present.Version != values.Version())
            return await RefusedAsync(PlatformProblems.Changed);
        DirectoryRecord restored = present switch
        {
            Service service => Kept(scope, StoredRecords.Under(service, version.Snapshot)),
            Location place => Kept(scope, StoredRecords.Under(place, version.Snapshot)),
            ServiceAtLocation offer => StoredRecords.Under(offer, version.Snapshot),
            // Who looks after an organisation is decided by those who look after the whole node.
            Organization organization => Kept(scope, StoredRecords.Under(organization, version.Snapshot) with { AgencyId = organization.AgencyId }),
            _ => throw PlatformProblems.NotFound.With(),
        };
        if (present is Service given && restored is Service { OrganizationId: var to } && to != given.OrganizationId && !scope.MayGive(given, scope.AgencyOf(to)))
            return await RefusedAsync(PlatformProblems.Forbidden);
        if (present is Location here && restored is Location there && !scope.MayMove(here, there))
            return await RefusedAsync(PlatformProblems.Forbidden);
        await desk.WriteAsync(context.Actor(), StaffChanges.VersionRestored, "restored", restored, [], [restored], cancellationToken);
        return ServiceOf(scope, kind, id) is { } page ? StaffAnswers.Back(page, "version") : Results.Redirect(Href(kind, id));

        // The comparison from which it was asked for, with what stands in the way.
        Task<IResult> RefusedAsync(ProblemKind why) =>
            PageAsync(context, desk, scope, (kind, id), (wanted, versions[0].Version), why.With(), cancellationToken);
    }

    // An organisation that has gone since is not brought back by the version that named it.
    private static Service Kept(GuideScope scope, Service service) =>
        scope.Full.Organization(service.OrganizationId) is null ? service with { OrganizationId = scope.Full.Service(service.Id)?.OrganizationId } : service;

    // As in its form: who does not see all of the node discloses nothing that was hidden since.
    private static Organization Kept(GuideScope scope, Organization organization) => scope.SeesAll ? organization : organization with
    {
        Confidentiality = Confidentiality.Stricter(organization.Confidentiality, scope.Full.Organization(organization.Id)!.Confidentiality),
    };

    private static Location Kept(GuideScope scope, Location place) =>
        scope.Full.Organization(place.OrganizationId) is null ? place with { OrganizationId = scope.Full.Location(place.Id)?.OrganizationId } : place;

    private static async Task<IReadOnlyList<RecordVersion>> ReadAsync(
        DirectoryDesk desk, GuideScope scope, string kind, Guid id, CancellationToken cancellationToken)
    {
        var versions = await RecordHistory.OfAsync(desk.Db, kind, id, cancellationToken);
        return versions.Count > 0 && scope.MayReadHistory(kind, id, versions) ? versions : throw GuideProblems.NoSuchRecord.With();
    }

    private static bool MayRestore(GuideScope scope, string kind, Guid id) => scope.Stored(kind, id) is { } record && scope.MayEdit(record);

    private static Guid? ServiceOf(GuideScope scope, string kind, Guid id) => scope.Stored(kind, id) is { } record ? scope.ServiceOf(record) : null;
}
