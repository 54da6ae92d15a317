using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Households;

public sealed class HouseholdTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_group_shows_to_each_reader_those_of_its_members_and_links_that_they_reach(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("desk", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var (carla, desk) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("diego", "desk"));
        var saul = await office.OfficerAsync("saul", "case_worker", CasesOffice.South);
        var (mother, child, aunt) = (await carla.RegisterAsync(new { }), await carla.RegisterAsync(new { }), await carla.RegisterAsync(new { }));
        var foreign = await saul.RegisterAsync(new { });

        var group = await carla.PostAsync("/api/cases/households", new
        {
            kind = "travelling_group",
            members = new[] { mother.Id, child.Id },
            links = new[] { new { a = mother.Id, b = child.Id, relation = "parent_of", verifiedBy = "document", legalBasis = "court" } },
        });
        Assert.True(group.Status == 201, group.Text);
        var path = $"/api/cases/households/{group.Id:D}";

        var seen = (await carla.GetAsync(path)).Json;
        Assert.Equal(new[] { mother.Id, child.Id }.Order(), seen.GetProperty("members").EnumerateArray().Select(member => member.GetGuid()));
        Assert.Equal(("parent_of", "document", "court"), (
            seen.GetProperty("links")[0].GetProperty("relation").GetString(), seen.GetProperty("links")[0].GetProperty("verifiedBy").GetString(), seen.GetProperty("links")[0].GetProperty("legalBasis").GetString()));
        Assert.DoesNotContain("court", (await desk.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await saul.GetAsync(path)).Status);

        Assert.Equal(["members[0] cases.person_unknown"], (await carla.PostAsync(path + "/members", new { members = new[] { foreign.Id } }, ("If-Match", group.Tag!))).Errors);
        Assert.Equal(["links[0] cases.person_unknown"], (await carla.PostAsync(
            path + "/members", new { links = new[] { new { a = mother.Id, b = foreign.Id, relation = "sibling_of" } } }, ("If-Match", group.Tag!))).Errors);
        var grown = await carla.PostAsync(path + "/members", new { members = new[] { aunt.Id }, links = new[] { new { a = aunt.Id, b = child.Id, relation = "caregiver_of", verifiedBy = "declared" } } }, ("If-Match", group.Tag!));
        Assert.Equal((200, "\"v2\""), (grown.Status, grown.Tag));
        Assert.Equal(412, (await carla.PostAsync(path + "/members", new { members = new[] { aunt.Id } }, ("If-Match", group.Tag!))).Status);
        Assert.Equal(3, (await carla.GetAsync(path)).Json.GetProperty("members").GetArrayLength());

        // A member whom another agency registered stays hidden from this one, and the group opens to that agency for theirs alone.
        await office.WriteAsync("insert into cases_household_members (household_id, person_id, joined_at) values (@Group, @Person, 'x')", new { Group = group.Id, Person = foreign.Id });
        Assert.DoesNotContain(foreign.Id.ToString("D"), (await carla.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal([foreign.Id], (await saul.GetAsync(path)).Json.GetProperty("members").EnumerateArray().Select(member => member.GetGuid()));
        Assert.DoesNotContain("parent_of", (await saul.GetAsync(path)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_said_anew_stands_in_the_place_of_what_was_said_and_nothing_closed_is_written_over(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("desk", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var (carla, desk, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("diego", "desk"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var (woman, child, foreign) = ((await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id, (await saul.RegisterAsync(new { })).Id);
        var made = await carla.PostAsync("/api/cases/households", new { kind = "travelling_group", members = new[] { woman, child }, head = woman, links = new[] { new { a = woman, b = child, relation = "caregiver_of", legalBasis = "custom" } } });
        Assert.True(made.Status == 201, made.Text);
        var path = $"/api/cases/households/{made.Id:D}";
        async Task<(string Kind, Guid? Head, string Links)> ShownAsync()
        {
            var shown = (await carla.GetAsync(path)).Json;
            return (shown.GetProperty("kind").GetString()!, shown.TryGetProperty("head", out var head) ? head.GetGuid() : null, string.Join(' ', shown.GetProperty("links").EnumerateArray().Select(link =>
                $"{(link.GetProperty("a").GetGuid() == woman ? "woman" : "child")}:{link.GetProperty("relation").GetString()}:{link.GetProperty("verifiedBy").GetString()}:{(link.TryGetProperty("legalBasis", out var basis) ? basis.GetString() : "")}")));
        }

        Assert.Equal(("travelling_group", woman, "woman:caregiver_of:declared:custom"), await ShownAsync());
        // What the care rests on is closed to the desk: it says the relation anew, and that stays.
        object Said(string relation, Guid a, Guid b, string? basis = null) => new { links = new[] { new { a, b, relation, verifiedBy = "family", legalBasis = basis } } };
        Assert.Equal(200, (await desk.PutAsync(path, Said("guardian_of", woman, child), "\"v1\"")).Status);
        Assert.Equal("woman:guardian_of:family:custom", (await ShownAsync()).Links);
        // To turn it round would take away what is closed, and so would saying on what it rests.
        foreach (var closed in new[] { Said("sibling_of", child, woman), Said("guardian_of", woman, child, "court"), new { unlinked = new[] { new { a = woman, b = child } } } })
            Assert.Equal((403, "cases.compartment_closed"), await desk.PutAsync(path, closed, "\"v2\"") is var told ? (told.Status, told.Code) : default);
        Assert.Equal(("travelling_group", woman, "woman:guardian_of:family:custom"), await ShownAsync());

        // Whoever reaches nobody of it finds nothing; who is out of reach speaks for nobody.
        Assert.Equal(404, (await saul.PutAsync(path, new { kind = "household" }, "\"v2\"")).Status);
        Assert.Equal(["head cases.person_unknown"], (await carla.PutAsync(path, new { head = foreign }, "\"v2\"")).Errors);
        Assert.Equal(["unlinked[0] cases.person_unknown"], (await carla.PutAsync(path, new { unlinked = new[] { new { a = woman, b = foreign } } }, "\"v2\"")).Errors);
        Assert.Equal(["links cases.value_unfit"], (await carla.PutAsync(path, new { links = new[] { new { a = woman, b = child, relation = "parent_of" } }, unlinked = new[] { new { a = child, b = woman } } }, "\"v2\"")).Errors);
        Assert.Equal(412, (await carla.PutAsync(path, new { kind = "household" }, "\"v1\"")).Status);
        Assert.Equal(428, (await carla.PutAsync(path, new { kind = "household" }, null)).Status);

        Assert.Equal(200, (await carla.PutAsync(path, new { kind = "household", head = child, links = new[] { new { a = child, b = woman, relation = "sibling_of" } } }, "\"v2\"")).Status);
        Assert.Equal(("household", child, "child:sibling_of:declared:"), await ShownAsync());
        Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from cases_family_links")).Single());
        // The file of whoever speaks for a group says so.
        var dora = await office.OfficerAsync("dora", "data_protection_officer");
        async Task<string> FileAsync(Guid person) => (await dora.PostAsync($"/api/cases/persons/{person:D}/export", new { reason = "data_request", form = "json" })).Json.GetProperty("relations").GetRawText();
        Assert.Contains("speaks_for", await FileAsync(child), StringComparison.Ordinal);
        Assert.DoesNotContain("speaks_for", await FileAsync(woman), StringComparison.Ordinal);
        Assert.Equal(200, (await carla.PutAsync(path, new { noHead = true, unlinked = new[] { new { a = woman, b = child } } }, "\"v3\"")).Status);
        Assert.Equal(("household", null, ""), await ShownAsync());
        Assert.Equal(0, (await office.ReadAsync<long>("select count(*) from cases_sealed where record_id = @Id", new { made.Id })).Single());
        Assert.Equal(3, (await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.household.changed'")).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task A_household_has_a_hundred_members_and_three_hundred_links_at_most_however_they_come(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var (one, other, third) = ((await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id, (await carla.RegisterAsync(new { })).Id);
        var group = await carla.PostAsync("/api/cases/households", new { members = new[] { one } });
        var path = $"/api/cases/households/{group.Id:D}/members";
        for (var number = 0; number < 98; number++)
        {
            var person = Guid.CreateVersion7(office.Time.GetUtcNow());
            await office.WriteAsync("insert into cases_persons (id, public_ref, status, area, area_path, created_at, created_by, changed_at, version) values (@person, @Ref, 'active', '', '/', @Now, 'x', @Now, 1)", new { person, Ref = person.ToString("N"), Now = office.Time.GetUtcNow() });
            await office.WriteAsync("insert into cases_household_members (household_id, person_id, joined_at) values (@Group, @person, 'x')", new { Group = group.Id, person });
        }

        Assert.Equal(["members cases.too_many_items"], (await carla.PostAsync(path, new { members = new[] { other, third } }, ("If-Match", "\"v1\""))).Errors);
        Assert.Equal(200, (await carla.PostAsync(path, new { members = new[] { one, other } }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(["members cases.too_many_items"], (await carla.PostAsync(path, new { members = new[] { third } }, ("If-Match", "\"v2\""))).Errors);

        for (var number = 0; number < 299; number++)
            await office.WriteAsync("insert into cases_family_links (id, household_id, person_a, person_b, created_at) values (@Id, @Group, @one, @other, 'x')", new { Id = Guid.CreateVersion7(office.Time.GetUtcNow()), Group = group.Id, one, other });
        var link = new { a = one, b = other, relation = "sibling_of" };
        Assert.Equal(["links cases.too_many_items"], (await carla.PostAsync(path, new { links = new[] { link, link } }, ("If-Match", "\"v2\""))).Errors);
        Assert.Equal(200, (await carla.PostAsync(path, new { links = new[] { link } }, ("If-Match", "\"v2\""))).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task How_two_are_related_is_told_to_nobody_whom_either_of_them_shut_out_and_how_many_there_are_neither(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("omar", "protection_specialist"));
        async Task<Guid> PersonAsync() => (await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1980 } } })).Id;
        var (mother, daughter) = (await PersonAsync(), await PersonAsync());
        var one = (await nora.OpenAsync(new { person = mother })).Id;
        var group = await nora.PostAsync("/api/cases/households", new { members = new[] { mother, daughter }, links = new[] { new { a = mother, b = daughter, relation = "parent_of" } } });
        var path = $"/api/cases/households/{group.Id:D}";
        Assert.Contains("parent_of", (await omar.GetAsync(path)).Text, StringComparison.Ordinal);
        var family = $"/staff/cases/{one:D}/family";
        using var browser = await office.BrowserAsync("omar");
        Assert.Contains("1 person of the same household", (await browser.OpenAsync(family)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        await nora.AgreeAsync(daughter, "services", [Officer.Scope("general", "health_provider")], [new { kind = "one", code = omar.Id.ToString("D") }]);
        Assert.DoesNotContain("parent_of", (await omar.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Contains("parent_of", (await nora.GetAsync(path)).Text, StringComparison.Ordinal);
        var unseen = (await browser.OpenAsync(family)).QuerySelector("main")!.TextContent;
        Assert.Contains("Others of the same household", unseen, StringComparison.Ordinal);
        Assert.DoesNotContain("1 person of the same household", unseen, StringComparison.Ordinal);
    }
}
