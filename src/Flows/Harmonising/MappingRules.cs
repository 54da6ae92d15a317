using System.Globalization;
using Tambo.Flows.Reading;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;

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

    /// <summary>For each measure what it is when no rule says; unknown as a rule.</summary>
    public required long[] Measures { get; init; }

    /// <summary>Measures of a pivoted row; empty when rows are not pivoted.</summary>
    public required IReadOnlyList<PivotRule> Pivot { get; init; }

    /// <summary>The names of the columns that are read, by which a header that is repeated further down is known.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>True when a file says each combination of codes once.</summary>
    public bool Once { get; init; }

    /// <summary>Where it is said for how long people were counted; null when it is not.</summary>
    public HoursRule? Hours { get; init; }

    /// <summary>The components that are codes, in order.</summary>
    public static IReadOnlyList<Component> CodesOf(Dataflow flow) => [.. flow.Components.Where(component => !component.IsMeasure)];

    /// <summary>The components that are measures, in order.</summary>
    public static IReadOnlyList<Component> MeasuresOf(Dataflow flow) => [.. flow.Components.Where(component => component.IsMeasure)];

    /// <summary>Makes a mapping ready for a table.</summary>
    /// <param name="mapping">What columns mean.</param>
    /// <param name="columns">The columns of the table.</param>
    /// <param name="today">Nothing can be of later.</param>
    /// <param name="knowsDates">True when the file tells dates from texts.</param>
    /// <exception cref="Tambo.Platform.Problems.Problem">The mapping names a column that the table has not, or cannot be right.</exception>
    public static MappingRules Of(Mapping mapping, TableColumns columns, DateOnly today, bool knowsDates = false)
    {
        var flow = MappingChecks.Checked(mapping);
        var (codes, measures) = (CodesOf(flow), MeasuresOf(flow));
        var places = MappingChecks.PlacesOf(mapping, columns);
        var pivoted = PivotRule.Places(mapping, columns, today);
        var sdmx = SdmxCsv.Of(columns);
        int[] wanted = [.. places.Values.Concat(pivoted.Select(one => one.Place)).Concat(sdmx?.Action is { } action ? [action] : []).Distinct().Order()];
        int Slot(string column) => Array.IndexOf(wanted, places[column]);
        var dates = mapping.Columns.FirstOrDefault(column => column.Dates is not null);
        var rules = mapping.LeaveOut.Select(left => new Rule([Slot(left.Column)], [], null, false, Answers(columns, [left.Column], LeaveOut(left))) { From = left.Column }).ToList();
        foreach (var column in mapping.Columns)
        {
            var isMeasure = flow[column.To[0]]!.IsMeasure;
            var inputs = column.From.Select(Slot).ToList();
            // What holds for some days only must know the day.
            var dated = column.Values?.Values.Any(values => values.Any(value => value.From is not null || value.Until is not null)) == true && dates is not null;
            if (dated)
                inputs.AddRange(dates!.From.Select(Slot));
            var decide = Answers(columns, column.From, Decide(flow, column, today, dated ? dates : null, knowsDates));
            rules.Add(new Rule(
                [.. inputs],
                isMeasure ? [] : [.. column.To.Select(to => IndexOf(codes, to))],
                isMeasure ? IndexOf(measures, column.To[0]) : null,
                column.Values is not null || column.Codes is not null || column.Dates is not null,
                sdmx is null ? decide : sdmx.Around(decide, isMeasure))
            { IsDate = column.Dates is not null, From = string.Join('|', column.From), Says = string.Join('|', column.To) });
        }

        // What further rules find stands behind those of the mapping, by whose places the ledger names its columns.
        if (sdmx?.Action is { } place)
            rules.Add(new Rule([Array.IndexOf(wanted, place)], [], null, false, SdmxCsv.DecideAction) { From = columns.Names[place] });
        return new MappingRules
        {
            Dataflow = flow,
            Wanted = wanted,
            Rules = rules,
            Constants = [.. codes.Select(code => code.Code == Dataflow.Series ? mapping.Series.Code : mapping.Constants.GetValueOrDefault(code.Code) ?? "_T")],
            Measures = [.. measures.Select(measure => mapping.Constants.TryGetValue(measure.Code, out var said) ? long.Parse(said, CultureInfo.InvariantCulture) : ObservationBatch.Unknown)],
            Pivot = [.. pivoted.Select(one => one.Ready(wanted, columns.Names[one.Place], to => IndexOf(codes, to), Slot, today))],
            Names = [.. wanted.Select(at => columns.Names[at])],
            Once = mapping.Once,
            Hours = mapping.Hours is { } hours
                ? new HoursRule(hours, [.. hours.Columns.Select(Slot)], wanted, [IndexOf(codes, "REF_AREA"), IndexOf(codes, "POINT"), IndexOf(codes, Dataflow.Period)])
                : null,
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

    private static Func<string[], Outcome> LeaveOut(LeftOut left)
    {
        var values = left.Values.Select(WordForms.Plain).ToHashSet(StringComparer.Ordinal);
        bool Is(string value) => (left.Blank && string.IsNullOrWhiteSpace(value)) || values.Contains(WordForms.Plain(value))
            || left.Patterns.Any(pattern => WordForms.Fits(value, pattern));
        return said => Is(said[0]) ? new Outcome { LeftOut = left.Why } : new Outcome();
    }

    private static Func<string[], Outcome> Decide(Dataflow flow, MappedColumns column, DateOnly today, MappedColumns? dates, bool knowsDates)
    {
        var part = PartOf(column.Part);
        if (column.Dates is not null)
            return values => Dated(column, values, today, knowsDates);
        if (column.Number is { } form)
            return values => ValueReading.Number(part(values[0]), form, flow[column.To[0]]!.Kind);
        if (column.Values is { } map)
        {
            var plain = map.ToLookup(one => WordForms.Plain(one.Key), one => one.Value, StringComparer.Ordinal);
            return values => Mapped(column, map, plain, [.. values.Take(column.From.Count).Select(part)], dates is null ? null : Dated(dates, values[column.From.Count..], today, knowsDates));
        }

        if (column.Codes is not null)
            return values => CountryWords.Find(part(values[0]), column.Codes) is { } code ? new Outcome { Codes = [code] } : Outcome.Bad(HarmonisingIssues.CodeUnknown);
        // Codes of areas come from lists of their countries, which are not all shipped.
        var component = flow[column.To[0]]!;
        var isOpen = component.Kind == ComponentKind.Code && component.Codelist is "" or "CL_AREA";
        return values => part(column.Html ? TextCharacters.Mended(System.Net.WebUtility.HtmlDecode(values[0])) : values[0]).Trim() switch
        {
            { Length: 0 } => new Outcome { Codes = ["_U"] },
            var text when WordForms.IsGarbled(text) => Outcome.Bad(HarmonisingIssues.TextGarbled),
            var text when !isOpen && !Codelists.Allows(component, text) => Outcome.Bad(HarmonisingIssues.CodeUnknown),
            var text => new Outcome { Codes = [text] },
        };
    }

    // The day of a row: of several columns the values with a blank between them.
    private static Outcome Dated(MappedColumns column, string[] values, DateOnly today, bool knowsDates) => ValueReading.Date(
        column.From.Count == 1 ? PartOf(column.Part)(values[0]) : string.Join(' ', values.Take(column.From.Count).Select(value => value.Trim())), column.Dates!, today, knowsDates);

    // What a cell with chosen answers says of the one that is meant.
    private static Func<string[], Outcome> Answers(TableColumns columns, IReadOnlyList<string> from, Func<string[], Outcome> decide)
    {
        string?[] answers = [.. from.Select(name => columns.FindAnswer(name)?.Answer)];
        return Array.TrueForAll(answers, answer => answer is null)
            ? decide
            : values => decide([.. values.Select((value, at) => at < answers.Length && answers[at] is { } answer ? TableColumns.IsChosen(value, answer) : value)]);
    }

    /// <summary>Takes a part of a value.</summary>
    public static Func<string, string> PartOf(MappedPart? part) => part is null
        ? static value => value
        : value => value.Split(part.Between) is { } parts && parts.Length >= part.Number ? parts[part.Number - 1] : "";

    private static Outcome Mapped(
        MappedColumns column, IReadOnlyDictionary<string, IReadOnlyList<MappedValue>> map, ILookup<string, IReadOnlyList<MappedValue>> plain, string[] values, Outcome? dated)
    {
        var key = string.Join('|', values.Select(value => value.Trim()));
        // As it is written, else whatever the case and the accents: two spellings never mean two things.
        if (!map.TryGetValue(key, out var choices) && (choices = plain[WordForms.Plain(key)].FirstOrDefault()) is null)
        {
            if (column.Codes is not null && CountryWords.Find(key, column.Codes) is { } country)
                return new Outcome { Codes = [country] };
            if (!map.TryGetValue("*", out choices))
                return Outcome.Bad(HarmonisingIssues.ValueUnmapped);
        }

        // Which of several meanings holds cannot be told without the day; the rule that reads it says what is wrong with it.
        if (dated is { Issue: not null } && choices.Any(choice => choice.From is not null || choice.Until is not null))
            return Outcome.Bad("");
        var day = dated is { Issue: null } ? Period.Read(dated.Codes[0])?.From : null;
        var chosen = choices.FirstOrDefault(choice => day is not { } one || (one >= (choice.From ?? DateOnly.MinValue) && one <= (choice.Until ?? DateOnly.MaxValue)));
        return chosen is null
            ? Outcome.Bad(HarmonisingIssues.ValueUnmapped)
            : new Outcome { Codes = [.. column.To.Select(to => chosen.To.GetValueOrDefault(to) ?? "_T")], Carried = chosen.Carried, Why = chosen.Why };
    }
}
