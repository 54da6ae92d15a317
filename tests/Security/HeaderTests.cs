using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Tambo.Platform.Shell;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Security;

/// <summary>SEC-7: the headers of the security policy on every answer: pages, data, files, redirects, refusals and failures.</summary>
public sealed class HeaderTests(TownNode town) : IClassFixture<TownNode>
{
    [Fact]
    public async Task Every_route_answers_with_the_headers_to_nobody_and_to_an_administrator_in_every_method()
    {
        var alice = await Caller.SessionAsync(town.Node, "alice", "administrator");
        foreach (var method in new[] { "GET", "HEAD", "POST", "DELETE" })
        {
            using var reader = new Reader(town.Node);
            foreach (var door in Doors.All.DistinctBy(door => door.Address))
            {
                foreach (var headers in new[] { [], new[] { alice } })
                {
                    using var empty = method == "POST" ? new FormUrlEncodedContent([]) : null;
                    var answer = await reader.AskAsync(new HttpMethod(method), door.Address, empty, headers);
                    Check($"{method} {door.Address}", answer, ofOpenData: door.Pattern.StartsWith("/hsds", StringComparison.Ordinal) || door.Pattern.StartsWith("/open-data", StringComparison.Ordinal));
                    if (door.Pattern.StartsWith("/staff", StringComparison.Ordinal))
                        Assert.Contains("no-store", answer.Header("Cache-Control"), StringComparison.Ordinal);
                }
            }
        }
    }

