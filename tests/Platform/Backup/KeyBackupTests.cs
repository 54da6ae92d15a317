using System.Formats.Tar;
using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Platform.Cryptography;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Backup;

public sealed class KeyBackupTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset DayOne = SettableTime.Noon;

    [Theory, OnEachEngine]
    public async Task The_key_of_a_person_erased_since_does_not_come_back_with_older_keys_and_too_old_keys_are_refused(Engine engine)
    {
        var time = new SettableTime(DayOne);
        await using var kept = await KeptKeys.CreateAsync(engine, time);
        var (amaru, illa, later) = (KeptKeys.Subjects(3)[0], KeptKeys.Subjects(3)[1], KeptKeys.Subjects(3)[2]);
        var made = await kept.Keys.MakeAsync([amaru, illa], None);
        var letters = made.ToDictionary(key => key.Key, key => key.Value.SealText("a name", "name"));
        var dayOne = await BackUpAsync(kept, "day-1");
        time.Set(DayOne.AddDays(9));
        await kept.Keys.DestroyAsync(amaru, None);
        await kept.Keys.MakeAsync(later, None);
        time.Set(DayOne.AddDays(10));
        var dayEleven = await BackUpAsync(kept, "day-11");
        // Identifiers and times, and nothing else.
        Assert.Equal($"{amaru:D} {Instants.Write(DayOne.AddDays(9))}\n", await EntryAsync(dayEleven, "erased-subjects.txt"));

        time.Set(DayOne.AddDays(11));
        var (restored, settings) = await RestoreAsync(kept, time, dayEleven, dayOne + ".keys");
        Assert.Equal((1, Instants.Write(DayOne)), (restored.KeysDestroyed, restored.KeysFrom));
        Assert.False(File.Exists(Path.Combine(settings.Folder, "erased-subjects.txt")));
        Assert.Equal(engine == Engine.Sqlite, File.Exists(Path.Combine(settings.KeyStore, "data-keys.db")));
        await using (var db = await NodeDb.OpenAsync(settings.Database, time, None))
        {
            await db.MigrateAsync(Tambo.Node.Parts.Migrations, None);
            await using var keys = new DataKeys(settings, kept.Node, db);
            Assert.Null(await keys.FindAsync(amaru, None));
            Assert.Equal(KeyProblems.SubjectErased, (await Assert.ThrowsAsync<Problem>(() => keys.MakeAsync(amaru, None))).Kind);
            Assert.Equal(DayOne.AddDays(9), (await keys.FindErasedAsync([amaru], None))[amaru]);
            Assert.Equal("a name", (await keys.FindAsync(illa, None))!.OpenText(letters[illa], "name"));
            Assert.Null(await keys.FindAsync(later, None));
        }

        // To the very end of the 35 days it may be used, and not a second longer.
        time.Set(DayOne.AddDays(35));
        await RestoreAsync(kept, time, dayEleven, dayOne + ".keys");
        foreach (var tooLate in new[] { DayOne.AddDays(35).AddSeconds(1), DayOne.AddDays(39) })
        {
            time.Set(tooLate);
            var refusal = await Assert.ThrowsAsync<Problem>(() => RestoreAsync(kept, time, dayEleven, dayOne + ".keys"));
            Assert.Equal(BackupProblems.KeysExpired, refusal.Kind);
        }

        await RestoreAsync(kept, time, dayEleven, dayEleven + ".keys");
    }

    [Theory, OnEachEngine]
    public async Task Who_was_erased_after_the_backup_stays_erased_when_a_later_one_is_named_for_its_list(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(2);
        await kept.Keys.MakeAsync(subjects, None);
        var early = await BackUpAsync(kept, "early");
        await kept.Keys.DestroyAsync(subjects[0], None);
        var late = await BackUpAsync(kept, "late");
        var (restored, settings) = await RestoreAsync(kept, TimeProvider.System, early, early + ".keys", later: late);
        Assert.Equal(1, restored.KeysDestroyed);
        await using (var keys = new DataKeys(settings, kept.Node, kept.Db))
            Assert.Equal([subjects[1]], (await keys.FindAsync(subjects, None)).Keys);
        // Of another node it is not believed.
        await using var other = await KeptKeys.CreateAsync(engine);
        var refusal = await Assert.ThrowsAsync<Problem>(async () => await RestoreAsync(kept, TimeProvider.System, early, early + ".keys", later: await BackUpAsync(other, "other")));
        Assert.Equal(BackupProblems.OtherBackup, refusal.Kind);
    }

    [Fact]
    public async Task A_copy_that_holds_no_persons_keys_never_gets_too_old()
    {
        var time = new SettableTime(DayOne);
        await using var kept = await KeptKeys.CreateAsync(Engine.Sqlite, time);
        var archive = await BackUpAsync(kept, "node");
        time.Advance(TimeSpan.FromDays(400));
        Assert.True((await RestoreAsync(kept, time, archive, archive + ".keys")).Restored.WithKeys);
    }

    [Theory, OnEachEngine]
    public async Task Without_its_keys_a_restored_node_still_knows_who_was_erased(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(2);
        await kept.Keys.MakeAsync(subjects, None);
        await kept.Keys.DestroyAsync(subjects[0], None);
        var (_, settings) = await RestoreAsync(kept, TimeProvider.System, await BackUpAsync(kept, "node"), keys: null);
        await using var db = await NodeDb.OpenAsync(settings.Database, TimeProvider.System, None);
        await db.MigrateAsync(Tambo.Node.Parts.Migrations, None);
        await using var keys = new DataKeys(settings, kept.Node, db);
        Assert.Equal([subjects[0]], (await keys.FindErasedAsync(subjects, None)).Keys);
        Assert.Equal(KeyProblems.SubjectErased, (await Assert.ThrowsAsync<Problem>(() => keys.MakeAsync(subjects[0], None))).Kind);
        Assert.Null(await keys.FindAsync(subjects[1], None));
    }

    [Fact]
    public async Task Keys_that_are_there_are_not_overwritten_by_a_restore()
    {
        await using var kept = await KeptKeys.CreateAsync(Engine.Postgres);
        var subjects = KeptKeys.Subjects(2);
        await kept.Keys.MakeAsync(subjects[0], None);
        var archive = await BackUpAsync(kept, "node");
        await kept.Keys.MakeAsync(subjects[1], None);
        var there = KeyPlace.Of(kept.Settings).Postgres;
        var refusal = await Assert.ThrowsAsync<Problem>(() => RestoreAsync(kept, TimeProvider.System, archive, archive + ".keys", there));
        Assert.Equal(KeyProblems.StoreNotEmpty, refusal.Kind);
        Assert.Equal(2, (await kept.Open().FindAsync(subjects, None)).Count);
        // Without a file of keys it goes on with those that are there.
        var (_, settings) = await RestoreAsync(kept, TimeProvider.System, archive, keys: null, there);
        Assert.Equal(2, (await new DataKeys(settings, kept.Node, kept.Db).FindAsync(subjects, None)).Count);
    }

    [Theory, OnEachEngine]
    public async Task A_copy_of_the_keys_made_while_they_are_sealed_anew_is_of_one_moment(Engine engine)
    {
        await using var kept = await KeptKeys.CreateAsync(engine);
        var subjects = KeptKeys.Subjects(4000);
        var letters = (await kept.Keys.MakeAsync(subjects, None)).ToDictionary(made => made.Key, made => made.Value.SealText("a name", "name"));
        using var stop = new CancellationTokenSource();
        var rotating = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await kept.Rotation.RunAsync(TestDatabase.Alice, KeptKeys.Quiet, None);
        });
        for (var i = 0; i < 5; i++)
        {
            var folder = Directory.CreateTempSubdirectory("tambo-key-copy-").FullName;
            await using (var copy = new SqliteKeyDatabase(folder))
                Assert.True(await KeyStoreCopy.MakeAsync(kept.Keys.Store, copy, KeptKeys.Quiet, None));
            Assert.Equal(["data-keys.db"], Directory.EnumerateFiles(folder).Select(Path.GetFileName));
            await using (var keys = new DataKeys(folder, kept.Node))
            {
                var found = await keys.FindAsync(subjects, None);
                Assert.Equal(subjects.Count, found.Count);
                Assert.All(found, key => Assert.Equal("a name", key.Value.OpenText(letters[key.Key], "name")));
            }

            Directory.Delete(folder, recursive: true);
        }

        await stop.CancelAsync();
        await rotating;
    }

    private static async Task<string> BackUpAsync(KeptKeys kept, string name)
    {
        var path = Path.Combine(kept.Settings.Folder, name + ".tar");
        using var auditKey = await AuditKey.OfAsync(kept.Db, kept.Settings.KeyStore, kept.Node, None);
        var backup = new NodeBackup(kept.Db, kept.Settings, kept.Node, auditKey, kept.Keys);
        await using var archive = File.Create(path);
        await using var keys = File.Create(path + ".keys");
        await backup.WriteKeysAsync(keys, await backup.WriteAsync(archive, KeptKeys.Quiet, None), None);
        return path;
    }

    private static async Task<(RestoredNode Restored, NodeSettings Settings)> RestoreAsync(KeptKeys kept, TimeProvider time, string archive, string? keys, string? keysDatabase = null, string? later = null)
    {
        var target = kept.Settings with
        {
            Folder = Directory.CreateTempSubdirectory("tambo-restored-").FullName,
            PostgresConnection = kept.Settings.PostgresConnection is null ? null : await PostgresCluster.CreateDatabaseAsync(),
            KeysDatabase = keysDatabase,
        };
        try
        {
            var restore = new NodeRestore(target, Tambo.Node.Parts.Migrations, time) { LaterBackups = later is null ? [] : [later] };
            return (await restore.RunAsync(TestDatabase.Alice, archive, keys, KeptKeys.Quiet, None), target);
        }
        catch (Problem)
        {
            Assert.Empty(Directory.EnumerateFileSystemEntries(target.Folder));
            throw;
        }
    }

    private static async Task<string> EntryAsync(string archive, string name)
    {
        await using var file = File.OpenRead(archive);
        await using var tar = new TarReader(file);
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.Name == name)
                return await new StreamReader(entry.DataStream!).ReadToEndAsync();
        }

        return "";
    }
}
