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
    public async Task Signs_that_turn_letters_around_are_left_out_and_everything_seen_is_kept()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var officer = await office.OfficerAsync("flora", "frontline_officer");
        var kept = await officer.RegisterAsync(new { identity = new { names = new[] { new { full = "Il\u202Emara <b>'\"; drop table cases_persons" } } } });
        var name = (await officer.GetAsync($"{Persons}/{kept.Id:D}")).Json.GetProperty("identity").GetProperty("names")[0].GetProperty("full").GetString();
        Assert.Equal("Ilmara <b>'\"; drop table cases_persons", name);
    }
}
