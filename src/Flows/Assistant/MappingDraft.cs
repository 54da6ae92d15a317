using Tambo.Flows.Reading;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Assistant;

/// <summary>What a column can be beside a component.</summary>
internal static class ColumnRoles
{
    /// <summary>It is not read.</summary>
    public const string None = "";

    /// <summary>The year of the period, with a month beside it or wide months.</summary>
    public const string Year = "YEAR";

    /// <summary>The month of the period.</summary>
    public const string Month = "MONTH";

    /// <summary>Sex and age in one.</summary>
    public const string SexAge = "SEX_AGE";

    /// <summary>The number of a period or of a group that the heading names.</summary>
    public const string Wide = "WIDE";

    /// <summary>For how many hours people were counted at the row's point, in its period.</summary>
    public const string HoursObserved = "HOURS_OBSERVED";

    /// <summary>For how many hours they could have been.</summary>
    public const string HoursOpen = "HOURS_OPEN";

    /// <summary>Both in words, or when they were counted.</summary>
    public const string Coverage = "COVERAGE_TIME";

    /// <summary>Roles that say for how long people were counted.</summary>
    public static IReadOnlyList<string> Hours { get; } = [HoursObserved, HoursOpen, Coverage];

    /// <summary>Roles whose values are countries.</summary>
    public static IReadOnlyList<string> Countries { get; } = ["CITIZENSHIP", "REF_AREA", "C_ORIGIN", "C_PREVIOUS", "C_NEXT", "C_DEST"];

    /// <summary>Roles whose values each become a code.</summary>
    public static IReadOnlyList<string> Categories { get; } = ["SEX", "AGE", SexAge, "DIRECTION", "ENTRY_STATUS", "TRANS_MODE", "REASON"];

    /// <summary>Roles whose text stays as it is.</summary>
    public static IReadOnlyList<string> Texts { get; } = ["POINT", "ROUTE", "NATIONAL_CODE"];

    /// <summary>The roles to choose from for a dataflow.</summary>
    public static IReadOnlyList<string> For(Dataflow flow) =>
    [
        None, Dataflow.Period, Year, Month, .. Countries.Where(role => flow[role] is not null), "SEX", "AGE", SexAge,
        .. Categories.Skip(3).Concat(Texts).Where(role => flow[role] is not null), Dataflow.Value, Wide, .. flow["POINT"] is null ? [] : Hours,
    ];
}

/// <summary>A value of a column and the code that it is to become.</summary>
/// <param name="Place">Its place among the values of the column.</param>
/// <param name="Value">As it stands in the file.</param>
/// <param name="Rows">Rows that have it.</param>
/// <param name="Code">The code; empty when nobody has said; <see cref="TableWords.Total"/> to leave its rows out.</param>
/// <param name="IsUnderstood">True when it needs no word of a person: the names of countries are known.</param>
public sealed record ValueDraft(int Place, string Value, long Rows, string Code, bool IsUnderstood);

/// <summary>What a column is taken for.</summary>
public sealed record ColumnDraft
{
    /// <summary>Its place in the table.</summary>
    public required int Place { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>A component, or one of <see cref="ColumnRoles"/>.</summary>
    public required string Role { get; init; }

    /// <summary>How its dates are written, or those in its heading: patterns with their frequency.</summary>
    public IReadOnlyList<(string Pattern, string Frequency)> Dates { get; init; } = [];

    /// <summary>The decimal mark and what groups thousands.</summary>
    public (string Decimal, string Thousands) Number { get; init; } = (".", "");

    /// <summary>What stands for unknown numbers.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];

    /// <summary>Sex and age that its heading says, as <c>M Y_LT18</c>; empty when it says none.</summary>
    public string Says { get; init; } = "";

    /// <summary>The part of its heading that is a period, when another part says sex or age.</summary>
    public string DatePart { get; init; } = "";

    /// <summary>Values that a person should look at, or has.</summary>
    public IReadOnlyList<ValueDraft> Values { get; init; } = [];

    /// <summary>True when day and month may be the other way round.</summary>
    public bool MayBeSwapped { get; init; }
}

/// <summary>What a person is proposed for an unknown table, and then says: all that a mapping needs.</summary>
public sealed record MappingDraft
{
    /// <summary>The mapping's name.</summary>
    public required string Name { get; init; }

    /// <summary>The series' code.</summary>
    public required string Series { get; init; }

    /// <summary>What readers are told it is.</summary>
    public string Title { get; init; } = "";

    /// <summary>The language of the title.</summary>
    public string Language { get; init; } = "en";

    /// <summary>Who counted.</summary>
    public string Publisher { get; init; } = "";

    /// <summary>On what terms.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Where it is published.</summary>
    public string Link { get; init; } = "";

    /// <summary>The kind of figures.</summary>
    public string Flow { get; init; } = Dataflow.Flow.Code;

    /// <summary>What is counted.</summary>
    public string Unit { get; init; } = "PS";

    /// <summary>The country of all rows, when no column says it.</summary>
    public string RefArea { get; init; } = "";

    /// <summary>The direction of all rows, when no column says it.</summary>
    public string Direction { get; init; } = "";

    /// <summary>The year of wide months, when no column says it.</summary>
    public string Year { get; init; } = "";

    /// <summary>What a further file stands instead of: all, years, months, periods or nothing.</summary>
    public string Replaces { get; init; } = "periods";

    /// <summary>By what files divide the series beside time; empty when each holds all of it.</summary>
    public IReadOnlyList<string> Within { get; init; } = [];

    /// <summary>True when each combination stands once.</summary>
    public bool Once { get; init; }

    /// <summary>True when everything is made up for practice.</summary>
    public bool Training { get; init; }

    /// <summary>The sheet that was chosen; empty when it is found by its columns.</summary>
    public string Sheet { get; init; } = "";

    /// <summary>The sheets that are read as one table; null when one is.</summary>
    internal AlikeSheets? Sheets { get; init; }

    /// <summary>The list whose elements become rows; empty when records do.</summary>
    public string Repeat { get; init; } = "";

    /// <summary>The columns.</summary>
    public required IReadOnlyList<ColumnDraft> Columns { get; init; }
}
