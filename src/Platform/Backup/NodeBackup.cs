using System.Data.Common;
using System.Reflection;
using Dapper;
using Npgsql;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Backup;

/// <summary>
/// Backs a node up while it serves: the database as it stood at one moment, settings, texts and blobs in one archive,
/// and the key store in a second, so that one can be destroyed without the other.
/// </summary>
public sealed class NodeBackup(NodeDb db, NodeSettings settings, NodeKey key, AuditKey auditKey, DataKeys dataKeys)
{
    /// <summary>Where the time of the last backup is kept.</summary>
    public const string LastBackupSetting = "node.last_backup";

    private static readonly string[] SettingsFiles = ["tambo.json"];

    /// <summary>The version of this program, as manifests name it.</summary>
    public static string ProgramVersion { get; } =
        typeof(NodeBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Copies, looks whether the copy is whole, and writes it to the archive.</summary>
    /// <exception cref="Problem">The copy is not whole, there is no room for it, or another backup is under way.</exception>
    public async Task<BackupManifest> WriteAsync(Stream archive, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        using var staging = StagingFolder.Take(settings.Folder, "backup-under-way");
        var now = db.Time.GetUtcNow();
        var manifest = Describe(BackupManifest.NodeKind, Guid.CreateVersion7(now), now) with { AuditHeadFile = OutsideHeadFile() };
        Directory.CreateDirectory(staging.PathOf("database"));
        manifest = settings.PostgresConnection is null
            ? await CopySqliteAsync(manifest, staging, progress, cancellationToken)
            : await CopyPostgresAsync(manifest, staging, progress, cancellationToken);

        await using var writer = new BackupWriter(archive, now);
        progress.Report(new WorkProgress("Writing the archive", 0, 0));
        await AddFolderAsync(writer, staging.PathOf("database"), "database", progress, cancellationToken);
        if (await ErasedSubjects.WriteAsync(dataKeys.Store, staging.PathOf(ErasedSubjects.EntryName), cancellationToken))
            await writer.AddAsync(ErasedSubjects.EntryName, staging.PathOf(ErasedSubjects.EntryName), cancellationToken);
        foreach (var name in SettingsFiles.Where(name => File.Exists(Path.Combine(settings.Folder, name))))
            await writer.AddAsync(name, Path.Combine(settings.Folder, name), cancellationToken);
        await AddFolderAsync(writer, Path.Combine(settings.Folder, "text"), "text", progress, cancellationToken);
        await AddFolderAsync(writer, Path.Combine(settings.Folder, "blobs"), "blobs", progress, cancellationToken);
        return await writer.FinishAsync(manifest, cancellationToken);
    }

    /// <summary>
    /// Writes the sealed key store that belongs to a backup, as it is at one moment; without the node key it opens nothing.
    /// </summary>
    public async Task<BackupManifest> WriteKeysAsync(Stream archive, BackupManifest backup, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        using var staging = StagingFolder.Take(settings.Folder, "key-backup-under-way");
        bool holdsKeys;
        await using (var copy = new SqliteKeyDatabase(staging.FullPath))
            holdsKeys = await KeyStoreCopy.MakeAsync(dataKeys.Store, copy, new Progress<WorkProgress>(), cancellationToken);
        await using var writer = new BackupWriter(archive, now);
        await AddFolderAsync(writer, staging.FullPath, "keys", new Progress<WorkProgress>(), cancellationToken);
        // Before its key of the audit lay in the database it lay here.
        if (File.Exists(Path.Combine(settings.KeyStore, AuditKey.EarlierFile)))
            await writer.AddAsync("keys/" + AuditKey.EarlierFile, Path.Combine(settings.KeyStore, AuditKey.EarlierFile), cancellationToken);
        // A demonstration's key protects nothing; without it the copy would be of no use.
        if (settings.IsDemonstration && File.Exists(settings.DemonstrationKeyFile))
            await writer.AddAsync("demo.key", settings.DemonstrationKeyFile, cancellationToken);
        var manifest = Describe(BackupManifest.KeysKind, backup.Id, now) with { RestorableUntil = holdsKeys ? Instants.Write(now.AddDays(settings.KeyBackupDays)) : null };
        return await writer.FinishAsync(manifest, cancellationToken);
    }

    /// <summary>Notes, once its files are safely kept, that a backup was made.</summary>
    public async Task RecordAsync(Actor actor, BackupManifest backup, CancellationToken cancellationToken)
    {
        await using var change = await db.BeginAsync(actor, "node.backed_up", backup.Id.ToString("D"), cancellationToken);
        change.Describe(new { backup.Created, files = backup.Files.Count, bytes = backup.Files.Sum(file => file.Length) });
        await change.ExecuteAsync(
            """
            insert into platform_settings (name, value) values (@Name, @Created)
            on conflict (name) do update set value = @Created
            """,
            new { Name = LastBackupSetting, backup.Created });
        await change.CommitAsync(cancellationToken);
    }

    private BackupManifest Describe(string kind, Guid id, DateTimeOffset now) => new()
    {
        Kind = kind,
        Id = id,
        Created = Instants.Write(now),
        Program = ProgramVersion,
        Engine = db.Dialect.Name,
        KeyCheck = KeyCheck.Of(key),
    };

    private string? OutsideHeadFile() => settings.AuditHead ?? settings.File.AuditHead;

    private async Task<BackupManifest> CopySqliteAsync(
        BackupManifest manifest, StagingFolder staging, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var size = new FileInfo(settings.Database.SqliteFile).Length;
        if (new DriveInfo(settings.Folder).AvailableFreeSpace < size + Health.LeastFreeBytes)
            throw PlatformProblems.StorageFull.With();
        var file = staging.PathOf(Path.Combine("database", "tambo.db"));
        await SqliteCopy.MakeAsync(db, file, progress, cancellationToken);
        progress.Report(new WorkProgress("Looking whether the copy is whole", 0, 0));
        await using var copy = await SqliteCopy.OpenCopyAsync(file);
        var faults = await SqliteCopy.FaultsAsync(copy);
        return await InspectAsync(manifest, copy, faults, cancellationToken);
    }

    private async Task<BackupManifest> CopyPostgresAsync(
        BackupManifest manifest, StagingFolder staging, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        await using var connection = (NpgsqlConnection)await db.ReadAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancellationToken);
        var inspected = await InspectAsync(manifest, connection, [], cancellationToken);
        await PostgresCopy.WriteAsync(connection, staging.PathOf("database"), progress, cancellationToken);
        return inspected;
    }

