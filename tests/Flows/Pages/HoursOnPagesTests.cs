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
        // The download of one chart says what the figures do.
        var chart = (await office.FileAsync(amelia, "/staff/flows/points/PAN/GATE?chart=timeline&as=csv")).Split("\r\n");
        var name = chart[0].Split(',')[1];
        Assert.Equal("6 6 4.5 6 1", Cells(chart, 0, 1, name, name + "_at_most", name + "_hours_observed", name + "_hours_open", name + "_days_observed"));
        using var told = JsonDocument.Parse(await office.FileAsync(amelia, "/staff/flows/points/PAN/GATE?chart=timeline&as=json"));
        Assert.Equal(4.5, told.RootElement.GetProperty("rows")[0].GetProperty(name + "_hours_observed").GetDouble());
    }

    [Theory, OnEachEngine]
    public async Task Hours_that_a_file_says_are_looked_at_before_it_is_imported_and_stand_where_those_of_shifts_do(Engine engine)
    {
        const string Root = "/staff/flows/import";
        await using var office = await FiguresOffice.OpenAsync(engine);
        using var dora = await office.SignInAsync("dora", "statistician");
        var file = System.Text.Encoding.UTF8.GetBytes(
            "Fecha;Puesto fronterizo;Nacionalidad;Personas;Horas de observación;Horas de apertura\n2023-01-09;VALLE;Venezolana;10;7,5;12\n2023-01-09;VALLE;Haitiana;20;7,5;12\n2023-01-10;VALLE;Haitiana;5;14;12\n2023-01-11;VALLE;Haitiana;5;;12\n");
        var page = await dora.SubmitAsync(await dora.UploadAsync(await dora.OpenAsync(Root), Root + "/look", "valle.csv", file), Root + "/try", ("publisher", "Office of the valley"), ("area", "Panamá"));
        var text = page.QuerySelector("main")!.TextContent;
        Assert.Contains("is known of 1 of 3 points and times", text, StringComparison.Ordinal);
        Assert.Contains("More hours observed than open; the row counts", text, StringComparison.Ordinal);
        Assert.Equal(["7.5 of 12", "7.5 of 12", "–", "–"], page.QuerySelectorAll("table")[0].QuerySelectorAll("tbody tr").Select(row => row.Children[^1].TextContent.Trim()));
        foreach (var form in page.QuerySelectorAll($"form[action='{Root}/try']").Where(form => form.QuerySelector($"[formaction='{Root}/run']") is not null))
            form.SetAttribute("action", Root + "/run");
        await dora.SubmitAsync(page, Root + "/run");
        Assert.Equal(302, dora.Status);

        using var amelia = await office.SignInAsync("amelia", "adviser");
        var rows = (await amelia.OpenAsync("/staff/flows/points/PAN/VALLE")).QuerySelectorAll("section[aria-labelledby=hours] tbody tr").Select(row => string.Join('|', row.Children.Select(cell => cell.TextContent.Trim())));
        Assert.Equal(["9 January 2023|30|7.5 of 12|1 of 1"], rows);
        var csv = (await office.FileAsync(amelia, "/api/flows/data?by=day&where=time%3D2023-01-09&format=csv")).Split("\r\n");
        Assert.Equal("7.5 12 1", Cells(csv, 0, 1, "hours_observed", "hours_open", "days_observed"));
        csv = (await office.FileAsync(amelia, "/api/flows/data?by=month&format=csv")).Split("\r\n");
        Assert.Equal("  ", Cells(csv, 0, 1, "hours_observed", "hours_open", "days_observed"));
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
