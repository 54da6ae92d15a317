using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Tambo.Bench.Running;

/// <summary>
/// Keeps the pages of files in memory for as long as it lives. A machine of its own keeps the database that it works on; a virtual one
/// whose host takes pages back that were idle for some seconds does not, and would measure the host's disk.
/// </summary>
internal sealed class HeldInMemory : IDisposable
{
    private const long Large = 1 << 20;
    private readonly List<MemoryMappedFile> files = [];
    private readonly List<MemoryMappedViewAccessor> views = [];

    /// <summary>Bytes that are held.</summary>
    public long Bytes { get; private set; }

    /// <summary>Holds the large files of a folder, but for journals that are cut again.</summary>
    /// <exception cref="InvalidOperationException">The system does not allow it.</exception>
    public static HeldInMemory Of(string folder)
    {
        var held = new HeldInMemory();
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.Length > Large && file.Extension is not (".db-wal" or ".db-shm")))
        {
            var mapped = MemoryMappedFile.CreateFromFile(file.Open(FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
            var view = mapped.CreateViewAccessor(0, file.Length, MemoryMappedFileAccess.Read);
            held.files.Add(mapped);
            held.views.Add(view);
            if (Lock(view.SafeMemoryMappedViewHandle.DangerousGetHandle(), (nuint)file.Length) != 0)
                throw new InvalidOperationException($"{file.Name} cannot be held in memory ({Marshal.GetLastPInvokeError()}).");
            held.Bytes += file.Length;
        }

        return held;
    }

    public void Dispose()
    {
        views.ForEach(view => view.Dispose());
        files.ForEach(file => file.Dispose());
    }

    [DllImport("libc", EntryPoint = "mlock", SetLastError = true)]
    private static extern int Lock(nint address, nuint length);
}
