using System.Collections.Frozen;
using System.Data.Common;
using Dapper;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// What stays closed to a reader on every screen and in every list, whatever rights they hold: what a person has excluded them
/// from, and what <see cref="DisclosureDecision"/> opens to no consulate. Rights and reach are asked beside it.
/// </summary>
internal sealed class ClosedToReader(NodeDb db, KeptConsents consents, FactsOfPersons facts, NodeSettings settings)
{
    private const string Consulate = "consulate";
    private static readonly IReadOnlySet<string> Nothing = FrozenSet<string>.Empty;
    private static readonly IReadOnlySet<string> Everything = Compartments.All.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The compartments that are closed of each person.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="scope">Whose rights; a job or the console reads for nobody, and nothing is closed to it.</param>
    /// <param name="persons">The persons; a file that was merged into another counts as the other.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlySet<string>>> OfAsync(DbConnection connection, CaseScope scope, IEnumerable<Guid> persons, CancellationToken cancellationToken)
    {
        var asked = persons.Distinct().ToList();
        if (scope.Actor.UserId is not { } user || asked.Count == 0)
            return asked.ToDictionary(person => person, _ => Nothing);
        var among = new { Among = db.Dialect.Among(asked.Select(person => person.ToString("D"))) };
        var rows = (await connection.QueryAsync<PersonRow>(
            "select l.* from cases_persons l where l.id in (select coalesce(p.merged_into, p.id) from cases_persons p where p.id" + db.Dialect.IsAmong + ")", among)).ToList();
        var files = (await connection.QueryAsync<(Guid File, Guid Into)>(
            "select id, merged_into from cases_persons where merged_into" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToDictionary(one => one.File, one => one.Into);
        var (now, host) = (db.Time.GetUtcNow(), settings.File.Country is { Length: > 0 } country ? country : Reader.NoState);
        var closed = scope.IsConsular
            ? await OfConsulateAsync(connection, rows, user, scope, host, now, cancellationToken)
            : await OfExcludedAsync(connection, rows, files, user, scope, host, now, cancellationToken);
        return asked.ToDictionary(person => person, person => closed.GetValueOrDefault(files.GetValueOrDefault(person, person), Nothing));
    }

    /// <summary>True when one of the names means whoever's scope it is, were it excluded.</summary>
    public Task<bool> MeansAsync(CaseScope scope, IEnumerable<RecipientName> recipients, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(scope.Actor.UserId is { } user && ReadersOf(user, scope, settings.File.Country is { Length: > 0 } country ? country : Reader.NoState)
            .Exists(reader => recipients.Any(recipient => reader.IsExcludedBy(recipient, Vocabulary.Shipped))));
    }

    // Of those who are no consulate an exclusion alone closes what their rights open; consents of a whole list are opened at once.
    private async Task<Dictionary<Guid, IReadOnlySet<string>>> OfExcludedAsync(
        DbConnection connection, List<PersonRow> rows, Dictionary<Guid, Guid> files, Guid user, CaseScope scope, string host, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var readers = ReadersOf(user, scope, host);
        var closed = new Dictionary<Guid, IReadOnlySet<string>>();
        foreach (var consent in await consents.OfFilesAsync(connection, [.. rows.Select(row => row.Id), .. files.Keys], cancellationToken))
        {
            if (consent.Exclusions.Any(exclusion => exclusion.StandsAt(now) && readers.Exists(reader => reader.IsExcludedBy(exclusion.Recipient, Vocabulary.Shipped))))
                closed[files.GetValueOrDefault(consent.PersonId, consent.PersonId)] = Everything;
        }

        return closed;
    }

    private async Task<Dictionary<Guid, IReadOnlySet<string>>> OfConsulateAsync(
        DbConnection connection, List<PersonRow> rows, Guid user, CaseScope scope, string host, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var readers = ReadersOf(user, scope, host);
        var known = await facts.OfAsync(connection, rows, now, cancellationToken);
        return known.ToDictionary(
            one => one.Key,
            one => (IReadOnlySet<string>)Compartments.All.Where(compartment => readers.Exists(reader => DisclosureDecision.Closed(
                new DisclosureRequest
                {
                    Person = one.Value.Facts,
                    Reader = reader,
                    Route = DisclosureRoute.View,
                    Purpose = "services",
                    Fields = [],
                    Consents = one.Value.Consents,
                    HostCountry = host,
                    Now = now,
                },
                new AskedField(compartment, compartment)) is not null)).ToFrozenSet(StringComparer.Ordinal));
    }

    // Somebody who works at several agencies is excluded by the name of any of them.
    private static List<Reader> ReadersOf(Guid user, CaseScope scope, string host) =>
    [
        .. scope.AgenciesWith(CasesRights.Read).Select(agency => agency.ToString("D")).DefaultIfEmpty("").Select(agency => new Reader
        {
            Id = user.ToString("D"),
            IsUser = true,
            Agency = agency,
            Node = "",
            Country = host,
            Classes = scope.IsConsular ? [Consulate] : [],
            Grants = scope.Actor.Grants,
        }),
    ];
}
