using Microsoft.Extensions.Logging;
using Tambo.Cases.Merging;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>Ends a consent that was taken back or has run out: in one transaction with whatever rests on it.</summary>
internal sealed class EndConsent(NodeDb db, DataKeys keys, KeptConsents consents, IEnumerable<UseOfConsent> uses, ILogger<EndConsent> log)
{
    /// <summary>Carries out what follows from the end, and keeps it with the consent.</summary>
    /// <param name="row">The consent as it was read.</param>
    /// <param name="before">What was sealed of it by then.</param>
    /// <param name="ended">What was agreed to, ended.</param>
    /// <param name="now">The moment.</param>
    /// <param name="actor">Who ends it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">A step was taken meanwhile that rests on it, or the person is erased.</exception>
    public async Task<ConsentContent> RunAsync(ConsentRow row, ConsentContent before, GivenConsent ended, DateTimeOffset now, Actor actor, CancellationToken cancellationToken)
    {
        IReadOnlyList<GivenConsent> all;
        List<ResultsOfConsent> resting = [];
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var person = await MergedFiles.LeadAsync(connection, row.PersonId);
            // Another one that does not open keeps none from ending.
            all = await consents.AllReadableAsync(connection, person, log, cancellationToken);
            foreach (var use in uses)
                resting.Add(await use.FindAsync(connection, person, cancellationToken));
        }

        var key = await keys.FindAsync(row.PersonId, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        // Of merged files the consents of all are the person's: another one for the same may be of either file.
        var ending = ConsentEnding.Of(
            ended with { PersonId = all.FirstOrDefault(one => one.Id == row.Id)?.PersonId ?? ended.PersonId }, all, resting.SelectMany(one => one.Given), resting.SelectMany(one => one.Offers), resting.SelectMany(one => one.Syncs), now);
        var content = before with { Consent = ended, Ending = ending };
        await using var change = await db.BeginAsync(
            actor, ended.WithdrawnAt is null ? "cases.consent.expired" : "cases.consent.withdrawn", KeptConsents.SubjectOf(row.Id), cancellationToken);
        // Who they are stands under the seal: the audit counts them, so that nobody is left out unseen.
        for (var at = 0; at < ending.Tell.Count && before.Ending is null; at++)
            change.AlsoRecord(WithdrawConsent.ToTell, KeptConsents.SubjectOf(row.Id), new { recipient = at + 1, of = ending.Tell.Count, eraseBy = ending.Tell[at].EraseBy });
        if (await change.ExecuteAsync(
            "update cases_consents set withdrawn_at = @WithdrawnAt, ended_at = coalesce(ended_at, @now), version = version + 1 where id = @Id and version = @Version",
            new { ended.WithdrawnAt, now, row.Id, row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        await consents.WriteAsync(change, key, row.Version + 1, content);
        foreach (var use in uses)
            await use.StopAsync(change, ending);
        await change.CommitAsync(cancellationToken);
        return content;
    }
}
