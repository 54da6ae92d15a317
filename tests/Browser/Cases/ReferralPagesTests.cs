using Microsoft.Playwright;
using Tambo.Tests.Cases;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Cases;

/// <summary>The pages on which people are referred can be used without seeing, in the dark, and on a phone, in every language of the field.</summary>
[TakesLong(70)]
public sealed class ReferralPagesTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "en")]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "es")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Dark, "fr")]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "pt")]
    public async Task They_pass_the_accessibility_rules_and_fit(int width, ColorScheme scheme, string language)
    {
        await using var crossing = await Crossing.OpenAsync();
        using var carla = await crossing.Office.OfficerAsync("carla", "case_worker");
        using var saul = await crossing.Office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        var (person, one, consent) = await Crossing.WomanAsync(carla);
        var draft = (await carla.PostAsync($"/api/cases/{one:D}/referrals", new { service = crossing.Lantern.Id, kind = "shelter", urgency = "urgent", consent })).Id;
        var offered = await Crossing.OfferAsync(carla, one, crossing.Children, "child_protection", consent);
        var accepted = await AcceptedAsync(crossing, carla, saul, one, consent);
        var given = await AcceptedAsync(crossing, carla, saul, one, consent);
        await Crossing.StepAsync(carla, given, "hand-over");
        Assert.Equal(200, (await saul.PostAsync($"/api/cases/referrals/{given:D}/receive", new { })).Status);
        var declined = await Crossing.OfferAsync(carla, one, crossing.Children, "child_protection", consent);
        await saul.PostAsync($"/api/cases/referrals/{declined:D}/answer", new { act = "decline", reason = "full" }, ("If-Match", (await saul.GetAsync($"/api/cases/referrals/{declined:D}/preview")).Tag!));
        var other = await Crossing.WomanAsync(carla);
        var ended = await AcceptedAsync(crossing, carla, saul, other.Case, other.Consent);
        await Crossing.StepAsync(carla, ended, "hand-over");
        Assert.Equal(200, (await saul.PostAsync($"/api/cases/referrals/{ended:D}/receive", new { })).Status);
        await Crossing.OfferAsync(carla, other.Case, crossing.Lantern, "shelter", other.Consent);
        Assert.Equal(200, (await carla.PostAsync($"/api/cases/persons/{other.Person:D}/consents/{other.Consent:D}/withdraw", new { })).Status);

        var desk = await crossing.SignInAsync(browser, "carla", "case_worker", width: width, scheme: scheme);
        var south = await crossing.SignInAsync(browser, "saul", "protection_specialist", CasesOffice.South, width, scheme);
        var faults = new List<string>();
        foreach (var path in new[]
        {
            $"/staff/cases/{one:D}", $"/staff/cases/{one:D}/referrals", $"/staff/cases/{one:D}/refer", $"/staff/cases/{one:D}/refer?kind=shelter&near=La+Libertad%2C+Sonora",
            $"/staff/cases/{one:D}/refer?kind=child_protection&near=Nowhereville", $"/staff/cases/{one:D}/refer?after={declined:D}", $"/staff/cases/{other.Case:D}/refer?kind=shelter",
            $"/staff/cases/referrals/{draft:D}", $"/staff/cases/referrals/{offered:D}", $"/staff/cases/referrals/{accepted:D}", $"/staff/cases/referrals/{given:D}", $"/staff/cases/referrals/{declined:D}", $"/staff/cases/referrals/{ended:D}",
            "/staff/cases/referrals", $"/staff/cases/persons/{other.Person:D}/consent/{other.Consent:D}/ended", $"/staff/cases/persons/{person:D}/consent",
        })
            faults.AddRange(await LookAsync(desk, path, width, language));
        foreach (var path in new[] { "/staff/cases/incoming", $"/staff/cases/incoming/{offered:D}", $"/staff/cases/incoming/{accepted:D}", $"/staff/cases/incoming/{given:D}", $"/staff/cases/incoming/{declined:D}" })
            faults.AddRange(await LookAsync(south, path, width, language));

        // What a button shows stands at no address of its own.
        var written = await Crossing.OfferAsync(carla, one, crossing.Harbour, "shelter", consent);
        await desk.GotoAsync($"/staff/cases/referrals/{written:D}?lang={language}");
        await desk.Locator("form[action$='/link/answer'] button").ClickAsync();
        await desk.Locator("#made-link").WaitForAsync();
        faults.AddRange(await FaultsAsync(desk, "the link", width));
        await south.GotoAsync($"/staff/cases/incoming/{given:D}?lang={language}");
        await south.Locator("form[action$='/fields'] button").ClickAsync();
        await south.GetByText("Marisela Tocuyo").WaitForAsync();
        faults.AddRange(await FaultsAsync(south, "the fields", width));

        Assert.Empty(faults);
    }

    private static async Task<Guid> AcceptedAsync(Crossing crossing, Officer carla, Officer saul, Guid one, Guid consent)
    {
        var id = await Crossing.OfferAsync(carla, one, crossing.Children, "child_protection", consent);
        Assert.Equal(200, (await saul.PostAsync($"/api/cases/referrals/{id:D}/answer", new { act = "accept" }, ("If-Match", (await saul.GetAsync($"/api/cases/referrals/{id:D}/preview")).Tag!))).Status);
        return id;
    }

    private static async Task<List<string>> LookAsync(IPage page, string path, int width, string language)
    {
        var answer = await page.GotoAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "lang=" + language);
        Assert.Equal((path, 200), (path, answer!.Status));
        return await FaultsAsync(page, path, width);
    }

    private static async Task<List<string>> FaultsAsync(IPage page, string path, int width)
    {
        var faults = (await Axe.BreachesAsync(page)).Select(breach => $"{path} {breach}").ToList();
        if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
            faults.Add($"{path} needs scrolling sideways: {wide} px");
        if (await page.ContentAsync() is var html && html.Contains(">[", StringComparison.Ordinal))
            faults.Add($"{path} lacks a text: {html.Substring(html.IndexOf(">[", StringComparison.Ordinal), 60)}");
        return faults;
    }
}
