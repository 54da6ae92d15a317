using System.Globalization;
using Dapper;
using Npgsql;
using Tambo.Platform.Audit;

namespace Tambo.Platform.Database;

/// <summary>
/// The audit chains of a node on PostgreSQL: as many as transactions may end at one moment, the same ones for all its
/// processes and for ever. Which of them a transaction appends to is decided by advisory locks that end with it, so a
/// process that dies leaves nothing behind that another would have to take over.
/// </summary>
internal sealed class PostgresChains
{
    /// <summary>
    /// More would lengthen every signed line of heads; fewer would make transactions wait for each other's flush to the
    /// disk, which PostgreSQL does for many at once.
    /// </summary>
    public const int Count = 16;

    /// <summary>Names the locks of chains among PostgreSQL's advisory locks; arbitrary.</summary>
    private const int LockClass = 0x7461;

    private static readonly string[] Names =
        [.. Enumerable.Range(0, Count).Select(number => string.Create(CultureInfo.InvariantCulture, $"postgres-{number:00}"))];

    private readonly Lock choosing = new();
    private readonly bool[] inUse = new bool[Count];

    // Each process begins at another chain, and stays there while it writes one line after the other: lines of one moment
    // then stand in the order in which they were written.
    private readonly int first = System.Security.Cryptography.RandomNumberGenerator.GetInt32(Count);

    /// <summary>Takes a chain that nobody uses until the transaction has ended; dispose it then.</summary>
    public async Task<TakenChain> TakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        for (var tried = 0; Choose(ref tried) is { } number; tried++)
        {
            var chain = new TakenChain(this, number);
            try
            {
                if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                    "select pg_try_advisory_xact_lock(@LockClass, @number)", new { LockClass, number }, transaction, cancellationToken: cancellationToken)))
                    return chain;
            }
            catch
            {
                chain.Dispose();
                throw;
            }

            chain.Dispose();
        }

        // All are in use, each by a transaction that is ending: one will be free in a moment.
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(@LockClass, @first)", new { LockClass, first }, transaction, cancellationToken: cancellationToken));
        return new TakenChain(this, first) { Shared = true };
    }

    /// <summary>The next chain from this process's own onwards that no other transaction of the process uses; null when there is none.</summary>
    private int? Choose(ref int tried)
    {
        lock (choosing)
        {
            for (; tried < Count; tried++)
            {
                var number = (first + tried) % Count;
                if (inUse[number])
                    continue;
                inUse[number] = true;
                return number;
            }
        }

        return null;
    }

    private void Free(int number)
    {
        lock (choosing)
            inUse[number] = false;
    }

    /// <summary>A chain while a transaction holds it.</summary>
    internal sealed class TakenChain(PostgresChains chains, int number) : IDisposable
    {
        /// <summary>True when it was waited for while another transaction of this process still counts as its user.</summary>
        public bool Shared { get; init; }

        /// <summary>
        /// Appends lines. The end is read in a statement after the lock is held: what the holder before committed is seen.
        /// Nothing is remembered from one transaction to the next, for another process may have been there in between.
        /// </summary>
        public Task AppendAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<AuditLine> lines) =>
            new AuditChain(Names[number]).AppendAsync(connection, transaction, lines);

        public void Dispose()
        {
            if (!Shared)
                chains.Free(number);
        }
    }
}
