using Tambo.Cases.Consent;
using Tambo.Platform.Access.Users;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Family;

/// <summary>Somebody is moved to another place or office: together with those they belong to, or after a second person agreed.</summary>
public sealed class TransferTests
{
    [Theory]
    [OnEachEngine]
    public async Task Who_is_alone_is_moved_and_it_stands_in_the_case_on_its_timeline_and_in_their_export(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, flora, dora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("flora", "migration_control"), await office.OfficerAsync("dora", "data_protection_officer"));
        var (person, one) = await OpenAsync(carla);
        var path = $"/api/cases/{one:D}";
        Assert.Equal(["kind cases.code_unknown", "place form.missing"], (await carla.PostAsync(path + "/transfer", new { kind = "castle" }, ("If-Match", "\"v1\""))).Errors);
        Assert.Equal(["person cases.person_unknown", "team cases.assignee_unfit"], (await carla.PostAsync(path + "/transfer", new { person = one, kind = "shelter", place = "x", team = one }, ("If-Match", "\"v1\""))).Errors);
        Assert.Equal("cases.version_needed", (await carla.PostAsync(path + "/transfer", new { kind = "shelter", place = "x" })).Code);
        Assert.Equal(404, (await flora.PostAsync(path + "/transfer", new { kind = "shelter", place = "x" }, ("If-Match", "\"v1\""))).Status);
        var moved = await carla.PostAsync(path + "/transfer", new { kind = "shelter", place = "river-house-word" }, ("If-Match", "\"v1\""));
        Assert.True((200, "\"v2\"") == (moved.Status, moved.Tag), moved.Text);
        Assert.Equal(412, (await carla.PostAsync(path + "/transfer", new { kind = "hospital", place = "y" }, ("If-Match", "\"v1\""))).Status);

        var shown = (await carla.GetAsync(path + "/transfers")).Json.GetProperty("transfers");
        Assert.Equal((person, "shelter", "river-house-word", $"user:{carla.Id:D}"), (shown[0].GetProperty("person").GetGuid(), shown[0].GetProperty("transfer").GetProperty("kind").GetString(), shown[0].GetProperty("transfer").GetProperty("place").GetString(), shown[0].GetProperty("by").GetString()));
        Assert.Equal(1, shown.GetArrayLength());
        Assert.Contains((await carla.GetAsync(path + "/timeline")).Json.GetProperty("events").EnumerateArray(), happened => happened.GetProperty("what").GetString() == "transfer");
        var export = await dora.PostAsync($"/api/cases/persons/{person:D}/export", new { reason = "data_request", form = "json" });
        Assert.Equal("river-house-word", export.Json.GetProperty("records").GetProperty("transfers")[0].GetProperty("kept").GetProperty("place").GetString());
        Assert.Contains("Shelter, river-house-word", (await dora.PostAsync($"/api/cases/persons/{person:D}/export", new { reason = "data_request" })).Text, StringComparison.Ordinal);
        // The audit says whom, and not where.
        var lines = await office.ReadAsync<string>("select details from platform_audit_entries where change = 'cases.case.transferred'");
        Assert.Contains(person.ToString("D"), Assert.Single(lines), StringComparison.Ordinal);
        Assert.DoesNotContain("river-house-word", lines[0], StringComparison.Ordinal);

