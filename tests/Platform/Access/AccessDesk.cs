using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using Tambo.Platform.Access;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Access;

/// <summary>The sign-in desk of a node without its pages, on a database and a clock of its own.</summary>
internal sealed class AccessDesk : IAsyncDisposable
{
    public const string GoodPassword = "kolibri sobre el tejado azul";

    private readonly TestDatabase database;
    private readonly ServiceProvider services;

    private AccessDesk(TestDatabase database, SettableTime time, AccessSettings settings)
    {
        this.database = database;
        Time = time;
        var collection = new ServiceCollection();
        collection.AddLogging(logging => logging.ClearProviders());
        collection.AddSingleton(database.Db);
        collection.AddSingleton<TimeProvider>(time);
        collection.AddSingleton(new NodeKey(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        collection.AddAccess(settings);
        services = collection.BuildServiceProvider();
    }

    public SettableTime Time { get; }

    public TestDatabase Database => database;

    public SignInFlow Flow => Get<SignInFlow>();

    public SessionActors Actors => Get<SessionActors>();

    public StaffUsers Users => Get<StaffUsers>();

    public ApiTokens Tokens => Get<ApiTokens>();

    public static async Task<AccessDesk> OpenAsync(Engine engine, bool requireSecondFactor = false)
    {
        var time = new SettableTime(SettableTime.Noon);
        var database = await TestDatabase.CreateAsync(engine, time);
        await AccessServices.SeedRolesAsync(database.Db, CancellationToken.None);
        // Few rounds: these tests are about the steps, not about the hash.
        return new AccessDesk(database, time, new AccessSettings { RequireSecondFactor = requireSecondFactor, PasswordRounds = 1000 });
    }

    public T Get<T>()
        where T : notnull => services.GetRequiredService<T>();

    /// <summary>Adds somebody who has come in by link and chosen <see cref="GoodPassword"/>.</summary>
    public async Task<User> AddAsync(string name, string role = "viewer", string? agency = null)
    {
        await Users.AddAsync(TestDatabase.Alice, new NewUser(name, role) { Agency = agency }, CancellationToken.None);
        var browser = new SignInBrowser(this);
        await browser.OpenLinkAsync(await Users.CreateLinkAsync(TestDatabase.Alice, name, CancellationToken.None));
        await Flow.ReplacePasswordAsync(browser.Request(), GoodPassword, GoodPassword, CancellationToken.None);
        return await UserAsync(name);
    }

    public async Task<User> UserAsync(string name) =>
        await UserRows.ByNameAsync(database.Db, name, CancellationToken.None) ?? throw new InvalidOperationException(name);

    /// <summary>Sets an authenticator app up for somebody; its secret and the recovery codes.</summary>
    public async Task<(byte[] Secret, IReadOnlyList<string> Codes)> EnrolAsync(string name)
    {
        var user = await UserAsync(name);
        var factors = Get<SecondFactorDesk>();
        var secret = Totp.NewSecret();
        var code = Totp.Code(secret, Totp.StepOf(Time.GetUtcNow()));
        var codes = await factors.EnrolAsync(TestDatabase.Alice, user, factors.Offer(user, secret), code, null, CancellationToken.None);
        return (secret, codes);
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await database.DisposeAsync();
    }
}

/// <summary>A browser as far as sign-in sees one: an address it comes from, and the cookies it keeps.</summary>
internal sealed class SignInBrowser(AccessDesk desk, string peer = "127.0.0.1")
{
    private readonly Dictionary<string, string> cookies = new(StringComparer.Ordinal);
    private HttpContext? last;

    public string? Cookie(string name)
    {
        Keep();
        return cookies.GetValueOrDefault(name);
    }

    public void SetCookie(string name, string value)
    {
        Keep();
        cookies[name] = value;
    }

    /// <summary>The next request, with the cookies that earlier answers have set.</summary>
    public HttpContext Request()
    {
        Keep();
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(peer);
        context.Request.Scheme = IPAddress.IsLoopback(IPAddress.Parse(peer)) ? "http" : "https";
        context.Request.Host = new HostString("localhost");
        context.Request.Headers.Cookie = string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        last = context;
        return context;
    }

    public Task<string> SignInAsync(string name, string password) => desk.Flow.EnterAsync(Request(), name, password, CancellationToken.None);

    public async Task<string> OpenLinkAsync(string link)
    {
        var context = Request();
        var user = await desk.Get<SignInLinks>().UseAsync(link, CancellationToken.None);
        return await desk.Flow.EnterByLinkAsync(context, user, CancellationToken.None);
    }

    public Task<Actor?> WhoAsync() => desk.Actors.ResolveAsync(Request(), CancellationToken.None);

    private void Keep()
    {
        if (last is null)
            return;
        foreach (var set in SetCookieHeaderValue.ParseList([.. last.Response.Headers.SetCookie!]))
            cookies[set.Name.ToString()] = set.Value.ToString();
        last = null;
    }
}
