using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Attachments;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Attachments;

/// <summary>Files of cases: brought in parts over a connection that breaks, looked at, sealed, given to those who may see them.</summary>
[TakesLong(50)]
public sealed class BringFileTests
{
    private const string Secret = "12.3456N 70.9876W, Ana's telephone";

    [Theory]
    [OnEachEngine]
    public async Task A_day_of_40_cases_and_60_megabytes_arrives_whole_and_once_over_20_broken_connections(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        using var line = office.Node.Client();
        line.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(carla.Credential.Value);
        var person = (await carla.RegisterAsync(new { })).Id;
        var (cuts, bytes) = (0, 0L);
        for (var number = 0; number < 40; number++)
        {
            var one = (await carla.OpenAsync(new { person })).Id;
            var file = MadeUpFiles.Png(1_500_000, number);
            bytes += file.Length;
            var announced = await carla.PostAsync($"/api/cases/{one:D}/files", new { name = $"photo {number}.png", length = file.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(file)) }, ("Idempotency-Key", $"\"file-{number}\""));
            Assert.True(announced.Status == 201, announced.Text);
            var address = $"/api/cases/{one:D}/files/{announced.Id:D}/upload";
            // Every second file loses its connection once, in the middle of a piece.
            if (number % 2 == 0)
            {
                await Assert.ThrowsAnyAsync<HttpRequestException>(() => SendAsync(line, address, 0, new BreakingContent(file, 400_000 + (number * 20_011))));
                cuts++;
            }

            var offset = await OffsetAsync(line, address);
            // A device that does not know where it was is told, and nothing is doubled.
            using (var wrong = await SendAsync(line, address, offset + 1, new ByteArrayContent(file[1..])))
            {
                Assert.Equal(HttpStatusCode.Conflict, wrong.StatusCode);
                Assert.Equal(offset.ToString(System.Globalization.CultureInfo.InvariantCulture), wrong.Headers.GetValues("Upload-Offset").Single());
            }

            using (var rest = await SendAsync(line, address, offset, new ByteArrayContent(file[(int)offset..])))
                Assert.True(rest.IsSuccessStatusCode, await rest.Content.ReadAsStringAsync());
            var given = await line.GetByteArrayAsync(new Uri($"/api/cases/{one:D}/files/{announced.Id:D}", UriKind.Relative));
            Assert.Equal(file, given);
        }

