using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>A question of the form.</summary>
public sealed record ScreenQuestion(string Name, string Text, string? Help, FieldKind Kind, IReadOnlyList<Choice> Choices);

/// <summary>An instrument of the form.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Privacy">How the talk is kept private.</param>
/// <param name="Notes">What whoever asks must know.</param>
/// <param name="Questions">What is asked.</param>
/// <param name="NotNow">True when nothing of it is asked now, because somebody else can hear.</param>
public sealed record ScreenModule(string Title, string Privacy, string? Notes, IReadOnlyList<ScreenQuestion> Questions, bool NotNow);

/// <summary>One step of a screening on pages: what is asked now, and what was answered before.</summary>
public sealed record ScreenStep(
    string Address, string Back, string Ref, IReadOnlyList<(string Name, string Value)> Carried, IReadOnlyList<ScreenModule> Modules)
{
    /// <summary>How the person is talked with, asked with the first questions: each a name of a field with what may be chosen.</summary>
    public IReadOnlyList<(string Name, string Label, string? Hint, IReadOnlyList<Choice> Choices)> Circumstances { get; init; } = [];
}

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
    IReadOnlyList<(string Rule, IReadOnlyList<string> Because)> Reasons, bool MayOpen, string Kind)
{
    /// <summary>What has to be known of the answers, in words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>The first and the last day that may be chosen to ask again.</summary>
    public (string First, string Last) Days { get; init; }
}

/// <summary>The questions of instruments as fields of a form, and the answers in it.</summary>
internal static class ScreenForm
{
    public const string NotAsked = "not_asked";
    public const string Asked = "asked";
    private const string Declined = "declined";

    /// <summary>An instrument as fields; questions that are known not to be for this person are left out.</summary>
    public static ScreenModule Of(InstrumentSet instruments, Instrument instrument, Facts facts, ScreeningCircumstances circumstances, Texts texts) => new(
        texts[instrument.Title],
        texts[instrument.Privacy],
        instrument.Notes is { } notes ? texts[notes] : null,
        [.. instrument.Questions.Where(question => Screen.IsFor(instruments, question.Id, facts)).Select(question => Of(question, texts))],
        circumstances.IsOverheard && ScreeningCircumstances.OnlyAlone(instrument.Id));

    /// <summary>How the person is talked with, as fields.</summary>
    public static IReadOnlyList<(string Name, string Label, string? Hint, IReadOnlyList<Choice> Choices)> Circumstances(IReadOnlyList<string> alerts, Texts texts)
    {
        return
        [
            Of("setting", null, ScreeningCircumstances.Settings),
            // Where a disaster is in force is asked as long as one is.
            .. alerts.Count == 0 ? Array.Empty<(string, string, string?, IReadOnlyList<Choice>)>() :
            [
                (ScreeningCircumstances.Field + "area", texts["screening.field.area"], texts["screening.area.hint"], [new Choice("", texts["screening.area.elsewhere"]), .. alerts.Select(code => new Choice(code, CaseAreas.NameOf(code, texts)))]),
            ],
            Of("private", texts["screening.private.hint"], ScreeningCircumstances.Privacies),
            Of("interpreter", texts["screening.interpreter.hint"], ScreeningCircumstances.Interpreters), Of("trained", null, ScreeningCircumstances.Trainings),
            Of("as_asked", texts["screening.as_asked.hint"], ScreeningCircumstances.Wishes),
        ];

        (string, string, string?, IReadOnlyList<Choice>) Of(string name, string? hint, IReadOnlyList<string> codes) =>
            (ScreeningCircumstances.Field + name, texts["screening.field." + name], hint, [new Choice("", texts["cases.not_said"]), .. codes.Select(code => new Choice(code, texts[$"screening.{name}.{code}"]))]);
    }

    /// <summary>What was said of it, as names and values.</summary>
    public static IReadOnlyList<(string Name, string Value)> Said(ScreeningCircumstances said, Texts texts) =>
        [.. said.Carried.Select(one => (Name: one.Name[ScreeningCircumstances.Field.Length..], one.Value)).Select(one => (texts["screening.field." + one.Name], one.Name == "area" ? CaseAreas.NameOf(one.Value, texts) : texts[$"screening.{one.Name}.{one.Value}"]))];

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
