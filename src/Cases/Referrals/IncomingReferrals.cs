using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>What an agency is asked: a code, the help and how urgent; nothing of whom it is for.</summary>
internal sealed record IncomingReferral(Guid Id, string Code, string State, string Need, string Urgency, DateTimeOffset? AnswerBy, DateTimeOffset? ContactBy, string? Late, bool Waits);

/// <summary>Something that an agency received and is to erase.</summary>
internal sealed record IncomingNotice(Guid Id, string Code, DateTimeOffset EraseBy, string State);

/// <summary>What an agency has to do: referrals that it is asked or has accepted, and consents that were taken back.</summary>
internal sealed record Incoming(IReadOnlyList<IncomingReferral> Referrals, IReadOnlyList<IncomingNotice> Notices);

/// <summary>The list of an agency with accounts: what it is asked, what it accepted, and what it has to erase.</summary>
internal sealed class IncomingReferrals(NodeDb db, ReferralFiles referrals, ClosedToReader closed, ReferralNotices notices, ReadTrail trail)
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OpenCase.Root + "/referrals/incoming", static async (HttpContext context, IncomingReferrals incoming, CancellationToken cancellationToken) =>
                Results.Json(await incoming.RunAsync(context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Refer).WithSummary("What one's own agency is asked or has accepted, the most urgent first, and notices of consents that were taken back; no names");
        routes.MapPost(OpenCase.Root + "/referrals/notices/{id:guid}/acknowledge", static async (HttpContext context, Guid id, IncomingReferrals incoming, CancellationToken cancellationToken) =>
            {
                await incoming.AcknowledgeAsync(id, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("The agency confirms that what it received under a consent that was taken back is erased and not used any more");
    }

    /// <summary>The list, once the audit has a line for each person of whom it says that they need something.</summary>
    public async Task<Incoming> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var agencies = CaseScope.For(actor).AgenciesWith(CasesRights.Refer);
        if (agencies.Count == 0)
            return new Incoming([], []);
        var now = db.Time.GetUtcNow();
        IReadOnlyList<StoredReferral> asked;
        List<IncomingReferral> shown = [];
        IReadOnlyList<NoticeRow> told;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            asked = await Portions.FillAsync<StoredReferral>(
                Most,
                async skip => await referrals.OfAgenciesAsync(connection, agencies, Most, skip, cancellationToken),
                async some => await AnswerReferral.OpenToAsync(closed, connection, actor, some, cancellationToken));
            // Of nobody, and to be done whoever was shut out: what the agency has received it erases.
            told = await notices.OfAgenciesAsync(connection, agencies);
            foreach (var stored in asked)
            {
                shown.Add(new IncomingReferral(
                    stored.Row.Id,
                    stored.Referral.Code,
                    stored.Row.State,
                    ReferralRules.Shipped.FindKind(stored.Content.Kind)?.ShownAs ?? "",
                    stored.Referral.Urgency,
                    stored.Row.State == ReferralStates.Offered ? stored.Row.AnswerDueAt : null,
                    stored.Row.ContactDueAt,
                    stored.Referral.LateAt(now),
                    stored.Row.State == ReferralStates.Accepted && await ReferralLinks.WaitsAsync(connection, stored.Row.Id, now)));
            }
        }

        await trail.LeaveAsync(actor, "referral", "list", asked.Select(stored => new Shown(stored.Row.PersonId, StoredReferral.OpenToReceivers)), cancellationToken);
        return new Incoming(shown, [.. told.Select(one => new IncomingNotice(one.Id, one.Code, one.EraseBy, one.State))]);
    }

    /// <summary>The agency confirms a notice.</summary>
    /// <exception cref="Problem">It is no notice to their agency, which is as if there were none.</exception>
    public async Task AcknowledgeAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (!await notices.IsToAsync(connection, id, CaseScope.For(actor).AgenciesWith(CasesRights.Refer)))
                throw PlatformProblems.NotFound.With();
        }

        await notices.AcknowledgeAsync(id, actor, cancellationToken);
    }
}
