using System.Globalization;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Pages;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Tests.Journeys;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Http;

public sealed class PageCacheTests
{
    // As our own links write it.
    private static readonly string List = new SearchQuestion { Near = Spot.StartName }.Href("/ht/services");

    [Fact]
    public async Task Who_has_the_page_already_is_told_so_in_a_few_bytes()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        var first = await reader.GetAsync(List);

        var again = await reader.GetAsync(List, ("If-None-Match", first.Header("ETag")));
        var other = await reader.GetAsync(List, ("If-None-Match", "W/\"000000000000000000000000\""));

        Assert.Equal((HttpStatusCode.NotModified, 0), (again.Status, again.Body.Length));
        Assert.Equal(first.Header("ETag"), again.Header("ETag"));
        Assert.Equal(first.Header("Cache-Control"), again.Header("Cache-Control"));
        Assert.Equal("Accept-Encoding", again.Header("Vary"));
        Assert.Equal((HttpStatusCode.OK, first.Text), (other.Status, other.Text));
    }

    [Fact]
    public async Task Asked_for_its_headers_alone_a_page_gives_those_it_would_have_come_with_kept_or_not()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        foreach (var address in new[] { List, "/ht", "/ht/about", $"/ht/services/{TownNode.Open.Id:D}", "/health/live", "/staff/sign-in" })
        {
            var before = await reader.AskAsync(HttpMethod.Head, address);
            var page = await reader.GetAsync(address);
            var after = await reader.AskAsync(HttpMethod.Head, address);

            Assert.Equal(HttpStatusCode.OK, page.Status);
            foreach (var head in new[] { before, after })
            {
                Assert.Equal((page.Status, 0), (head.Status, head.Body.Length));
                Assert.Equal(
                    page.Headers.Keys.Except(["Date", "Transfer-Encoding"]).Order(StringComparer.Ordinal),
                    head.Headers.Keys.Except(["Date", "Transfer-Encoding"]).Order(StringComparer.Ordinal));
                Assert.Equal(page.Header("Content-Length"), head.Header("Content-Length"));
                Assert.Equal(page.Header("ETag"), head.Header("ETag"));
            }
        }
    }

    [Fact]
    public async Task A_page_is_the_same_in_every_encoding_and_no_encoding_is_sent_that_was_refused()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        var plain = await reader.GetAsync(List);
        Assert.Equal("", plain.Header("Content-Encoding"));

        foreach (var (asked, sent) in new[]
        {
            ("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br, zstd", "br"), ("identity", ""), ("br;q=0, gzip", "gzip"), ("br;q=0,gzip;q=0", ""), ("deflate", ""),
        })
        {
            var answer = await reader.GetAsync(List, ("Accept-Encoding", asked));
            Assert.Equal((asked, sent), (asked, answer.Header("Content-Encoding")));
            Assert.Equal(plain.Text, await UnpackAsync(answer));
            Assert.Equal(answer.Body.Length.ToString(CultureInfo.InvariantCulture), answer.Header("Content-Length"));
        }
    }

    [Fact]
    public async Task A_change_of_the_directory_is_on_every_page_at_once()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        string[] addresses = [List, "/es/services", $"/es/services/{TownNode.Open.Id:D}"];
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var address in addresses)
            tags[address] = (await reader.GetAsync(address)).Header("ETag");

        await TownNode.ReplaceAsync(town.Node, DirectoryRecords.Of([TownNode.Open.ServiceAt(TownNode.Morning) with { Name = "Clínica nueva", Translations = [] }]));

        foreach (var address in addresses)
        {
            var answer = await reader.GetAsync(address, ("If-None-Match", tags[address]));
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.Contains("Clínica nueva", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Clínica del faro", answer.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_page_that_says_what_is_open_is_over_when_the_door_closes()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        // Half a minute before six in the evening there, when the clinic closes.
        town.Time.Set(new DateTimeOffset(2026, 3, 4, 22, 59, 30, TimeSpan.Zero));
        string[] addresses = [new SearchQuestion { Near = Spot.StartName, Need = "health", Open = true }.Href("/ht/services"), $"/ht/services/{TownNode.Open.Id:D}"];
        var open = town.In("ht").Format("hours.open_now", ("until", town.In("ht").Format("hours.until", ("time", "18:00"))));
        foreach (var address in addresses)
        {
            var before = await reader.GetAsync(address);
            Assert.Equal("public, max-age=30", before.Header("Cache-Control"));
            Assert.Contains(open, before.Text, StringComparison.Ordinal);

            town.Time.Set(new DateTimeOffset(2026, 3, 4, 22, 59, 59, TimeSpan.Zero));
            Assert.Equal("public, max-age=1", (await reader.GetAsync(address)).Header("Cache-Control"));
            town.Time.Set(new DateTimeOffset(2026, 3, 4, 23, 0, 0, TimeSpan.Zero));
            var after = await reader.GetAsync(address, ("If-None-Match", before.Header("ETag")));

            Assert.Equal(HttpStatusCode.OK, after.Status);
            Assert.DoesNotContain(open, after.Text, StringComparison.Ordinal);
            town.Time.Set(new DateTimeOffset(2026, 3, 4, 22, 59, 30, TimeSpan.Zero));
        }
    }

    [Fact]
    public async Task A_list_from_a_position_is_kept_nowhere_and_changes_no_kept_page()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        var kept = await reader.GetAsync("/ht/services");

        var here = await NearAsync(reader, TownNode.Open);
        var there = await NearAsync(reader, TownNode.Unknown);

        Assert.NotEqual(here.Text, there.Text);
        Assert.All([here, there], answer =>
        {
            Assert.Equal((HttpStatusCode.OK, "no-store", ""), (answer.Status, answer.Header("Cache-Control"), answer.Header("ETag")));
            Assert.Equal("", answer.Header("Set-Cookie"));
        });
        Assert.Equal(kept.Text, (await reader.GetAsync("/ht/services")).Text);
    }

    [Fact]
    public async Task A_kept_page_is_the_same_for_everybody_whatever_they_carry()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        var alice = await Caller.SessionAsync(town.Node, "alice", "administrator");
        var first = await reader.GetAsync("/ht/services", alice, ("Accept-Language", "es"));

        var second = await reader.GetAsync("/ht/services", ("Cookie", "tambo-language=fr"));

        Assert.Equal(first.Text, second.Text);
        Assert.All([first, second], answer => Assert.Equal(("ht", ""), (answer.Header("Content-Language"), answer.Header("Set-Cookie"))));
        Assert.DoesNotContain("alice", first.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("/ht/services?need=health&near={0}&q=", "what the form sends")]
    [InlineData("/ht/services?q=&near={0}&need=health&speaks=&km=&open=", "another order")]
    [InlineData("/ht/services?need=health&near={0}&utm_source=x&fbclid=1234", "parameters of others")]
    [InlineData("/HT/services?near=+{0}+&need=health&page=1", "spaces, and the first page by number")]
    public async Task However_a_question_is_spelled_it_is_one_kept_page(string spelling, string why)
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        var address = new SearchQuestion { Near = Spot.StartName, Need = "health" }.Href("/ht/services");
        var other = string.Format(CultureInfo.InvariantCulture, spelling, Uri.EscapeDataString(Spot.StartName));
        var cache = town.Node.Services.GetRequiredService<PageCache>();
        var before = cache.Count;

        var first = await reader.GetAsync(other);
        town.Time.Advance(TimeSpan.FromSeconds(20));
        var again = await reader.GetAsync(other);
        var canonical = await reader.GetAsync(address);

        // Kept, not drawn again: a page drawn now would stay for a whole minute.
        Assert.Equal(("public, max-age=60", "public, max-age=40", "public, max-age=40", why),
            (first.Header("Cache-Control"), again.Header("Cache-Control"), canonical.Header("Cache-Control"), why));
        Assert.Equal(canonical.Text, first.Text);
        Assert.DoesNotContain("fbclid", first.Text, StringComparison.Ordinal);
        Assert.Equal(before + 1, cache.Count);
    }

    [Fact]
    public async Task A_page_that_asks_nothing_of_its_address_is_kept_once_whatever_is_added_to_it()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        foreach (var address in new[] { "/ht", "/ht/about", "/ht/emergency", $"/ht/services/{TownNode.Open.Id:D}" })
        {
            var first = await reader.GetAsync(address + "?utm_source=x");
            town.Time.Advance(TimeSpan.FromSeconds(7));

            var again = await reader.GetAsync(address + "?fbclid=1234");

            Assert.Equal(first.Text, again.Text);
            Assert.NotEqual(first.Header("Cache-Control"), again.Header("Cache-Control"));
            Assert.Equal(again.Header("Cache-Control"), (await reader.GetAsync(address)).Header("Cache-Control"));
        }
    }

    [Fact]
    public async Task Whoever_makes_up_questions_pushes_out_questions_and_nothing_else()
    {
        var time = new SettableTime(SettableTime.Noon);
        var cache = new PageCache(new ChangeVersions(), time);
        var plain = Enumerable.Range(0, 20).Select(page => $"/ht/services/{page}").ToList();
        foreach (var address in plain)
            await KeepAsync(cache, address, time.GetUtcNow().AddMinutes(1));

        for (var question = 0; question < 5 * PageCache.MostQuestions; question++)
        {
            await KeepAsync(cache, $"/ht/services?q={question}", time.GetUtcNow().AddMinutes(2));
            Assert.True(cache.Count <= PageCache.MostQuestions + plain.Count);
        }

        Assert.All(plain, address => Assert.NotNull(cache.Find(Asking(address), address)));
        Assert.NotNull(cache.Find(Asking("/ht/services"), $"/ht/services?q={(5 * PageCache.MostQuestions) - 1}"));
    }

    [Fact]
    public async Task What_the_form_sends_is_answered_as_soon_as_kept_pages_are_and_costs_none_of_a_shelters_requests()
    {
        await using var town = await StartAsync();
        using var reader = new Reader(town.Node);
        for (var request = 0; request < RateLimits.Burst + 100; request++)
            Assert.Equal(HttpStatusCode.OK, (await reader.GetAsync("/ht/services?need=health&near=&q=")).Status);
    }

    [Fact]
    public async Task Made_up_spellings_are_not_all_remembered()
    {
        var time = new SettableTime(SettableTime.Noon);
        var cache = new PageCache(new ChangeVersions(), time);
        await KeepAsync(cache, "/ht", time.GetUtcNow().AddMinutes(1));
        for (var spelling = 0; spelling < 20_000; spelling++)
            Assert.NotNull(cache.Find(Asking($"/ht?x={spelling}"), "/ht"));

        Assert.InRange(cache.Spellings, 1, 2000);
    }

    private static HttpRequest Asking(string address)
    {
        var request = new DefaultHttpContext().Request;
        var question = address.IndexOf('?', StringComparison.Ordinal);
        (request.Path, request.QueryString) = question < 0 ? (address, default) : (address[..question], new QueryString(address[question..]));
        return request;
    }

    private static Task KeepAsync(PageCache cache, string address, DateTimeOffset until) => cache.KeepAndSendAsync(
        new DefaultHttpContext(), "<p>page</p>"u8.ToArray(), "ht", new KeptPage(new Freshness("test", until), 0, address));

    private static Task<Answer> NearAsync(Reader reader, Spot spot) => reader.AskAsync(HttpMethod.Post, "/ht/services", new FormUrlEncodedContent(
    [
        KeyValuePair.Create("lat", spot.Latitude.ToString(CultureInfo.InvariantCulture)), KeyValuePair.Create("lon", spot.Longitude.ToString(CultureInfo.InvariantCulture)),
    ]));

    private static async Task<string> UnpackAsync(Answer answer)
    {
        using var packed = new MemoryStream(answer.Body);
        await using Stream stream = answer.Header("Content-Encoding") switch
        {
            "br" => new BrotliStream(packed, CompressionMode.Decompress),
            "gzip" => new GZipStream(packed, CompressionMode.Decompress),
            _ => packed,
        };
        using var text = new StreamReader(stream);
        return await text.ReadToEndAsync();
    }

    private static async Task<TownNode> StartAsync()
    {
        var town = new TownNode();
        await town.InitializeAsync();
        return town;
    }
}
