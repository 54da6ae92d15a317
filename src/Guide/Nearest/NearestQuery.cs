namespace Tambo.Guide.Nearest;

/// <summary>Whether a place is open at a moment, as far as its published hours tell.</summary>
internal enum OpenState
{
    Closed,
    Open,
    Unknown,
}

/// <summary>What the reader asked about opening. Places whose hours nobody knows are hidden only when asked for.</summary>
internal enum OpeningNeed
{
    Any,
    Open,
    OpenOrUnknown,
}

/// <summary>
/// One place that can be found. <paramref name="Id"/> is a dense row number (0, 1, 2 ...; gaps cost memory) and is unique.
/// <paramref name="Open"/> holds the hours of this week, in UTC, in which it is open for at least a moment;
/// <paramref name="Unknown"/> those in which, for at least a moment, nobody knows. Both are made anew each week,
/// and when a time zone changes its offset. Hours in neither are closed throughout.
/// </summary>
internal readonly record struct NearestEntry(
    int Id, double Latitude, double Longitude, IReadOnlyList<int> Categories, WeekMask Open, WeekMask Unknown);

/// <summary>A place found and its great-circle distance.</summary>
internal readonly record struct NearestHit(int Id, double Metres);

/// <summary>"The nearest places to here, of these kinds, open now."</summary>
internal readonly ref struct NearestQuery(double latitude, double longitude)
{
    public double Latitude { get; } = latitude;

    public double Longitude { get; } = longitude;

    /// <summary>A place of any of these; empty means of any kind or none.</summary>
    public ReadOnlySpan<int> Categories { get; init; }

    /// <summary>Nothing farther than this; places at exactly this distance belong to the answer.</summary>
    public double MaximumMetres { get; init; } = double.PositiveInfinity;

    public OpeningNeed Opening { get; init; }

    /// <summary>The hour of the week in UTC (<see cref="WeekMask.HourAt"/>); read only when <see cref="Opening"/> is not Any.</summary>
    public int HourOfWeek { get; init; }
}
