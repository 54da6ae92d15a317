using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Files;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Checking;

/// <summary>The checks that the node has: shipped ones, and those in the data folder, which stand instead of shipped ones of their name.</summary>
internal static class CheckShelf
{
    private static readonly JsonSerializerOptions Options = new(MappingShelf.Options)
    {
        Converters =
        {
            new JsonStringEnumConverter<CheckKind>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            new JsonStringEnumConverter<IssueSeverity>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    /// <summary>All checks that are in order, in the order of their codes: one that is not leaves the others as they are.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="broken">Takes the others, by the names of their files, with what is wrong.</param>
    public static IReadOnlyList<Check> All(string folder, ICollection<(string Code, Problem Fault)>? broken = null)
    {
        var checks = new List<Check>();
        foreach (var (code, text) in Files(folder))
        {
            try
            {
                checks.Add(text.Failure is { } failure ? throw FlowsProblems.CheckBroken.With(("name", code), ("what", failure)) : Read(text.Json, code));
            }
            catch (Problem problem)
            {
                broken?.Add((code, problem));
            }
        }

        return checks;
    }

    /// <summary>What stands in the files of all checks, in the order of their codes; of one that cannot be read, why.</summary>
    /// <param name="folder">The data folder.</param>
    public static IEnumerable<(string Code, (string Json, string? Failure) Text)> Files(string folder)
    {
        var paths = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var place in new[] { Path.Combine(ShippedTable.Folder, "checks", "flows"), Path.Combine(folder, "checks", "flows") }.Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(place, "*.json"))
                paths[Path.GetFileNameWithoutExtension(path)] = path;
        }

        return paths.Select(static path => (path.Key, ReadFile(path.Value)));
    }

    private static (string Json, string? Failure) ReadFile(string path)
    {
        try
        {
            return (File.ReadAllText(path), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return ("", failure.Message);
        }
    }

    /// <summary>Reads a check's file.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It is not in order.</exception>
    public static Check Read(string json, string code)
    {
        try
        {
            var check = JsonSerializer.Deserialize<Check>(json, Options) ?? throw new JsonException("The file is empty.");
            if (check.Code != code)
                throw new JsonException($"Its code is {check.Code}.");
            if (Fault(check.Rule) is { } fault)
                throw new JsonException(fault);
            return check;
        }
        catch (JsonException failure)
        {
            throw FlowsProblems.CheckBroken.With(("name", code), ("what", failure.Message));
        }
    }

    private static string? Fault(CheckRule rule)
    {
        if (Structure.Dataflow.Find(rule.Dataflow) is not { } flow)
            return "dataflow";
        return rule.Kind switch
        {
            CheckKind.Agree when rule.Tables.Count < 2 || rule.By.Count == 0 => "tables",
            CheckKind.Impossible when rule.Least is null && rule.Most is null => "least",
            CheckKind.Levels when rule.Component.Length > 0 && flow[rule.Component] is null => "component",
            CheckKind.Impossible when rule.Measures.Any(measure => flow[measure] is not { IsMeasure: true }) => "measures",
            CheckKind.Astray when rule.Most is null || flow["LATITUDE"] is null => "most",
            CheckKind.Swapped when flow[rule.Component] is null || flow[rule.Other] is null => "component",
            CheckKind.Repeated when rule.By.Count == 0 => "by",
            _ => null,
        };
    }
}
