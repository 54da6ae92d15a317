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
    private static readonly IReadOnlySet<string> Nothing = FrozenSet<string>.Empty;
    private static readonly IReadOnlySet<string> Everything = Compartments.All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The compartments that are closed of each person.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scope">Whose rights; a job or the console reads for nobody, and nothing is closed to it.</param>
    /// <param name="persons">The persons; a file that was merged into another counts as the other.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlySet<string>>> OfAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> persons, CancellationToken cancellationToken) =>
        (await OfAsync(connection, [scope], persons, cancellationToken))[0];

    /// <summary>The same for several readers, in their order: what is known of the persons is read once for all of them.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scopes">Whose rights.</param>
    /// <param name="persons">The persons.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyList<IReadOnlyDictionary<Guid, IReadOnlySet<string>>>> OfAsync(
        DbConnection connection, IReadOnlyList<CaseScope> scopes, IEnumerable<Guid> persons, CancellationToken cancellationToken)
    {
        var (asked, readers) = (persons.Distinct().ToList(), new List<IReadOnlyList<Reader>>());
        foreach (var scope in scopes)
            readers.Add(asked.Count == 0 ? [] : await users.OfAsync(scope.Actor, cancellationToken));
        if (readers.TrueForAll(of => of.Count == 0))
            return [.. scopes.Select(_ => asked.ToDictionary(person => person, _ => Nothing))];
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

        return [.. closed.Select(of => asked.ToDictionary(person => person, person => of.GetValueOrDefault(files.GetValueOrDefault(person, person), Nothing)))];
    }

    /// <summary>True when one of the names means whoever's scope it is, were it excluded.</summary>
    public async Task<bool> MeansAsync(CaseScope scope, IEnumerable<RecipientName> recipients, CancellationToken cancellationToken)
    {
        var readers = await users.OfAsync(scope.Actor, cancellationToken);
        return readers.Any(reader => recipients.Any(recipient => reader.IsExcludedBy(recipient, Vocabulary.Shipped)));
    }

    // What the persons have excluded, and what is closed to the reader's kind.
    private static Dictionary<Guid, IReadOnlySet<string>> BeforeFacts(IReadOnlyList<Reader> readers, List<PersonRow> rows, ILookup<Guid, Exclusion> excluded)
    {
        if (readers.Count == 0)
            return rows.ToDictionary(row => row.Id, _ => Nothing);
        IReadOnlySet<string> ofKind = Compartments.All.Where(compartment => readers.Any(reader => DisclosureDecision.IsClosedToKind(reader, compartment, Vocabulary.Shipped))).ToFrozenSet(StringComparer.Ordinal);
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

    private IReadOnlySet<string> ByFacts(IReadOnlyList<Reader> readers, KnownPerson known, DateTimeOffset now) =>
        Compartments.All.Where(compartment => readers.Any(reader => DisclosureDecision.Closed(
            new DisclosureRequest
            {
                Person = known.Facts,
                Reader = reader,
                Route = DisclosureRoute.View,
                Purpose = "services",
                Fields = [],
                Consents = known.Consents,
                HostCountry = users.Host,
                Now = now,
            },
            new AskedField(compartment, compartment)) is not null)).ToFrozenSet(StringComparer.Ordinal);
}