    [Fact]
    public async Task Files_whole_unchanged_and_missing_have_them()
    {
        using var reader = new Reader(town.Node);
        foreach (var asset in SiteAssets.All)
        {
            var address = "/assets/" + asset.File;
            var whole = await reader.GetAsync(address, ("Accept-Encoding", "br"));
            var unchanged = await reader.GetAsync(address, ("Accept-Encoding", "br"), ("If-None-Match", whole.Header("ETag")));
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotModified), (whole.Status, unchanged.Status));
            Check(address, whole);
            Check(address, unchanged);
        }

        Check("missing", await reader.GetAsync("/assets/..%2f..%2fetc%2fpasswd"));
    }

    [Fact]
    public async Task Kept_pages_and_their_304_have_them()
    {
        using var reader = new Reader(town.Node);
        var page = await reader.GetAsync("/ht");
        Check("page", page);
        Check("kept page", await reader.GetAsync("/ht"));
        var unchanged = await reader.GetAsync("/ht", ("If-None-Match", page.Header("ETag")));
        Assert.Equal(HttpStatusCode.NotModified, unchanged.Status);
        Check("304", unchanged);
    }

    [Fact]
    public async Task Too_large_and_of_the_wrong_kind_are_refused_with_them()
    {
        using var reader = new Reader(town.Node);
        using var large = new FormUrlEncodedContent([KeyValuePair.Create("q", new string('a', 1_100_000))]);
        using var wrong = new StringContent("{}");

        var tooLarge = await reader.AskAsync(HttpMethod.Post, "/ht/services", large);
        var wrongKind = await reader.AskAsync(HttpMethod.Post, "/ht/services", wrong);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, tooLarge.Status);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongKind.Status);
        Check("413", tooLarge);
        Check("415", wrongKind);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_with_them_and_told_when_to_come_back()
    {
        using var reader = new Reader(town.Node);
        var refused = new List<Answer>();
        for (var i = 0; i < 40 && refused.Count == 0; i++)
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => reader.GetAsync("/nothing")));
            refused.AddRange(answers.Where(answer => answer.Status == HttpStatusCode.TooManyRequests));
        }

        Check("429", refused[0]);
        Assert.InRange(int.Parse(refused[0].Header("Retry-After"), System.Globalization.CultureInfo.InvariantCulture), 1, 60);
        // A page that is kept costs no token: whoever shares the address still reads.
        using var neighbour = new Reader(town.Node);
        await neighbour.GetAsync("/ht/emergency");
        Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/ht/emergency")).Status);
    }

    [Fact]
    public async Task A_failure_of_ours_has_them_and_tells_nothing_of_itself()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite);
        using var reader = new Reader(node);
        var cookie = await Caller.SessionAsync(node, "alice", "administrator");
        await using (var change = await node.Db.BeginAsync(TestDatabase.Alice, "test.broken", "test", CancellationToken.None))
        {
            await change.ExecuteAsync("drop table platform_team_members");
            await change.ExecuteAsync("drop table platform_teams");
            await change.CommitAsync(CancellationToken.None);
        }

        foreach (var accept in new[] { "text/html", "application/json" })
        {
            var answer = await reader.GetAsync("/staff/users/teams", cookie, ("Accept", accept), ("Accept-Language", "ht"));
            Assert.Equal(HttpStatusCode.InternalServerError, answer.Status);
            Check("500", answer);
            Assert.Equal(("no-store", "ht"), (answer.Header("Cache-Control"), answer.Header("Content-Language")));
            Assert.DoesNotContain("Exception", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(" at Tambo.", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_no_request_at_all_is_refused_before_any_header_with_nothing_in_the_answer()
    {
        foreach (var target in new[] { "/ht/services/%00", "no-slash", "/" + new string('a', 9000) })
        {
            var answer = await RawRequest.GetAsync(town.Node, target);
            Assert.InRange((int)answer.Status, 400, 414);
            Assert.Empty(answer.Body);
            Assert.Equal("", answer.Header("Server"));
        }
    }

    [Fact]
    public async Task Over_https_browsers_are_told_to_stay_there_and_cookies_never_leave_it()
    {
        var folder = Directory.CreateTempSubdirectory("tambo-cert-").FullName;
        try
        {
            await using var node = await TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with
            {
                Urls = "https://127.0.0.1:0",
                Certificate = Certificate(folder),
            });
#pragma warning disable RS0030 // Tests talk to their own node on loopback, which SafeHttp refuses by design.
#pragma warning disable CA5359 // Its certificate was made a moment ago by this test.
            using var client = new HttpClient(new SocketsHttpHandler
            {
                UseCookies = false,
                SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
            })
            {
                BaseAddress = node.Address,
            };
#pragma warning restore RS0030
            foreach (var address in new[] { "/ht", "/ht", "/nothing", "/staff/sign-in", "/assets/none", "/staff/users" })
            {
                using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
                Assert.Equal("max-age=31536000; includeSubDomains", answer.Headers.GetValues("Strict-Transport-Security").Single());
                foreach (var cookie in answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [])
                {
                    Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
                    Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
                    Assert.Contains("; samesite", cookie, StringComparison.OrdinalIgnoreCase);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Check(string what, Answer answer, bool ofOpenData = false)
    {
        var policy = answer.Header("Content-Security-Policy").Split("; ");
        Assert.True(policy.Contains("default-src 'none'") && policy.Contains("script-src 'self'") && policy.Contains("style-src 'self'"), $"{what}: {string.Join("; ", policy)}");
        Assert.True(policy.Contains("frame-ancestors 'none'") && policy.Contains("base-uri 'none'") && policy.Contains("form-action 'self'"), what);
        Assert.DoesNotContain("unsafe", answer.Header("Content-Security-Policy"), StringComparison.Ordinal);
        var told = (what, answer.Header("X-Content-Type-Options"), answer.Header("Referrer-Policy"), answer.Header("Cross-Origin-Opener-Policy"), answer.Header("Cross-Origin-Resource-Policy"), answer.Header("X-Frame-Options"));
        Assert.Equal((what, "nosniff", "no-referrer", "same-origin", ofOpenData ? told.Item5 : "same-origin", "DENY"), told);
        Assert.Contains("camera=()", answer.Header("Permissions-Policy"), StringComparison.Ordinal);
        Assert.NotEqual("", answer.Header("Cache-Control"));
        Assert.True(answer.Header("Server") + answer.Header("X-Powered-By") == "", what);
        if (!ofOpenData)
            Assert.Equal("", answer.Header("Access-Control-Allow-Origin"));
    }

    private static string Certificate(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(90));
        var path = Path.Combine(folder, "node.pfx");
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pfx));
        return path;
    }
}
