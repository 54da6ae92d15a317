using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Merging;

/// <summary>
/// Makes one file of two, and two of one again: each in one transaction, so that it is done or not. The file that goes is not
/// touched: what it holds stays sealed by its own key, and its consents, screenings and referrals are read through the other. Only
/// what was picked of it is sealed once more, by the key of the file that stays; its places in cases and households pass over.
/// </summary>
internal sealed class MergeSteps(NodeDb db, DataKeys keys, SealedRecords seals, PersonKeys index)
{
    /// <summary>Everything that is somebody's beside the compartments: cases, households, consents, screenings, referrals.</summary>
    private const string Had = """
        select case_id from cases_case_persons where person_id = @person union all select household_id from cases_household_members where person_id = @person
        union all select id from cases_consents where person_id = @person union all select id from cases_screenings where person_id = @person
        union all select id from cases_referrals where person_id = @person union all select id from cases_entries where person_id = @person
        union all select id from cases_form_answers where person_id = @person union all select id from cases_transfers where person_id = @person
        """;

    /// <summary>Makes one file of two, as it was decided.</summary>
    /// <param name="row">The merge as it was read.</param>
    /// <param name="content">What is sealed of it.</param>
    /// <param name="before">The compartments of the file that stays.</param>
    /// <param name="after">What they become.</param>
    /// <param name="actor">Who decided it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <param name="read">The consents of both, by which somebody is left to help.</param>
    /// <exception cref="Problem">Somebody has changed one of them, a consent, or the decision, meanwhile.</exception>
    public async Task MergeAsync(
        MergeRow row, MergeContent content, IReadOnlyDictionary<string, JsonElement> before, IReadOnlyDictionary<string, JsonElement> after, Actor actor, CancellationToken cancellationToken, ConsentsAsRead? read = null)
    {
        var (now, survivor, absorbed) = (db.Time.GetUtcNow(), row.SurvivorId, row.AbsorbedId);
        var key = await keys.FindAsync(survivor, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        await using var change = await db.BeginAsync(actor, "cases.person.merged", ReadTrail.SubjectOf(survivor), cancellationToken);
        change.Describe(new { merge = row.Id, absorbed });
        change.AlsoRecord("cases.person.merged", ReadTrail.SubjectOf(absorbed), new { merge = row.Id, into = survivor });
        await Family.HeldPersons.HoldAsync(db, change, [survivor, absorbed]);
        if (read is not null)
            await read.RequireSameAsync(change);
        await MoveAsync(change, "update cases_merges set state = 'done', decided_at = @now, decided_by = @By, version = version + 1 where id = @Id and state = 'proposed' and version = @Version", new { now, By = MergeFiles.NameOf(actor), row.Id, row.Version });
        await MoveAsync(change, "update cases_persons set changed_at = @now, version = version + 1 where id = @survivor and version = @Version and status = 'active'", new { now, survivor, Version = row.SurvivorVersion });
        await MoveAsync(change, "update cases_persons set status = 'merged', merged_into = @survivor, changed_at = @now, version = version + 1 where id = @absorbed and version = @Version and status = 'active'", new { survivor, now, absorbed, Version = row.AbsorbedVersion });
        await RefuseErasedAsync(change, survivor, absorbed);
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_persons where merged_into = @absorbed", new { absorbed }) > 0)
            throw MergeProblems.HoldsMerged.With();
        var memory = new MergeMemory
        {
            Before = before.Keys.Union(after.Keys).ToDictionary(one => one, one => before.TryGetValue(one, out var was) ? was : (JsonElement?)null, StringComparer.Ordinal),
            // Those that stay as they were, too: what is written in them later is named when the merge is taken back.
            After = before.Keys.Union(after.Keys).ToDictionary(one => one, one => after.TryGetValue(one, out var became) ? became : before[one], StringComparer.Ordinal),
            Moved = await MembershipsAsync(change, survivor, absorbed),
            Had = [.. await change.QueryAsync<Guid>(Had, new { person = survivor })],
        };
        await PassOverAsync(change, survivor, absorbed, now);
        await SettledScreenings.RejoinedAsync(change, survivor, absorbed);
        // What was never to reach somebody by either file, holds of the cases of both.
        await Register.OwnersToLook.NotePersonAsync(change, survivor);
        foreach (var (compartment, one) in after)
            await seals.WriteAsync(change, key, survivor, compartment, row.SurvivorVersion + 1, one);
        if (after.TryGetValue(Compartments.Identity, out var identity))
            await AddKeysAsync(change, survivor, index.Of(identity.Deserialize<PersonIdentity>(CaseJson.Options)!));
        await InheritKeysAsync(change, survivor);
        await seals.WriteAsync(change, key, row.Id, MergeFiles.Seal, row.Version + 1, content with { Memory = memory });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Makes two files of it again; what was done since stays where it was done, and is returned.</summary>
    /// <exception cref="Problem">Somebody has changed one of them, or the decision, meanwhile; or a later merge has to be taken back before.</exception>
    public async Task<IReadOnlyList<StayedWork>> UndoAsync(MergeRow row, MergeContent content, Actor actor, CancellationToken cancellationToken)
    {
        var (now, survivor, absorbed) = (db.Time.GetUtcNow(), row.SurvivorId, row.AbsorbedId);
        var memory = content.Memory ?? throw MergeProblems.StateUnfit.With();
        var key = await keys.FindAsync(survivor, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        int version;
        Dictionary<string, JsonElement> present;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            version = await connection.QuerySingleAsync<int>("select version from cases_persons where id = @survivor", new { survivor });
            present = (await seals.OpenAsync(connection, [new Wanted(survivor, survivor, Compartments.All)], cancellationToken)).ToDictionary(one => one.Key.Compartment, one => one.Value, StringComparer.Ordinal);
        }

        await using var change = await db.BeginAsync(actor, "cases.person.unmerged", ReadTrail.SubjectOf(survivor), cancellationToken);
        change.Describe(new { merge = row.Id, absorbed });
        change.AlsoRecord("cases.person.unmerged", ReadTrail.SubjectOf(absorbed), new { merge = row.Id, from = survivor });
        await Family.HeldPersons.HoldAsync(db, change, [survivor, absorbed]);
        await MoveAsync(change, "update cases_merges set state = 'undone', undone_at = @now, undone_by = @By, version = version + 1 where id = @Id and state = 'undo_asked' and version = @Version", new { now, By = MergeFiles.NameOf(actor), row.Id, row.Version });
        await MoveAsync(change, "update cases_persons set changed_at = @now, version = version + 1 where id = @survivor and version = @version and status = 'active'", new { now, survivor, version });
        await MoveAsync(change, "update cases_persons set status = 'active', merged_into = null, changed_at = @now, version = version + 1 where id = @absorbed and status = 'merged' and merged_into = @survivor", new { now, absorbed, survivor });
        await RefuseErasedAsync(change, survivor, absorbed);
        // Each merge is of a later version of the file that stays.
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_merges where survivor_id = @survivor and state in ('done', 'undo_asked') and survivor_version > @SurvivorVersion", new { survivor, row.SurvivorVersion }) > 0)
            throw MergeProblems.LaterFirst.With();
        var stayed = new List<StayedWork>();
        var contents = new Dictionary<string, JsonElement>(present, StringComparer.Ordinal);
        stayed.AddRange(present.Where(one => !memory.After.ContainsKey(one.Key)).SelectMany(one => one.Value.EnumerateObject().Select(field => new StayedWork("field", $"{one.Key}.{field.Name}"))));
        foreach (var (compartment, merged) in memory.After)
        {
            var standing = present.TryGetValue(compartment, out var one) ? one : (JsonElement?)null;
            var (restored, fields) = MergeFields.Restored(memory.Before.GetValueOrDefault(compartment), merged, standing);
            stayed.AddRange(fields.Select(field => new StayedWork("field", $"{compartment}.{field}")));
            if (restored?.GetRawText() == standing?.GetRawText())
                continue;
            contents.Remove(compartment);
            if (restored is { } kept)
                await seals.WriteAsync(change, key, survivor, compartment, version + 1, contents[compartment] = kept);
            else
                await seals.RemoveAsync(change, survivor, compartment);
        }

        stayed.AddRange(await SinceAsync(change, survivor, memory));
        await PassBackAsync(change, survivor, absorbed, memory, now);
        await change.ExecuteAsync("delete from cases_person_keys where person_id = @survivor", new { survivor });
        if (contents.TryGetValue(Compartments.Identity, out var identity))
            await AddKeysAsync(change, survivor, index.Of(identity.Deserialize<PersonIdentity>(CaseJson.Options)!));
        await InheritKeysAsync(change, survivor);
        // What was remembered of the other file leaves this one.
        await seals.WriteAsync(change, key, row.Id, MergeFiles.Seal, row.Version + 1, content with { Memory = null, Stayed = stayed });
        await change.CommitAsync(cancellationToken);
        return stayed;
    }

    /// <summary>A person is found by whatever finds the files that were merged into theirs.</summary>
    public static Task InheritKeysAsync(Change change, Guid survivor) => change.ExecuteAsync(
        """
        insert into cases_person_keys (hash, person_id)
        select distinct k.hash, p.merged_into from cases_person_keys k join cases_persons p on p.id = k.person_id where p.merged_into = @survivor
        on conflict do nothing
        """,
        new { survivor });

    private static Task<int> AddKeysAsync(Change change, Guid person, IReadOnlySet<long> hashes) => change.ExecuteAsync(
        "insert into cases_person_keys (hash, person_id) values (@Hash, @Person) on conflict do nothing", hashes.Order().Select(hash => new { Hash = hash, Person = person }).ToList());

    private static async Task<List<Membership>> MembershipsAsync(Change change, Guid survivor, Guid absorbed) =>
    [
        .. (await change.QueryAsync<(Guid Of, long Both)>(
            """
            select m.case_id, (select count(*) from cases_case_persons s where s.case_id = m.case_id and s.person_id = @survivor) from cases_case_persons m where m.person_id = @absorbed
            """,
            new { survivor, absorbed })).Select(one => new Membership(one.Of, null, one.Both > 0)),
        .. (await change.QueryAsync<(Guid Of, DateTimeOffset JoinedAt, long Both)>(
            """
            select m.household_id, m.joined_at, (select count(*) from cases_household_members s where s.household_id = m.household_id and s.person_id = @survivor)
            from cases_household_members m where m.person_id = @absorbed
            """,
            new { survivor, absorbed })).Select(one => new Membership(one.Of, one.JoinedAt, one.Both > 0)),
    ];

    private static async Task PassOverAsync(Change change, Guid survivor, Guid absorbed, DateTimeOffset now)
    {
        await change.ExecuteAsync("update cases_households set version = version + 1, changed_at = @now where id in (select household_id from cases_household_members where person_id = @absorbed)", new { now, absorbed });
        await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) select case_id, @survivor from cases_case_persons where person_id = @absorbed on conflict do nothing", new { survivor = survivor.ToString("D"), absorbed });
        await change.ExecuteAsync("insert into cases_household_members (household_id, person_id, joined_at) select household_id, @survivor, joined_at from cases_household_members where person_id = @absorbed on conflict do nothing", new { survivor = survivor.ToString("D"), absorbed });
        await change.ExecuteAsync("delete from cases_case_persons where person_id = @absorbed", new { absorbed });
        await change.ExecuteAsync("delete from cases_household_members where person_id = @absorbed", new { absorbed });
    }

    private static async Task PassBackAsync(Change change, Guid survivor, Guid absorbed, MergeMemory memory, DateTimeOffset now)
    {
        await SettledScreenings.RejoinedAsync(change, survivor, absorbed);
        foreach (var one in memory.Moved)
        {
            var (table, column) = one.JoinedAt is null ? ("cases_case_persons", "case_id") : ("cases_household_members", "household_id");
            // Where they are no longer, nobody is put back.
            if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from " + table + " where " + column + " = @Of and person_id = @survivor", new { one.Of, survivor }) == 0)
                continue;
            if (one.JoinedAt is { } joined)
                await change.ExecuteAsync("insert into cases_household_members (household_id, person_id, joined_at) values (@Of, @absorbed, @joined)", new { one.Of, absorbed, joined });
            else
                await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) values (@Of, @absorbed)", new { one.Of, absorbed });
            if (!one.BothWere)
                await change.ExecuteAsync("delete from " + table + " where " + column + " = @Of and person_id = @survivor", new { one.Of, survivor });
            if (one.JoinedAt is not null)
                await change.ExecuteAsync("update cases_households set version = version + 1, changed_at = @now where id = @Of", new { now, one.Of });
        }
    }

