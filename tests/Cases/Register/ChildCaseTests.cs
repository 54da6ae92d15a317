using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Register;

/// <summary>What is best for a child, who represents them, and what a supervisor approves.</summary>
public sealed class ChildCaseTests
{
    [Theory]
    [OnEachEngine]
    public async Task Assessments_determinations_and_guardians_stand_in_the_compartment_of_the_child_and_former_ones_stay(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("general_only", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var (carla, gina) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("gina", "general_only"));
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Nimalo Torrealta" } }, birth = new { inYear = 2014 } } });
        var one = await carla.OpenAsync(new { person = person.Id, note = "lantern-word" });
        var path = $"/api/cases/{one.Id:D}";
        Assert.Equal(["by form.missing", "on cases.date_unfit", "outcome cases.code_unknown"], (await carla.PostAsync(path + "/best-interests", new { step = "assessment", on = "2999-01-01", outcome = "nothing" }, ("If-Match", "\"v1\""))).Errors);
        Assert.Equal(["panel cases.child.panel_too_small"], (await carla.PostAsync(path + "/best-interests", new { step = "determination", on = "2026-01-03", panel = new[] { "one alone" }, decision = "stay" }, ("If-Match", "\"v1\""))).Errors);
        Assert.Equal("cases.compartment_closed", (await gina.PostAsync(path + "/best-interests", new { step = "assessment" }, ("If-Match", "\"v1\""))).Code);
        Assert.Equal(200, (await carla.PostAsync(path + "/best-interests", new { step = "assessment", on = "2026-01-02", by = "worker-word", outcome = "determination_needed", notes = "summary-word" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(412, (await carla.PostAsync(path + "/best-interests", new { step = "assessment", on = "2026-01-02", by = "x", outcome = "services" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(200, (await carla.PostAsync(path + "/best-interests", new { step = "determination", on = "2026-01-03", panel = new[] { "judge-word", "office" }, decision = "stay", notes = "weighed-word" }, ("If-Match", "\"v2\""))).Status);
        Assert.Equal(200, (await carla.PutAsync(path + "/representative", new { name = "Guardian-word", role = "guardian", contact = "call-word", appointedBy = "court-word", since = "2026-01-02" }, "\"v3\"")).Status);
        Assert.Equal(["role form.missing"], (await carla.PutAsync(path + "/representative", new { name = "x" }, "\"v4\"")).Errors);
        // A lawyer stands beside the guardian; another guardian takes their place, and only theirs.
        Assert.Equal(200, (await carla.PutAsync(path + "/representative", new { name = "Lawyer-word", role = "legal_representative" }, "\"v4\"")).Status);
        Assert.Equal(200, (await carla.PutAsync(path + "/representative", new { name = "Second-word", role = "temporary_guardian" }, "\"v5\"")).Status);
        // Who is written down twice sits on a panel once.
        Assert.Equal(["panel cases.child.panel_too_small"], (await carla.PostAsync(path + "/best-interests", new { step = "determination", on = "2026-01-03", panel = new[] { "Ana", " ana " }, decision = "return" }, ("If-Match", "\"v6\""))).Errors);
        // What is changed of the case by the way leaves all of it where it is.
        Assert.Equal(200, (await carla.PutAsync(path, new { urgency = "Urgent" }, "\"v6\"")).Status);

        var shown = (await carla.GetAsync(path)).Json;
        Assert.Equal("determination_needed summary-word", Of(shown.GetProperty("bestInterests").GetProperty("assessments")[0], "outcome", "summary"));
        Assert.Equal("stay weighed-word", Of(shown.GetProperty("bestInterests").GetProperty("determinations")[0], "decision", "summary"));
        var today = office.Time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(["Guardian-word " + today, "Lawyer-word ", "Second-word "], shown.GetProperty("representatives").EnumerateArray().Select(represents => $"{represents.GetProperty("name").GetString()} {(represents.TryGetProperty("until", out var until) ? until.GetString() : "")}"));
        string[] words = ["worker-word", "summary-word", "judge-word", "weighed-word", "Guardian-word", "call-word", "court-word", "Lawyer-word", "Second-word"];
        var page = await carla.GetAsync($"/staff/cases/{one.Id:D}/child");
        Assert.All(words, word => Assert.Contains(word, page.Text, StringComparison.Ordinal));
        foreach (var address in new[] { path, path + "/timeline", $"/staff/cases/{one.Id:D}", $"/api/cases/persons/{person.Id:D}" })
        {
            var told = await gina.GetAsync(address);
            Assert.Equal(200, told.Status);
            Assert.All(words.Append("representatives\":[{"), word => Assert.DoesNotContain(word, told.Text, StringComparison.Ordinal));
        }

        Assert.Equal(404, (await gina.GetAsync($"/staff/cases/{one.Id:D}/child")).Status);
        // The person who asks gets it, in words too.
        var dora = await office.OfficerAsync("dora", "data_protection_officer");
        foreach (var form in new[] { "json", "html" })
        {
            var taken = await dora.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "data_request", form });
            Assert.All(words, word => Assert.Contains(word, taken.Text, StringComparison.Ordinal));
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_child_with_nobody_responsible_is_returned_only_as_a_panel_determined(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var child = await carla.RegisterAsync(new { identity = new { birth = new { inYear = 2014 } } });
        var one = await carla.OpenAsync(new { person = child.Id, type = "return" });
        var path = $"/api/cases/{one.Id:D}";
        await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { one.Id });
        async Task<Told> DoAsync(string to, object body) => await carla.PostAsync(path + to, body, ("If-Match", (await carla.GetAsync(path)).Tag!));
        Assert.Equal("cases.child.determination_needed", (await DoAsync("/state", new { state = "active" })).Code);
        Assert.Equal("cases.child.determination_needed", (await DoAsync("/transfer", new { kind = "return_point", place = "the bridge" })).Code);
        // To a shelter a child is moved without.
        Assert.Equal(200, (await DoAsync("/transfer", new { kind = "shelter", place = "the house" })).Status);
        Assert.Equal(200, (await DoAsync("/best-interests", new { step = "determination", on = "2026-01-03", panel = new[] { "a", "b" }, decision = "return" })).Status);
        Assert.Equal(200, (await DoAsync("/best-interests", new { step = "determination", on = "2026-01-04", panel = new[] { "a", "b" }, decision = "stay" })).Status);
        // The last one counts.
        Assert.Equal("cases.child.determination_needed", (await DoAsync("/state", new { state = "active" })).Code);
        Assert.Equal(200, (await DoAsync("/best-interests", new { step = "determination", on = "2026-01-05", panel = new[] { "a", "b" }, decision = "family_reunification" })).Status);
        Assert.Equal(200, (await DoAsync("/state", new { state = "active" })).Status);

        // A child whose mother goes along needs none, and an adult neither.
        var (mother, son) = (await carla.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } }), await carla.RegisterAsync(new { identity = new { birth = new { inYear = 2015 } } }));
        Assert.Equal(201, (await carla.PostAsync("/api/cases/households", new { members = new[] { mother.Id, son.Id }, links = new[] { new { a = mother.Id, b = son.Id, relation = "parent_of" } } })).Status);
        var both = await carla.OpenAsync(new { person = mother.Id, otherPersons = new[] { son.Id }, type = "return" });
        await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { both.Id });
        var moved = await carla.PostAsync($"/api/cases/{both.Id:D}/state", new { state = "active" }, ("If-Match", "\"v1\""));
        Assert.True(moved.Status == 200, moved.Text);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_a_supervisor_was_asked_to_approve_goes_on_once_another_than_who_asked_has(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, sofia) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("sofia", "cases_supervisor"));
        var person = await carla.RegisterAsync(new { });
        var one = await carla.OpenAsync(new { person = person.Id });
        var path = $"/api/cases/{one.Id:D}";
        async Task<Told> DoAsync(Officer by, string to, object body) => await by.PostAsync(path + to, body, ("If-Match", (await carla.GetAsync(path)).Tag!));
        Assert.Equal("cases.state_unfit", (await DoAsync(carla, "/approvals", new { what = "assessment" })).Code);
        await office.WriteAsync("update cases_cases set state = 'assessed' where id = @Id", new { one.Id });
        Assert.Equal(["what cases.code_unknown"], (await DoAsync(carla, "/approvals", new { what = "lunch" })).Errors);
        Assert.Equal("cases.state_unfit", (await DoAsync(carla, "/approvals", new { what = "closure" })).Code);
        Assert.Equal(200, (await DoAsync(susan, "/approvals", new { what = "assessment", note = "asked-word" })).Status);
        Assert.Equal("cases.state_unfit", (await DoAsync(carla, "/approvals", new { what = "assessment" })).Code);
        Assert.Equal("cases.approval.not_approved", (await DoAsync(carla, "/state", new { state = "planned" })).Code);
        Assert.Equal("cases.approval.same_person", (await DoAsync(susan, "/approvals/decide", new { approve = true })).Code);
        Assert.Equal(404, (await DoAsync(carla, "/approvals/decide", new { approve = true })).Status);
        // It stands on the boards of those who decide, and says whose it is.
        Assert.Equal(one.Id, (await sofia.GetAsync("/api/cases/board")).Json.GetProperty("approvals").EnumerateArray().Single().GetProperty("id").GetGuid());
        Assert.True((await susan.GetAsync("/api/cases/board")).Json.GetProperty("approvals")[0].GetProperty("isOwn").GetBoolean());
        Assert.Contains($"/staff/cases/{one.Id:D}/handling", (await sofia.GetAsync("/staff/cases/reviews")).Text, StringComparison.Ordinal);
        Assert.Equal(["reason form.missing"], (await DoAsync(sofia, "/approvals/decide", new { approve = false })).Errors);
        Assert.Equal(200, (await DoAsync(sofia, "/approvals/decide", new { approve = false, reason = "who cares for her at night?" })).Status);
        Assert.Equal("cases.approval.not_approved", (await DoAsync(carla, "/state", new { state = "planned" })).Code);
        Assert.Equal(200, (await DoAsync(carla, "/state", new { state = "closing" })).Status);
        Assert.Equal("cases.approval.not_approved", (await DoAsync(carla, "/state", new { state = "active" })).Code);
        Assert.Equal(200, (await DoAsync(carla, "/state", new { state = "assessed" })).Status);
        Assert.Equal(200, (await DoAsync(carla, "/approvals", new { what = "assessment" })).Status);
        Assert.Equal(200, (await DoAsync(sofia, "/approvals/decide", new { approve = true })).Status);
        Assert.Equal(200, (await DoAsync(carla, "/state", new { state = "planned" })).Status);
        Assert.Empty((await sofia.GetAsync("/api/cases/board")).Json.GetProperty("approvals").EnumerateArray());

        // Closing waits as well; taking the case up again takes the question back.
        Assert.Equal(200, (await DoAsync(carla, "/state", new { state = "closing" })).Status);
        Assert.Equal(200, (await DoAsync(carla, "/approvals", new { what = "closure" })).Status);
        Assert.Equal("cases.approval.not_approved", (await DoAsync(carla, "/close", new { reason = "needs_met", personAgreed = "yes" })).Code);
        Assert.Equal(200, (await DoAsync(carla, "/state", new { state = "active" })).Status);
        Assert.Equal("cases.state_unfit", (await DoAsync(susan, "/approvals/decide", new { approve = true })).Code);
        Assert.Equal(200, (await DoAsync(carla, "/state", new { state = "closing" })).Status);
        // Nobody gets past an answer by leaving and coming back.
        Assert.Equal("cases.approval.not_approved", (await DoAsync(carla, "/close", new { reason = "needs_met", personAgreed = "yes" })).Code);
        Assert.Equal(200, (await DoAsync(carla, "/approvals", new { what = "closure" })).Status);
        Assert.Equal(200, (await DoAsync(susan, "/approvals/decide", new { approve = true })).Status);
        Assert.Equal(200, (await DoAsync(carla, "/close", new { reason = "needs_met", personAgreed = "yes" })).Status);
        Assert.Equal(["assessment returned", "assessment approved", "closure left", "closure approved"], (await carla.GetAsync(path)).Json.GetProperty("approvals").EnumerateArray().Select(said => Of(said, "what", "state")));
        Assert.Equal([""], await office.ReadAsync<string>("select awaits || awaits_by from cases_cases"));
    }

    private static string Of(System.Text.Json.JsonElement one, params string[] fields) => string.Join(' ', fields.Select(field => one.GetProperty(field).GetString()));
}
