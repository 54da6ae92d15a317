using System.Data.Common;
using Tambo.Cases.Consent;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>
/// What referrals make of a consent: what was handed over is in others' hands, who are told; what is not yet handed over is taken
/// back in the transaction in which the consent ends, with its links.
/// </summary>
internal sealed class ReferralsOnConsent(NodeDb db, ReferralFiles referrals, ReferralNotices notices)
{
    /// <summary>The use as the withdrawal of a consent knows it.</summary>
    public UseOfConsent Use => new(FindAsync, StopAsync);

    private async Task<ResultsOfConsent> FindAsync(DbConnection connection, Guid person, CancellationToken cancellationToken)
    {
        var all = await referrals.OfPersonAsync(connection, person, cancellationToken);
        return new ResultsOfConsent(
            [.. all.Where(WasGiven).Select(stored => new PastDisclosure(stored.Content.To, stored.Content.Consent, Categories(stored), stored.Home))],
            [.. all.Where(IsOpen).Select(stored => new RestsOn(stored.Row.Id, stored.Content.To, stored.Content.Consent!.Value, stored.Home))],
            []);
    }

    private async Task StopAsync(Change change, ConsentEnding ending)
    {
        // The consent is written as ended in this transaction: what passed before it is seen here, and nothing passes after it.
        IReadOnlyList<StoredReferral> resting;
        await using (var connection = await db.ReadAsync(CancellationToken.None))
        {
            var person = await change.QuerySingleOrDefaultAsync<Guid>("select person_id from cases_consents where id = @ConsentId", new { ending.ConsentId });
            resting = [.. (await referrals.OfPersonAsync(connection, person, CancellationToken.None)).Where(stored => stored.Content.Consent == ending.ConsentId)];
        }

        var (given, open) = (resting.Where(WasGiven).ToList(), resting.Where(IsOpen).ToList());
        if (!open.Select(stored => stored.Row.Id).Order().SequenceEqual(ending.WithdrawOffers.Order())
            // Those who were told otherwise than by a referral are for other uses to tell.
            || given.Exists(stored => ending.Tell.All(told => told.Recipient != stored.Content.To)))
            throw PlatformProblems.Changed.With();
        var actor = Actor.Job("cases.consent_ended");
        foreach (var stored in open)
        {
            var step = new ReferralStep("withdraw", ReferralMoves.Node, "", actor.AuditName, ending.At, "consent_ended");
            var move = ReferralMoves.Take(stored.Referral, step, ReferralRules.Shipped);
            var after = move.After ?? throw move.Refused!;
            change.AlsoRecord("cases.referral.moved", ReferralFiles.SubjectOf(stored.Row.Id), new { act = step.Act, state = after.State });
            await referrals.WriteAsync(change, stored, after, CancellationToken.None);
        }

        foreach (var stored in given)
            await notices.TellAsync(change, stored, ending, CancellationToken.None);
    }

    private static bool IsOpen(StoredReferral stored) =>
        stored.Content.Consent is not null && stored.Row.State is (ReferralStates.Draft or ReferralStates.Offered or ReferralStates.Accepted);

    // Whoever signed for something has it, however the help ended.
    private static bool WasGiven(StoredReferral stored) => stored.Content is { Consent: not null, Receipt: not null };

    private static IReadOnlyList<string> Categories(StoredReferral stored)
    {
        var fields = stored.Content.Receipt!.Fields;
        return [.. (fields.Count > 0 ? fields : ReferralRules.Shipped.FindKind(stored.Content.Kind)?.Fields ?? []).Select(field => field.Split('/')[0]).Distinct(StringComparer.Ordinal)];
    }
}
