using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Finds referrals within somebody's reach, and writes their steps: a step counts once, for the version that it was meant for.</summary>
internal sealed class ReferralFiles(NodeDb db, CaseFiles cases, CaseGuards guards, SealedRecords seals, DataKeys keys)
{
    /// <summary>How the audit names a referral.</summary>
    public static string SubjectOf(Guid id) => $"referral:{id:D}";

    /// <summary>A referral whoever asks: for links, for receivers and for the clock, which look at who they are themselves.</summary>
    public async Task<StoredReferral?> LoadAsync(DbConnection connection, Guid id, CancellationToken cancellationToken) =>
        (await OpenAsync(connection, [.. await connection.QueryAsync<ReferralRow>("select * from cases_referrals where id = @id", new { id })], cancellationToken)).SingleOrDefault();

    /// <summary>A referral of a case within reach, whose kind of help the reader may know; null when there is none for them.</summary>
    public async Task<StoredReferral?> FindAsync(DbConnection connection, CaseScope scope, Guid id, CancellationToken cancellationToken)
    {
        var stored = await LoadAsync(connection, id, cancellationToken);
        return stored is not null && await cases.FindAsync(connection, scope, stored.Row.CaseId) is { } seen && seen.Open.Contains(stored.Home) ? stored : null;
    }

    /// <summary>The referrals of a case that is seen, as far as their kinds of help are open.</summary>
    public async Task<IReadOnlyList<StoredReferral>> OfCaseAsync(DbConnection connection, SeenCase seen, CancellationToken cancellationToken) =>
        await OpenAsync(
            connection,
            [.. (await connection.QueryAsync<ReferralRow>("select * from cases_referrals where case_id = @Id order by id", new { seen.Row.Id })).Where(row => seen.Open.Contains(guards.CompartmentOf(row.Guard)))],
            cancellationToken);

    /// <summary>The referrals of cases that are seen, as far as their kinds of help are open in each, by case.</summary>
    public async Task<ILookup<Guid, StoredReferral>> OfCasesAsync(DbConnection connection, IReadOnlyList<SeenCase> seen, CancellationToken cancellationToken)
    {
        var open = seen.ToDictionary(one => one.Row.Id, one => one.Open);
        return (await OpenAsync(
            connection,
            [
                .. (await connection.QueryAsync<ReferralRow>(
                    "select * from cases_referrals where case_id" + db.Dialect.IsAmong + " order by created_at, id", new { Among = db.Dialect.Among(open.Keys.Select(id => id.ToString("D"))) }))
                .Where(row => open[row.CaseId].Contains(guards.CompartmentOf(row.Guard))),
            ],
            cancellationToken)).ToLookup(stored => stored.Row.CaseId);
    }

    /// <summary>
    /// Everything that somebody was referred to, whoever asks: for what follows when a consent ends. Of merged files it is the same
    /// whichever of them is named: a referral of one may rest on a consent of another.
    /// </summary>
    public async Task<IReadOnlyList<StoredReferral>> OfPersonAsync(DbConnection connection, Guid person, CancellationToken cancellationToken)
    {
        var lead = new { person = await MergedFiles.LeadAsync(connection, person) };
        return await OpenAsync(
            connection, [.. await connection.QueryAsync<ReferralRow>("select * from cases_referrals where " + MergedFiles.Of("person_id") + " order by id", lead)], cancellationToken);
    }

    /// <summary>What agencies are asked and have not ended, the most urgent and the first due before.</summary>
    public async Task<IReadOnlyList<StoredReferral>> OfAgenciesAsync(DbConnection connection, IEnumerable<Guid> agencies, int most, int skip, CancellationToken cancellationToken) =>
        await OpenAsync(
            connection,
            [.. await connection.QueryAsync<ReferralRow>(
                "select * from cases_referrals where inbox" + db.Dialect.IsAmong + " and closed_at is null and state <> 'draft' order by urgency, contact_due_at, id limit @most offset @skip",
                new { Among = db.Dialect.Among(agencies.Select(agency => guards.InboxOf(agency))), most, skip })],
            cancellationToken);

