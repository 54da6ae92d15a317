using System.Globalization;
using System.Text.Json;
using Tambo.Flows.Cube;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;

namespace Tambo.Flows.Collecting;

/// <summary>What holds of a point from a day on.</summary>
/// <param name="StartsOn">The first day.</param>
/// <param name="State">active, inactive or suspended.</param>
public sealed record PointState(DateOnly StartsOn, string State)
{
    /// <summary>People are counted there.</summary>
    public const string Active = "active";

    /// <summary>Every state.</summary>
    public static IReadOnlyList<string> All { get; } = [Active, "inactive", "suspended"];
}

/// <summary>A place where people on the move are counted as they pass.</summary>
public sealed record Point
{
    /// <summary>Its key.</summary>
    public Guid Id { get; init; }

    /// <summary>Its code, by which figures name it.</summary>
    public string Code { get; init; } = "";

    /// <summary>Its names by language.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>What kind of place it is, of <see cref="Kinds"/>.</summary>
    public string Kind { get; init; } = "LAND";

    /// <summary>The country, ISO 3166-1 of three letters.</summary>
    public string Country { get; init; } = "";

    /// <summary>The smallest administrative area known, or empty.</summary>
    public string Area { get; init; } = "";

    /// <summary>Degrees north, where the position is known.</summary>
    public double? Latitude { get; init; }

    /// <summary>Degrees east.</summary>
    public double? Longitude { get; init; }

    /// <summary>The code of the point at the other side of the border, or empty.</summary>
    public string Adjacent { get; init; } = "";

    /// <summary>When it opens each day, <c>HH:mm</c> at the point; empty when that is not known.</summary>
    public string Opens { get; init; } = "";

    /// <summary>When it closes; the same as <see cref="Opens"/> when it never does.</summary>
    public string Closes { get; init; } = "";

    /// <summary>Its time zone (IANA), by which a record has its day.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>The table that its figures stand in: nobody is counted twice within one.</summary>
    public string Series { get; init; } = "";

    /// <summary>True when everything recorded there is made up for practice.</summary>
    public bool Training { get; init; }

    /// <summary>Counts its changes.</summary>
    public int Version { get; init; }

    /// <summary>What held of it when, oldest first.</summary>
    public IReadOnlyList<PointState> States { get; init; } = [];

    /// <summary>The kinds of places.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["LAND", "AIR", "RAIL", "SEA", "RIVER", "INTERNAL_TRANSIT", "TRANSIT_CENTRE", "SITE"];

    /// <summary>Its clock.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>Hours open each day; null when that is not known.</summary>
    public double? HoursOpen => Opens.Length == 0 ? null : Hours(Opens, Closes);

    /// <summary>What a reader reads.</summary>
    public string Name(Texts texts) => Names.GetValueOrDefault(texts.Code) ?? Names.GetValueOrDefault(texts.FallbackLanguage.Code) ?? Names.Values.First();

    /// <summary>The day at the point.</summary>
    public DateOnly DayOf(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Zone).DateTime);

    /// <summary>What held on a day; active before anything was said.</summary>
    public string StateOn(DateOnly day) => States.LastOrDefault(state => state.StartsOn <= day)?.State ?? PointState.Active;

    /// <summary>Where it lies, as far as access asks; a role may hold at it alone (<c>point:CODE</c>).</summary>
    public RecordPlace Place => new() { Areas = [$"point:{Code}", .. RowScope.AreasAround(Country), .. RowScope.AreasAround(Area)] };

    private static double Hours(string opens, string closes)
    {
        var (from, to) = (TimeOnly.ParseExact(opens, "HH:mm", CultureInfo.InvariantCulture), TimeOnly.ParseExact(closes, "HH:mm", CultureInfo.InvariantCulture));
        return from == to ? 24 : (to - from).TotalHours;
    }
}

/// <summary>A point as it stands in its table.</summary>
internal sealed record PointRow
{
    public Guid Id { get; init; }

    public string Code { get; init; } = "";

    public string Names { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Country { get; init; } = "";

    public string Area { get; init; } = "";

    public double? Latitude { get; init; }

    public double? Longitude { get; init; }

    public string Adjacent { get; init; } = "";

    public string Opens { get; init; } = "";

    public string Closes { get; init; } = "";

    public string TimeZone { get; init; } = "";

    public string Series { get; init; } = "";

    public bool Training { get; init; }

    public int Version { get; init; }

    /// <summary>The point with what held of it.</summary>
    public Point With(IEnumerable<PointState> states) => new()
    {
        Id = Id,
        Code = Code,
        Names = JsonSerializer.Deserialize<Dictionary<string, string>>(Names)!,
        Kind = Kind,
        Country = Country,
        Area = Area,
        Latitude = Latitude,
        Longitude = Longitude,
        Adjacent = Adjacent,
        Opens = Opens,
        Closes = Closes,
        TimeZone = TimeZone,
        Series = Series,
        Training = Training,
        Version = Version,
        States = [.. states.OrderBy(state => state.StartsOn)],
    };
}
