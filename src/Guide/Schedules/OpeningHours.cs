namespace Tambo.Guide.Schedules;

internal enum Opening { Unknown, Closed, Open }

/// <summary>What the door says now. Times carry the offset of the place.</summary>
/// <param name="Until">When open: until when; null when it stays open for longer than a week.</param>
/// <param name="OpensNext">When closed: when it opens; null when no opening is known within 400 days.</param>
internal readonly record struct OpenState(Opening Opening, DateTimeOffset? Until, DateTimeOffset? OpensNext);

internal readonly record struct OpenInterval(DateTimeOffset From, DateTimeOffset To);

/// <summary>
/// When a service at a location is open: all of its schedules added up, with the dated exceptions put over them.
/// An occurrence belongs to the day on which it begins: a shelter's night from the 24th to the 25th is not cut short
/// by "closed on the 25th". Without schedules, or outside of their validity, the hours are unknown, never "closed".
/// </summary>
internal sealed class OpeningHours
{
    private const int HorizonDays = 400;
    private const int EndlessMinutes = 8 * DayHours.Day;

    /// <summary>Nothing known about when this place is open.</summary>
    public static readonly OpeningHours Unknown = new(null, []);

    private readonly ScheduleDays[] _schedules;
    private readonly ExceptionalHours[] _exceptions;
    private readonly Predicate<DateOnly>? _isPublicHoliday;
    private readonly int _lastDay = int.MinValue;

    /// <param name="clock">The clock of the place; without one the hours are unknown.</param>
    /// <param name="complete">False when a schedule of the place was not understood: "closed" then means "unknown".</param>
    /// <param name="isPublicHoliday">Consulted only for schedules that say they are closed on public holidays.</param>
    public OpeningHours(
        ZoneClock? clock,
        IEnumerable<Schedule> schedules,
        IEnumerable<ExceptionalHours>? exceptions = null,
        bool complete = true,
        Predicate<DateOnly>? isPublicHoliday = null)
    {
        Clock = clock;
        Complete = complete;
        _schedules = [.. schedules.Select(schedule => new ScheduleDays(schedule))];
        // The shortest range is the most particular, so it comes first; of equals, being closed is the safer belief.
        _exceptions = [.. (exceptions ?? [])
            .GroupBy(exception => (exception.From, exception.To))
            .Select(same => same.Any(e => e.Closed) ? same.First(e => e.Closed) : same.First() with { Hours = [.. same.SelectMany(e => e.Hours)] })
            .OrderBy(e => e.To.DayNumber - e.From.DayNumber).ThenBy(e => !e.Closed).ThenBy(e => e.From)];
        _isPublicHoliday = isPublicHoliday;
        foreach (var schedule in _schedules)
            _lastDay = Math.Max(_lastDay, schedule.Last);
        foreach (var exception in _exceptions)
            _lastDay = Math.Max(_lastDay, exception.To.DayNumber);
    }

    public ZoneClock? Clock { get; }

    public bool Complete { get; }

    public IEnumerable<Schedule> Schedules => _schedules.Select(days => days.Schedule);

    public IReadOnlyList<ExceptionalHours> Exceptions => _exceptions;

    /// <summary>Whether anything at all is known.</summary>
    public bool HasHours => Clock is not null && (_schedules.Length > 0 || _exceptions.Length > 0);

    /// <summary>Open, closed or unknown, without asking until when.</summary>
    public Opening OpeningAt(DateTimeOffset instant)
    {
        if (!HasHours)
            return Opening.Unknown;
        var minute = ZoneClock.Minute(instant);
        var day = Clock!.DayOf(minute);
        return EndOfOpening(minute, day) > minute ? Opening.Open : KnownOn(day) ? Opening.Closed : Opening.Unknown;
    }

    public OpenState StateAt(DateTimeOffset instant)
    {
        if (!HasHours)
            return default;
        var minute = ZoneClock.Minute(instant);
        var day = Clock!.DayOf(minute);
        var end = EndOfOpening(minute, day);
        if (end > minute)
            return new OpenState(Opening.Open, EndOfChain(minute, end) is { } until ? Clock.At(until) : null, null);
        return KnownOn(day)
            ? new OpenState(Opening.Closed, null, NextOpening(minute, day) is { } next ? Clock.At(next) : null)
            : default;
    }

    /// <summary>
    /// Whether the place is open, closed or unknown does not change before this instant; null when no change is in
    /// sight. A page that shows it may be kept until then.
    /// </summary>
    public DateTimeOffset? NextBoundary(DateTimeOffset instant)
    {
        if (!HasHours)
            return null;
        var minute = ZoneClock.Minute(instant);
        var day = Clock!.DayOf(minute);
        var end = EndOfOpening(minute, day);
        if (end > minute)
            return EndOfChain(minute, end) is { } until ? Clock.At(until) : Clock.At(end);
        var boundary = NextOpening(minute, day) ?? long.MaxValue;
        foreach (var schedule in _schedules)
            boundary = Math.Min(boundary, Math.Min(DayBegins(schedule.ValidFrom, minute), DayBegins((long)schedule.ValidTo + 1, minute)));
        foreach (var exception in _exceptions)
            boundary = Math.Min(boundary, Math.Min(DayBegins(exception.From.DayNumber, minute), DayBegins(exception.To.DayNumber + 1, minute)));
        return boundary == long.MaxValue ? null : Clock.At(boundary);
    }

    /// <summary>The stretches of being open between two instants, merged, in order and cut to these instants.</summary>
    public IReadOnlyList<OpenInterval> Intervals(DateTimeOffset from, DateTimeOffset to)
    {
        var found = new List<OpenInterval>();
        foreach (var (begins, ends) in Merged(from, to))
            found.Add(new OpenInterval(Clock!.At(begins), Clock.At(ends)));
        return found;
    }

