using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Family;

/// <summary>
/// Nobody is taken to a consulate who has not asked for it (VCCR art. 36(1)(b)): a consent for it has to be in force, and nothing that they
/// said never to.
/// </summary>
internal sealed class ConsulateWish(NodeDb db, FactsOfPersons facts)
{
    /// <summary>What a consent has to be for.</summary>
    public const string Purpose = "consular";

    /// <summary>
    /// The consents by which a person has asked for it: in force, and such as a disclosure would take. The one rule for what goes to a consulate and for who is taken there.
    /// </summary>
    /// <param name="consents">Every consent of the person, as it is kept.</param>
    /// <param name="child">True when the person is a child, or may be.</param>
    /// <param name="now">The moment.</param>
    public static IReadOnlyList<GivenConsent> Of(IReadOnlyList<GivenConsent> consents, bool child, DateTimeOffset now) =>
        [.. consents.Where(consent => consent.Purpose == Purpose && !consent.Refuses && consent.StandingAt(now) == ConsentStanding.InForce
            && ConsentChecks.Look(consent, child, Vocabulary.Shipped, NoticeWording.Versions).Count == 0)];

    /// <summary>Passes when each of the persons has asked for it. Their consents are held until the step is done: whoever takes one back comes before or after.</summary>
    /// <param name="change">The step.</param>
    /// <param name="persons">Who is moved; they are held by the step (<see cref="HeldPersons"/>), so that nobody writes a consent of theirs meanwhile.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">One has not, or has excluded it; which of the two, nobody is told.</exception>
    public async Task RequireAsync(Change change, IReadOnlyList<Guid> persons, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var leads = (await change.QueryAsync<PersonRow>(
            "select * from cases_persons where id in (select coalesce(merged_into, id) from cases_persons where id" + db.Dialect.IsAmong + ")", new { Among = db.Dialect.Among(persons.Select(one => one.ToString("D"))) })).ToList();
        IReadOnlyDictionary<Guid, KnownPerson> known;
        await using (var connection = await db.ReadAsync(cancellationToken))
            known = await facts.OfAsync(connection, leads, now, cancellationToken);
        foreach (var person in leads)
        {
            var (given, child) = (known[person.Id].Consents, known[person.Id].Facts.TreatedAsChild);
            // It may act for any state: whoever excluded the authorities of one has not agreed to it.
            if (given.Any(consent => consent.Exclusions.Any(exclusion => exclusion.StandsAt(now) && Receivers.AnyConsulate.IsExcludedBy(exclusion.Recipient, Vocabulary.Shipped)))
                || !await HeldAsync(change, Of(given, child, now), now))
                throw LiftProblems.ConsulateNotAsked.With();
        }
    }

    private static async Task<bool> HeldAsync(Change change, IEnumerable<GivenConsent> consents, DateTimeOffset now)
    {
        foreach (var consent in consents)
        {
            // Writing a row as it is locks it on PostgreSQL; SQLite has one writer.
            if (await change.ExecuteAsync("update cases_consents set version = version where id = @Id and withdrawn_at is null and expires_at > @now", new { consent.Id, now }) > 0)
                return true;
        }

        return false;
    }
}
