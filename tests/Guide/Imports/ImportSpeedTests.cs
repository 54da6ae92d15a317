using System.Diagnostics;
using System.Globalization;
using System.Text;
using Tambo.Guide.Imports;

namespace Tambo.Tests.Guide.Imports;

/// <summary>What measures the processor runs alone.</summary>
[CollectionDefinition("Import speed", DisableParallelization = true)]
public sealed class ImportSpeed;

[Collection("Import speed")]
public class ImportSpeedTests
{
    [Fact]
    public async Task Five_thousand_services_are_taken_in_within_seconds()
    {
        await using var import = await Importing.StartAsync();
        await import.RunAsync("services.json", Made(50));

        var text = Made(5000);
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        var report = await import.RunAsync("services.json", text);
        process.Refresh();
        var spent = process.TotalProcessorTime - before;

        Assert.Equal(4950 * 4, report.Added);
        // A guard against slowness of another order; bench/ holds the figure itself. Processor time, so that a busy
        // machine does not decide.
        Assert.True(spent < TimeSpan.FromSeconds(12), $"{spent.TotalMilliseconds} ms");
    }

    private static string Made(int count)
    {
        var text = new StringBuilder("[");
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $$"""
                {{(i > 0 ? "," : "")}}{ "id": "s{{i}}", "name": "Service {{i}}", "status": "active", "description": "Help of kind {{i % 7}} for everybody who asks for it",
                  "organization": { "id": "o{{i}}", "name": "Organisation {{i}}", "description": "Helps" },
                  "phones": [{ "id": "p", "number": "+999 {{i}}" }], "languages": [{ "id": "l", "code": "es" }, { "id": "m", "code": "ht" }],
                  "schedules": [{ "id": "h", "freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR", "opens_at": "09:00", "closes_at": "17:00" }],
                  "service_at_locations": [{ "id": "a{{i}}", "location": { "id": "l{{i}}", "location_type": "physical", "name": "House {{i}}",
                    "latitude": {{10 + i % 80 * 0.5}}, "longitude": {{-60 - i % 50 * 0.7}},
                    "addresses": [{ "id": "x", "address_1": "Street {{i}}", "city": "Lumen", "state_province": "North", "postal_code": "1", "country": "XX", "address_type": "physical" }] } }] }
                """);
        }

        return text.Append(']').ToString();
    }
}
