using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Tambo.Bench.Running;

namespace Tambo.Bench.Cases;

/// <summary>An officer who works: their token, their office, and where their requests come from.</summary>
internal sealed record BenchOfficer(string Token, int Office, string Address);

/// <summary>
/// Officers at work, each by themselves: one thing after the other with a pause between, in the shares of an office's day. The
/// time of a request is the client's, over a connection that is open, until the last byte.
/// </summary>
internal sealed class OfficeDay(string node, IReadOnlyList<BenchOfficer> officers, IReadOnlyList<BenchOfficer> leads, FilledRegister register)
{
    private readonly ILookup<int, MadeUpPerson> people = register.Some.ToLookup(person => person.Office);
    private readonly ILookup<int, (Guid Case, Guid Person, int Office)> cases = register.Cases.ToLookup(one => one.Office);

    /// <summary>What was done, and how long each took, in milliseconds, sorted.</summary>
    public async Task<SortedDictionary<string, double[]>> RunAsync(TimeSpan time, int seed, bool pauses)
    {
        var took = new SortedDictionary<string, List<double>>(StringComparer.Ordinal);
        var until = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        await Task.WhenAll(officers.Select((officer, number) => Task.Run(async () =>
        {
            var random = new Random(seed + number);
            while (Stopwatch.GetTimestamp() < until)
            {
                if (pauses)
                    await Task.Delay(random.Next(300, 900));
                var (what, milliseconds) = await DoAsync(officer, random);
                lock (took)
                {
                    if (!took.TryGetValue(what, out var times))
                        took[what] = times = [];
                    times.Add(milliseconds);
                }
            }
        })));
        return new SortedDictionary<string, double[]>(took.ToDictionary(one => one.Key, one => one.Value.Order().ToArray()), StringComparer.Ordinal);
    }

    private async Task<(string What, double Milliseconds)> DoAsync(BenchOfficer officer, Random random)
    {
        MadeUpPerson Somebody() => people[officer.Office].ElementAt(random.Next(people[officer.Office].Count()));
        (Guid Case, Guid Person, int Office) SomeCase() => cases[officer.Office].ElementAt(random.Next(cases[officer.Office].Count()));
        switch (random.Next(100))
        {
            case < 15:
                return ("worklist of the office, 50 cases", await AskAsync(officer, "/api/cases/worklist"));
            case < 25:
                return ("worklist of one's own", await AskAsync(officer, "/api/cases/worklist?mine=true"));
            case < 45:
                var (given, family) = (Somebody().Given, Somebody().Family);
                // Half of them look for somebody who is there, half ask by a given name and a surname of different people.
                return ("search by given name and surname", await AskAsync(officer, random.Next(2) == 0 ? $"/api/cases/persons?name={Uri.EscapeDataString($"{given} {family}")}" : Named(Somebody())));
            case < 52:
                return ("search by a surname", await AskAsync(officer, $"/api/cases/persons?name={Uri.EscapeDataString(Somebody().Family)}"));
            case < 57:
                return ("search by the first four letters of a surname", await AskAsync(officer, $"/api/cases/persons?name={Uri.EscapeDataString(Somebody().Family[..4])}"));
            case < 67:
                var document = Somebody().Document;
                return ("search by document", await AskAsync(officer, $"/api/cases/persons?document={(document.Length > 0 ? document : "Z1234567800")}"));
            case < 82:
                return ("open a case", await AskAsync(officer, $"/api/cases/{SomeCase().Case:D}"));
            case < 93:
                return ("open a person's file", await AskAsync(officer, $"/api/cases/persons/{SomeCase().Person:D}"));
            case < 95:
                return ("board of the office", await AskAsync(leads[officer.Office], "/api/cases/board"));
            default:
                return ("register a person", await RegisterAsync(officer, random));
        }
    }

    private static string Named(MadeUpPerson person) => $"/api/cases/persons?name={Uri.EscapeDataString($"{person.Given} {person.Family}")}";

    private async Task<double> AskAsync(BenchOfficer officer, string path) => await SendAsync(officer, new HttpRequestMessage(HttpMethod.Get, node + path));

    private async Task<double> RegisterAsync(BenchOfficer officer, Random random) => await SendAsync(officer, new HttpRequestMessage(HttpMethod.Post, node + "/api/cases/persons")
    {
        Content = JsonContent.Create(new
        {
            identity = new { names = new[] { new { given = new[] { "Newgiven" }, family1 = string.Create(CultureInfo.InvariantCulture, $"Newcomer{(char)('a' + random.Next(26))}{(char)('a' + random.Next(26))}") } }, sexRecorded = "female", birth = new { inYear = 1990 } },
            general = new { languages = new[] { new { code = "es" } }, notes = "Came with a child." },
        }),
    });

    private async Task<double> SendAsync(BenchOfficer officer, HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", officer.Token);
            request.Headers.Add("X-Forwarded-For", officer.Address);
            request.Headers.Add("X-Forwarded-Proto", "https");
            var start = Stopwatch.GetTimestamp();
            using var answer = await WebProcess.Client.SendAsync(request);
            var body = await answer.Content.ReadAsByteArrayAsync();
            var taken = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!answer.IsSuccessStatusCode)
                throw new InvalidOperationException($"{request.RequestUri}: {(int)answer.StatusCode} {System.Text.Encoding.UTF8.GetString(body)}");
            JsonDocument.Parse(body).Dispose();
            return taken;
        }
    }
}
