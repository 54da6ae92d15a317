using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

public sealed class KeyVerbTests
{
    private const int Count = 1200;
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly IReadOnlyList<Guid> Subjects = [.. Enumerable.Range(0, Count).Select(i => Guid.CreateVersion7(SettableTime.Noon.AddMilliseconds(i)))];

    [Theory, OnEachEngine]
    public async Task Keys_are_sealed_anew_while_the_node_serves_and_the_doctor_and_the_audit_say_so(Engine engine)
    {
        using var folder = new NodeFolder(engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        var none = await folder.RunAsync("keys", "status");
        Assert.Equal((0, ""), (none.Code, none.Errors));
        Assert.Contains("No data key has been made yet.", none.Output, StringComparison.Ordinal);
        Assert.Contains("Backups of keys may be restored for 35 days.", none.Output, StringComparison.Ordinal);
        Assert.Contains("there is nothing to seal anew", (await folder.RunAsync("keys", "rotate")).Output, StringComparison.Ordinal);
        var letters = await SealAsync(folder);

        await using (await NodeProcess.ServeAsync(folder))
        {
            Assert.Contains($"Would seal {Count} keys anew. Nothing was done.", (await folder.RunAsync("keys", "rotate", "--dry-run")).Output, StringComparison.Ordinal);
            var before = (await folder.RunAsync("keys", "status")).Output;
            var rotated = await folder.RunAsync("keys", "rotate");
            Assert.True(rotated.Code == 0, rotated.Errors);
            Assert.StartsWith($"{Count} keys are sealed anew; the old wrapping key is destroyed.", rotated.Output, StringComparison.Ordinal);
            var after = (await folder.RunAsync("keys", "status")).Output;
            Assert.StartsWith($"{Count} data keys; 0 subjects erased for good.", after, StringComparison.Ordinal);
            Assert.NotEqual(before, after);
            var doctor = await folder.RunAsync("doctor");
            Assert.Matches($@"ok +data keys +{Count}, 0 erased for good", doctor.Output);
            Assert.Matches("look +key backups +there are keys and no copy of them", doctor.Output);
        }

        await using var opened = await OpenAsync(folder);
        var found = await opened.Keys.FindAsync(Subjects, None);
        Assert.All(Subjects, subject => Assert.Equal("Amaru", found[subject].OpenText(letters[subject], "name")));
        await using var connection = await opened.Db.ReadAsync(None);
        Assert.Equal(
            ["keys.rotation_begun", "keys.rotated"],
            (await connection.QueryAsync<string>("select change from platform_audit_entries where change like 'keys.%' and subject = 'keys' order by at, sequence")));
        Assert.All(
            await connection.QueryAsync<string>("select actor from platform_audit_entries where change like 'keys.%'"), actor => Assert.StartsWith("os:", actor, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_demonstrations_key_is_said_to_protect_nothing()
    {
        using var folder = new NodeFolder();
        Directory.CreateDirectory(folder.Data);
        await File.WriteAllTextAsync(Path.Combine(folder.Data, "tambo.json"), """{ "kind": "demo" }""");
        Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        await SealAsync(folder);
        foreach (var verb in new[] { "status", "rotate" })
            Assert.Contains("THIS IS A DEMONSTRATION.", (await folder.RunAsync("keys", verb)).Errors, StringComparison.Ordinal);
        Assert.Matches("look +data keys +1200, 0 erased for good; sealed by a demonstration's key, they protect nobody", (await folder.RunAsync("doctor")).Output);
    }

    [Fact]
    public async Task A_node_whose_database_of_keys_is_away_serves_and_says_what_to_do()
    {
        using var folder = new NodeFolder(await PostgresCluster.CreateDatabaseAsync()) { KeysDatabase = "nobody_made_this" };
        Assert.Equal(0, (await folder.RunAsync("migrate")).Code);
        await using (await NodeProcess.ServeAsync(folder))
        {
            var status = await folder.RunAsync("keys", "status");
            Assert.Equal(1, status.Code);
            Assert.Contains("nobody_made_this is not there", status.Errors, StringComparison.Ordinal);
            Assert.Contains("(keys.database_missing)", status.Errors, StringComparison.Ordinal);
            var doctor = await folder.RunAsync("doctor");
            Assert.Equal(1, doctor.Code);
            Assert.Matches("FAILED +data keys +.*keys.database_missing", doctor.Output);
        }
    }

    private static async Task<Dictionary<Guid, byte[]>> SealAsync(NodeFolder folder)
    {
        await using var opened = await OpenAsync(folder);
        return (await opened.Keys.MakeAsync(Subjects, None)).ToDictionary(made => made.Key, made => made.Value.SealText("Amaru", "name"));
    }

    private static async Task<Opened> OpenAsync(NodeFolder folder)
    {
        var settings = NodeSettings.Of(folder.Data) with { PostgresConnection = folder.Postgres };
        var db = await NodeDb.OpenAsync(settings.Database, TimeProvider.System, None);
        return new Opened(db, new DataKeys(settings, NodeKey.OfText(folder.Key, "test"), db));
    }

    private sealed record Opened(NodeDb Db, DataKeys Keys) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Keys.DisposeAsync();
            await Db.DisposeAsync();
        }
    }
}
