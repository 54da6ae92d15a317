using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Platform.Access;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Access;

/// <summary>Somebody adds a passkey in Chromium and comes in with it, through a device that the browser plays.</summary>
public sealed class PasskeyJourneyTests(BrowserOfTests browser)
{
    [Fact]
    public async Task A_passkey_added_to_the_account_signs_in_by_itself_until_the_node_no_longer_knows_it()
    {
        await using var node = await TestNode.StartAsync(
            Engine.Sqlite, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });
        var users = node.Services.GetRequiredService<StaffUsers>();
        await users.AddAsync(TestDatabase.Alice, new NewUser("nadia", "editor") { DisplayName = "Nadia Okoye" }, CancellationToken.None);
        var link = await users.CreateLinkAsync(TestDatabase.Alice, "nadia", CancellationToken.None);
        // Browsers allow passkeys on names, and plain connections on this one alone.
        var address = node.Address.ToString().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var page = await browser.OpenAsync(baseUrl: address);
        await AddDeviceAsync(page);

        await page.GotoAsync("/staff/sign-in/link/" + link);
        await page.ClickAsync("form[action*=link] button");
        await page.FillAsync("[name=password]", StaffBrowser.Password);
        await page.FillAsync("[name=again]", StaffBrowser.Password);
        await page.ClickAsync("form[action$=password] button");
        await page.WaitForURLAsync("**/staff", new() { WaitUntil = WaitUntilState.Commit });
        await page.GotoAsync("/staff/account", new() { WaitUntil = WaitUntilState.NetworkIdle });
        await page.FillAsync("[name=passkey-name]", "my telephone");
        await page.FillAsync("[name=passkey-password]", StaffBrowser.Password);
        await TapAsync(page, "form[data-passkey=add] button", page.GetByText("my telephone"));
        await page.ClickAsync("form[action='/staff/sign-out'] button");

        await page.GotoAsync("/staff/sign-in?next=/staff/account", new() { WaitUntil = WaitUntilState.NetworkIdle });
        await TapAsync(page, "form[data-passkey=sign-in] button", page.GetByText("my telephone"));
        Assert.EndsWith("/staff/account", page.Url, StringComparison.Ordinal);
        await page.ClickAsync("form[action$='/passkeys/remove'] button");
        await page.ClickAsync("form[action='/staff/sign-out'] button");

        await page.GotoAsync("/staff/sign-in", new() { WaitUntil = WaitUntilState.NetworkIdle });
        await TapAsync(page, "form[data-passkey=sign-in] button", page.Locator("#errors"));
        await page.GotoAsync("/staff");
        Assert.Equal("Please sign in", await page.Locator("h1").TextContentAsync());
    }

    [Fact]
    public async Task Without_a_script_or_where_the_browser_knows_no_passkeys_the_button_is_not_shown()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var plain = await browser.OpenAsync(script: false, baseUrl: node.Address.ToString());
        await plain.GotoAsync("/staff/sign-in");
        Assert.False(await plain.Locator("form[data-passkey]").IsVisibleAsync());
        var old = await browser.OpenAsync(baseUrl: node.Address.ToString());
        await old.AddInitScriptAsync("delete window.PublicKeyCredential");
        await old.GotoAsync("/staff/sign-in", new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.False(await old.Locator("form[data-passkey]").IsVisibleAsync());
        Assert.True(await old.Locator("form[action='/staff/sign-in'] button").IsVisibleAsync());
    }

    private static async Task AddDeviceAsync(IPage page)
    {
        var devices = await page.Context.NewCDPSessionAsync(page);
        await devices.SendAsync("WebAuthn.enable");
        await devices.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["options"] = new
            {
                protocol = "ctap2",
                transport = "internal",
                hasResidentKey = true,
                hasUserVerification = true,
                isUserVerified = true,
                automaticPresenceSimulation = true,
            },
        });
    }

    // Chromium uses a passkey only for the page in front, and other tests have pages of theirs: whoever is refused taps again.
    private static async Task TapAsync(IPage page, string button, ILocator then)
    {
        for (var tap = 1; ; tap++)
        {
            await page.BringToFrontAsync();
            await page.ClickAsync(button);
            try
            {
                await then.WaitForAsync(new() { Timeout = 10_000 });
                return;
            }
            catch (TimeoutException) when (tap < 4)
            {
                // Once more.
            }
        }
    }
}
