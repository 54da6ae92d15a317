using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>Of which days each series has observations, as far as its periods say; pure.</summary>
internal sealed class SeriesCoverage
{
    private readonly Dictionary<string, List<(int From, int Until)>> days = new(StringComparer.Ordinal);

    /// <summary>From the series and the codes of the periods that each of its imports has standing.</summary>
    public SeriesCoverage(IEnumerable<(string Series, IEnumerable<Period> Periods)> imports)
    {
        foreach (var series in imports.GroupBy(one => one.Series, StringComparer.Ordinal))
            days[series.Key] = Joined(series.SelectMany(one => one.Periods));
    }

    /// <summary>
    /// How much of a span a series covers: that of the shortest period among a figure's labels, else all that lies between
    /// the first and the last day asked for that the series has.
    /// </summary>
    public FigureCoverage? Of(string series, IEnumerable<string> periods, DateOnly from, DateOnly until)
    {
        if (!days.TryGetValue(series, out var known) || known.Count == 0)
            return null;
        Period? shortest = null;
        foreach (var code in periods)
        {
            if (Period.Read(code) is { } period && (shortest is not { } so || period.Until.DayNumber - period.From.DayNumber < so.Until.DayNumber - so.From.DayNumber))
                shortest = period;
        }

        var (first, last) = shortest is { } span
            ? (span.From.DayNumber, span.Until.DayNumber)
            : (Math.Max(known[0].From, from.DayNumber), Math.Min(known[^1].Until, until.DayNumber));
        if (first > last)
            return null;
        var (least, most) = (Math.Max(first, from.DayNumber), Math.Min(last, until.DayNumber));
        var covered = 0;
        foreach (var (start, end) in known)
            covered += Math.Max(0, Math.Min(end, most) - Math.Max(start, least) + 1);
        return new FigureCoverage(DateOnly.FromDayNumber(first), DateOnly.FromDayNumber(last), last - first + 1, covered);
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
