using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Consent;
using Tambo.Cases.Erasing;
using Tambo.Cases.Retention;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Merging;

/// <summary>Two people make one file of two that are of the same person, and two people take it back.</summary>
public sealed class MergeTests
{
    private const string Root = "/api/cases/merges";
    private static readonly Actor Console = Actor.OperatingSystem("operator");
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [OnEachEngine]
    public async Task One_proposes_another_decides_and_everything_of_both_is_in_one_file(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var (one, twin) = (await RegisterAsync(carla, "Ilmara Quesquén", 2001), await RegisterAsync(carla, "Yudelka Peña", 2003));
        var brother = await RegisterAsync(carla, "Tovar Quesquén", 1990);
        var ofTwin = await carla.OpenAsync(new { person = twin.Id, note = "needs a bed" });
        var household = await carla.PostAsync("/api/cases/households", new
        {
            members = new[] { twin.Id, brother.Id },
            links = new[] { new { a = twin.Id, b = brother.Id, relation = "sibling_of" }, new { a = brother.Id, b = twin.Id, relation = "caregiver_of" } },
        });
        var consent = await carla.PostAsync(PathOf(twin) + "/consents", Consent.KeptConsentTests.Said());
        var screening = await carla.PostAsync(PathOf(twin) + "/screenings", new { });
        Assert.Equal((201, 201), (consent.Status, screening.Status));

        var compared = (await carla.GetAsync($"{Root}/compare?survivor={one.Id:D}&absorbed={twin.Id:D}")).Json.GetProperty("fields").EnumerateArray()
            .Where(field => field.GetProperty("choices").GetArrayLength() > 1).Select(field => field.GetProperty("name").GetString());
        Assert.Equal(["identity.birth", "identity.names"], compared.Order());
        Assert.Equal(["decisions.identity.birth form.missing", "decisions.identity.names form.missing"], (await carla.PostAsync(Root, new { survivor = one.Id, absorbed = twin.Id })).Errors);
        Assert.Equal(
            ["decisions.identity.birth cases.code_unknown", "decisions.identity.shoe cases.code_unknown"],
            (await carla.PostAsync(Root, new { survivor = one.Id, absorbed = twin.Id, decisions = new Dictionary<string, string> { ["identity.birth"] = "both", ["identity.names"] = "survivor", ["identity.shoe"] = "both" } })).Errors);
        var merge = $"{Root}/{(await ProposeAsync(carla, one, twin)).Id:D}";
        Assert.Equal("merge.proposed_already", (await ProposeAsync(sara, one, twin)).Code);
        Assert.Equal("merge.own_proposal", (await carla.PostAsync(merge + "/decide", new { approve = true })).Code);
        Assert.Equal("active", (await carla.GetAsync(PathOf(twin))).Json.GetProperty("status").GetString());
        Assert.Equal("absorbed", (await sara.GetAsync(merge)).Json.GetProperty("fields").EnumerateArray().Single(field => field.GetProperty("name").GetString() == "identity.birth").GetProperty("decision").GetString());
        var done = await sara.PostAsync(merge + "/decide", new { approve = true });
        Assert.True(done.Status == 200, done.Text);
        Assert.Equal("merge.state_unfit", (await sara.PostAsync(merge + "/decide", new { approve = true })).Code);

        // Every address of the one that went leads to the one that stayed; it is closed for changes.
        foreach (var address in new[] { PathOf(twin), PathOf(twin) + "/consents", $"{PathOf(twin)}/screenings/{screening.Id:D}" })
            Assert.Equal((HttpStatusCode.TemporaryRedirect, address.Replace($"{twin.Id:D}", $"{one.Id:D}", StringComparison.Ordinal)), await LedAsync(office, carla, address));
        Assert.Equal(409, (await carla.PutAsync(PathOf(twin), new { general = new { notes = "back" } }, "\"v2\"")).Status);
        Assert.Equal("cases.person_inactive", (await carla.PostAsync("/api/cases", new { person = twin.Id })).Code);
        var file = (await carla.GetAsync(PathOf(one))).Json;
        Assert.Equal([twin.Ref], file.GetProperty("mergedFrom").EnumerateArray().Select(reference => reference.GetString()));
        Assert.Equal(2003, file.GetProperty("identity").GetProperty("birth").GetProperty("inYear").GetInt32());
        Assert.Equal(["Ilmara Quesquén", "Yudelka Peña"], file.GetProperty("identity").GetProperty("names").EnumerateArray().Select(name => name.GetProperty("full").GetString()));
        Assert.Equal([ofTwin.Id], file.GetProperty("cases").EnumerateArray().Select(line => line.GetProperty("id").GetGuid()));

        // Lists, counts, suggestions and households know one person.
        foreach (var question in new[] { "name=ilmara", "name=yudelka", "ref=" + one.Ref, "ref=" + twin.Ref })
            Assert.Equal([one.Id], (await carla.GetAsync("/api/cases/persons?" + question)).Json.GetProperty("persons").EnumerateArray().Select(found => found.GetProperty("id").GetGuid()));
        var work = (await carla.GetAsync("/api/cases/worklist")).Json.GetProperty("cases").EnumerateArray().Single();
        Assert.Equal((one.Id, "Ilmara Quesquén"), (work.GetProperty("person").GetGuid(), work.GetProperty("names")[0].GetProperty("full").GetString()));
        var shown = (await carla.GetAsync($"/api/cases/{ofTwin.Id:D}")).Json;
        Assert.Equal(("needs a bed", one.Id), (shown.GetProperty("note").GetString(), shown.GetProperty("persons")[0].GetGuid()));
        var together = (await carla.GetAsync($"/api/cases/households/{household.Id:D}")).Json;
        Assert.Equal(new[] { one.Id, brother.Id }.Order(), together.GetProperty("members").EnumerateArray().Select(member => member.GetGuid()).Order());
        Assert.Equal(
            new[] { (one.Id, brother.Id), (brother.Id, one.Id) }.Order(),
            together.GetProperty("links").EnumerateArray().Select(link => (link.GetProperty("a").GetGuid(), link.GetProperty("b").GetGuid())).Order());
        Assert.Equal(consent.Id, (await carla.GetAsync(PathOf(one) + "/consents")).Json[0].GetProperty("id").GetGuid());
        Assert.Equal(screening.Id, (await carla.GetAsync(PathOf(one) + "/screenings")).Json[0].GetProperty("id").GetGuid());

        // An edit of the file does not lose the names by which the other was found.
        var version = file.GetProperty("version").GetInt32();
        Assert.Equal(200, (await carla.PutAsync(PathOf(one), new { identity = new { names = new[] { new { full = "Ilmara Quesquén" } } } }, $"\"v{version}\"")).Status);
        Assert.Single((await carla.GetAsync("/api/cases/persons?name=yudelka")).Json.GetProperty("persons").EnumerateArray());
        // What was agreed to is taken back from the file that it was given in.
        Assert.Equal("withdrawn", (await carla.PostAsync($"{PathOf(one)}/consents/{consent.Id:D}/withdraw", new { })).Json.GetProperty("standing").GetString());
    }

