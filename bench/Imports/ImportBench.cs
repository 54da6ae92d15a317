using System.Globalization;
using System.Text;
using Npgsql;
using Tambo.Bench.Running;

namespace Tambo.Bench.Imports;

/// <summary>
/// import [--rounds N] [--services N]: services as HSDS JSON into an empty node, then the same file again; on SQLite and,
/// where a server is installed, on PostgreSQL.
/// </summary>
internal static class ImportBench
{
    private const string Sqlite = "SQLite";
    private const string Postgres = "PostgreSQL";

    public static async Task<int> RunAsync(string[] args)
    {
        var (rounds, services) = (Results.Option(args, "--rounds", 3), Results.Option(args, "--services", 5_000));
        var folder = Directory.CreateTempSubdirectory("tambo-bench-import-").FullName;
        using var server = ThrowawayPostgres.Binaries() is { } binaries ? ThrowawayPostgres.Start(binaries, durable: true) : null;
        try
        {
            var file = Path.Combine(folder, "services.json");
            await MadeUpServices.WriteAsync(file, services);
            var runs = new Dictionary<(string Engine, string What), List<Run>>();
            for (var round = 0; round < rounds; round++)
            {
                foreach (var engine in server is null ? (string[])[Sqlite] : [Sqlite, Postgres])
                {
                    var node = await NodeAsync(folder, engine, round, server);
                    await TamboProgram.RunAsync(["migrate", .. node]);
                    await MeasureAsync(runs, engine, "a verb that finds nothing to do (`tambo migrate`)", ["migrate", .. node]);
                    await MeasureAsync(runs, engine, "into an empty node", ["import", "services", file, .. node]);
                    await MeasureAsync(runs, engine, "the same file again: nothing changes", ["import", "services", file, .. node]);
                }
            }

            await Results.WriteAsync("import", "Import of services", Table(services, new FileInfo(file).Length, runs));
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The arguments that name a new node on an engine.</summary>
    private static async Task<string[]> NodeAsync(string folder, string engine, int round, ThrowawayPostgres? server)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{engine.ToLowerInvariant()}{round}");
        string[] arguments = ["--data", Path.Combine(folder, name), "--key-file", Path.Combine(folder, "node.key")];
        if (engine == Sqlite)
            return arguments;
        await using var connection = new NpgsqlConnection(server!.ConnectionString);
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
        var database = Path.Combine(folder, name + ".database");
        await File.WriteAllTextAsync(database, new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = name, Pooling = true }.ConnectionString);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(database, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return [.. arguments, "--database-file", database];
    }

    private static async Task MeasureAsync(Dictionary<(string, string), List<Run>> runs, string engine, string what, string[] arguments)
    {
        var (seconds, cpuSeconds, output) = await TamboProgram.RunAsync(arguments);
        if (!runs.TryGetValue((engine, what), out var list))
            runs[(engine, what)] = list = [];
        list.Add(new Run(seconds, cpuSeconds, output.Trim()));
        await Results.ProgressAsync($"{engine}, {what}: {seconds:N2} s, CPU {cpuSeconds:N2} s");
    }

    private static string Table(int services, long bytes, Dictionary<(string Engine, string What), List<Run>> runs)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {services:N0} made-up services as HSDS 3 JSON ({bytes / 1e6:N1} MB), each with its place, address, hours, phone and language, and an organisation for
            every five, through `tambo import services`: wall time of the whole process, from its start until it has ended, the program's
            own start included; processor time is the program's, without the database server's. Every record keeps its origin and a first
            version for comparing; all of it is one transaction with one audit line, durable at the end. PostgreSQL runs on the same
            machine with its defaults. Min / median / max over {runs.First().Value.Count} rounds, each with a new node.

            | | CPU seconds | wall seconds | goal |
            |---|---|---|---|

            """);
        foreach (var ((engine, what), list) in runs)
        {
            var goal = !what.StartsWith("into", StringComparison.Ordinal) ? "" : engine == Sqlite ? "wall under 3" : "wall under 6";
            text.Append(CultureInfo.InvariantCulture,
                $"| {engine}: {what} | {Spread.Of(list.Select(run => run.CpuSeconds), "N2")} | {Spread.Of(list.Select(run => run.Seconds), "N2")} | {goal} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\nWhat it said: {runs.First(run => run.Key.What.StartsWith("into", StringComparison.Ordinal)).Value[0].Output}\n");
        return text.ToString();
    }

    private sealed record Run(double Seconds, double CpuSeconds, string Output);
}
