using System.Collections.Frozen;
using System.Data.Common;
using System.Text.Json;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Glass;
using Tambo.Cases.Merging;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Register;

/// <summary>A case as the table has it: nothing of what it is about.</summary>
internal sealed record CaseRow
{
    public Guid Id { get; init; }

    public string PublicRef { get; init; } = "";

    public Guid PersonId { get; init; }

    public string State { get; init; } = CaseStates.Identified;

    public string Guard { get; init; } = "";

    public int Urgency { get; init; }

    public DateTimeOffset DueAt { get; init; }

    public Guid? OwnerId { get; init; }

    public Guid? TeamId { get; init; }

    public Guid? AgencyId { get; init; }

    /// <summary>True when only whoever looks after it, their team and those who supervise it see it.</summary>
    public bool Restricted { get; init; }

    /// <summary>What waits for a supervisor: one of <see cref="ApproveCase.Whats"/>, or empty.</summary>
    public string Awaits { get; init; } = "";

    /// <summary>Who asked for it.</summary>
    public string AwaitsBy { get; init; } = "";

    public string Area { get; init; } = "";

    public string AreaPath { get; init; } = "/";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public int Version { get; init; } = 1;

    public RecordPlace Place => CaseAreas.Place(OwnerId, TeamId, AgencyId, AreaPath);
}

/// <summary>How a case ended.</summary>
internal sealed record Closure
{
    /// <summary>One of <see cref="Reasons"/>.</summary>
    public required string Reason { get; init; }

    public string? Outcome { get; init; }

    /// <summary>yes, no, not_asked.</summary>
    public required string PersonAgreed { get; init; }

    public static IReadOnlyList<string> Reasons { get; } =
        ["needs_met", "moved_on", "returned", "handed_over", "lost_contact", "support_declined", "deceased", "duplicate", "other"];

    public static IReadOnlyList<string> Agreements { get; } = ["yes", "no", "not_asked"];

    public override string ToString() => "•••";
}

/// <summary>What is sealed of a case in one compartment: everything in that of its kind, in others the profiles that belong there.</summary>
internal sealed record CaseContent
{
    public string? Type { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<string> Profiles { get; set; } = [];

    public Closure? Closure { get; init; }

    public string? ReopenedBecause { get; init; }

    /// <summary>Whether a supervisor approved the assessment and the closure, the first asked first; in the compartment of the case alone.</summary>
    public IReadOnlyList<CaseApproval> Approvals { get; set; } = [];

    /// <summary>What was found and decided about the best interests of children of the case; in the compartment of the child alone.</summary>
    public BestInterests? BestInterests { get; init; }

    /// <summary>Who represents children of the case, and who did before; in the compartment of the child alone.</summary>
    public IReadOnlyList<Representative> Representatives { get; set; } = [];

    public override string ToString() => "•••";
}

/// <summary>A case within somebody's reach, with the compartments that are open to them.</summary>
internal sealed record SeenCase(CaseRow Row, string Home, IReadOnlyList<string> Open)
{
    /// <summary>The compartments that are closed to them whatever rights they hold.</summary>
    public IReadOnlyList<string> Shut { get; init; } = [];

    /// <summary>Which of them each person closes, and why.</summary>
    public IReadOnlyDictionary<Guid, ClosedParts> ShutBy { get; init; } = FrozenDictionary<Guid, ClosedParts>.Empty;

