

namespace Tambo.Flows.Harmonising;

/// <summary>How exactly a source's category could be carried over.</summary>
public enum Carried
{
    /// <summary>It is the same thing.</summary>
    Exact,

    /// <summary>It covers more or less than what is asked for, so that only bounds can be given.</summary>
    Bounded,

    /// <summary>It cannot be compared.</summary>
    NotComparable,
}

/// <summary>
/// How the files of one institution become observations: data that a statistician reads and changes, one JSON file each,
/// with the ideas of SDMX StructureMap (constants, columns, value maps with validity, date patterns, filters, pivots).
/// </summary>
public sealed record Mapping
{
    /// <summary>Its name, in lower case with hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>Counts up with each change of meaning.</summary>
    public required int Version { get; init; }

    /// <summary>The dataflow its observations are of.</summary>
    public required string Dataflow { get; init; }

    /// <summary>The table that its observations fill.</summary>
    public required MappedSeries Series { get; init; }

    /// <summary>How the file is read; what is not said is found out.</summary>
    public MappedFile File { get; init; } = new();

    /// <summary>What a further file of the same series stands instead of.</summary>
    public Replacing Replaces { get; init; } = Replacing.All;

    /// <summary>
    /// The components by whose codes files divide the series, or COUNTRY for the country of REF_AREA: a further file stands
    /// instead of observations that have the codes of some of its own, as the file of a country. None when files divide it by time alone.
    /// </summary>
    public IReadOnlyList<string> ReplacesWithin { get; init; } = [];

    /// <summary>Components that are the same on every row.</summary>
    public IReadOnlyDictionary<string, string> Constants { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>What columns become, in order.</summary>
    public required IReadOnlyList<MappedColumns> Columns { get; init; }

    /// <summary>Measures that stand side by side, each with what it says beyond the row (wide months, sexes).</summary>
    public IReadOnlyList<PivotedColumn> Pivot { get; init; } = [];

    /// <summary>Rows that are left out, as totals of others.</summary>
    public IReadOnlyList<LeftOut> LeaveOut { get; init; } = [];

    /// <summary>True when a file says each combination of categories once, as published tables do: a second row with the same is refused.</summary>
    public bool Once { get; init; }

    /// <summary>Where it is said for how long people were counted; null when it is not.</summary>
    public MappedHours? Hours { get; init; }
}

/// <summary>
/// Where a file says for how long people were counted at the point of a row, in its period, and for how long they could have been.
/// They are hours of the point and the period: rows that say the same again add nothing.
/// </summary>
public sealed record MappedHours
{
    /// <summary>The column of the hours in which somebody was counting.</summary>
    public string? Observed { get; init; }

    /// <summary>The column of the hours in which somebody could have been.</summary>
    public string? Open { get; init; }

    /// <summary>A column that says both in words, or when (COVERAGE_TIME): <c>8/12</c>, <c>8 of 12</c>, <c>06:00-14:00</c>.</summary>
    public string? Coverage { get; init; }

    /// <summary>The hours observed on each day, where no column says them.</summary>
    public decimal? ObservedEachDay { get; init; }

    /// <summary>The hours open on each day, where no column says them.</summary>
    public decimal? OpenEachDay { get; init; }

    /// <summary>How numbers are written, and what stands where nothing is known.</summary>
    public NumberForm Number { get; init; } = new();

    /// <summary>The columns that are read.</summary>
    internal IEnumerable<string> Columns => new[] { Observed ?? Coverage, Open }.OfType<string>();
}

/// <summary>What a further file of a series stands instead of.</summary>
public enum Replacing
{
    /// <summary>Everything the series had before: each file is the whole series.</summary>
    All,

    /// <summary>Whole years, from the first that the file has something of to the last.</summary>
    Years,

    /// <summary>Whole months, from the first that the file has something of to the last.</summary>
    Months,

    /// <summary>The periods that the file holds.</summary>
    Periods,

