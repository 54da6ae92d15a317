using System.Globalization;
using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>Short ways to write opening hours in tables: "MO,TU 09:00-17:00", "1MO 8:00-12:00", "MO 20:00-08:00+1".</summary>
internal static class Hours
{
    public static Schedule Rule(string rule, string? start = null, string? freq = null, int interval = 1)
    {
        var (days, times) = (rule.Split(' ')[0], rule.Split(' ')[1]);
        var nextDay = times.EndsWith("+1", StringComparison.Ordinal);
        var clock = times.Replace("+1", "", StringComparison.Ordinal).Split('-');
        var read = new ScheduleFields
        {
            Freq = freq,
            Byday = days == "*" ? "MO,TU,WE,TH,FR,SA,SU" : days,
            Dtstart = start,
            Interval = interval.ToString(CultureInfo.InvariantCulture),
            OpensAt = clock[0],
            ClosesAt = clock[1],
            ClosesNextDay = nextDay,
        }.Check("Etc/UTC");
        Assert.Empty(read.Issues);
        return read.Schedule!;
    }

    public static OpeningHours In(string zone, params string[] rules) =>
        new(ZoneClock.Find(zone), rules.Select(rule => Rule(rule)));

    public static DateOnly Day(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>"2026-03-08 01:59 -08:00"; without an offset, UTC.</summary>
    public static DateTimeOffset At(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    public static string Utc(DateTimeOffset? instant) =>
        instant?.ToUniversalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "-";

    /// <summary>"open 2026-03-08 15:00", "closed 2026-03-09 16:00", "unknown"; times in UTC.</summary>
    public static string Describe(OpenState state) => state.Opening switch
    {
        Opening.Open => "open " + Utc(state.Until),
        Opening.Closed => "closed " + Utc(state.OpensNext),
        _ => "unknown",
    };
}
