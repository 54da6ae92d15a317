using Tambo.Cases.Referrals;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Cases.Referrals;

/// <summary>What follows from what in a referral, who may do it, and when.</summary>
public class ReferralMovesTests
{
    private static readonly DateTimeOffset Noon = Offers.Noon;

    // Written from the description of the states, and not from the table of the code: from, step, by, reason, to.
    private static readonly (string From, string Act, string By, string Reason, string To)[] Possible =
    [
        ("draft", "withdraw", "referrer", "made_in_error", "withdrawn"),
        ("draft", "withdraw", "person", "person_changed_mind", "withdrawn"),
        ("draft", "withdraw", "node", "consent_ended", "withdrawn"),
        ("offered", "accept", "receiver", "", "accepted"),
        ("offered", "decline", "receiver", "full", "declined"),
        ("offered", "withdraw", "referrer", "made_in_error", "withdrawn"),
        ("offered", "withdraw", "person", "person_changed_mind", "withdrawn"),
        ("offered", "withdraw", "node", "consent_ended", "withdrawn"),
        ("offered", "escalate", "referrer", "", "offered"),
        ("accepted", "withdraw", "referrer", "made_in_error", "withdrawn"),
        ("accepted", "withdraw", "person", "person_changed_mind", "withdrawn"),
        ("accepted", "withdraw", "node", "consent_ended", "withdrawn"),
        ("accepted", "escalate", "referrer", "", "accepted"),
        ("handed_over", "start", "receiver", "", "in_service"),
        ("handed_over", "not_served", "receiver", "no_place_left", "not_served"),
        ("handed_over", "not_served", "referrer", "person_moved_on", "not_served"),
        ("handed_over", "did_not_attend", "receiver", "", "did_not_attend"),
        ("handed_over", "escalate", "referrer", "", "handed_over"),
        ("in_service", "complete", "receiver", "helped", "completed"),
        ("in_service", "not_served", "receiver", "no_place_left", "not_served"),
        ("in_service", "not_served", "referrer", "person_moved_on", "not_served"),
        ("in_service", "did_not_attend", "receiver", "", "did_not_attend"),
        ("in_service", "escalate", "referrer", "", "in_service"),
    ];

    [Fact]
    public void From_every_state_every_step_by_everybody_is_possible_exactly_where_the_description_says_so()
    {
        foreach (var state in ReferralStates.All)
        {
            var referral = Offers.In(state);
            Assert.Equal(state, referral.State);
            foreach (var act in ReferralMoves.All.Select(act => act.Act))
            {
                foreach (var by in new[] { "referrer", "receiver", "node", "person" })
                {
                    var reasons = Possible.Where(one => one.Act == act && one.By == by).Select(one => one.Reason).DefaultIfEmpty("").ToHashSet();
                    foreach (var reason in reasons)
                    {
                        var move = ReferralMoves.Take(referral, Offers.Step(act, by, Noon.AddMinutes(2), reason), Offers.Rules);
                        var expected = Possible.Where(one => one.From == state && one.Act == act && one.By == by && one.Reason == reason).Select(one => one.To).SingleOrDefault();
                        Assert.Equal(expected, move.After?.State);
                        Assert.Equal(expected is null, move.Refused is not null);
                    }
                }
            }
        }
    }

    [Fact]
    public void Nothing_is_given_away_by_a_step_without_its_decision()
    {
        Refused("referral.step_unfit", ReferralMoves.Take(Offers.Draft(), Offers.Step("offer", "referrer", Noon), Offers.Rules));
        Refused("referral.step_unfit", ReferralMoves.Take(Offers.In("accepted"), Offers.Step("hand_over", "referrer", Noon), Offers.Rules));
        Refused("referral.step_unfit", ReferralMoves.Offer(Offers.Draft(), Offers.Step("withdraw", "referrer", Noon, "made_in_error"), Offers.Preview(Offers.Draft(), Noon), Offers.Rules));
    }

