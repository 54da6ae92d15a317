using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

/// <summary>A passkey signs in by itself; and whatever is wrong with it, the answer is one and the same.</summary>
public sealed partial class PasskeySignInTests
{
    private const string Way = "/staff/sign-in/with-passkey";
    private const string Form = "form[action='" + Way + "']";

    [Theory]
    [OnEachEngine]
    public async Task A_passkey_alone_takes_the_place_of_name_password_and_code(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var device = await NadiaAsync(node);
        using var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/sign-in?next=/staff/account/tokens");
        Assert.True(browser.Document.QuerySelector(Form)!.HasAttribute("hidden"), "Without a script the button would do nothing.");

        var options = await browser.OptionsAsync(Way + "/options");
        using (var asked = JsonDocument.Parse(options))
        {
            Assert.Equal("required", asked.RootElement.GetProperty("userVerification").GetString());
            Assert.Equal(0, asked.RootElement.GetProperty("allowCredentials").GetArrayLength());
        }

        await browser.SubmitAsync(Form, ("credential", device.Prove(options)));
        Assert.Equal("/staff/account/tokens", browser.Path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);

        await using var connection = await node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(1, await connection.ExecuteScalarAsync<long>(
            "select count(*) from platform_audit_entries where change = 'access.passkey_used'"));
        Assert.Equal("open", await connection.ExecuteScalarAsync<string>("select stage from platform_sessions"));
    }

