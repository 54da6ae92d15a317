using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Referrals;

/// <summary>A legal basis as it is called upon.</summary>
internal sealed record SentBasis
{
    public string Code { get; set; } = "";

    public string Reason { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>A basis that a second person is to look at.</summary>
internal sealed record WaitingBasis(Guid Id, Guid Case, string CaseRef, string Urgency, string State, DateTimeOffset? At, bool IsOwn)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Calls upon a legal basis other than consent for one referral: with a reason, and with a second person's yes before anything is offered.
/// To save a life it holds at once, and the second person looks at it afterwards. Whom the person shut out stays shut out.
/// </summary>
internal sealed class RecordBasis(NodeDb db, CaseFiles cases, CaseGuards guards, ReferralFiles referrals, ReferralQuestions questions, ReferralNotices notices, NodeVocabulary vocabulary, ReadTrail trail)
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OpenCase.Root + "/referrals/bases", static async (HttpContext context, RecordBasis record, CancellationToken cancellationToken) =>
                Results.Json(new { bases = await record.WaitingAsync(context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Approve).WithSummary("Legal bases of referrals within reach that a second person is to look at, at most 100: asked before anything is offered, review afterwards");
        routes.MapPost(DraftReferral.One + "/basis", static async (HttpContext context, Guid id, RecordBasis record, ReferralFiles referrals, CancellationToken cancellationToken) =>
            {
                var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentBasis>(context.Request, cancellationToken);
                return MoveReferral.Moved(context, await record.RunAsync(stored, said, wrong, context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Refer).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Calls upon a legal basis for a draft without a consent: {code, reason}; vital_interests holds at once for three days unless a second person said no to one for the same help within 14 days, any other once a second person has said yes, for 14 days");
        routes.MapPost(DraftReferral.One + "/basis/decide", static async (HttpContext context, Guid id, RecordBasis record, ReferralFiles referrals, CancellationToken cancellationToken) =>
            {
                var stored = await referrals.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken, CasesRights.Approve);
                var (said, _) = await SentJson.ReadAsync<SentDecision>(context.Request, cancellationToken);
                return MoveReferral.Moved(context, await record.DecideAsync(stored, said, context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Approve).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Answers as the second person: {approve, reason}; a no ends what rests on it, and whoever received something is told to erase it");
    }

    /// <summary>Keeps the basis with the referral.</summary>
    /// <exception cref="Problem">It is no draft without a consent, nobody has read the law, or the basis gives nothing to this service.</exception>
    public async Task<(Guid Id, string State, int Version)> RunAsync(StoredReferral stored, SentBasis said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (now, basis) = (db.Time.GetUtcNow(), vocabulary.Words.LegalBases.FirstOrDefault(one => one.Code == said.Code));
        if (basis is null)
            wrong.Add(("code", CasesProblems.CodeUnknown));
        if (string.IsNullOrWhiteSpace(said.Reason))
            wrong.Add(("reason", FormProblems.Missing));
        SentJson.RefuseIf(wrong);
        if (!MayCallUpon(stored, now))
            throw ReferralProblems.BasisUnfit.With();
        if (!basis!.Verified)
            throw ReferralProblems.BasisUnread.With();
        var holds = new ReferralBasis { Code = said.Code, Reason = said.Reason.Trim(), By = CaseEntries.NameOf(actor), At = now, State = ReferralBasis.Stands, Until = now + ReferralBasis.NowHolds };
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            // What it would carry if it stood: nobody is asked for a yes that opens nothing.
            var question = await questions.AskAsync(connection, stored with { Content = stored.Content with { Basis = holds } }, now, cancellationToken) ?? throw FormProblems.With(("service", CasesProblems.ValueUnfit));
            if (ReferralConsent.Refusal(question.Referral, question.Asked, ReferralConsent.Decide(question.Referral, question.Asked, ReferralRules.Shipped)) is { } refused)
                throw refused.Kind == ReferralProblems.NothingAgreed ? ReferralProblems.BasisUnfit.With() : refused;
        }

        // After a no, nothing holds of itself: whoever was refused asks again, whatever they call upon now, in another draft for the same.
        bool wasRefused;
        await using (var connection = await db.ReadAsync(cancellationToken))
            wasRefused = await connection.ExecuteScalarAsync<long>("select count(*) from cases_referrals where person_id = @PersonId and guard = @Guard and inbox = @Inbox and basis = @Mark and created_at > @Since", new { stored.Row.PersonId, stored.Row.Guard, stored.Row.Inbox, Mark = ReferralBasis.RefusedMark, Since = now - ReferralBasis.RefusalBinds }) > 0;
        var kept = said.Code == ReferralBasis.VitalInterests && !wasRefused ? holds : holds with { State = ReferralBasis.Asked, Until = null };
        await using var change = await db.BeginAsync(actor, "cases.referral.basis_recorded", ReferralFiles.SubjectOf(stored.Row.Id), cancellationToken);
        // That it waits, or holds at once; which basis it is would tell of the person.
        change.Describe(new { state = kept.Mark });
        await referrals.SetAsync(change, stored, stored.Content with { Basis = kept }, now, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return (stored.Row.Id, stored.Row.State, stored.Row.Version + 1);
    }

    /// <summary>Keeps what the second person says; after a no nothing goes on, and whoever received something is told.</summary>
    /// <exception cref="Problem">Nobody waits for it, it is one's own, or a no has no reason.</exception>
    public async Task<(Guid Id, string State, int Version)> DecideAsync(StoredReferral stored, SentDecision said, Actor actor, CancellationToken cancellationToken)
    {
        if (stored.Content.Basis is not { Waits: true } basis)
            throw ReferralProblems.BasisUnfit.With();
        if (basis.By == CaseEntries.NameOf(actor))
            throw PlanProblems.SamePerson.With();
        if (!said.Approve && string.IsNullOrWhiteSpace(said.Reason))
            throw FormProblems.With(("reason", FormProblems.Missing));
        var now = db.Time.GetUtcNow();
        var decided = basis with
        {
            State = said.Approve ? ReferralBasis.Stands : ReferralBasis.Refused,
            DecidedBy = CaseEntries.NameOf(actor),
            DecidedAt = now,
            Note = said.Reason,
            Until = !said.Approve ? null : basis.State == ReferralBasis.Asked ? now + ReferralBasis.YesHolds : basis.Until,
        };
        await using var change = await db.BeginAsync(actor, "cases.referral.basis_decided", ReferralFiles.SubjectOf(stored.Row.Id), cancellationToken);
        change.Describe(new { approved = said.Approve });
        var after = stored with { Content = stored.Content with { Basis = decided } };
        await referrals.SetAsync(change, stored, after.Content, now, cancellationToken);
        var (state, version) = (stored.Row.State, stored.Row.Version + 1);
        // A draft stays: a consent may carry it still.
        if (!said.Approve && (state is ReferralStates.Offered or ReferralStates.Accepted))
        {
            var step = new ReferralStep("withdraw", ReferralMoves.Node, "", actor.AuditName, now, "basis_refused");
            var move = ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped);
            var withdrawn = move.After ?? throw move.Refused!;
            change.AlsoRecord("cases.referral.moved", ReferralFiles.SubjectOf(stored.Row.Id), new { act = step.Act, state = withdrawn.State });
            await referrals.WriteAsync(change, after with { Row = after.Row with { Version = version } }, withdrawn, cancellationToken);
            (state, version) = (withdrawn.State, version + 1);
        }

        if (!said.Approve && stored.Content.Receipt is not null)
            await notices.TellAsync(change, after, new ConsentEnding(Guid.Empty, now, [], [], [], null), cancellationToken);
        await change.CommitAsync(cancellationToken);
        return (stored.Row.Id, state, version);
    }

    /// <summary>Those that wait where the reader decides, once their reading is on the disk.</summary>
    public async Task<IReadOnlyList<WaitingBasis>> WaitingAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        IReadOnlyList<StoredReferral> found;
        Dictionary<Guid, string> refs;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            found = await referrals.WaitingAsync(connection, scope, Most, cancellationToken);
            refs = (await connection.QueryAsync<(Guid Id, string Ref)>("select id, public_ref from cases_cases where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(found.Select(one => one.Row.CaseId.ToString("D")).Distinct()) }))
                .ToDictionary(one => one.Id, one => one.Ref);
        }

        await trail.LeaveAsync(actor, Purposes.Supervision, "list", found.Select(one => new Shown(one.Row.PersonId, [guards.CompartmentOf(one.Row.Guard)])), cancellationToken);
        return [.. found.Select(one => new WaitingBasis(one.Row.Id, one.Row.CaseId, refs[one.Row.CaseId], one.Referral.Urgency, one.Row.Basis, one.Content.Basis?.At, one.Content.Basis?.By == CaseEntries.NameOf(actor)))];
    }

    /// <summary>The referral for whoever decides about its basis, once its reading is on the disk.</summary>
    /// <exception cref="Problem">Out of reach, or not theirs to decide.</exception>
    public async Task<StoredReferral> OpenAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        StoredReferral stored;
        IReadOnlyList<string> open;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            stored = await referrals.FindAsync(connection, scope, id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
            var seen = (await cases.FindAsync(connection, scope, stored.Row.CaseId))!;
            if (!scope.May(CasesRights.Approve, seen.Row.Place))
                throw PlatformProblems.Forbidden.With();
            open = seen.Open;
        }

        await trail.LeaveAsync(actor, Purposes.Supervision, "case", [new Shown(stored.Row.PersonId, open)], cancellationToken);
        return stored;
    }

    /// <summary>True for a draft without a consent, for which nobody has called upon a basis that waits, holds or was refused.</summary>
    public static bool MayCallUpon(StoredReferral stored, DateTimeOffset now) =>
        stored is { Row.State: ReferralStates.Draft, Content.Consent: null } && (stored.Content.Basis is not { } before || (before.State is not (ReferralBasis.Asked or ReferralBasis.Refused) && !before.StandsAt(now)));
}
