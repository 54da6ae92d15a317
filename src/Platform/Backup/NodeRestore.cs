using System.Text.Json;
using Npgsql;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Blobs;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Backup;

/// <summary>What a restore brought back.</summary>
/// <param name="Backup">The backup's table of contents.</param>
/// <param name="Audit">What verifying the audit found; it is whole.</param>
/// <param name="WithKeys">False when no key store came with it.</param>
public sealed record RestoredNode(BackupManifest Backup, AuditReport Audit, bool WithKeys)
{
    /// <summary>When the keys were copied that came with it.</summary>
    public string? KeysFrom { get; init; }

    /// <summary>Keys that came with it and were destroyed again, because their subjects are in an erasure list.</summary>
    public int KeysDestroyed { get; init; }
}

/// <summary>
/// Brings a node back from a backup into an empty folder (and an empty PostgreSQL database), believing nothing that does
/// not verify. Whatever goes wrong, the folder and the database are empty again afterwards.
/// </summary>
public sealed class NodeRestore(NodeSettings settings, IReadOnlyList<Migration> known, TimeProvider time)
{
    private KeyPlace? filledKeys;

    /// <summary>Further backups of the node, of which only the erasure lists are read: whoever was erased before one of them stays so.</summary>
    public IReadOnlyList<string> LaterBackups { get; init; } = [];

    private string Staging => Path.Combine(settings.Folder, "restore-under-way");

    private DatabaseSettings StagedDatabase => settings.Database with { Folder = Path.Combine(Staging, "database") };

    /// <summary>Restores; the node can be served afterwards.</summary>
    /// <exception cref="Problem">The place is not empty, or the backup is not whole, not of this engine, or of another key.</exception>
    public async Task<RestoredNode> RunAsync(
        Actor actor, string archive, string? keyArchive, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (Directory.EnumerateFileSystemEntries(settings.Folder).Any())
            throw BackupProblems.FolderNotEmpty.With(("folder", settings.Folder));
        await RefuseUsedDatabaseAsync(cancellationToken);
        progress.Report(new WorkProgress("Checking the backup", 0, 0));
        var backup = await BackupReader.VerifyAsync(archive, BackupManifest.NodeKind, cancellationToken);
        RefuseOther(backup, archive);
        var keys = keyArchive is null ? null : await BackupReader.VerifyAsync(keyArchive, BackupManifest.KeysKind, cancellationToken);
        if (keys is not null)
            RefuseKeys(keys, backup, keyArchive!);

        var filled = false;
        try
        {
            await ExtractAsync(archive, keyArchive, progress, cancellationToken);
            await ExtractListsAsync(backup, cancellationToken);
            var restored = FindKey(backup);
            filled = true;
            await FillDatabaseAsync(backup, progress, cancellationToken);
            var destroyed = await FillKeysAsync(restored, keys is not null, progress, cancellationToken);
            var report = await FinishAsync(actor, restored with { Folder = Staging }, backup, new { keysFrom = keys?.Created, keysDestroyed = destroyed }, cancellationToken);
            if (settings.PostgresConnection is null)
                await SqliteCopy.SettleAsync(StagedDatabase.SqliteFile);
            PutInPlace(restored);
            return new RestoredNode(backup, report, keys is not null) { KeysFrom = keys?.Created, KeysDestroyed = destroyed };
        }
        catch
        {
            await ClearAsync(filled);
            throw;
        }
    }

    private void RefuseOther(BackupManifest backup, string archive)
    {
        var engine = settings.PostgresConnection is null ? Dialect.Sqlite.Name : Dialect.Postgres.Name;
        if (backup.Engine != engine)
            throw BackupProblems.OtherEngine.With(("file", archive), ("engine", backup.Engine), ("here", engine));
        var steps = known.ToDictionary(step => (step.Part, step.Number), step => step.Hash);
        foreach (var step in backup.Migrations)
        {
            if (!steps.TryGetValue((step.Part, step.Number), out var hash))
                throw BackupProblems.NewerProgram.With(("file", archive), ("version", backup.Program));
            if (hash != step.Hash)
                throw PlatformProblems.EditedMigration.With(("migration", $"{step.Part}/{step.Number:0000}"));
        }
    }

    /// <summary>
    /// Keys of another day may come with a node, as long as they are this node's; but none that are older than they may get,
    /// for the erasure lists of that time may have gone.
    /// </summary>
    private void RefuseKeys(BackupManifest keys, BackupManifest backup, string file)
    {
        if (keys.KeyCheck != backup.KeyCheck)
            throw BackupProblems.OtherBackup.With(("file", file));
        if (keys.RestorableUntil is { } until && time.GetUtcNow() > Instants.Read(until))
            throw BackupProblems.KeysExpired.With(("file", file), ("created", keys.Created[..10]), ("until", until[..10]));
    }

