namespace Tambo.Platform.Places;

/// <summary>A place on the earth in degrees (WGS 84).</summary>
/// <param name="Latitude">North is positive, -90 to 90.</param>
/// <param name="Longitude">East is positive, -180 to 180.</param>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>Mean radius of the earth in metres, R1 of the IUGG (Geodetic Reference System 1980).</summary>
    internal const double MeanRadius = 6_371_008.8;

    /// <summary>
    /// True for a place on the earth. Exactly 0, 0 is refused: it lies in the open ocean, and stands in
    /// files for a position that nobody entered.
    /// </summary>
    public bool IsPosition =>
        Latitude is >= -90 and <= 90 && Longitude is >= -180 and <= 180 && (Latitude != 0 || Longitude != 0);

    /// <summary>The point, when both numbers are there and name a position.</summary>
    public static GeoPoint? From(double? latitude, double? longitude) =>
        latitude is { } lat && longitude is { } lon && new GeoPoint(lat, lon) is { IsPosition: true } point ? point : null;

    /// <summary>
    /// The distance over the ground on a sphere, in metres (haversine formula). Within about half a percent of
    /// the distance on the ellipsoid.
    /// </summary>
    public double MetresTo(GeoPoint other)
    {
        double latitude = Radians(Latitude), otherLatitude = Radians(other.Latitude);
        var halfHeight = Math.Sin((otherLatitude - latitude) / 2);
        var halfWidth = Math.Sin(Radians(other.Longitude - Longitude) / 2);
        var haversine = (halfHeight * halfHeight) + (Math.Cos(latitude) * Math.Cos(otherLatitude) * halfWidth * halfWidth);
        return 2 * MeanRadius * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }

    /// <summary>The point rounded to a hundredth of a degree (about a kilometre), as coarse as a device position may travel.</summary>
    public GeoPoint Coarse() => new(Math.Round(Latitude, 2), Math.Round(Longitude, 2));

    private static double Radians(double degrees) => degrees * Math.PI / 180;
}
