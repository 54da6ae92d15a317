using System.Net;
using Tambo.Platform.Http;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Http;

/// <summary>One address that asks too much waits, is told how long, and the node stays up for its keepers.</summary>
public sealed class RateLimitTests
{
    [Fact]
    public async Task Whoever_asks_too_much_is_told_when_to_come_again_in_their_language()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var client = node.Client();
        client.DefaultRequestHeaders.Add("Accept", "application/json");
        client.DefaultRequestHeaders.Add("Accept-Language", "fr");
        // Addresses that there are not are kept by no cache.
        var answers = new System.Collections.Concurrent.ConcurrentBag<(HttpStatusCode Status, int? Wait, string Text)>();
        var refusals = 0;
        await Parallel.ForAsync(0, 50 * RateLimits.Burst, new ParallelOptions { MaxDegreeOfParallelism = 64 }, async (i, stop) =>
        {
            // A slow machine asks slowly, and waits less.
            if (Volatile.Read(ref refusals) > 20)
                return;
            using var answer = await client.GetAsync(new Uri($"/fr/nowhere-{i}", UriKind.Relative), stop);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                Interlocked.Increment(ref refusals);
            answers.Add((answer.StatusCode, (int?)answer.Headers.RetryAfter?.Delta?.TotalSeconds, await answer.Content.ReadAsStringAsync(stop)));
        });
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests).ToList();
        Assert.NotEmpty(refused);
        Assert.True(answers.Count(answer => answer.Status == HttpStatusCode.NotFound) >= RateLimits.Burst);
        Assert.All(refused, answer => Assert.InRange(answer.Wait ?? 0, 1, 60));
        Assert.All(refused, answer => Assert.Contains("request.too_many", answer.Text, StringComparison.Ordinal));
        using var health = await client.GetAsync(new Uri("/health/live", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }
}
