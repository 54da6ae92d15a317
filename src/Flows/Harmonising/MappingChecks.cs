using Tambo.Flows.Imports;
using Tambo.Flows.Reading;
using Tambo.Flows.Structure;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Harmonising;

/// <summary>Says whether a mapping can be right, before a row is read.</summary>
internal static class MappingChecks
{
    /// <summary>The mapping's dataflow, when nothing in the mapping is wrong.</summary>
    /// <exception cref="Problem">Something is.</exception>
    public static Dataflow Checked(Mapping mapping)
    {
        var flow = Dataflow.Find(mapping.Dataflow) ?? throw Unknown(mapping, mapping.Dataflow);
        var said = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var constant in mapping.Constants)
        {
            Check(mapping, flow, constant.Key, constant.Value);
            said.Add(constant.Key);
        }

        foreach (var column in mapping.Columns)
        {
            if (column.From.Count == 0 || column.To.Count == 0 || Ways(column) != 1 || (column.Html && !column.Text))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", string.Join('|', column.From)));
            foreach (var to in column.To)
            {
                if (flow[to] is not { } component)
                    throw Unknown(mapping, to);
                if (!said.Add(component.Code) || component.IsMeasure != column.Number is not null)
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", to));
            }

            foreach (var (value, meanings) in column.Values ?? new Dictionary<string, IReadOnlyList<MappedValue>>())
                CheckValue(mapping, flow, column, value, meanings);
            CheckSpellings(mapping, column);
            CheckNumber(mapping, column.Number);
            if (column.Codes is not (null or CountryWords.List or CountryWords.ShortList))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", column.Codes));
            CheckDates(mapping, column.Dates ?? []);
            if (column.Part is { } part && (part.Between.Length == 0 || part.Number < 1))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", string.Join('|', column.From)));
        }

