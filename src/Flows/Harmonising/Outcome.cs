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

    /// <summary>The code of what is wrong, or null.</summary>
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
internal sealed record Rule(int[] Columns, int[] To, int? Measure, bool KeepsLedger, Func<string[], Outcome> Decide);

/// <summary>The codes of what can be wrong with a value.</summary>
internal static class HarmonisingIssues
{
    public const string DateUnknown = "flows.date_unknown";
    public const string DateFuture = "flows.date_future";
    public const string NumberUnknown = "flows.number_unknown";
    public const string NumberNegative = "flows.number_negative";
    public const string CodeUnknown = "flows.code_unknown";
    public const string ValueUnmapped = "flows.value_unmapped";

    /// <summary>Every code.</summary>
    public static IReadOnlyList<string> Codes { get; } = [CodeUnknown, DateFuture, DateUnknown, NumberNegative, NumberUnknown, ValueUnmapped];
}

/// <summary>Reads single values as a mapping says; pure.</summary>
internal static class ValueReading
{
    /// <summary>A date or span by the first pattern that fits and holds on its day.</summary>
    public static Outcome Date(string value, IReadOnlyList<DatePattern> patterns, DateOnly today)
    {
        foreach (var pattern in patterns)
        {
            if (!DateOnly.TryParseExact(value.Trim(), pattern.Pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
                || day < (pattern.From ?? DateOnly.MinValue) || day > (pattern.Until ?? DateOnly.MaxValue)
                || Period.Holding(day, pattern.Frequency[0]) is not { } period)
                continue;
            return period.From > today
                ? Outcome.Bad(HarmonisingIssues.DateFuture)
                : new Outcome { Codes = [period.ToString()], Carried = pattern.Carried, Why = pattern.Why };
        }

        return Outcome.Bad(HarmonisingIssues.DateUnknown);
    }

    /// <summary>A count or a number with decimals; an empty cell is unknown, never zero.</summary>
    public static Outcome Number(string value, NumberForm form, ComponentKind kind)
    {
        var text = value.Trim();
        if (text.Length == 0 || form.Unknown.Contains(text))
            return new Outcome();
        if (form.Thousands.Length > 0)
            text = WithoutThousands(text, form) ?? "?";
        if (form.Decimal != ".")
            text = text.Contains('.', StringComparison.Ordinal) ? "?" : text.Replace(form.Decimal, ".", StringComparison.Ordinal);
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number))
            return Outcome.Bad(HarmonisingIssues.NumberUnknown);
        if (kind == ComponentKind.Number)
            return Math.Abs(number) > 1_000_000_000m ? Outcome.Bad(HarmonisingIssues.NumberUnknown) : new Outcome { Measure = (long)Math.Round(number * 1_000_000m) };
        if (number != Math.Truncate(number) || number > 1_000_000_000_000m)
            return Outcome.Bad(HarmonisingIssues.NumberUnknown);
        return number < 0 ? Outcome.Bad(HarmonisingIssues.NumberNegative) : new Outcome { Measure = (long)number };
    }

    // Groups of three, the first of one to three: anything else is another way of writing, and no guess is made.
    private static string? WithoutThousands(string text, NumberForm form)
    {
        var whole = text.Split(form.Decimal)[0];
        var groups = whole.TrimStart('-').Split(form.Thousands);
        var isGrouped = groups.Length == 1 || (groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(group => group.Length == 3));
        return isGrouped ? text.Replace(form.Thousands, "", StringComparison.Ordinal) : null;
    }
}
