using Tambo.Cases.Access;
using Tambo.Cases.Register;

namespace Tambo.Cases.Screening;

/// <summary>
/// Which compartments a screening belongs to: those of the profiles it shows and of the modules it asked or led to. It is sealed
/// as one under the most sensitive of them and shown to those alone to whom all of them are open.
/// </summary>
internal static class ScreeningSeals
{
    // The most sensitive first.
    private static readonly IReadOnlyList<string> Order =
        [Compartments.Lgbti, Compartments.Violence, Compartments.Asylum, Compartments.Child, Compartments.Health, Compartments.General];

    internal static readonly IReadOnlyDictionary<string, string> OfInstrument = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["triage"] = Compartments.General,
        ["older_person"] = Compartments.General,
        ["stranded"] = Compartments.General,
        ["extra_regional"] = Compartments.General,
        ["unaccompanied_separated_child"] = Compartments.Child,
        ["pregnancy_lactation"] = Compartments.Health,
        ["serious_illness"] = Compartments.Health,
        ["washington_group_short_set"] = Compartments.Health,
        ["torture_protect"] = Compartments.Violence,
        ["trafficking"] = Compartments.Violence,
        ["smuggling"] = Compartments.Violence,
        ["victim_of_crime_en_route"] = Compartments.Violence,
        ["protection_need"] = Compartments.Asylum,
        ["statelessness"] = Compartments.Asylum,
    };

    // What a rule shows, where it belongs, and the profile of a case that says the same; none says more than the rule does.
    internal static readonly IReadOnlyDictionary<string, (string Compartment, string? OfCase)> OfProfile = new Dictionary<string, (string Compartment, string? OfCase)>(StringComparer.Ordinal)
    {
        ["age_undecided"] = (Compartments.Child, null),
        ["child_at_risk"] = (Compartments.Child, null),
        ["child_separated"] = (Compartments.Child, "SEPARATED_CHILD"),
        ["child_unaccompanied"] = (Compartments.Child, "UNACCOMPANIED_CHILD"),
        ["crime_victim"] = (Compartments.Violence, "VICTIM_OF_CRIME_EN_ROUTE"),
        ["disability"] = (Compartments.Health, "DISABILITY"),
        ["extra_regional"] = (Compartments.General, "EXTRA_REGIONAL"),
        ["language_need"] = (Compartments.General, null),
        ["no_consulate"] = (Compartments.General, "NO_CONSULATE"),
        ["older_person"] = (Compartments.General, "OLDER_PERSON"),
        ["possible_trafficking"] = (Compartments.Violence, "TRAFFICKING_POSSIBLE"),
        ["pregnant_or_lactating"] = (Compartments.Health, "PREGNANT_OR_LACTATING"),
        ["protection_need"] = (Compartments.Asylum, "PROTECTION_NEED"),
        ["safe_help"] = (Compartments.Violence, null),
        ["serious_illness"] = (Compartments.Health, "SERIOUS_ILLNESS"),
        ["severe_violence"] = (Compartments.Violence, "TORTURE"),
        ["single_carer"] = (Compartments.General, "SINGLE_PARENT"),
        ["smuggled_migrant"] = (Compartments.Violence, "SMUGGLED"),
        ["statelessness_risk"] = (Compartments.Asylum, "STATELESSNESS_RISK"),
        ["stranded"] = (Compartments.General, "STRANDED"),
    };

    /// <summary>The compartments of a result, the most sensitive first. What nobody has placed yet counts as the most sensitive.</summary>
    public static IReadOnlyList<string> Of(ScreenResult result, IEnumerable<StoredAnswer> answers) =>
    [
        .. result.Profiles.Select(profile => OfProfile.TryGetValue(profile.Code, out var known) ? known.Compartment : Order[0])
            .Concat(result.Triggered.Select(module => module.Instrument.Id)
                .Concat(answers.Where(answer => answer.Way != AnswerWay.NotAsked).Select(answer => answer.Question.Split('.')[0]))
                .Select(instrument => OfInstrument.GetValueOrDefault(instrument, Order[0])))
            .Append(Compartments.General).Distinct(StringComparer.Ordinal).OrderBy(compartment => Order.Index().First(one => one.Item == compartment).Index),
    ];

    /// <summary>Compartments, each once and the most sensitive first.</summary>
    public static IReadOnlyList<string> InOrder(IEnumerable<string> compartments) =>
        [.. compartments.Distinct(StringComparer.Ordinal).OrderBy(compartment => Order.Index().First(one => one.Item == compartment).Index)];

    /// <summary>The profiles that a case takes over.</summary>
    public static IReadOnlyList<string> ForCase(IEnumerable<string> profiles) =>
        [.. profiles.Select(code => OfProfile.GetValueOrDefault(code).OfCase).OfType<string>().Where(CaseKinds.Profiles.ContainsKey).Distinct(StringComparer.Ordinal)];

    /// <summary>The kind of case that a screening leads to, by the most sensitive of its compartments.</summary>
    public static string KindOfCase(IReadOnlyList<string> profiles) =>
        profiles.Contains("possible_trafficking", StringComparer.Ordinal) ? "trafficking"
        : profiles.Any(code => OfProfile.GetValueOrDefault(code).Compartment == Compartments.Child) ? "child"
        : profiles.Contains("protection_need", StringComparer.Ordinal) ? "asylum_referral"
        : "protection";
}
