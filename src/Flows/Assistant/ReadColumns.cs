using System.Globalization;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Assistant;

/// <summary>What the values of a column look like: dates, numbers, countries, or words of a component; pure.</summary>
internal static class ReadColumns
{
    /// <summary>Patterns of days and spans that are tried, with the frequency of each; where two fit equally the first counts.</summary>
    public static IReadOnlyList<(string Pattern, string Frequency)> Patterns { get; } =
    [
        ("yyyy-MM", "M"), ("iso", "D"), ("dd/MM/yyyy", "D"), ("d/M/yyyy", "D"), ("MM/dd/yyyy", "D"), ("M/d/yyyy", "D"), ("dd-MM-yyyy", "D"), ("d-M-yyyy", "D"), ("dd.MM.yyyy", "D"),
        ("d.M.yyyy", "D"), ("yyyy/MM/dd", "D"), ("yyyyMMdd", "D"), ("MM/yyyy", "M"), ("M/yyyy", "M"), ("MM-yyyy", "M"), ("yyyy/MM", "M"), ("MMMM yyyy", "M"), ("yyyy MMMM", "M"),
        ("MMM yy", "M"), ("d MMMM yyyy", "D"), ("MMMM d yyyy", "D"), ("d MMM yy", "D"), ("yyyy", "A"), ("sdmx", ""), ("excel", "D"),
    ];

    private static readonly (string Decimal, string Thousands)[] Forms = [(".", ""), (",", "."), (".", ","), (",", " "), (".", " "), (",", ""), (".", "'")];

    /// <summary>Values that say something and are neither totals nor notes.</summary>
    public static IReadOnlyList<(string Value, long Rows)> Telling(ColumnProfile column) =>
        [.. column.Values.Where(value => value.Value.Length > 0 && TableWords.LeaveOut(value.Value) is null)];

    /// <summary>
    /// The patterns by which nearly all values are dates, the best first; empty when they are none. Further ones are added while they
    /// read what the first do not and contradict none.
    /// </summary>
    public static IReadOnlyList<(string Pattern, string Frequency)> Dates(ColumnProfile column, bool knowsDates, bool isHeadedSo, out bool mayBeSwapped)
    {
        var values = Telling(column);
        var total = values.Sum(value => value.Rows);
        mayBeSwapped = false;
        if (total == 0)
            return [];
        var left = values.ToList();
        var found = new List<(string Pattern, string Frequency)>();
        while (left.Count > 0 && found.Count < 3)
        {
            var best = Patterns.Where(pattern => isHeadedSo || pattern.Pattern is not ("yyyy" or "excel" or "yyyyMMdd"))
                .Where(pattern => pattern.Pattern != "excel" || left.TrueForAll(value => value.Value.Length == 5))
                .Select((pattern, at) => (pattern, at, Rows: left.Sum(value => Fits(value.Value, pattern, knowsDates) ? value.Rows : 0)))
                .Where(one => one.Rows > 0).OrderByDescending(one => one.Rows).ThenBy(one => one.at).FirstOrDefault();
            if (best.Rows == 0 || (found.Count > 0 && DatePatterns.Contradicting([.. found.Append(best.pattern).Select(Of)]) is not null))
                break;
            if (best.pattern.Pattern is "dd/MM/yyyy" or "d/M/yyyy" && left.TrueForAll(value => Fits(value.Value, ("M/d/yyyy", "D"), false)))
                mayBeSwapped = values.Select(value => value.Value).Distinct(StringComparer.Ordinal).Count() > 1;
            found.Add(best.pattern);
            left.RemoveAll(value => Fits(value.Value, best.pattern, knowsDates));
        }

        if (left.Sum(value => value.Rows) * 4 > total || found.Count == 0)
            return [];
        return [.. found.Select(pattern => (pattern.Pattern, Coarsest(values, pattern)))];
    }

