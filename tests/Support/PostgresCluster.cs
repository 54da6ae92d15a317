using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

[assembly: AssemblyFixture(typeof(PostgresCluster))]

namespace Tambo.Tests.Support;

/// <summary>
/// A PostgreSQL of our own for the time of the test run: on a Unix socket in a temporary folder, as user postgres when
/// the tests run as root. It starts at its first use. Where PostgreSQL is missing, tests that need it fail.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly SemaphoreSlim Gate = new(1, 1);
    private static PostgresCluster? shared;
    private static int databases;
    private string folder = "";
    private string? withTables;

    /// <summary>A new, empty database; its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync() => await (await StartedAsync()).MakeAsync("template1");

    /// <summary>A new database with the tables of all parts; its connection string. It is a copy: making them takes a while.</summary>
    public static async Task<string> CreateNodeDatabaseAsync()
    {
        var cluster = await StartedAsync();
        await Gate.WaitAsync();
        try
        {
            cluster.withTables ??= await cluster.MakeTablesAsync();
        }
        finally
        {
            Gate.Release();
        }

        return await cluster.MakeAsync(cluster.withTables);
    }

    private static async Task<PostgresCluster> StartedAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (shared is null)
            {
                shared = new PostgresCluster();
                await shared.StartAsync();
            }

            return shared;
        }
        finally
        {
            Gate.Release();
        }
    }

    private async Task<string> MakeTablesAsync()
    {
        // Nobody may be connected to what is copied.
        var connection = await MakeAsync("template1") + ";Pooling=false";
        await using (var db = await NodeDb.OpenAsync(new DatabaseSettings(folder, connection), TimeProvider.System, CancellationToken.None))
            await db.MigrateAsync(Node.Parts.Migrations, CancellationToken.None);
        return new NpgsqlConnectionStringBuilder(connection).Database!;
    }

    private async Task<string> MakeAsync(string template)
    {
        var name = "t" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"create database {name} template {template}", connection);
        await command.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    public async ValueTask DisposeAsync()
    {
        if (shared is not { } cluster)
            return;
        shared = null;
        await RunAsync("pg_ctl", "-D", cluster.Data, "-m", "immediate", "-w", "stop");
        Directory.Delete(cluster.folder, recursive: true);
    }

    private string Data => Path.Combine(folder, "data");

    private string ConnectionTo(string database) =>
        $"Host={folder};Username=postgres;Database={database};Maximum Pool Size=40;Connection Idle Lifetime=10;Timeout=30;Include Error Detail=true";

    private async Task StartAsync()
    {
        folder = Directory.CreateTempSubdirectory("tambo-pg-").FullName;
        if (Environment.IsPrivilegedProcess)
        {
            await RunPlainAsync("chown", "postgres", folder);
            await RunPlainAsync("chmod", "755", folder);
        }

        await RunAsync("initdb", "-D", Data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N");
        await RunAsync(
            "pg_ctl", "-D", Data, "-w", "-l", Path.Combine(folder, "log"), "-o",
            // Databases live for a moment, and there are hundreds: nobody goes round them to clean up.
            $"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c autovacuum=off -c max_connections=400 -c shared_buffers=64MB", "start");
    }

    private static Task RunAsync(string program, params string[] arguments)
    {
        var path = Directory.GetDirectories("/usr/lib/postgresql").OrderDescending(StringComparer.Ordinal)
            .Select(version => Path.Combine(version, "bin", program)).First(File.Exists);
        return Environment.IsPrivilegedProcess
            ? RunPlainAsync("runuser", ["-u", "postgres", "--", path, .. arguments])
            : RunPlainAsync(path, arguments);
    }

    private static async Task RunPlainAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
