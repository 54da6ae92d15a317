using Tambo.Platform.Problems;

namespace Tambo.Cases.Questions;

/// <summary>Every way in which further questions and their answers are refused.</summary>
public static class QuestionProblems
{
    /// <summary>The workbook has no sheet of questions.</summary>
    public static readonly ProblemKind NoForm = new("cases.form.no_form", 422);

    /// <summary>There is no such form, or it is asked no more.</summary>
    public static readonly ProblemKind FormUnknown = new("cases.form.unknown", 422);

    /// <summary>There is no such question in the form.</summary>
    public static readonly ProblemKind QuestionUnknown = new("cases.form.question_unknown", 422);

    /// <summary>The question is not asked after the other answers.</summary>
    public static readonly ProblemKind NotAsked = new("cases.form.not_asked", 422);

    /// <summary>The answer is not of the kind that is asked for.</summary>
    public static readonly ProblemKind AnswerUnfit = new("cases.form.answer_unfit", 422);

    /// <summary>The answer breaks the rule that the form gives for it.</summary>
    public static readonly ProblemKind RuleBroken = new("cases.form.rule_broken", 422);

    /// <summary>The answers lead to further questions, which have not been asked yet; nothing is kept before.</summary>
    public static readonly ProblemKind MoreFollow = new("cases.form.more_follow", 422);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(QuestionProblems));
}

/// <summary>What can be wrong with a form, by sheet and row; the text is <c>issue.&lt;code&gt;</c>.</summary>
internal static class FormIssues
{
    /// <summary>A sheet that is not part of a form; it is not read.</summary>
    public const string SheetUnused = "form_sheet_unused";

    /// <summary>A sheet whose meaning is not supported.</summary>
    public const string SheetUnsupported = "form_sheet_unsupported";

    /// <summary>A column that is needed is not there.</summary>
    public const string ColumnMissing = "form_column_missing";

    /// <summary>A column whose meaning is not supported.</summary>
    public const string ColumnUnsupported = "form_column_unsupported";

    /// <summary>A column stands twice.</summary>
    public const string ColumnTwice = "form_column_twice";

    /// <summary>A language that is none of those of the node, or is not said.</summary>
    public const string LanguageUnknown = "form_language_unknown";

    /// <summary>A kind of question that is not supported.</summary>
    public const string TypeUnsupported = "form_type_unsupported";

    /// <summary>A name that is none.</summary>
    public const string NameUnfit = "form_name_unfit";

    /// <summary>A name that stands twice.</summary>
    public const string NameTwice = "form_name_twice";

    /// <summary>A question or a choice without words.</summary>
    public const string LabelMissing = "form_label_missing";

    /// <summary>A list of choices that is not there.</summary>
    public const string ListUnknown = "form_list_unknown";

    /// <summary>A list of choices that no question uses.</summary>
    public const string ListUnused = "form_list_unused";

    /// <summary>A compartment that is none.</summary>
    public const string CompartmentUnknown = "form_compartment_unknown";

    /// <summary>A condition that is not understood.</summary>
    public const string ConditionUnsupported = "form_condition_unsupported";

    /// <summary>A condition that reads a question which is not asked before.</summary>
    public const string ConditionAhead = "form_condition_ahead";

    /// <summary>A condition that reads another compartment than general and its own.</summary>
    public const string ConditionTells = "form_condition_tells";

    /// <summary>A value that does not fit its column.</summary>
    public const string ValueUnfit = "form_value_unfit";

    /// <summary>A group that is not closed, or closed without being open.</summary>
    public const string GroupUnbalanced = "form_group_unbalanced";

    /// <summary>More than is taken.</summary>
    public const string TooMuch = "form_too_much";
}