        await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at");
        Assert.Equal("cases.state_unfit", (await carla.PostAsync(path + "/transfer", new { kind = "shelter", place = "z" }, ("If-Match", "\"v2\""))).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task One_of_a_family_is_moved_once_a_second_person_agreed_to_exactly_this(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var (mother, child, aunt) = ((await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id);
        var one = (await carla.OpenAsync(new { person = mother, otherPersons = new[] { child } })).Id;
        var path = $"/api/cases/{one:D}";
        async Task<Told> MoveAsync(Guid? person) => await carla.PostAsync(path + "/transfer", new { person, kind = "shelter", place = "a house" }, ("If-Match", (await carla.GetAsync(path)).Tag!));
        async Task AgreeAsync(Guid? person)
        {
            var asked = await carla.PostAsync(path + "/splits", new { step = "transfer", person, kind = "shelter", place = " A  House ", reason = "only two beds are free" });
            Assert.True(asked.Status == 201, asked.Text);
            Assert.Equal(person, (await susan.GetAsync("/api/cases/splits")).Json.GetProperty("splits")[0].TryGetProperty("person", out var whom) ? whom.GetGuid() : null);
            Assert.Equal("cases.family.split", (await MoveAsync(person)).Code);
            Assert.Equal(200, (await susan.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        }

        // Who is in one case together goes together, household or not; all of it goes when nobody else is with them.
        Assert.Equal("cases.family.split", (await MoveAsync(child)).Code);
        Assert.Equal(200, (await MoveAsync(null)).Status);
        Assert.Equal(2, (await carla.GetAsync(path + "/transfers")).Json.GetProperty("transfers").GetArrayLength());

        // A yes for the child is none for the mother, and counts once.
        await AgreeAsync(child);
        Assert.Equal("cases.family.split", (await MoveAsync(mother)).Code);
        Assert.Equal(200, (await MoveAsync(child)).Status);
        Assert.Equal("cases.family.split", (await MoveAsync(child)).Code);

        // With an aunt who travels along and has a case of her own, not even all of the case go without her.
        await carla.PostAsync("/api/cases/households", new { members = new[] { mother, aunt } });
        Assert.Equal("cases.family.split", (await MoveAsync(null)).Code);
        await AgreeAsync(null);
        Assert.Equal(200, (await MoveAsync(null)).Status);
        Assert.Equal(["used", "used"], await office.ReadAsync<string>("select state from cases_entries where kind = 'split'"));
        Assert.Equal(["person cases.person_unknown"], (await carla.PostAsync(path + "/splits", new { step = "transfer", person = aunt, kind = "shelter", place = "a house", reason = "x" })).Errors);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_yes_is_for_one_place_alone_and_for_14_days(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var (mother, child) = ((await carla.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } } })).Id, (await carla.RegisterAsync(new { identity = new { birth = new { inYear = 1979 } } })).Id);
        var one = (await carla.OpenAsync(new { person = mother, otherPersons = new[] { child } })).Id;
        var path = $"/api/cases/{one:D}";
        async Task<Told> MoveAsync(string kind, string place) => await carla.PostAsync(path + "/transfer", new { person = child, kind, place }, ("If-Match", (await carla.GetAsync(path)).Tag!));
        async Task AgreeAsync()
        {
            var asked = await carla.PostAsync(path + "/splits", new { step = "transfer", person = child, kind = "hospital", place = "bed-word", reason = "the fever" });
            Assert.True(asked.Status == 201, asked.Text);
            Assert.Equal(200, (await susan.PostAsync($"{path}/splits/{asked.Id:D}/decide", new { approve = true }, ("If-Match", "\"v1\""))).Status);
        }

        Assert.Equal(["kind cases.code_unknown", "place form.missing", "reason form.missing"], (await carla.PostAsync(path + "/splits", new { step = "transfer", person = child })).Errors);
        Assert.Equal(["team cases.assignee_unfit"], (await carla.PostAsync(path + "/splits", new { step = "transfer", kind = "office", place = "x", reason = "x" })).Errors);
        await AgreeAsync();
        // What the second person agreed to stands where they read it, and its mark tells a thief nothing.
        var shown = (await susan.GetAsync(path + "/splits")).Json.GetProperty("splits")[0];
        Assert.Equal(("hospital", "bed-word", office.Time.GetUtcNow().AddDays(14)), (shown.GetProperty("to").GetProperty("kind").GetString(), shown.GetProperty("to").GetProperty("place").GetString(), shown.GetProperty("until").GetDateTimeOffset()));
        Assert.Matches("^transfer [0-9a-f]{24}$", (await office.ReadAsync<string>("select mark from cases_entries where kind = 'split'")).Single());
        foreach (var (kind, place) in new[] { ("closed", "bed-word"), ("hospital", "another"), ("return_point", "bed-word") })
            Assert.Equal((kind, "cases.family.split"), (kind, (await MoveAsync(kind, place)).Code));

        office.Time.Advance(TimeSpan.FromDays(14));
        Assert.Equal("cases.family.split", (await MoveAsync("hospital", "bed-word")).Code);
        Assert.Equal("lapsed", (await susan.GetAsync(path + "/splits")).Json.GetProperty("splits")[0].GetProperty("state").GetString());
        await AgreeAsync();
        Assert.Equal(200, (await MoveAsync("hospital", "bed-word")).Status);
        Assert.Equal(["lapsed", "used"], (await office.ReadAsync<string>("select state from cases_entries where kind = 'split'")).Order());
    }

    [Theory]
    [OnEachEngine]
    public async Task Nobody_is_moved_to_a_consulate_who_has_not_asked_for_it_or_who_said_never(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var (asks, other) = ((await norma.RegisterAsync(Grown)).Id, (await norma.RegisterAsync(Grown)).Id);
        var one = (await norma.OpenAsync(new { person = asks, otherPersons = new[] { other } })).Id;
        async Task<string> MoveAsync()
        {
            var told = await norma.PostAsync($"/api/cases/{one:D}/transfer", new { kind = "consulate", place = "a house" }, ("If-Match", (await norma.GetAsync($"/api/cases/{one:D}")).Tag!));
            return told.Status == 200 ? "moved" : told.Code;
        }

        Assert.Equal("lift.consulate_not_asked", await MoveAsync());
        await AgreeAsync(office, norma, asks);
        // What one of them wishes is not the other's wish.
        Assert.Equal("lift.consulate_not_asked", await MoveAsync());
        var theirs = await AgreeAsync(office, norma, other);
        Assert.Equal("moved", await MoveAsync());
        Assert.Equal(200, (await norma.PostAsync($"/api/cases/persons/{other:D}/consents/{theirs:D}/withdraw", new { })).Status);
        Assert.Equal("lift.consulate_not_asked", await MoveAsync());
        await AgreeAsync(office, norma, other);
        Assert.Equal("moved", await MoveAsync());
        office.Time.Advance(TimeSpan.FromDays(31));
        Assert.Equal("lift.consulate_not_asked", await MoveAsync());
        await AgreeAsync(office, norma, asks);
        await AgreeAsync(office, norma, other, new { kind = "country", code = "AND" });
        Assert.Equal("lift.consulate_not_asked", await MoveAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_wish_that_no_disclosure_would_take_moves_nobody_to_a_consulate(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var norma = await office.OfficerAsync("norma", "protection_specialist");
        var asks = await norma.RegisterAsync(Grown);
        var one = (await norma.OpenAsync(new { person = asks.Id })).Id;
        async Task<Told> MoveAsync() => await norma.PostAsync($"/api/cases/{one:D}/transfer", new { kind = "consulate", place = "a house" }, ("If-Match", (await norma.GetAsync($"/api/cases/{one:D}")).Tag!));
        async Task BornAsync(int year) => Assert.Equal(200, (await norma.PutAsync(
            $"/api/cases/persons/{asks.Id:D}", new { identity = new { birth = new { inYear = year } } }, (await norma.GetAsync($"/api/cases/persons/{asks.Id:D}")).Tag)).Status);
        await AgreeAsync(office, norma, asks.Id);
        Assert.Equal(200, (await MoveAsync()).Status);
        // She turns out to be a child: what she said alone, without anybody who looks after what is best for her, carries no more.
        await BornAsync(2011);
        Assert.Equal("lift.consulate_not_asked", (await MoveAsync()).Code);
        await BornAsync(1980);
        Assert.Equal(200, (await MoveAsync()).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Nobody_is_moved_where_a_screening_or_their_age_says_that_they_must_not_be(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, nadia) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("nadia", "protection_specialist"));
        var girl = (await norma.RegisterAsync(new { identity = new { birth = new { inYear = 2011 }, sexRecorded = "female" } })).Id;
        var grown = (await norma.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } } })).Id;
        var (one, other) = ((await norma.OpenAsync(new { person = girl })).Id, (await norma.OpenAsync(new { person = grown })).Id);
        var screenings = $"/api/cases/persons/{girl:D}/screenings";
        var screened = await norma.PostAsync(screenings, new { answers = new[] { new { question = "triage.child_other_adult", way = "said", values = new[] { "yes" } } } });
        Assert.Equal(["return", "detention"], screened.Json.GetProperty("standing").GetProperty("locks").EnumerateArray().Select(locked => locked.GetString()));
        async Task<Told> MoveAsync(Guid of, string kind) => await norma.PostAsync($"/api/cases/{of:D}/transfer", new { kind, place = "a house" }, ("If-Match", (await norma.GetAsync($"/api/cases/{of:D}")).Tag!));