    [Fact]
    public void Another_agency_or_organisation_takes_no_step()
    {
        var offered = Offers.Offered();
        Refused("referral.not_theirs", ReferralMoves.Take(offered, Offers.Step("accept", "receiver", Noon) with { Of = "another-house" }, Offers.Rules));
        Refused("referral.not_theirs", ReferralMoves.Take(offered, Offers.Step("withdraw", "referrer", Noon, "made_in_error") with { Of = "another-post" }, Offers.Rules));
        Refused("referral.not_theirs", ReferralMoves.Take(offered, Offers.Step("accept", "referrer", Noon), Offers.Rules));
    }

    [Theory]
    [InlineData("decline", "receiver", "")]
    [InlineData("decline", "receiver", "we do not like them")]
    [InlineData("decline", "receiver", "made_in_error")]
    [InlineData("withdraw", "person", "made_in_error")]
    [InlineData("accept", "receiver", "full")]
    public void Reasons_come_from_the_list_of_the_step_and_of_who_takes_it(string act, string by, string reason) =>
        Refused("referral.reason_unfit", ReferralMoves.Take(Offers.Offered(), Offers.Step(act, by, Noon, reason), Offers.Rules));

    // Hours: two, twenty-four, five days; twenty-four, seventy-two, fourteen days.
    [Theory]
    [InlineData("emergency", 2, 24)]
    [InlineData("urgent", 24, 72)]
    [InlineData("normal", 5 * 24, 14 * 24)]
    public void The_clock_runs_by_urgency(string urgency, int answer, int contact)
    {
        var offered = Offers.Offered(urgency);
        Assert.Equal(Noon.AddHours(answer), offered.AnswerBy);
        Assert.Equal(Noon.AddHours(contact), offered.ContactBy);
        var last = Noon.AddHours(answer).AddTicks(-1);
        Assert.Equal("accepted", Offers.Done(ReferralMoves.Take(offered, Offers.Step("accept", "receiver", last), Offers.Rules)).State);
        Refused("referral.not_late", ReferralMoves.Take(offered, Offers.Step("expire", "node", last), Offers.Rules));
        Refused("referral.answered_late", ReferralMoves.Take(offered, Offers.Step("accept", "receiver", last.AddTicks(1)), Offers.Rules));
        Refused("referral.answered_late", ReferralMoves.Take(offered, Offers.Step("decline", "receiver", last.AddTicks(1), "full"), Offers.Rules));
        Assert.Equal("expired", Offers.Done(ReferralMoves.Take(offered, Offers.Step("expire", "node", last.AddTicks(1)), Offers.Rules)).State);
    }

    [Fact]
    public void What_is_late_is_known_and_the_clock_calls_for_help_once()
    {
        var accepted = Offers.In("accepted");
        Assert.Equal("answer", Offers.Offered().LateAt(Noon.AddHours(24)));
        Assert.Null(Offers.Offered().LateAt(Noon.AddHours(24).AddTicks(-1)));
        Assert.Null(accepted.LateAt(Noon.AddHours(72).AddTicks(-1)));
        Assert.Equal("contact", accepted.LateAt(Noon.AddHours(72)));
        Assert.Equal("contact", Offers.In("handed_over").LateAt(Noon.AddHours(72)));
        Assert.Null(Offers.In("in_service").LateAt(Noon.AddYears(1)));
        Assert.Null(Offers.In("declined").LateAt(Noon.AddYears(1)));

        Refused("referral.not_late", ReferralMoves.Take(accepted, Offers.Step("escalate", "node", Noon.AddHours(71)), Offers.Rules));
        var called = Offers.Done(ReferralMoves.Take(accepted, Offers.Step("escalate", "node", Noon.AddHours(72)), Offers.Rules));
        Assert.Equal(("accepted", Noon.AddHours(72)), (called.State, called.EscalatedAt!.Value));
        Refused("referral.not_late", ReferralMoves.Take(called, Offers.Step("escalate", "node", Noon.AddHours(73)), Offers.Rules));
    }

