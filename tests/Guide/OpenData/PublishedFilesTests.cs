using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.OpenData;
using Tambo.Platform.Files;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.OpenData;

public sealed class PublishedFilesTests
{
    [Theory]
    [InlineData(Confidentiality.AreaOnly)]
    [InlineData(Confidentiality.ContactOnly)]
    [InlineData(Confidentiality.Withheld)]
    public async Task Where_a_hidden_place_is_stands_in_no_file(string level)
    {
        await using var node = await StartAsync(records => records with { Locations = [records.Locations[0] with { Confidentiality = level }] });
        using var client = node.Client();
        foreach (var form in PublishedFiles.Forms)
        {
            var text = await TextAsync(client, form);
            // A map has nothing to show of a service whose place is hidden.
            Assert.Contains(form.Name == "services.geojson" ? "CC BY 4.0" : "Night shelter", text, StringComparison.Ordinal);
            foreach (var secret in new[] { "Candle Street", "12.345678", "-71.234567", "99888", "yellow house" })
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_hidden_is_in_no_file_from_that_moment_on()
    {
        await using var node = await StartAsync(records => records);
        using var client = node.Client();
        foreach (var form in PublishedFiles.Forms)
            Assert.Contains("Candle Street", await TextAsync(client, form), StringComparison.Ordinal);

        var place = (await node.Services.GetRequiredService<LiveDirectory>().GetAsync(CancellationToken.None)).Staff.Records.Locations[0];
        await using (var write = await node.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None))
        {
            Assert.True(await DirectoryWriter.ReplaceAsync(write, DirectoryRecords.Of([place with { Confidentiality = Confidentiality.Withheld }]), "edited"));
            await write.CommitAsync(CancellationToken.None);
        }

        foreach (var form in PublishedFiles.Forms)
        {
            using var answer = await client.GetAsync(new Uri("/open-data/" + form.Name, UriKind.Relative));
            Assert.True(answer.Headers.CacheControl!.NoCache);
            Assert.DoesNotContain("Candle Street", await TextAsync(client, form), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("identity", "")]
    [InlineData("gzip;q=0, br", "")]
    public async Task A_file_is_sent_compressed_or_plain_with_a_tag_that_spares_it_the_next_time(string accepted, string encoding)
    {
        await using var node = await StartAsync(records => records);
        // Without a client's own unpacking, to see what comes over the line.
        using var client = new HttpClient(new SocketsHttpHandler(), disposeHandler: true) { BaseAddress = node.Address };
        using var answer = await AskAsync(client, accepted, null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal(encoding, string.Join(',', answer.Content.Headers.ContentEncoding));
        Assert.Equal(encoding == "gzip", answer.Headers.ETag!.Tag.EndsWith("-gzip\"", StringComparison.Ordinal));

        using var spared = await AskAsync(client, accepted, answer.Headers.ETag.Tag);
        Assert.Equal(HttpStatusCode.NotModified, spared.StatusCode);
    }

    [Fact]
    public async Task The_table_has_a_line_for_each_service_at_each_place_under_names_and_tags()
    {
        await using var node = await StartAsync(records => records);
        using var client = node.Client();

        var lines = (await client.GetStringAsync("/open-data/services.csv")).TrimStart('\uFEFF').Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var points = JsonNode.Parse(await client.GetStringAsync("/open-data/services.geojson"))!;

        Assert.StartsWith("service_id,service,organization,needs", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("#service+id,#service+name,#org+name,#sector+list", lines[1], StringComparison.Ordinal);
        Assert.Equal(lines[0].Count(letter => letter == ','), lines[1].Count(letter => letter == ','));
        Assert.Contains("Night shelter", lines[2], StringComparison.Ordinal);
        Assert.Equal("CC BY 4.0", points["licence"]!.ToString());
        Assert.Equal([-71.234567, 12.345678], points["features"]![0]!["geometry"]!["coordinates"]!.AsArray().Select(degree => degree!.GetValue<double>()));
    }

    [Theory]
    [InlineData("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0")]
    [InlineData("-2+3+x", "'-2+3+x")]
    [InlineData("+52 664 123-4567", "+52 664 123-4567")]
    [InlineData("-71.23", "-71.23")]
    [InlineData("a, b", "\"a, b\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("Ñ", "Ñ")]
    [InlineData("", "")]
    public void A_cell_is_never_a_formula_and_a_telephone_stays_one(string value, string cell) => Assert.Equal(cell, OfferTable.Cell(value));

    private static async Task<TestNode> StartAsync(Func<DirectoryRecords, DirectoryRecords> change)
    {
        var node = await TestNode.StartAsync(Engine.Sqlite);
        await using var write = await node.Db.BeginAsync(TestDatabase.Alice, "guide.written", "test", CancellationToken.None, bulk: true);
        await DirectoryWriter.AddAsync(write, change(Sample.Everything(SettableTime.Noon)), "edited");
        await write.CommitAsync(CancellationToken.None);
        return node;
    }

    private static async Task<string> TextAsync(HttpClient client, PublishedForm form)
    {
        var bytes = await client.GetByteArrayAsync(new Uri("/open-data/" + form.Name, UriKind.Relative));
        if (!form.IsArchive)
            return System.Text.Encoding.UTF8.GetString(bytes);
        using var archive = SafeArchive.OpenZip(new MemoryStream(bytes));
        var text = new System.Text.StringBuilder();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(archive.Read(entry));
            text.Append(await reader.ReadToEndAsync());
        }

        return text.ToString();
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient client, string accepted, string? tag)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/open-data/services.csv");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
        if (tag is not null)
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue(tag));
        return await client.SendAsync(request);
    }
}