        foreach (var pivot in mapping.Pivot)
        {
            if (said.Contains(Dataflow.Value) || (pivot.Dates is null && pivot.With.Count > 0) || pivot.Column.Count(letter => letter == '*') > 1)
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", pivot.Column));
            CheckDates(mapping, pivot.Dates ?? []);
            CheckNumber(mapping, pivot.Number);
            // What is not carried over exactly is one of the things that it says.
            if (pivot.Carried != Carried.Exact && pivot.To.Count == 0)
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"{pivot.Column}: {pivot.Carried}"));
            if (pivot.Dates is not null && mapping.Columns.Any(column => column.Dates is not null))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", Dataflow.Period));
        }

        if (mapping.Pivot.Any(pivot => pivot.Dates is not null))
            said.Add(Dataflow.Period);

        foreach (var to in mapping.Pivot.SelectMany(pivot => pivot.To))
        {
            Check(mapping, flow, to.Key, to.Value);
            said.Add(to.Key);
        }

        if ((mapping.File.Sheets is not null && (mapping.File.Sheet is not null || mapping.File.Sheets.Count == 0 || mapping.File.Sheets.Any(string.IsNullOrWhiteSpace)))
            || mapping.File.SheetColumn?.Length == 0 || (mapping.File.SheetPart is { } name && (mapping.File.SheetColumn is null || name.Between.Length == 0 || name.Number < 1)))
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", "file, sheets"));

        // A figure without its time or its unit cannot be compared with anything.
        foreach (var needed in (string[])[Dataflow.Period, Dataflow.Unit])
        {
            if (!said.Contains(needed))
                throw Unknown(mapping, needed);
        }

        CheckScope(mapping, flow);
        if (mapping.Hours is { } hours)
            CheckHours(mapping, flow, hours);
        return flow;
    }

    /// <summary>Where the columns that a mapping names, beside those that it pivots, stand in the table, from 0.</summary>
    /// <exception cref="Problem">One is not there.</exception>
    public static IReadOnlyDictionary<string, int> PlacesOf(Mapping mapping, TableColumns columns)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var column in mapping.Columns.SelectMany(column => column.From).Concat(mapping.Pivot.SelectMany(pivot => pivot.With)).Concat(mapping.LeaveOut.Select(left => left.Column)).Concat(mapping.Hours?.Columns ?? []))
        {
            if (places.ContainsKey(column))
                continue;
            if ((columns.Find(column) is [var one] ? one : columns.FindAnswer(column)?.Place) is not { } place)
                throw FlowsProblems.ColumnMissing.With(("column", column), ("columns", Shown(columns)));
            places[column] = place;
        }

        return places;
    }

    /// <summary>True when a table has every column that a mapping names.</summary>
    public static bool Fits(Mapping mapping, TableColumns columns, DateOnly today)
    {
        try
        {
            PlacesOf(mapping, columns);
            PivotRule.Places(mapping, columns, today);
            return true;
        }
        catch (Problem missing) when (missing.Kind == FlowsProblems.ColumnMissing || missing.Kind == FlowsProblems.MappingBroken)
        {
            return false;
        }
    }

    /// <summary>The names of columns as a refusal shows them: a table may have thousands.</summary>
    public static string Shown(TableColumns columns)
    {
        const int Most = 40;
        var names = string.Join(", ", columns.Names.Take(Most).Select(name => name.Length > 60 ? name[..60] + "…" : name));
        return columns.Names.Count > Most ? names + ", …" : names;
    }

    // Each of the two from one place; a day has no more than its hours.
    private static void CheckHours(Mapping mapping, Dataflow flow, MappedHours hours)
    {
        if (flow["POINT"] is null)
            throw Unknown(mapping, "hours: POINT");
        var observed = new object?[] { hours.Observed, hours.Coverage, hours.ObservedEachDay }.Count(one => one is not null);
        if (observed != 1 || (hours.Open is not null && hours.OpenEachDay is not null) || new[] { hours.Observed, hours.Open, hours.Coverage }.Any(column => column?.Length == 0))
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", "hours"));
        if (new[] { hours.ObservedEachDay, hours.OpenEachDay }.Any(each => each is < 0 or > 24) || hours.ObservedEachDay > hours.OpenEachDay)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", "hours, each_day"));
        CheckNumber(mapping, hours.Number);
    }

    private static void CheckScope(Mapping mapping, Dataflow flow)
    {
        if (mapping.ReplacesWithin.Count > 0 && mapping.Replaces == Replacing.Nothing)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", "replaces_within"));
        foreach (var name in mapping.ReplacesWithin)
        {
            if (!flow.Components.Any(component => component.Code == ReplacedScope.ComponentOf(name) && !component.IsMeasure && component.Code is not (Dataflow.Period or Dataflow.Series)))
                throw Unknown(mapping, name);
        }

        if (mapping.ReplacesWithin.Distinct(StringComparer.Ordinal).Count() < mapping.ReplacesWithin.Count)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", "replaces_within"));
    }

    // Two spellings of one value that mean two things: no row could tell which is meant.
    private static void CheckSpellings(Mapping mapping, MappedColumns column)
    {
        foreach (var same in (column.Values ?? new Dictionary<string, IReadOnlyList<MappedValue>>()).GroupBy(value => WordForms.Plain(value.Key), StringComparer.Ordinal))
        {
            if (same.Select(value => string.Join(';', value.Value.Select(Meaning))).Distinct(StringComparer.Ordinal).Count() > 1)
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", string.Join(" / ", same.Select(value => value.Key))));
        }
    }

    private static string Meaning(MappedValue value) =>
        $"{string.Join(',', value.To.OrderBy(to => to.Key, StringComparer.Ordinal).Select(to => $"{to.Key}={to.Value}"))} {value.From:O} {value.Until:O} {value.Carried}";

    // With one mark for both, 1.5 would be fifteen; without a mark of decimals every number would be.
    private static void CheckNumber(Mapping mapping, NumberForm? form)
    {
        if (form is not null && (form.Decimal.Length != 1 || form.Thousands.Length > 1 || form.Decimal == form.Thousands || $"{form.Decimal}{form.Thousands}".Any(mark => char.IsAsciiLetterOrDigit(mark) || mark is '-' or '+')))
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"decimal {form.Decimal} / thousands {form.Thousands}"));
    }

    private static void CheckDates(Mapping mapping, IReadOnlyList<DatePattern> patterns)
    {
        foreach (var pattern in patterns)
        {
            var spans = pattern.Frequency.Length == 1 && Period.Holding(new DateOnly(2020, 1, 1), pattern.Frequency[0]) is not null;
            if (pattern.Pattern.Length == 0 || (!spans && pattern.Pattern != DatePatterns.Sdmx) || !IsWritten(pattern))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", pattern.Pattern));
        }

        if (DatePatterns.Contradicting(patterns) is var (first, second))
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"{first.Pattern} / {second.Pattern}"));
    }

    private static bool IsWritten(DatePattern pattern)
    {
        if (DatePatterns.IsName(pattern.Pattern) || DateWords.Has(pattern.Pattern))
            return true;
        try
        {
            // A pattern that .NET cannot write is refused before a row is read.
            _ = new DateOnly(2020, 1, 1).ToString(pattern.Pattern, System.Globalization.CultureInfo.InvariantCulture);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static int Ways(MappedColumns column) =>
        (column.Dates is null ? 0 : 1) + (column.Number is null ? 0 : 1) + (column.Text ? 1 : 0) + (column.Codes is null && column.Values is null ? 0 : 1);

    private static void CheckValue(Mapping mapping, Dataflow flow, MappedColumns column, string value, IReadOnlyList<MappedValue> meanings)
    {
        foreach (var meaning in meanings)
        {
            foreach (var to in meaning.To)
            {
                if (!column.To.Contains(to.Key, StringComparer.OrdinalIgnoreCase))
                    throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"{value}: {to.Key}"));
                Check(mapping, flow, to.Key, to.Value);
            }
        }

        // Without a column that says the day nothing could tell which of them holds.
        if (meanings.Any(meaning => meaning.From is not null || meaning.Until is not null) && !mapping.Columns.Any(one => one.Dates is not null))
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", value));

        // Two meanings of one value on one day contradict each other.
        var spans = meanings.Select(meaning => (From: meaning.From ?? DateOnly.MinValue, Until: meaning.Until ?? DateOnly.MaxValue)).OrderBy(span => span.From).ToList();
        for (var i = 0; i < spans.Count; i++)
        {
            if (spans[i].From > spans[i].Until || (i > 0 && spans[i].From <= spans[i - 1].Until))
                throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", value));
        }
    }

    private static void Check(Mapping mapping, Dataflow flow, string component, string code)
    {
        var known = flow[component] ?? throw Unknown(mapping, component);
        var isRight = known.Kind switch
        {
            ComponentKind.Age or ComponentKind.Period or ComponentKind.Code => Codelists.Allows(known, code),
            // A list of persons or events has no number of its own: each row counts so many.
            ComponentKind.Count => long.TryParse(code, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out _),
            _ => false,
        };
        if (!isRight)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", $"{component}: {code}"));
    }

    private static Problem Unknown(Mapping mapping, string component) => FlowsProblems.ComponentUnknown.With(("name", mapping.Name), ("component", component));
}
