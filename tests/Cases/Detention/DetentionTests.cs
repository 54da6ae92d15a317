using System.Text.Json;
using Tambo.Cases.Detention;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Detention;

/// <summary>Somebody is detained: what is to be done begins to run, the consulate hears of it only when they ask, and a child is an emergency.</summary>
public sealed class DetentionTests
{
    [Fact]
    public void Every_rule_of_the_clock_says_where_it_comes_from_and_whether_that_was_checked()
    {
        var rules = DetentionRules.Shipped;
        Assert.Equal(7, rules.Rules.Count);
        Assert.All(rules.Rules, rule => Assert.True(rule.Source.Length > 20 && rule.Hours > 0, rule.Code));
        Assert.Contains(rules.Rules, rule => rule.Verified);
        Assert.Contains(rules.Rules, rule => !rule.Verified);
        Assert.Equal(["alternatives", "legal_help", "tell_right"], rules.For(child: false).Select(rule => rule.Code).Order());
        // Alternatives are weighed for adults: a child is let go.
        Assert.Equal(["child_legal_help", "child_protection", "child_release", "tell_right"], rules.For(child: true).Select(rule => rule.Code).Order());
        Assert.Equal(["notify_consulate"], rules.Wanted.Select(rule => rule.Code));
        Assert.True(rules.For(child: true).Min(rule => rule.Hours) < rules.For(child: false).Min(rule => rule.Hours));
    }

