using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Collecting;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>For how long people were counted stands with the figures of a point: on its page, in the notes, in every form that they are served in.</summary>
public sealed class HoursOnPagesTests
{
    [Theory, OnEachEngine]
    public async Task Hours_stand_on_the_page_of_the_point_in_the_notes_of_the_series_and_in_what_is_served(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        var day = await CountedAsync(office);
        using var amelia = await office.SignInAsync("amelia", "adviser");

        var page = await amelia.OpenAsync("/staff/flows/points/PAN/GATE");
        var rows = page.QuerySelectorAll("section[aria-labelledby=hours] tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent.Trim()))).ToList();
        var month = day.ToString("MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture);
        // The month, its weeks, and the days; of each the hours until now.
        Assert.All(rows, row => Assert.EndsWith("|6|4.5 of 6|1 of 1", row, StringComparison.Ordinal));
        Assert.Equal((3, true, true), (rows.Count, rows[0].StartsWith(month, StringComparison.Ordinal), rows[2].StartsWith(day.ToString("d MMMM yyyy", System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        const string Note = "Somebody was counting in 4.5 of the 6 hours that it was open, on 1 of 1 days. Figures hold what was counted; nothing is added for other hours.";
        Assert.Contains(Note, page.QuerySelector("#timeline")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(Note, (await amelia.OpenAsync("/staff/flows/series/FM-GATE")).Body!.TextContent, StringComparison.Ordinal);

        using var json = JsonDocument.Parse(await office.FileAsync(amelia, "/api/flows/data?by=day"));
        var figure = json.RootElement.GetProperty("figures")[0];
        Assert.Equal((6, 4.5, 6, 1), (figure.GetProperty("value").GetInt32(), figure.GetProperty("hours_observed").GetDouble(), figure.GetProperty("hours_open").GetDouble(), figure.GetProperty("days_observed").GetInt32()));
        var csv = (await office.FileAsync(amelia, "/api/flows/data?by=day&format=csv")).Split("\r\n");
        Assert.Equal("4.5 6 1", Cells(csv, 0, 1, "hours_observed", "hours_open", "days_observed"));
        var hxl = (await office.FileAsync(amelia, "/api/flows/data?by=day,sex&format=hxl")).Split("\r\n");
        Assert.Equal("4.5 6 1", Cells(hxl, 1, 2, "#meta+coverage+hours", "#meta+coverage+hours+open", "#meta+coverage+days+observed"));
        using var stat = JsonDocument.Parse(await office.FileAsync(amelia, "/api/flows/data?by=day&format=json-stat"));
        Assert.Equal(4.5, stat.RootElement.GetProperty("extension").GetProperty("hours").GetProperty("0").GetProperty("hours_observed").GetDouble());
    }

    [Theory, OnEachEngine]
    public async Task A_program_is_told_when_hours_went_on_though_nobody_passed(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await CountedAsync(office);
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var first = await office.TagAsync(amelia, "/api/flows/data?by=day");
        Assert.Equal(first, await office.TagAsync(amelia, "/api/flows/data?by=day"));
        office.Time.Advance(TimeSpan.FromMinutes(6));
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        Assert.NotEqual(first, await office.TagAsync(amelia, "/api/flows/data?by=day"));
    }

    // Six persons at 11:30, of a shift from six to half past ten, at a point open from six: it is noon.
    private static async Task<DateOnly> CountedAsync(FiguresOffice office)
    {
        var services = office.Node.Services;
        var point = new Point
        {
            Id = Guid.CreateVersion7(office.Time.GetUtcNow()),
            Code = "GATE",
            Names = new Dictionary<string, string> { ["en"] = "Gate of the valley" },
            Country = "PAN",
            TimeZone = "America/Panama",
            Opens = "06:00",
            Closes = "18:00",
            Series = "FM-GATE",
        };
        var morning = office.Time.GetUtcNow().Date.AddHours(11);
        office.Time.Set(new DateTimeOffset(morning.AddHours(6), TimeSpan.Zero));
        await services.GetRequiredService<LivePoints>().SaveAsync(point, TestDatabase.Alice, CancellationToken.None);
        var enzo = new Actor("user:enzo", null, "Enzo", [new Grant("flows.collect", Scope.Node)]);
        var (english, start) = (services.GetRequiredService<TextCatalog>().In("en"), new DateTimeOffset(morning, TimeSpan.Zero));
        var group = new SentGroup { Id = Guid.CreateVersion7(start), Point = "GATE", ObservedAt = start.AddHours(2), Direction = "IN", Size = 6, Parts = [new SentPart { Nationality = "VEN", Persons = 6, Women = 6 }] };
        var shift = new SentShift { Id = Guid.CreateVersion7(start), Point = "GATE", StartedAt = start, EndedAt = start.AddHours(4.5), SaidAt = office.Time.GetUtcNow(), Enumerators = 1 };
        Assert.Equal("taken", (await services.GetRequiredService<TakeShifts>().TakeAsync([(shift, null)], enzo, english, CancellationToken.None))[0].Answer);
        Assert.Equal("taken", (await services.GetRequiredService<ReceiveGroups>().TakeAsync([new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null)], enzo, english, CancellationToken.None))[0].Answer);
        // What was read before it was sent is answered from for two seconds.
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        return point.DayOf(start);
    }

    private static string Cells(string[] lines, int head, int line, params string[] names) =>
        string.Join(' ', names.Select(name => lines[line].Split(',')[lines[head].Split(',').ToList().IndexOf(name)]));
}
