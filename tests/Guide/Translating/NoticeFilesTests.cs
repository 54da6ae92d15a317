using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.Staff;
using Tambo.Guide.Translating;
using Tambo.Platform.Access;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Translating;

/// <summary>Notices go to translators and come back by the rules of every other text; what they say first and the rest are one text.</summary>
public sealed class NoticeFilesTests
{
    private const string Root = "/staff/guide/translations";
    private const string Notices = "/staff/guide/notices";
    private const string Bridge = "The bridge is closed";
    private const string Boat = "Until Friday.\nThere is a boat.";

    [Theory, OnEachEngine]
    public async Task A_notice_goes_out_and_comes_back_and_the_same_again_changes_nothing(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var id = await WriteAsync(bea, Bridge, Boat);
        var taken = await TakeAsync(bea, "&kind=notice");
        Assert.Contains($"<file id=\"notice.{id:D}\"", taken, StringComparison.Ordinal);
        Assert.Contains("At most 120 characters", taken, StringComparison.Ordinal);
        Assert.DoesNotContain("<file id=\"service.", taken, StringComparison.Ordinal);
        Assert.Contains($"<file id=\"notice.{id:D}\"", await TakeAsync(bea, ""), StringComparison.Ordinal);

        var file = Say(taken, "translated", ("Le pont est fermé", Bridge), ("Jusqu’à vendredi.\nIl y a un bateau.", Boat));
        var preview = await CheckAsync(bea, file, ("translator", "Office of words"), ("how", "post_edited"));
        Assert.Contains("Le pont est fermé", preview.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(preview.QuerySelector($"main table a[href='{Notices}/{id:D}#f-title-fr']"));
        using var client = desk.Node.Client();
        Assert.DoesNotContain("Le pont", await client.GetStringAsync("/fr"), StringComparison.Ordinal);
        await bea.SubmitAsync(preview, Root + "/import/run");
        Assert.Equal(200, bea.Status);
        var shown = await client.GetStringAsync("/fr");
        Assert.Contains("Le pont est fermé", shown, StringComparison.Ordinal);
        Assert.Contains("Il y a un bateau", shown, StringComparison.Ordinal);
        var made = Assert.Single(await TextsAsync(desk, id), text => text.Language == "fr");
        Assert.Equal(("post_edited", "Office of words", "", TextHash.Of($"{Bridge}\n{Boat}")), (made.Method, made.Translator, made.Reviewer, made.SourceHash));
        // The other languages stay, and what it says now is kept as a version like any other.
        Assert.Contains(await TextsAsync(desk, id), text => text is { Language: "es", Title: "El puente" });
        Assert.Equal((1, 1, 2), (await TranslateTests.ChangesAsync(desk, "guide.translations.imported"), await TranslateTests.ChangesAsync(desk, "guide.notice.edited"), await VersionAsync(desk, id)));
        Assert.Contains("Le pont est fermé", (await bea.OpenAsync($"{Notices}/{id:D}")).QuerySelector("main table")!.TextContent, StringComparison.Ordinal);

        var again = await CheckAsync(bea, file, ("translator", "Office of words"));
        Assert.Null(again.QuerySelector($"form[action='{Root}/import/run']"));
        Assert.Equal(2, await VersionAsync(desk, id));
        // Called reviewed, it is read over by whoever is named, and only then.
        var read = Say(await TakeAsync(bea, "&kind=notice&what=all"), "reviewed");
        Assert.Null((await CheckAsync(bea, read)).QuerySelector($"form[action='{Root}/import/run']"));
        await bea.SubmitAsync(await CheckAsync(bea, read, ("reviewer", "Ana")), Root + "/import/run");
        Assert.Equal(("post_edited", "Office of words", "Ana"), (await TextsAsync(desk, id)).Where(text => text.Language == "fr").Select(text => (text.Method, text.Translator, text.Reviewer)).Single());
    }

    [Theory, OnEachEngine]
    public async Task What_a_notice_said_before_is_kept_as_outdated_and_hides_no_later_translation(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var id = await WriteAsync(bea, "Closed on Friday", "");
        async Task SayAsync(string title) => await bea.SubmitAsync(await bea.OpenAsync($"{Notices}/{id:D}"), $"{Notices}/{id:D}", ("title-en", title));
        async Task<string> FrenchAsync() => (await TextsAsync(desk, id)).Where(text => text.Language == "fr").Select(text => text.Title).SingleOrDefault("");
        var friday = Say(await TakeAsync(bea, "&kind=notice"), "translated", ("Fermé vendredi", "Closed on Friday"));
        // A service goes along with it: nothing of the file is written when something has changed since it was looked at.
        var both = Say(await TakeAsync(bea, ""), "translated", ("Fermé vendredi", "Closed on Friday"), ("[Lits]", "Night shelter"));
        var seen = await CheckAsync(bea, both);
        await SayAsync("Closed on Saturday");
        seen = await bea.SubmitAsync(seen, Root + "/import/run");
        Assert.Equal(412, bea.Status);
        Assert.Contains("Of an older text", seen.QuerySelector("main table")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("", await FrenchAsync());
        Assert.DoesNotContain((await EditServiceTests.ServiceAsync(desk)).Translations, t => t.Value == "[Lits]");

        var saturday = Say(await TakeAsync(bea, "&kind=notice"), "translated", ("Fermé samedi", "Closed on Saturday"));
        await SayAsync("Closed on Sunday");
        await bea.SubmitAsync(await CheckAsync(bea, friday), Root + "/import/run");
        Assert.Equal("Fermé vendredi", await FrenchAsync());
        await bea.SubmitAsync(await CheckAsync(bea, saturday), Root + "/import/run");
        Assert.Equal("Fermé samedi", await FrenchAsync());
        var unknown = saturday.Replace(TextHash.Of("Closed on Saturday\n"), new string('f', 32), StringComparison.Ordinal).Replace("Fermé samedi", "N’importe quoi", StringComparison.Ordinal);
        foreach (var file in new[] { friday, unknown })
        {
            var preview = await CheckAsync(bea, file);
            Assert.Contains("may be of a later text", preview.Body!.TextContent, StringComparison.Ordinal);
            Assert.Null(preview.QuerySelector($"form[action='{Root}/import/run']"));
        }

        // Readers are shown none of it; the desk and the file say what has changed.
        using var client = desk.Node.Client();
        Assert.DoesNotContain("Fermé", await client.GetStringAsync("/fr"), StringComparison.Ordinal);
        Assert.Contains(DeskTests.Lines(await bea.OpenAsync(Root + "?show=outdated&language=fr&kind=notice")), line => line.Contains("(taken out) Saturday(new) Sunday", StringComparison.Ordinal));
        Assert.Contains("(taken out) Saturday(new) Sunday", string.Join(' ', (await bea.OpenAsync($"{Notices}/{id:D}")).QuerySelector("main form")!.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
        var taken = await TakeAsync(bea, "&kind=notice");
        Assert.Contains("It said: Closed on Saturday", taken, StringComparison.Ordinal);
        Assert.Null((await CheckAsync(bea, taken)).QuerySelector($"form[action='{Root}/import/run']"));
        await bea.SubmitAsync(await CheckAsync(bea, Say(taken, "translated", ("Fermé dimanche", "Closed on Sunday"))), Root + "/import/run");
        Assert.Contains("Fermé dimanche", await client.GetStringAsync("/fr"), StringComparison.Ordinal);
        var late = await CheckAsync(bea, friday);
        Assert.Contains("there is a translation of the text as it is now", late.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(late.QuerySelector($"form[action='{Root}/import/run']"));
    }

    [Theory, OnEachEngine]
    public async Task What_cannot_be_taken_in_is_told_by_unit_and_the_rest_comes_in(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        async Task<string> AddAsync(string title, string words = "Words", string language = "en", params (string, string?)[] more) => $"notice.{await WriteAsync(bea, title, words, language, more):D}";
        var (over, back) = (await AddAsync("Over", "Words", "en", ("starts_on", "2026-02-01"), ("ends_on", "2026-03-03")), await AddAsync("Taken back"));
        await bea.SubmitAsync(await bea.OpenAsync($"{Notices}/{back[7..]}"), $"{Notices}/{back[7..]}/take-back");
        var good = await AddAsync("Good");
        var (half, later, longer, placed) = (await AddAsync("Half"), await AddAsync("Later"), await AddAsync("Longer"), await AddAsync("Placed"));
        var (control, twice, spanish, mixed, altered) = (await AddAsync("Control"), await AddAsync("Twice"), await AddAsync("Aviso", "Palabras", "es"), await AddAsync("Mixed"), await AddAsync("Altered"));
        var (brief, gone) = (await AddAsync("Brief", ""), await AddAsync("Gone"));
        static string Unit(string id, string target, string source = "", string hash = "") =>
            $"<unit id='{id}'>{(hash.Length > 0 ? $"<m:metadata xmlns:m='urn:oasis:names:tc:xliff:metadata:2.0'><m:metaGroup category='tambo'><m:meta type='source_hash'>{hash}</m:meta></m:metaGroup></m:metadata>" : "")}<segment><source>{source}</source><target>{target}</target></segment></unit>";
        static string Notice(string id, string title, params ReadOnlySpan<string> units) => $"<file id='{id}'>{(title.Length > 0 ? Unit("title", "Mot", title) : "")}{string.Concat(units)}</file>";
        var file = XliffFileTests.Of(string.Concat(
            Notice(over, "Over", Unit("words", "Mots", "Words")), Notice(back, "Taken back", Unit("words", "Mots", "Words")),
            Notice(good, "", Unit("title", "<![CDATA[<script>alert(1)</script>]]>", "Good"), Unit("words", "<pc id='1'>Mots</pc>", "Words")),
            Notice(half, "Half"), Notice(later, "Later", Unit("words", " ", "Words")), Notice(longer, "", Unit("title", new string('x', 121), "Longer"), Unit("words", new string('x', 501), "Words")),
            Notice(placed, "Placed", Unit("words", "<ph id='1'/>Mots", "Words")), Notice(control, "", Unit("title", "Mot\u202E\uFDD2", "Control"), Unit("words", "Mots<cp hex='0007'/>", "Words")),
            Notice(twice, "Twice", Unit("title", "Deux fois"), Unit("words", "Mots", "Words"), Unit("area", "Partout", "Everywhere")), Notice(spanish, "Aviso", Unit("words", "Mots", "Palabras")),
            Notice(mixed, "", Unit("title", "Mot", "Mixed", TextHash.Of("Mixed\nWords")), Unit("words", "Mots", "Words", new string('f', 32))),
            Notice(altered, "", Unit("title", "Mot", "Another", TextHash.Of("Altered\nWords")), Unit("words", "Mots", "Words", TextHash.Of("Altered\nWords"))),
            Notice(brief, "", Unit("title", "Mot", "Brief", TextHash.Of("Brief\n")), Unit("words", "Mots", "Words", TextHash.Of("Brief\n"))),
            Notice("notice.00000000-0000-4000-8000-000000000000", "Nothing"), Notice("notice.%2e%2e", "Nothing")));
        var rows = (await CheckAsync(bea, file)).QuerySelectorAll("main table tbody tr").Select(row => row.TextContent).ToList();
        foreach (var (unit, reason) in new[]
        {
            (over + " / title", "taken back or is over"), (over + " / words", "taken back or is over"), (back + " / title", "taken back or is over"), (good + " / words", "Formatting was left out"),
            (half + " / title", "come together"), (later + " / title", "come together"), (longer + " / title", "120 characters"), (longer + " / words", "at most 500"), (placed + " / words", "placeholder"),
            (placed + " / title", "come together"), (control + " / title", "characters that cannot be shown"), (control + " / words", "characters that cannot be shown"), (twice + " / title", "has this text twice"),
            (twice + " / area", "no longer has this text"), (spanish + " / title", "not written in the language"), (mixed + " / title", "come together"), (mixed + " / words", "come together"),
            (altered + " / title", "has another text"), (altered + " / words", "come together"), (brief + " / words", "no longer has this text"),
            ("00000000-0000-4000-8000-000000000000 / title", "no such record"), ("notice.%2e%2e / title", "no such record"),
        })
            Assert.True(rows.Exists(row => row.Contains(unit, StringComparison.Ordinal) && row.Contains(reason, StringComparison.Ordinal)), $"{unit}: {reason}\n{string.Join('\n', rows.Where(row => row.Contains(unit, StringComparison.Ordinal)))}");
        await bea.SubmitAsync(await CheckAsync(bea, file), Root + "/import/run");
        Assert.Equal(200, bea.Status);
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        Assert.Equal(
            [("<script>alert(1)</script>", "Mots"), ("Mot", ""), ("Mot", "Mots")],
            (await read.QueryAsync<(string, string)>("select title, words from guide_notice_texts where language = 'fr'")).Order());
        Assert.Equal(gone[7..], await read.QuerySingleAsync<string>("select notice_id from guide_notice_texts where title = 'Gone'"));
        using var client = desk.Node.Client();
        var shown = await client.GetStringAsync("/fr");
        Assert.DoesNotContain("<script>alert", shown, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)", shown, StringComparison.Ordinal);
        // Over meanwhile: what was a translation to take in is none any more.
        desk.Time.Advance(TimeSpan.FromDays(20));
        using var lea = await desk.SignInAsync("lea", "editor");
        var preview = await CheckAsync(lea, XliffFileTests.Of(Notice(gone, "Gone", Unit("words", "Mots", "Words"))));
        Assert.Contains("taken back or is over", preview.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("<file id=\"notice", await TakeAsync(lea, "&what=all"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_for_which_somebody_may_not_write_are_as_if_they_were_not_there()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        var everywhere = await WriteAsync(bea, Bridge, Boat);
        var file = Say(await TakeAsync(bea, "&kind=notice"), "translated", ("Le pont", Bridge), ("Bateau", Boat));
        // Who looks after an agency has its records, and no notice.
        Assert.DoesNotContain("notice.", await TakeAsync(nora, "&what=all"), StringComparison.Ordinal);
        await nora.OpenAsync(Root + "/export?language=fr&kind=notice");
        Assert.Equal(422, nora.Status);
        var preview = await CheckAsync(nora, file);
        Assert.Contains("no such record", preview.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(Bridge, preview.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(preview.QuerySelector($"form[action='{Root}/import/run']"));
        // Nor is it told that a notice was taken back or is over.
        await bea.SubmitAsync(await bea.OpenAsync($"{Notices}/{everywhere:D}"), $"{Notices}/{everywhere:D}/take-back");
        Assert.DoesNotContain("taken back", (await CheckAsync(nora, file)).Body!.TextContent, StringComparison.Ordinal);

        // Who looks after an area has the notices of this area.
        await desk.WriteAsync(async change =>
        {
            await change.ExecuteAsync("update guide_notices set taken_back = @no", new { no = false });
            await change.ExecuteAsync("update guide_notices set area = 'MX26' where id = @everywhere", new { everywhere });
            change.Touch("guide");
        });
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(file));
        async Task<int> TakenInAsync(string area)
        {
            stream.Position = 0;
            var actor = new Actor("user:e", null, "E", [new Grant(GuideScope.Edit, new Scope("place", area))]);
            var report = await desk.Node.Services.GetRequiredService<ImportTranslations>().RunAsync(stream, new TranslationTerms("human", "E", ""), actor, dryRun: true, null, CancellationToken.None);
            return report.Count(UnitOutcome.Added);
        }

        Assert.Equal((0, 2, 2), (await TakenInAsync("GT"), await TakenInAsync("MX"), await TakenInAsync("MX26")));
    }

    [Fact]
    public async Task A_file_is_offered_in_the_languages_that_notices_are_written_in()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        await WriteAsync(bea, "Se cerró el puente", "", "pt");
        Assert.Contains((await bea.OpenAsync(Root)).QuerySelectorAll("#take select[name=from] option"), option => option.GetAttribute("value") == "pt");
        Assert.Contains("Se cerró el puente", await TakeAsync(bea, "&from=pt"), StringComparison.Ordinal);
    }

    private static async Task<Guid> WriteAsync(StaffBrowser who, string title, string words, string language = "en", params (string, string?)[] more)
    {
        var known = await IdsAsync(who);
        (string, string?)[] answers =
        [
            ("area", "everywhere"), ("language", language), ("title-en", ""), ($"title-{language}", title), ($"words-{language}", words),
            .. language == "en" && words.Length > 0 && title == Bridge ? [("title-es", "El puente")] : Array.Empty<(string, string?)>(), .. more,
        ];
        await who.SubmitAsync(await who.OpenAsync(Notices + "/new"), Notices + "/new", [.. answers.Reverse().DistinctBy(answer => answer.Item1)]);
        Assert.Equal(Notices + "?done=saved", who.Location);
        return Assert.Single((await IdsAsync(who)).Except(known));
    }

    private static async Task<List<Guid>> IdsAsync(StaffBrowser who) =>
        [.. (await who.OpenAsync(Notices)).QuerySelectorAll("main .card a").Select(link => link.GetAttribute("href")!).Where(href => href.StartsWith(Notices + "/", StringComparison.Ordinal) && !href.EndsWith("/new", StringComparison.Ordinal)).Select(href => Guid.Parse(href[(Notices.Length + 1)..]))];

    private static async Task<string> TakeAsync(StaffBrowser who, string query) => (await who.OpenAsync($"{Root}/export?language=fr{query}")).Source.Text;

    /// <summary>A file with some of its texts said in other words, by what they say.</summary>
    private static string Say(string file, string state, params (string Said, string Source)[] words) =>
        TranslationFilesTests.Translated(file, null, state, source => Array.Find(words, one => one.Source == source).Said);

    private static Task<AngleSharp.Html.Dom.IHtmlDocument> CheckAsync(StaffBrowser who, string file, params (string Name, string? Value)[] answers) => TranslationFilesTests.CheckAsync(who, file, answers);

    private static async Task<List<Row>> TextsAsync(StaffDesk desk, Guid id)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return [.. await read.QueryAsync<Row>("select language, title, source_hash, method, translator, reviewer from guide_notice_texts where notice_id = @id", new { id })];
    }

    private static async Task<int> VersionAsync(StaffDesk desk, Guid id)
    {
        await using var read = await desk.Node.Db.ReadAsync(CancellationToken.None);
        return await read.QuerySingleAsync<int>("select n.version from guide_notices n where n.id = @id and n.version = (select max(v.version) from guide_notice_versions v where v.notice_id = n.id)", new { id });
    }

    private sealed record Row
    {
        public string Language { get; init; } = "";

        public string Title { get; init; } = "";

        public string SourceHash { get; init; } = "";

        public string Method { get; init; } = "";

        public string Translator { get; init; } = "";

        public string Reviewer { get; init; } = "";
    }
}
