using Microsoft.Playwright;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>A mother with a feverish child, a cheap phone and no account looks for a clinic that is open now.</summary>
public sealed class MotherLooksForAClinicTests(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>
{
    [Fact]
    public async Task In_Kreyol_without_script_she_finds_the_open_clinic_its_hours_its_number_and_what_to_bring()
    {
        var texts = town.In("ht");
        var page = await PhoneAsync(script: false);

        await page.GotoAsync("/");
        await page.Locator(".tongues a[lang=ht]").ClickAsync();
        Assert.EndsWith("/ht", page.Url, StringComparison.Ordinal);
        Assert.Equal("ht", await page.Locator("html").GetAttributeAsync("lang"));
        await page.GetByRole(AriaRole.Link, new() { Name = texts["need.health"] }).ClickAsync();
        var where = page.Locator("form.where");
        await where.GetByLabel(texts["search.near"]).FillAsync(Spot.StartName);
        await where.GetByLabel(texts["search.open"]).CheckAsync();
        await where.GetByRole(AriaRole.Button, new() { Name = texts["search.submit"] }).ClickAsync();

        // Nearest first, the closed one left out although it is the nearest of all, the unknown one kept and marked.
        Assert.Equal(["Klinik Fa a", "Kay fèy yo"], await page.Locator(".offers h2 a").AllTextContentsAsync());
        await Says(page.Locator("#s1"), texts.Format("hours.open_now", ("until", texts.Format("hours.until", ("time", "18:00")))));
        await Says(page.Locator("#s2"), texts["hours.unknown"]);
        await Says(page.Locator("#s1"), texts.Format("search.kilometres", ("km", 1.2.ToString("0.0", texts.Culture))));
        Assert.Equal(["1", "2"], await page.Locator("svg .map-point a text").AllTextContentsAsync());
        await FitsTheScreenAsync(page);

        await page.Locator(".offers h2 a").First.ClickAsync();

        Assert.Equal("Klinik Fa a", await page.Locator("h1").TextContentAsync());
        await Says(page.Locator("main"), "8:00–18:00");
        await Says(page.Locator("main"), "Calle del Faro 12");
        await Says(page.Locator("main"), "Kat vaksen, si w genyen l");
        Assert.Equal("tel:+9995550117", await page.GetByRole(AriaRole.Link, new() { Name = texts["service.call"] }).GetAttributeAsync("href"));
        Assert.StartsWith(
            FormattableString.Invariant($"geo:{TownNode.Open.Latitude},{TownNode.Open.Longitude}"),
            await page.GetByRole(AriaRole.Link, new() { Name = texts["service.open_map"] }).GetAttributeAsync("href"), StringComparison.Ordinal);
        await FitsTheScreenAsync(page);
        // The language she picked is remembered, and nothing else is.
        var cookie = Assert.Single(await page.Context.CookiesAsync());
        Assert.Equal(("tambo-language", "ht"), (cookie.Name, cookie.Value));
    }

    [Fact]
    public async Task With_script_she_taps_to_be_found_and_her_position_stands_in_no_address()
    {
        var texts = town.In("ht");
        var page = await PhoneAsync(script: true);
        var asked = new List<IRequest>();
        page.Request += (_, request) => asked.Add(request);
        await page.Context.GrantPermissionsAsync(["geolocation"]);
        await page.Context.SetGeolocationAsync(new Geolocation
        {
            Latitude = (float)(TownNode.Unknown.Latitude + 0.00123),
            Longitude = (float)(TownNode.Unknown.Longitude + 0.00123),
        });
        await page.GotoAsync("/ht/services?need=health&open=true", new() { WaitUntil = WaitUntilState.NetworkIdle });

        await page.GetByRole(AriaRole.Button, new() { Name = texts["shell.position"] }).ClickAsync();
        await page.WaitForURLAsync("**/ht/services");

        // She stands beside the house of herbs now, so it comes first.
        Assert.Equal(["Kay fèy yo", "Klinik Fa a"], await page.Locator(".offers h2 a").AllTextContentsAsync());
        await Says(page.Locator("main > p[role=status]"), texts["search.here"]);
        var sent = asked.Single(request => request.Method == "POST");
        Assert.Contains(FormattableString.Invariant($"lat={TownNode.Unknown.Latitude + 0.00123:0.00}&"), sent.PostData, StringComparison.Ordinal);
        Assert.All(asked, request => Assert.DoesNotContain("lat=", request.Url, StringComparison.Ordinal));
        Assert.Equal(town.Node.Address.Authority, asked.Select(request => new Uri(request.Url).Authority).Distinct().Single());

        // A page that knows a position is kept nowhere, and offers no map whose data would be asked for by address.
        Assert.Equal("no-store", await (await sent.ResponseAsync())!.HeaderValueAsync("cache-control"));
        Assert.True(await page.Locator("svg .map-point").IsVisibleAsync());
        Assert.Equal(0, await page.Locator("[data-map]").CountAsync());
        Assert.DoesNotContain(Decimals(TownNode.Unknown.Latitude + 0.00123), await page.ContentAsync(), StringComparison.Ordinal);
    }

    private static string Decimals(double degrees) => FormattableString.Invariant($"{degrees:0.0000}");

    private static async Task Says(ILocator where, string text) =>
        Assert.Contains(text, await where.InnerTextAsync(), StringComparison.Ordinal);

    private static async Task FitsTheScreenAsync(IPage page) =>
        Assert.Equal(360, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));

    private async Task<IPage> PhoneAsync(bool script)
    {
        var page = await browser.OpenAsync(script: script, baseUrl: town.Node.Address.ToString());
        await page.SetViewportSizeAsync(360, 640);
        return page;
    }
}
