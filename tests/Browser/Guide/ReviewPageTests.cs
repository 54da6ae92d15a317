using Microsoft.Playwright;
using Tambo.Tests.Guide.Reviews;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Guide;

/// <summary>The page of a mail's link: for everybody who can open a mail, in every language, without a script.</summary>
public sealed class ReviewPageTests(BrowserOfTests browser)
{
    [Theory]
    [InlineData(ColorScheme.Light, BrowserOfTests.Phone)]
    [InlineData(ColorScheme.Dark, BrowserOfTests.Desk)]
    public async Task It_breaks_no_rule_of_accessibility_before_and_after_an_answer(ColorScheme scheme, int width)
    {
        await using var node = await ReviewNode.StartAsync(Tambo.Tests.Support.Engine.Sqlite);
        var link = await AnswerReviewTests.AskedAsync(node);
        var page = await browser.OpenAsync(width, scheme, baseUrl: node.Node.Address.ToString());
        var found = new List<string>();
        async Task LookAsync(string path)
        {
            found.AddRange((await Axe.BreachesAsync(page)).Select(breach => $"{path} {breach}"));
            if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") > width)
                found.Add($"{path} needs scrolling sideways");
            if ((await page.ContentAsync()).Contains(">[", StringComparison.Ordinal))
                found.Add($"{path} lacks a text");
        }

        foreach (var language in new[] { "es", "en", "fr", "pt", "ht" })
        {
            foreach (var path in new[] { $"/{language}{link[3..]}", $"/{language}{link[3..]}?about={node.Soup.Id:D}" })
            {
                await page.GotoAsync(path);
                await LookAsync(path);
            }
        }

        await page.GotoAsync(link);
        await page.Locator("button:has-text('Everything is right')").First.ClickAsync();
        await LookAsync("confirmed");
        await page.ClickAsync("a:has-text('Something is wrong')");
        await page.CheckAsync("[name=marks][value=hours]");
        await page.ClickAsync("main form button");
        await LookAsync("told");
        Assert.Empty(found);
    }

    [Fact]
    public async Task One_tap_confirms_on_a_phone_without_a_script()
    {
        await using var node = await ReviewNode.StartAsync(Tambo.Tests.Support.Engine.Sqlite);
        var link = await AnswerReviewTests.AskedAsync(node);
        var page = await browser.OpenAsync(BrowserOfTests.Phone, script: false, baseUrl: node.Node.Address.ToString());
        await page.GotoAsync(link);
        await page.ClickAsync("button:has-text('All 2 of these are right')");
        Assert.Contains("2 services were confirmed today", await page.TextContentAsync("main"), StringComparison.Ordinal);
        Assert.All((await node.DirectoryAsync()).Records.Services, service => Assert.Equal(2, service.Version));
    }
}
