using System.Text.Json;
using Microsoft.Playwright;
using Tambo.Tests.Platform.Shell;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Browser.Shell;

public sealed class EnhancementTests(BrowserOfTests browser, ShellSite site) : IClassFixture<ShellSite>
{
    [Fact]
    public async Task Without_script_no_button_is_shown_that_would_do_nothing()
    {
        var page = await browser.OpenAsync(script: false);
        await page.GotoAsync($"{site.Url}/contributors/design");

        Assert.False(await page.Locator("form[data-near]").IsVisibleAsync());
        Assert.False(await page.Locator("button[data-share]").IsVisibleAsync());
        Assert.True(await page.Locator(".filters button").IsVisibleAsync());
    }

    [Fact]
    public async Task A_position_is_asked_for_after_the_tap_and_leaves_rounded_by_post()
    {
        var page = await browser.OpenAsync();
        await page.Context.GrantPermissionsAsync(["geolocation"]);
        await page.Context.SetGeolocationAsync(new Geolocation { Latitude = 10.123456f, Longitude = -59.987654f });
        await page.AddInitScriptAsync("""
            const ask = navigator.geolocation.getCurrentPosition.bind(navigator.geolocation);
            window.asked = 0;
            navigator.geolocation.getCurrentPosition = (...a) => { window.asked++; ask(...a); };
            """);
        await page.GotoAsync($"{site.Url}/contributors/design", new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.Equal(0, await page.EvaluateAsync<int>("window.asked"));

        var sent = await page.RunAndWaitForRequestAsync(
            () => page.Locator("form[data-near] button").ClickAsync(), r => r.Method == "POST");

        Assert.Equal("lat=10.12&lon=-59.99", sent.PostData);
        Assert.DoesNotContain("10.1", sent.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sharing_hands_over_the_address_and_the_title()
    {
        var page = await browser.OpenAsync();
        await page.AddInitScriptAsync("navigator.share = async d => { window.shared = d; };");
        await page.GotoAsync($"{site.Url}/contributors/design#notices", new() { WaitUntil = WaitUntilState.NetworkIdle });

        await page.Locator("button[data-share]").ClickAsync();

        Assert.Equal($"{site.Url}/contributors/design", await page.EvaluateAsync<string>("window.shared.url"));
    }

    [Fact]
    public async Task A_language_link_keeps_the_place_on_the_page()
    {
        var page = await browser.OpenAsync();
        await page.GotoAsync($"{site.Url}/contributors/design#notices", new() { WaitUntil = WaitUntilState.NetworkIdle });

        await page.Locator(".tongues a[lang=ht]").ClickAsync();

        await page.WaitForURLAsync("**/contributors/design?lang=ht#notices");
    }

    [Fact]
    public async Task The_map_library_comes_only_when_asked_for_and_needs_nobody_else()
    {
        var page = await browser.OpenAsync();
        var asked = new List<string>();
        var complaints = new List<string>();
        page.Request += (_, request) => asked.Add(request.Url);
        page.Console += (_, message) => complaints.Add(message.Text);
        await page.GotoAsync($"{site.Url}/en/map", new() { WaitUntil = WaitUntilState.NetworkIdle });
        Assert.DoesNotContain(asked, url => url.Contains("map-", StringComparison.Ordinal));

        await page.GetByRole(AriaRole.Button, new() { Name = "Open the interactive map" }).ClickAsync();
        await page.Locator(".spot").First.WaitForAsync();
        await page.Locator(".spot").First.ClickAsync();

        Assert.Equal("Casa del Puente <b>", await page.Locator(".leaflet-popup-content a").TextContentAsync());
        Assert.All(asked, url => Assert.StartsWith(site.Url, url, StringComparison.Ordinal));
        Assert.Empty(complaints);
    }

    [Fact]
    public async Task A_map_that_cannot_load_says_so_and_keeps_the_drawing()
    {
        var page = await browser.OpenAsync();
        await page.RouteAsync("**/places.geojson", route => route.AbortAsync());
        await page.GotoAsync($"{site.Url}/en/map", new() { WaitUntil = WaitUntilState.NetworkIdle });

        await page.GetByRole(AriaRole.Button, new() { Name = "Open the interactive map" }).ClickAsync();

        await page.GetByText("The map could not be loaded").WaitForAsync();
        Assert.True(await page.Locator("svg.map").IsVisibleAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_passkey_is_made_and_then_signs_in(bool browserKnowsJson)
    {
        var page = await browser.OpenAsync(BrowserOfTests.Desk);
        if (!browserKnowsJson)
        {
            await page.AddInitScriptAsync("""
                delete PublicKeyCredential.parseCreationOptionsFromJSON;
                delete PublicKeyCredential.parseRequestOptionsFromJSON;
                delete PublicKeyCredential.prototype.toJSON;
                """);
        }

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

        var added = await UseAsync(page, "add");
        var used = await UseAsync(page, "sign-in");

        Assert.Equal("public-key", added.GetProperty("type").GetString());
        Assert.NotEqual("", added.GetProperty("response").GetProperty("attestationObject").GetString());
        Assert.Equal(added.GetProperty("id").GetString(), used.GetProperty("id").GetString());
        var client = Microsoft.AspNetCore.WebUtilities.WebEncoders.Base64UrlDecode(
            used.GetProperty("response").GetProperty("clientDataJSON").GetString()!);
        using var said = JsonDocument.Parse(client);
        Assert.Equal("__79_Pv6-fj39vX08_Lx8O_u7ezr6uno5-bl5OPi4eA", said.RootElement.GetProperty("challenge").GetString());
        Assert.NotEqual("", used.GetProperty("response").GetProperty("signature").GetString());
    }

    private async Task<JsonElement> UseAsync(IPage page, string passkey)
    {
        await page.GotoAsync($"{site.Url}/staff/example", new() { WaitUntil = WaitUntilState.NetworkIdle });
        // Chromium uses a passkey only for the page in front, and other tests have pages of theirs: whoever is refused taps again.
        for (var tap = 1; !page.Url.EndsWith("/staff/passkey/answer", StringComparison.Ordinal); tap++)
        {
            await page.BringToFrontAsync();
            await page.Locator($"form[data-passkey={passkey}] button").ClickAsync();
            try
            {
                await page.WaitForURLAsync("**/staff/passkey/answer", new() { Timeout = 10_000 });
            }
            catch (TimeoutException) when (tap < 4)
            {
                // Once more.
            }
        }

        using var answer = JsonDocument.Parse(await page.Locator("body").TextContentAsync() ?? "");
        return answer.RootElement.Clone();
    }
}
