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
    // The end of a list that was read whole.
    private static readonly (int Rank, DateTimeOffset At) Everything = (int.MaxValue, DateTimeOffset.MaxValue);

    /// <summary>Those within reach where one of the rights is held, the most urgent first, once their reading is on the disk.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="mine">Only those whom they have registered.</param>
    /// <param name="most">How many.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="rights">The rights.</param>
    public async Task<IReadOnlyList<WaitingPerson>> RunAsync(Actor actor, bool mine, int most, string purpose, CancellationToken cancellationToken, params string[] rights)
    {
        var waiting = await FindAsync(actor, mine, most, cancellationToken, rights);
        await trail.LeaveAsync(actor, purpose, "list", waiting.Select(Line), cancellationToken);
        return waiting;
    }

    /// <summary>The line that the reading of one of them leaves.</summary>
    public static Shown Line(WaitingPerson waiting) => new(waiting.Person, [Compartments.General]);

    /// <summary>The same for whoever leaves the lines of their reading together with others; before that nothing is shown.</summary>
    public async Task<IReadOnlyList<WaitingPerson>> FindAsync(Actor actor, bool mine, int most, CancellationToken cancellationToken, params string[] rights)
    {
        var scope = CaseScope.For(actor);
        // What a consulate does for somebody is not what they were found to need.
        const string taken = "select 1 from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = p.id and c.guard <> @consular";
        // Cross joins keep SQLite to the order in which lists are read: from the front of the index, until there are enough.
        const string from = " from cases_screenings s cross join cases_persons own cross join cases_persons p where own.id = s.person_id and p.id = coalesce(own.merged_into, own.id) and p.status = 'active'";
        var reached = " and " + scope.Persons("p", guards) + " and (" + string.Join(" or ", rights.Select(right => scope.Holding("p", right))) + ")" + (mine ? " and p.owner_id = @user" : "");
        // Where a right is held at agencies alone, only what is theirs is read: of a large node each office reads its own part.
        var theirs = scope.OfAgencies("s", rights);
        var urgent = "select p.id, p.public_ref, s.urgency, s.at" + from + theirs + " and s.urgency < 2 and s.taken = 0 and not exists (" + taken + " and (c.closed_at is null or c.closed_at >= s.at))"
            + reached + " order by s.urgency, s.at, s.id limit @take";
        var followed = "select p.id, p.public_ref, s.urgency, s.follow_up_at" + from + theirs + " and s.follow_up_at is not null and s.answered = 0 and s.follow_up_at <= @now"
            + " and not exists (select 1 from cases_screenings l where (l.person_id = s.person_id or l.person_id = p.id) and l.at > s.at)"
            + " and (exists (" + taken + " and c.closed_at is null) or not exists (" + taken + " and c.closed_at >= s.at))"
            + reached + " order by s.urgency, s.follow_up_at, s.id limit @take";
        List<WaitingPerson> shown;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            async Task<(List<WaitingPerson> Some, (int Rank, DateTimeOffset At) End)> OfAsync(string sql, bool followUp, int take)
            {
                var rows = (await connection.QueryAsync<(Guid Id, string Ref, int Urgency, DateTimeOffset At)>(
                    sql, scope.Parameters(new { now = db.Time.GetUtcNow(), take, user = actor.UserId?.ToString("D") ?? "", consular = guards.Of(Compartments.Consular) }))).ToList();
                // How urgent it is tells what was found.
                var shut = await closed.OfAsync(connection, scope, rows.Select(row => row.Id), cancellationToken);
                return ([.. rows.Where(row => !shut[row.Id].Contains(Compartments.General)).Select(row => new WaitingPerson(row.Id, row.Ref, Register.Urgency.At(row.Urgency), row.At, followUp))], rows.Count < take ? Everything : (rows[^1].Urgency, rows[^1].At));
            }

            // Of somebody who was asked several times each list has several lines. What a list that goes on has next may come before the end of the other.
            for (var take = most; ; take *= 4)
            {
                var ((needs, needsEnd), (returns, returnsEnd)) = (await OfAsync(urgent, false, take), await OfAsync(followed, true, take));
                var end = needsEnd.CompareTo(returnsEnd) < 0 ? needsEnd : returnsEnd;
                shown = [.. needs.Concat(returns).GroupBy(one => one.Person).Select(Together).OrderBy(Order).ThenBy(one => one.Person).TakeWhile(one => Order(one).CompareTo(end) <= 0).Take(most)];
                if (end == Everything || shown.Count == most)
                    break;
            }
        }

        return shown;
    }

    private static (int Rank, DateTimeOffset At) Order(WaitingPerson one) => (Register.Urgency.RankOf(one.Urgency), one.At);

    // The most urgent of what they wait for, and since when; that they were to come back is said only where nothing else is.
    private static WaitingPerson Together(IEnumerable<WaitingPerson> ofOne)
    {
        var all = ofOne.ToList();
        return all.MinBy(Order)! with { At = all.Min(one => one.At), FollowUp = all.TrueForAll(one => one.FollowUp) };
    }
}
