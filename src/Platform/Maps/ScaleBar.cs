using System.Globalization;

namespace Tambo.Platform.Maps;

/// <summary>A line of a round length, to judge distances by.</summary>
/// <param name="Pixels">Its length on the map.</param>
/// <param name="Text">Its length on the ground, for example <c>500 m</c> or <c>20 km</c>.</param>
internal sealed record ScaleBar(int Pixels, string Text)
{
    /// <summary>How much of the map's width it takes at most.</summary>
    private const double Share = 0.3;

    /// <summary>
    /// How much the scale may differ between the middle and the edge. Mercator stretches towards the poles: on a
    /// map of a continent one bar would be wrong nearly everywhere, so there is none.
    /// </summary>
    private const double Stretch = 1.1;

    internal static ScaleBar? Of(MapView view)
    {
        var middle = view.MetresPerPixel;
        if (new[] { view.North, view.South }.Any(edge => Ratio(view.MetresPerPixelAt(edge), middle) > Stretch))
            return null;
        var metres = LargestRound(view.Width * Share * middle);
        return new ScaleBar((int)Math.Round(metres / middle), Say(metres));
    }

    /// <summary>The largest of 1, 2, 5, 10, 20, 50 ... that is not above a number.</summary>
    internal static double LargestRound(double most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(most)));
        return (most / power) switch
        {
            >= 5 => 5 * power,
            >= 2 => 2 * power,
            _ => power,
        };
    }

    private static string Say(double metres) => metres >= 1000
        ? string.Create(CultureInfo.InvariantCulture, $"{metres / 1000:0} km")
        : string.Create(CultureInfo.InvariantCulture, $"{metres:0} m");

    private static double Ratio(double a, double b) => Math.Max(a, b) / Math.Min(a, b);
}
