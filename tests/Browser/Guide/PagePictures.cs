using Microsoft.Playwright;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>
/// Pictures of every public page of the training town, on a phone and on a desk, for people to look at; renewed by
/// <c>./do pictures</c>. Languages and colours take turns, so that all of them are seen.
/// </summary>
public sealed class PagePictures(BrowserOfTests browser, TownNode town) : IClassFixture<TownNode>
{
    private const string Folder = "docs/screenshots";
    private const int Tallest = 2_400;

    private static readonly (string Name, string Path, ColorScheme Scheme)[] Pages =
    [
        ("home", "/es", ColorScheme.Light),
        ("home-from-right-to-left", "/ar", ColorScheme.Light),
        ("services", "/ht/services?near=La%20Libertad%2C%20Sonora", ColorScheme.Light),
        ("services-none", "/pt/services?q=xyzxyz&near=Nowhereville", ColorScheme.Dark),
        ("service", "/fr/services/{service}", ColorScheme.Light),
        ("service-from-right-to-left", "/ar/services/{service}", ColorScheme.Dark),
        ("emergency", "/en/emergency", ColorScheme.Dark),
        ("cards", "/es/cards?with=en", ColorScheme.Light),
        ("card", "/fr/cards?with=ti#doctor", ColorScheme.Light),
        ("sheet", "/es/sheet?near=La%20Libertad%2C%20Sonora", ColorScheme.Light),
        ("poster", "/pt/poster", ColorScheme.Light),
        ("screen-set-up", "/ht/screen?near=La%20Libertad%2C%20Sonora", ColorScheme.Dark),
        ("screen", "/en/screen/on?near=La%20Libertad%2C%20Sonora", ColorScheme.Dark),
        ("offline", "/es/offline", ColorScheme.Light),
        ("offline-find", "/fr/offline/find", ColorScheme.Dark),
        ("offline-message", "/ht/offline/feedback", ColorScheme.Light),
        ("message", "/pt/feedback?about=services/{service}", ColorScheme.Light),
        ("answer", "/ht/feedback/answer", ColorScheme.Dark),
        ("about", "/ht/about", ColorScheme.Light),
        ("data", "/pt/data", ColorScheme.Light),
        ("contact", "/fr/contact", ColorScheme.Light),
        ("open-data", "/en/open-data", ColorScheme.Light),
        ("confirm-link-gone", "/es/confirm/none", ColorScheme.Light),
        ("not-found", "/fr/no/such/page", ColorScheme.Light),
        ("bad-question", "/pt/services?km=abc", ColorScheme.Dark),
        ("sign-in", "/staff/sign-in?lang=es", ColorScheme.Light),
        ("profile", "/hsds/profile?lang=fr", ColorScheme.Light),
    ];

    [Fact]
    public async Task Every_public_page_has_its_pictures()
    {
        var folder = Path.Combine(Repository.Root, Folder);
        if (Environment.GetEnvironmentVariable("TAMBO_PICTURES") == "1")
            await TakeAsync(Directory.CreateDirectory(folder).FullName);
        IEnumerable<string> there = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.jpg").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal) : [];
        Assert.Equal(Pages.SelectMany(page => new[] { BrowserOfTests.Phone, BrowserOfTests.Desk }.Select(width => NameOf(page.Name, width))).Order(StringComparer.Ordinal), there);
    }

    private async Task TakeAsync(string folder)
    {
        foreach (var width in (int[])[BrowserOfTests.Phone, BrowserOfTests.Desk])
        {
            foreach (var (name, path, scheme) in Pages)
            {
                var page = await browser.OpenAsync(width, scheme, baseUrl: town.Node.Address.ToString());
                await page.GotoAsync(path.Replace("{service}", TownNode.Open.Id.ToString("D"), StringComparison.Ordinal));
                await page.WaitForTimeoutAsync(300);
                var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
                await page.ScreenshotAsync(new PageScreenshotOptions
                {
                    Path = Path.Combine(folder, NameOf(name, width)),
                    Type = ScreenshotType.Jpeg,
                    Quality = 55,
                    FullPage = true,
                    Clip = new Clip { X = 0, Y = 0, Width = width, Height = Math.Min(height, Tallest) },
                });
                await page.Context.CloseAsync();
            }
        }
    }

    private static string NameOf(string name, int width) => $"{name}-{width}.jpg";
}
