using Tambo.Platform.Problems;

namespace Tambo.Cases.Register;

/// <summary>Why a step is not taken with a child, and why one waits for a supervisor.</summary>
public static class ChildProblems
{
    /// <summary>A child who would go back with no parent or guardian has no determination of their best interests that says so.</summary>
    public static readonly ProblemKind DeterminationNeeded = new("cases.child.determination_needed", 409);

    /// <summary>A panel has at least two members.</summary>
    public static readonly ProblemKind PanelTooSmall = new("cases.child.panel_too_small", 422);

    /// <summary>A supervisor was asked, and has not approved.</summary>
    public static readonly ProblemKind NotApproved = new("cases.approval.not_approved", 409);

    /// <summary>Whoever asked does not decide.</summary>
    public static readonly ProblemKind SamePerson = new("cases.approval.same_person", 409);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(ChildProblems));
}
