using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Playwright;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Tambo.Tests.Support.Browser))]
[assembly: Tambo.Tests.Support.ClosesPages]

namespace Tambo.Tests.Support;

/// <summary>
/// One Chromium for all browser tests; it starts when the first test asks for a page. Ask for it as a constructor
/// argument of the test class. A test's pages are closed when it ends, or
/// goes on for five minutes: an open one costs memory, and goes on asking its node.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<string, ConcurrentBag<IBrowserContext>> Opened = new(StringComparer.Ordinal);
    private static readonly ConcurrentQueue<Task> Closing = new();

    // What a page is asked to do has no end of its own where the page waits for something that never comes.
    private static readonly TimeSpan LongestTest = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Width of a cheap phone, in CSS pixels.</summary>
    public const int Phone = 360;

    /// <summary>Width of a desk screen, in CSS pixels.</summary>
    public const int Desk = 1280;

    /// <summary>The browser's program: Chromium as it is installed, unless TAMBO_CHROMIUM names another.</summary>
    public static string Program => Environment.GetEnvironmentVariable("TAMBO_CHROMIUM") ?? "/usr/bin/chromium";

    /// <summary>Opens an empty page of its own, without cookies or cache of other tests.</summary>
    public async Task<IPage> OpenAsync(
        int width = Phone, ColorScheme scheme = ColorScheme.Light, bool script = true, string? baseUrl = null)
    {
        var context = await (await StartedAsync()).NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 740 },
            ColorScheme = scheme,
            JavaScriptEnabled = script,
            BaseURL = baseUrl,
            ReducedMotion = ReducedMotion.Reduce,
        });
        if (TestContext.Current.Test is { } test)
        {
            Opened.GetOrAdd(test.UniqueID, _ => []).Add(context);
            _ = CloseLateAsync(test.UniqueID, context);
        }

        return await context.NewPageAsync();
    }

    /// <summary>Begins to close what a test has opened; the next test does not wait for it.</summary>
    internal static void Close(IXunitTest test)
    {
        if (Opened.TryRemove(test.UniqueID, out var contexts))
            Closing.Enqueue(Task.Run(() => Task.WhenAll(contexts.Select(context => context.CloseAsync()))));
    }

    /// <summary>Takes the pages of a test that does not end: whatever waits for one fails then.</summary>
    private static async Task CloseLateAsync(string test, IBrowserContext context)
    {
        await Task.Delay(LongestTest);
        if (Opened.ContainsKey(test))
            await context.CloseAsync();
    }

    public async ValueTask DisposeAsync()
    {
        // A page whose request was never answered may not close by itself; it goes with the browser.
        await Task.WhenAny(Task.WhenAll(Closing), Task.Delay(TimeSpan.FromSeconds(30)));
        if (browser is not null)
            await Task.WhenAny(browser.CloseAsync(), Task.Delay(TimeSpan.FromSeconds(30)));
        playwright?.Dispose();
        starting.Dispose();
    }

    private async Task<IBrowser> StartedAsync()
    {
        await starting.WaitAsync();
        try
        {
            playwright ??= await Playwright.CreateAsync();
            return browser ??= await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                // The sandbox refuses to run as root.
                ChromiumSandbox = !string.Equals(Environment.UserName, "root", StringComparison.Ordinal),
                Args = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
            });
        }
        finally
        {
            starting.Release();
        }
    }
}

/// <summary>After each test, closes its pages.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class ClosesPagesAttribute : BeforeAfterTestAttribute
{
    public override void After(MethodInfo methodUnderTest, IXunitTest test) => Browser.Close(test);
}
