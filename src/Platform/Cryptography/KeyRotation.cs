using System.Data.Common;
using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Access;
using Tambo.Platform.Backup;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Cryptography;

/// <summary>What sealing all keys anew did.</summary>
/// <param name="Sealed">Keys sealed by the new wrapping key this time.</param>
/// <param name="WentOn">True when an earlier one had been cut short and was brought to its end.</param>
public sealed record RotationReport(long Sealed, bool WentOn);

/// <summary>
/// Seals every data key by a new wrapping key and destroys the old one. Each batch is one transaction; until the old one is
/// destroyed both open, so whoever reads meanwhile notices nothing, and cut short at any moment it goes on where it stopped.
/// </summary>
public sealed class KeyRotation(DataKeys keys, NodeDb db)
{
    /// <summary>Who asks for a key waits for one batch at most: some hundredths of a second.</summary>
    private const int Batch = 1000;

    /// <summary>So many passes that sealed nothing, while keys are left, tell that these do not open.</summary>
    private const int MostIdle = 3;

    private KeyDatabase Store => keys.Store;

    /// <summary>Seals all keys anew.</summary>
    /// <exception cref="Problem">Another is at it, or a key does not open; then the old wrapping key stays.</exception>
    public async Task<RotationReport> RunAsync(Actor actor, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        if (!await Store.IsThereAsync(cancellationToken))
            return new RotationReport(0, false);
        await using var held = await Store.TryHoldAsync(cancellationToken) ?? throw KeyProblems.RotationUnderWay.With();
        var before = await KeyStoreStatus.ReadAsync(keys, cancellationToken);
        var wentOn = before.IsRotating;
        if (!wentOn)
            await BeginAsync(actor, cancellationToken);
        var (done, idle) = (0L, 0);
        while (true)
        {
            var again = await PassAsync(done, before.Keys, progress, cancellationToken);
            done += again;
            idle = again > 0 ? 0 : idle + 1;
            if ((await KeyStoreStatus.ReadAsync(keys, cancellationToken)).ToSeal > 0)
            {
                // Made at this moment in another process, or one that does not open: that stays when looked at again.
                if (idle >= MostIdle)
                    throw KeyProblems.StoreDamaged.With();
                continue;
            }

            // The line first: what was destroyed without one would be a change that nobody recorded.
            await RecordAsync(actor, "keys.rotated", new { keys = done }, cancellationToken);
            if (await TryDestroyOldAsync())
                return new RotationReport(done, wentOn);
        }
    }

    private async Task BeginAsync(Actor actor, CancellationToken cancellationToken)
    {
        await RecordAsync(actor, "keys.rotation_begun", new { }, cancellationToken);
        await Store.WriteAsync(
            async connection =>
            {
                await KeyDatabase.LockAsync(connection);
                await connection.ExecuteAsync("update platform_wrapping_keys set state = @Retiring where state = @Current", new { KeyDatabase.Retiring, KeyDatabase.Current });
                await keys.Wrapping.MakeAsync(connection, keys.Time.GetUtcNow());
                return true;
            },
            cancellationToken);
        await keys.TellAsync(cancellationToken);
    }

    /// <summary>Goes through all keys once, in the order of their subjects; how many it sealed anew.</summary>
    private async Task<long> PassAsync(long done, long total, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        var (sealedNow, after) = (0L, "");
        while (after is not null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var from = after;
            (var count, after) = await Store.WriteAsync(connection => BatchAsync(connection, from), cancellationToken);
            sealedNow += count;
            progress.Report(new WorkProgress("Sealing keys anew", Math.Min(done + sealedNow, total), total));
        }

        return sealedNow;
    }

    /// <summary>Seals the next keys; how many, and the subject after which to go on, or null at the end.</summary>
    private async Task<(int Count, string? After)> BatchAsync(DbConnection connection, string after)
    {
        var current = await keys.Wrapping.ReadAsync(connection) ?? throw KeyProblems.StoreDamaged.With();
        var rows = (await connection.QueryAsync<WrappedKey>(
            """
            select subject, wrapping, wrapped from platform_subject_keys
            where subject > @after and wrapping <> @Destroyed and wrapping <> @Current order by subject limit @Batch
            """,
            new { after, KeyDatabase.Destroyed, Current = current.Id.ToString("D"), Batch })).ToList();
        if (rows.Count == 0)
            return (0, null);
        var sealedAnew = rows.Select(row => SealAnew(row, current)).OfType<WrappedKey>().ToList();
        return (sealedAnew.Count == 0 ? 0 : await Store.ResealAsync(connection, sealedAnew), rows.Count < Batch ? null : rows[^1].Subject);
    }

    /// <summary>A key sealed by the new wrapping key; null when it does not open, and is then left as it is.</summary>
    private WrappedKey? SealAnew(WrappedKey row, WrappingKey current)
    {
        try
        {
            if (keys.Wrapping.Find(Guid.Parse(row.Wrapping)) is not { } old)
                return null;
            var key = DataKey.Unwrap(Guid.Parse(row.Subject), row.Wrapped, old, memory: null);
            var wrapped = key.Wrapped(current);
            key.Destroy();
            return row with { Wrapping = current.Id.ToString("D"), Wrapped = wrapped };
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Destroys the old wrapping key; false when a key that it sealed was made at the last moment.</summary>
    private async Task<bool> TryDestroyOldAsync()
    {
        try
        {
            await Store.WriteAsync(
                async connection =>
                {
                    var old = new { KeyDatabase.Retiring, KeyDatabase.Zeros };
                    await connection.ExecuteAsync("update platform_wrapping_keys set wrapped = @Zeros where state = @Retiring", old);
                    await connection.ExecuteAsync("delete from platform_wrapping_keys where state = @Retiring", old);
                    return true;
                },
                CancellationToken.None);
        }
        catch (DbException failure) when (Store.IsLeft(failure))
        {
            return false;
        }

        await Store.ReadAsync(async connection => await keys.Wrapping.ReadAsync(connection), none: null, CancellationToken.None);
        await Store.SettleAsync(CancellationToken.None);
        await keys.TellAsync(CancellationToken.None);
        return true;
    }

    private async Task RecordAsync(Actor actor, string change, object details, CancellationToken cancellationToken)
    {
        await using var line = await db.BeginAsync(actor, change, "keys", cancellationToken);
        line.Describe(details);
        await line.CommitAsync(cancellationToken);
    }
}
