using System.Security.Cryptography;
using Microsoft.Playwright;
using Tambo.Cases.Attachments;
using Tambo.Tests.Cases.Attachments;
using Tambo.Tests.Support;

namespace Tambo.Tests.Browser.Cases;

/// <summary>A whole day without internet, and a line that breaks again and again while it is sent.</summary>
public sealed partial class OfflineCasesTests
{
    private const int Cuts = 20;
    private const int CutsOfChanges = 8;

    [Fact]
    public async Task A_day_of_40_cases_and_60_megabytes_of_files_arrives_whole_and_once_over_20_broken_connections()
    {
        var nora = await office.OfficerAsync("nora", "case_worker");
        var cases = new List<Guid>();
        for (var number = 0; number < 40; number++)
            cases.Add((await CaseAsync(nora, $"Person {number:00}")).Case);
        var phone = await PhoneAsync("nora");
        await phone.EnrolAsync();
        using var folder = new FilesOnDisk();
        line.Cut();
        await phone.UnlockAsync();
        var hashes = new Dictionary<Guid, string>();
        for (var number = 0; number < cases.Count; number++)
        {
            var path = folder.Add($"taken-{number:00}", MadeUpFiles.Of(number, 1_570_000), out var bytes);
            hashes[cases[number]] = Convert.ToHexStringLower(SHA256.HashData(CleanFile.Clean(bytes).Bytes));
            await phone.ClickAsync($"#vault-list .card:has-text('Person {number:00}') button");
            await phone.FillAsync("#vault-change [name=note]", $"seen on the way {number:00}");
            await phone.ClickAsync("#vault-change button");
            await phone.Locator("#vault-facts", new() { HasText = $"seen on the way {number:00}" }).WaitForAsync();
            await BringAsync(phone, path);
            await phone.ClickAsync("[data-do=back]");
        }

        Assert.InRange(folder.Bytes, 60_000_000, 70_000_000);
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 80. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal([0L], await office.ReadAsync<long>("select count(*) from cases_device_changes"));

        // Of changes and of files: on the way, in the middle of a piece or before its first byte, or once all has arrived and the answer is lost.
        var (changes, files) = (0, 0);
        line.Breaks = request => request.Contains("/changes", StringComparison.Ordinal) ? (changes++ % 2 != 0 || changes > 16 ? null : changes % 4 == 1 ? 200 : NetworkLine.Answer)
            : request.StartsWith("PATCH ", StringComparison.Ordinal) && line.Broken < Cuts && files++ % 8 == 4 ? ((files / 8) % 3) switch { 0 => 300_000L, 1 => NetworkLine.Answer, _ => 0L }
            : null;
        line.Mend();
        // Each broken change ends a turn; a file goes on by itself, and once more when the page was closed while it was sent.
        for (var turn = 0; turn < 40 && line.Broken < CutsOfChanges; turn++)
            await phone.SendAsync();
        await phone.ClickAsync("[data-do=send]");
        await phone.Locator("#vault-outbox", new() { HasText = "% has arrived" }).WaitForAsync();
        await phone.UnlockAsync(seconds: 60);
        await phone.Locator("#vault-outbox", new() { HasText = "To send: 0. Refused: 0. To decide: 0." }).WaitForAsync();
        Assert.Equal((Cuts, 16), (line.Broken, changes));

        Assert.Equal(["change 40", "file 40"], await office.ReadAsync<string>("select kind || ' ' || count(*) from cases_device_changes where state = 'done' group by kind order by kind"));
        Assert.Equal(["kept 40"], await office.ReadAsync<string>("select state || ' ' || count(*) from cases_entries where kind = 'file' group by state"));
        Assert.Equal([2L], await office.ReadAsync<long>("select distinct version from cases_cases"));
        using var client = office.Node.Client();
        client.DefaultRequestHeaders.Authorization = System.Net.Http.Headers.AuthenticationHeaderValue.Parse(nora.Credential.Value);
        for (var number = 0; number < cases.Count; number++)
        {
            Assert.Equal($"seen on the way {number:00}", (await nora.GetAsync($"/api/cases/{cases[number]:D}")).Json.GetProperty("note").GetString());
            var file = Assert.Single((await nora.GetAsync($"/api/cases/{cases[number]:D}/files")).Json.GetProperty("files").EnumerateArray());
            Assert.StartsWith($"taken-{number:00}", file.GetProperty("name").GetString(), StringComparison.Ordinal);
            var kept = await client.GetByteArrayAsync(new Uri($"/api/cases/{cases[number]:D}/files/{file.GetProperty("id").GetGuid():D}", UriKind.Relative));
            Assert.Equal(hashes[cases[number]], Convert.ToHexStringLower(SHA256.HashData(kept)));
        }

        // Cases, persons, and what the phone knows of itself: of what was sent nothing is left.
        Assert.Equal((1, 82), await phone.CountAsync());
    }

    // Adds a file to the case that is open.
    private static async Task BringAsync(IPage phone, string path)
    {
        await phone.ClickAsync("#vault-steps button:has-text('Add a photo')");
        await phone.SetInputFilesAsync("#vault-file [name=file]", path);
        await phone.ClickAsync("#vault-file button:not([type])");
        await phone.Locator("#vault-facts", new() { HasText = Path.GetFileName(path) }).WaitForAsync();
    }

    /// <summary>Files in a folder of their own, as somebody chooses them.</summary>
    private sealed class FilesOnDisk : IDisposable
    {
        private readonly string folder = Directory.CreateTempSubdirectory("tambo-files").FullName;

        /// <summary>Bytes of all of them.</summary>
        public long Bytes { get; private set; }

        public string Add(string name, (string Extension, byte[] Bytes) file, out byte[] bytes)
        {
            bytes = file.Bytes;
            Bytes += bytes.Length;
            var path = Path.Combine(folder, name + file.Extension);
            File.WriteAllBytes(path, bytes);
            return path;
        }

        public string Add(string name, byte[] bytes) => Add(name, ("", bytes), out _);

        public void Dispose() => Directory.Delete(folder, recursive: true);
    }
}
