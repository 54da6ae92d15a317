namespace Tambo.Guide.Schedules;

internal enum Frequency { Daily, Weekly, Monthly }

/// <summary>A day of the week, or one of them in the month: 1 is the first, -1 the last, 0 each.</summary>
internal readonly record struct ByDay(int Nth, DayOfWeek Day);

/// <summary>
/// One rule of opening hours, such as "Monday to Friday from 9:00 to 17:00" or "the first Monday of the month":
/// the subset of the iCalendar recurrence rule (RFC 5545, 3.3.10) that HSDS 3 keeps. All dates are local to the place.
/// </summary>
internal sealed record Schedule
{
    public required DayHours Hours { get; init; }

    public Frequency Frequency { get; init; } = Frequency.Weekly;

    /// <summary>Every how many days, weeks or months; above 1 it counts from <see cref="Start"/>.</summary>
    public int Interval { get; init; } = 1;

    /// <summary>Without days and days of the month, the day of <see cref="Start"/> recurs.</summary>
    public IReadOnlyList<ByDay> Days { get; init; } = [];

    /// <summary>1 to 31, or -1 (last day of the month) to -31; together with days, both must hold.</summary>
    public IReadOnlyList<int> MonthDays { get; init; } = [];

    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;

    /// <summary>HSDS dtstart: the first day of the recurrence; before it the place is closed.</summary>
    public DateOnly? Start { get; init; }

    /// <summary>The last day of the recurrence; after it the place is closed.</summary>
    public DateOnly? Until { get; init; }

    public int? Count { get; init; }

    /// <summary>First day on which this information holds; before it nothing is known, which is not "closed".</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>Last day on which this information holds; after it nothing is known, which is not "closed".</summary>
    public DateOnly? ValidTo { get; init; }

    /// <summary>True only when the service itself says that it does not open on public holidays.</summary>
    public bool ClosedOnPublicHolidays { get; init; }

    /// <summary>The days named, with the one that <see cref="Start"/> implies.</summary>
    public IReadOnlyList<ByDay> EffectiveDays =>
        Days.Count == 0 && MonthDays.Count == 0 && Frequency == Frequency.Weekly && Start is { } start
            ? [new ByDay(0, start.DayOfWeek)]
            : Days;

    /// <summary>The days of the month named, with the one that <see cref="Start"/> implies.</summary>
    public IReadOnlyList<int> EffectiveMonthDays =>
        Days.Count == 0 && MonthDays.Count == 0 && Frequency == Frequency.Monthly && Start is { } start
            ? [start.Day]
            : MonthDays;
}

/// <summary>Other hours, or none, on the dates from one to another, both included.</summary>
/// <param name="Hours">Empty when closed.</param>
internal sealed record ExceptionalHours(DateOnly From, DateOnly To, IReadOnlyList<DayHours> Hours)
{
    public bool Closed => Hours.Count == 0;

    public static ExceptionalHours ClosedOn(DateOnly from, DateOnly? to = null) => new(from, to ?? from, []);
}
