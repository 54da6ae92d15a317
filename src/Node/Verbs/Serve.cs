using System.CommandLine;
using Microsoft.Extensions.Hosting;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo serve</c>: runs the node of a data folder until it is told to stop.</summary>
internal static class Serve
{
    /// <summary>Where to listen.</summary>
    public static readonly Option<string> Urls = new("--urls")
    {
        Description = "Addresses to listen on, separated by semicolons.",
        DefaultValueFactory = _ => "http://localhost:5080",
        HelpName = "URLS",
    };

    private static readonly Option<string?> PublicUrl = new("--public-url")
    {
        Description = "The address readers use, for QR codes, mail and sign-in; else what tambo.json says.",
        HelpName = "URL",
    };

    private static readonly Option<string[]> TrustedProxy = new("--trusted-proxy")
    {
        Description = "A network (CIDR) whose forwarded headers are believed; may be given several times.",
        HelpName = "CIDR",
    };

    private static readonly Option<string?> AuditHead = new("--audit-head")
    {
        Description = "Where signed audit heads go: best on another disk or machine.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> Certificate = new("--cert")
    {
        Description = "A certificate with its key (PKCS#12) to serve HTTPS with.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> AllowDemo = new("--allow-demo")
    {
        Description = "Serve the folder of a demonstration, whose key protects nothing.",
    };

    public static Command Command()
    {
        var command = new Command("serve", "Run the node of a data folder until it is told to stop.")
        {
            Urls, PublicUrl, TrustedProxy, AuditHead, Certificate, AllowDemo,
        };
        command.SetAction((parsed, cancellationToken) => Shared.GuardAsync(async () =>
        {
            var settings = Settings(parsed);
            if (settings.IsDemonstration && !parsed.GetValue(AllowDemo))
                throw PlatformProblems.DemoRefused.With(("folder", settings.Folder));
            await Migrate.BeforeOpeningAsync(settings, parsed, cancellationToken);
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
        await app.WaitForShutdownAsync(cancellationToken);
    }

    private static NodeSettings Settings(ParseResult parsed)
    {
        var settings = Shared.Settings(parsed);
        return settings with
        {
            Urls = parsed.GetValue(Urls)!,
            AuditHead = Shared.FullPath(parsed.GetValue(AuditHead)),
            Certificate = parsed.GetValue(Certificate),
            TrustedProxies = [.. settings.TrustedProxies, .. Shared.Networks(parsed.GetValue(TrustedProxy) ?? [])],
            File = parsed.GetValue(PublicUrl) is { } url ? settings.File with { PublicUrl = url } : settings.File,
        };
    }
}
