using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Playwright;
using Tambo.Tests.Support;
using BrowserOfTests = Tambo.Tests.Support.Browser;

namespace Tambo.Tests.Cases.Questions;

/// <summary>Further questions stand on the form of registration; person and answers are kept together or not at all.</summary>
public sealed class RegistrationFormTests(BrowserOfTests browser)
{
    private const string New = "/staff/cases/persons/new";

    [Theory]
    [OnEachEngine]
    public async Task Person_and_answers_are_kept_at_once_after_every_question_that_follows_was_asked(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var form = await BringAsync(office);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var page = await rosa.OpenAsync(New);
        Assert.Contains("Entry questions of Quesada", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        string Of(string question) => $"q_{form:N}_{question}";
        Assert.NotNull(page.QuerySelector($"[name={Of("by_boat")}]"));
        Assert.Null(page.QuerySelector($"[name={Of("days")}]"));
        // Nothing has to be answered for the browser to send it: what is missing the node says.
        Assert.Empty(page.QuerySelectorAll("main form [required]"));

        var wrong = await rosa.SubmitAsync(page, New, ("given", "Ana"), ("birthDay", "2090-01-01"), (Of("last_meal"), "2026-02-01"), (Of("weight"), "-3"));
        Assert.Equal(422, rosa.Status);
        Assert.All([Of("by_boat"), Of("weight"), "birthDay"], field => Assert.NotNull(wrong.QuerySelector($"#f-{field}-e")));
        Assert.Equal(("Ana", "2026-02-01"), (wrong.QuerySelector<IHtmlInputElement>("#f-given")!.Value, wrong.QuerySelector<IHtmlInputElement>($"[name={Of("last_meal")}]")!.Value));
        await NothingAsync(office);

        var more = await rosa.SubmitAsync(wrong, New, ("birthDay", ""), (Of("by_boat"), "yes"), (Of("weight"), "39,5"));
        Assert.Equal(422, rosa.Status);
        Assert.Contains("Nothing is kept yet", more.QuerySelector("#errors")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(more.QuerySelector($"[name={Of("days")}]"));
        Assert.Equal("Ana", more.QuerySelector<IHtmlInputElement>("#f-given")!.Value);
        await NothingAsync(office);

        var broken = await rosa.SubmitAsync(more, New, (Of("days"), "900"));
        Assert.Equal("Between 0 and 399", broken.QuerySelector($"#f-{Of("days")}-e")!.TextContent.Trim());
        await NothingAsync(office);
        await rosa.SubmitAsync(broken, New, (Of("days"), "12"), (Of("medicine"), "Insulinword"));
        Assert.Equal(302, rosa.Status);
        var first = rosa.Location;
        await rosa.SubmitAsync(broken, New, (Of("days"), "12"), (Of("medicine"), "Insulinword"));
        Assert.Equal(first, rosa.Location);
        Assert.Single(await office.ReadAsync<string>("select id from cases_persons"));
        Assert.Single(await office.ReadAsync<string>("select id from cases_form_answers"));
        var said = (await rosa.OpenAsync(first!)).QuerySelector("main")!.TextContent;
        Assert.All(["Ana", "Yes", "12", "39.5", "Insulinword"], words => Assert.Contains(words, said, StringComparison.Ordinal));
        // Each answer lies in its compartment.
        await office.AddRoleAsync("general_only", "cases.read", "cases.see.identity", "cases.see.general");
        var gil = await office.OfficerAsync("gil", "general_only");
        Assert.DoesNotContain("Insulinword", (await gil.GetAsync($"/api/cases/persons/{first!.Split('/')[^1]}/answers")).Text, StringComparison.Ordinal);
        Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.person.answered'")).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task When_the_answers_cannot_be_kept_nobody_is_registered(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var form = await BringAsync(office);
        var paula = await office.OfficerAsync("paula", "protection_specialist");
        await office.WriteAsync("alter table cases_form_answers rename to cases_form_answers_away");
        var failed = await paula.PostAsync("/api/cases/persons", Person(form, new { by_boat = new[] { "no" } }));
        Assert.Equal(500, failed.Status);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_persons"));
        Assert.Empty(await office.ReadAsync<string>("select slot from cases_sealed"));
        await office.WriteAsync("alter table cases_form_answers_away rename to cases_form_answers");
        Assert.Equal(201, (await paula.PostAsync("/api/cases/persons", Person(form, new { by_boat = new[] { "no" } }))).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Programs_send_answers_with_the_person_by_the_same_rules(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var form = await BringAsync(office);
        var (paula, control) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("mirko", "migration_control"));
        foreach (var (answers, errors) in new (object, string[])[]
        {
            (new { }, [$"answers.{form:D}.by_boat form.missing"]),
            (new { by_boat = new[] { "yes" }, days = new[] { "500" } }, [$"answers.{form:D}.days cases.form.rule_broken"]),
            (new { by_boat = new[] { "no" }, nothing = new[] { "x" } }, [$"answers.{form:D}.nothing cases.form.question_unknown"]),
            (new { by_boat = new string?[] { null } }, [$"answers.{form:D}.by_boat[0] cases.value_unfit"]),
        })
        {
            var told = await paula.PostAsync("/api/cases/persons", Person(form, answers));
            Assert.Equal((422, string.Join("; ", errors)), (told.Status, string.Join("; ", told.Errors)));
        }

        Assert.Equal("cases.form.unknown", (await paula.PostAsync("/api/cases/persons", Person(Guid.AllBitsSet, new { by_boat = new[] { "no" } }))).Code);
        foreach (var unfit in new[] { "\"words\"", "[1]", "{\"x\": {}}", $"{{\"{form:D}\": 7}}", $"{{\"{form:D}\": {{\"by_boat\": \"no\"}}}}", $"{{\"{form:D}\": null}}" })
            Assert.InRange((await paula.SendAsync(HttpMethod.Post, "/api/cases/persons", $"{{\"answers\": {unfit}}}")).Status, 400, 422);
        // What somebody may not see they do not ask at a border either.
        Assert.Equal("cases.compartment_closed", (await control.PostAsync("/api/cases/persons", Person(form, new { by_boat = new[] { "no" }, weight = new[] { "50" } }))).Code);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_persons"));

        var sent = Person(form, new { by_boat = new[] { "no" }, weight = new[] { "50" } });
        var kept = await paula.PostAsync("/api/cases/persons", sent, ("Idempotency-Key", "\"once\""));
        Assert.True(kept.Status == 201, kept.Text);
        Assert.Equal(kept.Id, (await paula.PostAsync("/api/cases/persons", sent, ("Idempotency-Key", "\"once\""))).Id);
        Assert.Single(await office.ReadAsync<string>("select id from cases_form_answers"));
        var shown = (await paula.GetAsync($"/api/cases/persons/{kept.Id:D}/answers")).Json[0];
        Assert.Equal((1, "50"), (shown.GetProperty("version").GetInt32(), shown.GetProperty("answers").GetProperty("weight")[0].GetString()));
        // Whoever sends none is asked for none: they can be given later.
        Assert.Equal(201, (await paula.PostAsync("/api/cases/persons", new { })).Status);
        Assert.Equal(201, (await control.PostAsync("/api/cases/persons", Person(form, new { by_boat = new[] { "no" } }))).Status);
    }

    [Fact]
    public async Task A_form_is_left_for_later_as_a_whole_and_one_that_was_replaced_meanwhile_is_asked_anew()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var form = await BringAsync(office);
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        await rosa.SubmitAsync(await rosa.OpenAsync(New), New, ("given", "Latera"), ($"later_{form:N}", "true"));
        Assert.Equal(302, rosa.Status);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_form_answers"));
        // Ticked beside answers, it lets none of them go.
        var both = await rosa.SubmitAsync(await rosa.OpenAsync(New), New, ($"later_{form:N}", "true"), ($"q_{form:N}_last_meal", "2026-02-01"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(both.QuerySelector($"#f-q_{form:N}_by_boat-e"));

        var page = await rosa.OpenAsync(New);
        var second = (await AnswerFormTests.BringAsync(office, await office.OfficerAsync("sid", "cases_supervisor"), Forms.Book([["text", "colour", "Colour of the boat?"]]))).Json.GetProperty("id").GetGuid();
        var anew = await rosa.SubmitAsync(page, New, ("given", "Ana"), ($"q_{form:N}_by_boat", "no"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(anew.QuerySelector($"[name=q_{second:N}_colour]"));
        Assert.Equal("Ana", anew.QuerySelector<IHtmlInputElement>("#f-given")!.Value);
        await rosa.SubmitAsync(anew, New, ($"q_{second:N}_colour", "blue"));
        Assert.Equal(302, rosa.Status);
        Assert.Equal(2, (await office.ReadAsync<string>("select id from cases_persons")).Count);
        // What an agency asks is asked of its own persons.
        using var saul = await office.SignInAsync("saul", "case_worker", CasesOffice.South);
        Assert.Empty((await saul.OpenAsync(New)).QuerySelectorAll("input[name=form]"));
    }

    [Theory]
    [InlineData(BrowserOfTests.Phone, ColorScheme.Light, "ht")]
    [InlineData(BrowserOfTests.Desk, ColorScheme.Dark, "fr")]
    public async Task It_passes_the_accessibility_rules_and_stays_within_the_screen(int width, ColorScheme scheme, string language)
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var form = await BringAsync(office);
        using var staff = await office.SignInAsync("rosa", "case_worker");
        var page = await browser.OpenAsync(width, scheme, baseUrl: office.Node.Address.ToString());
        await page.Context.AddCookiesAsync([new Cookie { Name = "tambo-session", Value = staff.Session.Split('=', 2)[1], Url = office.Node.Address.ToString() }]);
        await page.SetExtraHTTPHeadersAsync(new Dictionary<string, string> { ["Accept-Language"] = language });
        await page.GotoAsync(New);
        await page.CheckAsync($"[name=q_{form:N}_by_boat][value=yes]");
        await page.ClickAsync("main form .acts button");
        if (Environment.GetEnvironmentVariable("TAMBO_PICTURES") is { Length: > 1 } folder)
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"register-{width}.png"), FullPage = true });
        Assert.Equal(1, await page.Locator($"[name=q_{form:N}_days]").CountAsync());
        Assert.True(await page.EvaluateAsync<int>("document.documentElement.scrollWidth") <= width);
        Assert.Empty(await Axe.BreachesAsync(page));
    }

    private static object Person(Guid form, object answers) => new { identity = new { names = new[] { new { full = "Sentia" } } }, answers = new Dictionary<string, object> { [form.ToString("D")] = answers } };

    private static async Task<Guid> BringAsync(CasesOffice office) =>
        (await AnswerFormTests.BringAsync(office, await office.OfficerAsync("susan", "cases_supervisor"), Forms.Book())).Json.GetProperty("id").GetGuid();

    private static async Task NothingAsync(CasesOffice office)
    {
        Assert.Empty(await office.ReadAsync<string>("select id from cases_persons"));
        Assert.Empty(await office.ReadAsync<string>("select id from cases_form_answers"));
    }
}
