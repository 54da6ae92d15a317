using Tambo.Cases;
using Tambo.Cases.Screening;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Cases.Screening;

/// <summary>Screenings later: evaluated again, explained, and decided otherwise by a person.</summary>
public sealed class ReplayTests
{
    private static readonly InstrumentSet Set = InstrumentSet.Shipped;
    private static readonly Facts Adult = new(Age.Of(30));

    private const string First = """
        {"id": "asked", "version": 1, "title": "t", "step": 1, "minutes": 3, "training": "t", "privacy": "t",
         "questions": [{"id": "asked.fear", "text": "t", "kind": "yes_no"}, {"id": "asked.days", "text": "t", "kind": "whole_number", "most": 30}],
         "rules": [
           {"id": "asked.afraid", "version": 1, "when": {"yes": "asked.fear"}, "text": "t", "profile": "p", "confidence": "flag", "urgency": "urgent", "locks": ["return"], "source": "made up", "verified": false},
           {"id": "asked.soon", "version": 1, "when": {"question": "asked.days", "less": 7}, "text": "t", "pathways": ["w"], "source": "made up", "verified": false}]}
        """;

    [Fact]
    public void The_same_instruments_say_the_same() =>
        Assert.All(Vignette.All, vignette => Assert.True(Replay.Under(Set, Set, vignette.Stored, vignette.Person).IsSame));

    [Fact]
    public void What_a_newer_version_says_otherwise_is_told()
    {
        var before = Instruments(First);
        var after = Instruments(First
            .Replace("\"id\": \"asked\", \"version\": 1", "\"id\": \"asked\", \"version\": 2", StringComparison.Ordinal)
            .Replace("\"id\": \"asked.afraid\", \"version\": 1", "\"id\": \"asked.afraid\", \"version\": 2", StringComparison.Ordinal)
            .Replace("\"urgency\": \"urgent\", \"locks\": [\"return\"]", "\"urgency\": \"emergency\", \"locks\": [\"consular_origin\"]", StringComparison.Ordinal)
            .Replace("\"less\": 7", "\"less\": 3", StringComparison.Ordinal));
        var difference = Replay.Under(before, after, [new("asked.fear", AnswerWay.Said, ["yes"]), new("asked.days", AnswerWay.Said, ["5"])], Adult);
        Assert.Equal((Urgency.Urgent, Urgency.Emergency), (difference.Before.Urgency, difference.After.Urgency));
        Assert.Equal((Locks.ConsularOrigin, Locks.Return), (difference.LocksGained, difference.LocksLost));
        Assert.Equal(["asked.soon"], difference.RulesLost.Select(rule => rule.Id));
        Assert.Empty(difference.RulesGained);
        Assert.Equal((1, 2), difference.RulesChanged.Select(pair => (pair.Before.Version, pair.After.Version)).Single());
        Assert.Equal([1, 2], [difference.Before.Fired[0].InstrumentVersion, difference.After.Fired[0].InstrumentVersion]);
        Assert.True(difference is { NeedsReview: true, IsSame: false });
    }

    [Fact]
    public void An_answer_that_the_newer_version_cannot_read_is_left_behind_and_named()
    {
        var after = Instruments(First.Replace("\"most\": 30", "\"most\": 4", StringComparison.Ordinal).Replace("asked.fear", "asked.afraid_of", StringComparison.Ordinal).Replace("\"less\": 7", "\"less\": 3", StringComparison.Ordinal));
        var difference = Replay.Under(Instruments(First), after, [new("asked.fear", AnswerWay.Said, ["yes"]), new("asked.days", AnswerWay.Said, ["5"])], Adult);
        Assert.Equal(["asked.fear", "asked.days"], difference.NotCarried.Select(left => left.Answer.Question));
        Assert.True(difference is { NeedsReview: true, IsSame: false });
        Assert.Equal(Urgency.Normal, difference.After.Urgency);
    }

    [Fact]
    public void Answers_are_kept_and_read_again_without_loss() =>
        Assert.All(Vignette.All.SelectMany(vignette => vignette.Stored), stored =>
        {
            var again = Set.Store(Set.Read(stored));
            Assert.Equal((stored.Question, stored.Way), (again.Question, again.Way));
            Assert.Equal(stored.Values.Order(), again.Values.Order());
        });