    [Theory, InlineData("declined"), InlineData("expired")]
    public void The_next_service_is_asked_with_the_history_and_the_persons_wait_goes_on(string state)
    {
        var (first, id) = (Offers.In(state), Guid.Parse("018f3c1e-0000-7000-8000-000000000302"));
        var again = Offers.Done(ReferralMoves.Reoffer(first, id, "other-house", "service-2", Offers.Consent));
        Assert.Equal(("draft", first.Id, 1), (again.State, again.Follows!.Value, again.Tried.Count));
        Assert.Equal(first.Steps, again.Steps);
        // To be in front of the same clock: seventy-two hours from the first offer.
        Assert.Equal(first.ContactBy, again.ContactBy);
        Assert.Equal("contact", again.LateAt(Noon.AddHours(72)));

        var to = Offers.Asked(Noon.AddHours(30), Offers.Agreed("general"));
        var (preview, _) = ReferralPreview.Decide(again, to with { Reader = to.Reader with { Id = "other-house" } }, new PreviewFacts(14, "female", "es", null), Offers.Rules);
        var offered = Offers.Done(ReferralMoves.Offer(again, Offers.Step("offer", "referrer", Noon.AddHours(30)), preview!, Offers.Rules));
        Assert.Equal((Noon.AddHours(54), Noon.AddHours(72)), (offered.AnswerBy!.Value, offered.ContactBy!.Value));
        Assert.Equal(first.Steps.Count + 1, offered.Steps.Count);
        var declined = Offers.Done(ReferralMoves.Take(offered, Offers.Step("decline", "receiver", Noon.AddHours(31), "full") with { Of = "other-house" }, Offers.Rules));
        Refused("referral.tried_before", ReferralMoves.Reoffer(declined, Guid.Empty, "childrens-house", "service-1", Offers.Consent));
        Refused("referral.tried_before", ReferralMoves.Reoffer(declined, Guid.Empty, "other-house", "service-2", Offers.Consent));
    }

    [Fact]
    public void Only_what_was_declined_or_not_answered_goes_to_the_next()
    {
        foreach (var state in ReferralStates.All.Except(["declined", "expired"]))
            Refused("referral.step_unfit", ReferralMoves.Reoffer(Offers.In(state), Guid.Empty, "other-house", "service-2", Offers.Consent));
    }

    [Fact]
    public void What_nobody_knows_is_not_offered() =>
        Refused("referral.kind_unknown", ReferralMoves.Offer(
            Offers.Draft() with { Urgency = "whenever" }, Offers.Step("offer", "referrer", Noon), Offers.Preview(Offers.Draft(), Noon), Offers.Rules));

    [Fact]
    public void A_preview_of_another_referral_or_another_moment_offers_nothing()
    {
        var another = Offers.Draft() with { Id = Guid.Empty };
        Refused("referral.decided_elsewhere", ReferralMoves.Offer(Offers.Draft(), Offers.Step("offer", "referrer", Noon), Offers.Preview(another, Noon), Offers.Rules));
        Refused("referral.decided_elsewhere", ReferralMoves.Offer(Offers.Draft(), Offers.Step("offer", "referrer", Noon), Offers.Preview(Offers.Draft(), Noon.AddTicks(-1)), Offers.Rules));
    }

    [Fact]
    public void Everything_has_a_name()
    {
        var english = TextCatalog.Load(Tambo.Node.Parts.All.Select(part => part.Assembly)).In("en");
        string[] keys =
        [
            .. ReferralStates.All.Select(state => "referral.state." + state),
            .. ReferralMoves.All.Select(act => "referral.act." + act.Act),
            .. ReferralMoves.All.SelectMany(act => act.By).Select(by => "referral.by." + by),
            .. Offers.Rules.Reasons.Select(reason => "referral.reason." + reason.Code),
            .. Offers.Rules.Urgencies.Select(urgency => "referral.urgency." + urgency.Code),
            .. Offers.Rules.KindsOfHelp.Select(type => "need." + type.ShownAs),
            .. Enum.GetNames<AgeBand>().Select(band => "referral.age." + band.ToLowerInvariant()),
            .. Enum.GetNames<PreviewSex>().Select(sex => "referral.sex." + sex.ToLowerInvariant()),
            "referral.late.answer", "referral.late.contact",
            .. ReferralProblems.All.SelectMany(problem => new[] { problem.TitleKey, problem.DetailKey }),
        ];
        Assert.Empty(keys.Where(key => !english.Has(key)));
    }

    private static void Refused(string code, ReferralMove move)
    {
        Assert.Null(move.After);
        Assert.Equal(code, move.Refused!.Kind.Code);
    }
}
