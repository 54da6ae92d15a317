using System.Collections.Concurrent;
using Dapper;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Tokens;

/// <summary>A secret by which a program acts for a user, within permissions and until a day.</summary>
public sealed class ApiToken
{
    /// <summary>The key.</summary>
    public Guid Id { get; init; }

    /// <summary>For whom it acts.</summary>
    public Guid UserId { get; init; }

    /// <summary>What its owner calls it.</summary>
    public string Name { get; init; } = "";

    /// <summary>Hash of the secret.</summary>
    public string Hash { get; init; } = "";

    /// <summary>Codes separated by spaces.</summary>
    public string Permissions { get; init; } = "";

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was last used, to the minute.</summary>
    public DateTimeOffset? UsedAt { get; init; }
}

/// <summary>The API tokens of users.</summary>
internal sealed class ApiTokens(NodeDb db)
{
    private const string Prefix = "tambo_";
    private const int MostKnown = 10_000;

    // A program sends the same token with every request. What was read of it is right until anything of access has changed,
    // in this process at once and in others as soon as they learn of it; and no longer than this.
    private static readonly TimeSpan KnownFor = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<string, Known> known = new(StringComparer.Ordinal);
    private readonly AreaVersion version = db.Versions.Of(Change.AccessArea);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);
    private static readonly TimeSpan UseStep = TimeSpan.FromMinutes(1);

    /// <summary>Makes a token; its secret is returned this once.</summary>
    public async Task<string> CreateAsync(
        Actor owner, string name, IReadOnlyList<string> permissions, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (owner.UserId is not { } user || owner.OnlyPermissions is not null || name.Trim().Length is 0 or > 100
            || permissions.Count == 0 || !permissions.All(owner.May) || permissions.Any(p => p == "*")
            || expiresAt <= now || expiresAt - now > Longest)
            throw AccessProblems.BadToken.With();
        var secret = Prefix + Secrets.New();
        var token = new ApiToken
        {
            Id = Guid.CreateVersion7(now),
            UserId = user,
            Name = name.Trim(),
            Hash = Secrets.Hash(secret),
            Permissions = string.Join(' ', permissions.Distinct(StringComparer.Ordinal)),
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
        await using var change = await db.BeginAsync(owner, "access.token_created", $"user:{user:D}", cancellationToken);
        change.Describe(new { token = token.Id, permissions, expires = expiresAt });
        await change.ExecuteAsync(
            """
            insert into platform_tokens (id, user_id, name, hash, permissions, created_at, expires_at)
            values (@Id, @UserId, @Name, @Hash, @Permissions, @CreatedAt, @ExpiresAt)
            """,
            token);
        await change.CommitAsync(cancellationToken);
        return secret;
    }

    /// <summary>Who a token acts for, with what both of them may do; null when it is unknown, over, or its owner shut out.</summary>
    public async Task<Actor?> ActorOfAsync(string secret, CancellationToken cancellationToken)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var (hash, moment) = (Secrets.Hash(secret), db.Time.GetUtcNow());
        // The number before the rows: a change in between makes them newer than they say, never older.
        var present = version.Committed;
        if (known.TryGetValue(hash, out var found) && found.Version == present && moment < found.GoodUntil)
            return found.Actor;
        if (await ReadAsync(hash, cancellationToken) is not { } read)
            return null;
        if (known.Count >= MostKnown)
            known.Clear();
        known[hash] = new Known(read.Actor, present, read.ExpiresAt < moment + KnownFor ? read.ExpiresAt : moment + KnownFor);
        return read.Actor;
    }

    private async Task<(Actor Actor, DateTimeOffset ExpiresAt)?> ReadAsync(string hash, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var token = await connection.QuerySingleOrDefaultAsync<ApiToken>(
            """
            select t.*, u.used_at from platform_tokens t left join platform_token_uses u on u.token_id = t.id
            where t.hash = @hash
            """,
            new { hash });
        var now = db.Time.GetUtcNow();
        if (token is null || token.ExpiresAt <= now)
            return null;
        var user = await connection.QuerySingleOrDefaultAsync<User>(
            "select * from platform_users where id = @UserId and disabled_at is null", new { token.UserId });
        if (user is null)
            return null;
        var grants = await RoleGrants.OfAsync(connection, user.Id);
        await NoteUseAsync(token, now, cancellationToken);
        var actor = new Actor($"token:{token.Id:D}", user.Id, user.DisplayName, grants)
        {
            Agency = user.AgencyId,
            OnlyPermissions = Role.Split(token.Permissions).ToHashSet(StringComparer.Ordinal),
        };
        return (actor, token.ExpiresAt);
    }

    /// <summary>The tokens of a user, newest first.</summary>
    public async Task<IReadOnlyList<ApiToken>> OfAsync(Guid user, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return
        [
            .. await connection.QueryAsync<ApiToken>(
                """
                select t.*, u.used_at from platform_tokens t left join platform_token_uses u on u.token_id = t.id
                where t.user_id = @user order by t.created_at desc
                """,
                new { user }),
        ];
    }

    /// <summary>Ends a token of a user.</summary>
    public async Task RevokeAsync(Actor actor, Guid user, Guid token, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "access.token_revoked", $"user:{user:D}", cancellationToken);
        change.Describe(new { token });
        if (await change.ExecuteAsync("delete from platform_tokens where id = @token and user_id = @user", new { token, user }) == 0)
            throw AccessProblems.Unknown.With();
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Ends all tokens of a user, inside a change that replaces a lost credential: who took it may have made some.</summary>
    public static async Task EndAllAsync(Change change, Guid user)
    {
        await change.ExecuteAsync(
            "delete from platform_token_uses where token_id in (select id from platform_tokens where user_id = @user)", new { user });
        await change.ExecuteAsync("delete from platform_tokens where user_id = @user", new { user });
    }

    private async Task NoteUseAsync(ApiToken token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (token.UsedAt is { } used && now - used < UseStep)
            return;
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        await change.ExecuteAsync(
            """
            insert into platform_token_uses (token_id, used_at) values (@Id, @now)
            on conflict (token_id) do update set used_at = excluded.used_at
            """,
            new { token.Id, now });
        await change.CommitAsync(cancellationToken);
    }

    private sealed record Known(Actor Actor, long Version, DateTimeOffset GoodUntil);
}
