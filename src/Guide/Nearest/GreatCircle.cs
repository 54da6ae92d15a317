namespace Tambo.Guide.Nearest;

/// <summary>A position on the sphere, kept in radians with the cosine that every distance needs.</summary>
internal readonly struct Place
{
    public readonly double Latitude;
    public readonly double Longitude;
    public readonly double CosLatitude;

    /// <summary>Degrees; a latitude beyond the poles or a longitude beyond ±180 is a caller's mistake.</summary>
    public Place(double latitudeDegrees, double longitudeDegrees)
    {
        if (!(Math.Abs(latitudeDegrees) <= 90))
            throw new ArgumentOutOfRangeException(nameof(latitudeDegrees), latitudeDegrees, "Latitude lies between -90 and 90 degrees.");
        if (!(Math.Abs(longitudeDegrees) <= 180))
            throw new ArgumentOutOfRangeException(nameof(longitudeDegrees), longitudeDegrees, "Longitude lies between -180 and 180 degrees.");
        Latitude = latitudeDegrees * (Math.PI / 180);
        Longitude = longitudeDegrees * (Math.PI / 180);
        CosLatitude = Math.Cos(Latitude);
    }

    /// <summary>The point on the unit sphere, rounded to float: at most 2^-25 off on each axis.</summary>
    public (float X, float Y, float Z) OnUnitSphere() => (
        (float)(CosLatitude * Math.Cos(Longitude)),
        (float)(CosLatitude * Math.Sin(Longitude)),
        (float)Math.Sin(Latitude));
}

/// <summary>
/// Distances on the sphere: the exact one that orders answers, and the bounds that make a search
/// in single precision miss none of them. A chord is the straight line between two points of the unit sphere;
/// it grows with the great-circle distance, so ordering by either is the same.
/// </summary>
internal static class GreatCircle
{
    /// <summary>Mean radius of the Earth in metres (IUGG, R1 of the GRS 80 ellipsoid, to the decimetre).</summary>
    public const double EarthRadius = 6_371_008.8;

    // How far a chord computed in float may lie from the true one. Rounding two points to float moves each by at most
    // sqrt(3) * 2^-25, together 1.04e-7; three differences, squares and two sums add 5 * 2^-24 of the square, 1.5e-7 of
    // the chord. Comparing two chords doubles both. The constants are more than twice those, which costs 3 m of search.
    private const float ChordSlack = 5e-7f;
    private const float ChordSlackPart = 1e-6f;

    /// <summary>Metres by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984, 159), in double precision.</summary>
    public static double Metres(in Place from, in Place to)
    {
        var sinLatitude = Math.Sin((to.Latitude - from.Latitude) * 0.5);
        var sinLongitude = Math.Sin((to.Longitude - from.Longitude) * 0.5);
        var haversine = sinLatitude * sinLatitude + from.CosLatitude * to.CosLatitude * (sinLongitude * sinLongitude);
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(haversine)));
    }

    /// <summary>The squared float chord beyond which nothing can be as near as a point seen at this squared float chord.</summary>
    public static float Widened(float chordSquared)
    {
        var chord = MathF.Sqrt(chordSquared);
        chord += chord * ChordSlackPart + ChordSlack;
        return chord * chord;
    }

    /// <summary>The squared float chord beyond which nothing lies within this many metres.</summary>
    public static float WidenedFromMetres(double metres)
    {
        if (metres >= Math.PI * EarthRadius)
            return float.PositiveInfinity;
        var chord = 2 * Math.Sin(metres / (2 * EarthRadius));
        return Widened((float)(chord * chord));
    }
}
