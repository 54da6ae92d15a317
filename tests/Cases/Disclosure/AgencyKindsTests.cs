using AngleSharp.Dom;
using Tambo.Platform.Access.Roles;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>What an agency is said to be decides at once what its people see, whoever they are and however far their rights reach.</summary>
public sealed class AgencyKindsTests
{
    private const string Name = Readers.Name;
    private const string Post = "Border post";

    [Theory]
    [OnEachEngine]
    public async Task Never_to_the_police_shuts_out_who_works_for_an_agency_as_soon_as_it_is_said_to_be_the_police(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (root, nora, pia) = (await office.OfficerAsync("root", "administrator", agency: null), await office.OfficerAsync("nora", "protection_specialist"), await LookingOverAsync(office, "pia", "cases_supervisor"));
        var (person, one) = await Readers.SomebodyAsync(nora);
        var (file, opened) = ($"/api/cases/persons/{person.Id:D}", $"/api/cases/{one.Id:D}");
        Assert.Equal(201, (await nora.PostAsync(file + "/screenings", new { answers = Array.Empty<object>(), @override = new { urgency = "emergency", reason = "said so" } })).Status);
        var alone = await nora.RegisterAsync(new { identity = new { birth = new { inYear = 1990 } } });
        Assert.Equal(201, (await nora.PostAsync($"/api/cases/persons/{alone.Id:D}/screenings", new { answers = Array.Empty<object>(), @override = new { urgency = "emergency", reason = "said so" } })).Status);
        foreach (var id in new[] { person.Id, alone.Id })
            await NeverAsync(nora, id, new { kind = "class", code = "police" });
        office.Time.Advance(TimeSpan.FromDays(9));
        using var page = await SignedInAsync(office, "petra", "cases_supervisor");
        // To all lists, and to the page of the board with a session; a number among others stays.
        async Task<string> ListsAsync(Officer officer) => string.Concat(await Task.WhenAll(new[] { "/api/cases/persons", "/api/cases/worklist", "/api/cases/board", "/api/cases/persons?name=" + Name, "/api/cases/persons?ref=" + person.Ref }.Select(async path => (await officer.GetAsync(path)).Text)));
        async Task<string> PagesAsync() => (await page.OpenAsync("/staff/cases/board")).DocumentElement.OuterHtml + (await page.OpenAsync($"/staff/cases/persons/{person.Id:D}")).DocumentElement.OuterHtml;
        async Task SeesAsync(bool sees)
        {
            var (lists, pages, seen) = (await ListsAsync(pia), await PagesAsync(), (await pia.GetAsync(file)).Text + (await pia.GetAsync(opened)).Text);
            Assert.All([Name, person.Ref, alone.Ref, one.Ref], word => Assert.Equal((word, sees), (word, lists.Contains(word, StringComparison.Ordinal))));
            Assert.All([Name, alone.Ref, one.Ref], word => Assert.Equal((word, sees), (word, pages.Contains(word, StringComparison.Ordinal))));
            Assert.All([Name, "general-word", "note-word"], word => Assert.Equal((word, sees), (word, seen.Contains(word, StringComparison.Ordinal))));
            Assert.Equal(1, (await pia.GetAsync("/api/cases/board")).Json.GetProperty("counts").EnumerateArray().Sum(count => count.GetProperty("emergency").GetInt64()));
        }

        // Nobody has said what the post is.
        await SeesAsync(true);
        var kept = await SayAsync(root, pia.Agency!.Value, 0, "police");
        Assert.Equal("\"v1\"", kept.Tag);
        await SeesAsync(false);
        Assert.Contains(Name, (await nora.GetAsync(file)).Text, StringComparison.Ordinal);
        Assert.Contains(one.Ref, await ListsAsync(nora), StringComparison.Ordinal);
        // It was a mistake.
        Assert.Equal("\"v2\"", (await SayAsync(root, pia.Agency!.Value, 1)).Tag);
        await SeesAsync(true);
        Assert.Equal(2, (await office.ReadAsync<string>("select change from platform_audit_entries where change = 'cases.agency.kinds'")).Count);
    }

