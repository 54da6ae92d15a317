using System.Text.Json;
using Microsoft.Playwright;
using Tambo.Platform.Settings;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Offline;

/// <summary>A newer node replaces what devices keep, whole or not at all; and an operator can switch keeping off.</summary>
public sealed class WorkerVersionsTests(BrowserOfTests browser)
{
    [Fact]
    public async Task A_newer_version_replaces_all_pages_and_one_that_does_not_come_whole_replaces_none()
    {
        await using var older = await StartAsync("old start", "old about");
        await using var newer = await StartAsync("new start", "new about");
        await using var line = new NetworkLine(older.Address);
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/en");

        // The new version is announced, and one of its pages does not come.
        line.LeadTo(newer.Address);
        line.BreakAt("/en/about");
        await page.EvaluateAsync("navigator.serviceWorker.getRegistration().then(r => r.update()).then(r => globalThis.coming = r.installing)");
        await page.UntilAsync("() => globalThis.coming.state === 'redundant'");
        line.Cut();
        Assert.Equal(("old start", "old about"), await KeptAsync(page));

        line.Mend();
        line.BreakAt(null);
        await page.EvaluateAsync("navigator.serviceWorker.getRegistration().then(r => r.update())");
        await page.UntilAsync("async () => (await (await (await caches.open('tambo-pages')).match('/en/about')).text()).includes('new about') && !(await navigator.serviceWorker.getRegistration()).installing && !(await navigator.serviceWorker.getRegistration()).waiting");
        line.Cut();
        Assert.Equal(("new start", "new about"), await KeptAsync(page));
        // One list remains, and every file that is kept is named by a page that is.
        Assert.Equal(1, await page.EvaluateAsync<int>("caches.open('tambo-pages').then(c => c.keys()).then(k => k.filter(r => r.url.includes('offline.json')).length)"));
    }

    [Fact]
    public async Task When_the_operator_switches_keeping_off_devices_forget_and_stop()
    {
        await using var node = await StartAsync("start", "about");
        await using var off = await StartAsync("start", "about", settings => settings with { File = settings.File with { KeepOffline = false } });
        await using var line = new NetworkLine(node.Address);
        var page = await browser.OpenAsync(baseUrl: line.Address.ToString());
        await page.VisitAsync("/en");

        line.LeadTo(off.Address);
        await page.EvaluateAsync("navigator.serviceWorker.getRegistration().then(r => r.update())");
        await page.UntilAsync("async () => !(await caches.keys()).length && !(await navigator.serviceWorker.getRegistration())");
        await page.GotoAsync("/en/about");
        await page.UntilAsync("async () => !(await navigator.serviceWorker.getRegistration()) && !navigator.serviceWorker.controller");
        Assert.Empty(await page.EvaluateAsync<string[]>("caches.keys()"));
    }

    private static Task<TestNode> StartAsync(string start, string about, Func<NodeSettings, NodeSettings>? prepare = null) =>
        TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning), settings =>
        {
            Directory.CreateDirectory(Path.Combine(settings.Folder, "text"));
            File.WriteAllText(
                Path.Combine(settings.Folder, "text", "en.json"),
                JsonSerializer.Serialize(new Dictionary<string, string>(StringComparer.Ordinal) { ["home.title"] = start, ["about.what"] = about }));
            return prepare?.Invoke(settings) ?? settings;
        });

    private static async Task<(string Start, string About)> KeptAsync(IPage page)
    {
        await page.ForgetFreshAsync();
        await page.GotoAsync("/en");
        var start = await page.Locator("h1").TextContentAsync();
        await page.GotoAsync("/en/about");
        return (start!, (await page.Locator("main h2").First.TextContentAsync())!);
    }
}
