using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>What is done a second time: an answer that was lost is shown once more, and nobody is sent to two houses after one refusal.</summary>
public sealed class FurtherStepsTests
{
    [Theory, OnEachEngine]
    public async Task What_a_house_without_accounts_could_not_read_is_shown_once_more_without_a_second_receipt(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await HandOverAsync(desk);
        using var nora = await desk.SignInAsync(desk.Nora);
        var page = await nora.OpenAsync($"/staff/cases/referrals/{id:D}");
        Assert.Contains(page.QuerySelectorAll("main form"), form => form.GetAttribute("action")!.EndsWith("/link/fields", StringComparison.Ordinal));
        var first = await desk.LinkAsync(id, "hand-over");
        var again = await desk.LinkAsync(id, "hand-over");
        // One is good at a time, and opening it shows nothing.
        Assert.Equal(410, (await desk.PageAsync(first, [])).Status);
        Assert.DoesNotContain("Zorayda", (await desk.PageAsync(again, null)).Html, StringComparison.Ordinal);
        var shown = await desk.PageAsync(again, []);
        Assert.Equal(200, shown.Status);
        Assert.Contains(ReferralOffice.Name, shown.Html, StringComparison.Ordinal);
        var over = await desk.PageAsync(again, []);
        Assert.Equal(410, over.Status);
        Assert.DoesNotContain("Zorayda", over.Html, StringComparison.Ordinal);
        Assert.Equal("handed_over", await desk.StateAsync(id));
        Assert.Equal(["offer", "accept", "hand_over"], await desk.Office.ReadAsync<string>("select act from cases_referral_steps order by version"));
        Assert.Single(await desk.Office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.referral.shown_again'"));
        Assert.Equal(2, (await desk.Office.ReadAsync<string>("select how from cases_views where actor like 'link:%' and how = 'file'")).Count);

        // Once the help has begun, or the consent has ended, there is nothing to show once more.
        var late = await desk.LinkAsync(id, "hand-over");
        Assert.Equal(200, (await desk.WithdrawAsync(desk.Nora)).Status);
        var ended = await desk.PageAsync(late, []);
        Assert.Equal(410, ended.Status);
        Assert.DoesNotContain("Zorayda", ended.Html, StringComparison.Ordinal);
        Assert.Equal("referral.consent_withdrawn", (await desk.TryAsync(id, "hand-over")).Code);
        await desk.DoneAsync(id, "steps", new { act = "start" });
        Assert.Equal("referral.step_unfit", (await desk.TryAsync(id, "hand-over")).Code);
    }

    [Theory, OnEachEngine]
    public async Task What_an_agency_with_accounts_received_needs_no_further_link(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        Assert.Equal("referral.step_unfit", (await desk.TryAsync(await desk.HandOverAsync(), "hand-over")).Code);
    }

    [Theory, OnEachEngine]
    public async Task After_one_refusal_one_next_service_is_asked_however_many_officers_go_on(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "decline"), ("reason", "full"))).Status);
        var paula = await desk.Office.OfficerAsync("paula", "protection_specialist");
        var (path, tag) = ($"/api/cases/referrals/{id:D}", (await desk.Nora.GetAsync($"/api/cases/referrals/{id:D}")).Tag!);
        var told = await Task.WhenAll(new[] { desk.Nora, paula }.Select(officer => officer.PostAsync(path + "/reoffer", new { service = desk.Beds.Id }, ("If-Match", tag))));
        Assert.Equal([201, 409], told.Select(one => one.Status).Order());
        Assert.Equal("referral.offered_on", told.Single(one => one.Status == 409).Code);
        Assert.Equal("referral.offered_on", (await desk.TryAsync(id, "reoffer", new { service = desk.Beds.Id })).Code);
        Assert.Single(await desk.Office.ReadAsync<string>("select id from cases_referrals where follows = @id", new { id }));

        // What was taken back stands in nobody's way.
        await desk.DoneAsync(told.Single(one => one.Status == 201).Id, "steps", new { act = "withdraw", reason = "made_in_error" });
        await desk.DoneAsync(id, "reoffer", new { service = desk.Beds.Id });
    }

    [Theory, OnEachEngine]
    public async Task A_number_of_which_nobody_said_that_it_is_safe_is_given_to_no_service(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        foreach (var (safe, expected) in new (bool?, string)[] { (null, ReferralQuestions.AskThem), (false, ReferralQuestions.AskThem), (true, "+509 3401 7788") })
        {
            var person = $"/api/cases/persons/{desk.Consent.PersonId:D}";
            var kept = await desk.Nora.PutAsync(
                person,
                new { identity = new { names = new[] { new { full = ReferralOffice.Name } }, sexRecorded = "female", birth = new { inYear = SettableTime.Noon.Year - 30 }, contact = new[] { new { kind = "phone", value = "+509 3401 7788", safe } } } },
                (await desk.Nora.GetAsync(person)).Tag);
            Assert.True(kept.Status == 200, kept.Text);
            var draft = await desk.Nora.PostAsync($"/api/cases/{desk.Case:D}/referrals", new { service = desk.Beds.Id, kind = "work", urgency = "normal", consent = desk.Consent.Id });
            Assert.True(draft.Status == 201, draft.Text);
            await desk.DoneAsync(draft.Id, "offer");
            var path = $"/api/cases/referrals/{draft.Id:D}";
            Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", (await desk.Saul.GetAsync(path + "/preview")).Tag!))).Status);
            await desk.DoneAsync(draft.Id, "hand-over");
            Assert.Equal(expected, (await desk.Saul.PostAsync(path + "/receive", new { })).Json.GetProperty("fields").GetProperty("identity/contact").GetString());
        }

        Assert.Equal("Ask the person how to reach them", ReferralWords.Field("identity/contact", ReferralQuestions.AskThem, desk.Office.Node.Services.GetRequiredService<Tambo.Platform.Languages.TextCatalog>().In("en")).Value);
    }

    private static async Task<Guid> HandOverAsync(ReferralOffice desk)
    {
        var id = await desk.OfferAsync(desk.Mats);
        Assert.Equal(200, (await desk.PageAsync(await desk.LinkAsync(id, "links"), ("act", "accept"))).Status);
        Assert.Contains(ReferralOffice.Name, (await desk.PageAsync(await desk.LinkAsync(id, "hand-over"), [])).Html, StringComparison.Ordinal);
        return id;
    }
}
