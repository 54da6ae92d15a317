namespace Tambo.Cases.Referrals;

/// <summary>Asking one service to help one person: offered without a name, and handed over only to who accepted.</summary>
internal sealed record Referral
{
    /// <summary>Its key.</summary>
    public required Guid Id { get; init; }

    /// <summary>Who is to be helped.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>The agency that asks.</summary>
    public required string From { get; init; }

    /// <summary>The organisation that is asked.</summary>
    public required string To { get; init; }

    /// <summary>Its service in the directory.</summary>
    public required string Service { get; init; }

    /// <summary>The kind of help.</summary>
    public required string KindOfHelp { get; init; }

    /// <summary>How urgent.</summary>
    public required string Urgency { get; init; }

    /// <summary>The consent that it rests on; null when it rests on a legal basis alone.</summary>
    public required Guid? ConsentId { get; init; }

    /// <summary>Where it stands.</summary>
    public string State { get; init; } = ReferralStates.Draft;

    /// <summary>When the person's wait began: the first offer, to whichever service.</summary>
    public DateTimeOffset? FirstOfferedAt { get; init; }

    /// <summary>From when the offer can no longer be answered.</summary>
    public DateTimeOffset? AnswerBy { get; init; }

    /// <summary>By when somebody should have met the person.</summary>
    public DateTimeOffset? ContactBy { get; init; }

    /// <summary>When somebody above was called, if anybody was.</summary>
    public DateTimeOffset? EscalatedAt { get; init; }

    /// <summary>What the receiver signed for.</summary>
    public ReferralReceipt? Receipt { get; init; }

    /// <summary>The referral of which this is the next attempt.</summary>
    public Guid? Follows { get; init; }

    /// <summary>The services that were asked before this one.</summary>
    public IReadOnlyList<string> Tried { get; init; } = [];

    /// <summary>Everything that was done, in order, since the first attempt.</summary>
    public IReadOnlyList<ReferralStep> Steps { get; init; } = [];

    /// <summary>What stands on the person's slip and on the pages of links, so that both can be told to be of one referral; it says nothing by itself.</summary>
    public string Code => CodeOf(Id);

    /// <summary>The code of a referral by its key: a notice has it when the person is long erased.</summary>
    public static string CodeOf(Guid id) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(id.ToByteArray(bigEndian: true)).AsSpan(0, 4));

    /// <summary>What is late at a moment: <c>answer</c>, <c>contact</c>, or null.</summary>
    public string? LateAt(DateTimeOffset now) =>
        State == ReferralStates.Offered && now >= AnswerBy ? "answer"
        : State is ReferralStates.Draft or ReferralStates.Offered or ReferralStates.Accepted or ReferralStates.HandedOver && now >= ContactBy ? "contact"
        : null;
}

/// <summary>Where a referral stands; the names are the texts <c>referral.state.{code}</c>.</summary>
internal static class ReferralStates
{
    /// <summary>Being written.</summary>
    public const string Draft = "draft";

    /// <summary>The service sees a preview without a name.</summary>
    public const string Offered = "offered";

    /// <summary>The service will help.</summary>
    public const string Accepted = "accepted";

    /// <summary>The service will not.</summary>
    public const string Declined = "declined";

    /// <summary>Nobody answered in time.</summary>
    public const string Expired = "expired";

    /// <summary>Taken back before anything was handed over.</summary>
    public const string Withdrawn = "withdrawn";

    /// <summary>The service has the agreed fields and signed for them.</summary>
    public const string HandedOver = "handed_over";

    /// <summary>The service has met the person.</summary>
    public const string InService = "in_service";

    /// <summary>The help has ended.</summary>
    public const string Completed = "completed";

    /// <summary>The help did not come about.</summary>
    public const string NotServed = "not_served";

    /// <summary>The person did not come.</summary>
    public const string DidNotAttend = "did_not_attend";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [Draft, Offered, Accepted, Declined, Expired, Withdrawn, HandedOver, InService, Completed, NotServed, DidNotAttend];

    /// <summary>Those from which nothing follows but another attempt.</summary>
    public static IReadOnlyList<string> Ended { get; } = [Declined, Expired, Withdrawn, Completed, NotServed, DidNotAttend];
}

/// <summary>Something that was done with a referral.</summary>
/// <param name="Act">Which step.</param>
/// <param name="By">referrer, receiver, node or person.</param>
/// <param name="Of">The agency of a referrer, the organisation of a receiver; empty for the others.</param>
/// <param name="Who">The user, link or job that did it, as the audit names them.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why, where the step has reasons.</param>
internal sealed record ReferralStep(string Act, string By, string Of, string Who, DateTimeOffset At, string Reason = "")
{
    /// <summary>What colleagues have to know, where something was written with it.</summary>
    public string? Note { get; init; }

    public override string ToString() => $"{Act} by {By}";
}

/// <summary>What a receiver signs for: that it has exactly this.</summary>
/// <param name="By">The organisation.</param>
/// <param name="Hash">The hash of the payload it received.</param>
/// <param name="At">When.</param>
internal sealed record ReferralReceipt(string By, string Hash, DateTimeOffset At)
{
    /// <summary>Which fields that was, as compartment and field; without what they said.</summary>
    public IReadOnlyList<string> Fields { get; set; } = [];
}
