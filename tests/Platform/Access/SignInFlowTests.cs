using System.Net;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class SignInFlowTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_link_opens_once_and_asks_for_a_password(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.Users.AddAsync(TestDatabase.Alice, new NewUser(" Bob.Quispe ", "editor"), CancellationToken.None);
        var link = await desk.Users.CreateLinkAsync(TestDatabase.Alice, "BOB.quispe", CancellationToken.None);
        var browser = new SignInBrowser(desk);

        Assert.Equal(Stages.Password, await browser.OpenLinkAsync(link));
        Assert.Null(await browser.WhoAsync());
        var again = await Assert.ThrowsAsync<Problem>(() => new SignInBrowser(desk).OpenLinkAsync(link));
        Assert.Equal(AccessProblems.LinkUsed, again.Kind);

        Assert.Equal(Stages.Open, await desk.Flow.ReplacePasswordAsync(
            browser.Request(), AccessDesk.GoodPassword, AccessDesk.GoodPassword, CancellationToken.None));
        var bob = await browser.WhoAsync();
        Assert.Equal("bob.quispe", bob?.DisplayName);
        Assert.True(bob!.May("guide.edit"));
        Assert.False(bob.May("users.manage"));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_link_is_void_after_a_day_and_after_a_newer_link(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.Users.AddAsync(TestDatabase.Alice, new NewUser("bob", "viewer"), CancellationToken.None);
        var older = await desk.Users.CreateLinkAsync(TestDatabase.Alice, "bob", CancellationToken.None);
        var newer = await desk.Users.CreateLinkAsync(TestDatabase.Alice, "bob", CancellationToken.None);

        await Assert.ThrowsAsync<Problem>(() => new SignInBrowser(desk).OpenLinkAsync(older));
        desk.Time.Advance(TimeSpan.FromHours(24));
        await Assert.ThrowsAsync<Problem>(() => new SignInBrowser(desk).OpenLinkAsync(newer));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_session_ends_after_a_quarter_of_an_hour_without_a_request(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var browser = new SignInBrowser(desk);
        Assert.Equal(Stages.Open, await browser.SignInAsync("bob", AccessDesk.GoodPassword));

        for (var i = 0; i < 3; i++)
        {
            desk.Time.Advance(TimeSpan.FromMinutes(14));
            Assert.NotNull(await browser.WhoAsync());
        }

        desk.Time.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(await browser.WhoAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_session_ends_after_twelve_hours_whatever_happens_in_it(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("bob", AccessDesk.GoodPassword);

        for (var minutes = 0; minutes < 12 * 60; minutes += 10)
        {
            Assert.NotNull(await browser.WhoAsync());
            desk.Time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Null(await browser.WhoAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_session_planted_before_sign_in_is_never_the_one_that_is_signed_in(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        await desk.EnrolAsync("bob");
        var browser = new SignInBrowser(desk);
        browser.SetCookie("tambo-session", "planted");

        Assert.Equal(Stages.SecondFactor, await browser.SignInAsync("bob", AccessDesk.GoodPassword));
        var waiting = browser.Cookie("tambo-session");
        Assert.NotEqual("planted", waiting);
        Assert.Null(await browser.WhoAsync());

        desk.Time.Advance(TimeSpan.FromSeconds(30));
        var secret = desk.Get<SecondFactorDesk>().Open(await desk.UserAsync("bob"), (await desk.UserAsync("bob")).TotpSecret)!;
        await desk.Flow.ProveCodeAsync(browser.Request(), Totp.Code(secret, Totp.StepOf(desk.Time.GetUtcNow())), CancellationToken.None);
        Assert.NotEqual(waiting, browser.Cookie("tambo-session"));
        Assert.NotNull(await browser.WhoAsync());

        var thief = new SignInBrowser(desk);
        thief.SetCookie("tambo-session", waiting!);
        Assert.Null(await thief.WhoAsync());
        await Assert.ThrowsAsync<Problem>(() => desk.Flow.AtAsync(thief.Request(), Stages.SecondFactor, CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_code_of_the_app_works_once(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var (secret, _) = await desk.EnrolAsync("bob");
        desk.Time.Advance(TimeSpan.FromMinutes(1));
        var code = Totp.Code(secret, Totp.StepOf(desk.Time.GetUtcNow()));

        var first = new SignInBrowser(desk);
        await first.SignInAsync("bob", AccessDesk.GoodPassword);
        Assert.Equal(Stages.Open, await desk.Flow.ProveCodeAsync(first.Request(), code, CancellationToken.None));

        var second = new SignInBrowser(desk);
        await second.SignInAsync("bob", AccessDesk.GoodPassword);
        var refused = await Assert.ThrowsAsync<Problem>(() => desk.Flow.ProveCodeAsync(second.Request(), code, CancellationToken.None));
        Assert.Equal(AccessProblems.WrongCode, refused.Kind);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_recovery_code_works_once_however_it_is_typed(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("bob");
        var (_, codes) = await desk.EnrolAsync("bob");
        Assert.Equal(10, codes.Distinct().Count());

        var first = new SignInBrowser(desk);
        await first.SignInAsync("bob", AccessDesk.GoodPassword);
        var typed = codes[3].Replace("-", " ", StringComparison.Ordinal).ToUpperInvariant();
        Assert.Equal(Stages.Open, await desk.Flow.ProveCodeAsync(first.Request(), typed, CancellationToken.None));

        var second = new SignInBrowser(desk);
        await second.SignInAsync("bob", AccessDesk.GoodPassword);
        await Assert.ThrowsAsync<Problem>(() => desk.Flow.ProveCodeAsync(second.Request(), codes[3], CancellationToken.None));
        Assert.Equal(Stages.Open, await desk.Flow.ProveCodeAsync(second.Request(), codes[4], CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task Where_a_second_factor_is_asked_for_nothing_opens_before_it_is_set_up(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine, requireSecondFactor: true);
        await desk.Users.AddAsync(TestDatabase.Alice, new NewUser("bob", "administrator"), CancellationToken.None);
        var browser = new SignInBrowser(desk);
        await browser.OpenLinkAsync(await desk.Users.CreateLinkAsync(TestDatabase.Alice, "bob", CancellationToken.None));
        Assert.Equal(Stages.Enrolment, await desk.Flow.ReplacePasswordAsync(
            browser.Request(), AccessDesk.GoodPassword, AccessDesk.GoodPassword, CancellationToken.None));
        Assert.Null(await browser.WhoAsync());

        var factors = desk.Get<SecondFactorDesk>();
        var secret = Totp.NewSecret();
        var offered = factors.Offer(await desk.UserAsync("bob"), secret);
        await Assert.ThrowsAsync<Problem>(() => desk.Flow.EnrolAsync(browser.Request(), offered, "000 000x", CancellationToken.None));
        var (stage, codes) = await desk.Flow.EnrolAsync(
            browser.Request(), offered, Totp.Code(secret, Totp.StepOf(desk.Time.GetUtcNow())), CancellationToken.None);
        Assert.Equal(Stages.Open, stage);
        Assert.Equal(10, codes.Count);
        Assert.True((await browser.WhoAsync())!.May("users.manage"));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_new_password_ends_the_other_sessions_and_differs_from_the_old(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        var bob = await desk.AddAsync("bob");
        var telephone = new SignInBrowser(desk);
        await telephone.SignInAsync("bob", AccessDesk.GoodPassword);
        var desktop = new SignInBrowser(desk);
        await desktop.OpenLinkAsync(await desk.Users.CreateLinkAsync(TestDatabase.Alice, "bob", CancellationToken.None));
        Assert.NotNull(await telephone.WhoAsync());

        var same = await Assert.ThrowsAsync<Problem>(() => desk.Flow.ReplacePasswordAsync(
            desktop.Request(), AccessDesk.GoodPassword, AccessDesk.GoodPassword, CancellationToken.None));
        Assert.Equal(AccessProblems.PasswordUnchanged, same.Kind);
        await desk.Flow.ReplacePasswordAsync(desktop.Request(), "tres gatos bajo la mesa verde", "tres gatos bajo la mesa verde", CancellationToken.None);

        Assert.Null(await telephone.WhoAsync());
        Assert.NotNull(await desktop.WhoAsync());
        Assert.Single(await desk.Get<SessionStore>().OfAsync(bob.Id, CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task Signing_out_ends_the_session_at_the_server(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        var bob = await desk.AddAsync("bob");
        desk.Time.Advance(TimeSpan.FromMinutes(1));
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("bob", AccessDesk.GoodPassword);
        var actor = await browser.WhoAsync();
        var sessions = desk.Get<SessionStore>();
        var all = await sessions.OfAsync(bob.Id, CancellationToken.None);
        Assert.Equal(2, all.Count);

        Assert.True(await sessions.EndAsync(actor!, bob.Id, all[0].Id, CancellationToken.None));
        Assert.False(await sessions.EndAsync(actor!, bob.Id, all[0].Id, CancellationToken.None));
        Assert.Null(await browser.WhoAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task Somebody_shut_out_is_out_at_once(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("carla", "administrator");
        var bob = await desk.AddAsync("bob");
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("bob", AccessDesk.GoodPassword);

        await desk.Users.SetDisabledAsync(TestDatabase.Alice, bob.Id, disabled: true, CancellationToken.None);

        Assert.Null(await browser.WhoAsync());
        var refused = await Assert.ThrowsAsync<Problem>(() => new SignInBrowser(desk).SignInAsync("bob", AccessDesk.GoodPassword));
        Assert.Equal(AccessProblems.WrongPassword, refused.Kind);
    }

    [Fact]
    public async Task Over_a_plain_connection_from_elsewhere_nobody_signs_in()
    {
        await using var desk = await AccessDesk.OpenAsync(Engine.Sqlite);
        await desk.AddAsync("bob");
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        context.Request.Host = new HostString("tambo.example");
        var refused = await Assert.ThrowsAsync<Problem>(() =>
            desk.Flow.EnterAsync(context, "bob", AccessDesk.GoodPassword, CancellationToken.None));
        Assert.Equal(PlatformProblems.InsecureConnection, refused.Kind);

        // A proxy on the same machine that the node was not told to trust.
        context.Connection.RemoteIpAddress = IPAddress.Loopback;
        await Assert.ThrowsAsync<Problem>(() => desk.Flow.EnterAsync(context, "bob", AccessDesk.GoodPassword, CancellationToken.None));
    }

    [Fact]
    public async Task Over_HTTPS_the_cookie_is_for_this_host_alone()
    {
        await using var desk = await AccessDesk.OpenAsync(Engine.Sqlite);
        await desk.AddAsync("bob");
        var browser = new SignInBrowser(desk, "192.0.2.7");
        var context = browser.Request();
        await desk.Flow.EnterAsync(context, "bob", AccessDesk.GoodPassword, CancellationToken.None);

        var cookie = Assert.Single(context.Response.Headers.SetCookie, c => c!.StartsWith("__Host-tambo-session=", StringComparison.Ordinal))!;
        Assert.Contains("; secure", cookie, StringComparison.Ordinal);
        Assert.Contains("; httponly", cookie, StringComparison.Ordinal);
        Assert.Contains("; samesite=lax", cookie, StringComparison.Ordinal);
        Assert.Contains("; path=/", cookie, StringComparison.Ordinal);
        Assert.DoesNotContain("domain", cookie, StringComparison.Ordinal);
        await using var connection = await desk.Database.Db.ReadAsync(CancellationToken.None);
        var secret = browser.Cookie("__Host-tambo-session")!;
        Assert.Equal(0, await Dapper.SqlMapper.ExecuteScalarAsync<long>(
            connection, "select count(*) from platform_sessions where hash = @secret", new { secret }));
    }
}
