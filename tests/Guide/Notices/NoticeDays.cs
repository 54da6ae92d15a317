using System.Text.Json;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Notices;
using Tambo.Guide.Schedules;
using Tambo.Platform.Places;
using Tambo.Tests.Journeys;
using Tambo.Tests.Support;

namespace Tambo.Tests.Guide.Notices;

/// <summary>One moment of the table by which the node and devices are held to one rule.</summary>
internal sealed record NoticeDay(string Why, string[] Clocks, DateOnly From, DateOnly Until, DateTimeOffset Now, bool Shown)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<NoticeDay> All { get; } =
        JsonSerializer.Deserialize<NoticeDay[]>(File.ReadAllText(Path.Combine(Repository.Root, "tests", "data", "notices", "days.json")), Json)!;

    public NoticeSpan Span => NoticeSpan.Of(From, Until, [.. Clocks.Select(zone => ZoneClock.Find(zone)!)]);
}

/// <summary>A notice is shown on its days, on the clocks of its area.</summary>
public sealed class NoticeDaysTests
{
    [Fact]
    public void It_is_shown_from_the_first_midnight_of_its_days_to_the_last_on_the_clocks_of_its_area() =>
        Assert.Empty(NoticeDay.All.Where(day => day.Span.Holds(day.Now) != day.Shown).Select(day => day.Why));

    [Fact]
    public void A_municipality_is_found_by_its_town_and_takes_the_clock_of_the_state_where_it_has_none_of_its_own()
    {
        Assert.Equal("MX26043", NoticeAreas.Of(Gazetteer.Find("Nogales, Sonora", 1)[0].Point));
        Assert.Equal("MX26", NoticeAreas.Of(Spot.Start));
        var records = Spot.Records([new Spot("Casa")], SettableTime.Noon);
        var clocks = AreaClocks.Of(Offers.Of(PublicDirectory.Of(new ServiceDirectory(records, 1)), SettableTime.Noon).All);
        foreach (var area in new[] { "", "MX", "MX26", "MX26043" })
            Assert.Equal(["America/Bogota"], clocks.In(area).Select(clock => clock.Id));
        Assert.Empty(clocks.In("GT"));
    }
}
