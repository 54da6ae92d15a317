using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Translating;

/// <summary>Texts are said in the other languages, and a translation whose text has changed is noticed.</summary>
public sealed class TranslateTests
{
    [Theory, OnEachEngine]
    public async Task A_translation_is_saved_marked_when_its_text_changes_and_confirmed_again(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var path = $"/staff/guide/translations/service/{desk.Service.Id:D}";
        var page = await bea.OpenAsync(path);
        var alert = RowOf(page, "alert");
        var document = RowOf(page, $"required_documents/{desk.Service.RequiredDocuments[0].Id:D}/document");
        // The text's own language is not asked for; the others stand side by side.
        Assert.Superset(new HashSet<string>(["es", "fr", "ht", "pt"]), page.QuerySelectorAll($"textarea[name^={alert}-]").Select(t => t.GetAttribute("name")!.Split('-')[^1]).ToHashSet());
        await bea.SubmitAsync(page, path, (alert + "-ht", "Plen vandredi"), (alert + "-fr", "Complet vendredi"), (document + "-pt", "Não é preciso nada"));
        Assert.Equal(302, bea.Status);
        var service = await EditServiceTests.ServiceAsync(desk);
        var kreyol = Assert.Single(service.Translations, t => t is { Field: "alert", Language: "ht" });
        Assert.Equal(("Plen vandredi", TextHash.Of("Full on Friday"), "human", "Bea", ""), (kreyol.Value, kreyol.SourceHash, kreyol.Method, kreyol.Translator, kreyol.Reviewer));
        Assert.Null(kreyol.ReviewedAt);
        Assert.Equal("Albergue de noche", Assert.Single(service.Translations, t => t.Field == "name").Value);

        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "Full on Saturday"));
        var shown = await bea.OpenAsync(desk.ServicePath);
        Assert.Contains("2 to look over", shown.Body!.TextContent, StringComparison.Ordinal);
        page = await bea.OpenAsync(path);
        alert = RowOf(page, "alert");
        Assert.NotNull(page.GetElementById($"f-{alert}-ht-h"));
        Assert.Null(page.GetElementById($"f-{alert}-es-h"));
        await bea.SubmitAsync(page, path, (alert + "-ht", "Plen samdi"), (alert + "-fr-still", "true"));
        service = await EditServiceTests.ServiceAsync(desk);
        Assert.All(service.Translations.Where(t => t.Field == "alert"), t => Assert.Equal(TextHash.Of("Full on Saturday"), t.SourceHash));
        var french = service.Translations.Single(t => t is { Field: "alert", Language: "fr" });
        // Whoever said that it is still right has read it over; whoever wrote anew has not.
        Assert.Equal(("Complet vendredi", "Bea", "Bea"), (french.Value, french.Translator, french.Reviewer));
        Assert.Equal("", service.Translations.Single(t => t is { Field: "alert", Language: "ht" }).Reviewer);

        var compared = (await bea.OpenAsync($"/staff/guide/history/service/{service.Id:D}?from=1&to=4")).Body!.TextContent;
        Assert.Contains("Plen samdi", compared, StringComparison.Ordinal);
        Assert.Contains("Translation into Haitian Creole: Alert for readers", compared, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Reading_over_is_an_act_of_its_own_and_says_when_it_was_the_same_person(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var ana = await desk.SignInAsync("ana", "editor");
        var path = $"/staff/guide/translations/service/{desk.Service.Id:D}";
        var page = await bea.OpenAsync(path + "?language=fr");
        var alert = RowOf(page, "alert");
        Assert.Equal(["fr"], page.QuerySelectorAll($"textarea[name^={alert}-]").Select(t => t.GetAttribute("name")!.Split('-')[^1]));
        // A tick beside words that were just written says nothing: they were not read over.
        await bea.SubmitAsync(page, path, (alert + "-fr", "Complet vendredi"), (alert + "-fr-read", "true"), ("how", "machine"));
        Assert.Equal((302, path + "?language=fr&done=1"), (bea.Status, bea.Location));
        Assert.Equal(("machine", "Bea", "", true), await MadeAsync());

        await ana.SubmitAsync(await ana.OpenAsync(path), path, (alert + "-fr", "Complet le vendredi"));
        Assert.Equal(("post_edited", "Ana", "", false), await MadeAsync());
        await ana.SubmitAsync(await ana.OpenAsync(path), path, (alert + "-fr-read", "true"));
        Assert.Equal(("post_edited", "Ana", "Ana", false), await MadeAsync());
        Assert.Contains("Read over by the same person, Ana", (await bea.OpenAsync(path)).Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal((2, 1), (await ChangesAsync(desk, "guide.record.translated"), await ChangesAsync(desk, "guide.translation.reviewed")));

        async Task<(string, string, string, bool)> MadeAsync()
        {
            var made = (await EditServiceTests.ServiceAsync(desk)).Translations.Single(t => t is { Field: "alert", Language: "fr" });
            return (made.Method, made.Translator, made.Reviewer, made.IsUnread);
        }
    }

    [Fact]
    public async Task The_words_that_changed_since_are_marked_for_those_who_may_read_the_history()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var otto = await desk.SignInAsync("otto", "outside");
        var path = $"/staff/guide/translations/service/{desk.Service.Id:D}";
        var page = await bea.OpenAsync(path);
        await bea.SubmitAsync(page, path, (RowOf(page, "alert") + "-fr", "Complet vendredi"));
        // Between the two it was confidential for a while: what it said then is not everybody's.
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "Full on Saturday"));
        page = await bea.OpenAsync(path + "?language=fr");
        Assert.Equal(("(taken out) Friday", "(new) Saturday"), (page.QuerySelector("#t-alert del")!.TextContent, page.QuerySelector("#t-alert ins")!.TextContent));
        Assert.Equal("Full on (taken out) Friday", Squeezed(page.QuerySelector("#t-alert .beside p")!.TextContent));
        Assert.NotNull((await otto.OpenAsync(path)).QuerySelector("#t-alert del"));

        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("confidentiality", "area_only"));
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("confidentiality", "public"));
        Assert.NotNull((await bea.OpenAsync(path)).QuerySelector("#t-alert del"));
        page = await otto.OpenAsync(path);
        Assert.Equal(200, otto.Status);
        Assert.Null(page.QuerySelector("#t-alert del"));
        Assert.DoesNotContain("Friday", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("What it said then is not known, or is not shown to you.", page.Body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_texts_of_an_organisation_are_translated_from_its_page()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var house = desk.Records.Organizations[0];
        var (organization, path) = ($"/staff/guide/organizations/{house.Id:D}", $"/staff/guide/translations/organization/{house.Id:D}");
        Assert.NotNull((await bea.OpenAsync(organization)).QuerySelector($"a[href='{path}']"));
        var page = await bea.OpenAsync(path);
        // Back to where one came from.
        Assert.NotNull(page.QuerySelector($"main a[href='{organization}']"));
        await bea.SubmitAsync(page, path, (RowOf(page, "description") + "-ht", "Yon kay pou moun k ap vwayaje"));
        Assert.Equal(302, bea.Status);
        var translation = Assert.Single((await EditServiceTests.DirectoryAsync(desk)).Staff.Organization(house.Id)!.Translations);
        Assert.Equal(("description", "ht", "Yon kay pou moun k ap vwayaje"), (translation.Field, translation.Language, translation.Value));

        await bea.SubmitAsync(await bea.OpenAsync(organization), organization, ("description", "A house for everybody"));
        Assert.Contains("1 to look over", (await bea.OpenAsync(organization)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_slower_of_two_translators_loses_nothing()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var path = $"/staff/guide/translations/service/{desk.Service.Id:D}";
        var page = await bea.OpenAsync(path);
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("wait_time", "An hour"), ("alternate_name", ""));
        var name = RowOf(page, "description");
        var conflict = await bea.SubmitAsync(page, path, (name + "-es", "Camas por una noche"));
        Assert.Equal(412, bea.Status);
        Assert.Equal("Camas por una noche", conflict.QuerySelector($"textarea[name={RowOf(conflict, "description")}-es]")!.TextContent);
        await bea.SubmitAsync(conflict, path);
        Assert.Equal(302, bea.Status);
        Assert.Equal("Camas por una noche", (await EditServiceTests.ServiceAsync(desk)).Translations.Single(t => t.Field == "description").Value);
    }

    private static string Squeezed(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    internal static async Task<long> ChangesAsync(StaffDesk desk, string code)
    {
        await using var connection = await desk.Node.Db.ReadAsync(TestContext.Current.CancellationToken);
        return await Dapper.SqlMapper.QuerySingleAsync<long>(connection, "select count(*) from platform_audit_entries where change = @code", new { code });
    }

    internal static string RowOf(AngleSharp.Html.Dom.IHtmlDocument page, string field) =>
        page.QuerySelectorAll("input[name$=-path]").Single(input => input.GetAttribute("value") == field).GetAttribute("name")![..^"-path".Length];
}
