using System.Net;
using AngleSharp.Dom;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class PasskeyTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_passkey_is_added_and_then_takes_the_place_of_the_code(Engine engine)
    {
        await using var node = await TestNode.StartAsync(
            engine, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        using var device = new SoftwareAuthenticator(node.Address.GetLeftPart(UriPartial.Authority));
        await device.AddToAsync(browser);
        Assert.Contains("work phone", browser.Text, StringComparison.Ordinal);

        await browser.SubmitAsync("form[action='/staff/sign-out']");
        await browser.OpenAsync("/staff/sign-in");
        await browser.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        Assert.Equal("/staff/sign-in/second", browser.Path);
        var options = await browser.OptionsAsync("/staff/sign-in/passkey/options");
        await browser.SubmitAsync("form[data-passkey]", ("credential", device.Prove(options)));
        Assert.Equal("/staff", browser.Path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        await browser.OpenAsync("/staff/account");

        await browser.SubmitAsync("form[action$='/passkeys/remove']");
        Assert.DoesNotContain("work phone", browser.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passkey_made_for_another_site_or_used_without_its_challenge_is_refused()
    {
        await using var node = await TestNode.StartAsync(
            Engine.Sqlite, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        using var device = new SoftwareAuthenticator("https://evil.example");
        await device.AddToAsync(browser);
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        Assert.DoesNotContain("work phone", browser.Text, StringComparison.Ordinal);

        device.Origin = node.Address.GetLeftPart(UriPartial.Authority);
        await device.AddToAsync(browser);
        Assert.Contains("work phone", browser.Text, StringComparison.Ordinal);

        using var other = new StaffBrowser(node);
        await other.OpenAsync("/staff/sign-in");
        await other.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        var options = await other.OptionsAsync("/staff/sign-in/passkey/options");
        var proof = device.Prove(options);

        using var thief = new StaffBrowser(node);
        await thief.OpenAsync("/staff/sign-in");
        await thief.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        await thief.OptionsAsync("/staff/sign-in/passkey/options");
        await thief.SubmitAsync("form[data-passkey]", ("credential", proof));
        Assert.Equal(HttpStatusCode.Unauthorized, thief.Status);

        await other.SubmitAsync("form[data-passkey]", ("credential", proof));
        Assert.Equal("/staff", other.Path);
    }
}
