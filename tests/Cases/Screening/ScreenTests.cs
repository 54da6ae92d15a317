using FsCheck;
using FsCheck.Fluent;
using Tambo.Cases.Screening;

namespace Tambo.Tests.Cases.Screening;

/// <summary>What holds of every screening, whatever is answered.</summary>
public sealed class ScreenTests
{
    private static readonly InstrumentSet Set = InstrumentSet.Shipped;

    private static readonly Gen<Facts> AnyFacts =
        from kind in Gen.Choose(0, 3)
        from one in Gen.Choose(0, 90)
        from more in Gen.Choose(0, 12)
        from sex in Gen.Elements(Enum.GetValues<RecordedSex>())
        from known in Gen.Elements(Enum.GetValues<KnownFact>().Skip(1).ToArray()).ListOf()
        from holds in Gen.Elements(true, false)
        select known.Aggregate(new Facts(kind switch { 0 => Age.Unknown, 1 => Age.Of(one), 2 => Age.Between(one, one + more), _ => Age.Disputed(one + more, one) }, sex), (facts, fact) => facts.With(fact, holds));

    // Any answer that the set takes, of all ways; half of the yes and no ones ask for help.
    private static readonly Gen<Answer> AnyAnswer =
        from place in Gen.Choose(0, Set.Questions.Count - 1)
        from way in Gen.Choose(0, 9)
        from number in Gen.Choose(0, 364)
        select Made(place, way, number);

    private static readonly Gen<Answer> Positive =
        from place in Gen.Choose(0, Set.Questions.Count - 1)
        from number in Gen.Choose(0, 364)
        select Made(place, 9, number);

