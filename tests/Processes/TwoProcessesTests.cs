using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Npgsql;
using Tambo.Tests.Drills;
using Tambo.Tests.Support;

namespace Tambo.Tests.Processes;

public sealed class TwoProcessesTests
{
    [Fact]
    public async Task Two_processes_on_one_PostgreSQL_start_at_once_show_each_others_changes_and_run_no_job_twice_at_a_time()
    {
        var database = await PostgresCluster.CreateDatabaseAsync();
        using var one = new NodeFolder(database);
        using var two = new NodeFolder(database, one.Key);
        var nodes = await Task.WhenAll(NodeProcess.ServeAsync(one), NodeProcess.ServeAsync(two));
        using var client = new HttpClient(new SocketsHttpHandler());
        foreach (var node in nodes)
            Assert.StartsWith("ready", await client.GetStringAsync(new Uri(node.Address, "/health/ready")), StringComparison.Ordinal);

        // What a program brings to the one, readers of the other see within two seconds.
        using var writer = new ImportWriter(nodes[0].Address, await ImportWriter.TokenAsync(one));
        Assert.Equal("0", await CountAsync(client, nodes[1]));
        Assert.NotNull((await writer.WriteAsync()).Import);
        var written = Stopwatch.GetTimestamp();
        while (await CountAsync(client, nodes[1]) != "1")
        {
            Assert.True(Stopwatch.GetElapsedTime(written) < TimeSpan.FromSeconds(2), "The other process does not show the change.");
            // Asked without a pause, a fast machine is told to wait (429) before it is shown anything.
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        // A third process changes something; both know it, for each asks the database.
        Assert.Equal(0, (await one.RunAsync("user", "add", "ana", "--role", "administrator")).Code);
        var link = (await two.RunAsync("user", "link", "ana")).Output.Split('\n').Single(line => line.Contains("/link/", StringComparison.Ordinal));
        foreach (var node in nodes)
            Assert.True((await client.GetAsync(new Uri(node.Address, new Uri(link).PathAndQuery))).IsSuccessStatusCode);

        await using (var connection = new NpgsqlConnection(database))
        {
            var steps = await connection.ExecuteScalarAsync<int>("select count(*) from platform_migrations");
            Assert.Equal(Tambo.Node.Parts.Migrations.Count, steps);
            Assert.Equal(0, await connection.ExecuteScalarAsync<int>(
                """
                select count(*) from platform_job_runs a join platform_job_runs b on b.job = a.job and b.id <> a.id
                where a.started_at < b.ended_at and b.started_at < a.ended_at
                """));
            Assert.InRange(await connection.ExecuteScalarAsync<int>("select count(*) from platform_job_runs where outcome = 'done'"), 1, int.MaxValue);
        }

        foreach (var node in nodes)
        {
            Assert.Equal(0, await node.EndAsync());
            await node.DisposeAsync();
        }

        Assert.Equal(0, (await one.RunAsync("audit", "verify")).Code);
    }

    private static async Task<string> CountAsync(HttpClient client, NodeProcess node)
    {
        using var list = JsonDocument.Parse(await client.GetStringAsync(new Uri(node.Address, "/hsds/services")));
        return list.RootElement.GetProperty("total_items").ToString();
    }

    [Fact]
    public async Task A_process_with_another_node_key_is_refused()
    {
        var database = await PostgresCluster.CreateDatabaseAsync();
        using var one = new NodeFolder(database);
        Assert.Equal(0, (await one.RunAsync("migrate")).Code);
        using var two = new NodeFolder(database);
        var refused = await two.RunAsync("serve", "--urls", "http://127.0.0.1:0");
        Assert.Equal(1, refused.Code);
        Assert.Contains("(node.wrong_key)", refused.Errors, StringComparison.Ordinal);
    }
}
