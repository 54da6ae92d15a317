using Tambo.Flows.Collecting;

namespace Tambo.Tests.Flows.Collecting;

/// <summary>A day at a point: fewer people and fewer observers are told apart, and what is odd is pointed out, never refused.</summary>
public sealed class PointDayTests
{
    private static readonly DateOnly Day = new(2026, 11, 20);

    private static Point Post { get; } = new() { Code = "QUIMERA", TimeZone = "America/Panama", Opens = "06:00", Closes = "18:00", States = [new PointState(new DateOnly(2026, 11, 1), "active")] };

    // Panama is five hours behind UTC all year.
    private static DateTimeOffset At(int hour, int minute = 0, int second = 0) => new(2026, 11, 20, hour, minute, second, TimeSpan.FromHours(-5));

    private static DayRecord Record(DateTimeOffset at, int size = 3, string person = "enzo", string nationality = "VEN", DateTimeOffset? received = null) => new(
        new SentGroup { Id = Guid.CreateVersion7(at), ObservedAt = at, Size = size, Parts = [new SentPart { Nationality = nationality, Persons = size }] }, person, received ?? at);

    private static DayShift Shift(DateTimeOffset from, DateTimeOffset? until, string person = "enzo", int? refusals = null) => new(person, from, until, 1, refusals);

    [Fact]
    public void Hours_observed_are_the_union_of_shifts_within_those_open()
    {
        // 05:00-09:00 and 08:00-10:00 of two people, of which 06:00-10:00 is open; then 13:00-14:00.
        var day = new PointDay(Post, Day, [Shift(At(5), At(9)), Shift(At(8), At(10), "elsa", 2), Shift(At(13), At(14))], [], At(23));
        Assert.Equal((5d, 12d, 2), (day.HoursObserved, day.HoursOpen, day.Refusals));
        Assert.Equal([(At(10), At(13)), (At(14), At(18))], day.Gaps);
    }

    [Fact]
    public void Nothing_is_missing_of_what_lies_ahead_and_what_was_not_counted_is_not_zero()
    {
        var day = new PointDay(Post, Day, [Shift(At(6), null)], [Record(At(7, 30))], At(8));
        Assert.Equal((2d, 2d), (day.HoursObserved, day.HoursOpen));
        Assert.Empty(day.Gaps);
        Assert.Null(day.Refusals);
        Assert.Null(new PointDay(Post with { Opens = "", Closes = "" }, Day, [], [], At(8)).HoursOpen);
    }

    [Fact]
    public void A_shift_that_nobody_ended_goes_on_an_hour_after_the_last_record()
    {
        var day = new PointDay(Post, Day, [Shift(At(6), null)], [Record(At(7)), Record(At(9))], At(20));
        Assert.Equal(4d, day.HoursObserved);
        Assert.Equal([(At(10), At(18))], day.Gaps);
    }

    [Fact]
    public void A_point_open_over_midnight_is_so_in_the_morning_and_in_the_evening_of_each_day()
    {
        var night = Post with { Opens = "18:00", Closes = "06:00" };
        // From 20:00 of the day before until 04:00, then from 18:00 on, never said to have ended.
        var day = new PointDay(night, Day, [Shift(At(0).AddHours(-4), At(4)), Shift(At(18), null) with { LastAt = At(21) }], [Record(At(1)), Record(At(21))], At(23));
        Assert.Equal((8d, 11d), (day.HoursObserved, day.HoursOpen));
        Assert.Equal([(At(4), At(6)), (At(22), At(23))], day.Gaps);
        Assert.All(day.Records, record => Assert.Empty(record.Odd));
        var left = new PointDay(night, Day, [Shift(At(0).AddHours(-2), null) with { LastAt = At(0).AddMinutes(-10) }], [], At(12));
        Assert.Equal(5d / 6, left.HoursObserved, 6);
        Assert.Equal(12d, new PointDay(night, Day, [], [], At(23).AddDays(1)).HoursOpen);
    }

    [Fact]
    public void Groups_and_persons_are_counted_by_the_hour_at_the_point()
    {
        var day = new PointDay(Post, Day, [], [Record(At(7, 59), 4), Record(At(7), 1), Record(At(8), 5)], At(20));
        Assert.Equal([(2, 5), (1, 5), (0, 0)], day.ByHour.Skip(7).Take(3));
    }

    [Fact]
    public void What_is_odd_is_pointed_out()
    {
        var shift = Shift(At(6), At(12));
        var many = Enumerable.Range(0, 12).Select(i => Record(At(8, i), 2)).ToList();
        var day = new PointDay(
            Post, Day, [shift],
            [Record(At(7), 300), Record(At(7, 0, 4), 5), Record(At(7, 0, 6), 5, "elsa"), Record(At(13), 7), Record(At(11), 6, received: At(11).AddDays(2)), .. many], At(20));
        var said = day.Records.Where(record => record.Odd.Count > 0).ToDictionary(record => record.Group.ObservedAt.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture), record => string.Join(' ', record.Odd));
        Assert.Equal(
            new Dictionary<string, string> { ["07:00:00"] = "large", ["07:00:04"] = "fast", ["07:00:06"] = "outside", ["08:11:00"] = "same", ["11:00:00"] = "late", ["13:00:00"] = "outside" }, said);
        Assert.All(new PointDay(Post with { States = [new PointState(Day, "suspended")] }, Day, [shift], many, At(20)).Records, record => Assert.Contains("inactive", record.Odd));
    }
}
