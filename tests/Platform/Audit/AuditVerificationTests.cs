using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Dapper;
using Tambo.Platform.Audit;
using Tambo.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Audit;

public sealed class AuditVerificationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("update platform_audit_entries set subject = 'other' where sequence = 3", "was changed")]
    [InlineData("update platform_audit_entries set actor = 'user:mallory' where sequence = 5", "was changed")]
    [InlineData("delete from platform_audit_entries where sequence = 2", "should stand here")]
    [InlineData("delete from platform_audit_entries where sequence = 5", "was signed and is not there")]
    [InlineData("delete from platform_audit_entries", "was signed and is not there")]
    [InlineData("update platform_audit_entries set sequence = case sequence when 3 then 103 when 4 then 104 end where sequence in (3, 4); update platform_audit_entries set sequence = case sequence when 103 then 4 else 3 end where sequence in (103, 104)", "was changed")]
    public async Task What_is_done_to_the_audit_behind_the_nodes_back_is_found(string tampering, string fault)
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        using var key = await KeyOfAsync(test, new NodeKey(RandomNumberGenerator.GetBytes(32)));
        var heads = new AuditHeads(test.Db, key, Path.Combine(test.Settings.Folder, "heads"));
        for (var i = 0; i < 5; i++)
        {
            await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.step", $"s{i}", None);
            await change.CommitAsync(None);
        }

        Assert.Equal(1, await heads.SignAsync(None));
        Assert.Equal(0, await heads.SignAsync(None));
        Assert.True((await AuditVerification.RunAsync(test.Db, key, heads.File, None)).IsWhole);

        await using (var behind = new SqliteConnection($"Data Source={test.Settings.SqliteFile};Pooling=False"))
            await behind.ExecuteAsync(tampering);
        var report = await AuditVerification.RunAsync(test.Db, key, heads.File, None);
        Assert.Contains(report.Faults, found => found.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_head_signed_by_another_key_is_a_fault()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        var secret = new NodeKey(RandomNumberGenerator.GetBytes(32));
        using var key = await KeyOfAsync(test, secret);
        await using (var change = await test.Db.BeginOperationalAsync(None))
        {
            await change.ExecuteAsync("delete from platform_settings where name = 'node.audit_key'");
            await change.CommitAsync(None);
        }

        using var other = await KeyOfAsync(test, secret);
        var heads = new AuditHeads(test.Db, other, Path.Combine(test.Settings.Folder, "heads"));
        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.step", "s", None))
            await change.CommitAsync(None);
        await heads.SignAsync(None);
        var report = await AuditVerification.RunAsync(test.Db, key, heads.File, None);
        Assert.Contains(report.Faults, found => found.Contains("not this node's", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_of_the_head_file_torn_by_a_power_cut_is_no_fault_before_and_after_the_next_line()
    {
        await using var test = await TestDatabase.CreateAsync(Engine.Sqlite);
        using var key = await KeyOfAsync(test, new NodeKey(RandomNumberGenerator.GetBytes(32)));
        var heads = new AuditHeads(test.Db, key, Path.Combine(test.Settings.Folder, "heads"));
        await StepAsync(test);
        await heads.SignAsync(None);
        var whole = await File.ReadAllTextAsync(heads.File);
        await File.AppendAllTextAsync(heads.File, whole[..(whole.Length / 2)]);
        Assert.Empty((await AuditVerification.RunAsync(test.Db, key, heads.File, None)).Faults);

        await StepAsync(test);
        Assert.Equal(1, await heads.SignAsync(None));
        Assert.StartsWith(whole, await File.ReadAllTextAsync(heads.File), StringComparison.Ordinal);
        var report = await AuditVerification.RunAsync(test.Db, key, heads.File, None);
        Assert.Empty(report.Faults);
        Assert.Equal(2, report.HeadsChecked);
    }

    [Theory, OnEachEngine]
    public async Task Heads_are_the_last_entry_of_every_chain(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        await StepAsync(test);
        await using (var change = await test.Db.BeginOperationalAsync(None))
        {
            // Three more chains, of one, two and three entries.
            foreach (var (writer, sequence) in new[] { ("a", 1), ("b", 1), ("b", 2), ("z", 1), ("z", 2), ("z", 3) })
            {
                await change.ExecuteAsync(
                    """
                    insert into platform_audit_entries (writer, sequence, at, actor, change, subject, details, previous, hash)
                    values (@writer, @sequence, '', '', '', '', '', '', @hash)
                    """,
                    new { writer, sequence, hash = $"{writer}{sequence}" });
            }

            await change.CommitAsync(None);
        }

        await using var connection = await test.Db.ReadAsync(None);
        var heads = await AuditHeads.ReadAsync(connection);
        Assert.Equal(4, heads.Count);
        Assert.Equal([("a", 1L, "a1"), ("b", 2L, "b2"), ("z", 3L, "z3")], heads.Where(head => head.Writer.Length == 1).Select(head => (head.Writer, head.Sequence, head.Hash)));
    }

    [Theory, OnEachEngine]
    public async Task Processes_that_start_at_once_sign_with_one_key(Engine engine)
    {
        await using var test = await TestDatabase.CreateAsync(engine);
        var secret = new NodeKey(RandomNumberGenerator.GetBytes(32));
        var keys = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => KeyOfAsync(test, secret)));
        var signed = keys[0].Sign(new SignedHeads("2026-01-01T00:00:00.000Z", []));
        Assert.All(keys, key => Assert.True(key.Verifies(signed)));
    }

    [Fact]
    public async Task The_last_line_is_found_however_long_it_is()
    {
        var path = Path.GetTempFileName();
        foreach (var length in new[] { 1, 65535, 65536, 65537, 200_000 })
        {
            var line = new string('x', length);
            HeadFile.Append(path, line);
            Assert.Equal(line, HeadFile.LastLine(path));
            await File.AppendAllTextAsync(path, new string('y', length));
            Assert.Equal(line, HeadFile.LastLine(path));
        }

        File.Delete(path);
        Assert.Null(HeadFile.LastLine(path));
    }

    private static async Task StepAsync(TestDatabase test)
    {
        await using var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.step", "s", None);
        await change.CommitAsync(None);
    }

    private static Task<AuditKey> KeyOfAsync(TestDatabase test, NodeKey key) =>
        AuditKey.OfAsync(test.Db, Path.Combine(test.Settings.Folder, "keys"), key, None);
}
