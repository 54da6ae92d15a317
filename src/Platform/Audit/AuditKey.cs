using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Platform.Audit;

/// <summary>
/// The key that signs audit heads. Its private half is sealed by the node key and lies in the database, where all
/// processes of a node find the same one.
/// </summary>
public sealed class AuditKey : IDisposable
{
    /// <summary>The file of the key store that held it in earlier versions.</summary>
    internal const string EarlierFile = "audit-heads.key";

    private const string Purpose = "audit-heads";
    private const string Setting = "node.audit_key";
    private readonly ECDsa key;

    private AuditKey(ECDsa key) => this.key = key;

    /// <summary>The node's key; made at its first start, or taken over from the key store, where it lay before.</summary>
    /// <exception cref="CryptographicException">It was sealed by another node key.</exception>
    public static async Task<AuditKey> OfAsync(NodeDb db, string keyStore, NodeKey nodeKey, CancellationToken cancellationToken)
    {
        // The folder tells, even when the database is elsewhere, that this node has sealed secrets and needs its own key.
        Directory.CreateDirectory(keyStore);
        if (await FindAsync(db, nodeKey, cancellationToken) is { } known)
            return known;
        var earlier = Path.Combine(keyStore, EarlierFile);
        var value = Convert.ToBase64String(
            File.Exists(earlier) ? await File.ReadAllBytesAsync(earlier, cancellationToken) : Make(nodeKey));
        await using (var change = await db.BeginOperationalAsync(cancellationToken))
        {
            await change.ExecuteAsync(
                "insert into platform_settings (name, value) values (@Setting, @value) on conflict (name) do nothing",
                new { Setting, value });
            await change.CommitAsync(cancellationToken);
        }

        // Another process may have been first; theirs is the node's then.
        return await FindAsync(db, nodeKey, cancellationToken)
            ?? throw new InvalidOperationException("The audit key just kept is not there.");
    }

    /// <summary>The node's key; null when it has none yet.</summary>
    /// <exception cref="CryptographicException">It was sealed by another node key.</exception>
    public static async Task<AuditKey?> FindAsync(NodeDb db, NodeKey nodeKey, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var value = await connection.ExecuteScalarAsync<string?>("select value from platform_settings where name = @Setting", new { Setting });
        if (value is null)
            return null;
        var pair = ECDsa.Create();
        try
        {
            pair.ImportPkcs8PrivateKey(nodeKey.Open(Convert.FromBase64String(value), Purpose), out _);
            return new AuditKey(pair);
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    private static byte[] Make(NodeKey nodeKey)
    {
        using var made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return nodeKey.Seal(made.ExportPkcs8PrivateKey(), Purpose);
    }

    /// <summary>The heads with their signature.</summary>
    public SignedHeads Sign(SignedHeads heads) =>
        heads with { Signature = Convert.ToBase64String(key.SignData(heads.Signed(), HashAlgorithmName.SHA256)) };

    /// <summary>True when this key signed the heads and nothing of them has changed.</summary>
    public bool Verifies(SignedHeads heads)
    {
        var signature = new byte[heads.Signature.Length];
        return Convert.TryFromBase64String(heads.Signature, signature, out var length)
            && key.VerifyData(heads.Signed(), signature.AsSpan(0, length), HashAlgorithmName.SHA256);
    }

    /// <inheritdoc />
    public void Dispose() => key.Dispose();
}
