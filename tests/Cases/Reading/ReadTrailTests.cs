using System.Text.Json;
using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Reading;

public sealed class ReadTrailTests
{
    private sealed record Line(string Actor, string Subject, string Details);

    private static Task<IReadOnlyList<Line>> LinesAsync(CasesOffice office) =>
        office.ReadAsync<Line>("select actor, subject, details from platform_audit_entries where change = 'cases.person.seen' order by writer, sequence");

    [Theory]
    [OnEachEngine]
    public async Task Every_reading_leaves_a_line_for_every_person_and_none_for_those_who_were_not_shown(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, saul) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("saul", "case_worker", CasesOffice.South));
        var own = new List<string>();
        for (var i = 0; i < 3; i++)
            own.Add("person:" + (await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } })).Id.ToString("D"));
        var foreign = await saul.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        Assert.Empty(await LinesAsync(office));

        await carla.GetAsync("/api/cases/persons?name=ilm");
        var lines = await LinesAsync(office);
        Assert.Equal(own.Order(), lines.Select(line => line.Subject).Order());
        Assert.All(lines, line => Assert.Equal("""{"purpose":"assistance","how":"list","compartments":["identity"]}""", line.Details));

        await carla.GetAsync($"/api/cases/persons/{foreign.Id:D}");
        await carla.GetAsync("/api/cases/persons?name=nobody");
        Assert.Equal(3, (await LinesAsync(office)).Count);

        await carla.GetAsync("/api/cases/persons/" + own[0]["person:".Length..], ("Tambo-Purpose", "tracing"));
        var last = (await LinesAsync(office))[^1];
        Assert.Equal((own[0], "tracing", "file"), (last.Subject, Said(last, "purpose"), Said(last, "how")));
        // What is open to a case worker, written down from the table of rights; whether anything is in it is not said.
        Assert.Equal(["identity", "general", "health", "asylum", "child", "tracing"], JsonDocument.Parse(last.Details).RootElement.GetProperty("compartments").EnumerateArray().Select(one => one.GetString()));
        Assert.StartsWith("token:", last.Actor, StringComparison.Ordinal);

        var refused = await carla.GetAsync("/api/cases/persons/" + own[0]["person:".Length..], ("Tambo-Purpose", "curiosity"));
        Assert.Equal((400, "cases.purpose_unknown"), (refused.Status, refused.Code));
        Assert.Equal(4, (await LinesAsync(office)).Count);
    }

    [Theory]
    [OnEachEngine]
    public async Task The_work_list_and_a_case_leave_lines_too(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var carla = await office.OfficerAsync("carla", "case_worker");
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        var one = await carla.OpenAsync(new { person = person.Id });
        await carla.GetAsync("/api/cases/worklist");
        await carla.GetAsync($"/api/cases/{one.Id:D}");
        Assert.Equal(["list", "case"], (await LinesAsync(office)).Select(line => Said(line, "how")));
    }

    [Theory]
    [OnEachEngine]
    public async Task A_person_can_be_told_who_saw_their_file_by_name_day_and_purpose(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, sara, dario) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("sara", "cases_supervisor"), await office.OfficerAsync("dario", "data_protection_officer"));
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        var path = $"/api/cases/persons/{person.Id:D}";
        await carla.GetAsync(path);
        await carla.GetAsync(path);
        office.Time.Advance(TimeSpan.FromDays(1));
        await sara.GetAsync(path, ("Tambo-Purpose", "supervision"));

        Assert.Equal(403, (await carla.GetAsync(path + "/seen-by")).Status);
        foreach (var reader in new[] { sara, dario })
        {
            var told = await reader.GetAsync(path + "/seen-by");
            Assert.Equal(
                ["Sara 2026-03-05 supervision 1", "Carla 2026-03-04 assistance 2"],
                told.Json.EnumerateArray().Select(one => $"{one.GetProperty("who")} {one.GetProperty("day")} {one.GetProperty("purpose")} {one.GetProperty("times")}"));
        }
    }

    [Theory]
    [OnEachEngine]
    public async Task Who_saw_a_file_is_told_whole_however_many_there_were(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (carla, dario) = (await office.OfficerAsync("carla", "case_worker"), await office.OfficerAsync("dario", "data_protection_officer"));
        var person = await carla.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara" } } } });
        // Three years in which somebody looked every day, and on the first day of all a reader of whom the person asks.
        await using (var change = await office.Node.Db.BeginAsync(TestDatabase.Alice, "test.views", "sample", CancellationToken.None))
        {
            await change.ExecuteAsync(
                "insert into cases_views (id, person_id, at, actor, purpose, compartments, how) values (@Id, @Person, @At, @Actor, 'assistance', 'identity', 'file')",
                Enumerable.Range(0, 1_205).Select(day => new
                {
                    Id = Guid.CreateVersion7(SettableTime.Noon.AddDays(-1 - day)),
                    Person = person.Id,
                    At = SettableTime.Noon.AddDays(-1 - day),
                    Actor = day == 1_204 ? $"user:{dario.Id:D}" : $"user:{carla.Id:D}",
                }).ToList());
            await change.CommitAsync(CancellationToken.None);
        }

        var path = $"/api/cases/persons/{person.Id:D}";
        var told = (await dario.GetAsync(path + "/seen-by")).Json;
        Assert.Equal(1_205, told.GetArrayLength());
        Assert.Equal("Dario", told[1_204].GetProperty("who").GetString());
        var export = await dario.PostAsync(path + "/export", new { reason = "data_request", form = "json" });
        Assert.True(export.Status == 200, export.Text);
        Assert.Contains(export.Json.GetProperty("seenBy").EnumerateArray(), reader => reader.GetProperty("day").GetString() == "2022-11-15" && reader.GetProperty("who").GetString() == "Dario");

        using var browser = await office.BrowserAsync("dario");
        var seen = $"/staff/cases/persons/{person.Id:D}/seen-by";
        var first = await browser.OpenAsync(seen);
        Assert.NotNull(first.QuerySelector("nav.pager a[rel=next]"));
        Assert.Equal(200, first.QuerySelectorAll("tbody tr").Length);
        var last = await browser.OpenAsync(seen + "?page=7");
        Assert.Null(last.QuerySelector("nav.pager a[rel=next]"));
        Assert.Contains("Dario", last.QuerySelector("tbody tr:last-child")!.TextContent, StringComparison.Ordinal);
    }

    private static string? Said(Line line, string name) => JsonDocument.Parse(line.Details).RootElement.GetProperty(name).GetString();
}
