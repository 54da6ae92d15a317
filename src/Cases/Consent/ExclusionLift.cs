namespace Tambo.Cases.Consent;

/// <summary>
/// A person lets somebody back in whom they had shut out: written down by one member of staff, and confirmed by a second one before it
/// counts. It is sealed with the consent in which the exclusion stands.
/// </summary>
/// <param name="Id">Its key.</param>
/// <param name="Recipient">Who is let back in.</param>
/// <param name="GivenBy">Who asked: the person, or whoever said it for them.</param>
/// <param name="Form">How they asked, one of <see cref="ConsentForm.Kinds"/>.</param>
/// <param name="Words">What they said, as whoever heard it writes it down.</param>
/// <param name="By">Who wrote it down.</param>
/// <param name="At">When.</param>
/// <param name="State">asked, lifted, declined.</param>
/// <param name="DecidedBy">The second member of staff.</param>
/// <param name="DecidedAt">When they decided.</param>
/// <param name="Note">What they wrote.</param>
internal sealed record ExclusionLift(
    Guid Id, RecipientName Recipient, ConsentGiver GivenBy, string Form, string Words, string By, DateTimeOffset At,
    string State = ExclusionLift.Asked, string? DecidedBy = null, DateTimeOffset? DecidedAt = null, string? Note = null)
{
    public const string Asked = "asked";
    public const string Lifted = "lifted";
    public const string Declined = "declined";

    public override string ToString() => "•••";
}

/// <summary>Somebody whom a person has shut out, in whatever consent they said so; pure.</summary>
/// <param name="Recipient">Who.</param>
/// <param name="SaidAt">When it was said first.</param>
/// <param name="Stands">True while it holds.</param>
/// <param name="LiftedAt">When the person let them back in; null while it holds.</param>
/// <param name="SaidBy">Who said it, each kind once.</param>
/// <param name="Lifts">What was asked since, the oldest first.</param>
internal sealed record ShutOut(
    RecipientName Recipient, DateTimeOffset SaidAt, bool Stands, DateTimeOffset? LiftedAt, IReadOnlyList<string> SaidBy, IReadOnlyList<ExclusionLift> Lifts)
{
    /// <summary>What waits for a second member of staff.</summary>
    public ExclusionLift? Waiting => Lifts.FirstOrDefault(lift => lift.State == ExclusionLift.Asked);

    /// <summary>
    /// Who may take it back: the person, alone or together with a parent or guardian; and a parent or guardian alone where nobody but
    /// they has said it.
    /// </summary>
    public IReadOnlyList<string> MayTakeBack { get; } = SaidBy is [ConsentGiver.Parent or ConsentGiver.Guardian]
        ? [ConsentGiver.Self, ConsentGiver.AssentWithGuardian, SaidBy[0]]
        : [ConsentGiver.Self, ConsentGiver.AssentWithGuardian];

    /// <summary>Those whom some consents shut out, each once, the first said first.</summary>
    public static IReadOnlyList<ShutOut> Of(IEnumerable<ConsentContent> contents, DateTimeOffset now)
    {
        var groups = new List<(RecipientName Recipient, List<(GivenConsent Consent, Exclusion Exclusion)> Said, List<ExclusionLift> Lifts)>();
        foreach (var content in contents.OrderBy(content => content.Consent.GrantedAt).ThenBy(content => content.Consent.Id))
        {
            foreach (var exclusion in content.Consent.Exclusions)
            {
                var at = groups.FindIndex(group => group.Recipient.Means(exclusion.Recipient));
                if (at < 0)
                {
                    at = groups.Count;
                    groups.Add((exclusion.Recipient, [], []));
                }

                groups[at].Said.Add((content.Consent, exclusion));
                groups[at].Lifts.AddRange(content.Lifts.Where(lift => lift.Recipient.Means(exclusion.Recipient)));
            }
        }

        return
        [
            .. groups.Select(group =>
            {
                var standing = group.Said.Where(one => one.Exclusion.StandsAt(now)).ToList();
                return new ShutOut(
                    group.Recipient,
                    group.Said[0].Consent.GrantedAt,
                    standing.Count > 0,
                    standing.Count > 0 ? null : group.Said.Max(one => one.Exclusion.LiftedAt),
                    [.. (standing.Count > 0 ? standing : group.Said).Select(one => one.Consent.GivenBy.Kind).Distinct(StringComparer.Ordinal)],
                    [.. group.Lifts.DistinctBy(lift => lift.Id).OrderBy(lift => lift.At).ThenBy(lift => lift.Id)]);
            }),
        ];
    }

    public override string ToString() => "•••";
}