    /// <summary>Nothing: each file adds to the series.</summary>
    Nothing,
}

/// <summary>The table that observations fill: rows of one table never count a person twice, rows of two tables may.</summary>
public sealed record MappedSeries
{
    /// <summary>Its code, in capitals.</summary>
    public required string Code { get; init; }

    /// <summary>What readers are told it is, by language.</summary>
    public IReadOnlyDictionary<string, string> Title { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Who counted.</summary>
    public required string Publisher { get; init; }

    /// <summary>Who handed it on, when not the publisher.</summary>
    public string Via { get; init; } = "";

    /// <summary>On what terms.</summary>
    public string Licence { get; init; } = "";

    /// <summary>Where it is published.</summary>
    public string Link { get; init; } = "";

    /// <summary>Made up for practice: never beside real figures.</summary>
    public bool Training { get; init; }
}

/// <summary>How a file is read.</summary>
public sealed record MappedFile
{
    /// <summary>What separates cells.</summary>
    public string? Delimiter { get; init; }

    /// <summary>Name of the encoding.</summary>
    public string? Encoding { get; init; }

    /// <summary>Line on which the header begins; 0 when the file has none and columns are called 1, 2, 3.</summary>
    public int? Header { get; init; }

    /// <summary>Of how many rows the header is; the names of its rows are joined: <c>Men | 0-17</c>.</summary>
    public int? HeaderRows { get; init; }

    /// <summary>The sheet of a workbook, by its name or its number from 1; without it the one that has the columns.</summary>
    public string? Sheet { get; init; }

    /// <summary>Sheets of a workbook that are read as one table, by their names or patterns with <c>*</c>, as one for each year; each must have the columns.</summary>
    public IReadOnlyList<string>? Sheets { get; init; }

    /// <summary>What a column shall be called that has the sheet's name on each of its rows, so that it can be read as the others are.</summary>
    public string? SheetColumn { get; init; }

    /// <summary>The part of the sheet's name that is meant, as the year of <c>Cuadro 2023</c>.</summary>
    public MappedPart? SheetPart { get; init; }

    /// <summary>Where the list of records stands in JSON: names with points between them, as <c>result.data</c>.</summary>
    public string? Rows { get; init; }

    /// <summary>
    /// The list within each record of JSON, or the table of a repeat in an export of ODK Central or KoboToolbox, whose elements become
    /// rows, as the members of a group. Columns of the tables above are called <c>../date</c>, or by their name where the repeat has none of it.
    /// </summary>
    public string? Repeat { get; init; }
}

/// <summary>What one column, or a few together, become.</summary>
public sealed record MappedColumns
{
    /// <summary>The columns, by their names in the header.</summary>
    public required IReadOnlyList<string> From { get; init; }

    /// <summary>The components.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The part of the value that is meant, when one cell says several things, as a latitude and a longitude.</summary>
    public MappedPart? Part { get; init; }

    /// <summary>Dates and spans, by the first pattern that fits; the values of several columns are read with a blank between them.</summary>
    public IReadOnlyList<DatePattern>? Dates { get; init; }

    /// <summary>
    /// A known list whose codes and names are understood: <c>countries</c>; with codes of two letters, which are other words as
    /// often, only as <c>countries-2</c>.
    /// </summary>
    public string? Codes { get; init; }

    /// <summary>Numbers, and how they are written.</summary>
    public NumberForm? Number { get; init; }

    /// <summary>Values, each with what it becomes; <c>*</c> stands for all others.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<MappedValue>>? Values { get; init; }

    /// <summary>The text as it stands.</summary>
    public bool Text { get; init; }

    /// <summary>True where the text is written as for a web page, <c>O&amp;#039;Higgins</c> for O'Higgins: it is read as a browser shows it.</summary>
    public bool Html { get; init; }
}

/// <summary>Which part of a value is meant.</summary>
public sealed record MappedPart
{
    /// <summary>What stands between the parts.</summary>
    public required string Between { get; init; }

