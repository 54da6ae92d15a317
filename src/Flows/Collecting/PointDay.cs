namespace Tambo.Flows.Collecting;

/// <summary>A standing record of one day at one point, as a supervisor looks it over.</summary>
/// <param name="Group">What was sent.</param>
/// <param name="Person">Who sent it.</param>
/// <param name="ReceivedAt">When it arrived.</param>
public sealed record DayRecord(SentGroup Group, string Person, DateTimeOffset ReceivedAt)
{
    /// <summary>What is odd about it, of <see cref="PointDay.Oddities"/>.</summary>
    public IReadOnlyList<string> Odd { get; init; } = [];
}

/// <summary>A shift of one day at one point.</summary>
/// <param name="Person">Who was counting.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while it goes on, or was never said to have ended.</param>
/// <param name="Enumerators">How many counted.</param>
/// <param name="Refusals">Groups that would not speak; null when not counted.</param>
/// <param name="LastAt">Its last record on whichever day; null when there is none.</param>
public sealed record DayShift(string Person, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Enumerators, int? Refusals, DateTimeOffset? LastAt = null);

/// <summary>
/// A day at a point: what was counted by the hour, how many of the open hours somebody was counting, and what is odd; pure.
/// Fewer people and fewer observers are different facts.
/// </summary>
public sealed class PointDay
{
    /// <summary>Persons from which a group is large.</summary>
    public const int Large = 100;

    private const int SameInARow = 12;
    private static readonly TimeSpan TooFast = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Late = TimeSpan.FromHours(24);
    private static readonly TimeSpan ClockFarOff = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan WorthAGap = TimeSpan.FromMinutes(30);

    /// <summary>Looks at a day.</summary>
    /// <param name="point">The point.</param>
    /// <param name="day">The day at the point.</param>
    /// <param name="shifts">Shifts that touch the day.</param>
    /// <param name="records">Standing records of the day.</param>
    /// <param name="now">The moment: nothing is missing of what lies ahead.</param>
    public PointDay(Point point, DateOnly day, IReadOnlyList<DayShift> shifts, IReadOnlyList<DayRecord> records, DateTimeOffset now)
    {
        Shifts = shifts;
        var ordered = records.OrderBy(record => record.Group.ObservedAt).ToList();
        Records = Marked(ordered, point.StateOn(day) == PointState.Active);
        ByHour = [.. Enumerable.Range(0, 24).Select(hour =>
        {
            var then = ordered.Where(record => TimeZoneInfo.ConvertTime(record.Group.ObservedAt, point.Zone).Hour == hour).ToList();
            return (then.Count, then.Sum(record => record.Group.Size));
        })];
        var open = OpenOf(point, day).Select(span => (span.Start, End: Earlier(span.End, now))).Where(span => span.Start < span.End).ToList();
        var counted = Union(shifts.Select(shift => (shift.StartedAt, EndOf(shift, ordered, now))));
        var covered = open.Select(span => Within(counted, span)).ToList();
        HoursObserved = Hours(covered.SelectMany(spans => spans));
        HoursOpen = point.HoursOpen is null || open.Count == 0 ? null : Hours(open);
        Gaps = point.HoursOpen is null ? [] : [.. open.Zip(covered).SelectMany(pair => GapsOf(pair.Second, pair.First))];
        Refusals = shifts.Any(shift => shift.Refusals is not null) ? shifts.Sum(shift => shift.Refusals ?? 0) : null;
    }

    /// <summary>Everything that may be odd about a record.</summary>
    public static IReadOnlyList<string> Oddities { get; } = ["large", "fast", "same", "outside", "inactive", "late", "clock"];

    /// <summary>The shifts.</summary>
    public IReadOnlyList<DayShift> Shifts { get; }

    /// <summary>The records, oldest first, each with what is odd about it.</summary>
    public IReadOnlyList<DayRecord> Records { get; }

    /// <summary>Groups and persons of each hour at the point, from midnight.</summary>
    public IReadOnlyList<(int Groups, int Persons)> ByHour { get; }

    /// <summary>Hours in which somebody was counting, within those open.</summary>
    public double HoursObserved { get; }

    /// <summary>Hours open so far; null when that is not known.</summary>
    public double? HoursOpen { get; }

    /// <summary>When it was open and nobody counted, half an hour or more.</summary>
    public IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> Gaps { get; }

    /// <summary>Groups that would not speak; null when nobody counted them.</summary>
    public int? Refusals { get; }