    [Theory]
    [InlineData("triage.fear", nameof(AnswerWay.Said), "maybe")]
    [InlineData("triage.fear", nameof(AnswerWay.Declined), "yes")]
    [InlineData("triage.deep_distress", nameof(AnswerWay.Said), "yes")]
    [InlineData("pregnancy_lactation.month", nameof(AnswerWay.Said), "11")]
    [InlineData("pregnancy_lactation.month", nameof(AnswerWay.Observed), "7")]
    [InlineData("pregnancy_lactation.month", nameof(AnswerWay.Said), "-1")]
    [InlineData("washington_group_short_set.seeing", nameof(AnswerWay.Said), "some_difficulty cannot_do_at_all")]
    [InlineData("nobody.asked", nameof(AnswerWay.Said), "yes")]
    public void An_answer_that_a_question_cannot_have_is_refused(string question, string way, string values) =>
        Assert.Throws<ArgumentException>(() => Set.Read(new StoredAnswer(question, Enum.Parse<AnswerWay>(way), values.Split(' '))));

    [Fact]
    public void A_rule_says_in_the_readers_language_which_answers_made_it_fire()
    {
        var catalog = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly));
        Answer[] answers = [.. Enumerable.Range(1, 9).Select(number => Set.Said($"torture_protect.item_{number}", "yes")), Set.Said("older_person.medicine_days", "2"), Set.Observed("triage.controlled", seen: true)];
        var explained = Explanation.Of(Screen.Evaluate(Set, answers, new Facts(Age.Of(70)))).ToDictionary(rule => rule.RuleId);
        var spanish = catalog.In("es");
        Assert.StartsWith("9 de diez", explained["torture_protect.many_signs"].In(spanish), StringComparison.Ordinal);
        Assert.Equal(9, explained["torture_protect.many_signs"].Answers.Count);
        Assert.Equal(("Punto 1 de la hoja", "Sí"), explained["torture_protect.many_signs"].Answers[0].In(spanish));
        Assert.Equal("2", Assert.Single(explained["older_person.needs_support"].Answers).In(spanish).Answer);
        Assert.Contains("60", Assert.Single(explained["older_person.needs_support"].Facts).In(spanish), StringComparison.Ordinal);
        Assert.Equal("Observado", Assert.Single(explained["triage.controlled"].Answers).In(spanish).Answer);
        Assert.Equal((1, 1, false), (explained["triage.controlled"].RuleVersion, explained["triage.controlled"].InstrumentVersion, explained["triage.controlled"].Verified));
        foreach (var language in catalog.Languages.Select(language => catalog.In(language.Code)))
            Assert.All(explained.Values, rule => Assert.DoesNotContain("[screening", $"{rule.In(language)} {string.Join(' ', rule.Answers.Select(answer => answer.In(language)))} {string.Join(' ', rule.Facts.Select(fact => fact.In(language)))}", StringComparison.Ordinal));
    }

    [Fact]
    public void A_decision_stands_beside_the_result_and_lifts_no_lock()
    {
        var computed = Screen.Evaluate(Set, [Set.Said("triage.fear", "yes")], Adult);
        var decided = new DecidedScreening(computed, ScreeningOverride.Of("bob", "A relative is here and safe", Urgency.Normal));
        Assert.Equal((Urgency.Normal, Urgency.Urgent), (decided.Urgency, decided.Computed.Urgency));
        Assert.Equal(Locks.Return | Locks.ConsularOrigin, decided.Locks);
    }

    [Fact]
    public void A_lock_is_lifted_by_two_people_only()
    {
        var computed = Screen.Evaluate(Set, [Set.Said("triage.fear", "yes")], Adult);
        var decided = new DecidedScreening(computed, ScreeningOverride.Of("bob", "The person asks for the consulate", Urgency.Urgent, Locks.ConsularOrigin, "alice"));
        Assert.Equal((Locks.Return, Locks.Return | Locks.ConsularOrigin), (decided.Locks, decided.Computed.Locks));
        Assert.ThrowsAny<ArgumentException>(() => ScreeningOverride.Of("bob", "Because", Urgency.Normal, Locks.Return, " Bob "));
        Assert.ThrowsAny<ArgumentException>(() => ScreeningOverride.Of("bob", "Because", Urgency.Normal, Locks.Return, ""));
        Assert.ThrowsAny<ArgumentException>(() => ScreeningOverride.Of("bob", " ", Urgency.Normal));
    }

    private static InstrumentSet Instruments(string json) => InstrumentSet.Read([("asked", json)], _ => true);
}
