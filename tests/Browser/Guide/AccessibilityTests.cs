using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>
/// Every public page, in every language, in the light and in the dark, at the size of a phone: nothing that WCAG 2.2 AA
/// forbids.
/// </summary>
[TakesLong(110)]
public sealed partial class AccessibilityTests(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>
{
    private static readonly (string Path, HttpStatusCode Status)[] Pages =
    [
        ("", HttpStatusCode.OK),
        ("/services?near=" + "La%20Libertad%2C%20Sonora", HttpStatusCode.OK),
        ("/services?q=xyzxyz&near=Nowhereville", HttpStatusCode.OK),
        ("/services/" + "{service}", HttpStatusCode.OK),
        ("/emergency", HttpStatusCode.OK),
        ("/sheet?near=" + "La%20Libertad%2C%20Sonora", HttpStatusCode.OK),
        ("/poster", HttpStatusCode.OK),
        ("/screen?near=" + "La%20Libertad%2C%20Sonora", HttpStatusCode.OK),
        ("/screen/on?near=" + "La%20Libertad%2C%20Sonora", HttpStatusCode.OK),
        ("/cards", HttpStatusCode.OK),
        ("/cards?mine=bn&with=ar&unreviewed=true", HttpStatusCode.OK),
        ("/cards?with=ti#doctor", HttpStatusCode.OK),
        ("/about", HttpStatusCode.OK),
        ("/data", HttpStatusCode.OK),
        ("/contact", HttpStatusCode.OK),
        ("/offline", HttpStatusCode.OK),
        ("/feedback?about=services/" + "{service}", HttpStatusCode.OK),
        ("/feedback/answer", HttpStatusCode.OK),
        ("/open-data", HttpStatusCode.OK),
        ("/confirm/none", HttpStatusCode.NotFound),
        ("/offline/find", HttpStatusCode.OK),
        ("/offline/feedback", HttpStatusCode.OK),
        ("/no/such/page", HttpStatusCode.NotFound),
        ("/services?km=abc", HttpStatusCode.BadRequest),
    ];

    [Fact]
    public async Task No_public_page_in_any_language_breaks_a_rule()
    {
        var page = await browser.OpenAsync(baseUrl: town.Node.Address.ToString());
        var found = new List<string>();
        foreach (var language in town.Catalog.Languages)
        {
            // A language that nobody has read over has the same pages: the first of them show what its letters and its direction do.
            foreach (var (path, status) in language.IsReviewed ? Pages : Pages[..4])
                found.AddRange(await BreachesAsync(page, $"/{language.Code}{path.Replace("{service}", TownNode.Open.Id.ToString("D"), StringComparison.Ordinal)}", (int)status));
            foreach (var path in language.IsReviewed ? new[] { "/staff/sign-in", "/hsds/profile" } : [])
                found.AddRange(await BreachesAsync(page, $"{path}?lang={language.Code}", 200));
        }

        Assert.Empty(found);
    }

    // The dark changes colours and nothing else: the other rules are run again in it in one language, to be sure of that.
    private static async Task<IReadOnlyList<string>> BreachesAsync(IPage page, string address, int status)
    {
        var answer = await page.GotoAsync(address);
        Assert.Equal((address, status), (address, answer!.Status));
        var found = (await Axe.BreachesAsync(page, AxeRules.Wcag)).ToList();
        if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var width and > BrowserOfTests.Phone)
            found.Add($"needs scrolling sideways: {width} px");
        if (!address.StartsWith("/hsds", StringComparison.Ordinal))
            found.AddRange(Unfilled().Matches(await page.InnerTextAsync("body")).Select(place => $"shows {place.Value}"));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Dark });
        found.AddRange((await Axe.BreachesAsync(page, address.StartsWith("/es", StringComparison.Ordinal) ? AxeRules.Wcag : AxeRules.Colours)).Select(breach => $"in the dark {breach}"));
        await page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = ColorScheme.Light });
        return [.. found.Select(breach => $"{address} {breach}")];
    }

    [GeneratedRegex(@"\{[a-z_]+\}", RegexOptions.None, 1000)]
    private static partial Regex Unfilled();
}
