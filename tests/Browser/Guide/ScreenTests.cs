using System.Globalization;
using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>A wall screen for days: it turns, tells the truth about doors, survives the network, and stays as small as it was.</summary>
[TakesLong(50)]
public sealed class ScreenTests(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>, IDisposable
{
    private static readonly string Address = $"/es/screen/on?near={Uri.EscapeDataString(Spot.StartName)}&in=es&in=ht&seconds=10&count=4";

    private bool cut;

    [Fact]
    public async Task Slides_turn_by_themselves_and_the_door_closes_on_time_even_without_network()
    {
        var page = await OpenAsync(Address);
        var first = await page.Locator(".slide.on").GetAttributeAsync("data-key");
        await PassAsync(page, TimeSpan.FromSeconds(11));
        Assert.NotEqual(first, await page.Locator(".slide.on").GetAttributeAsync("data-key"));

        cut = true;
        // From ten in the morning to after six in the evening, when the clinic closes.
        await PassAsync(page, TimeSpan.FromHours(8.2));
        await UntilShownAsync(page, "Clínica del faro");
        Assert.Equal("Cerrado, abre mañana a las 8:00", await page.Locator(".slide.on .state span").TextContentAsync());
        Assert.Equal("Sin conexión: datos de las 10:00", await page.Locator(".slide.on .stale").TextContentAsync());
        Assert.StartsWith("18:", await page.Locator(".clock").TextContentAsync(), StringComparison.Ordinal);

        // Two days later nothing is known any more of doors, and nothing is said.
        await PassAsync(page, TimeSpan.FromHours(40));
        await UntilShownAsync(page, "Clínica del faro");
        Assert.False(await page.Locator(".slide.on .state").IsVisibleAsync());

        cut = false;
        await PassAsync(page, TimeSpan.FromSeconds(90));
        await Assertions.Expect(page.Locator(".slide.on .stale")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task It_begins_anew_after_a_day_but_only_when_the_page_is_sure_to_come()
    {
        var page = await OpenAsync(Address);
        var loads = 0;
        page.Load += (_, _) => loads++;
        cut = true;
        await PassAsync(page, TimeSpan.FromHours(30));
        Assert.Equal(0, loads);
        cut = false;
        await PassAsync(page, TimeSpan.FromMinutes(2));
        for (var wait = 0; wait < 100 && loads == 0; wait++)
            await Task.Delay(50);
        Assert.True(loads > 0);
    }

    [Fact]
    public async Task Hours_of_turning_and_asking_leave_the_page_as_small_as_it_was()
    {
        var page = await OpenAsync(Address);
        await PassAsync(page, TimeSpan.FromMinutes(3));
        var network = await page.Context.NewCDPSessionAsync(page);
        var before = await NodesAsync(network);
        // Each time as many minutes as it asks for news; a page that kept what it replaced would have grown sixty times over.
        for (var news = 0; news < 60; news++)
            await PassAsync(page, TimeSpan.FromSeconds(61));
        var after = await NodesAsync(network);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{before} nodes before, {after} after"));
        Assert.InRange(after, 1, (before * 1.5) + 500);
    }

    [Theory]
    [InlineData(1920, 1080)]
    [InlineData(1280, 720)]
    [InlineData(1080, 1920)]
    public async Task Nothing_scrolls_nothing_is_cut_and_everything_is_large(int width, int height)
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        await TownNode.AddAsync(node, Spot.Records(
        [
            new Spot("Programa Municipal de Acompañamiento Psicosocial a Niñas, Niños y Adolescentes No Acompañados y sus familias")
            {
                Kilometres = 1, Days = "MO,WE,FR", Phone = "+999 (555) 010-0117 ext. 12",
                Street = "Boulevard General Lázaro Cárdenas del Río esquina con Avenida de los Insurgentes 12345, interior 6",
            },
        ], TownNode.Morning));
        var page = await browser.OpenAsync(width, script: true, baseUrl: node.Address.ToString());
        await page.SetViewportSizeAsync(width, height);
        // As it comes, with what the door says: by the news, whose answer has the date of this machine, that is not known any more.
        await page.RouteAsync("**/screen-*.js", route => route.AbortAsync());
        foreach (var language in new[] { "es", "en", "fr", "pt", "ht" })
        {
            for (var slide = 0; slide < 2; slide++)
            {
                await page.GotoAsync($"/{language}/screen/on?near={Uri.EscapeDataString(Spot.StartName)}&slide={slide}");
                Assert.Equal((width, height), (await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.EvaluateAsync<int>("document.documentElement.scrollHeight")));
                var cutOff = await page.EvaluateAsync<string>("(() => { const s = document.querySelector('.slide.on'); return [s, ...s.querySelectorAll('h1, .state, .phone, .tell')].filter(e => e.scrollHeight > e.clientHeight + 2 || e.scrollWidth > e.clientWidth + 2).map(e => e.className || e.tagName).join(); })()");
                Assert.Equal((language, slide, ""), (language, slide, cutOff));
                var smallest = await page.EvaluateAsync<double>("Math.min(...[...document.querySelectorAll('.slide.on .tell p, .slide.on .tell h1, .clock')].map(e => parseFloat(getComputedStyle(e).fontSize)))");
                // 43 pixels of 1080 are 21 mm on a screen of 43 inches: a letter's height that is read from four metres.
                Assert.True(smallest >= 0.04 * Math.Min(width, height), string.Create(CultureInfo.InvariantCulture, $"{smallest} px at {width}x{height}"));
            }
        }
    }

    [Fact]
    public async Task Without_script_the_page_leads_on_by_itself()
    {
        var page = await browser.OpenAsync(BrowserOfTests.Desk, script: false, baseUrl: town.Node.Address.ToString());
        await page.GotoAsync(Address.Replace("seconds=10", "seconds=5", StringComparison.Ordinal));
        await page.WaitForURLAsync("**slide=1", new() { Timeout = 15_000 });
        Assert.True(await page.Locator(".slide.on").IsVisibleAsync());
    }

    public void Dispose() => town.Time.Set(TownNode.Morning);

    private async Task<IPage> OpenAsync(string address)
    {
        var page = await browser.OpenAsync(1920, baseUrl: town.Node.Address.ToString());
        await page.Clock.InstallAsync(new() { TimeDate = TownNode.Morning.UtcDateTime });
        // The node's clock stands still in tests, and what sends its answers has another: here both are one.
        await page.RouteAsync("**/screen/on**", async route =>
        {
            if (cut)
            {
                await route.AbortAsync();
                return;
            }

            var answer = await route.FetchAsync();
            var headers = new Dictionary<string, string>(answer.Headers, StringComparer.OrdinalIgnoreCase) { ["date"] = town.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture) };
            await route.FulfillAsync(new() { Response = answer, Headers = headers });
        });
        await page.GotoAsync(address);
        return page;
    }

    private async Task PassAsync(IPage page, TimeSpan time)
    {
        town.Time.Set(town.Time.GetUtcNow() + time);
        await page.Clock.FastForwardAsync((long)time.TotalMilliseconds);
        await Task.Delay(200);
    }

    private async Task UntilShownAsync(IPage page, string title)
    {
        for (var turn = 0; turn < 40; turn++)
        {
            if (await page.Locator(".slide.on h1").TextContentAsync() == title)
                return;
            await PassAsync(page, TimeSpan.FromSeconds(10.1));
        }

        throw new TimeoutException(title);
    }

    private static async Task<double> NodesAsync(ICDPSession session)
    {
        await session.SendAsync("HeapProfiler.collectGarbage");
        var counters = await session.SendAsync("Memory.getDOMCounters");
        return counters!.Value.GetProperty("nodes").GetDouble();
    }
}
