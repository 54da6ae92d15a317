using Tambo.Platform.Problems;

namespace Tambo.Flows;

/// <summary>Every way in which the flows refuse.</summary>
public static class FlowsProblems
{
    /// <summary>There is no mapping of that name.</summary>
    public static readonly ProblemKind MappingUnknown = new("flows.mapping_unknown", 422);

    /// <summary>The mapping's file is not in order.</summary>
    public static readonly ProblemKind MappingBroken = new("flows.mapping_broken", 422);

    /// <summary>The mapping names a column that the file does not have.</summary>
    public static readonly ProblemKind ColumnMissing = new("flows.column_missing", 422);

    /// <summary>The mapping names a component that its dataflow does not have, or leaves out one that it must have.</summary>
    public static readonly ProblemKind ComponentUnknown = new("flows.component_unknown", 422);

    /// <summary>No row of the file became an observation.</summary>
    public static readonly ProblemKind ImportEmpty = new("flows.import_empty", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(FlowsProblems));
}
