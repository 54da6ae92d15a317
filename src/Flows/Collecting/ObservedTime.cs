using System.Globalization;

namespace Tambo.Flows.Collecting;

/// <summary>A span of time.</summary>
/// <param name="Start">When it begins.</param>
/// <param name="End">When it ends.</param>
internal readonly record struct TimeSpanAt(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>How long, in hours.</summary>
    public double Hours => (End - Start).TotalHours;
}

/// <summary>When somebody was counting at a point, and when somebody could have been; pure.</summary>
internal static class ObservedTime
{
    /// <summary>
    /// When a point is open on a day, from midnight to midnight as records have their days: one that is open over midnight is
    /// so in the morning and in the evening. All day when that is not known. Nothing of what lies ahead.
    /// </summary>
    public static IReadOnlyList<TimeSpanAt> OpenOf(Point point, DateOnly day, DateTimeOffset now)
    {
        var (midnight, next) = (At(day, TimeOnly.MinValue), At(day.AddDays(1), TimeOnly.MinValue));
        if (point.Opens.Length == 0 || point.Opens == point.Closes)
            return UntilNow(new TimeSpanAt(midnight, next));
        var (opens, closes) = (At(day, Clock(point.Opens)), At(day, Clock(point.Closes)));
        return Clock(point.Opens) < Clock(point.Closes) ? UntilNow(new TimeSpanAt(opens, closes)) : UntilNow(new TimeSpanAt(midnight, closes), new TimeSpanAt(opens, next));

        DateTimeOffset At(DateOnly date, TimeOnly time) => new(date.ToDateTime(time), point.Zone.GetUtcOffset(date.ToDateTime(time)));
        IReadOnlyList<TimeSpanAt> UntilNow(params TimeSpanAt[] spans) => [.. spans.Select(span => span with { End = Earlier(span.End, now) }).Where(span => span.Start < span.End)];
        static TimeOnly Clock(string text) => TimeOnly.ParseExact(text, "HH:mm", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// When a shift ended. One that nobody ended goes on while its person records, and an hour longer; never longer than a
    /// shift may be, and never beyond now.
    /// </summary>
    public static DateTimeOffset EndOf(DateTimeOffset startedAt, DateTimeOffset? endedAt, DateTimeOffset? lastAt, DateTimeOffset now) =>
        endedAt ?? Earlier(Earlier(Later(lastAt ?? startedAt, startedAt).AddHours(1), startedAt + CollectGroups.LongestShift), now);

    /// <summary>Spans that overlap as one each, in order: two who count together count once.</summary>
    public static IReadOnlyList<TimeSpanAt> Union(IEnumerable<TimeSpanAt> spans)
    {
        var union = new List<TimeSpanAt>();
        foreach (var span in spans.OrderBy(span => span.Start))
        {
            if (union.Count > 0 && span.Start <= union[^1].End)
                union[^1] = union[^1] with { End = Later(union[^1].End, span.End) };
            else
                union.Add(span);
        }

        return union;
    }

    /// <summary>What of some spans lies within another.</summary>
    public static IReadOnlyList<TimeSpanAt> Within(IEnumerable<TimeSpanAt> spans, TimeSpanAt open) =>
        [.. spans.Select(span => new TimeSpanAt(Later(span.Start, open.Start), Earlier(span.End, open.End))).Where(span => span.Start < span.End)];

    /// <summary>How long they are together, in hours.</summary>
    public static double Hours(this IEnumerable<TimeSpanAt> spans) => spans.Sum(span => span.Hours);

    /// <summary>The earlier of two moments.</summary>
    public static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    /// <summary>The later of two moments.</summary>
    public static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
