using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>A question of the form.</summary>
public sealed record ScreenQuestion(string Name, string Text, string? Help, FieldKind Kind, IReadOnlyList<Choice> Choices);

/// <summary>An instrument of the form.</summary>
public sealed record ScreenModule(string Title, string Privacy, string? Notes, IReadOnlyList<ScreenQuestion> Questions);

/// <summary>One step of a screening on pages: what is asked now, and what was answered before.</summary>
public sealed record ScreenStep(
    string Address, string Back, string Ref, IReadOnlyList<(string Name, string Value)> Carried, IReadOnlyList<ScreenModule> Modules);

/// <summary>What the rules make of the answers, in words.</summary>
/// <param name="Step">What was answered.</param>
/// <param name="Urgency">Its code.</param>
/// <param name="Locks">What must not be done.</param>
/// <param name="Lists">Profiles, ways to help and what is to be come back to, each with its title.</param>
/// <param name="Reasons">Each rule with the answers and facts that made it so.</param>
/// <param name="MayOpen">True when the reader may open a case.</param>
/// <param name="Kind">The kind of case that it leads to.</param>
public sealed record ScreenOutcome(
    ScreenStep Step, string Urgency, IReadOnlyList<string> Locks, IReadOnlyList<(string Title, IReadOnlyList<string> Lines)> Lists,
    IReadOnlyList<(string Rule, IReadOnlyList<string> Because)> Reasons, bool MayOpen, string Kind);

/// <summary>The questions of instruments as fields of a form, and the answers in it.</summary>
internal static class ScreenForm
{
    public const string NotAsked = "not_asked";
    public const string Asked = "asked";
    private const string Declined = "declined";

    /// <summary>An instrument as fields; questions that are known not to be for this person are left out.</summary>
    public static ScreenModule Of(InstrumentSet instruments, Instrument instrument, Facts facts, Texts texts) => new(
        texts[instrument.Title],
        texts[instrument.Privacy],
        instrument.Notes is { } notes ? texts[notes] : null,
        [.. instrument.Questions.Where(question => Screen.IsFor(instruments, question.Id, facts)).Select(question => Of(question, texts))]);

    /// <summary>The answers of a form, those of hidden fields included.</summary>
    public static IReadOnlyList<SentAnswer> Read(InstrumentSet instruments, StaffForm form)
    {
        var answers = new List<SentAnswer>();
        foreach (var question in instruments.Questions)
        {
            IReadOnlyList<string> said = form.Texts(NameOf(question));
            if (said.Count == 0)
                continue;
            if (said.Contains(NotAsked))
                answers.Add(new SentAnswer(question.Id, NotAsked));
            else if (said.Contains(Declined))
                answers.Add(new SentAnswer(question.Id, Declined));
            else if (question.Observed && question.Kind == QuestionKind.YesNo)
                answers.Add(new SentAnswer(question.Id, "observed", said));
            else
                answers.Add(new SentAnswer(question.Id, "said", said));
        }

        return answers;
    }

    /// <summary>Answers as hidden fields of the next step.</summary>
    public static IEnumerable<(string Name, string Value)> Carried(InstrumentSet instruments, IEnumerable<SentAnswer> answers) => answers.SelectMany(answer =>
        (answer.Values is { Count: > 0 } values ? values : [answer.Way]).Select(value => (NameOf(instruments.Questions[instruments.PlaceOf(answer.Question)!.Value]), value)));

    /// <summary>The name of a question's field.</summary>
    public static string NameOf(Question question) => "a_" + question.Id;

    private static ScreenQuestion Of(Question question, Texts texts)
    {
        Choice[] unsaid = [new(Declined, texts["screening.answer.declined"]), new(NotAsked, texts["screening.answer.not_asked"])];
        var (kind, choices) = question.Kind switch
        {
            QuestionKind.YesNo when question.Observed =>
                (FieldKind.Radio, new Choice[] { new(Answer.YesCode, texts["screening.answer.observed_yes"]), new(Answer.NoCode, texts["screening.answer.observed_no"]), new(NotAsked, texts["screening.page.not_looked"]) }),
            QuestionKind.YesNo => (FieldKind.Radio, [new(Answer.YesCode, texts["screening.answer.yes"]), new(Answer.NoCode, texts["screening.answer.no"]), .. unsaid]),
            QuestionKind.OneOf => (FieldKind.Radio, [.. Said(), .. unsaid]),
            QuestionKind.ManyOf => (FieldKind.Checkboxes, [.. Said(), unsaid[0]]),
            _ => (FieldKind.Text, []),
        };
        var words = texts.Format(question.Text, ("number", question.Number));
        return new ScreenQuestion(
            NameOf(question), question.Observed ? texts.Format("screening.page.observed", ("what", words)) : words, question.Help is { } help ? texts[help] : null, kind, choices);

        IEnumerable<Choice> Said() => question.Choices.Select(choice => new Choice(choice, texts["screening.choice." + choice]));
    }
}
