using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

public class OpeningHoursTests
{
    private const string Utc = "Etc/UTC";

    // 22 November 2026 is a Sunday.
    [Theory]
    [InlineData("office", "MO,TU,WE,TH,FR 09:00-17:00", "2026-11-23 08:59", "closed 2026-11-23 09:00")]
    [InlineData("office", "MO,TU,WE,TH,FR 09:00-17:00", "2026-11-23 09:00", "open 2026-11-23 17:00")]
    [InlineData("office", "MO,TU,WE,TH,FR 09:00-17:00", "2026-11-23 17:00", "closed 2026-11-24 09:00")]
    [InlineData("office, before the weekend", "MO,TU,WE,TH,FR 09:00-17:00", "2026-11-27 17:30", "closed 2026-11-30 09:00")]
    [InlineData("two rules that touch", "MO 09:00-12:00;MO 12:00-15:00", "2026-11-23 10:00", "open 2026-11-23 15:00")]
    [InlineData("two rules that overlap", "MO 09:00-13:00;MO 12:00-15:00", "2026-11-23 10:00", "open 2026-11-23 15:00")]
    [InlineData("lunch", "MO 09:00-12:00;MO 14:00-17:00", "2026-11-23 13:00", "closed 2026-11-23 14:00")]
    [InlineData("night shelter, evening", "* 19:00-08:00+1", "2026-11-22 23:00", "open 2026-11-23 08:00")]
    [InlineData("night shelter, morning", "* 19:00-08:00+1", "2026-11-23 07:59", "open 2026-11-23 08:00")]
    [InlineData("night shelter, noon", "* 19:00-08:00+1", "2026-11-23 12:00", "closed 2026-11-23 19:00")]
    [InlineData("until midnight", "SU 18:00-00:00", "2026-11-22 23:59", "open 2026-11-23 00:00")]
    [InlineData("24 hours on Sunday and Monday", "SU,MO 00:00-00:00", "2026-11-22 05:00", "open 2026-11-24 00:00")]
    [InlineData("never closed", "* 00:00-24:00", "2026-11-22 05:00", "open -")]
    [InlineData("clinic on the first Monday of the month", "1MO 08:00-12:00", "2026-11-22 05:00", "closed 2026-12-07 08:00")]
    [InlineData("clinic on the last Friday of the month", "-1FR 08:00-12:00", "2026-11-27 11:59", "open 2026-11-27 12:00")]
    public void The_door_says(string what, string rules, string now, string expected)
    {
        Assert.NotEmpty(what);
        Assert.Equal(expected, Hours.Describe(Hours.In(Utc, rules.Split(';')).StateAt(Hours.At(now))));
    }

    [Fact]
    public void Every_second_week_counts_from_the_first_date()
    {
        var hours = new OpeningHours(ZoneClock.Find(Utc), [Hours.Rule("TU 09:00-12:00", start: "2026-11-10", interval: 2)]);
        Assert.Equal(
            ["2026-11-10 09:00", "2026-11-24 09:00", "2026-12-08 09:00"],
            hours.Intervals(Hours.At("2026-11-01"), Hours.At("2026-12-20")).Select(i => Hours.Utc(i.From)));
    }

    [Theory]
    [InlineData("the day before", "2026-12-23 10:00", "open 2026-12-23 17:00")]
    [InlineData("closed on the 24th, short hours on the 26th", "2026-12-24 10:00", "closed 2026-12-26 10:00")]
    [InlineData("other hours on a Saturday", "2026-12-26 11:00", "open 2026-12-26 12:00")]
    [InlineData("a day inside of a longer closure, the shorter range wins", "2026-12-30 11:00", "open 2026-12-30 12:00")]
    [InlineData("the last closed day", "2027-01-01 10:00", "closed 2027-01-04 09:00")]
    public void Exceptions_win_over_the_rules(string what, string now, string expected)
    {
        Assert.NotEmpty(what);
        var shortDay = DayHours.Between(new TimeOnly(10, 0), new TimeOnly(12, 0));
        var hours = new OpeningHours(
            ZoneClock.Find(Utc),
            [Hours.Rule("MO,TU,WE,TH,FR 09:00-17:00")],
            [
                ExceptionalHours.ClosedOn(Hours.Day("2026-12-24"), Hours.Day("2027-01-03")),
                new ExceptionalHours(Hours.Day("2026-12-26"), Hours.Day("2026-12-26"), [shortDay]),
                new ExceptionalHours(Hours.Day("2026-12-30"), Hours.Day("2026-12-30"), [shortDay]),
            ]);
        Assert.Equal(expected, Hours.Describe(hours.StateAt(Hours.At(now))));
    }

    [Fact]
    public void A_night_belongs_to_the_day_on_which_it_begins()
    {
        var hours = new OpeningHours(
            ZoneClock.Find(Utc), [Hours.Rule("* 19:00-08:00+1")], [ExceptionalHours.ClosedOn(Hours.Day("2026-12-25"))]);
        Assert.Equal(
            ["2026-12-23 19:00", "2026-12-24 19:00", "2026-12-26 19:00"],
            hours.Intervals(Hours.At("2026-12-23 12:00"), Hours.At("2026-12-27 12:00")).Select(i => Hours.Utc(i.From)));
        Assert.Equal(Opening.Open, hours.OpeningAt(Hours.At("2026-12-25 07:00")));
    }

