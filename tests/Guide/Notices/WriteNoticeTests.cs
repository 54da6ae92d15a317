using System.Text.Json;
using AngleSharp.Html.Parser;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Guide.Notices;
using Tambo.Guide.Staff;
using Tambo.Platform.Access;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Notices;

/// <summary>What staff write for readers of an area is shown there, on its days, in each language in which it was written, and nowhere else.</summary>
public sealed class WriteNoticeTests
{
    private static readonly Spot Shelter = new("Albergue del muelle") { Need = "shelter", Kilometres = 0.8 };
    private static readonly string Near = Uri.EscapeDataString(Spot.StartName);

    [Theory, OnEachEngine]
    public async Task A_notice_is_on_every_page_sheet_screen_and_pack_of_its_area_until_it_is_taken_back(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, Spot.Records([Shelter], SettableTime.Noon), "edited"));
        using var eva = await desk.SignInAsync("eva", "editor");
        using var client = desk.Node.Client();
        string[] there = [$"/es/services?near={Near}", $"/es/services/{Shelter.Id:D}", $"/es/sheet?near={Near}", $"/es/screen/on?near={Near}&in=es&in=ht&in=fr", "/packs/es/all.json"];
        string[] elsewhere = ["/es", "/es/services", $"/es/services/{desk.Service.Id:D}", "/es/sheet"];
        // Kept from before, as pages of any reader are.
        foreach (var address in there)
            Assert.DoesNotContain("La carretera", await client.GetStringAsync(address), StringComparison.Ordinal);

        var form = await eva.OpenAsync("/staff/guide/notices/new");
        Assert.Contains(form.QuerySelectorAll("#f-area option"), option => option.GetAttribute("value") == "MX26");
        await eva.SubmitAsync(
            form, "/staff/guide/notices/new", ("area", "MX26"), ("language", "es"), ("title-en", ""),
            ("title-es", "La carretera al norte está cerrada <b>"), ("words-es", "Hasta el viernes.\nHay otra por la costa."), ("title-ht", "Wout nò a fèmen"), ("words-ht", ""));
        Assert.Equal("/staff/guide/notices?done=saved", eva.Location);

        foreach (var address in there)
        {
            var said = await client.GetStringAsync(address);
            Assert.Contains("La carretera al norte está cerrada", said, StringComparison.Ordinal);
            Assert.DoesNotContain("cerrada <b>", address.StartsWith("/packs", StringComparison.Ordinal) ? "" : said, StringComparison.Ordinal);
        }

        foreach (var address in elsewhere)
            Assert.DoesNotContain("La carretera", await client.GetStringAsync(address), StringComparison.Ordinal);
        // Each language of the wall has its own, and one that has none is left out there; a reader of another sees the first, marked.
        var screen = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(there[3]));
        Assert.Equal(["es", "ht"], screen.QuerySelectorAll("section.slide[data-key^=notice-]").Select(slide => slide.GetAttribute("lang")));
        var french = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync($"/fr/services/{Shelter.Id:D}"));
        Assert.Equal("es", french.QuerySelector(".notice p[lang]")!.GetAttribute("lang"));
        using var manifest = JsonDocument.Parse(JsonDocument.Parse(await client.GetStringAsync("/packs/ht/all.json")).RootElement.GetProperty("manifest").GetString()!);
        Assert.Equal("Wout nò a fèmen", manifest.RootElement.GetProperty("notices")[0].GetProperty("title").GetString());

        var list = await eva.OpenAsync("/staff/guide/notices");
        var path = list.QuerySelector("main .card a")!.GetAttribute("href")!;
        var page = await eva.OpenAsync(path);
        await eva.SubmitAsync(page, path + "/take-back");
        Assert.Equal("/staff/guide/notices?done=taken_back", eva.Location);
        foreach (var address in there)
            Assert.DoesNotContain("La carretera", await client.GetStringAsync(address), StringComparison.Ordinal);
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(
            ["guide.notice.added", "guide.notice.taken_back"],
            await read.QueryAsync<string>("select change from platform_audit_entries where change like 'guide.notice.%' order by sequence"));
    }

    [Theory, OnEachEngine]
    public async Task A_correction_is_for_the_version_that_was_read_and_what_is_missing_is_said_beside_its_field(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var eva = await desk.SignInAsync("eva", "editor");
        var form = await eva.OpenAsync("/staff/guide/notices/new");
        var refused = await eva.SubmitAsync(form, "/staff/guide/notices/new", ("area", "everywhere"), ("title-en", ""), ("words-fr", "Sans titre"), ("starts_on", "2026-03-10"), ("ends_on", "2026-03-09"));
        Assert.Equal(422, eva.Status);
        foreach (var field in new[] { "title-en", "title-fr", "ends_on" })
            Assert.NotNull(refused.QuerySelector($"#f-{field}-e"));
        Assert.Equal("Sans titre", refused.QuerySelector("#f-words-fr")!.TextContent);

        await eva.SubmitAsync(form, "/staff/guide/notices/new", ("area", "everywhere"), ("title-en", "Water is scarce"));
        var path = (await eva.OpenAsync("/staff/guide/notices")).QuerySelector("main .card a")!.GetAttribute("href")!;
        var (first, second) = (await eva.OpenAsync(path), await eva.OpenAsync(path));
        await eva.SubmitAsync(first, path, ("title-en", "Water is back"));
        Assert.Equal("/staff/guide/notices?done=saved", eva.Location);
        await eva.SubmitAsync(second, path, ("title-en", "An older thought"));
        Assert.Equal(412, eva.Status);
        using var client = desk.Node.Client();
        Assert.Contains("Water is back", await client.GetStringAsync("/en"), StringComparison.Ordinal);
    }

    [Fact]
    public void Whoever_looks_after_an_area_writes_for_it_and_who_looks_after_an_agency_for_none()
    {
        static Actor Holding(Scope scope) => new("user:e", null, "E", [new Grant(GuideScope.Edit, scope)]);
        string[] areas = ["", "MX", "MX26", "GT"];
        string[] Written(Scope scope) => [.. areas.Where(area => WriteNotice.MayWrite(Holding(scope), area))];
        Assert.Equal(areas, Written(Scope.Node));
        Assert.Equal(["MX", "MX26"], Written(new Scope("place", "MX")));
        Assert.Equal(["MX26"], Written(new Scope("place", "MX26")));
        Assert.Empty(Written(new Scope("agency", Guid.Empty.ToString("D"))));
    }
}
