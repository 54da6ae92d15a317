using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Family;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Screening;
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
internal sealed class AnswerReferral(NodeDb db, ReferralFiles referrals, ClosedToReader closed, ReferralQuestions questions, MoveReferral move, FamilyUnity unity, ReadTrail trail)
{
    private static readonly string[] Told = ["start", "complete", "not_served", "did_not_attend"];

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
            .WithSummary("The agency that is asked answers, and tells of its help: {act: accept | decline | start | complete | not_served | did_not_attend, reason}");
        routes.MapPost(DraftReferral.One + "/receive", static async (HttpContext context, Guid id, AnswerReferral answer, CancellationToken cancellationToken) =>
            {
                var stored = await answer.AdmitAsync(id, context.Actor(), cancellationToken);
                var payload = await answer.ReceiveAsync(stored, context.Actor(), null, cancellationToken);
                return Results.Json(new { fields = payload.Fields, hash = payload.Hash }, CaseJson.Options);
            })
            .Needs(CasesRights.Refer).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("The agency that accepted receives the agreed fields, and signs for them: {fields, hash}");
    }

    // Who sees something without the person's consent is told apart, when the person asks who has seen their file.
    private static string PurposeOf(StoredReferral stored) => stored.Content.Basis is null ? "referral" : Purposes.LegalBasis;

    /// <summary>The moment.</summary>
    public DateTimeOffset Now => db.Time.GetUtcNow();

    /// <summary>A connection for reading.</summary>
    public Task<DbConnection> ConnectAsync(CancellationToken cancellationToken) => db.ReadAsync(cancellationToken);

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
        var (preview, refused) = ReferralPreview.Decide(question.Referral, question.Asked, question.Facts, ReferralRules.Shipped);
        if (preview is null)
        {
            await trail.RefuseAsync(actor, PurposeOf(stored), "list", [(stored.Row.PersonId, question.RefusedLine(DisclosureRoute.Preview))], cancellationToken);
            throw refused!;
        }

        await trail.LeaveAsync(actor, PurposeOf(stored), "list", [new Shown(stored.Row.PersonId, StoredReferral.OpenToReceivers) { Decided = question.PreviewLine }], cancellationToken);
        return preview;
    }

    /// <summary>Takes the answer; by a link it counts for that link once. To accept asks the consent anew: nobody is told of a yes to what was taken back.</summary>
    /// <exception cref="Problem">It is no answer, comes too late, the consent has ended, or somebody else was first.</exception>
    public async Task<(Guid Id, string State, int Version)> TakeAsync(StoredReferral stored, SentStep said, Actor actor, LinkRow? link, CancellationToken cancellationToken)
    {
        // By a link an offer is answered, and nothing else: its holder is known for that alone.
        if (said.Act is not ("accept" or "decline") && (link is not null || !Told.Contains(said.Act, StringComparer.Ordinal)))
            throw FormProblems.With(("act", CasesProblems.CodeUnknown));
        var now = Now;
        var isYes = said.Act == "accept";
        var step = new ReferralStep(said.Act, ReferralMoves.Receiver, stored.Content.To, actor.AuditName, now, said.Reason);
        var after = ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped);
        var service = isYes && after.After is not null ? (await DecideAsync(stored, now, actor, cancellationToken)).Question.Service : null;
        return await move.KeepAsync(
            stored,
            after,
            actor,
            async change =>
            {
                if (service is not null)
                {
                    await RequireFreeAsync(change, stored, service, cancellationToken);
                    await StandingConsent.HoldAsync(change, stored, now);
                }

                if (link is not null)
                    await ReferralLinks.UseAsync(change, link.Id, now);
            },
            cancellationToken);
    }

    /// <summary>Gives the agreed fields away: decided at this moment, signed for, and written before they are shown.</summary>
    /// <exception cref="Problem">The consent has ended meanwhile, or somebody else was first.</exception>
    public async Task<ReferralPayload> ReceiveAsync(StoredReferral stored, Actor actor, LinkRow? link, CancellationToken cancellationToken)
    {
        var now = Now;
        // Nothing is noted as read where nothing waits; that nobody was faster is looked at as it is written.
        if (link is null && !await WaitsAsync(stored, now, cancellationToken))
            throw ReferralProblems.StepUnfit.With();
        var (payload, question) = await DecideAsync(stored, now, actor, cancellationToken);
        var step = new ReferralStep("hand_over", ReferralMoves.Node, "", actor.AuditName, now);
        var receipt = new ReferralReceipt(stored.Content.To, payload.Hash, now) { Fields = [.. payload.Fields.Keys] };
        var after = ReferralMoves.HandOver(stored.Referral, step, payload, receipt, ReferralRules.Shipped);
        if (after.Refused is { } unfit)
            throw unfit;
        await trail.LeaveAsync(actor, PurposeOf(stored), "file", [Given(stored, question, payload.Fields.Keys)], cancellationToken);
        await move.KeepAsync(
            stored,
            after,
            actor,
            async change =>
            {
                await RequireFreeAsync(change, stored, question.Service, cancellationToken);
                await StandingConsent.HoldAsync(change, stored, now);
                if (link is not null)
                    await ReferralLinks.UseAsync(change, link.Id, now);
                else
                    await ReferralLinks.UseWaitingAsync(change, stored.Row.Id, now);
            },
            cancellationToken);
        return payload;
    }

    /// <summary>Shows people of the agency that received it the agreed fields once more: what may be given is decided anew each time.</summary>
    /// <exception cref="Problem">It was not handed over, has ended, or the consent has.</exception>
    public async Task<ReferralPayload> ShowAgainAsync(StoredReferral stored, Actor actor, CancellationToken cancellationToken)
    {
        if (stored.Referral.State is not (ReferralStates.HandedOver or ReferralStates.InService))
            throw ReferralProblems.StepUnfit.With();
        var (payload, question) = await DecideAsync(stored, Now, actor, cancellationToken);
        await trail.LeaveAsync(actor, PurposeOf(stored), "file", [Given(stored, question, payload.Fields.Keys)], cancellationToken);
        return payload;
    }

    /// <summary>Shows by a further link what was handed over: decided anew, nothing that was not signed for, and no second receipt.</summary>
    /// <exception cref="Problem">It was not handed over, has moved on, or the consent has ended.</exception>
    public async Task<IReadOnlyDictionary<string, string>> ShowAgainAsync(StoredReferral stored, LinkRow link, CancellationToken cancellationToken)
    {
        if (stored.Referral is not { State: ReferralStates.HandedOver, Receipt: { } receipt })
            throw ReferralProblems.StepUnfit.With();
        var now = Now;
        var (payload, question) = await DecideAsync(stored, now, link.Actor, cancellationToken);
        var again = payload.Fields.Where(field => receipt.Fields.Count == 0 || receipt.Fields.Contains(field.Key)).ToDictionary(StringComparer.Ordinal);
        await trail.LeaveAsync(link.Actor, PurposeOf(stored), "file", [Given(stored, question, again.Keys)], cancellationToken);
        await using var change = await db.BeginAsync(link.Actor, "cases.referral.shown_again", ReferralFiles.SubjectOf(stored.Row.Id), cancellationToken);
        change.Describe(new { same = payload.Hash == receipt.Hash });
        await StandingConsent.HoldAsync(change, stored, now);
        if (await change.ExecuteAsync("update cases_referrals set version = version where id = @Id and version = @Version", new { stored.Row.Id, stored.Row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        await ReferralLinks.UseAsync(change, link.Id, now);
        await change.CommitAsync(cancellationToken);
        return again;
    }

    /// <summary>True when what was agreed waits for the agency to receive it.</summary>
    public async Task<bool> WaitsAsync(StoredReferral stored, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await ReferralLinks.WaitsAsync(connection, stored.Row.Id, now);
    }

    // Who came to belong to the person since the offer was not thought of by whoever agreed to it, nor was a lock that stands by now. The
    // receiver is told nothing of either.
    private async Task RequireFreeAsync(Change change, StoredReferral stored, Receiver service, CancellationToken cancellationToken)
    {
        try
        {
            await unity.RequireAsync(change, stored.Row.CaseId, FamilySplit.Refer, target: new SplitTarget { Referral = stored.Row.Id }, goesOn: true);
            await move.RequireNotLockedAsync(change, stored, service, cancellationToken);
        }
        catch (Problem stands) when (stands.Kind == PlanProblems.FamilySplit || stands.Kind == LiftProblems.ReturnLocked)
        {
            throw ReferralProblems.LookAgain.With();
        }
    }

    private async Task<(ReferralPayload Payload, ReferralQuestion Question)> DecideAsync(StoredReferral stored, DateTimeOffset now, Actor actor, CancellationToken cancellationToken)
    {
        ReferralQuestion question;
        await using (var connection = await db.ReadAsync(cancellationToken))
            question = await questions.AskAsync(connection, stored, now, cancellationToken) ?? throw ReferralProblems.NothingAgreed.With();
        var (payload, _, refused) = ReferralPayload.Decide(question.Referral, question.Asked, question.Values, ReferralRules.Shipped);
        if (payload is not null)
            return (payload, question);
        await trail.RefuseAsync(actor, PurposeOf(stored), "file", [(stored.Row.PersonId, question.RefusedLine(DisclosureRoute.Referral))], cancellationToken);
        throw refused!;
    }

    private static Shown Given(StoredReferral stored, ReferralQuestion question, IEnumerable<string> fields) =>
        new(stored.Row.PersonId, StoredReferral.OpenToReceivers) { Decided = question.HandoverLine(fields) };

    /// <summary>The referral, for whoever works for the agency that is asked; to everybody else there is none.</summary>
    /// <exception cref="Problem">There is none for them.</exception>
    public async Task<StoredReferral> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await referrals.LoadAsync(connection, id, cancellationToken);
        return stored is { Row.State: not ReferralStates.Draft, Content.ToAgency: { } agency } && MayFor(actor, agency)
            && (await OpenToAsync(closed, connection, actor, [stored], cancellationToken)).Count > 0
            ? stored
            : throw PlatformProblems.NotFound.With();
    }

    /// <summary>Those of the referrals of whom nobody has shut out this one of the people who answer for the agency: to the others they stay.</summary>
    public static async Task<List<StoredReferral>> OpenToAsync(ClosedToReader closed, DbConnection connection, Actor actor, IReadOnlyList<StoredReferral> asked, CancellationToken cancellationToken)
    {
        var shut = await closed.OfAsync(connection, CaseScope.For(actor), asked.Select(stored => stored.Row.PersonId), cancellationToken);
        return [.. asked.Where(stored => !StoredReferral.OpenToReceivers.All(shut[stored.Row.PersonId].Contains))];
    }

    /// <summary>True for people who answer for an agency.</summary>
    public static bool MayFor(Actor actor, Guid agency) => CaseScope.For(actor).May(CasesRights.Refer, new RecordPlace(null, null, agency));
}
