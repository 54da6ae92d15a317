using Tambo.Flows.Structure;

namespace Tambo.Flows.Harmonising;

/// <summary>A mapping made ready for a file: which columns are read and what becomes of them.</summary>
internal sealed record MappingRules
{
    /// <summary>The dataflow.</summary>
    public required Dataflow Dataflow { get; init; }

    /// <summary>Places of the columns that are read, in the file, rising.</summary>
    public required int[] Wanted { get; init; }

    /// <summary>What becomes of them; <see cref="Rule.Columns"/> are places in <see cref="Wanted"/>.</summary>
    public required IReadOnlyList<Rule> Rules { get; init; }

    /// <summary>For each code of an observation what it is when no rule says.</summary>
    public required string[] Constants { get; init; }

    /// <summary>For each measure of a pivoted row its place in <see cref="Wanted"/>, and the codes that it says beyond the row; empty when rows are not pivoted.</summary>
    public required IReadOnlyList<(int Column, IReadOnlyList<(int Code, string Value)> Says, NumberForm Form)> Pivot { get; init; }

    /// <summary>The components that are codes, in order.</summary>
    public static IReadOnlyList<Component> CodesOf(Dataflow flow) => [.. flow.Components.Where(component => !component.IsMeasure)];

    /// <summary>The components that are measures, in order.</summary>
    public static IReadOnlyList<Component> MeasuresOf(Dataflow flow) => [.. flow.Components.Where(component => component.IsMeasure)];

    /// <summary>Makes a mapping ready for a file with these columns.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">The mapping names a column that the file has not, or cannot be right.</exception>
    public static MappingRules Of(Mapping mapping, IReadOnlyList<string> header, DateOnly today)
    {
        var flow = MappingChecks.Checked(mapping);
        var (codes, measures) = (CodesOf(flow), MeasuresOf(flow));
        var places = MappingChecks.PlacesOf(mapping, header);
        int[] wanted = [.. places.Values.Distinct().Order()];
        int Slot(string column) => Array.IndexOf(wanted, places[column]);
        var dates = mapping.Columns.FirstOrDefault(column => column.Dates is not null);
        var rules = mapping.LeaveOut.Select(left => new Rule([Slot(left.Column)], [], null, false, LeaveOut(left))).ToList();
        foreach (var column in mapping.Columns)
        {
            var isMeasure = flow[column.To[0]]!.IsMeasure;
            var inputs = column.From.Select(Slot).ToList();
            // What holds for some days only must know the day.
            var dated = column.Values?.Values.Any(values => values.Any(value => value.From is not null || value.Until is not null)) == true && dates is not null;
            if (dated)
                inputs.AddRange(dates!.From.Select(Slot));
            rules.Add(new Rule(
                [.. inputs],
                isMeasure ? [] : [.. column.To.Select(to => IndexOf(codes, to))],
                isMeasure ? IndexOf(measures, column.To[0]) : null,
                column.Values is not null || column.Codes is not null || column.Dates is not null,
                Decide(flow, column, today, dated ? dates : null)));
        }

        return new MappingRules
        {
            Dataflow = flow,
            Wanted = wanted,
            Rules = rules,
            Constants = [.. codes.Select(code => code.Code == Dataflow.Series ? mapping.Series.Code : mapping.Constants.GetValueOrDefault(code.Code) ?? "_T")],
            Pivot = [.. mapping.Pivot.Select(pivot => (
                Slot(pivot.Column),
                (IReadOnlyList<(int, string)>)[.. pivot.To.Select(to => (IndexOf(codes, to.Key), to.Value))],
                mapping.Columns.FirstOrDefault(column => column.Number is not null)?.Number ?? new NumberForm()))],
        };
    }

    private static int IndexOf(IReadOnlyList<Component> components, string code)
    {
        for (var i = 0; i < components.Count; i++)
        {
            if (components[i].Code.Equals(code, StringComparison.OrdinalIgnoreCase))
                return i;
        }

        throw new InvalidOperationException(code);
    }

    private static Func<string[], Outcome> LeaveOut(LeftOut left) =>
        values => left.Values.Contains(values[0].Trim(), StringComparer.Ordinal) ? new Outcome { LeftOut = left.Why } : new Outcome();

    private static Func<string[], Outcome> Decide(Dataflow flow, MappedColumns column, DateOnly today, MappedColumns? dates)
    {
        if (column.Dates is { } patterns)
            return values => ValueReading.Date(values[0], patterns, today);
        if (column.Number is { } form)
            return values => ValueReading.Number(values[0], form, flow[column.To[0]]!.Kind);
        if (column.Values is { } map)
            return values => Mapped(column, map, values, dates, today);
        if (column.Codes is not null)
            return values => CountryWords.Find(values[0]) is { } code ? new Outcome { Codes = [code] } : Outcome.Bad(HarmonisingIssues.CodeUnknown);
        return values => new Outcome { Codes = [values[0].Trim() is { Length: > 0 } text ? text : "_U"] };
    }

    private static Outcome Mapped(MappedColumns column, IReadOnlyDictionary<string, IReadOnlyList<MappedValue>> map, string[] values, MappedColumns? dates, DateOnly today)
    {
        var key = string.Join('|', values.Take(column.From.Count).Select(value => value.Trim()));
        if (!map.TryGetValue(key, out var choices))
        {
            if (column.Codes is not null && CountryWords.Find(key) is { } country)
                return new Outcome { Codes = [country] };
            if (!map.TryGetValue("*", out choices))
                return Outcome.Bad(HarmonisingIssues.ValueUnmapped);
        }

        var day = dates is null ? null : ValueReading.Date(values[^1], dates.Dates!, today) is { Issue: null } date ? Period.Read(date.Codes[0]) : null;
        var chosen = choices.FirstOrDefault(choice =>
            day is not { } period || (period.From >= (choice.From ?? DateOnly.MinValue) && period.From <= (choice.Until ?? DateOnly.MaxValue)));
        return chosen is null
            ? Outcome.Bad(HarmonisingIssues.ValueUnmapped)
            : new Outcome { Codes = [.. column.To.Select(to => chosen.To.GetValueOrDefault(to) ?? "_T")], Carried = chosen.Carried, Why = chosen.Why };
    }
}
