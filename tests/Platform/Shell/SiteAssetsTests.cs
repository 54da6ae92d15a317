using System.IO.Compression;
using System.Net;
using Tambo.Platform.Shell;

namespace Tambo.Tests.Platform.Shell;

public sealed class SiteAssetsTests(ShellSite site) : IClassFixture<ShellSite>
{
    [Theory]
    [InlineData("br, gzip", "br")]
    [InlineData("gzip, deflate", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    [InlineData("identity", "")]
    public async Task An_asset_comes_in_the_smallest_form_that_the_browser_reads(string accepted, string encoding)
    {
        var asset = SiteAssets.Find("public.css");
        var response = await GetAsync(asset.Href, ("Accept-Encoding", accepted));

        Assert.Equal(encoding, string.Join(',', response.Content.Headers.ContentEncoding));
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.GetValues("Cache-Control").Single());
        Assert.Equal(asset.Content, await ReadAsync(response, encoding));
    }

    [Fact]
    public async Task A_browser_that_has_the_asset_gets_it_not_again()
    {
        var href = SiteAssets.Href("public.css");
        var first = await GetAsync(href, ("Accept-Encoding", "br"));
        var again = await GetAsync(href, ("Accept-Encoding", "br"), ("If-None-Match", first.Headers.ETag!.Tag));
        var otherForm = await GetAsync(href, ("Accept-Encoding", "gzip"), ("If-None-Match", first.Headers.ETag!.Tag));

        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
        Assert.Equal(HttpStatusCode.OK, otherForm.StatusCode);
    }

    [Theory]
    [InlineData("/assets/public.css")]
    [InlineData("/assets/manifest.json")]
    [InlineData("/assets/..%2Fappsettings.json")]
    public async Task Only_names_with_their_hash_are_served(string path) =>
        Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path)).StatusCode);

    [Fact]
    public void The_style_of_all_public_pages_stays_within_four_kilobytes() =>
        Assert.InRange(SiteAssets.Find("public.css").Brotli.Length, 1, 4096);

    [Fact]
    public void The_script_of_all_public_pages_stays_within_six_kilobytes() =>
        Assert.InRange(SiteAssets.Find("a.js").Brotli.Length, 1, 6144);

    [Fact]
    public async Task An_open_page_that_nobody_keeps_is_compressed_and_a_staff_page_is_not()
    {
        var open = await GetAsync("/contributors/design", ("Accept-Encoding", "gzip, br"));
        var plain = await GetAsync("/contributors/design");
        var staff = await GetAsync("/staff/example", ("Accept-Encoding", "gzip, br"));

        Assert.Equal(await ReadAsync(plain, ""), await ReadAsync(open, "br"));
        Assert.Equal("Accept-Encoding", string.Join(',', open.Headers.Vary));
        Assert.Empty(staff.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Frame_style_and_mark_leave_nine_of_the_fourteen_kilobytes_to_the_content()
    {
        var html = await site.Pages.RenderAsync<PageFrame>("ht", "/ht", ("Title", "Tambo"));
        using var brotli = new MemoryStream();
        await using (var encoder = new BrotliStream(brotli, CompressionLevel.Optimal, leaveOpen: true))
            await encoder.WriteAsync(html, TestContext.Current.CancellationToken);

        var sum = brotli.Length + SiteAssets.Find("public.css").Brotli.Length + SiteAssets.Find("mark.svg").Brotli.Length;
        TestContext.Current.TestOutputHelper?.WriteLine($"frame {brotli.Length} B, all {sum} B");
        Assert.InRange(sum, 1, (14 - 9) * 1000);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, params (string Name, string Value)[] headers)
    {
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None };
        using var client = new HttpMessageInvoker(handler);
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(site.Url + path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, string encoding)
    {
        await using var stream = await response.Content.ReadAsStreamAsync();
        await using Stream plain = encoding switch
        {
            "br" => new BrotliStream(stream, CompressionMode.Decompress),
            "gzip" => new GZipStream(stream, CompressionMode.Decompress),
            _ => stream,
        };
        using var bytes = new MemoryStream();
        await plain.CopyToAsync(bytes);
        return bytes.ToArray();
    }
}
