using Tambo.Cases.Access;

namespace Tambo.Cases.Consent;

/// <summary>Something that was given to a recipient under a consent.</summary>
/// <param name="Recipient">To whom.</param>
/// <param name="ConsentId">The consent that carried it; null when a legal basis did.</param>
/// <param name="Categories">The compartments of what was given.</param>
/// <param name="Home">The compartment that a reader needs to know of it at all: to whom something went tells of the need.</param>
internal sealed record PastDisclosure(string Recipient, Guid? ConsentId, IReadOnlyList<string> Categories, string Home = Compartments.General);

/// <summary>A referral or a running exchange that rests on a consent.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Recipient">Whom it goes to.</param>
/// <param name="ConsentId">The consent that it rests on.</param>
/// <param name="Home">The compartment that a reader needs to know of it at all.</param>
internal sealed record RestsOn(Guid Id, string Recipient, Guid ConsentId, string Home = Compartments.General);

/// <summary>What a recipient is told, and by when it erases what it was given.</summary>
/// <param name="Recipient">Who is told.</param>
/// <param name="Categories">Of which compartments.</param>
/// <param name="EraseBy">By when it says that it has erased them.</param>
internal sealed record RecipientNotice(string Recipient, IReadOnlyList<string> Categories, DateTimeOffset EraseBy)
{
    /// <summary>The compartments of which one must be open to a reader who is to know of this recipient.</summary>
    public IReadOnlyList<string> Homes { get; set; } = [Compartments.General];
}

/// <summary>
/// What follows when a consent ends: pure. Whatever is open is stopped at once and whoever was given something is told, by
/// lists that the caller works off.
/// </summary>
/// <param name="ConsentId">The consent that ended.</param>
/// <param name="At">When.</param>
/// <param name="Tell">Who was given something, of what, with the time by which they erase it.</param>
/// <param name="WithdrawOffers">Referrals that are offered or accepted and not handed over.</param>
/// <param name="StopSyncs">Exchanges that go on by themselves.</param>
/// <param name="EraseOwnBy">By when the node itself erases what it holds for that purpose and no other; null while another consent for it holds.</param>
internal sealed record ConsentEnding(
    Guid ConsentId,
    DateTimeOffset At,
    IReadOnlyList<RecipientNotice> Tell,
    IReadOnlyList<Guid> WithdrawOffers,
    IReadOnlyList<Guid> StopSyncs,
    DateTimeOffset? EraseOwnBy)
{
    /// <summary>For each of the offers, the compartment that a reader needs to know of it.</summary>
    public IReadOnlyList<string> OfferHomes { get; set; } = [];

    /// <summary>How long recipients have to erase, and the node itself: one month, as GDPR art. 12(3) gives for answering such a request.</summary>
    public static TimeSpan TimeToErase { get; } = TimeSpan.FromDays(30);

    /// <summary>The cascade of a consent that was withdrawn or has run out.</summary>
    /// <param name="ended">The consent.</param>
    /// <param name="others">The person's other consents.</param>
    /// <param name="given">Everything that was given out about the person.</param>
    /// <param name="offers">Referrals not handed over yet.</param>
    /// <param name="syncs">Exchanges that go on by themselves.</param>
    /// <param name="now">The moment.</param>
    public static ConsentEnding Of(
        GivenConsent ended,
        IEnumerable<GivenConsent> others,
        IEnumerable<PastDisclosure> given,
        IEnumerable<RestsOn> offers,
        IEnumerable<RestsOn> syncs,
        DateTimeOffset now)
    {
        offers = [.. offers];
        if (ended.StandingAt(now) is not (ConsentStanding.Withdrawn or ConsentStanding.Expired))
            throw new InvalidOperationException("The consent has not ended.");
        var at = ended.WithdrawnAt < ended.ExpiresAt ? ended.WithdrawnAt.Value : ended.ExpiresAt;
        var replaced = others.Any(other => other.Id != ended.Id && other.PersonId == ended.PersonId
            && other.Purpose == ended.Purpose && !other.Refuses && other.StandingAt(now) == ConsentStanding.InForce);
        return new ConsentEnding(
            ended.Id,
            at,
            [.. given.Where(past => past.ConsentId == ended.Id)
                .GroupBy(past => past.Recipient, StringComparer.Ordinal)
                .OrderBy(recipient => recipient.Key, StringComparer.Ordinal)
                .Select(recipient => new RecipientNotice(
                    recipient.Key,
                    [.. recipient.SelectMany(past => past.Categories).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                    at + TimeToErase)
                {
                    Homes = [.. recipient.Select(past => past.Home).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
                })],
            [.. offers.Where(offer => offer.ConsentId == ended.Id).Select(offer => offer.Id)],
            [.. syncs.Where(sync => sync.ConsentId == ended.Id).Select(sync => sync.Id)],
            replaced || ended.Refuses ? null : at + TimeToErase)
        {
            OfferHomes = [.. offers.Where(offer => offer.ConsentId == ended.Id).Select(offer => offer.Home)],
        };
    }
}
