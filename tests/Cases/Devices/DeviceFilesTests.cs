using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Tests.Cases.Attachments;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>A file that a device brings is announced once by the key that the device drew, and its bytes follow wherever that was told.</summary>
public sealed class DeviceFilesTests
{
    private const string Root = "/api/cases/devices";

    [Theory]
    [OnEachEngine]
    public async Task However_often_a_file_is_announced_there_is_one_and_it_goes_to_the_case_that_the_device_opened(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var device = await DeviceAsync(nora);
        var (person, opened, first, second) = (Key(), Key(), MadeUpFiles.Png(1_500_000, 1), MadeUpFiles.Jpeg(2_000, 2));
        object[] day =
        [
            new { id = person, kind = "register", body = new { identity = new { names = new[] { new { full = "Ilmara" } } } } },
            new { id = opened, kind = "case", person, body = new { type = "protection", urgency = "Normal" } },
            FileOf(opened, first, "a photo of Ilmara.png"),
            FileOf(opened, second, "another.jpg"),
        ];
        IReadOnlyList<JsonElement> answers = [];
        for (var turn = 0; turn < 3; turn++)
        {
            var again = await SendAsync(nora, device, day);
            Assert.All(again, answer => Assert.Equal("done", answer.GetProperty("answer").GetString()));
            Assert.True(turn == 0 || answers.Select(answer => answer.GetRawText()).SequenceEqual(again.Select(answer => answer.GetRawText())));
            answers = again;
        }

        Assert.Equal([2L], await office.ReadAsync<long>("select count(*) from cases_entries"));
        using var line = LineOf(office, nora);
        foreach (var (answer, bytes) in new[] { (answers[2], first), (answers[3], second) })
        {
            var upload = answer.GetProperty("upload").GetString()!;
            Assert.Equal($"/api/cases/{answers[1].GetProperty("record").GetGuid():D}/files/{answer.GetProperty("record").GetGuid():D}/upload", upload);
            Assert.Equal("kept", (await PutAsync(line, upload, bytes)).GetProperty("state").GetString());
            Assert.Equal(bytes, await line.GetByteArrayAsync(new Uri(upload.Replace("/upload", "", StringComparison.Ordinal), UriKind.Relative)));
        }

        // The device that lost the last answer hears that it is whole, and announcing it again makes no other.
        Assert.Equal("kept", (await nora.GetAsync(answers[2].GetProperty("upload").GetString()!)).Json.GetProperty("state").GetString());
        Assert.Equal(answers[2].GetRawText(), (await SendAsync(nora, device, day[2]))[0].GetRawText());
        Assert.Equal([2L], await office.ReadAsync<long>("select count(*) from cases_entries where kind = 'file' and state = 'kept'"));
        Assert.DoesNotContain("Ilmara", string.Join(' ', await office.ReadAsync<string>("select details from platform_audit_entries")), StringComparison.Ordinal);

        // The notes of the device go with the person.
        var reference = (await office.ReadAsync<string>("select public_ref from cases_persons")).Single();
        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(reference, "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        foreach (var table in new[] { "cases_device_changes", "cases_files", "cases_file_pieces", "cases_entries" })
            Assert.Equal((table, 0L), (table, (await office.ReadAsync<long>($"select count(*) from {table}")).Single()));
        Assert.Equal("refused", (await SendAsync(nora, device, day[2]))[0].GetProperty("answer").GetString());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_file_that_was_deleted_on_the_device_comes_no_more_and_what_had_arrived_of_it_is_gone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var device = await DeviceAsync(nora);
        var own = (await nora.OpenAsync(new { person = (await nora.RegisterAsync(new { })).Id })).Id;
        var (bytes, announced, kept) = (MadeUpFiles.Png(1_500_000, 1), Key(), Key());
        object Announce(Guid id) => new { id, kind = "file", record = own, body = new { name = "photo.png", length = bytes.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) } };
        object Cancel(Guid record) => new { id = Key(), kind = "cancel", record };
        var upload = (await SendAsync(nora, device, Announce(announced)))[0].GetProperty("upload").GetString()!;
        using var line = LineOf(office, nora);
        using (var part = new HttpRequestMessage(HttpMethod.Patch, new Uri(upload, UriKind.Relative)) { Content = new ByteArrayContent(bytes, 0, 600_000) })
        {
            part.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
            part.Headers.Add("Upload-Offset", "0");
            using var half = await line.SendAsync(part);
            Assert.True(half.IsSuccessStatusCode, await half.Content.ReadAsStringAsync());
        }

        Assert.NotEmpty(await office.ReadAsync<long>("select at from cases_file_pieces"));
        // Nobody else's word counts, and nobody learns whether there is such a file.
        Assert.Equal("done", (await SendAsync(omar, await DeviceAsync(omar), Cancel(announced)))[0].GetProperty("answer").GetString());
        Assert.Equal(["coming"], await office.ReadAsync<string>("select state from cases_entries where kind = 'file'"));
        for (var turn = 0; turn < 2; turn++)
        {
            var said = (await SendAsync(nora, device, Cancel(announced)))[0];
            Assert.True(said.GetProperty("answer").GetString() == "done", said.GetRawText());
            Assert.Equal(["removed"], await office.ReadAsync<string>("select state from cases_entries where kind = 'file'"));
            Assert.Empty(await office.ReadAsync<long>("select at from cases_file_pieces"));
        }

        Assert.Equal("removed", (await nora.GetAsync(upload)).Json.GetProperty("state").GetString());
        // One that never was announced, and one that is whole by now.
        Assert.Equal("done", (await SendAsync(nora, device, Cancel(Key())))[0].GetProperty("answer").GetString());
        Assert.Equal("kept", (await PutAsync(line, (await SendAsync(nora, device, Announce(kept)))[0].GetProperty("upload").GetString()!, bytes)).GetProperty("state").GetString());
        Assert.Equal("done", (await SendAsync(nora, device, Cancel(kept)))[0].GetProperty("answer").GetString());
        Assert.Equal(["kept", "removed"], (await office.ReadAsync<string>("select state from cases_entries where kind = 'file'")).Order());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_refused_of_a_file_says_why_each_time_it_is_asked(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker", language: "es");
        var (omar, saul) = (await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var device = await DeviceAsync(nora);
        var own = (await nora.OpenAsync(new { person = (await nora.RegisterAsync(new { })).Id })).Id;
        var foreign = (await saul.OpenAsync(new { person = (await saul.RegisterAsync(new { })).Id })).Id;
        using var line = LineOf(office, nora);
        line.DefaultRequestHeaders.AcceptLanguage.ParseAdd("es");

        // Too large, out of reach, of another one's key: told with the change.
        var large = (await SendAsync(nora, device, new { id = Key(), kind = "file", record = own, body = new { name = "x", length = 50_000_000, sha256 = new string('0', 64) } }))[0];
        Assert.Equal(("refused", "cases.attachment.too_large"), (large.GetProperty("answer").GetString(), large.GetProperty("code").GetString()));
        Assert.Contains("20 MB", large.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal("request.not_found", (await SendAsync(nora, device, FileOf(foreign, MadeUpFiles.Png(100, 1))))[0].GetProperty("code").GetString());
        Assert.Equal("cases.device_unfit", (await SendAsync(nora, device, new { id = Key(), kind = "file", record = own }))[0].GetProperty("code").GetString());
        var mine = FileOf(own, MadeUpFiles.Png(100, 1));
        Assert.Equal("done", (await SendAsync(nora, device, mine))[0].GetProperty("answer").GetString());
        Assert.Equal("cases.device_key_taken", (await SendAsync(omar, await DeviceAsync(omar), mine))[0].GetProperty("code").GetString());

        // Of no kind that is taken, damaged, or doing something by itself: told with the last piece, and to whoever lost that answer.
        foreach (var (bytes, code) in new[]
        {
            (Encoding.UTF8.GetBytes("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), "cases.attachment.kind_unknown"),
            (MadeUpFiles.Png(1000, 1)[..500], "cases.attachment.damaged"),
            (MadeUpFiles.Pdf(1000, 2, "<< /S /JavaScript /JS (app.alert(1)) >>"), "cases.attachment.active"),
        })
        {
            var upload = (await SendAsync(nora, device, FileOf(own, bytes)))[0].GetProperty("upload").GetString()!;
            var told = await PutAsync(line, upload, bytes);
            Assert.Equal(code, told.GetProperty("code").GetString());
            var again = (await nora.GetAsync(upload)).Json;
            Assert.Equal(("refused", code), (again.GetProperty("state").GetString(), again.GetProperty("code").GetString()));
            Assert.Equal(told.GetProperty("detail").GetString(), again.GetProperty("detail").GetString());
        }

        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from cases_file_pieces"));
        // Why it was refused stands nowhere in the clear.
        Assert.DoesNotContain("attachment", string.Join(' ', await office.ReadAsync<string>("select mark || state from cases_entries")), StringComparison.Ordinal);
    }

    private static Guid Key() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static async Task<Guid> DeviceAsync(Officer officer) => (await officer.PostAsync(Root, new { name = "phone", proof = new string('a', 43) })).Id;

    private static object FileOf(Guid record, byte[] bytes, string name = "photo") =>
        new { id = Key(), kind = "file", record, body = new { name, length = bytes.Length, sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) } };

    private static async Task<IReadOnlyList<JsonElement>> SendAsync(Officer officer, Guid device, params object[] changes)
    {
        var told = await officer.PostAsync($"{Root}/{device:D}/changes", new { changes });
        Assert.True(told.Status == 200, told.Text);
        return [.. told.Json.GetProperty("answers").EnumerateArray()];
    }

    private static HttpClient LineOf(CasesOffice office, Officer officer)
    {
        var line = office.Node.Client();
        line.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(officer.Credential.Value);
        return line;
    }

    private static async Task<JsonElement> PutAsync(HttpClient line, string upload, byte[] bytes)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, new Uri(upload, UriKind.Relative)) { Content = new ByteArrayContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        request.Headers.Add("Upload-Offset", "0");
        using var answer = await line.SendAsync(request);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }
}
