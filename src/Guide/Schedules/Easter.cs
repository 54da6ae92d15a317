namespace Tambo.Guide.Schedules;

/// <summary>Western Easter Sunday.</summary>
internal static class Easter
{
    /// <summary>
    /// The Gregorian computus of Butcher (1876): J. Meeus, Astronomical Algorithms, 2nd ed., Willmann-Bell 1998,
    /// chapter 8. The letters are those of the source.
    /// </summary>
    public static DateOnly Sunday(int year)
    {
        var a = year % 19;
        var (b, c) = Math.DivRem(year, 100);
        var (d, e) = Math.DivRem(b, 4);
        var f = (b + 8) / 25;
        var g = (b - f + 1) / 3;
        var h = (19 * a + b - d - g + 15) % 30;
        var (i, k) = Math.DivRem(c, 4);
        var l = (32 + 2 * e + 2 * i - h - k) % 7;
        var m = (a + 11 * h + 22 * l) / 451;
        var (n, p) = Math.DivRem(h + l - 7 * m + 114, 31);
        return new DateOnly(year, n, p + 1);
    }
}
