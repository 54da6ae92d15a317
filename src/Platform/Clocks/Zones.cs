namespace Tambo.Platform.Clocks;

/// <summary>Time zones by their IANA names, and moments on their clocks.</summary>
public static class Zones
{
    private const int LongestName = 64;

    /// <summary>The zone of an IANA name, or null when the machine knows no such zone.</summary>
    public static TimeZoneInfo? Find(string? name) =>
        !string.IsNullOrEmpty(name) && name.Length <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+')
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>The day that a moment has by the clocks of a zone.</summary>
    public static DateOnly DayOf(this TimeZoneInfo zone, DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);

    /// <summary>
    /// The moment at which the clocks of a zone show a time, to the minute and in UTC: of a time that they show twice the first, of one
    /// that they pass over the next that they show.
    /// </summary>
    public static DateTimeOffset MomentOf(this TimeZoneInfo zone, DateTime local)
    {
        var shown = new DateTime(local.Ticks - (local.Ticks % TimeSpan.TicksPerMinute), DateTimeKind.Unspecified);
        while (zone.IsInvalidTime(shown))
            shown = shown.AddMinutes(1);
        // Clocks that are put back were further ahead the first time.
        var offset = zone.IsAmbiguousTime(shown) ? zone.GetAmbiguousTimeOffsets(shown).Max() : zone.GetUtcOffset(shown);
        return new DateTimeOffset(Math.Clamp(shown.Ticks - offset.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }
}
