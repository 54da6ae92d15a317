namespace Tambo.Platform.Clocks;

/// <summary>
/// The clock of a node: what time it is, and the zone in which its people read and write times. What is kept and what programs are
/// given stays in UTC.
/// </summary>
/// <param name="source">Where the time comes from.</param>
/// <param name="zone">The node's zone.</param>
public sealed class NodeClock(TimeProvider source, TimeZoneInfo zone) : TimeProvider
{
    /// <summary>Where the time comes from.</summary>
    public TimeProvider Source => source;

    /// <summary>The node's zone, whatever the machine's is.</summary>
    public override TimeZoneInfo LocalTimeZone => zone;

    /// <inheritdoc />
    public override long TimestampFrequency => source.TimestampFrequency;

    /// <summary>The day that it is where the node is.</summary>
    public DateOnly Today => DayOf(GetUtcNow());

    /// <summary>The clock itself, or one of UTC where no zone was said.</summary>
    public static NodeClock Of(TimeProvider time) => time as NodeClock ?? new(time, TimeZoneInfo.Utc);

    /// <summary>The day of a moment where the node is.</summary>
    public DateOnly DayOf(DateTimeOffset moment) => zone.DayOf(moment);

    /// <summary>The first moment of a day where the node is.</summary>
    public DateTimeOffset StartOf(DateOnly day) => zone.MomentOf(day.ToDateTime(TimeOnly.MinValue));

    /// <summary>The last minute of a day where the node is.</summary>
    public DateTimeOffset EndOf(DateOnly day) => zone.MomentOf(day.ToDateTime(new TimeOnly(23, 59)));

    /// <inheritdoc />
    public override DateTimeOffset GetUtcNow() => source.GetUtcNow();

    /// <inheritdoc />
    public override long GetTimestamp() => source.GetTimestamp();

    /// <inheritdoc />
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => source.CreateTimer(callback, state, dueTime, period);
}
