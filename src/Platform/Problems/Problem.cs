using Tambo.Platform.Languages;

namespace Tambo.Platform.Problems;

/// <summary>
/// One way in which the node refuses: its code, its HTTP status, and by its code the texts
/// <c>problem.{code}.title</c> and <c>problem.{code}.detail</c> in every language.
/// </summary>
/// <param name="Code">Dotted, lower case, for example <c>access.sign_in_needed</c>.</param>
/// <param name="Status">HTTP status code.</param>
public sealed record ProblemKind(string Code, int Status)
{
    /// <summary>The key of the short title.</summary>
    public string TitleKey => $"problem.{Code}.title";

    /// <summary>The key of the sentence that says what to do.</summary>
    public string DetailKey => $"problem.{Code}.detail";

    /// <summary>A refusal of this kind with the values its sentence names.</summary>
    public Problem With(params (string Name, object? Value)[] values) => new(this, values);
}

/// <summary>A refusal to a person: never our mistake, always coded, always in the reader's language.</summary>
public sealed class Problem(ProblemKind kind, (string Name, object? Value)[] values) : Exception(kind.Code)
{
    /// <summary>What kind of refusal this is.</summary>
    public ProblemKind Kind { get; } = kind;

    /// <summary>The values that the sentence names.</summary>
    public IReadOnlyList<(string Name, object? Value)> Values => values;

    /// <summary>Errors by field name, for forms; empty when the refusal is about the whole request.</summary>
    public IReadOnlyDictionary<string, ProblemKind> Fields { get; init; } = new Dictionary<string, ProblemKind>();

    /// <summary>Seconds after which trying again makes sense, or null.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>The title in the reader's language.</summary>
    public string Title(Texts texts) => texts.Format(Kind.TitleKey, values);

    /// <summary>What happened and what to do, in the reader's language.</summary>
    public string Detail(Texts texts) => texts.Format(Kind.DetailKey, values);
}
