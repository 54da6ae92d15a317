using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Referrals;

/// <summary>What a service may be given of a person at a moment: asked when it is offered, and again when it is handed over.</summary>
internal static class ReferralConsent
{
    /// <summary>Decides every field that this kind of help needs.</summary>
    /// <param name="referral">The referral.</param>
    /// <param name="asked">The person, the receiver, consents and bases, and the moment; route, fields and the one consent are set here.</param>
    /// <param name="rules">The data profiles.</param>
    public static DisclosureAnswer Decide(Referral referral, DisclosureRequest asked, ReferralRules rules) =>
        DisclosureDecision.Decide(Narrowed(referral, asked) with
        {
            Route = DisclosureRoute.Referral,
            Fields = rules.FindKind(referral.KindOfHelp)?.Asked ?? [],
        });

    /// <summary>The question for this referral alone: its receiver, its person, its consent.</summary>
    public static DisclosureRequest Narrowed(Referral referral, DisclosureRequest asked)
    {
        if (asked.Person.PersonId != referral.PersonId || asked.Reader.Id != referral.To || asked.Reader.IsUser)
            throw new InvalidOperationException("The question is about another referral.");
        // Without a consent of its own it rests on a legal basis, and no consent given for something else carries it.
        return asked with { OnlyConsent = referral.ConsentId ?? Guid.Empty };
    }

    /// <summary>Why nothing can be given; null when something can.</summary>
    public static Problem? Refusal(Referral referral, DisclosureRequest asked, DisclosureAnswer answer)
    {
        var own = asked.Consents.FirstOrDefault(consent => consent.Id == referral.ConsentId);
        // A consent that has ended stops the referral, even where a legal basis would carry some of it.
        switch (own?.StandingAt(asked.Now))
        {
            case ConsentStanding.Withdrawn:
                return ReferralProblems.ConsentWithdrawn.With();
            case ConsentStanding.Expired:
                return ReferralProblems.ConsentExpired.With();
        }

        // "Never to the police" is no use if nobody says which service is the police.
        if (asked.Consents.Where(consent => consent.PersonId == asked.Person.PersonId).SelectMany(consent => consent.Exclusions)
            .Any(exclusion => exclusion.StandsAt(asked.Now) && asked.Reader.MayBeExcludedBy(exclusion.Recipient, asked.Vocabulary)))
            return ReferralProblems.ClassUnsaid.With();
        return answer.Allowed.Count > 0 ? null
            : answer.Fields.Any(field => field.Reason is DisclosureReasons.OriginLock or DisclosureReasons.Excluded) ? ReferralProblems.Locked.With()
            : ReferralProblems.NothingAgreed.With();
    }
}
