using Tambo.Platform.Problems;

namespace Tambo.Platform.Backup;

/// <summary>
/// A folder inside the data folder for half-made copies, held by one process at a time and emptied before and after.
/// Its remains, after a kill, hurt nobody and are cleared by the next to come.
/// </summary>
internal sealed class StagingFolder : IDisposable
{
    private readonly FileStream held;

    private StagingFolder(string path, FileStream held)
    {
        FullPath = path;
        this.held = held;
    }

    public string FullPath { get; }

    /// <summary>Takes the folder of a name.</summary>
    /// <exception cref="Problem">Another process holds it.</exception>
    public static StagingFolder Take(string dataFolder, string name)
    {
        var lockFile = Path.Combine(dataFolder, name + ".lock");
        FileStream held;
        try
        {
            held = new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException) when (File.Exists(lockFile))
        {
            throw BackupProblems.AlreadyRunning.With(("folder", dataFolder));
        }

        var path = Path.Combine(dataFolder, name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        Directory.CreateDirectory(path);
        return new StagingFolder(path, held);
    }

    public string PathOf(string name) => Path.Combine(FullPath, name);

    public void Dispose()
    {
        if (Directory.Exists(FullPath))
            Directory.Delete(FullPath, recursive: true);
        held.Dispose();
    }
}
