using System.Collections.Concurrent;
using System.Diagnostics;
using Tambo.Platform.Database;
using Tambo.Tests.Processes;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>REL-1 with the program itself: it serves, four programs write to it over HTTP, and it is killed.</summary>
[TakesLong(80)]
public sealed class ServedKillDrill(ITestOutputHelper output)
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(Engine.Sqlite, 20, 100)]
    [InlineData(Engine.Postgres, 5, 40)]
    public async Task Killed_while_it_serves_a_node_keeps_every_import_it_acknowledged(Engine engine, int kills, int killsWhenLong)
    {
        using var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var token = await ImportWriter.TokenAsync(folder);
        var settings = new DatabaseSettings(folder.Data, folder.Postgres);
        var random = new Random(3007);
        var acknowledged = new ConcurrentBag<string>();
        var starts = new List<TimeSpan>();
        for (var kill = 0; kill < (Victim.IsLong ? killsWhenLong : kills); kill++)
        {
            var started = Stopwatch.GetTimestamp();
            await using var node = await NodeProcess.ServeAsync(folder);
            starts.Add(Stopwatch.GetElapsedTime(started));
            var before = acknowledged.Count;
            var writers = Enumerable.Range(0, 4).Select(i => WriteUntilItFailsAsync(node.Address, token, $"k{kill}w{i}", acknowledged)).ToList();
            while (acknowledged.Count == before)
                await Task.Delay(5);
            await Task.Delay(random.Next(50, 500));
            await node.KillAsync();
            await Task.WhenAll(writers);
            var survivors = await Survivors.CountAsync(settings, acknowledged, Survivors.Imports);
            Assert.Equal(0, survivors.Lost);
            Assert.Empty(survivors.Faults);
        }

        starts.Sort();
        output.WriteLine($"{engine}: {acknowledged.Count} imports acknowledged, 0 lost; starting took {starts[starts.Count / 2].TotalMilliseconds:0} ms, at most {starts[^1].TotalMilliseconds:0} ms");
        Assert.True(starts[starts.Count / 2] < LongestStart);
    }

    private static async Task WriteUntilItFailsAsync(Uri address, string token, string name, ConcurrentBag<string> acknowledged)
    {
        using var writer = new ImportWriter(address, token, name);
        try
        {
            while ((await writer.WriteAsync()).Import is { } import)
                acknowledged.Add(import);
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            // The node is gone; what it had not acknowledged may be there or not.
        }
    }
}
