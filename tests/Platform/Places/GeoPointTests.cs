using FsCheck;
using FsCheck.Fluent;
using Tambo.Platform.Places;

namespace Tambo.Tests.Platform.Places;

public sealed class GeoPointTests
{
    private static readonly Gen<GeoPoint> AnyPoint =
        from latitude in Gen.Choose(-9000, 9000)
        from longitude in Gen.Choose(-18000, 18000)
        select new GeoPoint(latitude / 100.0, longitude / 100.0);

    [Fact]
    public void From_equator_to_pole_is_a_quarter_of_the_circumference()
    {
        var quarter = Math.PI / 2 * 6_371_008.8; // IUGG mean radius
        Assert.Equal(quarter, new GeoPoint(0, 10).MetresTo(new GeoPoint(90, -50)), 0.01);
        Assert.Equal(2 * quarter, new GeoPoint(20, 30).MetresTo(new GeoPoint(-20, -150)), 0.01);
    }

    [Fact]
    public void Nashville_to_los_angeles_is_as_in_the_published_example()
    {
        // Rosetta Code, "Haversine formula": 2887.2599506 km with a radius of 6372.8 km.
        var expected = 2_887_259.9506 * 6_371_008.8 / 6_372_800;
        Assert.Equal(expected, new GeoPoint(36.12, -86.67).MetresTo(new GeoPoint(33.94, -118.40)), 0.1);
    }

    [Fact]
    public void Across_the_antimeridian_the_short_way_is_taken() =>
        Assert.Equal(new GeoPoint(0, 0).MetresTo(new GeoPoint(0, 2)), new GeoPoint(0, 179).MetresTo(new GeoPoint(0, -179)), 0.01);

    [Fact]
    public void The_way_there_is_as_long_as_the_way_back_and_never_longer_than_half_the_earth() =>
        Check.QuickThrowOnFailure(Prop.ForAll(AnyPoint.Two().ToArbitrary(), pair =>
        {
            var (a, b) = pair;
            var there = a.MetresTo(b);
            return Math.Abs(there - b.MetresTo(a)) < 1e-6 && there >= 0 && there <= (Math.PI * 6_371_008.8) + 1e-6 && a.MetresTo(a) == 0;
        }));

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0, -78.5, true)]
    [InlineData(12.5, 0, true)]
    [InlineData(90, 180, true)]
    [InlineData(90.0001, 0, false)]
    [InlineData(32.5, -181, false)]
    [InlineData(double.NaN, 10, false)]
    [InlineData(10, double.PositiveInfinity, false)]
    public void A_position_is_on_the_earth_and_is_not_nothing(double latitude, double longitude, bool expected)
    {
        Assert.Equal(expected, new GeoPoint(latitude, longitude).IsPosition);
        Assert.Equal(expected, GeoPoint.From(latitude, longitude) is not null);
    }

    [Fact]
    public void Half_a_position_is_none() => Assert.Null(GeoPoint.From(32.5, null));

    [Fact]
    public void A_coarse_point_keeps_two_decimals() =>
        Assert.Equal(new GeoPoint(32.53, -117.04), new GeoPoint(32.5349, -117.0381).Coarse());
}
