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
    public static void AddRateLimits(this IServiceCollection services) =>
        services.AddRateLimiter(options =>
        {
            options.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            options.OnRejected = static (context, _) =>
            {
                var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromSeconds(1);
                throw new Problem(PlatformProblems.TooMany, []) { RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) };
            };
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
                context => Bucket(Network(context.Connection.RemoteIpAddress), Burst, PerSecond));
            options.AddPolicy(Costly, context => Bucket("costly " + Network(context.Connection.RemoteIpAddress), 200, 10));
        });

    /// <summary>Takes a token for each request that reaches routing.</summary>
    public static void UseRateLimits(this WebApplication app) => app.UseRateLimiter();

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

    private static RateLimitPartition<string> Bucket(string key, int burst, int perSecond) =>
        RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = burst,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            AutoReplenishment = true,
        });
}
