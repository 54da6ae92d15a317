using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dapper;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Notices;

/// <summary>What a notice says in a further language belongs to what it says in its first.</summary>
public sealed class NoticeLanguagesTests
{
    private static readonly Spot Shelter = new("Albergue del muelle") { Need = "shelter", Kilometres = 0.8 };
    private static readonly string Near = Uri.EscapeDataString(Spot.StartName);

    [Theory, OnEachEngine]
    public async Task When_the_first_language_changes_the_others_are_shown_to_nobody_until_somebody_says_that_they_are_right(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, Spot.Records([Shelter], SettableTime.Noon), "edited"));
        using var eva = await desk.SignInAsync("eva", "editor");
        using var client = desk.Node.Client();
        var list = $"/es/services?near={Near}";
        await eva.SubmitAsync(
            await eva.OpenAsync("/staff/guide/notices/new"), "/staff/guide/notices/new", ("area", "MX26"), ("urgent", "true"), ("language", "en"),
            ("title-en", "The bridge is open"), ("title-es", "El puente está abierto"), ("title-ht", "Pon an ouvè"));
        Assert.Contains("El puente está abierto", await client.GetStringAsync(list), StringComparison.Ordinal);

        var path = (await eva.OpenAsync("/staff/guide/notices")).QuerySelector("main .card a")!.GetAttribute("href")!;
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("title-en", "The bridge is closed"), ("read-ht", "true"), ("title-ht", "Pon an fèmen"));
        Assert.Equal(path + "?done=outdated", eva.Location);

        // On the list, on paper, on the wall and in packs: the first language, with its name.
        var page = await ReadAsync(client, list);
        Assert.Equal("The bridge is closed", page.QuerySelector(".notice p[lang=en] strong")!.TextContent);
        Assert.Equal("es", page.QuerySelector(".notice p[lang=en] span")!.GetAttribute("lang"));
        Assert.Contains("inglés", page.QuerySelector(".notice p[lang=en]")!.TextContent, StringComparison.Ordinal);
        var sheet = (await ReadAsync(client, $"/es/sheet?near={Near}")).QuerySelector(".told.urgent")!.TextContent;
        Assert.Contains("The bridge is closed (inglés)", sheet, StringComparison.Ordinal);
        Assert.Contains("4 de marzo", sheet, StringComparison.Ordinal);
        var slides = (await ReadAsync(client, $"/es/screen/on?near={Near}&in=es&in=ht&in=en")).QuerySelectorAll("section.slide.urgent").ToList();
        Assert.Equal(["ht", "en"], slides.Select(slide => slide.GetAttribute("lang")));
        Assert.DoesNotContain("El puente", await client.GetStringAsync("/packs/es/all.json"), StringComparison.Ordinal);
        Assert.Contains("Pon an fèmen", await client.GetStringAsync($"/ht/services?near={Near}"), StringComparison.Ordinal);
        var only = (await ReadAsync(client, $"/es/screen/on?near={Near}&in=es")).QuerySelector("section.slide.urgent h1")!;
        Assert.Equal(("en", "The bridge is closed (inglés)"), (only.GetAttribute("lang"), only.TextContent));

        var work = await eva.OpenAsync("/staff/guide/translations?language=es&show=outdated&kind=notice");
        Assert.Contains("The bridge is closed", work.QuerySelector($"main table a[href='{path}#f-title-es']")!.TextContent, StringComparison.Ordinal);

        // Nothing but the tick: it was right all along.
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("title-es", "El puente está cerrado"));
        Assert.Equal("/staff/guide/notices?done=saved", eva.Location);
        Assert.Contains("El puente está cerrado", await client.GetStringAsync(list), StringComparison.Ordinal);
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("title-en", "The bridge is closed today"), ("read-es", "true"));
        Assert.Contains("El puente está cerrado", await client.GetStringAsync(list), StringComparison.Ordinal);
        Assert.Equal(path + "?done=outdated", eva.Location);
    }

    [Theory, OnEachEngine]
    public async Task What_a_machine_translated_says_so_until_somebody_has_read_it_over(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var eva = await desk.SignInAsync("eva", "editor");
        using var client = desk.Node.Client();
        await eva.SubmitAsync(
            await eva.OpenAsync("/staff/guide/notices/new"), "/staff/guide/notices/new", ("area", "everywhere"), ("language", "en"), ("title-en", "Water is scarce"), ("title-fr", "L’eau est rare"), ("how", "machine"));
        Assert.Contains("automatique", (await ReadAsync(client, "/fr")).QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("machine", (await ReadAsync(client, "/en")).QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        var path = (await eva.OpenAsync("/staff/guide/notices")).QuerySelector("main .card a")!.GetAttribute("href")!;
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("read-fr", "true"));
        Assert.DoesNotContain("automatique", (await ReadAsync(client, "/fr")).QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task What_it_said_before_is_kept_and_what_was_taken_back_can_be_shown_again(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var eva = await desk.SignInAsync("eva", "editor");
        using var client = desk.Node.Client();
        await eva.SubmitAsync(await eva.OpenAsync("/staff/guide/notices/new"), "/staff/guide/notices/new", ("area", "everywhere"), ("language", "en"), ("title-en", "Road open"));
        var path = (await eva.OpenAsync("/staff/guide/notices")).QuerySelector("main .card a")!.GetAttribute("href")!;
        await eva.SubmitAsync(await eva.OpenAsync(path), path, ("title-en", "Road closed"));
        await eva.SubmitAsync(await eva.OpenAsync(path), path + "/take-back");
        Assert.DoesNotContain("Road closed", await client.GetStringAsync("/en"), StringComparison.Ordinal);

        var page = await eva.OpenAsync(path);
        Assert.Contains(page.QuerySelectorAll("main table del"), before => before.TextContent == "Road open");
        await eva.SubmitAsync(page, path + "/restore");
        Assert.Equal("/staff/guide/notices?done=restored", eva.Location);
        Assert.Contains("Road closed", await client.GetStringAsync("/en"), StringComparison.Ordinal);
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(
            ["added", "edited", "taken_back", "restored"],
            await read.QueryAsync<string>("select change from guide_notice_versions order by version"));
        Assert.Equal(
            "guide.notice.restored", await read.QueryFirstAsync<string>("select change from platform_audit_entries where change like 'guide.notice.%' order by sequence desc"));
    }

    private static async Task<IHtmlDocument> ReadAsync(HttpClient client, string address) =>
        await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(address));
}
