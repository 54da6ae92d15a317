using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text.Json;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;
using Tambo.Tests.Journeys;

namespace Tambo.Tests.Platform.Offline;

/// <summary>What a browser needs before it can keep pages or put the site on a home screen.</summary>
public sealed class OfflineRoutesTests(TownNode town) : IClassFixture<TownNode>
{
    [Fact]
    public void The_worker_stays_within_three_kilobytes() =>
        Assert.InRange(SiteAssets.Find("sw.js").Brotli.Length, 1, 3 * 1024);

    [Fact]
    public async Task The_worker_stands_at_the_root_is_asked_for_at_every_turn_and_knows_the_languages()
    {
        using var client = town.Node.Client();
        var answer = await client.GetAsync("/sw.js", TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal("text/javascript; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.StartsWith("self.tambo={\"version\":\"", text, StringComparison.Ordinal);
        using var settings = JsonDocument.Parse(text["self.tambo=".Length..(text.IndexOf('}', StringComparison.Ordinal) + 1)]);
        Assert.Equal(
            town.Catalog.Languages.Select(language => language.Code),
            settings.RootElement.GetProperty("languages").EnumerateArray().Select(code => code.GetString()));
        Assert.False(settings.RootElement.GetProperty("off").GetBoolean());

        using var again = new HttpRequestMessage(HttpMethod.Get, "/sw.js");
        again.Headers.TryAddWithoutValidation("If-None-Match", answer.Headers.ETag!.Tag);
        Assert.Equal(HttpStatusCode.NotModified, (await client.SendAsync(again, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Each_language_names_pages_that_are_there_and_may_be_kept()
    {
        using var client = town.Node.Client();
        foreach (var language in town.Catalog.Languages)
        {
            using var list = JsonDocument.Parse(await client.GetStringAsync($"/{language.Code}/offline.json", TestContext.Current.CancellationToken));
            var pages = list.RootElement.GetProperty("pages").EnumerateArray().Select(page => page.GetString()!).ToList();
            Assert.Contains($"/{language.Code}/offline", pages);
            foreach (var page in pages)
            {
                var answer = await client.GetAsync(page, TestContext.Current.CancellationToken);
                Assert.Equal((page, HttpStatusCode.OK), (page, answer.StatusCode));
                Assert.True(answer.Headers.CacheControl!.Public, page);
            }

            Assert.Equal(12, list.RootElement.GetProperty("months").GetArrayLength());
            Assert.Contains("{date}", list.RootElement.GetProperty("kept").GetString(), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/xx/offline.json", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task The_manifest_speaks_the_language_begins_with_its_start_page_and_names_icons_of_the_sizes_it_says()
    {
        using var client = town.Node.Client();
        foreach (var language in town.Catalog.Languages)
        {
            var answer = await client.GetAsync($"/{language.Code}/app.webmanifest", TestContext.Current.CancellationToken);
            using var manifest = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            string Said(string name) => manifest.RootElement.GetProperty(name).GetString()!;

            Assert.Equal("application/manifest+json", answer.Content.Headers.ContentType!.MediaType);
            Assert.Equal((language.Code, language.Direction, $"/{language.Code}"), (Said("lang"), Said("dir"), Said("start_url")));
            Assert.InRange(Said("short_name").Length, 1, 12);
            var icons = manifest.RootElement.GetProperty("icons").EnumerateArray().ToList();
            Assert.Contains(icons, icon => icon.GetProperty("purpose").GetString() == "maskable");
            foreach (var icon in icons.Where(icon => icon.GetProperty("type").GetString() == "image/png"))
            {
                var bytes = await client.GetByteArrayAsync(icon.GetProperty("src").GetString(), TestContext.Current.CancellationToken);
                var side = PngSide(bytes);
                Assert.Equal($"{side}x{side}", icon.GetProperty("sizes").GetString());
            }
        }

        Assert.Equal(180, PngSide(await client.GetByteArrayAsync("/apple-touch-icon.png", TestContext.Current.CancellationToken)));
    }

    // RFC 2083: eight bytes of signature, then IHDR with width and height; IDAT holds a zlib stream with one filter byte a row.
    private static int PngSide(byte[] png)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], png[..8]);
        var width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        Assert.Equal(width, BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var packed = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        using var rows = new MemoryStream();
        packed.CopyTo(rows);
        Assert.Equal(width * ((width * 3) + 1), rows.Length);
        return width;
    }
}
