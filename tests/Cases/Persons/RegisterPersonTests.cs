using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Persons;

public sealed class RegisterPersonTests
{
    private const string Persons = "/api/cases/persons";

    private static object Ilmara(string name = "Ilmara Quesquén Torrealta") => new
    {
        identity = new
        {
            names = new object[] { new { given = new[] { "Ilmara" }, family1 = "Quesquén", family2 = "Torrealta", full = name, script = "Latn", certainty = "sure" } },
            sexRecorded = "female",
            birth = new { inYear = 2009, basis = "declared", disputed = true },
            nationalities = new[] { new { code = "HTI", basis = "declared" } },
            documents = new[] { new { type = "passport", issuer = "HTI", number = "AN-773 0415/Q", seenOriginal = true, expires = "2031-01-31" } },
            contact = new[] { new { kind = "phone", value = "+509 3401 7788", safe = false } },
        },
        general = new { languages = new[] { new { code = "ht", interpreter = true } } },
        area = "PA",
    };

    [Theory]
    [OnEachEngine]
    public async Task A_person_is_kept_as_they_were_said_and_read_back_with_a_version(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var officer = await office.OfficerAsync("flora", "frontline_officer");
        var kept = await officer.RegisterAsync(Ilmara());
        Assert.Equal("\"v1\"", kept.Tag);

        var file = await officer.GetAsync($"{Persons}/{kept.Id:D}");

        Assert.Equal((200, "\"v1\""), (file.Status, file.Tag));
        var identity = file.Json.GetProperty("identity");
        Assert.Equal("Quesquén", identity.GetProperty("names")[0].GetProperty("family1").GetString());
        Assert.Equal(2009, identity.GetProperty("birth").GetProperty("inYear").GetInt32());
        Assert.Equal("AN-773 0415/Q", identity.GetProperty("documents")[0].GetProperty("number").GetString());
        Assert.True(file.Json.GetProperty("general").GetProperty("languages")[0].GetProperty("interpreter").GetBoolean());
        Assert.Equal((kept.Ref, "PA", officer.Agency, officer.Id), (
            file.Ref, file.Json.GetProperty("area").GetString(), file.Json.GetProperty("agency").GetGuid(), file.Json.GetProperty("owner").GetGuid()));
    }

