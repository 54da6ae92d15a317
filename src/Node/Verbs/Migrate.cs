using System.CommandLine;
using Tambo.Node.CommandLine;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Backup;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo migrate</c>: brings the tables of a node up to this program's version, after a backup.</summary>
internal static class Migrate
{
    private static readonly Option<bool> NoBackup = new("--no-backup") { Description = "Do not back up first." };

    public static Verb Verb { get; } = new()
    {
        Command = new Command("migrate", "Bring the node's tables up to this version; a node with data is backed up first, into its folder backups.") { NoBackup },
        Store = Store.None,
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Services is not null)
        {
            await context.Caller.LineAsync("The node is running, so its tables are up to date.");
            return 0;
        }

        var steps = await UpgradeAsync(context, backUp: !context.Value(NoBackup), cancellationToken);
        foreach (var step in steps)
            await context.Caller.LineAsync($"{step.Part}/{step.Number:0000} {step.Name.Replace('_', ' ')}");
        await context.Caller.LineAsync(steps.Count == 0 ? "Nothing to do." : $"{steps.Count} steps done.");
        return 0;
    }

    /// <summary>
    /// Before a node is opened: on SQLite, where one process owns it, an older one is backed up and brought up to date. On
    /// PostgreSQL nothing is done, and opening refuses: other processes of the older program may still serve it.
    /// </summary>
    public static async Task BeforeOpeningAsync(NodeSettings settings, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (settings.PostgresConnection is not null || !File.Exists(settings.Database.SqliteFile))
            return;
        var terminal = new Terminal(Backup.Verb.CheckMadeAsync);
        var actor = Actor.OperatingSystem(Environment.UserName);
        await UpgradeAsync(new VerbContext(settings, null, parsed, actor, terminal, TimeProvider.System), backUp: true, cancellationToken);
    }

    /// <summary>Brings the tables up to date; a node that has some already is backed up first. Returns the steps done.</summary>
    public static async Task<IReadOnlyList<Migration>> UpgradeAsync(VerbContext context, bool backUp, CancellationToken cancellationToken)
    {
        var key = context.Settings.ReadKey();
        await using var db = await NodeDb.OpenAsync(context.Settings.Database, context.Time, cancellationToken);
        var pending = await Migration.PendingAsync(db, Parts.Migrations, cancellationToken);
        if (pending.Count == 0)
            return pending;
        if (pending.Count < Parts.Migrations.Count && backUp)
            await BackUpFirstAsync(db, context, key, cancellationToken);
        await db.MigrateAsync(Parts.Migrations, cancellationToken);
        await KeyCheck.EnsureAsync(db, key, cancellationToken);
        return pending;
    }

    private static async Task BackUpFirstAsync(NodeDb db, VerbContext context, NodeKey key, CancellationToken cancellationToken)
    {
        using var auditKey = await AuditKey.OfAsync(db, context.Settings.KeyStore, key, cancellationToken);
        await using var keys = new DataKeys(context.Settings, key, db);
        var path = FileBefore(context.Settings, context.Time.GetUtcNow());
        await Backup.MakeAsync(new NodeBackup(db, context.Settings, key, auditKey, keys), context, path, cancellationToken);
        await context.Caller.LineAsync($"Backed up to {path}");
    }

    private static string FileBefore(NodeSettings settings, DateTimeOffset now)
    {
        var folder = Directory.CreateDirectory(Path.Combine(settings.Folder, "backups"));
        return Path.Combine(folder.FullName, $"before-migration-{now:yyyyMMdd-HHmmss}.tar");
    }
}
