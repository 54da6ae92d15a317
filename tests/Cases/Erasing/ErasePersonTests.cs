using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Erasing;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Erasing;

/// <summary>Whoever is erased is gone: the key, the contents, the ways to find them; and nobody decides it alone.</summary>
public sealed class ErasePersonTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Actor Console = Actor.OperatingSystem("operator");

    [Theory]
    [OnEachEngine]
    public async Task One_asks_a_second_confirms_and_nothing_of_the_person_is_left(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, dora, dino) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("dino", "data_protection_officer"));
        var person = await RegisterAsync(carla, "Ilmara Quesquén");
        var brother = await RegisterAsync(carla, "Tovar Quesquén");
        await carla.PostAsync("/api/cases/households", new
        {
            members = new[] { person.Id, brother.Id },
            links = new[] { new { a = person.Id, b = brother.Id, relation = "sibling_of" }, new { a = brother.Id, b = person.Id, relation = "caregiver_of" } },
        });
        var one = await carla.OpenAsync(new { person = person.Id, note = "torn-shirt-word" });
        var path = $"/api/cases/persons/{person.Id:D}";

        var asked = await dora.PostAsync(path + "/erase", new { reason = "person_asked" });
        Assert.True(asked.Status == 202, asked.Text);
        Assert.Equal((200, 200), ((await carla.GetAsync(path)).Status, (await carla.GetAsync("/api/cases/persons?name=ilmara")).Status));
        var again = await dino.PostAsync(path + "/erase", new { reason = "person_asked" });
        Assert.Equal((409, "erasing.asked_already"), (again.Status, again.Code));
        var erasure = asked.Json.GetProperty("erasure").GetGuid();
        var alone = await dora.PostAsync(path + "/erase", new { confirms = erasure });
        Assert.Equal((409, "erasing.same_person"), (alone.Status, alone.Code));
        Assert.Equal(422, (await dino.PostAsync(path + "/erase", new { confirms = person.Id })).Status);
        Assert.NotNull(await office.Node.Services.GetRequiredService<DataKeys>().FindAsync(person.Id, None));

        var done = await dino.PostAsync(path + "/erase", new { confirms = erasure });
        Assert.True(done.Status == 200, done.Text);

        Assert.Null(await office.Node.Services.GetRequiredService<DataKeys>().FindAsync(person.Id, None));
        Assert.Single(await office.Node.Services.GetRequiredService<DataKeys>().FindErasedAsync([person.Id], None));
        await AssertGoneAsync(office, person.Id);
        Assert.Equal(["erased||"], await office.ReadAsync<string>("select status || '|' || area || '|' || coalesce(owner_id, '') from cases_persons where id = @Id", new { person.Id }));
        Assert.Equal(["closed"], await office.ReadAsync<string>("select state from cases_cases where id = @Id", new { one.Id }));
        // The brother's own word of whom he cares for stays his, and names nobody.
        Assert.Equal([brother.Id], await office.ReadAsync<Guid>("select person_a from cases_family_links where person_b is null"));
        Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from cases_family_links")).Single());
        Assert.Equal([brother.Id], (await carla.GetAsync("/api/cases/persons?name=quesq")).Json.GetProperty("persons").EnumerateArray().Select(found => found.GetProperty("id").GetGuid()));
        Assert.DoesNotContain("Ilmara", (await carla.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(409, (await carla.PutAsync(path, new { general = new { notes = "back" } }, "\"v3\"")).Status);
        if (engine == Engine.Sqlite)
            Assert.Empty(await FoundAsync(office, "Ilmara", "torn-shirt-word", "34017788"));

        var receipt = (await dora.GetAsync("/api/cases/erasures")).Json.EnumerateArray().Single();
        Assert.Equal(("done", "person_asked", person.Ref), (receipt.GetProperty("state").GetString(), receipt.GetProperty("reason").GetString(), receipt.GetProperty("ref").GetString()));
        // Two compartments of the person, two of the links of which one is theirs, one of the case.
        Assert.Equal(4, receipt.GetProperty("counts").GetProperty("cases_sealed").GetInt32());
        Assert.Equal(
            ["cases.person.erased", "cases.person.erasing", "cases.person.erasure_asked"],
            await office.ReadAsync<string>("select change from platform_audit_entries where change like 'cases.person.eras%' order by change"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Cut_off_after_any_step_either_nothing_is_done_or_the_job_finishes_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var steps = office.Node.Services.GetRequiredService<ErasureSteps>();
        var keys = office.Node.Services.GetRequiredService<DataKeys>();
        for (var cut = 0; cut <= 2; cut++)
        {
            var person = await RegisterAsync(carla, $"Ilmara{cut}");
            if (cut > 0)
                await steps.DecideAsync(person.Id, "no_ground", "", null, Console, None);
            if (cut > 1)
                await steps.DestroyKeyAsync((await steps.DecidedAsync(None)).Single(), None);
            // Here the process ended. The next one does not know what it did.
            Assert.Equal(cut == 0 ? 0 : 1, await steps.FinishAllAsync(Actor.Job("cases.erasures"), None));
            Assert.Equal(cut == 0, await keys.FindAsync(person.Id, None) is not null);
            if (cut == 0)
            {
                Assert.Contains("Ilmara0", (await carla.GetAsync($"/api/cases/persons/{person.Id:D}")).Text, StringComparison.Ordinal);
                continue;
            }

            await AssertGoneAsync(office, person.Id);
            Assert.Equal(1, (await office.ReadAsync<long>("select count(*) from cases_erasures where person_id = @Id and state = 'done'", new { person.Id })).Single());
        }

        Assert.Equal(0, await steps.FinishAllAsync(Actor.Job("cases.erasures"), None));
    }

    [Theory]
    [OnEachEngine]
    public async Task What_was_found_of_one_child_and_who_represents_them_goes_with_them_from_a_case_of_several(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var erase = office.Node.Services.GetRequiredService<PersonsAtConsole>();
        var (leads, leaves, stays) = (await RegisterAsync(carla, "Ilmara"), await RegisterAsync(carla, "Tovar"), await RegisterAsync(carla, "Anahira"));
        var one = await carla.OpenAsync(new { person = leads.Id, otherPersons = new[] { leaves.Id, stays.Id }, note = "needs a bed" });
        var path = $"/api/cases/{one.Id:D}";
        foreach (var (child, name) in new[] { (leads, "first"), (leaves, "second"), (stays, "third") })
        {
            foreach (var (to, body) in new (string, object)[]
            {
                ("/best-interests", new { step = "assessment", person = child.Id, on = "2026-01-02", by = "x", outcome = "services", notes = name + "-found" }),
                ("/best-interests", new { step = "determination", person = child.Id, on = "2026-01-02", panel = new[] { name + "-judge", "y" }, decision = "stay" }),
            })
                Assert.Equal(200, (await carla.PostAsync(path + to, body, ("If-Match", (await carla.GetAsync(path)).Tag!))).Status);
            Assert.Equal(200, (await carla.PutAsync(path + "/representative", new { person = child.Id, name = name + "-aunt", role = "guardian" }, (await carla.GetAsync(path)).Tag!)).Status);
        }

        // First one who is in it, then the one whose key it was sealed by.
        foreach (var (gone, name, left) in new[] { (leaves, "second", new[] { "first", "third" }), (leads, "first", new[] { "third" }) })
        {
            await erase.EraseAsync(gone.Ref, "person_asked", false, Console, None);
            var told = (await carla.GetAsync(path)).Text;
            Assert.DoesNotContain(name + "-", told, StringComparison.Ordinal);
            Assert.All(left, still => Assert.All(["-found", "-judge", "-aunt"], of => Assert.Contains(still + of, told, StringComparison.Ordinal)));
            Assert.Contains("needs a bed", told, StringComparison.Ordinal);
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task A_case_of_several_stays_with_the_others_who_are_in_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var (mother, child) = (await RegisterAsync(carla, "Ilmara"), await RegisterAsync(carla, "Tovar"));
        var one = await carla.OpenAsync(new { person = mother.Id, otherPersons = new[] { child.Id }, note = "needs a bed" });
        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(mother.Ref, "person_asked", false, Console, None);
        var shown = await carla.GetAsync($"/api/cases/{one.Id:D}");
        Assert.Equal(("needs a bed", "identified"), (shown.Json.GetProperty("note").GetString(), shown.Json.GetProperty("state").GetString()));
        Assert.Equal([child.Id], shown.Json.GetProperty("persons").EnumerateArray().Select(person => person.GetGuid()));
        await AssertGoneAsync(office, mother.Id);
        Assert.Equal(200, (await carla.GetAsync($"/api/cases/persons/{child.Id:D}")).Status);
    }

    [Fact]
    public async Task An_open_case_stands_against_everybody_but_the_person_and_a_hold_against_everybody()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (carla, dora) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("dora", "data_protection_officer"));
        var console = office.Node.Services.GetRequiredService<PersonsAtConsole>();
        var (busy, held) = (await RegisterAsync(carla, "Ilmara"), await RegisterAsync(carla, "Tovar"));
        await carla.OpenAsync(new { person = busy.Id });
        await console.HoldAsync(held.Ref, "court", Console, None);

        foreach (var (person, code) in new[] { (busy, "erasing.case_open"), (held, "erasing.held") })
        {
            var refused = await dora.PostAsync($"/api/cases/persons/{person.Id:D}/erase", new { reason = "no_ground" });
            Assert.Equal((409, code), (refused.Status, refused.Code));
            Assert.Equal(code, (await Assert.ThrowsAsync<Problem>(() => console.EraseAsync(person.Ref, "no_ground", false, Console, None))).Kind.Code);
        }

        Assert.Equal(busy.Ref, await console.EraseAsync(busy.Id.ToString("D"), "person_asked", true, Console, None));
        Assert.Equal(202, (await dora.PostAsync($"/api/cases/persons/{busy.Id:D}/erase", new { reason = "person_asked" })).Status);
        var own = await dora.PostAsync($"/api/cases/persons/{held.Id:D}/erase", new { reason = "person_asked" });
        Assert.Equal((409, "erasing.held"), (own.Status, own.Code));
        Assert.Equal("erasing.held", (await Assert.ThrowsAsync<Problem>(() => console.EraseAsync(held.Id.ToString("D"), "person_asked", false, Console, None))).Kind.Code);

        await console.HoldAsync(held.Ref, null, Console, None);
        await console.EraseAsync(held.Ref, "no_ground", false, Console, None);
        await AssertGoneAsync(office, held.Id);
        Assert.Equal("cases.person_inactive", (await Assert.ThrowsAsync<Problem>(() => console.EraseAsync(held.Ref, "person_asked", false, Console, None))).Kind.Code);
        Assert.Equal("cases.person_unknown", (await Assert.ThrowsAsync<Problem>(() => console.EraseAsync("0000", "person_asked", false, Console, None))).Kind.Code);
    }

    [Fact]
    public async Task A_mistaken_request_is_taken_back_and_the_person_s_own_goes_before_it()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var (carla, dora, dino) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("dora", "data_protection_officer"), await office.OfficerAsync("dino", "data_protection_officer"));
        var person = await RegisterAsync(carla, "Ilmara");
        var path = $"/api/cases/persons/{person.Id:D}/erase";
        var mistaken = (await dora.PostAsync(path, new { reason = "no_ground" })).Json.GetProperty("erasure").GetGuid();
        Assert.Equal("withdrawn", (await dino.PostAsync(path, new { withdraws = mistaken })).Json.GetProperty("state").GetString());
        Assert.Equal(422, (await dino.PostAsync(path, new { withdraws = mistaken })).Status);
        Assert.Equal(422, (await dino.PostAsync(path, new { confirms = mistaken })).Status);

        var theirs = (await dora.PostAsync(path, new { reason = "registered_by_mistake" })).Json.GetProperty("erasure").GetGuid();
        var own = (await dino.PostAsync(path, new { reason = "person_asked" })).Json.GetProperty("erasure").GetGuid();
        Assert.Equal(422, (await dino.PostAsync(path, new { confirms = theirs })).Status);
        Assert.Equal("erasing.same_person", (await dino.PostAsync(path, new { confirms = own })).Code);
        Assert.Equal(("asked", "person_asked"), Assert.Single((await dora.GetAsync("/api/cases/erasures")).Json.EnumerateArray().Select(one => (one.GetProperty("state").GetString(), one.GetProperty("reason").GetString()))));
        Assert.Equal(200, (await dora.PostAsync(path, new { confirms = own })).Status);
        Assert.Equal(
            ["cases.person.erasure_asked", "cases.person.erasure_asked", "cases.person.erasure_asked", "cases.person.erasure_withdrawn"],
            await office.ReadAsync<string>("select change from platform_audit_entries where change like 'cases.person.erasure_%' order by change"));
    }

    [Fact]
    public async Task Files_that_were_merged_into_one_go_with_it()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var (kept, twin) = (await RegisterAsync(carla, "Ilmara"), await RegisterAsync(carla, "Ilmára"));
        await office.WriteAsync("update cases_persons set status = 'merged', merged_into = @Into where id = @Id", new { Into = kept.Id, twin.Id });
        await office.Node.Services.GetRequiredService<PersonsAtConsole>().EraseAsync(kept.Ref, "no_ground", false, Console, None);
        await AssertGoneAsync(office, kept.Id);
        await AssertGoneAsync(office, twin.Id);
        Assert.Null(await office.Node.Services.GetRequiredService<DataKeys>().FindAsync(twin.Id, None));
    }

    /// <summary>A table that names persons and that erasing does not know would keep somebody who asked to be forgotten.</summary>
    [Fact]
    public async Task Every_table_that_names_a_person_is_known_to_the_erasing()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        var naming = await office.ReadAsync<string>(
            "select distinct m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and m.name like 'cases_%' and c.name like 'person%'");
        Assert.Contains("cases_sealed", naming);
        Assert.Empty(naming.Except(ErasedTables.Steps.Select(step => step.Table)).Except(ErasedTables.Staying));
    }

    private static Task<Told> RegisterAsync(Officer officer, string name) => officer.RegisterAsync(new
    {
        identity = new { names = new[] { new { full = name } }, contact = new[] { new { kind = "phone", value = "+509 3401 7788" } } },
        health = new { notes = "insulin-word" },
    });

    private static async Task AssertGoneAsync(CasesOffice office, Guid person)
    {
        foreach (var table in new[] { "cases_sealed", "cases_person_keys", "cases_household_members", "cases_case_persons", "cases_holds" })
            Assert.Equal((table, 0L), (table, (await office.ReadAsync<long>($"select count(*) from {table} where person_id = @person", new { person })).Single()));
        Assert.Equal(0L, (await office.ReadAsync<long>("select count(*) from cases_family_links where person_a = @person or person_b = @person", new { person })).Single());
        Assert.Equal(["erased"], await office.ReadAsync<string>("select status from cases_persons where id = @person", new { person }));
    }

    private static async Task<IReadOnlyList<string>> FoundAsync(CasesOffice office, params string[] words)
    {
        var all = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(office.Node.Settings.Folder, "*", SearchOption.AllDirectories).Where(path => Path.GetExtension(path) is not (".sock" or ".lock")))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            await file.CopyToAsync(bytes);
            all.Append(Encoding.UTF8.GetString(bytes.ToArray())).Append('\n');
        }

        // The search finds what does stand there.
        Assert.Contains("cases_erasures", all.ToString(), StringComparison.Ordinal);
        return [.. words.Where(word => all.ToString().Contains(word, StringComparison.OrdinalIgnoreCase))];
    }
}