    [Theory]
    [OnEachEngine]
    public async Task Two_files_do_not_become_one_that_nobody_may_help_with(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, nora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("nora", "case_worker"));
        // Those who keep the register see everything that stands in these files, and change nothing.
        await office.AddRoleAsync("registry", "cases.read", "cases.merge", "cases.see.identity", "cases.see.general", "cases.see.health", "cases.see.asylum", "cases.see.child", "cases.see.tracing");
        var (cleo, cora) = (await office.OfficerAsync("cleo", "registry"), await office.OfficerAsync("cora", "registry"));
        var (one, twin, third) = (await RegisterAsync(carla, "Ilmara Quesquén", 1990), await RegisterAsync(carla, "Yudelka Peña", 1991), await RegisterAsync(carla, "Tovar Quesquén", 1992));
        var ofTwin = await nora.OpenAsync(new { person = twin.Id });
        await Disclosure.ShutOutTests.ShutOutAsync(carla, one.Id, nora.Id);
        // The one who decides knows more than the one who proposed: one file shuts out one of the two who help, later the other the other.
        var proposed = await ProposeAsync(cleo, one, twin);
        Assert.True(proposed.Status == 201, proposed.Text);
        await Disclosure.ShutOutTests.ShutOutAsync(nora, twin.Id, carla.Id);
        var refused = await cora.PostAsync($"{Root}/{proposed.Id:D}/decide", new { approve = true });
        Assert.Equal((409, "merge.nobody_left"), (refused.Status, refused.Code));
        Assert.Equal("active", (await cora.GetAsync(PathOf(twin))).Json.GetProperty("status").GetString());
        Assert.Equal(200, (await cora.PostAsync($"{Root}/{proposed.Id:D}/decide", new { approve = false })).Status);
        Assert.Equal("merge.nobody_left", (await ProposeAsync(cleo, one, twin)).Code);
        // With a third it is what it was: only one of the two is shut out.
        Assert.Equal(200, (await cora.PostAsync($"{Root}/{(await ProposeAsync(cleo, third, one)).Id:D}/decide", new { approve = true })).Status);
        Assert.Equal("merge.nobody_left", (await ProposeAsync(cleo, third, twin)).Code);

