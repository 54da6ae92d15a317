using System.Collections.Frozen;
using System.Data.Common;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Persons;

/// <summary>A person as the table has them: nothing of who they are.</summary>
internal sealed record PersonRow
{
    public const string Active = "active";

    public Guid Id { get; init; }

    public string PublicRef { get; init; } = "";

    public string Status { get; init; } = Active;

    public Guid? MergedInto { get; init; }

    public Guid? OwnerId { get; init; }

    public Guid? TeamId { get; init; }

    public Guid? AgencyId { get; init; }

    public string Area { get; init; } = "";

    public string AreaPath { get; init; } = "/";

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ChangedAt { get; init; }

    public int Version { get; init; } = 1;

    public RecordPlace Place => CaseAreas.Place(OwnerId, TeamId, AgencyId, AreaPath);
}

/// <summary>A person within somebody's reach: at which places, and what of them is open there.</summary>
internal sealed record SeenPerson(PersonRow Row, IReadOnlyList<RecordPlace> Places, IReadOnlyList<string> Open)
{
    /// <summary>The compartments that are closed to the reader whatever rights they hold.</summary>
    public ClosedParts Shut { get; init; } = ClosedParts.None;

    /// <summary>True when nothing of them is open whatever rights the reader holds: to that reader there is no such person.</summary>
    public bool IsShut => Compartments.All.All(Shut.Contains);

    /// <summary>The file as it is shown to a reader who opens it: what is open, and why the rest is not.</summary>
    public Shown ShownTo(CaseScope scope) => new(Row.Id, Open) { Decided = DecisionLine.OfLook(Open, Shut, scope) };

    /// <summary>True when somebody holds a right where they reach this person.</summary>
    public bool Allows(CaseScope scope, string right) => scope.May(right, Places);
}

/// <summary>
/// Finds persons within somebody's reach: by themselves, or by a case that is seen. Whoever was shut out by somebody finds them as
/// little as if there were no such person.
/// </summary>
internal sealed class PersonFiles(NodeDb db, CaseGuards guards, ClosedToReader closed)
{
    /// <summary>A person; null when there is none, or none for this reader: the two are never told apart.</summary>
    public async Task<SeenPerson?> FindAsync(DbConnection connection, CaseScope scope, Guid id) =>
        (await FindAsync(connection, scope, [id])).GetValueOrDefault(id);

