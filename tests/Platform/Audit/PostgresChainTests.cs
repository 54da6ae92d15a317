using System.Security.Cryptography;
using Dapper;
using Npgsql;
using Tambo.Platform.Audit;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Audit;

/// <summary>The chains of a node on PostgreSQL stay few and whole, whatever its processes do.</summary>
public sealed class PostgresChainTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Many_starts_leave_no_more_chains_than_a_node_has_and_all_heads_verify()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Postgres);
        var key = new NodeKey(RandomNumberGenerator.GetBytes(32));
        using var signing = await AuditKey.OfAsync(test.Db, Path.Combine(test.Settings.Folder, "keys"), key, None);
        var heads = Path.Combine(test.Settings.Folder, "heads");
        for (var start = 0; start < 12; start++)
        {
            await using var db = await NodeDb.OpenAsync(test.Settings, TimeProvider.System, None);
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => StepAsync(db)));
            await new AuditHeads(db, signing, heads).SignAsync(None);
        }

        var report = await AuditVerification.RunAsync(test.Db, signing, heads, None);
        Assert.Empty(report.Faults);
        Assert.InRange(report.Chains, 1, PostgresChains.Count);
        Assert.Equal(12, report.HeadsChecked);
    }

    [Fact]
    public async Task Two_processes_that_write_at_once_keep_every_line_and_every_chain_whole()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Postgres);
        await using var other = await NodeDb.OpenAsync(test.Settings, TimeProvider.System, None);
        // More at once than there are chains, so that some wait.
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async i =>
        {
            for (var n = 0; n < 20; n++)
                await StepAsync(i % 2 == 0 ? test.Db : other);
        }).Concat(Enumerable.Range(0, 12).Select(_ => StepAsync(other))));

        var report = await AuditVerification.RunAsync(test.Db, null, null, None);
        Assert.Empty(report.Faults);
        Assert.Equal((12 * 20) + 12, report.Entries);
        Assert.InRange(report.Chains, 1, PostgresChains.Count);
    }

    [Fact]
    public async Task A_process_that_dies_in_the_middle_of_a_commit_blocks_nobody_and_leaves_no_gap()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Postgres);
        await using (var dying = new NpgsqlConnection(test.Settings.PostgresConnection + ";Pooling=false"))
        {
            await dying.OpenAsync(None);
            await using var transaction = await dying.BeginTransactionAsync(None);
            // It takes one chain after the other, and has written into each.
            var chains = new PostgresChains();
            for (var number = 0; number < PostgresChains.Count; number++)
                await (await chains.TakeAsync(dying, transaction, None)).AppendAsync(dying, transaction, [new AuditLine(DateTimeOffset.UnixEpoch, "a", "b", "c")]);
            var waiting = StepAsync(test.Db);
            await Task.Delay(300);
            Assert.False(waiting.IsCompleted);
            await using var killer = new NpgsqlConnection(test.Settings.PostgresConnection);
            await killer.ExecuteAsync("select pg_terminate_backend(@ProcessID)", new { dying.ProcessID });
            await waiting.WaitAsync(TimeSpan.FromSeconds(20));
        }

        var report = await AuditVerification.RunAsync(test.Db, null, null, None);
        Assert.Empty(report.Faults);
        Assert.Equal(1, report.Entries);
    }

    private static async Task StepAsync(NodeDb db)
    {
        await using var change = await db.BeginAsync(TestDatabase.Alice, "test.step", "s", None);
        await change.CommitAsync(None);
    }
}
