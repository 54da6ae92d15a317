using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>Every way in which what is recorded at a point is refused.</summary>
public static class GroupProblems
{
    /// <summary>The record is not written as one, or says something nobody asks.</summary>
    public static readonly ProblemKind Unreadable = new("flows.group_unreadable", 422);

    /// <summary>The record has no key of its own, made by the device.</summary>
    public static readonly ProblemKind KeyUnfit = new("flows.group_key_unfit", 422);

    /// <summary>There is no such point, or not for this person.</summary>
    public static readonly ProblemKind PointUnknown = new("flows.point_unknown", 422);

    /// <summary>The moment lies ahead, or too far back.</summary>
    public static readonly ProblemKind TimeUnfit = new("flows.group_time_unfit", 422);

    /// <summary>The number of persons is none of a group.</summary>
    public static readonly ProblemKind SizeUnfit = new("flows.group_size_unfit", 422);

    /// <summary>The parts of the group do not add up to its size.</summary>
    public static readonly ProblemKind PartsDiffer = new("flows.group_parts_differ", 422);

    /// <summary>Women, men, girls and boys do not add up to the persons of their part.</summary>
    public static readonly ProblemKind CountsDiffer = new("flows.group_counts_differ", 422);

    /// <summary>A count is below zero, or larger than the group.</summary>
    public static readonly ProblemKind CountUnfit = new("flows.group_count_unfit", 422);

    /// <summary>A code is none of its list.</summary>
    public static readonly ProblemKind CodeUnknown = new("flows.group_code_unknown", 422);

    /// <summary>The note is too long, or holds what may point at a person.</summary>
    public static readonly ProblemKind NoteUnfit = new("flows.group_note_unfit", 422);

    /// <summary>The key came before with another record.</summary>
    public static readonly ProblemKind KeyTaken = new("flows.group_key_taken", 409);

    /// <summary>Somebody else has corrected the record meanwhile.</summary>
    public static readonly ProblemKind VersionUnfit = new("flows.group_version_unfit", 409);

    /// <summary>A correction says why.</summary>
    public static readonly ProblemKind ReasonMissing = new("flows.group_reason_missing", 422);

    /// <summary>The record is somebody else's.</summary>
    public static readonly ProblemKind NotYours = new("flows.group_not_yours", 403);

    /// <summary>A correction names another point than the record.</summary>
    public static readonly ProblemKind PointStands = new("flows.group_point_stands", 422);

    /// <summary>The shift ends before it begins, or lies where none can be.</summary>
    public static readonly ProblemKind ShiftUnfit = new("flows.shift_unfit", 422);

    /// <summary>More records at once than are taken.</summary>
    public static readonly ProblemKind TooManyAtOnce = new("flows.too_many_groups", 413);

    /// <summary>The code of a point has letters, digits and hyphens only.</summary>
    public static readonly ProblemKind PointCodeUnfit = new("flows.point_code_unfit", 422);

    /// <summary>Another point has the code.</summary>
    public static readonly ProblemKind PointCodeTaken = new("flows.point_code_taken", 422);

    /// <summary>The table belongs to figures of another kind.</summary>
    public static readonly ProblemKind PointSeriesUnfit = new("flows.point_series_unfit", 422);

    /// <summary>Groups were recorded there: its country and time zone stand.</summary>
    public static readonly ProblemKind PointRecordedAt = new("flows.point_recorded_at", 422);

    /// <summary>The place, area, position, hours or day is none.</summary>
    public static readonly ProblemKind PointPlaceUnfit = new("flows.point_place_unfit", 422);

    /// <summary>Every refusal.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } = PlatformProblems.In(typeof(GroupProblems));
}
