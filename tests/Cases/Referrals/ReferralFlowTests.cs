using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>A referral from the draft to the help, by accounts and by links: no name before the yes, and nothing once the consent has ended.</summary>
public sealed class ReferralFlowTests
{
    [Theory, OnEachEngine]
    public async Task By_a_link_a_house_without_accounts_sees_no_name_until_it_accepts_and_then_the_agreed_fields_once(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats);
        var link = await desk.LinkAsync(id, "links");
        for (var look = 0; look < 2; look++)
        {
            var (status, html, headers) = await desk.PageAsync(link, null);
            Assert.Equal(200, status);
            Assert.Contains("Shelter, a bed", html, StringComparison.Ordinal);
            Assert.Contains("18 to 59 years", html, StringComparison.Ordinal);
            Assert.DoesNotContain("Zorayda", html, StringComparison.Ordinal);
            Assert.Contains("noindex", html, StringComparison.Ordinal);
            Assert.True(headers.CacheControl?.NoStore);
            Assert.Equal("no-referrer", headers.GetValues("Referrer-Policy").Single());
        }

        Assert.Equal(422, (await desk.PageAsync(link, ("act", "decline"))).Status);
        Assert.Equal("offered", await desk.StateAsync(id));
        var thanks = await desk.PageAsync(link, ("act", "accept"));
        Assert.Equal(200, thanks.Status);
        Assert.DoesNotContain("Zorayda", thanks.Html, StringComparison.Ordinal);
        Assert.Equal("accepted", await desk.StateAsync(id));
        Assert.Equal(410, (await desk.PageAsync(link, null)).Status);
        Assert.Equal(410, (await desk.PageAsync(link, ("act", "decline"), ("reason", "full"))).Status);

