using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Node.CommandLine;
using Tambo.Node.Diagnosis;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Node.Verbs;

/// <summary><c>tambo doctor</c>: looks over a node and says what should be seen to.</summary>
internal static class Doctor
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<Health>(JsonNamingPolicy.CamelCase) },
    };

    private static readonly Option<bool> AsJson = new("--json") { Description = "Write the findings as JSON." };

    public static Verb Verb { get; } = new()
    {
        Command = new Command("doctor", "Look over the node: disk, clock, keys, database, audit, backups, jobs. Ends with 1 when something has failed.") { AsJson },
        Store = Store.None,
        RunAsync = RunAsync,
    };

    private static async Task<int> RunAsync(VerbContext context, CancellationToken cancellationToken)
    {
        List<Finding> findings = [.. FolderChecks.Run(context.Settings, context.Time.GetUtcNow()), .. await OfDatabaseAsync(context, cancellationToken)];
        if (context.Value(AsJson))
            await context.Caller.LineAsync(JsonSerializer.Serialize(findings, Json));
        else
            foreach (var finding in findings)
                await context.Caller.LineAsync($"{Mark(finding.Health)}  {finding.Check,-14}  {finding.Text}");
        return findings.Exists(finding => finding.Health == Health.Failed) ? 1 : 0;
    }

    private static string Mark(Health health) => health switch
    {
        Health.Ok => "ok     ",
        Health.Warning => "look   ",
        _ => "FAILED ",
    };

    private static async Task<IReadOnlyList<Finding>> OfDatabaseAsync(VerbContext context, CancellationToken cancellationToken)
    {
        if (context.Services is not null)
            return await new DatabaseChecks(context.Get<NodeDb>(), context.Settings, context.Actor, context.Get<DataKeys>()).RunAsync(cancellationToken);
        // A doctor makes no node: where there is no database file none is opened.
        if (context.Settings.PostgresConnection is null && !File.Exists(context.Settings.Database.SqliteFile))
            return [Finding.Fail("database", $"there is no node in {context.Settings.Folder} yet")];
        try
        {
            await using var db = await NodeDb.OpenAsync(context.Settings.Database, context.Time, cancellationToken);
            await using var keys = FindKeys(context.Settings, db);
            return await new DatabaseChecks(db, context.Settings, context.Actor, keys).RunAsync(cancellationToken);
        }
        catch (Problem problem) when (problem.Kind != PlatformProblems.NodeInUse)
        {
            return [Finding.Fail("database", Shared.Sentence(problem))];
        }
        catch (System.Data.Common.DbException failure)
        {
            return [Finding.Fail("database", failure.Message)];
        }
    }

    /// <summary>The data keys; null when the node key cannot be read, which the doctor says by itself.</summary>
    private static DataKeys? FindKeys(NodeSettings settings, NodeDb db)
    {
        try
        {
            // A doctor makes no node key either: reading the settings' key would make one where there is none.
            return settings.IsDemonstration || Environment.GetEnvironmentVariable("TAMBO_NODE_KEY") is { Length: > 0 } || File.Exists(settings.KeyFilePath)
                ? new DataKeys(settings, settings.ReadKey(), db)
                : null;
        }
        catch (Problem)
        {
            return null;
        }
    }
}
