using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Platform.Audit;

/// <summary>The end of one chain at a moment.</summary>
public sealed record ChainHead(string Writer, long Sequence, string Hash);

/// <summary>The ends of all chains at a moment, signed, as kept in a second place.</summary>
/// <param name="At">When.</param>
/// <param name="Heads">One a chain, ordered by writer.</param>
public sealed record SignedHeads(string At, IReadOnlyList<ChainHead> Heads)
{
    /// <summary>ECDSA P-256 with SHA-256 over <see cref="Signed"/>, base64.</summary>
    public string Signature { get; init; } = "";

    internal byte[] Signed()
    {
        var text = new StringBuilder("tambo audit heads\n").Append(At).Append('\n');
        foreach (var head in Heads)
            text.Append(head.Writer).Append(' ').Append(head.Sequence).Append(' ').Append(head.Hash).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}

/// <summary>
/// Signs the ends of the audit chains every minute into a file that should lie on another disk or machine, so that a
/// later removal or a torn log is noticed even when the database itself looks whole.
/// </summary>
public sealed class AuditHeads(NodeDb db, AuditKey key, string file)
{
    /// <summary>The file the heads go to.</summary>
    public string File => file;

    /// <summary>Signs and appends the present heads, flushed to the disk; nothing when nothing has changed.</summary>
    /// <returns>How many chains the line covers, or 0 when it was not needed.</returns>
    public async Task<int> SignAsync(CancellationToken cancellationToken)
    {
        List<ChainHead> heads;
        await using (var connection = await db.ReadAsync(cancellationToken))
            heads = await ReadAsync(connection);
        var last = LastLine(file) is { } line ? Parse(line) : null;
        if (last is not null && last.Heads.SequenceEqual(heads))
            return 0;
        var signed = key.Sign(new SignedHeads(Instants.Write(db.Time.GetUtcNow()), heads));
        var text = JsonSerializer.Serialize(signed);
        await using (var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read))
        {
            stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
            stream.Flush(flushToDisk: true);
        }

        await using var change = await db.BeginOperationalAsync(cancellationToken);
        await change.ExecuteAsync(
            "insert into platform_audit_heads (at, line) values (@At, @text) on conflict (at) do nothing", new { signed.At, text });
        await change.CommitAsync(cancellationToken);
        return heads.Count;
    }

    internal static SignedHeads? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<SignedHeads>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static string? LastLine(string path) =>
        System.IO.File.Exists(path) ? System.IO.File.ReadLines(path).LastOrDefault(line => line.Length > 0) : null;

    /// <summary>The ends of all chains that a connection sees.</summary>
    internal static async Task<List<ChainHead>> ReadAsync(DbConnection connection) =>
        (await connection.QueryAsync<ChainHead>(
            """
            select e.writer, e.sequence, e.hash
            from platform_audit_entries e
            join (select writer, max(sequence) as sequence from platform_audit_entries group by writer) l
              on l.writer = e.writer and l.sequence = e.sequence
            order by e.writer
            """)).AsList();
}

/// <summary>The key that signs audit heads; its private half is sealed by the node key.</summary>
public sealed class AuditKey : IDisposable
{
    private const string Purpose = "audit-heads";
    private readonly ECDsa key;

    private AuditKey(ECDsa key) => this.key = key;

    /// <summary>Reads the sealed key of the key store, or makes it.</summary>
    public static AuditKey Of(string keyStore, NodeKey nodeKey)
    {
        Directory.CreateDirectory(keyStore);
        var path = Path.Combine(keyStore, "audit-heads.key");
        var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (System.IO.File.Exists(path))
            pair.ImportPkcs8PrivateKey(nodeKey.Open(System.IO.File.ReadAllBytes(path), Purpose), out _);
        else
            System.IO.File.WriteAllBytes(path, nodeKey.Seal(pair.ExportPkcs8PrivateKey(), Purpose));
        return new AuditKey(pair);
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
