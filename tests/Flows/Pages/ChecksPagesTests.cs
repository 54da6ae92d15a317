using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Checking;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Pages;

/// <summary>What the checks found is read by advisers, walked to its rows and explained by statisticians.</summary>
public sealed class ChecksPagesTests
{
    [Theory, OnEachEngine]
    public async Task A_statistician_walks_from_a_finding_to_its_lines_and_explains_it_and_an_adviser_reads_it(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await office.ShippedAsync("panama/darien-nationality.csv", "panama-darien-nationality");
        await office.ShippedAsync("lighthouse/irregular-entries.csv.gz", "lighthouse-irregular-entries");
        await office.Node.Services.GetRequiredService<RunChecks>().RunAsync(TestDatabase.Alice, CancellationToken.None);

        var statistician = await office.SignInAsync("sara", "statistician");
        var page = await TextAsync(statistician, "/staff/flows/checks?check=lighthouse-panama");
        Assert.Contains("2022-01: PAN_DARIEN_NAT says 4,702, LIGHTHOUSE_IRR_NAT (PAN) says 2,551 (-2,151).", page, StringComparison.Ordinal);
        Assert.Contains("Panama: its own table against IOM Lighthouse", page, StringComparison.Ordinal);

        using var findings = JsonDocument.Parse(await office.FileAsync(statistician, "/api/flows/findings?check=lighthouse-panama"));
        Assert.Equal(13, findings.RootElement.GetArrayLength());
        var id = findings.RootElement.EnumerateArray().Single(one => one.GetProperty("period").GetString() == "2022-01").GetProperty("id").GetString();

        var address = $"/staff/flows/checks/{id}";
        var finding = await statistician.OpenAsync(address);
        Assert.Matches("table\\.csv, line [0-9,]+", finding.Body!.TextContent);
        Assert.Contains("series=PAN_DARIEN_NAT · time=2022-01", finding.Body.TextContent, StringComparison.Ordinal);
        await statistician.SubmitAsync(finding, address, ("note", "The ministry corrected January in March."));
        Assert.Contains("The ministry corrected January in March.", await TextAsync(statistician, address), StringComparison.Ordinal);
        Assert.DoesNotContain("says 4,702", await TextAsync(statistician, "/staff/flows/checks?check=lighthouse-panama"), StringComparison.Ordinal);
        Assert.Contains("says 4,702", await TextAsync(statistician, "/staff/flows/checks?state=explained"), StringComparison.Ordinal);

        // An adviser reads it, and sees no rows.
        var adviser = await office.SignInAsync("amelia", "adviser");
        var read = await adviser.OpenAsync(address);
        Assert.Contains("The ministry corrected January in March.", read.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("table.csv, line", read.Body.TextContent, StringComparison.Ordinal);
        Assert.Null(read.QuerySelector("[name=note]"));
    }

    private static async Task<string> TextAsync(Guide.Staff.StaffBrowser who, string path) => (await who.OpenAsync(path)).Body!.TextContent;
}
