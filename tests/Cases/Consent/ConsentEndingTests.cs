using Tambo.Cases.Consent;

namespace Tambo.Tests.Cases.Consent;

/// <summary>What follows when a person takes a consent back, or its time is over.</summary>
public class ConsentEndingTests
{
    private static readonly DateTimeOffset Day = new(2031, 5, 4, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Mine = Guid.Parse("018f3c1e-0000-7000-8000-000000000101");
    private static readonly Guid Another = Guid.Parse("018f3c1e-0000-7000-8000-000000000102");
    private static readonly Guid First = Guid.Parse("018f3c1e-0000-7000-8000-000000000201");
    private static readonly Guid Second = Guid.Parse("018f3c1e-0000-7000-8000-000000000202");

    [Fact]
    public void Everybody_who_received_something_under_it_is_told_once_with_what_and_by_when()
    {
        var ending = ConsentEnding.Of(Withdrawn, [], [
            new PastDisclosure("clinic", Mine, ["health"]), new PastDisclosure("shelter", Mine, ["general"]), new PastDisclosure("clinic", Mine, ["general", "health"]),
            new PastDisclosure("school", Another, ["general"]), new PastDisclosure("hospital", null, ["health"]),
        ], [], [], Day);
        Assert.Equal(["clinic", "shelter"], ending.Tell.Select(told => told.Recipient));
        Assert.Equal(["general", "health"], ending.Tell[0].Categories);
        Assert.All(ending.Tell, told => Assert.Equal(Withdrawn.WithdrawnAt!.Value.AddDays(30), told.EraseBy));
    }

    [Fact]
    public void Offers_and_exchanges_that_rest_on_it_stop_and_others_go_on()
    {
        var ending = ConsentEnding.Of(Withdrawn, [], [],
            [new RestsOn(First, "clinic", Mine), new RestsOn(Second, "clinic", Another)],
            [new RestsOn(First, "node-x", Another), new RestsOn(Second, "node-x", Mine)], Day);
        Assert.Equal([First], ending.WithdrawOffers);
        Assert.Equal([Second], ending.StopSyncs);
    }

    [Fact]
    public void The_node_keeps_what_another_consent_for_the_same_purpose_still_covers()
    {
        var other = Withdrawn with { Id = Another, WithdrawnAt = null };
        Assert.Equal(Withdrawn.WithdrawnAt!.Value.AddDays(30), ConsentEnding.Of(Withdrawn, [], [], [], [], Day).EraseOwnBy);
        Assert.Null(ConsentEnding.Of(Withdrawn, [other], [], [], [], Day).EraseOwnBy);
        foreach (var no in new[] { other with { Purpose = "legal" }, other with { ExpiresAt = Day }, other with { PersonId = First }, other with { Id = Mine } })
            Assert.NotNull(ConsentEnding.Of(Withdrawn, [no], [], [], [], Day).EraseOwnBy);
    }

    [Fact]
    public void The_clock_starts_when_it_ended_and_not_when_somebody_noticed()
    {
        var expired = Withdrawn with { WithdrawnAt = null, ExpiresAt = Day.AddDays(-5) };
        Assert.Equal(Day.AddDays(-5), ConsentEnding.Of(expired, [], [], [], [], Day).At);
        Assert.Equal(Day.AddDays(-5), ConsentEnding.Of(expired with { WithdrawnAt = Day.AddDays(-1) }, [], [], [], [], Day).At);
    }

    [Fact]
    public void Nothing_ends_that_is_in_force() =>
        Assert.Throws<InvalidOperationException>(() => ConsentEnding.Of(Withdrawn with { WithdrawnAt = Day.AddSeconds(1) }, [], [], [], [], Day));

    [Fact]
    public void It_stands_from_its_first_moment_up_to_and_without_its_last()
    {
        var consent = Withdrawn with { GrantedAt = Day, ExpiresAt = Day.AddDays(1), WithdrawnAt = null };
        Assert.Equal("NotYet", consent.StandingAt(Day.AddTicks(-1)).ToString());
        Assert.Equal("InForce", consent.StandingAt(Day).ToString());
        Assert.Equal("InForce", consent.StandingAt(Day.AddDays(1).AddTicks(-1)).ToString());
        Assert.Equal("Expired", consent.StandingAt(Day.AddDays(1)).ToString());
        Assert.Equal("Withdrawn", (consent with { WithdrawnAt = Day }).StandingAt(Day).ToString());
    }

    private static GivenConsent Withdrawn => new()
    {
        Id = Mine,
        PersonId = Second,
        GivenBy = new ConsentGiver(ConsentGiver.Self),
        Form = new ConsentForm(ConsentForm.Signature),
        Language = "es",
        NoticeVersion = "1",
        Explained = NoticeWording.Points,
        FreeToRefuse = true,
        Purpose = "referral",
        Scopes = [],
        GrantedAt = Day.AddDays(-9),
        ExpiresAt = Day.AddDays(30),
        WithdrawnAt = Day.AddDays(-2),
    };
}
