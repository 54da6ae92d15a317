using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>A step as it is sent.</summary>
internal sealed record SentStep(string Act, string Reason = "");

/// <summary>The steps of those who refer: offer, take back, and write down what became of it.</summary>
internal sealed class MoveReferral(NodeDb db, ReferralFiles referrals, ReferralQuestions questions, Family.FamilyUnity unity, Screening.StandingLocks locks, ReadTrail trail)
{
    // What a service tells of its help on the telephone is written down by those who asked it; answers to an offer are not.
    private static readonly string[] Told = ["start", "complete", "not_served", "did_not_attend"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(DraftReferral.One + "/offer", static async (HttpContext context, Guid id, MoveReferral move, CancellationToken cancellationToken) =>
                Moved(context, await move.OfferAsync(id, context, cancellationToken)))
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Offers a referral: from now on the service may see its preview");
        routes.MapPost(DraftReferral.One + "/steps", static async (HttpContext context, Guid id, MoveReferral move, CancellationToken cancellationToken) =>
                Moved(context, await move.StepAsync(id, context, cancellationToken)))
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Takes a referral back, or writes down what the service told: {act: withdraw | escalate | start | complete | not_served | did_not_attend, reason}");
    }

    /// <summary>The answer to a step: the version that it made.</summary>
    public static IResult Moved(HttpContext context, (Guid Id, string State, int Version) after)
    {
        context.Response.Headers.ETag = RecordVersions.Tag(after.Version);
        return Results.Json(new { id = after.Id, state = after.State, version = after.Version }, CaseJson.Options);
    }

    private async Task<(Guid, string, int)> OfferAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
        return await OfferAsync(stored, context.Actor(), cancellationToken);
    }

    /// <summary>Offers it: the consent is asked now, and once more as it is written.</summary>
    /// <exception cref="Problem">Nothing may be given to this service, or it is no draft any more.</exception>
    public async Task<(Guid Id, string State, int Version)> OfferAsync(StoredReferral stored, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (stored.Content is { Consent: null, Basis.State: ReferralBasis.Asked })
            throw ReferralProblems.BasisWaits.With();
        ReferralQuestion question;
        await using (var connection = await db.ReadAsync(cancellationToken))
            question = await questions.AskAsync(connection, stored, now, cancellationToken) ?? throw FormProblems.With(("service", CasesProblems.ValueUnfit));
        var (preview, refused) = ReferralPreview.Decide(question.Referral, question.Asked, question.Facts, ReferralRules.Shipped);
        if (preview is null)
        {
            await trail.RefuseAsync(actor, "referral", "list", [(stored.Row.PersonId, question.RefusedLine(DisclosureRoute.Preview))], cancellationToken);
            throw refused!;
        }

        var step = new ReferralStep("offer", ReferralMoves.Referrer, stored.Content.From, actor.AuditName, now);
        return await KeepAsync(
            stored,
            ReferralMoves.Offer(stored.Referral, step, preview, ReferralRules.Shipped),
            actor,
            async change =>
            {
                await unity.RequireAsync(change, stored.Row.CaseId, Family.FamilySplit.Refer, target: new Family.SplitTarget { Referral = stored.Row.Id });
                await RequireNotLockedAsync(change, stored, question.Service, cancellationToken);
                await StandingConsent.HoldAsync(change, stored, now);
            },
            cancellationToken);
    }

    /// <summary>Passes unless it would bring somebody to those who receive the returned while a lock stands against a return: that is the same step by another door.</summary>
    /// <exception cref="Problem">It would.</exception>
    public async Task RequireNotLockedAsync(Change change, StoredReferral stored, Receiver service, CancellationToken cancellationToken)
    {
        if (service.Classes.Contains(ReceiverClasses.ReturnReception, StringComparer.Ordinal))
            await locks.RequireOpenAsync(change, stored.Row.CaseId, Screening.StandingLocks.Return, cancellationToken);
    }

    private async Task<(Guid, string, int)> StepAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
        var (said, _) = await SentJson.ReadAsync<SentStep>(context.Request, cancellationToken);
        return await StepAsync(stored, said, context.Actor(), cancellationToken);
    }

    /// <summary>Takes it back, calls a supervisor, or writes down what the service told.</summary>
    /// <exception cref="Problem">There is no such step, or it does not follow.</exception>
    public async Task<(Guid Id, string State, int Version)> StepAsync(StoredReferral stored, SentStep said, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Act is not ("withdraw" or "escalate") && !Told.Contains(said.Act, StringComparer.Ordinal))
            throw FormProblems.With(("act", CasesProblems.CodeUnknown));
        var isTold = Told.Contains(said.Act, StringComparer.Ordinal);
        var step = new ReferralStep(
            said.Act, isTold ? ReferralMoves.Receiver : ReferralMoves.Referrer, isTold ? stored.Content.To : stored.Content.From, actor.AuditName, db.Time.GetUtcNow(), said.Reason);
        return await KeepAsync(stored, ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped), actor, null, cancellationToken);
    }

    /// <summary>Keeps what came of a step, with what else belongs to it.</summary>
    /// <exception cref="Problem">The step was refused, or somebody else was first.</exception>
    public async Task<(Guid Id, string State, int Version)> KeepAsync(
        StoredReferral stored, ReferralMove move, Actor actor, Func<Change, Task>? also, CancellationToken cancellationToken)
    {
        var after = move.After ?? throw move.Refused!;
        await using var change = await db.BeginAsync(actor, "cases.referral.moved", ReferralFiles.SubjectOf(stored.Row.Id), cancellationToken);
        change.Describe(new { act = after.Steps[^1].Act, state = after.State });
        if (also is not null)
            await also(change);
        await referrals.WriteAsync(change, stored, after, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return (stored.Row.Id, after.State, stored.Row.Version + 1);
    }
}
