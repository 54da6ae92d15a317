using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Guide.Feedback;

/// <summary>
/// Limits against floods, without asking anybody to prove anything: a bucket for each network address, wide enough for a
/// shelter whose people all send what they wrote on the way, and one for the node. What is refused is told when to come
/// again, and stays in the device's queue.
/// </summary>
internal sealed class FeedbackLimits : IDisposable
{
    /// <summary>Messages from one address at once.</summary>
    public const int Burst = 120;

    /// <summary>Messages a minute that one address may keep sending.</summary>
    public const int PerMinute = 30;

    /// <summary>Messages from everywhere at once.</summary>
    public const int NodeBurst = 6000;

    /// <summary>Messages a second from everywhere.</summary>
    public const int NodePerSecond = 100;

    /// <summary>Codes that one address may look up at once; 80 bits are not found by trying, so this only saves work.</summary>
    public const int LookUps = 60;

    private readonly PartitionedRateLimiter<HttpContext> messages = PartitionedRateLimiter.CreateChained(
        // The narrow one first: what it refuses takes nothing from the wide one.
        Of(Network, Burst, PerMinute / 6, TimeSpan.FromSeconds(10)),
        Of(_ => "node", NodeBurst, NodePerSecond, TimeSpan.FromSeconds(1)));

    private readonly PartitionedRateLimiter<HttpContext> lookUps = Of(Network, LookUps, 5, TimeSpan.FromSeconds(10));

    /// <summary>Takes a token for a message.</summary>
    /// <exception cref="Problem">There is none left.</exception>
    public void TakeForMessage(HttpContext context) => Take(messages, context);

    /// <summary>Takes a token for looking up a code.</summary>
    /// <exception cref="Problem">There is none left.</exception>
    public void TakeForLookUp(HttpContext context) => Take(lookUps, context);

    /// <inheritdoc />
    public void Dispose()
    {
        messages.Dispose();
        lookUps.Dispose();
    }

    private static void Take(PartitionedRateLimiter<HttpContext> limiter, HttpContext context)
    {
        using var lease = limiter.AttemptAcquire(context);
        if (lease.IsAcquired)
            return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(10);
        throw new Problem(PlatformProblems.TooMany, []) { RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
    }

    private static string Network(HttpContext context) => RateLimits.Network(context.Connection.RemoteIpAddress);

    private static PartitionedRateLimiter<HttpContext> Of(Func<HttpContext, string> key, int burst, int tokens, TimeSpan every) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context => RateLimitPartition.GetTokenBucketLimiter(key(context), _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = every,
            QueueLimit = 0,
            AutoReplenishment = true,
        }));
}
