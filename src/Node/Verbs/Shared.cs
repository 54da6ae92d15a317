using System.CommandLine;
using System.Net;
using Tambo.Node.CommandLine;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary>What all verbs share: the data folder, and refusals as one line on standard error.</summary>
internal static class Shared
{
    /// <summary>Where the node's data lies.</summary>
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The data folder; else $TAMBO_DATA, else ./tambo-data.",
        HelpName = "DIR",
        Recursive = true,
    };

    /// <summary>The file that names a PostgreSQL database, so that no password stands on a command line.</summary>
    public static readonly Option<string?> DatabaseFile = new("--database-file")
    {
        Description = "A file that holds a PostgreSQL connection string; else $TAMBO_DATABASE, else SQLite in the data folder.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Where the node key is.</summary>
    public static readonly Option<string?> KeyFile = new("--key-file")
    {
        Description = "The file of the node key; else $TAMBO_NODE_KEY, else what tambo.json says, else one in your own settings folder.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>The texts of the command line, which is in English.</summary>
    public static Texts Texts => English.Value;

    private static readonly Lazy<Texts> English = new(() => TextCatalog.Load(Parts.All.Select(part => part.Assembly)).In(TextCatalog.Fallback));

    /// <summary>The options that every verb understands.</summary>
    public static IReadOnlyList<Option> Everywhere { get; } = [Data, DatabaseFile, KeyFile];

    /// <summary>The folder a command line means.</summary>
    public static string Folder(ParseResult parsed) =>
        parsed.GetValue(Data)
        ?? (Environment.GetEnvironmentVariable("TAMBO_DATA") is { Length: > 0 } folder ? folder : "tambo-data");

    /// <summary>The settings that folder, environment and command line amount to.</summary>
    /// <exception cref="Problem">One of them cannot be understood.</exception>
    public static NodeSettings Settings(ParseResult parsed)
    {
        var settings = NodeSettings.Of(Folder(parsed)) with { KeyFile = FullPath(parsed.GetValue(KeyFile)) };
        settings = settings with { TrustedProxies = Networks(settings.File.TrustedProxies) };
        return parsed.GetValue(DatabaseFile) is { } file
            ? settings with { PostgresConnection = ReadConnection(file) }
            : settings;
    }

    /// <summary>A path as typed, made independent of the working directory.</summary>
    public static string? FullPath(string? path) => path is null ? null : Path.GetFullPath(path);

    /// <summary>Networks in CIDR notation.</summary>
    /// <exception cref="Problem">One is none.</exception>
    public static IReadOnlyList<IPNetwork> Networks(IEnumerable<string> texts) =>
    [
        .. texts.Select(text => IPNetwork.TryParse(text, out var network)
            ? network
            : throw PlatformProblems.SettingUnusable.With(("name", "trusted proxy"), ("value", text))),
    ];

    /// <summary>A refusal as the command line tells it.</summary>
    public static string Sentence(Problem problem) => $"{problem.Detail(English.Value)} ({problem.Kind.Code})";

    /// <summary>Runs a verb; a refusal becomes its sentence on standard error and exit code 1.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> verb, Caller? caller = null)
    {
        caller ??= new Terminal(static (_, _) => Task.CompletedTask);
        try
        {
            return await verb();
        }
        catch (Problem problem)
        {
            await caller.ErrorAsync("tambo: " + Sentence(problem));
            return 1;
        }
        catch (OperationCanceledException)
        {
            await caller.ErrorAsync("tambo: stopped");
            return 130;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await caller.ErrorAsync("tambo: " + failure.Message + $" ({PlatformProblems.FileUnusable.Code})");
            return 1;
        }
    }

    private static string ReadConnection(string file)
    {
        var text = File.ReadAllText(file).Trim();
        return text.Length > 0 ? text : throw PlatformProblems.SettingUnusable.With(("name", "--database-file"), ("value", file));
    }
}
