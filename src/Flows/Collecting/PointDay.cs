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
public sealed record DayShift(string Person, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, int Enumerators, int? Refusals);

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
    private static readonly TimeSpan WorthAGap = TimeSpan.FromMinutes(30);

    private readonly DateTimeOffset from;
    private readonly DateTimeOffset until;

    /// <summary>Looks at a day.</summary>
    /// <param name="point">The point.</param>
    /// <param name="day">The day at the point.</param>
    /// <param name="shifts">Shifts that touch the day.</param>
    /// <param name="records">Standing records of the day.</param>
    /// <param name="now">The moment: nothing is missing of what lies ahead.</param>
    public PointDay(Point point, DateOnly day, IReadOnlyList<DayShift> shifts, IReadOnlyList<DayRecord> records, DateTimeOffset now)
    {
        (from, until) = OpenOf(point, day);
        Shifts = shifts;
        var ordered = records.OrderBy(record => record.Group.ObservedAt).ToList();
        Records = Marked(ordered, point.StateOn(day) == PointState.Active);
        ByHour = [.. Enumerable.Range(0, 24).Select(hour =>
        {
            var then = ordered.Where(record => TimeZoneInfo.ConvertTime(record.Group.ObservedAt, point.Zone).Hour == hour).ToList();
            return (then.Count, then.Sum(record => record.Group.Size));
        })];
        var end = until < now ? until : now;
        var covered = Union(shifts.Select(shift => (Start: Later(shift.StartedAt, from), End: Earlier(EndOf(shift, ordered, now), end))).Where(span => span.Start < span.End));
        HoursObserved = covered.Aggregate(TimeSpan.Zero, (sum, span) => sum + (span.End - span.Start)).TotalHours;
        HoursOpen = point.HoursOpen is null || end <= from ? null : (end - from).TotalHours;
        Gaps = point.HoursOpen is null ? [] : GapsOf(covered, end);
        Refusals = shifts.Any(shift => shift.Refusals is not null) ? shifts.Sum(shift => shift.Refusals ?? 0) : null;
    }

    /// <summary>Everything that may be odd about a record.</summary>
    public static IReadOnlyList<string> Oddities { get; } = ["large", "fast", "same", "outside", "inactive", "late"];

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

    /// <summary>When the point is open on a day; all day when that is not known.</summary>
    private static (DateTimeOffset From, DateTimeOffset Until) OpenOf(Point point, DateOnly day)
    {
        var (opens, closes) = point.Opens.Length == 0 || point.Opens == point.Closes
            ? (TimeOnly.MinValue, TimeOnly.MinValue)
            : (TimeOnly.ParseExact(point.Opens, "HH:mm", System.Globalization.CultureInfo.InvariantCulture), TimeOnly.ParseExact(point.Closes, "HH:mm", System.Globalization.CultureInfo.InvariantCulture));
        return (At(day.ToDateTime(opens)), At((opens < closes ? day : day.AddDays(1)).ToDateTime(closes)));

        DateTimeOffset At(DateTime local) => new(local, point.Zone.GetUtcOffset(local));
    }

    // A shift that nobody ended goes on while its person records, and an hour longer.
    private static DateTimeOffset EndOf(DayShift shift, List<DayRecord> records, DateTimeOffset now)
    {
        if (shift.EndedAt is { } ended)
            return ended;
        var last = records.Where(record => record.Person == shift.Person && record.Group.ObservedAt >= shift.StartedAt).Select(record => record.Group.ObservedAt).DefaultIfEmpty(shift.StartedAt).Max();
        return Earlier(last.AddHours(1), now);
    }

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

    private List<(DateTimeOffset, DateTimeOffset)> GapsOf(List<(DateTimeOffset Start, DateTimeOffset End)> covered, DateTimeOffset end)
    {
        var gaps = new List<(DateTimeOffset, DateTimeOffset)>();
        var at = from;
        foreach (var span in covered.Append((Start: end, End: end)))
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
                if (!Shifts.Any(shift => shift.Person == record.Person && shift.StartedAt <= record.Group.ObservedAt.AddMinutes(5) && (shift.EndedAt is not { } ended || record.Group.ObservedAt <= ended.AddMinutes(15))))
                    odd.Add("outside");
                if (!active)
                    odd.Add("inactive");
                if (record.ReceivedAt - record.Group.ObservedAt > Late)
                    odd.Add("late");
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