    /// <summary>Those within reach that are late or that somebody was called for, the most urgent and the longest late first.</summary>
    public async Task<IReadOnlyList<StoredReferral>> OverdueAsync(DbConnection connection, CaseScope scope, int most, CancellationToken cancellationToken)
    {
        // Once for the case, and once more with the mark of the referral in the place of the mark of the case.
        var (ofCase, own) = (scope.Cases("c", guards), scope.Cases("o", guards));
        var sql = """
            select r.* from cases_referrals r
            join cases_cases c on c.id = r.case_id
            join (select x.id, x.guard, y.owner_id, y.team_id, y.agency_id, y.area_path, y.restricted from cases_referrals x join cases_cases y on y.id = x.case_id where x.closed_at is null) o on o.id = r.id
            where r.closed_at is null and (r.state = 'offered' and r.answer_due_at <= @now or r.state in ('draft', 'offered', 'accepted', 'handed_over') and r.contact_due_at <= @now or r.escalated_at is not null and r.state in ('offered', 'accepted', 'handed_over')) and
            """ + " " + ofCase + " and " + own + " order by r.urgency, r.contact_due_at, r.id limit @most offset @skip";
        return await OpenAsync(
            connection,
            await Portions.FillAsync(
                most,
                skip => connection.QueryAsync<ReferralRow>(sql, scope.Parameters(new { now = db.Time.GetUtcNow(), most, skip })),
                async rows =>
                {
                    var open = await cases.OpenOfAsync(connection, scope, rows.Select(row => row.CaseId), cancellationToken);
                    return rows.Where(row => open[row.CaseId].Contains(guards.CompartmentOf(row.Guard)));
                }),
            cancellationToken);
    }

    /// <summary>A referral for somebody who may refer where its case lies, or holds another right there, in the version that they mean.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to change, or changed since.</exception>
    public async Task<StoredReferral> AdmitAsync(Guid id, Func<int> version, Actor actor, CancellationToken cancellationToken, string right = CasesRights.Refer)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var stored = await FindAsync(connection, scope, id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        var seen = (await cases.FindAsync(connection, scope, stored.Row.CaseId))!;
        if (!scope.May(right, seen.Row.Place))
            throw PlatformProblems.Forbidden.With();
        return version() == stored.Row.Version ? stored : throw PlatformProblems.Changed.With();
    }

    /// <summary>Keeps a new referral as a draft.</summary>
    public async Task AddAsync(Change change, ReferralRow row, string home, ReferralContent content, DateTimeOffset now, string by)
    {
        var key = await keys.FindAsync(row.PersonId, CancellationToken.None) ?? throw CasesProblems.PersonInactive.With();
        await change.ExecuteAsync(
            """
            insert into cases_referrals (id, case_id, person_id, follows, state, guard, inbox, urgency, offered_at, contact_due_at, created_at, created_by, changed_at, version)
            values (@Id, @CaseId, @PersonId, @Follows, 'draft', @Guard, @Inbox, @Urgency, @OfferedAt, @ContactDueAt, @now, @by, @now, 1)
            """,
            new { row.Id, row.CaseId, row.PersonId, row.Follows, Guard = guards.Of(home), Inbox = guards.InboxOf(content.ToAgency), row.Urgency, row.OfferedAt, row.ContactDueAt, now, by });
        await seals.WriteAsync(change, key, row.Id, home, 1, content);
    }

