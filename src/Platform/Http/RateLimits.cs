using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Http;

/// <summary>
/// Token buckets per network address, wide enough for a shelter full of people behind one. Cached pages and files are
/// answered before and cost no token.
/// </summary>
public static class RateLimits
{
    /// <summary>Requests that one address may make at once before it must wait.</summary>
    public const int Burst = 600;

    /// <summary>Requests a second that one address may keep making.</summary>
    public const int PerSecond = 60;

    /// <summary>For addresses that cost much: files sent in, searches over everything.</summary>
    public const string Costly = "costly";

    /// <summary>Registers the limits.</summary>
    public static void AddRateLimits(this IServiceCollection services) => services.AddSingleton<TokenBuckets>();

    /// <summary>Takes a token for each request that reaches routing, and a second one where it costs much.</summary>
    public static void UseRateLimits(this WebApplication app)
    {
        var buckets = app.Services.GetRequiredService<TokenBuckets>();
        app.Use((http, next) =>
        {
            buckets.Take(http);
            return next(http);
        });
    }

    /// <summary>One address of IPv4; the /64 of IPv6, which is what one line is given.</summary>
    public static string Network(IPAddress? address)
    {
        if (address is null)
            return "local";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        return Convert.ToHexString(bytes[..8]);
    }

    /// <summary>
    /// The buckets of a node, gone with it. The framework's own middleware makes limiters that nobody can dispose of: their
    /// timers hold a node that was stopped, and wake ten times a second for as long as the process lives.
    /// </summary>
    private sealed class TokenBuckets : IDisposable
    {
        private readonly PartitionedRateLimiter<HttpContext> all = Of(Burst, PerSecond);
        private readonly PartitionedRateLimiter<HttpContext> costly = Of(200, 10);

        /// <exception cref="Problem">The address has made too many requests.</exception>
        public void Take(HttpContext http)
        {
            var metadata = http.GetEndpoint()?.Metadata;
            if (metadata?.GetMetadata<DisableRateLimitingAttribute>() is not null)
                return;
            Take(all, http);
            if (metadata?.GetMetadata<EnableRateLimitingAttribute>() is { PolicyName: Costly })
                Take(costly, http);
        }

        public void Dispose()
        {
            all.Dispose();
            costly.Dispose();
        }

        private static void Take(PartitionedRateLimiter<HttpContext> limiter, HttpContext http)
        {
            using var lease = limiter.AttemptAcquire(http);
            if (lease.IsAcquired)
                return;
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(1);
            throw new Problem(PlatformProblems.TooMany, []) { RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
        }

        private static PartitionedRateLimiter<HttpContext> Of(int burst, int perSecond) =>
            PartitionedRateLimiter.Create<HttpContext, string>(http => RateLimitPartition.GetTokenBucketLimiter(
                Network(http.Connection.RemoteIpAddress),
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = burst,
                    TokensPerPeriod = perSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                    QueueLimit = 0,
                    AutoReplenishment = true,
                }));
    }
}
