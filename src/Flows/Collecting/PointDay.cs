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
        var open = ObservedTime.OpenOf(point, day, now);
        var counted = ObservedTime.Union(shifts.Select(shift => new TimeSpanAt(shift.StartedAt, EndOf(shift, ordered, now))));
        var covered = open.Select(span => ObservedTime.Within(counted, span)).ToList();
        HoursObserved = covered.SelectMany(spans => spans).Hours();
        HoursOpen = point.HoursOpen is null || open.Count == 0 ? null : open.Hours();
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

    // A shift that nobody ended goes on while its person records.
    private static DateTimeOffset EndOf(DayShift shift, List<DayRecord> records, DateTimeOffset now) => ObservedTime.EndOf(
        shift.StartedAt, shift.EndedAt,
        records.Where(record => record.Person == shift.Person && record.Group.ObservedAt >= shift.StartedAt && record.Group.ObservedAt <= shift.StartedAt + CollectGroups.LongestShift)
            .Select(record => record.Group.ObservedAt).Append(shift.LastAt ?? shift.StartedAt).Max(),
        now);

    private static List<(DateTimeOffset, DateTimeOffset)> GapsOf(IReadOnlyList<TimeSpanAt> covered, TimeSpanAt open)
    {
        var gaps = new List<(DateTimeOffset, DateTimeOffset)>();
        var at = open.Start;
        foreach (var span in covered.Append(new TimeSpanAt(open.End, open.End)))
        {
            if (span.Start - at >= WorthAGap)
                gaps.Add((at, span.Start));
            at = ObservedTime.Later(at, span.End);
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
}
