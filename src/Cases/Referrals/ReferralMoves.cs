using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>What came of a step: the referral after it, or why not.</summary>
internal readonly record struct ReferralMove(Referral? After, Problem? Refused)
{
    /// <summary>It was done.</summary>
    public static implicit operator ReferralMove(Referral after) => new(after, null);

    /// <summary>It was refused.</summary>
    public static implicit operator ReferralMove(Problem refused) => new(null, refused);
}

/// <summary>A step that exists.</summary>
/// <param name="Act">Its code; the name is the text <c>referral.act.{code}</c>.</param>
/// <param name="From">Where the referral may stand.</param>
/// <param name="To">Where it stands afterwards; null when it stays.</param>
/// <param name="By">Who may.</param>
internal sealed record ReferralAct(string Act, IReadOnlyList<string> From, string? To, IReadOnlyList<string> By);

/// <summary>
/// The steps of a referral, who may take them, and when; pure. What gives something away takes what was decided about it: an
/// offer its preview, a handover its payload, so that no step goes past the decision.
/// </summary>
internal static class ReferralMoves
{
    /// <summary>The agency that asks.</summary>
    public const string Referrer = "referrer";

    /// <summary>The organisation that is asked.</summary>
    public const string Receiver = "receiver";

    /// <summary>The node's clock.</summary>
    public const string Node = "node";

    /// <summary>The person.</summary>
    public const string Person = "person";

    private const string Emergency = "emergency";

    private static readonly string[] Open = [ReferralStates.Offered, ReferralStates.Accepted, ReferralStates.HandedOver, ReferralStates.InService];

    /// <summary>Every step.</summary>
    public static IReadOnlyList<ReferralAct> All { get; } =
    [
        new("offer", [ReferralStates.Draft], ReferralStates.Offered, [Referrer]),
        new("accept", [ReferralStates.Offered], ReferralStates.Accepted, [Receiver]),
        new("decline", [ReferralStates.Offered], ReferralStates.Declined, [Receiver]),
        new("expire", [ReferralStates.Offered], ReferralStates.Expired, [Node]),
        new("withdraw", [ReferralStates.Draft, ReferralStates.Offered, ReferralStates.Accepted], ReferralStates.Withdrawn, [Referrer, Person, Node]),
        new("hand_over", [ReferralStates.Accepted], ReferralStates.HandedOver, [Referrer, Node]),
        new("start", [ReferralStates.HandedOver], ReferralStates.InService, [Receiver]),
        new("complete", [ReferralStates.InService], ReferralStates.Completed, [Receiver]),
        new("not_served", [ReferralStates.HandedOver, ReferralStates.InService], ReferralStates.NotServed, [Receiver, Referrer]),
        new("did_not_attend", [ReferralStates.HandedOver, ReferralStates.InService], ReferralStates.DidNotAttend, [Receiver]),
        new("escalate", Open, null, [Node, Referrer]),
        new("escalate_offer", [ReferralStates.Offered], null, [Referrer]),
    ];

    /// <summary>Takes a step that gives nothing away.</summary>
    public static ReferralMove Take(Referral referral, ReferralStep step, ReferralRules rules) =>
        step.Act is "offer" or "hand_over" ? ReferralProblems.StepUnfit.With()
        : Refusal(referral, step, rules) is { } refused ? refused
        : Done(referral, step) with
        {
            // A call for an answer ends with the yes.
            EscalatedAt = step.Act is "escalate" or "escalate_offer" ? step.At
                : step.Act == "accept" && referral.Steps.LastOrDefault(one => one.Act is "escalate" or "escalate_offer")?.Act == "escalate_offer" ? null
                : referral.EscalatedAt,
        };

