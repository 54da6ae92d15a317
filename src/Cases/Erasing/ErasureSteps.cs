using System.Globalization;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Erasing;

/// <summary>Why somebody is erased.</summary>
internal static class ErasureReasons
{
    /// <summary>They asked for it: no open case and no referral stands against it. What a court, an investigation or a claim holds stays (GDPR art. 17(3)(b), (e)).</summary>
    public const string PersonAsked = "person_asked";

    /// <summary>Their time was over.</summary>
    public const string Retention = "retention";

    /// <summary>What people may say; that the time is over the clock says.</summary>
    public static IReadOnlyList<string> Sayable { get; } = [PersonAsked, "no_ground", "registered_by_mistake", "ordered_by_authority"];
}

/// <summary>An erasure that was decided and is not done.</summary>
internal sealed record DecidedErasure(Guid Id, Guid Person, string Reason, string Rule);

/// <summary>
/// Erases a person in three steps, each whole or not at all: the decision is kept; the key is destroyed; the rows go, and the
/// receipt is written. Before the first nothing has happened; after it the rest is done by whoever comes next, however often.
/// </summary>
internal sealed class ErasureSteps(NodeDb db, DataKeys keys, SharedCases shared, IEnumerable<IHearsOfErasing> outside)
{
    /// <summary>Finishes what was interrupted.</summary>
    public static Job Job { get; } = new("cases.erasures", TimeSpan.FromMinutes(5), static async (services, cancellationToken) =>
    {
        var done = await ((ErasureSteps)services.GetService(typeof(ErasureSteps))!).FinishAllAsync(Actor.Job("cases.erasures"), cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{done} persons");
    });

    /// <summary>Says why somebody may not be erased, if they may not.</summary>
    /// <exception cref="Problem">Their file is closed, held, or has an open case.</exception>
    public async Task LookOverAsync(PersonRow person, string reason, CancellationToken cancellationToken)
    {
        if (person.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        await using var connection = await db.ReadAsync(cancellationToken);
        foreach (var one in await WithMergedAsync(person.Id, cancellationToken))
            await RefuseAsync((sql, parameters) => connection.ExecuteScalarAsync<long>(sql, parameters), one, reason);
    }

    /// <summary>The first step: from here on it is going to happen, to the persons that are returned. <paramref name="asked"/> is the request that is confirmed, if there was one.</summary>
    /// <exception cref="Problem">Something stands against it by now.</exception>
    public async Task<IReadOnlyList<Guid>> DecideAsync(Guid person, string reason, string rule, Guid? asked, Actor actor, CancellationToken cancellationToken)
    {
        var all = await WithMergedAsync(person, cancellationToken);
        var handed = await shared.ReadAsync(all, cancellationToken);
        var tell = new List<Func<Change, DateTimeOffset, Task>>();
        foreach (var one in outside)
            tell.Add(await one.ReadAsync(all, cancellationToken));
        var now = db.Time.GetUtcNow();
        await using var change = await db.BeginAsync(actor, "cases.person.erasing", ReadTrail.SubjectOf(person), cancellationToken);
        change.Describe(new { reason, rule });
        // Whoever has read them to change them comes too late from here on.
        if (await change.ExecuteAsync("update cases_persons set version = version + 1 where id = @person and status = 'active'", new { person }) == 0)
            throw CasesProblems.PersonInactive.With();
        // A file that was merged into theirs, or taken out again, since it was looked.
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_persons where merged_into = @person", new { person }) != all.Count - 1)
            throw PlatformProblems.Changed.With();
        foreach (var one in all)
        {
            await RefuseAsync(change.QuerySingleOrDefaultAsync<long>, one, reason);
            await change.ExecuteAsync("delete from cases_erasures where person_id = @one and state = 'asked' and id <> @Kept", new { one, Kept = asked ?? Guid.Empty });
            if (one == person && asked is not null)
            {
                if (await change.ExecuteAsync(
                    "update cases_erasures set state = 'decided', decided_at = @now, decided_by = @By where id = @asked and state = 'asked'",
                    new { now, By = NameOf(actor), asked }) == 0)
                    throw PlatformProblems.Changed.With();
                continue;
            }

            await change.ExecuteAsync(
                """
                insert into cases_erasures (id, person_id, reason, rule, state, asked_at, asked_by, decided_at, decided_by, counts)
                values (@Id, @one, @reason, @rule, 'decided', @now, @By, @now, @By, '{}')
                on conflict do nothing
                """,
                new { Id = Guid.CreateVersion7(now), one, reason, rule, now, By = NameOf(actor) });
        }

        await shared.HandOverAsync(change, handed, now);
        foreach (var one in tell)
            await one(change, now);
        await change.CommitAsync(cancellationToken);
        return all;
    }

    /// <summary>The second step: the key is gone for good, and what it sealed with it, in every copy of the database.</summary>
    public Task DestroyKeyAsync(DecidedErasure erasure, CancellationToken cancellationToken) => keys.DestroyAsync(erasure.Person, cancellationToken);

    /// <summary>The third step: the rows go, the receipt stays; false when somebody else has done it meanwhile.</summary>
    public async Task<bool> ClearAsync(DecidedErasure erasure, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        await using var change = await db.BeginAsync(actor, "cases.person.erased", ReadTrail.SubjectOf(erasure.Person), cancellationToken);
        if (await change.ExecuteAsync("update cases_erasures set state = 'done', done_at = @now where id = @Id and state = 'decided'", new { now, erasure.Id }) == 0)
            return false;
        var counts = await ErasedTables.ClearAsync(change, erasure.Person, now, actor.AuditName);
        change.Describe(new { erasure.Reason, erasure.Rule, counts });
        await change.ExecuteAsync("update cases_erasures set counts = @Counts where id = @Id", new { Counts = JsonSerializer.Serialize(counts), erasure.Id });
        await change.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Decides and does it.</summary>
    public async Task EraseAsync(Guid person, string reason, string rule, Guid? asked, Actor actor, CancellationToken cancellationToken)
    {
        var persons = await DecideAsync(person, reason, rule, asked, actor, cancellationToken);
        // It is decided: who goes away now changes nothing, and the job does what is left.
        foreach (var erasure in (await DecidedAsync(CancellationToken.None)).Where(erasure => persons.Contains(erasure.Person)))
            await FinishAsync(erasure, actor, CancellationToken.None);
    }

    /// <summary>Does everything that was decided and interrupted; how many persons it was.</summary>
    public async Task<int> FinishAllAsync(Actor actor, CancellationToken cancellationToken)
    {
        var done = 0;
        foreach (var erasure in await DecidedAsync(cancellationToken))
            done += await FinishAsync(erasure, actor, cancellationToken) ? 1 : 0;
        await SweepAsync(actor, cancellationToken);
        return done;
    }

    /// <summary>What was decided and is not done.</summary>
    public async Task<IReadOnlyList<DecidedErasure>> DecidedAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. await connection.QueryAsync<DecidedErasure>("select id, person_id as person, reason, rule from cases_erasures where state = 'decided' order by id")];
    }

    /// <summary>How receipts name who did something: a program with somebody's token acts for them.</summary>
    public static string NameOf(Actor actor) => actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName;

    private async Task<bool> FinishAsync(DecidedErasure erasure, Actor actor, CancellationToken cancellationToken)
    {
        await DestroyKeyAsync(erasure, cancellationToken);
        return await ClearAsync(erasure, actor, cancellationToken);
    }

    // Whoever opened a case while its person was being erased has left what nobody can open any more.
    private async Task SweepAsync(Actor actor, CancellationToken cancellationToken)
    {
        var since = db.Time.GetUtcNow().AddDays(-1);
        List<Guid> left;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            left = [.. await connection.QueryAsync<Guid>(
                """
                select distinct e.person_id from cases_erasures e where e.done_at > @since
                and (exists (select 1 from cases_sealed s where s.person_id = e.person_id) or exists (select 1 from cases_case_persons cp where cp.person_id = e.person_id))
                """,
                new { since })];
        }

        foreach (var person in left)
        {
            await using var change = await db.BeginAsync(actor, "cases.person.erased", ReadTrail.SubjectOf(person), cancellationToken);
            change.Describe(new { counts = await ErasedTables.ClearAsync(change, person, db.Time.GetUtcNow(), actor.AuditName) });
            await change.CommitAsync(cancellationToken);
        }
    }

    // Files that were merged into this one are of the same person.
    private async Task<IReadOnlyList<Guid>> WithMergedAsync(Guid person, CancellationToken cancellationToken)
    {
        var all = new List<Guid> { person };
        await using var connection = await db.ReadAsync(cancellationToken);
        for (var i = 0; i < all.Count; i++)
            all.AddRange((await connection.QueryAsync<Guid>("select id from cases_persons where merged_into = @Into", new { Into = all[i] })).Where(one => !all.Contains(one)).ToList());
        return all;
    }

    private static async Task RefuseAsync(Func<string, object?, Task<long>> count, Guid person, string reason)
    {
        if (await count("select count(*) from cases_holds where person_id = @person", new { person }) > 0)
            throw ErasingProblems.Held.With();
        if (reason == ErasureReasons.PersonAsked)
            return;
        if (await count("select count(*) from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id = @person and c.closed_at is null", new { person }) > 0)
            throw ErasingProblems.CaseOpen.With();
        if (await count("select count(*) from cases_referrals where person_id = @person and closed_at is null", new { person }) > 0)
            throw ErasingProblems.ReferralOpen.With();
    }
}
