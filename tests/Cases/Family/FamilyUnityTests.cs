using Tambo.Cases.Family;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Family;

/// <summary>Nobody is taken from those they belong to by one person alone.</summary>
public sealed class FamilyUnityTests
{
    private static readonly Guid A = Guid.Parse("a0000000-0000-4000-8000-000000000000");
    private static readonly Guid B = Guid.Parse("b0000000-0000-4000-8000-000000000000");
    private static readonly Guid Team = Guid.Parse("c0000000-0000-4000-8000-000000000000");

    [Fact]
    public void A_step_splits_when_it_leaves_somebody_behind_and_never_when_nobody_is()
    {
        var (held, other, none) = (new Holder(A, null), new Holder(B, null), new Holder(null, null));
        IReadOnlyList<LeftBehind> with = [new(Guid.Empty, held)], without = [new(Guid.Empty, null)];
        foreach (var step in FamilySplit.Steps)
            Assert.False(FamilySplit.Splits(step, [], held, other), step);
        foreach (var step in new[] { FamilySplit.Refer, FamilySplit.Transfer, FamilySplit.Return, FamilySplit.Leave })
            Assert.True(FamilySplit.Splits(step, without, held, null), step);
        // Given elsewhere while the others stay; joining them, or taking up what nobody held, is none.
        Assert.True(FamilySplit.Splits(FamilySplit.Assign, with, held, other));
        Assert.True(FamilySplit.Splits(FamilySplit.Assign, with, held, none));
        Assert.False(FamilySplit.Splits(FamilySplit.Assign, with, held, held));
        Assert.False(FamilySplit.Splits(FamilySplit.Assign, with, other, held));
        Assert.False(FamilySplit.Splits(FamilySplit.Assign, with, none, other));
        Assert.False(FamilySplit.Splits(FamilySplit.Assign, without, held, other));
        // A team that holds them together goes on doing so; another person of it, or no team, does not.
        IReadOnlyList<LeftBehind> ofTeam = [new(Guid.Empty, new Holder(A, Team))];
        Assert.False(FamilySplit.Splits(FamilySplit.Assign, ofTeam, new Holder(A, Team), new Holder(null, Team)));
        Assert.True(FamilySplit.Splits(FamilySplit.Assign, ofTeam, new Holder(A, Team), new Holder(B, Team)));
        Assert.True(FamilySplit.Splits(FamilySplit.Assign, ofTeam, new Holder(A, Team), new Holder(A, null)));
        // The last open case may be closed.
        Assert.True(FamilySplit.Splits(FamilySplit.Close, with, held, null));
        Assert.False(FamilySplit.Splits(FamilySplit.Close, without, held, null));
    }

