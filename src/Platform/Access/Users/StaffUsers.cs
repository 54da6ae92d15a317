using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Database;
using Tambo.Platform.Sending;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.Users;

/// <summary>A person to be added.</summary>
/// <param name="SignInName">What they will type to sign in.</param>
/// <param name="Role">The code of the role they get.</param>
public sealed record NewUser(string SignInName, string Role)
{
    /// <summary>How pages name them; the sign-in name when empty.</summary>
    public string DisplayName { get; init; } = "";

    /// <summary>The name of their agency; made when the node has none of this name. Their role then reaches as far as the agency.</summary>
    public string? Agency { get; init; }

    /// <summary>Where mail reaches them, or empty.</summary>
    public string Email { get; init; } = "";

    /// <summary>The language they read; empty for what their browser asks for.</summary>
    public string Language { get; init; } = "";
}

/// <summary>Adds people, lets them in, and shuts them out: the same for the pages, the command line and the demonstration.</summary>
public sealed class StaffUsers
{
    private readonly NodeDb db;
    private readonly SignInLinks links;

    internal StaffUsers(NodeDb db, SignInLinks links)
    {
        this.db = db;
        this.links = links;
    }

    /// <summary>Adds a person with a role; they come in by a link of <see cref="CreateLinkAsync"/>.</summary>
    /// <exception cref="Problem">The name is taken or unusable, the role unknown, or more than the actor holds.</exception>
    public async Task<Guid> AddAsync(Actor actor, NewUser person, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var name = SignInName.Normalise(person.SignInName);
        if (!SignInName.IsUsable(name))
            throw AccessProblems.NameUnusable.With();
        if (await UserRows.ByNameAsync(db, name, cancellationToken) is not null)
            throw AccessProblems.NameTaken.With(("name", name));
        var id = Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "users.added", $"user:{id:D}", cancellationToken);
        var agency = string.IsNullOrWhiteSpace(person.Agency) ? (Guid?)null : await Agencies.FindOrAddAsync(change, person.Agency, now);
        if (!actor.May(RoleChanges.Care, new RecordPlace(Agency: agency)))
            throw AccessProblems.BeyondOwnRights.With().At("agency");
        var grant = new RoleGrant
        {
            UserId = id,
            Role = person.Role,
            ScopeKind = agency is null ? "node" : "agency",
            ScopeId = agency?.ToString("D") ?? "",
        };
        await RoleChanges.RequireGrantableAsync(change, actor, grant);
        change.Describe(new { role = grant.Role, scope = grant.ScopeKind, scopeId = grant.ScopeId });
        try
        {
            await UserRows.InsertAsync(change, new User
            {
                Id = id,
                SignInName = name,
                DisplayName = person.DisplayName.Trim() is { Length: > 0 } shown ? shown : name,
                Email = person.Email.Trim(),
                Language = person.Language,
                AgencyId = agency,
                MustChangePassword = true,
                SecurityStamp = UserRows.NewStamp(),
                CreatedAt = now,
            });
        }
        catch (System.Data.Common.DbException failure) when (db.Dialect.IsDuplicate(failure))
        {
            throw AccessProblems.NameTaken.With(("name", name));
        }

        await RoleGrants.InsertAsync(change, grant);
        await change.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>
    /// A one-time link's secret for a person, good for 24 hours: <c>/staff/sign-in/link/{secret}</c>. It asks for a second
    /// factor where there is one, and then for a new password.
    /// </summary>
    /// <exception cref="Problem">Nobody has this name.</exception>
    public Task<string> CreateLinkAsync(Actor actor, string signInName, CancellationToken cancellationToken) =>
        CreateLinkAsync(actor, signInName, carry: null, cancellationToken);

    /// <summary>The same, with the message that carries the link to the person.</summary>
    internal async Task<string> CreateLinkAsync(
        Actor actor, string signInName, Func<User, string, SealedMessage>? carry, CancellationToken cancellationToken)
    {
        var name = SignInName.Normalise(signInName);
        var user = await UserRows.ByNameAsync(db, name, cancellationToken);
        if (user is not { DisabledAt: null })
            throw AccessProblems.Unknown.With(("name", name));
        await RoleChanges.RequireNotAboveAsync(db, actor, user.Id, cancellationToken);
        return await links.CreateAsync(actor, user.Id, carry is null ? null : secret => carry(user, secret), cancellationToken);
    }

    /// <summary>Shuts a person out, at once and everywhere, or lets them in again.</summary>
    /// <exception cref="Problem">They are the last who can care for users.</exception>
    public async Task SetDisabledAsync(Actor actor, Guid id, bool disabled, CancellationToken cancellationToken)
    {
        var user = await UserRows.ByIdAsync(db, id, cancellationToken) ?? throw AccessProblems.Unknown.With();
        if (user.DisabledAt is not null == disabled)
            return;
        await RoleChanges.RequireNotAboveAsync(db, actor, user.Id, cancellationToken);
        user.DisabledAt = disabled ? db.Time.GetUtcNow() : null;
        user.SecurityStamp = UserRows.NewStamp();
        await using var change = await db.BeginAsync(actor, disabled ? "users.disabled" : "users.enabled", user.Subject, cancellationToken);
        if (!await UserRows.UpdateAsync(change, user))
            throw PlatformProblems.Changed.With();
        if (disabled)
        {
            await RoleChanges.RequireAdministratorLeftAsync(change);
            await SessionStore.EndOthersAsync(change, user.Id, keepHash: null);
            await change.ExecuteAsync("delete from platform_sign_in_links where user_id = @Id", new { user.Id });
            await ApiTokens.EndAllAsync(change, user.Id);
        }

        await change.CommitAsync(cancellationToken);
    }
}