    /// <summary>Writes a referral after its last step.</summary>
    /// <exception cref="Problem">Somebody else was first.</exception>
    public async Task WriteAsync(Change change, StoredReferral before, Referral after, CancellationToken cancellationToken)
    {
        var (step, next) = (after.Steps[^1], before.Row.Version + 1);
        var closed = ReferralStates.Ended.Contains(after.State) ? step.At : (DateTimeOffset?)null;
        if (await change.ExecuteAsync(
            """
            update cases_referrals set state = @State, offered_at = @FirstOfferedAt, answer_due_at = @AnswerBy, contact_due_at = @ContactBy, escalated_at = @EscalatedAt,
                closed_at = @closed, changed_at = @At, version = version + 1
            where id = @Id and version = @Version
            """,
            new { after.State, after.FirstOfferedAt, after.AnswerBy, after.ContactBy, after.EscalatedAt, closed, step.At, after.Id, before.Row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        await change.ExecuteAsync(
            "insert into cases_referral_steps (referral_id, version, act, by_role, actor, at) values (@Id, @next, @Act, @By, @Who, @At)",
            new { after.Id, next, step.Act, step.By, step.Who, step.At });
        // Whatever a link was for is done or over.
        if (after.State != before.Referral.State)
            await change.ExecuteAsync("update cases_referral_links set revoked_at = @At where referral_id = @Id and used_at is null and revoked_at is null", new { step.At, after.Id });
        if ((step.Reason.Length > 0 || after.Receipt != before.Content.Receipt) && await keys.FindAsync(before.Row.PersonId, cancellationToken) is { } key)
        {
            var reasons = step.Reason.Length == 0 ? before.Content.Reasons : new Dictionary<int, string>(before.Content.Reasons) { [next] = step.Reason };
            await seals.WriteAsync(change, key, after.Id, before.Home, next, before.Content with { Reasons = reasons, Receipt = after.Receipt });
        }
    }

    /// <summary>Writes what is sealed of a referral anew, without a step.</summary>
    /// <exception cref="Problem">Somebody else was first, or the person is being erased.</exception>
    public async Task SetAsync(Change change, StoredReferral before, ReferralContent content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var key = await keys.FindAsync(before.Row.PersonId, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        if (await change.ExecuteAsync(
            "update cases_referrals set basis = @Basis, changed_at = @now, version = version + 1 where id = @Id and version = @Version",
            new { Basis = content.Basis?.Mark ?? "", now, before.Row.Id, before.Row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        await seals.WriteAsync(change, key, before.Row.Id, before.Home, before.Row.Version + 1, content);
    }

    /// <summary>Bases within reach of whoever decides, that a second person is to look at, the most urgent first.</summary>
    public async Task<IReadOnlyList<StoredReferral>> WaitingAsync(DbConnection connection, CaseScope scope, int most, CancellationToken cancellationToken)
    {
        var sql = "select r.* from cases_referrals r cross join cases_cases c where c.id = r.case_id and (r.basis = 'asked' and r.closed_at is null or r.basis = 'review' and r.state <> 'withdrawn') and "
            + scope.Cases("c", guards) + " and " + scope.Holding("c", CasesRights.Approve) + " order by r.urgency, r.changed_at, r.id limit @most offset @skip";
        return await OpenAsync(
            connection,
            await Portions.FillAsync(
                most,
                skip => connection.QueryAsync<ReferralRow>(sql, scope.Parameters(new { most, skip })),
                async rows =>
                {
                    var open = await cases.OpenOfAsync(connection, scope, rows.Select(row => row.CaseId), cancellationToken);
                    return rows.Where(row => open[row.CaseId].Contains(guards.CompartmentOf(row.Guard)));
                }),
            cancellationToken);
    }

    private async Task<IReadOnlyList<StoredReferral>> OpenAsync(DbConnection connection, List<ReferralRow> rows, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return [];
        var steps = (await connection.QueryAsync<StepRow>(
            "select * from cases_referral_steps where referral_id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToLookup(step => step.ReferralId);
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, [guards.CompartmentOf(row.Guard)]))], cancellationToken);
        return
        [
            .. rows.Select(row => (Row: row, Home: guards.CompartmentOf(row.Guard)))
                // Of an erased person nothing can be opened, and there is nothing left to refer.
                .Where(one => opened.ContainsKey((one.Row.Id, one.Home)))
                .Select(one => StoredReferral.Of(one.Row, one.Home, opened[(one.Row.Id, one.Home)].Deserialize<ReferralContent>(CaseJson.Options)!, steps[one.Row.Id])),
        ];
    }
}