    /// <summary>Those of the persons who are within reach.</summary>
    public async Task<IReadOnlyDictionary<Guid, SeenPerson>> FindAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> ids) => await ReachedAsync(
        connection,
        scope,
        [.. await connection.QueryAsync<PersonRow>("select * from cases_persons where id" + db.Dialect.IsAmong, new { Among = Texts(ids) })]);

    /// <summary>Those of the rows that are within reach.</summary>
    public async Task<IReadOnlyDictionary<Guid, SeenPerson>> ReachedAsync(DbConnection connection, CaseScope scope, IReadOnlyList<PersonRow> rows)
    {
        var found = new Dictionary<Guid, SeenPerson>();
        if (rows.Count == 0)
            return found;
        var cases = (await connection.QueryAsync<CasePlace>(
            """
            select cp.person_id, c.id, c.guard, c.restricted, c.owner_id, c.team_id, c.agency_id, c.area_path
            from cases_case_persons cp join cases_cases c on c.id = cp.case_id where cp.person_id
            """ + db.Dialect.IsAmong,
            new { Among = Texts(rows.Select(row => row.Id)) })).ToLookup(place => place.PersonId);
        var merged = (await connection.QueryAsync<PersonRow>("select * from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = Texts(rows.Select(row => row.Id)) })).ToLookup(row => row.MergedInto!.Value);
        var shut = await closed.OfAsync(connection, scope, rows.Select(row => row.Id), CancellationToken.None);
        // Whoever reached a file reaches the one that it was merged into.
        var own = rows.ToDictionary(row => row.Id, row => merged[row.Id].Select(one => one.Place).Prepend(row.Place).Distinct().Where(place => scope.May(CasesRights.Read, place)).ToList());
        var ofCases = rows.ToDictionary(row => row.Id, row => cases[row.Id].Where(place => scope.SeesCase(place.Place, guards.CompartmentOf(place.Guard), place.Restricted)).ToList());
        // Most cases lie where the person does, and lead to nothing that the person's own place does not.
        var scopes = scope.Actor.Grants.Select(grant => grant.Scope).Distinct().ToList();
        var further = rows.SelectMany(row => ofCases[row.Id].Where(place => !own[row.Id].Exists(one => Covers(scopes, one, place.Place, scope.Actor.UserId)))).DistinctBy(place => place.Id).ToList();
        var gone = await ClosedCasesAsync(connection, scope, further, shut);
        foreach (var row in rows)
        {
            List<RecordPlace> places = [.. own[row.Id], .. ofCases[row.Id].Where(place => !gone.Contains(place.Id)).Select(place => place.Place)];
            var seen = new SeenPerson(row, places, [.. scope.CompartmentsAt(places).Where(compartment => !shut[row.Id].Contains(compartment))]) { Shut = shut[row.Id] };
            if (places.Count > 0 && !seen.IsShut)
                found[row.Id] = seen;
        }

        return found;
    }

    /// <summary>What is closed of a person who was not found and is there: the reader reaches them by their rights, and was shut out. Null of whom there is not, or not for them.</summary>
    public async Task<ClosedParts?> ShutOfAsync(DbConnection connection, CaseScope scope, Guid id)
    {
        var reached = scope.Persons("p", guards);
        return await connection.ExecuteScalarAsync<long>("select count(*) from cases_persons p where p.id = @id and " + reached, scope.Parameters(new { id })) > 0
            ? (await closed.OfAsync(connection, scope, [id], CancellationToken.None))[id]
            : null;
    }

    // A case in which somebody shut the reader out is to them as if there were none, and leads to nobody.
    private async Task<IReadOnlySet<Guid>> ClosedCasesAsync(DbConnection connection, CaseScope scope, List<CasePlace> places, IReadOnlyDictionary<Guid, ClosedParts> known)
    {
        if (places.Count == 0)
            return FrozenSet<Guid>.Empty;
        var persons = (await connection.QueryAsync<(Guid Case, Guid Person)>(
            "select case_id, person_id from cases_case_persons where case_id" + db.Dialect.IsAmong, new { Among = Texts(places.Select(place => place.Id)) })).ToLookup(row => row.Case, row => row.Person);
        var others = persons.SelectMany(of => of).Where(person => !known.ContainsKey(person)).Distinct().ToList();
        var shut = others.Count == 0 ? known : (await closed.OfAsync(connection, scope, others, CancellationToken.None)).Concat(known).ToDictionary(one => one.Key, one => one.Value);
        return places.Where(place => persons[place.Id].Any(person => Compartments.All.All(shut[person].Contains))).Select(place => place.Id).ToHashSet();
    }

    // True when whatever scope reaches the one place reaches the other.
    private static bool Covers(List<Scope> scopes, RecordPlace one, RecordPlace other, Guid? user) => scopes.TrueForAll(scope => one.IsWithin(scope, user) || !other.IsWithin(scope, user));

    private object Texts(IEnumerable<Guid> ids) => db.Dialect.Among(ids.Select(id => id.ToString("D")));

    internal sealed record CasePlace
    {
        public Guid PersonId { get; init; }

        /// <summary>The case.</summary>
        public Guid Id { get; init; }

        public string Guard { get; init; } = "";

        public bool Restricted { get; init; }

        public Guid? OwnerId { get; init; }

        public Guid? TeamId { get; init; }

        public Guid? AgencyId { get; init; }

        public string AreaPath { get; init; } = "/";

        public RecordPlace Place => CaseAreas.Place(OwnerId, TeamId, AgencyId, AreaPath);
    }
}