    [Theory]
    [OnEachEngine]
    public async Task Police_and_migration_control_never_see_what_is_closed_to_them_whatever_they_hold(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine, prepare: settings => settings with { File = settings.File with { Country = "PA" } });
        await office.AddRoleAsync("gendarme", "cases.as.police", "cases.read", "cases.see.identity", "cases.see.general", "cases.see.health");
        await office.AddRoleAsync("widened", [.. RoleCatalog.Shipped["migration_control"], "cases.see.general", "cases.see.health", "cases.see.asylum"]);
        var (root, nora) = (await office.OfficerAsync("root", "administrator", agency: null), await office.OfficerAsync("nora", "protection_specialist"));
        var (gina, mario, omar) = (await office.OfficerAsync("gina", "gendarme"), await office.OfficerAsync("mario", "widened"), await LookingOverAsync(office, "omar", "case_worker"));
        var person = await nora.RegisterAsync(new
        {
            identity = new { names = new[] { new { full = Name } }, birth = new { inYear = 1990 } },
            general = new { notes = "general-word" },
            health = new { notes = "health-word" },
            asylum = new { notes = "asylum-word" },
            child = new { notes = "child-word" },
        });
        var (file, one) = ($"/api/cases/persons/{person.Id:D}", await nora.OpenAsync(new { person = person.Id, note = "note-word" }));
        var sick = await nora.OpenAsync(new { person = person.Id, type = "health", note = "insulin-word" });
        Assert.InRange((await nora.PutAsync($"/api/cases/{one.Id:D}/safety-plan", new { steps = "safety-word" }, "\"v0\"")).Status, 200, 201);
        async Task<string> SeenAsync(Officer officer) => (await officer.GetAsync(file)).Text + (await officer.GetAsync("/api/cases/worklist")).Text + (await officer.GetAsync($"/api/cases/{one.Id:D}/safety-plan")).Text;
        string[] closed = ["health-word", "asylum-word", "child-word", "insulin-word", "safety-word", sick.Ref];

        // By their roles, at an agency of which nobody has said anything.
        foreach (var officer in new[] { gina, mario })
        {
            var seen = await SeenAsync(officer);
            Assert.All([Name, "general-word", "note-word"], word => Assert.Contains(word, seen, StringComparison.Ordinal));
            Assert.All(closed, word => Assert.DoesNotContain(word, seen, StringComparison.Ordinal));
        }