    /// <summary>One of its persons as the case is shown to a reader who opens it. Why somebody else closes a part of it is not told of them.</summary>
    public Shown ShownTo(CaseScope scope, Guid person)
    {
        var own = ShutBy.GetValueOrDefault(person, ClosedParts.None);
        var shut = new ClosedParts(Shut.Select(compartment => KeyValuePair.Create(compartment, own.Why(compartment) ?? DecisionLine.OtherPerson)));
        return new Shown(person, Open) { Decided = DecisionLine.OfLook(Open, shut, scope) };
    }
}

/// <summary>
/// Finds cases within somebody's reach, and opens what they may see of them. A case whose kind is closed to whoever one of its persons
/// shut out is to them as if there were none.
/// </summary>
internal sealed class CaseFiles(NodeDb db, CaseGuards guards, SealedRecords seals, ClosedToReader closed)
{
    /// <summary>A case; null when there is none, or none for this reader: the two are never told apart.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scope">Whose reach.</param>
    /// <param name="id">The case.</param>
    /// <param name="glass">One of its persons whose file is open to them in an emergency.</param>
    public async Task<SeenCase?> FindAsync(DbConnection connection, CaseScope scope, Guid id, OpenGlass? glass = null)
    {
        var condition = glass is null ? " and " + scope.Cases("c", guards) : "";
        var row = await connection.QuerySingleOrDefaultAsync<CaseRow>("select c.* from cases_cases c where c.id = @id" + condition, scope.Parameters(new { id }));
        return row is null ? null : (await SeenAsync(connection, scope, [row], CancellationToken.None, glass)).SingleOrDefault();
    }

    /// <summary>
    /// What the persons of a case close that was not found and is there: the reader reaches it by their rights, and one of them shut the
    /// reader out. Null of a case that there is not, or not for them.
    /// </summary>
    public async Task<IReadOnlyDictionary<Guid, ClosedParts>?> ShutOfAsync(DbConnection connection, CaseScope scope, Guid id)
    {
        var reached = scope.Cases("c", guards);
        var row = await connection.QuerySingleOrDefaultAsync<CaseRow>("select c.* from cases_cases c where c.id = @id and " + reached, scope.Parameters(new { id }));
        if (row is null)
            return null;
        var persons = (await PersonsAsync(connection, [id]))[id].Append(row.PersonId).Distinct();
        return (await closed.OfAsync(connection, scope, persons, CancellationToken.None)).Where(one => one.Value.Contains(guards.CompartmentOf(row.Guard))).ToDictionary();
    }

    /// <summary>
    /// Rows that the condition let pass, with what of them is open: of a case of several persons, what is closed of none of them. Those
    /// whose kind is closed are left out.
    /// </summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scope">Whose reach.</param>
    /// <param name="rows">The rows; they have one person in common when a file is open in an emergency.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <param name="glass">The file that is open to them in an emergency: it opens a case as far as nobody else in it has shut them out.</param>
    public async Task<IReadOnlyList<SeenCase>> SeenAsync(DbConnection connection, CaseScope scope, IReadOnlyList<CaseRow> rows, CancellationToken cancellationToken, OpenGlass? glass = null)
    {
        var persons = await PersonsAsync(connection, rows.Select(row => row.Id));
        var shut = await closed.OfAsync(connection, scope, persons.SelectMany(of => of).Concat(rows.Select(row => row.PersonId)), cancellationToken);
        var files = glass is null ? [] : (await MergedFiles.OfAsync(connection, glass.Person.Id)).Append(glass.Person.Id).ToHashSet();
        var seen = new List<SeenCase>();
        foreach (var row in rows)
        {
            var of = persons[row.Id].Append(row.PersonId).ToList();
            var one = Of(scope, row, of, shut, reached: glass is null);
            if (glass is not null)
            {
                var others = of.Where(person => !files.Contains(person)).SelectMany(person => shut[person]).ToHashSet(StringComparer.Ordinal);
                one = one with { Open = [.. Compartments.All.Where(compartment => one.Open.Contains(compartment) || (glass.Opens.Contains(compartment) && !others.Contains(compartment)))] };
            }

            if (one.Open.Contains(one.Home))
                seen.Add(one);
        }

        return seen;
    }

