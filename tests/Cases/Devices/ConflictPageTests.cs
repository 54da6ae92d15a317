using System.Text.Json;
using AngleSharp.Html.Parser;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>What a phone and a colleague said of the same is decided at a desk when the phone is gone: field by field, nothing written over unseen, both kept.</summary>
public sealed class ConflictPageTests
{
    private const string Root = "/staff/cases/conflicts";

    [Theory]
    [OnEachEngine]
    public async Task Somebody_at_the_desk_decides_what_a_wiped_phone_left_open(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, sara, saul) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var device = (await omar.PostAsync("/api/cases/devices", new { name = "Phone", proof = new string('a', 43) })).Id;
        var person = (await nora.RegisterAsync(new { identity = new { names = new[] { new { full = "Anahira" } }, sexRecorded = "unknown" }, general = new { notes = "before" } })).Id;
        var one = await nora.OpenAsync(new { person, note = "at first" });
        await nora.PutAsync($"/api/cases/persons/{person:D}", new { identity = new { names = new[] { new { full = "Anahira" } }, sexRecorded = "male" }, general = new { notes = "by nora" } }, "\"v1\"");
        await nora.PutAsync($"/api/cases/{one.Id:D}", new { note = "noted by nora" }, "\"v1\"");
        var (ofPerson, ofCase) = (Key(), Key());
        var sent = await omar.PostAsync($"/api/cases/devices/{device:D}/changes", new
        {
            changes = new object[]
            {
                new { id = ofPerson, kind = "person", record = person, was = new { general = new { notes = "before" }, identity = new { sexRecorded = "unknown" } }, now = new { general = new { notes = "by omar" }, identity = new { sexRecorded = "female" } } },
                new { id = ofCase, kind = "change", record = one.Id, was = new { note = "at first" }, now = new { note = "noted by omar" } },
            },
        });
        Assert.Equal(["conflict", "conflict"], sent.Json.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("answer").GetString()));
        Assert.Equal(204, (await sara.PostAsync($"/api/cases/devices/{device:D}/wipe", new { })).Status);

        // It waits in the list of those who may change the record, with no value of any field; for others there is none.
        var list = (await nora.GetAsync(Root)).Text;
        Assert.All([$"{Root}/{ofPerson:D}", $"{Root}/{ofCase:D}", "Omar", "To be wiped", "Sex as recorded"], words => Assert.Contains(words, list, StringComparison.Ordinal));
        Assert.All(["by nora", "by omar", "Anahira"], words => Assert.DoesNotContain(words, list, StringComparison.Ordinal));
        Assert.DoesNotContain(ofPerson.ToString("D"), (await saul.GetAsync(Root)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await saul.GetAsync($"{Root}/{ofPerson:D}")).Status);
        Assert.Equal(404, (await SendAsync(saul, ofPerson, ("version", "2"), ("field0", "device"), ("field1", "device"))).Status);

        var page = await nora.GetAsync($"{Root}/{ofPerson:D}");
        Assert.All(["by nora", "by omar", "before", "Female", "Male", "Omar"], words => Assert.Contains(words, page.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Contains((await Disclosure.DecisionTrailTests.LinesAsync(office, person)), line => line.Actor == $"user:{nora.Id:D}" && line.How == "file");
        var document = new HtmlParser().ParseDocument(page.Text);
        Assert.Equal(["field0", "field1"], document.QuerySelectorAll("input[type=radio]").Select(radio => radio.GetAttribute("name")!).Distinct());
        var version = document.QuerySelector("input[name=version]")!.GetAttribute("value")!;
        // Each is decided by itself, none is left out, and nothing is decided of what has changed since.
        Assert.Equal(422, (await SendAsync(nora, ofPerson, ("version", version), ("act", "decide"), ("field0", "device"))).Status);
        await nora.PutAsync($"/api/cases/persons/{person:D}", new { health = new { notes = "asthma" } }, $"\"v{version}\"");
        Assert.Equal(412, (await SendAsync(nora, ofPerson, ("version", version), ("act", "decide"), ("field0", "device"), ("field1", "device"))).Status);
        Assert.Equal(["conflict", "conflict"], await office.ReadAsync<string>("select state from cases_device_changes order by id"));

        document = new HtmlParser().ParseDocument((await nora.GetAsync($"{Root}/{ofPerson:D}")).Text);
        version = document.QuerySelector("input[name=version]")!.GetAttribute("value")!;
        Assert.Equal(302, (await SendAsync(nora, ofPerson, ("version", version), ("act", "decide"), ("field0", "stands"), ("field1", "device"))).Status);
        var file = (await nora.GetAsync($"/api/cases/persons/{person:D}")).Json;
        // general.notes comes first.
        Assert.Equal(("by nora", "female"), (file.GetProperty("general").GetProperty("notes").GetString(), file.GetProperty("identity").GetProperty("sexRecorded").GetString()));
        var history = (await nora.GetAsync($"/api/cases/persons/{person:D}/conflicts")).Json.EnumerateArray().Single(entry => entry.GetProperty("id").GetGuid() == ofPerson);
        Assert.Equal("settled", history.GetProperty("state").GetString());
        Assert.Equal(
            ["general.notes by omar by nora", "identity.sexRecorded female female"],
            history.GetProperty("fields").EnumerateArray().Select(field => $"{field.GetProperty("field").GetString()} {field.GetProperty("mine").GetString()} {field.GetProperty("taken").GetString()}"));
        Assert.Single(await office.ReadAsync<string>("select subject from platform_audit_entries where change = 'cases.device.decided'"), $"device_change:{ofPerson:D}");
        // Done once; whoever comes later finds it decided.
        Assert.Equal(302, (await SendAsync(nora, ofPerson, ("version", version), ("act", "decide"), ("field0", "device"), ("field1", "device"))).Status);
        Assert.Equal("by nora", (await nora.GetAsync($"/api/cases/persons/{person:D}")).Json.GetProperty("general").GetProperty("notes").GetString());

        // The phone that was still to decide is told, and its word is written over nobody's who has seen both.
        var later = (await omar.PostAsync($"/api/cases/devices/{device:D}/changes", new
        {
            changes = new[] { new { id = Key(), kind = "person", record = person, was = new { general = new { notes = "by nora" } }, now = new { general = new { notes = "by omar" } }, settles = ofPerson } },
        }));
        if (later.Status == 200)
            Assert.Equal("done", later.Json.GetProperty("answers")[0].GetProperty("answer").GetString());
        Assert.Equal("by nora", (await nora.GetAsync($"/api/cases/persons/{person:D}")).Json.GetProperty("general").GetProperty("notes").GetString());

        version = new HtmlParser().ParseDocument((await sara.GetAsync($"{Root}/{ofCase:D}")).Text).QuerySelector("input[name=version]")!.GetAttribute("value")!;
        Assert.Equal(302, (await SendAsync(sara, ofCase, ("version", version), ("act", "decide"), ("field0", "device"))).Status);
        Assert.Equal("noted by omar", (await nora.GetAsync($"/api/cases/{one.Id:D}")).Json.GetProperty("note").GetString());
        Assert.Contains("Nothing waits to be decided.", (await nora.GetAsync(Root)).Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task A_phone_in_use_is_told_what_the_desk_decided_and_writes_nothing_over_it_and_a_value_that_is_none_breaks_no_page(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var device = (await omar.PostAsync("/api/cases/devices", new { name = "Phone", proof = new string('a', 43) })).Id;
        var person = (await nora.RegisterAsync(new { general = new { notes = "before" } })).Id;
        var one = await nora.OpenAsync(new { person, note = "at first" });
        await nora.PutAsync($"/api/cases/persons/{person:D}", new { general = new { notes = "by nora" } }, "\"v1\"");
        await nora.PutAsync($"/api/cases/{one.Id:D}", new { urgency = "Urgent" }, "\"v1\"");
        var (ofPerson, ofCase) = (Key(), Key());
        async Task<JsonElement> SendChangeAsync(object change) => (await omar.PostAsync($"/api/cases/devices/{device:D}/changes", new { changes = new[] { change } })).Json.GetProperty("answers")[0];
        Assert.Equal("conflict", (await SendChangeAsync(new { id = ofPerson, kind = "person", record = person, was = new { general = new { notes = "before" } }, now = new { general = new { notes = "by omar" } } })).GetProperty("answer").GetString());
        var version = new HtmlParser().ParseDocument((await nora.GetAsync($"{Root}/{ofPerson:D}")).Text).QuerySelector("input[name=version]")!.GetAttribute("value")!;
        Assert.Equal(302, (await SendAsync(nora, ofPerson, ("version", version), ("act", "decide"), ("field0", "stands"))).Status);
        object late = new { id = Key(), kind = "person", record = person, was = new { general = new { notes = "by nora" } }, now = new { general = new { notes = "by omar" } }, settles = ofPerson };
        var told = await SendChangeAsync(late);
        Assert.Equal(("done", "by nora"), (told.GetProperty("answer").GetString(), told.GetProperty("conflicts")[0].GetProperty("taken").GetString()));
        Assert.Equal("by nora", (await nora.GetAsync($"/api/cases/persons/{person:D}")).Json.GetProperty("general").GetProperty("notes").GetString());

        if ((await SendChangeAsync(new { id = ofCase, kind = "change", record = one.Id, was = new { urgency = "Normal" }, now = new { urgency = 5 } })).GetProperty("answer").GetString() == "conflict")
            Assert.Equal(200, (await nora.GetAsync($"{Root}/{ofCase:D}")).Status);
        Assert.Equal(200, (await nora.GetAsync(Root)).Status);
    }

    [Fact]
    public async Task What_is_closed_in_part_is_for_somebody_to_decide_to_whom_all_of_it_is_open()
    {
        await using var office = await CasesOffice.OpenAsync(Engine.Sqlite);
        await office.AddRoleAsync("clerk", "cases.read", "cases.edit", "cases.see.general");
        var (nora, omar, clara) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("clara", "clerk"));
        var device = (await omar.PostAsync("/api/cases/devices", new { name = "Phone", proof = new string('a', 43) })).Id;
        var person = (await nora.RegisterAsync(new { general = new { notes = "before" }, health = new { notes = "healthy" } })).Id;
        await nora.PutAsync($"/api/cases/persons/{person:D}", new { general = new { notes = "by nora" }, health = new { notes = "asthma" } }, "\"v1\"");
        var change = Key();
        await omar.PostAsync($"/api/cases/devices/{device:D}/changes", new
        {
            changes = new[] { new { id = change, kind = "person", record = person, was = new { general = new { notes = "before" }, health = new { notes = "healthy" } }, now = new { general = new { notes = "by omar" }, health = new { notes = "diabetes" } } } },
        });
        var page = (await clara.GetAsync($"{Root}/{change:D}")).Text;
        Assert.Contains("A part of this is closed to you", page, StringComparison.Ordinal);
        Assert.All(["asthma", "diabetes"], word => Assert.DoesNotContain(word, page, StringComparison.Ordinal));
        Assert.Equal(403, (await SendAsync(clara, change, ("version", "2"), ("act", "decide"), ("field0", "device"))).Status);
        Assert.Equal(["conflict"], await office.ReadAsync<string>("select state from cases_device_changes"));
        Assert.Equal(302, (await SendAsync(nora, change, ("version", "2"), ("act", "decide"), ("field0", "device"), ("field1", "stands"))).Status);
        var file = (await nora.GetAsync($"/api/cases/persons/{person:D}")).Json;
        Assert.Equal(("by omar", "asthma"), (file.GetProperty("general").GetProperty("notes").GetString(), file.GetProperty("health").GetProperty("notes").GetString()));
    }

    private static Guid Key() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    private static async Task<Told> SendAsync(Officer officer, Guid id, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        return await officer.SendAsync(HttpMethod.Post, $"{Root}/{id:D}", form);
    }
}
