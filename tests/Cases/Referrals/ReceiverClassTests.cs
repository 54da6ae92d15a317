using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>What kind of recipient a service is decides whether "never to them" means it; where nobody knows, somebody has to say.</summary>
public sealed class ReceiverClassTests
{
    [Fact]
    public void Every_kind_of_the_mapping_is_one_of_the_vocabulary_and_nothing_says_that_it_was_checked()
    {
        var mapping = ReceiverClasses.Shipped;
        Assert.False(mapping.Verified);
        var named = mapping.Needs.SelectMany(pair => pair.MayBe.Append(pair.Class)).Concat(mapping.Stated).Concat(mapping.Alone);
        Assert.All(named, code => Assert.NotNull(Vocabulary.Shipped.FindClass(code)));
        Assert.Equal(mapping.Needs.Count, mapping.Needs.Select(pair => pair.Need).Distinct().Count());
    }

    [Theory]
    [InlineData("shelter", "", "service_provider", "return_reception")]
    [InlineData("office", "", "migration_control", "police")]
    [InlineData("office", "asylum_authority", "asylum_authority", "")]
    [InlineData("consulate", "service_provider", "consulate", "")]
    [InlineData("health", "", "health_provider", "")]
    [InlineData("", "", "service_provider", "police")]
    public void A_service_is_what_the_directory_or_somebody_says_and_may_be_what_neither_rules_out(string need, string stated, string isOne, string mayBe)
    {
        var (classes, others) = ReceiverClasses.Shipped.Of(need.Length > 0 ? [need] : [], stated);
        Assert.Contains(isOne, classes);
        Assert.Equal(mayBe.Length > 0, others.Count > 0);
        if (mayBe.Length > 0)
            Assert.Contains(mayBe, others);
        // What was agreed for services of any kind is not agreed for those who control or represent a state.
        if (classes.Any(ReceiverClasses.Shipped.Alone.Contains))
            Assert.DoesNotContain("service_provider", classes);
    }

    [Theory]
    [InlineData("police")]
    [InlineData("asylum_authority")]
    [InlineData("return_reception")]
    public void Whoever_said_never_to_a_kind_is_referred_to_no_service_that_may_be_one_until_somebody_says_what_it_is(string never)
    {
        var consent = Offers.Agreed("general") with { Exclusions = [new Exclusion(new RecipientName("class", never))] };
        var asked = Offers.Asked(Offers.Noon, consent);
        Assert.Equal("referral.class_unsaid", Offer(asked with { Reader = asked.Reader with { MayBe = ["police", "asylum_authority", "return_reception"] } }));
        Assert.Null(Offer(asked with { Reader = asked.Reader with { MayBe = [] } }));
        Assert.Equal("referral.locked", Offer(asked with { Reader = asked.Reader with { Classes = [.. asked.Reader.Classes, never] } }));
        // Who excluded nobody is asked nothing.
        var free = Offers.Asked(Offers.Noon, Offers.Agreed("general"));
        Assert.Null(Offer(free with { Reader = free.Reader with { MayBe = [never] } }));
    }

    [Theory, OnEachEngine]
    public async Task On_a_draft_somebody_states_the_kind_and_the_exclusion_then_counts_or_not(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        await desk.ChangeAsync(consent => consent with { Exclusions = [new Exclusion(new RecipientName("class", "police"))] });
        async Task<Guid> DraftAsync(string receiverClass) =>
            (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id, receiverClass })).Id;
        Assert.Equal((409, "referral.class_unsaid"), (await desk.TryAsync(await DraftAsync(""), "offer")) is var unsaid ? (unsaid.Status, unsaid.Code) : default);
        Assert.Equal("referral.locked", (await desk.TryAsync(await DraftAsync("police"), "offer")).Code);
        await desk.DoneAsync(await DraftAsync("service_provider"), "offer");
        Assert.Equal(
            ["receiverClass cases.code_unknown"],
            (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", receiverClass = "anybody" })).Errors);
    }

    [Theory, OnEachEngine]
    public async Task Nobody_is_referred_to_those_who_receive_the_returned_while_a_lock_stands_against_it(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        async Task<Guid> DraftAsync(string receiverClass) =>
            (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id, receiverClass })).Id;
        var before = await DraftAsync("return_reception");
        var screened = await desk.Nora.PostAsync($"/api/cases/persons/{desk.Consent.PersonId:D}/screenings", new { answers = new[] { new { question = "triage.fear", way = "said", values = new[] { "yes" } } } });
        Assert.True(screened.Status == 201, screened.Text);
        // What may go to where she comes from two people have lifted; that she may be returned nobody has.
        var one = $"/api/cases/persons/{desk.Consent.PersonId:D}/screenings/{screened.Id:D}";
        var asked = await desk.Nora.PostAsync(one + "/lifts", new { locks = new[] { "consular_origin" }, reason = "she wants her papers" });
        var nadia = await desk.Office.OfficerAsync("nadia", "protection_specialist");
        var lifted = await nadia.PostAsync($"{one}/lifts/{asked.Json.GetProperty("screening").GetProperty("lifts")[0].GetProperty("id").GetGuid():D}/decide", new { approve = true });
        Assert.Equal(["return"], lifted.Json.GetProperty("standing").GetProperty("locks").EnumerateArray().Select(locked => locked.GetString()!));
        Assert.Equal((409, "lift.return_locked"), await desk.TryAsync(before, "offer") is var told ? (told.Status, told.Code) : default);
        await desk.DoneAsync(await DraftAsync("service_provider"), "offer");
    }

    [Fact]
    public async Task Only_countries_that_there_are_can_be_excluded()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var person = await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } });
        foreach (var (code, status) in new[] { ("Nowhere", 422), ("XQ", 422), ("AND", 201), ("ad", 201) })
        {
            var told = await norma.PostAsync($"/api/cases/persons/{person.Id:D}/consents", new
            {
                givenBy = new { kind = "self" },
                form = "verbal",
                language = "es",
                explained = NoticeWording.Points,
                freeToRefuse = true,
                purpose = "referral",
                scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "health_provider" }, action = "share" } },
                exclusions = new[] { new { kind = "country", code } },
            });
            Assert.Equal((code, status), (code, told.Status));
            if (status == 422)
                Assert.Equal(["exclusions consent.exclusion_unfit"], told.Errors);
        }
    }

    private static string? Offer(DisclosureRequest asked) => ReferralPreview.Decide(Offers.Draft(), asked, new PreviewFacts(14, "female", "es", null), Offers.Rules).Refused?.Kind.Code;
}
