using Microsoft.Playwright;
using Tambo.Platform.Languages;
using Tambo.Guide.Pages;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Offline;

/// <summary>After one visit the pages that matter open in flight mode, and nobody can take an old page for a new one.</summary>
public sealed class KeptPagesTests(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>, IAsyncLifetime
{
    private NetworkLine line = null!;

    public ValueTask InitializeAsync()
    {
        line = new NetworkLine(town.Node.Address);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => line.DisposeAsync();

    [Fact]
    public async Task After_one_visit_every_page_of_the_list_opens_in_flight_mode_and_says_from_when_it_is()
    {
        var texts = town.In("ht");
        var page = await VisitAsync("/ht");
        await CutAsync(page);

        foreach (var path in new[] { "/ht", "/ht/services", "/ht/cards", "/ht/emergency", "/ht/about", "/ht/data", "/ht/contact", "/ht/offline" })
        {
            await page.GotoAsync(path);
            Assert.Equal(KeptLine(texts), (await page.Locator("header .ribbon").TextContentAsync())!.Trim());
            Assert.Equal(1, await page.Locator("h1").CountAsync());
            // Its style came with it.
            Assert.Equal("rgb(251, 248, 243)", await page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor"));
        }

        await page.GotoAsync("/ht/emergency");
        Assert.True(await page.Locator("main a[href^='tel:']").CountAsync() > 20);
        await page.GotoAsync("/ht/services");
        // A page of that day does not say what is open now.
        Assert.True(await page.Locator(".offers .tag.now").CountAsync() > 0);
        Assert.False(await page.Locator(".offers .tag.now").First.IsVisibleAsync());
    }

    [Fact]
    public async Task A_service_that_was_read_can_be_read_again_and_one_that_was_not_leads_to_what_is_there()
    {
        var texts = town.In("es");
        var page = await VisitAsync("/es");
        await page.GotoAsync(Path("es", TownNode.Open));
        await page.KeptAsync(Path("es", TownNode.Open));
        await CutAsync(page);

        await page.GotoAsync(Path("es", TownNode.Open));
        Assert.Equal(TownNode.Open.Name, await page.Locator("h1").TextContentAsync());
        Assert.Equal(KeptLine(texts), (await page.Locator("header .ribbon").TextContentAsync())!.Trim());

        await page.GotoAsync(Path("es", TownNode.Shelter));
        Assert.Equal(texts["offline.missing"], (await page.Locator("header .ribbon").TextContentAsync())!.Trim());
        Assert.Equal(texts["offline.title"], await page.Locator("h1").TextContentAsync());
        await page.Locator("#kept a", new() { HasText = TownNode.Open.Name }).ClickAsync();
        Assert.Equal(TownNode.Open.Name, await page.Locator("h1").TextContentAsync());

        line.Mend();
        await page.ReloadAsync();
        Assert.Equal(0, await page.Locator("header .ribbon").CountAsync());
    }

    [Fact]
    public async Task A_square_on_paper_leads_on_without_internet_to_the_kept_page_and_to_the_form()
    {
        var texts = town.In("es");
        var page = await VisitAsync("/es");
        await page.GotoAsync(Path("es", TownNode.Open));
        await page.KeptAsync(Path("es", TownNode.Open));
        await CutAsync(page);
        var site = line.Address;

        await page.GotoAsync(ShortLinks.ToService(site, TownNode.Open.Id));
        Assert.Equal(TownNode.Open.Name, await page.Locator("h1").TextContentAsync());
        await page.GotoAsync(ShortLinks.ToFeedback(site, TownNode.Open.Id));
        Assert.Equal($"/es/feedback?about=services/{TownNode.Open.Id:D}", new Uri(page.Url).PathAndQuery);
        Assert.Equal(texts["feedback.title"], await page.Locator("h1").TextContentAsync());
        await page.GotoAsync(ShortLinks.ToFeedback(site, null));
        Assert.Equal(texts["feedback.title"], await page.Locator("h1").TextContentAsync());
        await page.GotoAsync("/s/none");
        Assert.Equal("/es", new Uri(page.Url).PathAndQuery);
    }

    [Fact]
    public async Task Where_the_node_turns_people_away_because_many_ask_the_kept_page_is_shown()
    {
        var texts = town.In("es");
        var page = await VisitAsync("/es");
        await page.Context.RouteAsync("**/es/emergency", route => route.FulfillAsync(new() { Status = 429, Body = "Later" }));
        await page.GotoAsync("/es/emergency");
        Assert.Equal(texts["emergency.title"], await page.Locator("h1").TextContentAsync());
        Assert.Equal(KeptLine(texts), (await page.Locator("header .ribbon").TextContentAsync())!.Trim());
    }

    [Fact]
    public async Task A_place_that_was_hidden_meanwhile_is_not_kept_longer_than_a_day()
    {
        var page = await VisitAsync("/es");
        var hidden = $"/es/services/{new Guid(7, 7, 7, [1, 1, 1, 1, 1, 1, 1, 1]):D}";
        // As if the page had been read while it was shown, and all had been kept the day before yesterday.
        await page.EvaluateAsync(
            """
            async path => {
              const pages = await caches.open('tambo-pages');
              const headers = { date: new Date(Date.now() - 2 * 86400000).toUTCString(), 'content-type': 'text/html' };
              await pages.put(path, new Response('<h1>The hidden house</h1>', { headers }));
              for (const key of await pages.keys())
                if (key.url.includes('offline.json')) await pages.put(key, new Response(await (await pages.match(key)).text(), { headers }));
            }
            """,
            hidden);
        await page.KeptAsync(hidden);

        await page.GotoAsync("/es/about");
        await page.UntilAsync("async path => !(await (await caches.open('tambo-pages')).match(path))", hidden);
        await page.KeptAsync("/es/emergency");
    }

    [Fact]
    public async Task The_language_can_be_changed_without_internet_and_the_start_page_leads_to_a_language_that_is_there()
    {
        var page = await VisitAsync("/es");
        await page.GotoAsync("/ht/emergency");
        await page.KeptAsync("/ht/contact");
        await CutAsync(page);

        await page.GotoAsync("/es/emergency");
        await page.Locator(".tongues a[lang=ht]").ClickAsync();
        await page.WaitForURLAsync("**/ht/emergency");
        Assert.Equal("ht", await page.Locator("html").GetAttributeAsync("lang"));
        Assert.Equal(town.In("ht")["emergency.title"], await page.Locator("h1").TextContentAsync());

        await page.GotoAsync("/");
        Assert.Contains(new Uri(page.Url).AbsolutePath, (string[])["/es", "/ht"]);
        // A language that was never looked at: what is there is shown in one that was.
        await page.GotoAsync("/fr/emergency");
        Assert.Contains(await page.Locator("html").GetAttributeAsync("lang"), (string[])["es", "ht"]);
        // Nobody is led to another site by a link that only looks like one of ours.
        await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync("/language/ht?to=//example.org/"));
    }

    [Fact]
    public async Task Staff_pages_data_and_forms_are_never_kept()
    {
        var page = await VisitAsync("/es");
        foreach (var path in new[] { "/staff/sign-in", "/hsds", "/openapi.json", "/contributors/design", "/es/services?q=clinica", "/es/no/such/page", "/es/map" })
            await page.GotoAsync(path);
        await page.KeptAsync("/es/services?q=clinica");

        var kept = await page.EvaluateAsync<string[]>("(async () => (await Promise.all((await caches.keys()).map(async n => (await (await caches.open(n)).keys()).map(r => new URL(r.url).pathname)))).flat())()");
        Assert.All(kept, path => Assert.Matches("^/(es(/|$)|assets/)", path));
        Assert.DoesNotContain("/es/map", kept);
        Assert.DoesNotContain("/es/no/such/page", kept);

        await CutAsync(page);
        await Assert.ThrowsAsync<PlaywrightException>(() => page.GotoAsync("/staff/sign-in"));
    }

    [Fact]
    public async Task Whoever_only_signs_in_keeps_nothing()
    {
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.GotoAsync("/staff/sign-in", new() { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.Equal(0, await page.EvaluateAsync<int>("navigator.serviceWorker.getRegistrations().then(r => r.length)"));
    }

    [Fact]
    public async Task On_a_very_slow_network_the_kept_page_comes_after_four_seconds()
    {
        var page = await VisitAsync("/pt");
        await page.ForgetFreshAsync();
        line.Slow(TimeSpan.FromSeconds(15));

        var begun = TimeProvider.System.GetTimestamp();
        await page.GotoAsync("/pt/emergency", new() { WaitUntil = WaitUntilState.Commit });
        await page.Locator("header .ribbon").WaitForAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(begun).TotalSeconds, 3.5, 12);
        Assert.Equal(KeptLine(town.In("pt")), (await page.Locator("header .ribbon").TextContentAsync())!.Trim());
    }

    [Fact]
    public async Task Everything_that_is_kept_can_be_forgotten()
    {
        var texts = town.In("fr");
        var page = await VisitAsync("/fr");
        await page.GotoAsync("/fr/offline");
        await page.Locator("#kept li").Nth(4).WaitForAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = texts["offline.forget"] }).ClickAsync();

        await page.GetByText(texts["offline.forgotten"]).WaitForAsync();
        Assert.Empty(await page.EvaluateAsync<string[]>("caches.keys()"));
    }

    private static string Path(string language, Spot spot) => $"/{language}/services/{spot.Id:D}";

    private static string KeptLine(Texts texts)
    {
        var today = TimeProvider.System.GetLocalNow();
        var date = texts.Format("date.day", ("day", $"{today.Day}"), ("month", texts[$"date.month.{today.Month}"]), ("year", $"{today.Year}"));
        return $"{texts.Format("offline.kept", ("date", date))} {texts["offline.again"]}";
    }

    private async Task<IPage> VisitAsync(string path)
    {
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync(path);
        return page;
    }

    private async Task CutAsync(IPage page)
    {
        await page.ForgetFreshAsync();
        line.Cut();
    }
}