    [Theory]
    [OnEachEngine]
    public async Task Questions_that_are_shut_to_somebody_push_none_of_the_others_out_of_their_list(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, sonia) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("sonia", "cases_supervisor"));
        var (shutting, other) = (await FamilyAsync(carla), await FamilyAsync(carla));
        var guard = (await office.ReadAsync<string>("select guard from cases_cases where id = @Case", new { shutting.Case })).Single();
        // More than one page of a case in which somebody shuts her out, each older than the one of another case.
        for (var at = 0; at < 130; at++)
            await AskedAsync(shutting, at);
        await AskedAsync(other, 500);
        await Disclosure.ShutOutTests.ShutOutAsync(carla, shutting.Person, susan.Id);
        Assert.Equal([other.Case], await WaitingAsync(susan));
        // As long as it may be, for whom nothing is shut.
        Assert.Equal(100, (await WaitingAsync(sonia)).Count);

        Task AskedAsync((Guid Person, Guid Case) of, int minute) => office.WriteAsync(
            """
            insert into cases_entries (id, case_id, person_id, kind, guard, state, number, mark, created_at, created_by, changed_at, version)
            values (@Id, @Case, @Person, 'split', @guard, 'asked', 1, @Mark, @At, 'x', @At, 1)
            """,
            new { Id = Guid.CreateVersion7(office.Time.GetUtcNow()), of.Case, of.Person, guard, Mark = $"close {minute}", At = office.Time.GetUtcNow().AddMinutes(minute) });

        async Task<IReadOnlyList<Guid>> WaitingAsync(Officer officer) => [.. (await officer.GetAsync("/api/cases/splits")).Json.GetProperty("splits").EnumerateArray().Select(split => split.GetProperty("case").GetGuid())];
    }

    [Theory]
    [OnEachEngine]
    public async Task Closing_one_of_two_needs_a_reason_and_a_second_person_and_their_yes_counts_once(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("saul", "cases_supervisor", CasesOffice.South));
        var (mother, child) = (await FamilyAsync(carla), await FamilyAsync(carla));
        await carla.PostAsync("/api/cases/households", new { kind = "household", members = new[] { mother.Person, child.Person } });
        await office.WriteAsync("update cases_cases set state = 'closing'");
        var path = $"/api/cases/{mother.Case:D}";
        var refused = await carla.PostAsync(path + "/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v1\""));
        Assert.Equal((409, "cases.family.split"), (refused.Status, refused.Code));
        Assert.Contains($"/api/cases/{mother.Case:D}/splits", refused.Json.GetProperty("detail").GetString(), StringComparison.Ordinal);

        Assert.Equal(["reason form.missing"], (await carla.PostAsync(path + "/splits", new { step = "close" })).Errors);
        var asked = await carla.PostAsync(path + "/splits", new { step = "close", reason = "the child stays with her aunt" });
        Assert.True(asked.Status == 201, asked.Text);
        Assert.Equal("cases.family.asked_already", (await carla.PostAsync(path + "/splits", new { step = "close", reason = "again" })).Code);
        Assert.Equal(409, (await carla.PostAsync(path + "/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v1\""))).Status);
        Assert.Contains("the child stays with her aunt", (await susan.GetAsync("/api/cases/splits")).Text, StringComparison.Ordinal);
        Assert.Empty((await saul.GetAsync("/api/cases/splits")).Json.GetProperty("splits").EnumerateArray());
        Assert.Equal(404, (await carla.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(404, (await saul.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(200, (await susan.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);

        // A yes for closing is none for another step, and none for the other's case.
        Assert.Equal("cases.family.split", (await carla.PostAsync($"/api/cases/{child.Case:D}/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v1\""))).Code);
        Assert.Equal("cases.family.split", (await carla.PostAsync(path + "/close", new { reason = "returned", personAgreed = "yes" }, ("If-Match", "\"v1\""))).Code);
        var closed = await carla.PostAsync(path + "/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v1\""));
        Assert.True(closed.Status == 200, closed.Text);
        Assert.Equal(["used"], await office.ReadAsync<string>("select state from cases_entries where kind = 'split'"));
        await office.WriteAsync("update cases_cases set state = 'closing', closed_at = null where id = @Case", new { mother.Case });
        Assert.Equal("cases.family.split", (await carla.PostAsync(path + "/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v2\""))).Code);
        // Whoever asks does not decide, even with the right.
        var own = await susan.PostAsync(path + "/splits", new { step = "close", reason = "mine" });
        Assert.Equal("cases.plan.same_person", (await susan.PostAsync($"{path}/splits/{own.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_members_case_is_not_given_elsewhere_and_nobody_leaves_a_household_by_the_way(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, flora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("flora", "frontline_officer"));
        var (mother, child) = (await FamilyAsync(carla), await FamilyAsync(carla));
        var household = await carla.PostAsync("/api/cases/households", new { kind = "travelling_group", members = new[] { mother.Person, child.Person } });
        var given = await susan.PostAsync($"/api/cases/{child.Case:D}/assign", new { owner = flora.Id }, ("If-Match", "\"v1\""));
        Assert.Equal((409, "cases.family.split"), (given.Status, given.Code));
        var leave = $"/api/cases/households/{household.Id:D}/members/{child.Person:D}/leave";
        Assert.Equal("cases.family.split", (await carla.PostAsync(leave, new { }, ("If-Match", "\"v1\""))).Code);

        Assert.Equal(422, (await carla.PostAsync($"/api/cases/{mother.Case:D}/splits", new { step = "leave_household", reason = "x", person = child.Person, household = household.Id })).Status);
        var asked = await carla.PostAsync($"/api/cases/{child.Case:D}/splits", new { step = "leave_household", reason = "he is not her son", person = child.Person, household = household.Id });
        Assert.True(asked.Status == 201, asked.Text);
        var no = await susan.PostAsync($"/api/cases/{child.Case:D}/splits/{asked.Id:D}/decide", new { approve = false }, ("If-Match", "\"v1\""));
        Assert.Equal(422, no.Status);
        Assert.Equal(200, (await susan.PostAsync($"/api/cases/{child.Case:D}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        var left = await carla.PostAsync(leave, new { }, ("If-Match", "\"v1\""));
        Assert.True(left.Status == 200, left.Text);
        Assert.Equal([mother.Person], await office.ReadAsync<Guid>("select person_id from cases_household_members"));
        // Apart now: nobody is left behind any more.
        Assert.Equal(200, (await susan.PostAsync($"/api/cases/{child.Case:D}/assign", new { owner = flora.Id }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal("cases.family.nobody_left", (await carla.PostAsync($"/api/cases/{mother.Case:D}/splits", new { step = "return", reason = "x" })).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_yes_to_leave_is_for_those_who_would_stay_and_nobody_who_comes_later(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var (aunt, child, baby) = (await FamilyAsync(carla), await FamilyAsync(carla), await FamilyAsync(carla));
        var household = (await carla.PostAsync("/api/cases/households", new { members = new[] { aunt.Person, child.Person } })).Id;
        async Task AgreeAsync()
        {
            var asked = await carla.PostAsync($"/api/cases/{child.Case:D}/splits", new { step = "leave_household", reason = "he is not her son", person = child.Person, household });
            Assert.True(asked.Status == 201, asked.Text);
            Assert.Equal(200, (await susan.PostAsync($"/api/cases/{child.Case:D}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        }

        async Task<Told> LeaveAsync(int version) => await carla.PostAsync($"/api/cases/households/{household:D}/members/{child.Person:D}/leave", new { }, ("If-Match", $"\"v{version}\""));
        await AgreeAsync();
        // His sister comes to them: nobody was asked whether she may stay behind.
        Assert.Equal(200, (await carla.PostAsync($"/api/cases/households/{household:D}/members", new { members = new[] { baby.Person } }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal("cases.family.split", (await LeaveAsync(2)).Code);
        await AgreeAsync();
        Assert.Equal(200, (await LeaveAsync(2)).Status);
    }

    [Fact]
    public async Task A_yes_is_for_those_who_were_there_when_it_was_said()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var (mother, child, baby) = (await FamilyAsync(carla), await FamilyAsync(carla), await FamilyAsync(carla));
        var household = await carla.PostAsync("/api/cases/households", new { members = new[] { mother.Person, child.Person } });
        var path = $"/api/cases/{mother.Case:D}";
        var asked = await carla.PostAsync(path + "/splits", new { step = "close", reason = "why not" });
        await susan.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""));
        await carla.PostAsync($"/api/cases/households/{household.Id:D}/members", new { members = new[] { baby.Person } }, ("If-Match", "\"v1\""));
        await office.WriteAsync("update cases_cases set state = 'closing'");
        Assert.Equal("cases.family.split", (await carla.PostAsync(path + "/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v1\""))).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_question_from_before_it_said_where_to_lapses_and_may_be_asked_again(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var (mother, child) = (await FamilyAsync(carla), await FamilyAsync(carla));
        var household = (await carla.PostAsync("/api/cases/households", new { members = new[] { mother.Person, child.Person } })).Id;
        var path = $"/api/cases/{mother.Case:D}";
        var questions = new object[] { new { step = "close", reason = "x" }, new { step = "return", reason = "x" }, new { step = "leave_household", reason = "x", person = mother.Person, household } };
        foreach (var question in questions)
            Assert.Equal(201, (await carla.PostAsync(path + "/splits", question)).Status);
        await office.WriteAsync("update cases_entries set state = 'approved', decided_at = changed_at where mark like 'close %'");
        await office.WriteAsync("update cases_entries set mark = substr(mark, 1, 20) where mark not like 'leave_household %'");
        await office.WriteAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "src/Cases/Sql/Migrations/0018_yes_to_what.sql")));
        var now = (await susan.GetAsync(path + "/splits")).Json.GetProperty("splits").EnumerateArray().ToDictionary(split => split.GetProperty("step").GetString()!, split => split.GetProperty("state").GetString());
        Assert.Equal(("lapsed", "lapsed", "asked"), (now["close"], now["return"], now["leave_household"]));
        Assert.Equal(201, (await carla.PostAsync(path + "/splits", questions[0])).Status);
    }

    private static async Task<(Guid Person, Guid Case)> FamilyAsync(Officer by)
    {
        var person = (await by.RegisterAsync(new { })).Id;
        return (person, (await by.OpenAsync(new { person })).Id);
    }
}
