using Dapper;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.Sessions;

/// <summary>Sessions in the database: they begin, go on, and end there, for all processes of the node alike.</summary>
internal sealed class SessionStore(NodeDb db, AccessSettings settings)
{
    private static readonly TimeSpan SeenStep = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Begins a session, or moves one to its next step, always under a new secret; the secret before it is void.
    /// </summary>
    /// <returns>The secret for the cookie.</returns>
    /// <exception cref="Problems.Problem">The session that was to move on is there no more.</exception>
    public async Task<string> BeginAsync(
        User user, string stage, string userAgent, string? previousHash, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var secret = Secrets.New();
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            UserId = user.Id,
            Hash = Secrets.Hash(secret),
            Stage = stage,
            UserAgent = UserAgentFamily.Of(userAgent),
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now + (stage == Stages.Open ? settings.SessionFor : settings.StepFor),
        };
        // Each step is in the audit; only the last one is a sign-in.
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, []);
        await using var change = await db.BeginAsync(
            actor, stage == Stages.Open ? "access.signed_in" : "access.sign_in_step", user.Subject, cancellationToken);
        change.Describe(new { session = session.Id, stage });
        // A session that was ended meanwhile, or moved on already, does not come to life again under a new secret.
        if (previousHash is not null && await change.ExecuteAsync(
            "delete from platform_sessions where hash = @previousHash and user_id = @Id", new { previousHash, user.Id }) == 0)
            throw AccessProblems.SignInExpired.With();
        await change.ExecuteAsync(
            """
            insert into platform_sessions (hash, id, user_id, stage, user_agent, created_at, last_seen_at, expires_at)
            values (@Hash, @Id, @UserId, @Stage, @UserAgent, @CreatedAt, @LastSeenAt, @ExpiresAt)
            """,
            session);
        await change.CommitAsync(cancellationToken);
        return secret;
    }

    /// <summary>The living session of a secret, with its user; null when there is none or the user is shut out.</summary>
    public async Task<(Session Session, User User)?> FindAsync(string secret, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var session = await connection.QuerySingleOrDefaultAsync<Session>(
            "select * from platform_sessions where hash = @hash", new { hash = Secrets.Hash(secret) });
        if (session is null || !session.IsAlive(db.Time.GetUtcNow(), settings.IdleFor))
            return null;
        var user = await connection.QuerySingleOrDefaultAsync<User>(
            "select * from platform_users where id = @UserId and disabled_at is null", new { session.UserId });
        return user is null ? null : (session, user);
    }

    /// <summary>Notes that the session is in use, at most every half minute.</summary>
    public async Task SeeAsync(Session session, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (now - session.LastSeenAt < SeenStep)
            return;
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        await change.ExecuteAsync(
            "update platform_sessions set last_seen_at = @now where hash = @Hash", new { now, session.Hash });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>The complete sessions of a user, newest first.</summary>
    public async Task<IReadOnlyList<Session>> OfAsync(Guid user, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<Session>(
            "select * from platform_sessions where user_id = @user and stage = 'open' order by created_at desc", new { user });
        return [.. rows.Where(session => session.IsAlive(db.Time.GetUtcNow(), settings.IdleFor))];
    }

    /// <summary>Ends one session of a user; true when there was one.</summary>
    public async Task<bool> EndAsync(Actor actor, Guid user, Guid session, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "access.session_ended", $"user:{user:D}", cancellationToken);
        change.Describe(new { session });
        if (await change.ExecuteAsync("delete from platform_sessions where id = @session and user_id = @user", new { session, user }) == 0)
            return false;
        await change.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Ends all sessions of a user but one, inside a change that takes a right or replaces a credential.</summary>
    public static Task EndOthersAsync(Change change, Guid user, string? keepHash) => change.ExecuteAsync(
        "delete from platform_sessions where user_id = @user and hash <> @keepHash", new { user, keepHash = keepHash ?? "" });

    /// <summary>Forgets what has expired; a job of the node.</summary>
    public async Task<string> SweepAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var sessions = await change.ExecuteAsync(
            "delete from platform_sessions where expires_at <= @now or last_seen_at <= @idle", new { now, idle = now - settings.IdleFor });
        var devices = await change.ExecuteAsync("delete from platform_known_devices where expires_at <= @now", new { now });
        var failures = await change.ExecuteAsync(
            "delete from platform_sign_in_failures where counted_at <= @old and blocked_until <= @now", new { now, old = now.AddDays(-2) });
        var challenges = await change.ExecuteAsync("delete from platform_spent_challenges where expires_at <= @now", new { now });
        await change.CommitAsync(cancellationToken);
        return $"{sessions} sessions, {devices} devices, {failures} counters, {challenges} challenges";
    }
}
