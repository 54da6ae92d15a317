using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>Somebody who knocks at every door: how they are called, what they carry, and what they may.</summary>
/// <param name="Name">For the report of a failure.</param>
/// <param name="Headers">A session's cookie, a token, or nothing.</param>
/// <param name="Known">True when the node knows who they are.</param>
/// <param name="Permissions">What the shipped roles let them do; a token only what it was made for.</param>
internal sealed record Caller(string Name, (string Name, string Value)[] Headers, bool Known, IReadOnlySet<string> Permissions)
{
    public bool IsToken => Headers is [("Authorization", _)];

    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>One of every kind: nobody, each shipped role, sessions and tokens that are over, and tokens of one permission.</summary>
    public static async Task<IReadOnlyList<Caller>> AllAsync(TestNode node, SettableTime time)
    {
        var over = await SessionAsync(node, "ended", "administrator");
        var oldToken = await TokenAsync(node, "lapsed", "administrator", "users.manage", time.GetUtcNow().AddHours(1));
        time.Advance(TimeSpan.FromDays(1));
        var callers = new List<Caller>
        {
            new("nobody", [], Known: false, Nothing),
            new("a session that is over", [over], Known: false, Nothing),
            new("a made-up session", [("Cookie", "tambo-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")], Known: false, Nothing),
            new("a token that is over", [oldToken], Known: false, Nothing),
            new("a made-up token", [("Authorization", "Bearer tambo_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")], Known: false, Nothing),
            // The token of a request outranks its cookie, so that no form check is skipped on the strength of a cookie.
            new("alice's session with a made-up token", [await SessionAsync(node, "alice2", "administrator"), ("Authorization", "Bearer x")], Known: false, Nothing),
        };
        foreach (var (name, role) in new[]
        {
            ("chelsea", "viewer"), ("bob", "editor"), ("carla", "case_worker"), ("dora", "statistician"), ("edgar", "auditor"), ("alice", "administrator"), ("farah", "protection_focal_point"),
            ("amelia", "adviser"), ("enzo", "enumerator"), ("sofia", "field_supervisor"),
            ("flora", "frontline_officer"), ("konrad", "consular_officer"), ("mirta", "migration_control"),
        })
        {
            callers.Add(new Caller($"{name}, {role}", [await SessionAsync(node, name, role)], Known: true, RoleCatalog.Shipped[role].ToHashSet(StringComparer.Ordinal)));
        }

        foreach (var permission in new[] { "guide.import", "guide.edit", "users.manage", "flows.read" })
        {
            callers.Add(new Caller(
                $"alice's token for {permission}",
                [await TokenAsync(node, "alice-" + permission, "administrator", permission, time.GetUtcNow().AddDays(30))],
                Known: true,
                new HashSet<string>(StringComparer.Ordinal) { permission }));
        }

        return callers;
    }

    /// <summary>The cookie of a new person's complete session.</summary>
    public static async Task<(string Name, string Value)> SessionAsync(TestNode node, string name, string role)
    {
        var user = await AddAsync(node, name, role);
        var secret = await node.Services.GetRequiredService<SessionStore>().BeginAsync(user, Stages.Open, "", null, CancellationToken.None);
        return ("Cookie", "tambo-session=" + secret);
    }

    private static async Task<(string Name, string Value)> TokenAsync(
        TestNode node, string name, string role, string permission, DateTimeOffset until)
    {
        var user = await AddAsync(node, name.Replace('.', '-'), role);
        var owner = new Actor(user.Subject, user.Id, user.DisplayName, [.. RoleCatalog.Shipped[role].Select(held => new Grant(held, Scope.Node))]);
        var secret = await node.Services.GetRequiredService<ApiTokens>().CreateAsync(owner, name, [permission], until, CancellationToken.None);
        return ("Authorization", "Bearer " + secret);
    }

    private static async Task<User> AddAsync(TestNode node, string name, string role)
    {
        await node.Services.GetRequiredService<StaffUsers>().AddAsync(TestDatabase.Alice, new NewUser(name, role), CancellationToken.None);
        return (await UserRows.ByNameAsync(node.Db, name, CancellationToken.None))!;
    }
}
