using Tambo.Platform.Problems;

namespace Tambo.Cases.Deidentified;

/// <summary>Why no records without names are given.</summary>
public static class DeidentifiedProblems
{
    /// <summary>The node's own setting cannot be read, or is too small to hide anybody.</summary>
    public static readonly ProblemKind SettingUnfit = new("deidentified.setting_unfit", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(DeidentifiedProblems));
}