    [Theory]
    [OnEachEngine]
    public async Task Somebody_who_says_nothing_at_all_is_registered_as_well(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var officer = await office.OfficerAsync("flora", "frontline_officer");
        var kept = await officer.RegisterAsync(new { });
        Assert.Equal(200, (await officer.GetAsync($"{Persons}/{kept.Id:D}")).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Sent_twice_under_one_key_there_is_one_person(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var officer = await office.OfficerAsync("flora", "frontline_officer");
        var key = ("Idempotency-Key", "\"one-person\"");
        var both = await Task.WhenAll(officer.PostAsync(Persons, Ilmara(), key), officer.PostAsync(Persons, Ilmara(), key));
        var again = await officer.PostAsync(Persons, Ilmara(), key);

        Assert.Equal(201, again.Status);
        // Whoever came second while the first was at work is told so, or given the first answer.
        Assert.All(both, told => Assert.True(told.Status == 409 || (told.Status == 201 && told.Id == again.Id), told.Text));
        Assert.Equal(1L, Assert.Single(await office.ReadAsync<long>("select count(*) from cases_persons")));
        Assert.Equal((422, "request.key_reused"), (await officer.PostAsync(Persons, Ilmara("Another"), key)) is var other ? (other.Status, other.Code) : default);
    }

    [Theory]
    [OnEachEngine]
    public async Task Of_two_officers_who_edit_the_second_is_told_and_nothing_of_either_is_lost(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (flora, carla) = (await office.OfficerAsync("flora", "frontline_officer"), await office.OfficerAsync("carla", "case_worker"));
        var kept = await flora.RegisterAsync(Ilmara());
        var path = $"{Persons}/{kept.Id:D}";

        var first = await flora.PutAsync(path, new { general = new { notes = "walks with a stick" } }, kept.Tag);
        var second = await carla.PutAsync(path, new { general = new { notes = "afraid of dogs" } }, kept.Tag);

        Assert.Equal((200, "\"v2\""), (first.Status, first.Tag));
        Assert.Equal((412, "request.changed_meanwhile"), (second.Status, second.Code));
        var file = await carla.GetAsync(path);
        Assert.Equal("walks with a stick", file.Json.GetProperty("general").GetProperty("notes").GetString());
        Assert.Equal("Quesquén", file.Json.GetProperty("identity").GetProperty("names")[0].GetProperty("family1").GetString());
        Assert.Equal((200, "\"v3\""), (await carla.PutAsync(path, new { general = new { notes = "both" } }, file.Tag)) is var third ? (third.Status, third.Tag) : default);
        Assert.Equal((428, "cases.version_needed"), (await carla.PutAsync(path, new { }, null)) is var blind ? (blind.Status, blind.Code) : default);
        Assert.Equal(412, (await carla.PutAsync(path, new { }, "\"anything\"")).Status);
        Assert.Equal((428, "cases.version_needed"), (await carla.PutAsync(path, new { }, "*")) is var any ? (any.Status, any.Code) : default);
    }

    [Fact]
    public async Task What_is_wrong_is_told_for_each_field_in_the_language_of_the_officer_and_nothing_is_kept()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var officer = await office.OfficerAsync("flora", "frontline_officer", language: "ht");
        var told = await officer.PostAsync(Persons, new
        {
            identity = new { names = new[] { new { full = new string('x', 201) }, new { full = "a\u0007b" } }, birth = new { date = "2023-02-30" } },
        });
        Assert.Equal(422, told.Status);
        Assert.Equal(["identity.names[0].full cases.text_too_long", "identity.names[1].full cases.text_unfit"], told.Errors);
        told = await officer.PostAsync(Persons, new { identity = new { birth = new { date = "2023-02-30" }, nationalities = new[] { new { code = "QQ" } } }, area = "NOWHERE" });
        Assert.Equal(["area cases.area_unknown", "identity.birth.date cases.date_unfit", "identity.nationalities[0].code cases.country_unknown"], told.Errors);
        Assert.StartsWith("Ekri yon dat", told.Json.GetProperty("errors").GetProperty("identity.birth.date").GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0L, Assert.Single(await office.ReadAsync<long>("select count(*) from cases_persons")));
    }

    [Theory]
    [InlineData("{", 400)]
    [InlineData("[]", 400)]
    [InlineData("null", 400)]
    [InlineData("\"text\"", 400)]
    [InlineData("""{"identity": {}, "identity": {}}""", 400)]
    [InlineData("""{"general": {"notes": "\ud800"}}""", 400)]
    [InlineData("""{"surprise": 1}""", 422)]
    [InlineData("""{"identity": {"names": null}}""", 422)]
    [InlineData("""{"identity": {"names": "Ilmara"}}""", 422)]
    [InlineData("""{"identity": {"names": [null]}}""", 422)]
    [InlineData("""{"identity": {"nationalities": [{"code": "HTI"}, null]}}""", 422)]
    [InlineData("""{"identity": {"documents": [null], "contact": [null]}}""", 422)]
    [InlineData("""{"general": {"languages": [null]}}""", 422)]
    [InlineData("""{"identity": {"birth": {"inYear": 99999999999}}}""", 422)]
    [InlineData("""{"identity": {"birth": {"inYear": "2011"}}}""", 422)]
    [InlineData("""{"identity": {"documents": [{"type": "passport"}]}}""", 422)]
    [InlineData("""{"agency": "not-a-key"}""", 422)]
    [InlineData("""{"agency": "00000000-0000-4000-8000-000000000000"}""", 422)]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}""", 400)]
    public async Task Whatever_is_sent_is_refused_with_a_code_and_never_fails(string body, int status)
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var officer = await office.OfficerAsync("flora", "frontline_officer");
        var told = await officer.SendAsync(HttpMethod.Post, Persons, body);
        Assert.True(status == told.Status, told.Text);
        Assert.Contains('.', told.Code);
    }

    [Fact]
    public async Task Nothing_in_a_list_is_refused_at_its_place_wherever_lists_are_sent()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var officer = await office.OfficerAsync("petra", "protection_specialist");
        Assert.Equal(["identity.names[0] cases.value_unfit"], (await officer.SendAsync(HttpMethod.Post, Persons, """{"identity": {"names": [null, {"full": "Ilmara"}]}}""")).Errors);
        var person = (await officer.RegisterAsync(new { })).Id;
        var one = (await officer.OpenAsync(new { person })).Id;
        foreach (var (path, body) in new[]
        {
            ($"{Persons}/{person:D}/consents", """{"scopes": [null]}"""), ($"{Persons}/{person:D}/screenings", """{"answers": [null]}"""),
            ("/api/cases", $$"""{"person": "{{person:D}}", "profiles": [null]}"""), ($"/api/cases/{one:D}/conferences", """{"decisions": [null]}"""),
        })
            Assert.Equal((path, 422), (path, (await officer.SendAsync(HttpMethod.Post, path, body)).Status));
        Assert.Equal(["needs[0] cases.value_unfit"], (await officer.SendAsync(HttpMethod.Put, $"/api/cases/{one:D}/plan", """{"needs": [null]}""", ("If-Match", "\"v0\""))).Errors);
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_registers_by_a_right_to_their_own_a_team_or_a_place_registers_with_their_own_agency_alone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("intake", "cases.read", "cases.register", "cases.edit", "cases.see.general");
        var (ida, saul, nodal) = (await office.OfficerAsync("ida", "intake"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South), await office.OfficerAsync("nodal", "intake", null));
        var (night, foreign) = (await Register.CaseFlowTests.TeamAsync(office, ida.Agency!.Value), await Register.CaseFlowTests.TeamAsync(office, saul.Agency!.Value));
        Assert.Equal(["agency cases.place_out_of_reach"], (await ida.PostAsync(Persons, new { agency = saul.Agency })).Errors);
        Assert.Equal(["team cases.place_out_of_reach"], (await ida.PostAsync(Persons, new { team = foreign })).Errors);
        Assert.Equal(201, (await ida.PostAsync(Persons, new { agency = ida.Agency, team = night })).Status);
        foreach (var (kind, id) in new[] { ("own", ""), ("team", foreign.ToString("D")), ("place", "PA") })
        {
            await office.WriteAsync("update platform_role_grants set scope_kind = @kind, scope_id = @id where user_id = @User", new { kind, id, User = ida.Id });
            Assert.Equal((kind, "agency cases.place_out_of_reach"), (kind, Assert.Single((await ida.PostAsync(Persons, new { agency = saul.Agency, team = foreign, area = "PA" })).Errors)));
            Assert.Equal((kind, "team cases.place_out_of_reach"), (kind, Assert.Single((await ida.PostAsync(Persons, new { team = foreign, area = "PA" })).Errors)));
        }

        Assert.Equal(201, (await ida.PostAsync(Persons, new { area = "PA" })).Status);
        // Whose right reaches the node names any agency, with a team of that one.
        await office.WriteAsync("update platform_role_grants set scope_kind = 'node', scope_id = '' where user_id = @User", new { User = nodal.Id });
        Assert.Equal(201, (await nodal.PostAsync(Persons, new { agency = saul.Agency, team = foreign })).Status);
        Assert.Equal(["team cases.place_out_of_reach"], (await nodal.PostAsync(Persons, new { agency = saul.Agency, team = night })).Errors);
    }

    [Theory]
    [OnEachEngine]
    public async Task Nobody_moves_a_person_to_an_area_where_they_may_not_edit(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("of_place", "cases.read", "cases.edit", "cases.see.general");
        var (flora, petra) = (await office.OfficerAsync("flora", "frontline_officer"), await office.OfficerAsync("petra", "of_place", null));
        await office.WriteAsync("update platform_role_grants set scope_kind = 'place', scope_id = 'PA' where user_id = @User", new { User = petra.Id });
        var kept = await flora.RegisterAsync(new { area = "PA" });
        var path = $"{Persons}/{kept.Id:D}";
        Assert.Equal(["area cases.place_out_of_reach"], (await petra.PutAsync(path, new { general = new { notes = "moved" }, area = "HT" }, kept.Tag)).Errors);
        Assert.Equal(200, (await petra.PutAsync(path, new { general = new { notes = "stays" }, area = "PA" }, kept.Tag)).Status);
        Assert.Equal(["PA"], await office.ReadAsync<string>("select area from cases_persons"));
        // Where the agency holds the right, the area is the agency's to say.
        Assert.Equal(200, (await flora.PutAsync(path, new { area = "HT" }, "\"v2\"")).Status);
    }

    [Fact]
    public async Task Signs_that_turn_letters_around_are_left_out_and_everything_seen_is_kept()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var officer = await office.OfficerAsync("flora", "frontline_officer");
        var kept = await officer.RegisterAsync(new { identity = new { names = new[] { new { full = "Il\u202Emara <b>'\"; drop table cases_persons" } } } });
        var name = (await officer.GetAsync($"{Persons}/{kept.Id:D}")).Json.GetProperty("identity").GetProperty("names")[0].GetProperty("full").GetString();
        Assert.Equal("Ilmara <b>'\"; drop table cases_persons", name);
    }
}
