using System.Buffers;
using System.Formats.Tar;
using System.Security.Cryptography;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Backup;

/// <summary>Reads a backup archive and believes nothing in it that its manifest does not name with the same hash.</summary>
public static class BackupReader
{
    /// <summary>A tar file ends with two blocks of zeros.</summary>
    private const int EndLength = 1024;

    /// <summary>The manifest is read into memory; a node's is far below this.</summary>
    private const long LargestManifest = 256L * 1024 * 1024;

    /// <summary>Reads a whole archive and compares every byte with its manifest.</summary>
    /// <exception cref="Problem">It is cut short, damaged, or of another kind.</exception>
    public static Task<BackupManifest> VerifyAsync(string path, string? kind, CancellationToken cancellationToken) =>
        ReadAsync(path, kind, folder: null, only: null, cancellationToken);

    /// <summary>Verifies an archive while writing its files, or only the one of a name, into a folder, flushed to the disk.</summary>
    /// <exception cref="Problem">It is cut short, damaged, or of another kind; the folder then holds remains.</exception>
    public static Task<BackupManifest> ExtractAsync(string path, string kind, string folder, CancellationToken cancellationToken, string? only = null) =>
        ReadAsync(path, kind, folder, only, cancellationToken);

    private static async Task<BackupManifest> ReadAsync(string path, string? kind, string? folder, string? only, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, useAsync: true);
        await CheckEndAsync(file, path, cancellationToken);
        var found = new List<BackedUpFile>();
        BackupManifest? manifest = null;
        try
        {
            await using var tar = new TarReader(file, leaveOpen: true);
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (manifest is not null || entry.EntryType != TarEntryType.RegularFile || !IsPlain(entry.Name))
                    throw BackupProblems.Damaged.With(("file", path), ("reason", $"unexpected entry {entry.Name}"));
                if (entry.Name == BackupManifest.EntryName)
                    manifest = await ReadManifestAsync(entry, path, cancellationToken);
                else
                    found.Add(await ReadFileAsync(entry, only is null || only == entry.Name ? folder : null, cancellationToken));
            }
        }
        catch (Exception failure) when (failure is not (Problem or OperationCanceledException) && !IsOfTarget(failure))
        {
            // Whatever a tar reader stumbles over, the archive is not what was written.
            throw BackupProblems.Damaged.With(("file", path), ("reason", "its structure cannot be read"));
        }

        if (manifest is null)
            throw BackupProblems.Incomplete.With(("file", path));
        if (Difference(manifest.Files, found) is { } name)
            throw BackupProblems.Damaged.With(("file", path), ("reason", $"{name} is not as it was written"));
        return kind is null || manifest.Kind == kind ? manifest : throw BackupProblems.OtherKind.With(("file", path), ("kind", manifest.Kind));
    }

    private static string? Difference(IReadOnlyList<BackedUpFile> wanted, List<BackedUpFile> found)
    {
        for (var i = 0; i < Math.Max(wanted.Count, found.Count); i++)
        {
            if (i >= wanted.Count || i >= found.Count || wanted[i] != found[i])
                return i < wanted.Count ? wanted[i].Name : found[i].Name;
        }

        return null;
    }

    private static async Task CheckEndAsync(FileStream file, string path, CancellationToken cancellationToken)
    {
        var end = new byte[EndLength];
        if (file.Length < EndLength || file.Length % 512 != 0)
            throw BackupProblems.Incomplete.With(("file", path));
        file.Position = file.Length - EndLength;
        await file.ReadExactlyAsync(end, cancellationToken);
        if (end.AsSpan().ContainsAnyExcept((byte)0))
            throw BackupProblems.Incomplete.With(("file", path));
        file.Position = 0;
    }

    private static async Task<BackupManifest> ReadManifestAsync(TarEntry entry, string path, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        if (entry.Length <= LargestManifest && entry.DataStream is { } data)
            await data.CopyToAsync(bytes, cancellationToken);
        return BackupManifest.Read(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) switch
        {
            null => throw BackupProblems.Damaged.With(("file", path), ("reason", "its table of contents cannot be read")),
            { Layout: not 1 } newer => throw BackupProblems.NewerProgram.With(("file", path), ("version", newer.Program)),
            var manifest => manifest,
        };
    }

    private static async Task<BackedUpFile> ReadFileAsync(TarEntry entry, string? folder, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var target = folder is null ? null : Create(Path.Combine(folder, entry.Name));
        var buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
        long length = 0;
        try
        {
            while (entry.DataStream is { } data && await data.ReadAsync(buffer, cancellationToken) is var read and > 0)
            {
                length += read;
                hash.AppendData(buffer, 0, read);
                if (target is not null)
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        target?.Flush(flushToDisk: true);
        return new BackedUpFile(entry.Name, length, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    private static FileStream Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    /// <summary>A relative path downwards and nothing else: an archive must not write outside its folder.</summary>
    private static bool IsPlain(string name) =>
        name.Length is > 0 and < 1000
        && !name.AsSpan().ContainsAny('\\', ':', '\0')
        && Array.TrueForAll(name.Split('/'), part => part is not ("" or "." or ".."));

    /// <summary>A full or failing disk on the writing side is not the archive's fault.</summary>
    private static bool IsOfTarget(Exception failure) =>
        failure is UnauthorizedAccessException || failure.GetType() == typeof(IOException);
}
