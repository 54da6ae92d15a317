namespace Tambo.Cases.Households;

/// <summary>How somebody is related to a member, as it is said of them: <c>child_of</c> is the parent's link seen from the child.</summary>
/// <param name="To">To whom.</param>
/// <param name="As">One of <see cref="Kinship.Said"/>.</param>
internal sealed record Kin(Guid To, string As)
{
    /// <summary>declared, document, family, authority.</summary>
    public string VerifiedBy { get; init; } = "declared";

    public override string ToString() => "•••";
}

/// <summary>A link is kept once, from one of the two; people say it from either. Pure.</summary>
internal static class Kinship
{
    private static readonly Dictionary<string, string> Turned = new(StringComparer.Ordinal)
    {
        ["child_of"] = "parent_of",
        ["grandchild_of"] = "grandparent_of",
        ["ward_of"] = "guardian_of",
        ["cared_for_by"] = "caregiver_of",
    };

    /// <summary>Every way to say it.</summary>
    public static IReadOnlyList<string> Said { get; } =
        ["child_of", "parent_of", "sibling_of", "spouse_of", "grandchild_of", "grandparent_of", "relative_of", "guardian_of", "ward_of", "caregiver_of", "cared_for_by", "travels_with"];

    /// <summary>The link, as it is kept. A word that nobody knows stays as it is, and is refused as one.</summary>
    public static FamilyLink Link(Guid person, Kin kin, string? legalBasis = null) => Turned.TryGetValue(kin.As, out var kept)
        ? new FamilyLink { A = kin.To, B = person, Relation = kept, VerifiedBy = kin.VerifiedBy, LegalBasis = legalBasis }
        : new FamilyLink { A = person, B = kin.To, Relation = kin.As, VerifiedBy = kin.VerifiedBy, LegalBasis = legalBasis };

    /// <summary>How a link is said of one of its two.</summary>
    public static Kin SaidOf(Guid person, FamilyLink link) => link.A == person
        ? new Kin(link.B, link.Relation) { VerifiedBy = link.VerifiedBy }
        : new Kin(link.A, Turned.FirstOrDefault(one => one.Value == link.Relation).Key ?? link.Relation) { VerifiedBy = link.VerifiedBy };
}
