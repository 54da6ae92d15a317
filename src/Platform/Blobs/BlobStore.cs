using System.Security.Cryptography;
using Dapper;
using Tambo.Platform.Database;

namespace Tambo.Platform.Blobs;

/// <summary>Bytes kept as they came, known by their hash.</summary>
/// <param name="Hash">SHA-256, in lower-case hexadecimal.</param>
/// <param name="Bytes">How many.</param>
public sealed record StoredBlob(string Hash, long Bytes);

/// <summary>
/// Keeps files as they came, once each, by their hash: in the folder <c>blobs</c> of the data folder, or on PostgreSQL
/// in a table, so that every process of the node has them. What <see cref="PutAsync"/> has returned survives a power cut.
/// </summary>
/// <param name="db">The node's database.</param>
/// <param name="folder">The data folder.</param>
public sealed class BlobStore(NodeDb db, string folder)
{
    private const int PieceBytes = 1 << 20;
    private readonly bool inFolder = db.Dialect == Dialect.Sqlite;

    /// <summary>The data folder.</summary>
    public string Folder => folder;

    /// <summary>Keeps the bytes of a seekable stream, from its start; the stream stays open, again at its start.</summary>
    public async Task<StoredBlob> PutAsync(Stream bytes, CancellationToken cancellationToken)
    {
        bytes.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken));
        var blob = new StoredBlob(hash, bytes.Length);
        bytes.Position = 0;
        if (inFolder)
            await WriteFileAsync(hash, bytes, cancellationToken);
        else
            await WriteRowsAsync(hash, bytes, cancellationToken);
        bytes.Position = 0;
        return blob;
    }

    /// <summary>The bytes, or null when the node does not have them.</summary>
    public async Task<Stream?> OpenAsync(string hash, CancellationToken cancellationToken)
    {
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower))
            return null;
        if (inFolder)
            return File.Exists(PathOf(hash)) ? File.OpenRead(PathOf(hash)) : null;
        await using var connection = await db.ReadAsync(cancellationToken);
        var whole = new MemoryStream();
        var pieces = 0;
        foreach (var piece in await connection.QueryAsync<byte[]>(
            "select bytes from platform_blob_pieces where hash = @hash order by ordinal", new { hash }))
        {
            pieces++;
            whole.Write(piece);
        }

        whole.Position = 0;
        return pieces == 0 ? null : whole;
    }

    /// <summary>
    /// A file that holds the bytes, for reading alone; null when the node does not have them. On PostgreSQL it is a copy in
    /// the data folder of this process, made when first asked for and checked against the hash.
    /// </summary>
    public async Task<string?> FileOfAsync(string hash, CancellationToken cancellationToken)
    {
        if (inFolder)
            return hash.Length == 64 && hash.All(char.IsAsciiHexDigitLower) && File.Exists(PathOf(hash)) ? PathOf(hash) : null;
        var path = Path.Combine(folder, "blob-copies", hash);
        if (File.Exists(path))
            return path;
        await using var bytes = await OpenAsync(hash, cancellationToken);
        if (bytes is null || Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)) != hash)
            return null;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var half = $"{path}.{Guid.CreateVersion7(db.Time.GetUtcNow()):N}";
        bytes.Position = 0;
        await using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            await bytes.CopyToAsync(file, cancellationToken);
        File.Move(half, path, overwrite: true);
        return path;
    }

    /// <summary>Puts right bytes where they are damaged or missing; false, and nothing is done, when they are not those of the hash.</summary>
    public async Task<bool> MendAsync(string hash, Stream bytes, CancellationToken cancellationToken)
    {
        bytes.Position = 0;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(bytes, cancellationToken)) != hash)
            return false;
        bytes.Position = 0;
        if (inFolder)
        {
            if (File.Exists(PathOf(hash)))
                File.Delete(PathOf(hash));
            await WriteFileAsync(hash, bytes, cancellationToken);
            return true;
        }

        DropCopy(hash);
        await WriteRowsAsync(hash, bytes, cancellationToken, instead: true);
        return true;
    }

    /// <summary>Forgets this process's copy of bytes that stand in the database; the next one is checked as it is made.</summary>
    public void DropCopy(string hash)
    {
        var copy = Path.Combine(folder, "blob-copies", hash);
        if (!inFolder && File.Exists(copy))
            File.Delete(copy);
    }

    private string PathOf(string hash) => Path.Combine(folder, "blobs", hash[..2], hash);

    private async Task WriteFileAsync(string hash, Stream bytes, CancellationToken cancellationToken)
    {
        var path = PathOf(hash);
        if (File.Exists(path) && new FileInfo(path).Length == bytes.Length)
            return;
        var directory = Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // A name of its own: the same bytes may come twice at once.
        var half = $"{path}.{Guid.CreateVersion7(db.Time.GetUtcNow()):N}.part";
        try
        {
            await using (var file = new FileStream(half, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await bytes.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(half, path, overwrite: true);
        }
        catch
        {
            File.Delete(half);
            throw;
        }

        DurableFolder.Sync(directory.FullName);
        DurableFolder.Sync(directory.Parent!.FullName);
        DurableFolder.Sync(folder);
    }

    private async Task WriteRowsAsync(string hash, Stream bytes, CancellationToken cancellationToken, bool instead = false)
    {
        await using var change = await db.BeginOperationalAsync(cancellationToken);
        if (instead)
            await change.ExecuteAsync("delete from platform_blob_pieces where hash = @hash", new { hash });
        else if (await change.QuerySingleOrDefaultAsync<string>("select hash from platform_blob_pieces where hash = @hash and ordinal = 0", new { hash }) is not null)
            return;
        var buffer = new byte[PieceBytes];
        var ordinal = 0;
        do
        {
            var read = await bytes.ReadAtLeastAsync(buffer, PieceBytes, throwOnEndOfStream: false, cancellationToken);
            if (read == 0 && ordinal > 0)
                break;
            await change.ExecuteAsync(
                "insert into platform_blob_pieces (hash, ordinal, bytes) values (@hash, @ordinal, @piece) on conflict do nothing",
                new { hash, ordinal, piece = buffer[..read] });
            ordinal++;
        }
        while (bytes.Position < bytes.Length);

        await change.CommitAsync(cancellationToken);
    }
}
