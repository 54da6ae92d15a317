using System.CommandLine;
using System.Globalization;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo backup FILE</c>: copies the node into one file, and its key store into a second beside it.</summary>
internal static class Backup
{
    private static readonly Argument<string> File = new("FILE")
    {
        Description = "The archive to make. Sealed keys go to FILE.keys, so that they can be kept, and destroyed, apart.",
    };

    public static Verb Verb { get; } = new()
    {
        Command = new Command("backup", "Copy the node, while it serves if it does, into one file, and look whether the copy is whole.") { File },
        Store = Store.Present,
        CheckMadeAsync = static (path, cancellationToken) => BackupReader.VerifyAsync(path, kind: null, cancellationToken),
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(File)!;
        var backup = await MakeAsync(context.Get<NodeBackup>(), context, path, cancellationToken);
        var bytes = backup.Files.Sum(file => file.Length) / 1024.0 / 1024.0;
        await context.Caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture, $"Backed up to {path}: {Count(backup.Files.Count)}, {bytes:0.0} MiB, {backup.AuditEntries} audit lines verified."));
        await context.Caller.LineAsync($"Keys, sealed by the node key, are in {path}.keys, to be restored within {context.Settings.KeyBackupDays} days; then delete that file. The node key itself is in neither. Keep it elsewhere.");
        return 0;
    }

    /// <summary>A number of files in words.</summary>
    public static string Count(int files) => files == 1 ? "1 file" : string.Create(CultureInfo.InvariantCulture, $"{files} files");

    /// <summary>Makes a backup and notes it; its files have their names before the note is written.</summary>
    public static async Task<BackupManifest> MakeAsync(
        NodeBackup node, VerbContext context, string path, CancellationToken cancellationToken)
    {
        await using var archive = await context.Caller.CreateFileAsync(path, cancellationToken);
        var manifest = await node.WriteAsync(archive.Content, context.Caller, cancellationToken);
        await using var keys = await context.Caller.CreateFileAsync(path + ".keys", cancellationToken);
        await node.WriteKeysAsync(keys.Content, manifest, cancellationToken);
        await keys.KeepAsync(cancellationToken);
        await archive.KeepAsync(cancellationToken);
        await node.RecordAsync(context.Actor, manifest, cancellationToken);
        return manifest;
    }
}
