using System.Globalization;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Drills;

/// <summary>REL-1 for keys: the process is killed while it seals keys anew; every key opens what it sealed, and it is brought to its end.</summary>
public sealed class KeyRotationDrill(ITestOutputHelper output)
{
    private const int Count = 8000;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(Engine.Sqlite, 6, 60)]
    [InlineData(Engine.Postgres, 4, 40)]
    public async Task Killed_at_any_moment_while_keys_are_sealed_anew_all_of_them_open_and_it_goes_on(Engine engine, int kills, int killsWhenLong)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-keys-").FullName;
        var settings = new DatabaseSettings(folder, engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var environment = new Dictionary<string, string> { ["TAMBO_DATABASE"] = settings.PostgresConnection ?? "", ["TAMBO_KEYS_DATABASE"] = "" };
        var subjects = Enumerable.Range(0, Count).Select(i => Guid.CreateVersion7(SettableTime.Noon.AddMilliseconds(i))).ToList();
        Dictionary<Guid, byte[]> letters;
        await using (var db = await OpenAsync(settings))
        await using (var keys = Keys(settings, db))
            letters = (await keys.MakeAsync(subjects, None)).ToDictionary(made => made.Key, made => made.Value.SealText("Amaru", "name"));
        var (random, cutShort) = (new Random(20261123), 0);
        for (var kill = 0; kill < (Victim.IsLong ? killsWhenLong : kills); kill++)
        {
            using (var victim = Victim.Start(environment, "rotate", folder))
                await victim.KillAfterAsync(TimeSpan.FromMilliseconds(random.Next(0, 300)));
            await using var db = await OpenAsync(settings);
            await using var keys = Keys(settings, db);
            var status = await KeyStoreStatus.ReadAsync(keys, None);
            cutShort += status.IsRotating ? 1 : 0;
            await AllOpenAsync(keys, letters);
            // Every other time the next victim is to go on with what is half done.
            if (kill % 2 == 1)
                continue;
            Assert.Equal(status.IsRotating, (await new KeyRotation(keys, db).RunAsync(Actor.OperatingSystem("drill"), new Progress<WorkProgress>(), None)).WentOn);
            Assert.False((await KeyStoreStatus.ReadAsync(keys, None)).IsRotating);
            Assert.Equal(1, await keys.Store.ReadAsync(
                connection => connection.ExecuteScalarAsync<long>("select count(*) from platform_wrapping_keys where state <> 'none'"), 0, None));
            await AllOpenAsync(keys, letters);
        }

        output.WriteLine($"{engine}: cut short {cutShort} times, all {Count} keys opened each time");
        Assert.True(cutShort > 0, "No kill fell into a rotation: the drill cut nothing.");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the victim does: seals all keys anew again and again, and says so after each batch.</summary>
    internal static async Task RotateForeverAsync(DatabaseSettings settings, NodeDb db, Actor actor, TextWriter output)
    {
        await using var keys = Keys(settings, db);
        var said = new SaidAloud(output);
        while (true)
            await new KeyRotation(keys, db).RunAsync(actor, said, None);
    }

    private static async Task<NodeDb> OpenAsync(DatabaseSettings settings)
    {
        var db = await NodeDb.OpenAsync(settings, TimeProvider.System, None);
        await db.MigrateAsync(Node.Parts.Migrations, None);
        return db;
    }

    private static DataKeys Keys(DatabaseSettings settings, NodeDb db) => new(
        new NodeSettings { Folder = settings.Folder, File = new NodeFile(), PostgresConnection = settings.PostgresConnection },
        new NodeKey([.. Enumerable.Range(0, NodeKey.Length).Select(i => (byte)i)]),
        db);

    private static async Task AllOpenAsync(DataKeys keys, Dictionary<Guid, byte[]> letters)
    {
        var found = await keys.FindAsync([.. letters.Keys], None);
        Assert.Equal(letters.Count, found.Count);
        Assert.All(found, key => Assert.Equal("Amaru", key.Value.OpenText(letters[key.Key], "name")));
    }

    private sealed class SaidAloud(TextWriter output) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value)
        {
            output.WriteLine(value.Done.ToString(CultureInfo.InvariantCulture));
            output.Flush();
        }
    }
}
