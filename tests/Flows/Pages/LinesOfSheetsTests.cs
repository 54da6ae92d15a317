using DocumentFormat.OpenXml.Spreadsheet;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Checking;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Tests.Guide.Staff;
using Tambo.Tests.Platform.Files;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>Whoever is led to a line of a workbook is told the sheet, too, wherever lines are shown.</summary>
public sealed class LinesOfSheetsTests
{
    private const string Mapping =
        """
        { "name": "lost", "version": 1, "dataflow": "INCIDENT", "series": { "code": "LOST", "publisher": "Office of the valley" },
          "file": { "sheets": [ "Lost 20*" ] }, "constants": { "UNIT_MEASURE": "PS" },
          "columns": [
            { "from": [ "id" ], "to": [ "INCIDENT" ], "text": true },
            { "from": [ "day" ], "to": [ "TIME_PERIOD" ], "dates": [ { "pattern": "yyyy-MM-dd", "frequency": "D" } ] },
            { "from": [ "where" ], "to": [ "REF_AREA" ], "codes": "countries" },
            { "from": [ "count" ], "to": [ "OBS_VALUE" ], "number": {} },
            { "from": [ "lat" ], "to": [ "LATITUDE" ], "number": {} },
            { "from": [ "lon" ], "to": [ "LONGITUDE" ], "number": {} } ] }
        """;

    [Theory, OnEachEngine]
    public async Task A_finding_and_the_page_of_rows_name_the_sheet_of_each_line(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await ImportAsync(office, Mapping,
            Sheet("Lost 2023", ["a", "2023-01-05", "PAN", "3", "8.5", "-80"]),
            Sheet("Lost 2024", ["b", "2024-02-01", "PAN", "2", "-33.25", "-70.5"], ["c", "2023-01-05", "PAN", "3", "8.5", "-80"]));
        await office.Node.Services.GetRequiredService<RunChecks>().RunAsync(TestDatabase.Alice, CancellationToken.None);
        using var dora = await office.SignInAsync("dora", "statistician");
        Assert.Equal(["book.xlsx, Lost 2023, line 2", "book.xlsx, Lost 2024, line 3"], await LinesAsync(office, dora, "incidents-doubled"));
        Assert.Equal(["book.xlsx, Lost 2024, line 2"], await LinesAsync(office, dora, "incidents-astray"));
        Assert.Contains("the position -33.25, -70.5 lies far", (await dora.OpenAsync("/staff/flows/checks?check=incidents-astray")).Body!.TextContent, StringComparison.Ordinal);

        string[] all = ["book.xlsx, Lost 2023, line 2", "book.xlsx, Lost 2024, line 2", "book.xlsx, Lost 2024, line 3"];
        var rows = await dora.OpenAsync("/staff/flows/rows?series=LOST");
        Assert.Equal(all, rows.QuerySelectorAll(".walked h2").Select(head => head.TextContent));
        Assert.Equal(["a", "b", "c"], rows.QuerySelectorAll(".walked > li").Select(row => row.QuerySelector(".pairs dd")!.TextContent));
        // Whoever may not see the line as it stands in the file is told where it stands all the same.
        using var petra = await office.SupervisorAsync("place", "PA");
        Assert.Equal(all, (await petra.OpenAsync("/staff/flows/rows?series=LOST")).QuerySelectorAll(".walked h2").Select(head => head.TextContent));
    }

    [Theory, OnEachEngine]
    public async Task A_single_sheet_is_named_and_refused_lines_too(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await ImportAsync(office, Mapping.Replace("\"sheets\": [ \"Lost 20*\" ]", "\"sheet\": \"Lost 2024\"", StringComparison.Ordinal),
            Sheet("Lost 2023", ["a", "2023-01-05", "PAN", "3", "8.5", "-80"]), Sheet("Lost 2024", ["b", "2024-02-01", "PAN", "2", "-33.25", "-70.5"], ["c", "2024-02-01", "Atlantis", "2", "8", "-80"]));
        await office.Node.Services.GetRequiredService<RunChecks>().RunAsync(TestDatabase.Alice, CancellationToken.None);
        using var dora = await office.SignInAsync("dora", "statistician");
        Assert.Equal(["book.xlsx, Lost 2024, line 2"], await LinesAsync(office, dora, "incidents-astray"));
        Assert.Contains("Lost 2024, 3", (await dora.OpenAsync("/staff/flows/series/LOST")).QuerySelector("section[aria-labelledby=issues]")!.TextContent, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> LinesAsync(FiguresOffice office, StaffBrowser who, string check)
    {
        var id = (await office.Node.Services.GetRequiredService<Findings>().ListAsync("open", check, CancellationToken.None)).Single().Id;
        return [.. (await who.OpenAsync($"/staff/flows/checks/{id:D}")).QuerySelectorAll("tbody tr").Select(row => row.Children[0].TextContent.Trim())];
    }

    private static async Task ImportAsync(FiguresOffice office, string mapping, params (string, bool, string[], Row[])[] sheets)
    {
        using var book = Workbooks.New(sheets);
        await office.Node.Services.GetRequiredService<ImportFlows>().RunAsync(new FlowsImport("book.xlsx", book, MappingShelf.Read(mapping, "lost"), false), TestDatabase.Alice, CancellationToken.None);
    }

    private static (string, bool, string[], Row[]) Sheet(string name, params string[][] rows) => (name, false, [],
        [.. rows.Prepend(["id", "day", "where", "count", "lat", "lon"]).Select((cells, at) => Workbooks.Row((uint)at + 1, [.. cells.Select((cell, column) => Workbooks.Text($"{(char)('A' + column)}{at + 1}", cell))]))]);
}