        // By their agency: a case worker with the widest reach.
        var before = await SeenAsync(omar);
        Assert.All(closed, word => Assert.Contains(word, before, StringComparison.Ordinal));
        await SayAsync(root, omar.Agency!.Value, 0, "migration_control");
        var after = await SeenAsync(omar);
        Assert.All([Name, "general-word", "note-word"], word => Assert.Contains(word, after, StringComparison.Ordinal));
        Assert.All(closed, word => Assert.DoesNotContain(word, after, StringComparison.Ordinal));
        // An emergency opens none of it either.
        var glass = await omar.PostAsync("/api/cases/glass", new { person = person.Id, purpose = "medical", reason = "Nobody of the night shift can be reached" });
        Assert.Equal((409, "glass.nothing_to_open"), (glass.Status, glass.Code));
        Assert.All(closed, word => Assert.DoesNotContain(word, glass.Text, StringComparison.Ordinal));
        var broken = await SeenAsync(omar);
        Assert.All(closed, word => Assert.DoesNotContain(word, broken, StringComparison.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_consulate_of_which_nobody_knows_the_state_is_of_every_state_that_somebody_shut_out(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (root, nora, konrad) = (await office.OfficerAsync("root", "administrator", agency: null), await office.OfficerAsync("nora", "protection_specialist"), await LookingOverAsync(office, "konrad", "consular_officer"));
        var (person, _) = await Readers.SomebodyAsync(nora);
        async Task<bool> SeesAsync() => (await konrad.GetAsync($"/api/cases/persons/{person.Id:D}")).Text.Contains(Name, StringComparison.Ordinal);
        await Readers.AgreeAsync(nora, person.Id, "consular");
        Assert.True(await SeesAsync());
        await NeverAsync(nora, person.Id, new { kind = "country", code = "HTI" });
        Assert.False(await SeesAsync());
        Assert.Equal(200, (await SayAsync(root, konrad.Agency!.Value, 0, ["consulate"], "AND")).Status);
        Assert.True(await SeesAsync());
        Assert.Equal(200, (await SayAsync(root, konrad.Agency!.Value, 1, ["consulate"], "HTI")).Status);
        Assert.False(await SeesAsync());
    }

    [Theory]
    [OnEachEngine]
    public async Task An_authority_of_a_node_that_stands_nowhere_is_of_every_state_that_somebody_shut_out(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        Assert.Null(office.Node.Settings.File.Country);
        var (root, nora, pia) = (await office.OfficerAsync("root", "administrator", agency: null), await office.OfficerAsync("nora", "protection_specialist"), await LookingOverAsync(office, "pia", "cases_supervisor"));
        var (person, _) = await Readers.SomebodyAsync(nora);
        async Task<bool> SeesAsync() => (await pia.GetAsync($"/api/cases/persons/{person.Id:D}")).Text.Contains(Readers.Name, StringComparison.Ordinal);
        await NeverAsync(nora, person.Id, new { kind = "country", code = "AND" });
        Assert.True(await SeesAsync());
        Assert.Equal("\"v1\"", (await SayAsync(root, pia.Agency!.Value, 0, "health_provider")).Tag);
        Assert.True(await SeesAsync());
        Assert.Equal("\"v2\"", (await SayAsync(root, pia.Agency!.Value, 1, "police")).Tag);
        Assert.False(await SeesAsync());
        await SayAsync(root, pia.Agency!.Value, 2, ["police"], "SMR");
        Assert.True(await SeesAsync());
        // Whoever cares for the node is told.
        using var page = await office.SignInAsync("rita", "administrator");
        Assert.Contains("in which country this node stands", (await page.OpenAsync("/staff/cases/agencies")).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_cares_for_the_whole_node_says_it_and_nobody_for_their_own_agency(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (root, norma, sara) = (await office.OfficerAsync("root", "administrator", agency: null), await office.OfficerAsync("norma", "administrator"), await office.OfficerAsync("sara", "administrator", CasesOffice.South));
        var address = $"/api/cases/agencies/{norma.Agency:D}/kinds";
        Assert.Equal(403, (await norma.PutAsync(address, new { kinds = Array.Empty<string>() }, "\"v0\"")).Status);
        Assert.Equal(404, (await sara.PutAsync(address, new { kinds = Array.Empty<string>() }, "\"v0\"")).Status);
        Assert.Equal([CasesOffice.North], (await norma.GetAsync("/api/cases/agencies")).Json.GetProperty("agencies").EnumerateArray().Select(agency => agency.GetProperty("name").GetString()));
        Assert.Equal(2, (await root.GetAsync("/api/cases/agencies")).Json.GetProperty("agencies").GetArrayLength());
        Assert.Equal(404, (await root.PutAsync($"/api/cases/agencies/{Guid.CreateVersion7(office.Time.GetUtcNow()):D}/kinds", new { kinds = Array.Empty<string>() }, "\"v0\"")).Status);
        Assert.Equal(428, (await root.PutAsync(address, new { kinds = Array.Empty<string>() }, null)).Status);
        Assert.Equal(["country cases.country_unknown", "kinds cases.code_unknown"], (await root.PutAsync(address, new { kinds = new[] { "police", "gossips" }, country = "Atlantis" }, "\"v0\"")).Errors);
        Assert.Equal(["kinds cases.code_unknown"], (await root.PutAsync(address, new { kinds = new[] { "family" } }, "\"v0\"")).Errors);
        Assert.Equal(["country cases.no_authority"], (await root.PutAsync(address, new { kinds = new[] { "legal_aid" }, country = "HTI" }, "\"v0\"")).Errors);
        Assert.Equal(200, (await SayAsync(root, norma.Agency!.Value, 0, ["police", "child_protection"], "HTI")).Status);
        Assert.Equal(412, (await root.PutAsync(address, new { kinds = new[] { "police" } }, "\"v0\"")).Status);
        var shown = (await norma.GetAsync("/api/cases/agencies")).Json.GetProperty("agencies")[0];
        Assert.Equal((1, "HT"), (shown.GetProperty("version").GetInt32(), shown.GetProperty("country").GetString()));
        Assert.Equal(["child_protection", "police"], shown.GetProperty("kinds").EnumerateArray().Select(kind => kind.GetString()));

        // The same on the page.
        using var page = await SignedInAsync(office, "rita", "administrator");
        var list = await page.OpenAsync("/staff/cases/agencies");
        Assert.Contains("The police", list.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var (form, before) = (await page.OpenAsync($"/staff/cases/agencies?agency={norma.Agency:D}"), await page.OpenAsync($"/staff/cases/agencies?agency={norma.Agency:D}"));
        await page.SubmitAsync(form, "/staff/cases/agencies", ("kinds", "legal_aid"), ("country", "HTI"));
        Assert.Equal(422, page.Status);
        await page.SubmitAsync(form, "/staff/cases/agencies", ("kinds", "legal_aid"), ("country", ""));
        Assert.Equal((302, "/staff/cases/agencies"), (page.Status, page.Location));
        Assert.Equal(["legal_aid"], (await office.ReadAsync<string>("select kinds from cases_agency_kinds where agency_id = @Agency", new { norma.Agency })));
        // What was read before somebody else said otherwise says nothing.
        await page.SubmitAsync(before, "/staff/cases/agencies", ("kinds", "police"), ("country", ""));
        Assert.Equal(412, page.Status);
        // Who cares for one agency looks, and has no form.
        using var own = await office.SignInAsync("nadia", "administrator");
        Assert.Null((await own.OpenAsync($"/staff/cases/agencies?agency={norma.Agency:D}")).QuerySelector("main form"));
    }

    [Fact]
    public void The_shipped_role_of_migration_control_is_migration_control_by_itself() =>
        Assert.Contains(Tambo.Cases.CasesRights.AsMigrationControl, RoleCatalog.Shipped["migration_control"]);

    /// <summary>Somebody of the border post, whom the node's administrator lets look over all agencies.</summary>
    private static async Task<Officer> LookingOverAsync(CasesOffice office, string name, string role)
    {
        using (await office.OfficerAsync(name, role, Post))
            await office.WriteAsync("update platform_role_grants set scope_kind = 'node', scope_id = '' where user_id = (select id from platform_users where sign_in_name = @name)", new { name });
        return await office.KnownAsync(name);
    }

    private static async Task<StaffBrowser> SignedInAsync(CasesOffice office, string name, string role)
    {
        var page = await office.SignInAsync(name, role, Post);
        await office.WriteAsync("update platform_role_grants set scope_kind = 'node', scope_id = '' where user_id = (select id from platform_users where sign_in_name = @name)", new { name });
        return page;
    }

    private static async Task<Told> SayAsync(Officer root, Guid agency, int version, params string[] kinds) => await SayAsync(root, agency, version, kinds, null);

    private static async Task<Told> SayAsync(Officer root, Guid agency, int version, string[] kinds, string? country)
    {
        var told = await root.PutAsync($"/api/cases/agencies/{agency:D}/kinds", new { kinds, country }, $"\"v{version}\"");
        Assert.True(told.Status == 200, told.Text);
        return told;
    }

    private static Task NeverAsync(Officer officer, Guid person, object never) => Readers.AgreeAsync(officer, person, "services", never);
}
