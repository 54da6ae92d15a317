using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Shows referrals to those who refer: of a case, one by itself, and those that are late.</summary>
internal sealed class ListReferrals(NodeDb db, CaseFiles cases, ReferralFiles referrals, LiveDirectory directory, ReadTrail trail)
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(DraftReferral.OfCase, static async (HttpContext context, Guid id, ListReferrals list, CancellationToken cancellationToken) =>
                Results.Json(new { referrals = await list.OfCaseAsync(id, context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Refer).WithSummary("The referrals of a case");
        routes.MapGet(OpenCase.Root + "/referrals/overdue", static async (HttpContext context, ListReferrals list, CancellationToken cancellationToken) =>
                Results.Json(new { referrals = await list.OverdueAsync(context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Refer).WithSummary("The referrals within reach that are late, the most urgent first, at most 200");
        routes.MapGet(DraftReferral.One, static async (HttpContext context, Guid id, ListReferrals list, CancellationToken cancellationToken) =>
            {
                var shown = await list.OneAsync(id, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
                return Results.Json(shown, CaseJson.Options);
            })
            .Needs(CasesRights.Refer).WithSummary("A referral and its steps");
    }

    /// <summary>The referrals of a case.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownReferral>> OfCaseAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await cases.FindAsync(connection, CaseScope.For(actor), id) ?? throw PlatformProblems.NotFound.With();
        return await ShownAsync(await referrals.OfCaseAsync(connection, seen, cancellationToken), actor, cancellationToken);
    }

    /// <summary>Those that are late.</summary>
    public async Task<IReadOnlyList<ShownReferral>> OverdueAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await ShownAsync(await referrals.OverdueAsync(connection, CaseScope.For(actor), Most, cancellationToken), actor, cancellationToken);
    }

    private async Task<ShownReferral> OneAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await referrals.FindAsync(connection, CaseScope.For(actor), id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        return (await ShownAsync([stored], actor, cancellationToken))[0];
    }

    // Where somebody is referred to tells of their need: it is read like any other part of their file.
    private async Task<IReadOnlyList<ShownReferral>> ShownAsync(IReadOnlyList<StoredReferral> found, Actor actor, CancellationToken cancellationToken)
    {
        await trail.LeaveAsync(actor, "referral", "case", found.Select(stored => new Shown(stored.Row.PersonId, [stored.Home])), cancellationToken);
        var staff = (await directory.GetAsync(cancellationToken)).Staff;
        return [.. found.Select(stored => ShownReferral.Of(stored, staff, db.Time.GetUtcNow()))];
    }
}
