using System.Text.Json;
using Tambo.Tests.Cases.Consent;
using Tambo.Guide.Directory;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Deidentified;

/// <summary>Records without names: only of who agreed to research, only where enough are alike, and nobody is found in them.</summary>
public sealed class ExportDeidentifiedTests
{
    private static readonly object Asked = new { purpose = "research_deidentified", to = "University of Andora", kind = "researcher", country = "001" };

    [Theory]
    [OnEachEngine]
    public async Task Statistics_hold_only_who_agreed_by_names_that_say_nothing(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        var (paula, dora) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"));
        var agreed = new List<Told>();
        for (var at = 0; at < 6; at++)
        {
            agreed.Add(await RegisterAsync(paula, $"Agreeda{at}"));
            await AgreeAsync(paula, agreed[^1].Id, at == 0 ? ["general"] : ["general", "health"]);
            await paula.OpenAsync(new { person = agreed[^1].Id, type = at % 2 == 0 ? "health" : "protection", note = "=cmd|note-word" });
        }

        var (silent, named, rare) = (await RegisterAsync(paula, "Silenta"), await RegisterAsync(paula, "Nameda"), await RegisterAsync(paula, "Rareda", "JPN", "1950-01-01", "male"));
        await AgreeAsync(paula, rare.Id, ["general"]);
        // To another recipient, for another purpose.
        Assert.Equal(201, (await paula.PostAsync($"/api/cases/persons/{named.Id:D}/consents", KeptConsentTests.Said())).Status);

        var told = await dora.PostAsync("/api/cases/statistics/export", Asked);
        Assert.True(told.Status == 200, told.Text);
        var records = told.Json.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(6, records.Count);
        Assert.Equal(["pseudonym", "sex", "age_band", "nationality_region", "registered", "case_kinds", "case_states", "urgency", "profiles"], records[0].EnumerateObject().Select(field => field.Name));
        Assert.All(records, record => Assert.Equal(("female", "18-59", "caribbean", "2026-03"), (Field(record, "sex"), Field(record, "age_band"), Field(record, "nationality_region"), Field(record, "registered"))));
        // The one whose health is not for research has none here, and her case of health is not either.
        Assert.Equal(2, records.Count(record => Field(record, "case_kinds") == "health"));
        Assert.Equal(3, records.Count(record => Field(record, "case_kinds") == "general"));
        Assert.Equal(5, told.Json.GetProperty("description").GetProperty("leftOut").GetInt32());
        Assert.All(
            agreed.SelectMany(one => new[] { one.Ref, one.Id.ToString("D"), one.Id.ToString("N") }).Concat(["Agreeda", "Silenta", "Rareda", "note-word", "1994", "HTI", silent.Ref, CasesOffice.North]),
            word => Assert.DoesNotContain(word, told.Text, StringComparison.Ordinal));

        // Another file, other names; and a table of the same.
        var other = await dora.PostAsync("/api/cases/statistics/export", Asked);
        Assert.Empty(Names(told).Intersect(Names(other)));
        var csv = await dora.PostAsync("/api/cases/statistics/export", new { purpose = "research_deidentified", to = "University", kind = "researcher", country = "001", form = "csv" });
        Assert.Equal(7, csv.Text.TrimEnd().Split("\r\n").Length);
        Assert.StartsWith("pseudonym,sex,age_band,", csv.Text, StringComparison.Ordinal);
        // A study has the same names each time, and is as coarse as it was.
        var study = new { purpose = "research_deidentified", to = "University", kind = "researcher", country = "001", study = "routes-2026" };
        var (first, second) = (await dora.PostAsync("/api/cases/statistics/export", study), await dora.PostAsync("/api/cases/statistics/export", study));
        Assert.Equal(Names(first), Names(second));
        Assert.Empty(Names(first).Intersect(Names(told)));

        Assert.Equal(5, (await office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id and purpose = 'research_deidentified'", new { agreed[0].Id })).Single());
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_views where person_id = @Id and purpose = 'research_deidentified'", new { rare.Id })).Single());
        Assert.Equal(5, (await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.deidentified.exported'")).Single());
        Assert.Equal(404, (await paula.PostAsync("/api/cases/statistics/export", Asked)).Status);
        Assert.Equal(422, (await dora.PostAsync("/api/cases/statistics/export", new { purpose = "curiosity", to = "x" })).Status);
        Assert.Equal(422, (await dora.PostAsync("/api/cases/statistics/export", new { purpose = "research_deidentified" })).Status);
        Assert.Equal(200, (await dora.GetAsync("/api/cases/statistics/description")).Status);
    }

    [Fact]
    public async Task Who_takes_it_back_is_gone_and_then_so_are_those_who_would_be_too_few()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var folder = Path.Combine(office.Node.Settings.Folder, "deidentified.json");
        await File.WriteAllTextAsync(folder, """{"k": 5}""");
        var (paula, dora) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"));
        var last = (Person: Guid.Empty, Consent: Guid.Empty);
        for (var at = 0; at < 5; at++)
        {
            var person = await RegisterAsync(paula, $"Agreeda{at}");
            last = (person.Id, await AgreeAsync(paula, person.Id, ["general"]));
        }

        Assert.Equal(5, Names(await dora.PostAsync("/api/cases/statistics/export", Asked)).Count);
        Assert.Equal(200, (await paula.PostAsync($"/api/cases/persons/{last.Person:D}/consents/{last.Consent:D}/withdraw", new { })).Status);
        Assert.Empty(Names(await dora.PostAsync("/api/cases/statistics/export", Asked)));
        // Nobody makes the rule so small that it hides nobody.
        foreach (var unfit in new[] { """{"k": 1}""", "{", """{"k": 5, "names": true}""" })
        {
            await File.WriteAllTextAsync(folder, unfit);
            Assert.Equal("deidentified.setting_unfit", (await dora.PostAsync("/api/cases/statistics/export", Asked)).Code);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_excluded_the_receiver_by_its_kind_its_name_its_services_or_its_agency_is_in_no_file_for_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        var (paula, dora, tess, saul) = (
            await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("tess", "htcds_analyst"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var house = new Organization { Id = Guid.CreateVersion7(SettableTime.Noon), Name = "Fiscalía Sur", AgencyId = saul.Agency, TextLanguage = "es", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon, ChangedBy = "test" };
        var desk = new Service { Id = Guid.CreateVersion7(SettableTime.Noon), OrganizationId = house.Id, Name = "Ventanilla", TextLanguage = "es", CreatedAt = SettableTime.Noon, ChangedAt = SettableTime.Noon, ChangedBy = "test" };
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.directory", "house", CancellationToken.None))
        {
            await DirectoryWriter.AddAsync(change, DirectoryRecords.Of([house, desk]), "edited");
            await change.CommitAsync(CancellationToken.None);
        }

        object?[] never =
        [
            null, null, null, null, null, new { kind = "class", code = "police" }, new { kind = "one", code = house.Id.ToString("D") }, new { kind = "one", code = desk.Id.ToString("D") },
            new { kind = "one", code = saul.Agency!.Value.ToString("D") }, new { kind = "named", code = "FISCALIA  sur" }, new { kind = "named", code = "Ventanilla" },
        ];
        foreach (var exclusion in never)
        {
            var person = await RegisterAsync(paula, "Excludinga");
            await AgreeAsync(paula, person.Id, ["general", "violence"], exclusion is null ? [] : [exclusion]);
            await paula.OpenAsync(new { person = person.Id, type = "trafficking", profiles = new[] { "TRAFFICKING_POSSIBLE" } });
        }

        foreach (var (by, path) in new[] { (dora, "/api/cases/statistics/export"), (tess, "/api/cases/htcds/export") })
        {
            async Task<int> CountAsync(string to, string kind)
            {
                var told = await by.PostAsync(path, new { purpose = "research_deidentified", to, kind, country = "001" });
                Assert.True(told.Status == 200, told.Text);
                return told.Json.GetProperty("records").GetArrayLength();
            }

            Assert.Equal(11, await CountAsync("University of Andora", "researcher"));
            Assert.Equal(10, await CountAsync("Another office", "police"));
            foreach (var spelt in new[] { "Fiscalía Sur", " fiscalia SUR. ", house.Id.ToString("D") })
                Assert.Equal((spelt, 5), (spelt, await CountAsync(spelt, "police")));
            // Whoever gives says what the receiver is.
            Assert.Equal(["kind form.missing"], (await by.PostAsync(path, new { purpose = "research_deidentified", to = "x", country = "001" })).Errors);
            Assert.Equal(["kind cases.code_unknown", "to form.missing"], (await by.PostAsync(path, new { purpose = "research_deidentified", to = " . ", kind = "friends", country = "001" })).Errors);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Cases_of_trafficking_go_in_the_words_of_the_standard_and_say_of_nobody_who_they_are(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        await office.AddRoleAsync("exporter", "cases.read", "cases.htcds");
        var (paula, tess, eva) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("tess", "htcds_analyst"), await office.OfficerAsync("eva", "exporter"));
        Guid seen = default;
        for (var at = 0; at < 6; at++)
        {
            var person = await RegisterAsync(paula, $"Traffickeda{at}");
            await AgreeAsync(paula, person.Id, ["general", "violence"]);
            seen = person.Id;
            await paula.OpenAsync(new { person = person.Id, type = "trafficking", profiles = at < 5 ? new[] { "TRAFFICKING_POSSIBLE" } : [], note = "torn-shirt-word" });
            if (at < 2)
            {
                var screened = await paula.PostAsync(
                    $"/api/cases/persons/{person.Id:D}/screenings", new { answers = new[] { new { question = "trafficking.papers_taken", way = "said", values = new[] { "yes" } }, new { question = "trafficking.debt", way = "said", values = new[] { "no" } } } });
                Assert.True(screened.Status == 201, screened.Text);
            }
        }

        var (unagreed, partly) = (await RegisterAsync(paula, "Unagreeda"), await RegisterAsync(paula, "Partlya"));
        await AgreeAsync(paula, partly.Id, ["general"]);
        foreach (var person in new[] { unagreed, partly })
            await paula.OpenAsync(new { person = person.Id, type = "trafficking" });

        var told = await tess.PostAsync("/api/cases/htcds/export", Asked);
        Assert.True(told.Status == 200, told.Text);
        var records = told.Json.GetProperty("records").EnumerateArray().ToList();
        Assert.Equal(6, records.Count);
        Assert.All(records, record => Assert.Equal(("Feminine", "TRUE", "Active", "", ""), (Field(record, "prs_Gender"), Field(record, "con_Consent"), Field(record, "cas_Status"), Field(record, "vic_TraffickingStatusDecisionMakingOrg"), Field(record, "vic_TypeOfExploitation"))));
        // Five of six: nobody who is known to be in the file is known to be one of them.
        Assert.Equal(5, records.Count(record => Field(record, "vic_TraffickingStatus") == "PossibleVictimOfTrafficking"));
        Assert.Equal(1, records.Count(record => Field(record, "vic_TraffickingStatus").Length == 0));
        Assert.All(records, record => Assert.Equal("2026", Field(record, "gen_Registered")));
        Assert.Equal(2, records.Count(record => Field(record, "vic_MethodsOfControl") == "WithholdsDocuments"));
        Assert.All(new[] { "Traffickeda", "Partlya", "Unagreeda", "torn-shirt-word", "1994", "Actual", "FirstName", "Birthdate", "Phone" }, word => Assert.DoesNotContain(word, told.Text, StringComparison.Ordinal));
        Assert.Contains("CC BY 4.0", told.Json.GetProperty("description").GetProperty("credit").GetString(), StringComparison.Ordinal);
        var csv = await tess.PostAsync("/api/cases/htcds/export", new { purpose = "research_deidentified", to = "University", kind = "researcher", country = "001", form = "csv" });
        Assert.Equal(7, csv.Text.TrimEnd().Split("\r\n").Length);

        Assert.Equal(403, (await eva.PostAsync("/api/cases/htcds/export", Asked)).Status);
        Assert.Equal(404, (await paula.PostAsync("/api/cases/htcds/export", Asked)).Status);
        // The role that takes them out opens nobody's file, and no other way out.
        foreach (var path in new[] { $"/api/cases/persons/{seen:D}", "/api/cases/worklist", "/api/cases/persons?name=Traffickeda", "/api/cases/statistics/description" })
            Assert.Equal((path, 404), (path, (await tess.GetAsync(path)).Status));
        Assert.Equal(404, (await tess.PostAsync($"/api/cases/persons/{seen:D}/export", new { reason = "referral" })).Status);
        var south = await office.OfficerAsync("sonia", "htcds_analyst", CasesOffice.South);
        Assert.Empty((await south.PostAsync("/api/cases/htcds/export", Asked)).Json.GetProperty("records").EnumerateArray());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_was_decided_later_goes_and_not_what_the_rules_said_first(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        var (paula, dora, tess) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("tess", "htcds_analyst"));
        var screenings = new List<string>();
        for (var at = 0; at < 5; at++)
        {
            var person = await RegisterAsync(paula, $"Decideda{at}");
            await AgreeAsync(paula, person.Id, ["general", "violence"]);
            await paula.OpenAsync(new { person = person.Id, type = "trafficking" });
            var screened = await paula.PostAsync($"/api/cases/persons/{person.Id:D}/screenings", new { @override = new { urgency = "urgent", reason = "she waits outside" } });
            Assert.True(screened.Status == 201, screened.Text);
            screenings.Add($"/api/cases/persons/{person.Id:D}/screenings/{screened.Id:D}/decisions");
        }

        async Task<(string, string, string)> SaidAsync()
        {
            var records = (await dora.PostAsync("/api/cases/statistics/export", Asked)).Json.GetProperty("records").EnumerateArray().ToList();
            var htcds = (await tess.PostAsync("/api/cases/htcds/export", Asked)).Json.GetProperty("records").EnumerateArray().ToList();
            Assert.Equal((5, 5), (records.Count, htcds.Count));
            return (records.Select(record => Field(record, "urgency")).Distinct().Single(), records.Select(record => Field(record, "profiles")).Distinct().Single(), htcds.Select(record => Field(record, "vic_TraffickingStatus")).Distinct().Single());
        }

        Assert.Equal(("urgent", "", ""), await SaidAsync());
        foreach (var (decision, expected) in new (object, (string, string, string))[]
        {
            (new { urgency = "emergency", addProfiles = new[] { "possible_trafficking" }, reason = "she told it later" }, ("emergency", "possible_trafficking", "PossibleVictimOfTrafficking")),
            (new { urgency = "normal", removeProfiles = new[] { "possible_trafficking" }, reason = "it was somebody else" }, ("normal", "", "")),
        })
        {
            office.Time.Advance(TimeSpan.FromMinutes(1));
            foreach (var screening in screenings)
            {
                var decided = await paula.PostAsync(screening, decision);
                Assert.True(decided.Status == 200, decided.Text);
            }

            Assert.Equal(expected, await SaidAsync());
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_study_is_of_one_user_and_office_and_nobody_else_puts_its_names_together_with_theirs(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await File.WriteAllTextAsync(Path.Combine(office.Node.Settings.Folder, "deidentified.json"), """{"k": 5}""");
        var (paula, dora) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("dora", "data_protection_officer"));
        var (colleague, node) = (await office.OfficerAsync("dario", "data_protection_officer"), await office.OfficerAsync("noemi", "data_protection_officer", null));
        for (var at = 0; at < 5; at++)
            await AgreeAsync(paula, (await RegisterAsync(paula, $"Agreeda{at}")).Id, ["general"]);
        var study = new { purpose = "research_deidentified", to = "University", kind = "researcher", country = "001", study = "routes-2026" };
        async Task<List<string>> NamesAsync(Officer officer)
        {
            var told = await officer.PostAsync("/api/cases/statistics/export", study);
            Assert.True(told.Status == 200, told.Text);
            return Names(told);
        }

        var own = await NamesAsync(dora);
        Assert.Equal(5, own.Count);
        var (ofColleague, ofNode) = (await NamesAsync(colleague), await NamesAsync(node));
        Assert.Equal((5, 5), (ofColleague.Count, ofNode.Count));
        Assert.Empty(own.Intersect(ofColleague));
        Assert.Empty(own.Concat(ofColleague).Intersect(ofNode));
        Assert.Equal(own, await NamesAsync(dora));
        Assert.Equal(ofColleague, await NamesAsync(colleague));
        // The same user who works for another office too: what they begin there says nothing of what they knew here, and the other way round.
        using var atSouth = await office.OfficerAsync("sara", "viewer", CasesOffice.South);
        await office.WriteAsync("insert into platform_role_grants (user_id, role, scope_kind, scope_id) values (@Id, 'data_protection_officer', 'agency', @South)", new { dora.Id, South = $"{atSouth.Agency:D}" });
        var elsewhere = await NamesAsync(dora);
        Assert.Equal(5, elsewhere.Count);
        Assert.Empty(own.Intersect(elsewhere));
        await office.WriteAsync("delete from platform_role_grants where user_id = @Id and scope_id = @South", new { dora.Id, South = $"{atSouth.Agency:D}" });
        // The node looks anew who may what once somebody was added.
        using var added = await office.OfficerAsync("sofia", "viewer", CasesOffice.South);
        Assert.Equal(own, await NamesAsync(dora));
        // A key that was moved to another owner's row opens nothing there.
        await office.WriteAsync("delete from cases_studies where owner = @Owner", new { Owner = $"user:{colleague.Id:D}" });
        await office.WriteAsync("update cases_studies set owner = @Owner where owner = @Was and office = @Office", new { Owner = $"user:{colleague.Id:D}", Was = $"user:{dora.Id:D}", Office = $"{dora.Agency:D}" });
        Assert.Equal(500, (await colleague.PostAsync("/api/cases/statistics/export", study)).Status);
    }

    private static List<string> Names(Told told) => [.. told.Json.GetProperty("records").EnumerateArray().Select(record => Field(record, "pseudonym"))];

    private static string Field(JsonElement record, string name) => record.GetProperty(name).GetString()!;

    private static Task<Told> RegisterAsync(Officer officer, string name, string nationality = "HTI", string born = "1994-06-17", string sex = "female") => officer.RegisterAsync(new
    {
        identity = new { names = new[] { new { full = name } }, sexRecorded = sex, birth = new { date = born }, nationalities = new[] { new { code = nationality } } },
    });

    internal static async Task<Guid> AgreeAsync(Officer officer, Guid person, string[] categories, object[]? exclusions = null)
    {
        var told = await officer.PostAsync($"/api/cases/persons/{person:D}/consents", new
        {
            givenBy = new { kind = "self" },
            form = "verbal",
            language = "en",
            explained = Tambo.Cases.Consent.NoticeWording.Points,
            freeToRefuse = true,
            purpose = "research_deidentified",
            scopes = categories.Select(category => new { category, recipient = new { kind = "class", code = "researcher" }, action = "retain" }),
            exclusions = exclusions ?? [],
        });
        Assert.True(told.Status == 201, told.Text);
        return told.Id;
    }
}
