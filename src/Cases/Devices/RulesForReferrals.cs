using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Devices;

/// <summary>
/// What the rule of disclosure needs to say of a referral, so that web/src/vault-given.ts says without internet what
/// <see cref="ReferralConsent"/> says on the node. The node's answer is the one that counts.
/// </summary>
internal static class RulesForReferrals
{
    private const string Purpose = "referral";

    /// <summary>Kinds of help, kinds of recipients and where the node stands, as JSON.</summary>
    public static string Of(NodeSettings settings) => JsonSerializer.Serialize(
        new
        {
            kinds = ReferralRules.Shipped.KindsOfHelp.Select(kind => new { kind.Code, home = StoredReferral.HomeOf(kind), need = kind.ShownAs, kind.Fields }),
            classes = Vocabulary.Shipped.RecipientClasses.Select(kind => new { kind.Code, kind.Authority, kind.Consular, never = kind.NeverReceives }),
            ReceiverClasses.Shipped.Needs,
            ReceiverClasses.Shipped.Stated,
            ReceiverClasses.Shipped.Alone,
            host = KeptServices.CodesOf(settings.File.Country) ?? [],
            NoticeWording.Points,
            days = Vocabulary.Shipped.FindPurpose(Purpose)!.LongestDays,
            noGuardian = ConsentGiver.ReasonsForNoGuardian,
            held = ReferDesk.Held,
        },
        CaseJson.ForPages);
}
