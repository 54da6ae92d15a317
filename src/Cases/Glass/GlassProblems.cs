using Tambo.Platform.Problems;

namespace Tambo.Cases.Glass;

/// <summary>Why a file is not opened in an emergency, or what was opened is not judged.</summary>
internal static class GlassProblems
{
    /// <summary>The reason says too little to be judged by.</summary>
    public static readonly ProblemKind ReasonShort = new("glass.reason_short", 422);

    /// <summary>The same person has this file open already.</summary>
    public static readonly ProblemKind OpenAlready = new("glass.open_already", 409);

    /// <summary>It would open nothing.</summary>
    public static readonly ProblemKind NothingToOpen = new("glass.nothing_to_open", 409);

    /// <summary>It is over.</summary>
    public static readonly ProblemKind Over = new("glass.over", 409);

    /// <summary>Nobody judges what they opened themselves.</summary>
    public static readonly ProblemKind OwnReview = new("glass.own_review", 409);

    /// <summary>It goes on: until it is over only its end can be asked for.</summary>
    public static readonly ProblemKind StillOpen = new("glass.still_open", 409);

    /// <summary>Somebody has judged it.</summary>
    public static readonly ProblemKind ReviewedAlready = new("glass.reviewed_already", 409);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(GlassProblems));
}
