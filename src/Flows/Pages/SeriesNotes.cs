using Tambo.Flows.Collecting;
using Tambo.Flows.Structure;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Pages;

/// <summary>What must be known of a series before its figures are compared with others, in sentences.</summary>
internal static class SeriesNotes
{
    /// <summary>Method, unit, coverage, breaks, and why some figures are ranges; of the components that are asked about.</summary>
    public static IReadOnlyList<string> Of(StandingSeries series, IReadOnlyCollection<string> components, Texts texts, bool named = true)
    {
        var notes = new List<string>();
        foreach (var unit in series.CodesOf(Dataflow.Unit).Where(unit => texts.Knows("flows.page.unit_note." + unit.ToLowerInvariant())))
            notes.Add(texts["flows.page.unit_note." + unit.ToLowerInvariant()]);
        var methods = series.CodesOf("COLL_METHOD").Where(code => code != "_T").Select(code => CodeWords.Of("COLL_METHOD", code, texts)).ToList();
        if (methods.Count > 0)
            notes.Add(texts.Format("flows.page.note.method", ("methods", string.Join(texts.Comma, methods))));
        if (series.Periods.Count > 0)
            notes.Add(texts.Format("flows.page.note.coverage", ("from", CodeWords.Of(series.Periods[0], texts)), ("until", CodeWords.Of(series.Periods[^1], texts))));
        if (series.Hours is { } hours)
            notes.Add(Hours(hours, texts));
        notes.AddRange(Gaps(series, texts));
        if (YearsOnly(series) is { } years)
            notes.Add(texts.Format("flows.page.note.years", ("from", Year(years.From)), ("until", Year(years.Until))));
        foreach (var (component, why) in WhysOf(series, components))
            notes.Add(texts.Format("flows.page.note.of", ("series", texts["flows.page.component." + component.ToLowerInvariant()]), ("note", texts["flows.why." + why])));
        if (series.CodesOf("OBS_STATUS").Contains("B", StringComparer.Ordinal))
            notes.Add(texts["flows.page.note.break"]);
        return named ? [.. notes.Select(note => texts.Format("flows.page.note.of", ("series", series.Title(texts)), ("note", note)))] : notes;
    }

    private static string Hours(CountingHours hours, Texts texts) => texts.Format(
        (hours.Open is null, hours.DaysObserved is null) switch
        {
            (true, true) => "flows.page.note.hours_sum_alone",
            (true, false) => "flows.page.note.hours_alone",
            (false, true) => "flows.page.note.hours_sum",
            _ => "flows.page.note.hours",
        },
        ("observed", CodeWords.Hours(hours.Observed, texts)), ("open", CodeWords.Hours(hours.Open ?? 0, texts)),
        ("days", CodeWords.Figure(hours.DaysObserved ?? 0, texts)), ("of", CodeWords.Figure(hours.DaysOpen ?? 0, texts)));

    private static IEnumerable<(string Component, string Why)> WhysOf(StandingSeries series, IReadOnlyCollection<string> components) =>
        series.Inexact.Where(line => line.Why.Length > 0).SelectMany(line => line.Components.Where(components.Contains).Take(1).Select(component => (component, line.Why))).Distinct();

    /// <summary>The years of which a table that otherwise tells months has totals only; null when it has none such.</summary>
    public static (int From, int Until)? YearsOnly(StandingSeries series)
    {
        var years = series.Periods.Where(period => period.Frequency == 'A').Select(period => period.From.Year).ToList();
        return years.Count == 0 || series.Periods.All(period => period.Frequency == 'A') ? null : (years[0], years[^1]);
    }

    private static IEnumerable<string> Gaps(StandingSeries series, Texts texts)
    {
        var months = series.Periods.Where(period => period.Frequency == 'M').ToList();
        var missing = months.Zip(months.Skip(1)).Where(pair => pair.First.Until.AddDays(1) < pair.Second.From)
            .Select(pair => (From: Period.Holding(pair.First.Until.AddDays(1), 'M')!.Value, Until: Period.Holding(pair.Second.From.AddDays(-1), 'M')!.Value)).ToList();
        if (missing.Count > 0)
            yield return texts.Format("flows.page.note.gaps", ("periods", string.Join(texts.Semicolon, missing.Select(gap => gap.From == gap.Until
                ? CodeWords.Of(gap.From, texts)
                : texts.Format("flows.page.range", ("least", CodeWords.Of(gap.From, texts)), ("most", CodeWords.Of(gap.Until, texts)))))));
    }

    private static string Year(int year) => year.ToString("0000", System.Globalization.CultureInfo.InvariantCulture);
}
