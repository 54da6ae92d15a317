using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>The worked examples of RFC 5545, section 3.8.5.3, that lie within the subset of HSDS.</summary>
public class RecurrenceTests
{
    public static TheoryData<string, string, string, string> Examples => new()
    {
        { "daily for 10 occurrences", "1997-09-02", "DAILY count=10",
            "1997-09-02 1997-09-03 1997-09-04 1997-09-05 1997-09-06 1997-09-07 1997-09-08 1997-09-09 1997-09-10 1997-09-11" },
        { "every 10 days, 5 occurrences", "1997-09-02", "DAILY interval=10 count=5",
            "1997-09-02 1997-09-12 1997-09-22 1997-10-02 1997-10-12" },
        { "weekly for 10 occurrences", "1997-09-02", "WEEKLY count=10",
            "1997-09-02 1997-09-09 1997-09-16 1997-09-23 1997-09-30 1997-10-07 1997-10-14 1997-10-21 1997-10-28 1997-11-04" },
        { "weekly on Tuesday and Thursday for five weeks", "1997-09-02", "WEEKLY until=1997-10-07 wkst=SU byday=TU,TH",
            "1997-09-02 1997-09-04 1997-09-09 1997-09-11 1997-09-16 1997-09-18 1997-09-23 1997-09-25 1997-09-30 1997-10-02 1997-10-07" },
        { "every other week on Tuesday and Thursday, for 8 occurrences", "1997-09-02", "WEEKLY interval=2 count=8 wkst=SU byday=TU,TH",
            "1997-09-02 1997-09-04 1997-09-16 1997-09-18 1997-09-30 1997-10-02 1997-10-14 1997-10-16" },
        { "the week starts on Monday", "1997-08-05", "WEEKLY interval=2 count=4 byday=TU,SU wkst=MO",
            "1997-08-05 1997-08-10 1997-08-19 1997-08-24" },
        { "the week starts on Sunday, which changes the days", "1997-08-05", "WEEKLY interval=2 count=4 byday=TU,SU wkst=SU",
            "1997-08-05 1997-08-17 1997-08-19 1997-08-31" },
        { "monthly on the first Friday for 10 occurrences", "1997-09-05", "MONTHLY count=10 byday=1FR",
            "1997-09-05 1997-10-03 1997-11-07 1997-12-05 1998-01-02 1998-02-06 1998-03-06 1998-04-03 1998-05-01 1998-06-05" },
        { "every other month on the first and last Sunday", "1997-09-07", "MONTHLY interval=2 count=10 byday=1SU,-1SU",
            "1997-09-07 1997-09-28 1997-11-02 1997-11-30 1998-01-04 1998-01-25 1998-03-01 1998-03-29 1998-05-03 1998-05-31" },
        { "monthly on the second-to-last Monday for 6 months", "1997-09-22", "MONTHLY count=6 byday=-2MO",
            "1997-09-22 1997-10-20 1997-11-17 1997-12-22 1998-01-19 1998-02-16" },
        { "monthly on the third-to-the-last day", "1997-09-28", "MONTHLY count=6 bymonthday=-3",
            "1997-09-28 1997-10-29 1997-11-28 1997-12-29 1998-01-29 1998-02-26" },
        { "monthly on the first and last day for 10 occurrences", "1997-09-30", "MONTHLY count=10 bymonthday=1,-1",
            "1997-09-30 1997-10-01 1997-10-31 1997-11-01 1997-11-30 1997-12-01 1997-12-31 1998-01-01 1998-01-31 1998-02-01" },
        { "every Friday the 13th", "1997-09-02", "MONTHLY count=5 byday=FR bymonthday=13",
            "1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13" },
        { "the first Saturday that follows the first Sunday", "1997-09-13", "MONTHLY count=10 byday=SA bymonthday=7,8,9,10,11,12,13",
            "1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10 1998-02-07 1998-03-07 1998-04-11 1998-05-09 1998-06-13" },
        { "an invalid date (30 February) is ignored", "2007-01-15", "MONTHLY count=5 bymonthday=15,30",
            "2007-01-15 2007-01-30 2007-02-15 2007-03-15 2007-03-30" },
    };

    [Theory, MemberData(nameof(Examples))]
    public void A_rule_falls_on_the_days_that_the_standard_names(string example, string start, string rule, string expected)
    {
        Assert.NotEmpty(example);
        var parts = rule.Split(' ');
        string? Part(string name) => Array.Find(parts, p => p.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        var fields = new ScheduleFields
        {
            Dtstart = start,
            Freq = parts[0],
            Interval = Part("interval"),
            Count = Part("count"),
            Until = Part("until"),
            Byday = Part("byday"),
            Bymonthday = Part("bymonthday"),
            Wkst = Part("wkst"),
            OpensAt = "09:00",
            ClosesAt = "10:00",
        };
        var read = fields.Check("America/New_York");
        Assert.Empty(read.Issues);
        var days = new ScheduleDays(read.Schedule!);
        var found = Enumerable.Range(DateOnly.Parse(start, null).DayNumber, 2000)
            .Where(days.On)
            .Select(day => DateOnly.FromDayNumber(day).ToString("yyyy-MM-dd", null));
        Assert.Equal(expected.Split(' '), found);
    }
}
