using System.Globalization;
using Tambo.Node.Verbs;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Diagnosis;

/// <summary>What can be said about a node without opening its database: disk, folder, key, places.</summary>
internal static class FolderChecks
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;

    /// <summary>Below this much free disk an operator should make room.</summary>
    private const long LittleRoom = 2L * 1024 * 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Years outside of these are a clock that was never set.</summary>
    private static readonly (int First, int Last) SaneYears = (2025, 2100);

    public static IEnumerable<Finding> Run(NodeSettings settings, DateTimeOffset now)
    {
        yield return Disk(settings.Folder);
        if (!OperatingSystem.IsWindows())
            yield return Mode(settings.Folder);
        yield return now.Year >= SaneYears.First && now.Year <= SaneYears.Last
            ? Finding.Ok("clock", now.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))
            : Finding.Fail("clock", $"says {now:yyyy-MM-dd}; set it, and let the system keep it (NTP)");
        yield return Key(settings);
        yield return HeadPlace(settings);
    }

    private static Finding Disk(string folder)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        var text = string.Create(CultureInfo.InvariantCulture, $"{free / Gibibyte:0.0} GiB free");
        return free switch
        {
            < Platform.Http.Health.LeastFreeBytes => Finding.Fail("disk", text + "; nearly full: make room, changes are refused below 2 MiB"),
            < LittleRoom => Finding.Warn("disk", text + "; make room before it runs out"),
            _ => Finding.Ok("disk", text),
        };
    }

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static Finding Mode(string folder)
    {
        var mode = File.GetUnixFileMode(folder);
        var text = Convert.ToString((int)mode, 8);
        return (mode & ~OwnerOnly) == UnixFileMode.None
            ? Finding.Ok("folder", $"{folder}, mode {text}")
            : Finding.Fail("folder", $"{folder} has mode {text}: others can look in; chmod 700 {folder}");
    }

    private static Finding Key(NodeSettings settings)
    {
        if (settings.IsDemonstration)
            return Finding.Warn("key", "a demonstration's key, lying beside its data: it protects nothing");
        if (Environment.GetEnvironmentVariable("TAMBO_NODE_KEY") is not { Length: > 0 } && !File.Exists(settings.KeyFilePath))
            return Finding.Fail("key", $"{settings.KeyFilePath} is not there");
        try
        {
            settings.ReadKey();
        }
        catch (Problem problem)
        {
            return Finding.Fail("key", Shared.Sentence(problem));
        }

        return settings.KeyFilePath.StartsWith(settings.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? Finding.Warn("key", "lies inside the data folder: a thief of the folder has both; keep it elsewhere")
            : Finding.Ok("key", "can be read, by its owner alone");
    }

    private static Finding HeadPlace(NodeSettings settings) =>
        MountOf(settings.AuditHeadFile) == MountOf(settings.Folder)
            ? Finding.Warn("audit heads", $"{settings.AuditHeadFile} is on the same disk as the data: name a place on another (--audit-head)")
            : Finding.Ok("audit heads", $"{settings.AuditHeadFile}, on another disk than the data");

    /// <summary>The mount that a path lies on: the longest mount point that it begins with.</summary>
    private static string MountOf(string path)
    {
        var full = Path.GetFullPath(path);
        return DriveInfo.GetDrives().Select(drive => drive.Name)
            .Where(mount => full == mount || full.StartsWith(mount.EndsWith('/') ? mount : mount + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            .MaxBy(mount => mount.Length) ?? "";
    }
}
