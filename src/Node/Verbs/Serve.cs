using System.CommandLine;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo serve</c>: runs the node of a data folder until it is told to stop.</summary>
internal static class Serve
{
    private static readonly Option<string> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons.",
        DefaultValueFactory = _ => "http://localhost:5080",
    };

    public static Command Command()
    {
        var command = new Command("serve", "Run the node of a data folder.") { Shared.Data, Urls };
        command.SetAction((parsed, cancellationToken) => Shared.GuardAsync(async () =>
        {
            var settings = NodeSettings.Of(Shared.Folder(parsed)) with { Urls = parsed.GetValue(Urls)! };
            await RunAsync(settings, cancellationToken);
            return 0;
        }));
        return command;
    }

    /// <summary>Serves until the process is asked to end; requests under way are finished first.</summary>
    public static async Task RunAsync(NodeSettings settings, CancellationToken cancellationToken)
    {
        await using var app = await NodeHost.BuildAsync(settings, TimeProvider.System, cancellationToken);
        await app.StartAsync(cancellationToken);
        foreach (var url in app.Urls)
            Console.WriteLine($"Tambo listens on {url}");
        await Microsoft.Extensions.Hosting.HostingAbstractionsHostExtensions.WaitForShutdownAsync(app, cancellationToken);
    }
}
