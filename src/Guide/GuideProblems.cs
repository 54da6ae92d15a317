using Tambo.Platform.Problems;

namespace Tambo.Guide;

/// <summary>Every way in which the guide refuses.</summary>
public static class GuideProblems
{
    /// <summary>No such record, or none for this reader.</summary>
    public static readonly ProblemKind NoSuchRecord = new("guide.no_such_record", 404);

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(GuideProblems));
}
