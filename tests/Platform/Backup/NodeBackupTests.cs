using Dapper;
using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Backup;

public sealed class NodeBackupTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, OnEachEngine]
    public async Task What_was_backed_up_is_there_after_restoring_with_a_line_that_says_so(Engine engine)
    {
        await using var node = await BackedUpNode.CreateAsync(engine, settings: 30);
        var restored = await node.RestoreAsync();

        await using var db = await NodeDb.OpenAsync(node.RestoredDatabase, TimeProvider.System, None);
        await using var read = await db.ReadAsync(None);
        Assert.Equal(
            Enumerable.Range(0, 30).Select(i => $"n{i:00}"),
            await read.QueryAsync<string>("select name from platform_settings where name like 'n__' order by name"));
        var (change, subject) = await read.QuerySingleAsync<(string, string)>(
            "select change, subject from platform_audit_entries where change = 'node.restored'");
        Assert.Equal(("node.restored", restored.Backup.Id.ToString("D")), (change, subject));
        // 30 settings, and the line about restoring; the line about backing up came after the copy.
        Assert.Equal((31L, true, true), (restored.Audit.Entries, restored.Audit.IsWhole, restored.WithKeys));
        Assert.Equal("photo", await File.ReadAllTextAsync(Path.Combine(node.RestoredDatabase.Folder, "blobs", "ab", "cd")));
        Assert.Empty(await Migration.PendingAsync(db, Node.Parts.Migrations, None));
    }

    [Theory, OnEachEngine]
    public async Task A_restored_node_goes_on_in_its_own_chain_of_the_audit(Engine engine)
    {
        await using var node = await BackedUpNode.CreateAsync(engine, settings: 3);
        await node.RestoreAsync();
        await using var db = await NodeDb.OpenAsync(node.RestoredDatabase, TimeProvider.System, None);
        await db.MigrateAsync(Node.Parts.Migrations, None);
        await using (var change = await db.BeginAsync(TestDatabase.Alice, "test.step", "after", None))
            await change.CommitAsync(None);
        using var key = await node.RestoredAuditKeyAsync(db);
        Assert.NotNull(key);
        var report = await AuditVerification.RunAsync(db, key, Path.Combine(node.RestoredDatabase.Folder, "audit-heads.jsonl"), None);
        Assert.Empty(report.Faults);
        Assert.Equal((5L, 2), (report.Entries, report.HeadsChecked));
    }

    [Theory, OnEachEngine]
    public async Task Nobody_comes_in_by_what_the_backup_still_held(Engine engine)
    {
        await using var node = await BackedUpNode.CreateAsync(engine, settings: 1);
        await node.LetSomebodyInAsync();
        await node.BackUpAsync();
        await node.RestoreAsync();
        await using var db = await NodeDb.OpenAsync(node.RestoredDatabase, TimeProvider.System, None);
        await using var read = await db.ReadAsync(None);
        Assert.Equal(1, await read.ExecuteScalarAsync<int>("select count(*) from platform_users"));
        Assert.Equal(0, await read.ExecuteScalarAsync<int>(
            "select (select count(*) from platform_sessions) + (select count(*) from platform_sign_in_links) + (select count(*) from platform_tokens)"));
    }

    [Theory, OnEachEngine]
    public async Task What_waited_to_be_sent_is_held_back_and_can_be_sent_on_purpose(Engine engine)
    {
        await using var node = await BackedUpNode.CreateAsync(engine, settings: 1);
        await node.SendAsync();
        await node.BackUpAsync();
        await node.RestoreAsync();
        await using var db = await NodeDb.OpenAsync(node.RestoredDatabase, TimeProvider.System, None);
        await using var read = await db.ReadAsync(None);
        Assert.Equal(("dead", "restored"), await read.QuerySingleAsync<(string, string)>("select state, reason from platform_outbox"));
        Assert.NotEqual("", await read.ExecuteScalarAsync<string>("select sealed from platform_outbox"));
    }

    [Fact]
    public async Task A_backup_cut_short_anywhere_is_noticed_and_leaves_nothing_behind()
    {
        await using var node = await BackedUpNode.CreateAsync(Engine.Sqlite, settings: 5);
        var whole = await File.ReadAllBytesAsync(node.Archive);
        var random = new Random(7);
        int[] lengths = [0, 1, 511, 512, whole.Length - 1, whole.Length - 512, whole.Length - 1024, .. Enumerable.Range(0, 40).Select(_ => random.Next(whole.Length))];
        foreach (var length in lengths)
        {
            await File.WriteAllBytesAsync(node.Archive, whole[..length]);
            var refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync());
            Assert.True(refusal.Kind == BackupProblems.Incomplete || refusal.Kind == BackupProblems.Damaged, $"{length}: {refusal.Kind.Code}");
            Assert.Empty(Directory.EnumerateFileSystemEntries(node.RestoredDatabase.Folder));
        }
    }

    [Fact]
    public async Task A_changed_byte_is_noticed_in_whatever_place_it_matters()
    {
        await using var node = await BackedUpNode.CreateAsync(Engine.Sqlite, settings: 5);
        var whole = await File.ReadAllBytesAsync(node.Archive);
        var intact = await BackupReader.VerifyAsync(node.Archive, BackupManifest.NodeKind, None);
        var random = new Random(11);
        var changed = 0;
        for (var i = 0; i < 60; i++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await File.WriteAllBytesAsync(node.Archive, bytes);
            try
            {
                // Bits of the tar headers that mean nothing to us (times, padding) may pass; then the contents are the same.
                var found = await BackupReader.VerifyAsync(node.Archive, BackupManifest.NodeKind, None);
                Assert.Equal(intact.Files, found.Files);
            }
            catch (Problem problem)
            {
                Assert.True(problem.Kind == BackupProblems.Damaged || problem.Kind == BackupProblems.Incomplete || problem.Kind == BackupProblems.NewerProgram, problem.Kind.Code);
                changed++;
            }
        }

        Assert.InRange(changed, 50, 60);
    }

    [Fact]
    public async Task Another_node_key_is_refused_and_leaves_nothing_behind()
    {
        await using var node = await BackedUpNode.CreateAsync(Engine.Sqlite, settings: 2);
        var other = Path.Combine(node.Folder, "other.key");
        Tambo.Platform.Cryptography.NodeKey.OfFile(other);
        var refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync(keyFile: other));
        Assert.Equal(PlatformProblems.WrongKey, refusal.Kind);
        refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync(keyFile: other + "-that-is-not-there"));
        Assert.Equal(PlatformProblems.KeyMissing, refusal.Kind);
        Assert.Empty(Directory.EnumerateFileSystemEntries(node.RestoredDatabase.Folder));
    }

    [Theory, OnEachEngine]
    public async Task Restoring_overwrites_nothing(Engine engine)
    {
        await using var node = await BackedUpNode.CreateAsync(engine, settings: 2);
        await node.RestoreAsync();
        var refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync());
        Assert.Equal(BackupProblems.FolderNotEmpty, refusal.Kind);
        if (engine == Engine.Sqlite)
            return;
        refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync(folder: Path.Combine(node.Folder, "third")));
        Assert.Equal(BackupProblems.DatabaseNotEmpty, refusal.Kind);
    }

    [Fact]
    public async Task Keys_of_another_backup_and_the_other_engine_are_refused()
    {
        await using var node = await BackedUpNode.CreateAsync(Engine.Sqlite, settings: 2);
        await using var second = await BackedUpNode.CreateAsync(Engine.Postgres, settings: 2);
        var refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync(keys: second.Archive + ".keys"));
        Assert.Equal(BackupProblems.OtherBackup, refusal.Kind);
        refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync(keys: node.Archive));
        Assert.Equal(BackupProblems.OtherKind, refusal.Kind);
        refusal = await Assert.ThrowsAsync<Problem>(() => node.RestoreAsync(archive: second.Archive));
        Assert.Equal(BackupProblems.OtherEngine, refusal.Kind);
    }

    [Theory, OnEachEngine]
    public async Task A_backup_taken_while_others_write_holds_a_whole_moment(Engine engine)
    {
        await using var node = await BackedUpNode.CreateAsync(engine, settings: 200);
        using var stop = new CancellationTokenSource();
        var (written, first) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var writers = Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                // Two rows a change: a copy that holds one of them without the other is no moment of the node.
                await node.SetAsync($"w{writer}-{Interlocked.Increment(ref written)}", twice: true);
                first.TrySetResult();
            }
        })).ToArray();
        await first.Task;
        for (var i = 0; i < 3; i++)
            await node.BackUpAsync();
        await stop.CancelAsync();
        await Task.WhenAll(writers);
        var restored = await node.RestoreAsync();

        await using var db = await NodeDb.OpenAsync(node.RestoredDatabase, TimeProvider.System, None);
        await using var read = await db.ReadAsync(None);
        Assert.Equal(0, await read.ExecuteScalarAsync<int>(
            """
            select count(*) from platform_settings s where s.name like 'w%' and s.name not like '%-too'
            and not exists (select 1 from platform_settings t where t.name = s.name || '-too')
            """));
        Assert.InRange(await read.ExecuteScalarAsync<int>("select count(*) from platform_settings where name like 'w%-too'"), 1, written);
        Assert.True(restored.Audit.IsWhole);
    }
}