    private async Task<BackupManifest> InspectAsync(
        BackupManifest manifest, DbConnection copy, IReadOnlyList<string> faults, CancellationToken cancellationToken)
    {
        if (faults.Count > 0)
            throw BackupProblems.CopyNotWhole.With(("reason", faults[0]));
        var report = await AuditVerification.RunAsync(copy, [], [], cancellationToken);
        if (!report.IsWhole)
            throw BackupProblems.CopyNotWhole.With(("reason", report.Faults[0]));
        var steps = await copy.QueryAsync<(string Part, int Number, string Hash)>(
            "select part, number, hash from platform_migrations order by part, number");
        return manifest with
        {
            Migrations = [.. steps.Select(step => new BackedUpMigration(step.Part, step.Number, step.Hash))],
            AuditHeads = auditKey.Sign(new SignedHeads(manifest.Created, await AuditHeads.ReadAsync(copy))),
            AuditEntries = report.Entries,
        };
    }

    private static async Task AddFolderAsync(
        BackupWriter writer, string folder, string name, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder))
            return;
        // What ends in .part is still being written and belongs to nobody yet.
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(".part", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        for (var i = 0; i < files.Count; i++)
        {
            progress.Report(new WorkProgress($"Writing {name}", i, files.Count));
            var entry = $"{name}/{Path.GetRelativePath(folder, files[i]).Replace(Path.DirectorySeparatorChar, '/')}";
            try
            {
                await writer.AddAsync(entry, files[i], cancellationToken);
            }
            catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
            {
                // Erased since the folder was listed; nothing in the copied database needs to name it any more.
            }
        }
    }
}
