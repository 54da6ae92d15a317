using System.Globalization;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Questions;

/// <summary>Whether answers are answers to a form: pure, and the same for pages and programs.</summary>
internal sealed class FormAnswers
{
    /// <summary>Letters of a text.</summary>
    public const int LongestText = 200;

    private readonly QuestionForm form;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> answers;
    private readonly Dictionary<string, bool> asked = new(StringComparer.Ordinal);

    /// <summary>Answers to a form, by question.</summary>
    public FormAnswers(QuestionForm form, IReadOnlyDictionary<string, IReadOnlyList<string>> answers)
    {
        (this.form, this.answers) = (form, answers);
        // Each condition reads what stands before it.
        foreach (var item in form.Items)
            asked[item.Name] = asked.GetValueOrDefault(item.In, true) && (item.Relevant.Length == 0 || FormExpression.Read(item.Relevant)!.Holds(Of, []));
    }

    /// <summary>The questions to which something was sent; nothing among it is an answer that fits none.</summary>
    public static Dictionary<string, IReadOnlyList<string>> Given(IReadOnlyDictionary<string, IReadOnlyList<string>> sent) =>
        sent.Where(one => one.Value is { Count: > 0 }).ToDictionary(one => one.Key, one => (IReadOnlyList<string>)[.. one.Value.Select(answer => answer ?? "")], StringComparer.Ordinal);

    /// <summary>True when the line is asked, or said, after these answers.</summary>
    public bool IsAsked(FormItem item) => asked[item.Name];

    /// <summary>The answers to a question that is asked; none otherwise, and none when it was not answered.</summary>
    public IReadOnlyList<string> Of(string question) => asked.GetValueOrDefault(question) ? answers.GetValueOrDefault(question) ?? [] : [];

    /// <summary>What is wrong with the answers to the questions of some compartments, by question.</summary>
    public IReadOnlyList<(string Question, ProblemKind Kind)> Wrong(IReadOnlyList<string> compartments)
    {
        var wrong = new List<(string, ProblemKind)>();
        wrong.AddRange(answers.Keys.Where(name => !form.Items.Any(item => item.Name == name && item.IsAsked)).Select(name => (name, QuestionProblems.QuestionUnknown)));
        foreach (var item in form.Items.Where(item => item.IsAsked && compartments.Contains(item.Compartment, StringComparer.Ordinal)))
        {
            var said = answers.GetValueOrDefault(item.Name) ?? [];
            if (said.Count > 0 && !IsAsked(item))
                wrong.Add((item.Name, QuestionProblems.NotAsked));
            else if (said.Count == 0 && item.Required && IsAsked(item))
                wrong.Add((item.Name, FormProblems.Missing));
            else if (said.Count > 0 && !IsFit(item, said))
                wrong.Add((item.Name, QuestionProblems.AnswerUnfit));
            else if (said.Count > 0 && item.Constraint.Length > 0 && !FormExpression.Read(item.Constraint)!.Holds(Of, said))
                wrong.Add((item.Name, QuestionProblems.RuleBroken));
        }

        return wrong;
    }

    private static bool IsFit(FormItem item, IReadOnlyList<string> said) => item.Kind switch
    {
        FormItem.SelectMultiple => said.Distinct(StringComparer.Ordinal).Count() == said.Count && said.All(one => IsChoice(item, one)),
        _ when said.Count > 1 => false,
        FormItem.SelectOne => IsChoice(item, said[0]),
        FormItem.Integer => said[0].Length <= 18 && long.TryParse(said[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        FormItem.Decimal => said[0].Length <= 28 && decimal.TryParse(said[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _),
        FormItem.Date => DateOnly.TryParseExact(said[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        _ => said[0].Length is > 0 and <= LongestText && !TextCharacters.HasControls(said[0]),
    };

    private static bool IsChoice(FormItem item, string said) => item.Choices.Any(choice => choice.Name == said);
}