    /// <summary>
    /// A sieve that holds between two instants: an hour without its bit is surely closed, in each week of the stretch.
    /// Unknown hours may be open.
    /// </summary>
    public WeekMask Week(DateTimeOffset from, DateTimeOffset to)
    {
        if (!HasHours || !Complete)
            return WeekMask.MayAlwaysBeOpen;
        for (int day = Clock!.DayOf(ZoneClock.Minute(from)), last = Clock.DayOf(ZoneClock.Minute(to)); day <= last; day++)
        {
            if (!KnownOn(day))
                return WeekMask.MayAlwaysBeOpen;
        }
        var mask = default(WeekMask);
        foreach (var (begins, ends) in Merged(from, to))
            mask = mask.With(begins, ends);
        return mask;
    }

    /// <summary>The hours that begin on a date, merged where they touch, after exceptions.</summary>
    public IReadOnlyList<DayHours> On(DateOnly date)
    {
        var hours = new List<DayHours>();
        for (var walk = new Walk(this, date.DayNumber); walk.Next(place: false);)
            hours.Add(walk.Hours);
        return DayHours.Merge(hours);
    }

    /// <summary>Whether anything is known about a date, be it open or closed.</summary>
    public bool IsKnown(DateOnly date) => HasHours && KnownOn(date.DayNumber);

    private List<(long From, long To)> Merged(DateTimeOffset from, DateTimeOffset to)
    {
        var merged = new List<(long From, long To)>();
        if (!HasHours)
            return merged;
        var (first, last) = (ZoneClock.Minute(from), ZoneClock.Minute(to));
        var all = new List<(long From, long To)>();
        for (int day = Clock!.DayOf(first) - 2, end = Math.Min(Clock.DayOf(last), _lastDay); day <= end; day++)
        {
            for (var walk = new Walk(this, day); walk.Next();)
                all.Add((Math.Max(walk.From, first), Math.Min(walk.To, last)));
        }
        all.Sort();
        foreach (var next in all)
        {
            if (next.To <= next.From)
                continue;
            if (merged.Count > 0 && next.From <= merged[^1].To)
                merged[^1] = (merged[^1].From, Math.Max(merged[^1].To, next.To));
            else
                merged.Add(next);
        }
        return merged;
    }

    /// <summary>The latest end of what is open at a minute, or the minute itself when nothing is.</summary>
    private long EndOfOpening(long minute, int day)
    {
        var end = minute;
        // An opening lasts at most a day; the second day back is for a date that a zone skipped (Samoa, 30 December 2011).
        for (var begun = day - 2; begun <= day; begun++)
        {
            for (var walk = new Walk(this, begun); walk.Next();)
            {
                if (walk.From <= minute && walk.To > end)
                    end = walk.To;
            }
        }
        return end;
    }

    private long? EndOfChain(long minute, long end)
    {
        while (end - minute < EndlessMinutes)
        {
            var further = EndOfOpening(end, Clock!.DayOf(end));
            if (further == end)
                return end;
            end = further;
        }
        return null;
    }

    private long? NextOpening(long minute, int day)
    {
        for (int at = day, last = Math.Min(day + HorizonDays, _lastDay); at <= last; at++)
        {
            var earliest = long.MaxValue;
            for (var walk = new Walk(this, at); walk.Next();)
            {
                if (walk.From > minute && walk.From < earliest)
                    earliest = walk.From;
            }
            if (earliest != long.MaxValue)
                return earliest;
        }
        return null;
    }

    private bool KnownOn(int day)
    {
        if (!Complete)
            return false;
        foreach (var schedule in _schedules)
        {
            if (schedule.Known(day))
                return true;
        }
        return ExceptionOn(day) is not null;
    }

    private ExceptionalHours? ExceptionOn(int day)
    {
        foreach (var exception in _exceptions)
        {
            if (day >= exception.From.DayNumber && day <= exception.To.DayNumber)
                return exception;
        }
        return null;
    }

    private long DayBegins(long day, long after)
    {
        if (day < 1 || day >= DateOnly.MaxValue.DayNumber)
            return long.MaxValue;
        var begins = Clock!.ToUtc(ZoneClock.Midnight((int)day), out _);
        return begins > after ? begins : long.MaxValue;
    }

    /// <summary>Walks the openings that begin on one day, without allocating.</summary>
    private struct Walk(OpeningHours all, int day)
    {
        private readonly ExceptionalHours? _exception = all.ExceptionOn(day);
        private int _next;

        public DayHours Hours { get; private set; }

        public long From { get; private set; }

        public long To { get; private set; }

        public bool Next(bool place = true)
        {
            while (true)
            {
                if (_exception is not null)
                {
                    if (_next >= _exception.Hours.Count)
                        return false;
                    Hours = _exception.Hours[_next++];
                }
                else
                {
                    if (_next >= all._schedules.Length)
                        return false;
                    var schedule = all._schedules[_next++];
                    if (!schedule.On(day) || (schedule.Schedule.ClosedOnPublicHolidays && all.IsPublicHoliday(day)))
                        continue;
                    Hours = schedule.Schedule.Hours;
                }
                if (!place)
                    return true;
                if (all.Clock!.TryPlace(day, Hours, out var from, out var to))
                {
                    (From, To) = (from, to);
                    return true;
                }
            }
        }
    }

    private bool IsPublicHoliday(int day) => _isPublicHoliday?.Invoke(DateOnly.FromDayNumber(day)) == true;
}
