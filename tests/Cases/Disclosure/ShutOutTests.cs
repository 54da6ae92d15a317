using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Board;
using Tambo.Cases.Consent;
using Tambo.Cases.Register;
using Tambo.Tests.Cases.Access;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>To whom somebody has shut out there is no such person, and nothing of theirs: not to read, not to change, not to count.</summary>
public sealed class ShutOutTests
{
    [Theory]
    [OnEachEngine]
    public async Task Nothing_that_they_would_write_arrives_and_the_case_stays_as_it_was(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, susan) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var person = await nora.RegisterAsync(Somebody("Ilmara"));
        // She asks for protection: nobody takes her back before two people have looked at it.
        Assert.Equal(201, (await nora.PostAsync($"/api/cases/persons/{person.Id:D}/screenings", new { answers = new[] { new { question = "triage.fear", way = "said", values = new[] { "yes" } }, new { question = "protection_need.fear_return", way = "said", values = new[] { "yes" } } } })).Status);
        var one = await nora.OpenAsync(new { person = person.Id, type = "return", note = "note-word", profiles = new[] { "OLDER_PERSON" } });
        var (file, opened) = ($"/api/cases/persons/{person.Id:D}", $"/api/cases/{one.Id:D}");
        Assert.InRange((await nora.PutAsync(opened + "/plan", new { needs = new[] { new { code = "shelter" } } }, "\"v0\"")).Status, 200, 201);
        var task = await nora.PostAsync(opened + "/tasks", new { what = "task-word" });
        (string Path, object Body, string State)[] writes =
        [
            (opened + "/state", new { state = "active" }, "planned"), (opened + "/close", new { reason = "needs_met", personAgreed = "yes" }, "closing"), (opened + "/reopen", new { reason = "came back" }, "closed"),
            (opened + "/assign", new { owner = omar.Id }, "planned"), (opened + "/plan/submit", new { }, "planned"), (opened + "/notes", new { note = "his" }, "planned"), ($"{opened}/tasks/{task.Id:D}", new { state = "done" }, "planned"),
            ($"{file}/consents", new { }, "planned"), ($"{file}/screenings", new { }, "planned"), ("/api/cases", new { person = person.Id }, "planned"),
        ];
        await ShutOutAsync(nora, person.Id, omar.Id);
        foreach (var (path, body, state) in writes)
        {
            await office.WriteAsync("update cases_cases set state = @state, closed_at = case when @state = 'closed' then changed_at end where id = @Id", new { state, one.Id });
            var before = await KeptAsync();
            var told = await omar.PostAsync(path, body, ("If-Match", "\"v1\""));
            Assert.Equal((path, path == "/api/cases" ? 422 : 404), (path, told.Status));
            Assert.Equal(before, await KeptAsync());
        }

        var kept = await KeptAsync();
        Assert.Equal(404, (await omar.PutAsync(opened, new { urgency = "Urgent" }, "\"v1\"")).Status);
        Assert.Equal(404, (await omar.PutAsync(opened + "/plan", new { needs = new[] { new { code = "documents" } } }, "\"v1\"")).Status);
        Assert.Equal(404, (await omar.PutAsync(file, new { general = new { notes = "his" } }, "\"v1\"")).Status);
        foreach (var (step, field, said) in new[] { ("state", "state", "active"), ("reopen", "why", "came back") })
        {
            using var form = new FormUrlEncodedContent([new("version", "1"), new(field, said)]);
            Assert.Equal(404, (await omar.SendAsync(HttpMethod.Post, $"/staff/cases/{one.Id:D}/{step}", form)).Status);
        }

        Assert.Equal(kept, await KeptAsync());
        Assert.Contains("note-word", kept, StringComparison.Ordinal);
        Assert.Contains("\"return\"", kept, StringComparison.Ordinal);
        // Whoever sees it meets the lock.
        await office.WriteAsync("update cases_cases set state = 'planned', closed_at = null where id = @Id", new { one.Id });
        Assert.Equal(409, (await nora.PostAsync(opened + "/state", new { state = "active" }, ("If-Match", "\"v1\""))).Status);

