using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Access;

public sealed class CompartmentTests
{
    [Theory]
    [OnEachEngine]
    public async Task Whoever_lacks_a_compartment_gets_nothing_of_it_in_any_answer_and_no_sign_that_it_holds_anything(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("desk", "cases.register", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var nurse = await office.OfficerAsync("norma", "protection_specialist");
        var desk = await office.OfficerAsync("diego", "desk");
        var name = new { names = new[] { new { full = "Ilmara Quesquén" } } };
        var with = await nurse.RegisterAsync(new { identity = name, health = new { notes = "insulin-word" }, violence = new { notes = "violence-word" } });
        var without = await nurse.RegisterAsync(new { identity = name });
        var sick = await nurse.OpenAsync(new { person = with.Id, type = "protection", profiles = new[] { "SERIOUS_ILLNESS", "OLDER_PERSON", "TRAFFICKING_POSSIBLE" } });
        var hidden = await nurse.OpenAsync(new { person = with.Id, type = "trafficking", note = "violence-word" });
        await nurse.PostAsync($"/api/cases/{sick.Id:D}/links", new { @case = hidden.Id });

        var answers = new List<Told>
        {
            await desk.GetAsync($"/api/cases/persons/{with.Id:D}"),
            await desk.GetAsync("/api/cases/persons?name=ilmara"),
            await desk.PostAsync("/api/cases/persons/search", new { name = "ilmara" }),
            await desk.GetAsync("/api/cases/persons"),
            await desk.GetAsync("/api/cases/worklist"),
            await desk.GetAsync($"/api/cases/{sick.Id:D}"),
        };
        foreach (var told in answers)
        {
            Assert.Equal(200, told.Status);
            Assert.DoesNotContain("insulin-word", told.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("violence", told.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("ILLNESS", told.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("TRAFFICKING", told.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(hidden.Ref, told.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(hidden.Id.ToString("D"), told.Text, StringComparison.Ordinal);
        }

        Assert.Contains("OLDER_PERSON", answers[5].Text, StringComparison.Ordinal);
        // The file of somebody with something in a closed compartment has the same fields as one of somebody without.
        var other = await desk.GetAsync($"/api/cases/persons/{without.Id:D}");
        Assert.Equal(other.Json.EnumerateObject().Select(field => field.Name), answers[0].Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal(404, (await desk.GetAsync($"/api/cases/{hidden.Id:D}")).Status);
        var whole = await nurse.GetAsync($"/api/cases/persons/{with.Id:D}");
        Assert.Contains("insulin-word", whole.Text, StringComparison.Ordinal);
        Assert.Contains("violence-word", whole.Text, StringComparison.Ordinal);
    }

    [Theory]
    [OnEachEngine]
    public async Task What_is_closed_to_somebody_is_neither_changed_by_them_nor_lost(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        await office.AddRoleAsync("desk", "cases.register", "cases.read", "cases.edit", "cases.see.identity", "cases.see.general");
        var nurse = await office.OfficerAsync("norma", "protection_specialist");
        var desk = await office.OfficerAsync("diego", "desk");
        var person = await nurse.RegisterAsync(new { health = new { notes = "insulin-word" } });
        var path = $"/api/cases/persons/{person.Id:D}";
        var one = await nurse.OpenAsync(new { person = person.Id, profiles = new[] { "SERIOUS_ILLNESS", "OLDER_PERSON" } });

        var refused = await desk.PutAsync(path, new { health = new { notes = "other" } }, "\"v1\"");
        Assert.Equal((403, "cases.compartment_closed"), (refused.Status, refused.Code));
        Assert.Equal(200, (await desk.PutAsync(path, new { general = new { notes = "tall" } }, "\"v1\"")).Status);
        Assert.Equal((403, "cases.compartment_closed"), ((await desk.PutAsync($"/api/cases/{one.Id:D}", new { profiles = new[] { "DISABILITY" } }, "\"v1\"")) is var told ? (told.Status, told.Code) : default));
        Assert.Equal(200, (await desk.PutAsync($"/api/cases/{one.Id:D}", new { profiles = new[] { "STRANDED" } }, "\"v1\"")).Status);

        var file = (await nurse.GetAsync(path)).Json;
        Assert.Equal(("insulin-word", "tall"), (file.GetProperty("health").GetProperty("notes").GetString(), file.GetProperty("general").GetProperty("notes").GetString()));
        Assert.Equal(["SERIOUS_ILLNESS", "STRANDED"], (await nurse.GetAsync($"/api/cases/{one.Id:D}")).Json.GetProperty("profiles").EnumerateArray().Select(code => code.GetString()));
    }

    [Theory]
    [OnEachEngine]
    public async Task Whoever_tells_of_a_need_does_not_see_it_afterwards_when_it_is_not_theirs(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var control = await office.OfficerAsync("mirta", "migration_control");
        var specialist = await office.OfficerAsync("norma", "protection_specialist");
        var person = await control.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } }, asylum = new { notes = "afraid-word" } });
        var one = await control.OpenAsync(new { person = person.Id, type = "asylum_referral", urgency = "Urgent", note = "afraid-word" });

        Assert.DoesNotContain("afraid-word", (await control.GetAsync($"/api/cases/persons/{person.Id:D}")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await control.GetAsync($"/api/cases/{one.Id:D}")).Status);
        Assert.Empty((await control.GetAsync("/api/cases/worklist")).Json.GetProperty("cases").EnumerateArray());
        var seen = await specialist.GetAsync($"/api/cases/{one.Id:D}");
        Assert.Equal("asylum_referral", seen.Json.GetProperty("type").GetString());
        // Nobody looks after it who may not see it.
        Assert.False(seen.Json.TryGetProperty("owner", out _));
    }
}
