using System.Globalization;

namespace Tambo.Guide.Schedules;

/// <summary>One stay of the door open: from when it opens, for how long, on the clock of the place.</summary>
/// <param name="Opens">Minutes after local midnight, 0 to 1439.</param>
/// <param name="Length">Minutes on the clock, 1 to 1440; a sum above 1440 closes on the next day.</param>
internal readonly record struct DayHours(int Opens, int Length)
{
    public const int Day = 24 * 60;

    /// <summary>Minutes after the midnight that begins the day of opening; above 1440 is the next day.</summary>
    public int Closes => Opens + Length;

    public bool AllDay => Opens == 0 && Length == Day;

    /// <summary>Hours within one day, midnight as a closing time being the end of that day.</summary>
    public static DayHours Between(TimeOnly opens, TimeOnly closes)
    {
        var from = Minutes(opens);
        var to = closes == TimeOnly.MinValue ? Day : Minutes(closes);
        return to > from
            ? new DayHours(from, to - from)
            : throw new ArgumentException("Hours that close on the next day are made with Overnight.", nameof(closes));
    }

    /// <summary>Hours that close on the day after they open, at most 24 hours later.</summary>
    public static DayHours Overnight(TimeOnly opens, TimeOnly closes)
    {
        var length = Day - Minutes(opens) + Minutes(closes);
        return length <= Day
            ? new DayHours(Minutes(opens), length)
            : throw new ArgumentException("One opening lasts at most 24 hours.", nameof(closes));
    }

    /// <summary>In order, with those that touch or overlap made one.</summary>
    public static IReadOnlyList<DayHours> Merge(IEnumerable<DayHours> all)
    {
        var merged = new List<DayHours>();
        foreach (var hours in all.OrderBy(hours => hours.Opens))
        {
            if (merged.Count > 0 && merged[^1] is var last && hours.Opens <= last.Closes)
                merged[^1] = last with { Length = Math.Max(last.Closes, hours.Closes) - last.Opens };
            else
                merged.Add(hours);
        }
        return merged;
    }

    private static int Minutes(TimeOnly time) => time.Hour * 60 + time.Minute;
}

/// <summary>A time as a file writes it: "9:00", "09:00:00", "24:00", "09:00Z" or "09:00-05:00".</summary>
/// <param name="Minutes">Minutes after midnight, 0 to 1440.</param>
/// <param name="Offset">Minutes east of UTC when the text says so.</param>
internal readonly record struct WrittenTime(int Minutes, int? Offset)
{
    public static WrittenTime? Read(string text)
    {
        var clock = text.AsSpan().Trim();
        int? offset = null;
        if (clock.EndsWith("Z", StringComparison.OrdinalIgnoreCase))
        {
            offset = 0;
            clock = clock[..^1];
        }
        else if (clock.LastIndexOfAny('+', '-') is > 0 and var sign)
        {
            if (Clock(clock[(sign + 1)..]) is not { } size || size > 14 * 60)
                return null;
            offset = clock[sign] == '-' ? -size : size;
            clock = clock[..sign];
        }
        return Clock(clock) is { } minutes ? new WrittenTime(minutes, offset) : null;
    }

    private static int? Clock(ReadOnlySpan<char> text)
    {
        Span<Range> parts = stackalloc Range[4];
        var count = text.Split(parts, ':');
        if (count is not (2 or 3)
            || Number(text[parts[0]], 1) is not { } hour
            || Number(text[parts[1]], 2) is not { } minute
            || minute > 59)
            return null;
        var second = 0;
        if (count == 3)
        {
            if (Number(text[parts[2]], 2) is not { } read)
                return null;
            second = read;
        }
        // 23:59:59 is how many programs write the end of a day; other seconds are no opening hours.
        if (second != 0 && (hour, minute, second) != (23, 59, 59))
            return null;
        var minutes = hour * 60 + minute;
        return minutes <= DayHours.Day ? minutes : null;
    }

    private static int? Number(ReadOnlySpan<char> text, int least) =>
        text.Length >= least && text.Length <= 2
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
