using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Database;

/// <summary>
/// A node on PostgreSQL: any number of processes. The node has a few numbered audit chains, so that concurrent
/// transactions need no common lock; a chain is used by one transaction at a time, from its audit line to its commit.
/// </summary>
internal sealed class PostgresDb : NodeDb
{
    private const string Channel = "tambo_versions";

    /// <summary>An arbitrary number that names the migration lock among PostgreSQL's advisory locks.</summary>
    private const long MigrationLock = 0x54616D626F;

    private readonly NpgsqlDataSource writing;
    private readonly NpgsqlDataSource reading;
    private readonly PostgresChains chains = new();
    private readonly CancellationTokenSource stopping = new();
    private Task listening = Task.CompletedTask;

    private PostgresDb(NpgsqlDataSource writing, NpgsqlDataSource reading, TimeProvider time)
        : base(Dialect.Postgres, time)
    {
        this.writing = writing;
        this.reading = reading;
    }

    public override ChangeVersions Versions { get; } = new();

    public static async Task<NodeDb> OpenAsync(string connectionString, TimeProvider time, CancellationToken cancellationToken)
    {
        var writing = NpgsqlDataSource.Create(connectionString);
        var readOnly = new NpgsqlConnectionStringBuilder(connectionString);
        // Indexes lie in memory or on disks without heads: PostgreSQL takes a page from anywhere for four times as dear as the next one unless
        // it is told otherwise, and then sorts whole agencies for the first lines of a list. What the operator says of it goes before.
        readOnly.Options = string.Join(' ', new[] { "-c random_page_cost=1.1", readOnly.Options, "-c default_transaction_read_only=on" }.Where(o => !string.IsNullOrEmpty(o)));
        var db = new PostgresDb(writing, NpgsqlDataSource.Create(readOnly.ConnectionString), time);
        try
        {
            await using var connection = await writing.OpenConnectionAsync(cancellationToken);
        }
        catch (NpgsqlException failure)
        {
            await db.DisposeAsync();
            throw PlatformProblems.DatabaseUnreachable.With(("reason", failure.Message));
        }

        return db;
    }

    public override async Task<DbConnection> ReadAsync(CancellationToken cancellationToken) =>
        await reading.OpenConnectionAsync(cancellationToken);

    public override async Task<Change> BeginAsync(
        Actor actor, string change, string subject, CancellationToken cancellationToken, bool bulk = false) =>
        await BeginAsync(LineOf(actor, change, subject), actor.Request, cancellationToken);

    internal override async Task<Change> BeginOperationalAsync(CancellationToken cancellationToken) =>
        await BeginAsync(line: null, request: null, cancellationToken);

    public override async Task MigrateAsync(IReadOnlyList<Migration> migrations, CancellationToken cancellationToken, bool onlyNew = false)
    {
        await using var connection = await writing.OpenConnectionAsync(cancellationToken);
        // Another process may be migrating for as long as it takes.
        await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@MigrationLock)", new { MigrationLock }, commandTimeout: 0, cancellationToken: cancellationToken));
        try
        {
            await Migration.ApplyAsync(connection, this, migrations, onlyNew, cancellationToken);
        }
        finally
        {
            await connection.ExecuteAsync("select pg_advisory_unlock(@MigrationLock)", new { MigrationLock });
        }

