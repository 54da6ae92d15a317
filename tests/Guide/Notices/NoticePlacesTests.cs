using AngleSharp.Html.Parser;
using Tambo.Guide.Directory;
using Tambo.Guide.Sheets;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Notices;

/// <summary>Where a notice is shown, from when until when, and how much of it.</summary>
public sealed class NoticePlacesTests
{
    private static readonly Spot Shelter = new("Albergue del muelle") { Need = "shelter", Kilometres = 0.8 };
    private static readonly string Near = Uri.EscapeDataString(Spot.StartName);
    private static readonly string[] There = [$"/es/services?near={Near}", $"/es/services/{Shelter.Id:D}", $"/es/sheet?near={Near}", $"/es/screen/on?near={Near}&in=es"];

    [Theory, OnEachEngine]
    public async Task A_notice_for_a_municipality_is_on_the_pages_of_its_places_and_of_no_other(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        var records = Spot.Records([Shelter], SettableTime.Noon);
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, records with { Locations = [records.Locations[0] with { AdminArea = "MX26047" }] }, "edited"));
        using var eva = await desk.SignInAsync("eva", "editor");
        using var client = desk.Node.Client();
        var form = await eva.OpenAsync("/staff/guide/notices/new");
        Assert.Equal("Pitiquito, Sonora, Mexico", form.QuerySelector("#f-area option[value=MX26047]")!.TextContent);

        // Nothing is told to everybody because an answer is missing, or is none of the choices.
        foreach (var area in new[] { "", "ZZ99", "MX26001" })
        {
            var refused = await eva.SubmitAsync(form, "/staff/guide/notices/new", ("area", area), ("language", "es"), ("title-es", "El pozo está cerrado"));
            Assert.Equal(422, eva.Status);
            Assert.NotNull(refused.QuerySelector("#f-area-e"));
        }

        await eva.SubmitAsync(form, "/staff/guide/notices/new", ("area", "MX26047"), ("language", "es"), ("title-es", "El pozo está cerrado"), ("starts_on", "2026-03-04"), ("ends_on", "2026-03-06"));
        foreach (var address in There)
        {
            var said = await client.GetStringAsync(address);
            Assert.Contains("El pozo está cerrado", said, StringComparison.Ordinal);
            Assert.Contains("Pitiquito, Sonora, México · del 4 de marzo al 6 de marzo", System.Net.WebUtility.HtmlDecode(said), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("El pozo", await client.GetStringAsync($"/es/services/{desk.Service.Id:D}"), StringComparison.Ordinal);
        Assert.DoesNotContain("El pozo", await client.GetStringAsync("/es/services?near=Nogales, Sonora"), StringComparison.Ordinal);
        Assert.Contains("\\\"country\\\":\\\"MX\\\",\\\"state\\\":\\\"Sonora\\\"", await client.GetStringAsync("/packs/es/mx.json"), StringComparison.Ordinal);
    }

    [Theory, OnEachEngine]
    public async Task It_begins_and_ends_at_midnight_on_the_clocks_of_its_area_on_every_page(Engine engine)
    {
        await using var desk = await StaffDesk.OpenAsync(engine);
        await desk.WriteAsync(change => DirectoryWriter.AddAsync(change, Spot.Records([Shelter], SettableTime.Noon), "edited"));
        using var eva = await desk.SignInAsync("eva", "editor");
        using var client = desk.Node.Client();
        var time = (SettableTime)desk.Node.Db.Time.Source;
        await eva.SubmitAsync(
            await eva.OpenAsync("/staff/guide/notices/new"), "/staff/guide/notices/new", ("area", "MX26"), ("language", "es"), ("title-es", "Feria de salud"), ("starts_on", "2026-03-05"), ("ends_on", "2026-03-05"));
        // Bogotá is five hours behind UTC.
        foreach (var (now, shown) in new[] { ("2026-03-05T04:58:00Z", false), ("2026-03-05T05:00:00Z", true), ("2026-03-06T01:00:00Z", true), ("2026-03-06T05:00:00Z", false) })
        {
            time.Set(DateTimeOffset.Parse(now, null));
            foreach (var address in There)
                Assert.True(shown == (await client.GetStringAsync(address)).Contains("Feria de salud", StringComparison.Ordinal), $"{address} at {now}");
        }

        // Ten in the evening there, when UTC has the next day.
        time.Set(new DateTimeOffset(2026, 3, 7, 3, 0, 0, TimeSpan.Zero));
        using var later = await desk.SignInAsync("ana", "editor");
        Assert.Equal("2026-03-06", (await later.OpenAsync("/staff/guide/notices/new")).QuerySelector("#f-starts_on")!.GetAttribute("value"));
    }

    [Fact]
    public async Task Without_a_place_the_list_and_the_sheet_tell_what_concerns_the_country_of_the_node()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning), settings => settings with { File = settings.File with { Country = "MX" } });
        await TownNode.AddAsync(node, Spot.Records([Shelter], TownNode.Morning));
        await WriteAsync(node, "MX", "Paro nacional", "");
        await WriteAsync(node, "MX26", "Feria en Sonora", "");
        using var client = node.Client();
        foreach (var address in new[] { "/es", "/es/services", "/es/sheet" })
        {
            var page = await client.GetStringAsync(address);
            Assert.Contains("Paro nacional", page, StringComparison.Ordinal);
            Assert.DoesNotContain("Feria en Sonora", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_longest_notice_stands_whole_on_the_wall_and_on_paper_and_what_does_not_fit_is_counted()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(TownNode.Morning));
        await TownNode.AddAsync(node, Spot.Records([TownNode.Closed, TownNode.Open, TownNode.Unknown, TownNode.Shelter], TownNode.Morning));
        var words = string.Concat(Enumerable.Repeat("Vaya por la costa. ", 30))[..485] + "No cruce el río";
        for (var number = 1; number <= 6; number++)
            await WriteAsync(node, "MX26", $"Aviso {number} {new string('x', 100)}", words);
        using var client = node.Client();

        var screen = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(There[3]));
        Assert.Equal(6, screen.QuerySelectorAll("section.slide[data-key^=notice-] .alert").Count(alert => alert.TextContent == words));
        Assert.Equal(6, screen.QuerySelectorAll("section.slide[data-key^=notice-] h1").Count(title => title.TextContent.EndsWith(new string('x', 100), StringComparison.Ordinal)));

        var sheet = await new HtmlParser().ParseDocumentAsync(await client.GetStringAsync(There[2]));
        var told = sheet.QuerySelectorAll(".told").Select(line => line.TextContent).ToList();
        var whole = told.Count(line => line.Contains("No cruce el río", StringComparison.Ordinal));
        Assert.InRange(whole, 2, 5);
        Assert.Equal(whole + 1, told.Count);
        Assert.StartsWith($"{6 - whole} avisos más", told[^1].Trim(), StringComparison.Ordinal);
        Assert.NotEmpty(sheet.QuerySelectorAll(".columns li"));
        Assert.Equal(["x"], SheetFit.Notices(["x", .. Enumerable.Repeat(new string('y', 4000), 2)]));
    }

    private static async Task WriteAsync(TestNode node, string area, string title, string words)
    {
        await using var change = await node.Db.BeginAsync(TestDatabase.Alice, "test.notice", "test", CancellationToken.None);
        var row = new { id = Guid.CreateVersion7(TownNode.Morning), area, day = new DateOnly(2026, 3, 4), no = false, at = TownNode.Morning, title, words };
        await change.ExecuteAsync(
            "insert into guide_notices (id, area, starts_on, ends_on, urgent, language, version, changed_at, taken_back) values (@id, @area, @day, @day, @no, 'es', 1, @at, @no)", row);
        await change.ExecuteAsync("insert into guide_notice_texts (notice_id, language, title, words) values (@id, 'es', @title, @words)", row);
        change.Touch("guide");
        await change.CommitAsync(CancellationToken.None);
    }
}
