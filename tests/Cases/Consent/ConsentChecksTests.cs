using Tambo.Cases.Consent;
using Tambo.Cases.Disclosure;

namespace Tambo.Tests.Cases.Consent;

/// <summary>What makes a consent one, fault by fault.</summary>
public class ConsentChecksTests
{
    private static readonly DateTimeOffset Day = new(2031, 5, 4, 12, 0, 0, TimeSpan.Zero);

    private static GivenConsent Sound => new()
    {
        Id = Guid.Parse("018f3c1e-0000-7000-8000-000000000101"),
        PersonId = Guid.Parse("018f3c1e-0000-7000-8000-000000000001"),
        GivenBy = new ConsentGiver(ConsentGiver.Self),
        Form = new ConsentForm(ConsentForm.Verbal, "user-1"),
        Language = "ht",
        NoticeVersion = "1",
        Explained = ["interview", "purpose", "potential_use", "research_use", "request_data", "storage_time", "withdrawal"],
        FreeToRefuse = true,
        Purpose = "referral",
        Scopes = [new ConsentScope("general", new RecipientName(RecipientName.OfClass, "health_provider"), "share")],
        GrantedAt = Day,
        ExpiresAt = Day.AddDays(30),
    };

    [Fact]
    public void A_consent_with_everything_is_one() => Assert.Empty(Codes(Sound));

    [Fact]
    public void Each_of_the_seven_points_must_have_been_explained()
    {
        Assert.Equal(7, NoticeWording.Points.Count);
        foreach (var point in NoticeWording.Points)
            Assert.Equal(["consent.point_missing"], Codes(Sound with { Explained = [.. Sound.Explained.Where(one => one != point)] }));
    }

    [Fact]
    public void The_person_must_be_free_to_refuse() => Assert.Equal(["consent.not_free"], Codes(Sound with { FreeToRefuse = false }));

    [Fact]
    public void The_words_must_be_known() => Assert.Equal(["consent.notice_unknown"], Codes(Sound with { NoticeVersion = "0" }));

    [Fact]
    public void Whoever_agrees_to_nothing_says_to_whom_never_and_needs_to_hear_no_more()
    {
        var never = new Exclusion(new RecipientName(RecipientName.OfClass, "police"));
        var refusal = Sound with { Refuses = true, Scopes = [], Exclusions = [never], Explained = [], FreeToRefuse = false, NoticeVersion = "" };
        Assert.Empty(Codes(refusal));
        Assert.Empty(Codes(refusal with { Purpose = "media" }));
        // A child says it alone: to be shown to nobody needs nobody's leave.
        Assert.Empty(ConsentChecks.Look(refusal, child: true, Vocabulary.Shipped, NoticeWording.Versions));
        Assert.Equal(["consent.exclusion_unfit"], Codes(refusal with { Exclusions = [] }));
        Assert.Equal(["consent.exclusion_unfit"], Codes(refusal with { Exclusions = [never, new Exclusion(new RecipientName(RecipientName.One, " "))] }));
        Assert.Equal(["consent.language_missing"], Codes(refusal with { Language = "" }));
        Assert.Equal(["consent.form_unfit"], Codes(refusal with { Form = new ConsentForm("ticked", "user-1") }));
        // It is the one or the other.
        Assert.Equal(["consent.scope_unfit"], Codes(Sound with { Scopes = [], Exclusions = [never] }));
        Assert.Equal(["consent.scope_unfit"], Codes(Sound with { Refuses = true, Exclusions = [never] }));
    }

    [Fact]
    public void A_language_must_be_named() => Assert.Equal(["consent.language_missing"], Codes(Sound with { Language = " " }));

    [Theory]
    [InlineData("verbal", "", false)]
    [InlineData("verbal", "user-1", true)]
    [InlineData("signature", "", true)]
    [InlineData("other", "", false)]
    [InlineData("other", "user-1", true)]
    [InlineData("ticked", "user-1", false)]
    public void What_is_not_signed_was_heard_by_somebody(string kind, string by, bool sound) =>
        Assert.Equal(sound ? [] : ["consent.form_unfit"], Codes(Sound with { Form = new ConsentForm(kind, by) }));

    [Fact]
    public void The_media_are_never_asked_for_together_with_help()
    {
        var media = Sound with { Purpose = "media" };
        Assert.Equal(["consent.not_asked_apart"], Codes(media));
        Assert.Empty(Codes(media with { AskedApart = true }));
    }

