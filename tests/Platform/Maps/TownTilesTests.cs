using Tambo.Platform.Maps;

namespace Tambo.Tests.Platform.Maps;

public sealed class TownTilesTests
{
    // The square of a position by the formulas of the usual tile grid (Web Mercator, y southwards).
    private static (int X, int Y) SquareOf(double latitude, double longitude, int zoom)
    {
        var radians = latitude * Math.PI / 180;
        var side = 1 << zoom;
        return (
            (int)Math.Floor((longitude + 180) / 360 * side),
            (int)Math.Floor((1 - (Math.Log(Math.Tan(radians) + (1 / Math.Cos(radians))) / Math.PI)) / 2 * side));
    }

    [Theory]
    [InlineData("Tijuana", 32.53, -117.04)]
    [InlineData("Port-au-Prince", 18.54, -72.34)]
    [InlineData("Buenos Aires", -34.61, -58.38)]
    public void A_large_town_is_named_in_its_square_at_every_zoom_and_in_no_other(string name, double latitude, double longitude)
    {
        for (var zoom = 6; zoom <= 10; zoom++)
        {
            var (x, y) = SquareOf(latitude, longitude, zoom);
            Assert.Contains(TownTiles.In(zoom, x, y), town => town.Name == name);
            Assert.DoesNotContain(TownTiles.In(zoom, x + 1, y + 1), town => town.Name == name && Math.Abs(town.Point.Latitude - latitude) < 0.1);
        }
    }

    [Fact]
    public void A_square_names_few_towns_the_largest_first()
    {
        var (x, y) = SquareOf(19.4, -99.1, 5);
        var towns = TownTiles.In(5, x, y).ToList();
        Assert.InRange(towns.Count, 1, 10);
        Assert.Equal(towns.OrderByDescending(town => town.Population), towns);
    }
}
