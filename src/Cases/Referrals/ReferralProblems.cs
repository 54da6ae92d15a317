using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>Every way in which a referral refuses.</summary>
internal static class ReferralProblems
{
    /// <summary>The step does not follow from where the referral stands.</summary>
    public static readonly ProblemKind StepUnfit = new("referral.step_unfit", 409);

    /// <summary>The step is for somebody else to do.</summary>
    public static readonly ProblemKind NotTheirs = new("referral.not_theirs", 403);

    /// <summary>The step needs a reason of its list.</summary>
    public static readonly ProblemKind ReasonUnfit = new("referral.reason_unfit", 422);

    /// <summary>Nobody knows the urgency or the kind of help.</summary>
    public static readonly ProblemKind KindUnknown = new("referral.kind_unknown", 422);

    /// <summary>The time to answer is over.</summary>
    public static readonly ProblemKind AnsweredLate = new("referral.answered_late", 409);

    /// <summary>The time to answer is not over.</summary>
    public static readonly ProblemKind NotLate = new("referral.not_late", 409);

    /// <summary>The consent has run out.</summary>
    public static readonly ProblemKind ConsentExpired = new("referral.consent_expired", 409);

    /// <summary>The person took the consent back.</summary>
    public static readonly ProblemKind ConsentWithdrawn = new("referral.consent_withdrawn", 409);

    /// <summary>Nothing may be given to this service.</summary>
    public static readonly ProblemKind NothingAgreed = new("referral.nothing_agreed", 409);

    /// <summary>Nothing may ever be given to this service.</summary>
    public static readonly ProblemKind Locked = new("referral.locked", 409);

    /// <summary>Somebody else answers for the service now than when it was asked.</summary>
    public static readonly ProblemKind ReceiverChanged = new("referral.receiver_changed", 409);

    /// <summary>The preview or the payload was made for another referral or another moment.</summary>
    public static readonly ProblemKind DecidedElsewhere = new("referral.decided_elsewhere", 409);

    /// <summary>The receiver did not sign for what it was given.</summary>
    public static readonly ProblemKind ReceiptUnfit = new("referral.receipt_unfit", 422);

    /// <summary>The service was asked before.</summary>
    public static readonly ProblemKind TriedBefore = new("referral.tried_before", 409);

    /// <summary>The directory has the service no longer, or says that it is closed.</summary>
    public static readonly ProblemKind ServiceClosed = new("referral.service_closed", 409);

    /// <summary>This service is asked for the same help for this person already.</summary>
    public static readonly ProblemKind AskedAlready = new("referral.asked_already", 409);

    /// <summary>Somebody has gone on from this referral to another service.</summary>
    public static readonly ProblemKind OfferedOn = new("referral.offered_on", 409);

    /// <summary>Nobody gave out this link, or it is for something else.</summary>
    public static readonly ProblemKind LinkUnknown = new("referral.link_unknown", 404);

    /// <summary>The link was used.</summary>
    public static readonly ProblemKind LinkUsed = new("referral.link_used", 410);

    /// <summary>The link is too old.</summary>
    public static readonly ProblemKind LinkExpired = new("referral.link_expired", 410);

    /// <summary>The link was taken back.</summary>
    public static readonly ProblemKind LinkRevoked = new("referral.link_revoked", 410);

    /// <summary>The person excluded a kind of recipient that this service may be: somebody has to say what it is.</summary>
    public static readonly ProblemKind ClassUnsaid = new("referral.class_unsaid", 409);

    /// <summary>The service publishes no mail address, or this node sends no mail.</summary>
    public static readonly ProblemKind NoMail = new("referral.no_mail", 409);

    /// <summary>Something has changed since the offer: those who made it have to look at it once more.</summary>
    public static readonly ProblemKind LookAgain = new("referral.look_again", 409);

    /// <summary>No basis other than consent can be called upon here: it rests on a consent, is offered already, or the basis allows nothing to this service.</summary>
    public static readonly ProblemKind BasisUnfit = new("referral.basis_unfit", 409);

    /// <summary>Nobody of this node has read the law that the basis stands on.</summary>
    public static readonly ProblemKind BasisUnread = new("referral.basis_unread", 409);

    /// <summary>A second person has not looked at the basis yet.</summary>
    public static readonly ProblemKind BasisWaits = new("referral.basis_waits", 409);

    /// <summary>What the node says of its law cannot be read.</summary>
    public static readonly ProblemKind BasesUnreadable = new("referral.bases_unreadable", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(ReferralProblems));
}
