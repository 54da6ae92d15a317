using System.Text.Json;
using Tambo.Platform.Languages;

namespace Tambo.Cases.Screening;

/// <summary>Why a rule fired, as text keys with values: whoever reads it does so in their own language.</summary>
/// <param name="RuleId">The rule's code.</param>
/// <param name="RuleVersion">Its version.</param>
/// <param name="InstrumentVersion">The version of its instrument.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="Verified">Whether somebody held it against its source.</param>
/// <param name="Key">Text key of what it says; <c>{count}</c> is the number of answers.</param>
/// <param name="Answers">The answers that made it fire.</param>
/// <param name="Facts">The facts that did.</param>
internal sealed record ExplainedRule(
    string RuleId, int RuleVersion, int InstrumentVersion, string Source, bool Verified, string Key, IReadOnlyList<ExplainedAnswer> Answers, IReadOnlyList<ExplainedFact> Facts)
{
    /// <summary>What the rule says.</summary>
    public string In(Texts texts) => texts.Format(Key, ("count", Answers.Count));
}

/// <summary>One answer of an explanation.</summary>
/// <param name="QuestionId">The question's code.</param>
/// <param name="QuestionKey">Text key of the question.</param>
/// <param name="QuestionNumber">Its <c>{number}</c>, where it has one.</param>
/// <param name="AnswerKeys">Text keys of the answer.</param>
/// <param name="Number">The number, where it is one.</param>
internal sealed record ExplainedAnswer(string QuestionId, string QuestionKey, int? QuestionNumber, IReadOnlyList<string> AnswerKeys, long? Number)
{
    /// <summary>Question and answer in words.</summary>
    public (string Question, string Answer) In(Texts texts) => (
        texts.Format(QuestionKey, ("number", QuestionNumber)),
        Number is { } number ? number.ToString(texts.Culture) : string.Join(texts.Comma, AnswerKeys.Select(key => texts[key])));
}

/// <summary>One fact of an explanation.</summary>
/// <param name="Key">Text key of the fact.</param>
/// <param name="Number">Its <c>{number}</c>, where it has one.</param>
/// <param name="Negated">True when it is that the fact does not hold.</param>
internal sealed record ExplainedFact(string Key, int? Number, bool Negated)
{
    /// <summary>The fact in words.</summary>
    public string In(Texts texts) =>
        texts.Format(Key, ("number", Number)) is var words && Negated ? texts.Format("screening.fact.not", ("fact", words)) : words;
}

/// <summary>Puts results into text keys.</summary>
internal static class Explanation
{
    /// <summary>Why each rule fired.</summary>
    public static IReadOnlyList<ExplainedRule> Of(ScreenResult result) =>
        [.. result.Fired.Select(fired => new ExplainedRule(
            fired.Rule.Id, fired.Rule.Version, fired.InstrumentVersion, fired.Rule.Source, fired.Rule.Verified, fired.Rule.Text,
            [.. fired.Answers.Select(answer => Of(result.Instruments, answer))], [.. fired.Facts.Select(Of)]))];

    /// <summary>Text keys of one answer.</summary>
    public static ExplainedAnswer Of(InstrumentSet instruments, Answer answer)
    {
        var question = instruments.Questions[answer.Question];
        var (keys, number) = (question.Kind, answer.Way) switch
        {
            (_, AnswerWay.NotAsked) => (["screening.answer.not_asked"], null),
            (_, AnswerWay.Declined) => (["screening.answer.declined"], null),
            (QuestionKind.WholeNumber, _) => (Array.Empty<string>(), (long?)answer.Value),
            (QuestionKind.YesNo, AnswerWay.Observed) => ([answer.Value == Answer.Yes ? "screening.answer.observed_yes" : "screening.answer.observed_no"], null),
            (QuestionKind.YesNo, _) => ([answer.Value == Answer.Yes ? "screening.answer.yes" : "screening.answer.no"], null),
            _ => (question.Choices.Where((_, at) => (answer.Value & (1u << at)) != 0).Select(choice => $"screening.choice.{choice}").ToArray(), null),
        };
        return new ExplainedAnswer(question.Id, question.Text, question.Number, keys, number);
    }

    private static ExplainedFact Of(FactSign sign) => sign.Test switch
    {
        FactTest.AgeLeast => new ExplainedFact("screening.fact.age_least", sign.Number, sign.Negated),
        FactTest.AgeMost => new ExplainedFact("screening.fact.age_most", sign.Number, sign.Negated),
        FactTest.Sex => new ExplainedFact("screening.fact.sex", null, sign.Negated),
        _ => new ExplainedFact($"screening.fact.{JsonNamingPolicy.SnakeCaseLower.ConvertName(((KnownFact)sign.Number).ToString())}", null, sign.Negated),
    };
}
