using Tambo.Platform.Database;

namespace Tambo.Cases.Referrals;

/// <summary>
/// Holds the consent of a referral while a step is written that rests on it: whoever takes it back waits until the step is done and
/// then sees it, or was first and stops it. What was read before says nothing of the moment of writing.
/// </summary>
internal static class StandingConsent
{
    // A referral of a file may rest on a consent of any file that was made one with it, and of no other.
    private const string OfThem = """
        id = @Consent and withdrawn_at is null
        and (select coalesce(own.merged_into, own.id) from cases_persons own where own.id = cases_consents.person_id)
          = (select coalesce(theirs.merged_into, theirs.id) from cases_persons theirs where theirs.id = @PersonId)
        """;

    /// <summary>Holds it in the transaction of the step.</summary>
    /// <param name="change">The step.</param>
    /// <param name="stored">The referral.</param>
    /// <param name="now">The moment of the step.</param>
    /// <exception cref="Platform.Problems.Problem">It was taken back, has run out, or is not there.</exception>
    public static async Task HoldAsync(Change change, StoredReferral stored, DateTimeOffset now)
    {
        var held = new { stored.Content.Consent, stored.Row.PersonId, now };
        // Writing a row as it is locks it on PostgreSQL; SQLite has one writer.
        if (stored.Content.Consent is null || await change.ExecuteAsync(
            "update cases_consents set version = version where expires_at > @now and " + OfThem, held) > 0)
            return;
        throw await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_consents where " + OfThem, held) > 0
            ? ReferralProblems.ConsentExpired.With()
            : ReferralProblems.ConsentWithdrawn.With();
    }
}
