using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Tambo.Bench.Running;

namespace Tambo.Bench.Collect;

/// <summary>The floor of what taking records costs here: Kestrel, JSON, SQLite with group commit, and nothing else.</summary>
internal static class BareField
{
    public const string Verb = "bare-field";

    /// <summary>Runs it in a process of its own.</summary>
    public static Task<WebProcess> StartAsync(string file)
    {
        var port = WebProcess.FreePort();
        return WebProcess.StartAsync(
            () => Process.Start(new ProcessStartInfo("dotnet", [typeof(BareField).Assembly.Location, Verb, port.ToString(CultureInfo.InvariantCulture), file]))
                ?? throw new InvalidOperationException("dotnet did not start."),
            port,
            "/");
    }

    /// <summary>bare-field PORT FILE: what that process does.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var queue = Channel.CreateUnbounded<(string Id, string Payload, TaskCompletionSource Done)>(new UnboundedChannelOptions { SingleReader = true });
        var writing = Task.Run(() => WriteAsync(args[1], queue.Reader));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Run(async context =>
        {
            if (HttpMethods.IsPost(context.Request.Method))
            {
                using var sent = await JsonDocument.ParseAsync(context.Request.Body);
                _ = sent.RootElement.GetProperty("observedAt").GetDateTimeOffset();
                var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                queue.Writer.TryWrite((sent.RootElement.GetProperty("id").GetString()!, sent.RootElement.GetRawText(), done));
                await done.Task;
            }

            context.Response.ContentLength = 9;
            await context.Response.WriteAsync("{\"taken\"}");
        });
        await app.RunAsync("http://127.0.0.1:" + args[0]);
        queue.Writer.TryComplete();
        await writing;
        return 0;
    }

    private static async Task WriteAsync(string file, ChannelReader<(string Id, string Payload, TaskCompletionSource Done)> queue)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=false");
        await connection.OpenAsync();
        await RunAsync(connection, "pragma journal_mode = wal; pragma synchronous = full; create table obs (id text primary key, payload text not null); create table audit (n integer primary key, subject text not null)");
        await using var obs = connection.CreateCommand();
        obs.CommandText = "insert into obs values ($id, $payload) on conflict do nothing";
        var (id, payload) = (obs.Parameters.Add("$id", SqliteType.Text), obs.Parameters.Add("$payload", SqliteType.Text));
        await using var line = connection.CreateCommand();
        line.CommandText = "insert into audit (subject) values ($subject)";
        var subject = line.Parameters.Add("$subject", SqliteType.Text);
        var group = new List<TaskCompletionSource>();
        while (await queue.WaitToReadAsync())
        {
            await RunAsync(connection, "begin immediate");
            while (group.Count < 256 && queue.TryRead(out var one))
            {
                (id.Value, payload.Value, subject.Value) = (one.Id, one.Payload, one.Id);
                await obs.ExecuteNonQueryAsync();
                await line.ExecuteNonQueryAsync();
                group.Add(one.Done);
            }

            await RunAsync(connection, "commit");
            foreach (var done in group)
                done.SetResult();
            group.Clear();
        }
    }

    private static async Task RunAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
