using Tambo.Flows.Charts;

namespace Tambo.Flows.Pages;

/// <summary>By how many months one series runs behind another, and how closely.</summary>
/// <param name="Months">Months.</param>
/// <param name="Correlation">Pearson's correlation at that lag, from -1 to 1.</param>
/// <param name="Pairs">Months that were compared.</param>
public sealed record FoundLag(int Months, double Correlation, int Pairs);

/// <summary>
/// Looks for the lag at which two monthly series run most alike: the greatest sample cross-correlation, here with the mean and
/// variance of the compared months themselves (Pearson), as months may be missing at either end. Pure.
/// </summary>
internal static class Lag
{
    /// <summary>Fewer months say nothing.</summary>
    public const int LeastPairs = 12;

    private const int Most = 6;

    /// <summary>The best lag from none to six months; null when too few months can be compared, or one of the two never changes.</summary>
    public static FoundLag? Best(IReadOnlyList<ChartPoint> upstream, IReadOnlyList<ChartPoint> downstream)
    {
        var later = downstream.Where(point => point.Period.Frequency == 'M' && point.Least is not null).ToDictionary(point => point.Period.From, point => (double)point.Least!.Value);
        FoundLag? best = null;
        for (var months = 0; months <= Most; months++)
        {
            var pairs = upstream.Where(point => point.Period.Frequency == 'M' && point.Least is not null && later.ContainsKey(point.Period.From.AddMonths(months)))
                .Select(point => ((double)point.Least!.Value, later[point.Period.From.AddMonths(months)])).ToList();
            if (pairs.Count >= LeastPairs && Pearson(pairs) is { } correlation && (best is null || correlation > best.Correlation))
                best = new FoundLag(months, correlation, pairs.Count);
        }

        return best;
    }

    private static double? Pearson(List<(double X, double Y)> pairs)
    {
        double meanX = pairs.Average(pair => pair.X), meanY = pairs.Average(pair => pair.Y);
        double xy = 0, xx = 0, yy = 0;
        foreach (var (x, y) in pairs)
        {
            xy += (x - meanX) * (y - meanY);
            xx += (x - meanX) * (x - meanX);
            yy += (y - meanY) * (y - meanY);
        }

        return xx > 0 && yy > 0 ? xy / Math.Sqrt(xx * yy) : null;
    }
}
