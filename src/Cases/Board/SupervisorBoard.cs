using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Detention;
using Tambo.Cases.Persons;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Urgency = Tambo.Cases.Register.Urgency;

namespace Tambo.Cases.Board;

/// <summary>How many open cases are in a state, by urgency.</summary>
internal sealed record BoardCount(string State, long Emergency, long Urgent, long Normal);

/// <summary>A case that somebody has to look at, and since or until when.</summary>
internal sealed record BoardCase(Guid Id, string Ref, string Urgency, DateTimeOffset? At, bool IsOwn = false)
{
    /// <summary>True when somebody was called for it.</summary>
    public bool Called { get; init; }
}

/// <summary>A person of whom a consent cannot be read.</summary>
internal sealed record BoardPerson(Guid Id, string Ref);

/// <summary>What waits for a supervisor.</summary>
internal sealed record ShownBoard
{
    public IReadOnlyList<BoardCount> Counts { get; init; } = [];

    /// <summary>Children who are detained, whatever else there is.</summary>
    public IReadOnlyList<BoardCase> DetainedChildren { get; init; } = [];

    /// <summary>Persons who were found in need and have no case, and to whom somebody was to come back.</summary>
    public IReadOnlyList<WaitingPerson> Screenings { get; init; } = [];

    /// <summary>Tasks whose time is over.</summary>
    public IReadOnlyList<ShownTask> OverdueTasks { get; init; } = [];

    /// <summary>Offers that nobody answered in time, persons whom nobody met in time, and what somebody was called for.</summary>
    public IReadOnlyList<BoardCase> OverdueReferrals { get; init; } = [];

    /// <summary>Detentions that were to be reviewed.</summary>
    public IReadOnlyList<BoardCase> OverdueReviews { get; init; } = [];

    /// <summary>Cases whose own time is over.</summary>
    public IReadOnlyList<BoardCase> OverdueCases { get; init; } = [];

    /// <summary>Cases that nobody looks after.</summary>
    public IReadOnlyList<BoardCase> Unassigned { get; init; } = [];

    /// <summary>Plans that wait for approval.</summary>
    public IReadOnlyList<BoardCase> Plans { get; init; } = [];

    /// <summary>Assessments and closures that wait for approval.</summary>
    public IReadOnlyList<BoardCase> Approvals { get; init; } = [];

    /// <summary>Persons of whom a list met a consent that does not open: nobody knows what it excludes until it is restored.</summary>
    public IReadOnlyList<BoardPerson> UnreadConsents { get; init; } = [];

    /// <summary>Questions whether a family may be split.</summary>
    public IReadOnlyList<BoardCase> Splits { get; init; } = [];

    public override string ToString() => "•••";
}

