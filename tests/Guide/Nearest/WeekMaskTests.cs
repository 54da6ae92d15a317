using Tambo.Guide.Nearest;
using Xunit;

namespace Tambo.Tests.Guide.Nearest;

public sealed class WeekMaskTests
{
    private const int Day = 24 * 60;

    [Theory]
    [InlineData("2026-11-23T00:00:00Z", 0)] // a Monday
    [InlineData("2026-11-22T23:59:59Z", 167)] // the Sunday before
    [InlineData("2026-11-25T09:30:00-05:00", 2 * 24 + 14)]
    public void The_hour_of_the_week_begins_on_monday_in_utc(string moment, int hour) =>
        Assert.Equal(hour, WeekMask.HourAt(DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData(9 * 60, 17 * 60, new[] { 9, 10, 11, 12, 13, 14, 15, 16 })]
    [InlineData(9 * 60 + 59, 10 * 60 + 1, new[] { 9, 10 })]
    [InlineData(6 * Day + 22 * 60, 2 * 60, new[] { 166, 167, 0, 1 })] // Sunday night into Monday
    [InlineData(5, 5, new int[0])]
    public void An_hour_counts_as_soon_as_one_minute_of_it_does(int from, int to, int[] hours) =>
        Assert.Equal(hours.Order(), HoursOf(WeekMask.None.WithMinutes(from, to)));

    [Fact]
    public void A_whole_week_is_always()
    {
        Assert.Equal(WeekMask.Always, WeekMask.None.WithMinutes(0, 7 * Day));
        Assert.Equal(WeekMask.Hours, HoursOf(WeekMask.Always).Count());
        Assert.Equal(WeekMask.Always, WeekMask.Always | WeekMask.None);
        Assert.True(WeekMask.None.IsEmpty);
    }

    [Fact]
    public void Each_hour_has_a_bit_of_its_own()
    {
        for (var hour = 0; hour < WeekMask.Hours; hour++)
        {
            Assert.Equal([hour], HoursOf(WeekMask.None.With(hour)));
            var table = new uint[WeekMask.Hours * 2];
            WeekMask.None.With(hour).Spread(table, 2, 1, 4);
            Assert.Equal(hour * 2 + 1, Array.FindIndex(table, word => word == 4));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => WeekMask.None.With(WeekMask.Hours));
        Assert.Throws<ArgumentOutOfRangeException>(() => WeekMask.None.Has(-1));
    }

    private static IEnumerable<int> HoursOf(WeekMask mask) => Enumerable.Range(0, WeekMask.Hours).Where(mask.Has);
}
