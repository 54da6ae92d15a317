using System.Text.Json;

namespace Tambo.Cases.Plan;

/// <summary>A kind of need, the compartment that it belongs to, and where the grouping comes from.</summary>
/// <param name="Code">Its code; its name is the text <c>cases.need.{code}</c>.</param>
/// <param name="Compartment">Where it is sealed.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Verified">True when it was read over against the source.</param>
internal sealed record NeedCode(string Code, string Compartment, string Source, bool Verified);

/// <summary>The shipped list of needs, as data.</summary>
internal static class NeedCodes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<NeedCode> All { get; } = Read();

    /// <summary>Who told of a need.</summary>
    public static IReadOnlyList<string> Origins { get; } = ["person", "screening", "observed", "other_service"];

    /// <summary>One of them; null when there is no such code.</summary>
    public static NeedCode? Find(string? code) => All.FirstOrDefault(need => need.Code == code);

    private static List<NeedCode> Read()
    {
        using var stream = typeof(NeedCodes).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.needs.json")!;
        return JsonSerializer.Deserialize<List<NeedCode>>(stream, JsonSerializerOptions.Web)!;
    }
}