    private static async Task<IReadOnlyList<StayedWork>> SinceAsync(Change change, Guid person, MergeMemory memory)
    {
        var known = memory.Had.Concat(memory.Moved.Select(one => one.Of)).ToHashSet();
        var now = (await change.QueryAsync<(string Kind, Guid Id, string What)>(
            """
            select 'case', c.id, c.public_ref from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @person
            union all select 'household', household_id, household_id from cases_household_members where person_id = @person
            union all select 'consent', id, id from cases_consents where person_id = @person
            union all select 'screening', id, id from cases_screenings where person_id = @person
            union all select 'referral', id, id from cases_referrals where person_id = @person
            union all select 'entry', id, id from cases_entries where person_id = @person
            union all select 'entry', id, id from cases_transfers where person_id = @person
            union all select 'answers', id, id from cases_form_answers where person_id = @person
            """,
            new { person })).ToList();
        return [.. now.Where(one => !known.Contains(one.Id)).OrderBy(one => one.Kind, StringComparer.Ordinal).ThenBy(one => one.What, StringComparer.Ordinal).Select(one => new StayedWork(one.Kind, one.What))];
    }

    private static async Task RefuseErasedAsync(Change change, Guid survivor, Guid absorbed)
    {
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id in (@survivor, @absorbed) and state <> 'done'", new { survivor, absorbed }) > 0)
            throw MergeProblems.Erasing.With();
    }

    private static async Task MoveAsync(Change change, string sql, object parameters)
    {
        if (await change.ExecuteAsync(sql, parameters) == 0)
            throw PlatformProblems.Changed.With();
    }
}
