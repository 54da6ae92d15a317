using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tambo.Tests.Cases;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>A woman changes her mind: whoever was given something is told and confirms, and whoever was only asked is not asked any more.</summary>
public sealed class WomanTakesConsentBackTests(BrowserOfTests browser)
{
    [Fact]
    public async Task Every_recipient_is_told_and_the_office_sees_who_has_confirmed()
    {
        await using var crossing = await Crossing.OpenAsync();
        using var carla = await crossing.Office.OfficerAsync("carla", "case_worker");
        using var saul = await crossing.Office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        var (person, one, consent) = await Crossing.WomanAsync(carla);
        var stranger = await crossing.StrangerAsync(browser);

        // One agency received her name by its account, one house by a link; a third house is only asked.
        var here = await Crossing.OfferAsync(carla, one, crossing.Children, "child_protection", consent);
        Assert.Equal(200, (await saul.PostAsync($"/api/cases/referrals/{here:D}/answer", new { act = "accept" }, ("If-Match", (await saul.GetAsync($"/api/cases/referrals/{here:D}/preview")).Tag!))).Status);
        await Crossing.StepAsync(carla, here, "hand-over");
        Assert.Equal(200, (await saul.PostAsync($"/api/cases/referrals/{here:D}/receive", new { })).Status);
        var there = await Crossing.OfferAsync(carla, one, crossing.Lantern, "shelter", consent);
        await Crossing.StepAsync(carla, there, "links", new { mail = true });
        await stranger.GotoAsync(LinkOf(await crossing.Office.MailsAsync(1), "referral"));
        Assert.DoesNotContain("Marisela", await stranger.ContentAsync(), StringComparison.Ordinal);
        await stranger.GetByRole(AriaRole.Button, new() { Name = "We can help" }).ClickAsync();
        await stranger.GetByText("Your answer was received").WaitForAsync();
        var fields = (await Crossing.StepAsync(carla, there, "hand-over")).Json.GetProperty("path").GetString();
        await stranger.GotoAsync("/en/" + fields);
        await stranger.GetByRole(AriaRole.Button, new() { Name = "Show it now" }).ClickAsync();
        await stranger.GetByText("Marisela Tocuyo").WaitForAsync();
        await Crossing.OfferAsync(carla, one, crossing.Harbour, "shelter", consent);

        // She takes it back, at the desk of her case worker, on a phone.
        var desk = await crossing.SignInAsync(browser, "carla", "case_worker");
        await desk.GotoAsync($"/staff/cases/persons/{person:D}/consent");
        await desk.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
        await desk.GetByText("It no longer holds since").WaitForAsync();
        await FitsAsync(desk);
        var said = await desk.Locator("main").InnerTextAsync();
        Assert.All(["Children's desk", "Told in the list of the agency", "Beds of the lantern", "Told by mail", "Mats of the harbour"], expected => Assert.Contains(expected, said, StringComparison.Ordinal));
        var ended = new Uri(desk.Url).AbsolutePath;

        // The agency finds it in its list, and confirms; the house confirms by the link of its mail.
        var south = await crossing.SignInAsync(browser, "saul", "protection_specialist", CasesOffice.South);
        await south.GotoAsync("/staff/cases/incoming");
        Assert.DoesNotContain("Marisela", await south.ContentAsync(), StringComparison.Ordinal);
        await FitsAsync(south);
        await south.GetByRole(AriaRole.Button, new() { Name = "We have erased it and use it no more" }).ClickAsync();
        await south.Locator("main").GetByText("Erase what you received").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await south.GotoAsync($"/staff/cases/incoming/{here:D}");
        await south.GetByRole(AriaRole.Button, new() { Name = "Show it now" }).ClickAsync();
        await south.Locator("[role=alert]").WaitForAsync();
        Assert.DoesNotContain("Marisela", await south.ContentAsync(), StringComparison.Ordinal);
        await stranger.GotoAsync(LinkOf(await crossing.Office.MailsAsync(2), "referral-notice"));
        await FitsAsync(stranger);
        await stranger.GetByRole(AriaRole.Button, new() { Name = "We have erased it and use it no more" }).ClickAsync();
        await stranger.GetByText("It is noted that you have erased it").WaitForAsync();

        await desk.GotoAsync(ended);
        Assert.Equal(2, await desk.GetByText("Has confirmed that it is erased").CountAsync());
        Assert.Equal(["handed_over", "handed_over", "withdrawn"], (await crossing.Office.ReadAsync<string>("select state from cases_referrals")).Order(StringComparer.Ordinal));
    }

    private static string LinkOf(IEnumerable<string> mails, string page) =>
        mails.Select(mail => Regex.Match(mail, "http://127.0.0.1:[0-9]+(?<path>/[a-z]+/" + page + "/[A-Za-z0-9_-]+)")).Single(found => found.Success).Groups["path"].Value;

    private static async Task FitsAsync(IPage page) => Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
}
