using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Backup;

/// <summary>
/// Copies a store of data keys as it is at one moment into an empty one, of either engine: rows and nothing else, so that
/// nothing that was overwritten comes along. In a backup it is always a SQLite file.
/// </summary>
internal static class KeyStoreCopy
{
    private const int AtOnce = 5000;

    /// <summary>Copies; false when there is nothing to copy.</summary>
    /// <exception cref="Problem">Keys are or were kept in the target already.</exception>
    public static async Task<bool> MakeAsync(KeyDatabase from, KeyDatabase to, IProgress<WorkProgress> progress, CancellationToken cancellationToken)
    {
        await using var source = await from.SnapshotAsync(cancellationToken);
        if (source is null)
            return false;
        var reading = source.Connection;
        var total = await reading.ExecuteScalarAsync<long>("select count(*) from platform_subject_keys");
        var wrapping = (await reading.QueryAsync<(string Id, string State, byte[] Wrapped, string MadeAt)>(
            "select id, state, wrapped, made_at from platform_wrapping_keys where state <> 'none'")).ToList();
        var erased = (await reading.QueryAsync<(string Subject, long Number, string At)>("select subject, number, at from platform_erased_subjects")).ToList();
        return await to.WriteAsync(
            async writing =>
            {
                if (await writing.ExecuteScalarAsync<long>("select (select count(*) from platform_subject_keys) + (select count(*) from platform_wrapping_keys where state <> 'none')") > 0)
                    throw KeyProblems.StoreNotEmpty.With();
                await writing.ExecuteAsync(
                    "insert into platform_wrapping_keys (id, state, wrapped, made_at) values (@Id, @State, @Wrapped, @MadeAt)",
                    wrapping.Select(key => new { key.Id, key.State, key.Wrapped, key.MadeAt }));
                await writing.ExecuteAsync(
                    "insert into platform_erased_subjects (subject, number, at) values (@Subject, @Number, @At)", erased.Select(line => new { line.Subject, line.Number, line.At }));
                await writing.ExecuteAsync("update platform_key_store set value = @value where name = 'erasures'", new
                {
                    value = await reading.ExecuteScalarAsync<string>("select value from platform_key_store where name = 'erasures'"),
                });
                var (done, after) = (0L, "");
                while (true)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    progress.Report(new WorkProgress("Copying keys", done, total));
                    var rows = (await reading.QueryAsync<WrappedKey>(
                        "select subject, wrapping, wrapped from platform_subject_keys where subject > @after order by subject limit @AtOnce", new { after, AtOnce })).ToList();
                    if (rows.Count == 0)
                        return true;
                    done += await to.InsertAsync(writing, rows);
                    after = rows[^1].Subject;
                }
            },
            cancellationToken);
    }
}
