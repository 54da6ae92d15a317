using System.Net.Http.Headers;
using System.Text;
using Tambo.Cases.Consent;
using Tambo.Tests.Cases.Attachments;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Consent;

/// <summary>Signed sheets and recordings stand with the consent that they show: cleaned, sealed under the person's key, and gone with them.</summary>
public sealed class ConsentEvidenceTests
{
    [Theory, OnEachEngine]
    public async Task A_sheet_and_a_voice_are_kept_once_shown_given_back_and_taken_away(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, stella, sol) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("stella", "statistician"), await office.OfficerAsync("sol", "protection_specialist", CasesOffice.South));
        var (person, consent) = await AgreedAsync(norma);
        var path = $"/api/cases/persons/{person:D}/consents/{consent:D}/evidence";
        var sheet = MadeUpFiles.Png(3_000_000, 5, MadeUpFiles.Chunk("tEXt", Encoding.ASCII.GetBytes("Location\0+08.7645-079.9823")));
        var voice = VoiceRecordingTests.Mp4("M4A ", "soun", [.. Enumerable.Range(0, 500).Select(at => (byte)at)]);
        var kept = await BringAsync(norma, path, sheet);
        Assert.True(kept.Status == 201, kept.Text);
        Assert.Equal(kept.Id, (await BringAsync(norma, path, sheet)).Id);
        Assert.Equal("audio/mp4", (await BringAsync(norma, path, voice)).Json.GetProperty("mediaType").GetString());
        Assert.Equal((415, "cases.attachment.kind_unknown"), await CodeAsync(norma, path, [.. "<svg onload='x'/>"u8]));
        Assert.Equal((422, "cases.attachment.damaged"), await CodeAsync(norma, path, sheet[..2000]));
        Assert.Equal(404, (await BringAsync(stella, path, sheet)).Status);
        Assert.Equal(404, (await BringAsync(sol, path, sheet)).Status);
        var listed = (await norma.GetAsync($"/api/cases/persons/{person:D}/consents")).Json[0].GetProperty("evidence").EnumerateArray().Select(one => one.GetProperty("mediaType").GetString()!);
        Assert.Equal(["audio/mp4", "image/png"], listed.Order(StringComparer.Ordinal));

        var views = (await office.ReadAsync<string>("select id from cases_views")).Count;
        var given = await norma.GetAsync($"{path}/{kept.Id:D}");
        Assert.Equal(200, given.Status);
        Assert.DoesNotContain("079.9823", given.Text, StringComparison.Ordinal);
        Assert.Equal(views + 1, (await office.ReadAsync<string>("select id from cases_views")).Count);
        Assert.Equal(404, (await sol.GetAsync($"{path}/{kept.Id:D}")).Status);

        // The page takes and removes the same; what a second consent shows is not this one's.
        var page = $"/staff/cases/persons/{person:D}/consent/{consent:D}/evidence";
        Assert.Contains("Voice recording", (await norma.GetAsync(page)).Text, StringComparison.Ordinal);
        using (var form = new MultipartFormDataContent { { new StringContent("bring"), "act" }, { new ByteArrayContent(MadeUpFiles.Jpeg(2000, 8)), "file", "sheet.jpg" } })
            Assert.Equal(302, (await norma.SendAsync(HttpMethod.Post, page, form)).Status);
        Assert.Equal(3, (await office.ReadAsync<string>("select id from cases_consent_files where removed_at is null")).Count);
        var other = (await norma.PostAsync($"/api/cases/persons/{person:D}/consents", Said())).Id;
        Assert.Equal(404, (await norma.GetAsync($"/api/cases/persons/{person:D}/consents/{other:D}/evidence/{kept.Id:D}")).Status);
        Assert.Equal(204, (await norma.PostAsync($"{path}/{kept.Id:D}/remove", new { })).Status);
        Assert.Equal(404, (await norma.GetAsync($"{path}/{kept.Id:D}")).Status);
        Assert.Equal(404, (await norma.PostAsync($"{path}/{kept.Id:D}/remove", new { })).Status);
        Assert.Empty(await office.ReadAsync<long>("select at from cases_consent_pieces where file_id = @Id", new { kept.Id }));
    }

    [Theory, OnEachEngine]
    public async Task Asylum_stays_closed_and_with_the_person_everything_goes(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, fiona) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("fiona", "frontline_officer"));
        var (dora, dino) = (await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("dino", "data_protection_officer"));
        var (person, consent) = await AgreedAsync(norma, "asylum");
        var path = $"/api/cases/persons/{person:D}/consents/{consent:D}/evidence";
        var kept = await BringAsync(norma, path, MadeUpFiles.Png(100, 6));
        Assert.True(kept.Status == 201, kept.Text);
        // That somebody agreed to ask for asylum is told to nobody to whom it is closed: neither by bringing nor by asking.
        Assert.Equal(404, (await fiona.GetAsync($"{path}/{kept.Id:D}")).Status);
        Assert.Equal(404, (await BringAsync(fiona, path, MadeUpFiles.Png(100, 7))).Status);
        Assert.Equal(404, (await fiona.GetAsync($"/staff/cases/persons/{person:D}/consent/{consent:D}/evidence")).Status);
        Assert.Single(await office.ReadAsync<string>("select file_id from cases_consent_pieces"));
        var asked = await dora.PostAsync($"/api/cases/persons/{person:D}/erase", new { reason = "person_asked" });
        Assert.Equal(200, (await dino.PostAsync($"/api/cases/persons/{person:D}/erase", new { confirms = asked.Json.GetProperty("erasure").GetGuid() })).Status);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_consent_files"));
        Assert.Empty(await office.ReadAsync<string>("select file_id from cases_consent_pieces"));
    }

    [Fact]
    public async Task Neither_what_was_signed_nor_what_was_seen_of_the_person_stands_in_the_database()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var (person, consent) = await AgreedAsync(norma);
        var mark = Encoding.ASCII.GetBytes("signature-of-hers-word");
        var pdf = MadeUpFiles.Pdf(300, 9, Encoding.ASCII.GetString(mark));
        Assert.Equal(201, (await BringAsync(norma, $"/api/cases/persons/{person:D}/consents/{consent:D}/evidence", pdf)).Status);
        Assert.Contains("capacity-word", (await norma.GetAsync($"/api/cases/persons/{person:D}/consents")).Text, StringComparison.Ordinal);
        var all = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(office.Node.Settings.Folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".sock" or ".lock")))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes);
            all.Append(Encoding.Latin1.GetString(bytes.ToArray())).Append('\n');
        }

        Assert.Contains(consent.ToString("D"), all.ToString(), StringComparison.Ordinal);
        Assert.All(["signature-of-hers-word", "capacity-word", "application/pdf"], word => Assert.DoesNotContain(word, all.ToString(), StringComparison.Ordinal));
    }

    private static async Task<(Guid Person, Guid Consent)> AgreedAsync(Officer by, string purpose = "referral")
    {
        var person = (await by.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var told = await by.PostAsync($"/api/cases/persons/{person:D}/consents", Said(purpose));
        Assert.True(told.Status == 201, told.Text);
        return (person, told.Id);
    }

    private static object Said(string purpose = "referral") => new
    {
        givenBy = new { kind = "self" },
        capacityNote = "capacity-word",
        form = "signature",
        language = "es",
        explained = NoticeWording.Points,
        freeToRefuse = true,
        purpose,
        scopes = new[] { new { category = "general", recipient = new { kind = "class", code = "health_provider" }, action = "share" } },
    };

    private static async Task<Told> BringAsync(Officer officer, string path, byte[] bytes)
    {
        using var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await officer.SendAsync(HttpMethod.Post, path, content);
    }

    private static async Task<(int, string)> CodeAsync(Officer officer, string path, byte[] bytes) => await BringAsync(officer, path, bytes) is var told ? (told.Status, told.Code) : default;
}
