using System.Text.Json;
using Tambo.Flows.Cube;
using Tambo.Platform.Places;

namespace Tambo.Flows.Imports;

/// <summary>Some of the observations of a series, by codes that they have: the files of a country, of an operation.</summary>
/// <param name="Names">Components, or <see cref="Country"/>.</param>
/// <param name="Codes">A code of each.</param>
internal sealed record ReplacedScope(IReadOnlyList<string> Names, IReadOnlyList<string> Codes)
{
    /// <summary>The country of REF_AREA: of a state, department or municipality the one that it lies in.</summary>
    public const string Country = "COUNTRY";

    /// <summary>The component that a name is told from.</summary>
    public static string ComponentOf(string name) => name == Country ? "REF_AREA" : name;

    /// <summary>What observations are put together by.</summary>
    public static Grouping By(string name) => new(ComponentOf(name), code => CodeOf(name, code));

    /// <summary>Some codes of a name alone.</summary>
    public static Condition Only(string name, Func<string, bool> codes) => Condition.Only(ComponentOf(name), code => codes(CodeOf(name, code)));

    /// <summary>As it is stored: a JSON object; empty for all observations.</summary>
    public static string Written(ReplacedScope? scope) =>
        scope is null ? "" : JsonSerializer.Serialize(scope.Names.Zip(scope.Codes).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal));

    /// <summary>What was stored; null for all observations.</summary>
    public static ReplacedScope? Read(string stored) =>
        stored.Length == 0 ? null : JsonSerializer.Deserialize<Dictionary<string, string>>(stored)!.ToList() is var pairs ? new ReplacedScope([.. pairs.Select(pair => pair.Key)], [.. pairs.Select(pair => pair.Value)]) : null;

    private static string CodeOf(string name, string code) =>
        name == Country && (Countries.Find(code) ?? (AdminAreas.Find(code) is { } area ? Countries.Find(area.Country) : null)) is { } country ? country.Alpha3 : code;
}
