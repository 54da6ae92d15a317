using Tambo.Guide.Directory;
using Tambo.Tests.Guide.Directory;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Translating;

/// <summary>The desk says how far each language has come, and what to do first.</summary>
public sealed class DeskTests
{
    private const string Root = "/staff/guide/translations";

    [Theory, OnEachEngine]
    public async Task Each_language_counts_its_texts_and_the_outdated_stand_first(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        var kitchen = await AddAsync(desk, "Soup kitchen", "Soup at noon", "en");
        var path = $"{Root}/service/{kitchen.Id:D}";
        var (name, description) = await RowsAsync(bea, path);
        await bea.SubmitAsync(await bea.OpenAsync(path), path, (name + "-fr", "Soupe populaire"), (description + "-fr", "Soupe à midi"));

        // By the texts of the two services: those with words in them.
        var before = await CountsAsync(bea, "Français");
        Assert.Equal((0, 2), (before.Outdated, before.Unreviewed));
        Assert.Equal(before.Texts, before.Missing + 2);
        var spanish = await CountsAsync(bea, "Español");
        Assert.Equal((before.Texts, before.Texts - 1, 0), (spanish.Texts, spanish.Missing, spanish.Unreviewed));
        // The site's own sentences are told apart from them, for every language but the one they are written in.
        var own = (await bea.OpenAsync(Root)).QuerySelectorAll("#interface tbody tr").Select(row => row.QuerySelector("th")!.TextContent.Trim()).ToList();
        Assert.Contains("Français", own);
        Assert.DoesNotContain("English", own);
        // English is what they are written in.
        Assert.Equal(0, (await CountsAsync(bea, "English")).Texts);

        var page = $"/staff/guide/services/{kitchen.Id:D}";
        await bea.SubmitAsync(await bea.OpenAsync(page), page, ("description", "Soup at one"));
        var first = (await bea.OpenAsync(Root + "?language=fr")).QuerySelectorAll("main table")[^1].QuerySelector("tbody tr")!;
        Assert.Contains("Soup kitchen: Description", first.TextContent, StringComparison.Ordinal);
        Assert.Equal($"{path}?language=fr#t-description", first.QuerySelector("a")!.GetAttribute("href"));
        Assert.Equal(("(taken out) noon", "(new) one"), (first.QuerySelector("del")!.TextContent, first.QuerySelector("ins")!.TextContent));
        Assert.Contains("Soupe à midi", first.TextContent, StringComparison.Ordinal);
        Assert.Equal((1, 1), ((await CountsAsync(bea, "Français")).Outdated, (await CountsAsync(bea, "Français")).Unreviewed));

        Assert.Single(Lines(await bea.OpenAsync(Root + "?show=outdated")));
        Assert.Single(Lines(await bea.OpenAsync(Root + "?show=unreviewed")));
        Assert.Empty(Lines(await bea.OpenAsync(Root + "?show=outdated&language=es")));
        Assert.Empty(Lines(await bea.OpenAsync(Root + "?show=outdated&kind=organization")));
        Assert.All(Lines(await bea.OpenAsync(Root + "?q=soup+KITCHEN&show=all")), line => Assert.Contains("Soup kitchen", line, StringComparison.Ordinal));
        Assert.Contains("1", (await bea.OpenAsync("/staff")).QuerySelector($"a[href='{Root}?show=outdated']")!.ParentElement!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_readers_do_not_see_comes_last_and_a_record_of_unknown_language_is_told()
    {
        await using var desk = await StaffDesk.OpenAsync(Engine.Sqlite);
        using var bea = await desk.SignInAsync("bea", "editor");
        await AddAsync(desk, "A hidden house", "Nobody outside knows", "en", Confidentiality.Withheld);
        await AddAsync(desk, "Zebra crossing", "Open to all", "en");
        await AddAsync(desk, "Mute", "In no language", "");
        var page = await bea.OpenAsync(Root + "?language=ht&show=missing");
        var lines = Lines(page);
        Assert.True(lines.FindIndex(line => line.StartsWith("A hidden house", StringComparison.Ordinal)) > lines.FindIndex(line => line.StartsWith("Zebra crossing", StringComparison.Ordinal)));
        // The alert of the other service is what readers see first.
        Assert.Contains("Alert for readers", lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("Mute", StringComparison.Ordinal));
        Assert.Contains("in which language", page.QuerySelector(".notice.warn")!.TextContent, StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task Nobody_sees_more_of_the_desk_than_is_theirs(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        using var bea = await desk.SignInAsync("bea", "editor");
        using var nora = await desk.SignInAsync("nora", "editor", "North office");
        using var otto = await desk.SignInAsync("otto", "outside");
        using var noel = await desk.SignInAsync("noel", "viewer");
        var hidden = await AddAsync(desk, "A hidden house", "Nobody outside knows", "en", Confidentiality.Withheld);
        foreach (var address in new[] { Root, Root + "/import", Root + "/export?language=fr" })
        {
            await noel.OpenAsync(address);
            Assert.Equal((address, 404), (address, noel.Status));
        }

        Assert.Null((await noel.OpenAsync("/staff")).QuerySelector($"a[href='{Root}']"));
        Assert.NotNull((await bea.OpenAsync("/staff")).QuerySelector($"a[href='{Root}']"));
        Assert.Contains(Lines(await bea.OpenAsync(Root + "?language=fr&q=hidden")), line => line.StartsWith("A hidden house", StringComparison.Ordinal));
        // Editing everywhere, and nothing of what is confidential.
        Assert.Empty(Lines(await otto.OpenAsync(Root + "?language=fr&q=hidden")));
        Assert.NotEmpty(Lines(await otto.OpenAsync(Root + "?language=fr")));
        Assert.Empty(Lines(await nora.OpenAsync(Root)));
        Assert.Null((await nora.OpenAsync(Root)).QuerySelector("select[name=agency]"));
        // The site's own sentences are those of the whole node.
        Assert.Null((await nora.OpenAsync(Root)).QuerySelector("#interface"));
        await AgencyScopeTests.LinkAsync(desk, bea, desk.Records.Organizations[0], "North office");
        Assert.NotEmpty(Lines(await nora.OpenAsync(Root)));
        var agency = (await bea.OpenAsync(Root)).QuerySelectorAll("select[name=agency] option").Single(option => option.TextContent == "North office").GetAttribute("value");
        Assert.Equal(Lines(await nora.OpenAsync(Root + "?language=fr")).Order(StringComparer.Ordinal), Lines(await bea.OpenAsync($"{Root}?language=fr&agency={agency}")).Order(StringComparer.Ordinal));

        // What is hidden leaves in no file, unless by somebody who may see it and asks for it.
        foreach (var (who, query, leaves) in new[] { (bea, "", false), (bea, "&hidden=true", true), (otto, "&hidden=true", false) })
        {
            var file = (await who.OpenAsync($"{Root}/export?language=fr{query}")).Source.Text;
            Assert.Equal((query, 200), (query, who.Status));
            Assert.Equal((query, leaves), (query, file.Contains("Nobody outside knows", StringComparison.Ordinal)));
            Assert.Equal(leaves, file.Contains(hidden.Id.ToString("D"), StringComparison.Ordinal));
        }
    }

    internal static async Task<Service> AddAsync(StaffDesk desk, string name, string description, string language, string level = Confidentiality.Public)
    {
        var now = SettableTime.Noon;
        var service = new Service { Id = Sample.Id(), Name = name, Description = description, TextLanguage = language, Confidentiality = level, CreatedAt = now, ChangedAt = now, ChangedBy = "test" };
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, DirectoryRecords.Of([service]), "edited"));
        return service;
    }

    internal static List<string> Lines(AngleSharp.Html.Dom.IHtmlDocument page) =>
        page.QuerySelectorAll("main table").Where(table => table.Closest("#interface") is null).Skip(1).FirstOrDefault()?.QuerySelectorAll("tbody tr").Select(row => string.Join(' ', row.TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))).ToList() ?? [];

    private static async Task<(string Name, string Description)> RowsAsync(StaffBrowser who, string path)
    {
        var page = await who.OpenAsync(path);
        return (TranslateTests.RowOf(page, "name"), TranslateTests.RowOf(page, "description"));
    }

    private static async Task<(int Texts, int Outdated, int Missing, int Unreviewed)> CountsAsync(StaffBrowser who, string language)
    {
        var row = (await who.OpenAsync(Root)).QuerySelector("main table")!.QuerySelectorAll("tbody tr").Single(row => row.QuerySelector("th")!.TextContent.Trim() == language);
        var cells = row.QuerySelectorAll("td").Skip(1).Select(cell => int.Parse(cell.TextContent.Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return (cells[0], cells[1], cells[2], cells[3]);
    }
}
