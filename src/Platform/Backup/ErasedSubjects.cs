using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Platform.Backup;

/// <summary>
/// The erasure list as it lies in a backup: a line a subject, its identifier and when its key was destroyed. Nothing can be
/// read by it; it keeps older copies of keys from bringing those back.
/// </summary>
internal static class ErasedSubjects
{
    /// <summary>The name of the entry in the archive of a node.</summary>
    public const string EntryName = "erased-subjects.txt";

    /// <summary>Writes the list into a file; false when the node has no store of keys.</summary>
    public static async Task<bool> WriteAsync(KeyDatabase store, string path, CancellationToken cancellationToken)
    {
        if (!await store.IsThereAsync(cancellationToken))
            return false;
        var lines = await store.ReadAsync(
            connection => connection.QueryAsync<(string Subject, string At)>("select subject, at from platform_erased_subjects order by number"), [], cancellationToken);
        await File.WriteAllLinesAsync(path, lines.Select(line => $"{line.Subject} {line.At}"), cancellationToken);
        return true;
    }

    /// <summary>Destroys the keys of all that a list names, and of those that the store itself lists; how many there were.</summary>
    public static async Task<int> ReplayAsync(KeyDatabase store, string path, CancellationToken cancellationToken)
    {
        var lines = File.Exists(path) ? await File.ReadAllLinesAsync(path, cancellationToken) : [];
        if (lines.Length == 0 && !await store.IsThereAsync(cancellationToken))
            return 0;
        var gone = await store.WriteAsync(
            async connection =>
            {
                var listed = await connection.QueryAsync<(string Subject, string At)>("select subject, at from platform_erased_subjects");
                var count = 0;
                foreach (var (subject, at) in lines.Select(line => (line[..36], line[37..])).Concat(listed.ToList()).Order())
                    count += await KeyDatabase.EraseAsync(connection, Guid.Parse(subject), Instants.Read(at)) ? 1 : 0;
                return count;
            },
            cancellationToken);
        await store.SettleAsync(cancellationToken);
        return gone;
    }
}
