using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A referral of a made-up girl from Andaria (XA), who is in Hestia (XH), to a house for children, and everything around it.</summary>
internal static class Offers
{
    public static readonly DateTimeOffset Noon = new(2031, 5, 4, 12, 0, 0, TimeSpan.Zero);
    public static readonly Guid Person = Guid.Parse("018f3c1e-0000-7000-8000-000000000001");
    public static readonly Guid Consent = Guid.Parse("018f3c1e-0000-7000-8000-000000000101");
    public static readonly ReferralRules Rules = ReferralRules.Shipped;

    public static Referral Draft(string urgency = "urgent", string type = "child_protection") => new()
    {
        Id = Guid.Parse("018f3c1e-0000-7000-8000-000000000301"),
        PersonId = Person,
        From = "border-post",
        To = "childrens-house",
        Service = "service-1",
        KindOfHelp = type,
        Urgency = urgency,
        ConsentId = Consent,
    };

    /// <summary>Everything of the file under marks that can be searched for.</summary>
    public static IReadOnlyDictionary<string, string> File { get; } =
        Rules.KindsOfHelp.SelectMany(type => type.Fields).Distinct().ToDictionary(field => field, field => $"‹{field}›");

    public static GivenConsent Agreed(params string[] categories) => new()
    {
        Id = Consent,
        PersonId = Person,
        GivenBy = new ConsentGiver(ConsentGiver.Self, WhyNoGuardian: "may_do_harm", BestInterestsBy: "the panel"),
        Form = new ConsentForm(ConsentForm.Verbal, "user-1"),
        Language = "es",
        NoticeVersion = "1",
        Explained = NoticeWording.Points,
        FreeToRefuse = true,
        Purpose = "referral",
        Scopes =
        [
            .. categories.SelectMany(category => new[] { "view", "share" }
                .Select(action => new ConsentScope(category, new RecipientName(RecipientName.OfClass, "child_protection"), action))),
        ],
        GrantedAt = Noon.AddDays(-1),
        ExpiresAt = Noon.AddDays(10),
    };

    public static DisclosureRequest Asked(DateTimeOffset now, params GivenConsent[] consents) => new()
    {
        Person = new PersonFacts { PersonId = Person, Node = "node-h", Agency = "border-post", TreatedAsChild = true, ProtectionNeed = true, Nationalities = ["XA"] },
        Reader = new Reader { Id = "childrens-house", IsUser = false, Node = "node-h", Classes = ["child_protection"], Country = "XH" },
        Route = DisclosureRoute.View,
        Purpose = "referral",
        Fields = [],
        Consents = consents,
        HostCountry = "XH",
        Now = now,
    };

    public static ReferralStep Step(string act, string by, DateTimeOffset at, string reason = "") =>
        new(act, by, by switch { "referrer" => "border-post", "receiver" => "childrens-house", _ => "" }, "user-1", at, reason);

    public static ReferralPreview Preview(Referral referral, DateTimeOffset at) =>
        Assert.IsType<ReferralPreview>(ReferralPreview.Decide(referral, Asked(at, Agreed("identity", "general", "child")), new PreviewFacts(14, "female", "es", "AG01"), Rules).Preview);

    public static ReferralPayload Payload(Referral referral, DateTimeOffset at) =>
        Assert.IsType<ReferralPayload>(ReferralPayload.Decide(referral, Asked(at, Agreed("identity", "general", "child")), File, Rules).Payload);

    public static Referral Offered(string urgency = "urgent") => Done(ReferralMoves.Offer(Draft(urgency), Step("offer", "referrer", Noon), Preview(Draft(urgency), Noon), Rules));

    public static Referral In(string state) => state switch
    {
        "draft" => Draft(),
        "offered" => Offered(),
        "accepted" => Take(Offered(), "accept", "receiver"),
        "declined" => Take(Offered(), "decline", "receiver", "full"),
        "expired" => Done(ReferralMoves.Take(Offered(), Step("expire", "node", Noon.AddHours(24)), Rules)),
        "withdrawn" => Take(Offered(), "withdraw", "person", "person_changed_mind"),
        "handed_over" => HandedOver(In("accepted"), Noon),
        "in_service" => Take(In("handed_over"), "start", "receiver"),
        "completed" => Take(In("in_service"), "complete", "receiver", "helped"),
        "not_served" => Take(In("in_service"), "not_served", "receiver", "person_refused"),
        _ => Take(In("handed_over"), "did_not_attend", "receiver"),
    };

    public static Referral HandedOver(Referral referral, DateTimeOffset at)
    {
        var payload = Payload(referral, at);
        return Done(ReferralMoves.HandOver(referral, Step("hand_over", "referrer", at), payload, new ReferralReceipt(referral.To, payload.Hash, at), Rules));
    }

    public static Referral Take(Referral referral, string act, string by, string reason = "") => Done(ReferralMoves.Take(referral, Step(act, by, Noon.AddMinutes(1), reason), Rules));

    public static Referral Done(ReferralMove move)
    {
        Assert.Null(move.Refused?.Kind.Code);
        return move.After!;
    }
}
