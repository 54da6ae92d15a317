using System.Globalization;

namespace Tambo.Guide.Schedules;

/// <summary>Turns one written schedule into a value, or says why it cannot be one.</summary>
internal sealed class ScheduleReader(ScheduleFields fields, string? zone)
{
    private readonly FieldReader _reader = new();

    public CheckedSchedule Read()
    {
        var hours = _reader.Hours(fields.OpensAt, fields.ClosesAt, fields.ClosesNextDay, out var offset);
        var days = _reader.Days("byday", fields.Byday);
        var schedule = new Schedule
        {
            Hours = hours ?? default,
            Frequency = ReadFrequency(days),
            Interval = _reader.Positive("interval", fields.Interval, ScheduleIssue.BadInterval) ?? 1,
            Days = days,
            MonthDays = _reader.MonthDays("bymonthday", fields.Bymonthday),
            WeekStart = ReadWeekStart(),
            Start = _reader.Date("dtstart", fields.Dtstart),
            Until = _reader.Date("until", fields.Until),
            Count = _reader.Positive("count", fields.Count, ScheduleIssue.BadCount),
            ValidFrom = _reader.Date("valid_from", fields.ValidFrom),
            ValidTo = _reader.Date("valid_to", fields.ValidTo),
            ClosedOnPublicHolidays = fields.ClosedOnPublicHolidays,
        };
        if (hours is null && !_reader.Failed)
        {
            // Days without times say less than nothing about being closed; a schedule that holds only words is no mistake.
            if (days.Count > 0 || schedule.MonthDays.Count > 0)
                _reader.Refuse(ScheduleIssue.HalfHours, "opens_at", fields.OpensAt);
            return new CheckedSchedule(null, ZoneClock.Find(zone), _reader.Issues);
        }
        schedule = OnceWhenNothingRecurs(schedule);
        CheckDates(schedule);
        CheckRule(schedule);
        var clock = ReadClock(offset);
        return new CheckedSchedule(_reader.Failed ? null : schedule, clock, _reader.Issues);
    }

    private Frequency ReadFrequency(IReadOnlyList<ByDay> days)
    {
        if (string.IsNullOrWhiteSpace(fields.Freq))
            return days.Any(day => day.Nth != 0) || !string.IsNullOrWhiteSpace(fields.Bymonthday) ? Frequency.Monthly : Frequency.Weekly;
        var written = fields.Freq.Trim();
        if (Enum.TryParse<Frequency>(written, ignoreCase: true, out var frequency) && char.IsAsciiLetter(written[0]))
            return frequency;
        _reader.Refuse(ScheduleIssue.UnknownFrequency, "freq", written);
        return Frequency.Weekly;
    }

    private DayOfWeek ReadWeekStart() =>
        _reader.Days("wkst", fields.Wkst) is [{ Nth: 0 } day] ? day.Day : DayOfWeek.Monday;

    /// <summary>A start without any rule is one single day, as an iCalendar event without RRULE is.</summary>
    private Schedule OnceWhenNothingRecurs(Schedule schedule) =>
        string.IsNullOrWhiteSpace(fields.Freq) && schedule is { Days.Count: 0, MonthDays.Count: 0, Count: null, Until: null, Start: { } start }
            ? schedule with { Frequency = Frequency.Daily, Until = start }
            : schedule;

    private void CheckDates(Schedule schedule)
    {
        if (schedule.Until < schedule.Start)
            _reader.Refuse(ScheduleIssue.UntilBeforeStart, "until", fields.Until);
        if (schedule.ValidTo < schedule.ValidFrom)
            _reader.Refuse(ScheduleIssue.ValidityReversed, "valid_to", fields.ValidTo);
        if (schedule is { Until: not null, Count: not null })
            _reader.Note(ScheduleIssue.UntilAndCount, "count", fields.Count);
        if (schedule.Start is null && schedule.Count is not null)
            _reader.Refuse(ScheduleIssue.StartMissing, "count", fields.Count);
        if (schedule.Start is null && schedule.Interval > 1)
            _reader.Refuse(ScheduleIssue.StartMissing, "interval", fields.Interval);
    }

    private void CheckRule(Schedule schedule)
    {
        if (schedule.Frequency != Frequency.Monthly && schedule.Days.Any(day => day.Nth != 0))
            _reader.Refuse(ScheduleIssue.NthNeedsMonth, "byday", fields.Byday);
        if (schedule is { Days.Count: 0, MonthDays.Count: 0, Start: null } && schedule.Frequency != Frequency.Daily)
            _reader.Refuse(ScheduleIssue.DaysMissing, "byday", fields.Byday);
        // Leaving these parts out would call a place open in weeks in which it is closed.
        if (!string.IsNullOrWhiteSpace(fields.Byweekno))
            _reader.Refuse(ScheduleIssue.NotSupported, "byweekno", fields.Byweekno);
        if (!string.IsNullOrWhiteSpace(fields.Byyearday))
            _reader.Refuse(ScheduleIssue.NotSupported, "byyearday", fields.Byyearday);
    }

    private ZoneClock? ReadClock(int? writtenOffset)
    {
        var clock = ZoneClock.Find(zone);
        if (!string.IsNullOrWhiteSpace(zone) && clock is null)
            _reader.Refuse(ScheduleIssue.ZoneUnknown, "timezone", zone);
        var stated = ReadOffset();
        if (clock is not null)
        {
            // An offset written on the times is part of them; one that the place never has makes them another's times.
            if (writtenOffset is { } written && !clock.Uses(written, Around()))
                _reader.Refuse(ScheduleIssue.OffsetContradictsZone, "opens_at", fields.OpensAt);
            else if (stated is { } number && !clock.Uses(number, Around()))
                _reader.Note(ScheduleIssue.OffsetContradictsZone, "timezone", fields.Timezone);
            return clock;
        }
        if ((writtenOffset ?? stated) is { } minutes)
            return ZoneClock.Fixed(minutes);
        if (!_reader.Failed)
            _reader.Refuse(ScheduleIssue.ZoneMissing, "timezone", fields.Timezone);
        return null;
    }

    /// <summary>Minutes east of UTC; HSDS writes hours, half and quarter hours as a fraction.</summary>
    private int? ReadOffset()
    {
        if (string.IsNullOrWhiteSpace(fields.Timezone))
            return null;
        if (decimal.TryParse(fields.Timezone, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var hours)
            && hours is >= -12 and <= 14 && hours * 60 % 15 == 0)
            return (int)(hours * 60);
        _reader.Refuse(ScheduleIssue.BadOffset, "timezone", fields.Timezone);
        return null;
    }

    /// <summary>The year in which an offset is judged: that of the schedule, or a recent one, as zones change their rules.</summary>
    private long Around()
    {
        var date = _reader.Failed ? null : _reader.Date("dtstart", fields.Dtstart) ?? _reader.Date("valid_from", fields.ValidFrom);
        return ZoneClock.Midnight((date ?? new DateOnly(2026, 1, 1)).DayNumber);
    }
}
