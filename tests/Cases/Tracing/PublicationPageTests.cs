using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Playwright;
using Tambo.Cases.Consent;
using Tambo.Cases.Tracing;
using Tambo.Platform.Files;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Cases.Tracing;

/// <summary>On a page a person says what of them registers may have, field by field, and takes it back.</summary>
public sealed class PublicationPageTests(BrowserOfTests browser)
{
    private static readonly (string Name, string? Value)[] Told =
        [.. NoticeWording.Points.Append("free_to_refuse").Select(point => ("p_" + point, (string?)"true")), ("givenBy", "self"), ("form", "verbal")];

    [Theory]
    [OnEachEngine]
    public async Task What_the_person_says_yes_to_goes_and_nothing_else_until_they_take_it_back(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var person = await desk.RegisterAsync("Askeda");
        using var rosa = await desk.Office.SignInAsync("rosa", "case_worker");
        var file = $"/staff/cases/persons/{person.Id:D}";
        var before = await rosa.OpenAsync(file);
        Assert.Contains("Registers for missing people may have nothing", Plain(before), StringComparison.Ordinal);
        var address = before.QuerySelectorAll<IHtmlAnchorElement>("main a").Single(link => link.GetAttribute("href") == file + "/tracing").GetAttribute("href")!;
        var page = await rosa.OpenAsync(address + "?lang=ht");
        // Read aloud in her language, point by point, and nothing ticked beforehand.
        Assert.Equal(8, page.QuerySelectorAll("p[lang=ht]").Length);
        Assert.Empty(page.QuerySelectorAll("form[method=post] input[checked]"));
        Assert.Null(page.QuerySelector($"form[action='{address}/stop']"));

        await rosa.SubmitAsync(page, address + "/choose", [.. Told, ("publication", "consented"), ("fields", "sex")]);
        Assert.Equal((302, address), (rosa.Status, rosa.Location));
        // The same form again is done once.
        await rosa.SubmitAsync(page, address + "/choose", [.. Told, ("publication", "consented"), ("fields", "sex")]);
        Assert.Equal((302, address), (rosa.Status, rosa.Location));
        Assert.Single(await desk.Office.ReadAsync<string>("select id from cases_consents"));
        Assert.Equal([1L], await desk.Office.ReadAsync<long>("select version from cases_traced"));
        Assert.Equal(1, (await desk.Office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.tracing.chosen' and subject = @Subject", new { Subject = $"person:{person.Id:D}" })).Single());
        var record = Assert.Single(Records(await desk.ExportAsync()));
        Assert.Equal(("Askeda Torrealta", "female", "", "", ""), (record["full_name"], record["sex"], record["date_of_birth"], record["age"], record["alternate_names"]));

        var shown = await rosa.OpenAsync(address);
        var said = Plain(shown);
        Assert.All(["a record with name, sex", "Who says yes The person", "Red de búsqueda"], words => Assert.Contains(words, said, StringComparison.Ordinal));
        Assert.Contains("Registers for missing people may have a record with name, sex", Plain(await rosa.OpenAsync(file)), StringComparison.Ordinal);
        // What was said later holds from then on, with the consent that belongs to it.
        await rosa.SubmitAsync(shown, address + "/choose", [.. Told, ("publication", "consented"), ("fields", "birth"), ("until", "2026-03-20")]);
        Assert.Equal(302, rosa.Status);
        var second = Assert.Single(Records(await desk.ExportAsync()));
        Assert.Equal(("", "1994-06-17", new DateTimeOffset(2026, 3, 20, 0, 0, 0, TimeSpan.Zero)), (second["sex"], second["date_of_birth"], second.ExpiryDate));

        var standing = await rosa.OpenAsync(address);
        await rosa.SubmitAsync(standing, address + "/stop");
        Assert.Equal(302, rosa.Status);
        Assert.Equal(2, (await desk.Office.ReadAsync<string>("select id from cases_consents where withdrawn_at is not null")).Count);
        var consents = (await desk.Paula.GetAsync($"/api/cases/persons/{person.Id:D}/consents")).Json.EnumerateArray().ToList();
        Assert.Contains(consents, consent => consent.GetProperty("ending").GetProperty("tell").EnumerateArray().Any(told => told.GetProperty("recipient").GetString() == "Red de búsqueda"));
        Assert.True(Assert.Single(Records(await desk.ExportAsync())).IsPlaceholder);
        var after = await rosa.OpenAsync(address);
        Assert.Contains("has to forget it since", Plain(after), StringComparison.Ordinal);
        Assert.Null(after.QuerySelector($"form[action='{address}/stop']"));
        Assert.Contains("Registers for missing people may have nothing", Plain(after), StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task Without_the_points_or_over_what_somebody_changed_meanwhile_neither_choice_nor_consent_is_kept(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var person = await desk.RegisterAsync("Askeda");
        using var rosa = await desk.Office.SignInAsync("rosa", "case_worker");
        var address = $"/staff/cases/persons/{person.Id:D}/tracing";
        var page = await rosa.OpenAsync(address);
        var wrong = await rosa.SubmitAsync(page, address + "/choose", [.. Told.Where(one => one.Name != "p_withdrawal"), ("publication", "consented"), ("fields", "sex")]);
        Assert.Equal(422, rosa.Status);
        Assert.Contains(wrong.QuerySelectorAll("#errors a"), link => link.GetAttribute("href") == "#f-p_withdrawal");
        // What was chosen stands there still.
        Assert.Equal(["sex"], wrong.QuerySelectorAll<IHtmlInputElement>("input[name=fields]").Where(box => box.IsChecked).Select(box => box.Value));
        foreach (var unfit in new (string, string?)[][] { [.. Told, ("publication", null)], [.. Told, ("publication", "everything")], [.. Told, ("publication", "consented"), ("until", "2026-03-01")] })
        {
            await rosa.SubmitAsync(await rosa.OpenAsync(address), address + "/choose", unfit);
            Assert.Equal(422, rosa.Status);
        }

        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_consents"));
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_traced"));

        var stale = await rosa.OpenAsync(address);
        await desk.ChooseAsync(person.Id, "none");
        await rosa.SubmitAsync(stale, address + "/choose", [.. Told, ("publication", "consented")]);
        Assert.Equal(412, rosa.Status);
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_consents"));
        // A picture is shown by staff alone: it is written down, and stands in no document.
        await rosa.SubmitAsync(await rosa.OpenAsync(address), address + "/choose", [.. Told, ("publication", "picture")]);
        Assert.Equal(302, rosa.Status);
        Assert.Empty(Records(await desk.ExportAsync()));
        await rosa.SubmitAsync(await rosa.OpenAsync(address), address + "/choose", ("publication", "none"));
        Assert.Equal(302, rosa.Status);
        Assert.Single(await desk.Office.ReadAsync<string>("select id from cases_consents where withdrawn_at is not null"));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_stop_that_was_cut_off_between_its_steps_can_be_finished_on_the_page(Engine engine)
    {
        await using var desk = await TracingOffice.OpenAsync(engine);
        var person = await desk.RegisterAsync("Askeda");
        using var rosa = await desk.Office.SignInAsync("rosa", "case_worker");
        var address = $"/staff/cases/persons/{person.Id:D}/tracing";
        await rosa.SubmitAsync(await rosa.OpenAsync(address), address + "/choose", [.. Told, ("publication", "consented"), ("fields", "sex")]);
        await desk.ExportAsync();
        // Nothing goes any more, and then the node was killed.
        await desk.ChooseAsync(person.Id, "none", (await desk.Paula.GetAsync($"/api/cases/persons/{person.Id:D}/tracing")).Json.GetProperty("version").GetInt32());
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_consents where withdrawn_at is not null"));

        var page = await rosa.OpenAsync(address);
        Assert.NotNull(page.QuerySelector($"form[action='{address}/stop']"));
        await rosa.SubmitAsync(page, address + "/stop");
        Assert.Equal(302, rosa.Status);
        Assert.Single(await desk.Office.ReadAsync<string>("select id from cases_consents where withdrawn_at is not null"));
        Assert.Single(await desk.Office.ReadAsync<string>("select change from platform_audit_entries where change = @ToTell", new { WithdrawConsent.ToTell }));
        Assert.Null((await rosa.OpenAsync(address)).QuerySelector($"form[action='{address}/stop']"));
        // Who says never to such registers has agreed to nothing that could be stopped.
        var never = await desk.Paula.PostAsync($"/api/cases/persons/{person.Id:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "es",
            purpose = "tracing",
            exclusions = new[] { new { kind = "class", code = "tracing_network" } },
        });
        Assert.True(never.Status == 201, never.Text);
        Assert.Null((await rosa.OpenAsync(address)).QuerySelector($"form[action='{address}/stop']"));
    }

    [Fact]
    public async Task Who_may_not_register_stops_and_does_not_choose_and_to_others_it_is_closed()
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var person = await desk.RegisterAsync("Askeda");
        await desk.ChooseAsync(person.Id, "consented");
        var address = $"/staff/cases/persons/{person.Id:D}/tracing";
        using var susan = await desk.Office.SignInAsync("susan", "cases_supervisor");
        var page = await susan.OpenAsync(address);
        Assert.Null(page.QuerySelector($"form[action='{address}/choose']"));
        await susan.PostAsync(address + "/choose", page, [.. Told.Select(one => (one.Name, one.Value!)), ("publication", "consented"), ("version", "1")]);
        Assert.Equal(403, susan.Status);
        Assert.Empty(await desk.Office.ReadAsync<string>("select id from cases_consents"));
        await susan.SubmitAsync(page, address + "/stop");
        Assert.Equal(302, susan.Status);
        Assert.Equal("none", (await desk.Paula.GetAsync($"/api/cases/persons/{person.Id:D}/tracing")).Json.GetProperty("publication").GetString());

        using var tomas = await desk.Office.SignInAsync("tomas", "tracing_officer");
        var looked = await tomas.OpenAsync(address);
        Assert.Equal(200, tomas.Status);
        Assert.Empty(looked.QuerySelectorAll("main form[method=post]"));
        foreach (var (name, role, agency, status) in new[] { ("felipe", "frontline_officer", CasesOffice.North, 403), ("saul", "protection_specialist", CasesOffice.South, 404) })
        {
            using var other = await desk.Office.SignInAsync(name, role, agency);
            await other.OpenAsync(address);
            Assert.Equal((name, status), (name, other.Status));
            await other.PostAsync(address + "/stop", await other.OpenAsync("/staff/cases"), ("version", "2"));
            Assert.Equal((name, status), (name, other.Status));
        }
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Dark, "es")]
    public async Task It_passes_the_accessibility_rules_and_stays_within_the_screen(int width, ColorScheme scheme, string language)
    {
        await using var desk = await TracingOffice.OpenAsync(Engine.Sqlite);
        var person = await desk.RegisterAsync("Askeda");
        await desk.AgreeAsync(person.Id);
        await desk.ChooseAsync(person.Id, "consented");
        await desk.ExportAsync();
        using var staff = await desk.Office.SignInAsync("rosa", "case_worker");
        var page = await browser.OpenAsync(width, scheme, baseUrl: desk.Office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = staff.Session.Split('=', 2)[1], Url = desk.Office.Node.Address.ToString() }]);
        await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Accept-Language"] = language });
        Assert.Equal(200, (await page.GotoAsync($"/staff/cases/persons/{person.Id:D}/tracing"))!.Status);
        if (Environment.GetEnvironmentVariable("TAMBO_PICTURES") is { Length: > 1 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"tracing-{width}.png"), FullPage = true });
        Assert.Equal(language, await page.GetAttributeAsync("html", "lang"));
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
        Assert.Empty(await Axe.BreachesAsync(page));
    }

    private static IReadOnlyList<PfifPerson> Records(string document) => ReadPfif.From(new MemoryStream(Encoding.UTF8.GetBytes(document)), new IssueReport());

    private static string Plain(IHtmlDocument page) => string.Join(' ', string.Join(' ', page.QuerySelector("main")!.Descendants<IText>().Select(text => text.Text))
        .Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal).Split((char[])[' ', '\n', '\r', '\t', '\u00a0'], StringSplitOptions.RemoveEmptyEntries));
}
