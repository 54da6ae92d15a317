using System.Runtime.InteropServices;

namespace Tambo.Platform.Blobs;

/// <summary>
/// Makes the names in a folder survive a power cut: on Linux a new or renamed file is only lasting once its folder has
/// been synced too, which .NET has no call for.
/// </summary>
internal static partial class DurableFolder
{
    private const int ReadOnlyDirectory = 0x10000;

    /// <summary>Syncs the folder's entries; where the system keeps no such promise, does nothing.</summary>
    public static void Sync(string folder)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var handle = Open(folder, ReadOnlyDirectory);
        if (handle < 0)
            throw new IOException($"The folder cannot be opened for syncing (errno {Marshal.GetLastPInvokeError()}).");
        try
        {
            if (Fsync(handle) != 0)
                throw new IOException($"The folder cannot be synced (errno {Marshal.GetLastPInvokeError()}).");
        }
        finally
        {
            _ = Close(handle);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int handle);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int handle);
}