    /// <summary>Offers it: the service sees the preview, and the clock begins.</summary>
    public static ReferralMove Offer(Referral referral, ReferralStep step, ReferralPreview preview, ReferralRules rules)
    {
        if (step.Act != "offer")
            return ReferralProblems.StepUnfit.With();
        if (Refusal(referral, step, rules) is { } refused)
            return refused;
        if (preview.ReferralId != referral.Id || preview.At != step.At)
            return ReferralProblems.DecidedElsewhere.With();
        var urgency = rules.FindUrgency(referral.Urgency)!;
        // The person waits since the first offer, however many services were asked.
        var first = referral.FirstOfferedAt ?? step.At;
        return Done(referral, step) with { FirstOfferedAt = first, AnswerBy = step.At.AddHours(urgency.AnswerHours), ContactBy = first.AddHours(urgency.ContactHours) };
    }

    /// <summary>Hands it over: the service has what was decided at this very moment, and signed for it.</summary>
    public static ReferralMove HandOver(Referral referral, ReferralStep step, ReferralPayload payload, ReferralReceipt receipt, ReferralRules rules) =>
        step.Act != "hand_over" ? ReferralProblems.StepUnfit.With()
        : Refusal(referral, step, rules) is { } refused ? refused
        : payload.ReferralId != referral.Id || payload.To != referral.To || payload.At != step.At ? ReferralProblems.DecidedElsewhere.With()
        : receipt.By != referral.To || receipt.Hash != payload.Hash || receipt.At < step.At ? ReferralProblems.ReceiptUnfit.With()
        : Done(referral, step) with { Receipt = receipt };

    /// <summary>The next attempt, as a draft to another service: with the history, and with the person's wait as it is.</summary>
    public static ReferralMove Reoffer(Referral referral, Guid id, string to, string service, Guid? consentId) =>
        referral.State is not (ReferralStates.Declined or ReferralStates.Expired) ? ReferralProblems.StepUnfit.With()
        : service == referral.Service || referral.Tried.Contains(service) ? ReferralProblems.TriedBefore.With()
        : referral with
        {
            Id = id,
            To = to,
            Service = service,
            ConsentId = consentId,
            State = ReferralStates.Draft,
            AnswerBy = null,
            Follows = referral.Id,
            Tried = [.. referral.Tried, referral.Service],
        };

    private static Problem? Refusal(Referral referral, ReferralStep step, ReferralRules rules)
    {
        if (All.FirstOrDefault(act => act.Act == step.Act) is not { } act || !act.From.Contains(referral.State))
            return ReferralProblems.StepUnfit.With();
        if (!act.By.Contains(step.By)
            || (step.By == Referrer && step.Of != referral.From)
            || (step.By == Receiver && step.Of != referral.To))
            return ReferralProblems.NotTheirs.With();
        if (rules.FindUrgency(referral.Urgency) is null || rules.FindKind(referral.KindOfHelp) is null)
            return ReferralProblems.KindUnknown.With();
        var reasons = rules.Reasons.Where(reason => reason.Act == step.Act).ToList();
        if (reasons.Count > 0 ? !reasons.Exists(reason => reason.Code == step.Reason && reason.By.Contains(step.By)) : step.Reason.Length > 0)
            return ReferralProblems.ReasonUnfit.With();
        return step.Act switch
        {
            "accept" or "decline" when step.At >= referral.AnswerBy => ReferralProblems.AnsweredLate.With(),
            // An emergency, while the service could answer still, and once for each offer.
            "escalate_offer" when referral.Urgency != Emergency || step.At >= referral.AnswerBy || referral.Steps.Reverse().TakeWhile(one => one.Act != "offer").Any(one => one.Act == step.Act) => ReferralProblems.StepUnfit.With(),
            "expire" when step.At < referral.AnswerBy => ReferralProblems.NotLate.With(),
            // The clock calls for help once, and only when something is late; the referrer may at any time.
            "escalate" when step.By == Node && (referral.EscalatedAt is not null || referral.LateAt(step.At) is null) => ReferralProblems.NotLate.With(),
            _ => null,
        };
    }

    private static Referral Done(Referral referral, ReferralStep step) => referral with
    {
        State = All.First(act => act.Act == step.Act).To ?? referral.State,
        Steps = [.. referral.Steps, step],
    };
}
