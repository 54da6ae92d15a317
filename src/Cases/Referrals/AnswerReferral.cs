using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>
/// The receiver's side, for people of an agency of this node and for those who come by a link: the preview, the answer, and
/// once it is handed over the agreed fields, received and signed for in one step.
/// </summary>
internal sealed class AnswerReferral(NodeDb db, ReferralFiles referrals, ReferralQuestions questions, MoveReferral move, ReadTrail trail)
{
    private const string Purpose = "referral";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(DraftReferral.One + "/preview", static async (HttpContext context, Guid id, AnswerReferral answer, CancellationToken cancellationToken) =>
            {
                var stored = await answer.AdmitAsync(id, context.Actor(), cancellationToken);
                var preview = await answer.PreviewAsync(stored, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(stored.Row.Version);
                return Results.Json(ShownPreview.Of(stored, preview), CaseJson.Options);
            })
            .Needs(CasesRights.Refer)
            .WithSummary("What the agency that is asked sees before it accepts: nothing that says who needs the help");
        routes.MapPost(DraftReferral.One + "/answer", static async (HttpContext context, Guid id, AnswerReferral answer, CancellationToken cancellationToken) =>
            {
                var stored = await answer.AdmitAsync(id, context.Actor(), cancellationToken);
                if (RecordVersions.Meant(context) != stored.Row.Version)
                    throw PlatformProblems.Changed.With();
                var (said, _) = await SentJson.ReadAsync<SentStep>(context.Request, cancellationToken);
                return MoveReferral.Moved(context, await answer.TakeAsync(stored, said, context.Actor(), null, cancellationToken));
            })
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("The agency that is asked answers: {act: accept | decline, reason}");
        routes.MapPost(DraftReferral.One + "/receive", static async (HttpContext context, Guid id, AnswerReferral answer, CancellationToken cancellationToken) =>
            {
                var stored = await answer.AdmitAsync(id, context.Actor(), cancellationToken);
                await using (var connection = await answer.ConnectAsync(cancellationToken))
                {
                    if (!await ReferralLinks.WaitsAsync(connection, id, answer.Now))
                        throw ReferralProblems.StepUnfit.With();
                }

                var payload = await answer.ReceiveAsync(stored, context.Actor(), null, cancellationToken);
                return Results.Json(new { fields = payload.Fields, hash = payload.Hash }, CaseJson.Options);
            })
            .Needs(CasesRights.Refer).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("The agency that accepted receives the agreed fields, and signs for them: {fields, hash}");
    }

    /// <summary>The moment.</summary>
    public DateTimeOffset Now => db.Time.GetUtcNow();

    /// <summary>A connection for reading.</summary>
    public Task<System.Data.Common.DbConnection> ConnectAsync(CancellationToken cancellationToken) => db.ReadAsync(cancellationToken);

    /// <summary>The preview as it may be seen now, once its reading is on the disk.</summary>
    /// <exception cref="Problem">Nothing may be shown any more.</exception>
    public async Task<ReferralPreview> PreviewAsync(StoredReferral stored, Actor actor, CancellationToken cancellationToken)
    {
        // Who said no, or never answered, has no more reason to look.
        if (stored.Referral.State is not (ReferralStates.Offered or ReferralStates.Accepted))
            throw ReferralProblems.StepUnfit.With();
        ReferralQuestion question;
        await using (var connection = await db.ReadAsync(cancellationToken))
            question = await questions.AskAsync(connection, stored, Now, cancellationToken) ?? throw ReferralProblems.NothingAgreed.With();
        var (preview, refused) = ReferralPreview.Decide(stored.Referral, question.Asked, question.Facts, ReferralRules.Shipped);
        if (preview is null)
            throw refused!;
        await trail.LeaveAsync(actor, Purpose, "list", [new Shown(stored.Row.PersonId, [Compartments.General])], cancellationToken);
        return preview;
    }

    /// <summary>Takes the answer; by a link it counts for that link once.</summary>
    /// <exception cref="Problem">It is no answer, comes too late, or somebody else was first.</exception>
    public async Task<(Guid, string, int)> TakeAsync(StoredReferral stored, SentStep said, Actor actor, LinkRow? link, CancellationToken cancellationToken)
    {
        if (said.Act is not ("accept" or "decline"))
            throw FormProblems.With(("act", CasesProblems.CodeUnknown));
        var now = Now;
        var step = new ReferralStep(said.Act, ReferralMoves.Receiver, stored.Content.To, actor.AuditName, now, said.Reason);
        return await move.KeepAsync(
            stored, ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped), actor, link is null ? null : change => ReferralLinks.UseAsync(change, link.Id, now), cancellationToken);
    }

    /// <summary>Gives the agreed fields away: decided at this moment, signed for, and written before they are shown.</summary>
    /// <exception cref="Problem">The consent has ended meanwhile, or somebody else was first.</exception>
    public async Task<ReferralPayload> ReceiveAsync(StoredReferral stored, Actor actor, LinkRow? link, CancellationToken cancellationToken)
    {
        var now = Now;
        ReferralQuestion question;
        await using (var connection = await db.ReadAsync(cancellationToken))
            question = await questions.AskAsync(connection, stored, now, cancellationToken) ?? throw ReferralProblems.NothingAgreed.With();
        var (payload, _, refused) = ReferralPayload.Decide(stored.Referral, question.Asked, question.Values, ReferralRules.Shipped);
        if (payload is null)
            throw refused!;
        var step = new ReferralStep("hand_over", ReferralMoves.Node, "", actor.AuditName, now);
        var after = ReferralMoves.HandOver(stored.Referral, step, payload, new ReferralReceipt(stored.Content.To, payload.Hash, now), ReferralRules.Shipped);
        if (after.Refused is { } unfit)
            throw unfit;
        await trail.LeaveAsync(actor, Purpose, "file", [new Shown(stored.Row.PersonId, [.. payload.Fields.Keys.Select(field => field.Split('/')[0]).Distinct()])], cancellationToken);
        await move.KeepAsync(stored, after, actor, link is null ? null : change => ReferralLinks.UseAsync(change, link.Id, now), cancellationToken);
        return payload;
    }

    // Whoever works for the agency that is asked; to everybody else there is no such referral.
    private async Task<StoredReferral> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await referrals.LoadAsync(connection, id, cancellationToken);
        return stored is { Row.State: not ReferralStates.Draft, Content.ToAgency: { } agency } && CaseScope.For(actor).May(CasesRights.Refer, new RecordPlace(null, null, agency))
            ? stored
            : throw PlatformProblems.NotFound.With();
    }
}
