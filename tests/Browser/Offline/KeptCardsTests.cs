using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Offline;

/// <summary>Two people who share no language meet where there is no network either.</summary>
public sealed class KeptCardsTests(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>
{
    [Fact]
    public async Task Every_language_that_was_kept_on_purpose_opens_in_flight_mode_with_its_pictures()
    {
        await using var line = new NetworkLine(town.Node.Address);
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/es/cards");
        await page.KeptAsync("/es/cards");
        await page.Locator("button[data-keep]").ClickAsync();
        await Assertions.Expect(page.Locator("div > button[data-keep] + [role=status]")).ToHaveTextAsync(town.In("es")["cards.keep.done"]);
        await page.ForgetFreshAsync();
        line.Cut();

        await page.GotoAsync("/es/cards");
        await page.SelectOptionAsync("select[name=with]", "ti");
        await page.Locator("form.pair button").ClickAsync();
        await page.WaitForURLAsync("**/es/cards?with=ti");

        Assert.Equal("ሓኪም የድልየኒ።", await page.Locator("#doctor .theirs").TextContentAsync());
        // A drawing that did not come has no extent.
        await page.UntilAsync("() => document.querySelector('#doctor use').getBoundingClientRect().width > 20");
        await page.Locator("#doctor h3 a").ClickAsync();
        Assert.True((await page.Locator("#doctor").BoundingBoxAsync())!.Height > 700);
    }
}
