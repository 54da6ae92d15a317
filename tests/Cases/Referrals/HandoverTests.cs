using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>At the handover the consent is asked once more, and the service gets what it needs and the person agreed to.</summary>
public class HandoverTests
{
    private static readonly DateTimeOffset Noon = Offers.Noon;

    [Fact]
    public void A_service_is_given_the_fields_of_its_profile_that_the_person_agreed_to_and_no_other()
    {
        var (payload, answer, refused) = Decide(Noon, Offers.Agreed("general", "child", "health"));
        Assert.Null(refused);
        // The profile asks for identity, which nobody agreed to; health was agreed to, and no part of the profile.
        Assert.Equal(
            ["child/care", "child/needs", "general/age_band", "general/interpreter", "general/language", "general/people_with", "general/sex"],
            payload!.Fields.Keys);
        Assert.All(payload.Fields, field => Assert.Equal($"‹{field.Key}›", field.Value));
        Assert.Contains(answer.Fields, field => field.Field == new AskedField("name", "identity") && !field.Allowed);
    }

    [Fact]
    public void Nothing_that_the_file_does_not_hold_is_made_up()
    {
        var (payload, _, _) = ReferralPayload.Decide(Offers.In("accepted"), Offers.Asked(Noon, Offers.Agreed("general")), new Dictionary<string, string> { ["general/sex"] = "female", ["health/needs"] = "‹›" }, Offers.Rules);
        Assert.Equal(["general/sex"], payload!.Fields.Keys);
    }

    [Fact]
    public void A_consent_that_runs_out_between_offer_and_handover_stops_it()
    {
        var consent = Offers.Agreed("general") with { ExpiresAt = Noon.AddHours(3) };
        Assert.Null(Decide(Noon.AddHours(3).AddTicks(-1), consent).Refused);
        Assert.Equal("referral.consent_expired", Decide(Noon.AddHours(3), consent).Refused!.Kind.Code);
    }

    [Fact]
    public void A_consent_that_is_taken_back_between_offer_and_handover_stops_it()
    {
        var consent = Offers.Agreed("general") with { WithdrawnAt = Noon.AddHours(1) };
        Assert.Null(Decide(Noon, consent).Refused);
        Assert.Equal("referral.consent_withdrawn", Decide(Noon.AddHours(1), consent).Refused!.Kind.Code);
    }

    [Fact]
    public void A_consent_that_has_ended_stops_it_even_where_another_consent_or_a_legal_basis_would_carry_it()
    {
        var ended = Offers.Agreed("general") with { WithdrawnAt = Noon };
        var other = Offers.Agreed("general") with { Id = Guid.Parse("018f3c1e-0000-7000-8000-000000000102") };
        Assert.Equal("referral.consent_withdrawn", Decide(Noon, ended, other).Refused!.Kind.Code);
        var lifesaving = Offers.Asked(Noon, ended) with { Bases = [new InvokedBasis("vital_interests", Offers.Person, "user-1", true, Noon.AddHours(1))] };
        Assert.Equal("referral.consent_withdrawn", ReferralPayload.Decide(Offers.In("accepted"), lifesaving, Offers.File, Offers.Rules).Refused!.Kind.Code);
    }

    [Fact]
    public void A_referral_on_a_legal_basis_carries_what_the_basis_allows_and_needs_no_consent()
    {
        var referral = Offers.In("accepted") with { ConsentId = null };
        var asked = Offers.Asked(Noon, Offers.Agreed("child")) with { Bases = [new InvokedBasis("vital_interests", Offers.Person, "user-1", true, Noon.AddHours(1))] };
        var (payload, answer, _) = ReferralPayload.Decide(referral, asked, Offers.File, Offers.Rules);
        Assert.DoesNotContain("child/care", payload!.Fields.Keys);
        Assert.Contains("identity/name", payload.Fields.Keys);
        Assert.All(answer.Fields.Where(field => field.Allowed), field => Assert.Equal("vital_interests", field.Basis));
    }

