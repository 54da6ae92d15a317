using System.Formats.Tar;
using System.Security.Cryptography;

namespace Tambo.Platform.Backup;

/// <summary>Writes a backup archive (a tar file) to a stream that need not seek: files first, the manifest last.</summary>
internal sealed class BackupWriter(Stream archive, DateTimeOffset at) : IAsyncDisposable
{
    private readonly TarWriter tar = new(archive, TarEntryFormat.Pax, leaveOpen: true);
    private readonly List<BackedUpFile> files = [];

    /// <summary>Adds a file under a name; it must not change meanwhile.</summary>
    public async Task AddAsync(string name, string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        var hash = await SHA256.HashDataAsync(file, cancellationToken);
        file.Position = 0;
        await WriteAsync(name, file, cancellationToken);
        files.Add(new BackedUpFile(name, file.Length, Convert.ToHexStringLower(hash)));
    }

    /// <summary>Ends the archive with its manifest, which then names all files added.</summary>
    public async Task<BackupManifest> FinishAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        var complete = manifest with { Files = files };
        using var bytes = new MemoryStream(complete.Write());
        await WriteAsync(BackupManifest.EntryName, bytes, cancellationToken);
        return complete;
    }

    public ValueTask DisposeAsync() => tar.DisposeAsync();

    private Task WriteAsync(string name, Stream data, CancellationToken cancellationToken) =>
        tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = data,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                ModificationTime = at,
            },
            cancellationToken);
}
