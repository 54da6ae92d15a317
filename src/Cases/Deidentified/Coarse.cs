using System.Globalization;
using System.Text.Json;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Referrals;

namespace Tambo.Cases.Deidentified;

/// <summary>A region of the world.</summary>
internal sealed record WorldRegion(string Code, string Within, IReadOnlyList<string> Countries);

/// <summary>What outsiders may know of a person, ever coarser: sex, age band, region of nationality, time of registration.</summary>
internal static class Coarse
{
    /// <summary>What nobody knows.</summary>
    public const string Unknown = "unknown";

    /// <summary>What was left out so that nobody is known by it.</summary>
    public const string LeftOut = "*";

    /// <summary>The columns.</summary>
    public static IReadOnlyList<string> Columns { get; } = ["sex", "age_band", "nationality_region", "registered"];

    /// <summary>How many levels each has.</summary>
    public static IReadOnlyList<int> Levels { get; } = [2, 3, 3, 3];

    /// <summary>What each says at each level, in words for whoever reads the file.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Meanings { get; } =
    [
        ["as recorded: female, male, other, unknown", "left out"],
        ["0-4, 5-11, 12-17, 18-59, 60+, unknown", "child (under 18, or may be), adult", "left out"],
        ["sub-region of UN M49; several, none_claimed, unknown", "region of UN M49; several, none_claimed, unknown", "left out"],
        ["month", "year", "left out"],
    ];

    private static readonly Lazy<IReadOnlyList<WorldRegion>> Known = new(Read);

    /// <summary>The regions.</summary>
    public static IReadOnlyList<WorldRegion> Regions => Known.Value;

    /// <summary>A person in all levels of all columns.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Of(PersonIdentity identity, PersonFacts facts, DateTimeOffset registered, DateOnly today)
    {
        var age = identity.Birth is { Disputed: false } birth ? birth.AgeOn(today) : null;
        var band = age is { } years && AgeBands.Of(years.Least) == AgeBands.Of(years.Greatest)
            ? AgeBands.Of(years.Least) switch { AgeBand.Under5 => "0-4", AgeBand.From5To11 => "5-11", AgeBand.From12To17 => "12-17", AgeBand.From18To59 => "18-59", AgeBand.From60 => "60+", _ => Unknown }
            : Unknown;
        var regions = identity.Nationalities.Select(nationality => RegionOf(nationality.Code)).Distinct().ToList();
        return
        [
            [identity.SexRecorded is "female" or "male" or "other" ? identity.SexRecorded : Unknown, LeftOut],
            [band, facts.TreatedAsChild ? "child" : "adult", LeftOut],
            [One(regions.Select(region => region?.Code)), One(regions.Select(region => region?.Within)), LeftOut],
            [registered.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture), registered.UtcDateTime.ToString("yyyy", CultureInfo.InvariantCulture), LeftOut],
        ];

        string One(IEnumerable<string?> codes) => codes.Distinct().ToList() switch
        {
            [] => identity.NoNationalityClaimed ? "none_claimed" : Unknown,
            [var code] => code ?? Unknown,
            _ => "several",
        };
    }

    /// <summary>The region of a country; null when there is no such country.</summary>
    public static WorldRegion? RegionOf(string country) =>
        Platform.Places.Countries.Find(country) is { } known ? Regions.FirstOrDefault(region => region.Countries.Contains(known.Alpha2)) : null;

    private static IReadOnlyList<WorldRegion> Read()
    {
        using var stream = typeof(Coarse).Assembly.GetManifestResourceStream("Tambo.Cases.Rules.regions.json")!;
        return JsonDocument.Parse(stream).RootElement.GetProperty("regions").Deserialize<IReadOnlyList<WorldRegion>>(JsonSerializerOptions.Web)!;
    }
}
