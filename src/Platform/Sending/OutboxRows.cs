using System.Globalization;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Sending;

/// <summary>A message that one process has taken to deliver it.</summary>
internal sealed record ClaimedMessage
{
    public required string Id { get; init; }

    public required string Kind { get; init; }

    public required string Purpose { get; init; }

    public required string Sealed { get; init; }

    /// <summary>This attempt, counted from 1.</summary>
    public required int Attempts { get; init; }

    public required string GoodUntil { get; init; }
}

/// <summary>How many messages wait, and how many nobody could be given.</summary>
public sealed record OutboxFigures
{
    /// <summary>To be delivered yet.</summary>
    public long Waiting { get; init; }

    /// <summary>Given up.</summary>
    public long Dead { get; init; }

    /// <summary>Since when the oldest waits, as stored; null when none does.</summary>
    public string? OldestWaiting { get; init; }

    /// <summary>What a connection sees.</summary>
    public static Task<OutboxFigures> ReadAsync(System.Data.Common.DbConnection connection) => connection.QuerySingleAsync<OutboxFigures>(
        """
        select coalesce(sum(case when state = 'waiting' then 1 else 0 end), 0) as waiting,
               coalesce(sum(case when state = 'dead' then 1 else 0 end), 0) as dead,
               min(case when state = 'waiting' then created_at end) as oldest_waiting
        from platform_outbox where state <> 'delivered'
        """);
}

/// <summary>The rows of the outbox: taken by one process at a time, delivered, tried again, or given up.</summary>
internal sealed class OutboxRows(NodeDb db)
{
    /// <summary>The area whose version grows when something is to be sent.</summary>
    public const string Area = "outbox";

    /// <summary>Whoever takes a message has this long; then another may, for its process may have died.</summary>
    public static readonly TimeSpan ClaimedFor = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan DeadKeptFor = TimeSpan.FromDays(7);
    private static readonly TimeSpan RowsKeptFor = TimeSpan.FromDays(30);

    /// <summary>Takes the message that is due first; null when none is.</summary>
    public async Task<ClaimedMessage?> ClaimAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var now = db.Time.GetUtcNow();
            ClaimedMessage? due;
            await using (var connection = await db.ReadAsync(cancellationToken))
            {
                due = await connection.QueryFirstOrDefaultAsync<ClaimedMessage>(
                    """
                    select id, kind, purpose, sealed, attempts, good_until from platform_outbox
                    where state = 'waiting' and due_at <= @now and claimed_until <= @now order by due_at limit 1
                    """,
                    new { now });
            }

            if (due is null)
                return null;
            // The number of attempts is what two who take it at once cannot both raise.
            var taken = await WriteAsync(
                """
                update platform_outbox set attempts = attempts + 1, claimed_until = @Until
                where id = @Id and state = 'waiting' and attempts = @Attempts and claimed_until <= @now
                """,
                new { due.Id, due.Attempts, Until = now + ClaimedFor, now },
                cancellationToken);
            if (taken == 1)
                return due with { Attempts = due.Attempts + 1 };
        }
    }

    /// <summary>When the next message is due; null when none waits.</summary>
    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var next = await connection.ExecuteScalarAsync<string?>(
            "select min(case when due_at > claimed_until then due_at else claimed_until end) from platform_outbox where state = 'waiting'");
        return next is null ? null : Instants.Read(next);
    }

    /// <summary>It was delivered; what it said is erased.</summary>
    public Task DeliveredAsync(ClaimedMessage message) => EndAsync(message, "delivered", "", keep: false);

    /// <summary>It is given up; what it said stays for a week, unless it would be of no use any more.</summary>
    public Task GiveUpAsync(ClaimedMessage message, string reason, bool keep) => EndAsync(message, "dead", reason, keep);

    /// <summary>It is tried again later.</summary>
    public Task TryLaterAsync(ClaimedMessage message, string reason, TimeSpan after) => WriteAsync(
        "update platform_outbox set due_at = @Due, claimed_until = @Now, reason = @reason where id = @Id and attempts = @Attempts",
        new { message.Id, message.Attempts, reason, Due = db.Time.GetUtcNow() + after, Now = db.Time.GetUtcNow() },
        CancellationToken.None);

    /// <summary>Lets what was given up, and is still known, be tried again; how many that are.</summary>
    public static async Task<int> ReviveAsync(Change change, DateTimeOffset now)
    {
        change.Touch(Area, onlyAdds: true);
        return await change.ExecuteAsync(
            """
            update platform_outbox set state = 'waiting', attempts = 0, due_at = @now, claimed_until = @now, ended_at = null
            where state = 'dead' and sealed <> '' and good_until > @now
            """,
            new { now });
    }

    /// <summary>Forgets what old dead messages said, and old rows.</summary>
    public async Task<string> SweepAsync(CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        await WriteAsync(
            "update platform_outbox set sealed = '' where state = 'dead' and sealed <> '' and (ended_at <= @Old or good_until <= @now)",
            new { now, Old = now - DeadKeptFor },
            cancellationToken);
        var rows = await WriteAsync(
            "delete from platform_outbox where state <> 'waiting' and ended_at <= @Old", new { Old = now - RowsKeptFor }, cancellationToken);
        return string.Create(CultureInfo.InvariantCulture, $"{rows} messages");
    }

    private Task<int> EndAsync(ClaimedMessage message, string state, string reason, bool keep) => WriteAsync(
        """
        update platform_outbox set state = @state, reason = @reason, ended_at = @Now, sealed = case when @keep then sealed else '' end
        where id = @Id and attempts = @Attempts
        """,
        new { message.Id, message.Attempts, state, reason, keep, Now = db.Time.GetUtcNow() },
        CancellationToken.None);

    private async Task<int> WriteAsync(string sql, object parameters, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var rows = await change.ExecuteAsync(sql, parameters);
        await change.CommitAsync(cancellationToken);
        return rows;
    }
}
