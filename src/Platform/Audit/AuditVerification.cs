using System.Data.Common;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Audit;

/// <summary>What verifying the audit found.</summary>
/// <param name="Entries">Entries read.</param>
/// <param name="Chains">Chains read.</param>
/// <param name="HeadsChecked">Signed lines of the second place that were compared.</param>
/// <param name="Faults">Each fault in one sentence; empty when all is as it was written.</param>
public sealed record AuditReport(long Entries, int Chains, int HeadsChecked, IReadOnlyList<string> Faults)
{
    /// <summary>True when nothing was changed, removed or reordered up to the last head held.</summary>
    public bool IsWhole => Faults.Count == 0;
}

/// <summary>
/// Reads every chain from its first entry and recomputes its hashes, then holds the signed heads of the second place
/// against it: a change, a removal, a reordering and a database that is shorter than it was are all found.
/// </summary>
public static class AuditVerification
{
    private const int MostFaults = 50;

    /// <summary>Verifies the database against the head file, if there is one.</summary>
    public static async Task<AuditReport> RunAsync(NodeDb db, AuditKey? key, string? headFile, CancellationToken cancellationToken)
    {
        var faults = new List<string>();
        var heads = ReadHeads(key, headFile, faults);
        await using var connection = await db.ReadAsync(cancellationToken);
        return await RunAsync(connection, heads, faults, cancellationToken);
    }

    /// <summary>Verifies what a connection sees, a copy or a snapshot, against signed heads.</summary>
    internal static async Task<AuditReport> RunAsync(
        DbConnection connection, IReadOnlyList<SignedHeads> heads, List<string> faults, CancellationToken cancellationToken)
    {
        var wanted = heads.SelectMany(line => line.Heads).ToLookup(head => (head.Writer, head.Sequence), head => head.Hash);
        var found = new HashSet<(string, long)>();
        long entries = 0;
        var chains = 0;
        string writer = "", previous = "";
        long expected = 1;

        var rows = connection.QueryUnbufferedAsync<AuditEntry>(
            """
            select writer, sequence, at, actor, change, subject, details, previous, hash
            from platform_audit_entries order by writer, sequence
            """);
        await foreach (var entry in rows.WithCancellation(cancellationToken))
        {
            entries++;
            if (entry.Writer != writer)
            {
                chains++;
                (writer, previous, expected) = (entry.Writer, AuditEntry.Genesis(entry.Writer), 1);
            }

            if (faults.Count < MostFaults)
                Check(entry, previous, expected, faults);
            foreach (var hash in wanted[(entry.Writer, entry.Sequence)])
            {
                found.Add((entry.Writer, entry.Sequence));
                if (hash != entry.Hash)
                    faults.Add($"Chain {entry.Writer}, entry {entry.Sequence}: not the entry that was signed.");
            }

            (previous, expected) = (entry.Hash, entry.Sequence + 1);
        }

        foreach (var missing in wanted.Select(head => head.Key).Where(head => !found.Contains(head)))
            faults.Add($"Chain {missing.Writer}, entry {missing.Sequence}: was signed and is not there.");
        return new AuditReport(entries, chains, heads.Count, faults);
    }

    private static void Check(AuditEntry entry, string previous, long expected, List<string> faults)
    {
        var place = $"Chain {entry.Writer}, entry {entry.Sequence}";
        if (entry.Sequence != expected)
            faults.Add($"{place}: entry {expected} should stand here.");
        if (entry.Previous != previous)
            faults.Add($"{place}: does not follow the entry before it.");
        if (entry.ComputeHash() != entry.Hash)
            faults.Add($"{place}: was changed after it was written.");
    }

    private static List<SignedHeads> ReadHeads(AuditKey? key, string? headFile, List<string> faults)
    {
        var heads = new List<SignedHeads>();
        if (headFile is null || !File.Exists(headFile))
            return heads;
        var lines = File.ReadAllLines(headFile);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length == 0)
                continue;
            // A line torn by a power cut can only be the last one; it was never relied on.
            if (AuditHeads.Parse(lines[i]) is not { } line)
            {
                if (i < lines.Length - 1)
                    faults.Add($"Head file, line {i + 1}: cannot be read.");
                continue;
            }

            if (key is not null && !key.Verifies(line))
                faults.Add($"Head file, line {i + 1}: its signature is not this node's.");
            else
                heads.Add(line);
        }

        return heads;
    }
}
