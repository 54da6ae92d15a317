using System.Globalization;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Harmonising;

/// <summary>What the values of some columns become: codes and a measure, or why the row cannot be used, or why it is left out.</summary>
internal sealed record Outcome
{
    /// <summary>Codes, in the order of the rule's components.</summary>
    public string[] Codes { get; init; } = [];

    /// <summary>The measure, when the rule has one.</summary>
    public long Measure { get; init; } = ObservationBatch.Unknown;

    /// <summary>The code of what is wrong, empty when another rule tells it; null when nothing is.</summary>
    public string? Issue { get; init; }

    /// <summary>Why the row is left out, or null.</summary>
    public string? LeftOut { get; init; }

    /// <summary>How exactly it is carried over.</summary>
    public Carried Carried { get; init; }

    /// <summary>Why not exactly.</summary>
    public string Why { get; init; } = "";

    /// <summary>A row that cannot be used.</summary>
    public static Outcome Bad(string issue) => new() { Issue = issue };
}

/// <summary>What a mapping says of some columns, ready to be asked; pure.</summary>
/// <param name="Columns">Places of the columns among those that are read.</param>
/// <param name="To">Places of the components among the codes of an observation; empty when it is a measure or only leaves rows out.</param>
/// <param name="Measure">The place of the measure, or null.</param>
/// <param name="KeepsLedger">True when what each value became is told.</param>
/// <param name="Decide">Values, in the order of the columns, to what they become.</param>
internal sealed record Rule(int[] Columns, int[] To, int? Measure, bool KeepsLedger, Func<string[], Outcome> Decide)
{
    /// <summary>The names of its columns, for the ledger.</summary>
    public string From { get; init; } = "";

    /// <summary>The components that it says, for the ledger.</summary>
    public string Says { get; init; } = "";

    /// <summary>True when it reads when something was.</summary>
    public bool IsDate { get; init; }
}

/// <summary>The codes of what can be wrong with a value.</summary>
internal static class HarmonisingIssues
{
    public const string DateUnknown = "flows.date_unknown";
    public const string DateFuture = "flows.date_future";
    public const string NumberUnknown = "flows.number_unknown";
    public const string NumberNegative = "flows.number_negative";
    public const string CodeUnknown = "flows.code_unknown";
    public const string NumberAmbiguous = "flows.number_ambiguous";
    public const string TextGarbled = "flows.text_garbled";
    public const string ValueUnmapped = "flows.value_unmapped";

    // Of these the row counts; for how long people were counted there is not known.
    public const string HoursBeyondDay = "flows.hours_beyond_day";
    public const string HoursBeyondOpen = "flows.hours_beyond_open";
    public const string HoursDiffer = "flows.hours_differ";
    public const string HoursNegative = "flows.hours_negative";
    public const string HoursUnknown = "flows.hours_unknown";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> Codes { get; } = [CodeUnknown, DateFuture, DateUnknown, HoursBeyondDay, HoursBeyondOpen, HoursDiffer, HoursNegative, HoursUnknown, NumberAmbiguous, NumberNegative, NumberUnknown, TextGarbled, ValueUnmapped];
}

/// <summary>Reads single values as a mapping says; pure.</summary>
internal static class ValueReading
{
    // Day 1 of workbooks is 1900-01-01 and a 29 February 1900 is counted that never was: from March 1900 on this is day 0.
    private static readonly DateOnly ExcelZero = new(1899, 12, 30);

    /// <summary>A date or span by the first pattern that fits and holds on its day.</summary>
    /// <param name="value">As it stands in the file.</param>
    /// <param name="patterns">How dates are written.</param>
    /// <param name="today">Nothing can be of later.</param>
    /// <param name="knowsDates">True when the file tells dates from texts; what it says is a date is one, however it is shown.</param>
    public static Outcome Date(string value, IReadOnlyList<DatePattern> patterns, DateOnly today, bool knowsDates = false)
    {
        var text = value.Trim();
        var told = knowsDates ? ToldDate(text) : null;
        foreach (var pattern in patterns)
        {
            if ((Span(text, pattern) ?? (told is { } date && pattern.Frequency.Length == 1 ? Period.Holding(date, pattern.Frequency[0]) : null)) is not { } period
                || period.From < (pattern.From ?? DateOnly.MinValue) || period.From > (pattern.Until ?? DateOnly.MaxValue))
                continue;
            return period.From > today
                ? Outcome.Bad(HarmonisingIssues.DateFuture)
                : new Outcome { Codes = [period.ToString()], Carried = pattern.Carried, Why = pattern.Why };
        }

        return Outcome.Bad(HarmonisingIssues.DateUnknown);
    }

