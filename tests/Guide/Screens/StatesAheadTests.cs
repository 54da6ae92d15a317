using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Guide.Schedules;
using Tambo.Guide.Screens;
using Tambo.Platform.Languages;

namespace Tambo.Tests.Guide.Screens;

/// <summary>A screen that lost the network says at each minute what the page would say.</summary>
public sealed class StatesAheadTests
{
    private static readonly Texts Spanish = TextCatalog.Load(Node.Parts.All.Select(part => part.Assembly)).In("es");

    // Santiago put its clocks forward at the midnight that began 6 September 2026 (IANA tzdata, zone America/Santiago).
    [Theory]
    [InlineData("America/Bogota", "2026-03-04T15:00:00Z", "MO,TU,WE,TH,FR", "08:00", "18:00")]
    [InlineData("America/Bogota", "2026-03-07T04:59:00Z", "SU", "09:30", "12:15")]
    [InlineData("America/Santiago", "2026-09-05T20:00:00Z", "SA,SU", "07:00", "23:00")]
    [InlineData("America/Bogota", "2026-03-04T15:00:00Z", "MO,TU,WE,TH,FR,SA,SU", "00:00", "24:00")]
    [InlineData("America/Bogota", "2026-03-04T15:00:00Z", "", "", "")]
    public void At_every_minute_of_a_day_and_a_half_it_is_what_the_page_would_say(string zone, string from, string days, string opens, string closes)
    {
        var now = DateTimeOffset.Parse(from, System.Globalization.CultureInfo.InvariantCulture);
        var service = new Service
        {
            Schedules = days.Length == 0 ? [] : [new PublishedSchedule { Id = Guid.Empty, Freq = "WEEKLY", Byday = days, OpensAt = opens, ClosesAt = closes }],
        };
        var hours = PlaceHours.Of(service, null, new Location { TimeZone = zone, Country = "XA" });

        var states = StatesAhead.Of(hours, now, Spanish, canBeCalled: false);

        Assert.Equal(now.ToUnixTimeSeconds(), states[0].From);
        for (var at = now; at < now + StatesAhead.Horizon; at = at.AddMinutes(1))
        {
            var said = states.Last(state => state.From <= at.ToUnixTimeSeconds());
            Assert.Equal((at, HoursInWords.State(hours, at, Spanish)), (at, said.Words));
            Assert.Equal(hours.OpeningAt(at) switch { Opening.Open => "good", Opening.Closed => "bad", _ => "" }, said.Tone);
        }

        Assert.True(states.Count < 10);
    }
}
