using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Register;
using Tambo.Cases.Screening;
using Tambo.Platform.Database;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Family;

/// <summary>Two at one time never do together what neither may do alone: who belongs together is read where the step is written.</summary>
public sealed class FamilyAtOnceTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_step_waits_for_who_joins_at_the_same_time_and_is_asked_about_them(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine);
        var (office, nora) = (referring.Office, referring.Nora);
        var (susan, carla) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("carla", "case_worker"));
        var person = referring.Consent.PersonId;
        var draft = await nora.PostAsync($"/api/cases/{referring.Case:D}/referrals", new { service = referring.Mats.Id, kind = "shelter", urgency = "urgent", consent = referring.Consent.Id });
        var (closing, back) = (await nora.OpenAsync(new { person }), await nora.OpenAsync(new { person, type = "return" }));
        await office.WriteAsync("update cases_cases set state = 'closing' where id = @Id", new { closing.Id });
        await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { back.Id });
        var alone = (await nora.PostAsync("/api/cases/households", new { members = new[] { person } })).Id;
        var steps = new (Officer By, string Of, string Step, object Body)[]
        {
            (susan, $"/api/cases/{referring.Case:D}", "/assign", new { owner = carla.Id }),
            (nora, $"/api/cases/{referring.Case:D}", "/transfer", new { kind = "hospital", place = "the hospital" }),
            (nora, $"/api/cases/{closing.Id:D}", "/close", new { reason = "needs_met", personAgreed = "yes" }),
            (nora, $"/api/cases/{back.Id:D}", "/state", new { state = "active" }),
            (nora, $"/api/cases/referrals/{draft.Id:D}", "/offer", new { }),
            (nora, $"/api/cases/households/{alone:D}", $"/members/{person:D}/leave", new { }),
        };
        foreach (var (by, of, step, body) in steps)
        {
            using var here = nora.Elsewhere();
            using var there = by.Elsewhere();
            var sister = (await here.RegisterAsync(new { })).Id;
            await here.OpenAsync(new { person = sister });
            var tag = (await there.GetAsync(of)).Tag!;
            Task<Told> waits;
            await using (var joins = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.joins", "sample", CancellationToken.None))
            {
                await HeldPersons.HoldHouseholdAsync(office.Node.Db, joins, alone, [sister]);
                await joins.ExecuteAsync("insert into cases_household_members (household_id, person_id, joined_at) values (@alone, @sister, @now)", new { alone, sister, now = office.Time.GetUtcNow() });
                waits = there.PostAsync(of + step, body, ("If-Match", tag));
                await AtOnce.UntilWaitsAsync(office, waits);
                await joins.CommitAsync(CancellationToken.None);
            }

            var told = await waits;
            Assert.True((step, told.Status, told.Json.TryGetProperty("code", out var code) ? code.GetString() : "") == (step, 409, "cases.family.split"), $"{step}: {told.Text}");
            await office.WriteAsync("delete from cases_household_members where person_id = @sister", new { sister });
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_changes_who_belongs_together_or_what_is_locked_waits_for_a_step_that_is_being_written(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, nadia) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"));
        var unity = office.Node.Services.GetRequiredService<FamilyUnity>();
        var girl = (await norma.RegisterAsync(new { identity = new { birth = new { inYear = 2011 }, sexRecorded = "female" } })).Id;
        var (aunt, twin) = ((await norma.RegisterAsync(new { })).Id, (await norma.RegisterAsync(new { })).Id);
        var one = await norma.OpenAsync(new { person = girl });
        var household = (await norma.PostAsync("/api/cases/households", new { members = new[] { girl } })).Id;
        var path = $"/api/cases/persons/{girl:D}/screenings";
        var screened = (await norma.PostAsync(path, new { answers = new[] { Yes } })).Id;
        var asked = await norma.PostAsync($"{path}/{screened:D}/lifts", new { locks = new[] { "return" }, reason = "her mother waits" });
        var lift = asked.Json.GetProperty("screening").GetProperty("lifts")[0].GetProperty("id").GetGuid();
        var merge = (await norma.PostAsync("/api/cases/merges", new { survivor = girl, absorbed = twin, decisions = new { } })).Id;
        await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at where id = @Id", new { one.Id });
        var tag = (await norma.GetAsync($"/api/cases/{one.Id:D}")).Tag!;
        var doors = new (string Door, Func<Task<Told>> Knock)[]
        {
            ("make", () => norma.PostAsync("/api/cases/households", new { members = new[] { girl, aunt } })),
            ("add", () => norma.PostAsync($"/api/cases/households/{household:D}/members", new { members = new[] { aunt } }, ("If-Match", "\"v1\""))),
            ("open", () => norma.PostAsync("/api/cases", new { person = girl })),
            ("reopen", () => norma.PostAsync($"/api/cases/{one.Id:D}/reopen", new { reason = "she came back" }, ("If-Match", tag))),
            ("screen", () => norma.PostAsync(path, new { answers = new[] { Yes } })),
            ("lift", () => nadia.PostAsync($"{path}/{screened:D}/lifts/{lift:D}/decide", new { approve = true })),
            ("merge", () => nadia.PostAsync($"/api/cases/merges/{merge:D}/decide", new { approve = true })),
        };
        foreach (var (door, knock) in doors)
        {
            Task<Told> waits;
            await using (var step = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.step", "sample", CancellationToken.None))
            {
                await HeldPersons.HoldAsync(office.Node.Db, step, [girl]);
                waits = knock();
                await AtOnce.UntilWaitsAsync(office, waits);
                Assert.Equal(1, await step.ExecuteAsync("update cases_cases set changed_at = changed_at where id = @Id", new { one.Id }));
                await step.CommitAsync(CancellationToken.None);
            }

            var told = await waits;
            Assert.True(told.Status is 200 or 201, $"{door}: {told.Status} {told.Text}");
        }

        // What a step found to be so stays so until it is over: she was alone, and now she is not.
        await using var after = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.after", "sample", CancellationToken.None);
        var refused = await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => unity.RequireAsync(after, one.Id, FamilySplit.Refer));
        Assert.Equal("cases.family.split", refused.Kind.Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_screening_that_is_being_kept_locks_the_return_that_is_written_beside_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var girl = (await norma.RegisterAsync(new { identity = new { birth = new { inYear = 2011 }, sexRecorded = "female" } })).Id;
        var back = await norma.OpenAsync(new { person = girl, type = "return" });
        await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { back.Id });
        var record = office.Node.Services.GetRequiredService<RecordScreening>();
        var seen = await record.AdmitAsync(girl, norma.Actor, CancellationToken.None);
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var keeps = record.RunAsync(seen, new SentScreening { Answers = [new SentAnswer("triage.child_other_adult", "said", ["yes"])] }, [], norma.Actor, CancellationToken.None, async (_, _) =>
        {
            reached.SetResult();
            await go.Task;
        });
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var waits = norma.PostAsync($"/api/cases/{back.Id:D}/state", new { state = "active" }, ("If-Match", "\"v1\""));
        try
        {
            await AtOnce.UntilWaitsAsync(office, waits);
        }
        finally
        {
            go.SetResult();
        }

        Assert.Contains("return", (await keeps).Standing!.Locks);
        var told = await waits;
        Assert.Equal((409, "lift.return_locked"), (told.Status, told.Code));
        Assert.Equal(["planned"], await office.ReadAsync<string>("select state from cases_cases"));
    }

    [Theory]
    [OnEachEngine]
    public async Task The_last_open_case_is_not_closed_beside_one_that_is_being_opened_for_a_sister(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var (elder, younger) = ((await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id);
        await carla.PostAsync("/api/cases/households", new { members = new[] { elder, younger } });
        var one = await carla.OpenAsync(new { person = elder });
        await office.WriteAsync("update cases_cases set state = 'closing'");
        var (reached, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        var opens = office.Node.Services.GetRequiredService<OpenCase>().RunAsync(new SentCase { Person = younger }, [], carla.Actor, CancellationToken.None, async (_, _) =>
        {
            reached.SetResult();
            await go.Task;
        });
        await reached.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var waits = carla.PostAsync($"/api/cases/{one.Id:D}/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", "\"v1\""));
        try
        {
            await AtOnce.UntilWaitsAsync(office, waits);
        }
        finally
        {
            go.SetResult();
        }

        _ = await opens;
        var told = await waits;
        Assert.Equal((409, "cases.family.split"), (told.Status, told.Code));
    }

    [Theory]
    [OnEachEngine]
    public async Task Steps_about_members_of_one_family_at_one_time_never_wait_for_each_other_in_a_circle(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var members = new List<Guid>();
        for (var number = 0; number < 4; number++)
            members.Add((await carla.RegisterAsync(new { })).Id);
        await carla.PostAsync("/api/cases/households", new { members });
        var unity = office.Node.Services.GetRequiredService<FamilyUnity>();
        var cases = new List<Guid>();
        foreach (var member in members)
            cases.Add((await carla.OpenAsync(new { person = member })).Id);
        var refusals = await Task.WhenAll(Enumerable.Range(0, 40).Select(async turn =>
        {
            await using var step = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.step", "sample", CancellationToken.None);
            return (await Assert.ThrowsAsync<Tambo.Platform.Problems.Problem>(() => unity.RequireAsync(step, cases[turn % cases.Count], FamilySplit.Close))).Kind.Code;
        }));
        Assert.All(refusals, code => Assert.Equal("cases.family.split", code));
    }

    private static object Yes => new { question = "triage.child_other_adult", way = "said", values = new[] { "yes" } };
}
