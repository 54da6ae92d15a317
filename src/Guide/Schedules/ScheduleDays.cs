namespace Tambo.Guide.Schedules;

/// <summary>
/// Answers whether a rule falls on a day, without walking from its start. Days are <see cref="DateOnly.DayNumber"/>:
/// day 0 (1 January of year 1) is a Monday, so day % 7 is 0 for Monday.
/// </summary>
internal sealed class ScheduleDays
{
    /// <summary>A count is followed for this many days at most: about 55 years.</summary>
    private const int CountedDays = 20_000;

    private readonly Frequency _frequency;
    private readonly int _interval;
    private readonly ByDay[] _days;
    private readonly int[] _monthDays;
    private readonly int _weekdays;
    private readonly int _start;
    private readonly int _startMonth;
    private readonly int _startWeek;
    private readonly int _first;
    private readonly int _last;

    public ScheduleDays(Schedule schedule)
    {
        Schedule = schedule;
        _frequency = schedule.Frequency;
        _interval = Math.Max(1, schedule.Interval);
        _days = [.. schedule.EffectiveDays];
        _monthDays = [.. schedule.EffectiveMonthDays];
        foreach (var day in _days)
            _weekdays |= 1 << Monday0(day.Day);
        if (_days.Length == 0)
            _weekdays = 0b111_1111;

        var start = schedule.Start ?? DateOnly.MinValue;
        _start = start.DayNumber;
        _startMonth = start.Year * 12 + start.Month;
        _startWeek = _start - (_start - Monday0(schedule.WeekStart) + 7) % 7;

        var last = schedule.Until?.DayNumber ?? DateOnly.MaxValue.DayNumber;
        if (schedule.Count is { } count)
            last = Math.Min(last, LastCounted(count));
        ValidFrom = schedule.ValidFrom?.DayNumber ?? int.MinValue;
        ValidTo = schedule.ValidTo?.DayNumber ?? int.MaxValue;
        _first = Math.Max(_start, ValidFrom);
        _last = Math.Min(last, ValidTo);
    }

    public Schedule Schedule { get; }

    public int ValidFrom { get; }

    public int ValidTo { get; }

    /// <summary>No occurrence begins after this day.</summary>
    public int Last => _last;

    public bool On(int day) => day >= _first && day <= _last && Matches(day);

    /// <summary>Whether the rule speaks about this day at all, be it open or closed.</summary>
    public bool Known(int day) => day >= ValidFrom && day <= ValidTo;

    public static int Monday0(DayOfWeek day) => ((int)day + 6) % 7;

    private bool Matches(int day)
    {
        if ((_weekdays >> (day % 7) & 1) == 0)
            return false;
        switch (_frequency)
        {
            case Frequency.Daily when (day - _start) % _interval != 0:
            case Frequency.Weekly when (day - _startWeek) / 7 % _interval != 0:
                return false;
            case Frequency.Daily or Frequency.Weekly when _monthDays.Length == 0:
                return true;
        }
        var date = DateOnly.FromDayNumber(day);
        var length = DateTime.DaysInMonth(date.Year, date.Month);
        if (_monthDays.Length > 0
            && Array.IndexOf(_monthDays, date.Day) < 0
            && Array.IndexOf(_monthDays, date.Day - length - 1) < 0)
            return false;
        return _frequency != Frequency.Monthly
            || ((date.Year * 12 + date.Month - _startMonth) % _interval == 0
                && (_days.Length == 0 || IsNamed(date, length)));
    }

    private bool IsNamed(DateOnly date, int monthLength)
    {
        var nth = (date.Day - 1) / 7 + 1;
        var nthFromEnd = -((monthLength - date.Day) / 7 + 1);
        foreach (var day in _days)
        {
            if (day.Day == date.DayOfWeek && (day.Nth == 0 || day.Nth == nth || day.Nth == nthFromEnd))
                return true;
        }
        return false;
    }

    private int LastCounted(int count)
    {
        var end = Math.Min(_start + CountedDays, DateOnly.MaxValue.DayNumber);
        for (var day = _start; day <= end; day++)
        {
            if (Matches(day) && --count == 0)
                return day;
        }
        return end;
    }
}
