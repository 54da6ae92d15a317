using System.Text;
using Microsoft.Playwright;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Guide.Translating;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Journeys;

/// <summary>A translator brings a language to complete with a file from a translation program, with and without a script.</summary>
public sealed class TranslatorCompletesALanguageTests(BrowserOfTests browser)
{
    private const string Root = "/staff/guide/translations";

    [Theory]
    [InlineData(BrowserOfTests.Phone, true)]
    [InlineData(BrowserOfTests.Desk, false)]
    public async Task A_translator_brings_a_language_to_complete(int width, bool script)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        // What is written in no known language would be told and never complete: here all say theirs.
        var services = Enumerable.Range(1, 3).Select(number => new Service
        {
            Id = Guid.CreateVersion7(SettableTime.Noon),
            Name = $"Kitchen {number}",
            Description = $"Soup for {number}",
            TextLanguage = "en",
            CreatedAt = SettableTime.Noon,
            ChangedAt = SettableTime.Noon,
            ChangedBy = "test",
        }).ToList();
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of(services), "edited"));
        using var bea = await desk.SignInAsync("bea", "editor");
        var page = await browser.OpenAsync(width, script: script, baseUrl: desk.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = bea.Session.Split('=', 2)[1], Url = desk.Node.Address.ToString() }]);

        // The desk says how much is missing.
        await page.GotoAsync("/staff?lang=en");
        await page.Locator($"nav a[href='{Root}']").ClickAsync();
        Assert.True(await FigureAsync(page, "Missing") > 6);
        Assert.NotEqual("100 %", await ShareAsync(page));

        // The texts go out, and come back in the words of a translator.
        await page.SelectOptionAsync("#take [name=language]", "fr");
        var download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#take button"));
        Assert.EndsWith(".xlf", download.SuggestedFilename, StringComparison.Ordinal);
        string file;
        await using (var bytes = await download.CreateReadStreamAsync())
        using (var reader = new StreamReader(bytes))
            file = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
        file = TranslationFilesTests.Translated(file, source => source.Replace("Kitchen", "Cuisine", StringComparison.Ordinal).Replace("Soup for", "Soupe pour", StringComparison.Ordinal), "translated");
        await page.ClickAsync($"a[href='{Root}/import']");
        await page.SetInputFilesAsync("[name=files]", new FilePayload { Name = "fr.xlf", MimeType = "application/xliff+xml", Buffer = Encoding.UTF8.GetBytes(file) });
        await page.ClickAsync($"form[action='{Root}/import/check'] button");
        await page.GetByText("Soupe pour 2").WaitForAsync();
        await page.ClickAsync($"form[action='{Root}/import/run'] button");
        await page.GetByText("records were changed").WaitForAsync();

        // The language is complete, and readers have it.
        await page.ClickAsync($"[role=status] a[href='{Root}?language=fr']");
        Assert.Equal("100 %", await ShareAsync(page));
        Assert.Equal(0, await FigureAsync(page, "Missing"));
        await page.GotoAsync($"/fr/services/{services[1].Id:D}");
        await page.GetByRole(AriaRole.Heading, new() { Name = "Cuisine 2" }).WaitForAsync();
        Assert.Equal(0, await page.GetByText("(anglais)").CountAsync());
        Assert.Contains("Soupe pour 2", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        // The text changes, and the desk shows it first with the words that changed.
        await page.GotoAsync($"/staff/guide/services/{services[1].Id:D}");
        await page.FillAsync("[name=description]", "Soup and bread for 2");
        await page.ClickAsync($"form[action='/staff/guide/services/{services[1].Id:D}'] button");
        await page.GotoAsync(Root + "?language=fr");
        var first = page.Locator("main table").Last.Locator("tbody tr").First;
        Assert.Contains("Kitchen 2: Description", await first.InnerTextAsync(), StringComparison.Ordinal);
        Assert.Contains("and bread", await first.Locator("ins").InnerTextAsync(), StringComparison.Ordinal);
        Assert.NotEqual("100 %", await ShareAsync(page));
        await page.GotoAsync($"/fr/services/{services[1].Id:D}");
        // The browser may keep the page for a minute.
        await page.ReloadAsync();
        Assert.Contains("anglais", await page.InnerTextAsync("main"), StringComparison.Ordinal);

        // Mended beside what has changed, it is whole again.
        await page.GotoAsync(Root + "?language=fr");
        await first.Locator("a").First.ClickAsync();
        await page.Locator("#t-description del, #t-description ins").First.WaitForAsync();
        await page.FillAsync("#t-description textarea", "Soupe et pain pour 2");
        await page.ClickAsync($"form[action='{Root}/service/{services[1].Id:D}'] > .acts button");
        await page.ClickAsync($"[role=status] a[href='{Root}?language=fr']");
        Assert.Equal("100 %", await ShareAsync(page));
    }

    private static ILocator French(IPage page) => page.Locator("main table").First.Locator("tbody tr").Filter(new() { HasText = "Français" });

    private static async Task<string> ShareAsync(IPage page) => (await French(page).Locator(".tag").InnerTextAsync()).Trim();

    private static async Task<int> FigureAsync(IPage page, string column) =>
        int.Parse((await French(page).Locator($"td[data-label='{column}'] > span").InnerTextAsync()).Trim().Split('\n', ' ', 'F')[0], System.Globalization.CultureInfo.InvariantCulture);
}
