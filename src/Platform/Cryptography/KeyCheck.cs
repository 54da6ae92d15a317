using Dapper;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>
/// A keyed hash of nothing, kept with the data: by it a node notices that it was started with another node's key, before
/// anything is sealed that nobody can open again.
/// </summary>
public static class KeyCheck
{
    private const string Setting = "node.key_check";
    private const int Length = 16;

    /// <summary>The check value of a key; the key cannot be computed from it.</summary>
    public static string Of(NodeKey key) => Convert.ToHexStringLower(key.KeyFor("key check").AsSpan(0, Length));

    /// <summary>Remembers the key of a new node, and refuses any other from then on.</summary>
    /// <exception cref="Problem">The node's secrets were sealed with another key.</exception>
    public static async Task EnsureAsync(NodeDb db, NodeKey key, CancellationToken cancellationToken)
    {
        if (await ReadAsync(db, cancellationToken) is not { } known)
        {
            await using var change = await db.BeginOperationalAsync(cancellationToken);
            await change.ExecuteAsync(
                "insert into platform_settings (name, value) values (@Setting, @Value) on conflict (name) do nothing",
                new { Setting, Value = Of(key) });
            await change.CommitAsync(cancellationToken);
            known = await ReadAsync(db, cancellationToken);
        }

        if (known != Of(key))
            throw PlatformProblems.WrongKey.With();
    }

    /// <summary>The check value kept with the data, if any yet.</summary>
    public static async Task<string?> ReadAsync(NodeDb db, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>("select value from platform_settings where name = @Setting", new { Setting });
    }
}
