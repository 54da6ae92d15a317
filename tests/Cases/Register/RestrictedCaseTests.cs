using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Register;

/// <summary>A restricted case is for whoever looks after it, the team it was given to, and those who supervise it; for anybody else there is none.</summary>
public sealed class RestrictedCaseTests
{
    [Theory]
    [OnEachEngine]
    public async Task A_restricted_case_is_in_nothing_that_others_of_the_agency_are_shown(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, cesar, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("cesar", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        await office.AddRoleAsync("carrier", "cases.read", "cases.export", "cases.see.identity", "cases.see.general");
        var carl = await office.OfficerAsync("carl", "carrier");
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } }, birth = new { inYear = 1990 } }, general = new { notes = "x" } });
        var (secret, other) = (await carla.OpenAsync(new { person = person.Id, note = "lantern-word", confidentiality = "restricted" }), await carla.OpenAsync(new { person = person.Id, note = "open-word" }));
        var path = $"/api/cases/{secret.Id:D}";
        Assert.Equal(200, (await carla.PostAsync($"/api/cases/{other.Id:D}/links", new { @case = secret.Id, kind = "same_event" }, ("If-Match", "\"v1\""))).Status is 200 or 204 ? 200 : 0);
        await carla.PostAsync(path + "/tasks", new { what = "task-of-it", dueAt = office.Time.GetUtcNow().AddDays(1) });

        // To its owner and to those who supervise it is there.
        foreach (var named in new[] { carla, susan })
        {
            Assert.Equal("restricted", (await named.GetAsync(path)).Json.GetProperty("confidentiality").GetString());
            Assert.Contains(secret.Ref, (await named.GetAsync("/api/cases/worklist")).Text, StringComparison.Ordinal);
            Assert.Contains("task-of-it", (await named.GetAsync("/api/cases/tasks")).Text, StringComparison.Ordinal);
        }

        // To a colleague with the same rights it is as if there were none, by whatever way they look.
        foreach (var part in new[] { "", "/plan", "/tasks", "/notes", "/files", "/timeline", "/conferences", "/detentions", "/transfers", "/referrals", "/splits" })
            Assert.Equal((part, 404), (part, (await cesar.GetAsync(path + part)).Status));
        foreach (var address in new[] { "/api/cases/worklist", "/api/cases/tasks", $"/api/cases/persons/{person.Id:D}", $"/api/cases/{other.Id:D}", "/staff/cases", $"/staff/cases/persons/{person.Id:D}", $"/staff/cases/{other.Id:D}" })
        {
            var told = await cesar.GetAsync(address);
            Assert.True(told.Status == 200 && !told.Text.Contains(secret.Ref, StringComparison.Ordinal) && !told.Text.Contains(secret.Id.ToString("D"), StringComparison.Ordinal) && !told.Text.Contains("task-of-it", StringComparison.Ordinal), address);
        }

        Assert.Contains(other.Ref, (await cesar.GetAsync("/api/cases/worklist")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await cesar.PostAsync(path + "/notes", new { note = "x" })).Status);
        Assert.Equal(404, (await cesar.PostAsync(path + "/assign", new { owner = cesar.Id }, ("If-Match", "\"v1\""))).Status);
        var taken = await carl.PostAsync($"/api/cases/persons/{person.Id:D}/export", new { reason = "referral", form = "json" });
        Assert.True(taken.Status == 200 && taken.Text.Contains(other.Ref, StringComparison.Ordinal) && !taken.Text.Contains(secret.Ref, StringComparison.Ordinal), taken.Text);

        // Who owns it has it on their phone; a colleague named for a task in it would have to see it.
        var phone = (await carla.PostAsync("/api/cases/devices", new { name = "phone", proof = new string('a', 43) })).Id;
        Assert.Contains(secret.Ref, (await carla.PostAsync($"/api/cases/devices/{phone:D}/cases", new { })).Text, StringComparison.Ordinal);
        Assert.Equal(["responsible cases.assignee_unfit"], (await carla.PostAsync(path + "/tasks", new { what = "x", responsible = cesar.Id })).Errors);

        // Given to the colleague it is theirs, and no more the first one's.
        var tag = (await susan.GetAsync(path)).Tag!;
        Assert.Equal(200, (await susan.PostAsync(path + "/assign", new { owner = cesar.Id }, ("If-Match", tag))).Status);
        Assert.Equal((200, 404), ((await cesar.GetAsync(path)).Status, (await carla.GetAsync(path)).Status));
        Assert.DoesNotContain(secret.Ref, (await carla.PostAsync($"/api/cases/devices/{phone:D}/cases", new { })).Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_edits_restricts_a_case_and_only_a_supervisor_opens_it_again_and_a_person_reached_by_it_alone_is_not_found(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, susan) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("susan", "cases_supervisor"));
        var cesar = await office.OfficerAsync("cesar", "case_worker");
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Torrealta" } } } });
        var one = await carla.OpenAsync(new { person = person.Id });
        var path = $"/api/cases/{one.Id:D}";
        // The file itself lies elsewhere, so that the case alone leads to it.
        await office.WriteAsync("update cases_persons set agency_id = null, owner_id = null where id = @Id", new { person.Id });
        Assert.Equal(200, (await cesar.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
        Assert.Equal(["confidentiality cases.code_unknown"], (await carla.PutAsync(path, new { confidentiality = "secret" }, "\"v1\"")).Errors);
        Assert.Equal(200, (await carla.PutAsync(path, new { confidentiality = "restricted" }, "\"v1\"")).Status);
        Assert.Equal(404, (await cesar.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
        Assert.DoesNotContain(person.Ref, (await cesar.PostAsync("/api/cases/persons/search", new { name = "Ilmara" })).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await carla.GetAsync($"/api/cases/persons/{person.Id:D}")).Status);
        Assert.Equal(403, (await carla.PutAsync(path, new { confidentiality = "standard" }, "\"v2\"")).Status);
        Assert.Equal(200, (await susan.PutAsync(path, new { confidentiality = "standard" }, "\"v2\"")).Status);
        Assert.Equal(200, (await cesar.GetAsync(path)).Status);
        Assert.Equal(["standard"], (await office.ReadAsync<string>("select details from platform_audit_entries where change = 'cases.case.changed' order by sequence")).Skip(1).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("confidentiality").GetString()!));
    }
}