    [Fact]
    public async Task A_new_passkey_is_asked_to_stay_on_the_device_and_to_make_sure_who_holds_it()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        await browser.OpenAsync("/staff/account");
        using var asked = JsonDocument.Parse(await browser.OptionsAsync("/staff/account/passkeys/options"));
        var wanted = asked.RootElement.GetProperty("authenticatorSelection");
        Assert.Equal("preferred", wanted.GetProperty("residentKey").GetString());
        Assert.Equal("required", wanted.GetProperty("userVerification").GetString());
    }

    [Fact]
    public async Task A_new_password_that_is_due_is_asked_for_after_the_passkey()
    {
        await using var node = await StartAsync();
        using var device = await NadiaAsync(node);
        var link = await node.Services.GetRequiredService<StaffUsers>().CreateLinkAsync(TestDatabase.Alice, "nadia", CancellationToken.None);
        await node.Services.GetRequiredService<SignInLinks>().UseAsync(link, CancellationToken.None);
        using var browser = new StaffBrowser(node);

        await EnterAsync(browser, device);

        Assert.Equal("/staff/sign-in/password", browser.Path);
        await browser.SubmitAsync(
            "form[action$=password]", ("password", "tres gatos bajo la mesa verde"), ("again", "tres gatos bajo la mesa verde"));
        Assert.Equal("/staff", browser.Path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Theory]
    [InlineData("its challenge was answered before")]
    [InlineData("its challenge is another browser's")]
    [InlineData("a newer challenge took its place")]
    [InlineData("its challenge is of a second step")]
    [InlineData("its challenge is five minutes old")]
    [InlineData("it was not asked for")]
    [InlineData("nobody was verified")]
    [InlineData("it was used on another site")]
    [InlineData("the key is another one")]
    [InlineData("the owner is another one")]
    [InlineData("the owner is shut out")]
    [InlineData("its count goes back")]
    [InlineData("it was removed")]
    [InlineData("it is no passkey")]
    public async Task Whatever_is_wrong_with_a_passkey_the_answer_is_that_for_one_nobody_knows(string wrong)
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var node = await StartAsync(time: time);
        using var device = await NadiaAsync(node);
        using var unknown = new SoftwareAuthenticator(Origin(node)) { Handle = Guid.Empty.ToString("D") };
        using var stranger = new StaffBrowser(node);
        await EnterAsync(stranger, unknown);
        var expected = Seen(stranger);
        Assert.Equal(HttpStatusCode.Unauthorized, expected.Status);

        using var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/sign-in");
        var proof = device.Prove(await browser.OptionsAsync(Way + "/options"));
        switch (wrong)
        {
            case "its challenge was answered before":
                browser.Planted = browser.Challenge;
                await browser.SubmitAsync(Form, ("credential", proof));
                Assert.Equal("/staff", browser.Path);
                await browser.SubmitAsync("form[action='/staff/sign-out']");
                // The passkey does not count its uses, so that the challenge alone stands in the way.
                await ForgetUsesAsync(node);
                break;
            case "its challenge is another browser's":
                using (var thief = new StaffBrowser(node))
                {
                    await thief.OpenAsync("/staff/sign-in");
                    await thief.OptionsAsync(Way + "/options");
                    await thief.SubmitAsync(Form, ("credential", proof));
                    Assert.Equal(expected, Seen(thief));
                }

                return;
            case "a newer challenge took its place":
                await browser.OptionsAsync(Way + "/options");
                break;
            case "its challenge is of a second step":
                await browser.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
                proof = device.Prove(await browser.OptionsAsync("/staff/sign-in/passkey/options"));
                await browser.OpenAsync("/staff/sign-in");
                break;
            case "its challenge is five minutes old":
                time.Advance(TimeSpan.FromMinutes(5));
                break;
            case "it was not asked for":
                using (var fresh = new StaffBrowser(node))
                {
                    await fresh.OpenAsync("/staff/sign-in");
                    await fresh.SubmitAsync(Form, ("credential", proof));
                    Assert.Equal(expected, Seen(fresh));
                }

                return;
            case "nobody was verified":
                device.Verifies = false;
                proof = device.Prove(await browser.OptionsAsync(Way + "/options"));
                break;
            case "it was used on another site":
                device.Origin = "https://evil.example";
                proof = device.Prove(await browser.OptionsAsync(Way + "/options"));
                break;
            case "the key is another one":
                using (var thief = new SoftwareAuthenticator(Origin(node)) { Handle = device.Handle, Id = device.Id, Uses = 50 })
                    proof = thief.Prove(await browser.OptionsAsync(Way + "/options"));
                break;
            case "the owner is another one":
                using (await StaffBrowser.SignedInAsync(node, "tomas", "administrator"))
                    device.Handle = (await UserRows.ByNameAsync(node.Db, "tomas", CancellationToken.None))!.Id.ToString("D");
                proof = device.Prove(await browser.OptionsAsync(Way + "/options"));
                break;
            case "the owner is shut out":
                using (await StaffBrowser.SignedInAsync(node, "tomas", "administrator"))
                    await node.Services.GetRequiredService<StaffUsers>().SetDisabledAsync(TestDatabase.Alice, Guid.Parse(device.Handle), disabled: true, CancellationToken.None);
                break;
            case "its count goes back":
                await browser.SubmitAsync(Form, ("credential", proof));
                Assert.Equal("/staff", browser.Path);
                await browser.SubmitAsync("form[action='/staff/sign-out']");
                device.Uses--;
                proof = device.Prove(await browser.OptionsAsync(Way + "/options"));
                break;
            case "it was removed":
                await RemoveAsync(node);
                break;
            default:
                proof = """{"response": {"userHandle": 7}}""";
                break;
        }

        await browser.SubmitAsync(Form, ("credential", proof));

        Assert.Equal(expected, Seen(browser));
        await browser.OpenAsync("/staff/account");
        Assert.NotEqual((HttpStatusCode.OK, "/staff/account"), (browser.Status, browser.Path));
    }

    [Theory]
    [OnEachEngine]
    public async Task Two_answers_with_the_same_count_of_uses_at_once_let_one_in(Engine engine)
    {
        await using var node = await StartAsync(engine);
        using var device = await NadiaAsync(node);
        var browsers = Enumerable.Range(0, 4).Select(_ => new StaffBrowser(node)).ToList();
        var proofs = new List<string>();
        foreach (var browser in browsers)
        {
            await browser.OpenAsync("/staff/sign-in");
            device.Uses = 7;
            proofs.Add(device.Prove(await browser.OptionsAsync(Way + "/options")));
        }

        await Task.WhenAll(browsers.Zip(proofs, (browser, proof) => browser.SubmitAsync(Form, ("credential", proof))));

        Assert.Single(browsers, browser => browser.Path == "/staff");
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task After_five_wrong_passkeys_the_right_one_waits_too_for_owners_that_exist_and_owners_that_do_not()
    {
        var time = new SettableTime(SettableTime.Noon);
        await using var node = await StartAsync(time: time);
        using var own = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        using var device = new SoftwareAuthenticator(Origin(node));
        await device.AddToAsync(own);
        var answers = new List<(HttpStatusCode, string)>();
        foreach (var handle in new[] { device.Handle, Guid.Empty.ToString("D") })
        {
            for (var i = 0; i < 5; i++)
            {
                using var thief = new SoftwareAuthenticator(Origin(node)) { Handle = handle };
                using var stranger = new StaffBrowser(node);
                await EnterAsync(stranger, thief);
                Assert.Equal(HttpStatusCode.Unauthorized, stranger.Status);
            }

            using var next = new StaffBrowser(node);
            using var other = new SoftwareAuthenticator(Origin(node)) { Handle = handle };
            await EnterAsync(next, handle == device.Handle ? device : other);
            Assert.Equal(TimeSpan.FromMinutes(1), next.Answer.Headers.RetryAfter?.Delta);
            answers.Add(Seen(next));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, answers[0].Item1);
        Assert.Equal(answers[0], answers[1]);

        // The real owner, on the device they work on; and elsewhere a minute later.
        await own.SubmitAsync("form[action='/staff/sign-out']");
        await EnterAsync(own, device);
        Assert.Equal("/staff", own.Path);
        time.Advance(TimeSpan.FromMinutes(1));
        using var elsewhere = new StaffBrowser(node);
        await EnterAsync(elsewhere, device);
        Assert.Equal("/staff", elsewhere.Path);
    }

    [Fact]
    public async Task Wrong_passwords_of_a_stranger_do_not_keep_the_owner_of_a_passkey_out()
    {
        await using var node = await StartAsync();
        using var own = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        using var device = new SoftwareAuthenticator(Origin(node));
        await device.AddToAsync(own);
        using var stranger = new StaffBrowser(node);
        for (var i = 0; i < 6; i++)
        {
            await stranger.OpenAsync("/staff/sign-in");
            await stranger.SubmitAsync("main form", ("name", "nadia"), ("password", "wrong"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, stranger.Status);
        using var elsewhere = new StaffBrowser(node);
        await EnterAsync(elsewhere, device);
        Assert.Equal("/staff", elsewhere.Path);

        // Whoever cannot prove to be the owner does not get in, and is not told that the password waits.
        using var thief = new SoftwareAuthenticator(Origin(node)) { Handle = device.Handle };
        using var other = new StaffBrowser(node);
        await EnterAsync(other, thief);
        Assert.Equal(HttpStatusCode.Unauthorized, other.Status);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("[]", "")]
    [InlineData("{\"response\": 1}", "")]
    [InlineData("{\"response\": {}}", "")]
    [InlineData("{\"response\": {\"userHandle\": null}}", "")]
    [InlineData("{\"response\": {\"userHandle\": \"?\"}}", "")]
    [InlineData("{\"response\": {\"userHandle\": \"Ym9i\"}}", "bob")]
    // "{0A0A0A0A-0000-0000-0000-00000000000A}", which names the same account as its plain spelling.
    [InlineData("{\"response\": {\"userHandle\": \"ezBBMEEwQTBBLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwQX0\"}}", "0a0a0a0a-0000-0000-0000-00000000000a")]
    public void Attempts_are_counted_on_the_owner_that_an_answer_names(string credential, string owner) =>
        Assert.Equal(owner, PasskeySignIn.ClaimedHandle(credential));

    private static Task<TestNode> StartAsync(Engine engine = Engine.Sqlite, TimeProvider? time = null) => TestNode.StartAsync(
        engine, time, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });

    private static string Origin(TestNode node) => node.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>Nadia's device, after she has added its passkey and gone.</summary>
    private static async Task<SoftwareAuthenticator> NadiaAsync(TestNode node)
    {
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        var device = new SoftwareAuthenticator(Origin(node));
        await device.AddToAsync(browser);
        Assert.Contains("work phone", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("form[action='/staff/sign-out']");
        return device;
    }

    private static async Task EnterAsync(StaffBrowser browser, SoftwareAuthenticator device)
    {
        await browser.OpenAsync("/staff/sign-in");
        await browser.SubmitAsync(Form, ("credential", device.Prove(await browser.OptionsAsync(Way + "/options"))));
    }

    private static async Task RemoveAsync(TestNode node)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "access.passkey_removed", "test", CancellationToken.None);
        await change.ExecuteAsync("delete from platform_passkeys");
        await change.CommitAsync(CancellationToken.None);
    }

    private static async Task ForgetUsesAsync(TestNode node)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "access.passkey_used", "test", CancellationToken.None);
        await change.ExecuteAsync("update platform_passkeys set data = replace(data, '\"SignCount\":2', '\"SignCount\":1')");
        await change.CommitAsync(CancellationToken.None);
    }

    /// <summary>What somebody sees: the status and the page, without what is drawn by lot.</summary>
    private static (HttpStatusCode Status, string Page) Seen(StaffBrowser browser) => (
        browser.Status, Lot().Replace(browser.Document.QuerySelector("main")!.InnerHtml, ""));

    [GeneratedRegex("(RequestVerificationToken|idempotency-key)\" value=\"[^\"]*\"", RegexOptions.None, 1000)]
    private static partial Regex Lot();
}
