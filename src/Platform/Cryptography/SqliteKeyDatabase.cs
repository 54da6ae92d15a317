using System.Data.Common;
using Dapper;
using Microsoft.Data.Sqlite;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// Data keys in a SQLite file of their own in the data folder. The process that owns the node is the only one to open it,
/// by one connection that reads and writes; it is opened when it is first needed, and made when the first key is.
/// </summary>
internal sealed class SqliteKeyDatabase(string folder) : KeyDatabase
{
    private const int ForeignKeyBroken = 787;

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly SemaphoreSlim rotation = new(1, 1);
    private SqliteConnection? connection;
    private bool unsettled;
    private bool ended;

    /// <summary>The name of the file.</summary>
    public const string FileName = "data-keys.db";

    public override Dialect Dialect => Dialect.Sqlite;

    private string FilePath => Path.Combine(folder, FileName);

    public override Task<bool> IsThereAsync(CancellationToken cancellationToken) => Task.FromResult(File.Exists(FilePath));

    public override async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, T none, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return connection is null && !File.Exists(FilePath) ? none : await work(await OpenAsync());
        }
        finally
        {
            gate.Release();
        }
    }

    public override async Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var opened = await OpenAsync();
            await using var transaction = opened.BeginTransaction();
            var result = await work(opened);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (SqliteException failure) when (Dialect.IsFull(failure))
        {
            throw PlatformProblems.StorageFull.With();
        }
        finally
        {
            gate.Release();
        }
    }

    public override async Task<KeySnapshot?> SnapshotAsync(CancellationToken cancellationToken)
    {
        if (!await ReadAsync(static _ => Task.FromResult(true), none: false, cancellationToken))
            return null;
        var text = new SqliteConnectionStringBuilder { DataSource = FilePath, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ConnectionString;
        var reading = new SqliteNamedConnection(text);
        try
        {
            await reading.OpenAsync(cancellationToken);
            // It never checkpoints: only the connection that writes may.
            await reading.ExecuteAsync("pragma query_only = 1; pragma wal_autocheckpoint = 0; begin transaction");
            await reading.ExecuteScalarAsync<long>("select count(*) from platform_key_store");
            return new KeySnapshot(reading, async () =>
            {
                await reading.DisposeAsync();
                if (Volatile.Read(ref unsettled))
                    await SettleAsync(CancellationToken.None);
            });
        }
        catch
        {
            await reading.DisposeAsync();
            throw;
        }
    }

    public override Task<int> InsertAsync(DbConnection connection, IReadOnlyList<WrappedKey> keys) => connection.ExecuteAsync(
        "insert into platform_subject_keys (subject, wrapping, wrapped) values (@Subject, @Wrapping, @Wrapped) on conflict (subject) do nothing", keys);

    public override Task<int> ResealAsync(DbConnection connection, IReadOnlyList<WrappedKey> keys) => connection.ExecuteAsync(
        "update platform_subject_keys set wrapping = @Wrapping, wrapped = @Wrapped where subject = @Subject and wrapping not in (@Wrapping, @Destroyed)", keys.Select(key => new { key.Subject, key.Wrapping, key.Wrapped, Destroyed }));

    // What was overwritten stood in pages of the log too: they go into the file, and the log is cut to nothing.
    public override async Task SettleAsync(CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (connection is null)
                return;
            // While a copy is read the log cannot be cut; it is when the copy is complete.
            Volatile.Write(ref unsettled, await connection.ExecuteScalarAsync<long>("pragma wal_checkpoint(truncate)") != 0);
        }
        finally
        {
            gate.Release();
        }
    }

    public override async Task<IAsyncDisposable?> TryHoldAsync(CancellationToken cancellationToken) =>
        await rotation.WaitAsync(0, cancellationToken) ? new Held(rotation) : null;

    public override bool IsLeft(DbException failure) => failure is SqliteException { SqliteExtendedErrorCode: ForeignKeyBroken };

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ended, true))
            return;
        await gate.WaitAsync();
        if (connection is not null)
            await connection.DisposeAsync();
        gate.Dispose();
        rotation.Dispose();
    }

    private async Task<SqliteConnection> OpenAsync()
    {
        if (connection is not null)
            return connection;
        Directory.CreateDirectory(folder);
        var opening = new SqliteNamedConnection(new SqliteConnectionStringBuilder { DataSource = FilePath, Pooling = false }.ConnectionString);
        try
        {
            await opening.OpenAsync();
            await opening.ExecuteAsync(
                """
                pragma journal_mode = wal;
                pragma synchronous = full;
                pragma secure_delete = on;
                pragma foreign_keys = on;
                pragma mmap_size = 0;
                pragma temp_store = memory;
                """);
            await LayOutAsync(opening);
            return connection = opening;
        }
        catch
        {
            await opening.DisposeAsync();
            throw;
        }
    }

    private sealed class Held(SemaphoreSlim rotation) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            rotation.Release();
            return ValueTask.CompletedTask;
        }
    }
}
