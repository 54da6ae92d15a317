using Microsoft.Playwright;

namespace Tambo.Tests.Browser.Offline;

/// <summary>What tests of kept pages do with a phone.</summary>
internal static class KeepingPhone
{
    /// <summary>Opens a page, and waits until what is kept after one visit is there.</summary>
    public static async Task VisitAsync(this IPage page, string path)
    {
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        await page.UntilAsync("async () => !!(await navigator.serviceWorker.getRegistration())?.active && !!navigator.serviceWorker.controller");
    }

    /// <summary>Waits until a page is kept.</summary>
    public static Task KeptAsync(this IPage page, string path) =>
        page.UntilAsync("async path => !!(await (await caches.open('tambo-pages')).match(path))", path);

    /// <summary>Waits until a question to the page, which may take its time, is answered with yes.</summary>
    public static async Task UntilAsync(this IPage page, string question, object? about = null)
    {
        for (var turn = 0; turn < 400; turn++)
        {
            if (await page.EvaluateAsync<bool>(question, about))
                return;
            await Task.Delay(50);
        }

        throw new TimeoutException(question);
    }

    /// <summary>
    /// Empties the browser's own cache: what a page says of itself that it stays right for some minutes, a browser shows for
    /// these without asking anybody.
    /// </summary>
    public static async Task ForgetFreshAsync(this IPage page)
    {
        var network = await page.Context.NewCDPSessionAsync(page);
        await network.SendAsync("Network.clearBrowserCache");
        await network.DetachAsync();
    }
}
