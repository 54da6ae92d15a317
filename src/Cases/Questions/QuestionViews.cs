using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Questions;

/// <summary>A line of the page of a form.</summary>
/// <param name="Name">The name of its field; empty of a title or a note.</param>
/// <param name="Text">Its words.</param>
/// <param name="Language">The language that the words are in.</param>
/// <param name="Own">The same in the language of whoever reads the page; empty when that is the same.</param>
/// <param name="OwnLanguage">The language that those are in.</param>
/// <param name="Hint">What helps to answer.</param>
/// <param name="Error">What was wrong with the answer; null when nothing.</param>
/// <param name="Kind">Its kind: group, note, text, integer, decimal, date, select_one, select_multiple.</param>
/// <param name="Choices">What may be chosen.</param>
/// <param name="Answers">The answers so far.</param>
/// <param name="Required">True when it has to be answered.</param>
public sealed record AskedLine(
    string Name, string Text, string Language, string Own, string OwnLanguage, string Hint, string? Error, string Kind, IReadOnlyList<Choice> Choices, IReadOnlyList<string> Answers, bool Required);

/// <summary>The page of a form for one person.</summary>
/// <param name="Address">Where it is sent.</param>
/// <param name="Back">The person's file.</param>
/// <param name="Title">The title of the form.</param>
/// <param name="Ref">The person's reference.</param>
/// <param name="Version">The version of the answers that are shown.</param>
/// <param name="Goes">True when the answers are kept and further questions follow from them.</param>
/// <param name="Lines">What is asked.</param>
public sealed record AskedForm(string Address, string Back, string Title, string Ref, int Version, bool Goes, IReadOnlyList<AskedLine> Lines);

/// <summary>A form of further questions on the form of registration.</summary>
/// <param name="Key">Its key, as the form sends it back.</param>
/// <param name="Title">Its title.</param>
/// <param name="Later">The name of the box by which all of it is left for later.</param>
/// <param name="Lines">What is asked.</param>
public sealed record RegistrationForm(string Key, string Title, string Later, IReadOnlyList<AskedLine> Lines);

/// <summary>A form and what a person answered to it, on the page of the person.</summary>
/// <param name="Title">The title, with the version when it is asked no more.</param>
/// <param name="Lines">Questions and answers.</param>
/// <param name="Address">Where it is answered; null when that is not for this reader.</param>
public sealed record AnsweredForm(string Title, IReadOnlyList<(string Question, string Answer)> Lines, string? Address);

/// <summary>A version of a form in the list of forms.</summary>
/// <param name="Title">Its title.</param>
/// <param name="About">Its name, number and how it stands.</param>
/// <param name="Retire">Where it is retired; null when that is done or not theirs.</param>
public sealed record FormLine(string Title, string About, string? Retire);

/// <summary>Makes of forms what pages show.</summary>
internal static class QuestionViews
{
    /// <summary>Before the name of a question, the name of its field.</summary>
    public const string Field = "q_";

    /// <summary>Before the name of a field, the name of the sign that it stood on the form.</summary>
    public const string Shown = "shown_";

    /// <summary>What stands before the names of questions where several forms are asked at once.</summary>
    public static string FieldOf(Guid form) => $"{Field}{form:N}_";

    /// <summary>The lines of a form that are asked, or that something was answered to; of open compartments alone.</summary>
    public static IReadOnlyList<AskedLine> Lines(QuestionForm form, FormAnswers state, IReadOnlyDictionary<string, IReadOnlyList<string>> answers, IReadOnlyList<string> open, string? spoken, IReadOnlyDictionary<string, string> errors, Texts texts, string field = Field)
    {
        IReadOnlyList<string> languages = spoken is null ? [texts.Code] : [spoken, texts.Code];
        var lines = new List<AskedLine>();
        foreach (var item in form.Items.Where(item => open.Contains(item.Compartment, StringComparer.Ordinal)))
        {
            var given = answers.GetValueOrDefault(item.Name) ?? [];
            if (!state.IsAsked(item) && given.Count == 0)
                continue;
            var ((text, language), (own, ownLanguage)) = (form.Said(item.Label, languages), form.Said(item.Label, texts.Code));
            if (item.Kind == FormItem.Group && text.Length == 0)
                continue;
            lines.Add(new AskedLine(
                item.IsAsked ? field + item.Name : "",
                text,
                language,
                own == text ? "" : own,
                ownLanguage,
                form.Said(item.Hint, languages).Text,
                errors.GetValueOrDefault(item.Name),
                item.Kind,
                [.. item.Choices.Select(choice => new Choice(choice.Name, form.Said(choice.Label, languages).Text))],
                given,
                item.Required));
        }

        // A title under which nothing is asked is none.
        return [.. lines.Where((line, at) => line.Kind != FormItem.Group || lines.Skip(at + 1).TakeWhile(next => next.Kind != FormItem.Group).Any())];
    }

    /// <summary>What was said in a form.</summary>
    public static Dictionary<string, IReadOnlyList<string>> Read(QuestionForm form, IReadOnlyList<string> open, StaffForm sent, string field = Field)
    {
        var answers = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var item in form.Items.Where(item => item.IsAsked && open.Contains(item.Compartment, StringComparer.Ordinal)))
        {
            IReadOnlyList<string> said = item.Kind == FormItem.SelectMultiple ? sent.Texts(field + item.Name) : sent.Text(field + item.Name) is { Length: > 0 } one ? [one] : [];
            if (said.Count > 0)
                answers[item.Name] = item.Kind == FormItem.Decimal ? [said[0].Replace(',', '.')] : said;
        }

        return answers;
    }
}
