using System.Net;
using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.Users;
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
        await AddAsync(browser, device);
        Assert.Contains("work phone", browser.Text, StringComparison.Ordinal);
        var user = await UserRows.ByNameAsync(node.Db, "nadia", CancellationToken.None);

        await browser.SubmitAsync("form[action='/staff/sign-out']");
        await browser.OpenAsync("/staff/sign-in");
        await browser.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        Assert.Equal("/staff/sign-in/second", browser.Path);
        var options = await OptionsAsync(browser, "/staff/sign-in/passkey/options");
        await browser.SubmitAsync("form[data-passkey]", ("credential", device.Prove(options, user!.Id.ToString("D"))));
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
        await AddAsync(browser, device);
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        Assert.DoesNotContain("work phone", browser.Text, StringComparison.Ordinal);

        device.Origin = node.Address.GetLeftPart(UriPartial.Authority);
        await AddAsync(browser, device);
        Assert.Contains("work phone", browser.Text, StringComparison.Ordinal);
        var user = await UserRows.ByNameAsync(node.Db, "nadia", CancellationToken.None);

        using var other = new StaffBrowser(node);
        await other.OpenAsync("/staff/sign-in");
        await other.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        var options = await OptionsAsync(other, "/staff/sign-in/passkey/options");
        var proof = device.Prove(options, user!.Id.ToString("D"));

        using var thief = new StaffBrowser(node);
        await thief.OpenAsync("/staff/sign-in");
        await thief.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        await OptionsAsync(thief, "/staff/sign-in/passkey/options");
        await thief.SubmitAsync("form[data-passkey]", ("credential", proof));
        Assert.Equal(HttpStatusCode.Unauthorized, thief.Status);

        await other.SubmitAsync("form[data-passkey]", ("credential", proof));
        Assert.Equal("/staff", other.Path);
    }

    private static async Task AddAsync(StaffBrowser browser, SoftwareAuthenticator device)
    {
        await browser.OpenAsync("/staff/account");
        var options = await OptionsAsync(browser, "/staff/account/passkeys/options");
        await browser.SubmitAsync("form[data-passkey]", ("credential", device.Create(options)), ("passkey-name", "work phone"), ("passkey-password", StaffBrowser.Password));
    }

    private static async Task<string> OptionsAsync(StaffBrowser browser, string address)
    {
        var token = browser.Document.QuerySelector("form[data-passkey] input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("__RequestVerificationToken", token)]);
        using var answer = await browser.Client.PostAsync(new Uri(address, UriKind.Relative), form);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.MediaType);
        return await answer.Content.ReadAsStringAsync();
    }
}
