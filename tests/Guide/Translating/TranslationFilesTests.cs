using System.Text;
using System.Xml.Linq;
using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Translating;

/// <summary>Texts go out to a translator and come back: looked at first, taken in whole, and nothing twice.</summary>
public sealed class TranslationFilesTests
{
    private const string Root = "/staff/guide/translations";
    private static readonly XNamespace Core = "urn:oasis:names:tc:xliff:document:2.0";

    [Theory, OnEachEngine]
    public async Task A_file_comes_back_and_the_same_again_changes_nothing(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var file = Translated((await bea.OpenAsync(Root + "/export?language=fr")).Source.Text, source => $"[{source}]", "translated");
        var version = (await EditServiceTests.ServiceAsync(desk)).Version;
        var preview = await CheckAsync(bea, file, ("translator", "Office of words"));
        Assert.Equal(200, bea.Status);
        Assert.Equal(version, (await EditServiceTests.ServiceAsync(desk)).Version);
        Assert.Contains("[Night shelter]", preview.Body!.TextContent, StringComparison.Ordinal);

        var done = await bea.SubmitAsync(preview, Root + "/import/run");
        Assert.Equal(200, bea.Status);
        var service = await EditServiceTests.ServiceAsync(desk);
        Assert.Equal(version + 1, service.Version);
        var name = service.Translations.Single(t => t is { Field: "name", Language: "fr" });
        Assert.Equal(("[Night shelter]", "human", "Office of words", TextHash.Of("Night shelter")), (name.Value, name.Method, name.Translator, name.SourceHash));
        Assert.Null(name.ReviewedAt);
        // The other languages stay.
        Assert.Equal("Albergue de noche", service.Translations.Single(t => t.Language == "es").Value);
        Assert.Equal(1, await TranslateTests.ChangesAsync(desk, "guide.translations.imported"));
        Assert.NotNull(done.QuerySelector($"a[href='{Root}?language=fr']"));
        Assert.Empty(DeskTests.Lines(await bea.OpenAsync(Root + "?language=fr&show=missing&kind=service")));

        var again = await CheckAsync(bea, file, ("translator", "Office of words"));
        Assert.Null(again.QuerySelector($"form[action='{Root}/import/run']"));
        Assert.Contains("changes nothing", again.Body!.TextContent, StringComparison.Ordinal);
        // Nor does the button pressed twice.
        await bea.SubmitAsync(preview, Root + "/import/run");
        Assert.Equal(version + 1, (await EditServiceTests.ServiceAsync(desk)).Version);
        Assert.Equal(1, await TranslateTests.ChangesAsync(desk, "guide.translations.imported"));
    }

    [Fact]
    public async Task A_translation_of_a_text_that_has_changed_meanwhile_is_kept_as_outdated_and_hides_no_newer_one()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var file = Translated((await bea.OpenAsync(Root + "/export?language=fr&kind=service")).Source.Text, source => $"[{source}]", "translated");
        var seen = await CheckAsync(bea, file);
        await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", "Full on Saturday"), ("description", "Beds for two nights"));
        // What was agreed to is not what would be done now: it is shown anew, and nothing is written.
        seen = await bea.SubmitAsync(seen, Root + "/import/run");
        Assert.Equal(412, bea.Status);
        Assert.NotNull(seen.QuerySelector($"form[action='{Root}/import/run']"));
        Assert.DoesNotContain((await EditServiceTests.ServiceAsync(desk)).Translations, t => t.Language == "fr");
        var path = $"{Root}/service/{desk.Service.Id:D}";
        var page = await bea.OpenAsync(path);
        await bea.SubmitAsync(page, path, (TranslateTests.RowOf(page, "description") + "-fr", "Lits pour deux nuits"));

        var preview = await CheckAsync(bea, file);
        Assert.Contains("there is a translation of the text as it is now", preview.Body!.TextContent, StringComparison.Ordinal);
        await bea.SubmitAsync(preview, Root + "/import/run");
        var service = await EditServiceTests.ServiceAsync(desk);
        Assert.Equal("Lits pour deux nuits", service.Translations.Single(t => t is { Field: "description", Language: "fr" }).Value);
        var alert = service.Translations.Single(t => t is { Field: "alert", Language: "fr" });
        Assert.Equal(("[Full on Friday]", TextHash.Of("Full on Friday")), (alert.Value, alert.SourceHash));
        Assert.Equal("[Night shelter]", service.Translations.Single(t => t is { Field: "name", Language: "fr" }).Value);
        var line = Assert.Single(DeskTests.Lines(await bea.OpenAsync(Root + "?show=outdated&language=fr")));
        Assert.Contains("(taken out) Friday(new) Saturday", line, StringComparison.Ordinal);

