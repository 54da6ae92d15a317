using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Harmonising;

/// <summary>One measure of a pivoted row, ready to be asked.</summary>
/// <param name="Column">Its place among the columns that are read.</param>
/// <param name="Says">The codes that it says beyond the row, by their places.</param>
/// <param name="Form">How the number is written.</param>
internal sealed record PivotRule(int Column, IReadOnlyList<(int Code, string Value)> Says, NumberForm Form)
{
    /// <summary>Places, among the columns that are read, of those that complete the period; empty when the column says it all.</summary>
    public int[] With { get; init; } = [];

    /// <summary>The place of the period among the codes, when the column says it; else negative.</summary>
    public int Period { get; init; } = -1;

    /// <summary>The values of <see cref="With"/> to the period.</summary>
    public Func<string[], Outcome> When { get; init; } = static _ => new Outcome();

    /// <summary>The answer that is meant, where the column has all that were chosen in one cell; else null.</summary>
    public string? Answer { get; init; }

    /// <summary>Its name in the header, for the ledger.</summary>
    public string Heading { get; init; } = "";

    /// <summary>The components that it says beyond the row, and their codes, for the ledger.</summary>
    public string Components { get; init; } = "";

    /// <summary>The codes of <see cref="Components"/>, joined by a bar.</summary>
    public string Codes { get; init; } = "";

    /// <summary>How exactly they are carried over.</summary>
    public Carried Carried { get; init; }

    /// <summary>Why not exactly.</summary>
    public string Why { get; init; } = "";

    /// <summary>The columns of a table that a mapping pivots, patterns of names written out.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">One is not there, or is pivoted twice.</exception>
    public static IReadOnlyList<PivotedPlace> Places(Mapping mapping, TableColumns columns, DateOnly today)
    {
        var places = new List<PivotedPlace>();
        foreach (var pivot in mapping.Pivot)
        {
            // An answer among those of one cell is a column of its own.
            if (columns.FindAnswer(pivot.Column) is var (cell, answer))
            {
                if (places.Exists(one => one.Place == cell && (one.Answer is null || one.Answer == answer)))
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", pivot.Column));
                places.Add(new PivotedPlace(pivot, cell, pivot.Column, UsualOf(mapping)) { Answer = answer });
                continue;
            }

            var fitting = columns.Fitting(pivot.Column).Where(one => Names(mapping, pivot, one.Place, columns, one.Star, today)).ToList();
            // Without a star one column is meant, with one at least one.
            if (fitting.Count == 0 || (fitting.Count > 1 && !pivot.Column.Contains('*', StringComparison.Ordinal)))
                throw FlowsProblems.ColumnMissing.With(("column", pivot.Column), ("columns", string.Join(", ", columns.Names)));
            foreach (var (place, star) in fitting)
            {
                if (places.Exists(one => one.Place == place))
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", columns.Names[place]));
                places.Add(new PivotedPlace(pivot, place, star, UsualOf(mapping)));
            }
        }

        return places;
    }

    private static NumberForm UsualOf(Mapping mapping) => mapping.Columns.FirstOrDefault(column => column.Number is not null)?.Number ?? new NumberForm();

    // With a year from the row a month alone names a column: any year tells whether it does.
    private static bool Names(Mapping mapping, PivotedColumn pivot, int place, TableColumns columns, string star, DateOnly today)
    {
        if (pivot.Dates is not { } dates)
            return !pivot.Column.Contains('*', StringComparison.Ordinal) || !mapping.Columns.Any(column => column.From.Any(from => columns.Find(from).Contains(place)));
        var text = pivot.With.Count == 0 ? star : $"{star} {today.Year - 1}";
        return dates.Any(pattern => ValueReading.Span(text, pattern) is not null);
    }
}

/// <summary>A column of a table that is pivoted.</summary>
/// <param name="Pivot">What the mapping says of it.</param>
/// <param name="Place">Its place in the table.</param>
/// <param name="Star">The part of its name that the pattern leaves open.</param>
/// <param name="Usual">How other numbers of the mapping are written.</param>
internal sealed record PivotedPlace(PivotedColumn Pivot, int Place, string Star, NumberForm Usual)
{
    /// <summary>The answer that is meant, where the column has all that were chosen in one cell; else null.</summary>
    public string? Answer { get; init; }

    /// <summary>Makes it ready for rows.</summary>
    public PivotRule Ready(int[] wanted, string heading, Func<string, int> codeOf, Func<string, int> slot, DateOnly today)
    {
        var says = Pivot.To.Select(to => (codeOf(to.Key), to.Value)).ToList();
        var rule = new PivotRule(Array.IndexOf(wanted, Place), says, Pivot.Number ?? Usual)
        {
            Heading = Answer is null ? heading : Star,
            Answer = Answer,
            Components = string.Join('|', Pivot.To.Keys),
            Codes = string.Join('|', Pivot.To.Values),
            Carried = Pivot.Carried,
            Why = Pivot.Why,
        };
        if (Pivot.Dates is not { } dates)
            return rule;
        rule = rule with { Period = codeOf(Dataflow.Period) };
        if (Pivot.With.Count > 0)
            return rule with { With = [.. Pivot.With.Select(slot)], When = values => ValueReading.Date($"{Star} {string.Join(' ', values.Select(value => value.Trim()))}", dates, today) };
        // A month that has not begun may stand in the header; a number below it may not.
        var when = ValueReading.Date(Star, dates, today);
        return rule with { When = _ => when };
    }
}