        // That he asked for it is kept, as nothing but that.
        Assert.Contains("{}", await office.ReadAsync<string>("select coalesce(nullif(details, ''), '{}') from platform_audit_entries where change = 'cases.shut.asked' and subject = @Subject", new { Subject = $"case:{one.Id:D}" }));
        Assert.Equal(404, (await omar.GetAsync(file)).Status);
        Assert.NotEmpty(await office.ReadAsync<string>("select actor from platform_audit_entries where change = 'cases.shut.asked' and subject = @Subject", new { Subject = $"person:{person.Id:D}" }));

        // Nor is anything given to him.
        var given = await susan.PostAsync(opened + "/assign", new { owner = omar.Id }, ("If-Match", "\"v1\""));
        Assert.Equal(["owner cases.assignee_unfit"], given.Errors);
        Assert.Equal(["responsible cases.assignee_unfit"], (await nora.PostAsync(opened + "/tasks", new { what = "task", responsible = omar.Id })).Errors);
        var page = (await nora.GetAsync($"/staff/cases/{one.Id:D}/tasks")).Text;
        Assert.Contains(susan.Id.ToString("D"), page, StringComparison.Ordinal);
        Assert.DoesNotContain(omar.Id.ToString("D"), page, StringComparison.Ordinal);
        Assert.Equal(200, (await susan.PostAsync(opened + "/assign", new { owner = susan.Id }, ("If-Match", "\"v1\""))).Status);

