using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

public sealed class ApiTokenTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_token_does_what_it_was_given_until_its_day(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        var (owner, _) = await EditorAsync(desk);
        var secret = await desk.Tokens.CreateAsync(owner, "nightly export", ["guide.import"], SettableTime.Noon.AddDays(30), CancellationToken.None);
        Assert.Matches("^tambo_[A-Za-z0-9_-]{43}$", secret);

        var actor = await WhoAsync(desk, secret);
        Assert.True(actor!.May("guide.import"));
        Assert.False(actor.May("guide.edit"));
        Assert.StartsWith("token:", actor.AuditName, StringComparison.Ordinal);
        var listed = Assert.Single(await desk.Tokens.OfAsync(owner.UserId!.Value, CancellationToken.None));
        Assert.Equal(SettableTime.Noon, listed.UsedAt);
        Assert.DoesNotContain(secret["tambo_".Length..], listed.Hash, StringComparison.Ordinal);

        desk.Time.Advance(TimeSpan.FromDays(30));
        Assert.Null(await WhoAsync(desk, secret));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_token_ends_when_it_is_ended_and_when_its_owner_is_shut_out_or_loses_the_right(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("carla", "administrator");
        var (owner, user) = await EditorAsync(desk);
        var until = SettableTime.Noon.AddDays(30);
        var ended = await desk.Tokens.CreateAsync(owner, "one", ["guide.edit"], until, CancellationToken.None);
        var kept = await desk.Tokens.CreateAsync(owner, "two", ["guide.edit"], until, CancellationToken.None);

        var id = (await desk.Tokens.OfAsync(user.Id, CancellationToken.None)).Single(token => token.Name == "one").Id;
        await desk.Tokens.RevokeAsync(owner, user.Id, id, CancellationToken.None);
        Assert.Null(await WhoAsync(desk, ended));
        Assert.True((await WhoAsync(desk, kept))!.May("guide.edit"));

        var role = new RoleGrant { UserId = user.Id, Role = "editor" };
        await RoleChanges.TakeAsync(desk.Database.Db, TestDatabase.Alice, role, CancellationToken.None);
        Assert.False((await WhoAsync(desk, kept))!.May("guide.edit"));

        await desk.Users.SetDisabledAsync(TestDatabase.Alice, user.Id, disabled: true, CancellationToken.None);
        Assert.Null(await WhoAsync(desk, kept));
    }

    [Fact]
    public async Task A_token_is_refused_beyond_ones_rights_beyond_a_year_and_to_other_tokens()
    {
        await using var desk = await AccessDesk.OpenAsync(Engine.Sqlite);
        var (owner, _) = await EditorAsync(desk);
        var day = SettableTime.Noon.AddDays(1);
        async Task RefusedAsync(Actor actor, string name, string[] permissions, DateTimeOffset until) => Assert.Equal(
            AccessProblems.BadToken,
            (await Assert.ThrowsAsync<Problem>(() => desk.Tokens.CreateAsync(actor, name, permissions, until, CancellationToken.None))).Kind);

        await RefusedAsync(owner, "x", ["users.manage"], day);
        await RefusedAsync(owner, "x", ["*"], day);
        await RefusedAsync(owner, "x", [], day);
        await RefusedAsync(owner, " ", ["guide.edit"], day);
        await RefusedAsync(owner, "x", ["guide.edit"], SettableTime.Noon);
        await RefusedAsync(owner, "x", ["guide.edit"], SettableTime.Noon.AddDays(367));
        await RefusedAsync(owner with { OnlyPermissions = new HashSet<string> { "guide.edit" } }, "x", ["guide.edit"], day);
        await RefusedAsync(TestDatabase.Alice, "x", ["guide.edit"], day);
    }

    [Theory]
    [OnEachEngine]
    public async Task Tokens_end_with_the_credential_that_was_lost(Engine engine)
    {
        await using var desk = await AccessDesk.OpenAsync(engine);
        await desk.AddAsync("carla", "administrator");
        var (owner, user) = await EditorAsync(desk);
        Task<string> MakeAsync() => desk.Tokens.CreateAsync(owner, "export", ["guide.edit"], SettableTime.Noon.AddDays(30), CancellationToken.None);

        var secret = await MakeAsync();
        await desk.Get<SecondFactorDesk>().ResetAsync(TestDatabase.Alice, await desk.UserAsync("bob"), CancellationToken.None);
        Assert.Null(await WhoAsync(desk, secret));

        secret = await MakeAsync();
        var link = await desk.Users.CreateLinkAsync(TestDatabase.Alice, "bob", CancellationToken.None);
        Assert.NotNull(await WhoAsync(desk, secret));
        await new SignInBrowser(desk).OpenLinkAsync(link);
        Assert.Null(await WhoAsync(desk, secret));

        secret = await MakeAsync();
        await desk.Users.SetDisabledAsync(TestDatabase.Alice, user.Id, disabled: true, CancellationToken.None);
        await desk.Users.SetDisabledAsync(TestDatabase.Alice, user.Id, disabled: false, CancellationToken.None);
        Assert.Null(await WhoAsync(desk, secret));
    }

    [Fact]
    public async Task A_request_with_a_token_is_judged_by_the_token_alone()
    {
        await using var desk = await AccessDesk.OpenAsync(Engine.Sqlite);
        await desk.AddAsync("bob", "administrator");
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("bob", AccessDesk.GoodPassword);
        var context = browser.Request();
        Assert.NotNull(await desk.Actors.ResolveAsync(context, CancellationToken.None));
        foreach (var header in new[] { "Bearer tambo_wrong", "Basic Ym9iOmJvYg==", "" })
        {
            context.Request.Headers.Authorization = header;
            Assert.Null(await desk.Actors.ResolveAsync(context, CancellationToken.None));
        }
    }

    private static async Task<(Actor Owner, User User)> EditorAsync(AccessDesk desk)
    {
        var user = await desk.AddAsync("bob", "editor");
        var browser = new SignInBrowser(desk);
        await browser.SignInAsync("bob", AccessDesk.GoodPassword);
        return ((await browser.WhoAsync())!, user);
    }

    private static Task<Actor?> WhoAsync(AccessDesk desk, string secret)
    {
        var context = new SignInBrowser(desk).Request();
        context.Request.Headers.Authorization = "Bearer " + secret;
        return desk.Actors.ResolveAsync(context, CancellationToken.None);
    }
}
