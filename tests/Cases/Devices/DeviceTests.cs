using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Cases.Devices;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Devices;

/// <summary>A device keeps cases for one person, opens for whoever proves the PIN, and is wiped by order, by tries and by time.</summary>
public sealed class DeviceTests
{
    private const string Root = "/api/cases/devices";
    private static readonly string Right = new('a', 43);
    private static readonly string Wrong = new('b', 43);

    [Theory]
    [OnEachEngine]
    public async Task The_nodes_part_of_a_key_is_given_to_its_user_with_the_proof_and_the_tenth_wrong_try_destroys_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"));
        var made = await nora.PostAsync(Root, new { name = "Blue phone", proof = Right });
        Assert.Equal(201, made.Status);
        var (id, part) = (made.Id, made.Json.GetProperty("part").GetString()!);
        Assert.Equal(32, System.Buffers.Text.Base64Url.DecodeFromChars(part).Length);
        var other = (await nora.PostAsync(Root, new { name = "Old phone", proof = Right })).Json.GetProperty("part").GetString();
        Assert.NotEqual(part, other);
        Assert.Equal(part, (await nora.PostAsync($"{Root}/{id:D}/open", new { proof = Right })).Json.GetProperty("part").GetString());
        // A colleague of the same agency is not told that it exists, whatever they prove.
        Assert.Equal(404, (await omar.PostAsync($"{Root}/{id:D}/open", new { proof = Right })).Status);
        Assert.Equal(404, (await omar.PostAsync($"{Root}/{id:D}/cases", new { })).Status);
        Assert.DoesNotContain("Blue phone", (await omar.GetAsync(Root)).Text, StringComparison.Ordinal);