    /// <summary>The span that a text stands for by one pattern, whatever its validity; null when it does not fit.</summary>
    public static Period? Span(string text, DatePattern pattern)
    {
        if (pattern.Pattern == DatePatterns.Sdmx)
            return Period.Read(text);
        DateOnly? day;
        if (pattern.Pattern == DatePatterns.Excel)
            day = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is >= 61 and < 2_958_466 ? ExcelZero.AddDays((int)number) : null;
        else if (pattern.Pattern == DatePatterns.Iso)
            day = text.Length == 10 || (text.Length > 10 && text[10] is 'T' or ' ') ? ToldDate(text[..10]) : null;
        else if (DateWords.Has(pattern.Pattern))
            day = DateWords.Read(text, pattern.Pattern, pattern.Language);
        else
            day = DateOnly.TryParseExact(text, pattern.Pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out var exact) ? exact : null;
        // The last year of the calendar has spans that end beyond it.
        return day is { Year: < 9999 } one ? Period.Holding(one, pattern.Frequency[0]) : null;
    }

    /// <summary>A count or a number with decimals; an empty cell is unknown, never zero.</summary>
    public static Outcome Number(string value, NumberForm form, ComponentKind kind)
    {
        var text = value.Trim();
        if (text.Length == 0 || form.Unknown.Contains(text))
            return new Outcome();
        if (form.Thousands.Length > 0)
            text = WithoutThousands(form.Thousands == " " ? text.Replace('\u00A0', ' ').Replace('\u202F', ' ') : text, form) ?? "?";
        if (form.Decimal != ".")
            text = text.Contains('.', StringComparison.Ordinal) ? "?" : text.Replace(form.Decimal, ".", StringComparison.Ordinal);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
            return Outcome.Bad(HarmonisingIssues.NumberUnknown);
        if (kind == ComponentKind.Number)
            return Math.Abs(number) > 1_000_000_000m ? Outcome.Bad(HarmonisingIssues.NumberUnknown) : new Outcome { Measure = (long)Math.Round(number * 1_000_000m) };
        // Three digits behind the mark of decimals are as a rule thousands, written by somebody else's habit.
        var mark = text.IndexOf('.', StringComparison.Ordinal);
        if (mark > 0 && text.Length - mark == 4 && number >= 1)
            return Outcome.Bad(HarmonisingIssues.NumberAmbiguous);
        if (number != Math.Truncate(number) || number > 1_000_000_000_000m)
            return Outcome.Bad(HarmonisingIssues.NumberUnknown);
        return number < 0 ? Outcome.Bad(HarmonisingIssues.NumberNegative) : new Outcome { Measure = (long)number };
    }

    private static DateOnly? ToldDate(string text) =>
        DateOnly.TryParseExact(text.Length > 10 && text[10] == 'T' ? text[..10] : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year < 9999 ? day : null;

    // Groups of three, the first of one to three: anything else is another way of writing, and no guess is made.
    private static string? WithoutThousands(string text, NumberForm form)
    {
        var mark = text.IndexOf(form.Decimal, StringComparison.Ordinal);
        var (whole, rest) = mark < 0 ? (text, "") : (text[..mark], text[mark..]);
        var groups = whole.TrimStart('-', '+').Split(form.Thousands);
        var isGrouped = groups.Length == 1 || (groups[0].Length is >= 1 and <= 3 && groups.All(group => group.All(char.IsAsciiDigit)) && groups.Skip(1).All(group => group.Length == 3));
        return isGrouped && !rest.Contains(form.Thousands, StringComparison.Ordinal) ? whole.Replace(form.Thousands, "", StringComparison.Ordinal) + rest : null;
    }
}

/// <summary>Patterns of dates that are names and no patterns; pure.</summary>
internal static class DatePatterns
{
    /// <summary>Day numbers of a workbook.</summary>
    public const string Excel = "excel";

    /// <summary>A day of ISO 8601, with or without a time of day behind it.</summary>
    public const string Iso = "iso";

    /// <summary>The notation of SDMX.</summary>
    public const string Sdmx = "sdmx";

    /// <summary>True when a pattern is such a name.</summary>
    public static bool IsName(string pattern) => pattern is Excel or Iso or Sdmx;

    private static readonly DateOnly[] Probes = [new(2003, 2, 1), new(2011, 12, 10)];

    /// <summary>The first two patterns of a list that read one text as two days, and hold on both: no row could tell which is meant.</summary>
    public static (DatePattern, DatePattern)? Contradicting(IReadOnlyList<DatePattern> patterns)
    {
        foreach (var first in patterns.Where(IsPlain))
        {
            foreach (var probe in Probes)
            {
                var text = probe.ToString(first.Pattern, CultureInfo.InvariantCulture);
                var meant = ValueReading.Span(text, first);
                foreach (var second in patterns.Where(one => one != first && IsPlain(one)))
                {
                    if (ValueReading.Span(text, second) is { } other && meant is { } one && one.From != other.From && !one.Holds(other) && !other.Holds(one)
                        && HoldsOn(first, one.From) && HoldsOn(second, other.From))
                        return (first, second);
                }
            }
        }

        return null;
    }

    private static bool HoldsOn(DatePattern pattern, DateOnly day) => day >= (pattern.From ?? DateOnly.MinValue) && day <= (pattern.Until ?? DateOnly.MaxValue);

    private static bool IsPlain(DatePattern pattern) => !IsName(pattern.Pattern) && !DateWords.Has(pattern.Pattern);
}
