using Tambo.Cases.Screening;

namespace Tambo.Bench.Screening;

/// <summary>One made-up screening: answers as an array, and facts.</summary>
internal sealed record MadeUpScreening(Answer[] Answers, Facts Facts);

/// <summary>Made-up screenings with the course that real ones take: the first questions for everybody, then each instrument that they trigger.</summary>
internal static class MadeUpScreenings
{
    /// <summary>Screenings of everyday shares: most people say yes to little.</summary>
    /// <param name="instruments">The instruments.</param>
    /// <param name="count">How many.</param>
    /// <param name="yes">The share of first questions answered with yes.</param>
    /// <param name="further">The share in the instruments that follow.</param>
    public static MadeUpScreening[] Make(InstrumentSet instruments, int count, double yes, double further)
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, count).Select(_ => Make(instruments, random, yes, further))];
    }

    /// <summary>Every question of every instrument answered with what asks for help.</summary>
    public static MadeUpScreening Everything(InstrumentSet instruments) =>
        new([.. instruments.Questions.Select(question => Answered(instruments, question, new Random(1), 1))], new Facts(Age.Of(15), RecordedSex.Female).With(KnownFact.NoConsulate));

    private static MadeUpScreening Make(InstrumentSet instruments, Random random, double yes, double further)
    {
        // A quarter are children, one in twenty is older; some ages are ranges across 18.
        var age = random.Next(20) switch { < 5 => Age.Of(random.Next(0, 18)), 5 => Age.Of(random.Next(60, 85)), 6 => Age.Between(16, 20), _ => Age.Of(random.Next(18, 60)) };
        var facts = new Facts(age, random.Next(2) == 0 ? RecordedSex.Female : RecordedSex.Male);
        if (random.Next(10) == 0)
            facts = facts.With(KnownFact.NationalityOutsideRegion).With(KnownFact.InterpreterNeeded);
        var answers = instruments.Instruments.Where(instrument => instrument.Step == 1).SelectMany(instrument => instrument.Questions)
            .Select(question => Answered(instruments, question, random, yes)).ToList();
        for (var next = Due(); next.Count > 0; next = Due())
            answers.AddRange(next.SelectMany(module => module.Instrument.Questions).Select(question => Answered(instruments, question, random, further)));
        return new MadeUpScreening([.. answers], facts);

        List<TriggeredModule> Due() => [.. Screen.Evaluate(instruments, answers.ToArray(), facts).Triggered.Where(module => !module.Begun)];
    }

    private static Answer Answered(InstrumentSet instruments, Question question, Random random, double yes)
    {
        var positive = random.NextDouble() < yes;
        if (!positive && random.Next(20) == 0)
            return instruments.Declined(question.Id);
        return question.Kind switch
        {
            QuestionKind.YesNo => question.Observed ? instruments.Observed(question.Id, positive) : instruments.Said(question.Id, positive ? Answer.YesCode : Answer.NoCode),
            QuestionKind.WholeNumber => instruments.Said(question.Id, $"{(positive ? Math.Max(question.Least, 3) : Math.Min(question.Most, 20))}"),
            QuestionKind.OneOf => instruments.Said(question.Id, question.Choices[positive ? random.Next(2, question.Choices.Count) : random.Next(2)]),
            _ => instruments.Said(question.Id, question.Choices[positive ? random.Next(question.Choices.Count) : question.Choices.Count - 1]),
        };
    }
}
