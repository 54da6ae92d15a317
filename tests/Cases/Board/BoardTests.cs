using Tambo.Tests.Support;

namespace Tambo.Tests.Cases.Board;

/// <summary>What waits for a supervisor, and what of it they are not shown.</summary>
public sealed class BoardTests
{
    [Theory]
    [OnEachEngine]
    public async Task The_board_shows_what_waits_where_somebody_supervises_and_nothing_of_other_kinds_or_agencies(Engine engine)
    {
        await using var office = await CasesOffice.OpenAsync(engine);
        var (petra, susan) = (await office.OfficerAsync("petra", "protection_specialist"), await office.OfficerAsync("susan", "cases_supervisor"));
        var south = await office.OfficerAsync("sara", "protection_specialist", CasesOffice.South);
        var person = (await petra.RegisterAsync(new { identity = new { names = new[] { new { full = "Ilmara Quesquén" } } } })).Id;
        var one = await petra.OpenAsync(new { person, urgency = "Urgent" });
        // A case of violence is none that this supervisor sees; another agency's is none either.
        var hidden = await petra.OpenAsync(new { person, type = "trafficking", urgency = "Emergency" });
        await south.OpenAsync(new { person = (await south.RegisterAsync(new { })).Id, urgency = "Emergency" });
        foreach (var id in new[] { one.Id, hidden.Id })
        {
            await petra.PutAsync($"/api/cases/{id:D}/plan", new { needs = new[] { new { code = "shelter" } } }, "\"v0\"");
            await petra.PostAsync($"/api/cases/{id:D}/plan/submit", new { }, ("If-Match", "\"v1\""));
            await petra.PostAsync($"/api/cases/{id:D}/tasks", new { what = "late-word", dueAt = office.Time.GetUtcNow().AddHours(1) });
        }

        await office.WriteAsync("update cases_cases set owner_id = null");
        office.Time.Advance(TimeSpan.FromDays(4));
        var board = await susan.GetAsync("/api/cases/board");
        Assert.Equal(200, board.Status);
        foreach (var list in new[] { "plans", "overdueTasks", "unassigned", "overdueCases" })
            Assert.Equal((list, 1), (list, board.Json.GetProperty(list).GetArrayLength()));
        var count = board.Json.GetProperty("counts").EnumerateArray().Single();
        Assert.Equal(("identified", 0L, 1L, 0L), (count.GetProperty("state").GetString(), count.GetProperty("emergency").GetInt64(), count.GetProperty("urgent").GetInt64(), count.GetProperty("normal").GetInt64()));
        Assert.DoesNotContain(hidden.Ref, board.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Ilmara", board.Text, StringComparison.Ordinal);
        Assert.Equal(404, (await petra.GetAsync("/api/cases/board")).Status);
        Assert.Contains($"user:{susan.Id:D}", await office.ReadAsync<string>("select actor from cases_views where purpose = 'supervision'"));
    }
}
