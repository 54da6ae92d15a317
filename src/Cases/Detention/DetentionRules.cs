using System.Text.Json;

namespace Tambo.Cases.Detention;

/// <summary>One thing that a notice of detention asks for.</summary>
/// <param name="Code">Its code; what is to be done is the text <c>cases.detention.task.{code}</c>.</param>
/// <param name="Who">For whom: all, adult, child; wanted: once the person asks for their consulate.</param>
/// <param name="Hours">By when, counted from the notice.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Verified">True when it was read over against its source.</param>
internal sealed record DetentionRule(string Code, string Who, int Hours, string Source, bool Verified);

/// <summary>The days between two reviews.</summary>
internal sealed record ReviewDays(int Adult, int Child);

/// <summary>The clock of detention, as data.</summary>
internal sealed record DetentionRules(ReviewDays ReviewDays, IReadOnlyList<DetentionRule> Rules)
{
    /// <summary>What is shipped.</summary>
    public static DetentionRules Shipped { get; } = Read();

    /// <summary>What is to be done for somebody at once.</summary>
    public IReadOnlyList<DetentionRule> For(bool child) => [.. Rules.Where(rule => rule.Who == "all" || rule.Who == (child ? "child" : "adult"))];

    /// <summary>What is to be done once the person asks for their consulate.</summary>
    public IReadOnlyList<DetentionRule> Wanted => [.. Rules.Where(rule => rule.Who == "wanted")];

    /// <summary>A rule; null when there is none.</summary>
    public DetentionRule? Find(string? code) => Rules.FirstOrDefault(rule => rule.Code == code);

    private static DetentionRules Read()
    {
        using var stream = typeof(DetentionRules).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.detention.json")!;
        return JsonSerializer.Deserialize<DetentionRules>(stream, JsonSerializerOptions.Web)!;
    }
}
