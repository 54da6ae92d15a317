using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Tambo.Platform.Maps;
using Tambo.Platform.Places;

namespace Tambo.Tests.Platform.Maps;

public sealed partial class OutlineTests
{
    [Fact]
    public void A_line_is_decoded_as_in_the_documented_example() =>
        // Google Maps Platform, "Encoded Polyline Algorithm Format": (38.5, -120.2), (40.7, -120.95), (43.252, -126.453).
        Assert.Equal([3850000, -12020000, 4070000, -12095000, 4325200, -12645300], Outlines.Decode("_p~iF~ps|U_ulLnnqC_mqNvxq`@"));

    [Theory]
    [InlineData("americas-10m.csv", 1000)]
    [InlineData("americas-50m.csv", 100)]
    [InlineData("world-110m.csv", 100)]
    public void Large_inland_cities_lie_inside_their_countries(string file, double steps)
    {
        (string Country, double Latitude, double Longitude)[] cities =
        [
            ("BR", -15.78, -47.93), ("BO", -17.79, -63.18), ("CO", 4.61, -74.08), ("PY", -23.4, -57.43), ("MX", 19.43, -99.13),
            ("GT", 14.64, -90.51), ("HN", 14.08, -87.21), ("US", 41.85, -87.75), ("CA", 53.55, -113.47), ("AR", -31.41, -64.18),
        ];
        var rings = Outlines.Read(file, steps);
        Assert.All(cities, city => Assert.Equal(
            [city.Country], rings.Where(r => Holds(r, city.Latitude, city.Longitude)).Select(r => r.Country).Distinct()));
    }

    [Fact]
    public void Close_up_the_cities_of_a_border_lie_on_their_own_side()
    {
        var rings = Outlines.Read("americas-10m.csv", 1000);
        string[] borders = ["Tijuana", "Mexicali", "Ciudad Juárez", "El Paso", "Nuevo Laredo", "Laredo", "Reynosa", "McAllen", "Tapachula", "Cúcuta", "Ouanaminthe", "Dajabón"];
        Assert.All(borders, name =>
        {
            var place = Gazetteer.Find(name, 1)[0];
            Assert.Equal(place.Country, rings.First(r => Holds(r, place.Point.Latitude, place.Point.Longitude)).Country);
        });
    }

    [Fact]
    public void Nearly_all_large_places_lie_in_their_country_close_up()
    {
        var rings = Outlines.Read("americas-10m.csv", 1000).GroupBy(r => r.Country).ToDictionary(g => g.Key, g => g.ToList());
        var places = Gazetteer.Load().BySize.Take(1000).ToList();
        var inside = places.Count(p => rings[p.Country].Exists(r => Holds(r, p.Point.Latitude, p.Point.Longitude)));
        Assert.InRange(inside, 970, 1000); // harbours lie on simplified shores
    }

    [Theory]
    [InlineData("HT")]
    [InlineData("GF")]
    [InlineData("MQ")]
    [InlineData("BQ")]
    [InlineData("TT")]
    public void Small_countries_and_territories_have_outlines_of_their_own(string country)
    {
        Assert.Contains(Outlines.Read("americas-10m.csv", 1000), r => r.Country == country);
        Assert.Contains(Outlines.Read("americas-50m.csv", 100), r => r.Country == country);
    }

    [Fact]
    public void Cutting_a_square_leaves_the_part_inside_the_box()
    {
        var cut = RingShape.Clip([(0, 0), (10, 0), (10, 10), (0, 10)], west: 4, south: -5, east: 20, north: 3);
        Assert.Equal([(4, 0), (4, 3), (10, 0), (10, 3)], cut.Distinct().Order());
    }

    [Fact]
    public void What_is_cut_lies_in_the_box_and_is_never_larger()
    {
        var corner = from x in Gen.Choose(-50, 50) from y in Gen.Choose(-50, 50) select ((double)x, (double)y);
        Check.QuickThrowOnFailure(Prop.ForAll(corner.Three().ToArbitrary(), triangle =>
        {
            List<(double X, double Y)> ring = [triangle.Item1, triangle.Item2, triangle.Item3];
            var cut = RingShape.Clip(ring, -20, -10, 20, 10);
            return cut.TrueForAll(p => p.X is > -20.001 and < 20.001 && p.Y is > -10.001 and < 10.001)
                && Area(cut) <= Math.Min(Area(ring), 800) + 1e-6;
        }));
    }

