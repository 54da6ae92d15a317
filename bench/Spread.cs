using System.Globalization;

namespace Tambo.Bench;

/// <summary>What tables show of a figure measured several times: min / median / max.</summary>
internal static class Spread
{
    public static string Of(IEnumerable<double> values, string format = "N0")
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0)
            return "";
        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        return $"{Text(sorted[0])} / {Text(Median(sorted))} / {Text(sorted[^1])}";
    }

    /// <summary>Ratios of two figures taken in the same rounds.</summary>
    public static IEnumerable<double> Ratios(IEnumerable<double> ours, IEnumerable<double> theirs) =>
        ours.Zip(theirs, (our, their) => our / their);

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The value below which a share of the sorted values lies.</summary>
    public static double Percentile(double[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
}
