using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>
/// The same rules once more, as a lawyer would list them: who is refused, line by line, and what opens where no line refuses.
/// It reads the words of the question, and shares nothing with the decision.
/// </summary>
internal static class DenialTable
{
    private static readonly string[] Authorities = ["child_protection", "asylum_authority", "migration_control", "police", "consulate", "return_reception"];
    private static readonly string[] Compartments = ["identity", "general", "health", "violence", "lgbti", "asylum", "child", "tracing", "consular"];

    /// <summary>What stays closed to users of a kind on every screen.</summary>
    public static bool IsNeverShownTo(string kind, string compartment) =>
        (NeverReceived.GetValueOrDefault(kind, "") + " " + NeverSeen.GetValueOrDefault(kind, "")).Split(' ').Contains(compartment);

    /// <summary>True for those who act for a state.</summary>
    public static bool IsAuthority(string kind) => Authorities.Contains(kind);

    private static readonly Dictionary<string, string> NeverReceived = new()
    {
        ["migration_control"] = "lgbti",
        ["police"] = "lgbti",
        ["consulate"] = "asylum",
        ["tracing_network"] = "lgbti asylum",
        ["family"] = "lgbti asylum",
        ["researcher"] = "identity tracing",
        ["media"] = "lgbti asylum child",
    };

    private static readonly Dictionary<string, string> NeverSeen = new()
    {
        ["migration_control"] = "health violence lgbti asylum child tracing",
        ["police"] = "health violence lgbti asylum child tracing",
        ["consulate"] = "asylum",
        ["return_reception"] = "asylum",
        ["tracing_network"] = "lgbti asylum",
        ["family"] = "lgbti asylum",
        ["researcher"] = "identity tracing",
        ["media"] = "health violence lgbti asylum child tracing consular",
    };

    /// <summary>Whoever is named by one line is refused, whatever else is true.</summary>
    public static IReadOnlyList<(string Name, Func<World, bool> Refuses)> Lines { get; } =
    [
        ("a purpose that nobody knows", world => world.Purpose == "curiosity"),
        ("a compartment that nobody knows", world => !Compartments.Contains(world.Compartment)),
        ("a user of another node", world => world.ReaderKind == "other_node"),
        ("a kind of recipient that was excluded", world => Exclusions(world).Any(one => one.Excludes == "class" && world.Classes.Count > 0)),
        ("a reader who was excluded", world => Exclusions(world).Any(one => one.Excludes == "one")),
        ("an agency that was excluded", world => world.ReaderKind is "inside" or "other_node"
            && Exclusions(world).Any(one => one.Excludes == "agency")),
        ("authorities of a country that was excluded", world => world.Classes.Any(Authorities.Contains)
            && Exclusions(world).Any(one => (one.Excludes == "origin" && world.ReaderCountry is null or "XA") || (one.Excludes == "host" && world.ReaderCountry is null or "XH"))),
        ("consulates, of who needs protection", world => Locked(world) && world.Classes.Contains("consulate")),
        ("whoever belongs to the country of origin, of who needs protection", world => Locked(world) && !Near(world)
            && world.ReaderCountry is { } country && world.Nationalities.Concat(world.Origins).Contains(country)),
        ("people of the country of origin who work in the agency itself, or look over it", world => Locked(world) && Near(world)
            && world.ReaderCountry is "XA" or "XB" && world.Nationalities.Concat(world.Origins).Contains(world.ReaderCountry)),
        ("who may belong to the country of origin", world => Locked(world) && !Near(world) && world.ReaderCountry is null),
        ("foreign countries, when nobody knows which is the country of origin", world => Locked(world) && !Near(world)
            && world.Nationalities.Count + world.Origins.Count == 0 && world.ReaderCountry is "XA" or "XB"),
        ("kinds of recipients to whom it never goes", world => world.Classes.Any(kind => NeverReceived.GetValueOrDefault(kind, "").Split(' ').Contains(world.Compartment))),
        ("kinds of users who never see it", world => world.IsUser && world.Classes.Any(kind => NeverSeen.GetValueOrDefault(kind, "").Split(' ').Contains(world.Compartment))),
        ("consulates that nobody asked for", world => !world.AskedForConsulate && world.Classes.Contains("consulate")),
        ("dealings with a consulate, to others, when nobody asked for it", world => !world.AskedForConsulate && world.Compartment == "consular" && !Near(world)),
        ("orientation and identity, in previews", world => world.Route == DisclosureRoute.Preview && NotChosen(world)),
        ("orientation and identity, in lists", world => world.Route == DisclosureRoute.List && NotChosen(world)),
        ("orientation and identity, in exports", world => world.Route == DisclosureRoute.Export && NotChosen(world)),
        ("names, in studies without names", world => world.Purpose == "research_deidentified" && world.Compartment is "identity" or "tracing"),
        ("users who may not read files", world => Glassless(world) && world.IsUser && world.Rights["read"] == "none"),
        ("users who may not see the compartment", world => Glassless(world) && world.IsUser && world.Rights["see"] == "none" && !SeesByHome(world)),
        ("users on a screen whose grants do not lead to the person", world => Glassless(world) && world.IsUser && OnScreen(world) && !Leads(world)),
        ("users who may read others' files", world => Glassless(world) && world.ReaderKind == "inside" && !OnScreen(world) && world.Rights["read"] is "elsewhere" or "case"),
        ("users who may see the compartment of others", world => Glassless(world) && world.ReaderKind == "inside" && !OnScreen(world) && world.Rights["see"] != "here"),
        ("users who may not export", world => world.IsUser && world.Route == DisclosureRoute.Export && world.Rights["export"] == "none"),
        ("users who may export others", world => world.ReaderKind == "inside" && world.Route == DisclosureRoute.Export && world.Rights["export"] is "elsewhere" or "case"),
        ("whom nothing lets in", world => Glassless(world) && !Looked(world) && !Agreed(world) && !Lawful(world)),
    ];

