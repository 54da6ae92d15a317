namespace Tambo.Guide.Schedules;

/// <summary>One schedule as a file writes it, field by field as in HSDS 3; null and blank mean "not said".</summary>
internal sealed record ScheduleFields
{
    public string? ValidFrom { get; init; }

    public string? ValidTo { get; init; }

    public string? Dtstart { get; init; }

    /// <summary>HSDS: hours from UTC as a number. Used only when the place has no IANA zone.</summary>
    public string? Timezone { get; init; }

    public string? Until { get; init; }

    public string? Count { get; init; }

    public string? Wkst { get; init; }

    public string? Freq { get; init; }

    public string? Interval { get; init; }

    public string? Byday { get; init; }

    public string? Byweekno { get; init; }

    public string? Bymonthday { get; init; }

    public string? Byyearday { get; init; }

    public string? OpensAt { get; init; }

    public string? ClosesAt { get; init; }

    /// <summary>Our profile's addition: the closing time is on the day after the opening.</summary>
    public bool ClosesNextDay { get; init; }

    /// <summary>Our profile's addition: the service says that it does not open on public holidays.</summary>
    public bool ClosedOnPublicHolidays { get; init; }

    /// <summary>Reads and judges these fields; <paramref name="zone"/> is the IANA zone of the place, if known.</summary>
    public CheckedSchedule Check(string? zone) => new ScheduleReader(this, zone).Read();
}

/// <summary>What came of written hours.</summary>
/// <param name="Schedule">Null when the fields hold no times, or when an issue is fatal.</param>
/// <param name="Clock">The clock on which they are to be read; null when neither zone nor offset is known.</param>
internal sealed record CheckedSchedule(Schedule? Schedule, ZoneClock? Clock, IReadOnlyList<ScheduleIssue> Issues)
{
    /// <summary>False when something was said about hours that could not be understood.</summary>
    public bool Understood => Issues.All(issue => !issue.Fatal);
}

/// <summary>Dated other hours as a file writes them (HSDS 1 holiday_schedules and our profile).</summary>
internal sealed record ExceptionFields(
    string? StartDate, string? EndDate, bool Closed, string? OpensAt, string? ClosesAt, bool ClosesNextDay = false)
{
    public (ExceptionalHours? Exception, IReadOnlyList<ScheduleIssue> Issues) Check()
    {
        var reader = new FieldReader();
        var from = reader.Date("start_date", StartDate);
        var to = reader.Date("end_date", EndDate) ?? from;
        if (from is null && !reader.Failed)
            reader.Refuse(ScheduleIssue.BadDate, "start_date", StartDate);
        if (to < from)
            reader.Refuse(ScheduleIssue.ValidityReversed, "end_date", EndDate);
        var hours = Closed ? null : reader.Hours(OpensAt, ClosesAt, ClosesNextDay, out _);
        if (!Closed && hours is null && !reader.Failed)
            reader.Refuse(ScheduleIssue.HalfHours, "opens_at", OpensAt);
        return (reader.Failed ? null : new ExceptionalHours(from!.Value, to!.Value, hours is { } h ? [h] : []), reader.Issues);
    }
}
