using Tambo.Flows.Harmonising;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Cube;

/// <summary>What the ledger of an import says of some codes: that they are not the same thing as what the source counted.</summary>
/// <param name="Carried">How exactly they were carried over.</param>
/// <param name="Why">Why not exactly.</param>
/// <param name="Concerns">The components that lost something: who does not ask for them has an exact figure.</param>
/// <param name="Codes">The codes by component; an observation is of the line when it has one of each.</param>
internal sealed record CarriedLine(Carried Carried, string Why, IReadOnlyList<string> Concerns, IReadOnlyList<KeyValuePair<string, IReadOnlySet<string>>> Codes)
{
    /// <summary>The lines of a ledger that are not exact, put together as far as they say the same.</summary>
    /// <param name="ledger">Components and codes joined by a bar, how exactly, and why.</param>
    public static IReadOnlyList<CarriedLine> Of(IEnumerable<(string Components, string Became, Carried Carried, string Why)> ledger)
    {
        var lines = new List<CarriedLine>();
        foreach (var same in ledger.Where(line => line.Carried != Carried.Exact).GroupBy(line => (line.Components, line.Carried, line.Why)))
        {
            var components = same.Key.Components.ToUpperInvariant().Split('|');
            if (components.Length == 1)
                lines.Add(Line(same.Key.Carried, same.Key.Why, components, same.Select(line => line.Became)));
            else
                lines.AddRange(same.Select(line => line.Became).Distinct(StringComparer.Ordinal).Select(became => Line(same.Key.Carried, same.Key.Why, components, became.Split('|'))));
        }

        return lines;
    }

    private static CarriedLine Line(Carried carried, string why, string[] components, IEnumerable<string> became)
    {
        string[] codes = [.. became];
        // What became “all” or “unknown” is what was lost; the other codes of the line are right.
        string[] lost = components.Length == 1 ? components : [.. components.Where((_, at) => codes[at].StartsWith('_'))];
        return new CarriedLine(
            carried, why, lost.Length == 0 ? components : lost,
            [.. components.Select((component, at) => KeyValuePair.Create(component, (IReadOnlySet<string>)(components.Length == 1 ? codes : [codes[at]]).ToHashSet(StringComparer.Ordinal)))]);
    }
}

/// <summary>A segment with what its import's ledger says.</summary>
internal sealed record CarriedSegment(StandingSegment Segment, IReadOnlyList<CarriedLine> Ledger);

/// <summary>
/// Says of each figure how exactly the worst of its parts was carried over, and why: what the ledger says of the categories
/// in it, as far as the question asks for what they lost, and what of the figure only may be meant. Pure but for reading segments.
/// </summary>
internal static class CarriedFigures
{
    /// <summary>The sentence for what a table does not break down.</summary>
    public const string NotBrokenDown = "not_broken_down";

    /// <summary>The sentence for observations of which nobody knows how many they are.</summary>
    public const string NoNumber = "no_number";

    private const string NotSaid = "not_said";
    private const string AmongOthers = "among_others";
    private const string WiderAges = "wider_ages";
    private const string LongerPeriod = "longer_period";

