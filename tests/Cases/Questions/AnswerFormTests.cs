using System.Net.Http.Headers;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Tokens;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Questions;

/// <summary>Further questions are asked, answered and kept by version and compartment.</summary>
public sealed class AnswerFormTests
{
    private const string Edit = "\"v0\"";

    [Theory]
    [OnEachEngine]
    public async Task A_form_is_taken_in_once_asked_answered_by_its_rules_and_kept_by_compartment(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("general_only", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var (supervisor, paula, gil, south) = (
            await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("gil", "general_only"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var dry = await BringAsync(office, supervisor, Forms.Book(), "?dryRun=true");
        Assert.Equal((200, false, 1, 7), (dry.Status, dry.Json.GetProperty("kept").GetBoolean(), dry.Json.GetProperty("number").GetInt32(), dry.Json.GetProperty("questions").GetInt32()));
        Assert.Empty(await office.ReadAsync<string>("select id from cases_forms"));
        var brought = await BringAsync(office, supervisor, Forms.Book());
        var form = brought.Json.GetProperty("id").GetGuid();
        var again = await BringAsync(office, supervisor, Forms.Book());
        Assert.Equal((form, true), (again.Json.GetProperty("id").GetGuid(), again.Json.GetProperty("unchanged").GetBoolean()));
        var refused = await BringAsync(office, supervisor, Forms.Book([["geopoint", "a", "A"]]));
        Assert.Equal((422, "form_type_unsupported", 2), (refused.Status, refused.Json.GetProperty("issues")[0].GetProperty("code").GetString(), refused.Json.GetProperty("issues")[0].GetProperty("line").GetInt32()));

        var person = await paula.RegisterAsync(new { identity = new { names = new[] { new { full = "Askeda" } } } });
        var path = $"/api/cases/persons/{person.Id:D}/answers";
        Assert.Equal(0, (await paula.GetAsync(path)).Json[0].GetProperty("version").GetInt32());
        async Task<IReadOnlyList<string>> WrongAsync(object answers) => (await paula.PutAsync($"{path}/{form:D}", new { answers }, Edit)).Errors;
        Assert.Equal(["answers.by_boat form.missing"], await WrongAsync(new { }));
        Assert.Equal(["answers.by_boat cases.form.answer_unfit"], await WrongAsync(new { by_boat = new[] { "perhaps" } }));
        Assert.Equal(["answers.days cases.form.not_asked"], await WrongAsync(new { by_boat = new[] { "no" }, days = new[] { "3" } }));
        Assert.Equal(["answers.days cases.form.rule_broken"], await WrongAsync(new { by_boat = new[] { "yes" }, days = new[] { "500" } }));
        Assert.Equal(["answers.days cases.form.answer_unfit", "answers.last_meal cases.form.answer_unfit"], await WrongAsync(new { by_boat = new[] { "yes" }, days = new[] { "3.5" }, last_meal = new[] { "2026-02-30" } }));
        Assert.Equal(["answers.nothing cases.form.question_unknown", "answers.thanks cases.form.question_unknown"], await WrongAsync(new { by_boat = new[] { "no" }, nothing = new[] { "x" }, thanks = new[] { "x" } }));
        Assert.Equal(["answers.needs cases.form.answer_unfit"], await WrongAsync(new { by_boat = new[] { "no" }, needs = new[] { "food", "food" } }));
        Assert.Empty(await office.ReadAsync<string>("select id from cases_form_answers"));

        var kept = await paula.PutAsync($"{path}/{form:D}", new { answers = new { by_boat = new[] { "yes" }, days = new[] { "3" }, needs = new[] { "food", "other" }, other_need = new[] { "Kiteword" }, weight = new[] { "39.5" }, medicine = new[] { "Insulinword" } } }, Edit);
        Assert.True(kept.Status == 200, kept.Text);
        Assert.Equal(412, (await paula.PutAsync($"{path}/{form:D}", new { answers = new { by_boat = new[] { "no" } } }, Edit)).Status);
        Assert.Equal(428, (await paula.PutAsync($"{path}/{form:D}", new { answers = new { by_boat = new[] { "no" } } }, null)).Status);
        // Whoever may not see health sees and changes none of it, and takes none of it away.
        var seen = await gil.GetAsync(path);
        Assert.Contains("Kiteword", seen.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Insulinword", seen.Text, StringComparison.Ordinal);
        Assert.Equal("cases.compartment_closed", (await gil.PutAsync($"{path}/{form:D}", new { answers = new { by_boat = new[] { "yes" }, medicine = new[] { "Other" } } }, "\"v1\"")).Code);
        Assert.Equal(200, (await gil.PutAsync($"{path}/{form:D}", new { answers = new { by_boat = new[] { "yes" }, days = new[] { "4" } } }, "\"v1\"")).Status);
        var after = (await paula.GetAsync(path)).Text;
        Assert.Contains("Insulinword", after, StringComparison.Ordinal);
        Assert.DoesNotContain("Kiteword", after, StringComparison.Ordinal);
        Assert.Equal(404, (await south.GetAsync(path)).Status);
        Assert.Equal(404, (await south.PutAsync($"{path}/{form:D}", new { answers = new { } }, Edit)).Status);

        // A new version: what was answered stays readable under the old one.
        string[][] fewer = [["select_one yesno", "by_boat", "By boat or raft?", "", "yes"], ["text", "colour", "Colour of the boat?"]];
        var second = (await BringAsync(office, supervisor, Forms.Book(fewer))).Json;
        Assert.Equal(2, second.GetProperty("number").GetInt32());
        Assert.Equal("cases.form.unknown", (await paula.PutAsync($"{path}/{form:D}", new { answers = new { by_boat = new[] { "no" } } }, "\"v2\"")).Code);
        var both = (await paula.GetAsync(path)).Json.EnumerateArray().Select(one => $"{one.GetProperty("number").GetInt32()} {one.GetProperty("asked").GetBoolean()} {one.GetProperty("version").GetInt32()}").Order(StringComparer.Ordinal);
        Assert.Equal(["1 False 2", "2 True 0"], both);

        // The person's own file has the answers, and erasing takes them away.
        var dora = await office.OfficerAsync("dora", "data_protection_officer");
        var file = await dora.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "data_request", form = "json" });
        Assert.Contains("Insulinword", file.Json.GetProperty("records").GetProperty("answers").ToString(), StringComparison.Ordinal);
        Assert.Contains("Which medicine?: Insulinword", System.Net.WebUtility.HtmlDecode((await dora.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "data_request" })).Text), StringComparison.Ordinal);
        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(person.Ref, "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_form_answers"));
        Assert.Empty(await office.ReadAsync<string>("select slot from cases_sealed where person_id = @Id", new { person.Id }));
    }

    [Fact]
    public async Task Forms_of_an_agency_are_asked_of_its_persons_alone_and_none_is_brought_for_another()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (north, south) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("sid", "cases_supervisor", CasesOffice.South));
        var paula = await office.OfficerAsync("paula", "protection_specialist");
        var form = (await BringAsync(office, south, Forms.Book())).Json.GetProperty("id").GetGuid();
        Assert.Equal(403, (await BringAsync(office, north, Forms.Book(), $"?agency={south.Agency:D}")).Status);
        Assert.Equal(404, (await BringAsync(office, paula, Forms.Book())).Status);
        var person = await paula.RegisterAsync(new { });
        Assert.Equal("[]", (await paula.GetAsync($"/api/cases/persons/{person.Id:D}/answers")).Text);
        Assert.Equal("cases.form.unknown", (await paula.PutAsync($"/api/cases/persons/{person.Id:D}/answers/{form:D}", new { answers = new { by_boat = new[] { "no" } } }, Edit)).Code);
        Assert.Equal(404, (await north.PostAsync($"/api/cases/forms/{form:D}/retire", new { })).Status);
        Assert.Equal("[]", (await north.GetAsync("/api/cases/forms")).Text);
        Assert.Equal(204, (await south.PostAsync($"/api/cases/forms/{form:D}/retire", new { })).Status);
        Assert.Equal("cases.form.unknown", (await south.PostAsync($"/api/cases/forms/{form:D}/retire", new { })).Code);
    }

    [Fact]
    public async Task On_pages_without_a_script_the_questions_follow_the_answers_in_the_language_of_the_person()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (supervisor, paula) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("paula", "protection_specialist"));
        var form = (await BringAsync(office, supervisor, Forms.Book())).Json.GetProperty("id").GetGuid();
        var person = await paula.RegisterAsync(new { general = new { languages = new[] { new { code = "es" } } } });
        using var rosa = await office.SignInAsync("rosa", "case_worker");
        var file = $"/staff/cases/persons/{person.Id:D}";
        var page = await rosa.OpenAsync(file);
        var address = page.QuerySelectorAll<IHtmlAnchorElement>("main a").Single(link => link.TextContent.Contains("Entry questions of Quesada", StringComparison.Ordinal)).GetAttribute("href")!;
        Assert.Equal($"{file}/questions/{form:D}", address);

        var asked = await rosa.OpenAsync(address);
        // In her language, with that of the officer beside it.
        var boat = asked.QuerySelector("[name=q_by_boat]")!.Closest("[lang]")!;
        Assert.Equal("es", boat.GetAttribute("lang"));
        Assert.Contains("¿Vino en barco?", boat.TextContent, StringComparison.Ordinal);
        Assert.Contains("Did you come by boat?", asked.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        // What only follows from an answer is not there yet.
        Assert.Null(asked.QuerySelector("[name=q_days]"));
        var wrong = await rosa.SubmitAsync(asked, address, ("q_last_meal", "2026-02-01"));
        Assert.Equal(422, rosa.Status);
        Assert.NotNull(wrong.QuerySelector("#f-q_by_boat-e"));
        Assert.Equal("2026-02-01", wrong.QuerySelector<IHtmlInputElement>("[name=q_last_meal]")!.Value);
        await rosa.SubmitAsync(wrong, address, ("q_by_boat", "yes"), ("q_weight", "61,5"));
        Assert.Equal((302, address + "?more=true"), (rosa.Status, rosa.Location));
        var more = await rosa.OpenAsync(rosa.Location!);
        Assert.NotNull(more.QuerySelector("[name=q_days]"));
        var broken = await rosa.SubmitAsync(more, address, ("q_days", "900"));
        Assert.Equal("Between 0 and 399", broken.QuerySelector("#f-q_days-e")!.TextContent.Trim());
        var otherTab = await rosa.OpenAsync(address);
        await rosa.SubmitAsync(broken, address, ("q_days", "12"));
        Assert.Equal((302, file), (rosa.Status, rosa.Location));
        var said = (await rosa.OpenAsync(file)).QuerySelector("main")!.TextContent;
        Assert.All(["Did you come by boat?", "Yes", "12", "61.5"], words => Assert.Contains(words, said, StringComparison.Ordinal));
        // Another tab of before writes nothing over it.
        await rosa.SubmitAsync(otherTab, address, ("q_by_boat", "no"), ("q_days", ""));
        Assert.Equal(412, rosa.Status);
    }

    [Fact]
    public async Task Who_looks_after_forms_tries_brings_and_retires_one_on_a_page()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        var page = await susan.OpenAsync("/staff/cases/forms");
        Assert.Contains("No further questions", page.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var tried = await susan.UploadAsync(page, "/staff/cases/forms", "form.xlsx", Forms.Book([["geopoint", "a", "A"]]), ("dry_run", "true"));
        Assert.Contains("Sheet survey, row 2", Plain(tried.QuerySelector("main")!.TextContent), StringComparison.Ordinal);
        var kept = await susan.UploadAsync(tried, "/staff/cases/forms", "form.xlsx", Forms.Book());
        Assert.Contains("quisqueya-entry, version 1, asked, 7 questions", Plain(kept.QuerySelector("main")!.TextContent), StringComparison.Ordinal);
        var id = (await office.ReadAsync<string>("select id from cases_forms")).Single();
        await susan.SubmitAsync(kept, $"/staff/cases/forms/{id}/retire");
        Assert.Equal(302, susan.Status);
        Assert.Equal("retired", (await office.ReadAsync<string>("select state from cases_forms")).Single());
    }

    private static string Plain(string text) => text.Replace("\u2068", "", StringComparison.Ordinal).Replace("\u2069", "", StringComparison.Ordinal);

    internal static async Task<Told> BringAsync(CasesOffice office, Officer officer, byte[] book, string query = "")
    {
        var held = officer.Actor.Grants.Select(grant => grant.Permission).Distinct().ToList();
        var token = await office.Node.Services.GetRequiredService<ApiTokens>().CreateAsync(officer.Actor, "forms", held, office.Time.GetUtcNow().AddDays(1), CancellationToken.None);
        using var reader = new Reader(office.Node);
        using var content = new ByteArrayContent(book);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        var answer = await reader.AskAsync(HttpMethod.Post, "/api/cases/forms" + query, content, [("Authorization", "Bearer " + token), ("Accept-Language", "en")]);
        return new Told((int)answer.Status, answer.Text, null);
    }
}