    [Fact]
    public void Without_an_agreement_nothing_is_offered()
    {
        Assert.Equal("referral.nothing_agreed", Preview(Offers.Asked(Noon)).Refused!.Kind.Code);
        Assert.Equal("referral.nothing_agreed", Preview(Offers.Asked(Noon, Offers.Agreed("tracing"))).Refused!.Kind.Code);
    }

    [Fact]
    public void Nothing_is_offered_to_whom_the_person_excluded_or_the_lock_stops()
    {
        var excluding = Offers.Agreed("general") with { Exclusions = [new Exclusion(new RecipientName("one", "childrens-house"))] };
        Assert.Equal("referral.locked", Preview(Offers.Asked(Noon, excluding)).Refused!.Kind.Code);
        var home = Offers.Asked(Noon, Offers.Agreed("general"));
        Assert.Equal("referral.locked", Preview(home with { Reader = home.Reader with { Country = "XA" } }).Refused!.Kind.Code);
    }

    [Fact]
    public void The_receiver_signs_for_exactly_what_it_was_given()
    {
        var accepted = Offers.In("accepted");
        var payload = Offers.Payload(accepted, Noon);
        var step = Offers.Step("hand_over", "referrer", Noon);
        var receipt = new ReferralReceipt("childrens-house", payload.Hash, Noon);
        Assert.Equal(receipt, Offers.Done(ReferralMoves.HandOver(accepted, step, payload, receipt, Offers.Rules)).Receipt);
        foreach (var wrong in new[] { receipt with { By = "another-house" }, receipt with { Hash = new string('0', 64) }, receipt with { At = Noon.AddTicks(-1) } })
            Assert.Equal("referral.receipt_unfit", ReferralMoves.HandOver(accepted, step, payload, wrong, Offers.Rules).Refused!.Kind.Code);
        Assert.NotEqual(payload.Hash, ReferralPayload.Decide(accepted, Offers.Asked(Noon, Offers.Agreed("general")), Offers.File, Offers.Rules).Payload!.Hash);
    }

    [Fact]
    public void What_was_decided_earlier_or_for_another_is_not_handed_over()
    {
        var accepted = Offers.In("accepted");
        foreach (var payload in new[] { Offers.Payload(accepted, Noon.AddTicks(-1)), Offers.Payload(accepted with { Id = Guid.Empty }, Noon) })
        {
            var move = ReferralMoves.HandOver(accepted, Offers.Step("hand_over", "referrer", Noon), payload, new ReferralReceipt(accepted.To, payload.Hash, Noon), Offers.Rules);
            Assert.Equal("referral.decided_elsewhere", move.Refused!.Kind.Code);
        }
    }

    [Fact]
    public void A_question_about_another_person_or_receiver_is_our_mistake()
    {
        var asked = Offers.Asked(Noon, Offers.Agreed("general"));
        foreach (var wrong in new[] { asked with { Person = asked.Person with { PersonId = Guid.Empty } }, asked with { Reader = asked.Reader with { Id = "another" } }, asked with { Reader = asked.Reader with { IsUser = true } } })
            Assert.Throws<InvalidOperationException>(() => ReferralPayload.Decide(Offers.In("accepted"), wrong, Offers.File, Offers.Rules));
    }

    [Fact]
    public void What_is_in_a_payload_is_in_no_log() => Assert.DoesNotContain("‹", Offers.Payload(Offers.In("accepted"), Noon).ToString(), StringComparison.Ordinal);

    private static (ReferralPayload? Payload, DisclosureAnswer Answer, Tambo.Platform.Problems.Problem? Refused) Decide(DateTimeOffset now, params GivenConsent[] consents) =>
        ReferralPayload.Decide(Offers.In("accepted"), Offers.Asked(now, consents), Offers.File, Offers.Rules);

    private static (ReferralPreview? Preview, Tambo.Platform.Problems.Problem? Refused) Preview(DisclosureRequest asked) =>
        ReferralPreview.Decide(Offers.Draft(), asked, new PreviewFacts(14, "female", "es", null), Offers.Rules);
}
