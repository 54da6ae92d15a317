using Tambo.Platform.Problems;

namespace Tambo.Cases.Erasing;

/// <summary>Why a person is not erased.</summary>
public static class ErasingProblems
{
    /// <summary>A case of the person is open.</summary>
    public static readonly ProblemKind CaseOpen = new("erasing.case_open", 409);

    /// <summary>A referral of the person goes on.</summary>
    public static readonly ProblemKind ReferralOpen = new("erasing.referral_open", 409);

    /// <summary>A court, an investigation or a claim needs what is kept.</summary>
    public static readonly ProblemKind Held = new("erasing.held", 409);

    /// <summary>Somebody has asked for it already.</summary>
    public static readonly ProblemKind AskedAlready = new("erasing.asked_already", 409);

    /// <summary>Whoever asked for it does not confirm it too.</summary>
    public static readonly ProblemKind SamePerson = new("erasing.same_person", 409);

    /// <summary>The node's own rules of retention cannot be read.</summary>
    public static readonly ProblemKind RulesUnfit = new("erasing.rules_unfit", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(ErasingProblems));
}
