using Tambo.Flows.Collecting;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>For how long people were counted at a point, day by day: who counts together counts once, and what lies ahead is not missing.</summary>
public sealed class PointHoursTests
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    private static Point Post { get; } = new() { Code = "QUIMERA", TimeZone = "America/Panama", Opens = "06:00", Closes = "18:00", States = [new PointState(new DateOnly(2026, 11, 18), "active")] };

    private static DateTimeOffset At(int hour, int day = 20) => new(2026, 11, day, hour, 0, 0, TimeSpan.FromHours(-5));

    private static CountingShift Shift(DateTimeOffset from, DateTimeOffset? until, DateTimeOffset? last = null) => new(from, until, last);

    [Fact]
    public void Two_who_count_at_once_count_once_and_nothing_outside_the_hours_open()
    {
        var hours = new PointHours(Post, [Shift(At(5), At(9)), Shift(At(8), At(10)), Shift(At(17), At(21))], At(23));
        Assert.Equal(new CountingHours(5, 12, 1, 1), hours.Of(Day, Day));
        // From the day on which it was opened: three days of twelve hours, on one of which somebody counted.
        Assert.Equal(new CountingHours(5, 36, 1, 3), hours.Of(DateOnly.MinValue, DateOnly.MaxValue));
        Assert.Null(hours.Of(new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 17)));
        Assert.Null(hours.Of(new DateOnly(2026, 11, 21), new DateOnly(2026, 11, 30)));
    }

    [Fact]
    public void A_night_is_divided_at_midnight_by_the_clock_of_the_point()
    {
        // 22:00 to 03:00 in Panama is one day in UTC, and two at the point.
        var hours = new PointHours(Post with { Opens = "00:00", Closes = "00:00" }, [Shift(At(22, 19), At(3))], At(23));
        Assert.Equal(new CountingHours(2, 24, 1, 1), hours.Of(new DateOnly(2026, 11, 19), new DateOnly(2026, 11, 19)));
        Assert.Equal(new CountingHours(3, 23, 1, 1), hours.Of(Day, Day));
        Assert.Equal(new CountingHours(5, 24 + 24 + 23, 2, 3), hours.Of(new DateOnly(2026, 11, 16), Day));
    }

    [Fact]
    public void The_day_on_which_clocks_are_set_back_has_an_hour_more()
    {
        var york = new Point { Code = "YORK", TimeZone = "America/New_York", Opens = "00:00", Closes = "00:00" };
        var start = new DateTimeOffset(2026, 11, 1, 0, 0, 0, TimeSpan.FromHours(-4));
        var hours = new PointHours(york, [Shift(start, start.AddHours(5))], start.AddDays(3));
        Assert.Equal(new CountingHours(5, 25, 1, 1), hours.Of(new DateOnly(2026, 11, 1), new DateOnly(2026, 11, 1)));
    }

    [Fact]
    public void A_shift_that_nobody_ended_goes_on_an_hour_after_its_last_record_and_no_longer_than_now()
    {
        Assert.Equal(4, new PointHours(Post, [Shift(At(6), null, At(9))], At(20)).Of(Day, Day)!.Observed);
        Assert.Equal(1, new PointHours(Post, [Shift(At(6), null)], At(20)).Of(Day, Day)!.Observed);
        Assert.Equal(new CountingHours(2, 2, 1, 1), new PointHours(Post, [Shift(At(6), null, At(7).AddMinutes(30))], At(8)).Of(Day, Day));
    }

    [Fact]
    public void Nobody_misses_hours_of_days_that_the_point_is_closed_and_an_unknown_opening_is_not_zero()
    {
        var closed = Post with { States = [new PointState(new DateOnly(2026, 11, 18), "active"), new PointState(new DateOnly(2026, 11, 19), "suspended")] };
        Assert.Equal(new CountingHours(0, 12, 0, 1), new PointHours(closed, [Shift(At(6, 21), At(8, 21))], At(23)).Of(new DateOnly(2026, 11, 18), Day));
        // Whoever counts at a closed point counts.
        Assert.Equal(new CountingHours(2, 24, 1, 2), new PointHours(closed, [Shift(At(6), At(8))], At(23)).Of(new DateOnly(2026, 11, 18), Day));
        Assert.Equal(new CountingHours(2, null, 1, 3), new PointHours(Post with { Opens = "", Closes = "" }, [Shift(At(6), At(8))], At(23)).Of(DateOnly.MinValue, Day));
    }
}
