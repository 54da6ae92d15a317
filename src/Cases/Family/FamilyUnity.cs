using System.Data.Common;
using System.Globalization;
using System.Text;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Family;

/// <summary>Where a step takes somebody, as far as the step has such a thing: the yes of a second person is for that alone.</summary>
internal sealed record SplitTarget
{
    /// <summary>Who is to have the case, for an assignment.</summary>
    public Guid? Owner { get; init; }

    /// <summary>Which team is to have it, for an assignment or a move to another office.</summary>
    public Guid? Team { get; init; }

    /// <summary>Which referral: it names the service.</summary>
    public Guid? Referral { get; init; }

    /// <summary>What kind of place, for a move: one of <see cref="TransferContent.Kinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>Which place.</summary>
    public string? Place { get; init; }

    /// <summary>All of it in one line; a place is the same however it is spaced and whatever its capitals.</summary>
    public string Line() => string.Create(CultureInfo.InvariantCulture, $"{Owner:N}|{Team:N}|{Referral:N}|{Kind}|")
        + string.Join(' ', (Place ?? "").Normalize(NormalizationForm.FormKC).ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public override string ToString() => "•••";
}

/// <summary>
/// Keeps families and travelling groups together: a step that would take somebody from the others is refused, unless a second
/// person has looked at the reason and said yes to exactly this. That yes is used up by the step, and counts for some days only.
/// </summary>
/// <remarks>
/// Who belongs together is read within the transaction of the step, and held until it ends. Two steps at one time come one after
/// the other: the second sees what the first has done.
/// </remarks>
internal sealed class FamilyUnity(NodeDb db, CaseGuards guards)
{
    /// <summary>For so long a yes that is not used counts: what those knew who said it is not true for ever.</summary>
    public static readonly TimeSpan YesHolds = TimeSpan.FromDays(14);

