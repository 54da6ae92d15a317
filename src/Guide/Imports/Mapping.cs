using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tambo.Guide.Imports;

/// <summary>
/// How the columns of somebody's tables become rows of HSDS tables. A mapping is a JSON file of <c>data/mappings</c>
/// or of the node's folder <c>mappings</c>; docs/operating.md describes it with an example.
/// </summary>
internal sealed record Mapping
{
    /// <summary>The name by which it is asked for.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for, in English, for operators.</summary>
    public string Title { get; init; } = "";

    /// <summary>The set that the identifiers belong to; re-imports are matched within it.</summary>
    public required string SourceSet { get; init; }

    /// <summary>What the publisher calls the set, for readers.</summary>
    public string SourceTitle { get; init; } = "";

    /// <summary>Where it is published.</summary>
    public string SourceUrl { get; init; } = "";

    /// <summary>On what terms.</summary>
    public string Licence { get; init; } = "";

    /// <summary>The language of the texts, as a BCP 47 tag.</summary>
    public string Language { get; init; } = "";

    /// <summary>IANA zone of the places, where one holds for all.</summary>
    public string TimeZone { get; init; } = "";

    /// <summary>ISO 3166-1 alpha-2 code of the places, where one holds for all.</summary>
    public string Country { get; init; } = "";

    /// <summary>exact or approximate: how well the source knows where places are.</summary>
    public string PositionPrecision { get; init; } = "exact";

    /// <summary>The tables and what becomes of their rows.</summary>
    public required IReadOnlyList<MappedTable> Tables { get; init; }
}

/// <summary>One table of the source, or several alike.</summary>
internal sealed record MappedTable
{
    /// <summary>Names of files or sheets without extension, with <c>*</c> for any text.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Columns without which the rows mean nothing: a file that lacks one is refused.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>The rows each row gives.</summary>
    public required IReadOnlyList<MappedRow> Rows { get; init; }
}

/// <summary>One row of an HSDS table, made from a row of the source.</summary>
internal sealed record MappedRow
{
    /// <summary>The HSDS table.</summary>
    public required string Into { get; init; }

    /// <summary>True to take over every column under its own name, before <see cref="Fields"/>.</summary>
    public bool Keep { get; init; }

    /// <summary>Makes one row for each value; fields then read it as the column <c>$value</c>.</summary>
    public Expression? Each { get; init; }

    /// <summary>All must hold, or the row is not made.</summary>
    public IReadOnlyList<Condition> When { get; init; } = [];

    /// <summary>HSDS columns and where their values come from; a field without a value is left out.</summary>
    public IReadOnlyDictionary<string, Expression> Fields { get; init; } = new Dictionary<string, Expression>();
}

/// <summary>Holds when a value is there, or is (or is not) one of some.</summary>
internal sealed record Condition
{
    public required Expression Value { get; init; }
    public IReadOnlyList<string>? In { get; init; }
    public IReadOnlyList<string>? NotIn { get; init; }
}

/// <summary>
/// Where a value comes from, and what is done to it, in this order: source, replace, pattern, split, map, category.
/// A bare text in the file means the column of that name.
/// </summary>
[JsonConverter(typeof(ExpressionConverter))]
internal sealed record Expression
{
    /// <summary>The same value for every row.</summary>
    public string? Const { get; init; }

    /// <summary>A column.</summary>
    public string? Column { get; init; }

    /// <summary>Several columns, joined where they say something.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>What joins them.</summary>
    public string Join { get; init; } = " ";

    /// <summary>The first of several expressions that gives a value.</summary>
    public IReadOnlyList<Expression>? FirstOf { get; init; }

    /// <summary>A text with columns in braces; without a value when one of them is empty.</summary>
    public string? Template { get; init; }

    /// <summary>A regular expression; its first group, or the whole match, is the value. No match gives none.</summary>
    public string? Pattern { get; init; }

    /// <summary>Regular expressions and what takes their place, one after another.</summary>
    public IReadOnlyDictionary<string, string>? Replace { get; init; }

    /// <summary>What separates several values in one cell.</summary>
    public string? Split { get; init; }

    /// <summary>Values by their spelling in the source, case and accents aside.</summary>
    public IReadOnlyDictionary<string, string>? Map { get; init; }

    /// <summary>For a value that the map does not have: keep it, drop it (the default, with an issue), or this value.</summary>
    public string? Else { get; init; }

    /// <summary>Days of the week from one to another, as <c>MO,TU</c>; both by way of <see cref="Map"/>.</summary>
    public IReadOnlyList<string>? Weekdays { get; init; }

    /// <summary>The value is the code of a shipped category.</summary>
    public bool Category { get; init; }

    /// <summary>latitude or longitude of the city that <see cref="City"/> names.</summary>
    public string? PositionOf { get; init; }

    /// <summary>The city, and after it the country, by code.</summary>
    public IReadOnlyList<Expression>? City { get; init; }
}

internal sealed class ExpressionConverter : JsonConverter<Expression>
{
    private static readonly JsonSerializerOptions Plain = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow };

    public override Expression Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
            return new Expression { Column = reader.GetString() };
        var shape = JsonSerializer.Deserialize<Shape>(ref reader, Plain) ?? throw new JsonException("An expression is a column's name or an object.");
        return shape.ToExpression();
    }

    public override void Write(Utf8JsonWriter writer, Expression value, JsonSerializerOptions options) => throw new NotSupportedException();

    // The same fields without the converter, which would call itself.
    private sealed record Shape
    {
        public string? Const { get; init; }
        public string? Column { get; init; }
        public IReadOnlyList<string>? Columns { get; init; }
        public string Join { get; init; } = " ";
        public IReadOnlyList<Expression>? FirstOf { get; init; }
        public string? Template { get; init; }
        public string? Pattern { get; init; }
        public IReadOnlyDictionary<string, string>? Replace { get; init; }
        public string? Split { get; init; }
        public IReadOnlyDictionary<string, string>? Map { get; init; }
        public string? Else { get; init; }
        public IReadOnlyList<string>? Weekdays { get; init; }
        public bool Category { get; init; }
        public string? PositionOf { get; init; }
        public IReadOnlyList<Expression>? City { get; init; }

        public Expression ToExpression() => new()
        {
            Const = Const,
            Column = Column,
            Columns = Columns,
            Join = Join,
            FirstOf = FirstOf,
            Template = Template,
            Pattern = Pattern,
            Replace = Replace,
            Split = Split,
            Map = Map,
            Else = Else,
            Weekdays = Weekdays,
            Category = Category,
            PositionOf = PositionOf,
            City = City,
        };
    }
}
