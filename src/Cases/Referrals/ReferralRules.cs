using System.Text.Json;
using Tambo.Cases.Disclosure;

namespace Tambo.Cases.Referrals;

/// <summary>How long an offer may wait, and a person for the first contact; its name is the text <c>referral.urgency.{code}</c>.</summary>
/// <param name="Code">emergency, urgent or normal.</param>
/// <param name="AnswerHours">Hours from an offer until it is answered.</param>
/// <param name="ContactHours">Hours from the first offer until somebody has met the person.</param>
/// <param name="Source">Where the times come from.</param>
/// <param name="Verified">Whether the source was read.</param>
internal sealed record Urgency(string Code, int AnswerHours, int ContactHours, string Source, bool Verified);

/// <summary>Why a step is taken; its name is the text <c>referral.reason.{code}</c>.</summary>
/// <param name="Act">Of which step.</param>
/// <param name="Code">The reason.</param>
/// <param name="By">Who may give it.</param>
internal sealed record StepReason(string Act, string Code, IReadOnlyList<string> By);

/// <summary>A kind of help that somebody is referred to.</summary>
/// <param name="Code">What it is.</param>
/// <param name="ShownAs">The need of the directory that a preview names: a kind that would tell what happened to a person, or who they are, shows as a wider one.</param>
/// <param name="Fields">What such a service needs to know, as compartment and field.</param>
internal sealed record KindOfHelp(string Code, string ShownAs, IReadOnlyList<string> Fields)
{
    /// <summary>The fields with their compartments.</summary>
    public IReadOnlyList<AskedField> Asked { get; } =
        [.. Fields.Select(field => field.Split('/')).Select(parts => new AskedField(parts[1], parts[0]))];
}

/// <summary>Clocks, reasons and data profiles of referrals: a data file.</summary>
internal sealed record ReferralRules(
    IReadOnlyList<Urgency> Urgencies,
    IReadOnlyList<StepReason> Reasons,
    IReadOnlyList<KindOfHelp> KindsOfHelp,
    int LinkHours,
    int FieldsLinkHours)
{
    /// <summary>What ships.</summary>
    public static ReferralRules Shipped { get; } = Read();

    /// <summary>The clock of an urgency, or null.</summary>
    public Urgency? FindUrgency(string code) => Urgencies.FirstOrDefault(urgency => urgency.Code == code);

    /// <summary>The kind of help of a code, or null.</summary>
    public KindOfHelp? FindKind(string code) => KindsOfHelp.FirstOrDefault(type => type.Code == code);

    private static ReferralRules Read()
    {
        using var stream = typeof(ReferralRules).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.referral.json")!;
        return JsonSerializer.Deserialize<ReferralRules>(stream, JsonSerializerOptions.Web)!;
    }
}
