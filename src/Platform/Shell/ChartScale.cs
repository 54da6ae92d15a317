using System.Globalization;
using System.Text;

namespace Tambo.Platform.Shell;

/// <summary>One line or one set of bars of a chart.</summary>
/// <param name="Name">What it counts.</param>
/// <param name="Values">One value for each label of the chart; null where it is not known.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<double?> Values);

/// <summary>The value axis of a chart: round steps from zero (or below) to just above the greatest value.</summary>
/// <param name="Low">Value at the foot.</param>
/// <param name="High">Value at the top.</param>
/// <param name="Step">Distance between grid lines.</param>
internal readonly record struct ChartScale(double Low, double High, double Step)
{
    /// <summary>Chooses steps of 1, 2 or 5 times a power of ten so that at most <paramref name="most"/> lines appear.</summary>
    public static ChartScale Of(IEnumerable<ChartSeries> series, int most = 5)
    {
        var values = series.SelectMany(s => s.Values).OfType<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        // Both ends include zero: an axis that starts elsewhere makes small changes look large.
        var low = Math.Min(0, values.Min());
        var high = Math.Max(0, values.Max());
        if (high - low <= 0)
            return new(0, 1, 1);
        var rough = (high - low) / most;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = new[] { 1, 2, 5, 10 }.Select(m => m * power).First(s => s >= rough * 0.999999);
        return new(Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, step);
    }

    /// <summary>The values at which grid lines stand, from below.</summary>
    public IEnumerable<double> Ticks()
    {
        var lines = (int)Math.Round((High - Low) / Step);
        for (var i = 0; i <= lines; i++)
            yield return Math.Round((Low + (i * Step)) / Step) * Step;
    }

    /// <summary>Height of a value as a share of the axis, 0 at the foot and 1 at the top.</summary>
    public double Share(double value) => (value - Low) / (High - Low);

    /// <summary>
    /// A series as SVG path data in a box of 100 by 100, its points in the middle of equal slots; an unknown value
    /// interrupts the line.
    /// </summary>
    public string Curve(IReadOnlyList<double?> values)
    {
        var path = new StringBuilder();
        var drawing = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
            {
                drawing = false;
                continue;
            }

            path.Append(drawing ? 'L' : 'M').Append(Number((i + 0.5) * 100 / values.Count)).Append(' ')
                .Append(Number((1 - Share(value)) * 100));
            drawing = true;
        }

        return path.ToString();
    }

    /// <summary>A coordinate with at most two decimals.</summary>
    public static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
