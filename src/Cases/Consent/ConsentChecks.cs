using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Consent;

/// <summary>
/// Whether a consent is one; pure. Asked when it is given, and again at every disclosure: somebody who turns out to be a
/// child, or has come of age, has a consent that no longer carries.
/// </summary>
internal static class ConsentChecks
{
    /// <summary>Everything that is wrong with a consent; nothing when it is one.</summary>
    /// <param name="consent">The consent.</param>
    /// <param name="child">True when the person is under 18, or may be.</param>
    /// <param name="vocabulary">Purposes, kinds of recipients, bases.</param>
    /// <param name="notices">The wordings of the notice that are known.</param>
    public static IReadOnlyList<Problem> Look(GivenConsent consent, bool child, Vocabulary vocabulary, IReadOnlySet<string> notices) =>
    [
        .. Purpose(consent, vocabulary),
        .. Form(consent),
        .. consent.Refuses ? [] : Telling(consent, notices),
        .. Reach(consent, vocabulary),
        .. Giver(consent, child),
    ];

    /// <summary>
    /// True when every country that is excluded is one of the list. Asked when a consent is given: what was kept before counts as it
    /// stands, since to take an exclusion away would be the worse mistake.
    /// </summary>
    public static bool KnowsCountries(GivenConsent consent) =>
        consent.Exclusions.All(exclusion => exclusion.Recipient.Kind != RecipientName.OfCountry || Countries.Find(exclusion.Recipient.Code) is not null);

    private static IEnumerable<Problem> Purpose(GivenConsent consent, Vocabulary vocabulary)
    {
        if (consent.LegalBasis != GivenConsent.ConsentItself && vocabulary.LegalBases.All(basis => basis.Code != consent.LegalBasis))
            yield return ConsentProblems.BasisUnknown.With();
        if (vocabulary.FindPurpose(consent.Purpose) is not { } purpose)
        {
            yield return ConsentProblems.PurposeUnknown.With();
            yield break;
        }

        if (purpose.AskedApart && !consent.AskedApart && !consent.Refuses)
            yield return ConsentProblems.NotAskedApart.With();
        if (consent.ExpiresAt <= consent.GrantedAt || consent.ExpiresAt - consent.GrantedAt > TimeSpan.FromDays(purpose.LongestDays))
            yield return ConsentProblems.TimeUnfit.With(("days", purpose.LongestDays));
        if (purpose.Deidentified && consent.Scopes.Any(scope => scope.Category is Compartments.Identity or Compartments.Tracing))
            yield return ConsentProblems.NamesPerson.With();
    }

    private static IEnumerable<Problem> Form(GivenConsent consent)
    {
        // Whoever heard it said is its only witness; a signature is its own.
        if (!ConsentForm.Kinds.Contains(consent.Form.Kind) || (consent.Form.Kind != ConsentForm.Signature && Empty(consent.Form.RecordedBy)))
            yield return ConsentProblems.FormUnfit.With();
        if (Empty(consent.Language))
            yield return ConsentProblems.LanguageMissing.With();
    }

    // Whoever agrees to nothing has heard enough; who agrees has heard everything.
    private static IEnumerable<Problem> Telling(GivenConsent consent, IReadOnlySet<string> notices)
    {
        if (!notices.Contains(consent.NoticeVersion))
            yield return ConsentProblems.NoticeUnknown.With();
        if (NoticeWording.Points.Count(point => !consent.Explained.Contains(point)) is > 0 and var missing)
            yield return ConsentProblems.PointMissing.With(("count", missing));
        if (!consent.FreeToRefuse)
            yield return ConsentProblems.NotFree.With();
    }

    private static IEnumerable<Problem> Reach(GivenConsent consent, Vocabulary vocabulary)
    {
        if (consent.Refuses != (consent.Scopes.Count == 0) || consent.Scopes.Any(scope => !Compartments.All.Contains(scope.Category)
            || !Vocabulary.Actions.Contains(scope.Action)
            // "To the authorities of a country" is a way to say never, and no way to say yes.
            || scope.Recipient.Kind == RecipientName.OfCountry || !Names(scope.Recipient, vocabulary)))
            yield return ConsentProblems.ScopeUnfit.With();
        if ((consent.Refuses && consent.Exclusions.Count == 0) || consent.Exclusions.Any(exclusion => !Names(exclusion.Recipient, vocabulary)))
            yield return ConsentProblems.ExclusionUnfit.With();
    }

    private static IEnumerable<Problem> Giver(GivenConsent consent, bool child)
    {
        var giver = consent.GivenBy;
        if (!ConsentGiver.Kinds.Contains(giver.Kind) || (giver.Kind != ConsentGiver.Self && Empty(giver.Who)))
            yield return ConsentProblems.GiverUnfit.With();
        // To be shown to nobody needs nobody's leave.
        else if (consent.Refuses)
            yield break;
        else if (child && giver.Kind == ConsentGiver.Self)
        {
            if (!ConsentGiver.ReasonsForNoGuardian.Contains(giver.WhyNoGuardian) || Empty(giver.BestInterestsBy))
                yield return ConsentProblems.GuardianMissing.With();
        }
        else if (giver.Kind is ConsentGiver.Parent or ConsentGiver.Guardian && child && !consent.CapacityNoted)
            yield return ConsentProblems.AssentMissing.With();
        else if (giver.Kind != ConsentGiver.Self && !child && !consent.CapacityNoted)
            yield return ConsentProblems.AdultDecides.With();
    }

    private static bool Names(RecipientName recipient, Vocabulary vocabulary) => recipient.Kind switch
    {
        RecipientName.OfClass => vocabulary.FindClass(recipient.Code) is not null,
        RecipientName.One or RecipientName.Named or RecipientName.OfCountry => !Empty(recipient.Code),
        _ => false,
    };

    private static bool Empty(string text) => string.IsNullOrWhiteSpace(text);
}
