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
    public async Task<IReadOnlyDictionary<Guid, ClosedParts>> OfAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> persons, CancellationToken cancellationToken)
    {
        var asked = persons.Distinct().ToList();
        var readers = asked.Count == 0 ? [] : await users.OfAsync(scope.Actor, cancellationToken);
        if (readers.Count == 0)
            return asked.ToDictionary(person => person, _ => ClosedParts.None);
        var among = new { Among = db.Dialect.Among(asked.Select(person => person.ToString("D"))) };
        var rows = (await connection.QueryAsync<PersonRow>(
            "select l.* from cases_persons l where l.id in (select coalesce(p.merged_into, p.id) from cases_persons p where p.id" + db.Dialect.IsAmong + ")", among)).ToList();
        var files = (await connection.QueryAsync<(Guid File, Guid Into)>(
            "select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToDictionary(one => one.File, one => one.Into);
        var now = db.Time.GetUtcNow();
        var excluded = (await consents.ExclusionsAsync(connection, [.. rows.Select(row => row.Id), .. files.Keys], cancellationToken))
            .ToLookup(one => files.GetValueOrDefault(one.File, one.File), one => one.Exclusion);
        var ofKind = new ClosedParts(Compartments.All.Where(compartment => readers.Any(reader => DisclosureDecision.IsClosedToKind(reader, compartment, Vocabulary.Shipped)))
            .Select(compartment => KeyValuePair.Create(compartment, DisclosureReasons.ClosedToKind)));
        var closed = rows.ToDictionary(row => row.Id, row => excluded[row.Id]
            .Any(exclusion => exclusion.StandsAt(now) && readers.Any(reader => reader.IsExcludedBy(exclusion.Recipient, Vocabulary.Shipped))) ? Everything : ofKind);
        List<PersonRow> further = [.. rows.Where(row => closed[row.Id].Count < Compartments.All.Count
            && readers.Any(reader => DisclosureDecision.AsksFacts(reader, row.AgencyId?.ToString("D") ?? "", users.Host, Vocabulary.Shipped)))];
        foreach (var (person, asking) in await AskingAsync(connection, further, files, now, cancellationToken))
            closed[person] = new ClosedParts(Compartments.All.Select(compartment => (compartment, Why: readers.Select(reader => DisclosureDecision.Closed(
                    asking(reader, DisclosureRoute.View), new AskedField(compartment, compartment))).FirstOrDefault(why => why is not null)))
                .Where(one => one.Why is not null).Select(one => KeyValuePair.Create(one.compartment, one.Why!)));
        return asked.ToDictionary(person => person, person => closed.GetValueOrDefault(files.GetValueOrDefault(person, person), ClosedParts.None));
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
        var chosen = (await AskingAsync(connection, rows, files, db.Time.GetUtcNow(), cancellationToken))
            .Where(one => readers.All(reader => DisclosureDecision.Closed(one.Value(reader, DisclosureRoute.List), field) is null)).Select(one => one.Key).ToHashSet();
        return asked.Where(person => chosen.Contains(files.GetValueOrDefault(person, person))).ToFrozenSet();
    }

    // Of each person the question of a reader and a way.
    private async Task<IReadOnlyDictionary<Guid, Func<Reader, DisclosureRoute, DisclosureRequest>>> AskingAsync(
        DbConnection connection, List<PersonRow> rows, Dictionary<Guid, Guid> files, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (rows.Count == 0)
            return FrozenDictionary<Guid, Func<Reader, DisclosureRoute, DisclosureRequest>>.Empty;
        // Consents of a whole list are opened at once; of merged files a consent says less than it does by itself.
        var given = (await consents.OfFilesAsync(connection, [.. rows.Select(row => row.Id)], cancellationToken)).ToLookup(consent => consent.PersonId);
        var known = await facts.OfAsync(
            connection,
            rows,
            async person => files.ContainsValue(person) ? await consents.AllAsync(connection, person, cancellationToken) : [.. given[person].OrderBy(consent => consent.Id)],
            now,
            cancellationToken);
        return known.ToDictionary(one => one.Key, one => (Func<Reader, DisclosureRoute, DisclosureRequest>)((reader, route) => new DisclosureRequest
        {
            Person = one.Value.Facts,
            Reader = reader,
            Route = route,
            Purpose = "services",
            Fields = [],
            Consents = one.Value.Consents,
            HostCountry = users.Host,
            Now = now,
        }));
    }
}