    [Fact]
    public void Thinning_drops_what_lies_on_the_line_and_keeps_corners() =>
        Assert.Equal(
            [(0, 0), (10, 0), (10, 10)],
            RingShape.Simplify([(0, 0), (3, 0.2), (5, -0.4), (10, 0), (10.3, 5), (10, 10), (5, 5)], 0.6));

    [Fact]
    public void Land_is_written_in_whole_pixels_in_or_just_beyond_the_view()
    {
        var view = MapView.Fit([new GeoPoint(32.5, -117.1), new GeoPoint(14.5, -90.5)], 360, 280);
        var path = LandPath.Draw(view);
        Assert.Matches("^(M-?[0-9]+[ -][0-9]+l[0-9 -]+z)+$", path);
        Assert.All(Corners(path), corner =>
        {
            Assert.InRange(corner.X, -6, 366);
            Assert.InRange(corner.Y, -20, 300);
        });
    }

    [Fact]
    public void No_line_runs_around_the_world() =>
        Assert.All(
            Outlines.Read("world-110m.csv", 100).Where(r => r.Country != "AQ"), // around the pole
            ring => Assert.All(Enumerable.Range(1, ring.Count - 1), i => Assert.InRange(ring[i].Longitude - ring[i - 1].Longitude, -180, 180)));

    [Fact]
    public void Land_on_both_sides_of_the_antimeridian_is_drawn()
    {
        // Vanua Levu and Taveuni of Fiji; 180 degrees runs through Taveuni.
        var view = MapView.Fit([new GeoPoint(-16.8, 177), new GeoPoint(-16.8, -177)], 360, 280);
        var (line, _) = view.ToPixel(new GeoPoint(-16.8, 180));
        var corners = Corners(LandPath.Draw(view));
        Assert.Contains(corners, c => c.X < line - 10);
        Assert.Contains(corners, c => c.X > line);
        Assert.All(corners, c => Assert.InRange(c.X, 0, 360));
    }

    private static List<(int X, int Y)> Corners(string path)
    {
        var corners = new List<(int X, int Y)>();
        var (x, y) = (0, 0);
        foreach (Match step in Steps().Matches(path))
        {
            var numbers = Numbers().Matches(step.Value).Select(n => int.Parse(n.Value, CultureInfo.InvariantCulture)).ToArray();
            if (step.Value[0] == 'M')
                (x, y) = (0, 0);
            for (var i = 0; i < numbers.Length; i += 2)
                corners.Add((x, y) = (x + numbers[i], y + numbers[i + 1]));
        }

        return corners;
    }

    private static double Area(List<(double X, double Y)> ring)
    {
        var twice = 0.0;
        for (var i = 0; i < ring.Count; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Count]);
            twice += (a.X * b.Y) - (b.X * a.Y);
        }

        return Math.Abs(twice) / 2;
    }

    /// <summary>Crossings of a ray to the east (Jordan curve theorem).</summary>
    private static bool Holds(OutlineRing ring, double latitude, double longitude)
    {
        var inside = false;
        for (var i = 0; i < ring.Count; i++)
        {
            var (a, b) = (ring[i], ring[(i + 1) % ring.Count]);
            if (a.Latitude > latitude != b.Latitude > latitude
                && longitude < a.Longitude + ((latitude - a.Latitude) / (b.Latitude - a.Latitude) * (b.Longitude - a.Longitude)))
                inside = !inside;
        }

        return inside;
    }

    [GeneratedRegex("[Ml][0-9 -]+", RegexOptions.None, 1000)]
    private static partial Regex Steps();

    [GeneratedRegex("-?[0-9]+", RegexOptions.None, 1000)]
    private static partial Regex Numbers();
}
