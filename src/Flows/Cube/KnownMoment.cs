using System.Globalization;

namespace Tambo.Flows.Cube;

/// <summary>The moment whose knowledge is asked for, read by one rule wherever it is typed: a day is its end, and all are of UTC unless they say another zone.</summary>
public static class KnownMoment
{
    /// <summary>Reads a day (<c>2026-05-01</c>) or a moment of ISO 8601 (<c>2026-05-01T09:30Z</c>); null for anything else.</summary>
    public static DateTimeOffset? Read(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day < DateOnly.MaxValue)
            return EndOf(day);
        return text.Contains(':', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }

    /// <summary>The last moment of a day, as moments are stored.</summary>
    public static DateTimeOffset EndOf(DateOnly day) => new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1).AddMilliseconds(-1);
}
