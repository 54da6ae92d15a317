using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Detention;
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
internal sealed record BoardCase(Guid Id, string Ref, string Urgency, DateTimeOffset? At, bool IsOwn = false);

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

    /// <summary>Offers that nobody answered in time, and persons whom nobody met in time.</summary>
    public IReadOnlyList<BoardCase> OverdueReferrals { get; init; } = [];

    /// <summary>Detentions that were to be reviewed.</summary>
    public IReadOnlyList<BoardCase> OverdueReviews { get; init; } = [];

    /// <summary>Cases whose own time is over.</summary>
    public IReadOnlyList<BoardCase> OverdueCases { get; init; } = [];

    /// <summary>Cases that nobody looks after.</summary>
    public IReadOnlyList<BoardCase> Unassigned { get; init; } = [];

    /// <summary>Plans that wait for approval.</summary>
    public IReadOnlyList<BoardCase> Plans { get; init; } = [];

    /// <summary>Questions whether a family may be split.</summary>
    public IReadOnlyList<BoardCase> Splits { get; init; } = [];

    public override string ToString() => "•••";
}

/// <summary>The supervisor's board: the open cases of those they supervise, what is late, and what waits for a second person. No names.</summary>
internal sealed class SupervisorBoard(NodeDb db, CaseGuards guards, KeepTasks tasks, WaitingScreenings waiting, ReadTrail trail)
{
    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/board", static async (HttpContext context, SupervisorBoard board, CancellationToken cancellationToken) =>
            Results.Json(await board.RunAsync(context.Actor(), cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Supervise)
        .WithSummary("What waits for a supervisor: open cases by state and urgency, what is late, unassigned, or waits for a second person; at most 50 of each");

    /// <summary>The plans that wait where the reader decides, once their reading is on the disk.</summary>
    public async Task<IReadOnlyList<BoardCase>> PlansAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var sql = "select c.id, c.public_ref, c.urgency, e.changed_at, c.person_id, c.guard, case when e.created_by = @own or e.owner_id = @user then 1 else 0 end from cases_entries e cross join cases_cases c where c.id = e.case_id and e.closed_at is null and e.kind = 'plan' and e.state = 'submitted' and c.closed_at is null and "
            + scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Approve) + " order by c.urgency, e.changed_at, e.id limit @Most";
        List<(Guid Id, string Ref, int Urgency, DateTimeOffset? At, Guid Person, string Guard, long Own)> rows;
        await using (var connection = await db.ReadAsync(cancellationToken))
            rows = [.. await connection.QueryAsync<(Guid, string, int, DateTimeOffset?, Guid, string, long)>(sql, scope.Parameters(new { Most, own = CaseEntries.NameOf(actor), user = actor.UserId?.ToString("D") ?? "" }))];
        await trail.LeaveAsync(actor, Purposes.Supervision, "list", rows.Select(row => new Shown(row.Person, [guards.CompartmentOf(row.Guard)])), cancellationToken);
        return [.. rows.Select(row => new BoardCase(row.Id, row.Ref, Urgency.At(row.Urgency), row.At, row.Own != 0))];
    }

    /// <summary>The board, once its reading is on the disk.</summary>
    public async Task<ShownBoard> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        // What the reader sees, where they supervise.
        var mine = scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Supervise) + " and c.closed_at is null";
        var late = await tasks.DueAsync(actor, false, Most, CasesRights.Supervise, Purposes.Supervision, cancellationToken);
        var screenings = await waiting.RunAsync(actor, false, Most, Purposes.Supervision, cancellationToken, CasesRights.Supervise);
        ShownBoard shown;
        List<(Guid Person, string Guard)> read = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var parameters = scope.Parameters(new { now = db.Time.GetUtcNow(), Most, child = guards.MarkOf(NoticeDetention.Child), own = CaseEntries.NameOf(actor), user = actor.UserId?.ToString("D") ?? "" });
            var counts = (await connection.QueryAsync<(string State, int Urgency, long Count)>("select c.state, c.urgency, count(*) from cases_cases c where " + mine + " group by c.state, c.urgency", parameters)).ToList();
            shown = new ShownBoard
            {
                Counts = [.. CaseStates.Next.Keys.Select(state => new BoardCount(state, Of(state, 0), Of(state, 1), Of(state, 2))).Where(count => count.Emergency + count.Urgent + count.Normal > 0)],
                OverdueTasks = late,
                Screenings = screenings,
                DetainedChildren = await OfAsync(Entries("e.kind = 'detention' and e.state = 'held' and e.mark = @child", "e.created_at")),
                OverdueReviews = await OfAsync(Entries("e.kind = 'detention' and e.state = 'held' and e.due_at < @now", "e.due_at")),
                Plans = await OfAsync(Entries("e.kind = 'plan' and e.state = 'submitted'", "e.changed_at")),
                Splits = await OfAsync(Entries("e.kind = 'split' and e.state = 'asked'", "e.created_at")),
                OverdueCases = await OfAsync("select c.id, c.public_ref, c.urgency, c.due_at, c.person_id, c.guard, 0 from cases_cases c where c.due_at < @now and " + mine + " order by c.urgency, c.due_at, c.id limit @Most"),
                Unassigned = await OfAsync("select c.id, c.public_ref, c.urgency, c.due_at, c.person_id, c.guard, 0 from cases_cases c where c.owner_id is null and " + mine + " order by c.urgency, c.due_at, c.id limit @Most"),
                OverdueReferrals = await OfAsync("""
                    select c.id, c.public_ref, c.urgency, min(coalesce(r.answer_due_at, r.contact_due_at)), c.person_id, c.guard, 0 from cases_referrals r cross join cases_cases c
                    where c.id = r.case_id and r.closed_at is null and r.guard = c.guard and (r.state = 'offered' and r.answer_due_at <= @now or r.state in ('offered', 'accepted', 'handed_over') and r.contact_due_at <= @now) and
                    """ + " " + mine + " group by c.id, c.public_ref, c.urgency, c.person_id, c.guard order by c.urgency, 4, c.id limit @Most"),
            };

            long Of(string state, int urgency) => counts.Where(one => one.State == state && one.Urgency == urgency).Sum(one => one.Count);

            // An entry of another compartment than its case is left to those who open it in the case itself.
            string Entries(string which, string at) => "select c.id, c.public_ref, c.urgency, " + at + ", c.person_id, c.guard, case when e.created_by = @own or e.owner_id = @user then 1 else 0 end from cases_entries e cross join cases_cases c where c.id = e.case_id and e.closed_at is null and "
                + which + " and e.guard = c.guard and " + mine + " order by c.urgency, " + at + ", e.id limit @Most";

            async Task<IReadOnlyList<BoardCase>> OfAsync(string sql)
            {
                var rows = (await connection.QueryAsync<(Guid Id, string Ref, int Urgency, DateTimeOffset? At, Guid Person, string Guard, long Own)>(sql, parameters)).ToList();
                read.AddRange(rows.Select(row => (row.Person, row.Guard)));
                return [.. rows.Select(row => new BoardCase(row.Id, row.Ref, Urgency.At(row.Urgency), row.At, row.Own != 0))];
            }
        }

        await trail.LeaveAsync(actor, Purposes.Supervision, "list", read.Select(one => new Shown(one.Person, [guards.CompartmentOf(one.Guard)])), cancellationToken);
        return shown;
    }
}
