using Tambo.Platform.Problems;

namespace Tambo.Platform.Database;

/// <summary>
/// Refuses changes while the disk is nearly full, so that what a node must still write (leases, sessions, the log itself)
/// has room, and reading goes on. Looked at once a second at most.
/// </summary>
public sealed class DiskRoom(string folder, TimeProvider time)
{
    /// <summary>Below this much free disk nothing new is written, in bytes.</summary>
    public const long LeastFree = 2L * 1024 * 1024;

    private long lookedAt = long.MinValue;
    private volatile bool nearlyFull;

    /// <summary>Throws when the disk is nearly full.</summary>
    /// <exception cref="Problem">There is less room than <see cref="LeastFree"/>.</exception>
    public void Require()
    {
        var second = time.GetUtcNow().ToUnixTimeSeconds();
        if (Interlocked.Exchange(ref lookedAt, second) != second)
            nearlyFull = Free(folder) < LeastFree;
        if (nearlyFull)
            throw PlatformProblems.StorageFull.With();
    }

    /// <summary>Free bytes on the disk of a folder; the largest number when nobody can tell.</summary>
    public static long Free(string folder)
    {
        try
        {
            return new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return long.MaxValue;
        }
    }
}
