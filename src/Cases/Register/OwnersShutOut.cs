using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>
/// Takes cases from owners whom one of their persons has shut out. To such an owner the case is gone, and nobody else would notice that
/// nobody looks after it: without an owner it stands on the supervisor's board.
/// </summary>
/// <remarks>
/// Looked at are the cases that <see cref="OwnersToLook"/> noted; of owners of whom something else is known than the last time, all that
/// they look after; and of owners to whom what is known of a person may close them, those cases always.
/// </remarks>
internal sealed class OwnersShutOut(NodeDb db, CaseFiles cases, CaseGuards guards, UserReaders users)
{
    private const int Portion = 500;

    // What others knew of an owner, in another process or in a change under way, may be what was true before: they are looked at again
    // in the next run.
    private const int Looks = 2;

    private static readonly string VocabularyMark = JsonSerializer.Serialize(Vocabulary.Shipped);

    /// <summary>What was noted.</summary>
    public static Job Often { get; } = new("cases.owners_shut_out", TimeSpan.FromMinutes(1), static async (services, cancellationToken) =>
        Said(await ((OwnersShutOut)services.GetService(typeof(OwnersShutOut))!).OfNotedAsync(cancellationToken)));

    /// <summary>What time changes: who somebody is, and what is known of persons.</summary>
    public static Job Seldom { get; } = new("cases.owners_changed", TimeSpan.FromMinutes(15), static async (services, cancellationToken) =>
        Said(await ((OwnersShutOut)services.GetService(typeof(OwnersShutOut))!).OfChangedAsync(cancellationToken)));

    /// <summary>Both; says how many cases they took.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken) => await OfNotedAsync(cancellationToken) + await OfChangedAsync(cancellationToken);

