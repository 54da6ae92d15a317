using Tambo.Platform.Clocks;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Tests.Support;

namespace Tambo.Tests.Platform.Clocks;

/// <summary>The zone of a node: which names are zones, and which moment a time on the wall is.</summary>
public sealed class NodeClockTests
{
    [Theory]
    [InlineData("America/Costa_Rica")]
    [InlineData("America/Argentina/Buenos_Aires")]
    [InlineData("America/Port-au-Prince")]
    [InlineData("UTC")]
    public void Zones_are_known_by_their_names(string name) => Assert.NotNull(Zones.Find(name));

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("America/Nowhere")]
    [InlineData("Central America Standard Time")]
    [InlineData("../../etc/passwd")]
    [InlineData("UTC-6")]
    public void Whatever_else_is_no_zone(string? name) => Assert.Null(Zones.Find(name));

    [Fact]
    public async Task A_node_does_not_start_with_a_zone_that_nobody_knows()
    {
        var refused = await Assert.ThrowsAsync<Problem>(() => TestNode.StartAsync(Engine.Sqlite, prepare: settings => settings with { File = settings.File with { TimeZone = "America/Nowhere" } }));
        Assert.Equal(
            (PlatformProblems.SettingUnusable, "timeZone", "America/Nowhere"),
            (refused.Kind, refused.Values.Single(value => value.Name == "name").Value, refused.Values.Single(value => value.Name == "value").Value));
    }

    [Fact]
    public async Task A_node_that_says_nothing_is_in_UTC_wherever_its_machine_is()
    {
        await using var node = await TestNode.StartAsync(Engine.Sqlite, new SettableTime(SettableTime.Noon));
        Assert.Equal(TimeSpan.Zero, node.Db.Time.GetLocalNow().Offset);
        Assert.Equal("UTC", node.Db.Time.LocalTimeZone.Id);
    }

    [Fact]
    public void The_settings_of_a_folder_name_the_zone()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """{ "timeZone": "America/Costa_Rica" }""");
            var settings = new NodeSettings { Folder = Path.GetTempPath(), File = NodeSettings.ReadFile(file) };
            Assert.Equal("America/Costa_Rica", settings.Zone.Id);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Clocks in Santiago are put back at the end of 4 April 2026 and forward at the beginning of 6 September; in Tijuana forward on 8 March, at two.
    [Theory]
    [InlineData("UTC", "2026-04-04T23:59", "2026-04-04T23:59:00Z")]
    [InlineData("America/Costa_Rica", "2026-04-04T23:59", "2026-04-05T05:59:00Z")]
    [InlineData("America/Santiago", "2026-04-04T22:59", "2026-04-05T01:59:00Z")]
    [InlineData("America/Santiago", "2026-04-04T23:59", "2026-04-05T02:59:00Z")]
    [InlineData("America/Santiago", "2026-04-05T00:00", "2026-04-05T04:00:00Z")]
    [InlineData("America/Santiago", "2026-09-05T23:59", "2026-09-06T03:59:00Z")]
    [InlineData("America/Santiago", "2026-09-06T00:00", "2026-09-06T04:00:00Z")]
    [InlineData("America/Santiago", "2026-09-06T01:00", "2026-09-06T04:00:00Z")]
    [InlineData("America/Tijuana", "2026-03-08T01:59", "2026-03-08T09:59:00Z")]
    [InlineData("America/Tijuana", "2026-03-08T02:30", "2026-03-08T10:00:00Z")]
    [InlineData("America/Tijuana", "2026-03-08T03:00", "2026-03-08T10:00:00Z")]
    [InlineData("Asia/Kathmandu", "0001-01-01T00:00", "0001-01-01T00:00:00Z")]
    [InlineData("America/Tijuana", "9999-12-31T23:59", "9999-12-31T23:59:59.9999999Z")]
    public void A_time_on_the_wall_is_its_first_moment_or_the_next_that_there_is(string zone, string local, string moment) => Assert.Equal(
        DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture),
        Zones.Find(zone)!.MomentOf(DateTime.Parse(local, System.Globalization.CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("America/Santiago")]
    [InlineData("America/Tijuana")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Apia")]
    public void Every_day_begins_and_ends_within_itself_and_the_next_begins_after_it(string zone)
    {
        var clock = new NodeClock(new SettableTime(SettableTime.Noon), Zones.Find(zone)!);
        for (var day = new DateOnly(2026, 1, 1); day.Year < 2028; day = day.AddDays(1))
        {
            Assert.Equal((day, day), (clock.DayOf(clock.StartOf(day)), clock.DayOf(clock.EndOf(day))));
            Assert.Equal(day.AddDays(-1), clock.DayOf(clock.StartOf(day).AddTicks(-1)));
        }
    }

    [Fact]
    public void Today_changes_when_the_clocks_of_the_node_say_midnight()
    {
        var time = new SettableTime(new DateTimeOffset(2026, 3, 4, 5, 59, 59, TimeSpan.Zero));
        var clock = new NodeClock(time, Zones.Find("America/Costa_Rica")!);
        Assert.Equal(new DateOnly(2026, 3, 3), clock.Today);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(new DateOnly(2026, 3, 4), clock.Today);
        Assert.Equal(new DateOnly(2026, 3, 4), new NodeClock(time, TimeZoneInfo.Utc).Today);
    }
}
