using Tambo.Platform.Problems;

namespace Tambo.Cases;

/// <summary>Every way in which the cases refuse.</summary>
public static class CasesProblems
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(CasesProblems));
}
