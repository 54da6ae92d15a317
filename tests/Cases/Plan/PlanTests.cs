using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Access;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Plan;

/// <summary>What is planned in a case, approved by a second person, done and written down.</summary>
public sealed class PlanTests
{
    private static readonly string[] Persons = ["cases.read", "cases.edit", "cases.see.identity", "cases.see.general"];

    [Theory]
    [OnEachEngine]
    public async Task A_plan_counts_once_another_has_approved_it_and_its_actions_are_tasks_then(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, sofia) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("sofia", "cases_supervisor"));
        var one = await OpenAsync(carla);
        var plan = $"/api/cases/{one:D}/plan";
        var due = office.Time.GetUtcNow().AddDays(2);
        var needs = new object[]
        {
            new { code = "shelter", origin = "person", goal = "a bed", actions = new[] { new { what = "ask the house by the river", responsible = carla.Id, dueAt = due } } },
            new { code = "health_care", origin = "screening", note = "insulin-word", actions = new[] { new { what = "see the clinic" } } },
        };
        var first = await carla.PutAsync(plan, new { needs }, "\"v0\"");
        Assert.True(first.Status == 200, first.Text);
        // Nothing is to be done before somebody else has looked.
        Assert.Empty((await carla.GetAsync($"/api/cases/{one:D}/tasks")).Json.GetProperty("tasks").EnumerateArray());
        Assert.Equal(412, (await carla.PutAsync(plan, new { needs }, "\"v0\"")).Status);
        Assert.Equal(409, (await susan.PostAsync(plan + "/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);

        var submitted = await carla.PostAsync(plan + "/submit", new { }, ("If-Match", "\"v1\""));
        Assert.Equal(("submitted", 2), (submitted.Json.GetProperty("state").GetString(), submitted.Json.GetProperty("version").GetInt32()));
        Assert.Equal("cases.plan.submitted", (await carla.PutAsync(plan, new { needs }, "\"v2\"")).Code);
        // A case worker does not approve; a supervisor sends it back with a reason, and only with one.
        Assert.Equal(404, (await carla.PostAsync(plan + "/decide", new { approve = true }, ("If-Match", "\"v2\""))).Status);
        Assert.Equal(422, (await susan.PostAsync(plan + "/decide", new { approve = false }, ("If-Match", "\"v2\""))).Status);
        Assert.Equal(200, (await susan.PostAsync(plan + "/decide", new { approve = false, reason = "who brings her?" }, ("If-Match", "\"v2\""))).Status);
        var returned = (await carla.GetAsync(plan)).Json.GetProperty("versions")[0];
        Assert.Equal(("returned", "who brings her?"), (returned.GetProperty("state").GetString(), returned.GetProperty("returnedBecause").GetString()));

        // The supervisor mends it herself: then she is one of those who wrote it, and another decides.
        var mended = returned.GetProperty("needs").EnumerateArray().ToArray();
        Assert.Equal(200, (await susan.PutAsync(plan, new { needs = mended }, "\"v3\"")).Status);
        Assert.Equal(200, (await carla.PostAsync(plan + "/submit", new { }, ("If-Match", "\"v4\""))).Status);
        var own = await susan.PostAsync(plan + "/decide", new { approve = true }, ("If-Match", "\"v5\""));
        Assert.Equal((409, "cases.plan.same_person"), (own.Status, own.Code));
        Assert.Equal(200, (await sofia.PostAsync(plan + "/decide", new { approve = true }, ("If-Match", "\"v5\""))).Status);

        var tasks = (await carla.GetAsync("/api/cases/tasks")).Json.GetProperty("tasks").EnumerateArray().ToList();
        Assert.Equal(["ask the house by the river", "see the clinic"], tasks.Select(task => task.GetProperty("what").GetString()));
        Assert.Equal(carla.Id, tasks[0].GetProperty("responsible").GetGuid());
        Assert.Single((await carla.GetAsync("/api/cases/tasks?mine=true")).Json.GetProperty("tasks").EnumerateArray());

        // What is changed afterwards is a new version, and what is dropped from it is dropped once that is approved too.
        var next = await carla.PutAsync(plan, new { needs = mended.Take(1) }, "\"v6\"");
        Assert.True(next.Status == 200, next.Text);
        var versions = (await carla.GetAsync(plan)).Json.GetProperty("versions").EnumerateArray().Select(version => $"{version.GetProperty("number").GetInt32()} {version.GetProperty("state").GetString()}");
        Assert.Equal(["2 draft", "1 approved"], versions);
        await carla.PostAsync(plan + "/submit", new { }, ("If-Match", "\"v7\""));
        Assert.Equal(2, (await carla.GetAsync("/api/cases/tasks")).Json.GetProperty("tasks").GetArrayLength());
        Assert.Equal(200, (await susan.PostAsync(plan + "/decide", new { approve = true }, ("If-Match", "\"v8\""))).Status);
        Assert.Equal(["ask the house by the river"], (await carla.GetAsync("/api/cases/tasks")).Json.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("what").GetString()));
        Assert.Equal(["approved", "replaced"], await office.ReadAsync<string>("select state from cases_entries where kind = 'plan' order by number desc"));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_closed_to_a_reader_stays_in_the_plan_and_is_in_nothing_they_are_shown(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("simple", [.. Persons, "cases.approve"]);
        var (petra, sim) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("sim", "simple"));
        var one = await OpenAsync(petra);
        var path = $"/api/cases/{one:D}";
        await petra.PutAsync(path + "/plan", new { needs = new object[] { new { code = "shelter" }, new { code = "survivor_support", note = "torn-shirt-word", actions = new[] { new { what = "see the nurse" } } } } }, "\"v0\"");
        await petra.PostAsync(path + "/notes", new { note = "hidden-note-word", compartment = "violence" });
        await petra.PostAsync(path + "/notes", new { note = "open-note-word" });
        await petra.PostAsync(path + "/conferences", new { on = "2026-01-02", participants = new[] { "lawyer" }, minutes = "minutes-word", compartment = "asylum", decisions = new[] { new { what = "hidden-decision" } } });
        await petra.PutAsync(path + "/safety-plan", new { steps = "safe-house-word" }, "\"v0\"");
        await petra.PostAsync(path + "/tasks", new { what = "hidden-task", compartment = "violence" });

        foreach (var address in new[] { "/plan", "/notes", "/conferences", "/tasks", "/files", "/timeline", "/safety-plan", "" })
        {
            var told = await sim.GetAsync(path + address);
            Assert.All(["torn-shirt-word", "nurse", "hidden", "minutes-word", "safe-house-word", "survivor_support", "violence", "lawyer"], word => Assert.DoesNotContain(word, told.Text, StringComparison.Ordinal));
        }

        Assert.DoesNotContain("hidden", (await sim.GetAsync("/api/cases/tasks")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await sim.GetAsync(path + "/safety-plan")).Status);
        Assert.Contains("safe-house-word", (await petra.GetAsync(path + "/safety-plan")).Text, StringComparison.Ordinal);
        // Even to those who may see it, it is no part of the timeline.
        Assert.DoesNotContain("safety", (await petra.GetAsync(path + "/timeline")).Text, StringComparison.Ordinal);
        // One note of two, as many events as are open, nothing that says there are more.
        Assert.Single((await sim.GetAsync(path + "/notes")).Json.GetProperty("notes").EnumerateArray());
        Assert.Equal(["note", "plan", "registered", "state"], Events(await sim.GetAsync(path + "/timeline")));
        Assert.Equal(["conference", "note", "note", "plan", "registered", "state", "task", "task"], Events(await petra.GetAsync(path + "/timeline")));

        // Whoever sees less writes their part, and the rest stays.
        Assert.Equal(200, (await sim.PutAsync(path + "/plan", new { needs = new[] { new { code = "documents" } } }, "\"v1\"")).Status);
        Assert.Equal(["documents", "survivor_support"], (await petra.GetAsync(path + "/plan")).Json.GetProperty("versions")[0].GetProperty("needs").EnumerateArray().Select(need => need.GetProperty("code").GetString()!).Order());
        Assert.Equal("cases.compartment_closed", (await sim.PutAsync(path + "/plan", new { needs = new[] { new { code = "survivor_support" } } }, "\"v2\"")).Code);
        // Nobody approves what they do not see all of, and is refused as if it were not theirs at all.
        await petra.PostAsync(path + "/plan/submit", new { }, ("If-Match", "\"v2\""));
        var blind = await sim.PostAsync(path + "/plan/decide", new { approve = true }, ("If-Match", "\"v3\""));
        Assert.Equal((403, "access.forbidden"), (blind.Status, blind.Code));
        Assert.Equal("cases.compartment_closed", (await sim.PostAsync(path + "/notes", new { note = "x", compartment = "violence" })).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_new_version_keeps_what_was_noted_in_tasks_and_seals_an_action_where_its_need_belongs(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("simple", [.. Persons]);
        await office.AddRoleAsync("chief", [.. Persons, "cases.approve", "cases.see.violence"]);
        var (petra, chief, sim) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("chief", "chief"), await office.OfficerAsync("sim", "simple"));
        var path = $"/api/cases/{await OpenAsync(petra):D}";
        var version = 0;
        async Task ApproveAsync(string code, object action)
        {
            var kept = await petra.PutAsync(path + "/plan", new { needs = new[] { new { code, actions = new[] { action } } } }, $"\"v{version}\"");
            Assert.True(kept.Status == 200, kept.Text);
            Assert.Equal(200, (await petra.PostAsync(path + "/plan/submit", new { }, ("If-Match", $"\"v{version + 1}\""))).Status);
            var decided = await chief.PostAsync(path + "/plan/decide", new { approve = true }, ("If-Match", $"\"v{version + 2}\""));
            Assert.True(decided.Status == 200, decided.Text);
            version += 3;
        }

        async Task<List<JsonElement>> TasksAsync(Officer by) => [.. (await by.GetAsync(path + "/tasks")).Json.GetProperty("tasks").EnumerateArray()];
        await ApproveAsync("shelter", new { what = "ask the house" });
        var id = (await petra.GetAsync(path + "/plan")).Json.GetProperty("versions")[0].GetProperty("needs")[0].GetProperty("actions")[0].GetProperty("id").GetGuid();
        var task = Assert.Single(await TasksAsync(petra)).GetProperty("id").GetGuid();
        Assert.Equal(200, (await petra.PostAsync($"{path}/tasks/{task:D}", new { state = "doing", note = "called-twice-word" }, ("If-Match", "\"v1\""))).Status);

        await ApproveAsync("shelter", new { id, what = "ask the other house" });
        var same = Assert.Single(await TasksAsync(sim));
        Assert.Equal((task, "doing", "ask the other house", "called-twice-word"), (
            same.GetProperty("id").GetGuid(), same.GetProperty("state").GetString(), same.GetProperty("what").GetString(), same.GetProperty("note").GetString()));

        // What is now about violence is nowhere but under that seal; what was noted before stays where it was.
        await ApproveAsync("survivor_support", new { id, what = "hidden-nurse-word" });
        var seen = Assert.Single(await TasksAsync(sim));
        Assert.Equal((task, "dropped", "called-twice-word"), (seen.GetProperty("id").GetGuid(), seen.GetProperty("state").GetString(), seen.GetProperty("note").GetString()));
        Assert.DoesNotContain("hidden-nurse-word", (await sim.GetAsync(path + "/tasks")).Text, StringComparison.Ordinal);
        var open = Assert.Single(await TasksAsync(petra), one => one.GetProperty("state").GetString() == "open");
        Assert.Equal("hidden-nurse-word", open.GetProperty("what").GetString());
        // The one that was dropped does not come back beside it.
        var again = await petra.PostAsync($"{path}/tasks/{task:D}", new { state = "open" }, ("If-Match", $"\"v{seen.GetProperty("version").GetInt32()}\""));
        Assert.Equal(409, again.Status);
        await ApproveAsync("survivor_support", new { id, what = "see the nurse today" });
        Assert.Equal(2, (await TasksAsync(petra)).Count);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_note_is_never_changed_its_correction_stands_beside_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var path = $"/api/cases/{await OpenAsync(carla):D}/notes";
        var first = await carla.PostAsync(path, new { note = "she came on Monday" });
        var second = await carla.PostAsync($"{path}/{first.Id:D}/correct", new { note = "she came on Tuesday" });
        Assert.True(second.Status == 201, second.Text);
        var twice = await carla.PostAsync($"{path}/{first.Id:D}/correct", new { note = "on Friday" });
        Assert.Equal((409, "cases.note.corrected"), (twice.Status, twice.Code));
        var versions = (await carla.GetAsync(path)).Json.GetProperty("notes").EnumerateArray().Single().GetProperty("versions").EnumerateArray().Select(version => $"{version.GetProperty("number").GetInt32()} {version.GetProperty("note").GetString()}");
        Assert.Equal(["2 she came on Tuesday", "1 she came on Monday"], versions);
        Assert.Equal(422, (await carla.PostAsync(path, new { note = " " })).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Tasks_go_on_by_version_and_are_given_to_those_who_may_see_them(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, saul, flora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South), await office.OfficerAsync("flora", "frontline_officer"));
        var path = $"/api/cases/{await OpenAsync(carla):D}/tasks";
        Assert.Equal(["responsible cases.assignee_unfit"], (await carla.PostAsync(path, new { what = "call", responsible = saul.Id })).Errors);
        Assert.Equal(["responsible cases.assignee_unfit"], (await carla.PostAsync(path, new { what = "call", responsible = flora.Id, compartment = "asylum" })).Errors);
        var task = await carla.PostAsync(path, new { what = "call", responsible = flora.Id, dueAt = office.Time.GetUtcNow().AddHours(1) });
        Assert.Equal(200, (await flora.PostAsync($"{path}/{task.Id:D}", new { state = "doing" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(412, (await carla.PostAsync($"{path}/{task.Id:D}", new { state = "dropped" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(422, (await carla.PostAsync($"{path}/{task.Id:D}", new { state = "lost" }, ("If-Match", "\"v2\""))).Status);
        office.Time.Advance(TimeSpan.FromHours(2));
        Assert.True((await flora.GetAsync("/api/cases/tasks?mine=true")).Json.GetProperty("tasks")[0].GetProperty("late").GetBoolean());
        Assert.Equal(200, (await flora.PostAsync($"{path}/{task.Id:D}", new { state = "done", note = "she answered" }, ("If-Match", "\"v2\""))).Status);
        Assert.Empty((await flora.GetAsync("/api/cases/tasks")).Json.GetProperty("tasks").EnumerateArray());
        Assert.Equal("she answered", (await carla.GetAsync(path)).Json.GetProperty("tasks")[0].GetProperty("note").GetString());
        Assert.Equal(404, (await saul.PostAsync($"{path}/{task.Id:D}", new { state = "open" }, ("If-Match", "\"v3\""))).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_conference_is_written_down_by_roles_and_its_decisions_are_to_be_done(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var path = $"/api/cases/{await OpenAsync(carla):D}";
        Assert.Equal(["on cases.date_unfit", "participants form.missing"], (await carla.PostAsync(path + "/conferences", new { })).Errors);
        var held = await carla.PostAsync(path + "/conferences", new { on = "2026-01-02", participants = new[] { "person", "guardian" }, minutes = "She wants to study.", decisions = new[] { new { what = "find a school", responsible = carla.Id } } });
        Assert.True(held.Status == 201, held.Text);
        var task = (await carla.GetAsync(path + "/tasks")).Json.GetProperty("tasks").EnumerateArray().Single();
        Assert.Equal(("find a school", held.Id), (task.GetProperty("what").GetString(), task.GetProperty("follows").GetGuid()));
        Assert.Contains("She wants to study.", (await carla.GetAsync(path + "/conferences")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_written_goes_with_the_person_and_stays_with_a_case_of_several(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var petra = await office.OfficerAsync("petra", "protection_specialist");
        var (mother, child) = (await petra.RegisterAsync(new { }), await petra.RegisterAsync(new { }));
        var alone = (await petra.OpenAsync(new { person = mother.Id })).Id;
        var shared = (await petra.OpenAsync(new { person = mother.Id, otherPersons = new[] { child.Id } })).Id;
        foreach (var one in new[] { alone, shared })
        {
            await petra.PostAsync($"/api/cases/{one:D}/notes", new { note = "she likes to draw" });
            await petra.PutAsync($"/api/cases/{one:D}/safety-plan", new { steps = "go to the bakery" }, "\"v0\"");
            await petra.PutAsync($"/api/cases/{one:D}/plan", new { needs = new object[] { new { code = "education", goal = "school" }, new { code = "safety", goal = "calm" } } }, "\"v0\"");
        }

        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(mother.Ref, "person_asked", false, Actor.OperatingSystem("operator"), CancellationToken.None);
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_entries where person_id = @Id", new { mother.Id })).Single());
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_entries where case_id = @alone", new { alone })).Single());
        Assert.Contains("she likes to draw", (await petra.GetAsync($"/api/cases/{shared:D}/notes")).Text, StringComparison.Ordinal);
        Assert.Contains("go to the bakery", (await petra.GetAsync($"/api/cases/{shared:D}/safety-plan")).Text, StringComparison.Ordinal);
        Assert.Equal(2, (await petra.GetAsync($"/api/cases/{shared:D}/plan")).Json.GetProperty("versions")[0].GetProperty("needs").GetArrayLength());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_safety_plan_has_versions_and_nothing_in_the_clear_says_that_a_case_has_one(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var petra = await office.OfficerAsync("petra", "protection_specialist");
        var one = await OpenAsync(petra);
        var path = $"/api/cases/{one:D}/safety-plan";
        Assert.Equal("\"v0\"", (await petra.GetAsync(path)).Tag);
        var both = await Task.WhenAll(petra.PutAsync(path, new { steps = "first-word" }, "\"v0\""), petra.PutAsync(path, new { steps = "other-word" }, "\"v0\""));
        Assert.Equal([200, 412], both.Select(told => told.Status).Order());
        Assert.Equal(200, (await petra.PutAsync(path, new { steps = "second-word" }, "\"v1\"")).Status);
        Assert.Equal(412, (await petra.PutAsync(path, new { steps = "late-word" }, "\"v1\"")).Status);
        var shown = await petra.GetAsync(path);
        Assert.Equal(("\"v2\"", "second-word"), (shown.Tag, shown.Json.GetProperty("plan").GetProperty("steps").GetString()));
        // It is no note of anybody's, by whatever address.
        Assert.Empty((await petra.GetAsync($"/api/cases/{one:D}/notes")).Json.GetProperty("notes").EnumerateArray());
        var entry = (await office.ReadAsync<Guid>("select id from cases_entries order by number desc"))[0];
        Assert.Equal(404, (await petra.PostAsync($"/api/cases/{one:D}/notes/{entry:D}/correct", new { note = "x" })).Status);
        Assert.DoesNotContain("safety", string.Join('\n', await office.ReadAsync<string>(
            """
            select kind || ' ' || guard || ' ' || state || ' ' || mark from cases_entries union all select compartments || ' ' || how from cases_views
            union all select change || ' ' || subject || ' ' || details from platform_audit_entries where change like 'cases.%'
            """)), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_reading_of_what_is_written_leaves_its_line()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var petra = await office.OfficerAsync("petra", "protection_specialist");
        var one = await OpenAsync(petra);
        await petra.PutAsync($"/api/cases/{one:D}/safety-plan", new { steps = "x" }, "\"v0\"");
        await petra.PostAsync($"/api/cases/{one:D}/notes", new { note = "x", compartment = "violence" });
        // That of the safety plan has a mark in place of a name: who has the database is not told whose plan was read.
        var mark = office.Node.Services.GetRequiredService<CaseGuards>().Of(Compartments.Safety);
        foreach (var (part, compartment) in new[] { ("safety-plan", mark), ("notes", "violence"), ("plan", "general"), ("timeline", "violence") })
        {
            await office.WriteAsync("delete from cases_views");
            await petra.GetAsync($"/api/cases/{one:D}/{part}");
            Assert.Contains(compartment, string.Join(' ', await office.ReadAsync<string>("select compartments from cases_views")), StringComparison.Ordinal);
        }
    }

    private static string[] Events(Told told) => [.. told.Json.GetProperty("events").EnumerateArray().Select(one => one.GetProperty("what").GetString()!).Order(StringComparer.Ordinal)];

    private static async Task<Guid> OpenAsync(Officer by) => (await by.OpenAsync(new { person = (await by.RegisterAsync(new { })).Id })).Id;
}
