using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Plan;

/// <summary>Something written in a case, as the table has it: nothing of what it says.</summary>
internal sealed record EntryRow
{
    public Guid Id { get; init; }

    public Guid CaseId { get; init; }

    public Guid PersonId { get; init; }

    public string Kind { get; init; } = "";

    public string Guard { get; init; } = "";

    public string State { get; init; } = "";

    public int Number { get; init; } = 1;

    public Guid? Follows { get; init; }

    public string Mark { get; init; } = "";

    public Guid? OwnerId { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string? DecidedBy { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    public DateTimeOffset ChangedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public int Version { get; init; } = 1;
}

/// <summary>A case that somebody sees, with what they may do in it and the compartments of entries that are open to them.</summary>
internal sealed record EnteredCase(SeenCase Seen, CaseScope Scope, Actor Actor, IReadOnlyList<string> Open)
{
    /// <summary>The case.</summary>
    public CaseRow Row => Seen.Row;

    /// <summary>True when a right is held where the case lies.</summary>
    public bool May(string right) => Scope.May(right, Row.Place);
}

/// <summary>How an entry is answered: where it is, and in which version; nothing of what it says.</summary>
internal sealed record KeptEntry(Guid Id, string State, int Version);

/// <summary>
/// What is written in cases: found through the case alone, so that whoever does not see the case sees none of it, and of those
/// who do nobody an entry whose compartment is closed to them. There is no other way to an entry.
/// </summary>
internal sealed class CaseEntries(NodeDb db, CaseFiles cases, CaseGuards guards, SealedRecords seals, DataKeys keys, ReadTrail trail)
{
    /// <summary>How the audit names an entry.</summary>
    public static string SubjectOf(Guid id) => $"entry:{id:D}";

    /// <summary>How an entry names somebody: a program with their token acts for them.</summary>
    public static string NameOf(Actor actor) => actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName;

    /// <summary>The case, for somebody who sees it and holds one of the rights where it lies; without rights to see it is enough.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to change.</exception>
    public async Task<EnteredCase> EnterAsync(Guid id, Actor actor, CancellationToken cancellationToken, params string[] rights)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await cases.FindAsync(connection, scope, id) ?? throw await CaseAdmission.NotFoundAsync(cases, trail, connection, scope, id, cancellationToken);
        // To whom violence is closed, what keeps somebody safe from it is, too.
        var safety = scope.May(Compartments.Right(Compartments.Safety), seen.Row.Place) && !seen.Shut.Contains(Compartments.Violence, StringComparer.Ordinal);
        var entered = new EnteredCase(seen, scope, actor, safety ? [.. seen.Open, Compartments.Safety] : seen.Open);
        return rights.Length == 0 || Array.Exists(rights, entered.May) ? entered : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>The same for a case that goes on: nothing is planned in one that is closed.</summary>
    /// <exception cref="Problem">Out of reach, not theirs to change, or closed.</exception>
    public async Task<EnteredCase> EnterOpenAsync(Guid id, Actor actor, CancellationToken cancellationToken, params string[] rights)
    {
        var entered = await EnterAsync(id, actor, cancellationToken, rights);
        return entered.Row.ClosedAt is null ? entered : throw CasesProblems.StateUnfit.With();
    }

    /// <summary>Of entries that a condition let pass, those that are open to the reader.</summary>
    public async Task<List<EntryRow>> OpenToAsync(DbConnection connection, CaseScope scope, IEnumerable<EntryRow> rows, CancellationToken cancellationToken)
    {
        var all = rows.ToList();
        var open = await cases.OpenOfAsync(connection, scope, all.Select(row => row.CaseId), cancellationToken);
        return all.FindAll(row => open[row.CaseId].Contains(CompartmentOf(row)));
    }

    /// <summary>Colleagues to whom the case is open, by name, each with the compartments that are; of <paramref name="only"/>, when it is given.</summary>
    public async Task<IReadOnlyList<(Actor Colleague, IReadOnlyList<string> Open)>> ColleaguesAsync(EnteredCase entered, IReadOnlyCollection<Guid>? only, CancellationToken cancellationToken)
    {
        var scopes = (await Colleagues.HoldingAsync(db, CasesRights.Read, cancellationToken))
            .Where(colleague => only is null || (colleague.UserId is { } user && only.Contains(user)))
            .Select(CaseScope.For).Where(scope => scope.SeesCase(entered.Row.Place, entered.Seen.Home, entered.Row.Restricted)).ToList();
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await cases.SeenByAsync(connection, scopes, entered.Row, cancellationToken);
        return [.. scopes.Zip(seen).Where(one => one.Second is not null).Select(one => (one.First.Actor, one.Second!.Open))];
    }

    /// <summary>The compartment of an entry.</summary>
    public string CompartmentOf(EntryRow row) => guards.CompartmentOf(row.Guard);

    /// <summary>By which mark the trail of readings names a compartment whose name alone would say too much.</summary>
    public string MarkOf(string compartment) => guards.Of(compartment);

    /// <summary>
    /// The kind under which the table has an entry: a safety plan stands among the notes and is told by its mark alone, as that there is
    /// one says that somebody is in danger.
    /// </summary>
    private static string StoredAs(string kind) => kind == KeepSafetyPlan.Kind ? WriteNotes.Kind : kind;

    private bool Is(EntryRow row, string kind) => CompartmentOf(row) == Compartments.Safety == (kind == KeepSafetyPlan.Kind);

    /// <summary>The entries of a kind that are open to the reader, in the order in which they were written.</summary>
    public async Task<IReadOnlyList<EntryRow>> OfAsync(DbConnection connection, EnteredCase entered, string kind) =>
    [
        .. (await connection.QueryAsync<EntryRow>("select * from cases_entries where case_id = @Id and kind = @Kind order by created_at, number, id", new { entered.Row.Id, Kind = StoredAs(kind) }))
            .Where(row => Is(row, kind) && entered.Open.Contains(CompartmentOf(row), StringComparer.Ordinal)),
    ];

    /// <summary>One entry of a kind.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<EntryRow> FindAsync(EnteredCase entered, string kind, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<EntryRow>("select * from cases_entries where id = @id and case_id = @Case and kind = @Kind", new { id, Case = entered.Row.Id, Kind = StoredAs(kind) });
        return row is not null && Is(row, kind) && entered.Open.Contains(CompartmentOf(row), StringComparer.Ordinal) ? row : throw PlatformProblems.NotFound.With();
    }

    /// <summary>What entries say; those of a person whose key is gone are left out.</summary>
    public async Task<IReadOnlyDictionary<Guid, T>> OpenAsync<T>(DbConnection connection, IReadOnlyList<EntryRow> rows, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, [CompartmentOf(row)]))], cancellationToken))
        .ToDictionary(one => one.Key.Record, one => one.Value.Deserialize<T>(CaseJson.Options)!);

    /// <summary>What an entry says in each of some compartments.</summary>
    public async Task<IReadOnlyDictionary<string, T>> OpenAllAsync<T>(DbConnection connection, EntryRow row, IReadOnlyList<string> compartments, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [new Wanted(row.PersonId, row.Id, compartments)], cancellationToken))
        .ToDictionary(one => one.Key.Compartment, one => one.Value.Deserialize<T>(CaseJson.Options)!, StringComparer.Ordinal);

    /// <summary>The key of a person whose entries may be written.</summary>
    /// <exception cref="Problem">They were erased, or are being erased.</exception>
    public async Task<DataKey> KeyOfAsync(Guid person, CancellationToken cancellationToken) =>
        await keys.FindAsync(person, cancellationToken) ?? throw CasesProblems.PersonInactive.With();

    /// <summary>Keeps a new entry.</summary>
    public async Task AddAsync(Change change, DataKey key, EntryRow row, string compartment, object content, Actor actor, DateTimeOffset now)
    {
        // Who is being erased is written about no more, though their row still stands.
        if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id = @PersonId and state <> 'asked'", new { row.PersonId }) > 0)
            throw CasesProblems.PersonInactive.With();
        try
        {
            await InsertAsync(change, row, compartment, actor, now);
        }
        catch (DbException twice) when (db.Dialect.IsDuplicate(twice))
        {
            throw PlatformProblems.Changed.With();
        }

        await seals.WriteAsync(change, key, row.Id, compartment, row.Version, content);
    }

    /// <summary>Seals what an entry says in a compartment anew; its row is written by <see cref="MoveAsync"/> in the same version.</summary>
    public Task WriteAsync(Change change, DataKey key, Guid id, string compartment, int version, object content) => seals.WriteAsync(change, key, id, compartment, version, content);

    /// <summary>Writes a row in its next version; what is said of it here counts, the rest stays.</summary>
    /// <returns>The next version.</returns>
    /// <exception cref="Problem">Somebody else was first.</exception>
    public static async Task<int> MoveAsync(Change change, EntryRow row, DateTimeOffset now)
    {
        if (await change.ExecuteAsync(
            """
            update cases_entries set state = @State, owner_id = @OwnerId, due_at = @DueAt, decided_by = @DecidedBy, decided_at = @DecidedAt, closed_at = @ClosedAt,
                changed_at = @now, version = version + 1
            where id = @Id and version = @Version
            """,
            new { row.State, row.OwnerId, row.DueAt, row.DecidedBy, row.DecidedAt, row.ClosedAt, now, row.Id, row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        return row.Version + 1;
    }

    private Task<int> InsertAsync(Change change, EntryRow row, string compartment, Actor actor, DateTimeOffset now) => change.ExecuteAsync(
        """
        insert into cases_entries
            (id, case_id, person_id, kind, guard, state, number, follows, mark, owner_id, due_at, decided_by, decided_at, created_at, created_by, changed_at, closed_at, version)
        values (@Id, @CaseId, @PersonId, @Kind, @Guard, @State, @Number, @Follows, @Mark, @OwnerId, @DueAt, @DecidedBy, @DecidedAt, @now, @By, @now, @ClosedAt, @Version)
        """,
        new
        {
            row.Id,
            row.CaseId,
            row.PersonId,
            Kind = StoredAs(row.Kind),
            Guard = guards.Of(compartment),
            row.State,
            row.Number,
            row.Follows,
            row.Mark,
            row.OwnerId,
            row.DueAt,
            row.DecidedBy,
            row.DecidedAt,
            now,
            By = NameOf(actor),
            row.ClosedAt,
            row.Version,
        });
}
