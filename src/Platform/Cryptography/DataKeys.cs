using System.Security.Cryptography;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// The data keys of subjects, each sealed by the node key, in a store of their own beside the database: a copy of the
/// database without it opens nothing, and a key that has been destroyed here is in no copy of the database.
/// </summary>
public sealed class DataKeys : IAsyncDisposable
{
    private readonly SqliteConnection connection;
    private readonly NodeKey node;
    private readonly SemaphoreSlim gate = new(1, 1);

    /// <param name="folder">The folder of the key store.</param>
    /// <param name="node">What seals the keys.</param>
    public DataKeys(string folder, NodeKey node)
    {
        this.node = node;
        Directory.CreateDirectory(folder);
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "data-keys.db"), Pooling = false }.ConnectionString);
        connection.Open();
        connection.Execute(
            """
            pragma journal_mode = wal;
            pragma synchronous = full;
            pragma secure_delete = on;
            create table if not exists platform_data_keys (subject text primary key, wrapped blob not null) without rowid;
            """);
    }

    /// <summary>The key of a subject, which is on the disk before it is answered; the present one when it has one.</summary>
    public async Task<DataKey> MakeAsync(Guid subject, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (await ReadAsync(subject) is { } present)
                return present;
            var made = new DataKey(subject, RandomNumberGenerator.GetBytes(DataKey.Length));
            await connection.ExecuteAsync(
                "insert into platform_data_keys (subject, wrapped) values (@subject, @wrapped)", new { subject = subject.ToString("D"), wrapped = made.Wrapped(node) });
            return made;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>The key of a subject; null when it has none, or no more.</summary>
    public async Task<DataKey?> FindAsync(Guid subject, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            return await ReadAsync(subject);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Destroys the key of a subject, for good; true when there was one.</summary>
    public async Task<bool> DestroyAsync(Guid subject, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            var gone = await connection.ExecuteAsync("delete from platform_data_keys where subject = @subject", new { subject = subject.ToString("D") }) > 0;
            await connection.ExecuteAsync("pragma wal_checkpoint(truncate)");
            return gone;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        await connection.DisposeAsync();
        gate.Dispose();
    }

    private async Task<DataKey?> ReadAsync(Guid subject) =>
        await connection.QuerySingleOrDefaultAsync<byte[]>("select wrapped from platform_data_keys where subject = @subject", new { subject = subject.ToString("D") }) is { } wrapped
            ? DataKey.Unwrap(subject, wrapped, node)
            : null;
}
