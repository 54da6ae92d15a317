using System.CommandLine;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Node.Verbs;

/// <summary>What all verbs share: the data folder, and refusals as one line on standard error.</summary>
internal static class Shared
{
    /// <summary>Where the node's data lies.</summary>
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The data folder; else $TAMBO_DATA, else ./tambo-data.",
    };

    /// <summary>The folder a command line means.</summary>
    public static string Folder(ParseResult parsed) =>
        parsed.GetValue(Data)
        ?? (Environment.GetEnvironmentVariable("TAMBO_DATA") is { Length: > 0 } folder ? folder : "tambo-data");

    /// <summary>Runs a verb; a refusal becomes its sentence on standard error and exit code 1.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> verb)
    {
        try
        {
            return await verb();
        }
        catch (Problem problem)
        {
            var texts = TextCatalog.Load(Parts.All.Select(part => part.Assembly)).In(TextCatalog.Fallback);
            await Console.Error.WriteLineAsync($"tambo: {problem.Detail(texts)} ({problem.Kind.Code})");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("tambo: stopped");
            return 130;
        }
    }
}
