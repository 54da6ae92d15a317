using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Attachments;
using Tambo.Cases.Persons;
using Tambo.Platform.Access;
using Tambo.Tests.Cases.Attachments;
using Tambo.Tests.Cases.Disclosure;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Persons;

/// <summary>A picture of a person: seen by a right of its own, clean, sealed, in no list, and gone with the person.</summary>
public sealed class PhotoTests
{
    private static readonly byte[] Place = Encoding.ASCII.GetBytes("12.3456N 70.9876W");

    [Theory]
    [OnEachEngine]
    public async Task A_picture_is_kept_clean_and_sealed_seen_by_its_own_right_alone_and_erased_with_the_person(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, fiona, south) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("fiona", "frontline_officer"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } } } });
        await carla.OpenAsync(new { person = person.Id });
        var path = $"/api/cases/persons/{person.Id:D}/photo";
        Assert.Equal(404, (await carla.GetAsync(path)).Status);
        // What is no picture, or no file at all, is none here; whatever its name would say.
        Assert.Equal(("cases.attachment.kind_unknown", "cases.attachment.kind_unknown", "cases.attachment.damaged"), ((await PutAsync(carla, MadeUpFiles.Pdf(40, 1), 0)).Code, (await PutAsync(carla, [], 0)).Code, (await PutAsync(carla, [0xFF, 0xD8, 0xFF, 0x00], 0)).Code));
        Assert.Equal(413, (await PutAsync(carla, new byte[KeepPhoto.MostBytes + 1], 0)).Status);
        var brought = MadeUpFiles.Png(400, 3, MadeUpFiles.Chunk("tEXt", [.. "Comment\0"u8, .. Place]));
        // Who registers brings it and does not see it; somebody elsewhere neither.
        Assert.Equal(200, (await PutAsync(fiona, brought, 0)).Status);
        Assert.Equal((404, 404, 404), ((await fiona.GetAsync(path)).Status, (await south.GetAsync(path)).Status, (await PutAsync(south, brought, 0)).Status));
        // Sent twice it is kept once; in the place of what somebody has not seen, not at all.
        Assert.Equal(1, (await PutAsync(fiona, brought, 0)).Json.GetProperty("version").GetInt32());
        Assert.Equal(412, (await PutAsync(carla, MadeUpFiles.Png(40, 9), 0)).Status);
        Assert.Equal(CleanFile.Clean(brought).Bytes, await PictureAsync(office, carla, path));
        Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id and compartments = 'photo'", new { person.Id })).Single());
        var kept = (await office.ReadAsync<byte[]>("select sealed from cases_photos")).Single();
        Assert.True(kept.AsSpan().IndexOf(Place) < 0 && kept.AsSpan().IndexOf("PNG"u8) < 0 && kept.AsSpan().IndexOf(CleanFile.Clean(brought).Bytes.AsSpan(40, 60)) < 0);

        // It stands in no list and no file, and no device is given it.
        foreach (var address in new[] { "/api/cases/worklist", "/api/cases/persons?name=Ilmara", $"/api/cases/persons/{person.Id:D}", "/staff/cases" })
            Assert.DoesNotContain("picture", (await carla.GetAsync(address)).Text, StringComparison.Ordinal);
        var page = await carla.GetAsync($"/staff/cases/persons/{person.Id:D}/photo");
        Assert.Contains($"<img src=\"/staff/cases/persons/{person.Id:D}/photo/picture\"", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=\"/staff", (await fiona.GetAsync($"/staff/cases/persons/{person.Id:D}/photo")).Text, StringComparison.Ordinal);

        // Whoever the person shut out sees as little of it as if there were none.
        await ShutOutTests.ShutOutAsync(carla, person.Id, fiona.Id);
        Assert.Equal(404, (await PutAsync(fiona, brought, 1)).Status);

        var dora = await office.OfficerAsync("dora", "data_protection_officer");
        var export = $"/api/cases/persons/{person.Id:D}/export";
        Assert.False((await dora.PostAsync(export, new { reason = "data_request", form = "json" })).Json.TryGetProperty("photo", out _));
        Assert.Equal(CleanFile.Clean(brought).Bytes, (await dora.PostAsync(export, new { reason = "data_request", form = "json", picture = true })).Json.GetProperty("photo").GetProperty("data").GetBytesFromBase64());
        Assert.Contains("<img src=\"data:image/png;base64,", (await dora.PostAsync(export, new { reason = "data_request", picture = true })).Text, StringComparison.Ordinal);

        Assert.Equal(202, (await dora.PostAsync($"/api/cases/persons/{person.Id:D}/erase", new { reason = "person_asked" })).Status);
        await office.Node.Services.GetRequiredService<Tambo.Cases.Erasing.ErasureSteps>().EraseAsync(person.Id, "person_asked", "", null, Actor.OperatingSystem("operator"), CancellationToken.None);
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_photos")).Single());

        Task<Told> PutAsync(Officer by, byte[] bytes, int version) => by.SendAsync(HttpMethod.Put, path, new ByteArrayContent(bytes), ("If-Match", $"\"v{version}\""));
    }

    [Fact]
    public async Task Others_get_a_picture_only_where_a_consent_names_it()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        await office.AddRoleAsync("carrier", "cases.read", "cases.export", "cases.see.identity", "cases.see.general", "cases.see.photo");
        var (carla, carl) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("carl", "carrier"));
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } }, birth = new { inYear = 1990 } } });
        using var picture = new ByteArrayContent(MadeUpFiles.Png(40, 3));
        Assert.Equal(200, (await carla.SendAsync(HttpMethod.Put, $"/api/cases/persons/{person.Id:D}/photo", picture, ("If-Match", "\"v0\""))).Status);
        async Task<bool> TakesAsync(bool asks) => (await carl.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "tracing", form = "json", picture = asks })).Json.TryGetProperty("photo", out _);
        Assert.False(await TakesAsync(true));
        var consent = await carla.PostAsync($"/api/cases/persons/{person.Id:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "en",
            explained = Tambo.Cases.Consent.NoticeWording.Points,
            freeToRefuse = true,
            purpose = "tracing",
            scopes = from action in new[] { "share", "view", "retain" } select new { category = "identity", recipient = new { kind = "class", code = "tracing_network" }, action, fields = new[] { "picture" } },
        });
        Assert.True(consent.Status == 201, consent.Text);
        Assert.True(await TakesAsync(true));
        Assert.False(await TakesAsync(false));
    }

    private static async Task<byte[]> PictureAsync(CasesOffice office, Officer by, string path)
    {
        using var client = office.Node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation(by.Credential.Name, by.Credential.Value);
        using var answer = await client.SendAsync(request);
        Assert.Equal(("image/png", "nosniff", "no-store"), (answer.Content.Headers.ContentType!.MediaType, answer.Headers.GetValues("X-Content-Type-Options").Single(), answer.Headers.CacheControl!.ToString()));
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
