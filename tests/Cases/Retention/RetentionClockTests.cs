using Tambo.Cases.Retention;

namespace Tambo.Tests.Cases.Retention;

/// <summary>Until when what is kept of a person is kept.</summary>
public sealed class RetentionClockTests
{
    private static readonly RetentionRules Rules = RetentionRules.Read(Text("""
        { "code": "a", "from": "registered", "when": "never_completed", "months": 1, "source": "test", "verified": false },
        { "code": "b", "from": "last_contact", "when": "without_case", "months": 12, "source": "test", "verified": false },
        { "code": "c", "from": "consent_withdrawn", "when": "consent_only", "months": 2, "source": "test", "verified": false },
        { "code": "d", "from": "closed", "when": "closed_case", "months": 60, "source": "test", "verified": false },
        { "code": "e", "from": "closed", "when": "closed_case", "caseType": "tracing", "months": 24, "source": "test", "verified": false },
        { "code": "f", "from": "of_age", "when": "was_child", "months": 36, "source": "test", "verified": false }
        """));

    private static readonly KeptPerson Somebody = new() { Registered = new(2026, 1, 31), LastContact = new(2026, 3, 10) };

    [Fact]
    public void Who_never_had_a_case_is_kept_from_the_last_contact() => Is("2027-03-10 b", Somebody);

    [Fact]
    public void A_registration_that_was_never_ended_goes_soon() =>
        Is("2026-02-28 a", Somebody with { IsComplete = false, LastContact = new(2026, 1, 31) });

    [Fact]
    public void While_a_case_is_open_nothing_runs() =>
        Is("held open_case", Somebody with { Cases = [new KeptCase("protection", new(2020, 1, 1)), new KeptCase("tracing", null)] });

    [Fact]
    public void Of_several_closed_cases_the_latest_day_counts() =>
        Is("2031-02-01 d", Somebody with { Cases = [new KeptCase("protection", new(2026, 2, 1)), new KeptCase("tracing", new(2027, 1, 1))] });

    [Fact]
    public void A_type_with_a_rule_of_its_own_has_that_one() => Is("2029-01-01 e", Somebody with { Cases = [new KeptCase("tracing", new(2027, 1, 1))] });

    [Fact]
    public void Who_came_back_after_a_case_was_closed_is_kept_from_then() =>
        Is("2027-03-10 b", Somebody with { Cases = [new KeptCase("tracing", new(2024, 1, 1))] });

    [Fact]
    public void While_a_referral_goes_on_nothing_runs() =>
        Is("held open_referral", Somebody with { IsReferred = true, Cases = [new KeptCase("protection", new(2020, 1, 1))] });

    [Fact]
    public void Who_was_a_child_can_ask_as_an_adult() =>
        Is("2037-05-05 f", Somebody with { OfAge = new(2034, 5, 5), Cases = [new KeptCase("child", new(2026, 6, 1))] });

    [Fact]
    public void A_consent_that_carried_everything_ends_it_though_a_case_is_open() =>
        Is("2026-06-01 c", Somebody with { ByConsentAlone = true, Withdrawn = new(2026, 4, 1), Cases = [new KeptCase("protection", null)] });

    [Fact]
    public void A_withdrawn_consent_beside_another_ground_does_not() => Is("2027-03-10 b", Somebody with { Withdrawn = new(2026, 4, 1) });

    [Fact]
    public void What_a_court_asks_to_keep_is_kept() =>
        Is("held legal_hold", Somebody with { LegalHold = "case 4", ByConsentAlone = true, Withdrawn = new(2026, 4, 1) });

    [Theory]
    [InlineData("""{ "code": "a", "from": "closed", "when": "without_case", "months": 1, "source": "test", "verified": false }""", "last_contact")]
    [InlineData("""{ "code": "a", "from": "closed", "when": "closed_case", "months": 0, "source": "test", "verified": false }""", "0 months")]
    [InlineData("""{ "code": "a", "from": "closed", "when": "closed_case", "months": 1, "source": "", "verified": false }""", "no source")]
    [InlineData("""{ "code": "a", "from": "closed", "when": "closed_case", "months": 1, "source": "test", "verified": false }""", "no retention rule is about")]
    [InlineData("""{ "code": "a", "from": "closed", "when": "closed_case", "months": 1, "source": "test", "verified": false, "colour": 1 }""", "colour")]
    public void Rules_that_would_keep_somebody_for_ever_are_refused(string rules, string says) =>
        Assert.Contains(says, Assert.Throws<FormatException>(() => RetentionRules.Read(Text(rules))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_shipped_rules_say_of_each_whether_it_was_checked()
    {
        Assert.NotEmpty(RetentionRules.Shipped.Rules);
        Assert.All(RetentionRules.Shipped.Rules, rule => Assert.True(rule.Verified || rule.Source == "Tambo"));
    }

    private static string Text(string rules) => $$"""{ "version": 1, "rules": [ {{rules}} ] }""";

    private static void Is(string expected, KeptPerson person)
    {
        var answer = RetentionClock.Of(person, Rules);
        Assert.Equal(expected, answer.Until is { } until ? $"{until:yyyy-MM-dd} {answer.Rule!.Code}" : $"held {answer.Held}");
    }
}
