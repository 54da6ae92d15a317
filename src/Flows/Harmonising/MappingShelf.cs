using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Tambo.Platform.Places;

namespace Tambo.Flows.Harmonising;

/// <summary>A mapping with the file it was read from.</summary>
/// <param name="Mapping">The mapping.</param>
/// <param name="Json">Its file.</param>
public sealed record KeptMapping(Mapping Mapping, string Json)
{
    /// <summary>The SHA-256 of its file, in lower-case hexadecimal.</summary>
    public string Hash { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Json)));
}

/// <summary>The mappings of tables of figures that the node has: shipped ones, and those in the data folder.</summary>
public static class MappingShelf
{
    /// <summary>How a mapping's file is written.</summary>
    public static JsonSerializerOptions Options { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DictionaryKeyPolicy = null,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        // One value written twice would mean what it means the last time.
        AllowDuplicateProperties = false,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters =
        {
            new JsonStringEnumConverter<Carried>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
            new JsonStringEnumConverter<Replacing>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
    };

    /// <summary>The names of all mappings, in order.</summary>
    public static IReadOnlyList<string> Names(string folder) =>
        [.. Places(folder).Where(Directory.Exists).SelectMany(place => Directory.EnumerateFiles(place, "*.json"))
            .Select(path => Path.GetFileNameWithoutExtension(path)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>The mapping of a name, the node's own before the shipped one.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">There is none, or it is not in order.</exception>
    public static KeptMapping Find(string name, string folder)
    {
        var path = name.Length is > 0 and <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? Places(folder).Select(place => Path.Combine(place, name + ".json")).FirstOrDefault(File.Exists)
            : null;
        return path is null
            ? throw FlowsProblems.MappingUnknown.With(("name", name), ("names", string.Join(", ", Names(folder))))
            : Read(File.ReadAllText(path), name);
    }

    /// <summary>Reads a mapping's file.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">It is not in order.</exception>
    public static KeptMapping Read(string json, string name)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize<Mapping>(json, Options) ?? throw new JsonException("The file is empty.");
            MappingChecks.Checked(mapping);
            return new KeptMapping(mapping, json);
        }
        catch (JsonException failure)
        {
            throw FlowsProblems.MappingBroken.With(("name", name), ("what", failure.Message));
        }
    }

    private static IEnumerable<string> Places(string folder) => [Path.Combine(folder, "mappings", "flows"), Path.Combine(ShippedTable.Folder, "mappings", "flows")];
}
