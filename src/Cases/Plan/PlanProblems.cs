using Tambo.Platform.Problems;

namespace Tambo.Cases.Plan;

/// <summary>Why something is not written in a case, and why a family is not split.</summary>
public static class PlanProblems
{
    /// <summary>The plan waits for approval: it is decided first.</summary>
    public static readonly ProblemKind Submitted = new("cases.plan.submitted", 409);

    /// <summary>The plan is not in the state that the step needs.</summary>
    public static readonly ProblemKind StepUnfit = new("cases.plan.step_unfit", 409);

    /// <summary>There is nothing in the plan.</summary>
    public static readonly ProblemKind Empty = new("cases.plan.empty", 422);

    /// <summary>Whoever wrote or asked does not decide.</summary>
    public static readonly ProblemKind SamePerson = new("cases.plan.same_person", 409);

    /// <summary>A note that was corrected is not corrected again: its correction is.</summary>
    public static readonly ProblemKind Corrected = new("cases.note.corrected", 409);

    /// <summary>The step would take a member of a family or group from the others.</summary>
    public static readonly ProblemKind FamilySplit = new("cases.family.split", 409);

    /// <summary>Nobody is left behind by the step: there is nothing to review.</summary>
    public static readonly ProblemKind NobodyLeft = new("cases.family.nobody_left", 409);

    /// <summary>A second person is asked already, or has said yes.</summary>
    public static readonly ProblemKind AskedAlready = new("cases.family.asked_already", 409);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(PlanProblems));
}
