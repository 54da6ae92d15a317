using System.Numerics;

namespace Tambo.Guide.Nearest;

/// <summary>One bit for each of the 168 hours of a week in UTC; hour 0 begins on Monday at 00:00.</summary>
internal readonly record struct WeekMask
{
    public const int Hours = 168;

    private readonly ulong low;
    private readonly ulong middle;
    private readonly ulong high;

    private WeekMask(ulong low, ulong middle, ulong high) => (this.low, this.middle, this.high) = (low, middle, high);

    public static WeekMask None => default;

    public static WeekMask Always { get; } = new(ulong.MaxValue, ulong.MaxValue, (1UL << (Hours - 128)) - 1);

    public bool IsEmpty => (low | middle | high) == 0;

    public static WeekMask operator |(WeekMask left, WeekMask right) =>
        new(left.low | right.low, left.middle | right.middle, left.high | right.high);

    /// <summary>The hour of the week in UTC that holds this moment.</summary>
    public static int HourAt(DateTimeOffset moment)
    {
        var utc = moment.UtcDateTime;
        var daysAfterMonday = ((int)utc.DayOfWeek + 6) % 7;
        return daysAfterMonday * 24 + utc.Hour;
    }

    public bool Has(int hour)
    {
        Check(hour);
        return ((Word(hour >> 6) >> (hour & 63)) & 1) != 0;
    }

    public WeekMask With(int hour)
    {
        Check(hour);
        var bit = 1UL << (hour & 63);
        return (hour >> 6) switch
        {
            0 => new(low | bit, middle, high),
            1 => new(low, middle | bit, high),
            _ => new(low, middle, high | bit),
        };
    }

    /// <summary>Adds the hours that the minutes [from, to) of the week touch; an end before its start runs on over Sunday night.</summary>
    public WeekMask WithMinutes(int from, int to)
    {
        const int Minutes = Hours * 60;
        ArgumentOutOfRangeException.ThrowIfNegative(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(from, Minutes);
        ArgumentOutOfRangeException.ThrowIfNegative(to);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to, Minutes);
        if (from == to)
            return this;
        var length = from < to ? to - from : to - from + Minutes;
        var mask = this;
        for (var hour = from / 60; hour * 60 < from + length; hour++)
            mask = mask.With(hour % Hours);
        return mask;
    }

    /// <summary>Sets, for each hour of this mask, a bit in that hour's row of a table of <see cref="Hours"/> rows.</summary>
    public void Spread(uint[] table, int stride, int column, uint bit)
    {
        for (var part = 0; part < 3; part++)
            for (var word = Word(part); word != 0; word &= word - 1)
                table[(part * 64 + BitOperations.TrailingZeroCount(word)) * stride + column] |= bit;
    }

    private ulong Word(int part) => part switch { 0 => low, 1 => middle, _ => high };

    private static void Check(int hour)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(hour);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(hour, Hours);
    }
}
