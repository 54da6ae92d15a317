using Tambo.Guide.Finding;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Schedules;

namespace Tambo.Guide.Notices;

/// <summary>The moments between which a notice is shown: devices without internet are sent the same two.</summary>
/// <param name="Begins">The first moment of its first day.</param>
/// <param name="Ends">The first moment after its last.</param>
internal readonly record struct NoticeSpan(DateTimeOffset Begins, DateTimeOffset Ends)
{
    /// <summary>
    /// On the clocks of the area: from the first that begins the first day to the last that ends the last one. Where nobody
    /// knows a clock, wherever in the world it lies: from UTC+14 to UTC-12.
    /// </summary>
    public static NoticeSpan Of(DateOnly first, DateOnly last, IReadOnlyList<ZoneClock> clocks) => clocks.Count == 0
        ? new NoticeSpan(Utc(first).AddHours(-14), Utc(last.AddDays(1)).AddHours(12))
        : new NoticeSpan(clocks.Min(clock => Midnight(clock, first)), clocks.Max(clock => Midnight(clock, last.AddDays(1))));

    /// <summary>True at a moment of its days.</summary>
    public bool Holds(DateTimeOffset now) => now >= Begins && now < Ends;

    private static DateTimeOffset Utc(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static DateTimeOffset Midnight(ZoneClock clock, DateOnly day) => clock.At(clock.ToUtc(ZoneClock.Midnight(day.DayNumber), out _));
}

/// <summary>The clocks on the walls of areas, as far as the places of services there tell them.</summary>
internal sealed class AreaClocks
{
    private readonly Dictionary<string, List<ZoneClock>> known = new(StringComparer.Ordinal);

    /// <summary>Those of a directory.</summary>
    public static AreaClocks Of(IReadOnlyList<Offer> offers)
    {
        var clocks = new AreaClocks();
        var counted = new Dictionary<string, (ZoneClock Clock, int Places)>(StringComparer.Ordinal);
        foreach (var offer in offers)
        {
            if ((offer.Hours.Clock ?? ZoneClock.Find(offer.Location?.TimeZone)) is not { } clock)
                continue;
            counted[clock.Id] = (clock, counted.GetValueOrDefault(clock.Id).Places + 1);
            foreach (var area in NeedAreas.Around(NoticeAreas.Of(offer)).Append(""))
                clocks.Add(area, clock);
        }

        clocks.Usual = counted.Values.OrderByDescending(one => one.Places).ThenBy(one => one.Clock.Id, StringComparer.Ordinal).Select(one => one.Clock).FirstOrDefault();
        return clocks;
    }

    /// <summary>The clock of most places; null where none is known.</summary>
    public ZoneClock? Usual { get; private set; }

    /// <summary>Those of an area, else of the one around it; of all there are for everywhere.</summary>
    public IReadOnlyList<ZoneClock> In(string area) =>
        (area.Length == 0 ? [""] : NeedAreas.Around(area)).Select(known.GetValueOrDefault).FirstOrDefault(clocks => clocks is not null) ?? [];

    private void Add(string area, ZoneClock clock)
    {
        if (!known.TryGetValue(area, out var clocks))
            known[area] = clocks = [];
        if (!clocks.Exists(one => one.Id == clock.Id))
            clocks.Add(clock);
    }
}