    [Theory]
    [InlineData("2026-05-31 10:00", "unknown")]
    [InlineData("2026-06-01 10:00", "open 2026-06-01 17:00")]
    [InlineData("2026-06-01 18:00", "closed 2026-06-02 09:00")]
    [InlineData("2026-08-31 18:00", "closed -")]
    [InlineData("2026-09-01 10:00", "unknown")]
    public void Outside_of_its_validity_nothing_is_known(string now, string expected)
    {
        var summer = Hours.Rule("* 09:00-17:00") with { ValidFrom = Hours.Day("2026-06-01"), ValidTo = Hours.Day("2026-08-31") };
        Assert.Equal(expected, Hours.Describe(new OpeningHours(ZoneClock.Find(Utc), [summer]).StateAt(Hours.At(now))));
    }

    [Theory]
    [InlineData("2026-05-30 10:00", "closed 2026-06-01 09:00")]
    [InlineData("2026-06-30 10:00", "open 2026-06-30 17:00")]
    [InlineData("2026-07-01 10:00", "closed -")]
    public void Before_the_start_and_after_the_end_of_a_recurrence_it_is_closed(string now, string expected)
    {
        var june = Hours.Rule("* 09:00-17:00", start: "2026-06-01") with { Until = Hours.Day("2026-06-30") };
        Assert.Equal(expected, Hours.Describe(new OpeningHours(ZoneClock.Find(Utc), [june]).StateAt(Hours.At(now))));
    }

    [Fact]
    public void Without_schedules_or_without_a_clock_the_hours_are_unknown_not_closed()
    {
        var now = Hours.At("2026-11-22 05:00");
        Assert.Equal(default, OpeningHours.Unknown.StateAt(now));
        Assert.Equal(Opening.Unknown, new OpeningHours(ZoneClock.Find(Utc), []).OpeningAt(now));
        Assert.Equal(Opening.Unknown, new OpeningHours(null, [Hours.Rule("* 00:00-24:00")]).OpeningAt(now));
        Assert.Null(OpeningHours.Unknown.NextBoundary(now));
        Assert.Empty(OpeningHours.Unknown.Intervals(now, now.AddDays(7)));
        Assert.Equal(WeekMask.MayAlwaysBeOpen, OpeningHours.Unknown.Week(now, now.AddDays(7)));
    }

    [Fact]
    public void With_a_schedule_that_was_not_understood_closed_means_unknown()
    {
        var hours = new OpeningHours(ZoneClock.Find(Utc), [Hours.Rule("MO 09:00-17:00")], complete: false);
        Assert.Equal(Opening.Open, hours.OpeningAt(Hours.At("2026-11-23 10:00")));
        Assert.Equal(Opening.Unknown, hours.OpeningAt(Hours.At("2026-11-23 18:00")));
    }

    [Fact]
    public void Public_holidays_close_only_a_service_that_says_so()
    {
        var rule = Hours.Rule("* 09:00-17:00");
        var christmas = Hours.At("2026-12-25 10:00");
        OpeningHours With(bool closed) => new(
            ZoneClock.Find("America/Guatemala"), [rule with { ClosedOnPublicHolidays = closed }],
            isPublicHoliday: date => PublicHolidays.Shipped.On("GT", date) is not null);
        Assert.Equal(Opening.Open, With(closed: false).OpeningAt(christmas.AddHours(6)));
        Assert.Equal(Opening.Closed, With(closed: true).OpeningAt(christmas.AddHours(6)));
    }

    [Theory]
    [InlineData("2026-11-23 08:00", "2026-11-23 09:00")]
    [InlineData("2026-11-23 09:00", "2026-11-23 17:00")]
    [InlineData("2026-11-23 17:00", "2026-11-30 09:00")]
    [InlineData("2026-11-30 17:00", "2026-12-02 00:00")]
    [InlineData("2026-12-02 00:00", "-")]
    public void The_next_boundary_is_when_a_cached_page_grows_old(string now, string expected)
    {
        var hours = new OpeningHours(ZoneClock.Find(Utc), [Hours.Rule("MO 09:00-17:00") with { ValidTo = Hours.Day("2026-12-01") }]);
        Assert.Equal(expected, Hours.Utc(hours.NextBoundary(Hours.At(now))));
    }

    [Fact]
    public void The_week_in_hours_of_UTC_has_a_bit_for_each_hour_that_is_touched()
    {
        // Monday 09:30 to 11:30 in Guatemala (UTC-6) is 15:30 to 17:30 UTC: hours 15, 16 and 17 of the week.
        var monday = Hours.At("2026-11-23");
        var mask = Hours.In("America/Guatemala", "MO 09:30-11:30").Week(monday, monday.AddDays(7));
        Assert.Equal([15, 16, 17], Enumerable.Range(0, WeekMask.Hours).Where(hour => mask[hour]));

        // Sunday 20:00 to 22:00 in Guatemala is Monday 02:00 to 04:00 UTC.
        mask = Hours.In("America/Guatemala", "SU 20:00-22:00").Week(monday, monday.AddDays(7));
        Assert.Equal([2, 3], Enumerable.Range(0, WeekMask.Hours).Where(hour => mask[hour]));
    }
}
