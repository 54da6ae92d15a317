using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>
/// The same answers by the long way: writes out every occurrence period by period as RFC 5545 describes it, turns each
/// into UTC with <see cref="TimeZoneInfo"/>, and looks for the instant among them.
/// </summary>
internal sealed class SlowOracle
{
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _open = [];

    public SlowOracle(TimeZoneInfo zone, IReadOnlyList<Schedule> schedules, IReadOnlyList<ExceptionalHours> exceptions, DateOnly first, DateOnly last)
    {
        ExceptionalHours? Exception(DateOnly date) => exceptions
            .Where(e => e.From <= date && date <= e.To)
            .OrderBy(e => e.To.DayNumber - e.From.DayNumber).ThenBy(e => !e.Closed).ThenBy(e => e.From)
            .FirstOrDefault();

        foreach (var schedule in schedules)
        {
            foreach (var date in Expand(schedule, first, last).Where(date => date >= first && date <= last && Exception(date) is null))
                Add(zone, date, schedule.Hours);
        }
        for (var date = first; date <= last; date = date.AddDays(1))
        {
            // Exceptions over the very same dates add up, unless one of them says closed.
            if (Exception(date) is { Closed: false } chosen)
            {
                foreach (var hours in exceptions.Where(e => e.From == chosen.From && e.To == chosen.To).SelectMany(e => e.Hours))
                    Add(zone, date, hours);
            }
        }
        _open.Sort();
        for (var n = _open.Count - 1; n > 0; n--)
        {
            if (_open[n].From <= _open[n - 1].To)
            {
                _open[n - 1] = (_open[n - 1].From, _open[n].To > _open[n - 1].To ? _open[n].To : _open[n - 1].To);
                _open.RemoveAt(n);
                n = Math.Min(n + 1, _open.Count);
            }
        }
    }

    public IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> Open => _open;

    public DateTimeOffset? Until(DateTimeOffset instant)
    {
        foreach (var (from, to) in _open)
        {
            if (from <= instant && instant < to)
                return to;
        }
        return null;
    }

    public DateTimeOffset? Next(DateTimeOffset instant)
    {
        foreach (var (from, _) in _open)
        {
            if (from > instant)
                return from;
        }
        return null;
    }

    private void Add(TimeZoneInfo zone, DateOnly date, DayHours hours)
    {
        var midnight = date.ToDateTime(TimeOnly.MinValue);
        var (from, to) = (ToUtc(zone, midnight.AddMinutes(hours.Opens)), ToUtc(zone, midnight.AddMinutes(hours.Opens + hours.Length)));
        if (to > from)
            _open.Add((from, to));
    }

    private static DateTimeOffset ToUtc(TimeZoneInfo zone, DateTime local)
    {
        var offset = zone.IsInvalidTime(local) ? zone.GetUtcOffset(local.AddHours(-3))
            : zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static List<DateOnly> Expand(Schedule s, DateOnly first, DateOnly last)
    {
        var start = s.Start ?? new DateOnly(first.Year - 1, 1, 1);
        var found = new List<DateOnly>();
        var period = s.Frequency switch
        {
            Frequency.Monthly => new DateOnly(start.Year, start.Month, 1),
            Frequency.Weekly => Enumerable.Range(0, 7).Select(back => start.AddDays(-back)).First(day => day.DayOfWeek == s.WeekStart),
            _ => start,
        };
        while (period <= last)
        {
            var next = s.Frequency switch
            {
                Frequency.Monthly => period.AddMonths(1),
                Frequency.Weekly => period.AddDays(7),
                _ => period.AddDays(1),
            };
            var days = Enumerable.Range(0, next.DayNumber - period.DayNumber).Select(period.AddDays).ToList();
            found.AddRange(days.Where(day => IsChosen(s, start, day, days)));
            period = s.Frequency switch
            {
                Frequency.Monthly => period.AddMonths(s.Interval),
                Frequency.Weekly => period.AddDays(7 * s.Interval),
                _ => period.AddDays(s.Interval),
            };
        }
        IEnumerable<DateOnly> chosen = found.Where(day => day >= start);
        if (s.Count is { } count)
            chosen = chosen.Take(count);
        return [.. chosen.Where(day => !(day > s.Until) && !(day < s.ValidFrom) && !(day > s.ValidTo))];
    }

    private static bool IsChosen(Schedule s, DateOnly start, DateOnly day, List<DateOnly> period)
    {
        if (s.Days.Count == 0 && s.MonthDays.Count == 0)
        {
            return s.Frequency switch
            {
                Frequency.Weekly => day.DayOfWeek == start.DayOfWeek,
                Frequency.Monthly => day.Day == start.Day,
                _ => true,
            };
        }
        var month = Enumerable.Range(1, DateTime.DaysInMonth(day.Year, day.Month)).ToList();
        var byMonthDay = s.MonthDays.Count == 0 || s.MonthDays.Any(n => day.Day == (n > 0 ? n : month[^1] + 1 + n));
        var same = period.Where(other => other.DayOfWeek == day.DayOfWeek).ToList();
        var byDay = s.Days.Count == 0 || s.Days.Any(rule => rule.Day == day.DayOfWeek
            && (rule.Nth == 0
                || (rule.Nth > 0 && rule.Nth <= same.Count && same[rule.Nth - 1] == day)
                || (rule.Nth < 0 && -rule.Nth <= same.Count && same[^-rule.Nth] == day)));
        return byMonthDay && byDay;
    }
}
