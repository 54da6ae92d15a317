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
        var settings = new DatabaseSettings(folder, engine == Engine.Postgres ? await PostgresCluster.CreateDatabaseAsync() : null);
        var db = await NodeDb.OpenAsync(settings, time ?? TimeProvider.System, CancellationToken.None);
        await db.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
        return new TestDatabase(db, settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Db.DisposeAsync();
        Directory.Delete(Settings.Folder, recursive: true);
    }
}
