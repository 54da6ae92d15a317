using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Staff;

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
        Assert.Equal(("Plen vandredi", TextHash.Of("Full on Friday"), "human", "Bea"), (kreyol.Value, kreyol.SourceHash, kreyol.Method, kreyol.Reviewer));
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
        Assert.Equal("Complet vendredi", service.Translations.Single(t => t is { Field: "alert", Language: "fr" }).Value);

        var compared = (await bea.OpenAsync($"/staff/guide/history/service/{service.Id:D}?from=1&to=4")).Body!.TextContent;
        Assert.Contains("Plen samdi", compared, StringComparison.Ordinal);
        Assert.Contains("Translation into Haitian Creole: Alert for readers", compared, StringComparison.Ordinal);
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

    private static string RowOf(AngleSharp.Html.Dom.IHtmlDocument page, string field) =>
        page.QuerySelectorAll("input[name$=-path]").Single(input => input.GetAttribute("value") == field).GetAttribute("name")![..^"-path".Length];
}
