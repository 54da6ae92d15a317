using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Register;

/// <summary>The state a case is to have.</summary>
internal sealed record SentState
{
    public required string State { get; init; }
}

/// <summary>Why a closed case is opened again.</summary>
internal sealed record SentReopening
{
    public required string Reason { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Takes a case from one state to the next; closes it, with whether the person agreed, and opens it again.</summary>
internal sealed class MoveCase(NodeDb db, CaseAdmission admission, CaseGuards guards, SealedRecords seals, FamilyUnity unity, StandingLocks locks, DeterminedReturn determined)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Post("/state", "Takes a case to its next state: {state}; closing and opening again have addresses of their own", static (move, admitted, context, cancellationToken) => move.MoveAsync(admitted, context, cancellationToken));
        Post("/close", "Closes a case: {reason, outcome, personAgreed: yes | no | not_asked}", static (move, admitted, context, cancellationToken) => move.CloseAsync(admitted, context, cancellationToken));
        Post("/reopen", "Opens a closed case again: {reason}", static (move, admitted, context, cancellationToken) => move.ReopenAsync(admitted, context, cancellationToken));

        void Post(string path, string summary, Func<MoveCase, AdmittedCase, HttpContext, CancellationToken, Task<Kept>> act) => routes
            .MapPost(OpenCase.Root + "/{id:guid}" + path, async (HttpContext context, Guid id, MoveCase move, CancellationToken cancellationToken) =>
            {
                var admitted = await move.AdmitAsync(id, context, cancellationToken);
                return context.KeptAs(await act(move, admitted, context, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary(summary);
    }

    private Task<AdmittedCase> AdmitAsync(Guid id, HttpContext context, CancellationToken cancellationToken) =>
        admission.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken, CasesRights.Edit);

    /// <summary>Takes it to a state that may follow; closing and opening again are steps of their own.</summary>
    /// <param name="admitted">The case.</param>
    /// <param name="state">The state.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="also">What is written in the same transaction.</param>
    /// <exception cref="Problem">There is no such state, or it cannot follow.</exception>
    public async Task<Kept> MoveAsync(AdmittedCase admitted, string state, Actor actor, CancellationToken cancellationToken, Func<Change, Kept, Task>? also = null)
    {
        if (!CaseStates.Next.ContainsKey(state))
            throw FormProblems.With(("state", CasesProblems.CodeUnknown));
        if (state is CaseStates.Closed or CaseStates.Reopened)
            throw CasesProblems.StateUnfit.With();
        return await WriteAsync(admitted, state, null, "cases.case.moved", actor, cancellationToken, also);
    }

    /// <summary>Closes it.</summary>
    /// <exception cref="Problem">Something is wrong with what was said, or it cannot be closed from where it is.</exception>
    public async Task<Kept> CloseAsync(AdmittedCase admitted, Closure said, Actor actor, CancellationToken cancellationToken, List<(string Field, ProblemKind Kind)>? wrong = null)
    {
        wrong ??= [];
        if (!Closure.Reasons.Contains(said.Reason, StringComparer.Ordinal))
            wrong.Add(("reason", CasesProblems.CodeUnknown));
        if (!Closure.Agreements.Contains(said.PersonAgreed, StringComparer.Ordinal))
            wrong.Add(("personAgreed", CasesProblems.CodeUnknown));
        SentJson.RefuseIf(wrong);
        return await WriteAsync(admitted, CaseStates.Closed, admitted.Main with { Closure = said }, "cases.case.closed", actor, cancellationToken);
    }

    /// <summary>Opens it again.</summary>
    /// <exception cref="Problem">No reason is given, or it is not closed.</exception>
    public async Task<Kept> ReopenAsync(AdmittedCase admitted, string reason, Actor actor, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
            throw FormProblems.With(("reason", FormProblems.Missing));
        return await WriteAsync(admitted, CaseStates.Reopened, admitted.Main with { ReopenedBecause = reason }, "cases.case.reopened", actor, cancellationToken);
    }

    private async Task<Kept> MoveAsync(AdmittedCase admitted, HttpContext context, CancellationToken cancellationToken)
    {
        var (said, _) = await SentJson.ReadAsync<SentState>(context.Request, cancellationToken);
        return await MoveAsync(admitted, said.State, context.Actor(), cancellationToken);
    }

    private async Task<Kept> CloseAsync(AdmittedCase admitted, HttpContext context, CancellationToken cancellationToken)
    {
        var (said, wrong) = await SentJson.ReadAsync<Closure>(context.Request, cancellationToken);
        return await CloseAsync(admitted, said, context.Actor(), cancellationToken, wrong);
    }

    private async Task<Kept> ReopenAsync(AdmittedCase admitted, HttpContext context, CancellationToken cancellationToken)
    {
        var (said, _) = await SentJson.ReadAsync<SentReopening>(context.Request, cancellationToken);
        return await ReopenAsync(admitted, said.Reason, context.Actor(), cancellationToken);
    }

    private async Task<Kept> WriteAsync(
        AdmittedCase admitted, string state, CaseContent? content, string code, Actor actor, CancellationToken cancellationToken, Func<Change, Kept, Task>? also = null)
    {
        var (row, now) = (admitted.Seen.Row, db.Time.GetUtcNow());
        if (!CaseStates.May(row.State, state))
            throw CasesProblems.StateUnfit.With();
        ApproveCase.Require(admitted.Main, state);
        var (went, left) = ApproveCase.Left(row, content ?? admitted.Main);
        (row, content) = (went, left ?? content);
        row = row with
        {
            State = state,
            ClosedAt = state == CaseStates.Closed ? now : null,
            // The time to stand by the person begins anew.
            DueAt = state == CaseStates.Reopened ? Urgency.Due(row.Urgency, now) : row.DueAt,
        };
        await using var change = await db.BeginAsync(actor, code, OpenCase.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { state });
        // Both are asked inside the change, and before it writes anything: what is written at the same time comes before or after.
        if (await StepOfAsync(change, admitted, state, content, cancellationToken) is { } step)
        {
            await unity.RequireAsync(change, row.Id, step);
            if (step == FamilySplit.Return)
            {
                await locks.RequireOpenAsync(change, row.Id, StandingLocks.Return, cancellationToken);
                await determined.RequireAsync(change, [.. await change.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @Id", new { row.Id })], cancellationToken);
            }
        }
        else if (state == CaseStates.Reopened)
        {
            // Who has an open case again is somebody whom others may leave behind.
            await HeldPersons.HoldAsync(db, change, await change.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @Id", new { row.Id }));
        }

        await CaseAdmission.WriteAsync(change, row, admitted.Version, now);
        if (state == CaseStates.Closed)
            await RefuseWhileReferredAsync(change, admitted.Seen);
        if (state == CaseStates.Closed)
            await SettledScreenings.ClosedAsync(change, row.Id, guards.Of(Compartments.Consular));
        if (state == CaseStates.Reopened)
        {
            await SettledScreenings.ReopenedAsync(change, row.Id);
            await OwnersToLook.NoteCaseAsync(change, row.Id);
        }

        await OpenCase.NoteStateAsync(change, row.Id, admitted.Following, state, actor, now);
        if (content is not null)
            await seals.WriteAsync(change, admitted.Key, row.Id, admitted.Seen.Home, admitted.Following, content);
        var kept = new Kept(row.Id, row.PublicRef, admitted.Following);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }

    // Once the case is written as closed: a draft that is written at the same time waits for that, and finds it closed. Referrals of
    // compartments that are closed to the reader are not counted; whoever sees those has them on their board.
    private async Task RefuseWhileReferredAsync(Change change, SeenCase seen)
    {
        var running = (await change.QueryAsync<string>("select guard from cases_referrals where case_id = @Id and closed_at is null", new { seen.Row.Id }))
            .Count(guard => seen.Open.Contains(guards.CompartmentOf(guard)));
        if (running > 0)
            throw CasesProblems.ReferralsRunning.With(("count", running));
    }

    // Closing, and every step by which somebody goes back: the case of a return that begins, or one that ends with it.
    private async Task<string?> StepOfAsync(Change change, AdmittedCase admitted, string state, CaseContent? content, CancellationToken cancellationToken) => state switch
    {
        CaseStates.Closed => content?.Closure?.Reason == "returned" ? FamilySplit.Return : FamilySplit.Close,
        CaseStates.Active when await IsReturnAsync(change, admitted.Seen, cancellationToken) => FamilySplit.Return,
        _ => null,
    };

    // Looked up under the seal, whoever asks: a case of which nobody can read the kind counts as a return.
    private async Task<bool> IsReturnAsync(Change change, SeenCase seen, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(change, [new Wanted(seen.Row.PersonId, seen.Row.Id, [seen.Home])], cancellationToken)).Values
            .Select(content => content.Deserialize<CaseContent>(CaseJson.Options)?.Type).FirstOrDefault() is null or "return";
}