    /// <summary>The list of countries that a column has codes of: those of two letters only when nearly all its values are some.</summary>
    public static string CountryList(ColumnProfile column)
    {
        var values = Telling(column).Where(value => !TableWords.IsCommon(value.Value)).ToList();
        var shorter = values.Where(value => CountryWords.FindShort(value.Value) is not null).Sum(value => value.Rows);
        return shorter * 10 > values.Sum(value => value.Rows) * 9 ? CountryWords.ShortList : CountryWords.List;
    }

    /// <summary>How the numbers of a column are written; null when they are none.</summary>
    public static ((string Decimal, string Thousands) Form, IReadOnlyList<string> Unknown)? Numbers(ColumnProfile column)
    {
        var values = Telling(column);
        string[] unknown = [.. values.Where(value => value.Value is "-" or "–" or "." or "…" or ".." or "*" or "NA" or "N/A" or "NaN" or "#N/A" || TableWords.Category(TableWords.Any, value.Value) == "_U").Select(value => value.Value)];
        var said = values.Where(value => !unknown.Contains(value.Value)).ToList();
        var total = said.Sum(value => value.Rows);
        if (total == 0)
            return null;
        var best = Forms.Select(form => (form, Rows: said.Sum(value => ValueReading.Number(value.Value, new NumberForm { Decimal = form.Decimal, Thousands = form.Thousands }, ComponentKind.Count).Issue is null or HarmonisingIssues.NumberNegative ? value.Rows : 0)))
            .OrderByDescending(one => one.Rows).First();
        return best.Rows * 10 >= total * 9 ? (best.form, unknown) : null;
    }

    /// <summary>The share of rows whose value a test understands.</summary>
    public static double Share(ColumnProfile column, Func<string, bool> isKnown)
    {
        var values = Telling(column);
        var total = values.Sum(value => value.Rows);
        return total == 0 ? 0 : (double)values.Where(value => isKnown(value.Value)).Sum(value => value.Rows) / total;
    }

    /// <summary>The period that a heading names: its pattern, or <c>month</c> for a month without its year; null when it names none.</summary>
    public static (string Pattern, string Frequency)? Heading(string name)
    {
        if (name.Length == 4 && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1950 and <= 2100)
            return ("yyyy", "A");
        if (DateWords.MonthOf(name, null) is >= 1)
            return ("MMMM", "M");
        foreach (var pattern in Patterns.Where(one => one.Pattern is "yyyy-MM" or "iso" or "MM/yyyy" or "MM-yyyy" or "MMMM yyyy" or "yyyy MMMM" or "MMM yy" or "sdmx"))
        {
            if (ValueReading.Span(name, Of(pattern)) is { } span)
                return (pattern.Pattern, pattern.Pattern == "iso" && span.From.Day == 1 ? "M" : pattern.Frequency);
        }

        return null;
    }

    /// <summary>A pattern as a mapping writes it.</summary>
    public static DatePattern Of((string Pattern, string Frequency) pattern) => new() { Pattern = pattern.Pattern, Frequency = pattern.Frequency };

    private static bool Fits(string value, (string Pattern, string Frequency) pattern, bool knowsDates) =>
        ValueReading.Span(value, Of(pattern)) is { } span && (pattern.Pattern != "excel" || span.From.Year is >= 1990 and <= 2100) && (knowsDates || pattern.Pattern != "yyyy" || span.From.Year is >= 1900 and <= 2100);

    // Months that are written as their first days are months.
    private static string Coarsest(IReadOnlyList<(string Value, long Rows)> values, (string Pattern, string Frequency) pattern)
    {
        if (pattern.Frequency != "D")
            return pattern.Frequency;
        var days = values.Select(value => ValueReading.Span(value.Value, Of(pattern))).OfType<Period>().Select(span => span.From).Distinct().ToList();
        return days.Count > 1 && days.TrueForAll(day => day.Day == 1) ? days.Count > 2 && days.TrueForAll(day => day.Month == 1) ? "A" : "M" : "D";
    }
}
