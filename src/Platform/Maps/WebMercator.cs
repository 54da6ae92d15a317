namespace Tambo.Platform.Maps;

/// <summary>
/// Spherical ("Web") Mercator, EPSG:3857, on a world of size one: x grows eastwards from the antimeridian, y southwards
/// from the northern limit.
/// </summary>
internal static class WebMercator
{
    /// <summary>Where y is 0: atan(sinh(pi)) in degrees. The poles themselves are infinitely far away.</summary>
    internal const double Limit = 85.051128779806604;

    internal static double X(double longitude) => (longitude + 180) / 360;

    internal static double Y(double latitude)
    {
        var radians = Math.Clamp(latitude, -Limit, Limit) * Math.PI / 180;
        return 0.5 - (Math.Asinh(Math.Tan(radians)) / (2 * Math.PI));
    }

    internal static double Longitude(double x) => (x * 360) - 180;

    internal static double Latitude(double y) => Math.Atan(Math.Sinh(Math.PI * (1 - (2 * y)))) * 180 / Math.PI;
}
