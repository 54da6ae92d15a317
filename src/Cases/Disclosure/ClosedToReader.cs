using System.Collections.Frozen;
using System.Data.Common;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Platform.Database;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// What stays closed to a reader on every screen and in every list, whatever rights they hold: the part of
/// <see cref="DisclosureDecision"/> that nothing opens. Rights and reach are asked beside it, by <see cref="CaseScope"/>; together
/// they say of a view what the decision says.
/// </summary>
internal sealed class ClosedToReader(NodeDb db, KeptConsents consents, FactsOfPersons facts, UserReaders users)
{
    private static readonly ClosedParts Everything = new(Compartments.All.Select(compartment => KeyValuePair.Create(compartment, DisclosureReasons.Excluded)));

    /// <summary>The compartments that are closed of each person.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scope">Whose rights; a job or the console reads for nobody, and nothing is closed to it.</param>
    /// <param name="persons">The persons; a file that was merged into another counts as the other.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyDictionary<Guid, ClosedParts>> OfAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> persons, CancellationToken cancellationToken) =>
        (await OfAsync(connection, [scope], persons, cancellationToken))[0];

    /// <summary>The same for several readers, in their order: what is known of the persons is read once for all of them.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scopes">Whose rights.</param>
    /// <param name="persons">The persons.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyList<IReadOnlyDictionary<Guid, ClosedParts>>> OfAsync(
        DbConnection connection, IReadOnlyList<CaseScope> scopes, IEnumerable<Guid> persons, CancellationToken cancellationToken)
    {
        var (asked, readers) = (persons.Distinct().ToList(), new List<IReadOnlyList<Reader>>());
        foreach (var scope in scopes)
            readers.Add(asked.Count == 0 ? [] : await users.OfAsync(scope.Actor, cancellationToken));
        if (readers.TrueForAll(of => of.Count == 0))
            return [.. scopes.Select(_ => asked.ToDictionary(person => person, _ => ClosedParts.None))];
        var among = new { Among = db.Dialect.Among(asked.Select(person => person.ToString("D"))) };
        var rows = (await connection.QueryAsync<PersonRow>(
            "select l.* from cases_persons l where l.id in (select coalesce(p.merged_into, p.id) from cases_persons p where p.id" + db.Dialect.IsAmong + ")", among)).ToList();
        var files = (await connection.QueryAsync<(Guid File, Guid Into)>(
            "select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToDictionary(one => one.File, one => one.Into);
        var now = db.Time.GetUtcNow();
        var excluded = (await consents.ExclusionsAsync(connection, [.. rows.Select(row => row.Id), .. files.Keys], cancellationToken))
            .Where(one => one.Exclusion.StandsAt(now)).ToLookup(one => files.GetValueOrDefault(one.File, one.File), one => one.Exclusion);
        var closed = readers.ConvertAll(of => BeforeFacts(of, rows, excluded));
        var asking = readers.Select((of, at) => rows.Where(row => closed[at][row.Id].Count < Compartments.All.Count
            && of.Any(reader => DisclosureDecision.AsksFacts(reader, row.AgencyId?.ToString("D") ?? "", users.Host, Vocabulary.Shipped))).Select(row => row.Id).ToHashSet()).ToList();
        var known = await KnownAsync(connection, rows.FindAll(row => asking.Exists(of => of.Contains(row.Id))), files, now, cancellationToken);
        for (var at = 0; at < readers.Count; at++)
        {
            foreach (var person in asking[at].Where(known.ContainsKey))
                closed[at][person] = ByFacts(readers[at], known[person], now);
        }

        return [.. closed.Select(of => asked.ToDictionary(person => person, person => of.GetValueOrDefault(files.GetValueOrDefault(person, person), ClosedParts.None)))];
    }

    /// <summary>True when one of the names means whoever's scope it is, were it excluded.</summary>
    public async Task<bool> MeansAsync(CaseScope scope, IEnumerable<RecipientName> recipients, CancellationToken cancellationToken)
    {
        var readers = await users.OfAsync(scope.Actor, cancellationToken);
        return readers.Any(reader => recipients.Any(recipient => reader.IsExcludedBy(recipient, Vocabulary.Shipped)));
    }

    /// <summary>
    /// Those of the persons who chose a reader by name to meet what they said of their orientation in lists: of all others it stands in
    /// none. Asked of those alone of whom a list would show something of it.
    /// </summary>
    public async Task<IReadOnlySet<Guid>> ChosenForListsAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> persons, CancellationToken cancellationToken)
    {
        var asked = persons.Distinct().ToList();
        var readers = asked.Count == 0 ? [] : await users.OfAsync(scope.Actor, cancellationToken);
        if (readers.Count == 0)
            return asked.ToFrozenSet();
        var rows = (await connection.QueryAsync<PersonRow>(
            "select l.* from cases_persons l where l.id in (select coalesce(p.merged_into, p.id) from cases_persons p where p.id" + db.Dialect.IsAmong + ")",
            new { Among = db.Dialect.Among(asked.Select(person => person.ToString("D"))) })).ToList();
        var files = (await connection.QueryAsync<(Guid File, Guid Into)>(
            "select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToDictionary(one => one.File, one => one.Into);
        var field = new AskedField(Compartments.Lgbti, Compartments.Lgbti);
        // As with everything that is closed to one of the offices that somebody works for.
        var now = db.Time.GetUtcNow();
        var chosen = (await KnownAsync(connection, rows, files, now, cancellationToken))
            .Where(one => readers.All(reader => DisclosureDecision.Closed(Asking(one.Value, reader, DisclosureRoute.List, now), field) is null)).Select(one => one.Key).ToHashSet();
        return asked.Where(person => chosen.Contains(files.GetValueOrDefault(person, person))).ToFrozenSet();
    }

    // What the persons have excluded, and what is closed to the reader's kind.
    private static Dictionary<Guid, ClosedParts> BeforeFacts(IReadOnlyList<Reader> readers, List<PersonRow> rows, ILookup<Guid, Exclusion> excluded)
    {
        if (readers.Count == 0)
            return rows.ToDictionary(row => row.Id, _ => ClosedParts.None);
        var ofKind = new ClosedParts(Compartments.All.Where(compartment => readers.Any(reader => DisclosureDecision.IsClosedToKind(reader, compartment, Vocabulary.Shipped)))
            .Select(compartment => KeyValuePair.Create(compartment, DisclosureReasons.ClosedToKind)));
        return rows.ToDictionary(row => row.Id, row => excluded[row.Id].Any(exclusion => readers.Any(reader => reader.IsExcludedBy(exclusion.Recipient, Vocabulary.Shipped))) ? Everything : ofKind);
    }

    private async Task<IReadOnlyDictionary<Guid, KnownPerson>> KnownAsync(
        DbConnection connection, List<PersonRow> rows, Dictionary<Guid, Guid> files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return FrozenDictionary<Guid, KnownPerson>.Empty;
        // Consents of a whole list are opened at once; of merged files a consent says less than it does by itself.
        var given = (await consents.OfFilesAsync(connection, [.. rows.Select(row => row.Id)], cancellationToken)).ToLookup(consent => consent.PersonId);
        return await facts.OfAsync(
            connection,
            rows,
            async person => files.ContainsValue(person) ? await consents.AllAsync(connection, person, cancellationToken) : [.. given[person].OrderBy(consent => consent.Id)],
            now,
            cancellationToken);
    }

    private ClosedParts ByFacts(IReadOnlyList<Reader> readers, KnownPerson known, DateTimeOffset now) => new(Compartments.All
        .Select(compartment => (Compartment: compartment, Why: readers.Select(reader => DisclosureDecision.Closed(Asking(known, reader, DisclosureRoute.View, now), new AskedField(compartment, compartment))).FirstOrDefault(why => why is not null)))
        .Where(one => one.Why is not null).Select(one => KeyValuePair.Create(one.Compartment, one.Why!)));

    // The question of a reader and a way.
    private DisclosureRequest Asking(KnownPerson known, Reader reader, DisclosureRoute route, DateTimeOffset now) => new()
    {
        Person = known.Facts,
        Reader = reader,
        Route = route,
        Purpose = "services",
        Fields = [],
        Consents = known.Consents,
        HostCountry = users.Host,
        Now = now,
    };
}
