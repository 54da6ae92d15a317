using Tambo.Cases.Consent;
using Tambo.Cases.Referrals;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Merging;

/// <summary>Of merged files referrals go on, rest on consents of either file, and end with the consent that they rest on.</summary>
public sealed class MergedReferralsTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_consent_of_the_file_that_went_is_taken_back_from_the_one_that_stayed_and_what_rests_on_it_ends(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var one = await RegisterAsync(desk);
        var given = await desk.HandOverAsync();
        var offered = await desk.OfferAsync(desk.Mats);
        await MergeAsync(desk, one);

        var ended = await WithdrawAsync(desk, one, desk.Consent.Id);
        Assert.True(ended.Status == 200, ended.Text);
        Assert.Equal("withdrawn", ended.Json.GetProperty("standing").GetString());
        Assert.Equal([offered], ended.Json.GetProperty("ending").GetProperty("withdrawOffers").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal([$"{desk.Beds.OrganizationId:D}"], ended.Json.GetProperty("ending").GetProperty("tell").EnumerateArray().Select(told => told.GetProperty("recipient").GetString()));
        Assert.Equal(("handed_over", "withdrawn"), (await desk.StateAsync(given), await desk.StateAsync(offered)));
        var notice = (await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray().Single();
        Assert.Equal((Referral.CodeOf(given), "told"), (notice.GetProperty("code").GetString(), notice.GetProperty("state").GetString()));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_was_accepted_before_is_handed_over_as_far_as_both_files_agreed_and_each_file_refers_on_a_consent_of_the_other(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var one = await RegisterAsync(desk);
        var own = await desk.Nora.OpenAsync(new { person = one.Id });
        // The same as the other file says.
        var consent = await AgreeAsync(desk, one);
        var accepted = await AcceptedAsync(desk);
        await MergeAsync(desk, one);

        await desk.DoneAsync(accepted, "hand-over");
        var received = await desk.Saul.PostAsync($"/api/cases/referrals/{accepted:D}/receive", new { });
        Assert.True(received.Status == 200, received.Text);
        Assert.Contains("Ilmara", received.Text, StringComparison.Ordinal);
        var crossed = await desk.Nora.PostAsync($"/api/cases/{own.Id:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent = desk.Consent.Id });
        Assert.True(crossed.Status == 201, crossed.Text);
        await desk.DoneAsync(crossed.Id, "offer");
        var back = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent });
        Assert.True(back.Status == 201, back.Text);
        await desk.DoneAsync(back.Id, "offer");

        // Each ends with the consent that it rests on, whichever file it is of.
        Assert.Equal(200, (await WithdrawAsync(desk, one, desk.Consent.Id)).Status);
        Assert.Equal(("handed_over", "withdrawn", "offered"), (await desk.StateAsync(accepted), await desk.StateAsync(crossed.Id), await desk.StateAsync(back.Id)));
        Assert.Single((await desk.Saul.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("notices").EnumerateArray());
        Assert.Equal(200, (await WithdrawAsync(desk, one, consent)).Status);
        Assert.Equal("withdrawn", await desk.StateAsync(back.Id));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_one_file_alone_agreed_to_is_refused_until_the_person_agrees_anew(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var one = await RegisterAsync(desk);
        var accepted = await AcceptedAsync(desk);
        await MergeAsync(desk, one);
        Assert.Equal((409, "referral.nothing_agreed"), (await desk.TryAsync(accepted, "hand-over")) is var refused ? (refused.Status, refused.Code) : default);

        var consent = await AgreeAsync(desk, one);
        var draft = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent });
        Assert.True(draft.Status == 201, draft.Text);
        await desk.DoneAsync(draft.Id, "offer");
        Assert.Equal("offered", await desk.StateAsync(draft.Id));
        var ended = await WithdrawAsync(desk, one, consent);
        Assert.Equal([draft.Id], ended.Json.GetProperty("ending").GetProperty("withdrawOffers").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal("withdrawn", await desk.StateAsync(draft.Id));
    }

    [Theory]
    [OnEachEngine]
    public async Task Never_to_the_police_stays_whichever_file_said_it(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        await desk.ChangeAsync(consent => consent with { Exclusions = [new Exclusion(new RecipientName(RecipientName.OfClass, "police"))] });
        var one = await RegisterAsync(desk);
        await MergeAsync(desk, one);
        var consent = await AgreeAsync(desk, one);
        async Task<Told> OfferAsync(string receiverClass) => await desk.TryAsync(
            (await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Mats.Id, kind = "shelter", urgency = "urgent", consent, receiverClass })).Id, "offer");
        Assert.Equal((409, "referral.class_unsaid"), (await OfferAsync("")) is var unsaid ? (unsaid.Status, unsaid.Code) : default);
        Assert.Equal("referral.locked", (await OfferAsync("police")).Code);
        Assert.Equal(200, (await OfferAsync("service_provider")).Status);
    }

    private static Task<Told> RegisterAsync(ReferralOffice desk) => desk.Nora.RegisterAsync(
        new { identity = new { names = new[] { new { full = "Ilmara Quesquén" } }, birth = new { inYear = 1990 } }, general = new { languages = new[] { new { code = "es" } } } });

    // The file of the case goes into another; what is written down afterwards is of a later moment.
    private static async Task MergeAsync(ReferralOffice desk, Told survivor)
    {
        var nadia = await desk.Office.OfficerAsync("nadia", "protection_specialist");
        desk.Office.Time.Advance(TimeSpan.FromMinutes(1));
        await MergeTests.MergeAsync(desk.Nora, nadia, survivor, new Told(200, $$"""{"id":"{{desk.Consent.PersonId:D}}"}""", null));
        desk.Office.Time.Advance(TimeSpan.FromMinutes(1));
    }

    private static async Task<Guid> AgreeAsync(ReferralOffice desk, Told person)
    {
        var scopes = desk.Consent.Scopes.Select(scope => Officer.Scope(scope.Category, scope.Recipient.Code, scope.Action, scope.Recipient.Kind));
        var told = await desk.Nora.AgreeAsync(person.Id, "referral", scopes, until: desk.Office.Time.GetUtcNow().AddDays(10));
        return told.Id;
    }

    private static async Task<Guid> AcceptedAsync(ReferralOffice desk)
    {
        var id = await desk.OfferAsync(desk.Beds);
        var path = $"/api/cases/referrals/{id:D}";
        Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync(path + "/preview")).Tag!))).Status);
        return id;
    }

    private static Task<Told> WithdrawAsync(ReferralOffice desk, Told person, Guid consent) => desk.Nora.PostAsync($"{MergeTests.PathOf(person)}/consents/{consent:D}/withdraw", new { });
}
