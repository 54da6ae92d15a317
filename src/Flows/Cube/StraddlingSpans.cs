using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>
/// Weeks across two months, and what else is shorter than the spans grouped by and lies in none of them: it may belong to each
/// of the two that it touches, and to no group of its own. Pure.
/// </summary>
internal static class StraddlingSpans
{
    /// <summary>True when a period lies in no span of a question though it is shorter than these are.</summary>
    public static bool Straddles(string code, IEnumerable<Grouping> by) => Period.Read(code) is { } period && Straddles(period, by);

    private static bool Straddles(Period period, IEnumerable<Grouping> by) =>
        by.Any(one => one.Span is { } span && Period.Holding(period.From, span) is { } holding && !holding.Holds(period) && Days(holding) > Days(period));

    /// <summary>
    /// The question again, once for each end of the periods that straddle: all that they count may be of the span at that end.
    /// None when no period straddles.
    /// </summary>
    /// <param name="question">The question.</param>
    /// <param name="periods">The periods that stand.</param>
    /// <param name="from">The first day asked for.</param>
    /// <param name="until">The last day asked for.</param>
    public static IReadOnlyList<CubeQuestion> Of(CubeQuestion question, IEnumerable<Period> periods, DateOnly from, DateOnly until)
    {
        var spans = question.By.Where(one => one.Span is not null).ToList();
        if (spans.Count == 0)
            return [];
        var straddling = periods.Where(period => period.Frequency != 'D' && Straddles(period, spans)).Select(period => period.ToString()).ToHashSet(StringComparer.Ordinal);
        return straddling.Count == 0 ? [] : [AtEnd(static period => period.From), AtEnd(static period => period.Until)];

        CubeQuestion AtEnd(Func<Period, DateOnly> end) => question with
        {
            By = [.. question.By.Select(one => one.Span is { } span ? one with { Label = code => Period.Read(code) is { } period && Period.Holding(end(period), span) is { } holding && Days(holding) >= Days(period) ? holding.ToString() : code } : one)],
            Where =
            [
                .. question.Where,
                new Condition(Dataflow.Period, code => straddling.Contains(code) && spans.TrueForAll(one => Period.Holding(end(Period.Read(code)!.Value), one.Span!.Value) is { } holding && holding.From <= until && from <= holding.Until) ? Meant.Maybe : Meant.Not),
            ],
        };
    }

    /// <summary>Figures of several questions as one answer: those under the same labels are put together.</summary>
    public static IReadOnlyList<Figure> Together(IEnumerable<IReadOnlyList<Figure>> answers) =>
        [.. answers.SelectMany(figures => figures).GroupBy(figure => new Labels(figure.Labels))
            .Select(same => same.Count() == 1 ? same.First() : Figure.Together(same.Key.Of, [.. same]) with { Groups = same.Max(figure => figure.Groups) })
            .OrderBy(figure => new Labels(figure.Labels))];

    private static int Days(Period period) => period.Until.DayNumber - period.From.DayNumber + 1;
}
