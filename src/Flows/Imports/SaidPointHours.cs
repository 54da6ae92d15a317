using Tambo.Flows.Collecting;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Imports;

/// <summary>
/// For how long people were counted at a point, as files say, beside its shifts; pure. Shifts and files may tell of the same
/// hours, and so may a month and its days: of one time the larger counts, never both. What a file says of a longer time is of no day of it.
/// </summary>
internal sealed class SaidPointHours : IHoursOfPoint
{
    private const double Minutes = 60;

    private readonly IHoursOfPoint? counted;

    // For days, weeks, months, quarters and years what each says beyond the shorter ones within it.
    private readonly IReadOnlyList<Layer> layers;

    /// <param name="area">The country or area.</param>
    /// <param name="code">The point.</param>
    /// <param name="counted">The hours of its shifts; null when nobody records there.</param>
    /// <param name="said">What files say, each period once.</param>
    public SaidPointHours(string area, string code, IHoursOfPoint? counted, IEnumerable<PeriodHours> said)
    {
        (Area, Code, this.counted) = (area, code, counted);
        var made = new List<Layer>();
        layers = made;
        foreach (var same in said.Select(one => (Period: Period.Read(one.Period), Said: one)).Where(one => one.Period is not null)
            .GroupBy(one => one.Period!.Value.Frequency).OrderBy(same => "DWMQA".IndexOf(same.Key, StringComparison.Ordinal)))
            made.Add(new Layer([.. same.OrderBy(one => one.Period!.Value.From).Select(one => Beyond(one.Period!.Value, one.Said)).OfType<Part>()]));
    }

    /// <inheritdoc />
    public string Area { get; }

    /// <inheritdoc />
    public string Code { get; }

    /// <inheritdoc />
    public bool TryOf(DateOnly from, DateOnly until, out CountingHours? hours)
    {
        hours = null;
        if (counted is not null && !counted.TryOf(from, until, out hours))
            return false;
        foreach (var layer in layers)
        {
            if (!layer.TryAdd(from.DayNumber, until.DayNumber, ref hours))
                return false;
        }

        return true;
    }

    // Null when it says nothing more than is known of the time without it.
    private Part? Beyond(Period period, PeriodHours said)
    {
        var isKnown = TryOf(period.From, period.Until, out var known);
        if (said.Observed is not { } observed)
            return isKnown && known?.Observed > 0 ? null : new Part(period, null);
        if (!isKnown)
            return null;
        var (more, open) = (Math.Max(0, (observed / Minutes) - (known?.Observed ?? 0)), said.Open / Minutes);
        var moreOpen = known is null ? open : open is { } all && known.Open is { } before ? Math.Max(0, all - before) : known.Open is null ? null : 0;
        if (known is not null && more == 0 && moreOpen == 0)
            return null;
        return new Part(period, period.Frequency == 'D'
            ? new CountingHours(more, moreOpen, observed > 0 && known?.DaysObserved is not > 0 ? 1 : 0, open is not 0 && known?.DaysOpen is not > 0 ? 1 : 0)
            : new CountingHours(more, moreOpen, null, null));
    }

    /// <summary>What is said of a period; null when its hours are not known.</summary>
    private sealed record Part(Period Period, CountingHours? Hours);

    /// <summary>Periods that do not overlap, in order, with their sums up to and without each.</summary>
    private sealed class Layer
    {
        private readonly int[] from, until;
        private readonly double[] observed, open;
        private readonly int[] unknown, openUnknown, daysUnknown, daysObserved, daysOpen;

        public Layer(IReadOnlyList<Part> parts)
        {
            (from, until) = ([.. parts.Select(part => part.Period.From.DayNumber)], [.. parts.Select(part => part.Period.Until.DayNumber)]);
            (observed, open) = (new double[parts.Count + 1], new double[parts.Count + 1]);
            (unknown, openUnknown, daysUnknown, daysObserved, daysOpen) = (new int[parts.Count + 1], new int[parts.Count + 1], new int[parts.Count + 1], new int[parts.Count + 1], new int[parts.Count + 1]);
            for (var at = 0; at < parts.Count; at++)
            {
                var hours = parts[at].Hours;
                (observed[at + 1], open[at + 1]) = (observed[at] + (hours?.Observed ?? 0), open[at] + (hours?.Open ?? 0));
                (unknown[at + 1], openUnknown[at + 1]) = (unknown[at] + (hours is null ? 1 : 0), openUnknown[at] + (hours?.Open is null ? 1 : 0));
                (daysObserved[at + 1], daysOpen[at + 1], daysUnknown[at + 1]) = (daysObserved[at] + (hours?.DaysObserved ?? 0), daysOpen[at] + (hours?.DaysOpen ?? 0), daysUnknown[at] + (hours?.DaysObserved is null ? 1 : 0));
            }
        }

        public bool TryAdd(int first, int last, ref CountingHours? hours)
        {
            var (start, end) = (FirstOf(until, first), FirstOf(from, last + 1));
            if (start >= end)
                return true;
            // Of a time that lies only partly in the span nobody knows which of its hours are meant.
            if (from[start] < first || until[end - 1] > last || unknown[end] > unknown[start])
                return false;
            var isDaysKnown = daysUnknown[end] == daysUnknown[start];
            var more = new CountingHours(
                observed[end] - observed[start], openUnknown[end] == openUnknown[start] ? open[end] - open[start] : null,
                isDaysKnown ? daysObserved[end] - daysObserved[start] : null, isDaysKnown ? daysOpen[end] - daysOpen[start] : null);
            hours = hours is null ? more : hours + more;
            return true;
        }

        // The place of the first that is not less.
        private static int FirstOf(int[] days, int least)
        {
            var at = Array.BinarySearch(days, least);
            return at < 0 ? ~at : at;
        }
    }
}