        // It goes out again to be mended: untouched it stays outdated, called done it is right again.
        var taken = (await bea.OpenAsync(Root + "/export?language=fr&kind=service")).Source.Text;
        Assert.Contains("It said: Full on Friday", taken, StringComparison.Ordinal);
        Assert.Null((await CheckAsync(bea, taken)).QuerySelector($"form[action='{Root}/import/run']"));
        await bea.SubmitAsync(await CheckAsync(bea, Translated(taken, null, "reviewed"), ("reviewer", "Ana")), Root + "/import/run");
        alert = (await EditServiceTests.ServiceAsync(desk)).Translations.Single(t => t is { Field: "alert", Language: "fr" });
        Assert.Equal(("[Full on Friday]", TextHash.Of("Full on Saturday"), "Ana"), (alert.Value, alert.SourceHash, alert.Reviewer));
    }

    [Theory, OnEachEngine]
    public async Task Of_two_outdated_translations_the_one_of_the_later_text_stays(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        async Task<string> TakenAsync() => Translated((await bea.OpenAsync(Root + "/export?language=fr&kind=service")).Source.Text, source => $"[{source}]", "translated");
        async Task SayAsync(string alert) => await bea.SubmitAsync(await bea.OpenAsync(desk.ServicePath), desk.ServicePath, ("alert", alert));
        async Task<string> FrenchAsync() => (await EditServiceTests.ServiceAsync(desk)).Translations.Single(t => t is { Field: "alert", Language: "fr" }).Value;
        var friday = await TakenAsync();
        await SayAsync("Full on Saturday");
        var saturday = await TakenAsync();
        await SayAsync("Full on Sunday");

        await bea.SubmitAsync(await CheckAsync(bea, friday), Root + "/import/run");
        Assert.Equal("[Full on Friday]", await FrenchAsync());
        await bea.SubmitAsync(await CheckAsync(bea, saturday), Root + "/import/run");
        Assert.Equal("[Full on Saturday]", await FrenchAsync());
        // The earlier one again, and one of a text that nobody knows, whatever the file says.
        var unknown = saturday.Replace(TextHash.Of("Full on Saturday"), new string('f', 32), StringComparison.Ordinal).Replace("[Full on Saturday]", "[Whatever]", StringComparison.Ordinal);
        foreach (var file in new[] { friday, unknown })
        {
            var preview = await CheckAsync(bea, file);
            Assert.Contains("may be of a later text", preview.Body!.TextContent, StringComparison.Ordinal);
            Assert.Null(preview.QuerySelector($"form[action='{Root}/import/run']"));
            Assert.Equal("[Full on Saturday]", await FrenchAsync());
        }

        // Another translation of the same text is a correction.
        await bea.SubmitAsync(await CheckAsync(bea, saturday.Replace("[Full on Saturday]", "Plein samedi", StringComparison.Ordinal)), Root + "/import/run");
        Assert.Equal("Plein samedi", await FrenchAsync());
    }

    [Fact]
    public async Task What_cannot_be_taken_in_is_told_by_unit_and_the_rest_comes_in()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        var service = $"service.{desk.Service.Id:D}";
        var hash = TextHash.Of("Night shelter");
        static string Unit(string id, string target, string source = "Night shelter", string hash = "") =>
            $"<unit id='{id}'>{(hash.Length > 0 ? $"<m:metadata xmlns:m='urn:oasis:names:tc:xliff:metadata:2.0'><m:metaGroup category='tambo'><m:meta type='source_hash'>{hash}</m:meta></m:metaGroup></m:metadata>" : "")}<segment><source>{source}</source><target>{target}</target></segment></unit>";
        var file = XliffFileTests.Of(
            $"<file id='{service}'>{Unit("name", "<![CDATA[<script>alert(1)</script>]]>", hash: hash)}{Unit("name", "Twice")}{Unit("nothing", "Rien")}"
            + $"{Unit("description", new string('x', 10_001), "Beds for one night")}{Unit("alert", "<ph id='1'/>Plein", "Full on Friday")}{Unit("wait_time", "  ", "none")}{Unit("application_process", "Entrez<cp hex='0007'/>", "Walk in")}{Unit("fees_description", "Gra\u202Etuit\uFDD2", "Free")}"
            + $"{Unit("eligibility_description", "Tous", "Something else", TextHash.Of("Everybody"))}{Unit("alternate_name", "<pc id='1'>Lits</pc>", "Beds")}</file>"
            + $"<file id='service.00000000-0000-4000-8000-000000000000'>{Unit("name", "Rien")}</file><file id='../../etc'>{Unit("name", "Rien")}</file>"
            + $"<file id='taxonomy_term.{desk.Records.TaxonomyTerms[0].Id:D}'>{Unit("name", "Rien")}</file><file id='location.{desk.Place.Id:D}'>{Unit("name", "La maison", "The house")}</file>");
        var preview = await CheckAsync(bea, file);
        var rows = preview.QuerySelectorAll("main table tbody tr").Select(row => row.TextContent).ToList();
        foreach (var (unit, reason) in new[]
        {
            ("/ name", "has this text twice"), ("/ nothing", "no longer has this text"), ("/ description", "longer than 10,000"), ("/ alert", "placeholder"), ("/ application_process", "characters that cannot be shown"), ("/ fees_description", "characters that cannot be shown"),
            ("/ eligibility_description", "has another text"), ("/ alternate_name", "Formatting was left out"), ("00000000-0000-4000-8000-000000000000 / name", "no such record"), ("../../etc / name", "no such record"),
            ("taxonomy_term", "no such record"), ("location", "not written in the language"),
        })
            Assert.Contains(rows, row => row.Contains(unit, StringComparison.Ordinal) && row.Contains(reason, StringComparison.Ordinal));
        // What the file brought is words, and never more.
        Assert.Empty(preview.QuerySelectorAll("main script"));
        await bea.SubmitAsync(preview, Root + "/import/run");
        var made = (await EditServiceTests.ServiceAsync(desk)).Translations.Where(t => t.Language == "fr").ToDictionary(t => t.Field, t => t.Value, StringComparer.Ordinal);
        Assert.Equal(["alternate_name", "name"], made.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("Lits", "<script>alert(1)</script>"), (made["alternate_name"], made["name"]));
        using var reader = desk.Node.Client();
        var shown = await reader.GetStringAsync($"/fr/services/{desk.Service.Id:D}", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("<script>alert", shown, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", shown, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task A_file_is_kept_only_until_it_was_taken_in(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var taken = (await bea.OpenAsync(Root + "/export?language=fr")).Source.Text;
        // Neither what is no file of translations nor what changes nothing.
        await CheckAsync(bea, "<xliff version='1.2'/>");
        await CheckAsync(bea, taken);
        Assert.Equal((0, 0), await ImportPageTests.KeptAsync(desk, engine));
        var preview = await CheckAsync(bea, Translated(taken, source => $"[{source}]", "translated"));
        Assert.Equal((0, 1), await ImportPageTests.KeptAsync(desk, engine));
        await bea.SubmitAsync(preview, Root + "/import/run");
        Assert.Equal(200, bea.Status);
        Assert.Equal((0, 0), await ImportPageTests.KeptAsync(desk, engine));
    }

    [Theory]
    [InlineData("<xliff version='1.2'/>", "XLIFF 1.2")]
    [InlineData("en>fr:<!DOCTYPE a>", "document type")]
    [InlineData("en>en:", "into itself")]
    [InlineData("en>tlh:", "does not have that language")]
    [InlineData("en>:", "does not have that language")]
    [InlineData("", "")]
    public async Task A_file_that_is_none_is_refused_in_the_form(string text, string said)
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        if (text.Split(':') is [var languages, var before] && languages.Split('>') is [var from, var to])
            text = before + XliffFileTests.Of("<file id='f'><unit id='u'><segment><source>x</source></segment></unit></file>", from, to);
        var page = await CheckAsync(bea, text);
        Assert.Equal(422, bea.Status);
        Assert.Contains(said, page.Body!.TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.NotNull(page.QuerySelector("input[name=translator]"));
    }

    [Fact]
    public async Task Records_of_others_are_as_if_they_were_not_there()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var sam = await desk.SignInAsync("sam", "editor", "South office");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        var file = Translated((await bea.OpenAsync(Root + "/export?language=fr")).Source.Text, source => $"[{source}]", "translated");
        await sam.OpenAsync(Root + "/export?language=fr&what=all");
        Assert.Equal(422, sam.Status);
        var preview = await CheckAsync(sam, file);
        Assert.Equal(200, sam.Status);
        Assert.Null(preview.QuerySelector($"form[action='{Root}/import/run']"));
        Assert.DoesNotContain("House of the Lantern", preview.Body!.TextContent, StringComparison.Ordinal);
        // A file that somebody else had looked at opens nothing.
        var carried = (await CheckAsync(bea, file)).QuerySelector("input[name=import]")!.GetAttribute("value")!;
        await sam.PostAsync(Root + "/import/run", await sam.OpenAsync(Root + "/import"), ("import", carried));
        Assert.Equal(400, sam.Status);
        Assert.Empty((await EditServiceTests.ServiceAsync(desk)).Translations.Where(t => t.Language == "fr"));
    }

    /// <summary>What a translator's program makes of a file: every source said in other words, every segment called done.</summary>
    /// <param name="file">The file.</param>
    /// <param name="say">What is made of a text; null to leave it as it is.</param>
    /// <param name="state">What every segment is called.</param>
    /// <param name="some">The same of some texts: it gives null for those that stay as they are.</param>
    internal static string Translated(string file, Func<string, string>? say, string state, Func<string, string?>? some = null)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        var document = Tambo.Platform.Files.SafeXml.Load(stream);
        foreach (var segment in document.Descendants(Core + "segment"))
        {
            segment.SetAttributeValue("state", state);
            segment.Attribute("subState")?.Remove();
            var source = segment.Element(Core + "source")!.Value;
            if ((say is null ? some?.Invoke(source) : say(source)) is { } said)
                segment.SetElementValue(Core + "target", said);
        }

        return document.ToString(SaveOptions.DisableFormatting);
    }

    internal static async Task<AngleSharp.Html.Dom.IHtmlDocument> CheckAsync(StaffBrowser who, string file, params (string Name, string? Value)[] answers) =>
        await who.UploadAsync(await who.OpenAsync(Root + "/import"), Root + "/import/check", "words.xlf", Encoding.UTF8.GetBytes(file), answers);
}
