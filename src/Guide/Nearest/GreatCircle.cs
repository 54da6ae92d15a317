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

    public bool IsAt(in Place other) => Latitude == other.Latitude && Longitude == other.Longitude;
}

/// <summary>The same position as a point of the unit sphere.</summary>
internal readonly struct SpherePoint
{
    public readonly double X;
    public readonly double Y;
    public readonly double Z;

    public SpherePoint(in Place place)
    {
        var (sine, cosine) = Math.SinCos(place.Longitude);
        X = place.CosLatitude * cosine;
        Y = place.CosLatitude * sine;
        Z = Math.Sin(place.Latitude);
    }

    /// <summary>The straight line to another point: no sine, so ten times as fast as the haversine.</summary>
    public double ChordTo(in SpherePoint other)
    {
        var (x, y, z) = (other.X - X, other.Y - Y, other.Z - Z);
        return Math.Sqrt(x * x + y * y + z * z);
    }
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
    private const float FloatSlack = 5e-7f;
    private const float FloatSlackPart = 1e-6f;

    /// <summary>
    /// Chords in double that differ by more than this (a quarter of a micrometre) are ordered as their haversines are. Both are
    /// computed from the same radians: coordinates and differences are within 1.2e-15, the haversine's sine, products and
    /// root within 1e-15 of a chord of at most 2, and the arc sine never brings two values closer together.
    /// </summary>
    public const double SameChord = 4e-14;

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
        chord += chord * FloatSlackPart + FloatSlack;
        return chord * chord;
    }

    /// <summary>The squared float chord beyond which nothing lies within this chord.</summary>
    public static float WidenedFrom(double chord) => Widened((float)(chord * chord));

    /// <summary>The chord of a great-circle distance; infinite when that reaches round the Earth.</summary>
    public static double ChordOf(double metres) =>
        metres >= Math.PI * EarthRadius ? double.PositiveInfinity : 2 * Math.Sin(metres / (2 * EarthRadius));

    /// <summary>The great-circle distance of a chord: the haversine's to a micrometre, save near the antipode.</summary>
    public static double MetresOf(double chord) => 2 * EarthRadius * Math.Asin(Math.Min(1, chord * 0.5));
}
