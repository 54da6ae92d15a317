using System.Net;
using AngleSharp.Dom;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class SignInPageTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_new_colleague_comes_in_by_link_chooses_a_password_and_sets_up_an_app(Engine engine)
    {
        var time = new SettableTime(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var node = await TestNode.StartAsync(engine, time);
        var users = node.Services.GetRequiredService<StaffUsers>();
        await users.AddAsync(TestDatabase.Alice, new NewUser("nadia", "editor") { DisplayName = "Nadia Okoye" }, CancellationToken.None);
        var link = await users.CreateLinkAsync(TestDatabase.Alice, "nadia", CancellationToken.None);
        using var browser = new StaffBrowser(node);

        await browser.OpenAsync("/staff/sign-in/link/" + link);
        Assert.Contains("Nadia Okoye", browser.Text, StringComparison.Ordinal);
        await browser.OpenAsync("/staff/sign-in/link/" + link);
        await browser.SubmitAsync("form[action*=link]");
        Assert.Equal("/staff/sign-in/password", browser.Path);

        await browser.SubmitAsync("main form", ("password", "password1234"), ("again", "password1234"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, browser.Status);
        Assert.NotNull(browser.Document.QuerySelector("#f-password[aria-invalid=true]"));
        await browser.SubmitAsync("main form", ("password", StaffBrowser.Password), ("again", StaffBrowser.Password));
        Assert.Equal("/staff/sign-in/enrolment", browser.Path);

        var spelled = browser.Document.QuerySelector("main code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        Assert.NotNull(browser.Document.QuerySelector("svg[role=img] path"));
        await browser.SubmitAsync("main form", ("code", "000000"));
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        Assert.Equal(spelled, browser.Document.QuerySelector("main code")!.TextContent.Replace(" ", "", StringComparison.Ordinal));
        await browser.SubmitAsync("main form", ("code", CodeOf(spelled, time)));
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        var codes = browser.Document.QuerySelectorAll("ol.codes code").Select(code => code.TextContent).ToList();
        Assert.Equal(10, codes.Count);

        await browser.OpenAsync("/staff");
        Assert.Equal("/staff", browser.Path);
        Assert.Contains("Nadia Okoye", browser.Document.Body!.TextContent, StringComparison.Ordinal);

        await browser.SubmitAsync("form[action='/staff/sign-out']");
        await browser.OpenAsync("/staff/account");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);

        await browser.OpenAsync("/staff/sign-in?next=/staff/account/tokens");
        await browser.SubmitAsync("main form", ("name", "NADIA"), ("password", StaffBrowser.Password));
        Assert.StartsWith("/staff/sign-in/second", browser.Path, StringComparison.Ordinal);
        await browser.SubmitAsync("main form[action='/staff/sign-in/second']", ("code", codes[0]));
        Assert.Equal("/staff/account/tokens", browser.Path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Fact]
    public async Task A_wrong_name_and_a_wrong_password_get_the_same_answer()
    {
        await using var node = await StartAsync();
        using var known = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        using var other = new StaffBrowser(node);
        var answers = new List<(HttpStatusCode, string, string)>();
        foreach (var name in new[] { "nadia", "nobody" })
        {
            await other.OpenAsync("/staff/sign-in");
            await other.SubmitAsync("main form", ("name", name), ("password", "not the right one"));
            var text = other.Document.QuerySelector("main")!.InnerHtml.Replace(name, "NAME", StringComparison.Ordinal);
            text = System.Text.RegularExpressions.Regex.Replace(text, "(RequestVerificationToken|idempotency-key)\" value=\"[^\"]*\"", "");
            answers.Add((other.Status, text, string.Join(';', other.Answer.Headers.Select(header => header.Key).Order(StringComparer.Ordinal))));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, answers[0].Item1);
        Assert.Equal(answers[0], answers[1]);
    }

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_waits_too_for_names_that_exist_and_names_that_do_not()
    {
        var time = new SettableTime(DateTimeOffset.FromUnixTimeSeconds(1_772_625_600));
        await using var node = await StartAsync(time);
        using var known = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        var texts = new List<string>();
        foreach (var name in new[] { "nadia", "nobody" })
        {
            using var stranger = new StaffBrowser(node);
            for (var i = 0; i < 5; i++)
            {
                await stranger.OpenAsync("/staff/sign-in");
                await stranger.SubmitAsync("main form", ("name", name), ("password", "wrong"));
                Assert.Equal(HttpStatusCode.Unauthorized, stranger.Status);
            }

            await stranger.OpenAsync("/staff/sign-in");
            await stranger.SubmitAsync("main form", ("name", name), ("password", StaffBrowser.Password));
            Assert.Equal(HttpStatusCode.TooManyRequests, stranger.Status);
            Assert.Equal(TimeSpan.FromMinutes(1), stranger.Answer.Headers.RetryAfter?.Delta);
            texts.Add(stranger.Document.QuerySelector("[role=alert]")!.TextContent);
        }

        Assert.Equal(texts[0], texts[1]);

        // The real owner, on the device they work on.
        await known.SubmitAsync("form[action='/staff/sign-out']");
        await known.OpenAsync("/staff/sign-in");
        await known.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        Assert.Equal("/staff", known.Path);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        await using var node = await StartAsync();
        using var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/sign-in");
        using var bare = new FormUrlEncodedContent([KeyValuePair.Create("name", "nadia"), KeyValuePair.Create("password", "x")]);
        using var answer = await browser.Client.PostAsync(new Uri("/staff/sign-in", UriKind.Relative), bare);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Nothing_of_signing_in_is_kept_by_caches()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "administrator");
        foreach (var path in new[] { "/staff/sign-in", "/staff/account", "/staff/account/tokens", "/staff/account/password", "/staff/account/authenticator", "/staff/users", "/staff/users/teams", "/staff/users/roles" })
        {
            await browser.OpenAsync(path);
            Assert.Equal(HttpStatusCode.OK, browser.Status);
            Assert.Contains("no-store", browser.Answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
            Assert.DoesNotContain("[", browser.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_stolen_next_address_leads_nowhere_else()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        foreach (var next in new[] { "/staff/\u00e9", "https://evil.example/", "//evil.example", "/staff//evil.example", "/staff/\\evil.example", "/es", "javascript:1" })
        {
            await browser.OpenAsync("/staff/sign-in?next=" + Uri.EscapeDataString(next));
            await browser.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
            Assert.Equal("/staff", browser.Path);
        }
    }

    [Fact]
    public async Task Somebody_without_the_right_is_not_told_of_the_pages_of_users()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "editor");
        await browser.OpenAsync("/staff/users");
        Assert.Equal(HttpStatusCode.NotFound, browser.Status);
    }

    [Fact]
    public async Task An_administrator_adds_somebody_gives_and_takes_a_role_and_shuts_them_out()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "administrator");
        await browser.OpenAsync("/staff/users");
        await browser.SubmitAsync(
            "main form", ("name", "tomas"), ("display-name", "Tomás <b>Arau</b>"), ("role", "viewer"), ("agency", "Registro de Paso Alto"));
        Assert.Matches("^/staff/users/[0-9a-f-]{36}$", browser.Path);
        Assert.Equal("Tomás <b>Arau</b>", browser.Document.QuerySelector("h1")!.TextContent);
        var page = browser.Path;

        await browser.SubmitAsync("form[action$='/roles']", ("role", "auditor"), ("scope", "node"), ("area", ""));
        Assert.Contains("Auditor: the whole node", browser.Text, StringComparison.Ordinal);
        await browser.SubmitAsync("form[action$='/roles/take']:has(input[value=auditor])");
        Assert.DoesNotContain("Auditor: the whole node", browser.Text, StringComparison.Ordinal);

        await browser.SubmitAsync("form[action$='/link']");
        var link = new Uri(browser.Document.QuerySelector("main code")!.TextContent);
        using var newcomer = new StaffBrowser(node);
        await newcomer.OpenAsync(link.PathAndQuery);
        Assert.Equal(HttpStatusCode.OK, newcomer.Status);

        await browser.OpenAsync(page);
        await browser.SubmitAsync("form[action$='/state']");
        Assert.Contains("Shut out", browser.Text, StringComparison.Ordinal);
        await newcomer.OpenAsync(link.PathAndQuery);
        Assert.Equal(HttpStatusCode.Gone, newcomer.Status);
    }

    [Fact]
    public async Task The_last_administrator_cannot_be_shut_out()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "administrator");
        await browser.OpenAsync("/staff/users");
        await browser.OpenAsync(browser.Document.QuerySelector("main table a")!.GetAttribute("href")!);
        await browser.SubmitAsync("form[action$='/state']");
        Assert.Equal(HttpStatusCode.Conflict, browser.Status);
        await browser.OpenAsync("/staff/users");
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Theory]
    [InlineData("/staff/account/tokens", "main form[action$='/tokens']", "current")]
    [InlineData("/staff/account/authenticator", "main form[action$='/authenticator']", "current")]
    [InlineData("/staff/account", "form[data-passkey]", "passkey-password")]
    public async Task What_would_let_somebody_in_later_asks_for_the_present_password(string page, string form, string field)
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "editor");
        await browser.OpenAsync(page);
        await browser.SubmitAsync(form, (field, "not the password"), ("name", "export"), ("permissions", "guide.edit"), ("code", "000000"));
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        Assert.Contains("This is not your present password", browser.Document.QuerySelector($"#f-{field}-e")!.TextContent, StringComparison.Ordinal);
        Assert.Null(browser.Document.QuerySelector("main code:contains('tambo_')"));
    }

    [Fact]
    public async Task A_token_is_made_and_recovery_codes_renewed_with_the_present_password()
    {
        await using var node = await StartAsync();
        using var browser = await StaffBrowser.SignedInAsync(node, "nadia", "editor");
        await browser.OpenAsync("/staff/account/tokens");
        await browser.SubmitAsync(
            "main form[action$='/tokens']", ("name", "export"), ("permissions", "guide.edit"), ("current", StaffBrowser.Password));
        Assert.StartsWith("tambo_", browser.Document.QuerySelector("main code")!.TextContent, StringComparison.Ordinal);

        await browser.OpenAsync("/staff/account/authenticator");
        var spelled = browser.Document.QuerySelector("main code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        await browser.SubmitAsync(
            "main form[action$='/authenticator']", ("code", CodeOf(spelled, TimeProvider.System)), ("current", StaffBrowser.Password));
        Assert.Equal(10, browser.Document.QuerySelectorAll("ol.codes code").Length);
        await browser.OpenAsync("/staff/account");
        await browser.SubmitAsync("form[action$='/recovery-codes']", ("codes-password", "not the password"));
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        await browser.SubmitAsync("form[action$='/recovery-codes']", ("codes-password", StaffBrowser.Password));
        Assert.Equal(10, browser.Document.QuerySelectorAll("ol.codes code").Length);
    }

    [Fact]
    public async Task Whoever_has_to_sign_in_first_comes_to_the_page_they_asked_for()
    {
        await using var node = await StartAsync();
        using (await StaffBrowser.SignedInAsync(node, "nadia", "viewer"))
        {
        }

        using var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/account/tokens?page=2");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        var link = browser.Document.QuerySelector("main a[href^='/staff/sign-in']")!.GetAttribute("href")!;
        Assert.Equal("/staff/sign-in?next=%2Fstaff%2Faccount%2Ftokens%3Fpage%3D2", link);
        await browser.OpenAsync(link);
        await browser.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        Assert.Equal("/staff/account/tokens?page=2", browser.Path);
    }

    [Fact]
    public async Task A_sign_in_that_waits_for_its_next_step_goes_on_there_when_a_staff_page_is_opened()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var users = node.Services.GetRequiredService<StaffUsers>();
        await users.AddAsync(TestDatabase.Alice, new NewUser("nadia", "editor") { DisplayName = "Nadia Okoye" }, CancellationToken.None);
        using var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/sign-in/link/" + await users.CreateLinkAsync(TestDatabase.Alice, "nadia", CancellationToken.None));
        await browser.SubmitAsync("form[action*=link]");
        await browser.OpenAsync("/staff/account/tokens?page=2");
        Assert.Equal("/staff/sign-in/password?next=%2Fstaff%2Faccount%2Ftokens%3Fpage%3D2", browser.Path);
        await browser.SubmitAsync("main form", ("password", StaffBrowser.Password), ("again", StaffBrowser.Password));
        await browser.OpenAsync("/staff");
        Assert.Equal("/staff/sign-in/enrolment", browser.Path);
        var spelled = browser.Document.QuerySelector("main code")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
        await browser.SubmitAsync("main form", ("code", CodeOf(spelled, TimeProvider.System)));
        var codes = browser.Document.QuerySelectorAll("ol.codes code").Select(code => code.TextContent).ToList();
        await browser.OpenAsync("/staff");
        await browser.SubmitAsync("form[action='/staff/sign-out']");

        await browser.OpenAsync("/staff/sign-in");
        await browser.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        await browser.OpenAsync("/staff/users");
        Assert.Equal("/staff/sign-in/second?next=%2Fstaff%2Fusers", browser.Path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
        Assert.DoesNotContain("nadia", browser.Document.DocumentElement.OuterHtml, StringComparison.OrdinalIgnoreCase);
        using var programs = new HttpRequestMessage(HttpMethod.Get, new Uri("/staff", UriKind.Relative)) { Headers = { { "Accept", "application/json" } } };
        using var answer = await browser.Client.SendAsync(programs);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var stranger = new StaffBrowser(node);
        await stranger.OpenAsync("/staff");
        Assert.Equal((HttpStatusCode.Unauthorized, "/staff"), (stranger.Status, stranger.Path));

        await browser.OpenAsync("/staff");
        await browser.SubmitAsync("main form", ("code", codes[0]));
        Assert.Equal("/staff", browser.Path);
        Assert.Equal(HttpStatusCode.OK, browser.Status);
    }

    [Fact]
    public async Task Whoever_finds_somebody_elses_sign_in_half_done_can_begin_their_own()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        var users = node.Services.GetRequiredService<StaffUsers>();
        await users.AddAsync(TestDatabase.Alice, new NewUser("nadia", "editor"), CancellationToken.None);
        using var browser = new StaffBrowser(node);
        await browser.OpenAsync("/staff/sign-in/link/" + await users.CreateLinkAsync(TestDatabase.Alice, "nadia", CancellationToken.None));
        await browser.SubmitAsync("form[action*=link]");
        Assert.Equal("/staff/sign-in/password", browser.Path);

        await browser.SubmitAsync("form[action='/staff/sign-out']");

        Assert.Equal("/staff/sign-in", browser.Path);
        await browser.OpenAsync("/staff");
        Assert.Equal(HttpStatusCode.Unauthorized, browser.Status);
        await using var connection = await node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(0, await Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, "select count(*) from platform_sessions"));
    }

    [Fact]
    public async Task A_session_on_another_device_can_be_ended()
    {
        await using var node = await StartAsync();
        using var here = await StaffBrowser.SignedInAsync(node, "nadia", "viewer");
        using var there = new StaffBrowser(node);
        await there.OpenAsync("/staff/sign-in");
        await there.SubmitAsync("main form", ("name", "nadia"), ("password", StaffBrowser.Password));
        await here.OpenAsync("/staff/account");
        await here.SubmitAsync("form[action*='/sessions/']");
        await there.OpenAsync("/staff/account");
        Assert.Equal(HttpStatusCode.Unauthorized, there.Status);
        await here.OpenAsync("/staff/account");
        Assert.Equal(HttpStatusCode.OK, here.Status);
    }

    private static Task<TestNode> StartAsync(TimeProvider? time = null) => TestNode.StartAsync(
        Engine.Sqlite, time, prepare: settings => settings with { File = settings.File with { SecondFactor = false } });

    private static string CodeOf(string base32, TimeProvider time)
    {
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        var bits = string.Concat(base32.Select(c => Convert.ToString(alphabet.IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var secret = Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2)).ToArray();
        return Totp.Code(secret, Totp.StepOf(time.GetUtcNow()));
    }
}
