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
        using var key = AuditKey.Of(Path.Combine(test.Settings.Folder, "keys"), new NodeKey(RandomNumberGenerator.GetBytes(32)));
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
        using var key = AuditKey.Of(Path.Combine(test.Settings.Folder, "keys"), secret);
        using var other = AuditKey.Of(Path.Combine(test.Settings.Folder, "other"), secret);
        var heads = new AuditHeads(test.Db, other, Path.Combine(test.Settings.Folder, "heads"));
        await using (var change = await test.Db.BeginAsync(TestDatabase.Alice, "test.step", "s", None))
            await change.CommitAsync(None);
        await heads.SignAsync(None);
        var report = await AuditVerification.RunAsync(test.Db, key, heads.File, None);
        Assert.Contains(report.Faults, found => found.Contains("not this node's", StringComparison.Ordinal));
    }
}
