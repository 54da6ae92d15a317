using System.Globalization;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Idempotency;

/// <summary>What is known of a key that is taken.</summary>
/// <param name="Fingerprint">The request that came with it first.</param>
/// <param name="State"><c>begun</c>, <c>worked</c> or <c>answered</c>.</param>
/// <param name="ReservedUntil">Until when somebody may still be at it.</param>
/// <param name="Answer">The first answer, sealed; empty when it is not kept.</param>
internal sealed record TakenKey(string Fingerprint, string State, string ReservedUntil, string Answer)
{
    /// <summary>True while the first attempt may still be answered.</summary>
    public bool IsUnderWay(DateTimeOffset now) => State != "answered" && Instants.Read(ReservedUntil) > now;
}

/// <summary>Reserves keys, keeps answers, and forgets both after a day.</summary>
internal sealed class RequestRecords(NodeDb db)
{
    /// <summary>A key is known for this long after its request came.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>A reservation outlives its process's death by at most this; it is renewed at a third of it.</summary>
    public static readonly TimeSpan ReservedFor = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Reserves the key for one attempt; null when somebody else holds it or has used it. One statement, so that of two
    /// processes one succeeds. A reservation that ran out before anything was done is taken over.
    /// </summary>
    public async Task<RequestMark?> ReserveAsync(string actor, string keyHash, string route, string fingerprint, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var mark = new RequestMark(actor, keyHash, Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture));
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var reserved = await change.ExecuteAsync(
            """
            insert into platform_idempotency_keys
                (actor, key_hash, route, fingerprint, attempt, state, reserved_until, answer, created_at, expires_at)
            values (@actor, @keyHash, @route, @fingerprint, @Attempt, 'begun', @Until, '', @now, @Expires)
            on conflict (actor, key_hash) do update set route = @route, fingerprint = @fingerprint, attempt = @Attempt,
                state = 'begun', reserved_until = @Until, answer = '', created_at = @now, expires_at = @Expires
            where platform_idempotency_keys.expires_at <= @now
                or (platform_idempotency_keys.state = 'begun' and platform_idempotency_keys.reserved_until <= @now)
            """,
            new { actor, keyHash, route, fingerprint, mark.Attempt, Until = now + ReservedFor, now, Expires = now + KeptFor });
        await change.CommitAsync(cancellationToken);
        return reserved == 1 ? mark : null;
    }

    /// <summary>What is known of a key; null when it was given back meanwhile.</summary>
    public async Task<TakenKey?> FindAsync(string actor, string keyHash, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TakenKey>(
            "select fingerprint, state, reserved_until, answer from platform_idempotency_keys where actor = @actor and key_hash = @keyHash",
            new { actor, keyHash });
    }

    /// <summary>Keeps the reservation of a request that takes long.</summary>
    public Task RenewAsync(RequestMark mark, CancellationToken cancellationToken) => WriteAsync(
        """
        update platform_idempotency_keys set reserved_until = @Until
        where actor = @Actor and key_hash = @KeyHash and attempt = @Attempt
        """,
        new { mark.Actor, mark.KeyHash, mark.Attempt, Until = db.Time.GetUtcNow() + ReservedFor },
        cancellationToken);

    /// <summary>Keeps the answer for those who repeat the request; empty when it must not be kept.</summary>
    public Task AnswerAsync(RequestMark mark, string answer) => WriteAsync(
        """
        update platform_idempotency_keys set state = 'answered', answer = @answer
        where actor = @Actor and key_hash = @KeyHash and attempt = @Attempt
        """,
        new { mark.Actor, mark.KeyHash, mark.Attempt, answer },
        CancellationToken.None);

    /// <summary>
    /// Gives the key back when nothing was done under it; what was done stays done, without an answer. The database
    /// decides, and not the process: a commit whose acknowledgement was lost has moved the row on.
    /// </summary>
    public Task GiveBackAsync(RequestMark mark) => WriteAsync(
        """
        delete from platform_idempotency_keys where actor = @Actor and key_hash = @KeyHash and attempt = @Attempt and state = 'begun';
        update platform_idempotency_keys set state = 'answered'
        where actor = @Actor and key_hash = @KeyHash and attempt = @Attempt and state = 'worked'
        """,
        mark,
        CancellationToken.None);

    /// <summary>Forgets what is older than a day.</summary>
    public async Task<string> SweepAsync(CancellationToken cancellationToken)
    {
        var forgotten = await WriteAsync(
            "delete from platform_idempotency_keys where expires_at <= @Now", new { Now = db.Time.GetUtcNow() }, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} keys");
    }

    private async Task<int> WriteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var rows = await change.ExecuteAsync(sql, parameters);
        await change.CommitAsync(cancellationToken);
        return rows;
    }
}
