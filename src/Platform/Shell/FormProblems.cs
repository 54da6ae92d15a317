using Tambo.Platform.Problems;

namespace Tambo.Platform.Shell;

/// <summary>What every form may have to say of an answer.</summary>
public static class FormProblems
{
    /// <summary>The form has answers to correct; its fields say which.</summary>
    public static readonly ProblemKind Refused = new("form.refused", 422);

    /// <summary>A question that has to be answered was left empty.</summary>
    public static readonly ProblemKind Missing = new("form.missing", 422);

    /// <summary>An e-mail address that cannot be one.</summary>
    public static readonly ProblemKind Email = new("form.email", 422);

    /// <summary>A form with what is wrong, by field name.</summary>
    public static Problem With(params IReadOnlyList<(string Field, ProblemKind Kind)> fields) => new(Refused, [])
    {
        Fields = fields.ToDictionary(f => f.Field, f => f.Kind, StringComparer.Ordinal),
    };
}
