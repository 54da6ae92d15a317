using Tambo.Cases.Consent;
using Tambo.Cases.Persons;

namespace Tambo.Cases.Households;

/// <summary>A member as this rule has to know them: their birth, as far as it was said and the reader may see it.</summary>
/// <param name="Person">Who.</param>
/// <param name="IsOpen">True when the reader may see what was said of it.</param>
/// <param name="Birth">What was said; null for nothing.</param>
internal sealed record MemberBirth(Guid Person, bool IsOpen, Birth? Birth)
{
    public override string ToString() => "•••";
}

/// <summary>
/// Which children of a group are with no parent and nobody who is responsible for them by law or custom: the definition of an
/// unaccompanied or separated child (CRC General Comment 6, 7-8), as far as the group's links say. Pure. A mark for those who help;
/// what follows from it screening finds.
/// </summary>
internal static class ChildrenAlone
{
    /// <summary>Under 18, in dispute, or perhaps under 18; null where nothing is known or open.</summary>
    public static bool? IsChild(MemberBirth member, DateOnly today) => member is { IsOpen: true, Birth: { } birth } ? Childhood.IsAssumed(birth, today) : null;

    /// <summary>The children with nobody responsible among the members.</summary>
    public static IReadOnlySet<Guid> Of(IReadOnlyList<MemberBirth> members, IReadOnlyList<FamilyLink> links, DateOnly today)
    {
        var among = members.ToDictionary(member => member.Person);
        return members.Where(member => IsChild(member, today) == true && !links.Any(link => link.B == member.Person && among.TryGetValue(link.A, out var other) && IsResponsible(link, other, today)))
            .Select(member => member.Person).ToHashSet();
    }

    // A mother of 16 is her baby's mother; any other who is a child is responsible for nobody.
    private static bool IsResponsible(FamilyLink link, MemberBirth other, DateOnly today) => link.Relation == "parent_of"
        || (IsChild(other, today) != true && (link.LegalBasis is "parent" or "custom" or "court" || (link.Relation == "guardian_of" && link.LegalBasis is null)));
}