    [Fact]
    public void A_consent_ends_within_the_time_of_its_purpose()
    {
        var days = Vocabulary.Shipped.FindPurpose("referral")!.LongestDays;
        Assert.Empty(Codes(Sound with { ExpiresAt = Day.AddDays(days) }));
        Assert.Equal(["consent.time_unfit"], Codes(Sound with { ExpiresAt = Day.AddDays(days).AddTicks(1) }));
        Assert.Equal(["consent.time_unfit"], Codes(Sound with { ExpiresAt = Day }));
    }

    [Fact]
    public void A_purpose_and_a_basis_are_known()
    {
        Assert.Equal(["consent.purpose_unknown"], Codes(Sound with { Purpose = "anything" }));
        Assert.Equal(["consent.basis_unknown"], Codes(Sound with { LegalBasis = "because" }));
        Assert.Empty(Codes(Sound with { LegalBasis = "vital_interests" }));
    }

    [Fact]
    public void What_is_allowed_to_whom_is_known()
    {
        var one = Sound.Scopes[0];
        GivenConsent With(ConsentScope scope) => Sound with { Scopes = [one, scope] };
        foreach (var consent in new[]
        {
            Sound with { Scopes = [] }, With(one with { Category = "gossip" }), With(one with { Action = "sell" }), With(one with { Recipient = new("class", "anybody") }),
            With(one with { Recipient = new("one", "") }), With(one with { Recipient = new("country", "XH") }), With(one with { Recipient = new("all", "x") }),
        })
            Assert.Equal(["consent.scope_unfit"], Codes(consent));
        Assert.Empty(Codes(Sound with { Exclusions = [new Exclusion(new("class", "family")), new Exclusion(new("country", "XA")), new Exclusion(new("one", "org-9"))] }));
        Assert.Equal(["consent.exclusion_unfit"], Codes(Sound with { Exclusions = [new Exclusion(new("class", "the neighbours"))] }));
    }

    [Fact]
    public void A_study_without_names_asks_for_no_names() =>
        Assert.Equal(["consent.names_person"], Codes(Sound with { Purpose = "research_deidentified", Scopes = [new ConsentScope("identity", new("class", "researcher"), "share")] }));

    // giver, who, why no guardian, who weighed, capacity noted, child: what is wrong
    [Theory]
    [InlineData("self", "", "", "", false, false, "")]
    [InlineData("guardian", "the aunt", "", "", false, false, "consent.adult_decides")]
    [InlineData("guardian", "the aunt", "", "", true, false, "")]
    [InlineData("assent_with_guardian", "the aunt", "", "", false, false, "consent.adult_decides")]
    [InlineData("self", "", "", "", false, true, "consent.guardian_missing")]
    [InlineData("self", "", "none_known", "", false, true, "consent.guardian_missing")]
    [InlineData("self", "", "", "the panel", false, true, "consent.guardian_missing")]
    [InlineData("self", "", "in a hurry", "the panel", false, true, "consent.guardian_missing")]
    [InlineData("self", "", "may_do_harm", "the panel", false, true, "")]
    [InlineData("parent", "the mother", "", "", false, true, "consent.assent_missing")]
    [InlineData("guardian", "the aunt", "", "", false, true, "consent.assent_missing")]
    [InlineData("parent", "the mother", "", "", true, true, "")]
    [InlineData("assent_with_guardian", "the mother", "", "", false, true, "")]
    [InlineData("assent_with_guardian", "", "", "", false, true, "consent.giver_unfit")]
    [InlineData("companion", "a man", "", "", false, true, "consent.giver_unfit")]
    public void A_child_decides_with_a_guardian_and_an_adult_alone(string kind, string who, string why, string weighed, bool noted, bool child, string problem) =>
        Assert.Equal(
            problem.Length == 0 ? [] : [problem],
            ConsentChecks.Look(Sound with { GivenBy = new ConsentGiver(kind, who, why, weighed), CapacityNoted = noted }, child, Vocabulary.Shipped, NoticeWording.Versions).Select(found => found.Kind.Code));

    [Fact]
    public void Whoever_gave_it_is_in_no_log()
    {
        var consent = Sound with { GivenBy = new ConsentGiver(ConsentGiver.AssentWithGuardian, "Marisela Quintanar") };
        Assert.DoesNotContain("Marisela", $"{consent} {consent.GivenBy}", StringComparison.Ordinal);
    }

    private static IEnumerable<string> Codes(GivenConsent consent) =>
        ConsentChecks.Look(consent, child: false, Vocabulary.Shipped, NoticeWording.Versions).Select(problem => problem.Kind.Code);
}
