using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Keeps how the person gets to a service: who introduces them, who goes along, whom they ask for there.</summary>
internal sealed class ArrangeReferral(NodeDb db, ReferralFiles referrals)
{
    private const int LongestPhone = 40;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut(DraftReferral.One + "/arrangements", static async (HttpContext context, Guid id, ArrangeReferral arrange, ReferralFiles referrals, CancellationToken cancellationToken) =>
        {
            var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<Arrangements>(context.Request, cancellationToken);
            return MoveReferral.Moved(context, await arrange.RunAsync(stored, said, wrong, context.Actor(), cancellationToken));
        })
        .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
        .WithSummary("Says how the person gets there: {warmHandover, along: nobody | case_worker | interpreter | volunteer | relative | other, alongNote, focalPoint: {name, role, phone, isPublic}}; no preview and no service is given it");

    /// <summary>Keeps it, until the referral has ended.</summary>
    /// <exception cref="Problem">Something is wrong with what was said, it has ended, or somebody else was first.</exception>
    public async Task<(Guid Id, string State, int Version)> RunAsync(StoredReferral stored, Arrangements said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Along.Length > 0 && !Arrangements.Companions.Contains(said.Along, StringComparer.Ordinal))
            wrong.Add(("along", CasesProblems.CodeUnknown));
        if (said.FocalPoint?.Phone.Length > LongestPhone)
            wrong.Add(("focalPoint.phone", CasesProblems.TextTooLong));
        SentJson.RefuseIf(wrong);
        if (ReferralStates.Ended.Contains(stored.Row.State))
            throw ReferralProblems.StepUnfit.With();
        await using var change = await db.BeginAsync(actor, "cases.referral.arranged", ReferralFiles.SubjectOf(stored.Row.Id), cancellationToken);
        await referrals.SetAsync(change, stored, stored.Content with { Arrangements = said with { FocalPoint = said.FocalPoint is { IsEmpty: false } named ? named : null } }, db.Time.GetUtcNow(), cancellationToken);
        await change.CommitAsync(cancellationToken);
        return (stored.Row.Id, stored.Row.State, stored.Row.Version + 1);
    }
}
