using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Cases.Disclosure;

/// <summary>What ships in the vocabulary is whole, has names, and says where it comes from.</summary>
public class VocabularyTests
{
    private static readonly Texts English = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)).In("en");

    [Fact]
    public void Everything_has_a_name()
    {
        string[] keys =
        [
            .. Vocabulary.Shipped.Purposes.Select(purpose => "consent.purpose." + purpose.Code),
            .. Vocabulary.Shipped.RecipientClasses.Select(kind => "consent.recipient." + kind.Code),
            .. Vocabulary.Shipped.LegalBases.Select(basis => "disclosure.basis." + basis.Code),
            .. Vocabulary.Actions.Select(action => "consent.action." + action),
            .. Compartments.All.Select(compartment => "disclosure.compartment." + compartment),
            .. DisclosureReasons.All.Select(reason => "disclosure.reason." + reason),
            .. Enum.GetValues<DisclosureRoute>().Select(route => "disclosure.route." + route.ToString().ToLowerInvariant()),
            .. Enum.GetValues<ConsentStanding>().Select(standing => "consent.standing." + standing.ToString().ToLowerInvariant()),
            .. ConsentGiver.Kinds.Select(kind => "consent.given_by." + kind),
            .. ConsentGiver.ReasonsForNoGuardian.Select(reason => "consent.no_guardian." + reason),
            .. ConsentForm.Kinds.Select(kind => "consent.form." + kind),
            .. NoticeWording.Points.Select(point => "consent.point." + point),
            .. ConsentProblems.All.SelectMany(problem => new[] { problem.TitleKey, problem.DetailKey }),
        ];
        Assert.Empty(keys.Where(key => !English.Has(key)));
    }

    [Fact]
    public void What_it_refers_to_exists()
    {
        var all = Vocabulary.Shipped;
        Assert.All(all.RecipientClasses, kind => Assert.Subset(Compartments.All.ToHashSet(), kind.NeverReceives.Concat(kind.UsersNeverSee).ToHashSet()));
        Assert.All(all.LegalBases, basis =>
        {
            Assert.NotEmpty(basis.Source);
            Assert.Subset(Compartments.All.ToHashSet(), basis.Categories.ToHashSet());
            Assert.All(basis.Purposes, purpose => Assert.NotNull(all.FindPurpose(purpose)));
            Assert.All(basis.RecipientClasses, kind => Assert.NotNull(all.FindClass(kind)));
            Assert.Subset(Vocabulary.Actions.ToHashSet(), basis.Actions.ToHashSet());
        });
    }

    [Fact]
    public void No_legal_basis_tells_anybody_of_asylum_or_of_whom_somebody_loves() =>
        Assert.DoesNotContain(Vocabulary.Shipped.LegalBases, basis => basis.Categories.Contains("asylum") || basis.Categories.Contains("lgbti") || basis.Purposes.Contains("media"));

    [Fact]
    public void Only_the_media_are_asked_for_apart_and_for_the_shortest_time()
    {
        var media = Assert.Single(Vocabulary.Shipped.Purposes, purpose => purpose.AskedApart);
        Assert.Equal("media", media.Code);
        Assert.Equal(media.LongestDays, Vocabulary.Shipped.Purposes.Min(purpose => purpose.LongestDays));
    }
}
