using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Playwright;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Cases.Consent;

/// <summary>On pages alone a person shuts out as many as they want, agrees to nothing if they want, and lets somebody back in.</summary>
public sealed class ExclusionPagesTests(BrowserOfTests browser)
{
    [Theory]
    [OnEachEngine]
    public async Task Who_agrees_to_nothing_shuts_out_as_many_as_they_want_and_lets_one_back_in(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (omar, otto) = (await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("otto", "case_worker"));
        var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var made = await office.KnownAsync("rosa");
        var person = (await made.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } }, general = new { notes = "general-word" } })).Id;
        var file = $"/staff/cases/persons/{person:D}";
        var (consent, never) = (file + "/consent", file + "/never");
        (string, string?)[] said =
        [
            ("never", "police"), ("never", "media"), ("neverCountry", "AND"), ("neverCountry", "SMR"), ("neverOne", omar.Id.ToString("D")), ("neverOne", otto.Id.ToString("D")), ("neverOne", saul.Agency!.Value.ToString("D")),
            ("neverNamed", "A bad register\r\n\r\n  Another  one "), ("givenBy", "self"), ("form", "verbal"),
        ];
        await rosa.SubmitAsync(await rosa.OpenAsync(consent), consent + "/record", said);
        Assert.Equal((302, consent), (rosa.Status, rosa.Location));
        var page = await rosa.OpenAsync(consent);
        Assert.Contains("Agrees to nothing", page.QuerySelector("main .card")!.TextContent, StringComparison.Ordinal);
        var given = (await made.GetAsync($"/api/cases/persons/{person:D}/consents")).Json.EnumerateArray().Single().GetProperty("consent");
        Assert.Equal(9, given.GetProperty("exclusions").GetArrayLength());
        Assert.Empty(given.GetProperty("scopes").EnumerateArray());

        // The page of her file leads there; it names everybody.
        Assert.Contains((await rosa.OpenAsync(file)).QuerySelectorAll<IHtmlAnchorElement>("main a"), link => link.GetAttribute("href") == never);
        var list = await rosa.OpenAsync(never);
        Assert.Equal(
            ["A bad register", "Another one", "Newspapers, radio, television and the internet", "Omar", "Otto", CasesOffice.South, "The authorities of Andorra", "The authorities of San Marino", "The police"],
            list.QuerySelectorAll("main .card h2").Select(one => one.TextContent.Trim()).Order(StringComparer.Ordinal));

        var wrong = await rosa.SubmitAsync(list, never + "/ask", ("recipient", $"one {omar.Id:D}"), ("givenBy", "self"), ("form", "verbal"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-note-e"));
        Assert.True(wrong.QuerySelector<IHtmlInputElement>($"input[name=recipient][value='one {omar.Id:D}']")!.IsChecked);
        await rosa.SubmitAsync(wrong, never + "/ask", ("recipient", $"one {omar.Id:D}"), ("givenBy", "self"), ("form", "verbal"), ("note", "wants him back"));
        Assert.Equal((302, never), (rosa.Status, rosa.Location));

        // Whoever wrote it down can only take it back.
        string Waiting(IParentNode shown) => shown.QuerySelectorAll<IHtmlAnchorElement>("main .card a").Single().GetAttribute("href")!;
        var own = await rosa.OpenAsync(Waiting(await rosa.OpenAsync(never)));
        Assert.Null(own.QuerySelector("input[name=approve][value=yes]"));
        Assert.NotNull(own.QuerySelector("input[name=approve][value=no]"));
        var seen = await susan.OpenAsync(Waiting(await susan.OpenAsync(never)));
        Assert.All(["Let Omar back in?", "wants him back", "Said aloud", "Rosa"], words => Assert.Contains(words, seen.QuerySelector("main")!.TextContent, StringComparison.Ordinal));
        await susan.SubmitAsync(seen, never + "/confirm", ("approve", "yes"), ("reply", "asked her alone"));
        Assert.Equal((302, never), (susan.Status, susan.Location));
        var after = (await susan.OpenAsync(never)).QuerySelectorAll("main .card").Single(card => card.QuerySelector("h2")!.TextContent.Trim() == "Omar").TextContent;
        Assert.All(["May see the file again", "confirmed", "Susan"], words => Assert.Contains(words, after, StringComparison.Ordinal));
        Assert.Contains("general-word", (await omar.GetAsync($"/api/cases/persons/{person:D}")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("general-word", (await otto.GetAsync($"/api/cases/persons/{person:D}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_would_shut_out_its_own_office_says_who_is_left_and_asks_once_more()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var made = await office.KnownAsync("rosa");
        var person = (await made.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var consent = $"/staff/cases/persons/{person:D}/consent";
        (string, string?)[] said = [("neverOne", made.Agency!.Value.ToString("D")), ("givenBy", "self"), ("form", "verbal")];
        var alone = await rosa.SubmitAsync(await rosa.OpenAsync(consent), consent + "/record", said);
        Assert.Equal(409, rosa.Status);
        Assert.Contains("refer the person to another office", alone.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        Assert.Null(alone.QuerySelector("input[name=leftConfirmed]"));

        await office.OfficerAsync("tina", "case_worker", null);
        var warned = await rosa.SubmitAsync(alone, consent + "/record", said);
        Assert.Equal(409, rosa.Status);
        Assert.Contains("Left to help: Tina.", warned.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(warned.QuerySelector("details[open] input[name=neverOne][checked]"));
        Assert.False(warned.QuerySelector<IHtmlInputElement>("input[name=leftConfirmed]")!.IsChecked);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_consents"));
        await rosa.SubmitAsync(warned, consent + "/record", [.. said, ("leftConfirmed", "true")]);
        // What she has no page of any more she is not led to.
        Assert.Equal((302, "/staff/cases"), (rosa.Status, rosa.Location));
        Assert.Single(await office.ReadAsync<string>("select id from cases_consents"));
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Dark, "es")]
    public async Task They_pass_the_accessibility_rules_and_stay_within_the_screen(int width, ColorScheme scheme, string language)
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var person = (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } })).Id;
        var path = $"/api/cases/persons/{person:D}";
        Assert.Equal(201, (await nora.PostAsync(path + "/consents", new { givenBy = new { kind = "self" }, form = "verbal", language = "es", purpose = "services", exclusions = new object[] { new { kind = "one", code = omar.Id }, new { kind = "country", code = "AND" } } })).Status);
        var asked = await nora.PostAsync(path + "/exclusions/asked", new { recipient = new { kind = "one", code = omar.Id }, givenBy = new { kind = "self" }, form = "verbal", note = "wants him back" });
        using var staff = await office.SignInAsync("rosa", "case_worker");
        var page = await browser.OpenAsync(width, scheme, baseUrl: office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = staff.Session.Split('=', 2)[1], Url = office.Node.Address.ToString() }]);
        await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Accept-Language"] = language });
        foreach (var address in new[] { "/never", "/never?asked=" + asked.Json.GetProperty("asked")[0].GetProperty("id").GetString(), "/consent" })
        {
            Assert.Equal(200, (await page.GotoAsync($"/staff/cases/persons/{person:D}{address}"))!.Status);
            foreach (var fold in await page.Locator("details > summary").AllAsync())
                await fold.ClickAsync();
            Assert.Empty(await Axe.BreachesAsync(page));
            Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width, address);
        }
    }
}
