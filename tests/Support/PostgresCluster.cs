using System.Diagnostics;
using System.Globalization;
using Npgsql;
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

    /// <summary>A new, empty database; its connection string.</summary>
    public static async Task<string> CreateDatabaseAsync()
    {
        await Gate.WaitAsync();
        try
        {
            if (shared is null)
            {
                shared = new PostgresCluster();
                await shared.StartAsync();
            }
        }
        finally
        {
            Gate.Release();
        }

        var name = "t" + Interlocked.Increment(ref databases).ToString(CultureInfo.InvariantCulture);
        await using var connection = new NpgsqlConnection(shared.ConnectionTo("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("create database " + name, connection);
        await command.ExecuteNonQueryAsync();
        return shared.ConnectionTo(name);
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
            $"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=400 -c shared_buffers=64MB", "start");
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
