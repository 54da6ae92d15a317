using Tambo.Platform.Problems;

namespace Tambo.Guide;

/// <summary>Every way in which the guide refuses.</summary>
public static class GuideProblems
{
    /// <summary>No such record, or none for this reader.</summary>
    public static readonly ProblemKind NoSuchRecord = new("guide.no_such_record", 404);

    /// <summary>A parameter of the open interface has a value that it cannot have.</summary>
    public static readonly ProblemKind BadParameter = new("guide.bad_parameter", 400);

    /// <summary>The open interface answers in JSON only.</summary>
    public static readonly ProblemKind FormatUnsupported = new("guide.format_unsupported", 400);

    /// <summary>There is no mapping of that name.</summary>
    public static readonly ProblemKind MappingUnknown = new("guide.mapping_unknown", 422);

    /// <summary>The mapping's file is not in order.</summary>
    public static readonly ProblemKind MappingBroken = new("guide.mapping_broken", 422);

    /// <summary>The files hold no record that could be imported.</summary>
    public static readonly ProblemKind ImportEmpty = new("guide.import_empty", 422);

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(GuideProblems));
}