        async Task<string> KeptAsync() => (await nora.GetAsync(opened)).Text + (await nora.GetAsync(opened + "/plan")).Text + (await nora.GetAsync(opened + "/tasks")).Text;
    }

    [Theory]
    [OnEachEngine]
    public async Task A_case_that_one_of_its_persons_closes_leads_to_none_of_the_others(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, saul, tina) = (
            await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("omar", "protection_specialist"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South), await office.OfficerAsync("tina", "protection_specialist", null));
        var (shutting, other) = (await nora.RegisterAsync(Somebody("Ilmara")), await saul.RegisterAsync(Somebody("Yudelka")));
        var one = await tina.OpenAsync(new { person = shutting.Id, otherPersons = new[] { other.Id } });
        await office.WriteAsync("update cases_cases set agency_id = @Agency where id = @Id", new { nora.Agency, one.Id });
        var second = await saul.OpenAsync(new { person = other.Id });
        string[] paths = [$"/api/cases/persons/{other.Id:D}", $"/api/cases/persons/{other.Id:D}/consents", $"/api/cases/persons/{other.Id:D}/screenings"];
        async Task<bool> ListedAsync(Officer officer) => (await officer.GetAsync("/api/cases/persons?name=Yudelka")).Text.Contains(other.Ref, StringComparison.Ordinal);
        foreach (var path in paths)
            Assert.Equal((path, 200, 200), (path, (await omar.GetAsync(path)).Status, (await nora.GetAsync(path)).Status));
        Assert.True(await ListedAsync(omar));

        await ShutOutAsync(nora, shutting.Id, omar.Id);
        foreach (var path in paths)
            Assert.Equal((path, 404, 200), (path, (await omar.GetAsync(path)).Status, (await nora.GetAsync(path)).Status));
        Assert.False(await ListedAsync(omar));
        Assert.True(await ListedAsync(nora));
        // Another case leads there, and their own office sees them as before.
        await office.WriteAsync("update cases_cases set agency_id = @Agency where id = @Id", new { nora.Agency, second.Id });
        Assert.Equal(200, (await omar.GetAsync(paths[0])).Status);
        Assert.Equal(200, (await saul.GetAsync(paths[0])).Status);
    }

    [Theory]
    [OnEachEngine]
    public async Task Whom_somebody_in_the_case_shut_out_is_not_offered_as_the_one_who_is_to_have_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, otto) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("otto", "case_worker"));
        var (mother, child) = ((await nora.RegisterAsync(Somebody("Ilmara"))).Id, (await nora.RegisterAsync(Somebody("Aurelia"))).Id);
        Assert.Equal(201, (await nora.PostAsync("/api/cases/households", new { members = new[] { mother, child } })).Status);
        var one = await nora.OpenAsync(new { person = mother });
        using var susan = await office.SignInAsync("susan", "cases_supervisor");
        async Task<string> OfferedAsync() => string.Join(' ', (await susan.OpenAsync($"/staff/cases/{one.Id:D}/family")).QuerySelectorAll("select[name=owner] option").Select(option => option.GetAttribute("value")));
        var before = await OfferedAsync();
        Assert.All(new[] { omar, otto }, colleague => Assert.Contains(colleague.Id.ToString("D"), before, StringComparison.Ordinal));
        await ShutOutAsync(nora, mother, omar.Id);
        Assert.DoesNotContain(omar.Id.ToString("D"), await OfferedAsync(), StringComparison.Ordinal);
        Assert.Contains(otto.Id.ToString("D"), await OfferedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task No_list_page_phone_or_mail_of_theirs_has_a_line_of_it_and_the_supervisor_hears_that_nobody_looks_after_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("omar", "protection_specialist"));
        var (susan, sonia) = (await office.OfficerAsync("susan", "cases_supervisor"), await office.OfficerAsync("sonia", "cases_supervisor"));
        // Omar looks after a family of which one shuts him and a supervisor out, and after somebody else before and after it.
        async Task<(Told Person, Told Case)> OfOmarAsync(string name, params Guid[] others)
        {
            var person = await omar.RegisterAsync(Somebody(name));
            return (person, await omar.OpenAsync(new { person = person.Id, otherPersons = others, dueAt = office.Time.GetUtcNow().AddHours(2) }));
        }

        var first = await OfOmarAsync("Aurelia");
        var shutting = await nora.RegisterAsync(Somebody("Quesquén"));
        var family = await OfOmarAsync("Ilmara", shutting.Id);
        var last = await OfOmarAsync("Zenobia");
        var screened = await nora.RegisterAsync(Somebody("Torrealta"));
        await ScreenAsync(nora, screened.Id);
        var path = $"/api/cases/{family.Case.Id:D}";
        await nora.PostAsync(path + "/tasks", new { what = "task-word", dueAt = office.Time.GetUtcNow().AddHours(1) });
        await nora.PutAsync(path + "/plan", new { needs = new[] { new { code = "shelter" } } }, "\"v0\"");
        await nora.PostAsync(path + "/plan/submit", new { }, ("If-Match", "\"v1\""));
        Assert.Equal(201, (await nora.PostAsync(path + "/detentions", new { place = "a station", person = shutting.Id })).Status);
        Assert.Equal(204, (await nora.PostAsync($"/api/cases/{first.Case.Id:D}/links", new { @case = family.Case.Id })).Status);
        var twin = await nora.RegisterAsync(new { });
        Assert.Equal(201, (await nora.PostAsync("/api/cases/merges", new { survivor = screened.Id, absorbed = twin.Id })).Status);
        var phone = $"/api/cases/devices/{(await omar.PostAsync("/api/cases/devices", new { name = "phone", proof = new string('a', 43) })).Id:D}/cases";
        office.Time.Advance(TimeSpan.FromDays(3));

        string[] hidden = [shutting.Ref, family.Case.Ref, screened.Ref, shutting.Id.ToString("D"), family.Case.Id.ToString("D"), screened.Id.ToString("D"), "Quesquén", "Torrealta", "task-word"];
        string[] pages =
        [
            "/api/cases/persons", $"/api/cases/persons?ref={shutting.Ref}", $"/api/cases/persons?ref={screened.Ref}", "/api/cases/persons?name=Quesqu%C3%A9n", "/api/cases/worklist", "/api/cases/worklist?mine=true", "/api/cases/tasks",
            "/api/cases/board", "/api/cases/splits", "/api/cases/merges", "/api/cases/glass", $"/api/cases/{first.Case.Id:D}", $"/api/cases/persons/{family.Person.Id:D}", "/staff/cases", "/staff/cases/board", "/staff/cases/merges", "/staff",
        ];
        async Task<string> SeenAsync(Officer officer)
        {
            using var knocking = officer.Elsewhere();
            var seen = "";
            foreach (var page in pages)
                seen += (await knocking.GetAsync(page)).Text;
            var late = await office.Node.Services.GetRequiredService<OverdueItems>().NotToldAsync(officer.Actor, officer.Id, "2026-01-01", office.Time.GetUtcNow(), CancellationToken.None);
            return seen + string.Concat(late) + (officer == omar ? (await omar.PostAsync(phone, new { undecided = new[] { shutting.Id, family.Case.Id } })).Text : "");
        }

        // Before, each of these is somewhere.
        var all = await SeenAsync(sonia) + await SeenAsync(omar);
        Assert.All(hidden, word => Assert.Contains(word, all, StringComparison.Ordinal));
        await ShutOutAsync(nora, shutting.Id, omar.Id, sonia.Id);
        await ShutOutAsync(nora, screened.Id, omar.Id, sonia.Id);
        foreach (var officer in new[] { omar, sonia })
        {
            var seen = await SeenAsync(officer);
            Assert.All(hidden, word => Assert.DoesNotContain(word, seen, StringComparison.Ordinal));
            Assert.Contains(first.Case.Ref, seen, StringComparison.Ordinal);
        }

        Assert.Contains(family.Case.Ref, await SeenAsync(susan), StringComparison.Ordinal);
        // A page is as long as it was, and the next one begins behind it and not behind what is hidden; after the last there is none.
        foreach (var (list, name) in new[] { ("/api/cases/worklist?mine=true&limit=1", "cases"), ("/api/cases/persons?limit=2", "persons") })
        {
            var (pagesRead, after) = (0, (string?)"");
            for (; after is not null && pagesRead < 9; pagesRead++)
            {
                var told = await omar.GetAsync(list + (after.Length > 0 ? "&after=" + after : ""));
                Assert.NotEmpty(told.Json.GetProperty(name).EnumerateArray());
                after = told.Json.TryGetProperty("next", out var next) ? next.GetString() : null;
                Assert.All(hidden, word => Assert.DoesNotContain(word, told.Text, StringComparison.Ordinal));
            }

            Assert.Equal((name, 2), (name, pagesRead));
        }

        // The case is not lost: it has no owner any more, and whoever may see it is told.
        await office.Node.Services.GetRequiredService<OwnersShutOut>().RunAsync(CancellationToken.None);
        var board = (await susan.GetAsync("/api/cases/board")).Json.GetProperty("unassigned").EnumerateArray().Select(row => row.GetProperty("ref").GetString());
        Assert.Equal([family.Case.Ref], board);
        Assert.Equal(2L, (await office.ReadAsync<long>("select count(*) from cases_cases where owner_id = @Id", new { omar.Id })).Single());
    }

    [Theory]
    [OnEachEngine]
    public async Task Neither_an_export_nor_an_emergency_nor_a_referral_to_their_office_goes_round_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (north, south) = (await office.OfficerAsync("nora", "protection_specialist"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var (dora, dina, omar) = (await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("dina", "data_protection_officer"), await office.OfficerAsync("omar", "case_worker"));
        var (shutting, sister) = (await south.RegisterAsync(Somebody("Quesquén")), await south.RegisterAsync(Somebody("Ilmara")));
        var both = await south.OpenAsync(new { person = sister.Id, otherPersons = new[] { shutting.Id }, note = "note-word" });
        var own = await south.OpenAsync(new { person = sister.Id, note = "own-word" });

        // Omar opens the sister's file in an emergency: her case, and not the one of somebody who shut him out.
        var broken = await omar.PostAsync("/api/cases/glass", new { person = sister.Id, purpose = "medical", reason = "Nobody of the night shift can be reached" });
        Assert.True(broken.Status == 201, broken.Text);
        Assert.Equal(200, (await omar.GetAsync($"/api/cases/{both.Id:D}")).Status);
        await ShutOutAsync(south, shutting.Id, omar.Id);
        Assert.Equal(404, (await omar.GetAsync($"/api/cases/{both.Id:D}")).Status);
        Assert.Contains("own-word", (await omar.GetAsync($"/api/cases/{own.Id:D}")).Text, StringComparison.Ordinal);
        Assert.Equal([own.Ref], (await omar.GetAsync($"/api/cases/persons/{sister.Id:D}")).Json.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("ref").GetString()));
        // Of her it opens nothing, and says no more than of somebody whom there is not.
        Assert.Equal(["person cases.person_unknown"], (await omar.PostAsync("/api/cases/glass", new { person = shutting.Ref, purpose = "medical", reason = "Nobody of the night shift can be reached" })).Errors);
        // Whom the sister shuts out afterwards, to them nothing of her is left.
        await ShutOutAsync(south, sister.Id, omar.Id);
        Assert.Equal(404, (await omar.GetAsync($"/api/cases/persons/{sister.Id:D}")).Status);
        Assert.Equal(404, (await omar.GetAsync($"/api/cases/{own.Id:D}")).Status);

        // Somebody is given all that is kept of them and is open to whoever gives it out: of a case in which somebody else shut those out
        // there is nothing, and nothing tells it.
        var houses = await Houses.OpenAsync(office, north, south);
        var (asking, cousin) = (await north.RegisterAsync(Somebody("Aurelia")), await north.RegisterAsync(Somebody("Zenobia")));
        var (together, alone) = (await north.OpenAsync(new { person = asking.Id, otherPersons = new[] { cousin.Id } }), await north.OpenAsync(new { person = asking.Id, note = "alone-word" }));
        var path = $"/api/cases/{together.Id:D}";
        Assert.Equal(200, (await north.PostAsync(path + "/transfer", new { kind = "shelter", place = "house-word" }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(201, (await north.PostAsync(path + "/detentions", new { place = "station-word", person = asking.Id })).Status);
        var referred = await Houses.ReferAsync(north, asking.Id, together.Id, houses.East, isOffered: false);
        async Task<Told> ExportAsync(Officer officer, Guid person, string form = "json")
        {
            using var elsewhere = officer.Elsewhere();
            return await elsewhere.PostAsync($"/api/cases/persons/{person:D}/export", new { reason = "data_request", form });
        }

        await ShutOutAsync(north, cousin.Id, dora.Id);
        Assert.Equal(404, (await ExportAsync(dora, cousin.Id)).Status);
        string[] hidden = [together.Id.ToString("D"), together.Ref, "house-word", "station-word", referred.ToString("D"), cousin.Id.ToString("D"), "Zenobia"];
        foreach (var form in new[] { "json", "html" })
        {
            var (part, whole) = (await ExportAsync(dora, asking.Id, form), await ExportAsync(dina, asking.Id, form));
            Assert.Equal((200, 200), (part.Status, whole.Status));
            Assert.All(hidden, word => Assert.DoesNotContain(word, part.Text, StringComparison.Ordinal));
            Assert.All([together.Ref, "house-word", "station-word", referred.ToString("D")], word => Assert.Contains(word, whole.Text, StringComparison.Ordinal));
            Assert.All([alone.Ref, "alone-word", "somebody else with the same task may be able to add to it"], word => Assert.Contains(word, part.Text, StringComparison.Ordinal));
            Assert.Contains("somebody else with the same task may be able to add to it", whole.Text, StringComparison.Ordinal);
        }

        // As of somebody of whom there is nothing else: the same fields, the same words.
        var nobody = await north.RegisterAsync(Somebody("Torrealta"));
        await north.OpenAsync(new { person = nobody.Id, note = "alone-word" });
        var (of, other) = ((await ExportAsync(dora, asking.Id)).Json, (await ExportAsync(dora, nobody.Id)).Json);
        Assert.Equal(other.GetProperty("note").GetString(), of.GetProperty("note").GetString());
        Assert.Equal(other.GetProperty("complete").GetBoolean(), of.GetProperty("complete").GetBoolean());
        Assert.Equal(other.GetProperty("records").EnumerateObject().Select(kind => kind.Name).Append("consents").Order(), of.GetProperty("records").EnumerateObject().Select(kind => kind.Name).Order());
        Assert.Equal(200, (await ExportAsync(dina, cousin.Id)).Status);

        // Their office is asked for help, and one of its people is the one who was shut out.
        var helped = await south.RegisterAsync(Somebody("Torrealta"));
        var referral = await Houses.ReferAsync(south, helped.Id, (await south.OpenAsync(new { person = helped.Id })).Id, houses.North, isOffered: true);
        var code = (await north.GetAsync("/api/cases/referrals/incoming")).Json.GetProperty("referrals").EnumerateArray().Single().GetProperty("code").GetString()!;
        Assert.Contains(code, (await omar.GetAsync("/api/cases/referrals/incoming")).Text, StringComparison.Ordinal);
        await ShutOutAsync(south, helped.Id, omar.Id);
        foreach (var list in new[] { "/api/cases/referrals/incoming", "/staff/cases/incoming" })
        {
            Assert.DoesNotContain(code, (await omar.GetAsync(list)).Text, StringComparison.Ordinal);
            Assert.Contains(code, (await north.GetAsync(list)).Text, StringComparison.Ordinal);
        }

        var one = $"/api/cases/referrals/{referral:D}";
        foreach (var told in new[] { await omar.GetAsync(one + "/preview"), await omar.PostAsync(one + "/answer", new { act = "accept" }, ("If-Match", "\"v2\"")), await omar.PostAsync(one + "/receive", new { }), await omar.GetAsync($"/staff/cases/incoming/{referral:D}") })
            Assert.Equal(404, told.Status);
        Assert.Equal(200, (await north.GetAsync(one + "/preview")).Status);
        Assert.Equal(200, (await north.PostAsync(one + "/answer", new { act = "accept" }, ("If-Match", "\"v2\""))).Status);
    }

    /// <summary>Somebody says whom they never want to see anything of them.</summary>
    internal static Task ShutOutAsync(Officer by, Guid person, params Guid[] whom) => by.AgreeAsync(
        person,
        "services",
        [Officer.Scope("general", "health_provider")],
        whom.Select(one => new { kind = "one", code = one.ToString("D") }),
        // Where nobody knows an age it is a child's consent.
        givenBy: new { kind = "self", whyNoGuardian = "none_known", bestInterestsBy = "the office" },
        leftConfirmed: true);

    /// <summary>An answer without what differs between any two: when, which request, and what was asked for.</summary>
    internal static (int Status, string Text) Plain(Told told) => (told.Status, Regex.Replace(told.Text, "\"(traceId|instance|requestId)\":\"[^\"]*\"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", ""));

    private static async Task ScreenAsync(Officer officer, Guid person)
    {
        var told = await officer.PostAsync($"/api/cases/persons/{person:D}/screenings", new { answers = Array.Empty<object>(), @override = new { urgency = "emergency", reason = "seen on the way" } });
        Assert.True(told.Status == 201, told.Text);
    }

    private static object Somebody(string name) => new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = 1990 } } };
}
