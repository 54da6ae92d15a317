using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Family;

/// <summary>Why a step should be done though it takes somebody from the others.</summary>
internal sealed record SentSplit
{
    /// <summary>One of <see cref="FamilySplit.Steps"/>.</summary>
    public string Step { get; set; } = "";

    public string? Reason { get; init; }

    /// <summary>Who leaves, for leaving a household; who alone is moved, for a transfer.</summary>
    public Guid? Person { get; init; }

    /// <summary>Which household.</summary>
    public Guid? Household { get; init; }

    /// <summary>Who is to have the case, for an assignment.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Which team is to have it, for an assignment or another office.</summary>
    public Guid? Team { get; init; }

    /// <summary>Which referral of the case, for a referral.</summary>
    public Guid? Referral { get; init; }

    /// <summary>What kind of place, for a transfer.</summary>
    public string? Kind { get; init; }

    /// <summary>Which place, for a transfer.</summary>
    public string? Place { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What is sealed of a question: the reason, and what the second person said.</summary>
internal sealed record SplitContent
{
    public string? Reason { get; init; }

    public string? Answer { get; init; }

    /// <summary>Who would leave or be moved, where it is one of several.</summary>
    public Guid? Person { get; init; }

    /// <summary>Where the step would take them.</summary>
    public SplitTarget? To { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A question as it is shown.</summary>
internal sealed record ShownSplit(Guid Id, Guid Case, string CaseRef, string Step, string State, int Version, DateTimeOffset AskedAt, string? Reason, string? Answer, bool IsOwn)
{
    /// <summary>Who would leave or be moved, where it is one of several.</summary>
    public Guid? Person { get; init; }

    /// <summary>Where the step would take them; null of a step that has no such thing, and of questions from before it was asked.</summary>
    public SplitTarget? To { get; init; }

    /// <summary>Until when a yes counts that is not used yet.</summary>
    public DateTimeOffset? Until { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Somebody asks whether a family may be split by a step, and says why; another person decides.</summary>
internal sealed class SplitReviews(NodeDb db, CaseEntries entries, CaseGuards guards, ReadTrail trail, FamilyUnity unity, ReferralFiles referrals)
{
    public const string Kind = "split";

    /// <summary>A yes that nobody used in time.</summary>
    public const string Lapsed = "lapsed";

    private const string Root = OpenCase.Root + "/{id:guid}/splits";
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OpenCase.Root + "/splits", static async (HttpContext context, SplitReviews splits, CancellationToken cancellationToken) =>
                Results.Json(new { splits = await splits.WaitingAsync(context.Actor(), Purposes.Supervision, cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Approve).WithSummary("Questions whether a family may be split that wait within reach, at most 100");
        routes.MapGet(Root, static async (HttpContext context, Guid id, SplitReviews splits, CancellationToken cancellationToken) =>
                Results.Json(new { splits = await splits.OfCaseAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The questions of a case whether a family may be split");
        routes.MapPost(Root, static async (HttpContext context, Guid id, SplitReviews splits, CancellationToken cancellationToken) =>
            {
                var entered = await splits.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentSplit>(context.Request, cancellationToken);
                return context.Made(await splits.AskAsync(entered, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Asks a second person whether a step may take somebody from their family: {step: assign | refer | transfer | return | close | leave_household, reason, person, household, owner, team, referral, kind, place}; person says who leaves a household, or who alone of a case is moved; owner and team to whom it is given, referral to which service, kind, place and team where somebody is moved: the answer is for exactly that");
        routes.MapPost(Root + "/{entry:guid}/decide", static async (HttpContext context, Guid id, Guid entry, SplitReviews splits, CancellationToken cancellationToken) =>
            {
                var (entered, row) = await splits.AdmitDecidingAsync(id, entry, context.Actor(), cancellationToken);
                var version = RecordVersions.Meant(context);
                var (said, _) = await SentJson.ReadAsync<SentDecision>(context.Request, cancellationToken);
                return context.Told(await splits.DecideAsync(entered, row, version, said, cancellationToken));
            })
            .Needs(CasesRights.Approve).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Answers as the second person: {approve, reason}; a yes counts for the step once, within 14 days");
    }

    /// <summary>The case, for somebody who may take steps in it.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) =>
        entries.EnterAsync(id, actor, cancellationToken, CasesRights.Edit, CasesRights.Refer, CasesRights.Supervise);

    /// <summary>The question, for somebody who may decide.</summary>
    /// <exception cref="Problem">Out of reach, or not theirs to decide.</exception>
    public async Task<(EnteredCase Entered, EntryRow Row)> AdmitDecidingAsync(Guid id, Guid entry, Actor actor, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken, CasesRights.Approve);
        return (entered, await entries.FindAsync(entered, Kind, entry, cancellationToken));
    }

    /// <summary>Keeps the question.</summary>
    /// <exception cref="Problem">Nobody would be left behind, it was asked already, or something is wrong with it.</exception>
    public async Task<KeptEntry> AskAsync(EnteredCase entered, SentSplit said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        if (!FamilySplit.Steps.Contains(said.Step, StringComparer.Ordinal))
            wrong.Add(("step", CasesProblems.CodeUnknown));
        if (string.IsNullOrWhiteSpace(said.Reason))
            wrong.Add(("reason", FormProblems.Missing));
        string mark;
        Guid? person = null;
        SplitTarget? to;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            to = await TargetAsync(connection, entered, said, wrong, cancellationToken);
            SentJson.RefuseIf(wrong);
            if (said.Step == FamilySplit.Leave)
            {
                if (said is not { Person: { } leaver, Household: { } household } || await connection.QuerySingleAsync<long>(
                    "select count(*) from cases_household_members m join cases_case_persons cp on cp.person_id = m.person_id where m.person_id = @leaver and m.household_id = @household and cp.case_id = @Id", new { leaver, household, entered.Row.Id }) == 0)
                    throw FormProblems.With(("person", CasesProblems.PersonUnknown));
                (mark, person) = (await unity.LeaveMarkAsync(connection, household, leaver), leaver);
            }
            else
            {
                Guid[] all = [.. await connection.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @Id", new { entered.Row.Id })];
                if (said is { Step: FamilySplit.Transfer, Person: { } one })
                {
                    if (!all.Contains(one))
                        throw FormProblems.With(("person", CasesProblems.PersonUnknown));
                    person = all.Length > 1 ? one : null;
                }

                var others = await unity.OthersAsync(connection, entered.Row.Id, person is { } alone ? [alone] : all);
                if (others.Count == 0)
                    throw PlanProblems.NobodyLeft.With();
                mark = unity.MarkOf(said.Step, others.Select(other => other.Person), person is { } moved ? [moved] : null, to);
            }
        }

        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        var row = new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = entered.Row.PersonId, Kind = Kind, State = "asked", Mark = mark };
        await using var change = await db.BeginAsync(entered.Actor, "cases.split.asked", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, step = said.Step });
        await change.ExecuteAsync(
            "update cases_entries set state = @Lapsed, closed_at = @now, changed_at = @now, version = version + 1 where case_id = @CaseId and kind = 'split' and mark = @mark and state = 'approved' and decided_at <= @Since",
            new { Lapsed, now, row.CaseId, mark, Since = now - FamilyUnity.YesHolds });
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_entries where case_id = @CaseId and kind = 'split' and mark = @mark and state in ('asked', 'approved')", new { row.CaseId, mark }) > 0)
            throw PlanProblems.AskedAlready.With();
        await entries.AddAsync(change, key, row, entered.Seen.Home, new SplitContent { Reason = said.Reason, Person = person, To = to }, entered.Actor, now);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, row.Version);
    }

    /// <summary>Keeps the answer of the second person.</summary>
    /// <exception cref="Problem">It is decided already, one's own, or refused without a reason.</exception>
    public async Task<KeptEntry> DecideAsync(EnteredCase entered, EntryRow row, int version, SentDecision said, CancellationToken cancellationToken)
    {
        if (row.Version != version)
            throw PlatformProblems.Changed.With();
        if (row.State != "asked")
            throw PlanProblems.StepUnfit.With();
        if (row.CreatedBy == CaseEntries.NameOf(entered.Actor))
            throw PlanProblems.SamePerson.With();
        if (!said.Approve && string.IsNullOrWhiteSpace(said.Reason))
            throw FormProblems.With(("reason", FormProblems.Missing));
        var (now, key, state) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(row.PersonId, cancellationToken), said.Approve ? "approved" : "refused");
        SplitContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
            content = (await entries.OpenAsync<SplitContent>(connection, [row], cancellationToken)).GetValueOrDefault(row.Id, new SplitContent());
        await using var change = await db.BeginAsync(entered.Actor, said.Approve ? "cases.split.approved" : "cases.split.refused", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId });
        var next = await CaseEntries.MoveAsync(
            change, row with { State = state, DecidedBy = CaseEntries.NameOf(entered.Actor), DecidedAt = now, ClosedAt = said.Approve ? null : now }, now);
        await entries.WriteAsync(change, key, row.Id, entries.CompartmentOf(row), next, content with { Answer = said.Reason });
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, state, next);
    }

    /// <summary>The questions of a case, the last first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownSplit>> OfCaseAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await entries.OfAsync(connection, entered, Kind);
        return await ShownAsync(connection, [.. rows.Reverse()], actor, purpose, cancellationToken);
    }

    /// <summary>Those that wait where the reader decides, once their reading is on the disk.</summary>
    public async Task<IReadOnlyList<ShownSplit>> WaitingAsync(Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        // A question lies in the compartment of its case's kind: whoever sees the case may read it.
        var sql = "select e.* from cases_entries e join cases_cases c on c.id = e.case_id where e.kind = 'split' and e.state = 'asked' and "
            + scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Approve) + " order by c.urgency, e.created_at, e.id limit @Most offset @skip";
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await Portions.FillAsync(
            Most,
            skip => connection.QueryAsync<EntryRow>(sql, scope.Parameters(new { Most, skip })),
            async read => await entries.OpenToAsync(connection, scope, read, cancellationToken));
        return await ShownAsync(connection, rows, actor, purpose, cancellationToken);
    }

    /// <summary>The questions whether somebody may leave a household who is still in it, the last first, once their reading is on the disk.</summary>
    /// <param name="household">The household.</param>
    /// <param name="members">Those of it whom the reader sees.</param>
    /// <param name="actor">The reader: what was asked in cases that they do not see is left out.</param>
    /// <param name="purpose">What it is read for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<ShownSplit>> OfHouseholdAsync(Guid household, IEnumerable<Guid> members, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var leaving = members.ToDictionary(member => FamilyUnity.LeaveOf(household, member));
        var length = household.ToString("D").Length * 2 + FamilySplit.Leave.Length + 2;
        var sql = "select e.* from cases_entries e join cases_cases c on c.id = e.case_id where e.kind = 'split' and e.case_id in (select cp.case_id from cases_case_persons cp join cases_household_members m on m.person_id = cp.person_id where m.household_id = @household) and "
            + scope.Cases("c", guards) + " and substr(e.mark, 1, @length)" + db.Dialect.IsAmong + " order by e.created_at desc, e.id";
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<EntryRow>(sql, scope.Parameters(new { household, length, Among = db.Dialect.Among(leaving.Keys) }))).ToList();
        for (var at = 0; at < rows.Count; at++)
        {
            // Somebody came since, or left: nobody was asked about those who would stay now.
            if (rows[at].State is "asked" or "approved" && rows[at].Mark != await unity.LeaveMarkAsync(connection, household, leaving[rows[at].Mark[..length]]))
                rows[at] = rows[at] with { State = Lapsed };
        }

        return await ShownAsync(connection, await entries.OpenToAsync(connection, scope, rows, cancellationToken), actor, purpose, cancellationToken);
    }

    private async Task<IReadOnlyList<ShownSplit>> ShownAsync(System.Data.Common.DbConnection connection, List<EntryRow> rows, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var contents = await entries.OpenAsync<SplitContent>(connection, rows, cancellationToken);
        var refs = (await connection.QueryAsync<(Guid Id, string Ref)>("select id, public_ref from cases_cases where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.CaseId.ToString("D")).Distinct()) }))
            .ToDictionary(one => one.Id, one => one.Ref);
        await trail.LeaveAsync(actor, purpose, "list", rows.Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)])), cancellationToken);
        return [.. rows.Select(row =>
        {
            var content = contents.GetValueOrDefault(row.Id);
            var until = row.State == "approved" ? row.DecidedAt + FamilyUnity.YesHolds : null;
            var state = until <= db.Time.GetUtcNow() ? Lapsed : row.State;
            return new ShownSplit(row.Id, row.CaseId, refs[row.CaseId], row.Mark.Split(' ')[0], state, row.Version, row.CreatedAt, content?.Reason, content?.Answer, row.CreatedBy == CaseEntries.NameOf(actor))
            {
                Person = content?.Person,
                To = content?.To,
                Until = state == Lapsed ? null : until,
            };
        })];
    }

    // As far as the step has it, and as the step itself would have to say it.
    private async Task<SplitTarget?> TargetAsync(System.Data.Common.DbConnection connection, EnteredCase entered, SentSplit said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        switch (said.Step)
        {
            case FamilySplit.Assign:
                return new SplitTarget { Owner = said.Owner, Team = said.Team };
            case FamilySplit.Refer:
                if (said.Referral is not { } id)
                    wrong.Add(("referral", FormProblems.Missing));
                else if (await referrals.FindAsync(connection, entered.Scope, id, cancellationToken) is not { } stored || stored.Row.CaseId != entered.Row.Id || !IsBefore(stored.Row.State))
                    wrong.Add(("referral", CasesProblems.ValueUnfit));
                return new SplitTarget { Referral = said.Referral };
            case FamilySplit.Transfer:
                if (!TransferContent.Kinds.Contains(said.Kind, StringComparer.Ordinal))
                    wrong.Add(("kind", CasesProblems.CodeUnknown));
                if (string.IsNullOrWhiteSpace(said.Place))
                    wrong.Add(("place", FormProblems.Missing));
                if ((said.Kind == TransferContent.Office) != said.Team.HasValue)
                    wrong.Add(("team", CasesProblems.AssigneeUnfit));
                return new SplitTarget { Kind = said.Kind, Place = said.Place, Team = said.Team };
            default:
                return null;
        }
    }

    /// <summary>True while a referral has handed nothing over: it may still be asked about.</summary>
    public static bool IsBefore(string state) => state is ReferralStates.Draft or ReferralStates.Offered or ReferralStates.Accepted;
}
