using System.CommandLine;
using Tambo.Node.Verbs;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.CommandLine;

/// <summary>Decides where a typed verb runs: in the node that serves the folder, or here.</summary>
internal static class VerbRun
{
    /// <summary>A node that is just starting holds its folder before it opens its socket.</summary>
    private const int Attempts = 20;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(250);

    /// <summary>Runs the verb and returns its exit code; refusals become a line on standard error.</summary>
    public static Task<int> StartAsync(Verb verb, ParseResult parsed, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(verb.CheckMadeAsync);
        return Shared.GuardAsync(
            async () =>
            {
                verb.Check(parsed);
                var settings = Shared.Settings(parsed);
                for (var attempt = 1; ; attempt++)
                {
                    if (await TryRemoteAsync(verb, settings, parsed, cancellationToken) is { } code)
                        return code;
                    try
                    {
                        return await RunHereAsync(verb, settings, parsed, terminal, cancellationToken);
                    }
                    catch (Problem problem) when (problem.Kind == PlatformProblems.NodeInUse && attempt < Attempts && MayBeServed(verb, settings))
                    {
                        await Task.Delay(BetweenAttempts, TimeProvider.System, cancellationToken);
                    }
                }
            },
            terminal);
    }

    private static bool MayBeServed(Verb verb, NodeSettings settings) =>
        verb.RunsInNode && settings.PostgresConnection is null && NodeSocket.PathOf(settings) is not null;

    private static async Task<int?> TryRemoteAsync(Verb verb, NodeSettings settings, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!MayBeServed(verb, settings) || await NodeSocket.TryConnectAsync(settings, cancellationToken) is not { } socket)
            return null;
        await using var remote = new RemoteVerb(verb, socket);
        return await remote.RunAsync(parsed, Environment.GetCommandLineArgs()[1..], cancellationToken);
    }

    private static async Task<int> RunHereAsync(
        Verb verb, NodeSettings settings, ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var actor = Actor.OperatingSystem(Environment.UserName);
        if (verb.Store == Store.None)
            return await verb.RunAsync(new VerbContext(settings, null, parsed, actor, terminal, TimeProvider.System), cancellationToken);
        if (verb.Store == Store.Present)
            await RefuseNoNodeAsync(settings, cancellationToken);
        else
            await Migrate.BeforeOpeningAsync(settings, parsed, cancellationToken);
        await using var app = await NodeHost.BuildAsync(
            settings, TimeProvider.System, cancellationToken, quiet: true, migrate: verb.Store == Store.UpToDate);
        return await verb.RunAsync(new VerbContext(settings, app.Services, parsed, actor, terminal, TimeProvider.System), cancellationToken);
    }

    /// <summary>A mistyped folder must not become a new, empty node that is then backed up.</summary>
    private static async Task RefuseNoNodeAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        if (settings.PostgresConnection is null)
        {
            if (!File.Exists(settings.Database.SqliteFile))
                throw PlatformProblems.NoNode.With(("folder", settings.Folder));
            return;
        }

        await using var db = await NodeDb.OpenAsync(settings.Database, TimeProvider.System, cancellationToken);
        if ((await Migration.PendingAsync(db, Parts.Migrations, cancellationToken)).Count == Parts.Migrations.Count)
            throw PlatformProblems.NoNode.With(("folder", "PostgreSQL"));
    }
}
