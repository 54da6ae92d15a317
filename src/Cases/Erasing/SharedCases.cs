using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Erasing;

/// <summary>A case of several that is sealed by the key of one who is to be erased, with what it says.</summary>
internal sealed record SharedCase(Guid Case, int Version, DataKey Heir, IReadOnlyDictionary<string, JsonElement> Contents);

/// <summary>
/// Hands the cases of several over to the key of another of them before one is erased: a child's case is not lost because the
/// mother asked to be forgotten.
/// </summary>
internal sealed class SharedCases(NodeDb db, DataKeys keys, SealedRecords seals)
{
    /// <summary>The cases that have somebody else in them, opened.</summary>
    public async Task<IReadOnlyList<SharedCase>> ReadAsync(IReadOnlyList<Guid> leaving, CancellationToken cancellationToken)
    {
        var shared = new List<SharedCase>();
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(Guid Case, Guid Person, int Version, Guid Other)>(
            """
            select c.id, c.person_id, c.version, cp.person_id from cases_cases c
            join cases_case_persons cp on cp.case_id = c.id and cp.person_id <> c.person_id
            join cases_persons p on p.id = cp.person_id and p.status = 'active'
                and not exists (select 1 from cases_erasures e where e.person_id = cp.person_id and e.state <> 'asked')
            where c.person_id
            """ + db.Dialect.IsAmong + " order by c.id, cp.person_id",
            new { Among = db.Dialect.Among(leaving.Select(one => one.ToString("D"))) })).Where(row => !leaving.Contains(row.Other));
        foreach (var same in rows.GroupBy(row => row.Case))
        {
            var first = same.First();
            DataKey? heir = null;
            foreach (var (_, _, _, other) in same)
                heir ??= await keys.FindAsync(other, cancellationToken);
            // Somebody is there and no key of theirs: what this case says must not go with whoever leaves.
            if (heir is null)
                throw PlatformProblems.Changed.With();
            var opened = await seals.OpenAsync(connection, [new Wanted(first.Person, first.Case, Compartments.All)], cancellationToken);
            shared.Add(new SharedCase(first.Case, first.Version, heir, opened.ToDictionary(one => one.Key.Compartment, one => one.Value)));
        }

        return shared;
    }

    /// <summary>Seals them anew, inside the change that decides the erasure.</summary>
    /// <exception cref="Problem">Somebody has changed one of them meanwhile.</exception>
    public async Task HandOverAsync(Change change, IReadOnlyList<SharedCase> shared, DateTimeOffset now)
    {
        foreach (var one in shared)
        {
            if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id = @Subject and state <> 'asked'", new { one.Heir.Subject }) > 0)
                throw PlatformProblems.Changed.With();
            if (await change.ExecuteAsync(
                "update cases_cases set person_id = @Heir, changed_at = @now, version = version + 1 where id = @Case and version = @Version",
                new { Heir = one.Heir.Subject, now, one.Case, one.Version }) == 0)
                throw PlatformProblems.Changed.With();
            await change.ExecuteAsync("delete from cases_sealed where record_id = @Case", new { one.Case });
            foreach (var (compartment, content) in one.Contents)
                await seals.WriteAsync(change, one.Heir, one.Case, compartment, one.Version + 1, content);
        }
    }
}
