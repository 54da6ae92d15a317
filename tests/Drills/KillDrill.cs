using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>REL-1, as densely as the database takes it: the process is killed while it writes; nothing acknowledged may be missing.</summary>
public sealed class KillDrill(ITestOutputHelper output)
{
    [Theory]
    [InlineData(Engine.Sqlite, 8, 100)]
    [InlineData(Engine.Postgres, 3, 40)]
    public async Task Killed_at_any_moment_a_node_keeps_all_that_it_acknowledged(Engine engine, int kills, int killsWhenLong)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-kill-").FullName;
        var settings = new DatabaseSettings(folder, engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var environment = new Dictionary<string, string> { ["TAMBO_DATABASE"] = settings.PostgresConnection ?? "" };
        var random = new Random(20261122);
        var acknowledged = new List<string>();
        var slowest = TimeSpan.Zero;
        for (var kill = 0; kill < (Victim.IsLong ? killsWhenLong : kills); kill++)
        {
            using var victim = Victim.Start(environment, "write", folder, $"k{kill}");
            await victim.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(50, 500)));
            acknowledged.AddRange(victim.Acknowledged);
            var survivors = await Survivors.CountAsync(settings, acknowledged, Survivors.Settings);
            Assert.Equal(0, survivors.Lost);
            Assert.Empty(survivors.Faults);
            slowest = survivors.Opened > slowest ? survivors.Opened : slowest;
        }

        output.WriteLine($"{engine}: {acknowledged.Count} acknowledged, 0 lost; slowest opening {slowest.TotalMilliseconds:0} ms");
        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Directory.Delete(folder, recursive: true);
    }
}
