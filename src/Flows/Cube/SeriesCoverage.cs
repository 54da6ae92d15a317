using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Of which days each series has observations, as far as its periods say; pure. Figures of several countries cover the days of
/// which each of them reported: the worst of the parts.
/// </summary>
internal sealed class SeriesCoverage
{
    private readonly Dictionary<string, Dictionary<string, List<(int From, int Until)>>> areas = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(int From, int Until)>> together = new(StringComparer.Ordinal);
    private readonly Func<string, bool> isAsked;
    private readonly (int From, int Until) asked;

    /// <param name="imports">The series, its countries, and the periods that each import has standing of them.</param>
    /// <param name="isAsked">Whether figures of a country are asked for.</param>
    /// <param name="from">The first day asked for.</param>
    /// <param name="until">The last day asked for.</param>
    public SeriesCoverage(IEnumerable<(string Series, string Area, IEnumerable<Period> Periods)> imports, Func<string, bool> isAsked, DateOnly from, DateOnly until)
    {
        (this.isAsked, asked) = (isAsked, (from.DayNumber, until.DayNumber));
        foreach (var series in imports.GroupBy(one => one.Series, StringComparer.Ordinal))
        {
            areas[series.Key] = series.GroupBy(one => one.Area, StringComparer.Ordinal)
                .ToDictionary(area => area.Key, area => Joined(area.SelectMany(one => one.Periods)), StringComparer.Ordinal);
        }
    }

    /// <summary>
    /// How much of a span a series covers: that of the shortest period among a figure's labels, else all that lies between
    /// the first and the last day asked for that the series has.
    /// </summary>
    public FigureCoverage? Of(string series, string? area, IEnumerable<string> periods)
    {
        var known = area is not null && areas.TryGetValue(series, out var its) && its.TryGetValue(area, out var one) ? one : Together(series);
        if (known.Count == 0)
            return null;
        Period? shortest = null;
        foreach (var code in periods)
        {
            if (Period.Read(code) is { } period && (shortest is not { } so || period.Until.DayNumber - period.From.DayNumber < so.Until.DayNumber - so.From.DayNumber))
                shortest = period;
        }

        var (first, last) = shortest is { } span ? (span.From.DayNumber, span.Until.DayNumber) : (Math.Max(known[0].From, asked.From), Math.Min(known[^1].Until, asked.Until));
        if (first > last)
            return null;
        var covered = 0;
        foreach (var (start, end) in known)
            covered += Math.Max(0, Math.Min(end, Math.Min(last, asked.Until)) - Math.Max(start, Math.Max(first, asked.From)) + 1);
        return new FigureCoverage(DateOnly.FromDayNumber(first), DateOnly.FromDayNumber(last), last - first + 1, covered);
    }

    private List<(int From, int Until)> Together(string series)
    {
        if (together.TryGetValue(series, out var known))
            return known;
        foreach (var (area, days) in areas.GetValueOrDefault(series) ?? [])
        {
            if (isAsked(area))
                known = known is null ? days : Common(known, days);
        }

        return together[series] = known ?? [];
    }

    private static List<(int From, int Until)> Common(List<(int From, int Until)> one, List<(int From, int Until)> other)
    {
        var common = new List<(int From, int Until)>();
        var (a, b) = (0, 0);
        while (a < one.Count && b < other.Count)
        {
            var (from, until) = (Math.Max(one[a].From, other[b].From), Math.Min(one[a].Until, other[b].Until));
            if (from <= until)
                common.Add((from, until));
            if (one[a].Until < other[b].Until)
                a++;
            else
                b++;
        }

        return common;
    }

    private static List<(int From, int Until)> Joined(IEnumerable<Period> periods)
    {
        var joined = new List<(int From, int Until)>();
        foreach (var period in periods.OrderBy(period => period.From))
        {
            var (from, until) = (period.From.DayNumber, period.Until.DayNumber);
            if (joined.Count > 0 && from <= joined[^1].Until + 1)
                joined[^1] = (joined[^1].From, Math.Max(joined[^1].Until, until));
            else
                joined.Add((from, until));
        }

        return joined;
    }
}
