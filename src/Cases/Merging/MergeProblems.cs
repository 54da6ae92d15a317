using Tambo.Platform.Problems;

namespace Tambo.Cases.Merging;

/// <summary>Why two files are not made into one, or one not into two again.</summary>
internal static class MergeProblems
{
    /// <summary>One of them holds something that is closed to this person; what, is not said.</summary>
    public static readonly ProblemKind BeyondReach = new("merge.beyond_reach", 409);

    /// <summary>They are looked after by two agencies.</summary>
    public static readonly ProblemKind OtherAgency = new("merge.other_agency", 409);

    /// <summary>The file that would go has others merged into it.</summary>
    public static readonly ProblemKind HoldsMerged = new("merge.holds_merged", 409);

    /// <summary>It was proposed already.</summary>
    public static readonly ProblemKind ProposedAlready = new("merge.proposed_already", 409);

    /// <summary>Nobody decides what they have proposed or asked for themselves.</summary>
    public static readonly ProblemKind OwnProposal = new("merge.own_proposal", 409);

    /// <summary>One of them is to be erased.</summary>
    public static readonly ProblemKind Erasing = new("merge.erasing", 409);

    /// <summary>A later merge of the same file has to be taken back before.</summary>
    public static readonly ProblemKind LaterFirst = new("merge.later_first", 409);

    /// <summary>It does not stand so that this can be done.</summary>
    public static readonly ProblemKind StateUnfit = new("merge.state_unfit", 409);

    /// <summary>Nobody who may change anything would be left that neither of them shuts out.</summary>
    public static readonly ProblemKind NobodyLeft = new("merge.nobody_left", 409);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(MergeProblems));
}
