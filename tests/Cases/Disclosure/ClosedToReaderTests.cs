using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>What a person shuts out, and what goes to no consulate, stays shut on every screen, whatever rights somebody holds.</summary>
public sealed class ClosedToReaderTests
{
    private const string Name = Readers.Name;

    [Theory]
    [OnEachEngine]
    public async Task Whom_somebody_has_named_sees_nothing_of_them_and_finds_them_by_no_name(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (nora, omar, paula) = (await office.OfficerAsync("nora", "case_worker"), await office.OfficerAsync("omar", "case_worker"), await office.OfficerAsync("paula", "protection_specialist"));
        var (person, one) = await Readers.SomebodyAsync(nora);
        var (file, opened) = ($"/api/cases/persons/{person.Id:D}", $"/api/cases/{one.Id:D}");
        Assert.True(await SeesAsync(omar, file, opened));
        Assert.Equal(201, (await nora.PostAsync(opened + "/tasks", new { what = "task-word" })).Status);
        Assert.InRange((await nora.PutAsync(opened + "/safety-plan", new { steps = "safety-word" }, "\"v0\"")).Status, 200, 201);
        async Task<string> WrittenAsync(Officer officer) => (await officer.GetAsync("/api/cases/tasks")).Text + (await officer.GetAsync(opened + "/tasks")).Text + (await officer.GetAsync(opened + "/safety-plan")).Text;
        var before = await WrittenAsync(omar);
        Assert.All(["task-word", "safety-word"], word => Assert.Contains(word, before, StringComparison.Ordinal));

        await Readers.AgreeAsync(nora, person.Id, "services", new { kind = "one", code = omar.Id.ToString("D") });
        Assert.False(await SeesAsync(omar, file, opened));
        Assert.True(await SeesAsync(nora, file, opened));
        Assert.True(await SeesAsync(paula, file, opened));
        Assert.DoesNotContain("note-word", (await omar.GetAsync(opened + "/timeline")).Text, StringComparison.Ordinal);
        // Neither what is written in their case, in lists of work and in the plan for their safety.
        var (written, own) = (await WrittenAsync(omar), await WrittenAsync(nora));
        Assert.All(["task-word", "safety-word"], word => Assert.DoesNotContain(word, written, StringComparison.Ordinal));
        Assert.All(["task-word", "safety-word"], word => Assert.Contains(word, own, StringComparison.Ordinal));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_consulate_sees_those_alone_who_asked_for_it_and_nobody_who_needs_protection(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (paula, konrad) = (await office.OfficerAsync("paula", "protection_specialist"), await office.OfficerAsync("konrad", "consular_officer"));
        var person = await paula.RegisterAsync(Readers.Somebody);
        var file = $"/api/cases/persons/{person.Id:D}";
        Assert.False(await SeesAsync(konrad, file));

        // They ask for their consulate.
        await Readers.AgreeAsync(paula, person.Id, "consular");
        Assert.True(await SeesAsync(konrad, file));
        // Then they say that they are afraid of it: nobody has opened a case, and nothing goes there any more.
        var screened = await paula.PostAsync(file + "/screenings", new { answers = new[] { new { question = "triage.fear", way = "said", values = new[] { "yes" } }, new { question = "protection_need.fear_return", way = "said", values = new[] { "yes" } } } });
        Assert.True(screened.Status == 201, screened.Text);
        Assert.Contains("consular_origin", screened.Text, StringComparison.Ordinal);
        Assert.False(await SeesAsync(konrad, file));
        Assert.True(await SeesAsync(paula, file));
    }

    private static async Task<bool> SeesAsync(Officer officer, params string[] paths)
    {
        var (found, file) = (await officer.GetAsync("/api/cases/persons?name=" + Name), await officer.GetAsync(paths[0]));
        var sees = found.Text.Contains(Name, StringComparison.Ordinal);
        // To whom they are closed there is no such file.
        Assert.Equal((200, sees ? 200 : 404), (found.Status, file.Status));
        var rest = "";
        foreach (var path in paths.Skip(1).Append("/api/cases/persons").Append("/api/cases/worklist"))
            rest += (await officer.GetAsync(path)).Text;
        Assert.Equal((sees, sees), (file.Text.Contains(Name, StringComparison.Ordinal), rest.Contains(Name, StringComparison.Ordinal)));
        if (!sees)
            Assert.All(["general-word", "note-word"], word => Assert.DoesNotContain(word, file.Text + rest, StringComparison.Ordinal));
        return sees;
    }
}
