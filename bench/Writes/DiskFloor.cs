using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Tambo.Bench.Writes;

/// <summary>What the disk can do at most: 4 KiB appended and made durable, one after the other.</summary>
internal static partial class DiskFloor
{
    private const int Block = 4096;

    /// <summary>How many blocks a second are durable, in a file of this folder.</summary>
    public static double PerSecond(string folder, double seconds)
    {
        var path = Path.Combine(folder, "floor");
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.DeleteOnClose);
        var block = new byte[Block];
        var written = 0L;
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalSeconds < seconds)
        {
            block[0] = (byte)written;
            RandomAccess.Write(file, block, written * Block);
            if (DataSync(file) != 0)
                throw new IOException("fdatasync failed.");
            written++;
        }

        return written / clock.Elapsed.TotalSeconds;
    }

    // .NET offers fsync only, which also writes the file's times.
    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int DataSync(SafeFileHandle file);
}