        Assert.Equal("lift.return_locked", (await MoveAsync(one, "return_point")).Code);
        Assert.Equal("lift.move_locked", (await MoveAsync(one, "closed")).Code);
        Assert.Equal(200, (await MoveAsync(one, "shelter")).Status);
        await AgreeAsync(office, norma, girl);
        await AgreeAsync(office, norma, grown);
        Assert.Equal(200, (await MoveAsync(one, "consulate")).Status);
        foreach (var kind in new[] { "return_point", "closed", "consulate" })
            Assert.Equal((kind, 200), (kind, (await MoveAsync(other, kind)).Status));

        // Two lift a lock; that a child is not shut in, nobody lifts.
        var asked = await norma.PostAsync($"{screenings}/{screened.Id:D}/lifts", new { locks = new[] { "return", "detention" }, reason = "her mother waits for her" });
        var lift = asked.Json.GetProperty("screening").GetProperty("lifts")[0].GetProperty("id").GetGuid();
        Assert.Equal(200, (await nadia.PostAsync($"{screenings}/{screened.Id:D}/lifts/{lift:D}/decide", new { approve = true })).Status);
        // Nobody goes with her: that it is best for her is for a panel to say.
        Assert.Equal("cases.child.determination_needed", (await MoveAsync(one, "return_point")).Code);
        var determined = await norma.PostAsync($"/api/cases/{one:D}/best-interests", new { step = "determination", on = "2026-01-02", panel = new[] { "a judge", "the office" }, decision = "family_reunification" }, ("If-Match", (await norma.GetAsync($"/api/cases/{one:D}")).Tag!));
        Assert.True(determined.Status == 200, determined.Text);
        Assert.Equal(200, (await MoveAsync(one, "return_point")).Status);
        Assert.Equal("lift.move_locked", (await MoveAsync(one, "closed")).Code);

