using Tambo.Cases.Households;
using Tambo.Cases.Persons;

namespace Tambo.Tests.Cases.Households;

/// <summary>Which children of a group are with nobody who is responsible for them, and how a relation is said of either of two.</summary>
public sealed class ChildrenAloneTests
{
    private static readonly DateOnly Today = new(2026, 3, 2);
    private static readonly Guid Child = Guid.Parse("00000000-0000-4000-8000-000000000001"), Other = Guid.Parse("00000000-0000-4000-8000-000000000002");

    // How old the two are (empty where nothing was said, * where it is closed), their link as it is kept, and on what care rests.
    [Theory]
    [InlineData("14", "40", "", "", true)]
    [InlineData("14", "40", "travels_with", "", true)]
    [InlineData("14", "40", "relative_of", "", true)]
    [InlineData("14", "40", "sibling_of", "", true)]
    [InlineData("14", "40", "caregiver_of", "", true)]
    [InlineData("14", "40", "caregiver_of", "written_consent", true)]
    [InlineData("14", "40", "grandparent_of", "custom", false)]
    [InlineData("14", "40", "caregiver_of", "court", false)]
    [InlineData("14", "40", "parent_of", "", false)]
    [InlineData("14", "40", "guardian_of", "", false)]
    [InlineData("14", "40", "guardian_of", "court", false)]
    [InlineData("14", "40", "guardian_of", "none", true)]
    // A mother of 16 is her baby's mother, and no brother of 16 is anybody's guardian.
    [InlineData("0", "16", "parent_of", "", false)]
    [InlineData("9", "16", "guardian_of", "court", true)]
    // Whose age nobody said, or may not be seen, may be an adult.
    [InlineData("14", "", "guardian_of", "court", false)]
    [InlineData("14", "*", "parent_of", "", false)]
    [InlineData("18", "40", "", "", false)]
    [InlineData("", "40", "", "", false)]
    [InlineData("*", "40", "", "", false)]
    public void A_child_is_marked_unless_somebody_is_responsible_by_law_or_custom(string age, string other, string relation, string basis, bool isAlone)
    {
        FamilyLink[] links = relation.Length == 0 ? [] : [new FamilyLink { A = Other, B = Child, Relation = relation, LegalBasis = basis.Length > 0 ? basis : null }];
        Assert.Equal(isAlone, ChildrenAlone.Of([Born(Child, age), Born(Other, other)], links, Today).Contains(Child));
        // The other way round it says nothing of the child.
        Assert.Equal(age is "0" or "9" or "14", ChildrenAlone.Of([Born(Child, age), Born(Other, other)], [.. links.Select(link => link with { A = Child, B = Other })], Today).Contains(Child));
    }

    [Fact]
    public void Who_may_be_a_child_is_marked_and_who_responsible_has_left_counts_no_more()
    {
        var perhaps = new MemberBirth(Child, true, new Birth { EarliestYear = 2006, LatestYear = 2010 });
        var disputed = new MemberBirth(Child, true, new Birth { InYear = 1990, Disputed = true });
        Assert.All([perhaps, disputed], member => Assert.Contains(Child, ChildrenAlone.Of([member], [], Today)));
        FamilyLink[] mother = [new FamilyLink { A = Other, B = Child, Relation = "parent_of" }];
        Assert.Empty(ChildrenAlone.Of([perhaps, Born(Other, "40")], mother, Today));
        Assert.Contains(Child, ChildrenAlone.Of([perhaps], mother, Today));
    }

    [Fact]
    public void Every_relation_is_said_of_either_of_two_and_kept_as_one()
    {
        foreach (var said in Kinship.Said)
        {
            var link = Kinship.Link(Child, new Kin(Other, said) { VerifiedBy = "document" });
            Assert.Contains(link.Relation, FamilyLink.Relations);
            Assert.Equal(new Kin(Other, said) { VerifiedBy = "document" }, Kinship.SaidOf(Child, link));
            var turned = Kinship.SaidOf(Other, link);
            Assert.Contains(turned.As, Kinship.Said);
            Assert.Equal(Child, turned.To);
            Assert.Equal(said is "child_of" or "parent_of" or "grandchild_of" or "grandparent_of" or "guardian_of" or "ward_of" or "caregiver_of" or "cared_for_by", turned.As != said);
        }

        Assert.Equal((Other, Child, "parent_of"), Kinship.Link(Child, new Kin(Other, "child_of")) is var kept ? (kept.A, kept.B, kept.Relation) : default);
    }

    private static MemberBirth Born(Guid person, string age) => new(person, age != "*", int.TryParse(age, out var years) ? new Birth { Date = Today.AddYears(-years).AddDays(-1).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture) } : null);
}
