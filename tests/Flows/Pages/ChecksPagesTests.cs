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
        Assert.Contains($"January 2022: {Darien} says 4,702, {Lighthouse} (Panama) says 2,551 (-2,151).", page, StringComparison.Ordinal);
        Assert.Contains("PAN_DARIEN_NAT · LIGHTHOUSE_IRR_NAT (PAN) · 2022-01", page, StringComparison.Ordinal);
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

    [Theory, OnEachEngine]
    public async Task A_finding_names_series_country_and_time_in_the_readers_language_and_their_codes_beside_them(Engine engine)
    {
        await using var office = await FiguresOffice.OpenAsync(engine);
        await office.ShippedAsync("panama/darien-nationality.csv", "panama-darien-nationality");
        await office.ShippedAsync("lighthouse/irregular-entries.csv.gz", "lighthouse-irregular-entries");
        await office.Node.Services.GetRequiredService<RunChecks>().RunAsync(TestDatabase.Alice, CancellationToken.None);
        using var amelia = await office.SignInAsync("amelia", "adviser");
        var id = (await office.Node.Services.GetRequiredService<Findings>().ListAsync("open", "lighthouse-panama", CancellationToken.None)).Single(one => one.Period == "2022-01").Id;
        foreach (var address in (string[])["/staff/flows/checks?check=lighthouse-panama", $"/staff/flows/checks/{id:D}", "/api/flows/findings?check=lighthouse-panama"])
        {
            var said = System.Net.WebUtility.HtmlDecode(await office.FileAsync(amelia, address, "es"));
            Assert.Contains("Ingresos irregulares por el Darién según nacionalidad dice", said, StringComparison.Ordinal);
            Assert.Contains("Ingresos irregulares por país y nacionalidad (Panamá) dice", said, StringComparison.Ordinal);
            Assert.Contains("enero de 2022", said, StringComparison.Ordinal);
        }
    }

    private const string Darien = "Irregular entries through the Darién by nationality";
    private const string Lighthouse = "Irregular entries by country and nationality";

    private static async Task<string> TextAsync(Guide.Staff.StaffBrowser who, string path) => (await who.OpenAsync(path)).Body!.TextContent;
}