        // Who fears her own state is not taken to its consulate.
        var feared = await norma.PostAsync(screenings, new { answers = new[] { new { question = "triage.fear", way = "said", values = new[] { "yes" } } } });
        Assert.Contains("consular_origin", feared.Json.GetProperty("standing").GetProperty("locks").EnumerateArray().Select(locked => locked.GetString()));
        Assert.Equal("lift.move_locked", (await MoveAsync(one, "consulate")).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_case_goes_to_another_office_of_its_agency_by_who_may_take_it_back_and_whole(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("saul", "cases_supervisor", CasesOffice.South));
        await Agencies.AddTeamAsync(office.Node.Db, TestDatabase.Alice, carla.Agency!.Value, "Office at the bridge", CancellationToken.None);
        await Agencies.AddTeamAsync(office.Node.Db, TestDatabase.Alice, saul.Agency!.Value, "Office of the south", CancellationToken.None);
        var teams = (await Agencies.TeamsAsync(office.Node.Db, CancellationToken.None)).ToDictionary(team => team.Name, team => team.Id);
        var (mother, child) = ((await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id);
        var one = (await carla.OpenAsync(new { person = mother, otherPersons = new[] { child } })).Id;
        var path = $"/api/cases/{one:D}/transfer";
        Task<Told> GoAsync(Officer by, string team, Guid? person = null) => by.PostAsync(path, new { kind = "office", place = "at the bridge", team = teams[team], person }, ("If-Match", "\"v1\""));
        var forbidden = await carla.PostAsync(path, new { kind = "office", place = "x", team = teams["Office at the bridge"] }, ("If-Match", "\"v1\""));
        Assert.Equal(403, forbidden.Status);
        Assert.Equal(["team cases.assignee_unfit"], (await GoAsync(susan, "Office of the south")).Errors);
        Assert.Equal(["person cases.person_unknown"], (await GoAsync(susan, "Office at the bridge", child)).Errors);
        Assert.Equal(["team cases.assignee_unfit"], (await susan.PostAsync(path, new { kind = "office", place = "x" }, ("If-Match", "\"v1\""))).Errors);
        var gone = await GoAsync(susan, "Office at the bridge");
        Assert.True(gone.Status == 200, gone.Text);
        Assert.Equal([(teams["Office at the bridge"], (Guid?)null)], await office.ReadAsync<(Guid, Guid?)>("select team_id, owner_id from cases_cases"));
        Assert.Equal(2, (await office.ReadAsync<long>("select count(*) from cases_transfers")).Single());
    }

    private static object Grown => new { identity = new { birth = new { inYear = 1980 } } };

    // They ask for their consulate; of a child somebody looks after what is best for them.
    private static async Task<Guid> AgreeAsync(CasesOffice office, Officer by, Guid person, params object[] exclusions)
    {
        object[] givers = [new { kind = "self" }, new { kind = "self", whyNoGuardian = "none_known", bestInterestsBy = "the office" }];
        var told = new List<Told>();
        foreach (var givenBy in givers)
        {
            told.Add(await by.PostAsync($"/api/cases/persons/{person:D}/consents", new
            {
                givenBy,
                form = "verbal",
                language = "es",
                explained = NoticeWording.Points,
                freeToRefuse = true,
                purpose = "consular",
                scopes = new[] { new { category = "identity", recipient = new { kind = "class", code = "consulate" }, action = "share" } },
                exclusions,
                expiresAt = office.Time.GetUtcNow().AddDays(30),
            }));
            if (told[^1].Status == 201)
                return told[^1].Id;
        }

        Assert.Fail(told[^1].Text);
        return Guid.Empty;
    }

    private static async Task<(Guid Person, Guid Case)> OpenAsync(Officer by)
    {
        var person = (await by.RegisterAsync(new { })).Id;
        return (person, (await by.OpenAsync(new { person })).Id);
    }
}
