using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Sums over so many consecutive periods, each under the label of its last one; pure. A period of which a group has no
/// observation is missing and counted as such, never taken as zero: a window with one is not whole.
/// </summary>
internal static class MovingWindow
{
    /// <summary>The windows of figures; and the figures of periods that are none of the span, each missing a whole window.</summary>
    /// <param name="figures">The figures.</param>
    /// <param name="column">The column with the periods.</param>
    /// <param name="span">What one period is, by the letter of SDMX CL_FREQ.</param>
    /// <param name="length">Periods of a window.</param>
    public static (IReadOnlyList<Figure> Windows, IReadOnlyList<Figure> Apart) Of(IReadOnlyList<Figure> figures, int column, char span, int length)
    {
        var (windows, apart) = (new List<Figure>(), new List<Figure>());
        foreach (var group in figures.GroupBy(figure => Labels.Without(figure.Labels, [column])))
        {
            var present = new SortedDictionary<DateOnly, Figure>();
            foreach (var figure in group)
            {
                if (Period.Read(figure.Labels[column]) is { } period && period.Frequency == span)
                    present[period.From] = figure;
                else
                    apart.Add(figure with { Missing = length });
            }

            if (present.Count > 0)
                Add(windows, present, column, span, length);
        }

        windows.Sort(static (a, b) => new Labels(a.Labels).CompareTo(new Labels(b.Labels)));
        return (windows, apart);
    }

    private static void Add(List<Figure> windows, SortedDictionary<DateOnly, Figure> present, int column, char span, int length)
    {
        var held = new Queue<(Period Period, Figure? Figure)>();
        var last = present.Keys.Last();
        var found = 0;
        for (var period = Period.Holding(present.Keys.First(), span)!.Value; period.From <= last; period = Period.Holding(period.Until.AddDays(1), span)!.Value)
        {
            var figure = present.GetValueOrDefault(period.From);
            held.Enqueue((period, figure));
            found += figure is null ? 0 : 1;
            if (held.Count > length && held.Dequeue().Figure is not null)
                found--;
            if (found == 0)
                continue;
            var parts = held.Where(one => one.Figure is not null).Select(one => one.Figure!).ToList();
            string[] labels = [.. parts[0].Labels];
            labels[column] = period.ToString();
            windows.Add(Figure.Together(labels, parts) with
            {
                Groups = parts.Max(part => part.Groups),
                Missing = length - found,
                Coverage = CoverageOf(parts, held.Peek().Period.From, period.Until),
            });
        }
    }

    private static FigureCoverage? CoverageOf(List<Figure> parts, DateOnly from, DateOnly until) =>
        parts.Exists(part => part.Coverage is null) ? null
        : new FigureCoverage(from, until, until.DayNumber - from.DayNumber + 1, parts.Sum(part => part.Coverage!.Covered));
}
