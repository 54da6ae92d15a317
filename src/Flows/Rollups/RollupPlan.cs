namespace Tambo.Flows.Rollups;

/// <summary>Which components of a segment are summed up for what dashboards ask, most asked for first.</summary>
internal static class RollupPlan
{
    /// <summary>A segment with fewer observations is looked through as fast as anything could be.</summary>
    public const int LeastRows = 4096;

    /// <summary>Keys of one rollup at most; components at its end are left out until it has no more.</summary>
    public const int MostKeys = 1 << 18;

    /// <summary>
    /// Each with the components it must have, then those that it may. Components of which a segment has one code alone stand in
    /// all of them, and a component that a segment does not have in none.
    /// </summary>
    public static IReadOnlyList<(string[] Musts, string[] Mays)> All { get; } =
    [
        (["TIME_PERIOD"], ["REF_AREA", "DIRECTION", "ENTRY_STATUS"]),
        (["TIME_PERIOD", "CITIZENSHIP"], ["REF_AREA", "DIRECTION", "ENTRY_STATUS"]),
        (["TIME_PERIOD", "POINT"], ["REF_AREA", "DIRECTION"]),
        (["REF_AREA", "POINT"], ["DIRECTION"]),
        (["TIME_PERIOD", "AGE"], ["SEX", "VULN", "REF_AREA", "DIRECTION"]),
        (["TIME_PERIOD", "C_ORIGIN", "C_DEST"], ["REF_AREA"]),
        (["TIME_PERIOD", "POP_GROUP"], ["REF_AREA", "C_ORIGIN"]),
        (["CITIZENSHIP", "POINT"], ["REF_AREA", "AGE"]),
        (["CITIZENSHIP", "AGE"], ["SEX", "REF_AREA", "TIME_PERIOD"]),
        (["TIME_PERIOD", "TRANS_MODE"], ["REF_AREA"]),
    ];
}
