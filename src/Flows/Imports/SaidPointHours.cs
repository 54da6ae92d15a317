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
    private readonly Layer[] layers;

    /// <param name="area">The country or area.</param>
    /// <param name="code">The point.</param>
    /// <param name="counted">The hours of its shifts; null when nobody records there.</param>
    /// <param name="said">What files say, each period once.</param>
    public SaidPointHours(string area, string code, IHoursOfPoint? counted, IEnumerable<(Period Period, PeriodHours Said)> said)
    {
        (Area, Code, this.counted) = (area, code, counted);
        layers = [];
        foreach (var same in said.GroupBy(one => one.Period.Frequency).OrderBy(same => "DWMQA".IndexOf(same.Key, StringComparison.Ordinal)))
            layers = [.. layers, new Layer([.. same.OrderBy(one => one.Period.From).Select(one => Beyond(one.Period, one.Said)).OfType<Part>()])];
    }

    /// <inheritdoc />
    public string Area { get; }

    /// <inheritdoc />
    public string Code { get; }

    /// <inheritdoc />
    public bool TryAdd(DateOnly from, DateOnly until, ref HoursSum sum)
    {
        if (counted is not null && !counted.TryAdd(from, until, ref sum))
            return false;
        foreach (var layer in layers)
        {
            if (!layer.TryAdd(from.DayNumber, until.DayNumber, ref sum))
                return false;
        }

        return true;
    }

    // Null when it says nothing more than is known of the time without it.
    private Part? Beyond(Period period, PeriodHours said)
    {
        var sum = new HoursSum();
        var isKnown = TryAdd(period.From, period.Until, ref sum);
        var known = sum.Told;
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

    /// <summary>A period of a layer with the sums up to and without it, beside each other: hundreds of points are asked in turn.</summary>
    private struct Entry
    {
        public int From, Until, Unknown, OpenUnknown, DaysUnknown, DaysObserved, DaysOpen;
        public double Observed, Open;
    }

    /// <summary>Periods that do not overlap, in order; one more entry than there are holds the sums of all.</summary>
    private sealed class Layer
    {
        private readonly Entry[] entries;

        public Layer(IReadOnlyList<Part> parts)
        {
            entries = new Entry[parts.Count + 1];
            for (var at = 0; at < parts.Count; at++)
            {
                var hours = parts[at].Hours;
                entries[at + 1] = entries[at];
                (entries[at].From, entries[at].Until) = (parts[at].Period.From.DayNumber, parts[at].Period.Until.DayNumber);
                ref var next = ref entries[at + 1];
                next.Unknown += hours is null ? 1 : 0;
                next.OpenUnknown += hours?.Open is null ? 1 : 0;
                next.DaysUnknown += hours?.DaysObserved is null ? 1 : 0;
                next.DaysObserved += hours?.DaysObserved ?? 0;
                next.DaysOpen += hours?.DaysOpen ?? 0;
                next.Observed += hours?.Observed ?? 0;
                next.Open += hours?.Open ?? 0;
            }

            entries[^1].From = entries[^1].Until = int.MaxValue;
        }

        public bool TryAdd(int first, int last, ref HoursSum sum)
        {
            var end = FirstFrom(last + 1);
            var start = FirstFrom(first);
            if (start > 0 && entries[start - 1].Until >= first)
                start--;
            if (start >= end)
                return true;
            ref readonly var one = ref entries[start];
            ref readonly var other = ref entries[end];
            // Of a time that lies only partly in the span nobody knows which of its hours are meant.
            if (one.From < first || entries[end - 1].Until > last || other.Unknown > one.Unknown)
                return false;
            var areDaysKnown = other.DaysUnknown == one.DaysUnknown;
            sum.Add(
                other.Observed - one.Observed, other.OpenUnknown == one.OpenUnknown ? other.Open - one.Open : null,
                areDaysKnown ? other.DaysObserved - one.DaysObserved : null, areDaysKnown ? other.DaysOpen - one.DaysOpen : null);
            return true;
        }

        // The place of the first that begins on a day or later.
        private int FirstFrom(int day)
        {
            // Where no day is missing its place is known.
            var near = day - entries[0].From;
            if (near >= 0 && near < entries.Length && entries[near].From == day)
                return near;
            var (low, high) = (0, entries.Length - 1);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (entries[middle].From < day)
                    low = middle + 1;
                else
                    high = middle;
            }

            return low;
        }
    }
}
