using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Screening;

/// <summary>A person whose screening waits: how urgent it is, and since when, or when somebody was to come back.</summary>
/// <param name="Person">Whom it is about.</param>
/// <param name="Ref">Their reference.</param>
/// <param name="Urgency">Emergency, Urgent or Normal.</param>
/// <param name="At">Of the screening; of a follow-up, by when it was due.</param>
/// <param name="FollowUp">True when somebody was to come back by now.</param>
internal sealed record WaitingPerson(Guid Person, string Ref, string Urgency, DateTimeOffset At, bool FollowUp);

/// <summary>
/// Persons who were found in need and of whom nobody has taken charge: an emergency or urgent screening without a case that was open
/// then or since, and follow-ups that are due. No names.
/// </summary>
internal sealed class WaitingScreenings(NodeDb db, CaseGuards guards, ClosedToReader closed, ReadTrail trail)
{
    /// <summary>Those within reach where one of the rights is held, the most urgent first, once their reading is on the disk.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="mine">Only those whom they have registered.</param>
    /// <param name="most">How many.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="rights">The rights.</param>
    public async Task<IReadOnlyList<WaitingPerson>> RunAsync(Actor actor, bool mine, int most, string purpose, CancellationToken cancellationToken, params string[] rights)
    {
        var scope = CaseScope.For(actor);
        // What a consulate does for somebody is not what they were found to need.
        const string taken = "select 1 from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = p.id and c.guard <> @consular";
        const string from = "from cases_screenings s join cases_persons own on own.id = s.person_id join cases_persons p on p.id = coalesce(own.merged_into, own.id) where p.status = 'active'";
        var reached = " and " + scope.Persons("p", guards) + " and (" + string.Join(" or ", rights.Select(right => scope.Holding("p", right))) + ")" + (mine ? " and p.owner_id = @user" : "");
        var sql = "select w.id, w.public_ref, min(w.urgency), min(w.at), min(w.follow) from (select p.id, p.public_ref, s.urgency, s.at, 0 as follow " + from
            + " and s.urgency < 2 and not exists (" + taken + " and (c.closed_at is null or c.closed_at >= s.at))" + reached
            + " union all select p.id, p.public_ref, s.urgency, s.follow_up_at, 1 " + from
            + " and s.follow_up_at <= @now and not exists (select 1 from cases_screenings l where (l.person_id = s.person_id or l.person_id = p.id) and l.at > s.at)"
            + " and (exists (" + taken + " and c.closed_at is null) or not exists (" + taken + " and c.closed_at >= s.at))" + reached
            + ") w group by w.id, w.public_ref order by min(w.urgency), min(w.at), w.id limit @most offset @skip";
        List<(Guid Id, string Ref, int Urgency, DateTimeOffset At, long Follow)> rows = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            // In portions: of some the reader may be shut out, and how urgent it is tells what was found.
            for (var skip = 0; rows.Count < most; skip += most)
            {
                var some = (await connection.QueryAsync<(Guid Id, string Ref, int Urgency, DateTimeOffset At, long Follow)>(
                    sql, scope.Parameters(new { now = db.Time.GetUtcNow(), most, skip, user = actor.UserId?.ToString("D") ?? "", consular = guards.Of(Compartments.Consular) }))).ToList();
                var shut = await closed.OfAsync(connection, scope, some.Select(row => row.Id), cancellationToken);
                rows.AddRange(some.Where(row => !shut[row.Id].Contains(Compartments.General)));
                if (some.Count < most)
                    break;
            }
        }

        rows = [.. rows.Take(most)];

        await trail.LeaveAsync(actor, purpose, "list", rows.Select(row => new Shown(row.Id, [Compartments.General])), cancellationToken);
        return [.. rows.Select(row => new WaitingPerson(row.Id, row.Ref, Register.Urgency.At(row.Urgency), row.At, row.Follow != 0))];
    }
}
