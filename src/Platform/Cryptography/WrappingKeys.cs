using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>The wrapping keys of a store as this process knows them: one by which keys are sealed, and one more while they are sealed anew.</summary>
internal sealed class WrappingKeys(NodeKey node) : IDisposable
{
    private readonly Lock changing = new();
    private readonly Dictionary<Guid, WrappingKey> known = [];

    /// <summary>The one of a name, if this process knows it.</summary>
    public WrappingKey? Find(Guid id)
    {
        lock (changing)
            return known.GetValueOrDefault(id);
    }

    /// <summary>Reads which there are; those that are gone are overwritten. The one that seals, if there is one yet.</summary>
    /// <exception cref="Problem">They were sealed by another node key.</exception>
    public async Task<WrappingKey?> ReadAsync(DbConnection connection)
    {
        var rows = (await connection.QueryAsync<(string Id, string State, byte[] Wrapped)>("select id, state, wrapped from platform_wrapping_keys where state <> 'none'")).ToList();
        lock (changing)
        {
            foreach (var gone in known.Keys.Except(rows.Select(row => Guid.Parse(row.Id))).ToList())
            {
                known.Remove(gone, out var key);
                key?.Dispose();
            }

            foreach (var (id, _, wrapped) in rows.Where(row => !known.ContainsKey(Guid.Parse(row.Id))))
                known[Guid.Parse(id)] = Unwrap(Guid.Parse(id), wrapped);
            return rows.Find(row => row.State == KeyDatabase.Current) is { Id: { } current } ? known[Guid.Parse(current)] : null;
        }
    }

    /// <summary>The one that seals, made when the store has none, inside the caller's transaction.</summary>
    public async Task<WrappingKey> ForSealingAsync(DbConnection connection, DateTimeOffset now)
    {
        if (await ReadAsync(connection) is { } present)
            return present;
        await KeyDatabase.LockAsync(connection);
        return await ReadAsync(connection) ?? await MakeAsync(connection, now);
    }

    /// <summary>Makes the one that seals from now on, inside the caller's transaction; this process knows it once it is read again.</summary>
    public async Task<WrappingKey> MakeAsync(DbConnection connection, DateTimeOffset now)
    {
        var made = WrappingKey.Make(now);
        await connection.ExecuteAsync(
            "insert into platform_wrapping_keys (id, state, wrapped, made_at) values (@Id, @State, @Wrapped, @At)",
            new { made.Id, State = KeyDatabase.Current, Wrapped = made.Wrapped(node), At = now });
        return made;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (changing)
        {
            foreach (var key in known.Values)
                key.Dispose();
            known.Clear();
        }
    }

    private WrappingKey Unwrap(Guid id, byte[] wrapped)
    {
        try
        {
            return WrappingKey.Unwrap(id, wrapped, node);
        }
        catch (CryptographicException)
        {
            throw PlatformProblems.WrongKey.With();
        }
    }
}
