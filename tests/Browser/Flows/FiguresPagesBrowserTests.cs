using Microsoft.Playwright;
using Tambo.Tests.Flows.Pages;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Flows;

/// <summary>Pages of figures can be read by everybody, on a phone, without a script, and stay true while they are open.</summary>
[TakesLong(60)]
public sealed class FiguresPagesBrowserTests(BrowserOfTests browser)
{
    private static readonly string[] Paths =
    [
        "/staff/flows", "/staff/flows/countries/PAN", "/staff/flows/countries/USA", "/staff/flows/demography", "/staff/flows/corridor", "/staff/flows/points/PAN/DARIEN",
        "/staff/flows/nationalities/VEN", "/staff/flows/map", "/staff/flows/incidents", "/staff/flows/rows?series=USA_SWB&from=2023&until=2023", "/staff/flows/series/USA_SWB",
        "/staff/flows/checks",
    ];

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Dark, "es")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Light, "ht")]
    public async Task Pages_of_figures_pass_the_accessibility_rules(int width, ColorScheme scheme, string language)
    {
        await using var office = await (await FiguresOffice.OpenAsync(Engine.Sqlite)).WithShippedAsync();
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ShippedAsync("unhcr/asylum-applications.csv.gz", "unhcr-asylum-applications");
        await office.ShippedAsync("missing-migrants/incidents.csv.gz", "missing-migrants");
        var page = await OpenAsync(office, dora, width, scheme);
        var faults = new List<string>();
        foreach (var path in Paths)
        {
            var answer = await page.GotoAsync(path + (path.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "lang=" + language);
            Assert.Equal((path, 200), (path, answer!.Status));
            await page.EvaluateAsync("for (const one of document.querySelectorAll('details')) one.open = true");
            faults.AddRange((await Axe.BreachesAsync(page)).Select(breach => $"{path} {breach}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide > width)
                faults.Add($"{path} needs scrolling sideways: {wide} px");
            if (await page.ContentAsync() is var html && html.Contains(">[", StringComparison.Ordinal))
                faults.Add($"{path} lacks a text: {html.Substring(html.IndexOf(">[", StringComparison.Ordinal), 60)}");
        }

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_ministers_adviser_finds_how_many_children_crossed_and_sees_why_the_answer_is_a_range(bool script)
    {
        await using var office = await (await FiguresOffice.OpenAsync(Engine.Sqlite)).WithShippedAsync();
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var page = await OpenAsync(office, amelia, BrowserOfTests.Phone, ColorScheme.Light, script);
        await page.GotoAsync("/staff");
        await page.ClickAsync("nav a:has-text('Figures')");
        await page.ClickAsync("main a:has-text('Children, women and men')");
        await page.SelectOptionAsync("[name=from]", "2023");
        await page.SelectOptionAsync("[name=until]", "2023");
        await page.ClickAsync("form.filters button");

        var states = page.Locator(".answers > li", new PageLocatorOptions { HasText = "United States" });
        Assert.Equal("139,772 to 1,094,570", await states.Locator(".big").InnerTextAsync());
        Assert.Contains("Families are counted as one group of adults and children: how many are children cannot be told.", await states.InnerTextAsync(), StringComparison.Ordinal);
        var panama = page.Locator(".answers > li", new PageLocatorOptions { HasText = "Panama" });
        Assert.Equal("113,180", await panama.Locator(".big").InnerTextAsync());
        Assert.Contains("exact", await panama.InnerTextAsync(), StringComparison.Ordinal);

        // The same in the table behind the picture, which opens without a script.
        await page.ClickAsync("#compared summary >> nth=0");
        Assert.Contains("139,772 to 1,094,570", await page.Locator("#compared table").InnerTextAsync(), StringComparison.Ordinal);
        // An adviser sees figures, and not the rows of the files.
        Assert.Equal(0, await page.Locator("a[href*='/staff/flows/rows']").CountAsync());
    }

    [Fact]
    public async Task An_open_page_takes_over_new_figures_says_so_and_leaves_the_focus_where_it_is()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,20\n");
        var page = await OpenAsync(office, dora, BrowserOfTests.Desk, ColorScheme.Light);
        await page.GotoAsync("/staff/flows/countries/PAN");
        await page.ClickAsync("#timeline summary >> nth=0");
        Assert.Contains("20", await page.Locator("#timeline table").InnerTextAsync(), StringComparison.Ordinal);
        await page.ClickAsync(".fold > summary");
        await page.FocusAsync("[name=from]");

        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,4321\n");
        await page.Locator("#timeline table", new PageLocatorOptions { HasText = "4,321" }).WaitForAsync(new LocatorWaitForOptions { Timeout = 25_000 });
        Assert.True(await page.EvaluateAsync<bool>("document.activeElement.name === 'from'"));
        Assert.True(await page.Locator("#timeline details").First.EvaluateAsync<bool>("one => one.open"));
        Assert.Contains("The figures were renewed", await page.Locator("[data-said]").TextContentAsync(), StringComparison.Ordinal);
        Assert.Contains("4,321", await page.Locator("#timeline svg.wide").First.TextContentAsync() + await page.Locator("#timeline figcaption").TextContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_can_be_had_as_png_through_the_browser()
    {
        await using var office = await FiguresOffice.OpenAsync(Engine.Sqlite);
        using var dora = await office.SignInAsync("dora", "statistician");
        await office.ValleyAsync("2024-01,VEN,adults,10\n2024-02,VEN,adults,20\n");
        var page = await OpenAsync(office, dora, BrowserOfTests.Desk, ColorScheme.Dark);
        await page.GotoAsync("/staff/flows/countries/PAN");
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#timeline [data-png]"));
        Assert.Equal("timeline.png", download.SuggestedFilename);
        var bytes = await File.ReadAllBytesAsync(await download.PathAsync());
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], bytes[..4]);
        Assert.True(bytes.Length > 5_000);
    }

    private async Task<IPage> OpenAsync(FiguresOffice office, StaffBrowser who, int width, ColorScheme scheme, bool script = true)
    {
        var page = await browser.OpenAsync(width, scheme, script, office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = who.Session.Split('=', 2)[1], Url = office.Node.Address.ToString() }]);
        return page;
    }
}
