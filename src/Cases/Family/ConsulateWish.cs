using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Merging;
using Tambo.Cases.Screening;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Family;

/// <summary>
/// Nobody is taken to a consulate who has not asked for it (VCCR art. 36(1)(b)): a consent for it has to be in force, and nothing that they
/// said never to.
/// </summary>
internal sealed class ConsulateWish(NodeDb db, SealedRecords seals)
{
    private const string Purpose = "consular";

    // It may act for any state (VCCR art. 8): whoever excluded the authorities of one has not agreed to it.
    private static readonly Reader Consulate = new() { Id = "", IsUser = false, Node = "", Classes = ["consulate"] };

    /// <summary>Passes when each of the persons has asked for it. Their consents are held until the step is done: whoever takes one back comes before or after.</summary>
    /// <param name="change">The step.</param>
    /// <param name="persons">Who is moved.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">One has not, or has excluded it; which of the two, nobody is told.</exception>
    public async Task RequireAsync(Change change, IReadOnlyList<Guid> persons, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        foreach (var one in persons)
        {
            var person = (await change.QueryAsync<Guid>("select coalesce(merged_into, id) from cases_persons where id = @one", new { one })).Single();
            var rows = (await change.QueryAsync<ConsentRow>("select * from cases_consents where " + MergedFiles.Of("person_id") + " order by granted_at desc, id", new { person })).ToList();
            var given = (await seals.OpenAsync(change, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, [KeptConsents.HomeOf(Purpose), Compartments.Asylum]))], cancellationToken))
                .Values.Select(content => content.Deserialize<ConsentContent>(CaseJson.Options)!.Consent).ToList();
            if (given.Exists(consent => consent.Exclusions.Any(exclusion => exclusion.StandsAt(now) && Consulate.IsExcludedBy(exclusion.Recipient, Vocabulary.Shipped)))
                || !await HeldAsync(change, given.Where(consent => consent.Purpose == Purpose && !consent.Refuses && consent.StandingAt(now) == ConsentStanding.InForce), now))
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
