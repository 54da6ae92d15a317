using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Tambo.Tests.Support.Browser))]

namespace Tambo.Tests.Support;

/// <summary>
/// One Chromium for all browser tests; it starts when the first test asks for a page. Ask for it as a constructor
/// argument of the test class.
/// </summary>
public sealed class Browser : IAsyncDisposable
{
    private readonly SemaphoreSlim starting = new(1, 1);
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>Width of a cheap phone, in CSS pixels.</summary>
    public const int Phone = 360;

    /// <summary>Width of a desk screen, in CSS pixels.</summary>
    public const int Desk = 1280;

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
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
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
                ExecutablePath = Environment.GetEnvironmentVariable("TAMBO_CHROMIUM") ?? "/usr/bin/chromium",
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
