using System.Data.Common;
using System.Text;
using System.Text.Json;
using Dapper;
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
        var last = HeadFile.LastLine(file) is { } line ? Parse(line) : null;
        if (last is not null && last.Heads.SequenceEqual(heads))
            return 0;
        var signed = key.Sign(new SignedHeads(Instants.Write(db.Time.GetUtcNow()), heads));
        var text = JsonSerializer.Serialize(signed);
        HeadFile.Append(file, text);
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

    /// <summary>
    /// The ends of all chains that a connection sees: the key (writer, sequence) is asked for the next writer after each,
    /// and for the last entry of each, so the work grows with the chains and not with the entries.
    /// </summary>
    internal static async Task<List<ChainHead>> ReadAsync(DbConnection connection) =>
        (await connection.QueryAsync<ChainHead>(
            """
            with recursive writers (writer) as (
                select min(writer) from platform_audit_entries
                union all
                select (select min(e.writer) from platform_audit_entries e where e.writer > w.writer)
                from writers w where w.writer is not null
            )
            select h.writer, h.sequence, h.hash
            from writers w
            join platform_audit_entries h on h.writer = w.writer
                and h.sequence = (select max(l.sequence) from platform_audit_entries l where l.writer = w.writer)
            order by h.writer
            """)).AsList();
}
