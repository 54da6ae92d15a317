using System.Reflection;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Xunit.Sdk;
using Xunit.v3;

namespace Tambo.Tests.Support;

/// <summary>The engines that every database test runs on.</summary>
public enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>Runs a theory once on each engine.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnEachEngineAttribute : DataAttribute
{
    public override ValueTask<IReadOnlyCollection<ITheoryDataRow>> GetData(MethodInfo testMethod, DisposalTracker disposalTracker) =>
        new([new TheoryDataRow<Engine>(Engine.Sqlite), new TheoryDataRow<Engine>(Engine.Postgres)]);

    public override bool SupportsDiscoveryEnumeration() => true;
}

/// <summary>A migrated database of its own for one test, gone afterwards.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> WithTables = new(MakeTablesAsync);

    private TestDatabase(NodeDb db, DatabaseSettings settings)
    {
        Db = db;
        Settings = settings;
    }

    /// <summary>Somebody who may do everything.</summary>
    public static Actor Alice { get; } = new("user:alice", null, "Alice", [new Grant("*", Scope.Node)]);

    public NodeDb Db { get; }

    public DatabaseSettings Settings { get; }

    /// <summary>A new database with the tables of all parts.</summary>
    public static async Task<TestDatabase> CreateAsync(Engine engine, TimeProvider? time = null)
    {
        var folder = Directory.CreateTempSubdirectory("tambo-test-").FullName;
        var settings = new DatabaseSettings(folder, engine == Engine.Postgres ? await PostgresCluster.CreateNodeDatabaseAsync() : null);
        await PlaceAsync(settings);
        var db = await NodeDb.OpenAsync(settings, time ?? TimeProvider.System, CancellationToken.None);
        await db.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
        return new TestDatabase(db, settings);
    }

    /// <summary>Puts a file with the tables of all parts where a node on SQLite finds it, unless one is there. It is a copy: making them takes a while.</summary>
    public static async Task PlaceAsync(DatabaseSettings settings)
    {
        if (settings.PostgresConnection is null && !File.Exists(settings.SqliteFile))
            File.Copy(await WithTables.Value, settings.SqliteFile);
    }

    private static async Task<string> MakeTablesAsync()
    {
        var settings = new DatabaseSettings(Directory.CreateTempSubdirectory("tambo-tables-").FullName);
        await using (var db = await NodeDb.OpenAsync(settings, TimeProvider.System, CancellationToken.None))
            await db.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
        return settings.SqliteFile;
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        Directory.Delete(Settings.Folder, recursive: true);
    }
}
