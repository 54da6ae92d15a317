using System.Data.Common;
using System.Globalization;
using Tambo.Node.Verbs;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Diagnosis;

/// <summary>What the doctor asks the store of data keys, and what it says of their backups.</summary>
internal static class KeyChecks
{
    /// <summary>Backups that the program makes by itself lie here, below the data folder.</summary>
    private const string OwnBackups = "backups";

    public static async Task<IReadOnlyList<Finding>> RunAsync(DataKeys keys, NodeSettings settings, string? lastBackup, DateTimeOffset now, CancellationToken cancellationToken)
    {
        KeyStoreStatus status;
        try
        {
            status = await KeyStoreStatus.ReadAsync(keys, cancellationToken);
        }
        catch (Problem problem)
        {
            return [Finding.Fail("data keys", Shared.Sentence(problem))];
        }
        catch (DbException failure)
        {
            return [Finding.Fail("data keys", failure.Message)];
        }

        return [Store(status, settings), .. status.Keys > 0 ? [Backup(settings, lastBackup, now)] : Array.Empty<Finding>(), .. Expired(settings, now)];
    }

    private static Finding Store(KeyStoreStatus status, NodeSettings settings)
    {
        if (!status.IsThere)
            return Finding.Ok("data keys", "none made yet");
        var text = string.Create(CultureInfo.InvariantCulture, $"{status.Keys}, {status.Erased} erased for good");
        if (status.IsRotating)
            return Finding.Warn("data keys", $"{text}; {status.ToSeal} are still sealed by an earlier wrapping key: tambo keys rotate");
        return settings.IsDemonstration
            ? Finding.Warn("data keys", text + "; sealed by a demonstration's key, they protect nobody: put no real person's data into it")
            : Finding.Ok("data keys", text);
    }

    private static Finding Backup(NodeSettings settings, string? last, DateTimeOffset now)
    {
        if (last is null)
            return Finding.Warn("key backups", "there are keys and no copy of them: tambo backup FILE");
        var age = now - Instants.Read(last);
        var text = string.Create(CultureInfo.InvariantCulture, $"last {last[..10]}, {age.TotalDays:0.0} days ago");
        if (age > TimeSpan.FromDays(settings.KeyBackupDays))
            return Finding.Fail("key backups", $"{text}: none may be restored any more; make one");
        return age > DatabaseChecks.BackupDue
            ? Finding.Warn("key backups", text + ": what was sealed since by new keys would be lost; make one")
            : Finding.Ok("key backups", text);
    }

    private static IEnumerable<Finding> Expired(NodeSettings settings, DateTimeOffset now)
    {
        var folder = Path.Combine(settings.Folder, OwnBackups);
        var old = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.keys").Count(file => now - new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero) > TimeSpan.FromDays(settings.KeyBackupDays))
            : 0;
        if (old > 0)
            yield return Finding.Warn("key backups", string.Create(CultureInfo.InvariantCulture, $"{old} in {folder} are older than {settings.KeyBackupDays} days: delete them, so that erased keys are gone"));
    }
}