    private static readonly Gen<Answer[]> Answers = from size in Gen.Choose(0, 60) from answers in AnyAnswer.ArrayOf(size) select answers;

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1000);

    [Fact]
    public void A_positive_answer_more_never_lowers_urgency_nor_takes_a_lock_or_a_profile() => Check.One(Many, Prop.ForAll(
        (from answers in Answers from more in Positive from facts in AnyFacts select (answers, more, facts)).ToArbitrary(),
        run => AtLeast(Evaluate([.. run.answers, run.more], run.facts), Evaluate(run.answers, run.facts))));

    [Fact]
    public void A_positive_answer_instead_of_another_to_a_yes_or_no_question_never_lowers_anything() => Check.One(Many, Prop.ForAll(
        (from answers in Answers from more in Positive from facts in AnyFacts select (answers, more, facts)).ToArbitrary(),
        run => Set.Questions[run.more.Question].Kind != QuestionKind.YesNo
            || AtLeast(Evaluate([.. run.answers.Where(answer => answer.Question != run.more.Question), run.more], run.facts), Evaluate(run.answers, run.facts))));

    [Fact]
    public void Declined_or_not_asked_instead_of_an_answer_says_as_much_as_the_other_answers_and_never_counts_as_no() => Check.One(Many, Prop.ForAll(
        (from answers in Answers.Where(answers => answers.Length > 0) from at in Gen.Choose(0, 59) from declined in Gen.Elements(true, false) from facts in AnyFacts select (answers, at, declined, facts)).ToArbitrary(),
        run =>
        {
            var question = run.answers[run.at % run.answers.Length].Question;
            var others = run.answers.Where(answer => answer.Question != question).ToArray();
            var silent = Evaluate([.. others, new Answer(question, run.declined ? AnswerWay.Declined : AnswerWay.NotAsked, 0)], run.facts);
            var saysNo = Set.Questions[question].Kind == QuestionKind.YesNo ? Evaluate([.. others, new Answer(question, AnswerWay.Said, Answer.No)], run.facts) : null;
            return AtLeast(silent, Evaluate(others, run.facts)) && (saysNo is null || AtLeast(silent, saysNo));
        }));

    [Fact]
    public void The_order_of_answers_does_not_matter() => Check.One(Many, Prop.ForAll(
        (from answers in Answers from shuffled in Gen.Shuffle(answers) from facts in AnyFacts select (answers, shuffled, facts)).ToArbitrary(),
        run => Said(Evaluate(run.answers, run.facts)) == Said(Evaluate([.. run.shuffled], run.facts))));

    [Fact]
    public void Evaluated_twice_it_says_the_same() => Check.One(Many, Prop.ForAll(
        (from answers in Answers from facts in AnyFacts select (answers, facts)).ToArbitrary(),
        run => Said(Evaluate(run.answers, run.facts)) == Said(Evaluate(run.answers, run.facts))));

    [Fact]
    public void Trafficking_is_never_more_than_possible() => Check.One(Many, Prop.ForAll(
        (from answers in Positive.ArrayOf(60) from facts in AnyFacts select (answers, facts)).ToArbitrary(),
        run => Evaluate(run.answers, run.facts).Profiles.All(profile => profile.Code != "possible_trafficking" || profile.Confidence == Confidence.Flag)));

    [Fact]
    public void A_person_with_a_need_of_protection_is_always_locked_from_return_and_from_the_country_of_origin() => Check.One(Many, Prop.ForAll(
        (from answers in Answers from facts in AnyFacts select (answers, facts)).ToArbitrary(),
        run => Evaluate(run.answers, run.facts) is var result
            && (result.Profiles.All(profile => profile.Code != "protection_need") || result.Locks.HasFlag(Locks.Return | Locks.ConsularOrigin))));

    [Fact]
    public void Each_rule_that_fires_holds_by_the_answers_and_facts_it_names_alone() => Check.One(Config.QuickThrowOnFailure, Prop.ForAll(
        (from answers in Answers from facts in AnyFacts select (answers, facts)).ToArbitrary(),
        run => Evaluate(run.answers, run.facts).Fired.All(fired =>
            fired.Answers.All(run.answers.Contains) && Evaluate([.. fired.Answers], run.facts).Fired.Any(again => again.Rule.Id == fired.Rule.Id))));

    [Fact]
    public void Nothing_fires_by_an_answer_that_asks_for_no_help()
    {
        Answer[] answers = [.. Set.Questions.Where(question => question.Kind == QuestionKind.YesNo).Select(question => new Answer(Set.PlaceOf(question.Id)!.Value, question.Observed ? AnswerWay.Observed : AnswerWay.Said, Answer.No))];
        var result = Evaluate(answers, new Facts(Age.Of(30)));
        Assert.Empty(result.Fired);
        Assert.Equal(Urgency.Normal, result.Urgency);
    }

    [Fact]
    public void What_is_seen_counts_although_something_else_is_said()
    {
        var result = Evaluate([Set.Said("triage.controlled", "no"), Set.Observed("triage.controlled", seen: true)], new Facts(Age.Of(30)));
        Assert.Equal("triage.controlled", Assert.Single(result.Fired).Rule.Id);
        Assert.Equal(AnswerWay.Observed, Assert.Single(result.Fired[0].Answers).Way);
    }

    [Fact]
    public void Declined_and_not_asked_are_told_apart_and_come_back_no_does_not()
    {
        var result = Evaluate([Set.Declined("triage.fear"), Set.Said("triage.controlled", "no")], new Facts(Age.Of(30), RecordedSex.Male));
        Assert.Contains(result.FollowUps, due => due is { Question.Id: "triage.fear", Declined: true });
        Assert.Contains(result.FollowUps, due => due is { Question.Id: "triage.care_now", Declined: false });
        Assert.DoesNotContain(result.FollowUps, due => due.Question.Id == "triage.controlled");
        Assert.True(result.FollowUpIsDue);
    }

    [Fact]
    public void A_question_that_is_not_for_this_person_does_not_come_back()
    {
        static bool Comes(string question, Facts facts)
        {
            var comes = Evaluate([], facts).FollowUps.Any(due => due.Question.Id == question);
            Assert.Equal(comes, Screen.IsFor(Set, question, facts));
            return comes;
        }

        Assert.True(Comes("triage.pregnant", new Facts(Age.Of(25), RecordedSex.Female)));
        Assert.True(Comes("triage.pregnant", new Facts(Age.Unknown)));
        Assert.True(Comes("triage.pregnant", new Facts(Age.Of(25), RecordedSex.Other)));
        Assert.False(Comes("triage.pregnant", new Facts(Age.Of(25), RecordedSex.Male)));
        Assert.False(Comes("triage.pregnant", new Facts(Age.Of(70), RecordedSex.Female)));
        Assert.True(Comes("triage.child_alone", new Facts(Age.Between(16, 20))));
        Assert.False(Comes("triage.child_alone", new Facts(Age.Of(18))));
    }

    [Fact]
    public void An_instrument_that_was_triggered_is_due_until_it_is_begun_and_says_why()
    {
        var fear = Set.Said("triage.fear", "yes");
        var module = Assert.Single(Evaluate([fear], new Facts(Age.Of(30))).Triggered);
        Assert.Equal(("protection_need", false), (module.Instrument.Id, module.Begun));
        Assert.Equal(["triage.fear"], module.Because.Select(rule => rule.Id));
        Assert.True(Assert.Single(Evaluate([fear, Set.Declined("protection_need.asks")], new Facts(Age.Of(30))).Triggered).Begun);
    }

    [Fact]
    public void Whether_somebody_is_a_child_is_decided_by_a_range_above_childhood_alone()
    {
        // Age, treated as a child, still to be decided.
        (Age Age, bool Child, bool Undecided)[] table =
        [
            (Age.Unknown, true, true), (Age.Of(17), true, false), (Age.Of(18), false, false), (Age.Between(15, 17), true, false), (Age.Between(17, 18), true, true),
            (Age.Between(18, 25), false, false), (Age.Disputed(22, 17), true, true), (Age.Disputed(16, 17), true, true), (Age.Disputed(18, 30), false, false),
        ];
        foreach (var (age, child, undecided) in table)
        {
            Assert.Equal((child, undecided), (age.MayBeChild, age.IsUndecided));
            Assert.Equal(child, Evaluate([], new Facts(age)).TreatedAsChild);
            Assert.Equal(child, Evaluate([Set.Said("triage.child_alone", "yes")], new Facts(age)).Locks.HasFlag(Locks.Detention));
        }

        Assert.Equal((17, 22), Age.Disputed(22, 17).Range);
        Assert.True(Age.Disputed(22, 17).IsDisputed);
        Assert.Null(Age.Unknown.Range);
        Assert.Throws<ArgumentOutOfRangeException>(() => Age.Between(20, 16));
        Assert.Throws<ArgumentOutOfRangeException>(() => Age.Of(-1));
    }

    [Fact]
    public void An_answer_to_a_question_of_another_set_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Evaluate([new Answer((ushort)Set.Questions.Count, AnswerWay.Said, 1)], new Facts(Age.Of(30))));

    private static ScreenResult Evaluate(Answer[] answers, Facts facts) => Screen.Evaluate(Set, answers, facts);

    private static bool AtLeast(ScreenResult one, ScreenResult other)
    {
        var sure = one.Profiles.ToDictionary(profile => profile.Code, profile => profile.Confidence);
        return one.Urgency >= other.Urgency && (one.Locks & other.Locks) == other.Locks
            && other.Profiles.All(profile => sure.TryGetValue(profile.Code, out var confidence) && confidence >= profile.Confidence)
            && other.Pathways.All(one.Pathways.Contains)
            && other.Fired.All(fired => one.Fired.Any(same => same.Rule.Id == fired.Rule.Id))
            && other.Triggered.All(module => one.Triggered.Any(same => same.Instrument.Id == module.Instrument.Id));
    }

    // Everything that a result says, the explanation included.
    private static string Said(ScreenResult result) => string.Join('\n',
    [
        $"{result.Urgency} {result.Locks} {result.TreatedAsChild} {string.Join(',', result.Profiles)} {string.Join(',', result.Pathways)}",
        .. result.Fired.Select(fired => $"{fired.Rule.Id} {string.Join(',', fired.Answers)} {string.Join(',', fired.Facts)}"),
        .. result.Triggered.Select(module => $"{module.Instrument.Id} {module.Begun}"),
        .. result.FollowUps.Select(due => $"{due.Question.Id} {due.Declined}"),
    ]);

    private static Answer Made(int place, int way, int number)
    {
        var question = Set.Questions[place];
        if (way < 2)
            return new Answer((ushort)place, way == 0 ? AnswerWay.NotAsked : AnswerWay.Declined, 0);
        return new Answer((ushort)place, question.Observed ? AnswerWay.Observed : AnswerWay.Said, question.Kind switch
        {
            QuestionKind.YesNo => way < 5 ? Answer.No : Answer.Yes,
            QuestionKind.WholeNumber => (uint)Math.Clamp(number % 14, question.Least, question.Most),
            QuestionKind.OneOf => 1u << (number % question.Choices.Count),
            _ => (uint)(number % (1 << question.Choices.Count)) | 1u,
        });
    }
}
