using Tambo.Cases.Consent;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Consent;

/// <summary>Whom a person has shut out they let back in: they ask, one writes it down, a second one confirms it; and nobody is left alone by shutting out.</summary>
public sealed class LiftExclusionTests
{
    private const string Words = "He has said sorry to my mother";

    [Theory]
    [OnEachEngine]
    public async Task Who_was_shut_out_is_let_back_in_once_the_person_has_asked_and_a_second_one_has_confirmed_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, paula) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("paula", "protection_specialist"));
        var (person, one) = await RegisterAsync(nora);
        var (file, path) = ($"/api/cases/persons/{person:D}", $"/api/cases/persons/{person:D}/exclusions");
        // However a key is written, it means whom it means; in two consents, of which one has ended.
        await SayAsync(nora, person, new { kind = "one", code = omar.Id.ToString("N").ToUpperInvariant() });
        office.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await SayAsync(nora, person, new { kind = "one", code = $"{{{omar.Id:D}}}" }, new { kind = "one", code = omar.Id.ToString("D") }, new { kind = "class", code = "media" });
        Assert.Equal(200, (await nora.PostAsync($"{file}/consents/{second:D}/withdraw", new { })).Status);
        Assert.False(await SeesAsync(omar, file));
        var shut = (await nora.GetAsync(path)).Json.GetProperty("exclusions").EnumerateArray().ToList();
        Assert.Equal([omar.Id.ToString("D"), "media"], shut.Select(said => said.GetProperty("recipient").GetProperty("code").GetString()));
        Assert.All(shut, said => Assert.True(said.GetProperty("stands").GetBoolean()));

        // Of nobody who is not shut out, and never without saying who asked and how.
        Assert.Equal("consent.not_excluded", (await nora.PostAsync(path + "/asked", Asks(paula.Id))).Code);
        Assert.Equal(["form consent.form_unfit", "givenBy consent.giver_unfit", "note form.missing"], (await nora.PostAsync(path + "/asked", new { recipient = new { kind = "one", code = omar.Id } })).Errors);
        // Nobody takes back for an adult what the adult has said.
        Assert.Equal(["givenBy consent.not_theirs"], (await nora.PostAsync(path + "/asked", Asks(omar.Id, new { kind = "guardian", who = "an uncle" }))).Errors);

        var asked = await nora.PostAsync(path + "/asked", Asks(omar.Id));
        Assert.True(asked.Status == 202, asked.Text);
        var lift = asked.Json.GetProperty("asked")[0];
        Assert.Equal(("asked", Words, "verbal", $"user:{nora.Id:D}"), (lift.GetProperty("state").GetString(), lift.GetProperty("words").GetString(), lift.GetProperty("form").GetString(), lift.GetProperty("by").GetString()));
        var confirm = $"{path}/asked/{lift.GetProperty("id").GetGuid():D}/confirm";
        Assert.Equal("consent.lift_asked", (await paula.PostAsync(path + "/asked", Asks(omar.Id))).Code);
        Assert.False(await SeesAsync(omar, file));

        // Neither whoever wrote it down, nor whoever it is about, whatever rights they hold.
        Assert.Equal("consent.own_lift", (await nora.PostAsync(confirm, new { approve = true })).Code);
        Assert.Equal(404, (await omar.PostAsync(confirm, new { approve = true })).Status);
        Assert.Equal(404, (await omar.PostAsync(path + "/asked", Asks(omar.Id))).Status);
        Assert.DoesNotContain(omar.Id.ToString("D"), (await omar.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(["approve form.missing"], (await paula.PostAsync(confirm, new { })).Errors);
        Assert.False(await SeesAsync(omar, file));

        office.Time.Advance(TimeSpan.FromMinutes(1));
        // What is said after they have asked stands.
        var later = await SayAsync(paula, person, new { kind = "class", code = "police" });
        var done = await paula.PostAsync(confirm, new { approve = true, note = "asked her alone" });
        Assert.True(done.Status == 200, done.Text);
        Assert.False(done.Json.GetProperty("stands").GetBoolean());
        Assert.Equal(office.Time.GetUtcNow(), done.Json.GetProperty("liftedAt").GetDateTimeOffset());
        Assert.Equal("consent.lift_decided", (await paula.PostAsync(confirm, new { approve = true })).Code);
        Assert.True(await SeesAsync(omar, file));
        // Both consents have another version, in which it is lifted; what else they shut out stays.
        var consents = (await nora.GetAsync(file + "/consents")).Json.EnumerateArray().ToList();
        Assert.Equal([2, 4, 1], consents.Select(given => given.GetProperty("version").GetInt32()));
        Assert.All(consents.Take(2), given => Assert.True(given.GetProperty("consent").GetProperty("exclusions")[0].TryGetProperty("liftedAt", out _)));
        Assert.False(consents[1].GetProperty("consent").GetProperty("exclusions")[1].TryGetProperty("liftedAt", out _));
        Assert.Equal([1, 2, 0], await AuditedAsync(office));
        Assert.Empty(await office.ReadAsync<string>($"select details from platform_audit_entries where details like '%{Words}%'"));

        // It stands in what happened in the case, and in what the person is given.
        var timeline = (await paula.GetAsync($"/api/cases/{one:D}/timeline")).Json.GetProperty("events").EnumerateArray().Select(happened => $"{happened.GetProperty("what").GetString()} {(happened.TryGetProperty("by", out var by) ? by.GetString() : "")}").ToList();
        Assert.Contains($"exclusion_lift_asked user:{nora.Id:D}", timeline);
        Assert.Contains($"exclusion_lift_lifted user:{paula.Id:D}", timeline);
        var dina = await office.OfficerAsync("dina", "data_protection_officer");
        var export = await dina.PostAsync(file + "/export", new { reason = "data_request", form = "json" });
        var exported = export.Json.GetProperty("records").GetProperty("exclusions").EnumerateArray().Select(record => record.GetProperty("kept")).First(kept => kept.GetProperty("recipient").GetProperty("code").GetString() == omar.Id.ToString("D"));
        Assert.Equal(("lifted", Words, "asked her alone"), (exported.GetProperty("asked")[0].GetProperty("state").GetString(), exported.GetProperty("asked")[0].GetProperty("words").GetString(), exported.GetProperty("asked")[0].GetProperty("note").GetString()));
        Assert.Contains(Words, (await dina.PostAsync(file + "/export", new { reason = "data_request" })).Text, StringComparison.Ordinal);

        // Said anew it holds anew; and what is not confirmed changes nothing.
        await SayAsync(nora, person, new { kind = "one", code = omar.Id });
        Assert.False(await SeesAsync(omar, file));
        var again = (await paula.PostAsync(path + "/asked", Asks(omar.Id))).Json.GetProperty("asked").EnumerateArray().Single(found => found.GetProperty("state").GetString() == "asked").GetProperty("id").GetGuid();
        Assert.Equal(200, (await nora.PostAsync($"{path}/asked/{again:D}/confirm", new { approve = false })).Status);
        Assert.False(await SeesAsync(omar, file));
        Assert.Equal([2, 2, 1], await AuditedAsync(office));
        Assert.NotEqual(Guid.Empty, later);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_waits_for_a_second_one_stands_where_they_look_and_nowhere_for_whoever_is_shut_out(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, paula) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("paula", "protection_specialist"));
        var (saul, dina, stan) = (await office.OfficerAsync("saul", "case_worker", CasesOffice.South), await office.OfficerAsync("dina", "data_protection_officer"), await office.OfficerAsync("stan", "frontline_officer"));
        var (person, _) = await RegisterAsync(nora);
        var path = $"/api/cases/persons/{person:D}/exclusions";
        await SayAsync(nora, person, new { kind = "one", code = omar.Id }, new { kind = "class", code = "media" });
        Assert.Empty(await WaitingAsync(paula));
        var asked = (await nora.PostAsync(path + "/asked", Asks(omar.Id))).Json.GetProperty("asked")[0].GetProperty("id").GetGuid();

        // Who wrote it down sees that it is theirs; who may confirm it, that it waits; nobody else, that there is anything.
        Assert.Equal([(asked, person, true)], await WaitingAsync(nora));
        Assert.Equal([(asked, person, false)], await WaitingAsync(paula));
        foreach (var other in new[] { omar, saul, dina })
            Assert.Empty(await WaitingAsync(other));
        Assert.DoesNotContain(omar.Id.ToString("D"), (await paula.GetAsync("/api/cases/exclusions/asked")).Text, StringComparison.Ordinal);
        Assert.NotEmpty(await office.ReadAsync<string>("select actor from cases_views where person_id = @person and how = 'list' and actor = @Who", new { person, Who = $"user:{paula.Id:D}" }));
        var link = $"/staff/cases/persons/{person:D}/never?asked={asked:D}";
        Assert.Equal((true, true), (await LeadsAsync(paula, "/staff/cases/reviews", link), await LeadsAsync(paula, "/staff/cases", link)));
        Assert.Equal((false, false), (await LeadsAsync(nora, "/staff/cases", link), await LeadsAsync(omar, "/staff/cases", link)));

        // Of several persons each stands there, the longest waiting first; one that another consent hides does not come by it.
        office.Time.Advance(TimeSpan.FromMinutes(5));
        var (second, _) = await RegisterAsync(nora);
        var hidden = await nora.PostAsync($"/api/cases/persons/{second:D}/consents", KeptConsentTests.Said(purpose: "asylum", exclusions: [new { kind = "one", code = omar.Id }]));
        Assert.True(hidden.Status == 201, hidden.Text);
        var later = (await nora.PostAsync($"/api/cases/persons/{second:D}/exclusions/asked", Asks(omar.Id))).Json.GetProperty("asked")[0].GetProperty("id").GetGuid();
        Assert.Equal([(asked, person, false), (later, second, false)], await WaitingAsync(paula));
        // To the front line asylum is closed.
        Assert.DoesNotContain(await WaitingAsync(stan), one => one.Id == later);

        Assert.Equal(200, (await paula.PostAsync($"{path}/asked/{asked:D}/confirm", new { approve = true })).Status);
        Assert.Equal([(later, second, false)], await WaitingAsync(paula));
        Assert.Equal(200, (await paula.PostAsync($"/api/cases/persons/{second:D}/exclusions/asked/{later:D}/confirm", new { approve = false })).Status);
        Assert.Empty(await WaitingAsync(paula));
        // What was written before there was a list may wait or not: it is looked at.
        await office.WriteAsync("update cases_consents set lift_asked = 1");
        Assert.Empty(await WaitingAsync(paula));

        static async Task<IReadOnlyList<(Guid Id, Guid Person, bool IsOwn)>> WaitingAsync(Officer officer)
        {
            var told = await officer.GetAsync("/api/cases/exclusions/asked");
            Assert.True(told.Status == 200, told.Text);
            return [.. told.Json.GetProperty("lifts").EnumerateArray().Select(one => (one.GetProperty("id").GetGuid(), one.GetProperty("person").GetGuid(), one.GetProperty("isOwn").GetBoolean()))];
        }

        static async Task<bool> LeadsAsync(Officer officer, string page, string link)
        {
            var told = await officer.GetAsync(page, ("Accept", "text/html"));
            Assert.True(told.Status == 200, told.Text);
            return told.Text.Contains(link, StringComparison.Ordinal);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Those_who_look_after_somebody_are_shut_out_only_while_somebody_is_left_who_can_help(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, saul) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var (person, _) = await RegisterAsync(nora);
        var file = $"/api/cases/persons/{person:D}";
        var (north, south) = (nora.Agency!.Value, saul.Agency!.Value);
        // The other office has nothing to do with her, and does not go by being shut out.
        await SayAsync(nora, person, new { kind = "one", code = south });

        var alone = await nora.PostAsync(file + "/consents", Never(confirmed: true, new { kind = "one", code = north }));
        Assert.Equal((409, "consent.nobody_left", "exclusions consent.nobody_left"), (alone.Status, alone.Code, alone.Errors.Single()));
        Assert.Contains("another office", alone.Text, StringComparison.Ordinal);
        Assert.Equal("consent.nobody_left", (await nora.PostAsync(file + "/consents", Never(confirmed: true, new { kind = "one", code = nora.Id }, new { kind = "one", code = omar.Id }))).Code);
        // One of two, and not the one who has her file: nothing to be confirmed.
        await office.WriteAsync("update cases_persons set owner_id = @Id where id = @person", new { nora.Id, person });
        Assert.Equal(201, (await nora.PostAsync(file + "/consents", Never(confirmed: false, new { kind = "one", code = omar.Id }))).Status);
        Assert.Equal("consent.nobody_left", (await nora.PostAsync(file + "/consents", Never(confirmed: true, new { kind = "one", code = nora.Id }))).Code);

        // Somebody of the whole node is there: then she may, once she knows who is left.
        var (tina, vera) = (await office.OfficerAsync("tina", "case_worker", null), await office.OfficerAsync("vera", "case_worker", null));
        var warned = await nora.PostAsync(file + "/consents", Never(confirmed: false, new { kind = "one", code = nora.Id }));
        Assert.Equal((409, "consent.shuts_out_own"), (warned.Status, warned.Code));
        Assert.Contains("Tina, Vera", warned.Text, StringComparison.Ordinal);
        Assert.True(await SeesAsync(nora, file));
        Assert.Equal("consent.shuts_out_own", (await nora.PostAsync(file + "/consents", Never(confirmed: false, new { kind = "one", code = north }))).Code);
        Assert.Equal(201, (await nora.PostAsync(file + "/consents", Never(confirmed: true, new { kind = "one", code = north }))).Status);
        Assert.False(await SeesAsync(nora, file));
        Assert.True(await SeesAsync(tina, file));

        // Of the office that is shut out nobody lets it back in.
        var path = file + "/exclusions";
        Assert.Equal(404, (await nora.PostAsync(path + "/asked", Asks(north))).Status);
        var asked = (await tina.PostAsync(path + "/asked", Asks(north))).Json.GetProperty("asked")[0].GetProperty("id").GetGuid();
        Assert.Equal(404, (await nora.PostAsync($"{path}/asked/{asked:D}/confirm", new { approve = true })).Status);
        Assert.Equal(200, (await vera.PostAsync($"{path}/asked/{asked:D}/confirm", new { approve = true })).Status);
        Assert.True(await SeesAsync(nora, file));
        Assert.False(await SeesAsync(omar, file));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_the_child_said_where_the_writer_cannot_look_no_guardian_takes_back(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (ana, beto, paula) = (await office.OfficerAsync("ana", "frontline_officer"), await office.OfficerAsync("beto", "frontline_officer"), await office.OfficerAsync("paula", "protection_specialist"));
        var guardian = new { kind = "guardian", who = "an aunt" };
        async Task<(Guid Person, string Path)> GirlAsync() => (await ana.RegisterAsync(new { identity = new { birth = new { inYear = 2012 } } })).Id is var id ? (id, $"/api/cases/persons/{id:D}/exclusions") : default;
        async Task NeverAsync(Officer by, Guid person, string purpose, object givenBy) => Assert.Equal(201, (await by.PostAsync(
            $"/api/cases/persons/{person:D}/consents", new { givenBy, form = "verbal", language = "es", purpose, exclusions = new[] { new { kind = "class", code = "police" } }, leftConfirmed = true })).Status);
        object Police(object by) => new { recipient = new { kind = "class", code = "police" }, givenBy = by, form = "verbal", note = Words };

        // She says it where asylum is closed to the officer, her guardian where it is open.
        var (girl, path) = await GirlAsync();
        await NeverAsync(paula, girl, "asylum", new { kind = "self" });
        await NeverAsync(ana, girl, "services", guardian);
        Assert.Single((await ana.GetAsync(path)).Json.GetProperty("exclusions").EnumerateArray());
        Assert.Equal(["givenBy consent.not_theirs"], (await ana.PostAsync(path + "/asked", Police(guardian))).Errors);
        // She herself may, and it holds for both.
        var asked = await ana.PostAsync(path + "/asked", Police(new { kind = "self" }));
        Assert.True(asked.Status == 202, asked.Text);
        Assert.Equal(200, (await beto.PostAsync($"{path}/asked/{asked.Json.GetProperty("asked")[0].GetProperty("id").GetGuid():D}/confirm", new { approve = true })).Status);
        Assert.All((await paula.GetAsync(path)).Json.GetProperty("exclusions").EnumerateArray(), one => Assert.False(one.GetProperty("stands").GetBoolean()));

        // What is known only after the guardian asked, and was said before: nothing is lifted, and the question can be declined.
        (girl, path) = await GirlAsync();
        await NeverAsync(ana, girl, "services", guardian);
        var theirs = (await ana.PostAsync(path + "/asked", Police(guardian))).Json.GetProperty("asked")[0].GetProperty("id").GetGuid();
        await NeverAsync(paula, girl, "asylum", new { kind = "self" });
        var refused = await beto.PostAsync($"{path}/asked/{theirs:D}/confirm", new { approve = true });
        Assert.Equal((422, "approve consent.not_theirs"), (refused.Status, refused.Errors.Single()));
        Assert.All((await paula.GetAsync(path)).Json.GetProperty("exclusions").EnumerateArray(), one => Assert.True(one.GetProperty("stands").GetBoolean()));
        Assert.Equal(200, (await beto.PostAsync($"{path}/asked/{theirs:D}/confirm", new { approve = false })).Status);

        // Nobody but the guardian has said it: the guardian takes it back.
        (girl, path) = await GirlAsync();
        await NeverAsync(ana, girl, "services", guardian);
        var own = (await ana.PostAsync(path + "/asked", Police(guardian))).Json.GetProperty("asked")[0].GetProperty("id").GetGuid();
        Assert.Equal(200, (await beto.PostAsync($"{path}/asked/{own:D}/confirm", new { approve = true })).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_holds_people_or_sees_nothing_that_help_has_to_know_is_nobody_who_is_left(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("gendarme", "cases.as.police", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        await office.AddRoleAsync("clerk", "cases.read", "cases.edit", "cases.see.health");
        var nora = await office.OfficerAsync("nora", "case_worker");
        foreach (var (name, role) in new[] { ("gus", "gendarme"), ("carl", "clerk") })
            (await office.OfficerAsync(name, role, null)).Dispose();
        var (person, _) = await RegisterAsync(nora);
        var never = Never(confirmed: true, new { kind = "one", code = nora.Id });
        Assert.Equal("consent.nobody_left", (await nora.PostAsync($"/api/cases/persons/{person:D}/consents", never)).Code);
        // An office that is shut out by what its organisation is called goes as a whole, and the person is asked whether they know.
        var tina = await office.OfficerAsync("tina", "case_worker", null);
        var named = await nora.PostAsync($"/api/cases/persons/{person:D}/consents", Never(confirmed: false, new { kind = "named", code = "north OFFICE" }));
        Assert.Equal("consent.shuts_out_own", named.Code);
        Assert.Contains("Tina", named.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Gus", named.Text, StringComparison.Ordinal);
        Assert.Equal(201, (await nora.PostAsync($"/api/cases/persons/{person:D}/consents", never)).Status);
        Assert.True(await SeesAsync(tina, $"/api/cases/persons/{person:D}"));
    }

    [Fact]
    public async Task Who_names_somebody_that_nobody_knows_is_told_at_its_place()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var (person, _) = await RegisterAsync(nora);
        var path = $"/api/cases/persons/{person:D}/consents";
        var nobody = Guid.Parse("0198c0de-0000-7000-8000-00000000abcd");
        Assert.Equal(
            ["exclusions[1] consent.recipient_unknown", "exclusions[2] consent.recipient_unknown", "exclusions[4] form.missing"],
            (await nora.PostAsync(path, Never(false, new { kind = "one", code = nora.Agency }, new { kind = "one", code = nobody }, new { kind = "one", code = "A bad register" }, new { kind = "named", code = "A bad register" }, new { kind = "one" }))).Errors);
        Assert.Equal(["exclusions consent.exclusion_unfit"], (await nora.PostAsync(path, Never(false, new { kind = "everybody", code = "x" }))).Errors);
        Assert.Equal(["exclusions consent.exclusion_unfit"], (await nora.PostAsync(path, Never(false, new { kind = "country", code = "Atlantis" }))).Errors);
        Assert.Empty(await office.ReadAsync<string>("select id from cases_consents"));
    }

    [Fact]
    public void What_a_parent_alone_has_said_a_parent_takes_back_and_nothing_else()
    {
        var now = SettableTime.Noon;
        ConsentContent Said(string by, int hour, DateTimeOffset? lifted = null) => new(new GivenConsent
        {
            Id = Guid.CreateVersion7(now.AddHours(hour)),
            PersonId = Guid.Empty,
            GivenBy = new ConsentGiver(by, "x"),
            Form = new ConsentForm("verbal", "user-1"),
            Language = "es",
            NoticeVersion = "1",
            Explained = [],
            FreeToRefuse = true,
            Purpose = "services",
            Refuses = true,
            Scopes = [],
            Exclusions = [new Exclusion(new RecipientName("class", "police")) { LiftedAt = lifted }],
            GrantedAt = now.AddHours(hour),
            ExpiresAt = now.AddDays(1),
        });
        Assert.Equal(["self", "assent_with_guardian", "parent"], ShutOut.Of([Said("parent", 0)], now.AddHours(9)).Single().MayTakeBack);
        Assert.Equal(["self", "assent_with_guardian"], ShutOut.Of([Said("parent", 0), Said("self", 1)], now.AddHours(9)).Single().MayTakeBack);
        // What was lifted counts no more.
        Assert.Equal(["self", "assent_with_guardian", "parent"], ShutOut.Of([Said("parent", 0), Said("self", 1, now.AddHours(2))], now.AddHours(9)).Single().MayTakeBack);
        var lifted = ShutOut.Of([Said("parent", 0, now.AddHours(2))], now.AddHours(9)).Single();
        Assert.Equal((false, now.AddHours(2)), (lifted.Stands, lifted.LiftedAt));
    }

    private static async Task<(Guid Person, Guid Case)> RegisterAsync(Officer by)
    {
        var person = (await by.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Quesquén" } }, birth = new { inYear = 1990 } }, general = new { notes = "general-word" } })).Id;
        return (person, (await by.OpenAsync(new { person })).Id);
    }

    private static async Task<Guid> SayAsync(Officer by, Guid person, params object[] exclusions)
    {
        var told = await by.PostAsync($"/api/cases/persons/{person:D}/consents", Never(false, exclusions));
        Assert.True(told.Status == 201, told.Text);
        return told.Id;
    }

    // Somebody who agrees to nothing.
    private static object Never(bool confirmed, params object[] exclusions) => new
    {
        givenBy = new { kind = "self" },
        form = "verbal",
        language = "es",
        purpose = "services",
        exclusions,
        leftConfirmed = confirmed,
    };

    private static object Asks(Guid recipient, object? giver = null) => new { recipient = new { kind = "one", code = recipient }, givenBy = giver ?? new { kind = "self" }, form = "verbal", note = Words };

    private static async Task<bool> SeesAsync(Officer officer, string file) => (await officer.GetAsync(file)).Text.Contains("Quesquén", StringComparison.Ordinal);

    private static async Task<IReadOnlyList<long>> AuditedAsync(CasesOffice office)
    {
        var counts = new List<long>();
        foreach (var code in new[] { "lift_asked", "lifted", "lift_declined" })
            counts.AddRange(await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = @Code", new { Code = "cases.exclusion." + code }));
        return counts;
    }
}