    /// <summary>What the table says; without one of its lines, when that is asked.</summary>
    public static bool Allows(World world, string? without = null) =>
        Lines.All(line => line.Name == without || !line.Refuses(world));

    private static bool Locked(World world) => world.ProtectionNeed || world.Compartment == "asylum";

    private static IEnumerable<ConsentWords> Exclusions(World world) =>
        world.Consents.Where(one => !one.OfAnother && !one.Lifted);

    private static bool NotChosen(World world) =>
        world.Compartment == "lgbti" && !Standing(world).Any(one => one.To == "one" || (one.To == "agency" && world.ReaderKind is "inside" or "other_node"));

    // A team, an area or an agency that has a case of somebody knows of them, when it may know what kind of case it is.
    private static bool KnowsOfCase(World world) =>
        world.CaseHome.Length > 0 && AtCase(world, "read") && (world.SeesHome || (world.CaseHome == world.Compartment && AtCase(world, "see")));

    private static bool Leads(World world) =>
        (world.Rights["read"] == "here" && world.Rights["see"] == "here") || (KnowsOfCase(world) && (AtCase(world, "see") || SeesByHome(world)));

    // Whoever holds something in the whole node holds it where the case is, too.
    private static bool AtCase(World world, string right) => world.Rights[right] == "case" || (world.Rights[right] == "here" && world.ScopeKind == "node");

    private static bool SeesByHome(World world) => world.SeesHome && world.CaseHome == world.Compartment;

    private static bool OnScreen(World world) => world.Route is DisclosureRoute.View or DisclosureRoute.List;

    // The agency itself; and, to look, whoever was given a reach over it and acts for no state.
    private static bool Near(World world) => world.ReaderKind == "inside"
        || (world.ReaderKind == "other_agency" && OnScreen(world) && !world.Classes.Any(Authorities.Contains) && (world.Rights["read"] == "here" || KnowsOfCase(world)));

    private static bool Looked(World world) =>
        (world.ReaderKind == "inside" || (world.IsUser && OnScreen(world))) && world.Purpose is "services" or "referral" or "tracing" or "return" or "consular" or "asylum" or "legal";

    private static bool Agreed(World world) => Standing(world).Any(one => one.To switch
    {
        "class" => world.Classes.Count > 0,
        "one" => true,
        "agency" => world.ReaderKind is "inside" or "other_node",
        _ => false,
    });

    // Of the person, in force, sound, and about this.
    private static IEnumerable<ConsentWords> Standing(World world)
    {
        var allowed = world.Only switch { "any" => world.Consents, "first" => world.Consents.Take(1), _ => [] };
        foreach (var one in allowed)
        {
            var namesPeople = world.Purpose == "research_deidentified" && world.Compartment is "identity" or "tracing";
            if (one.OfAnother || one.OnOtherBasis || one.State != "in_force" || one.Fault.Length > 0 || namesPeople)
                continue;
            if (one.SamePurpose && one.SameCategory && one.SameAction && one.Fields != "another")
                yield return one;
        }
    }

    private static bool Lawful(World world)
    {
        if (world.Basis == "none" || world.BasisFault.Length > 0 || world.Purpose is not ("services" or "referral") || world.Action == "retain")
            return false;
        return world.Basis switch
        {
            "vital" => world.Compartment is "identity" or "general" or "health" && world.Classes.Any(kind => kind is "health_provider" or "child_protection"),
            "duty_verified" => world.Child && world.Classes.Contains("child_protection") && world.Compartment is "identity" or "general" or "health" or "violence" or "child",
            _ => false,
        };
    }

    // True unless the glass is broken as it should be.
    private static bool Glassless(World world) =>
        !(world.Glass && world.GlassFault.Length == 0 && world.IsUser && world.Rights["break_glass"] != "none" && world.Route == DisclosureRoute.View);
}