    /// <summary>Which part, from 1.</summary>
    public required int Number { get; init; }
}

/// <summary>How a date is written and what span it stands for.</summary>
public sealed record DatePattern
{
    /// <summary>
    /// For example <c>yyyy-MM</c>, <c>dd/MM/yyyy</c>, or with months in words <c>d MMMM yyyy</c> and <c>MMM yy</c>; <c>iso</c> for a
    /// day with or without its time, <c>excel</c> for the day numbers of a workbook, <c>sdmx</c> for the notation of SDMX, whose spans say their frequency themselves.
    /// </summary>
    public required string Pattern { get; init; }

    /// <summary>The span, by the letter of SDMX CL_FREQ: A, Q, M, W or D.</summary>
    public string Frequency { get; init; } = "";

    /// <summary>The language of the months; needed only for words that are another month in another language, as <c>out</c>.</summary>
    public string? Language { get; init; }

    /// <summary>The first day for which the pattern holds.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day for which it holds.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How exactly the span is carried over.</summary>
    public Carried Carried { get; init; }

    /// <summary>Why, when not exactly: the key of a sentence.</summary>
    public string Why { get; init; } = "";
}

/// <summary>How numbers are written.</summary>
public sealed record NumberForm
{
    /// <summary>The decimal mark.</summary>
    public string Decimal { get; init; } = ".";

    /// <summary>What groups thousands; empty when nothing does.</summary>
    public string Thousands { get; init; } = "";

    /// <summary>What stands where nothing is known; an empty cell always does. None of these is zero.</summary>
    public IReadOnlyList<string> Unknown { get; init; } = [];
}

/// <summary>What a value becomes.</summary>
public sealed record MappedValue
{
    /// <summary>Code by component; components that are not named become <c>_T</c>.</summary>
    public IReadOnlyDictionary<string, string> To { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The first day for which it holds.</summary>
    public DateOnly? From { get; init; }

    /// <summary>The last day for which it holds.</summary>
    public DateOnly? Until { get; init; }

    /// <summary>How exactly it is carried over.</summary>
    public Carried Carried { get; init; }

    /// <summary>Why, when not exactly: the key of a sentence.</summary>
    public string Why { get; init; } = "";
}

/// <summary>One measure of several in a row, or many alike: with a <c>*</c> every column whose name fits.</summary>
public sealed record PivotedColumn
{
    /// <summary>The column, or a pattern of names with one <c>*</c>.</summary>
    public required string Column { get; init; }

    /// <summary>What it says beyond the row.</summary>
    public IReadOnlyDictionary<string, string> To { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How what the star stands for, or the whole name, is read as the period; columns whose names cannot be read so are not meant.</summary>
    public IReadOnlyList<DatePattern>? Dates { get; init; }

    /// <summary>Columns of the row that complete the period, as the year beside wide months.</summary>
    public IReadOnlyList<string> With { get; init; } = [];

    /// <summary>How the numbers are written.</summary>
    public NumberForm? Number { get; init; }

    /// <summary>How exactly what it says beyond the row is carried over.</summary>
    public Carried Carried { get; init; }

    /// <summary>Why, when not exactly: the key of a sentence.</summary>
    public string Why { get; init; } = "";
}

/// <summary>Rows that are left out.</summary>
public sealed record LeftOut
{
    /// <summary>The column.</summary>
    public required string Column { get; init; }

    /// <summary>Its values.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Values by pattern, <c>*</c> for anything, whatever the case and the accents: <c>total*</c>.</summary>
    public IReadOnlyList<string> Patterns { get; init; } = [];

    /// <summary>True to leave out rows that say nothing in this column.</summary>
    public bool Blank { get; init; }

    /// <summary>Why: the key of a sentence.</summary>
    public required string Why { get; init; }
}