    /// <summary>What of one case is open to each of several who reach it, in their order; null for those to whom there is no such case. As many questions as for one.</summary>
    public async Task<IReadOnlyList<SeenCase?>> SeenByAsync(DbConnection connection, IReadOnlyList<CaseScope> scopes, CaseRow row, CancellationToken cancellationToken)
    {
        var of = (await PersonsAsync(connection, [row.Id]))[row.Id].Append(row.PersonId).ToList();
        var shut = await closed.OfAsync(connection, scopes, of, cancellationToken);
        return [.. scopes.Select((scope, at) => Of(scope, row, of, shut[at], reached: true)).Select(seen => seen.Open.Contains(seen.Home) ? seen : null)];
    }

    private SeenCase Of(CaseScope scope, CaseRow row, List<Guid> persons, IReadOnlyDictionary<Guid, ClosedParts> shut, bool reached)
    {
        var (home, closed) = (guards.CompartmentOf(row.Guard), persons.SelectMany(person => shut[person]).ToHashSet(StringComparer.Ordinal));
        IReadOnlyList<string> open = reached || scope.SeesCase(row.Place, home, row.Restricted) ? [.. scope.CompartmentsAt([row.Place]).Where(compartment => !closed.Contains(compartment))] : [];
        return closed.Count == 0
            ? new SeenCase(row, home, open)
            : new SeenCase(row, home, open) { Shut = [.. closed], ShutBy = persons.Distinct().Where(person => shut[person].Count > 0).ToDictionary(person => person, person => shut[person]) };
    }

    /// <summary>Those of the cases that a condition let pass of which nobody has shut the reader out.</summary>
    public async Task<IReadOnlySet<Guid>> ListedAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> ids, CancellationToken cancellationToken, OpenGlass? glass = null) =>
        (await SeenOfAsync(connection, scope, ids, cancellationToken, glass)).Select(seen => seen.Row.Id).ToHashSet();

    /// <summary>The compartments that are open of each case that a condition let pass; none of those of which somebody has shut the reader out.</summary>
    public async Task<ILookup<Guid, string>> OpenOfAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> ids, CancellationToken cancellationToken) =>
        (await SeenOfAsync(connection, scope, ids, cancellationToken)).SelectMany(seen => seen.Open.Select(compartment => (seen.Row.Id, Compartment: compartment))).ToLookup(one => one.Id, one => one.Compartment);

    /// <summary>The contents of cases that are open to the reader, by compartment.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyDictionary<string, CaseContent>>> OpenAsync(
        DbConnection connection, IReadOnlyList<SeenCase> cases, CancellationToken cancellationToken)
    {
        var opened = await seals.OpenAsync(connection, [.. cases.Select(seen => new Wanted(seen.Row.PersonId, seen.Row.Id, seen.Open))], cancellationToken);
        return cases.ToDictionary(seen => seen.Row.Id, seen => (IReadOnlyDictionary<string, CaseContent>)seen.Open
            .Where(compartment => opened.ContainsKey((seen.Row.Id, compartment)))
            .ToDictionary(compartment => compartment, compartment => opened[(seen.Row.Id, compartment)].Deserialize<CaseContent>(CaseJson.Options)!, StringComparer.Ordinal));
    }

    /// <summary>Every person of cases.</summary>
    public async Task<ILookup<Guid, Guid>> PersonsAsync(DbConnection connection, IEnumerable<Guid> cases) =>
        (await connection.QueryAsync<(Guid Case, Guid Person)>(
            "select case_id, person_id from cases_case_persons where case_id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(cases.Select(id => id.ToString("D"))) }))
        .ToLookup(row => row.Case, row => row.Person);

    private async Task<IReadOnlyList<SeenCase>> SeenOfAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> ids, CancellationToken cancellationToken, OpenGlass? glass = null)
    {
        var among = ids.Distinct().Select(id => id.ToString("D")).ToList();
        return among.Count == 0 ? [] : await SeenAsync(
            connection, scope, [.. await connection.QueryAsync<CaseRow>("select * from cases_cases where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(among) })], cancellationToken, glass);
    }
}
