using System.Data.Common;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Platform.Database;

namespace Tambo.Cases.Disclosure;

/// <summary>
/// What of persons may go onto paper by somebody's hand: a sheet leaves the node with whoever carries it, so that a reach to look over
/// another agency's persons, and an emergency, print nothing.
/// </summary>
internal sealed class PrintedDisclosure(NodeDb db, FactsOfPersons facts, UserReaders users)
{
    /// <summary>What may be printed of each person, field by field.</summary>
    /// <param name="connection">Where it is read.</param>
    /// <param name="actor">Who prints; a job or the console prints nothing.</param>
    /// <param name="persons">The persons, none of whom was merged into another.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="fields">What would stand on it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<IReadOnlyDictionary<Guid, DisclosureAnswer>> DecideAsync(
        DbConnection connection, Actor actor, IReadOnlyList<PersonRow> persons, string purpose, IReadOnlyList<AskedField> fields, CancellationToken cancellationToken)
    {
        var (readers, now) = (await users.OfAsync(actor, cancellationToken), db.Time.GetUtcNow());
        if (readers.Count == 0)
            return persons.ToDictionary(person => person.Id, _ => new DisclosureAnswer([.. fields.Select(field => new FieldDecision(field, Allowed: false, DisclosureReasons.RightMissing))]));
        var known = await facts.OfAsync(connection, persons, now, cancellationToken);
        return persons.ToDictionary(person => person.Id, person => DisclosureDecision.Decide(readers, reader => new DisclosureRequest
        {
            Person = known[person.Id].Facts,
            Reader = reader,
            Route = DisclosureRoute.Print,
            Purpose = purpose,
            Fields = fields,
            Consents = known[person.Id].Consents,
            HostCountry = users.Host,
            Now = now,
        }));
    }
}
