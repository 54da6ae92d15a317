using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Plan;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Register;

/// <summary>What a supervisor is asked to approve.</summary>
internal sealed record SentApproval
{
    /// <summary>One of <see cref="ApproveCase.Whats"/>.</summary>
    public string What { get; set; } = "";

    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>
/// A supervisor's approval of the assessment and of the closure of a case, as of its plan: asked for by whoever looks after it, decided by
/// another. Where it was asked for, the case goes on once it is given.
/// </summary>
internal sealed class ApproveCase(NodeDb db, CaseAdmission admission, SealedRecords seals)
{
    public const string Assessment = "assessment";
    public const string Closure = "closure";
    private const string Asked = "asked";
    private const string Approved = "approved";
    private const string Root = OpenCase.Root + "/{id:guid}/approvals";
    private const int MostOfAKind = 100;

    /// <summary>What may be approved beside the plan, with the state in which the case is then.</summary>
    private static readonly Dictionary<string, string> In = new(StringComparer.Ordinal) { [Assessment] = CaseStates.Assessed, [Closure] = CaseStates.Closing };

    /// <summary>What may be approved beside the plan; the names are the texts <c>cases.approval.{code}</c>.</summary>
    public static IReadOnlyList<string> Whats { get; } = [Assessment, Closure];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, static async (HttpContext context, Guid id, ApproveCase approve, CancellationToken cancellationToken) =>
            {
                var admitted = await approve.AdmitAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentApproval>(context.Request, cancellationToken);
                return context.KeptAs(await approve.AskAsync(admitted, said, wrong, context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Asks a supervisor to approve the assessment of a case that is assessed, or the closure of one that is closing: {what: assessment | closure, note}");
        routes.MapPost(Root + "/decide", static async (HttpContext context, Guid id, ApproveCase approve, CancellationToken cancellationToken) =>
            {
                var admitted = await approve.AdmitDecidingAsync(id, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
                var (said, _) = await SentJson.ReadAsync<SentDecision>(context.Request, cancellationToken);
                return context.KeptAs(await approve.DecideAsync(admitted, said, context.Actor(), cancellationToken));
            })
            .Needs(CasesRights.Approve).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Approves what waits in a case, or sends it back: {approve, reason}; never by whoever asked");
    }

    /// <summary>The case, for somebody who may ask.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to change, or changed meanwhile.</exception>
    public Task<AdmittedCase> AdmitAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken) => admission.AdmitAsync(id, version, actor, cancellationToken, CasesRights.Edit);

    /// <summary>The case, for somebody who may decide.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to decide on, or changed meanwhile.</exception>
    public Task<AdmittedCase> AdmitDecidingAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken) => admission.AdmitAsync(id, version, actor, cancellationToken, CasesRights.Approve);

    /// <summary>What may be asked for now; null for nothing.</summary>
    public static string? AskableIn(string state, IReadOnlyList<CaseApproval> before) =>
        Whats.FirstOrDefault(what => In[what] == state && before.LastOrDefault(one => one.What == what)?.State != Asked);

    /// <summary>Asks for it.</summary>
    /// <exception cref="Problem">The case is not so far, it is asked already, or something is wrong with what was said.</exception>
    public async Task<Kept> AskAsync(AdmittedCase admitted, SentApproval said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (row, before, now) = (admitted.Seen.Row, admitted.Main.Approvals, db.Time.GetUtcNow());
        if (!Whats.Contains(said.What, StringComparer.Ordinal))
            wrong.Add(("what", said.What.Length == 0 ? FormProblems.Missing : CasesProblems.CodeUnknown));
        if (before.Count >= MostOfAKind)
            wrong.Add(("what", CasesProblems.TooManyItems));
        SentJson.RefuseIf(wrong);
        if (AskableIn(row.State, before) != said.What)
            throw CasesProblems.StateUnfit.With();
        var asked = new CaseApproval(said.What, Asked, now, CaseEntries.NameOf(actor)) { Note = said.Note };
        return await WriteAsync(admitted, row with { Awaits = said.What, AwaitsBy = asked.AskedBy }, [.. before, asked], "cases.case.approval_asked", actor, now, cancellationToken);
    }

    /// <summary>Gives it, or sends it back.</summary>
    /// <exception cref="Problem">Nothing waits, it is one's own, or a reason is missing.</exception>
    public async Task<Kept> DecideAsync(AdmittedCase admitted, SentDecision said, Actor actor, CancellationToken cancellationToken)
    {
        var (row, before, now) = (admitted.Seen.Row, admitted.Main.Approvals, db.Time.GetUtcNow());
        if (row.Awaits.Length == 0 || before is not [.., { State: Asked } asked])
            throw CasesProblems.StateUnfit.With();
        if (asked.AskedBy == CaseEntries.NameOf(actor))
            throw ChildProblems.SamePerson.With();
        if (!said.Approve && string.IsNullOrWhiteSpace(said.Reason))
            throw FormProblems.With(("reason", FormProblems.Missing));
        var decided = asked with { State = said.Approve ? Approved : "returned", DecidedAt = now, DecidedBy = CaseEntries.NameOf(actor), Reason = said.Reason };
        return await WriteAsync(
            admitted, row with { Awaits = "", AwaitsBy = "" }, [.. before.SkipLast(1), decided], said.Approve ? "cases.case.approved" : "cases.case.sent_back", actor, now, cancellationToken);
    }

    /// <summary>Refuses a step for which approval was asked and is not given.</summary>
    /// <exception cref="Problem">It waits, was sent back, or was left without an answer.</exception>
    public static void Require(CaseContent main, string to)
    {
        var what = to == CaseStates.Closed ? Closure : to is CaseStates.Planned or CaseStates.Active ? Assessment : null;
        // What was asked and then left goes on no more than what waits: no way round leads past the answer.
        if (what is not null && main.Approvals.LastOrDefault(one => one.What == what) is { State: not Approved })
            throw ChildProblems.NotApproved.With();
    }

    /// <summary>What stands of it when the case goes elsewhere: what waited waits no more.</summary>
    public static (CaseRow Row, CaseContent? Main) Left(CaseRow row, CaseContent main) => row.Awaits.Length == 0
        ? (row, null)
        : (row with { Awaits = "", AwaitsBy = "" }, main with { Approvals = [.. main.Approvals.Select(one => one.State == Asked ? one with { State = "left" } : one)] });

    private async Task<Kept> WriteAsync(AdmittedCase admitted, CaseRow row, IReadOnlyList<CaseApproval> approvals, string code, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, code, OpenCase.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { what = approvals[^1].What });
        await CaseAdmission.WriteAsync(change, row, admitted.Version, now);
        await seals.WriteAsync(change, admitted.Key, row.Id, admitted.Seen.Home, admitted.Following, admitted.Main with { Approvals = approvals });
        await change.CommitAsync(cancellationToken);
        return new Kept(row.Id, row.PublicRef, admitted.Following);
    }
}
