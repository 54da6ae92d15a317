using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tambo.Guide.Imports;

/// <summary>The mappings that the node has: shipped ones, and those an operator has put into the data folder.</summary>
internal static class MappingFiles
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "data", "mappings");

    /// <summary>The names of all mappings, in order.</summary>
    /// <param name="folder">The data folder.</param>
    public static IReadOnlyList<string> Names(string folder) =>
    [
        .. new[] { Shipped, Path.Combine(folder, "mappings") }.Where(System.IO.Directory.Exists)
            .SelectMany(place => System.IO.Directory.EnumerateFiles(place, "*.json"))
            .Select(path => Path.GetFileNameWithoutExtension(path)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
    ];

    /// <summary>The mapping of that name; the operator's own goes before the shipped one.</summary>
    public static Mapping Find(string name, string folder)
    {
        if (name.Length is 0 or > 100 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            throw GuideProblems.MappingUnknown.With(("name", name), ("names", string.Join(", ", Names(folder))));
        foreach (var place in new[] { Path.Combine(folder, "mappings"), Shipped })
        {
            var path = Path.Combine(place, name + ".json");
            if (File.Exists(path))
                return Read(File.ReadAllText(path), name);
        }

        throw GuideProblems.MappingUnknown.With(("name", name), ("names", string.Join(", ", Names(folder))));
    }

    internal static Mapping Read(string json, string name)
    {
        try
        {
            var mapping = JsonSerializer.Deserialize<Mapping>(json, Options) ?? throw new JsonException("The file is empty.");
            foreach (var row in mapping.Tables.SelectMany(table => table.Rows))
            {
                if (!HsdsTables.Knows(row.Into))
                    throw new JsonException($"There is no HSDS table '{row.Into}'.");
                foreach (var expression in row.Fields.Values)
                    _ = new MappedValue(expression);
            }

            return mapping;
        }
        catch (Exception failure) when (failure is JsonException or ArgumentException)
        {
            throw GuideProblems.MappingBroken.With(("name", name), ("reason", failure.Message));
        }
    }
}
