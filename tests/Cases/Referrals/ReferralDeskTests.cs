using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>Referring and answering on pages alone, without a script.</summary>
public sealed class ReferralDeskTests
{
    [Theory, OnEachEngine]
    public async Task A_case_worker_asks_one_service_and_then_the_next_hands_over_and_writes_down_how_it_ended(Engine engine)
    {
        await using var crossing = await Crossing.OpenAsync(engine);
        using var made = await crossing.Office.OfficerAsync("carla", "case_worker");
        var (_, one, _) = await Crossing.WomanAsync(made);
        using var carla = await crossing.Office.BrowserAsync("carla");
        var refer = $"/staff/cases/{one:D}/refer";
        Assert.Contains((await carla.OpenAsync($"/staff/cases/{one:D}")).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == refer);

        // The nearest first; those who are asked by mail and by a link are told apart.
        var page = await carla.OpenAsync(refer + "?kind=shelter&near=La+Libertad%2C+Sonora");
        Assert.Equal([crossing.Lantern.Id.ToString("D"), crossing.Harbour.Id.ToString("D")], page.QuerySelectorAll<IHtmlInputElement>("input[name=service]").Select(choice => choice.Value));
        Assert.Contains("1.4 km away", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.True(page.QuerySelector<IHtmlInputElement>("input[name=urgency][value=urgent]")!.IsChecked);
        var again = await carla.SubmitAsync(page, refer + "/draft", ("told_general_people_with", "Two small children"));
        Assert.Equal(422, carla.Status);
        Assert.NotNull(again.QuerySelector("#f-service-e"));
        Assert.Equal("Two small children", again.QuerySelector<IHtmlTextAreaElement>("#f-told_general_people_with")!.Value);
        await carla.SubmitAsync(again, refer + "/draft", ("service", crossing.Lantern.Id.ToString("D")));
        Assert.Equal(302, carla.Status);
        var referral = carla.Location!;

        // What goes, field by field; and then the offer, the mail and a house that has no place.
        var draft = (await carla.OpenAsync(referral)).QuerySelector("main")!.TextContent;
        Assert.All(["Two small children", "Marisela"], hidden => Assert.DoesNotContain(hidden, draft, StringComparison.Ordinal));
        Assert.All(["18 to 59 years", "Yes. The person agreed.", "Nothing: the file does not have it."], said => Assert.Contains(said, draft, StringComparison.Ordinal));
        await carla.SubmitAsync(await carla.OpenAsync(referral), referral + "/step/offer");
        Assert.Equal(302, carla.Status);
        var late = await carla.OpenAsync(referral);
        var mailed = await carla.SubmitAsync(late, referral + "/link/mail");
        Assert.Contains("A mail is on its way", mailed.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await crossing.Office.MailsAsync(1);
        var linked = await carla.SubmitAsync(await carla.OpenAsync(referral), referral + "/link/answer");
        var link = linked.QuerySelector("#made-link")!.TextContent;
        Assert.DoesNotContain(link, (await carla.OpenAsync(referral)).DocumentElement.OuterHtml, StringComparison.Ordinal);
        using (var stranger = crossing.Office.Node.Client())
        {
            using var no = new FormUrlEncodedContent([KeyValuePair.Create("act", "decline"), KeyValuePair.Create("reason", "full")]);
            Assert.Equal(200, (int)(await stranger.PostAsync(new Uri(link), no)).StatusCode);
        }

        // The next one: with what was written, without asking the first again.
        var ended = await carla.OpenAsync(referral);
        Assert.Contains("There is no place", ended.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var next = ended.QuerySelectorAll<IHtmlAnchorElement>("main a").Select(anchor => anchor.GetAttribute("href")!).Single(address => address.StartsWith(refer, StringComparison.Ordinal));
        var second = await carla.OpenAsync(next);
        Assert.Equal([crossing.Harbour.Id.ToString("D")], second.QuerySelectorAll<IHtmlInputElement>("input[name=service]").Select(choice => choice.Value));
        await carla.SubmitAsync(second, refer + "/draft", ("service", crossing.Harbour.Id.ToString("D")));
        Assert.Equal(302, carla.Status);
        var other = carla.Location!;
        Assert.NotEqual(referral, other);
        await carla.SubmitAsync(await carla.OpenAsync(other), other + "/step/offer");
        var asked = await carla.SubmitAsync(await carla.OpenAsync(other), other + "/link/answer");
        await PressAsync(crossing, asked.QuerySelector("#made-link")!.TextContent, ("act", "accept"));
        var handed = await carla.SubmitAsync(await carla.OpenAsync(other), other + "/link/fields");
        Assert.Contains("Two small children", await PressAsync(crossing, handed.QuerySelector("#made-link")!.TextContent), StringComparison.Ordinal);
        await carla.SubmitAsync(await carla.OpenAsync(other), other + "/step/start");
        var stale = await carla.OpenAsync(other);
        await carla.SubmitAsync(stale, other + "/step/complete", ("reason_complete", "helped"));
        Assert.Equal(302, carla.Status);
        await carla.SubmitAsync(stale, other + "/step/not_served", ("reason_not_served", "person_refused"));
        Assert.Equal(412, carla.Status);
        var done = await carla.OpenAsync(other);
        Assert.Contains("Complete: The person was helped", done.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(done.QuerySelectorAll<IHtmlAnchorElement>("main a"), anchor => anchor.GetAttribute("href")!.Contains("/feedback?about=services/", StringComparison.Ordinal));
        Assert.Equal(["completed", "declined"], (await crossing.Office.ReadAsync<string>("select state from cases_referrals")).Order(StringComparer.Ordinal));
    }

    [Theory, OnEachEngine]
    public async Task Without_a_consent_nothing_is_drafted_on_the_page_and_whoever_said_never_makes_it_ask_what_the_service_is(Engine engine)
    {
        await using var crossing = await Crossing.OpenAsync(engine);
        using var made = await crossing.Office.OfficerAsync("carla", "case_worker");
        var (person, one, consent) = await Crossing.WomanAsync(made);
        using var carla = await crossing.Office.BrowserAsync("carla");
        var refer = $"/staff/cases/{one:D}/refer";
        await made.AgreeAsync(person, "services", [Officer.Scope("general", "health_provider", "view")], [new { kind = "class", code = "return_reception" }]);
        await carla.SubmitAsync(await carla.OpenAsync(refer + "?kind=shelter"), refer + "/draft", ("service", crossing.Harbour.Id.ToString("D")));
        var unsaid = await carla.OpenAsync(carla.Location!);
        Assert.Contains("State what kind of recipient it is", unsaid.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(unsaid.QuerySelectorAll("form"), form => form.GetAttribute("action")!.EndsWith("/step/offer", StringComparison.Ordinal));
        await carla.SubmitAsync(await carla.OpenAsync(refer + "?kind=shelter"), refer + "/draft", ("service", crossing.Harbour.Id.ToString("D")), ("receiverClass", "service_provider"));
        var stated = await carla.OpenAsync(carla.Location!);
        Assert.Contains(stated.QuerySelectorAll("form"), form => form.GetAttribute("action")!.EndsWith("/step/offer", StringComparison.Ordinal));

        Assert.Equal(200, (await made.PostAsync($"/api/cases/persons/{person:D}/consents/{consent:D}/withdraw", new { })).Status);
        var without = await carla.OpenAsync(refer + "?kind=shelter");
        Assert.Contains("The person has agreed to no referral", without.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(without.QuerySelectorAll("form"), form => form.GetAttribute("action") == refer + "/draft");
    }

    [Theory, OnEachEngine]
    public async Task An_agency_finds_what_it_is_asked_answers_receives_and_tells_how_it_ended_and_no_other_agency_does(Engine engine)
    {
        await using var crossing = await Crossing.OpenAsync(engine);
        using var made = await crossing.Office.OfficerAsync("carla", "case_worker");
        using var of = await crossing.Office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        using var east = await crossing.Office.OfficerAsync("erna", "protection_specialist", "East office");
        var (_, one, consent) = await Crossing.WomanAsync(made);
        var id = await Crossing.OfferAsync(made, one, crossing.Children, "child_protection", consent);
        var refused = await Crossing.OfferAsync(made, one, crossing.Children, "child_protection", consent);
        using var saul = await crossing.Office.BrowserAsync("saul");
        using var erna = await crossing.Office.BrowserAsync("erna");
        var list = await saul.OpenAsync("/staff/cases/incoming");
        Assert.Equal(2, list.QuerySelectorAll("main .card").Length);
        Assert.DoesNotContain("Marisela", list.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.Empty((await erna.OpenAsync("/staff/cases/incoming")).QuerySelectorAll("main .card"));
        var address = $"/staff/cases/incoming/{id:D}";
        await erna.OpenAsync(address);
        Assert.Equal(404, erna.Status);
        // Who asks does not see it as who is asked.
        using var carla = await crossing.Office.BrowserAsync("carla");
        await carla.OpenAsync(address);
        Assert.Equal(404, carla.Status);

        var no = $"/staff/cases/incoming/{refused:D}";
        var unsaid = await saul.SubmitAsync(await saul.OpenAsync(no), no + "/answer/decline");
        Assert.Equal(422, saul.Status);
        await saul.SubmitAsync(unsaid, no + "/answer/decline", ("reason_decline", "full"));
        Assert.Equal(302, saul.Status);

        await saul.SubmitAsync(await saul.OpenAsync(address), address + "/answer/accept");
        var accepted = await saul.OpenAsync(address);
        Assert.DoesNotContain("Marisela", accepted.DocumentElement.OuterHtml, StringComparison.Ordinal);
        Assert.DoesNotContain(accepted.QuerySelectorAll("form"), form => form.GetAttribute("action")!.EndsWith("/fields", StringComparison.Ordinal));
        var referral = $"/staff/cases/referrals/{id:D}";
        Assert.Contains("The agency can receive it until", (await carla.SubmitAsync(await carla.OpenAsync(referral), referral + "/link/fields")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        for (var look = 0; look < 2; look++)
            Assert.Contains("Marisela Tocuyo", (await saul.SubmitAsync(await saul.OpenAsync(address), address + "/fields")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Single(await crossing.Office.ReadAsync<string>("select act from cases_referral_steps where act = 'hand_over'"));
        await saul.SubmitAsync(await saul.OpenAsync(address), address + "/answer/start");
        var open = await saul.OpenAsync(address);
        await saul.SubmitAsync(open, address + "/answer/complete", ("reason_complete", "partly_helped"));
        Assert.Equal(302, saul.Status);
        Assert.Contains("The person was partly helped", (await carla.OpenAsync(referral)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await saul.SubmitAsync(open, address + "/fields");
        Assert.Equal(409, saul.Status);
    }

    private static async Task<string> PressAsync(Crossing crossing, string link, params (string Name, string Value)[] form)
    {
        using var stranger = crossing.Office.Node.Client();
        using var content = new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await stranger.PostAsync(new Uri(link), content);
        Assert.Equal(200, (int)answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
