using Dapper;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Sending;

namespace Tambo.Platform.Access.SignIn;

/// <summary>One-time links by which a new user, or one who lost the password, comes in and chooses a password.</summary>
internal sealed class SignInLinks(NodeDb db, AccessSettings settings)
{
    /// <summary>
    /// Makes a link for a user; what it opens with is returned this once. Earlier links of the user are void. A message that
    /// carries it is sent if, and only if, the link is made.
    /// </summary>
    public async Task<string> CreateAsync(
        Actor actor, Guid user, Func<string, SealedMessage>? carry, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var secret = Secrets.New();
        await using var change = await db.BeginAsync(actor, "access.sign_in_link_created", $"user:{user:D}", cancellationToken);
        await change.ExecuteAsync("delete from platform_sign_in_links where user_id = @user", new { user });
        await change.ExecuteAsync(
            "insert into platform_sign_in_links (hash, user_id, created_at, expires_at) values (@hash, @user, @now, @expires)",
            new { hash = Secrets.Hash(secret), user, now, expires = now + settings.LinkFor });
        if (carry?.Invoke(secret) is { } message)
        {
            change.Describe(new { message = message.Id, message.Purpose });
            await change.SendAsync(message);
        }

        await change.CommitAsync(cancellationToken);
        return secret;
    }

    /// <summary>Whose link this is while it can be used; null otherwise.</summary>
    public async Task<User?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<User>(
            """
            select u.* from platform_sign_in_links l join platform_users u on u.id = l.user_id
            where l.hash = @hash and l.expires_at > @now and u.disabled_at is null
            """,
            new { hash = Secrets.Hash(secret), now = db.Time.GetUtcNow() });
    }

    /// <summary>
    /// Uses the link up, ends its user's API tokens, and makes them choose a new password. Of two who try at once, one
    /// succeeds.
    /// </summary>
    /// <exception cref="Problems.Problem">It was used, is too old, or never existed.</exception>
    public async Task<User> UseAsync(string secret, CancellationToken cancellationToken)
    {
        var user = await FindAsync(secret, cancellationToken) ?? throw AccessProblems.LinkUsed.With();
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, []);
        await using var change = await db.BeginAsync(actor, "access.sign_in_link_used", user.Subject, cancellationToken);
        var used = await change.ExecuteAsync(
            "delete from platform_sign_in_links where hash = @hash and expires_at > @now",
            new { hash = Secrets.Hash(secret), now = db.Time.GetUtcNow() });
        user.MustChangePassword = true;
        if (used == 0 || !await UserRows.UpdateAsync(change, user))
            throw AccessProblems.LinkUsed.With();
        await ApiTokens.EndAllAsync(change, user.Id);
        await change.CommitAsync(cancellationToken);
        user.Version++;
        return user;
    }
}
