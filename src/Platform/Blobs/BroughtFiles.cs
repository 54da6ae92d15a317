using System.Globalization;
using Dapper;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;

namespace Tambo.Platform.Blobs;

/// <summary>
/// Keeps files that somebody has brought and was shown, until that person lets them in or the time is over; then nothing is
/// left of them. What is kept is sealed by the node key: a copy of the disk or the database tells nothing. Files that were
/// let in are kept by <see cref="BlobStore"/>.
/// </summary>
/// <param name="db">The node's database.</param>
/// <param name="folder">The data folder.</param>
/// <param name="key">What seals them.</param>
public sealed class BroughtFiles(NodeDb db, string folder, NodeKey key)
{
    private readonly bool inFolder = db.Dialect == Dialect.Sqlite;

    private string Folder => Path.Combine(folder, "brought");

    /// <summary>Keeps a seekable stream from its start, which stays open and is at its start again; says under which name.</summary>
    /// <param name="bytes">The file.</param>
    /// <param name="keptFor">As long as what carries the name is good for.</param>
    /// <param name="cancellationToken">Stops the keeping.</param>
    /// <param name="few">Whose it is and how many of theirs are kept at a time: for a further one the oldest is forgotten.</param>
    public async Task<string> KeepAsync(Stream bytes, TimeSpan keptFor, CancellationToken cancellationToken, FewOfOwner? few = null)
    {
        var now = db.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString("D");
        bytes.Position = 0;
        await using (var change = await db.BeginOperationalAsync(cancellationToken))
        {
            await change.ExecuteAsync(
                "insert into platform_brought_files (id, length, until, owner) values (@id, @Length, @Until, @Owner)", new { id, bytes.Length, Until = now + keptFor, Owner = few?.Owner ?? "" });
            if (!inFolder)
            {
                await foreach (var (ordinal, piece) in SealedPieces.SealAsync(key, id, bytes, cancellationToken))
                    await change.ExecuteAsync("insert into platform_brought_pieces (id, ordinal, sealed) values (@id, @ordinal, @piece)", new { id, ordinal, piece });
            }

            await change.CommitAsync(cancellationToken);
        }

        if (inFolder)
        {
            Directory.CreateDirectory(Folder);
            await using var file = new FileStream(PathOf(id), FileMode.CreateNew, FileAccess.Write, FileShare.None);
            await foreach (var (_, piece) in SealedPieces.SealAsync(key, id, bytes, cancellationToken))
                await file.WriteAsync(piece, cancellationToken);
        }

        bytes.Position = 0;
        if (few is not null)
            await ForgetAsync(await BeyondAsync(few, id, cancellationToken), cancellationToken);
        return id;
    }

    /// <summary>The file, seekable; null when its time is over or it was forgotten.</summary>
    public async Task<Stream?> OpenAsync(string id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var length = await connection.QuerySingleOrDefaultAsync<long?>(
            "select length from platform_brought_files where id = @id and until > @Now", new { id, Now = db.Time.GetUtcNow() });
        if (length is null)
            return null;
        if (inFolder)
            return File.Exists(PathOf(id)) ? new SealedPieces(key, id, length.Value, new FileStream(PathOf(id), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete)) : null;
        // Sealed as it is, beside the data of this process, until whoever reads it is done.
        Directory.CreateDirectory(Folder);
        var copy = new FileStream(
            PathOf(Guid.CreateVersion7(db.Time.GetUtcNow()).ToString("D")), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, 1 << 16, FileOptions.DeleteOnClose);
        for (var ordinal = 0; ordinal < SealedPieces.Count(length.Value); ordinal++)
        {
            var piece = await connection.QuerySingleOrDefaultAsync<byte[]>(
                "select sealed from platform_brought_pieces where id = @id and ordinal = @ordinal", new { id, ordinal });
            if (piece is null)
            {
                await copy.DisposeAsync();
                return null;
            }

            await copy.WriteAsync(piece, cancellationToken);
        }

        await copy.FlushAsync(cancellationToken);
        return new SealedPieces(key, id, length.Value, copy);
    }

    /// <summary>Forgets files that were let in, or that nobody will let in.</summary>
    public async Task ForgetAsync(IEnumerable<string> ids, CancellationToken cancellationToken)
    {
        foreach (var id in ids)
        {
            await using var change = await db.BeginOperationalAsync(cancellationToken);
            await change.ExecuteAsync("delete from platform_brought_pieces where id = @id", new { id });
            var known = await change.ExecuteAsync("delete from platform_brought_files where id = @id", new { id });
            await change.CommitAsync(cancellationToken);
            if (known > 0 && inFolder)
                File.Delete(PathOf(id));
        }
    }

    /// <summary>Forgets what nobody let in in time, and what a power cut has left; says how many files.</summary>
    public async Task<string> SweepAsync(CancellationToken cancellationToken)
    {
        List<string> over, known;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            over = [.. await connection.QueryAsync<string>("select id from platform_brought_files where until <= @Now", new { Now = db.Time.GetUtcNow() })];
            known = [.. await connection.QueryAsync<string>("select id from platform_brought_files")];
        }

        await ForgetAsync(over, cancellationToken);
        var forgotten = over.Count;
        // A file is written down before it is written; where processes share a database, the folder has only copies being read.
        foreach (var path in inFolder && Directory.Exists(Folder) ? Directory.GetFiles(Folder) : [])
        {
            if (known.Contains(Path.GetFileName(path)) || File.GetLastWriteTimeUtc(path) > db.Time.GetUtcNow().UtcDateTime.AddHours(-1))
                continue;
            File.Delete(path);
            forgotten++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{forgotten} files");
    }

    // Whatever the clock says, the last one is the one that has just come.
    private async Task<IEnumerable<string>> BeyondAsync(FewOfOwner few, string last, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return (await connection.QueryAsync<string>("select id from platform_brought_files where owner = @Owner and id <> @last order by until desc, id desc", new { few.Owner, last })).Skip(few.Most - 1);
    }

    private string PathOf(string id) => Path.Combine(Folder, id);
}

/// <summary>Whose a kept file is, where each person has only so many.</summary>
/// <param name="Owner">The person, and what for.</param>
/// <param name="Most">How many are kept at a time.</param>
public sealed record FewOfOwner(string Owner, int Most);
