using System.Diagnostics;
using System.Net;
using Tambo.Guide.Directory;
using Tambo.Tests.Security;
using Tambo.Tests.Support;

namespace Tambo.Tests.Journeys;

public sealed class RenewalTests
{
    private static readonly string Address = $"/ht/services/{TownNode.Open.Id:D}";

    [Fact]
    public async Task A_place_that_is_hidden_through_one_process_is_gone_there_at_once_and_from_the_other_within_two_seconds()
    {
        var database = await PostgresCluster.CreateDatabaseAsync();
        await using var one = await TestNode.StartAsync(Engine.Postgres, prepare: settings => settings with { PostgresConnection = database });
        await using var two = await TestNode.StartAsync(Engine.Postgres, prepare: settings => settings with
        {
            PostgresConnection = database,
            File = settings.File with { KeyFile = one.Settings.File.KeyFile },
        });
        await TownNode.AddAsync(one, Spot.Records([TownNode.Open, TownNode.Shelter], TownNode.Morning));
        using var here = new Reader(one);
        using var there = new Reader(two);
        await UntilAsync(there, HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync(Address)).Status);

        await TownNode.ReplaceAsync(one, DirectoryRecords.Of(
            [TownNode.Open.ServiceAt(TownNode.Morning) with { Confidentiality = Confidentiality.Withheld }]));

        Assert.Equal(HttpStatusCode.NotFound, (await here.GetAsync(Address)).Status);
        await UntilAsync(there, HttpStatusCode.NotFound);
        foreach (var reader in new[] { here, there })
            Assert.DoesNotContain(TownNode.Open.Phone, (await reader.GetAsync("/ht/services")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readers_of_kept_pages_go_on_during_an_import_and_soon_have_what_it_brought()
    {
        await using var town = new TownNode();
        await town.InitializeAsync();
        using var reader = new Reader(town.Node);
        Assert.DoesNotContain("Comedor del puente", (await reader.GetAsync("/es/services")).Text, StringComparison.Ordinal);

        await TownNode.AddAsync(town.Node, Spot.Records([new Spot("Comedor del puente") { Need = "food" }], TownNode.Morning));

        var begun = Stopwatch.GetTimestamp();
        while (!(await reader.GetAsync("/es/services")).Text.Contains("Comedor del puente", StringComparison.Ordinal))
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(2));
        // What was kept of before is not given out again, and the new page is kept.
        var kept = await reader.GetAsync("/es/services");
        Assert.Equal(HttpStatusCode.NotModified, (await reader.GetAsync("/es/services", ("If-None-Match", kept.Header("ETag")))).Status);
    }

    private static async Task UntilAsync(Reader reader, HttpStatusCode wanted)
    {
        var begun = Stopwatch.GetTimestamp();
        while ((await reader.GetAsync(Address)).Status != wanted)
        {
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(2));
            await Task.Delay(20);
        }
    }
}
