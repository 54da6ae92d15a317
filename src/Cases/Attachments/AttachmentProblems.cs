using Tambo.Platform.Problems;

namespace Tambo.Cases.Attachments;

/// <summary>Every way in which a file brought to a case is refused.</summary>
public static class AttachmentProblems
{
    /// <summary>It is none of the kinds that are taken, whatever its name says.</summary>
    public static readonly ProblemKind KindUnknown = new("cases.attachment.kind_unknown", 415);

    /// <summary>It begins as a kind that is taken and is not whole, or holds what such a file cannot.</summary>
    public static readonly ProblemKind Damaged = new("cases.attachment.damaged", 422);

    /// <summary>It is longer than is taken.</summary>
    public static readonly ProblemKind TooLarge = new("cases.attachment.too_large", 413);

    /// <summary>A picture of more points than any camera makes: opened it would fill a phone's memory.</summary>
    public static readonly ProblemKind TooManyPoints = new("cases.attachment.too_many_points", 422);

    /// <summary>A document that does something when it is opened, or carries other files.</summary>
    public static readonly ProblemKind Active = new("cases.attachment.active", 422);

    /// <summary>The part does not begin where the last one ended; the header Upload-Offset says where that is.</summary>
    public static readonly ProblemKind OffsetUnfit = new("cases.attachment.offset_unfit", 409);

    /// <summary>What came is not the file that was announced.</summary>
    public static readonly ProblemKind NotAsAnnounced = new("cases.attachment.not_as_announced", 422);

    /// <summary>It has not come whole yet, or was taken away.</summary>
    public static readonly ProblemKind NotThere = new("cases.attachment.not_there", 409);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(AttachmentProblems));
}