    // When the point is open on a day, from midnight to midnight as records have their days: one that is open over midnight is
    // so in the morning and in the evening. All day when that is not known.
    private static IReadOnlyList<(DateTimeOffset Start, DateTimeOffset End)> OpenOf(Point point, DateOnly day)
    {
        var (midnight, next) = (At(day, TimeOnly.MinValue), At(day.AddDays(1), TimeOnly.MinValue));
        if (point.Opens.Length == 0 || point.Opens == point.Closes)
            return [(midnight, next)];
        var (opens, closes) = (At(day, Clock(point.Opens)), At(day, Clock(point.Closes)));
        return Clock(point.Opens) < Clock(point.Closes) ? [(opens, closes)] : [(midnight, closes), (opens, next)];

        DateTimeOffset At(DateOnly date, TimeOnly time) => new(date.ToDateTime(time), point.Zone.GetUtcOffset(date.ToDateTime(time)));
        static TimeOnly Clock(string text) => TimeOnly.ParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }

    // A shift that nobody ended goes on while its person records, and an hour longer; never longer than a shift may be.
    private static DateTimeOffset EndOf(DayShift shift, List<DayRecord> records, DateTimeOffset now)
    {
        if (shift.EndedAt is { } ended)
            return ended;
        var longest = shift.StartedAt + CollectGroups.LongestShift;
        var last = records.Where(record => record.Person == shift.Person && record.Group.ObservedAt >= shift.StartedAt && record.Group.ObservedAt <= longest)
            .Select(record => record.Group.ObservedAt).Append(shift.LastAt ?? shift.StartedAt).Max();
        return Earlier(Earlier(last.AddHours(1), longest), now);
    }

    private static double Hours(IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> spans) => spans.Aggregate(TimeSpan.Zero, (sum, span) => sum + (span.End - span.Start)).TotalHours;

    private static List<(DateTimeOffset Start, DateTimeOffset End)> Within(List<(DateTimeOffset Start, DateTimeOffset End)> spans, (DateTimeOffset Start, DateTimeOffset End) open) =>
        [.. spans.Select(span => (Start: Later(span.Start, open.Start), End: Earlier(span.End, open.End))).Where(span => span.Start < span.End)];

    private static List<(DateTimeOffset Start, DateTimeOffset End)> Union(IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> spans)
    {
        var union = new List<(DateTimeOffset Start, DateTimeOffset End)>();
        foreach (var span in spans.OrderBy(span => span.Start))
        {
            if (union.Count > 0 && span.Start <= union[^1].End)
                union[^1] = (union[^1].Start, Later(union[^1].End, span.End));
            else
                union.Add(span);
        }

        return union;
    }

    private static List<(DateTimeOffset, DateTimeOffset)> GapsOf(List<(DateTimeOffset Start, DateTimeOffset End)> covered, (DateTimeOffset Start, DateTimeOffset End) open)
    {
        var gaps = new List<(DateTimeOffset, DateTimeOffset)>();
        var at = open.Start;
        foreach (var span in covered.Append((Start: open.End, open.End)))
        {
            if (span.Start - at >= WorthAGap)
                gaps.Add((at, span.Start));
            at = Later(at, span.End);
        }

        return gaps;
    }

    private List<DayRecord> Marked(List<DayRecord> records, bool active)
    {
        var marked = new List<DayRecord>();
        foreach (var own in records.GroupBy(record => record.Person))
        {
            DayRecord? before = null;
            var same = 0;
            foreach (var record in own)
            {
                same = before is not null && Alike(before.Group, record.Group) ? same + 1 : 1;
                var odd = new List<string>();
                if (record.Group.Size >= Large)
                    odd.Add("large");
                if (before is not null && record.Group.ObservedAt - before.Group.ObservedAt < TooFast)
                    odd.Add("fast");
                if (same >= SameInARow)
                    odd.Add("same");
                if (!Shifts.Any(shift => shift.Person == record.Person && shift.StartedAt <= record.Group.ObservedAt.AddMinutes(5) && record.Group.ObservedAt <= (shift.EndedAt ?? shift.StartedAt + CollectGroups.LongestShift).AddMinutes(15)))
                    odd.Add("outside");
                if (!active)
                    odd.Add("inactive");
                if (record.ReceivedAt - record.Group.ObservedAt > Late)
                    odd.Add("late");
                if (Math.Abs(record.Group.ClockOff ?? 0) > ClockFarOff.TotalSeconds)
                    odd.Add("clock");
                marked.Add(record with { Odd = odd });
                before = record;
            }
        }

        marked.Sort(static (a, b) => a.Group.ObservedAt.CompareTo(b.Group.ObservedAt));
        return marked;
    }

    private static bool Alike(SentGroup one, SentGroup other) =>
        one.Size == other.Size && one.Parts.Select(part => part.Nationality).SequenceEqual(other.Parts.Select(part => part.Nationality), StringComparer.Ordinal);

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