    /// <summary>The figures of a question with what they carry.</summary>
    /// <param name="question">The question.</param>
    /// <param name="parts">What it is answered from.</param>
    /// <param name="figures">Its figures.</param>
    /// <param name="merge">What became of its groups before they were figures.</param>
    /// <param name="threads">Threads at most.</param>
    public static IReadOnlyList<Figure> Mark(CubeQuestion question, IReadOnlyList<CarriedSegment> parts, IReadOnlyList<Figure> figures, Func<Groups, Groups> merge, int threads)
    {
        var marks = new Dictionary<Labels, (Carried Carried, SortedSet<string> Reasons)>();
        var anyMaybe = figures.Any(figure => figure.MaybeRows > 0);
        var whole = question;
        foreach (var part in parts)
        {
            question = whole with { Where = [.. whole.Where.Select(where => part.Segment.File.Find(where.Component) is { } column ? where.Among(column.Codes) : where)] };
            foreach (var line in part.Ledger.Where(line => Applies(line, question)))
                Put(question with { Where = [.. question.Where.Select(condition => condition.Widened()), .. line.Codes.Select(pair => Condition.Only(pair.Key, pair.Value.Contains))] }, part, line.Carried, line.Why);
            for (var at = 0; anyMaybe && at < question.Where.Count; at++)
            {
                var condition = question.Where[at];
                foreach (var why in ReasonsOf(condition, part))
                {
                    var other = at;
                    Put(question with { Where = [.. question.Where.Select((one, place) => place == other ? MaybeFor(condition, why, part) : one.Widened())] }, part, Carried.Bounded, why);
                }
            }
        }

        return [.. figures.Select(figure => Marked(figure, marks.TryGetValue(new Labels(figure.Labels), out var mark) ? mark : null))];

        void Put(CubeQuestion asked, CarriedSegment part, Carried carried, string why)
        {
            foreach (var figure in merge(AskCube.Groups(asked, [part.Segment], threads)).Figures())
            {
                var key = new Labels(figure.Labels);
                var mark = marks.TryGetValue(key, out var known) ? known : (Carried: Carried.Exact, Reasons: new SortedSet<string>(StringComparer.Ordinal));
                mark.Reasons.Add(why);
                marks[key] = (mark.Carried > carried ? mark.Carried : carried, mark.Reasons);
            }
        }
    }

    private static Figure Marked(Figure figure, (Carried Carried, SortedSet<string> Reasons)? mark)
    {
        if (figure.IsOpen)
            figure = figure.Because(NoNumber, Carried.Bounded);
        if (mark is null && figure.MaybeRows == 0)
            return figure;
        var carried = mark?.Carried ?? Carried.Exact;
        return figure with { Carried = carried == Carried.Exact ? Carried.Bounded : carried, Reasons = mark is null ? figure.Reasons : [.. figure.Reasons.Union(mark.Value.Reasons, StringComparer.Ordinal).Order(StringComparer.Ordinal)] };
    }

    private static bool Applies(CarriedLine line, CubeQuestion question) =>
        line.Carried == Carried.NotComparable
        || question.By.Any(by => line.Concerns.Contains(by.Component, StringComparer.Ordinal) && IsCoarser(line, by))
        || question.Where.Any(condition => line.Concerns.Contains(condition.Component, StringComparer.Ordinal)
            && line.Codes.First(pair => pair.Key == condition.Component).Value.Any(code => condition.Of(code) == Meant.Maybe));

    // A total of a year is exact where years are asked for, and no month.
    private static bool IsCoarser(CarriedLine line, Grouping by) => by.Span is not { } span || line.Codes.First(pair => pair.Key == by.Component).Value
        .Any(code => Period.Read(code) is not { } period || !(Period.Holding(period.From, span) is { } holding && holding.Holds(period)));

    private static IEnumerable<string> ReasonsOf(Condition condition, CarriedSegment part)
    {
        if (part.Segment.File.Find(condition.Component) is not { } column)
            return condition.Of("_T") == Meant.Maybe ? [NotBrokenDown] : [];
        return column.Codes.Where(code => condition.Of(code) == Meant.Maybe && !IsTold(condition, code, part)).Select(code => WhyOf(condition, code)).Distinct(StringComparer.Ordinal);
    }

    // What the ledger gives a reason for needs no other.
    private static bool IsTold(Condition condition, string code, CarriedSegment part) =>
        part.Ledger.Any(line => line.Concerns.Contains(condition.Component, StringComparer.Ordinal) && line.Codes.First(pair => pair.Key == condition.Component).Value.Contains(code));

    private static Condition MaybeFor(Condition condition, string why, CarriedSegment part) => part.Segment.File.Find(condition.Component) is null
        ? condition.Widened()
        : Condition.Only(condition.Component, code => condition.Of(code) == Meant.Maybe && !IsTold(condition, code, part) && WhyOf(condition, code) == why);

    private static string WhyOf(Condition condition, string code) =>
        condition.Component == Dataflow.Period ? LongerPeriod
        : code == "_T" ? NotBrokenDown
        : code == "_O" ? AmongOthers
        : code.StartsWith('_') ? NotSaid
        : WiderAges;
}
