using System.Globalization;

namespace Tambo.Flows.Structure;

/// <summary>A span of days with the frequency it was observed at.</summary>
/// <param name="From">Its first day.</param>
/// <param name="Until">Its last day.</param>
/// <param name="Frequency">Letter of SDMX CL_FREQ: A, Q, M, W or D.</param>
public readonly record struct Period(DateOnly From, DateOnly Until, char Frequency)
{
    /// <summary>The span of a frequency that holds a day; null for a letter that is none.</summary>
    public static Period? Holding(DateOnly day, char frequency) => frequency switch
    {
        'A' => new Period(new DateOnly(day.Year, 1, 1), new DateOnly(day.Year, 12, 31), 'A'),
        'Q' => Months(new DateOnly(day.Year, ((day.Month - 1) / 3 * 3) + 1, 1), 3, 'Q'),
        'M' => Months(new DateOnly(day.Year, day.Month, 1), 1, 'M'),
        'W' => Week(day),
        'D' => new Period(day, day, 'D'),
        _ => null,
    };

    /// <summary>Reads the notation of SDMX: <c>2023</c>, <c>2023-Q1</c>, <c>2023-08</c>, <c>2023-W33</c>, <c>2023-08-14</c>; null for anything else.</summary>
    public static Period? Read(string code)
    {
        const NumberStyles Digits = NumberStyles.None;
        var invariant = CultureInfo.InvariantCulture;
        if (code.Length < 4 || !int.TryParse(code.AsSpan(0, 4), Digits, invariant, out var year) || year is < 1 or > 9998)
            return null;
        var rest = code.AsSpan(4);
        if (rest.Length == 0)
            return Holding(new DateOnly(year, 1, 1), 'A');
        if (rest is ['-', 'Q', >= '1' and <= '4'])
            return Holding(new DateOnly(year, ((rest[2] - '1') * 3) + 1, 1), 'Q');
        if (rest is ['-', 'W', _, _] && int.TryParse(rest[2..], Digits, invariant, out var week) && week >= 1 && week <= ISOWeek.GetWeeksInYear(year))
            return Holding(DateOnly.FromDateTime(ISOWeek.ToDateTime(year, week, DayOfWeek.Monday)), 'W');
        if (rest is ['-', _, _] && int.TryParse(rest[1..], Digits, invariant, out var month) && month is >= 1 and <= 12)
            return Holding(new DateOnly(year, month, 1), 'M');
        return DateOnly.TryParseExact(code, "yyyy-MM-dd", invariant, DateTimeStyles.None, out var day) ? Holding(day, 'D') : null;
    }

    /// <summary>The span in the notation of SDMX.</summary>
    public override string ToString() => Frequency switch
    {
        'A' => From.ToString("yyyy", CultureInfo.InvariantCulture),
        'Q' => string.Create(CultureInfo.InvariantCulture, $"{From:yyyy}-Q{(From.Month + 2) / 3}"),
        'M' => From.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        'W' => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(From.ToDateTime(default)):0000}-W{ISOWeek.GetWeekOfYear(From.ToDateTime(default)):00}"),
        _ => From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
    };

    /// <summary>True when the other lies in this one.</summary>
    public bool Holds(Period other) => From <= other.From && other.Until <= Until;

    private static Period Months(DateOnly first, int months, char frequency) => new(first, first.AddMonths(months).AddDays(-1), frequency);

    private static Period Week(DateOnly day)
    {
        var monday = day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
        return new Period(monday, monday.AddDays(6), 'W');
    }
}
