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

    // Each transaction begins to look one chain further than the one before, wherever the process began.
    private int next = Random();

    /// <summary>Appends lines to a chain that is free, and keeps others out of it until the transaction has ended.</summary>
    public async Task AppendAsync(
        NpgsqlConnection connection, NpgsqlTransaction transaction, IReadOnlyList<AuditLine> lines, CancellationToken cancellationToken)
    {
        var number = await TakeAsync(connection, transaction, cancellationToken);
        // Read after the lock is held, in a statement of its own: what the holder before committed is seen. Nothing is
        // remembered from one transaction to the next, for another process may have been there in between.
        await new AuditChain(Names[number]).AppendAsync(connection, transaction, lines);
    }

    private async Task<int> TakeAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var first = (int)((uint)Interlocked.Increment(ref next) % Count);
        for (var i = 0; i < Count; i++)
        {
            var number = (first + i) % Count;
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select pg_try_advisory_xact_lock(@LockClass, @number)", new { LockClass, number }, transaction, cancellationToken: cancellationToken)))
                return number;
        }

        // All are in use, each by a transaction that is ending: the first will be free in a moment.
        await connection.ExecuteAsync(new CommandDefinition(
            "select pg_advisory_xact_lock(@LockClass, @first)", new { LockClass, first }, transaction, cancellationToken: cancellationToken));
        return first;
    }

    private static int Random() => System.Security.Cryptography.RandomNumberGenerator.GetInt32(Count);
}
