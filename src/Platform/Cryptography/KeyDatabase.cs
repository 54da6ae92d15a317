using System.Data.Common;
using System.Globalization;
using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>A data key as the store keeps it.</summary>
/// <param name="Subject">Whose it is.</param>
/// <param name="Wrapping">The wrapping key that sealed it.</param>
/// <param name="Wrapped">Its sealed bytes.</param>
internal sealed record WrappedKey(string Subject, string Wrapping, byte[] Wrapped);

/// <summary>Where data keys are kept, on either engine, always apart from the node's database. It is opened at its first use.</summary>
internal abstract class KeyDatabase : IAsyncDisposable
{
    /// <summary>The state of the wrapping key that seals.</summary>
    public const string Current = "current";

    /// <summary>The state of a wrapping key that still opens, while keys are sealed anew by the current one.</summary>
    public const string Retiring = "retiring";

    /// <summary>The layout of the tables that this program reads.</summary>
    public const int KnownLayout = 1;

    /// <summary>The wrapping key that stands in the row of a destroyed key: none, as long as any other.</summary>
    public static string Destroyed { get; } = Guid.Empty.ToString("D");

    /// <summary>What stands in place of the bytes of a destroyed key: as long as those were, so that they are overwritten where they lay.</summary>
    public static byte[] Zeros { get; } = new byte[WrappingKey.SealedLength];

    // A destroyed subject keeps its row: whoever makes a key at the same moment in another process meets it there.
    // Rows of keys never change their length. SQLite then writes over the old bytes and moves no row to another page, where
    // a copy would be left behind.
    private const string Layout =
        """
        create table if not exists platform_key_store (name text primary key, value text not null);
        create table if not exists platform_wrapping_keys (
            id text primary key,
            state text not null check (state in ('none', 'current', 'retiring')),
            wrapped {{blob}} not null,
            made_at text not null
        );
        create table if not exists platform_subject_keys (
            subject text primary key,
            wrapping text not null references platform_wrapping_keys (id),
            wrapped {{blob}} not null
        );
        create table if not exists platform_erased_subjects (subject text primary key, number bigint not null unique, at text not null);
        insert into platform_wrapping_keys (id, state, wrapped, made_at) values (@Destroyed, 'none', @Zeros, '') on conflict (id) do nothing;
        insert into platform_key_store (name, value) values ('layout', @Layout) on conflict (name) do nothing;
        insert into platform_key_store (name, value) values ('erasures', '0') on conflict (name) do nothing;
        """;

    /// <summary>The engine's differences.</summary>
    public abstract Dialect Dialect { get; }

    /// <summary>True when keys are or were kept here; nothing is made by asking.</summary>
    /// <exception cref="Problem">It cannot be reached.</exception>
    public abstract Task<bool> IsThereAsync(CancellationToken cancellationToken);

    /// <summary>Reads; <paramref name="none"/> when no keys were ever kept here.</summary>
    public abstract Task<T> ReadAsync<T>(Func<DbConnection, Task<T>> work, T none, CancellationToken cancellationToken);

    /// <summary>Writes in one transaction, which is on the disk when this returns.</summary>
    public abstract Task<T> WriteAsync<T>(Func<DbConnection, Task<T>> work, CancellationToken cancellationToken);

    /// <summary>Reads everything as it is at one moment, while others write; null when no keys were ever kept here.</summary>
    public abstract Task<KeySnapshot?> SnapshotAsync(CancellationToken cancellationToken);

    /// <summary>Adds keys of subjects that have none; the number added.</summary>
    public abstract Task<int> InsertAsync(DbConnection connection, IReadOnlyList<WrappedKey> keys);

    /// <summary>Replaces the sealed bytes of keys that are still sealed by another wrapping key and not destroyed.</summary>
    public abstract Task<int> ResealAsync(DbConnection connection, IReadOnlyList<WrappedKey> keys);

    /// <summary>Clears from the files what was overwritten, as far as the engine can.</summary>
    public abstract Task SettleAsync(CancellationToken cancellationToken);

    /// <summary>Holds the store against a second rotation until disposed of or until the process ends; null when another holds it.</summary>
    public abstract Task<IAsyncDisposable?> TryHoldAsync(CancellationToken cancellationToken);

    /// <summary>True when a row was refused because its wrapping key is gone, or a wrapping key because rows are left.</summary>
    public abstract bool IsLeft(DbException failure);

    /// <inheritdoc />
    public abstract ValueTask DisposeAsync();

    /// <summary>Lets others who make wrapping keys or erase wait until this transaction has ended.</summary>
    public static Task LockAsync(DbConnection connection) =>
        connection.ExecuteAsync("update platform_key_store set value = value where name = 'erasures'");

    /// <summary>
    /// Overwrites the key of a subject and puts it into the erasure list, inside a transaction. True when there was a key.
    /// </summary>
    public static async Task<bool> EraseAsync(DbConnection connection, Guid subject, DateTimeOffset at)
    {
        var row = new { Subject = subject, Destroyed, Zeros, At = at };
        await LockAsync(connection);
        var gone = await connection.ExecuteAsync(
            "update platform_subject_keys set wrapping = @Destroyed, wrapped = @Zeros where subject = @Subject and wrapping <> @Destroyed", row);
        // Nobody who makes a key at this moment may come between: whoever is second meets the row of the first.
        await connection.ExecuteAsync(
            """
            insert into platform_subject_keys (subject, wrapping, wrapped) values (@Subject, @Destroyed, @Zeros)
            on conflict (subject) do update set wrapping = excluded.wrapping, wrapped = excluded.wrapped where platform_subject_keys.wrapping <> excluded.wrapping
            """,
            row);
        var number = long.Parse((await connection.ExecuteScalarAsync<string>("select value from platform_key_store where name = 'erasures'"))!, CultureInfo.InvariantCulture) + 1;
        if (await connection.ExecuteAsync(
            "insert into platform_erased_subjects (subject, number, at) values (@Subject, @number, @At) on conflict (subject) do nothing", new { row.Subject, number, row.At }) > 0)
            await connection.ExecuteAsync(
                "update platform_key_store set value = @value where name = 'erasures'", new { value = number.ToString(CultureInfo.InvariantCulture) });
        return gone > 0;
    }

    /// <summary>Makes the tables that are missing.</summary>
    /// <exception cref="Problem">They are of a newer program.</exception>
    protected async Task LayOutAsync(DbConnection connection)
    {
        await connection.ExecuteAsync(Dialect.Localise(Layout), new { Destroyed, Zeros, Layout = KnownLayout.ToString(CultureInfo.InvariantCulture) });
        var layout = await connection.ExecuteScalarAsync<string>("select value from platform_key_store where name = 'layout'");
        if (layout != KnownLayout.ToString(CultureInfo.InvariantCulture))
            throw KeyProblems.NewerStore.With();
    }
}

/// <summary>A store of keys as it was at one moment.</summary>
/// <param name="Connection">Reads it; nothing can be written through it.</param>
/// <param name="EndAsync">Lets go of the moment.</param>
internal sealed record KeySnapshot(DbConnection Connection, Func<ValueTask> EndAsync) : IAsyncDisposable
{
    /// <inheritdoc />
    public ValueTask DisposeAsync() => EndAsync();
}
