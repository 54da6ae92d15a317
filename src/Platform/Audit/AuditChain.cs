using System.Buffers.Binary;
using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;
using Tambo.Platform.Database;

namespace Tambo.Platform.Audit;

/// <summary>What an audit line says before it has its place in a chain.</summary>
/// <param name="At">When.</param>
/// <param name="Actor">Who, as <c>user:…</c>, <c>os:…</c>, <c>job:…</c> or <c>anonymous</c>.</param>
/// <param name="Change">What, as a dotted code.</param>
/// <param name="Subject">The identifier of what it was done to.</param>
public sealed record AuditLine(DateTimeOffset At, string Actor, string Change, string Subject)
{
    /// <summary>Facts about the change as JSON.</summary>
    public string Details { get; init; } = "{}";
}

/// <summary>One link of a chain, as stored.</summary>
public sealed record AuditEntry
{
    /// <summary>The chain.</summary>
    public required string Writer { get; init; }

    /// <summary>Its place in the chain, from 1 without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, as stored.</summary>
    public required string At { get; init; }

    /// <summary>Who.</summary>
    public required string Actor { get; init; }

    /// <summary>What.</summary>
    public required string Change { get; init; }

    /// <summary>To what.</summary>
    public required string Subject { get; init; }

    /// <summary>Facts about the change as JSON.</summary>
    public required string Details { get; init; }

    /// <summary>The hash of the entry before it; of the chain's name for the first.</summary>
    public required string Previous { get; init; }

    /// <summary>The hash of this entry, which includes the previous one.</summary>
    public required string Hash { get; init; }

    /// <summary>
    /// SHA-256 over the previous hash and every field, each preceded by its length in bytes (32 bits, big-endian),
    /// so that no two different entries have the same bytes.
    /// </summary>
    public string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, Sequence);
        hash.AppendData(number);
        foreach (var field in (ReadOnlySpan<string>)[Previous, Writer, At, Actor, Change, Subject, Details])
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            BinaryPrimitives.WriteInt32BigEndian(number, bytes.Length);
            hash.AppendData(number[..4]);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What the first entry of a chain names as its previous hash.</summary>
    public static string Genesis(string writer) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("tambo audit chain " + writer)));
}

/// <summary>
/// The end of one chain, owned by exactly one writer. Entries are appended inside the writer's transaction; when that
/// transaction is lost the end is read again.
/// </summary>
internal sealed class AuditChain(string writer)
{
    private const string Insert =
        """
        insert into platform_audit_entries (writer, sequence, at, actor, change, subject, details, previous, hash)
        values (@Writer, @Sequence, @At, @Actor, @Change, @Subject, @Details, @Previous, @Hash)
        """;

    private long sequence = -1;
    private string head = "";

    public string Writer => writer;

    /// <summary>Forgets the end, so that the next append reads it from the database.</summary>
    public void Forget() => sequence = -1;

    /// <summary>Appends lines inside the transaction; the caller keeps other writers of this chain out.</summary>
    public async Task AppendAsync(DbConnection connection, DbTransaction? transaction, IReadOnlyList<AuditLine> lines)
    {
        if (sequence < 0)
            await LoadAsync(connection, transaction);
        var entries = new List<AuditEntry>(lines.Count);
        foreach (var line in lines)
        {
            var entry = new AuditEntry
            {
                Writer = writer,
                Sequence = sequence + 1,
                At = Instants.Write(line.At),
                Actor = line.Actor,
                Change = line.Change,
                Subject = line.Subject,
                Details = line.Details,
                Previous = head,
                Hash = "",
            };
            entry = entry with { Hash = entry.ComputeHash() };
            entries.Add(entry);
            (sequence, head) = (entry.Sequence, entry.Hash);
        }

        try
        {
            // All lines through one statement, which is made ready once; a list of persons leaves a line for each of them.
            await (connection is NpgsqlConnection postgres && entries.Count >= PostgresRows.Least
                ? PostgresRows.ExecuteAsync(postgres, (NpgsqlTransaction)transaction!, Insert, entries)
                : connection.ExecuteAsync(Insert, entries, transaction));
        }
        catch
        {
            Forget();
            throw;
        }
    }

    private async Task LoadAsync(DbConnection connection, DbTransaction? transaction)
    {
        var last = await connection.QuerySingleOrDefaultAsync<(long Sequence, string Hash)?>(
            """
            select sequence, hash from platform_audit_entries
            where writer = @writer order by sequence desc limit 1
            """,
            new { writer },
            transaction);
        (sequence, head) = last ?? (0, AuditEntry.Genesis(writer));
    }
}
