using System.CommandLine;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo restore FILE</c>: brings a node back into an empty folder.</summary>
internal static class Restore
{
    private static readonly Argument<string> File = new("FILE") { Description = "The archive that tambo backup made." };

    private static readonly Option<string?> Keys = new("--keys")
    {
        Description = "The key store that belongs to it, or one of another day; else FILE.keys when that is there.",
        HelpName = "FILE",
    };

    private static readonly Option<string[]> Erased = new("--erased")
    {
        Description = "A later backup of the node, of which only the list of erased persons is read; may be given several times.",
        HelpName = "FILE",
    };

    public static Verb Verb { get; } = new()
    {
        Command = new Command("restore", "Bring a node back from a backup into an empty data folder (and an empty PostgreSQL database).") { File, Keys, Erased },
        Store = Store.None,
        RunsInNode = false,
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var file = context.Value(File)!;
        var keys = context.Value(Keys) ?? (System.IO.File.Exists(file + ".keys") ? file + ".keys" : null);
        var restore = new NodeRestore(context.Settings, Parts.Migrations, context.Time) { LaterBackups = context.Value(Erased) ?? [] };
        var restored = await restore.RunAsync(context.Actor, file, keys, context.Caller, cancellationToken);
        await context.Caller.LineAsync(
            $"Restored the node of {restored.Backup.Created} into {context.Settings.Folder}: "
            + $"{Backup.Count(restored.Backup.Files.Count)}, {restored.Audit.Entries} audit lines verified.");
        if (!restored.WithKeys)
            await context.Caller.ErrorAsync("tambo: no key store came with it: what was sealed by its keys cannot be opened.");
        if (restored.KeysFrom is { } from && from[..10] != restored.Backup.Created[..10])
            await context.Caller.ErrorAsync($"tambo: the keys are of {from}, the node is of {restored.Backup.Created}: what was sealed by keys made in between cannot be opened.");
        if (restored.KeysDestroyed > 0)
            await context.Caller.LineAsync($"{restored.KeysDestroyed} keys were destroyed again, as the erasure list says.");
        if (restored.Backup.AuditHeadFile is { } heads)
            await context.Caller.LineAsync($"The node kept its audit heads in {heads}. Name a new file (--audit-head) when this node takes the old one's place.");
        return 0;
    }
}
