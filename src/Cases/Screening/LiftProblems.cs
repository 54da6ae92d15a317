using Tambo.Platform.Problems;

namespace Tambo.Cases.Screening;

/// <summary>Why something is not decided beside a screening.</summary>
internal static class LiftProblems
{
    /// <summary>No such lock stands.</summary>
    public static readonly ProblemKind NotLocked = new("lift.not_locked", 409);

    /// <summary>It was asked already.</summary>
    public static readonly ProblemKind AskedAlready = new("lift.asked_already", 409);

    /// <summary>Nobody decides what they have asked for themselves.</summary>
    public static readonly ProblemKind OwnRequest = new("lift.own_request", 409);

    /// <summary>It was decided.</summary>
    public static readonly ProblemKind DecidedAlready = new("lift.decided_already", 409);

    /// <summary>The lock was set anew after somebody asked to lift it: whoever asked did not know of that.</summary>
    public static readonly ProblemKind LockedSince = new("lift.locked_since", 409);

    /// <summary>A screening locks steps towards return for somebody in the case.</summary>
    public static readonly ProblemKind ReturnLocked = new("lift.return_locked", 409);

    /// <summary>A screening locks this kind of place for somebody who would be moved there.</summary>
    public static readonly ProblemKind MoveLocked = new("lift.move_locked", 409);

    /// <summary>Somebody who would be moved to a consulate has not asked for theirs, or never wants anything to go to it.</summary>
    public static readonly ProblemKind ConsulateNotAsked = new("lift.consulate_not_asked", 409);

    /// <summary>What the node says of where it stands cannot be read.</summary>
    public static readonly ProblemKind SurroundingsUnfit = new("lift.surroundings_unfit", 422);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(LiftProblems));
}