    [Theory]
    [OnEachEngine]
    public async Task The_consulate_is_told_only_when_the_person_asks_and_the_end_stops_the_clock(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var person = (await carla.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } } })).Id;
        var one = (await carla.OpenAsync(new { person, urgency = "Normal" })).Id;
        var path = $"/api/cases/{one:D}/detentions";
        Assert.Equal(["person cases.person_unknown", "place form.missing", "source cases.code_unknown"], (await carla.PostAsync(path, new { person = one, source = "rumour" })).Errors);
        var held = await carla.PostAsync(path, new { place = "station-word", authority = "authority-word", source = "family" });
        Assert.True(held.Status == 201, held.Text);
        Assert.Equal(["alternatives open", "legal_help open", "tell_right open"], await TasksAsync(carla, one));
        Assert.Equal(["Normal"], await UrgencyAsync(carla, one));

        Assert.Equal(200, (await StepAsync(carla, path, held.Id, 1, new { act = "told_right" })).Status);
        Assert.DoesNotContain(await TasksAsync(carla, one), task => task.StartsWith("notify", StringComparison.Ordinal));
        Assert.Equal(200, (await StepAsync(carla, path, held.Id, 2, new { act = "consulate_wanted" })).Status);
        Assert.Contains("notify_consulate open", await TasksAsync(carla, one));
        // They may think again, twice.
        Assert.Equal(200, (await StepAsync(carla, path, held.Id, 3, new { act = "consulate_declined" })).Status);
        Assert.Contains("notify_consulate dropped", await TasksAsync(carla, one));
        Assert.Equal(200, (await StepAsync(carla, path, held.Id, 4, new { act = "consulate_wanted" })).Status);
        Assert.Contains("notify_consulate open", await TasksAsync(carla, one));
        Assert.Equal(["note form.missing"], (await StepAsync(carla, path, held.Id, 5, new { act = "alternatives" })).Errors);
        Assert.Equal(412, (await StepAsync(carla, path, held.Id, 4, new { act = "legal_help" })).Status);
        Assert.Equal(["outcome cases.code_unknown"], (await StepAsync(carla, path, held.Id, 5, new { act = "end" })).Errors);
        Assert.Equal(200, (await StepAsync(carla, path, held.Id, 5, new { act = "end", outcome = "released" })).Status);
        Assert.All(await TasksAsync(carla, one), task => Assert.DoesNotContain(" open", task, StringComparison.Ordinal));
        var shown = (await carla.GetAsync(path)).Json.GetProperty("detentions")[0];
        Assert.Equal(("ended", "released", "yes"), (shown.GetProperty("state").GetString(), shown.GetProperty("detention").GetProperty("outcome").GetString(), shown.GetProperty("detention").GetProperty("consulateWanted").GetString()));
        Assert.Equal("cases.plan.step_unfit", (await StepAsync(carla, path, held.Id, 6, new { act = "legal_help" })).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_review_is_put_forward_and_never_further_off_than_the_rules_say(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var now = office.Time.GetUtcNow();
        foreach (var (born, days) in new[] { (1980, 7), (now.Year - 10, 1) })
        {
            var person = (await carla.RegisterAsync(new { identity = new { birth = new { inYear = born } } })).Id;
            var path = $"/api/cases/{(await carla.OpenAsync(new { person })).Id:D}/detentions";
            var held = await carla.PostAsync(path, new { place = "a station" });
            Task<Told> ReviewAsync(int version, DateTimeOffset? nextReview) => StepAsync(carla, path, held.Id, version, new { act = "review", note = "seen", nextReview });
            foreach (var late in new[] { now.AddDays(days + 1), now.AddYears(74) })
                Assert.Equal(["nextReview cases.review_too_late"], (await ReviewAsync(1, late)).Errors);
            // Whoever names a day means all of it.
            Assert.Equal(200, (await ReviewAsync(1, new DateTimeOffset(now.UtcDateTime.Date.AddDays(days).AddHours(23).AddMinutes(59), TimeSpan.Zero))).Status);
            Assert.Equal(200, (await ReviewAsync(2, now.AddHours(2))).Status);
            Assert.Equal(now.AddHours(2), (await carla.GetAsync(path)).Json.GetProperty("detentions")[0].GetProperty("reviewDueAt").GetDateTimeOffset());
            Assert.Equal(200, (await ReviewAsync(3, null)).Status);
            Assert.Equal(now.AddDays(days), (await carla.GetAsync(path)).Json.GetProperty("detentions")[0].GetProperty("reviewDueAt").GetDateTimeOffset());
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_child_or_who_may_be_one_is_an_emergency_at_once_and_stands_on_the_board(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("saul", "cases_supervisor", CasesOffice.South));
        var year = office.Time.GetUtcNow().Year;
        foreach (var birth in new object[] { new { inYear = year - 10 }, new { inYear = 1980, disputed = true } })
        {
            var person = (await carla.RegisterAsync(new { identity = new { birth } })).Id;
            var one = (await carla.OpenAsync(new { person, urgency = "Normal" })).Id;
            var held = await carla.PostAsync($"/api/cases/{one:D}/detentions", new { place = "a station" });
            Assert.True(held.Status == 201, held.Text);
            Assert.Equal(["Emergency"], await UrgencyAsync(carla, one));
            Assert.Equal(["child_legal_help open", "child_protection open", "child_release open", "tell_right open"], await TasksAsync(carla, one));
        }

        var board = (await susan.GetAsync("/api/cases/board")).Json;
        Assert.Equal(2, board.GetProperty("detainedChildren").GetArrayLength());
        Assert.Empty(board.GetProperty("overdueTasks").EnumerateArray());
        Assert.Empty((await saul.GetAsync("/api/cases/board")).Json.GetProperty("detainedChildren").EnumerateArray());
        office.Time.Advance(TimeSpan.FromHours(25));
        board = (await susan.GetAsync("/api/cases/board")).Json;
        Assert.Equal((8, 2, 2), (board.GetProperty("overdueTasks").GetArrayLength(), board.GetProperty("overdueReviews").GetArrayLength(), board.GetProperty("overdueCases").GetArrayLength()));
        // A thief of the database learns neither who is a child nor who asked for whom.
        var marks = string.Join(' ', await office.ReadAsync<string>("select mark from cases_entries"));
        Assert.All(["child", "release", "consulate", "legal"], word => Assert.DoesNotContain(word, marks, StringComparison.Ordinal));
    }

    private static Task<Told> StepAsync(Officer by, string path, Guid id, int version, object said) => by.PostAsync($"{path}/{id:D}/steps", said, ("If-Match", $"\"v{version}\""));

    private static async Task<string[]> TasksAsync(Officer by, Guid one) =>
        [.. (await by.GetAsync($"/api/cases/{one:D}/tasks")).Json.GetProperty("tasks").EnumerateArray().Select(task => $"{task.GetProperty("rule").GetString()} {task.GetProperty("state").GetString()}").Order(StringComparer.Ordinal)];

    private static async Task<string[]> UrgencyAsync(Officer by, Guid one) => [(await by.GetAsync($"/api/cases/{one:D}")).Json.GetProperty("urgency").GetString()!];
}
