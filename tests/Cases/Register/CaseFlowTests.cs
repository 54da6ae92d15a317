using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Register;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Register;

public sealed class CaseFlowTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_case_is_opened_followed_closed_with_the_persons_word_and_opened_again(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var person = await carla.RegisterAsync(new { });
        var one = await carla.OpenAsync(new { person = person.Id, type = "child", urgency = "Emergency", profiles = new[] { "UNACCOMPANIED_CHILD", "PREGNANT_OR_LACTATING" }, note = "alone" });
        var path = $"/api/cases/{one.Id:D}";
        var file = (await carla.GetAsync(path)).Json;
        Assert.Equal(("child", "Emergency", "identified", "alone"), (file.GetProperty("type").GetString(), file.GetProperty("urgency").GetString(), file.GetProperty("state").GetString(), file.GetProperty("note").GetString()));
        Assert.Equal(SettableTime.Noon.AddHours(24), file.GetProperty("dueAt").GetDateTimeOffset());
        Assert.Equal(["PREGNANT_OR_LACTATING", "UNACCOMPANIED_CHILD"], file.GetProperty("profiles").EnumerateArray().Select(code => code.GetString()));

        var tag = one.Tag;
        async Task<Told> StepAsync(string step, object body)
        {
            var told = await carla.PostAsync(path + step, body, ("If-Match", tag!));
            tag = told.Status == 200 ? told.Tag : tag;
            return told;
        }

        foreach (var state in new[] { "registered", "assessed", "planned", "active" })
            Assert.Equal(200, (await StepAsync("/state", new { state })).Status);
        Assert.Equal((409, "cases.state_unfit"), (await StepAsync("/state", new { state = "identified" })) is var back ? (back.Status, back.Code) : default);
        Assert.Equal((409, "cases.state_unfit"), (await StepAsync("/state", new { state = "closed" })) is var around ? (around.Status, around.Code) : default);
        Assert.Equal(409, (await StepAsync("/close", new { reason = "needs_met", personAgreed = "yes" })).Status);
        Assert.Equal(["state cases.code_unknown"], (await StepAsync("/state", new { state = "nowhere" })).Errors);
        Assert.Equal(200, (await StepAsync("/state", new { state = "closing" })).Status);
        Assert.Equal(["personAgreed cases.code_unknown", "reason cases.code_unknown"], (await StepAsync("/close", new { reason = "x", personAgreed = "perhaps" })).Errors);
        Assert.Equal(200, (await StepAsync("/close", new { reason = "moved_on", outcome = "family found", personAgreed = "no" })).Status);

        file = (await carla.GetAsync(path)).Json;
        Assert.Equal(("closed", "no", "family found", "alone"), (
            file.GetProperty("state").GetString(), file.GetProperty("closure").GetProperty("personAgreed").GetString(), file.GetProperty("closure").GetProperty("outcome").GetString(), file.GetProperty("note").GetString()));
        Assert.Empty((await carla.GetAsync("/api/cases/worklist")).Json.GetProperty("cases").EnumerateArray());
        Assert.Equal(409, (await carla.PutAsync(path, new { urgency = "Normal" }, tag)).Status);
        Assert.Equal(["reason form.missing"], (await StepAsync("/reopen", new { reason = " " })).Errors);
        office.Time.Advance(TimeSpan.FromDays(3));
        Assert.Equal(200, (await StepAsync("/reopen", new { reason = "came back" })).Status);
        file = (await carla.GetAsync(path)).Json;
        Assert.Equal(("reopened", SettableTime.Noon.AddDays(4)), (file.GetProperty("state").GetString(), file.GetProperty("dueAt").GetDateTimeOffset()));
        Assert.Equal(
            ["identified", "registered", "assessed", "planned", "active", "closing", "closed", "reopened"],
            await office.ReadAsync<string>("select state from cases_case_states order by version"));
    }

    [Theory]
    [OnEachEngine]
    public async Task The_list_of_work_is_by_urgency_then_due_in_pages_and_of_open_cases_within_reach(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var (person, foreign) = (await carla.RegisterAsync(new { }), await saul.RegisterAsync(new { }));
        await saul.OpenAsync(new { person = foreign.Id, urgency = "Emergency" });
        var expected = new List<(int Rank, DateTimeOffset Due, Guid Id)>();
        foreach (var (urgency, days) in new[] { ("Normal", 1), ("Urgent", 9), ("Emergency", 5), ("Normal", -2), ("Emergency", 2), ("Urgent", 3), ("Urgent", 3) })
        {
            var due = SettableTime.Noon.AddDays(days);
            expected.Add((Array.IndexOf(["Emergency", "Urgent", "Normal"], urgency), due, (await carla.OpenAsync(new { person = person.Id, urgency, dueAt = due })).Id));
        }

        var (found, late, after) = (new List<Guid>(), new List<bool>(), "");
        do
        {
            var page = (await carla.GetAsync("/api/cases/worklist?limit=2" + after)).Json;
            foreach (var item in page.GetProperty("cases").EnumerateArray())
            {
                found.Add(item.GetProperty("case").GetProperty("id").GetGuid());
                late.Add(item.GetProperty("late").GetBoolean());
            }

            after = page.TryGetProperty("next", out var next) ? "&after=" + next.GetString() : "";
        }
        while (after.Length > 0);
        Assert.Equal(expected.Order().Select(one => one.Id), found);
        Assert.Equal(expected.Order().Select(one => one.Due < SettableTime.Noon), late);
        Assert.Equal(400, (await carla.GetAsync("/api/cases/worklist?after=1_x_y")).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_case_is_given_only_to_somebody_who_may_see_it_and_reaches_its_person_by_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara, norma, flora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("flora", "frontline_officer"));
        var (saul, konrad) = (await office.OfficerAsync("saul", "case_worker", CasesOffice.South), await office.OfficerAsync("konrad", "consular_officer"));
        var person = await carla.RegisterAsync(new { });
        var one = await carla.OpenAsync(new { person = person.Id, type = "asylum_referral" });
        var path = $"/api/cases/{one.Id:D}/assign";
        var tag = ("If-Match", one.Tag!);

        // Another agency, a consulate, and a frontline officer to whom asylum is closed.
        foreach (var unfit in new[] { saul.Id, konrad.Id, flora.Id, Guid.Empty })
            Assert.Equal(["owner cases.assignee_unfit"], (await sara.PostAsync(path, new { owner = unfit }, tag)).Errors);
        Assert.Equal(403, (await carla.PostAsync(path, new { owner = norma.Id }, tag)).Status);
        Assert.Equal(404, (await flora.PostAsync(path, new { owner = flora.Id }, tag)).Status);
        Assert.Equal(404, (await saul.PostAsync(path, new { owner = saul.Id }, tag)).Status);
        Assert.Equal(200, (await sara.PostAsync(path, new { owner = norma.Id }, tag)).Status);
        Assert.Equal(412, (await sara.PostAsync(path, new { owner = carla.Id }, tag)).Status);
        Assert.Equal(norma.Id, (await norma.GetAsync("/api/cases/worklist?mine=true")).Json.GetProperty("cases")[0].GetProperty("case").GetProperty("owner").GetGuid());
        Assert.Empty((await carla.GetAsync("/api/cases/worklist?mine=true")).Json.GetProperty("cases").EnumerateArray());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_case_is_given_only_to_a_team_of_its_own_agency(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var (night, foreign) = (await TeamAsync(office, carla.Agency!.Value), await TeamAsync(office, saul.Agency!.Value));
        var one = await carla.OpenAsync(new { person = (await carla.RegisterAsync(new { })).Id });
        var path = $"/api/cases/{one.Id:D}/assign";
        foreach (var unfit in new[] { foreign, Guid.CreateVersion7(office.Time.GetUtcNow()) })
            Assert.Equal(["team cases.assignee_unfit"], (await sara.PostAsync(path, new { team = unfit }, ("If-Match", one.Tag!))).Errors);
        Assert.Equal(200, (await sara.PostAsync(path, new { team = night }, ("If-Match", one.Tag!))).Status);
        Assert.Equal([night], await office.ReadAsync<Guid>("select team_id from cases_cases"));
    }

    [Theory]
    [OnEachEngine]
    public async Task No_case_is_opened_on_a_file_that_was_merged_since_it_was_looked_at(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var (one, twin) = (await carla.RegisterAsync(new { }), await carla.RegisterAsync(new { }));
        var (open, said) = (office.Node.Services.GetRequiredService<OpenCase>(), new SentCase { Person = one.Id, OtherPersons = [twin.Id] });
        var ready = await open.ReadyAsync(said, [], carla.Actor, CancellationToken.None);
        await office.WriteAsync("update cases_persons set status = 'merged', merged_into = @Into, version = version + 1 where id = @Id", new { Into = one.Id, twin.Id });
        await using (var change = await office.Node.Db.BeginAsync(carla.Actor, "cases.case.opened", OpenCase.SubjectOf(ready.Id), CancellationToken.None))
            Assert.Same(Tambo.Cases.CasesProblems.PersonInactive, (await Assert.ThrowsAsync<Problem>(() => open.WriteAsync(change, ready, said, carla.Actor))).Kind);
        Assert.Empty(await office.ReadAsync<string>("select case_id from cases_case_persons"));
    }

    internal static async Task<Guid> TeamAsync(CasesOffice office, Guid agency)
    {
        var id = Guid.CreateVersion7(office.Time.GetUtcNow());
        await office.WriteAsync("insert into platform_teams (id, agency_id, name, created_at, version) values (@id, @agency, 'Night', '2026-01-01T00:00:00.000Z', 1)", new { id, agency });
        return id;
    }

    [Theory]
    [OnEachEngine]
    public async Task A_linked_case_is_shown_to_those_alone_who_reach_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, flora) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("flora", "frontline_officer"));
        var saul = await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South);
        var person = await norma.RegisterAsync(new { });
        var (one, hidden) = (await norma.OpenAsync(new { person = person.Id }), await norma.OpenAsync(new { person = person.Id, type = "trafficking" }));
        var foreign = await saul.OpenAsync(new { person = (await saul.RegisterAsync(new { })).Id });
        var path = $"/api/cases/{one.Id:D}";

        foreach (var unfit in new[] { foreign.Id, one.Id, Guid.Empty })
            Assert.Equal(["case cases.case_unknown"], (await norma.PostAsync(path + "/links", new { @case = unfit })).Errors);
        Assert.Equal(["case cases.case_unknown"], (await flora.PostAsync(path + "/links", new { @case = hidden.Id })).Errors);
        Assert.Equal(204, (await norma.PostAsync(path + "/links", new { @case = hidden.Id, kind = "continues" })).Status);
        Assert.Equal(hidden.Id, (await norma.GetAsync(path)).Json.GetProperty("links")[0].GetProperty("id").GetGuid());
        Assert.Empty((await flora.GetAsync(path)).Json.GetProperty("links").EnumerateArray());
    }
}
