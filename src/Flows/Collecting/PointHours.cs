namespace Tambo.Flows.Collecting;

/// <summary>A shift as far as hours go.</summary>
/// <param name="StartedAt">When it began.</param>
/// <param name="EndedAt">When it ended; null while nobody has said so.</param>
/// <param name="LastAt">The last record of its person in it; asked for where nobody has ended it.</param>
internal sealed record CountingShift(DateTimeOffset StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? LastAt);

/// <summary>
/// For how long people were counted at a point, and for how long they could have been, day by day at the point; pure.
/// A shift over midnight is of both days; two at once count once; nothing outside the hours that the point is open counts.
/// </summary>
internal sealed class PointHours
{
    // Of shifts dated before there were points, by a clock gone wrong, nothing is counted.
    private const int MostDays = 20 * 366;

    private readonly int first;

    // Sums from the first day up to and without each day, so that any span is two look-ups; one more than there are days.
    private readonly double[] observed, open;
    private readonly int[] daysObserved, daysOpen;
    private readonly bool isOpenKnown;

    /// <param name="point">The point.</param>
    /// <param name="shifts">All its shifts.</param>
    /// <param name="now">The moment: nothing is missing of what lies ahead.</param>
    public PointHours(Point point, IReadOnlyCollection<CountingShift> shifts, DateTimeOffset now)
    {
        isOpenKnown = point.HoursOpen is not null;
        var counted = ObservedTime.Union(shifts.Select(shift => new TimeSpanAt(shift.StartedAt, ObservedTime.EndOf(shift.StartedAt, shift.EndedAt, shift.LastAt, now))).Where(span => span.Start <= span.End));
        var today = point.DayOf(now).DayNumber;
        first = counted.Count == 0 ? today + 1 : Math.Max(point.DayOf(counted[0].Start).DayNumber, today - MostDays);
        if (point.States is [{ State: PointState.Active } opened, ..])
            first = Math.Clamp(opened.StartsOn.DayNumber, Math.Max(0, today - MostDays), first);
        var days = Math.Max(0, today - first + 1);
        (observed, open, daysObserved, daysOpen) = (new double[days + 1], new double[days + 1], new int[days + 1], new int[days + 1]);
        var from = 0;
        for (var at = 0; at < days; at++)
        {
            var day = DateOnly.FromDayNumber(first + at);
            var spans = ObservedTime.OpenOf(point, day, now);
            var (hours, possible) = (0d, spans.Hours());
            if (spans.Count > 0)
            {
                while (from < counted.Count && counted[from].End <= spans[0].Start)
                    from++;
                var touching = counted.Skip(from).TakeWhile(span => span.Start < spans[^1].End).ToList();
                hours = spans.SelectMany(span => ObservedTime.Within(touching, span)).Hours();
            }

            // On a day that the point is closed nobody misses anything, unless somebody counted all the same.
            var isPossible = possible > 0 && (hours > 0 || point.StateOn(day) == PointState.Active);
            (observed[at + 1], open[at + 1]) = (observed[at] + hours, open[at] + (isPossible ? possible : 0));
            (daysObserved[at + 1], daysOpen[at + 1]) = (daysObserved[at] + (hours > 0 ? 1 : 0), daysOpen[at] + (isPossible ? 1 : 0));
        }
    }

    /// <summary>The hours of a span of days; null where it lies before anybody counted, or ahead.</summary>
    public CountingHours? Of(DateOnly from, DateOnly until)
    {
        var (start, end) = (Math.Max(from.DayNumber - first, 0), Math.Min(until.DayNumber - first + 1, observed.Length - 1));
        return start >= end ? null : new CountingHours(
            observed[end] - observed[start], isOpenKnown ? open[end] - open[start] : null, daysObserved[end] - daysObserved[start], daysOpen[end] - daysOpen[start]);
    }
}

/// <summary>For how long people were counted: what was seen in fewer hours is not fewer people.</summary>
/// <param name="Observed">Hours in which somebody was counting, within those open.</param>
/// <param name="Open">Hours in which somebody could have been, so far; null where a point or a file does not say when it was open.</param>
/// <param name="DaysObserved">Days on which somebody was counting; null where a file tells the hours of longer times alone.</param>
/// <param name="DaysOpen">Days on which somebody could have been, so far; null likewise.</param>
public sealed record CountingHours(double Observed, double? Open, int? DaysObserved, int? DaysOpen)
{
    /// <summary>Hours as they are told: to the tenth.</summary>
    public static double Told(double hours) => Math.Round(hours, 1, MidpointRounding.AwayFromZero);
}
