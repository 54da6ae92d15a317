using Tambo.Platform.Places;

namespace Tambo.Tests.Platform.Places;

/// <summary>The index of a country's places says of each box what looking at every place says.</summary>
public sealed class CountryPlacesTests
{
    [Theory]
    [InlineData("US")]
    [InlineData("PA")]
    [InlineData("CL")]
    public void Of_any_box_it_says_what_a_look_at_every_place_says(string country)
    {
        var chance = new Random(11);
        var (index, places) = (Gazetteer.Of(country), Gazetteer.Within(new GeoPoint(-90, -180), new GeoPoint(90, 180), int.MaxValue).Where(place => place.Country == country).Select(place => place.Point).ToList());
        Assert.Equal(places.Count, index.Count);
        var any = 0;
        for (var at = 0; at < 2_000; at++)
        {
            // Some corners lie on a place, some sizes are none.
            var corner = at % 3 == 0 ? places[chance.Next(places.Count)] : new GeoPoint((chance.NextDouble() * 130) - 60, (chance.NextDouble() * 150) - 170);
            var (high, wide) = (at % 5 == 0 ? 0 : chance.NextDouble() * Math.Pow(10, chance.Next(-2, 2)), at % 7 == 0 ? 0 : chance.NextDouble() * 10);
            var far = new GeoPoint(Math.Min(90, corner.Latitude + high), Math.Min(180, corner.Longitude + wide));
            var expected = places.Exists(place => place.Latitude >= corner.Latitude && place.Latitude <= far.Latitude && place.Longitude >= corner.Longitude && place.Longitude <= far.Longitude);
            Assert.Equal(expected, index.AnyWithin(corner, far));
            any += expected ? 1 : 0;
        }

        Assert.InRange(any, 600, 1_900);
        Assert.Equal(0, Gazetteer.Of("QQ").Count);
    }
}
