using System.Data;
using System.Data.Common;
using Dapper;
using Npgsql;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// Data keys in a PostgreSQL database of their own, for any number of processes. It is opened, and made where that is
/// allowed, when it is first needed.
/// </summary>
internal sealed class PostgresKeyDatabase(KeyPlace place) : KeyDatabase
{
    /// <summary>Arbitrary numbers that name the locks of this store among PostgreSQL's advisory locks of its database.</summary>
    private const long LayoutLock = 0x74616B31;
    private const long RotationLock = 0x74616B32;

    /// <summary>Up to this many bytes (a quarter of a million keys) the table is written anew after keys were destroyed.</summary>
    private const long LargestRewritten = 64L * 1024 * 1024;

    private readonly SemaphoreSlim opening = new(1, 1);
    private NpgsqlDataSource? source;

    public override Dialect Dialect => Dialect.Postgres;

    public override async Task<bool> IsThereAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await ConnectAsync(cancellationToken);
            return await connection.ExecuteScalarAsync<long>(Dialect.TableExists, new { table = "platform_key_store" }) > 0;
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            return place.MayBeMade ? false : throw Missing();
        }
    }

    public override async Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, T none, CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        return await work(connection);
    }

    public override async Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await OpenAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }
        catch (PostgresException failure) when (Dialect.IsFull(failure))
        {
            throw PlatformProblems.StorageFull.With();
        }
    }

    public override async Task<KeySnapshot?> SnapshotAsync(CancellationToken cancellationToken)
    {
        if (source is null && !await IsThereAsync(cancellationToken))
            return null;
        var connection = await OpenAsync(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await connection.ExecuteAsync("set transaction read only");
            return new KeySnapshot(connection, async () =>
            {
                await transaction.DisposeAsync();
                await connection.DisposeAsync();
            });
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override Task<int> InsertAsync(DbConnection connection, IReadOnlyList<WrappedKey> keys) => connection.ExecuteAsync(
        """
        insert into platform_subject_keys (subject, wrapping, wrapped)
        select * from unnest(@Subjects, @Wrappings, @Wrapped) as k(subject, wrapping, wrapped)
        on conflict (subject) do nothing
        """,
        Columns(keys));

    public override Task<int> ResealAsync(DbConnection connection, IReadOnlyList<WrappedKey> keys) => connection.ExecuteAsync(
        """
        update platform_subject_keys s set wrapping = k.wrapping, wrapped = k.wrapped
        from unnest(@Subjects, @Wrappings, @Wrapped) as k(subject, wrapping, wrapped)
        where s.subject = k.subject and s.wrapping not in (k.wrapping, @Destroyed)
        """,
        Columns(keys));

    // An overwritten row stands in its table until that is vacuumed, and even then its bytes lie in free room of a page.
    // Written anew, the table has them no more; the server's write-ahead log and its archives have them as long as it keeps
    // those, which nobody but its operator can shorten.
    public override async Task SettleAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenAsync(cancellationToken);
        try
        {
            if (await connection.ExecuteScalarAsync<long>("select pg_total_relation_size('platform_subject_keys')") <= LargestRewritten)
            {
                // Others use the table: who asks for a key must not wait long for those who clear up.
                await connection.ExecuteAsync("set lock_timeout = '2s'");
                await connection.ExecuteAsync("vacuum full platform_subject_keys");
                await connection.ExecuteAsync("vacuum full platform_wrapping_keys");
                return;
            }
        }
        catch (PostgresException busy) when (busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
        {
            // Vacuumed in place then; the next one writes it anew.
        }

        await connection.ExecuteAsync(new CommandDefinition("vacuum platform_subject_keys", commandTimeout: 0, cancellationToken: cancellationToken));
    }

    public override async Task<IAsyncDisposable?> TryHoldAsync(CancellationToken cancellationToken)
    {
        var connection = await OpenAsync(cancellationToken);
        try
        {
            if (await connection.ExecuteScalarAsync<bool>("select pg_try_advisory_lock(@RotationLock)", new { RotationLock }))
                return new Held(connection);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    public override bool IsLeft(DbException failure) => failure is PostgresException { SqlState: PostgresErrorCodes.ForeignKeyViolation };

    public override async ValueTask DisposeAsync()
    {
        if (source is not null)
            await source.DisposeAsync();
        opening.Dispose();
    }

    private static object Columns(IReadOnlyList<WrappedKey> keys) => new
    {
        Subjects = keys.Select(key => key.Subject).ToArray(),
        Wrappings = keys.Select(key => key.Wrapping).ToArray(),
        Wrapped = keys.Select(key => key.Wrapped).ToArray(),
        Destroyed,
    };

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (source is null)
        {
            await opening.WaitAsync(cancellationToken);
            try
            {
                source ??= await PrepareAsync(cancellationToken);
            }
            finally
            {
                opening.Release();
            }
        }

        try
        {
            return await source.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            throw KeyProblems.DatabaseUnreachable.With(("reason", failure.Message));
        }
    }

    private async Task<NpgsqlDataSource> PrepareAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LayOutAsync(cancellationToken);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            if (!place.MayBeMade)
                throw Missing();
            await MakeAsync(cancellationToken);
            await LayOutAsync(cancellationToken);
        }

        return NpgsqlDataSource.Create(place.Postgres!);
    }

    private async Task LayOutAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ConnectAsync(cancellationToken);
        if (await connection.ExecuteScalarAsync<long>(Dialect.TableExists, new { table = "platform_migrations" }) > 0)
            throw KeyProblems.DatabaseNotApart.With(("database", connection.Database));
        await connection.ExecuteAsync("select pg_advisory_lock(@LayoutLock)", new { LayoutLock });
        await LayOutAsync(connection);
        await connection.ExecuteAsync("select pg_advisory_unlock(@LayoutLock)", new { LayoutLock });
    }

    private async Task MakeAsync(CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(place.NodePostgres);
        await connection.OpenAsync(cancellationToken);
        try
        {
            // A name cannot be a parameter here; it comes from the operator's own settings and is quoted.
            await connection.ExecuteAsync(string.Concat("create database \"", place.Database.Replace("\"", "\"\"", StringComparison.Ordinal), "\""));
        }
        catch (PostgresException first) when (first.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process of the node was first.
        }
        catch (PostgresException refused) when (refused.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            throw Missing();
        }
    }

    /// <summary>A connection by itself: before there is a pool, the database may not be there.</summary>
    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(place.Postgres) { Pooling = false }.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (NpgsqlException failure) when (failure is not PostgresException { SqlState: PostgresErrorCodes.InvalidCatalogName })
        {
            await connection.DisposeAsync();
            throw KeyProblems.DatabaseUnreachable.With(("reason", failure.Message));
        }
    }

    private Problem Missing() => KeyProblems.DatabaseMissing.With(("database", place.Database));

    private sealed class Held(NpgsqlConnection connection) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.ExecuteAsync("select pg_advisory_unlock(@RotationLock)", new { RotationLock });
            }
            catch (NpgsqlException)
            {
                // The server is away, and with it what was held.
            }

            await connection.DisposeAsync();
        }
    }
}