/// <summary>
/// The supervisor's board: the open cases of those they supervise, what is late, and what waits for a second person. No names, and of
/// whom somebody shut the supervisor out a number among others alone.
/// </summary>
internal sealed class SupervisorBoard(NodeDb db, CaseGuards guards, CaseFiles cases, PersonFiles persons, UnreadConsents unread, KeepTasks tasks, WaitingScreenings waiting, ReadTrail trail)
{
    private const int Most = 50;
    private const string Portion = " limit @Most offset @skip";
    private const string Awaiting = "select c.id, c.public_ref as ref, c.urgency, c.changed_at as at, c.person_id as person, c.guard, case when c.awaits_by = @own then 1 else 0 end as own from cases_cases c where c.awaits <> '' and ";
    private const string AwaitingOrder = " order by c.urgency, c.changed_at, c.id" + Portion;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/board", static async (HttpContext context, SupervisorBoard board, CancellationToken cancellationToken) =>
            Results.Json(await board.RunAsync(context.Actor(), cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Supervise)
        .WithSummary("What waits for a supervisor: open cases by state and urgency, what is late, unassigned, or waits for a second person; at most 50 of each");

    /// <summary>The plans, and beside them the assessments and closures, that wait where the reader decides, once their reading is on the disk.</summary>
    public async Task<(IReadOnlyList<BoardCase> Plans, IReadOnlyList<BoardCase> Approvals)> WaitingAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var sql = "select c.id, c.public_ref as ref, c.urgency, e.changed_at as at, c.person_id as person, c.guard, case when e.created_by = @own or e.owner_id = @user then 1 else 0 end as own from cases_entries e cross join cases_cases c where c.id = e.case_id and e.closed_at is null and e.kind = 'plan' and e.state = 'submitted' and c.closed_at is null and "
            + scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Approve) + " order by c.urgency, e.changed_at, e.id" + Portion;
        var awaiting = Awaiting + "c.closed_at is null and " + scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Approve) + AwaitingOrder;
        List<List<BoardRow>> lists;
        await using (var connection = await db.ReadAsync(cancellationToken))
            lists = await ListedAsync(connection, scope, [sql, awaiting], scope.Parameters(new { Most, own = CaseEntries.NameOf(actor), user = actor.UserId?.ToString("D") ?? "" }), cancellationToken);
        await trail.LeaveAsync(actor, Purposes.Supervision, "list", lists.SelectMany(rows => rows).Select(row => new Shown(row.Person, [guards.CompartmentOf(row.Guard)])), cancellationToken);
        return (Shown(lists[0]), Shown(lists[1]));
    }

    /// <summary>The board, once its reading is on the disk.</summary>
    public async Task<ShownBoard> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        // What the reader sees, where they supervise.
        var mine = scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Supervise) + " and c.closed_at is null";
        var (late, lines) = await tasks.FindDueAsync(actor, false, Most, CasesRights.Supervise, cancellationToken);
        var screenings = await waiting.FindAsync(actor, false, Most, cancellationToken, CasesRights.Supervise);
        ShownBoard shown;
        List<List<BoardRow>> lists;
        List<SeenPerson> damaged;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var parameters = scope.Parameters(new { now = db.Time.GetUtcNow(), Most, child = guards.MarkOf(NoticeDetention.Child), own = CaseEntries.NameOf(actor), user = actor.UserId?.ToString("D") ?? "" });
            var counts = (await connection.QueryAsync<(string State, int Urgency, long Count)>("select c.state, c.urgency, count(*) from cases_cases c where " + mine + " group by c.state, c.urgency", parameters)).ToList();
            lists = await ListedAsync(
                connection,
                scope,
                [
                    Entries("e.kind = 'detention' and e.state = 'held' and e.mark = @child", "e.created_at"),
                    Entries("e.kind = 'detention' and e.state = 'held' and e.due_at < @now", "e.due_at"),
                    Entries("e.kind = 'plan' and e.state = 'submitted'", "e.changed_at"),
                    Entries("e.kind = 'split' and e.state = 'asked'", "e.created_at"),
                    Of("c.due_at < @now"),
                    Of("c.owner_id is null"),
                    """
                    select c.id, c.public_ref as ref, c.urgency, min(coalesce(r.answer_due_at, r.contact_due_at)) as at, c.person_id as person, c.guard, 0 as own, max(case when r.escalated_at is null then 0 else 1 end) as called from cases_referrals r cross join cases_cases c
                    where c.id = r.case_id and r.closed_at is null and r.guard = c.guard and (r.state = 'offered' and r.answer_due_at <= @now or r.state in ('offered', 'accepted', 'handed_over') and r.contact_due_at <= @now or r.escalated_at is not null and r.state in ('offered', 'accepted', 'handed_over')) and
                    """ + " " + mine + " group by c.id, c.public_ref, c.urgency, c.person_id, c.guard order by c.urgency, 4, c.id" + Portion,
                    Awaiting + mine + AwaitingOrder,
                ],
                parameters,
                cancellationToken);
            // Noted by whatever list met them, these among others.
            damaged = await DamagedAsync(connection, scope);
            shown = new ShownBoard
            {
                UnreadConsents = [.. damaged.Select(seen => new BoardPerson(seen.Row.Id, seen.Row.PublicRef))],
                Counts = [.. CaseStates.Next.Keys.Select(state => new BoardCount(state, Count(state, 0), Count(state, 1), Count(state, 2))).Where(count => count.Emergency + count.Urgent + count.Normal > 0)],
                OverdueTasks = late,
                Screenings = screenings,
                DetainedChildren = Shown(lists[0]),
                OverdueReviews = Shown(lists[1]),
                Plans = Shown(lists[2]),
                Splits = Shown(lists[3]),
                OverdueCases = Shown(lists[4]),
                Unassigned = Shown(lists[5]),
                OverdueReferrals = Shown(lists[6]),
                Approvals = Shown(lists[7]),
            };

            long Count(string state, int urgency) => counts.Where(one => one.State == state && one.Urgency == urgency).Sum(one => one.Count);

            string Of(string which) => "select c.id, c.public_ref as ref, c.urgency, c.due_at as at, c.person_id as person, c.guard, 0 as own from cases_cases c where " + which + " and " + mine + " order by c.urgency, c.due_at, c.id" + Portion;

            // An entry of another compartment than its case is left to those who open it in the case itself.
            string Entries(string which, string at) => "select c.id, c.public_ref as ref, c.urgency, " + at + " as at, c.person_id as person, c.guard, case when e.created_by = @own or e.owner_id = @user then 1 else 0 end as own from cases_entries e cross join cases_cases c where c.id = e.case_id and e.closed_at is null and "
                + which + " and e.guard = c.guard and " + mine + " order by c.urgency, " + at + ", e.id" + Portion;
        }

        // What all lists show is forced to the disk once.
        await trail.LeaveAsync(
            actor, Purposes.Supervision, "list", [.. lines, .. screenings.Select(WaitingScreenings.Line), .. damaged.Select(seen => new Shown(seen.Row.Id, [Compartments.General])), .. lists.SelectMany(rows => rows).Select(one => new Shown(one.Person, [guards.CompartmentOf(one.Guard)]))], cancellationToken);
        return shown;
    }

    private async Task<List<SeenPerson>> DamagedAsync(DbConnection connection, CaseScope scope)
    {
        var found = new Dictionary<Guid, SeenPerson>();
        // Read on until enough of them are within reach: what is damaged elsewhere must not push one's own out of the list.
        foreach (var files in unread.Persons.Order().Chunk(500))
        {
            var leads = await connection.QueryAsync<Guid>("select coalesce(merged_into, id) from cases_persons where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(files.Select(file => file.ToString("D"))) });
            foreach (var seen in (await persons.FindAsync(connection, scope, leads.Distinct())).Values.Where(seen => seen.Open.Contains(Compartments.General) && seen.Allows(scope, CasesRights.Supervise)))
                found[seen.Row.Id] = seen;
            if (found.Count >= Most)
                break;
        }

        return [.. found.Values.OrderBy(seen => seen.Row.Id).Take(Most)];
    }

    private static IReadOnlyList<BoardCase> Shown(List<BoardRow> rows) => [.. rows.Select(row => new BoardCase(row.Id, row.Ref, Urgency.At(row.Urgency), row.At, row.Own != 0) { Called = row.Called != 0 })];

    // Whether somebody shut the reader out is asked once for all lists; only a list that was cut short by that is read on.
    private async Task<List<List<BoardRow>>> ListedAsync(DbConnection connection, CaseScope scope, IReadOnlyList<string> lists, DynamicParameters parameters, CancellationToken cancellationToken)
    {
        var found = lists.Select(_ => new List<BoardRow>()).ToList();
        for (var (skip, open) = (0, Enumerable.Range(0, lists.Count).ToList()); open.Count > 0; skip += Most)
        {
            parameters.Add("skip", skip);
            var read = new Dictionary<int, List<BoardRow>>();
            foreach (var list in open)
                read[list] = (await connection.QueryAsync<BoardRow>(lists[list], parameters)).ToList();
            var listed = await cases.ListedAsync(connection, scope, read.Values.SelectMany(rows => rows).Select(row => row.Id), cancellationToken);
            foreach (var (list, rows) in read)
                found[list].AddRange(rows.Where(row => listed.Contains(row.Id)).Take(Most - found[list].Count));
            open = [.. open.Where(list => read[list].Count == Most && found[list].Count < Most)];
        }

        return found;
    }

    private sealed record BoardRow
    {
        public Guid Id { get; init; }

        public string Ref { get; init; } = "";

        public int Urgency { get; init; }

        public DateTimeOffset? At { get; init; }

        public Guid Person { get; init; }

        public string Guard { get; init; } = "";

        public long Own { get; init; }

        public long Called { get; init; }
    }
}
