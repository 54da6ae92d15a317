using Tambo.Flows.Harmonising;
using Tambo.Platform.Places;

namespace Tambo.Flows.Collecting;

/// <summary>The codes that a record of a group may name (SDMX and the codes of flow monitoring).</summary>
internal static class GroupCodes
{
    /// <summary>Which way a group goes.</summary>
    public static IReadOnlyList<string> Directions { get; } = ["IN", "OUT", "TRANSIT", "INTERNAL", "RETURN", "_U"];

    /// <summary>How a group travels.</summary>
    public static IReadOnlyList<string> Transports { get; } = ["FOOT", "BUS", "CAR", "TRUCK", "MOTO", "TRAIN", "BOAT", "PLANE", "ANIMAL", "OTHER", "_U"];

    /// <summary>Why people leave.</summary>
    public static IReadOnlyList<string> Reasons { get; } =
    [
        "ECONOMIC", "FAMILY", "VIOLENCE", "CONFLICT", "DISASTER", "FOOD", "LIVING_COND", "HEALTH", "EDUCATION", "SERVICES", "SEASONAL", "RETURN", "COLLECT_AID",
        "BUY_GOODS", "TOURISM", "_O", "_U",
    ];

    /// <summary>Who needs care: children without their family, pregnant or breastfeeding, with a disability, older and alone, alone with children, may be trafficked.</summary>
    public static IReadOnlyList<string> Vulnerabilities { get; } = ["UAC", "PREGNANT", "DISABILITY", "OLDER_ALONE", "SINGLE_PARENT", "TRAFFICKING"];

    /// <summary>How a record is known.</summary>
    public static IReadOnlyList<string> Methods { get; } = ["OBS", "SHORT_INT", "KII", "ESTIMATE"];

    /// <summary>The sexes a cell may name.</summary>
    public static IReadOnlyList<string> Sexes { get; } = ["F", "M", "_O", "_U", "_T"];

    /// <summary>True for a nationality.</summary>
    public static bool IsNationality(string code) => code is "STLS" or "_O" or "_U" || IsCountry(code);

    /// <summary>True for a country of three letters.</summary>
    public static bool IsCountry(string code) => code.Length == 3 && CountryWords.Find(code) == code;

    /// <summary>True for a country or an administrative area.</summary>
    public static bool IsPlace(string code) => code is "_U" || IsCountry(code) || AdminAreas.Find(code) is not null;
}
