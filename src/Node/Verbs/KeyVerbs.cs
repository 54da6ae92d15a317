using System.CommandLine;
using System.Globalization;
using Tambo.Node.CommandLine;
using Tambo.Platform.Cryptography;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo keys status</c> and <c>rotate</c>: how the keys of personal data stand, and sealing them anew.</summary>
internal static class KeyVerbs
{
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be done, and do nothing." };

    public static Verb Status { get; } = new()
    {
        Command = new Command("status", "Say how many keys there are, since when they are sealed as they are, and how long their backups count."),
        Store = Store.Present,
        RunAsync = StatusAsync,
    };

    public static Verb Rotate { get; } = new()
    {
        Command = new Command("rotate", "Seal every data key by a new wrapping key and destroy the old one; cut short, it goes on where it stopped.") { DryRun },
        Store = Store.Present,
        RunAsync = RotateAsync,
    };

    private static async Task<int> StatusAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await WarnOfDemonstrationAsync(context);
        var status = await KeyStoreStatus.ReadAsync(context.Get<DataKeys>(), cancellationToken);
        await context.Caller.LineAsync(status.IsThere
            ? string.Create(CultureInfo.InvariantCulture, $"{status.Keys} data keys; {status.Erased} subjects erased for good.")
            : "No data key has been made yet.");
        if (status.WrappingSince.Length > 0)
            await context.Caller.LineAsync($"Sealed by a wrapping key of {status.WrappingSince}, which the node key seals.");
        if (status.IsRotating)
            await context.Caller.LineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{status.ToSeal} keys are still sealed by the one before: a rotation is under way or was cut short; tambo keys rotate goes on."));
        await context.Caller.LineAsync($"Backups of keys may be restored for {context.Settings.KeyBackupDays} days.");
        return 0;
    }

    private static async Task<int> RotateAsync(VerbContext context, CancellationToken cancellationToken)
    {
        await WarnOfDemonstrationAsync(context);
        var status = await KeyStoreStatus.ReadAsync(context.Get<DataKeys>(), cancellationToken);
        if (!status.IsThere)
        {
            await context.Caller.LineAsync("No data key has been made yet: there is nothing to seal anew.");
            return 0;
        }

        if (context.Value(DryRun))
        {
            var count = status.IsRotating ? status.ToSeal : status.Keys;
            await context.Caller.LineAsync(string.Create(
                CultureInfo.InvariantCulture, $"Would seal {count} keys anew{(status.IsRotating ? ", going on with a rotation that was cut short" : "")}. Nothing was done."));
            return 0;
        }

        var report = await context.Get<KeyRotation>().RunAsync(context.Actor, context.Caller, cancellationToken);
        await context.Caller.LineAsync(string.Create(
            CultureInfo.InvariantCulture, $"{report.Sealed} keys are sealed anew{(report.WentOn ? " (a rotation that was cut short is complete)" : "")}; the old wrapping key is destroyed."));
        await context.Caller.LineAsync("Backups of keys made before still open with the node key: make a new one, and delete those when they are no more needed.");
        return 0;
    }

    private static Task WarnOfDemonstrationAsync(VerbContext context) => context.Settings.IsDemonstration
        ? context.Caller.ErrorAsync("THIS IS A DEMONSTRATION. Its node key lies beside its data and protects nothing: put no real person's data into it.")
        : Task.CompletedTask;
}
