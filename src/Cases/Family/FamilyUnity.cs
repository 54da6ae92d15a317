using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Tambo.Cases.Plan;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Family;

/// <summary>
/// Keeps families and travelling groups together: a step that would take somebody from the others is refused, unless a second
/// person has looked at the reason and said yes. That yes is used up by the step.
/// </summary>
public sealed class FamilyUnity
{
    private readonly NodeDb db;

    internal FamilyUnity(NodeDb db) => this.db = db;

    /// <summary>Lets a step of a case pass that leaves nobody behind, or was looked at by a second person.</summary>
    /// <param name="caseId">The case.</param>
    /// <param name="step"><c>assign</c>, <c>refer</c>, <c>transfer</c>, <c>return</c> or <c>close</c>.</param>
    /// <param name="cancellationToken">Stops the looking.</param>
    /// <param name="to">Who is to hold the case, as owner and team, for an assignment.</param>
    /// <returns>What has to be called inside the change that does the step, so that a yes counts once; null when nobody is left behind.</returns>
    /// <exception cref="Problem">Somebody would be left behind, and nobody has looked at it (<c>cases.family.split</c>).</exception>
    public async Task<Func<Change, Task>?> RequireAsync(Guid caseId, string step, CancellationToken cancellationToken, (Guid? Owner, Guid? Team)? to = null)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var others = await OthersAsync(connection, caseId);
        if (others.Count == 0)
            return null;
        var from = await connection.QuerySingleAsync<(Guid? Owner, Guid? Team)>("select owner_id, team_id from cases_cases where id = @caseId", new { caseId });
        if (!FamilySplit.Splits(step, others, new Holder(from.Owner, from.Team), to is { } holder ? new Holder(holder.Owner, holder.Team) : null))
            return null;
        return await ApprovedAsync(connection, caseId, MarkOf(step, others.Select(other => other.Person)));
    }

    /// <summary>The same for taking a person out of a household that has others in it.</summary>
    internal async Task<Func<Change, Task>?> RequireLeaveAsync(Guid household, Guid person, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var others = await connection.QuerySingleAsync<long>(
            "select count(*) from cases_household_members m join cases_persons p on p.id = m.person_id where m.household_id = @household and m.person_id <> @person and p.status = 'active'", new { household, person });
        return others == 0 ? null : await ApprovedAsync(connection, null, LeaveMark(household, person));
    }

    /// <summary>Those who belong to the persons of a case and are not in it, each with every open case of theirs.</summary>
    internal static async Task<IReadOnlyList<LeftBehind>> OthersAsync(DbConnection connection, Guid caseId) =>
    [
        .. (await connection.QueryAsync<(Guid Person, Guid? Case, Guid? Owner, Guid? Team)>(
            """
            select distinct other.person_id, oc.id, oc.owner_id, oc.team_id
            from cases_case_persons cp
            join cases_household_members mine on mine.person_id = cp.person_id
            join cases_household_members other on other.household_id = mine.household_id
            join cases_persons p on p.id = other.person_id and p.status = 'active'
            left join (select ocp.person_id, c.id, c.owner_id, c.team_id from cases_case_persons ocp join cases_cases c on c.id = ocp.case_id where c.closed_at is null) oc on oc.person_id = other.person_id
            where cp.case_id = @caseId and not exists (select 1 from cases_case_persons same where same.case_id = @caseId and same.person_id = other.person_id)
            """,
            new { caseId })).Select(row => new LeftBehind(row.Person, row.Case is null ? null : new Holder(row.Owner, row.Team))),
    ];

    /// <summary>What a yes is for: the step, and exactly those who would be left behind.</summary>
    internal static string MarkOf(string step, IEnumerable<Guid> others) =>
        $"{step} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(' ', others.Distinct().Order().Select(one => one.ToString("D"))))).AsSpan(0, 12))}";

    /// <summary>The same for leaving a household.</summary>
    internal static string LeaveMark(Guid household, Guid person) => $"{FamilySplit.Leave} {household:D} {person:D}";

    private async Task<Func<Change, Task>> ApprovedAsync(DbConnection connection, Guid? caseId, string mark)
    {
        var yes = (await connection.QueryAsync<EntryRow>("select * from cases_entries where kind = 'split' and state = 'approved' and mark = @mark" + (caseId is null ? "" : " and case_id = @caseId") + " order by decided_at, id limit 1", new { mark, caseId })).FirstOrDefault()
            ?? throw PlanProblems.FamilySplit.With(("case", caseId?.ToString("D") ?? "{id}"));
        return async change =>
        {
            var now = db.Time.GetUtcNow();
            // Whoever comes second with the same yes finds it used.
            if (await change.ExecuteAsync(
                "update cases_entries set state = 'used', closed_at = @now, changed_at = @now, version = version + 1 where id = @Id and state = 'approved'", new { now, yes.Id }) == 0)
                throw PlatformProblems.Changed.With();
            change.AlsoRecord("cases.split.used", CaseEntries.SubjectOf(yes.Id), new { @case = yes.CaseId });
        };
    }
}
