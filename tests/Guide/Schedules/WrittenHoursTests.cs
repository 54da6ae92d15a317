using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>Hours as files write them: what is understood, and what becomes an issue of its line.</summary>
public class WrittenHoursTests
{
    private const string Zone = "America/Tijuana";
    private static readonly ScheduleFields Office = new() { Freq = "WEEKLY", Byday = "MO", OpensAt = "09:00", ClosesAt = "17:00" };

    [Theory]
    [InlineData("9:00", "17:00", false, 540, 480)]
    [InlineData("09:00:00", "17:30:00", false, 540, 510)]
    [InlineData("00:00", "00:00", false, 0, 1440)]
    [InlineData("00:00", "24:00", false, 0, 1440)]
    [InlineData("00:00:00", "23:59:59", false, 0, 1440)]
    [InlineData("00:00", "23:59", false, 0, 1440)]
    [InlineData("18:00", "00:00", false, 1080, 360)]
    [InlineData("20:00", "08:00", true, 1200, 720)]
    [InlineData("20:00", "00:00", true, 1200, 240)]
    [InlineData("08:00", "08:00", true, 480, 1440)]
    [InlineData("09:00-08:00", "17:00-08:00", false, 540, 480)]
    [InlineData("09:00-07:00", "17:00-07:00", false, 540, 480)]
    public void Times_are_read(string opens, string closes, bool nextDay, int from, int length)
    {
        var read = (Office with { OpensAt = opens, ClosesAt = closes, ClosesNextDay = nextDay }).Check(Zone);
        Assert.Empty(read.Issues);
        Assert.Equal(new DayHours(from, length), read.Schedule!.Hours);
    }

    [Theory]
    [InlineData("17:00", "09:00", "ends_before_start", "closes_at")]
    [InlineData("20:00", "08:00", "ends_before_start", "closes_at")]
    [InlineData("09:00", "09:00", "no_length", "closes_at")]
    [InlineData("25:00", "26:00", "bad_time", "opens_at")]
    [InlineData("24:00", "24:00", "bad_time", "opens_at")]
    [InlineData("09:00", "24:01", "bad_time", "closes_at")]
    [InlineData("09:60", "17:00", "bad_time", "opens_at")]
    [InlineData("nine", "17:00", "bad_time", "opens_at")]
    [InlineData("9 am", "5 pm", "bad_time", "opens_at")]
    [InlineData("-9:00", "17:00", "bad_time", "opens_at")]
    [InlineData("٠٩:٠٠", "17:00", "bad_time", "opens_at")]
    [InlineData("09:00Z", "17:00-05:00", "bad_time", "closes_at")]
    [InlineData("09:00Z", "17:00Z", "offset_contradicts_zone", "opens_at")]
    [InlineData("09:00", null, "half_hours", "closes_at")]
    [InlineData(" ", "17:00", "half_hours", "opens_at")]
    [InlineData(null, null, "half_hours", "opens_at")]
    public void Impossible_times_are_issues(string? opens, string? closes, string code, string field)
    {
        var read = (Office with { OpensAt = opens, ClosesAt = closes }).Check(Zone);
        var issue = Assert.Single(read.Issues);
        Assert.Equal((code, field, true), (issue.Code, issue.Field, issue.Fatal));
        Assert.Null(read.Schedule);
    }

    public static TheoryData<string, string, string> Impossible => new()
    {
        { "byday=XX", "unknown_day", "byday" },
        { "byday=MO,0TU", "unknown_day", "byday" },
        { "byday=6MO freq=MONTHLY", "unknown_day", "byday" },
        { "byday=Monday", "unknown_day", "byday" },
        { "byday=1MO", "nth_needs_month", "byday" },
        { "freq=HOURLY", "unknown_frequency", "freq" },
        { "freq=1", "unknown_frequency", "freq" },
        { "freq=YEARLY", "unknown_frequency", "freq" },
        { "byday=", "days_missing", "byday" },
        { "freq=MONTHLY byday= bymonthday=32", "bad_month_day", "bymonthday" },
        { "freq=MONTHLY byday= bymonthday=0", "bad_month_day", "bymonthday" },
        { "interval=0", "bad_interval", "interval" },
        { "interval=-1", "bad_interval", "interval" },
        { "interval=99999999999", "bad_interval", "interval" },
        { "interval=2", "start_missing", "interval" },
        { "count=3", "start_missing", "count" },
        { "count=0", "bad_count", "count" },
        { "count=1.5", "bad_count", "count" },
        { "dtstart=2026-02-30", "bad_date", "dtstart" },
        { "until=31/12/2026", "bad_date", "until" },
        { "dtstart=2026-06-01 until=2026-05-31", "until_before_start", "until" },
        { "valid_from=2026-06-01 valid_to=2026-05-31", "validity_reversed", "valid_to" },
        { "byweekno=41,42", "not_supported", "byweekno" },
        { "byyearday=2", "not_supported", "byyearday" },
        { "timezone=99", "bad_offset", "timezone" },
        { "timezone=EST", "bad_offset", "timezone" },
        { "wkst=XX", "unknown_day", "wkst" },
    };

    [Theory, MemberData(nameof(Impossible))]
    public void Impossible_rules_are_issues(string change, string code, string field)
    {
        var read = Changed(change).Check(Zone);
        Assert.Contains(read.Issues, issue => (issue.Code, issue.Field, issue.Fatal) == (code, field, true));
        Assert.Null(read.Schedule);
        Assert.False(read.Understood);
    }

