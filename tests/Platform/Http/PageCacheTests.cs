using System.Globalization;
using System.IO.Compression;
using System.Net;
using Tambo.Guide.Directory;
using Tambo.Guide.Pages;
using Tambo.Tests.Journeys;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Http;

public sealed class PageCacheTests
{
    // As our own links write it: other spellings of the same question are answered and not kept.
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
