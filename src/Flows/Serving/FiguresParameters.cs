using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Serving;

/// <summary>What a program asks of the figures, as it stands in the address.</summary>
internal sealed record FiguresParameters
{
    /// <summary>The dataflow.</summary>
    [FromQuery(Name = "dataflow"), Description("FLOW (the default), STOCK, RETURN, INCIDENT or SURVEY.")]
    public string? Dataflow { get; init; }

    /// <summary>What figures are grouped by.</summary>
    [FromQuery(Name = "by"), Description("What figures are grouped by, separated by commas: components such as citizenship, and year, quarter, month, week, day.")]
    public string? By { get; init; }

    /// <summary>Which figures.</summary>
    [FromQuery(Name = "where"), Description("Which figures: ref_area=PAN,HND, age=0-17, time=2023-01..2023-06. May be repeated; all hold.")]
    public string[]? Where { get; init; }

    /// <summary>The moment whose knowledge is asked for.</summary>
    [FromQuery(Name = "asOf"), Description("The figures as they were known at this moment (ISO 8601; a day is its end, in UTC unless a zone is said).")]
    public string? AsOf { get; init; }

    /// <summary>What is summed.</summary>
    [FromQuery(Name = "measure"), Description("What is summed; OBS_VALUE when not said.")]
    public string? Measure { get; init; }

    /// <summary>How many of the largest stay.</summary>
    [FromQuery(Name = "top"), Description("How many of the largest codes of each series stay; the others become one rest (_REST).")]
    public string? Top { get; init; }

    /// <summary>Of which components the largest stay.</summary>
    [FromQuery(Name = "topOf"), Description("The components whose largest codes stay, separated by commas.")]
    public string? TopOf { get; init; }

    /// <summary>Of what shares are asked.</summary>
    [FromQuery(Name = "share"), Description("Words whose part of a whole is asked: citizenship for each one's share, age with where=age=0-17 for the share of children.")]
    public string? Share { get; init; }

    /// <summary>How many periods are summed into each figure.</summary>
    [FromQuery(Name = "window"), Description("How many consecutive periods are summed into each figure.")]
    public string? Window { get; init; }

    /// <summary>Whether figures made up for practice are asked for.</summary>
    [FromQuery(Name = "training"), Description("true for figures made up for practice, which never stand beside others.")]
    public string? Training { get; init; }

    /// <summary>How the answer is written.</summary>
    [FromQuery(Name = "format"), Description("json (the default), csv, hxl or json-stat.")]
    public string? Format { get; init; }

    /// <summary>Which page.</summary>
    [FromQuery(Name = "page"), Description("The page, from 1.")]
    public string? Page { get; init; }

    /// <summary>How many figures a page has.</summary>
    [FromQuery(Name = "limit"), Description("Figures on a page, at most 100000. JSON has 1000 when not said; CSV has all.")]
    public string? Limit { get; init; }

    /// <summary>The question that the address asks.</summary>
    /// <exception cref="Tambo.Platform.Problems.Problem">A parameter is none that is understood.</exception>
    public FiguresQuestion Read(IQueryCollection query)
    {
        if (query.Keys.FirstOrDefault(key => !FiguresQuestion.Parameters.Contains(key)) is { } stray)
            throw FlowsProblems.ParameterUnknown.With(("parameter", stray), ("value", query[stray].ToString()));
        var format = FiguresFormat.Find(Format ?? FiguresFormat.Json.Name) ?? throw Refused("format", Format);
        var question = new FiguresQuestion
        {
            Query = new FlowsQuery
            {
                Dataflow = Said(Dataflow) ?? "FLOW",
                By = Words(By),
                Where = [.. (Where ?? []).Where(text => text.Length > 0)],
                Measure = Said(Measure) ?? Structure.Dataflow.Value,
                AsOf = Moment("asOf", AsOf),
                Training = Said(Training) switch { null or "false" => false, "true" => true, var other => throw Refused("training", other) },
                Top = Number("top", Top, int.MaxValue),
                TopOf = Words(TopOf),
                Share = Words(Share),
                Window = Number("window", Window, 1000),
            },
            Format = format,
            Page = Number("page", Page, int.MaxValue) ?? 1,
            Limit = Number("limit", Limit, FiguresQuestion.MostFigures) ?? (format == FiguresFormat.Json ? FiguresQuestion.UsualFigures : null),
        };
        // Two columns of one name would be one in JSON.
        if (question.Query.By.GroupBy(word => word, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw Refused("by", twice.Key);
        // A cube has no pages.
        if (format == FiguresFormat.JsonStat && (Page ?? Limit) is { } paged)
            throw Refused(Page is null ? "limit" : "page", paged);
        return question;
    }

    private static string? Said(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static string[] Words(string? value) => (value ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static DateTimeOffset? Moment(string parameter, string? value) => Said(value) is not { } said ? null
        : KnownMoment.Read(said) ?? throw Refused(parameter, value);

    private static int? Number(string parameter, string? value, int most) => Said(value) is not { } said ? null
        : int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most ? number
        : throw Refused(parameter, value);

    private static Platform.Problems.Problem Refused(string parameter, string? value) => FlowsProblems.ParameterUnknown.With(("parameter", parameter), ("value", value));
}

/// <summary>A question with how its answer is written and which part of it.</summary>
internal sealed record FiguresQuestion
{
    /// <summary>Figures on a page of JSON.</summary>
    public const int UsualFigures = 1000;

    /// <summary>Figures on a page at most.</summary>
    public const int MostFigures = 100_000;

    /// <summary>Every parameter: one that is spelt wrongly must not be passed over.</summary>
    public static IReadOnlySet<string> Parameters { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "dataflow", "by", "where", "asOf", "measure", "top", "topOf", "share", "window", "training", "format", "page", "limit",
    };

    /// <summary>What is asked.</summary>
    public required FlowsQuery Query { get; init; }

    /// <summary>How the answer is written.</summary>
    public required FiguresFormat Format { get; init; }

    /// <summary>The page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Figures on a page; null for all on one.</summary>
    public int? Limit { get; init; }
}

/// <summary>A way to write figures.</summary>
/// <param name="Name">What it is called in addresses and on the command line.</param>
/// <param name="Type">Its media type.</param>
internal sealed record FiguresFormat(string Name, string Type)
{
    /// <summary>Our own JSON.</summary>
    public static FiguresFormat Json { get; } = new("json", "application/json; charset=utf-8");

    /// <summary>Comma separated text.</summary>
    public static FiguresFormat Csv { get; } = new("csv", "text/csv; charset=utf-8; header=present");

    /// <summary>The same with a line of HXL hashtags under the header.</summary>
    public static FiguresFormat Hxl { get; } = new("hxl", "text/csv; charset=utf-8; header=present");

    /// <summary>A cube of JSON-stat 2.0.</summary>
    public static FiguresFormat JsonStat { get; } = new("json-stat", "application/json; charset=utf-8");

    /// <summary>Every way.</summary>
    public static IReadOnlyList<FiguresFormat> All { get; } = [Json, Csv, Hxl, JsonStat];

    /// <summary>The way of a name, or null.</summary>
    public static FiguresFormat? Find(string name) => All.FirstOrDefault(format => format.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
