using Tambo.Guide.Schedules;

namespace Tambo.Tests.Guide.Schedules;

/// <summary>Changes of clocks, from the IANA time zone database.</summary>
public class ClocksTests
{
    /// <summary>
    /// Tijuana keeps the dates of the United States (2:00, 8 March and 1 November 2026), Havana changes at midnight,
    /// Port-au-Prince as New York, São Paulo has had no summer time since 2019.
    /// </summary>
    [Theory]
    // The hour from 2:00 to 3:00 does not exist on 8 March: eight hours on the clock of a night shelter are seven.
    [InlineData("America/Tijuana", "SA 22:00-06:00+1", "2026-03-07", "2026-03-08 06:00", "2026-03-08 13:00")]
    [InlineData("America/Tijuana", "SA 22:00-06:00+1", "2026-10-31", "2026-11-01 05:00", "2026-11-01 14:00")]
    [InlineData("America/Tijuana", "SU 09:00-17:00", "2026-03-08", "2026-03-08 16:00", "2026-03-09 00:00")]
    [InlineData("America/Tijuana", "SU 09:00-17:00", "2026-11-01", "2026-11-01 17:00", "2026-11-02 01:00")]
    // 2:30 never comes on 8 March: RFC 5545 reads it with the offset before, which is 3:30 summer time.
    [InlineData("America/Tijuana", "SU 02:30-05:00", "2026-03-08", "2026-03-08 10:30", "2026-03-08 12:00")]
    // 1:30 comes twice on 1 November: the first is meant.
    [InlineData("America/Tijuana", "SU 01:30-05:00", "2026-11-01", "2026-11-01 08:30", "2026-11-01 13:00")]
    // In Havana, 8 March begins at 1:00, and the midnight of 1 November comes twice.
    [InlineData("America/Havana", "SU 00:00-24:00", "2026-03-08", "2026-03-08 05:00", "2026-03-09 04:00")]
    [InlineData("America/Havana", "SU 00:00-24:00", "2026-11-01", "2026-11-01 04:00", "2026-11-02 05:00")]
    [InlineData("America/Havana", "SA 18:00-00:00", "2026-03-07", "2026-03-07 23:00", "2026-03-08 05:00")]
    [InlineData("America/Port-au-Prince", "SU 08:00-12:00", "2026-03-08", "2026-03-08 12:00", "2026-03-08 16:00")]
    [InlineData("America/Port-au-Prince", "SU 08:00-12:00", "2026-03-01", "2026-03-01 13:00", "2026-03-01 17:00")]
    [InlineData("America/Sao_Paulo", "TU 09:00-17:00", "2026-01-13", "2026-01-13 12:00", "2026-01-13 20:00")]
    [InlineData("America/Sao_Paulo", "TU 09:00-17:00", "2019-01-15", "2019-01-15 11:00", "2019-01-15 19:00")]
    // On 4 November 2018 São Paulo's day began at 1:00.
    [InlineData("America/Sao_Paulo", "SU 00:00-08:00", "2018-11-04", "2018-11-04 03:00", "2018-11-04 10:00")]
    // Both sides of the date line: the same Monday, 25 hours apart.
    [InlineData("Pacific/Kiritimati", "MO 09:00-17:00", "2026-06-01", "2026-05-31 19:00", "2026-06-01 03:00")]
    [InlineData("Pacific/Pago_Pago", "MO 09:00-17:00", "2026-06-01", "2026-06-01 20:00", "2026-06-02 04:00")]
    [InlineData("Asia/Kathmandu", "MO 09:00-17:00", "2026-06-01", "2026-06-01 03:15", "2026-06-01 11:15")]
    public void A_day_opens_and_closes_at_these_instants(string zone, string rule, string day, string opensUtc, string closesUtc)
    {
        var date = Hours.Day(day);
        var schedule = Hours.Rule(rule) with { ValidFrom = date, ValidTo = date };
        var hours = new OpeningHours(ZoneClock.Find(zone), [schedule]);

        var only = Assert.Single(hours.Intervals(Hours.At(opensUtc).AddDays(-3), Hours.At(opensUtc).AddDays(4)));

        Assert.Equal((opensUtc, closesUtc), (Hours.Utc(only.From), Hours.Utc(only.To)));
        Assert.Equal(Opening.Open, hours.OpeningAt(only.From));
        Assert.NotEqual(Opening.Open, hours.OpeningAt(only.From.AddMinutes(-1)));
        Assert.Equal(Opening.Open, hours.OpeningAt(only.To.AddMinutes(-1)));
        Assert.NotEqual(Opening.Open, hours.OpeningAt(only.To));
    }

    [Fact]
    public void A_day_that_a_country_skipped_has_no_openings()
    {
        // Samoa went from Thursday 29 to Saturday 31 December 2011.
        var hours = Hours.In("Pacific/Apia", "TH 09:00-17:00", "FR 09:00-17:00");
        var found = hours.Intervals(Hours.At("2011-12-28"), Hours.At("2012-01-04"));
        Assert.Equal(["2011-12-29 19:00"], found.Select(interval => Hours.Utc(interval.From)));
    }

    [Fact]
    public void A_place_that_never_closes_has_no_gap_when_clocks_change()
    {
        foreach (var zone in new[] { "America/Tijuana", "America/Havana", "America/Port-au-Prince", "America/Sao_Paulo" })
        {
            var (from, to) = (Hours.At("2026-01-01"), Hours.At("2027-01-01"));
            Assert.Equal(
                [new OpenInterval(from, to)],
                Hours.In(zone, "* 00:00-24:00").Intervals(from, to));
        }
    }

    [Fact]
    public void Times_carry_the_offset_of_the_place()
    {
        var state = Hours.In("America/Tijuana", "SU 09:00-17:00").StateAt(Hours.At("2026-03-08 17:00"));
        Assert.Equal(new TimeSpan(-7, 0, 0), state.Until!.Value.Offset);
        Assert.Equal(new TimeSpan(17, 0, 0), state.Until.Value.TimeOfDay);
    }

    [Theory]
    [InlineData("Mars/Olympus")]
    [InlineData("../../etc/passwd")]
    [InlineData("America/../America/Havana")]
    [InlineData("zone.tab")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_zone_has_no_clock(string? zone) => Assert.Null(ZoneClock.Find(zone));
}