        for (var attempt = 1; attempt < 10; attempt++)
            Assert.Equal((403, "cases.device_pin_wrong"), CodeOf(await nora.PostAsync($"{Root}/{id:D}/open", new { proof = Wrong })));
        // The right one in between begins anew.
        Assert.Equal(200, (await nora.PostAsync($"{Root}/{id:D}/open", new { proof = Right })).Status);
        for (var attempt = 1; attempt < 10; attempt++)
            await nora.PostAsync($"{Root}/{id:D}/open", new { proof = Wrong });
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync($"{Root}/{id:D}/open", new { proof = Wrong })));
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync($"{Root}/{id:D}/open", new { proof = Right })));
        Assert.Equal([0L], await office.ReadAsync<long>("select length(server_part) from cases_devices where id = @id", new { id }));
        Assert.Equal((422, "cases.device_unfit"), CodeOf(await nora.PostAsync(Root, new { name = "Phone", proof = "short" })));
    }

    [Theory]
    [OnEachEngine]
    public async Task However_many_wrong_proofs_come_at_a_time_no_more_than_ten_are_compared(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var (stormed, used) = ((await nora.PostAsync(Root, new { name = "Phone", proof = Right })).Id, (await nora.PostAsync(Root, new { name = "Other phone", proof = Right })).Id);
        async Task<DeviceRow> RowAsync(Guid id)
        {
            await using var connection = await office.Node.Db.ReadAsync(CancellationToken.None);
            return (await KeptDevices.FindAsync(connection, id))!;
        }

        async Task<Told> TryAsync()
        {
            using var line = nora.Elsewhere();
            return await line.PostAsync($"{Root}/{stormed:D}/open", new { proof = Wrong });
        }

        var before = await RowAsync(stormed);
        var told = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => TryAsync()));
        Assert.Equal((9, 15), (told.Count(one => CodeOf(one) == (403, "cases.device_pin_wrong")), told.Count(one => CodeOf(one) == (410, "cases.device_gone"))));
        Assert.Equal([10L], await office.ReadAsync<long>("select count(*) from platform_audit_entries where change = 'cases.device.wrong_try'"));
        // Whoever was let in before the tenth, and comes to be compared after it, is given nothing: not for the right one either.
        var late = await Assert.ThrowsAsync<Problem>(() => office.Node.Services.GetRequiredService<EnrolDevice>().OpenAsync(before, new SentOpening { Proof = Right }, nora.Actor, CancellationToken.None));
        Assert.Equal(DeviceProblems.Gone, late.Kind);

        // Between the tenth try and the order to wipe there is no time for another one, and the order comes.
        await office.WriteAsync("update cases_devices set wrong_tries = 10 where id = @used", new { used });
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync($"{Root}/{used:D}/open", new { proof = Right })));
        Assert.NotNull((await RowAsync(used)).WipeAt);
        Assert.Equal([0L, 0L], await office.ReadAsync<long>("select length(server_part) from cases_devices"));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_supervisor_and_the_data_protection_officer_wipe_and_the_device_hears_so_without_anybody_signed_in(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var made = await nora.PostAsync(Root, new { name = "Blue phone", proof = Right });
        var (path, token) = ($"{Root}/{made.Id:D}", made.Json.GetProperty("token").GetString()!);
        await nora.PostAsync(path + "/cases", new { unsent = 4 });
        using var stranger = office.Node.Client();
        Task<(int, string)> StandAsync(string with, bool wiped = false) => AskAsync(stranger, path + "/standing", new { token = with, wiped });
        Assert.Equal((404, ""), await StandAsync("guess"));
        Assert.Equal((200, "kept"), await StandAsync(token));

        foreach (var (name, role, agency) in new[] { ("saul", "cases_supervisor", CasesOffice.South), ("omar", "case_worker", CasesOffice.North) })
            Assert.Equal(404, (await (await office.OfficerAsync(name, role, agency)).PostAsync(path + "/wipe", new { })).Status);
        var sofia = await office.OfficerAsync("sofia", "cases_supervisor");
        var line = Assert.Single((await sofia.GetAsync(Root)).Json.EnumerateArray());
        Assert.Equal(("Blue phone", "Nora", "kept", 4), (line.GetProperty("name").GetString(), line.GetProperty("who").GetString(), line.GetProperty("state").GetString(), line.GetProperty("unsent").GetInt32()));
        var dora = await office.OfficerAsync("dora", "data_protection_officer");
        Assert.Equal(204, (await dora.PostAsync(path + "/wipe", new { })).Status);
        Assert.Equal(204, (await sofia.PostAsync(path + "/wipe", new { })).Status);

        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync(path + "/cases", new { })));
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync(path + "/changes", new { changes = Array.Empty<object>() })));
        Assert.Equal((200, "wipe"), await StandAsync(token));
        Assert.Equal("wiping", (await sofia.GetAsync(Root)).Json[0].GetProperty("state").GetString());
        Assert.Equal((200, "wipe"), await StandAsync(token, wiped: true));
        Assert.Equal((200, "wipe"), await StandAsync(token, wiped: true));
        Assert.Equal("wiped", (await sofia.GetAsync(Root)).Json[0].GetProperty("state").GetString());
        Assert.Equal([1L, 1L], await office.ReadAsync<long>("select count(*) from platform_audit_entries where change in ('cases.device.wiped', 'cases.device.wipe_ordered') group by change"));
    }

    [Theory]
    [OnEachEngine]
    public async Task Without_contact_for_the_days_of_the_rule_or_without_the_right_any_more_the_nodes_part_is_gone(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var nora = await office.OfficerAsync("nora", "case_worker");
        var (lost, used, late) = (await nora.PostAsync(Root, new { name = "Lost", proof = Right }), await nora.PostAsync(Root, new { name = "Used", proof = Right }), await nora.PostAsync(Root, new { name = "Late", proof = Right }));
        var watch = office.Node.Services.GetRequiredService<WatchDevices>();
        office.Time.Advance(TimeSpan.FromDays(13));
        Assert.Equal(200, (await nora.PostAsync($"{Root}/{used.Id:D}/cases", new { })).Status);
        Assert.Equal("0", await watch.RunAsync(CancellationToken.None));
        office.Time.Advance(TimeSpan.FromDays(2));
        // One that comes too late is told so; one that never comes is found by the node.
        Assert.Equal((410, "cases.device_gone"), CodeOf(await nora.PostAsync($"{Root}/{late.Id:D}/open", new { proof = Right })));
        Assert.Equal("1", await watch.RunAsync(CancellationToken.None));
        Assert.Equal("0", await watch.RunAsync(CancellationToken.None));
        Assert.Equal([0L], await office.ReadAsync<long>("select length(server_part) from cases_devices where id = @Id", new { lost.Id }));
        Assert.Equal(200, (await nora.PostAsync($"{Root}/{used.Id:D}/cases", new { })).Status);

        await office.WriteAsync("update platform_users set disabled_at = created_at where sign_in_name = 'nora'");
        Assert.Equal("1", await watch.RunAsync(CancellationToken.None));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_device_is_given_the_open_cases_of_its_user_as_far_as_they_may_lie_on_one_and_each_person_has_a_line_of_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (vera, omar) = (await office.OfficerAsync("vera", "protection_specialist"), await office.OfficerAsync("omar", "case_worker"));
        async Task<Guid> PersonAsync(string name) => (await vera.RegisterAsync(new
        {
            identity = new { names = new[] { new { full = name } } },
            health = new { notes = name + " health" },
            violence = new { notes = name + " violence" },
            lgbti = new { notes = name + " lgbti" },
            asylum = new { notes = name + " asylum" },
        })).Id;
        var (ana, bea, cleo) = (await PersonAsync("Anahira"), await PersonAsync("Beatrin"), await PersonAsync("Cleomar"));
        var one = await vera.OpenAsync(new { person = ana, urgency = "Urgent", profiles = new[] { "STRANDED", "GBV" }, note = "a-note" });
        var sealedOff = await vera.OpenAsync(new { person = bea, type = "trafficking" });
        var others = await omar.OpenAsync(new { person = cleo });
        var closed = await vera.OpenAsync(new { person = cleo });
        await office.WriteAsync("update cases_cases set state = 'closed', closed_at = changed_at where id = @Id", new { closed.Id });

        var device = (await vera.PostAsync(Root, new { name = "Phone", proof = Right })).Id;
        var given = await vera.PostAsync($"{Root}/{device:D}/cases", new { });
        Assert.Equal(200, given.Status);
        Assert.Equal([one.Id, ana], given.Json.GetProperty("ids").EnumerateArray().Select(id => id.GetGuid()));
        Assert.Equal(1, given.Json.GetProperty("leftOut").GetInt32());
        Assert.Contains("Anahira health", given.Text, StringComparison.Ordinal);
        Assert.All(["Anahira violence", "Anahira lgbti", "Anahira asylum", "GBV", "Beatrin", "Cleomar", sealedOff.Ref, others.Ref, closed.Ref], hidden => Assert.DoesNotContain(hidden, given.Text, StringComparison.Ordinal));
        var lines = await office.ReadAsync<string>("select details from platform_audit_entries where change = 'cases.person.seen' and subject = @ana", new { ana = $"person:{ana:D}" });
        Assert.Contains(lines, line => line.Contains(device.ToString("D"), StringComparison.Ordinal) && !line.Contains("violence", StringComparison.Ordinal));
        Assert.Single(await office.ReadAsync<string>("select compartments from cases_views where person_id = @ana and how = 'file'", new { ana }), "identity general health child");

        // What it has already is not given again, and leaves no line.
        var have = given.Json.GetProperty("cases").EnumerateArray().Concat(given.Json.GetProperty("persons").EnumerateArray()).ToDictionary(kept => kept.GetProperty("id").GetString()!, kept => kept.GetProperty("tag").GetString()!);
        var again = await vera.PostAsync($"{Root}/{device:D}/cases", new { have });
        Assert.Equal((0, 0, 2), (again.Json.GetProperty("cases").GetArrayLength(), again.Json.GetProperty("persons").GetArrayLength(), again.Json.GetProperty("ids").GetArrayLength()));
        Assert.Equal(lines.Count, (await office.ReadAsync<string>("select details from platform_audit_entries where change = 'cases.person.seen' and subject = @ana", new { ana = $"person:{ana:D}" })).Count);

        // Given to a colleague, it goes from the device.
        Assert.Equal(200, (await (await office.OfficerAsync("sofia", "cases_supervisor")).SendAsync(HttpMethod.Post, $"/api/cases/{one.Id:D}/assign", new { owner = omar.Id }, ("If-Match", "\"v1\""))).Status);
        Assert.Equal(0, (await vera.PostAsync($"{Root}/{device:D}/cases", new { have })).Json.GetProperty("ids").GetArrayLength());
    }

    [Theory]
    [OnEachEngine]
    public async Task What_somebody_decides_about_a_screening_reaches_the_device_that_has_it(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (vera, sofia) = (await office.OfficerAsync("vera", "protection_specialist"), await office.OfficerAsync("sofia", "cases_supervisor"));
        var person = (await vera.RegisterAsync(new { general = new { notes = "a note" } })).Id;
        await vera.OpenAsync(new { person });
        var screening = await vera.PostAsync($"/api/cases/persons/{person:D}/screenings", new { });
        Assert.Equal((201, "normal"), (screening.Status, screening.Json.GetProperty("urgency").GetString()));
        var device = (await vera.PostAsync(Root, new { name = "Phone", proof = Right })).Id;
        async Task<JsonElement> FetchAsync(object have)
        {
            var told = await vera.PostAsync($"{Root}/{device:D}/cases", new { have });
            Assert.True(told.Status == 200, told.Text);
            return told.Json.GetProperty("persons");
        }

        static Dictionary<string, string> Has(JsonElement persons) => persons.EnumerateArray().ToDictionary(one => one.GetProperty("id").GetString()!, one => one.GetProperty("tag").GetString()!);
        var have = Has(await FetchAsync(new { }));
        Assert.Empty((await FetchAsync(have)).EnumerateArray());

        Assert.Equal(200, (await sofia.PostAsync($"/api/cases/persons/{person:D}/screenings/{screening.Id:D}/decisions", new { urgency = "emergency", reason = "seen at the gate" })).Status);
        var again = await FetchAsync(have);
        Assert.Equal("emergency", Assert.Single(again.EnumerateArray()).GetProperty("screenings")[0].GetProperty("urgency").GetString());
        Assert.Empty((await FetchAsync(Has(again))).EnumerateArray());
    }

    private static (int, string) CodeOf(Told told) => (told.Status, told.Status < 400 ? "" : told.Code);

    private static async Task<(int, string)> AskAsync(HttpClient client, string path, object body)
    {
        using var answer = await client.PostAsync(path, System.Net.Http.Json.JsonContent.Create(body));
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, answer.IsSuccessStatusCode ? JsonDocument.Parse(text).RootElement.GetProperty("standing").GetString()! : "");
    }
}