    private async Task RefuseUsedDatabaseAsync(CancellationToken cancellationToken)
    {
        if (settings.PostgresConnection is null)
            return;
        await using var db = await NodeDb.OpenAsync(settings.Database, time, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        if (await PostgresCopy.HasTablesAsync(connection))
            throw BackupProblems.DatabaseNotEmpty.With();
    }

    private async Task ExtractAsync(string archive, string? keyArchive, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Staging);
        progress.Report(new WorkProgress("Reading the backup", 0, 0));
        await BackupReader.ExtractAsync(archive, BackupManifest.NodeKind, Staging, cancellationToken);
        if (keyArchive is not null)
            await BackupReader.ExtractAsync(keyArchive, BackupManifest.KeysKind, Staging, cancellationToken);
    }

    /// <summary>Adds the erasure lists of further backups to the one that came.</summary>
    private async Task ExtractListsAsync(BackupManifest backup, CancellationToken cancellationToken)
    {
        foreach (var later in LaterBackups)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Staging, "later")).FullName;
            var manifest = await BackupReader.ExtractAsync(later, BackupManifest.NodeKind, folder, cancellationToken, only: ErasedSubjects.EntryName);
            if (manifest.KeyCheck != backup.KeyCheck)
                throw BackupProblems.OtherBackup.With(("file", later));
            var list = Path.Combine(folder, ErasedSubjects.EntryName);
            if (File.Exists(list))
                await File.AppendAllLinesAsync(Path.Combine(Staging, ErasedSubjects.EntryName), await File.ReadAllLinesAsync(list, cancellationToken), cancellationToken);
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>
    /// The settings of the restored node, with the place of the key that sealed its secrets: what was named, what the node
    /// itself named, or one that lies where this user's keys lie. A new key is never made here.
    /// </summary>
    private NodeSettings FindKey(BackupManifest backup)
    {
        var restored = settings with { File = NodeSettings.ReadFile(Path.Combine(Staging, "tambo.json")) with { AuditHead = null } };
        var staged = restored with { Folder = Staging };
        if (restored.IsDemonstration || Environment.GetEnvironmentVariable("TAMBO_NODE_KEY") is { Length: > 0 })
        {
            if (restored.IsDemonstration && !File.Exists(staged.KeyFilePath))
                throw PlatformProblems.KeyMissing.With(("file", settings.DemonstrationKeyFile));
            return KeyCheck.Of(staged.ReadKey()) == backup.KeyCheck ? restored : throw PlatformProblems.WrongKey.With();
        }

        var named = restored.KeyFile ?? restored.File.KeyFile;
        var candidates = named is not null ? [named] : NodeSettings.KeyFilesOfUser();
        var fitting = candidates.Where(File.Exists).FirstOrDefault(path => KeyCheck.Of(NodeKey.OfFile(path)) == backup.KeyCheck);
        if (fitting is null)
            throw named is not null && File.Exists(named)
                ? PlatformProblems.WrongKey.With()
                : PlatformProblems.KeyMissing.With(("file", named ?? restored.KeyFilePath));
        return restored with { KeyFile = null, File = restored.File with { KeyFile = fitting } };
    }

    private async Task FillDatabaseAsync(BackupManifest backup, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (settings.PostgresConnection is null)
        {
            await using var copy = await SqliteCopy.OpenCopyAsync(Path.Combine(Staging, "database", "tambo.db"));
            if (await SqliteCopy.FaultsAsync(copy) is [var fault, ..])
                throw BackupProblems.RestoreNotWhole.With(("reason", fault));
            return;
        }

        var ran = backup.Migrations.Select(step => (step.Part, step.Number)).ToHashSet();
        await using (var db = await NodeDb.OpenAsync(settings.Database, time, cancellationToken))
            await db.MigrateAsync([.. known.Where(step => ran.Contains((step.Part, step.Number)))], cancellationToken);
        await using var connection = new NpgsqlConnection(settings.PostgresConnection);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PostgresCopy.ReadAsync(connection, Path.Combine(Staging, "database"), progress, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>
    /// Destroys again whatever an erasure list names, of the node's backup or of the keys' own, before anybody could use the
    /// keys; then brings them to their database when they have one. How many were destroyed.
    /// </summary>
    private async Task<int> FillKeysAsync(NodeSettings restored, bool withKeys, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var list = Path.Combine(Staging, ErasedSubjects.EntryName);
        var staged = (restored with { Folder = Staging }).KeyStore;
        int destroyed;
        await using (var brought = new SqliteKeyDatabase(staged))
        {
            destroyed = await ErasedSubjects.ReplayAsync(brought, list, cancellationToken);
            if (settings.PostgresConnection is not null)
            {
                await using var store = new PostgresKeyDatabase(KeyPlace.Of(restored));
                if (withKeys && await KeyStoreCopy.MakeAsync(brought, store, progress, cancellationToken))
                    filledKeys = KeyPlace.Of(restored);
                // Keys may have been there all the time.
                destroyed += await ErasedSubjects.ReplayAsync(store, list, cancellationToken);
            }
        }

        File.Delete(list);
        if (settings.PostgresConnection is not null && Directory.Exists(staged))
            File.Delete(Path.Combine(staged, SqliteKeyDatabase.FileName));
        return destroyed;
    }

    /// <summary>Moves everything to its place, the database last: a folder without one is no node that could be served.</summary>
    private void PutInPlace(NodeSettings restored)
    {
        (restored with { Folder = Staging }).SaveFile();
        foreach (var folder in Directory.EnumerateDirectories(Staging).Where(path => Path.GetFileName(path) != "database"))
            Directory.Move(folder, Path.Combine(settings.Folder, Path.GetFileName(folder)));
        foreach (var file in Directory.EnumerateFiles(Staging))
            File.Move(file, Path.Combine(settings.Folder, Path.GetFileName(file)));
        DurableFolder.Sync(settings.Folder);
        if (settings.PostgresConnection is null)
            File.Move(StagedDatabase.SqliteFile, settings.Database.SqliteFile);
        Directory.Delete(Staging, recursive: true);
        DurableFolder.Sync(settings.Folder);
    }

    /// <summary>
    /// Does in the staged node all that has to be done before anybody serves it: whenever this is cut short, what lies in
    /// the folder is no node yet.
    /// </summary>
    private async Task<AuditReport> FinishAsync(
        Actor actor, NodeSettings staged, BackupManifest backup, object keys, CancellationToken cancellationToken)
    {
        await using var db = await NodeDb.OpenAsync(StagedDatabase, time, cancellationToken);
        using var auditKey = await AuditKey.OfAsync(db, staged.KeyStore, staged.ReadKey(), cancellationToken);
        // Heads signed by a key store that did not come along cannot be believed later; a new file begins then.
        if (backup.AuditHeads is { } heads && auditKey.Verifies(heads))
            HeadFile.Append(staged.AuditHeadFile, JsonSerializer.Serialize(heads));
        await using (var change = await db.BeginAsync(actor, "node.restored", backup.Id.ToString("D"), cancellationToken))
        {
            change.Describe(new { from = backup.Created, program = backup.Program, entries = backup.AuditEntries, keys });
            if (backup.Migrations.Any(step => step is { Part: "platform", Number: 2 }))
                await EndWhatLetsInAsync(change);
            if (backup.Migrations.Any(step => step is { Part: "platform", Number: 5 }))
                await HoldMessagesAsync(change);
            await change.CommitAsync(cancellationToken);
        }

        var report = await AuditVerification.RunAsync(db, auditKey, staged.AuditHeadFile, cancellationToken);
        if (!report.IsWhole)
            throw BackupProblems.RestoreNotWhole.With(("reason", report.Faults[0]));
        await new AuditHeads(db, auditKey, staged.AuditHeadFile).SignAsync(cancellationToken);
        return report;
    }

    /// <summary>Who was signed out, used a link up or had a token ended since the backup must not be let in by its older state.</summary>
    private static async Task EndWhatLetsInAsync(Change change)
    {
        await change.ExecuteAsync("delete from platform_sessions");
        await change.ExecuteAsync("delete from platform_token_uses");
        await change.ExecuteAsync("delete from platform_tokens");
        await change.ExecuteAsync("delete from platform_sign_in_links");
    }

    /// <summary>What waited to be sent then was sent since, or is of no use now: whoever restores decides, and nothing goes out twice.</summary>
    private static Task<int> HoldMessagesAsync(Change change) => change.ExecuteAsync(
        "update platform_outbox set state = 'dead', reason = 'restored', ended_at = @Now where state = 'waiting'",
        new { Now = change.At });

    private async Task ClearAsync(bool filled)
    {
        foreach (var entry in new DirectoryInfo(settings.Folder).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
                folder.Delete(recursive: true);
            else
                entry.Delete();
        }

        if (!filled || settings.PostgresConnection is null)
            return;
        await using var connection = new NpgsqlConnection(settings.PostgresConnection);
        await connection.OpenAsync(CancellationToken.None);
        await PostgresCopy.DropTablesAsync(connection);
        if (filledKeys is null)
            return;
        await using var keys = new NpgsqlConnection(filledKeys.Postgres);
        await keys.OpenAsync(CancellationToken.None);
        await PostgresCopy.DropTablesAsync(keys);
    }
}