        await LearnVersionsAsync(cancellationToken);
        if (listening.IsCompleted)
            listening = ListenAsync(stopping.Token);
    }

    public override async Task<IAsyncDisposable> HoldAsync(string name, CancellationToken cancellationToken)
    {
        var connection = await writing.OpenConnectionAsync(cancellationToken);
        try
        {
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_lock(@key)", new { key = KeyOf(name) }, cancellationToken: cancellationToken));
            return new HeldName(connection, KeyOf(name));
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task<bool> IsHeldAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await ReadAsync(cancellationToken);
        // Only looked at: whoever wants to hold it is never in the way of another who asks.
        return await connection.ExecuteScalarAsync<bool>(
            """
            select exists (select 1 from pg_locks where locktype = 'advisory' and granted and objsubid = 1
                and database = (select oid from pg_database where datname = current_database()) and classid::bigint = @High and objid::bigint = @Low)
            """,
            new { High = KeyOf(name) >>> 32, Low = KeyOf(name) & 0xFFFF_FFFFL });
    }

    public override async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await listening;
        }
        catch (OperationCanceledException)
        {
            // The listener ends by being cancelled.
        }

        await reading.DisposeAsync();
        await writing.DisposeAsync();
        stopping.Dispose();
    }

    private async Task<Change> BeginAsync(AuditLine? line, RequestMark? request, CancellationToken cancellationToken)
    {
        var connection = await writing.OpenConnectionAsync(cancellationToken);
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        return new PostgresChange(this, connection, transaction, line, request);
    }

    private async Task LearnVersionsAsync(CancellationToken cancellationToken)
    {
        await using var connection = await ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<(string Area, long Version)>("select area, version from platform_versions"))
            .ToDictionary(row => row.Area, row => row.Version, StringComparer.Ordinal);
        foreach (var (area, version) in rows.Where(row => !row.Key.EndsWith(Change.LeastShown, StringComparison.Ordinal)))
            Versions.Learn(area, version, rows.GetValueOrDefault(area + Change.LeastShown));
    }

    /// <summary>Hears of other processes' commits at once, and asks every second in case a notice was missed.</summary>
    private async Task ListenAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await using var connection = await writing.OpenConnectionAsync(cancellationToken);
                await connection.ExecuteAsync("listen " + Channel);
                while (!cancellationToken.IsCancellationRequested)
                {
                    await connection.WaitAsync(1000, cancellationToken);
                    await LearnVersionsAsync(cancellationToken);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The server is away; the next round connects again.
                await Task.Delay(TimeSpan.FromSeconds(1), Time, cancellationToken);
            }
        }
    }

    private static long KeyOf(string name) => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private sealed class HeldName(NpgsqlConnection connection, long key) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            try
            {
                await connection.ExecuteAsync("select pg_advisory_unlock(@key)", new { key });
            }
            catch (NpgsqlException)
            {
                // The server is away, and with it what was held.
            }

            await connection.DisposeAsync();
        }
    }

    private sealed class PostgresChange(
        PostgresDb db, NpgsqlConnection connection, NpgsqlTransaction transaction, AuditLine? line, RequestMark? request)
        : Change(connection, transaction, line, request)
    {
        public override async Task CommitAsync(CancellationToken cancellationToken)
        {
            try
            {
                await WriteTraceAsync();
                if (Touched.Count > 0)
                    await connection.ExecuteAsync("select pg_notify('tambo_versions', '')", transaction: transaction);
                if (Lines.Count == 0)
                    await transaction.CommitAsync(cancellationToken);
                else
                    await CommitWithAuditAsync(cancellationToken);
            }
            catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.DiskFull)
            {
                throw PlatformProblems.StorageFull.With();
            }

            if (Touched.Count > 0)
                await db.LearnVersionsAsync(cancellationToken);
        }

        public override async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await connection.DisposeAsync();
        }

        private protected override Task<int> RunAsync(string sql, object? parameters) =>
            parameters is IReadOnlyCollection<object> { Count: >= PostgresRows.Least } rows and not IReadOnlyDictionary<string, object>
                ? PostgresRows.ExecuteAsync(connection, transaction, sql, rows)
                : base.RunAsync(sql, parameters);

        private async Task CommitWithAuditAsync(CancellationToken cancellationToken)
        {
            using var chain = await db.chains.TakeAsync(connection, transaction, cancellationToken);
            await chain.AppendAsync(connection, transaction, Lines);
            await transaction.CommitAsync(cancellationToken);
        }

        private protected override Task<T> GuardAsync<T>(Func<Task<T>> statement) => statement();
    }
}
