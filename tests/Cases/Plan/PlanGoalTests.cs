using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Plan;

/// <summary>Goals with what shows that they are reached and whether the person wants them, services, and days on which a plan is looked over.</summary>
public sealed class PlanGoalTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_goal_says_what_shows_it_and_whether_the_person_agrees_and_moves_without_a_new_approval(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var person = await carla.RegisterAsync(new { });
        var path = $"/api/cases/{(await carla.OpenAsync(new { person = person.Id })).Id:D}/plan";
        var wrong = await carla.PutAsync(path, new { needs = new[] { new { code = "shelter", agreed = "perhaps", agreedOn = "2999-01-01", targetDate = "soon", state = "won", actions = new[] { new { what = "ask", service = person.Id } } } }, reviews = new[] { "2026-02-30" } }, "\"v0\"");
        Assert.Equal(
            ["needs[0].actions[0].service cases.value_unfit", "needs[0].agreed cases.code_unknown", "needs[0].agreedOn cases.date_unfit", "needs[0].state cases.code_unknown", "needs[0].targetDate cases.date_unfit", "reviews cases.date_unfit"], wrong.Errors);
        var kept = await carla.PutAsync(path, new { needs = new[] { new { code = "shelter", goal = "a bed", indicator = "sleeps there three nights", agreed = "yes", targetDate = "2026-09-01", actions = new[] { new { what = "ask", service = "House by the river" } } } } }, "\"v0\"");
        Assert.True(kept.Status == 200, kept.Text);
        var need = (await carla.GetAsync(path)).Json.GetProperty("versions")[0].GetProperty("needs")[0];
        var today = office.Time.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(("sleeps there three nights", "yes", today, "open"), (Of("indicator"), Of("agreed"), Of("agreedOn"), Of("state")));
        Assert.Equal(("House by the river", "planned"), (need.GetProperty("actions")[0].GetProperty("service").GetString(), need.GetProperty("actions")[0].GetProperty("status").GetString()));
        await carla.PostAsync(path + "/submit", new { }, ("If-Match", "\"v1\""));
        var goal = $"{path}/goals/{need.GetProperty("id").GetGuid():D}";
        Assert.Equal("cases.plan.submitted", (await carla.PostAsync(goal, new { state = "reached" }, ("If-Match", "\"v2\""))).Code);
        Assert.Equal(200, (await susan.PostAsync(path + "/decide", new { approve = true }, ("If-Match", "\"v2\""))).Status);

        Assert.Equal(["state cases.code_unknown"], (await carla.PostAsync(goal, new { state = "won" }, ("If-Match", "\"v3\""))).Errors);
        Assert.Equal(404, (await carla.PostAsync($"{path}/goals/{person.Id:D}", new { state = "reached" }, ("If-Match", "\"v3\""))).Status);
        Assert.Equal(200, (await carla.PostAsync(goal, new { state = "partly_reached", agreed = "no", agreedOn = "2026-01-02" }, ("If-Match", "\"v3\""))).Status);
        Assert.Equal(412, (await carla.PostAsync(goal, new { state = "reached" }, ("If-Match", "\"v3\""))).Status);
        var shown = (await carla.GetAsync(path)).Json.GetProperty("versions");
        need = shown[0].GetProperty("needs")[0];
        Assert.Equal(("approved", "partly_reached", "no", "2026-01-02", "sleeps there three nights"), (shown[0].GetProperty("state").GetString(), Of("state"), Of("agreed"), Of("agreedOn"), Of("indicator")));
        // What is done of an action is what its task says.
        var task = (await carla.GetAsync(path.Replace("/plan", "/tasks", StringComparison.Ordinal))).Json.GetProperty("tasks")[0];
        await carla.PostAsync($"{path.Replace("/plan", "/tasks", StringComparison.Ordinal)}/{task.GetProperty("id").GetGuid():D}", new { state = "doing" }, ("If-Match", "\"v1\""));
        need = (await carla.GetAsync(path)).Json.GetProperty("versions")[0].GetProperty("needs")[0];
        Assert.Equal("doing", need.GetProperty("actions")[0].GetProperty("status").GetString());
        // A former version stays readable with all it said.
        Assert.Equal(200, (await carla.PutAsync(path, new { needs = new[] { new { code = "documents" } } }, "\"v4\"")).Status);
        var former = (await carla.GetAsync(path)).Json.GetProperty("versions")[1].GetProperty("needs")[0];
        Assert.Equal("sleeps there three nights partly_reached", $"{former.GetProperty("indicator").GetString()} {former.GetProperty("state").GetString()}");
        var page = await carla.GetAsync(path.Replace("/api/cases", "/staff/cases", StringComparison.Ordinal));
        Assert.Contains("sleeps there three nights", page.Text, StringComparison.Ordinal);

        string Of(string field) => need.GetProperty(field).GetString()!;
    }

    [Theory]
    [OnEachEngine]
    public async Task The_days_of_review_of_an_approved_plan_are_tasks_of_the_worklist_once_each(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var one = await carla.OpenAsync(new { person = (await carla.RegisterAsync(new { })).Id });
        var path = $"/api/cases/{one.Id:D}/plan";
        var version = 0;
        async Task ApproveAsync(object plan)
        {
            Assert.Equal(200, (await carla.PutAsync(path, plan, $"\"v{version}\"")).Status);
            Assert.Equal(200, (await carla.PostAsync(path + "/submit", new { }, ("If-Match", $"\"v{version + 1}\""))).Status);
            Assert.Equal(200, (await susan.PostAsync(path + "/decide", new { approve = true }, ("If-Match", $"\"v{version + 2}\""))).Status);
            version += 3;
        }

        async Task<IEnumerable<string>> DueAsync() => (await carla.GetAsync("/api/cases/tasks?mine=true")).Json.GetProperty("tasks").EnumerateArray().Select(task => $"{task.GetProperty("rule").GetString()} {task.GetProperty("dueAt").GetDateTimeOffset():yyyy-MM-dd} {task.GetProperty("late").GetBoolean()}");
        var start = DateOnly.FromDateTime(office.Time.GetUtcNow().UtcDateTime);
        string In(int days) => start.AddDays(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        await ApproveAsync(new { needs = new[] { new { code = "shelter" } }, reviews = new[] { In(60), In(30), In(30) } });
        Assert.Equal([$"plan_review {In(30)} False", $"plan_review {In(60)} False"], await DueAsync());
        Assert.Contains("Look the plan over", (await carla.GetAsync("/staff/cases")).Text, StringComparison.Ordinal);
        // What says nothing of them leaves them as they are; what takes one out drops it.
        await ApproveAsync(new { needs = new[] { new { code = "documents" } } });
        Assert.Equal([$"plan_review {In(30)} False", $"plan_review {In(60)} False"], await DueAsync());
        await ApproveAsync(new { needs = new[] { new { code = "documents" } }, reviews = new[] { In(30) } });
        Assert.Equal([$"plan_review {In(30)} False"], await DueAsync());
        await ApproveAsync(new { needs = new[] { new { code = "documents" } }, reviews = new[] { In(30), In(60) } });
        Assert.Equal([$"plan_review {In(30)} False", $"plan_review {In(60)} False"], await DueAsync());
        office.Time.Advance(TimeSpan.FromDays(32));
        Assert.Equal([$"plan_review {In(30)} True", $"plan_review {In(60)} False"], await DueAsync());
        Assert.Contains("plan_review", (await susan.GetAsync("/api/cases/board")).Text, StringComparison.Ordinal);
    }
}