        // Whoever comes and is shut out by neither is enough; and who looked after a case of either and is shut out by the other has it no more.
        await office.OfficerAsync("vera", "case_worker");
        Assert.Equal(200, (await cora.PostAsync($"{Root}/{(await ProposeAsync(cleo, third, twin)).Id:D}/decide", new { approve = true })).Status);
        Assert.Equal(1, await office.Node.Services.GetRequiredService<Tambo.Cases.Register.OwnersShutOut>().OfNotedAsync(None));
        Assert.Empty((await office.ReadAsync<string?>("select owner_id from cases_cases where id = @Id", new { ofTwin.Id })).OfType<string>());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_stayed_after_a_merge_names_no_case_that_is_shut_to_the_reader(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara, sonia) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("sonia", "cases_supervisor"));
        var (one, twin, friend) = (await RegisterAsync(carla, "Ilmara Quesquén", 1990), await RegisterAsync(carla, "Yudelka Peña", 1991), await RegisterAsync(carla, "Tovar Quesquén", 1992));
        var merge = await MergeAsync(carla, sara, one, twin);
        var (together, alone) = (await carla.OpenAsync(new { person = one.Id, otherPersons = new[] { friend.Id } }), await carla.OpenAsync(new { person = one.Id }));
        var note = (await carla.PostAsync($"/api/cases/{together.Id:D}/notes", new { note = "written there" })).Id;
        await Disclosure.ShutOutTests.ShutOutAsync(carla, friend.Id, sara.Id);
        Assert.Equal(202, (await carla.PostAsync(merge + "/undo", new { })).Status);
        // She makes two of it again, as if there were no such case.
        var undone = await sara.PostAsync(merge + "/undo/decide", new { approve = true });
        Assert.True(undone.Status == 200, undone.Text);
        var (shut, seen) = (undone.Text + (await sara.GetAsync(merge)).Text, (await sonia.GetAsync(merge)).Text);
        Assert.All([together.Ref, note.ToString("D")], word => Assert.DoesNotContain(word, shut, StringComparison.Ordinal));
        Assert.Contains(alone.Ref, undone.Text, StringComparison.Ordinal);
        Assert.All([together.Ref, alone.Ref, note.ToString("D")], word => Assert.Contains(word, seen, StringComparison.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task Taken_back_both_are_as_before_and_what_was_done_since_stays_and_is_named(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var (one, twin) = (await RegisterAsync(carla, "Ilmara Quesquén", 2001), await RegisterAsync(carla, "Yudelka Peña", 2003));
        var both = await carla.OpenAsync(new { person = one.Id, otherPersons = new[] { twin.Id } });
        var ofTwin = await carla.OpenAsync(new { person = twin.Id });
        var before = (await TextAsync(carla, one), await TextAsync(carla, twin));
        var merge = await MergeAsync(carla, sara, one, twin);

        var later = await carla.OpenAsync(new { person = one.Id });
        await carla.PutAsync(PathOf(one), new { general = new { notes = "asked for a doctor" } }, "\"v2\"");
        Assert.Equal("merge.state_unfit", (await carla.PostAsync(merge + "/undo/decide", new { approve = true })).Code);
        Assert.Equal(202, (await carla.PostAsync(merge + "/undo", new { })).Status);
        Assert.Equal("merge.own_proposal", (await carla.PostAsync(merge + "/undo/decide", new { approve = true })).Code);
        var undone = await sara.PostAsync(merge + "/undo/decide", new { approve = true });
        Assert.True(undone.Status == 200, undone.Text);
        Assert.Equal([$"case {later.Ref}", "field general.languages", "field general.notes"], undone.Json.GetProperty("stayed").EnumerateArray().Select(one => $"{one.GetProperty("kind")} {one.GetProperty("what")}").Order(StringComparer.Ordinal));

        var (now, other) = ((await carla.GetAsync(PathOf(one))).Json, await TextAsync(carla, twin));
        Assert.Equal(before.Item2, other);
        Assert.Equal("asked for a doctor", now.GetProperty("general").GetProperty("notes").GetString());
        Assert.Contains(now.GetProperty("identity").GetRawText(), before.Item1, StringComparison.Ordinal);
        Assert.Equal(new[] { both.Id, later.Id }.Order(), now.GetProperty("cases").EnumerateArray().Select(line => line.GetProperty("id").GetGuid()).Order());
        Assert.Equal(
            new[] { both.Id, ofTwin.Id }.Order(), (await carla.GetAsync(PathOf(twin))).Json.GetProperty("cases").EnumerateArray().Select(line => line.GetProperty("id").GetGuid()).Order());
        Assert.Equal([one.Id], Found(await carla.GetAsync("/api/cases/persons?name=ilmara")));
        Assert.Equal([twin.Id], Found(await carla.GetAsync("/api/cases/persons?name=yudelka")));
        // Nothing of the other is remembered here: whoever is erased afterwards is gone.
        Assert.DoesNotContain("Yudelka", (await sara.GetAsync(merge)).Text, StringComparison.Ordinal);
        // And it can be done once more.
        await MergeAsync(carla, sara, one, twin);
    }

    [Theory]
    [OnEachEngine]
    public async Task The_later_of_two_merges_is_taken_back_first(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var (one, twin, third) = (await RegisterAsync(carla, "Ilmara", 2001), await RegisterAsync(carla, "Yudelka", 2003), await RegisterAsync(carla, "Marisol", 2004));
        var before = await TextAsync(carla, one);
        var (first, second) = (await MergeAsync(carla, sara, one, twin), await MergeAsync(carla, sara, one, third));
        Assert.Equal("merge.holds_merged", (await ProposeAsync(carla, await RegisterAsync(carla, "Nela", 2001), one)).Code);
        Assert.Equal("merge.later_first", (await carla.PostAsync(first + "/undo", new { })).Code);
        foreach (var merge in new[] { second, first })
        {
            Assert.Equal(202, (await carla.PostAsync(merge + "/undo", new { })).Status);
            Assert.Empty((await sara.PostAsync(merge + "/undo/decide", new { approve = true })).Json.GetProperty("stayed").EnumerateArray());
        }

        Assert.Equal(before, await TextAsync(carla, one));
        Assert.Equal([one.Id], Found(await carla.GetAsync("/api/cases/persons?name=ilm")));
        Assert.Empty((await carla.GetAsync("/api/cases/persons?name=ilmara+yudelka")).Json.GetProperty("persons").EnumerateArray());
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_cannot_open_all_of_both_is_refused_and_not_told_what_it_is(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (norma, carla, saul) = (await office.OfficerAsync("norma", "protection_specialist"), await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("saul", "protection_specialist", CasesOffice.South));
        var open = await RegisterAsync(norma, "Ilmara", 2001);
        var answers = new List<string>();
        var closed = new List<Told> { await norma.RegisterAsync(new { violence = new { notes = "violence-word" } }), await norma.RegisterAsync(new { lgbti = new { notes = "lgbti-word" } }) };
        var ofCase = await norma.RegisterAsync(new { });
        await norma.OpenAsync(new { person = ofCase.Id, type = "trafficking" });
        var screened = await norma.RegisterAsync(new { });
        await norma.PostAsync(PathOf(screened) + "/screenings", new { answers = new[] { new { question = "triage.controlled", way = "said", values = new[] { "yes" } } } });
        closed.AddRange([ofCase, screened]);
        foreach (var person in closed)
        {
            foreach (var (one, other) in new[] { (open, person), (person, open) })
            {
                var refused = await carla.GetAsync($"{Root}/compare?survivor={one.Id:D}&absorbed={other.Id:D}");
                Assert.Equal(409, refused.Status);
                answers.Add($"{refused.Code} {refused.Json.GetProperty("detail")}");
                Assert.Equal("merge.beyond_reach", (await carla.PostAsync(Root, new { survivor = one.Id, absorbed = other.Id })).Code);
                Assert.Equal(200, (await norma.GetAsync($"{Root}/compare?survivor={one.Id:D}&absorbed={other.Id:D}")).Status);
            }
        }

        Assert.Single(answers.Distinct());
        // Out of reach is as if there were none; of two agencies nobody makes one file, even who works for both.
        var foreign = await RegisterAsync(saul, "Ilmara", 2001);
        Assert.Equal(["absorbed cases.person_unknown"], (await ProposeAsync(norma, open, foreign)).Errors);
        var everywhere = await office.OfficerAsync("eva", "protection_specialist", null);
        Assert.Equal("merge.other_agency", (await ProposeAsync(everywhere, open, foreign)).Code);
        // The second person has to see it all, too.
        var merge = await ProposeAsync(norma, closed[0], open, ("identity.names", "absorbed"), ("identity.birth", "absorbed"));
        Assert.Equal("merge.beyond_reach", (await carla.PostAsync($"{Root}/{merge.Id:D}/decide", new { approve = true })).Code);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_was_changed_since_it_was_proposed_is_not_approved_and_a_declined_one_changes_nothing(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var (one, twin) = (await RegisterAsync(carla, "Ilmara", 2001), await RegisterAsync(carla, "Yudelka", 2003));
        var merge = $"{Root}/{(await ProposeAsync(carla, one, twin)).Id:D}";
        await carla.PutAsync(PathOf(twin), new { health = new { notes = "insulin-word" } }, "\"v1\"");
        Assert.Equal(412, (await sara.PostAsync(merge + "/decide", new { approve = true })).Status);
        Assert.Equal("declined", (await sara.PostAsync(merge + "/decide", new { approve = false })).Json.GetProperty("state").GetString());
        Assert.Equal(["active", "active"], await office.ReadAsync<string>("select status from cases_persons"));
        await MergeAsync(carla, sara, one, twin);
        Assert.Contains("insulin-word", (await carla.GetAsync(PathOf(one))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task Erasing_the_one_that_stayed_erases_both_and_a_hold_on_either_holds_both(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara, dora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("dora", "data_protection_officer"));
        var console = office.Node.Services.GetRequiredService<PersonsAtConsole>();
        var (one, twin, third) = (await RegisterAsync(carla, "Ilmara", 2001), await RegisterAsync(carla, "Yudelka", 2003), await RegisterAsync(carla, "Marisol", 2003));
        await console.HoldAsync(twin.Ref, "court", Console, None);
        await MergeAsync(carla, sara, one, twin);
        Assert.Equal("cases.person_inactive", (await dora.PostAsync(PathOf(twin) + "/erase", new { reason = "no_ground" })).Code);
        Assert.Equal("erasing.held", (await dora.PostAsync(PathOf(one) + "/erase", new { reason = "no_ground" })).Code);
        Assert.Equal("court", (await office.Node.Services.GetRequiredService<KeptPersons>().OneAsync(one.Id, None))!.Facts.LegalHold);
        // Nobody who is to be erased is merged, and nobody who was asked for stays behind.
        Assert.Equal(202, (await dora.PostAsync(PathOf(third) + "/erase", new { reason = "person_asked" })).Status);
        Assert.Equal("merge.erasing", (await ProposeAsync(carla, one, third)).Code);
        // Named by either it is the one file that is held, and let go of.
        Assert.Equal(one.Ref, await console.HoldAsync(twin.Ref, null, Console, None));
        Assert.Null((await office.Node.Services.GetRequiredService<KeptPersons>().OneAsync(one.Id, None))!.Facts.LegalHold);
        await console.EraseAsync(one.Ref, "person_asked", false, Console, None);
        Assert.Equal(["erased", "erased"], await office.ReadAsync<string>("select status from cases_persons where id in (@One, @Twin)", new { One = one.Id, Twin = twin.Id }));
        Assert.Equal(0L, (await office.ReadAsync<long>("select count(*) from cases_sealed where person_id in (@One, @Twin)", new { One = one.Id, Twin = twin.Id })).Single());
        Assert.Empty(await office.ReadAsync<string>("select id from cases_merges"));
        Assert.DoesNotContain("Yudelka", (await carla.GetAsync(PathOf(twin))).Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_consent_of_one_file_opens_nothing_that_the_other_file_did_not_agree_to(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"));
        var (one, twin) = (await RegisterAsync(carla, "Ilmara", 1990), await RegisterAsync(carla, "Yudelka", 1991));
        var wide = await carla.PostAsync(PathOf(one) + "/consents", Consent.KeptConsentTests.Said());
        Assert.True(wide.Status == 201, wide.Text);
        Assert.Equal([2], await ScopesAsync(office, one.Id));
        office.Time.Advance(TimeSpan.FromMinutes(1));
        var merge = await MergeAsync(carla, sara, one, twin);
        // Whichever of the two is asked for: nothing, until somebody asks the person again; and nobody shut out comes in.
        Assert.Equal([0], await ScopesAsync(office, one.Id));
        Assert.Equal([0], await ScopesAsync(office, twin.Id));
        office.Time.Advance(TimeSpan.FromMinutes(1));
        await carla.PostAsync(PathOf(one) + "/consents", Consent.KeptConsentTests.Said());
        Assert.Equal([2, 2], await ScopesAsync(office, one.Id));
        Assert.Equal(202, (await carla.PostAsync(merge + "/undo", new { })).Status);
        var undone = await sara.PostAsync(merge + "/undo/decide", new { approve = true });
        Assert.Equal(["consent"], undone.Json.GetProperty("stayed").EnumerateArray().Select(one => one.GetProperty("kind").GetString()));
        Assert.Equal([2, 2], await ScopesAsync(office, one.Id));
        Assert.Empty(await ScopesAsync(office, twin.Id));
    }

    internal static string PathOf(Told person) => $"/api/cases/persons/{person.Id:D}";

    internal static async Task<string> MergeAsync(Officer by, Officer other, Told survivor, Told absorbed)
    {
        var proposed = await ProposeAsync(by, survivor, absorbed);
        Assert.True(proposed.Status == 201, proposed.Text);
        var done = await other.PostAsync($"{Root}/{proposed.Id:D}/decide", new { approve = true });
        Assert.True(done.Status == 200, done.Text);
        return $"{Root}/{proposed.Id:D}";
    }

    private static Task<Told> ProposeAsync(Officer by, Told survivor, Told absorbed, params (string Field, string Pick)[] picks) => by.PostAsync(Root, new
    {
        survivor = survivor.Id,
        absorbed = absorbed.Id,
        decisions = (picks.Length > 0 ? picks : [("identity.names", "survivor"), ("identity.birth", "absorbed")]).ToDictionary(pick => pick.Field, pick => pick.Pick),
        note = "the same scar and mother",
    });

    private static Task<Told> RegisterAsync(Officer officer, string name, int year) =>
        officer.RegisterAsync(new { identity = new { names = new[] { new { full = name } }, birth = new { inYear = year } }, general = new { languages = new[] { new { code = "es" } } } });

    // What is open of somebody, without what every step counts up.
    private static async Task<string> TextAsync(Officer officer, Told person)
    {
        var file = (await officer.GetAsync(PathOf(person))).Json;
        return string.Join("\n", file.EnumerateObject().Where(one => one.Name is not ("version" or "changedAt")).Select(one => $"{one.Name} {one.Value.GetRawText()}"));
    }

    private static IEnumerable<Guid> Found(Told told) => told.Json.GetProperty("persons").EnumerateArray().Select(found => found.GetProperty("id").GetGuid());

    private static async Task<IReadOnlyList<int>> ScopesAsync(CasesOffice office, Guid person)
    {
        await using var connection = await office.Node.Db.ReadAsync(None);
        var all = await office.Node.Services.GetRequiredService<KeptConsents>().AllAsync(connection, person, None);
        Assert.All(all, consent => Assert.Single(consent.Exclusions));
        return [.. all.Select(consent => consent.Scopes.Count)];
    }

    private static async Task<(HttpStatusCode, string?)> LedAsync(CasesOffice office, Officer officer, string address)
    {
        using var client = office.Node.Client();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add(officer.Credential.Name, officer.Credential.Value);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.Location?.OriginalString);
    }
}
