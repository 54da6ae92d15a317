using System.Globalization;

namespace Tambo.Cases.Persons;

/// <summary>When somebody was born, as exactly as is known: a day, a year, or between two years.</summary>
internal sealed record Birth
{
    public const string OneDay = "day";
    public const string Month = "month";
    public const string Year = "year";
    public const string Range = "range";

    /// <summary>Nobody is known to have reached this age (the longest life on record is of 122 years).</summary>
    public const int OldestAge = 125;

    /// <summary>The day, <c>2011-05-04</c>; of precision "month" its day says nothing.</summary>
    public string? Date { get; init; }

    /// <summary>The year alone.</summary>
    public int? InYear { get; init; }

    public int? EarliestYear { get; init; }

    public int? LatestYear { get; init; }

    /// <summary>Of an age that was said or guessed: the first day that it can have been.</summary>
    public string? Earliest { get; init; }

    /// <summary>The last day that it can have been.</summary>
    public string? Latest { get; init; }

    /// <summary>day, month, year, range; by itself what the answer has.</summary>
    public string? Precision { get; init; }

    /// <summary>document, declared, assessed.</summary>
    public string Basis { get; set; } = "declared";

    /// <summary>True when the person or an authority says otherwise: who may be a child is treated as one until it is decided.</summary>
    public bool Disputed { get; init; }

    /// <summary>How exactly it is known; null when the answers contradict each other.</summary>
    public string? Known => (Date, InYear, EarliestYear, LatestYear, Precision) switch
    {
        (null, null, null, null, null or Range) when ReadDay(Earliest) is { } from && ReadDay(Latest) is { } to && from <= to => Range,
        _ when Earliest is not null || Latest is not null => null,
        (not null, null, null, null, null or OneDay) => OneDay,
        (not null, null, null, null, Month) => Month,
        (null, not null, null, null, null or Year) => Year,
        (null, null, { } from, { } until, null or Range) when from <= until => Range,
        _ => null,
    };

    /// <summary>The first and the last day that it can have been; null when it says none.</summary>
    public (DateOnly First, DateOnly Last)? Days
    {
        get
        {
            switch (Known)
            {
                case OneDay when ReadDay(Date) is { } day:
                    return (day, day);
                case Month when ReadDay(Date) is { } day:
                    return (new DateOnly(day.Year, day.Month, 1), new DateOnly(day.Year, day.Month, DateTime.DaysInMonth(day.Year, day.Month)));
                case Year when IsYear(InYear!.Value):
                    return (new DateOnly(InYear.Value, 1, 1), new DateOnly(InYear.Value, 12, 31));
                case Range when Earliest is not null:
                    return (ReadDay(Earliest)!.Value, ReadDay(Latest)!.Value);
                case Range when IsYear(EarliestYear!.Value) && IsYear(LatestYear!.Value):
                    return (new DateOnly(EarliestYear.Value, 1, 1), new DateOnly(LatestYear.Value, 12, 31));
                default:
                    return null;
            }
        }
    }

    /// <summary>The least and the greatest age in whole years that it allows on a day.</summary>
    public (int Least, int Greatest)? AgeOn(DateOnly today) =>
        Days is { } days ? (Math.Max(0, Age(days.Last, today)), Math.Max(0, Age(days.First, today))) : null;

    /// <summary>Of somebody who says, or seems, to be of an age today.</summary>
    public static (string Earliest, string Latest) OfAge(int least, int greatest, DateOnly today) =>
        (Written(today.AddYears(-greatest - 1).AddDays(1)), Written(today.AddYears(-least)));

    /// <summary>A day of the calendar, or null.</summary>
    public static DateOnly? ReadDay(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public override string ToString() => "•••";

    private static string Written(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static bool IsYear(int year) => year is >= 1 and <= 9999;

    // Somebody born on 29 February is a year older on 1 March of years without that day.
    private static int Age(DateOnly born, DateOnly today) =>
        today.Year - born.Year - ((today.Month, today.Day).CompareTo((born.Month, born.Day)) < 0 ? 1 : 0);
}
