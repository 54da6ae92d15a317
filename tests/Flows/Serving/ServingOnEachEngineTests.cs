using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Node.Demonstration;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Flows.Serving;

/// <summary>Every interface of figures on both databases, and what becomes of an answer when figures change.</summary>
public sealed class ServingOnEachEngineTests
{
    [Theory, OnEachEngine]
    public async Task Each_interface_answers_and_a_corrected_file_makes_another_answer_and_another_tag(Engine engine)
    {
        var time = new SettableTime(new DateTimeOffset(2026, 11, 18, 20, 0, 0, TimeSpan.Zero));
        await using var node = await TestNode.StartAsync(engine, time);
        var before = time.GetUtcNow().AddMinutes(1).ToString("O");
        await ImportAsync(node, "2023-01,men,10\n2023-01,girls,3\n");
        var token = ("Authorization", "Bearer " + await FiguresNode.TokenAsync(node, "amelia"));
        using var reader = new Reader(node);
        const string Address = "/api/flows/data?by=month&where=series=PAN_DARIEN_SADD";
        var first = await reader.GetAsync(Address, token);
        Assert.Equal(13, Value(first));
        foreach (var address in (string[])["/api/flows/series", "/api/flows/structure", "/compat/dtm/v3/displacement/operation-list", "/compat/unhcr/population/v1/population/", Address + "&format=csv", Address + "&format=hxl", Address + "&format=json-stat"])
            Assert.Equal((address, 200), (address, (int)(await reader.GetAsync(address, token)).Status));

        time.Advance(TimeSpan.FromHours(1));
        await ImportAsync(node, "2023-01,men,11\n2023-01,girls,3\n");
        var second = await reader.GetAsync(Address, token, ("If-None-Match", first.Header("ETag")));
        Assert.Equal(14, Value(second));
        Assert.NotEqual(first.Header("ETag"), second.Header("ETag"));
        Assert.Equal(304, (int)(await reader.GetAsync(Address, token, ("If-None-Match", second.Header("ETag")))).Status);
        // What was known before the correction is still told.
        Assert.Equal(13, Value(await reader.GetAsync($"{Address}&asOf={Uri.EscapeDataString(before)}", token)));
    }

    private static long Value(Answer answer) => Assert.Single(JsonDocument.Parse(answer.Body).RootElement.GetProperty("figures").EnumerateArray()).GetProperty("value").GetInt64();

    private static async Task ImportAsync(TestNode node, string rows)
    {
        using var bytes = new MemoryStream(Encoding.UTF8.GetBytes("t,demog,n\n" + rows));
        await node.Services.GetRequiredService<ImportFlows>().RunAsync(
            new FlowsImport("darien.csv", bytes, MappingShelf.Find("panama-darien-demography", node.Settings.Folder), DryRun: false), DemonstrationNode.Actor, CancellationToken.None);
    }
}
