namespace Tambo.Guide.Schedules;

/// <summary>
/// For each of the 168 hours of a week in UTC: may the place be open, or is it surely closed? A coarse sieve that
/// spares the exact question; bit 0 is Monday 00:00 to 01:00 UTC.
/// </summary>
/// <param name="First">Hours 0 to 63.</param>
/// <param name="Second">Hours 64 to 127.</param>
/// <param name="Third">Hours 128 to 167.</param>
internal readonly record struct WeekMask(ulong First, ulong Second, ulong Third)
{
    public const int Hours = 168;

    public static readonly WeekMask MayAlwaysBeOpen = new(ulong.MaxValue, ulong.MaxValue, (1UL << (Hours - 128)) - 1);

    public bool this[int hour] => ((hour < 64 ? First : hour < 128 ? Second : Third) >> (hour & 63) & 1) != 0;

    public bool MayBeOpen(DateTimeOffset instant) => this[HourOfWeek(ZoneClock.Minute(instant))];

    /// <summary>The epoch, 1970-01-01, was a Thursday: 72 hours after a Monday.</summary>
    public static int HourOfWeek(long minute)
    {
        var hour = (FloorHour(minute) + 72) % Hours;
        return (int)(hour < 0 ? hour + Hours : hour);
    }

    /// <summary>With every hour that a stretch of UTC minutes touches.</summary>
    public WeekMask With(long from, long to)
    {
        Span<ulong> bits = [First, Second, Third];
        var hours = Math.Min(Hours, FloorHour(to - 1) - FloorHour(from) + 1);
        for (int n = 0, hour = HourOfWeek(from); n < hours; n++, hour = (hour + 1) % Hours)
            bits[hour >> 6] |= 1UL << (hour & 63);
        return new WeekMask(bits[0], bits[1], bits[2]);
    }

    private static long FloorHour(long minute) => minute >= 0 ? minute / 60 : -((59 - minute) / 60);
}
