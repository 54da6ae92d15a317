namespace Tambo.Node.CommandLine;

/// <summary>Files that a caller sent along with a verb, for as long as it runs.</summary>
internal sealed class Uploads(string dataFolder, Guid visit) : IDisposable
{
    private readonly string folder = Path.Combine(dataFolder, "uploads-under-way", visit.ToString("N"));
    private readonly Dictionary<string, string> paths = new(StringComparer.Ordinal);

    /// <summary>Where each file or folder, named as typed, lies here.</summary>
    public IReadOnlyDictionary<string, string> Paths => paths;

    /// <summary>Takes everything until the caller says run; false when they have gone.</summary>
    public async Task<bool> ReceiveAsync(FrameStream frames, CancellationToken cancellationToken)
    {
        FileStream? file = null;
        try
        {
            while (await frames.ReadAsync(cancellationToken) is { } frame)
            {
                switch (frame.Kind)
                {
                    case FrameKind.Run:
                        return true;
                    case FrameKind.Upload:
                        await CloseAsync(file);
                        file = Create(frame.Json<UploadedFile>());
                        break;
                    case FrameKind.UploadBytes when file is not null:
                        await file.WriteAsync(frame.Bytes, cancellationToken);
                        break;
                    default:
                        return false;
                }
            }

            return false;
        }
        finally
        {
            await CloseAsync(file);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    private FileStream Create(UploadedFile upload)
    {
        if (!paths.TryGetValue(upload.Typed, out var root))
        {
            // A number of its own keeps apart two arguments that end in the same name.
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(upload.Typed));
            root = Path.Combine(folder, paths.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), name is "" or "." or ".." ? "folder" : name);
            paths[upload.Typed] = root;
        }

        var path = Path.GetFullPath(Path.Combine(root, upload.Below));
        if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new InvalidDataException("A file that would lie elsewhere.");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write);
    }

    private static ValueTask CloseAsync(FileStream? file) => file?.DisposeAsync() ?? ValueTask.CompletedTask;
}
