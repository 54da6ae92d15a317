using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Tambo.Bench.Feedback;

/// <summary>What became of a load of messages.</summary>
/// <param name="Seconds">Wall time from the first to the last answer.</param>
/// <param name="Milliseconds">Of each answered request, sorted.</param>
/// <param name="Codes">The code that each message was given, by its number.</param>
/// <param name="Refused">Answers 429.</param>
/// <param name="Unanswered">Requests whose connection broke.</param>
/// <param name="OtherCodes">Messages that were given two codes: there must be none.</param>
internal sealed record PostingRun(double Seconds, double[] Milliseconds, string[] Codes, int Refused, int Unanswered, int OtherCodes);

/// <summary>Devices that send what they wrote, each from an address of its own, and again with the same key until it is acknowledged.</summary>
internal sealed class Posting(string node, int connections) : IDisposable
{
    private readonly HttpClient client = new(new SocketsHttpHandler { MaxConnectionsPerServer = connections, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) })
    {
        BaseAddress = new Uri(node),
        Timeout = TimeSpan.FromSeconds(60),
    };

    private int refused;
    private int unanswered;
    private int otherCodes;

    /// <summary>How many have been acknowledged so far.</summary>
    public int Acknowledged;

    /// <summary>Opens the connections, so that the burst measures messages.</summary>
    public Task WarmAsync() => Task.WhenAll(Enumerable.Range(0, connections).Select(async _ =>
    {
        using var answer = await client.GetAsync(new Uri("/health/live", UriKind.Relative));
    }));

    /// <summary>Sends messages over all connections.</summary>
    /// <param name="keys">The key of each message.</param>
    /// <param name="known">The codes given before, or null.</param>
    /// <param name="oneAddress">True when all come from one network address.</param>
    public async Task<PostingRun> SendAsync(string[] keys, string[]? known = null, bool oneAddress = false)
    {
        var codes = known?.ToArray() ?? new string[keys.Length];
        var times = new List<double>[connections];
        var next = -1;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(worker => Task.Run(async () =>
        {
            times[worker] = [];
            while (Interlocked.Increment(ref next) is var number && number < keys.Length)
                await SendOneAsync(number, keys[number], codes, oneAddress ? 1 : number, times[worker]);
        })));
        var all = times.SelectMany(own => own).ToArray();
        Array.Sort(all);
        return new PostingRun(Stopwatch.GetElapsedTime(start).TotalSeconds, all, codes, refused, unanswered, otherCodes);
    }

    public void Dispose() => client.Dispose();

    private async Task SendOneAsync(int number, string key, string[] codes, int address, List<double> times)
    {
        while (true)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/guide/feedback")
            {
                Content = JsonContent.Create(new
                {
                    about = "services/00000000-0000-4000-8000-000000000000",
                    kind = number % 10 == 0 ? "mistreatment" : "closed",
                    text = string.Create(CultureInfo.InvariantCulture, $"La puerta estaba cerrada cuando llegamos con los niños, y nadie contestó el teléfono ({number})."),
                    language = "es",
                }),
            };
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", string.Create(CultureInfo.InvariantCulture, $"10.{address / 65536}.{address / 256 % 256}.{address % 256}"));
            var sent = Stopwatch.GetTimestamp();
            try
            {
                using var answer = await client.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.Created)
                {
                    var code = (await answer.Content.ReadFromJsonAsync<Answer>())!.Code;
                    times.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
                    if (codes[number] is { } before && before != code)
                        Interlocked.Increment(ref otherCodes);
                    codes[number] = code;
                    Interlocked.Increment(ref Acknowledged);
                    return;
                }

                if (answer.StatusCode == HttpStatusCode.TooManyRequests)
                    Interlocked.Increment(ref refused);
                await Task.Delay(WaitOf(answer.Headers.RetryAfter));
            }
            catch (Exception broken) when (broken is HttpRequestException or IOException)
            {
                Interlocked.Increment(ref unanswered);
                await Task.Delay(100);
            }
        }
    }

    private static TimeSpan WaitOf(RetryConditionHeaderValue? said) => said?.Delta ?? TimeSpan.FromMilliseconds(200);

    private sealed record Answer(string Code);
}
