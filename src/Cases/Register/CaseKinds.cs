using Tambo.Cases.Access;

namespace Tambo.Cases.Register;

/// <summary>
/// The kinds of cases and the profiles of persons, each with the compartment that it belongs to: a kind or a profile that tells
/// of violence, asylum or a child stands nowhere but under that compartment's seal.
/// </summary>
internal static class CaseKinds
{
    /// <summary>The kinds of cases.</summary>
    public static IReadOnlyDictionary<string, string> Homes { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["protection"] = Compartments.General,
        ["stranded"] = Compartments.General,
        ["return"] = Compartments.General,
        ["child"] = Compartments.Child,
        ["trafficking"] = Compartments.Violence,
        ["asylum_referral"] = Compartments.Asylum,
        ["health"] = Compartments.Health,
        ["tracing"] = Compartments.Tracing,
        ["consular"] = Compartments.Consular,
    };

    /// <summary>The profiles that early identification knows.</summary>
    public static IReadOnlyDictionary<string, string> Profiles { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OLDER_PERSON"] = Compartments.General,
        ["SINGLE_PARENT"] = Compartments.General,
        ["STRANDED"] = Compartments.General,
        ["EXTRA_REGIONAL"] = Compartments.General,
        ["NO_CONSULATE"] = Compartments.General,
        ["INDIGENOUS_OR_AFRODESCENDANT"] = Compartments.General,
        ["UNACCOMPANIED_CHILD"] = Compartments.Child,
        ["SEPARATED_CHILD"] = Compartments.Child,
        ["PREGNANT_OR_LACTATING"] = Compartments.Health,
        ["DISABILITY"] = Compartments.Health,
        ["SERIOUS_ILLNESS"] = Compartments.Health,
        ["TORTURE"] = Compartments.Violence,
        ["TRAFFICKING_POSSIBLE"] = Compartments.Violence,
        ["SMUGGLED"] = Compartments.Violence,
        ["GBV"] = Compartments.Violence,
        ["VICTIM_OF_CRIME_EN_ROUTE"] = Compartments.Violence,
        ["LGBTI_AT_RISK"] = Compartments.Lgbti,
        ["PROTECTION_NEED"] = Compartments.Asylum,
        ["STATELESSNESS_RISK"] = Compartments.Asylum,
    };
}
