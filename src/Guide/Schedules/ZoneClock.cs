using System.Collections.Concurrent;
using Tambo.Platform.Clocks;

namespace Tambo.Guide.Schedules;

/// <summary>
/// The clock on the wall of a place: its offsets from UTC and when they change. Time is whole minutes since
/// 1970-01-01T00:00Z; "local" minutes count on the wall clock in the same way. Changes are known from 2000 to 2060;
/// outside of these years the nearest known offset stays.
/// </summary>
internal sealed class ZoneClock
{
    private const int FirstYear = 2000;
    private const int LastYear = 2060;
    private static readonly ConcurrentDictionary<string, ZoneClock> Known = new(StringComparer.Ordinal);

    private readonly long[] _changes;
    private readonly int[] _offsets;

    private ZoneClock(string id, long[] changes, int[] offsets)
    {
        Id = id;
        _changes = changes;
        _offsets = offsets;
    }

    /// <summary>The IANA name, or "UTC+03:00" for a fixed offset.</summary>
    public string Id { get; }

    /// <summary>The clock of an IANA time zone, or null when the machine knows no such zone.</summary>
    public static ZoneClock? Find(string? id)
    {
        if (id is not null && Known.TryGetValue(id, out var clock))
            return clock;
        return Zones.Find(id) is { } zone ? Known.GetOrAdd(id!, Of(id!, zone)) : null;
    }

    /// <summary>The clock of a place of which only the distance from UTC is known.</summary>
    /// <param name="minutes">Minutes east of UTC.</param>
    public static ZoneClock Fixed(int minutes)
    {
        var sign = minutes < 0 ? '-' : '+';
        return new(string.Create(null, $"UTC{sign}{Math.Abs(minutes) / 60:00}:{Math.Abs(minutes) % 60:00}"), [], [minutes]);
    }

    /// <summary>Minutes east of UTC at a UTC minute.</summary>
    public int OffsetAt(long minute)
    {
        if (_changes.Length == 0)
            return _offsets[0];
        var at = Array.BinarySearch(_changes, minute);
        return _offsets[at >= 0 ? at + 1 : ~at];
    }

    /// <summary>Whether the place uses this offset in the years around the minute given.</summary>
    public bool Uses(int offset, long aroundMinute)
    {
        const long year = 366L * DayHours.Day;
        for (var at = aroundMinute - year; at <= aroundMinute + year; at += 28L * DayHours.Day)
        {
            if (OffsetAt(at) == offset)
                return true;
        }
        return false;
    }

    public DateTimeOffset Local(DateTimeOffset instant) =>
        instant.ToOffset(TimeSpan.FromMinutes(OffsetAt(Minute(instant))));

    public DateTimeOffset At(long minute) =>
        DateTimeOffset.FromUnixTimeSeconds(minute * 60).ToOffset(TimeSpan.FromMinutes(OffsetAt(minute)));

    public static long Minute(DateTimeOffset instant) => (long)Math.Floor(instant.ToUnixTimeMilliseconds() / 60_000d);

    /// <summary>Local minutes at midnight of a day numbered as <see cref="DateOnly.DayNumber"/>.</summary>
    public static long Midnight(int day) => (day - EpochDay) * (long)DayHours.Day;

    public int DayOf(long minute) => (int)(Math.DivRem(minute + OffsetAt(minute) + Midnight0, DayHours.Day).Quotient);

    /// <summary>
    /// The UTC minute at which the wall clock shows a local minute. RFC 5545, 3.3.5: a time shown twice is the first
    /// of the two; a time never shown (clocks put forward) is read with the offset before the gap.
    /// </summary>
    /// <param name="skipped">True when the clock never shows this time.</param>
    public long ToUtc(long local, out bool skipped)
    {
        skipped = false;
        if (_changes.Length == 0)
            return local - _offsets[0];
        // Offsets lie between -12 and +14 hours, so a day to either side is surely before and after the local time.
        var before = OffsetAt(local - DayHours.Day);
        var after = OffsetAt(local + DayHours.Day);
        if (before == after || OffsetAt(local - before) == before)
            return local - before;
        if (OffsetAt(local - after) == after)
            return local - after;
        skipped = true;
        return local - before;
    }

    /// <summary>When the hours of a day begin and end in UTC; false when the day or all of its hours are skipped.</summary>
    public bool TryPlace(int day, DayHours hours, out long from, out long to)
    {
        var midnight = Midnight(day);
        from = ToUtc(midnight + hours.Opens, out var skipped);
        to = ToUtc(midnight + hours.Closes, out _);
        return to > from && !(skipped && DayOf(from) != day);
    }

    private static readonly int EpochDay = new DateOnly(1970, 1, 1).DayNumber;
    private static readonly long Midnight0 = EpochDay * (long)DayHours.Day;

    private static ZoneClock Of(string id, TimeZoneInfo zone)
    {
        int Offset(long minute) => (int)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(minute * 60)).TotalMinutes;

        var changes = new List<long>();
        var at = Midnight(new DateOnly(FirstYear, 1, 1).DayNumber);
        var end = Midnight(new DateOnly(LastYear, 12, 31).DayNumber);
        var offsets = new List<int> { Offset(at) };
        for (; at < end; at += DayHours.Day)
        {
            var next = Offset(at + DayHours.Day);
            if (next == offsets[^1])
                continue;
            var (low, high) = (at, at + DayHours.Day);
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                if (Offset(middle) == offsets[^1])
                    low = middle;
                else
                    high = middle;
            }
            changes.Add(high);
            offsets.Add(next);
        }
        return new ZoneClock(id, [.. changes], [.. offsets]);
    }
}