    /// <summary>Lets a step of a case pass that leaves nobody behind, or was looked at by a second person, whose yes is used by it.</summary>
    /// <param name="change">The step. Nothing of it is written before this is asked.</param>
    /// <param name="caseId">The case.</param>
    /// <param name="step"><c>assign</c>, <c>refer</c>, <c>transfer</c>, <c>return</c> or <c>close</c>.</param>
    /// <param name="to">Who is to hold the case, for an assignment.</param>
    /// <param name="moving">Those of the case who go; all of it when left out.</param>
    /// <param name="target">Where the step takes them; of an assignment it is <paramref name="to"/>.</param>
    /// <param name="goesOn">True where the step goes on that was agreed to before: the yes that it used counts while those who stay behind are the same.</param>
    /// <exception cref="Problem">Somebody would be left behind, and nobody has looked at it (<c>cases.family.split</c>); or they came to be together at this very moment.</exception>
    public async Task RequireAsync(
        Change change, Guid caseId, string step, Holder? to = null, IReadOnlyList<Guid>? moving = null, SplitTarget? target = null, bool goesOn = false)
    {
        target ??= to is null ? null : new SplitTarget { Owner = to.Owner, Team = to.Team };
        var persons = moving ?? [.. await change.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @caseId", new { caseId })];
        var held = persons.Concat((await OthersAsync(change, caseId, persons)).Select(other => other.Person)).ToHashSet();
        await HeldPersons.HoldAsync(db, change, held);
        // What was true before all of them were held may be so no more.
        if (moving is null)
            persons = [.. await change.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @caseId", new { caseId })];
        var others = await OthersAsync(change, caseId, persons);
        var from = (await change.QueryAsync<(Guid? Owner, Guid? Team)>("select owner_id, team_id from cases_cases where id = @caseId", new { caseId })).Single();
        if (FamilySplit.Splits(step, others, new Holder(from.Owner, from.Team), to))
            await UseYesAsync(change, caseId, MarkOf(step, others.Select(other => other.Person), moving, target), goesOn);
        // Those who came meanwhile are held by nobody: whoever tries again has them.
        if (!held.IsSupersetOf(persons.Concat(others.Select(other => other.Person))))
            throw PlatformProblems.Changed.With();
    }

    /// <summary>The same for taking a person out of a household that has others in it.</summary>
    /// <param name="change">The step. Nothing of it is written before this is asked.</param>
    /// <param name="household">The household.</param>
    /// <param name="person">Who leaves.</param>
    /// <exception cref="Problem">Others would stay, and nobody has looked at it; or somebody came to them at this very moment.</exception>
    public async Task RequireLeaveAsync(Change change, Guid household, Guid person)
    {
        var before = await HeldPersons.HoldHouseholdAsync(db, change, household, [person]);
        var others = (await change.QueryAsync<Guid>(StayBehind, new { household, person })).ToList();
        if (others.Count > 0)
            await UseYesAsync(change, null, LeaveMark(household, person, others));
        if (others.Exists(other => !before.Contains(other)))
            throw PlatformProblems.Changed.With();
    }

    /// <summary>Those who belong to the persons of a case, or to some of them, and do not go with them; each with every open case of theirs.</summary>
    public Task<IReadOnlyList<LeftBehind>> OthersAsync(DbConnection connection, Guid caseId, IReadOnlyList<Guid> moving) =>
        OthersAsync((sql, parameters) => connection.QueryAsync<OtherRow>(sql, parameters), caseId, moving);

    /// <summary>True when a referral that was offered may go on: nobody stays behind, or those whom a second person agreed to leave.</summary>
    public async Task<bool> MayGoOnAsync(DbConnection connection, Guid caseId, Guid referral)
    {
        var others = await OthersAsync(connection, caseId, [.. await connection.QueryAsync<Guid>("select person_id from cases_case_persons where case_id = @caseId", new { caseId })]);
        var mark = MarkOf(FamilySplit.Refer, others.Select(other => other.Person), null, new SplitTarget { Referral = referral });
        return !FamilySplit.Splits(FamilySplit.Refer, others, new Holder(null, null), null) || await connection.QuerySingleAsync<long>(
            "select count(*) from cases_entries where kind = 'split' and case_id = @caseId and mark = @mark and (state = 'used' or state = 'approved' and decided_at > @Since)", new { caseId, mark, Since = db.Time.GetUtcNow() - YesHolds }) > 0;
    }

    /// <summary>What a yes is for: the step, exactly those who would be left behind, of a case from which only some go, who; and where to. In the table nothing of it is told but the step.</summary>
    public string MarkOf(string step, IEnumerable<Guid> others, IReadOnlyList<Guid>? moving = null, SplitTarget? target = null) =>
        $"{step} {guards.MarkOf($"{step}|{Line(others)}|{(moving is null ? "" : Line(moving))}|{target?.Line()}")}";

    /// <summary>The same for leaving a household: for those who are in it when it is asked, and nobody who comes afterwards.</summary>
    public string LeaveMark(Guid household, Guid person, IEnumerable<Guid> others) => $"{LeaveOf(household, person)} {guards.MarkOf(Line(others))}";

    /// <summary>The mark of leaving a household as it is now.</summary>
    public async Task<string> LeaveMarkAsync(DbConnection connection, Guid household, Guid person) =>
        LeaveMark(household, person, await connection.QueryAsync<Guid>(StayBehind, new { household, person }));

    /// <summary>How every mark begins of somebody who leaves a household, whoever would stay.</summary>
    public static string LeaveOf(Guid household, Guid person) => $"{FamilySplit.Leave} {household:D} {person:D}";

    private const string StayBehind = "select m.person_id from cases_household_members m join cases_persons p on p.id = m.person_id where m.household_id = @household and m.person_id <> @person and p.status = 'active'";

    private static string Line(IEnumerable<Guid> persons) => string.Join(' ', persons.Distinct().Order().Select(one => one.ToString("D")));

    private Task<IReadOnlyList<LeftBehind>> OthersAsync(Change change, Guid caseId, IReadOnlyList<Guid> moving) =>
        OthersAsync((sql, parameters) => change.QueryAsync<OtherRow>(sql, parameters), caseId, moving);

    // Of a household or group of theirs; and of the case itself when only some of it go.
    private async Task<IReadOnlyList<LeftBehind>> OthersAsync(Func<string, object, Task<IEnumerable<OtherRow>>> read, Guid caseId, IReadOnlyList<Guid> moving)
    {
        var sql = """
            select distinct other.person_id, oc.id as case_id, oc.owner_id, oc.team_id
            from (
                select person_id from cases_case_persons where case_id = @caseId
                union select theirs.person_id from cases_household_members mine join cases_household_members theirs on theirs.household_id = mine.household_id
                where mine.person_id
            """ + db.Dialect.IsAmong + """
            ) other
            join cases_persons p on p.id = other.person_id and p.status = 'active'
            left join (select ocp.person_id, c.id, c.owner_id, c.team_id from cases_case_persons ocp join cases_cases c on c.id = ocp.case_id where c.closed_at is null) oc on oc.person_id = other.person_id
            where not other.person_id
            """ + db.Dialect.IsAmong;
        return
        [
            .. (await read(sql, new { caseId, Among = db.Dialect.Among(moving.Select(one => one.ToString("D"))) }))
                .Select(row => new LeftBehind(row.PersonId, row.CaseId is null ? null : new Holder(row.OwnerId, row.TeamId))),
        ];
    }

    private async Task UseYesAsync(Change change, Guid? caseId, string mark, bool goesOn = false)
    {
        var now = db.Time.GetUtcNow();
        if (goesOn && await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_entries where kind = 'split' and state = 'used' and mark = @mark and case_id = @caseId", new { mark, caseId }) > 0)
            return;
        var yes = (await change.QueryAsync<EntryRow>(
            "select * from cases_entries where kind = 'split' and state = 'approved' and decided_at > @Since and mark = @mark" + (caseId is null ? "" : " and case_id = @caseId") + " order by decided_at, id limit 1",
            new { mark, caseId, Since = now - YesHolds })).FirstOrDefault()
            ?? throw PlanProblems.FamilySplit.With(("case", caseId?.ToString("D") ?? "{id}"));
        // Whoever comes second with the same yes finds it used.
        if (await change.ExecuteAsync(
            "update cases_entries set state = 'used', closed_at = @now, changed_at = @now, version = version + 1 where id = @Id and state = 'approved'", new { now, yes.Id }) == 0)
            throw PlatformProblems.Changed.With();
        change.AlsoRecord("cases.split.used", CaseEntries.SubjectOf(yes.Id), new { @case = yes.CaseId });
    }

    private sealed record OtherRow
    {
        public Guid PersonId { get; init; }

        public Guid? CaseId { get; init; }

        public Guid? OwnerId { get; init; }

        public Guid? TeamId { get; init; }
    }
}
