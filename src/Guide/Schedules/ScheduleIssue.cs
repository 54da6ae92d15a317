namespace Tambo.Guide.Schedules;

/// <summary>Something in written opening hours that cannot be, or cannot be used; the importer adds file and line.</summary>
/// <param name="Code">One of <see cref="Codes"/>; its sentence is the text "hours.issue.CODE".</param>
/// <param name="Field">The HSDS field that carries it.</param>
/// <param name="Fatal">True when the hours cannot be used: they then count as unknown.</param>
internal sealed record ScheduleIssue(string Code, string Field, string Value, bool Fatal)
{
    public const string BadTime = "bad_time";
    public const string HalfHours = "half_hours";
    public const string EndsBeforeStart = "ends_before_start";
    public const string NoLength = "no_length";
    public const string LongerThanADay = "longer_than_a_day";
    public const string UnknownDay = "unknown_day";
    public const string UnknownFrequency = "unknown_frequency";
    public const string DaysMissing = "days_missing";
    public const string NthNeedsMonth = "nth_needs_month";
    public const string BadMonthDay = "bad_month_day";
    public const string BadInterval = "bad_interval";
    public const string BadCount = "bad_count";
    public const string StartMissing = "start_missing";
    public const string BadDate = "bad_date";
    public const string UntilBeforeStart = "until_before_start";
    public const string ValidityReversed = "validity_reversed";
    public const string UntilAndCount = "until_and_count";
    public const string NotSupported = "not_supported";
    public const string BadOffset = "bad_offset";
    public const string OffsetContradictsZone = "offset_contradicts_zone";
    public const string ZoneUnknown = "zone_unknown";
    public const string ZoneMissing = "zone_missing";

    public static readonly IReadOnlyList<string> Codes =
    [
        BadTime, HalfHours, EndsBeforeStart, NoLength, LongerThanADay, UnknownDay, UnknownFrequency, DaysMissing,
        NthNeedsMonth, BadMonthDay, BadInterval, BadCount, StartMissing, BadDate, UntilBeforeStart, ValidityReversed,
    ];

    public string TextKey => "hours.issue." + Code;
}