        var fields = await desk.LinkAsync(id, "hand-over");
        var waiting = await desk.PageAsync(fields, null);
        Assert.Equal(200, waiting.Status);
        Assert.DoesNotContain("Zorayda", waiting.Html, StringComparison.Ordinal);
        Assert.Equal("accepted", await desk.StateAsync(id));
        var shown = await desk.PageAsync(fields, []);
        Assert.Contains(ReferralOffice.Name, shown.Html, StringComparison.Ordinal);
        Assert.Equal("handed_over", await desk.StateAsync(id));
        var again = await desk.PageAsync(fields, []);
        Assert.Equal(410, again.Status);
        Assert.DoesNotContain("Zorayda", again.Html, StringComparison.Ordinal);
        // The person is told of both readings: of the preview and of the handover.
        // What its line says is the same of everybody: it tells no reader of the trail which part of a file holds anything.
        Assert.Equal(
            ["file identity general", "list identity general"],
            (await desk.Office.ReadAsync<string>("select how || ' ' || compartments from cases_views where actor like 'link:%'")).Distinct().Order(StringComparer.Ordinal));
        await desk.DoneAsync(id, "steps", new { act = "start" });
        await desk.DoneAsync(id, "steps", new { act = "complete", reason = "helped" });
        Assert.Equal(["offer", "accept", "hand_over", "start", "complete"], await desk.Office.ReadAsync<string>("select act from cases_referral_steps order by version"));
        // A token is kept nowhere, and neither is the service in the clear.
        Assert.DoesNotContain(link.Split('/')[^1], await desk.Office.ReadAsync<string>("select hash from cases_referral_links"));
    }

    [Theory, OnEachEngine]
    public async Task An_agency_of_the_node_answers_by_its_accounts_and_every_other_agency_finds_nothing(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var erna = await desk.Office.OfficerAsync("erna", "protection_specialist", "East office");
        var id = await desk.OfferAsync(desk.Beds);
        var path = $"/api/cases/referrals/{id:D}";
        var preview = await desk.Saul.GetAsync(path + "/preview");
        Assert.Equal((200, "shelter", "urgent"), (preview.Status, preview.Json.GetProperty("need").GetString(), preview.Json.GetProperty("urgency").GetString()));
        Assert.DoesNotContain("Zorayda", preview.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await desk.Saul.GetAsync(path)).Status);
        foreach (var read in new[] { path, path + "/preview", $"/api/cases/{desk.Case:D}/referrals" })
            Assert.Equal(404, (await erna.GetAsync(read)).Status);
        foreach (var (step, body) in new[] { ("/answer", (object)new { act = "accept" }), ("/receive", new { }), ("/hand-over", new { }), ("/links", new { }), ("/links/revoke", new { }), ("/offer", new { }), ("/reoffer", new { service = desk.Mats.Id }), ("/steps", new { act = "withdraw", reason = "made_in_error" }) })
            Assert.Equal(404, (await erna.PostAsync(path + step, body, ("If-Match", preview.Tag!))).Status);
        Assert.Empty((await erna.GetAsync("/api/cases/referrals/overdue")).Json.GetProperty("referrals").EnumerateArray());
        // Who asks does not answer for who is asked.
        Assert.Equal(404, (await desk.Nora.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", preview.Tag!))).Status);

        Assert.Equal(412, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(200, (await desk.Saul.PostAsync(path + "/answer", new { act = "accept" }, ("If-Match", preview.Tag!))).Status);
        Assert.Equal(409, (await desk.Saul.PostAsync(path + "/receive", new { })).Status);
        await desk.DoneAsync(id, "hand-over");
        var received = await desk.Saul.PostAsync(path + "/receive", new { });
        Assert.Equal(ReferralOffice.Name, received.Json.GetProperty("fields").GetProperty("identity/name").GetString());
        Assert.Equal(409, (await desk.Saul.PostAsync(path + "/receive", new { })).Status);
        Assert.Equal("handed_over", await desk.StateAsync(id));
    }

    [Theory, OnEachEngine]
    public async Task A_consent_that_ends_between_offer_and_handover_stops_it(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats, "normal");
        var link = await desk.LinkAsync(id, "links");
        Assert.Equal(200, (await desk.PageAsync(link, ("act", "accept"))).Status);
        var fields = await desk.LinkAsync(id, "hand-over");

        // Taken back after the link was given out: the link shows nothing.
        await desk.ChangeAsync(consent => consent with { WithdrawnAt = desk.Office.Time.GetUtcNow() });
        var page = await desk.PageAsync(fields, []);
        Assert.Equal(410, page.Status);
        Assert.DoesNotContain("Zorayda", page.Html, StringComparison.Ordinal);
        Assert.Equal("referral.consent_withdrawn", (await desk.TryAsync(id, "hand-over")) is { Status: 409 } withdrawn ? withdrawn.Code : "");

        await desk.ChangeAsync(consent => consent with { WithdrawnAt = null, ExpiresAt = desk.Office.Time.GetUtcNow() });
        Assert.Equal("referral.consent_expired", (await desk.TryAsync(id, "hand-over")) is { Status: 409 } expired ? expired.Code : "");
        Assert.Equal(410, (await desk.PageAsync(fields, [])).Status);
        Assert.Equal("accepted", await desk.StateAsync(id));
    }

    [Theory, OnEachEngine]
    public async Task An_offer_that_nobody_answers_ends_by_the_clock_once_and_goes_to_the_next_service_with_the_wait_as_it_is(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats, "urgent");
        var link = await desk.LinkAsync(id, "links");
        var clock = desk.Office.Node.Services.GetRequiredService<ReferralClock>();
        var hours = ReferralRules.Shipped.FindUrgency("urgent")!;
        desk.Office.Time.Advance(TimeSpan.FromHours(hours.AnswerHours) - TimeSpan.FromSeconds(1));
        await clock.RunAsync(CancellationToken.None);
        Assert.Equal("offered", await desk.StateAsync(id));
        desk.Office.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(410, (await desk.PageAsync(link, ("act", "accept"))).Status);
        await Task.WhenAll(clock.RunAsync(CancellationToken.None), clock.RunAsync(CancellationToken.None));
        await clock.RunAsync(CancellationToken.None);
        Assert.Equal("expired", await desk.StateAsync(id));
        Assert.Equal(["offer", "expire"], await desk.Office.ReadAsync<string>("select act from cases_referral_steps order by version"));

        Assert.Equal("referral.tried_before", (await desk.TryAsync(id, "reoffer", new { service = desk.Mats.Id })).Code);
        var next = (await desk.DoneAsync(id, "reoffer", new { service = desk.Beds.Id })).Id;
        await desk.DoneAsync(next, "offer");
        Assert.Equal(SettableTime.Noon, (await desk.Nora.GetAsync($"/api/cases/referrals/{next:D}")).Json.GetProperty("offeredAt").GetDateTimeOffset());
    }

    [Theory, OnEachEngine]
    public async Task An_offer_that_cannot_be_read_keeps_no_other_from_ending_and_the_run_says_so(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var (damaged, other) = (await desk.OfferAsync(desk.Mats, "emergency"), await desk.OfferAsync(desk.Beds, "urgent"));
        await desk.Office.WriteAsync("update cases_sealed set version = version + 7 where record_id = @damaged", new { damaged });
        desk.Office.Time.Advance(TimeSpan.FromHours(ReferralRules.Shipped.FindUrgency("urgent")!.AnswerHours));
        var failed = await Assert.ThrowsAsync<AggregateException>(() => desk.Office.Node.Services.GetRequiredService<ReferralClock>().RunAsync(CancellationToken.None));
        Assert.Contains($"referral:{damaged:D}", Assert.Single(failed.InnerExceptions).Message, StringComparison.Ordinal);
        Assert.Equal(("offered", "expired"), (await desk.StateAsync(damaged), await desk.StateAsync(other)));
    }

    [Theory, OnEachEngine]
    public async Task What_is_late_stands_on_the_board_the_most_urgent_first_and_is_marked_once(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var urgent = await desk.OfferAsync(desk.Mats, "urgent");
        var emergency = await desk.OfferAsync(desk.Beds, "emergency");
        foreach (var id in new[] { urgent, emergency })
        {
            var link = await desk.LinkAsync(id, "links");
            Assert.Equal(200, (await desk.PageAsync(link, ("act", "accept"))).Status);
        }

        Assert.Empty((await desk.Nora.GetAsync("/api/cases/referrals/overdue")).Json.GetProperty("referrals").EnumerateArray());
        desk.Office.Time.Advance(TimeSpan.FromHours(ReferralRules.Shipped.FindUrgency("urgent")!.ContactHours));
        var clock = desk.Office.Node.Services.GetRequiredService<ReferralClock>();
        await clock.RunAsync(CancellationToken.None);
        await clock.RunAsync(CancellationToken.None);
        Assert.Equal(["escalate", "escalate"], await desk.Office.ReadAsync<string>("select act from cases_referral_steps where act = 'escalate'"));
        var board = (await desk.Nora.GetAsync("/api/cases/referrals/overdue")).Json.GetProperty("referrals").EnumerateArray().ToList();
        Assert.Equal([(emergency, "contact"), (urgent, "contact")], board.Select(one => (one.GetProperty("id").GetGuid(), one.GetProperty("late").GetString()!)));
        Assert.Empty((await desk.Saul.GetAsync("/api/cases/referrals/overdue")).Json.GetProperty("referrals").EnumerateArray());
    }

    [Theory, OnEachEngine]
    public async Task Of_two_answers_at_once_one_counts(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats);
        var link = await desk.LinkAsync(id, "links");
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(number => number % 2 == 0
            ? desk.PageAsync(link, ("act", "accept"))
            : desk.PageAsync(link, ("act", "decline"), ("reason", "full"))));
        Assert.Equal([200, 410, 410, 410, 410, 410], answers.Select(answer => answer.Status).Order());
        Assert.Single(await desk.Office.ReadAsync<string>("select act from cases_referral_steps where act <> 'offer'"));
    }

    [Theory, OnEachEngine]
    public async Task Links_that_nobody_gave_out_that_were_taken_back_or_are_over_answer_with_one_page_that_tells_nothing(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var id = await desk.OfferAsync(desk.Mats);
        var first = await desk.LinkAsync(id, "links");
        var second = await desk.LinkAsync(id, "links");
        var unknown = await desk.PageAsync("/en/referral/" + new string('A', 43), null);
        Assert.Equal(404, unknown.Status);
        string Told(string html) => html[html.IndexOf("<main", StringComparison.Ordinal)..html.IndexOf("</main>", StringComparison.Ordinal)];
        // Another one was made: the first ended with it.
        var replaced = await desk.PageAsync(first, null);
        Assert.Equal((410, Told(unknown.Html)), (replaced.Status, Told(replaced.Html)));
        Assert.Equal(200, (await desk.PageAsync(second, null)).Status);
        await desk.DoneAsync(id, "links/revoke");
        var revoked = await desk.PageAsync(second, ("act", "accept"));
        Assert.Equal((410, Told(unknown.Html)), (revoked.Status, Told(revoked.Html)));
        var third = await desk.LinkAsync(id, "links");
        await desk.DoneAsync(id, "steps", new { act = "withdraw", reason = "made_in_error" });
        Assert.Equal(410, (await desk.PageAsync(third, null)).Status);
        Assert.Equal("withdrawn", await desk.StateAsync(id));
    }

    [Theory, OnEachEngine]
    public async Task What_is_drafted_is_looked_over_and_no_step_goes_over_another(Engine engine)
    {
        await using var desk = await ReferralOffice.OpenAsync(engine);
        var path = $"/api/cases/{desk.Case:D}/referrals";
        Assert.Equal(
            ["consent cases.value_unfit", "kind cases.code_unknown", "service cases.value_unfit", "urgency cases.code_unknown"],
            (await desk.Nora.PostAsync(path, new { service = Guid.Empty, kind = "x", urgency = "x", consent = Guid.Empty })).Errors);
        Assert.Equal(["told cases.code_unknown"], (await desk.Nora.PostAsync(path, new { service = desk.Mats.Id, kind = "shelter", told = new Dictionary<string, string> { ["health/needs"] = "x" } })).Errors);
        // Violence is closed to a case worker: neither is it written there by them.
        var carla = await desk.Office.OfficerAsync("carla", "case_worker");
        Assert.Equal((403, "cases.compartment_closed"), (await carla.PostAsync(path, new { service = desk.Mats.Id, kind = "gender_violence" })) is var closed ? (closed.Status, closed.Code) : default);
        var hidden = await desk.Nora.PostAsync(path, new { service = desk.Mats.Id, kind = "gender_violence" });
        Assert.Equal(201, hidden.Status);
        Assert.Equal(404, (await carla.GetAsync($"/api/cases/referrals/{hidden.Id:D}")).Status);
        Assert.Empty((await carla.GetAsync(path)).Json.GetProperty("referrals").EnumerateArray());
        Assert.Single((await desk.Nora.GetAsync(path)).Json.GetProperty("referrals").EnumerateArray());

        // Without a consent nothing is offered.
        Assert.Equal("referral.nothing_agreed", (await desk.TryAsync(hidden.Id, "offer")).Code);
        var id = await desk.OfferAsync(desk.Mats);
        Assert.Equal(412, (await desk.Nora.PostAsync($"/api/cases/referrals/{id:D}/steps", new { act = "withdraw", reason = "made_in_error" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(428, (await desk.Nora.PostAsync($"/api/cases/referrals/{id:D}/steps", new { act = "withdraw", reason = "made_in_error" })).Status);
        Assert.Equal("referral.reason_unfit", (await desk.TryAsync(id, "steps", new { act = "withdraw", reason = "full" })).Code);
        Assert.Equal("referral.step_unfit", (await desk.TryAsync(id, "steps", new { act = "start" })).Code);
        Assert.Equal("referral.step_unfit", (await desk.TryAsync(id, "hand-over")).Code);
        Assert.Equal(["act cases.code_unknown"], (await desk.TryAsync(id, "steps", new { act = "accept" })).Errors);
    }

    [Fact]
    public async Task The_slip_says_where_to_go_and_nothing_of_the_person_or_their_need_and_the_pages_lead_to_it()
    {
        await using var desk = await ReferralOffice.OpenAsync(Engine.Sqlite);
        var id = await desk.OfferAsync(desk.Mats);
        using var nora = await desk.SignInAsync(desk.Nora);
        var one = await nora.OpenAsync($"/staff/cases/{desk.Case:D}");
        var list = await nora.OpenAsync(one.QuerySelectorAll("main a").Select(link => link.GetAttribute("href")!).Single(address => address.EndsWith("/referrals", StringComparison.Ordinal)));
        Assert.Contains("Colchonetas", list.QuerySelector("main .card")!.TextContent, StringComparison.Ordinal);
        var slip = await nora.OpenAsync(list.QuerySelectorAll("main .card a").Select(link => link.GetAttribute("href")!).Single(address => address.EndsWith("/slip", StringComparison.Ordinal)));
        Assert.Equal(200, nora.Status);
        var said = slip.DocumentElement.OuterHtml;
        Assert.Contains("Colchonetas", said, StringComparison.Ordinal);
        Assert.NotNull(slip.QuerySelector("main svg[role=img]"));
        var refs = await desk.Office.ReadAsync<string>("select public_ref from cases_persons union select public_ref from cases_cases");
        Assert.All(["Zorayda", "Shelter", "female", "urgent", .. refs], telling => Assert.DoesNotContain(telling, said, StringComparison.OrdinalIgnoreCase));
        // The house finds the same code on the page of its link.
        var code = slip.QuerySelector("main code")!.TextContent;
        Assert.Contains(code, (await desk.PageAsync(await desk.LinkAsync(id, "links"), null)).Html, StringComparison.Ordinal);

        Assert.Empty((await nora.OpenAsync("/staff/cases/referrals")).QuerySelectorAll("main .card"));
        desk.Office.Time.Advance(TimeSpan.FromHours(ReferralRules.Shipped.FindUrgency("urgent")!.AnswerHours));
        using var saul = await desk.SignInAsync(desk.Saul);
        await saul.OpenAsync($"/staff/cases/referrals/{id:D}/slip");
        Assert.Equal(404, saul.Status);
        Assert.Empty((await saul.OpenAsync("/staff/cases/referrals")).QuerySelectorAll("main .card"));
    }
}
