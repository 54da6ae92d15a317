using Tambo.Platform.Places;

namespace Tambo.Platform.Maps;

/// <summary>The part of the world that a map shows, and how large: the way from degrees to pixels.</summary>
public sealed class MapView
{
    /// <summary>What a map of nothing shows: the inhabited world, in degrees of latitude.</summary>
    private const double WorldSouth = -58, WorldNorth = 78;

    /// <summary>The left and upper edge on a Mercator world of size one; left may lie outside 0 to 1 at the antimeridian.</summary>
    private readonly double left, top;

    /// <summary>Pixels for the width of the world.</summary>
    private readonly double scale;

    private MapView(double centreX, double centreY, double scale, int width, int height)
    {
        this.scale = scale;
        (Width, Height) = (width, height);
        left = centreX - (width / 2.0 / scale);
        top = centreY - (height / 2.0 / scale);
    }

    /// <summary>In pixels.</summary>
    public int Width { get; }

    /// <summary>In pixels.</summary>
    public int Height { get; }

    /// <summary>Degrees of longitude of the left edge; may lie below -180 where the view crosses the antimeridian.</summary>
    public double West => WebMercator.Longitude(left);

    /// <summary>Degrees of longitude of the right edge; may lie above 180 where the view crosses the antimeridian.</summary>
    public double East => WebMercator.Longitude(left + (Width / scale));

    /// <summary>Degrees of latitude of the upper edge.</summary>
    public double North => WebMercator.Latitude(top);

    /// <summary>Degrees of latitude of the lower edge.</summary>
    public double South => WebMercator.Latitude(top + (Height / scale));

    /// <summary>Metres on the ground that a pixel in the middle of the map stands for.</summary>
    public double MetresPerPixel => MetresPerPixelAt(WebMercator.Latitude(top + (Height / 2.0 / scale)));

    /// <summary>The closest view that holds all points.</summary>
    /// <param name="points">What must be in view; with none, the world is.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="padding">Pixels that stay free around the points.</param>
    /// <param name="minimumSpan">Metres that the shorter side shows at least, so that one point shows its surroundings.</param>
    public static MapView Fit(IReadOnlyCollection<GeoPoint> points, int width, int height, int padding = 28, double minimumSpan = 10_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(width, 2 * padding);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(height, 2 * padding);
        var (west, wide) = points.Count == 0 ? (0, 1) : NarrowestSpan(points);
        var north = points.Count == 0 ? WebMercator.Y(WorldNorth) : points.Min(p => WebMercator.Y(p.Latitude));
        var south = points.Count == 0 ? WebMercator.Y(WorldSouth) : points.Max(p => WebMercator.Y(p.Latitude));
        var centre = (north + south) / 2;

        var worldMetres = 2 * Math.PI * GeoPoint.MeanRadius * Math.Cos(WebMercator.Latitude(centre) * Math.PI / 180);
        var closest = Math.Min(width, height) * worldMetres / minimumSpan;
        var scale = Math.Min(closest, Math.Min((width - (2 * padding)) / wide, (height - (2 * padding)) / (south - north)));
        return new MapView(west + (wide / 2), centre, scale, width, height);
    }

    /// <summary>Where a point lies on the map, in pixels from the upper left corner.</summary>
    public (double X, double Y) ToPixel(GeoPoint point)
    {
        // Of the points that are a turn around the world apart, the one nearest to the middle.
        var fromMiddle = WebMercator.X(point.Longitude) - left - (Width / 2.0 / scale);
        return (((fromMiddle - Math.Round(fromMiddle)) * scale) + (Width / 2.0), (WebMercator.Y(point.Latitude) - top) * scale);
    }

    /// <summary>The same for a longitude that is already counted from the left edge on, without going around the world.</summary>
    internal (double X, double Y) Project(double latitude, double longitude) =>
        ((WebMercator.X(longitude) - left) * scale, (WebMercator.Y(latitude) - top) * scale);

    internal double MetresPerPixelAt(double latitude) =>
        2 * Math.PI * GeoPoint.MeanRadius * Math.Cos(latitude * Math.PI / 180) / scale;

    /// <summary>
    /// The shortest stretch of the parallel that holds all longitudes: what is left when the widest gap between
    /// neighbours is cut out, wherever on the circle that is.
    /// </summary>
    private static (double West, double Wide) NarrowestSpan(IReadOnlyCollection<GeoPoint> points)
    {
        double[] x = [.. points.Select(p => WebMercator.X(p.Longitude)).Order()];
        var (gap, after) = (x[0] + 1 - x[^1], 0);
        for (var i = 1; i < x.Length; i++)
        {
            if (x[i] - x[i - 1] > gap)
                (gap, after) = (x[i] - x[i - 1], i);
        }

        return (x[after], 1 - gap);
    }
}