    /// <summary>Looks at the cases that were noted; says how many it took.</summary>
    public async Task<int> OfNotedAsync(CancellationToken cancellationToken)
    {
        var (taken, owners) = (0, (Dictionary<Guid, CaseScope>?)null);
        for (var (after, full) = ("", true); full;)
        {
            List<(Guid Case, int Round)> noted;
            var (shut, away) = (new List<CaseRow>(), new HashSet<Guid>());
            await using (var connection = await db.ReadAsync(cancellationToken))
            {
                // What was noted before the cases themselves: what is written in between is noted with another round, and stays.
                noted = (await connection.QueryAsync<(Guid Case, int Round)>("select case_id, round from cases_owners_to_look where case_id > @after order by case_id limit @Portion", new { after, Portion })).ToList();
                if (noted.Count == 0)
                    break;
                owners ??= (await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken)).ToDictionary(one => one.UserId!.Value, CaseScope.For);
                foreach (var of in (await connection.QueryAsync<CaseRow>(
                    "select * from cases_cases where closed_at is null and owner_id is not null and id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(noted.Select(one => one.Case.ToString("D"))) })).GroupBy(row => row.OwnerId!.Value))
                {
                    if (owners.TryGetValue(of.Key, out var owner))
                        shut.AddRange(await ShutAsync(connection, owner, [.. of], cancellationToken));
                    // Who does not reach a case by their rights now is looked at anew when they do.
                    if (owner is null || of.Any(row => !Reaches(owner, row)))
                        away.Add(of.Key);
                }
            }

            var rounds = noted.ToDictionary(one => one.Case, one => one.Round);
            foreach (var row in shut)
                taken += await TakeAsync(row, rounds[row.Id], cancellationToken) ? 1 : 0;
            await DropAsync([.. noted.Where(one => shut.TrueForAll(row => row.Id != one.Case))], away, cancellationToken);
            (after, full) = (noted[^1].Case.ToString("D"), noted.Count == Portion);
        }

        return taken;
    }

    /// <summary>Looks at all that owners look after of whom something else is known than before; says how many cases it took.</summary>
    public async Task<int> OfChangedAsync(CancellationToken cancellationToken)
    {
        Dictionary<Guid, (string Mark, int Looks)> known;
        await using (var connection = await db.ReadAsync(cancellationToken))
            known = (await connection.QueryAsync<(Guid User, string Mark, int Looks)>("select user_id, mark, looks from cases_owners_known")).ToDictionary(one => one.User, one => (one.Mark, one.Looks));
        var taken = 0;
        var owners = await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken);
        foreach (var owner in owners)
        {
            var (scope, readers, user) = (CaseScope.For(owner), await users.OfAsync(owner, cancellationToken), owner.UserId!.Value);
            var (mark, before) = (MarkOf(scope, readers), known.GetValueOrDefault(user));
            var changed = before.Mark != mark || before.Looks < Looks;
            if (!changed && !readers.Any(AsksFacts))
                continue;
            foreach (var row in await ShutOfAsync(scope, changed ? null : ElsewhereOf(readers), cancellationToken))
                taken += await TakeAsync(row, null, cancellationToken) ? 1 : 0;
            // Afterwards: a run that was cut off begins anew.
            if (changed)
                await KnowAsync(user, mark, before.Mark == mark ? before.Looks + 1 : 1, cancellationToken);
        }

        // Who comes back is somebody of whom nothing is known.
        await DropAsync([], known.Keys.Except(owners.Select(owner => owner.UserId!.Value)).ToHashSet(), cancellationToken);
        return taken;
    }

    // What they cannot open for want of a right is another matter, which whoever gives rights sees.
    private async Task<IEnumerable<CaseRow>> ShutAsync(DbConnection connection, CaseScope owner, IReadOnlyList<CaseRow> rows, CancellationToken cancellationToken)
    {
        var open = (await cases.SeenAsync(connection, owner, rows, cancellationToken)).Select(seen => seen.Row.Id).ToHashSet();
        return rows.Where(row => !open.Contains(row.Id) && Reaches(owner, row));
    }

    private bool Reaches(CaseScope owner, CaseRow row) => owner.SeesCase(row.Place, guards.CompartmentOf(row.Guard), row.Restricted);

    // All that somebody looks after; of one agency's people, where it is given, only what is about persons of others.
    private async Task<List<CaseRow>> ShutOfAsync(CaseScope owner, string? elsewhereOf, CancellationToken cancellationToken)
    {
        var shut = new List<CaseRow>();
        var sql = "select c.* from cases_cases c where c.owner_id = @Owner and c.closed_at is null and c.id > @after"
            + (elsewhereOf is null ? "" : " and exists (select 1 from cases_case_persons cp join cases_persons p on p.id = cp.person_id where cp.case_id = c.id and (p.agency_id is null or p.agency_id <> @elsewhereOf))")
            + " order by c.id limit @Portion";
        await using var connection = await db.ReadAsync(cancellationToken);
        for (var (after, full) = ("", true); full;)
        {
            var rows = (await connection.QueryAsync<CaseRow>(sql, new { Owner = owner.Actor.UserId!.Value.ToString("D"), after, elsewhereOf, Portion })).ToList();
            shut.AddRange(await ShutAsync(connection, owner, rows, cancellationToken));
            if (full = rows.Count == Portion)
                after = rows[^1].Id.ToString("D");
        }

        return shut;
    }

    private async Task<bool> TakeAsync(CaseRow row, int? round, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(Actor.Job(Often.Name), "cases.case.owner_shut_out", OpenCase.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { owner = row.OwnerId });
        try
        {
            await CaseAdmission.WriteAsync(change, row with { OwnerId = null }, row.Version, db.Time.GetUtcNow());
        }
        catch (Problem changed) when (changed.Kind == PlatformProblems.Changed)
        {
            // The next run looks at it as it is then.
            return false;
        }

        if (round is not null)
            await change.ExecuteAsync("delete from cases_owners_to_look where case_id = @Id and round = @round", new { row.Id, round });
        await change.CommitAsync(cancellationToken);
        return true;
    }

    // Cases that need no other owner, and owners of whom nothing is known any more.
    private async Task DropAsync(IReadOnlyList<(Guid Case, int Round)> looked, HashSet<Guid> away, CancellationToken cancellationToken)
    {
        if (looked.Count + away.Count == 0)
            return;
        await using var change = await db.BeginAsync(Actor.Job(Often.Name), "cases.owners.looked", "cases", cancellationToken);
        change.Describe(new { cases = looked.Count, owners = away.Count });
        foreach (var (id, round) in looked)
            await change.ExecuteAsync("delete from cases_owners_to_look where case_id = @id and round = @round", new { id, round });
        foreach (var user in away.Order())
            await change.ExecuteAsync("delete from cases_owners_known where user_id = @user", new { user });
        await change.CommitAsync(cancellationToken);
    }

    private static string Said(int taken) => taken.ToString(CultureInfo.InvariantCulture);

    private async Task KnowAsync(Guid user, string mark, int looks, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(Actor.Job(Seldom.Name), "cases.owners.known", $"user:{user:D}", cancellationToken);
        await change.ExecuteAsync(
            "insert into cases_owners_known (user_id, mark, looks) values (@user, @mark, @looks) on conflict (user_id) do update set mark = excluded.mark, looks = excluded.looks", new { user, mark, looks });
        await change.CommitAsync(cancellationToken);
    }

    // A case of theirs can be closed by what becomes known of somebody, of whom nothing is said anywhere.
    private bool AsksFacts(Reader reader) => DisclosureDecision.AsksFacts(reader, reader.Agency ?? "", users.Host, Vocabulary.Shipped) || reader.IsAuthority(Vocabulary.Shipped);

    // The agency of an authority whose own persons need not be looked at; null where all have to be.
    private string? ElsewhereOf(IReadOnlyList<Reader> readers) =>
        readers is [{ Agency.Length: > 0 } only] && !DisclosureDecision.AsksFacts(only, only.Agency!, users.Host, Vocabulary.Shipped) ? only.Agency : null;

    // Alike for as long as somebody is the same readers and reaches the same, under the same kinds of recipients.
    private static string MarkOf(CaseScope scope, IReadOnlyList<Reader> readers) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', [
        VocabularyMark,
        .. readers.Select(reader => $"{reader.Agency}|{reader.Country}|{string.Join(' ', reader.Classes.Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal),
        scope.Reach(CasesRights.Read),
        .. Compartments.All.Select(compartment => scope.Reach(Compartments.Right(compartment))),
    ]))));
}
