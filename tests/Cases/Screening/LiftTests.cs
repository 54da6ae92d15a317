using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Tests.Cases.Referrals;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Screening;

/// <summary>What people decide beside a screening stands beside it; locks are lifted by two.</summary>
public sealed class LiftTests
{
    private static readonly object Girl = new { identity = new { birth = new { inYear = 2011 }, sexRecorded = "female" } };

    [Theory]
    [OnEachEngine]
    public async Task A_lock_stands_until_a_second_person_has_decided_and_the_result_stays_as_it_was(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, nadia, sara, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("carla", "case_worker"));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        var one = $"{path}/{(await norma.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } })).Id:D}";
        var computed = (await norma.GetAsync(one)).Json.GetProperty("screening").GetProperty("result").GetRawText();
        Assert.Equal(["return", "detention"], Locks(await sara.GetAsync(one)));

        Assert.Equal(404, (await carla.PostAsync(one + "/lifts", new { locks = new[] { "return" }, reason = "x" })).Status);
        Assert.Equal(["locks form.missing", "reason form.missing"], (await norma.PostAsync(one + "/lifts", new { })).Errors);
        Assert.Equal("lift.not_locked", (await norma.PostAsync(one + "/lifts", new { locks = new[] { "consular_origin" }, reason = "her aunt waits there" })).Code);
        var asked = await norma.PostAsync(one + "/lifts", new { locks = new[] { "return" }, reason = "lift-word" });
        Assert.True(asked.Status == 202, asked.Text);
        Assert.Equal("lift.asked_already", (await sara.PostAsync(one + "/lifts", new { locks = new[] { "return" }, reason = "again" })).Code);
        Assert.Equal(["return", "detention"], Locks(asked));
        var lift = $"{one}/lifts/{asked.Json.GetProperty("screening").GetProperty("lifts")[0].GetProperty("id").GetGuid():D}/decide";
        Assert.Equal("lift.own_request", (await norma.PostAsync(lift, new { approve = true })).Code);
        Assert.Equal(["approve form.missing"], (await nadia.PostAsync(lift, new { })).Errors);
        var lifted = await nadia.PostAsync(lift, new { approve = true, note = "her mother was found" });
        Assert.True(lifted.Status == 200, lifted.Text);
        Assert.Equal("lift.decided_already", (await sara.PostAsync(lift, new { approve = true })).Code);
        var now = await norma.GetAsync(one);
        Assert.Equal(["detention"], Locks(now));
        Assert.Equal(computed, now.Json.GetProperty("screening").GetProperty("result").GetRawText());
        var kept = now.Json.GetProperty("screening").GetProperty("lifts")[0];
        Assert.Equal(("lift-word", $"user:{nadia.Id:D}"), (kept.GetProperty("reason").GetString(), kept.GetProperty("decidedBy").GetString()));
        // A declined one changes nothing, and may be taken back by whoever asked.
        var again = await sara.PostAsync(one + "/lifts", new { locks = new[] { "detention" }, reason = "for the hearing" });
        await sara.PostAsync($"{one}/lifts/{again.Json.GetProperty("screening").GetProperty("lifts")[1].GetProperty("id").GetGuid():D}/decide", new { approve = false });
        Assert.Equal(["detention"], Locks(await norma.GetAsync(one)));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_locked_anew_after_a_lift_was_asked_is_not_lifted_by_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, nadia, rosa) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"), await office.OfficerAsync("rosa", "protection_specialist"));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        var one = $"{path}/{(await norma.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } })).Id:D}";
        async Task<string> AskAsync() => $"{one}/lifts/{(await norma.PostAsync(one + "/lifts", new { locks = new[] { "return" }, reason = "her mother waits for her" })).Json.GetProperty("screening").GetProperty("lifts").EnumerateArray().Last().GetProperty("id").GetGuid():D}/decide";
        var asked = await AskAsync();
        // She whispers to somebody else why she left.
        office.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await rosa.PostAsync(one + "/decisions", new { addProfiles = new[] { "protection_need" }, reason = "what she whispered" })).Status);
        Assert.Equal((409, "lift.locked_since"), await nadia.PostAsync(asked, new { approve = true }) is var told ? (told.Status, told.Code) : default);
        Assert.Contains("return", Locks(await norma.GetAsync(one)));
        Assert.Equal(200, (await nadia.PostAsync(asked, new { approve = false })).Status);
        Assert.Equal(200, (await nadia.PostAsync(await AskAsync(), new { approve = true })).Status);
        Assert.DoesNotContain("return", Locks(await norma.GetAsync(one)));
    }

    [Theory]
    [OnEachEngine]
    public async Task No_step_towards_return_is_taken_while_it_is_locked_for_anybody_in_the_case_whoever_may_see_why(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, nadia, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"));
        var (girl, aunt) = (await norma.RegisterAsync(Girl), await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } } }));
        var path = $"/api/cases/persons/{girl.Id:D}/screenings";
        var one = $"{path}/{(await norma.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } })).Id:D}";
        var back = await carla.OpenAsync(new { person = aunt.Id, type = "return", otherPersons = new[] { girl.Id } });
        var step = $"/api/cases/{back.Id:D}/state";
        foreach (var state in new[] { "registered", "assessed", "planned" })
            Assert.Equal(200, (await carla.PostAsync(step, new { state }, ("If-Match", (await carla.GetAsync($"/api/cases/{back.Id:D}")).Tag!))).Status);
        async Task<Told> BeginAsync() => await carla.PostAsync(step, new { state = "active" }, ("If-Match", (await carla.GetAsync($"/api/cases/{back.Id:D}")).Tag!));
        var locked = await BeginAsync();
        Assert.Equal((409, "lift.return_locked"), (locked.Status, locked.Code));

        var asked = await norma.PostAsync(one + "/lifts", new { locks = new[] { "return" }, reason = "her mother waits for her" });
        Assert.Equal("lift.return_locked", (await BeginAsync()).Code);
        Assert.Equal(200, (await nadia.PostAsync($"{one}/lifts/{asked.Json.GetProperty("screening").GetProperty("lifts")[0].GetProperty("id").GetGuid():D}/decide", new { approve = true })).Status);
        // That she goes back without a parent is best for her only if a panel says so.
        Assert.Equal("cases.child.determination_needed", (await BeginAsync()).Code);
        await DetermineAsync(norma, girl.Id);
        var begun = await BeginAsync();
        Assert.True(begun.Status == 200, begun.Text);
    }

    // A panel determined that it is best for a child to go to her family.
    private static async Task DetermineAsync(Officer officer, Guid child)
    {
        var one = await officer.OpenAsync(new { person = child, type = "child" });
        var told = await officer.PostAsync(
            $"/api/cases/{one.Id:D}/best-interests", new { step = "determination", on = "2026-01-02", panel = new[] { "a judge", "the office" }, decision = "family_reunification" }, ("If-Match", (await officer.GetAsync($"/api/cases/{one.Id:D}")).Tag!));
        Assert.True(told.Status == 200, told.Text);
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_asks_for_protection_is_not_returned_though_nobody_has_screened_them(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, nadia, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"));
        var (noted, asking, free) = (
            await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } }, asylum = new { notes = "afraid" } }),
            await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1981 } } }),
            await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1982 } } }));
        await norma.OpenAsync(new { person = asking.Id, type = "asylum_referral" });
        foreach (var (person, isFree) in new[] { (noted.Id, false), (asking.Id, false), (free.Id, true) })
        {
            var step = $"/api/cases/{(await carla.OpenAsync(new { person, type = "return" })).Id:D}";
            async Task<Told> MoveAsync(string state) => await carla.PostAsync(step + "/state", new { state }, ("If-Match", (await carla.GetAsync(step)).Tag!));
            foreach (var state in new[] { "registered", "assessed", "planned" })
                Assert.Equal(200, (await MoveAsync(state)).Status);
            var begun = await MoveAsync("active");
            Assert.True(isFree ? begun.Status == 200 : begun.Code == "lift.return_locked", begun.Text);
            if (isFree)
                continue;

            // Somebody screens them, and two people lift what stands against it.
            var path = $"/api/cases/persons/{person:D}/screenings";
            var made = await norma.PostAsync(path, new { answers = new[] { Yes("protection_need.fear_return") } });
            Assert.Equal("lift.return_locked", (await MoveAsync("active")).Code);
            var asked = await norma.PostAsync($"{path}/{made.Id:D}/lifts", new { locks = new[] { "return" }, reason = "she goes to her son, by her own wish" });
            Assert.True(asked.Status == 202, asked.Text);
            Assert.Equal(200, (await nadia.PostAsync($"{path}/{made.Id:D}/lifts/{asked.Json.GetProperty("screening").GetProperty("lifts")[0].GetProperty("id").GetGuid():D}/decide", new { approve = true })).Status);
            Assert.Equal(200, (await MoveAsync("active")).Status);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_lift_is_of_what_two_people_knew_and_a_claim_that_comes_later_locks_again(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("lifter", "cases.read", "cases.screen", "cases.lift_locks", "cases.see.identity", "cases.see.general", "cases.see.child");
        var (norma, nadia, lena, lara) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"), await office.OfficerAsync("lena", "lifter"), await office.OfficerAsync("lara", "lifter"));
        var girl = (await norma.RegisterAsync(Girl)).Id;
        var path = $"/api/cases/persons/{girl:D}/screenings";
        var one = $"{path}/{(await norma.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } })).Id:D}";
        async Task<Told> AskAsync(Officer by, string locked) => await by.PostAsync(one + "/lifts", new { locks = new[] { locked }, reason = "her mother waits for her" });
        async Task<Told> LiftAsync(Officer asks, Officer decides, string locked = "return")
        {
            var asked = await AskAsync(asks, locked);
            Assert.True(asked.Status == 202, asked.Text);
            Assert.DoesNotContain("knew", asked.Text, StringComparison.Ordinal);
            return await decides.PostAsync($"{one}/lifts/{asked.Json.GetProperty("screening").GetProperty("lifts").EnumerateArray().Last().GetProperty("id").GetGuid():D}/decide", new { approve = true });
        }

        async Task<string> BeginAsync()
        {
            var back = await norma.OpenAsync(new { person = girl, type = "return" });
            await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { back.Id });
            var begun = await norma.PostAsync($"/api/cases/{back.Id:D}/state", new { state = "active" }, ("If-Match", "\"v1\""));
            return begun.Status == 200 ? "begun" : begun.Code;
        }

        await DetermineAsync(norma, girl);
        // July: two lift what the screening locked, and she may go.
        Assert.Equal(200, (await LiftAsync(norma, nadia)).Status);
        Assert.Equal("begun", await BeginAsync());
        Assert.Equal("lift.not_locked", (await AskAsync(norma, "return")).Code);

        // September: she asks for asylum, and nobody has screened her again.
        office.Time.Advance(TimeSpan.FromDays(60));
        var asylum = await norma.OpenAsync(new { person = girl, type = "asylum_referral" });
        Assert.Equal("lift.return_locked", await BeginAsync());
        Assert.Equal("lift.move_locked", (await norma.PostAsync($"/api/cases/{asylum.Id:D}/transfer", new { kind = "consulate", place = "x" }, ("If-Match", asylum.Tag!))).Code);
        // Two to whom asylum is closed lift what they know of, which is nothing.
        Assert.Equal("lift.not_locked", (await AskAsync(lena, "return")).Code);
        Assert.Equal(200, (await LiftAsync(lara, lena, "detention")).Status);
        // One who knows asks, one who does not says yes: that is not two who knew.
        Assert.Equal(200, (await LiftAsync(norma, lena)).Status);
        Assert.Equal("lift.return_locked", await BeginAsync());
        Assert.Equal(200, (await LiftAsync(norma, nadia)).Status);
        Assert.Equal("begun", await BeginAsync());
        // What was decided stays decided when the case ends; to open it again is to ask again.
        await office.WriteAsync("update cases_cases set state = 'closing' where id = @Id", new { asylum.Id });
        Assert.Equal(200, (await norma.PostAsync($"/api/cases/{asylum.Id:D}/close", new { reason = "needs_met", personAgreed = "yes" }, ("If-Match", asylum.Tag!))).Status);
        Assert.Equal("begun", await BeginAsync());
        Assert.Equal(200, (await norma.PostAsync($"/api/cases/{asylum.Id:D}/reopen", new { reason = "she is afraid again" }, ("If-Match", "\"v2\""))).Status);
        Assert.Equal("lift.return_locked", await BeginAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_consent_for_asylum_and_a_referral_to_it_lock_as_a_case_of_it_does(Engine engine)
    {
        await using var referring = await ReferralOffice.OpenAsync(engine);
        var (office, nora) = (referring.Office, referring.Nora);
        var facts = office.Node.Services.GetRequiredService<FactsOfPersons>();
        async Task<Guid> PersonAsync() => (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } } })).Id;
        async Task<(bool Need, string Step)> StandsAsync(Guid person)
        {
            var back = await nora.OpenAsync(new { person, type = "return" });
            await office.WriteAsync("update cases_cases set state = 'planned' where id = @Id", new { back.Id });
            var begun = await nora.PostAsync($"/api/cases/{back.Id:D}/state", new { state = "active" }, ("If-Match", "\"v1\""));
            await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
            var row = await Dapper.SqlMapper.QuerySingleAsync<PersonRow>(connection, "select * from cases_persons where id = @person", new { person });
            return ((await facts.OfAsync(connection, [row], office.Time.GetUtcNow(), CancellationToken.None))[person].Facts.ProtectionNeed, begun.Status == 200 ? "begun" : begun.Code);
        }

        async Task<Guid> ReferAsync(Guid person, string kind, object? told = null)
        {
            var draft = await nora.PostAsync($"/api/cases/{(await nora.OpenAsync(new { person })).Id:D}/referrals", new { service = referring.Mats.Id, kind, urgency = "urgent", told = told ?? new { } });
            Assert.True(draft.Status == 201, draft.Text);
            return draft.Id;
        }

        var (free, agrees, agreed, asks, legal, needs, mistaken) = (await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync(), await PersonAsync());
        foreach (var person in new[] { agrees, agreed })
        {
            var consent = await nora.AgreeAsync(person, "asylum", [Officer.Scope("asylum", "asylum_authority")], until: SettableTime.Noon.AddDays(30));
            // Who takes the consent back is no less afraid.
            if (person == agreed)
                Assert.Equal(200, (await nora.PostAsync($"/api/cases/persons/{person:D}/consents/{consent.Id:D}/withdraw", new { })).Status);
        }

        await ReferAsync(asks, "asylum");
        await ReferAsync(legal, "legal");
        await ReferAsync(needs, "legal", new Dictionary<string, string> { ["asylum/needs"] = "an appeal" });
        var wrong = await ReferAsync(mistaken, "asylum");
        Assert.Equal((true, "lift.return_locked"), await StandsAsync(mistaken));
        await referring.DoneAsync(wrong, "steps", new { act = "withdraw", reason = "made_in_error" });
        foreach (var (person, locked) in new[] { (free, false), (agrees, true), (agreed, true), (asks, true), (legal, false), (needs, true), (mistaken, false) })
            Assert.Equal((locked, locked ? "lift.return_locked" : "begun"), await StandsAsync(person));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_need_for_protection_that_an_officer_adds_locks_as_one_that_a_rule_finds(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        var one = $"{path}/{(await norma.PostAsync(path, new { answers = new[] { new { question = "triage.fear", way = "said", values = new[] { "no" } } } })).Id:D}";
        Assert.Empty(Locks(await norma.GetAsync(one)));
        Assert.Equal(200, (await norma.PostAsync(one + "/decisions", new { addProfiles = new[] { "protection_need" }, reason = "she whispered it" })).Status);
        Assert.Equal(["return", "consular_origin"], Locks(await norma.GetAsync(one)));
        // One officer who takes it back unlocks nothing: that is for two.
        Assert.Equal(200, (await norma.PostAsync(one + "/decisions", new { removeProfiles = new[] { "protection_need" }, reason = "I misheard" })).Status);
        Assert.Equal(["return", "consular_origin"], Locks(await norma.GetAsync(one)));
    }

    [Fact]
    public void A_need_that_is_added_after_a_lift_locks_again_and_an_old_lift_answers_what_was_written_before_it()
    {
        var noon = SettableTime.Noon;
        var kept = new KeptScreening
        {
            Result = new KeptResult("urgent", ["return"], [], [], [], [], [], true),
            Lifts = [new KeptLift(Guid.CreateVersion7(noon), ["return"], "a", noon, "why", KeptLift.Lifted, "b", noon.AddHours(1))],
        };
        Assert.Empty(kept.Standing.Locks);
        Assert.Equal(["consular_origin", "return"], (kept with { Decisions = [new KeptDecision("a", noon.AddHours(2), null, ["protection_need"], [], "why")] }).Standing.Locks.Order());
        Assert.Equal(["consular_origin"], (kept with { Decisions = [new KeptDecision("a", noon, null, ["protection_need"], [], "why")] }).Standing.Locks);
        var sign = new AsylumSign(Guid.Empty, "case", noon.AddMinutes(30));
        Assert.True(kept.Lifts[0].Answers("return", sign));
        Assert.False(kept.Lifts[0].Answers("return", sign with { At = noon.AddHours(2) }));
        Assert.False(kept.Lifts[0].Answers("consular_origin", sign));
        Assert.False((kept.Lifts[0] with { Knew = [] }).Answers("return", sign));
        Assert.True((kept.Lifts[0] with { Knew = ["case"] }).Answers("return", sign with { At = noon.AddHours(2) }));
        Assert.False((kept.Lifts[0] with { Knew = ["case"], State = KeptLift.Asked }).Answers("return", sign));
    }

    [Theory]
    [OnEachEngine]
    public async Task Another_urgency_and_other_profiles_stand_beside_the_result_under_the_seal_that_they_need(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, flora, carla) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("flora", "frontline_officer"), await office.OfficerAsync("carla", "case_worker"));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        var one = $"{path}/{(await flora.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } })).Id:D}";
        Assert.Equal(["reason form.missing", "urgency form.missing"], (await norma.PostAsync(one + "/decisions", new { })).Errors);
        Assert.Equal(["addProfiles cases.code_unknown", "removeProfiles cases.code_unknown"], (await norma.PostAsync(one + "/decisions", new { addProfiles = new[] { "tall" }, removeProfiles = new[] { "stranded" }, reason = "x" })).Errors);
        Assert.Equal((403, "cases.compartment_closed"), (await flora.PostAsync(one + "/decisions", new { addProfiles = new[] { "possible_trafficking" }, reason = "x" })) is var closed ? (closed.Status, closed.Code) : default);
        Assert.Equal(200, (await flora.PostAsync(one + "/decisions", new { urgency = "normal", reason = "the aunt showed papers" })).Status);
        Assert.Equal("normal", (await flora.GetAsync(one)).Json.GetProperty("urgency").GetString());
        var decided = await norma.PostAsync(one + "/decisions", new { urgency = "emergency", addProfiles = new[] { "possible_trafficking" }, removeProfiles = new[] { "child_at_risk" }, reason = "debt-word" });
        Assert.True(decided.Status == 200, decided.Text);
        var kept = (await norma.GetAsync(one)).Json;
        Assert.Equal(["possible_trafficking"], kept.GetProperty("standing").GetProperty("profiles").EnumerateArray().Select(profile => profile.GetString()));
        Assert.Equal("urgent", kept.GetProperty("screening").GetProperty("result").GetProperty("urgency").GetString());
        Assert.Equal(2, kept.GetProperty("screening").GetProperty("decisions").GetArrayLength());
        Assert.Equal([0], await office.ReadAsync<int>("select urgency from cases_screenings"));
        // What it says now belongs to violence, which is closed to those who saw it before.
        foreach (var officer in new[] { flora, carla })
        {
            var seen = await officer.GetAsync(one);
            Assert.Equal((200, "emergency"), (seen.Status, seen.Json.GetProperty("urgency").GetString()));
            Assert.False(seen.Json.TryGetProperty("screening", out _));
            Assert.Equal(403, (await officer.GetAsync(one + "/replay")).Status);
        }

        Assert.Equal(1L, (await office.ReadAsync<long>("select count(*) from cases_sealed where record_id in (select id from cases_screenings)")).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_the_record_says_of_age_and_sex_is_not_told_to_screeners_to_whom_identity_is_closed(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("screener", "cases.register", "cases.read", "cases.screen", "cases.see.general", "cases.see.child");
        var (norma, sena) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("sena", "screener"));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        foreach (var (officer, told) in new[] { (norma, true), (sena, false) })
        {
            var made = await officer.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } });
            Assert.True(made.Status == 201, made.Text);
            Assert.Equal(told, made.Json.GetProperty("screening").TryGetProperty("known", out _));
            Assert.Equal(told, (await officer.GetAsync($"{path}/{made.Id:D}")).Json.GetProperty("screening").TryGetProperty("known", out _));
            // The facts are kept all the same: rules need them.
            Assert.Equal(2011, 2026 - (await norma.GetAsync($"{path}/{made.Id:D}")).Json.GetProperty("screening").GetProperty("known").GetProperty("ageMost").GetInt32());
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Answers_are_read_again_by_other_rules_and_nothing_is_kept_unless_somebody_says_so(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, mario) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("mario", "migration_control"));
        var path = $"/api/cases/persons/{(await norma.RegisterAsync(Girl)).Id:D}/screenings";
        var one = $"{path}/{(await norma.PostAsync(path, new { answers = new[] { Yes("triage.child_other_adult") } })).Id:D}";
        var before = await norma.GetAsync(one);
        var same = await norma.GetAsync(one + "/replay");
        Assert.True(same.Status == 200, same.Text);
        Assert.Empty(same.Json.GetProperty("differences").EnumerateArray());
        Assert.False(same.Json.GetProperty("needsReview").GetBoolean());
        Assert.Equal(404, (await mario.GetAsync(one + "/replay")).Status);

        // Rules that are brought along: the same question is an emergency, and another one is gone.
        var triage = System.Text.Json.Nodes.JsonNode.Parse(InstrumentSet.ShippedFiles().Single(file => file.Name == "triage").Json)!.AsObject();
        triage["version"] = 9;
        foreach (var rule in triage["rules"]!.AsArray().Where(rule => rule!["id"]!.GetValue<string>() == "triage.child_other_adult"))
            rule!["urgency"] = "emergency";
        var tried = await norma.PostAsync(one + "/replay/try", $"{{\"instruments\":[{triage.ToJsonString()}]}}");
        Assert.True(tried.Status == 200, tried.Text);
        var urgency = tried.Json.GetProperty("differences").EnumerateArray().Single(field => field.GetProperty("field").GetString() == "urgency");
        Assert.Equal(("urgent", "emergency"), (urgency.GetProperty("before")[0].GetString(), urgency.GetProperty("after")[0].GetString()));
        Assert.Equal([1, 9], tried.Json.GetProperty("versions").GetProperty("triage").EnumerateArray().Select(version => version.GetInt32()));
        Assert.Equal(["instruments cases.value_unfit"], (await norma.PostAsync(one + "/replay/try", """{"instruments":[{"id":"triage"}]}""")).Errors);
        Assert.Equal(before.Text, (await norma.GetAsync(one)).Text);

        var kept = await norma.PostAsync(one + "/replay", new { });
        Assert.True(kept.Status == 200, kept.Text);
        Assert.Equal(1, kept.Json.GetProperty("screening").GetProperty("replays").GetArrayLength());
        Assert.Equal(before.Json.GetProperty("screening").GetProperty("result").GetRawText(), (await norma.GetAsync(one)).Json.GetProperty("screening").GetProperty("result").GetRawText());
    }

    [Fact]
    public void Later_rules_make_nothing_less_urgent_and_lock_again_what_was_lifted_before()
    {
        var noon = SettableTime.Noon;
        KeptResult Result(string urgency, params string[] locks) => new(urgency, locks, ["child_at_risk"], [], [], [], [], true);
        var kept = new KeptScreening
        {
            Result = Result("urgent", "return"),
            Lifts = [new KeptLift(Guid.CreateVersion7(noon), ["return"], "a", noon, "why", KeptLift.Lifted, "b", noon.AddHours(1))],
        };
        Assert.Equal(("urgent", 0, 1), (kept.Standing.Urgency, kept.Standing.Locks.Count, kept.Standing.Lifted.Count));
        var replayed = kept with { Replays = [new KeptReplay("a", noon.AddHours(2), new Dictionary<string, int>(), Result("normal", "return", "detention"))] };
        Assert.Equal("urgent", replayed.Standing.Urgency);
        Assert.Equal(["detention", "return"], replayed.Standing.Locks.Order());
        var decided = replayed with { Decisions = [new KeptDecision("a", noon.AddHours(3), "normal", ["stranded"], ["child_at_risk"], "why")] };
        Assert.Equal("normal", decided.Standing.Urgency);
        Assert.Equal(["stranded"], decided.Standing.Profiles);
        Assert.Equal(["detention", "return"], decided.Standing.Locks.Order());
    }

    private static object Yes(string question) => new { question, way = "said", values = new[] { "yes" } };

    private static IReadOnlyList<string> Locks(Told told) => [.. told.Json.GetProperty("standing").GetProperty("locks").EnumerateArray().Select(one => one.GetString()!)];
}