        Assert.Equal((20, true), (cuts, bytes > 59_000_000));
        Assert.Equal(40, (await office.ReadAsync<long>("select count(*) from cases_entries where kind = 'file' and state = 'kept'")).Single());
        Assert.Equal(80, (await office.ReadAsync<long>("select count(*) from cases_file_pieces")).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_a_broken_connection_had_brought_is_kept_and_goes_on_from_there(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        using var line = office.Node.Client();
        line.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(carla.Credential.Value);
        var (one, file) = (await OpenAsync(carla), MadeUpFiles.Png(3_000_000, 7));
        var address = await AnnounceAsync(carla, one, file, file.Length);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => SendAsync(line, address, 0, new BreakingContent(file, 2_500_000)));
        var offset = await OffsetAsync(line, address);
        // The whole pieces are there for sure; of the last one whatever had arrived.
        Assert.InRange(offset, 2 * 1024 * 1024, 2_500_000);
        Assert.Equal(409, (await carla.GetAsync(address.Replace("/upload", "", StringComparison.Ordinal))).Status);
        using var rest = await SendAsync(line, address, offset, new ByteArrayContent(file[(int)offset..]));
        Assert.True(rest.IsSuccessStatusCode);
        using var after = await SendAsync(line, address, file.Length, new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.Conflict, after.StatusCode);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_file_is_what_its_bytes_are_and_loses_where_it_was_made(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        using var line = office.Node.Client();
        line.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(carla.Credential.Value);
        var one = await OpenAsync(carla);
        foreach (var (bytes, status, code) in new[]
        {
            (Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), 415, "cases.attachment.kind_unknown"),
            (Encoding.UTF8.GetBytes("<!doctype html><script>alert(1)</script>"), 415, "cases.attachment.kind_unknown"),
            ("GIF89a"u8.ToArray(), 415, "cases.attachment.kind_unknown"),
            (MadeUpFiles.Png(1000, 1)[..500], 422, "cases.attachment.damaged"),
        })
        {
            var refused = await AnnounceAsync(carla, one, bytes, bytes.Length);
            using var answer = await SendAsync(line, refused, 0, new ByteArrayContent(bytes));
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Contains(code, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_file_pieces")).Single());
        // Not the file that was announced: its pieces are gone too.
        var (mine, other) = (MadeUpFiles.Png(2000, 1), MadeUpFiles.Png(2000, 2));
        var swapped = await AnnounceAsync(carla, one, mine, mine.Length);
        using (var answer = await SendAsync(line, swapped, 0, new ByteArrayContent(other)))
            Assert.Contains("cases.attachment.not_as_announced", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        var photo = MadeUpFiles.Png(2000, 3, MadeUpFiles.Chunk("tEXt", Encoding.ASCII.GetBytes(Secret)));
        byte[] polyglot = [.. photo, .. Encoding.ASCII.GetBytes("<script>" + Secret)];
        var kept = await AnnounceAsync(carla, one, polyglot, polyglot.Length, "../../Fo to\";.html");
        using (var answer = await SendAsync(line, kept, 0, new ByteArrayContent(polyglot)))
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        using var given = await line.GetAsync(new Uri(kept.Replace("/upload", "", StringComparison.Ordinal), UriKind.Relative));
        var body = await given.Content.ReadAsByteArrayAsync();
        Assert.Equal(-1, body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Secret)));
        Assert.Equal("image/png", given.Content.Headers.ContentType!.MediaType);
        Assert.Equal("attachment; filename=\"Foto.png\"", given.Content.Headers.GetValues("Content-Disposition").Single());
        Assert.Equal("nosniff", given.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.StartsWith("sandbox", given.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal(404, (await saul.GetAsync(kept.Replace("/upload", "", StringComparison.Ordinal))).Status);
        Assert.Equal(404, (await saul.GetAsync(kept)).Status);
        Assert.Contains("general", string.Join(' ', await office.ReadAsync<string>("select compartments from cases_views where how = 'case'")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_is_never_larger_than_the_operator_says()
    {
        await using var node = await CasesOffice.OpenAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { UploadLimits = new Dictionary<string, long> { ["cases"] = 1024 * 1024 } } });
        var carla = await node.OfficerAsync("carla", "case_worker");
        var one = await OpenAsync(carla);
        var told = await carla.PostAsync($"/api/cases/{one:D}/files", new { name = "x", length = (1024 * 1024) + 1, sha256 = new string('0', 64) });
        Assert.Equal((413, "cases.attachment.too_large"), (told.Status, told.Code));
        Assert.Contains("1 MB", told.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(["length cases.value_unfit", "sha256 cases.value_unfit"], (await carla.PostAsync($"/api/cases/{one:D}/files", new { name = "x" })).Errors);
    }

    [Theory]
    [OnEachEngine]
    public async Task Bytes_lie_sealed_and_go_with_the_person(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        using var line = office.Node.Client();
        line.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(carla.Credential.Value);
        var person = await carla.RegisterAsync(new { });
        var one = (await carla.OpenAsync(new { person = person.Id })).Id;
        var file = MadeUpFiles.Png(5000, 9);
        var address = await AnnounceAsync(carla, one, file, file.Length, "passport of Ilmara.png");
        using (var answer = await SendAsync(line, address, 0, new ByteArrayContent(file)))
            Assert.True(answer.IsSuccessStatusCode);
        var piece = (await office.ReadAsync<byte[]>("select sealed from cases_file_pieces")).Single();
        Assert.Equal(-1, piece.AsSpan().IndexOf(file.AsSpan(100, 40)));
        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(person.Ref, "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        foreach (var table in new[] { "cases_file_pieces", "cases_files", "cases_entries" })
            Assert.Equal((table, 0L), (table, (await office.ReadAsync<long>($"select count(*) from {table}")).Single()));
    }

    [Fact]
    public async Task What_did_not_come_within_a_week_is_forgotten_and_what_is_removed_is_gone()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var carla = await office.OfficerAsync("carla", "case_worker");
        using var line = office.Node.Client();
        line.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(carla.Credential.Value);
        var (one, file) = (await OpenAsync(carla), MadeUpFiles.Png(5000, 9));
        var whole = await AnnounceAsync(carla, one, file, file.Length);
        using (var answer = await SendAsync(line, whole, 0, new ByteArrayContent(file)))
            Assert.True(answer.IsSuccessStatusCode);
        var half = await AnnounceAsync(carla, one, file, file.Length);
        using (var answer = await SendAsync(line, half, 0, new ByteArrayContent(file[..2000])))
            Assert.True(answer.IsSuccessStatusCode);
        office.Time.Advance(TimeSpan.FromDays(8));
        await BringFile.Sweep.RunAsync(office.Node.Services, CancellationToken.None);
        Assert.Equal(["kept", "removed"], await office.ReadAsync<string>("select state from cases_entries where kind = 'file' order by state"));
        var removed = await carla.PostAsync(whole.Replace("/upload", "/remove", StringComparison.Ordinal), new { }, ("If-Match", "\"v2\""));
        Assert.Equal(200, removed.Status);
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_file_pieces")).Single());
        Assert.Equal(409, (await carla.GetAsync(whole.Replace("/upload", "", StringComparison.Ordinal))).Status);
    }

    private static async Task<Guid> OpenAsync(Officer by) => (await by.OpenAsync(new { person = (await by.RegisterAsync(new { })).Id })).Id;

    private static async Task<string> AnnounceAsync(Officer by, Guid one, byte[] file, long length, string name = "photo.png")
    {
        var told = await by.PostAsync($"/api/cases/{one:D}/files", new { name, length, sha256 = Convert.ToHexStringLower(SHA256.HashData(file)) });
        Assert.True(told.Status == 201, told.Text);
        return $"/api/cases/{one:D}/files/{told.Id:D}/upload";
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient line, string address, long offset, HttpContent content)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(address, UriKind.Relative)) { Content = content };
        request.Headers.Add("Upload-Offset", offset.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return await line.SendAsync(request);
    }

    // The node may still be writing down what arrived before the connection broke.
    private static async Task<long> OffsetAsync(HttpClient line, string address)
    {
        for (var (last, same) = (-1L, 0); ;)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(address, UriKind.Relative));
            using var answer = await line.SendAsync(request);
            var offset = long.Parse(answer.Headers.GetValues("Upload-Offset").Single(), System.Globalization.CultureInfo.InvariantCulture);
            same = offset == last ? same + 1 : 0;
            if (same == 5)
                return offset;
            last = offset;
            await Task.Delay(40);
        }
    }

    /// <summary>Says that all of it comes, and breaks off in the middle.</summary>
    private sealed class BreakingContent(byte[] all, int breaksAt) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(all.AsMemory(0, breaksAt));
            await stream.FlushAsync();
            await Task.Delay(100);
            throw new IOException("The connection broke.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = all.Length;
            return true;
        }
    }
}
