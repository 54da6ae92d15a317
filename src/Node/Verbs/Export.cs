using System.CommandLine;
using System.Globalization;
using Tambo.Guide.Hsds;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;
using Tambo.Platform.Problems;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo export services FILE</c>: the public directory as HSDS, for other programs and other nodes.</summary>
internal static class Export
{
    private const string Tables = "hsds-csv";

    internal static readonly Argument<string> File = new("FILE")
    {
        Description = "The file to make; - for standard output. A name that ends in .zip makes an archive.",
    };

    private static readonly Option<string> Format = new("--format")
    {
        Description = "hsds-json: records of HSDS 3 as JSON, in one file or an archive; hsds-csv: its tables with datapackage.json, always an archive.",
        DefaultValueFactory = static _ => "hsds-json",
        HelpName = "hsds-json|hsds-csv",
    };

    internal static readonly Option<bool> Force = new("--force") { Description = "Replace a file that is there already." };

    public static Verb Services { get; } = new()
    {
        Command = Make(),
        Store = Store.Present,
        Check = RefuseToReplace,
        RunAsync = RunAsync,
    };

    private static Command Make()
    {
        Format.AcceptOnlyFromAmong("hsds-json", Tables);
        return new Command("services", "Write the services that the public may see, whether the node serves or not.") { File, Format, Force };
    }

    internal static void RefuseToReplace(ParseResult parsed)
    {
        var path = parsed.GetValue(File)!;
        if (path != StandardOutput.Name && Path.Exists(path) && !(parsed.GetValue(Force) && System.IO.File.Exists(path)))
            throw PlatformProblems.FileUnusable.With(("file", path), ("reason", Directory.Exists(path) ? "is a folder" : "is there already; --force replaces it"));
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(File)!;
        var form = context.Value(Format) == Tables ? ExportForm.Tables
            : Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) ? ExportForm.JsonArchive
            : ExportForm.Json;
        context.Caller.Report(new WorkProgress("Exporting", 0, 0));
        ExportCount count;
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            count = await context.Get<ExportServices>().WriteAsync(form, file.Content, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var said = string.Create(
            CultureInfo.InvariantCulture, $"Exported {count.Services} services, {count.Organizations} organizations and {count.Locations} places that the public may see.");
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(said) : context.Caller.LineAsync(said));
        return 0;
    }
}
