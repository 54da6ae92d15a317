using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Board;

/// <summary>Something of a case that is overdue: the case itself, a review of a detention, what its clock asks for, or a referral that is late or that somebody was called for.</summary>
/// <param name="Item">Its key.</param>
/// <param name="Case">The case.</param>
/// <param name="Ref">The reference of the case.</param>
internal sealed record OverdueItem(Guid Item, Guid Case, string Ref);

/// <summary>Finds what is overdue where somebody supervises, of what they may see.</summary>
internal sealed class OverdueItems(NodeDb db, CaseGuards guards, CaseFiles cases)
{
    /// <summary>At most this many at once; the rest follow in the next run.</summary>
    public const int Most = 500;

    private const string Digits = "0123456789";

    /// <summary>Those of which the supervisor was not told on the day, the most urgent first.</summary>
    public async Task<IReadOnlyList<OverdueItem>> NotToldAsync(Actor supervisor, Guid user, string day, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(supervisor);
        var sql = """
            select late.item, c.id as case_id, c.public_ref
            from (
                select id as item, id as case_id, guard from cases_cases where closed_at is null and due_at < @now
                union all
                select e.id, e.case_id, e.guard from cases_entries e where e.kind = 'detention' and e.state = 'held' and e.closed_at is null and e.due_at < @now
                union all
                select e.id, e.case_id, e.guard from cases_entries e join cases_entries d on d.id = e.follows and d.kind = 'detention'
                where e.kind = 'task' and e.closed_at is null and e.due_at < @now
                union all
                select r.id, r.case_id, r.guard from cases_referrals r where r.closed_at is null
                    and (r.state = 'offered' and r.answer_due_at <= @now or r.state in ('offered', 'accepted', 'handed_over') and (r.contact_due_at <= @now or r.escalated_at is not null))
            ) late
            join cases_cases c on c.id = late.case_id
            where c.closed_at is null and not exists (select 1 from cases_told t where t.day = @day and t.user_id = @User and t.item = late.item) and
            """ + " " + scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Supervise)
            // What belongs to another compartment than its case is told to those alone who may see that one.
            + " and (" + string.Join(" or ", Compartments.All.Select((compartment, at) => "late.guard = @guard" + Digits[at] + " and " + scope.Holding("c", Compartments.Right(compartment)))) + ") order by c.urgency, c.due_at, late.item limit @Most offset @skip";
        var parameters = scope.Parameters(new { now, day, User = user.ToString("D"), Most });
        foreach (var (compartment, at) in Compartments.All.Select((compartment, at) => (compartment, at)))
            parameters.Add("guard" + Digits[at], guards.Of(compartment));
        await using var connection = await db.ReadAsync(cancellationToken);
        var late = new List<OverdueItem>();
        // In portions: of some the supervisor may be shut out.
        for (var skip = 0; late.Count < Most; skip += Most)
        {
            parameters.Add("skip", skip);
            var rows = (await connection.QueryAsync<LateRow>(sql, parameters)).ToList();
            var listed = await cases.ListedAsync(connection, scope, rows.Select(row => row.CaseId), cancellationToken);
            late.AddRange(rows.Where(row => listed.Contains(row.CaseId)).Select(row => new OverdueItem(row.Item, row.CaseId, row.PublicRef)));
            if (rows.Count < Most)
                break;
        }

        return [.. late.Take(Most)];
    }

    private sealed record LateRow
    {
        public Guid Item { get; init; }

        public Guid CaseId { get; init; }

        public string PublicRef { get; init; } = "";
    }
}
