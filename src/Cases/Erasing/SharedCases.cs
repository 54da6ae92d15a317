using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Plan;
using Tambo.Cases.Register;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Erasing;

/// <summary>A case of several that is sealed by the key of one who is to be erased, with what it says.</summary>
internal sealed record SharedCase(Guid Case, Guid Leaving, int Version, DataKey Heir, IReadOnlyDictionary<string, JsonElement> Contents)
{
    /// <summary>What is written in the case beside itself.</summary>
    public IReadOnlyList<SharedEntry> Entries { get; init; } = [];

    /// <summary>True when the key is another's: only what the case says of whoever leaves goes.</summary>
    public bool Stays { get; init; }
}

/// <summary>An entry of such a case, opened, with the bytes of a file. A notice of detention is of the one who is detained, and goes with them.</summary>
internal sealed record SharedEntry(EntryRow Row, IReadOnlyDictionary<string, JsonElement> Contents, IReadOnlyList<(long At, byte[] Bytes)> Pieces);

/// <summary>
/// Hands the cases of several over to the key of another of them before one is erased: a child's case is not lost because the
/// mother asked to be forgotten.
/// </summary>
internal sealed class SharedCases(NodeDb db, DataKeys keys, SealedRecords seals)
{
    private const string OfCase = """
        select e.* from cases_entries e where e.case_id = @Case and e.person_id = @Person and e.kind <> 'detention'
        and not exists (select 1 from cases_entries d where d.id = e.follows and d.kind = 'detention')
        """;

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
            shared.Add(new SharedCase(first.Case, first.Person, first.Version, heir, opened.ToDictionary(one => one.Key.Compartment, one => Without(one.Key.Compartment, one.Value, leaving))) { Entries = await EntriesAsync(connection, first.Case, first.Person, cancellationToken) });
        }

        shared.AddRange(await ChildrenAsync(connection, leaving, cancellationToken));
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
            if (one.Stays)
            {
                if (await change.ExecuteAsync("update cases_cases set changed_at = @now, version = version + 1 where id = @Case and version = @Version", new { now, one.Case, one.Version }) == 0)
                    throw PlatformProblems.Changed.With();
                foreach (var (compartment, content) in one.Contents)
                    await seals.WriteAsync(change, one.Heir, one.Case, compartment, one.Version + 1, content);
                continue;
            }

            if (await change.ExecuteAsync(
                "update cases_cases set person_id = @Heir, changed_at = @now, version = version + 1 where id = @Case and version = @Version",
                new { Heir = one.Heir.Subject, now, one.Case, one.Version }) == 0)
                throw PlatformProblems.Changed.With();
            await HandOverAsync(change, one, now);
            await change.ExecuteAsync("delete from cases_sealed where record_id = @Case", new { one.Case });
            foreach (var (compartment, content) in one.Contents)
                await seals.WriteAsync(change, one.Heir, one.Case, compartment, one.Version + 1, content);
        }
    }

    // What a case of another's key says of somebody who leaves: their best interests, and who represents them.
    private async Task<IReadOnlyList<SharedCase>> ChildrenAsync(System.Data.Common.DbConnection connection, IReadOnlyList<Guid> leaving, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<(Guid Case, Guid Person, int Version)>(
            "select distinct c.id, c.person_id, c.version from cases_cases c join cases_case_persons cp on cp.case_id = c.id and cp.person_id <> c.person_id where cp.person_id" + db.Dialect.IsAmong,
            new { Among = db.Dialect.Among(leaving.Select(one => one.ToString("D"))) })).Where(row => !leaving.Contains(row.Person)).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.Person, row.Case, [Compartments.Child]))], cancellationToken);
        var said = new List<SharedCase>();
        foreach (var row in rows.Where(row => opened.TryGetValue((row.Case, Compartments.Child), out var content) && Says(content.Deserialize<CaseContent>(CaseJson.Options)!, leaving)))
        {
            if (await keys.FindAsync(row.Person, cancellationToken) is { } key)
                said.Add(new SharedCase(row.Case, row.Person, row.Version, key, new Dictionary<string, JsonElement> { [Compartments.Child] = Without(Compartments.Child, opened[(row.Case, Compartments.Child)], leaving) }) { Stays = true });
        }

        return said;
    }

    private static bool Says(CaseContent content, IReadOnlyList<Guid> persons) =>
        content.Representatives.Any(one => persons.Contains(one.Person)) || content.BestInterests is { } known && (known.Assessments.Any(one => persons.Contains(one.Person)) || known.Determinations.Any(one => persons.Contains(one.Person)));

    // What is told apart by whose it is stays with nobody else.
    private static JsonElement Without(string compartment, JsonElement content, IReadOnlyList<Guid> persons)
    {
        if (compartment != Compartments.Child || content.Deserialize<CaseContent>(CaseJson.Options) is not { } said || !Says(said, persons))
            return content;
        return JsonSerializer.SerializeToElement(said with
        {
            Representatives = [.. said.Representatives.Where(one => !persons.Contains(one.Person))],
            BestInterests = said.BestInterests is not { } known ? null : known with
            {
                Assessments = [.. known.Assessments.Where(one => !persons.Contains(one.Person))],
                Determinations = [.. known.Determinations.Where(one => !persons.Contains(one.Person))],
            },
        }, CaseJson.Options);
    }

    private async Task<IReadOnlyList<SharedEntry>> EntriesAsync(System.Data.Common.DbConnection connection, Guid shared, Guid person, CancellationToken cancellationToken)
    {
        var rows = (await connection.QueryAsync<EntryRow>(OfCase, new { Case = shared, Person = person })).ToList();
        var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(person, row.Id, [.. Compartments.All, Compartments.Safety]))], cancellationToken);
        var key = await keys.FindAsync(person, cancellationToken);
        var all = new List<SharedEntry>();
        foreach (var row in rows)
        {
            var pieces = row.Kind != BringFile.Kind || key is null ? [] : (await FilePieces.ReadAsync(connection, row.Id)).Select(piece => (piece.At, FilePieces.Open(key, row.Id, StageOf(row), [piece]))).ToList();
            all.Add(new SharedEntry(row, opened.Where(one => one.Key.Record == row.Id).ToDictionary(one => one.Key.Compartment, one => one.Value), pieces));
        }

        return all;
    }

    // Whatever was written meanwhile would be lost: then it is begun anew.
    private async Task HandOverAsync(Change change, SharedCase shared, DateTimeOffset now)
    {
        var left = await change.QuerySingleOrDefaultAsync<long>("select count(*) from (" + OfCase + ") left_behind", new { shared.Case, Person = shared.Leaving });
        if (left != shared.Entries.Count)
            throw PlatformProblems.Changed.With();
        foreach (var (row, contents, pieces) in shared.Entries)
        {
            if (await change.ExecuteAsync(
                "update cases_entries set person_id = @Heir, changed_at = @now, version = version + 1 where id = @Id and version = @Version", new { Heir = shared.Heir.Subject, now, row.Id, row.Version }) == 0)
                throw PlatformProblems.Changed.With();
            await change.ExecuteAsync("delete from cases_sealed where record_id = @Id", new { row.Id });
            foreach (var (compartment, content) in contents)
                await seals.WriteAsync(change, shared.Heir, row.Id, compartment, row.Version + 1, content);
            await change.ExecuteAsync("delete from cases_file_pieces where entry_id = @Id", new { row.Id });
            foreach (var (at, bytes) in pieces)
                await FilePieces.WriteAsync(change, shared.Heir, row.Id, StageOf(row), at, bytes);
        }
    }

    private static string StageOf(EntryRow row) => row.State == "coming" ? FilePieces.Coming : FilePieces.Kept;
}
