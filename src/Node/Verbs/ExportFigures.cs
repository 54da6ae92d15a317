using System.CommandLine;
using System.Globalization;
using Tambo.Flows.Serving;
using Tambo.Node.CommandLine;
using Tambo.Platform.Backup;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo export flows FILE</c>: the figures of a question in the formats of the open interfaces.</summary>
internal static class ExportFigures
{
    private static readonly Option<string> Format = new("--format")
    {
        Description = "csv, the same with a line of HXL hashtags (hxl), json, or a cube of JSON-stat 2.0 (json-stat).",
        DefaultValueFactory = static _ => "csv",
        HelpName = "csv|hxl|json|json-stat",
    };

    public static Verb Figures { get; } = new()
    {
        Command = Make(),
        Store = Store.Present,
        Check = Export.RefuseToReplace,
        RunAsync = RunAsync,
    };

    private static Command Make()
    {
        Format.AcceptOnlyFromAmong("csv", "hxl", "json", "json-stat");
        var command = new Command("flows", "Write the figures of a question, each series for itself, with sources and bounds.") { Export.File, Format, Export.Force };
        foreach (var option in FlowsVerbs.Asking)
            command.Options.Add(option);
        return command;
    }

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        var path = context.Value(Export.File)!;
        context.Caller.Report(new WorkProgress("Exporting", 0, 0));
        int figures;
        await using (var file = await context.Caller.CreateFileAsync(path, cancellationToken))
        {
            figures = await context.Get<WriteFigures>().ToStreamAsync(FlowsVerbs.Asked(context), context.Value(Format)!, file.Content, cancellationToken);
            await file.KeepAsync(cancellationToken);
        }

        var said = string.Create(CultureInfo.InvariantCulture, $"Exported {figures} figures.");
        await (path == StandardOutput.Name ? context.Caller.ErrorAsync(said) : context.Caller.LineAsync(said));
        return 0;
    }
}