    [Fact]
    public void An_unknown_zone_is_an_issue_and_no_zone_at_all_too()
    {
        Assert.Equal("zone_unknown", Office.Check("Mars/Olympus").Issues[0].Code);
        Assert.Equal("zone_missing", Assert.Single(Office.Check(null).Issues).Code);
    }

    [Theory]
    [InlineData("3", null, "UTC+03:00")]
    [InlineData("-5", null, "UTC-05:00")]
    [InlineData("-3.5", null, "UTC-03:30")]
    [InlineData("-5", "America/Port-au-Prince", "America/Port-au-Prince")]
    public void The_number_of_HSDS_counts_when_no_zone_is_known(string timezone, string? zone, string clock)
    {
        var read = (Office with { Timezone = timezone }).Check(zone);
        Assert.Empty(read.Issues);
        Assert.Equal(clock, read.Clock!.Id);
    }

    [Fact]
    public void A_number_that_contradicts_the_zone_is_noted_and_the_zone_holds()
    {
        var read = (Office with { Timezone = "3" }).Check(Zone);
        Assert.Equal(("offset_contradicts_zone", false), (read.Issues[0].Code, read.Issues[0].Fatal));
        Assert.Equal(Zone, read.Clock!.Id);
        Assert.NotNull(read.Schedule);
    }

    [Fact]
    public void A_schedule_that_holds_only_words_is_no_mistake()
    {
        var read = new ScheduleFields().Check(Zone);
        Assert.Empty(read.Issues);
        Assert.Null(read.Schedule);
    }

    [Fact]
    public void The_example_of_HSDS_itself_picks_weeks_of_the_year_and_so_counts_as_unknown()
    {
        // Open Referral, HSDS 3.0, example of the table schedule.
        var read = new ScheduleFields
        {
            ValidFrom = "2005-01-01",
            ValidTo = "2005-01-01",
            Dtstart = "2005-01-01",
            Timezone = "3",
            Until = "2005-01-01",
            Count = "3",
            Wkst = "TU",
            Freq = "WEEKLY",
            Interval = "1",
            Byday = "TH,FR",
            Byweekno = "41,42",
            Bymonthday = "2,3,4",
            Byyearday = "2,3,4",
            OpensAt = "10:00:00",
            ClosesAt = "18:00:00",
        }.Check(null);
        Assert.Equal(["until_and_count", "not_supported", "not_supported"], read.Issues.Select(issue => issue.Code));
        Assert.Null(read.Schedule);
    }

    [Fact]
    public void A_start_without_a_rule_is_one_day()
    {
        var read = (Office with { Freq = null, Byday = null, Dtstart = "2026-12-05" }).Check(Zone);
        var days = new ScheduleDays(read.Schedule!);
        Assert.Equal([Hours.Day("2026-12-05").DayNumber], Enumerable.Range(Hours.Day("2026-01-01").DayNumber, 800).Where(days.On));
    }

    [Theory]
    [InlineData("2026-12-24", "2026-12-26", true, null, null, null)]
    [InlineData("2026-12-24", null, false, "10:00", "12:00", null)]
    [InlineData("2026-12-24", "2026-12-20", true, null, null, "validity_reversed")]
    [InlineData("24 December", null, true, null, null, "bad_date")]
    [InlineData(null, null, true, null, null, "bad_date")]
    [InlineData("2026-12-24", null, false, null, null, "half_hours")]
    [InlineData("2026-12-24", null, false, "12:00", "10:00", "ends_before_start")]
    public void Exceptions_are_read(string? from, string? to, bool closed, string? opens, string? closes, string? code)
    {
        var (exception, issues) = new ExceptionFields(from, to, closed, opens, closes).Check();
        Assert.Equal(code, issues.SingleOrDefault()?.Code);
        Assert.Equal(code is null, exception is not null);
        Assert.Equal(closed, exception?.Closed ?? closed);
    }

    [Fact]
    public void A_long_hostile_value_is_shortened_in_its_issue()
    {
        var issue = Assert.Single((Office with { Byday = new string('x', 100_000) }).Check(Zone).Issues, i => i.Code == "unknown_day");
        Assert.Equal(61, issue.Value.Length);
    }

    [Fact]
    public void A_list_of_a_hundred_thousand_days_is_seven_days_or_one_issue()
    {
        var many = string.Join(',', Enumerable.Repeat("MO,TU,XX", 100_000));
        Assert.Single((Office with { Byday = many }).Check(Zone).Issues, issue => issue.Code == "unknown_day");
        Assert.Equal(2, (Office with { Byday = many.Replace("XX", "MO", StringComparison.Ordinal) }).Check(Zone).Schedule!.Days.Count);
    }

    private static ScheduleFields Changed(string change)
    {
        var fields = Office;
        foreach (var part in change.Split(' '))
        {
            var (name, value) = (part.Split('=')[0], part.Split('=')[1]);
            fields = name switch
            {
                "byday" => fields with { Byday = value },
                "freq" => fields with { Freq = value },
                "bymonthday" => fields with { Bymonthday = value },
                "interval" => fields with { Interval = value },
                "count" => fields with { Count = value },
                "dtstart" => fields with { Dtstart = value },
                "until" => fields with { Until = value },
                "valid_from" => fields with { ValidFrom = value },
                "valid_to" => fields with { ValidTo = value },
                "byweekno" => fields with { Byweekno = value },
                "byyearday" => fields with { Byyearday = value },
                "timezone" => fields with { Timezone = value },
                "wkst" => fields with { Wkst = value },
                _ => throw new ArgumentException(name, nameof(change)),
            };
        }
        return fields;
    }
}
