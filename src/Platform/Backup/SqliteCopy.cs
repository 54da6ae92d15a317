using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Backup;

/// <summary>
/// Copies a SQLite database page by page as it stood at one moment. The copy reads through one open transaction, so the
/// node's writer goes on and the copy does not start anew when it does.
/// </summary>
internal static class SqliteCopy
{
    /// <summary>Pages between two looks at cancellation: 4 MiB at SQLite's usual page size.</summary>
    private const int PagesPerStep = 1024;

    /// <summary>Writes the copy to a new file and leaves it in rollback-journal mode, complete in itself.</summary>
    public static async Task MakeAsync(NodeDb db, string file, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        await using var source = (SqliteConnection)await db.ReadAsync(cancellationToken);
        // Reading something takes the snapshot; it is held until the copy is complete.
        await source.ExecuteAsync("begin transaction");
        await source.ExecuteScalarAsync<long>("select count(*) from platform_migrations");
        await using var target = Open(file, SqliteOpenMode.ReadWriteCreate);
        Copy(source, target, progress, cancellationToken);
        await source.ExecuteAsync("commit transaction");
        await target.ExecuteAsync("pragma journal_mode = delete");
    }

    /// <summary>Opens a copy for looking at it; it is nobody's node.</summary>
    public static async Task<DbConnection> OpenCopyAsync(string file)
    {
        var connection = Open(file, SqliteOpenMode.ReadOnly);
        try
        {
            await connection.ExecuteAsync("pragma query_only = 1");
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Brings what still lies in the write-ahead log into the file itself, which can be moved alone afterwards.</summary>
    public static async Task SettleAsync(string file)
    {
        await using var connection = Open(file, SqliteOpenMode.ReadWrite);
        var mode = await connection.ExecuteScalarAsync<string>("pragma journal_mode = delete");
        if (mode != "delete")
            throw BackupProblems.RestoreNotWhole.With(("reason", "Its write-ahead log cannot be closed."));
    }

    /// <summary>What SQLite itself finds wrong with a copy; empty when nothing.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(DbConnection copy)
    {
        try
        {
            var faults = (await copy.QueryAsync<string>("pragma integrity_check(20)")).Where(line => line != "ok").ToList();
            var orphans = (await copy.QueryAsync<string>("select distinct \"table\" from pragma_foreign_key_check")).ToList();
            return [.. faults, .. orphans.Select(table => $"Table {table} has rows that refer to rows that are not there.")];
        }
        catch (SqliteException failure)
        {
            return [failure.Message];
        }
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var text = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ConnectionString;
        var connection = new SqliteConnection(text);
        connection.Open();
        return connection;
    }

    private static void Copy(
        SqliteConnection source, SqliteConnection target, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        using var backup = raw.sqlite3_backup_init(target.Handle, "main", source.Handle, "main");
        if (backup.IsInvalid)
            throw new SqliteException(raw.sqlite3_errmsg(target.Handle).utf8_to_string(), raw.sqlite3_errcode(target.Handle));
        int result;
        while ((result = raw.sqlite3_backup_step(backup, PagesPerStep)) == raw.SQLITE_OK)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var total = raw.sqlite3_backup_pagecount(backup);
            progress.Report(new WorkProgress("Copying the database", total - raw.sqlite3_backup_remaining(backup), total));
        }

        if (result is raw.SQLITE_FULL)
            throw PlatformProblems.StorageFull.With();
        if (result != raw.SQLITE_DONE)
            throw new SqliteException(raw.sqlite3_errmsg(target.Handle).utf8_to_string(), result);
    }
}
