using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Platform.Access.SignIn;

/// <summary>
/// Counts wrong attempts in the database, for all processes alike. An attempt is counted before it is judged and taken
/// back when it was right, so that a thousand attempts at once are a thousand counted attempts.
/// </summary>
internal sealed class SignInLimits(NodeDb db, NodeKey key)
{
    private readonly byte[] hashKey = key.KeyFor("sign-in-failures");

    /// <summary>An attempt that was counted, to be taken back when it was right.</summary>
    internal sealed record Attempt(string Account, string Network);

    /// <summary>Counts an attempt on an account from a network.</summary>
    /// <param name="account">The name as typed, whether it exists or not; or a second step's user.</param>
    /// <param name="device">A device this user is known on, which has a count of its own; or null.</param>
    /// <param name="peer">The address it comes from.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problems.Problem">There were too many; the same for names that exist and names that do not.</exception>
    public async Task<Attempt> CountAsync(string account, string? device, IPAddress? peer, CancellationToken cancellationToken)
    {
        var attempt = new Attempt(
            device is null ? Subject("account", account) : Subject("device", account + "\n" + device),
            Subject("network", Network(peer)));
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        var wait = await CountAsync(change, attempt.Network, FailureLimit.Network);
        wait ??= await CountAsync(change, attempt.Account, FailureLimit.Account);
        await change.CommitAsync(cancellationToken);
        if (wait is not { } until)
            return attempt;
        var seconds = (int)Math.Ceiling((until - db.Time.GetUtcNow()).TotalSeconds);
        throw new Problems.Problem(AccessProblems.TooManyAttempts, [("minutes", (seconds + 59) / 60)]) { RetryAfter = seconds };
    }

    /// <summary>Takes an attempt back that was right: the account starts anew, the network gets its one back.</summary>
    public async Task ForgetAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        // The network first, as whoever counts does: in the other order two attempts at once could wait for each other for ever.
        await change.ExecuteAsync(
            "update platform_sign_in_failures set failures = failures - 1, blocked_until = counted_at where subject = @Network and failures >= 1",
            new { attempt.Network });
        await change.ExecuteAsync("delete from platform_sign_in_failures where subject = @Account", new { attempt.Account });
        await change.CommitAsync(cancellationToken);
    }

    /// <summary>Counts one, and returns until when the attempt is refused, or null when it is let through.</summary>
    private async Task<DateTimeOffset?> CountAsync(Change change, string subject, FailureLimit limit)
    {
        var now = db.Time.GetUtcNow();
        // Writing first makes concurrent attempts wait for each other on both engines.
        await change.ExecuteAsync(
            """
            insert into platform_sign_in_failures (subject, failures, counted_at, blocked_until) values (@subject, 0, @now, @now)
            on conflict (subject) do update set failures = platform_sign_in_failures.failures
            """,
            new { subject, now });
        var known = await change.QuerySingleOrDefaultAsync<Counter>(
            "select failures, counted_at, blocked_until from platform_sign_in_failures where subject = @subject", new { subject });
        if (known!.BlockedUntil > now)
            return known.BlockedUntil;
        var (count, blockedUntil) = limit.After(known.Failures, known.CountedAt, now);
        await change.ExecuteAsync(
            "update platform_sign_in_failures set failures = @count, counted_at = @now, blocked_until = @blockedUntil where subject = @subject",
            new { subject, count, now, blockedUntil });
        return null;
    }

    private sealed class Counter
    {
        public double Failures { get; init; }

        public DateTimeOffset CountedAt { get; init; }

        public DateTimeOffset BlockedUntil { get; init; }
    }

    /// <summary>The network of an address: IPv4 as it is, IPv6 its first 64 bits, which one household or office has.</summary>
    internal static string Network(IPAddress? peer)
    {
        if (peer is null)
            return "unknown";
        if (peer.IsIPv4MappedToIPv6)
            peer = peer.MapToIPv4();
        return peer.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(peer.GetAddressBytes().AsSpan(0, 8)) : peer.ToString();
    }

    private string Subject(string kind, string value) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(hashKey, Encoding.UTF8.GetBytes(kind + "\n" + value)));
}
