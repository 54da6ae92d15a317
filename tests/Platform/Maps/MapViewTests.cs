using FsCheck;
using FsCheck.Fluent;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;

namespace Tambo.Tests.Platform.Maps;

public sealed class MapViewTests
{
    private static readonly Gen<GeoPoint> AnyPoint =
        from latitude in Gen.Choose(-8000, 8000)
        from longitude in Gen.Choose(-18000, 18000)
        select new GeoPoint(latitude / 100.0, longitude / 100.0);

    [Theory]
    [InlineData(0, -180, 0, 0.5)]
    [InlineData(0, 180, 1, 0.5)]
    [InlineData(85.0511287798066, 0, 0.5, 0)]
    [InlineData(-85.0511287798066, 90, 0.75, 1)]
    [InlineData(90, 0, 0.5, 0)]
    public void The_mercator_world_is_a_square_of_size_one(double latitude, double longitude, double x, double y)
    {
        Assert.Equal(x, WebMercator.X(longitude), 1e-12);
        Assert.Equal(y, WebMercator.Y(latitude), 1e-12);
    }

    [Fact]
    public void A_tile_of_the_usual_web_maps_begins_where_theirs_does()
    {
        // OpenStreetMap wiki, "Slippy map tilenames": tile 17/65544/43582 has its north-west corner at
        // longitude 65544 / 2^17 * 360 - 180 and latitude atan(sinh(pi - 2 pi * 43582 / 2^17)).
        const double tiles = 1 << 17;
        var latitude = Math.Atan(Math.Sinh(Math.PI - (2 * Math.PI * 43582 / tiles))) * 180 / Math.PI;
        Assert.Equal(43582 / tiles, WebMercator.Y(latitude), 1e-12);
        Assert.Equal(latitude, WebMercator.Latitude(43582 / tiles), 1e-12);
        Assert.Equal((65544 / tiles * 360) - 180, WebMercator.Longitude(65544 / tiles), 1e-12);
    }

    [Fact]
    public void Every_point_is_in_view_and_clear_of_the_edge() =>
        Check.QuickThrowOnFailure(Prop.ForAll(AnyPoint.NonEmptyListOf().ToArbitrary(), points =>
        {
            var view = MapView.Fit([.. points], 360, 280);
            return points.Select(view.ToPixel).All(p => p.X is > 27.9 and < 332.1 && p.Y is > 27.9 and < 252.1);
        }));

    [Fact]
    public void Two_points_beside_the_antimeridian_are_shown_side_by_side()
    {
        var view = MapView.Fit([new GeoPoint(-17, 179), new GeoPoint(-17, -179)], 360, 280);
        Assert.InRange(view.East - view.West, 2, 3);
        Assert.True(view.ToPixel(new GeoPoint(-17, 179)).X < view.ToPixel(new GeoPoint(-17, -179)).X);
    }

    [Fact]
    public void One_point_stands_in_the_middle_of_ten_kilometres()
    {
        var view = MapView.Fit([new GeoPoint(14.9, -92.26)], 400, 300);
        var (x, y) = view.ToPixel(new GeoPoint(14.9, -92.26));
        Assert.Equal((200, 150), (x, y), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-6 && Math.Abs(a.Item2 - b.Item2) < 1e-6);
        Assert.Equal(10_000, view.MetresPerPixel * 300, 1);
    }

    [Fact]
    public void A_distance_on_the_map_is_the_distance_on_the_ground()
    {
        GeoPoint a = new(32.50, -117.05), b = new(32.50, -116.95);
        var view = MapView.Fit([a, b], 360, 280);
        var pixels = view.ToPixel(b).X - view.ToPixel(a).X;
        Assert.InRange(pixels * view.MetresPerPixel / a.MetresTo(b), 0.999, 1.001);
    }

    [Fact]
    public void Without_points_the_world_is_in_view()
    {
        var view = MapView.Fit([], 360, 280);
        Assert.True(view.East - view.West >= 360);
    }

    [Theory]
    [InlineData(9_999, 5_000)]
    [InlineData(5_000, 5_000)]
    [InlineData(4_999, 2_000)]
    [InlineData(1_999, 1_000)]
    [InlineData(0.7, 0.5)]
    public void A_scale_bar_has_a_round_length(double most, double length) => Assert.Equal(length, ScaleBar.LargestRound(most), 1e-9);

    [Fact]
    public void A_scale_bar_is_as_long_as_it_says()
    {
        var view = MapView.Fit([new GeoPoint(19.4, -99.2), new GeoPoint(19.5, -99.0)], 360, 280);
        var bar = ScaleBar.Of(view)!;
        Assert.Equal("5 km", bar.Text);
        Assert.InRange(bar.Pixels * view.MetresPerPixel, 5000 - view.MetresPerPixel, 5000 + view.MetresPerPixel);
    }

    [Fact]
    public void A_map_of_a_continent_has_no_scale_bar() =>
        Assert.Null(ScaleBar.Of(MapView.Fit([new GeoPoint(45, -75), new GeoPoint(-34, -58)], 360, 280)));
}
