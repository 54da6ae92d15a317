using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Cube;
using Tambo.Platform.Http;

namespace Tambo.Flows.Serving;

/// <summary>What a program asks of an interface in the manner of UNHCR's, by its names.</summary>
internal sealed record UnhcrParameters
{
    /// <summary>Countries of origin.</summary>
    [FromQuery(Name = "coo"), Description("Countries of origin, separated by commas.")]
    public string? Origin { get; init; }

    /// <summary>Countries of asylum.</summary>
    [FromQuery(Name = "coa"), Description("Countries of asylum, separated by commas.")]
    public string? Asylum { get; init; }

    /// <summary>Whether each country of origin is told for itself.</summary>
    [FromQuery(Name = "coo_all"), Description("true for each country of origin for itself; else all stand together, unless coo names some.")]
    public string? EachOrigin { get; init; }

    /// <summary>Whether each country of asylum is told for itself.</summary>
    [FromQuery(Name = "coa_all"), Description("true for each country of asylum for itself; else all stand together, unless coa names some.")]
    public string? EachAsylum { get; init; }

    /// <summary>How countries are named in the question.</summary>
    [FromQuery(Name = "cf_type"), Description("ISO when coo and coa are codes of ISO 3166-1 alpha-3; else they are UNHCR's.")]
    public string? CodeType { get; init; }

    /// <summary>Years.</summary>
    [FromQuery(Name = "year"), Description("Years, separated by commas.")]
    public string? Year { get; init; }

    /// <summary>The first year.</summary>
    [FromQuery(Name = "yearFrom")]
    public string? FirstYear { get; init; }

    /// <summary>The last year.</summary>
    [FromQuery(Name = "yearTo")]
    public string? LastYear { get; init; }

    /// <summary>Rows on a page.</summary>
    [FromQuery(Name = "limit"), Description("Rows on a page, 100 when not said, at most 10000.")]
    public string? Limit { get; init; }

    /// <summary>The page.</summary>
    [FromQuery(Name = "page"), Description("The page, from 1.")]
    public string? Page { get; init; }
}

/// <summary>Refugees, asylum-seekers, applications and returns in the shape of UNHCR's population statistics interface, version 1.</summary>
internal static class UnhcrApi
{
    private const string Root = "/compat/unhcr/population/v1";
    private const int MostRows = 10_000;
    private const string Population = "series=UNHCR_POPULATION,UNHCR_STATELESS,UNHCR_HOST";

    // Which of our population groups stands in which column.
    private static readonly (string Column, string Group)[] Columns =
    [
        ("refugees", "REF"), ("asylum_seekers", "ASY"), ("returned_refugees", "REFUGEES"), ("idps", "IDP"), ("returned_idps", "IDPS"),
        ("stateless", "STA"), ("ooc", "OOC"), ("oip", "OIP"), ("hst", "HST"),
    ];

    private static readonly string[] Said = ["procedure_type", "app_type", "dec_level", "app_pc"];

    /// <summary>Declares the addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var unhcr = routes.MapGroup(Root).Needs(FlowsRights.Read);
        unhcr.MapGet("/population", PopulationAsync).WithSummary("Refugees, asylum-seekers, displaced, stateless and returned people, as UNHCR's interface has them");
        unhcr.MapGet("/asylum-applications", ApplicationsAsync).WithSummary("Applications for asylum, as UNHCR's interface has them");
        unhcr.MapGet("/countries", CountriesAsync).WithSummary("UNHCR's codes of countries");
    }

    private static async Task PopulationAsync(HttpContext context, [AsParameters] UnhcrParameters asked, ServedFigures served, CancellationToken cancellationToken)
    {
        var choice = ChoiceOf(asked);
        if (await FiguresApi.IsKeptAsync(context, served, cancellationToken))
            return;
        var stocks = await served.RowsAsync(new FlowsQuery { Dataflow = "STOCK", Where = [Population, .. Time(asked)] }, ["TIME_PERIOD", "C_ORIGIN", "REF_AREA", "POP_GROUP"], cancellationToken);
        var returns = await served.RowsAsync(new FlowsQuery { Dataflow = "RETURN", Where = ["series=UNHCR_RETURNS", .. Time(asked)] }, ["TIME_PERIOD", "C_DEST", "C_ORIGIN", "RETURN_TYPE"], cancellationToken);
        var rows = UnhcrRows.Of(stocks.Concat(returns), choice, static codes => ("", PlaceOf(codes[3])), Columns.Length);
        await SendAsync(context, asked, rows, [], [.. Columns.Select(column => column.Column)]);
    }

    private static async Task ApplicationsAsync(HttpContext context, [AsParameters] UnhcrParameters asked, ServedFigures served, CancellationToken cancellationToken)
    {
        var choice = ChoiceOf(asked);
        if (await FiguresApi.IsKeptAsync(context, served, cancellationToken))
            return;
        var applications = await served.RowsAsync(
            new FlowsQuery { Where = ["series=UNHCR_ASYLUM,UNHCR_ASYLUM_CASES", .. Time(asked)] }, ["TIME_PERIOD", "C_ORIGIN", "REF_AREA", "DATA_SOURCE", "NATIONAL_CODE", "UNIT_MEASURE"], cancellationToken);
        var rows = UnhcrRows.Of(applications, choice, static codes => (string.Join('|', codes.AsSpan(3)!), 0), 1);
        await SendAsync(context, asked, rows, Said, ["applied"]);
    }

    private static async Task CountriesAsync(HttpContext context, ServedFigures served, CancellationToken cancellationToken)
    {
        if (await FiguresApi.IsKeptAsync(context, served, cancellationToken))
            return;
        await context.Response.WriteAsJsonAsync(new { items = UnhcrCountry.All.Select(country => new { code = country.Code, iso = country.Iso, name = country.Name }) }, cancellationToken);
    }

    private static int PlaceOf(string group) => Array.FindIndex(Columns, column => column.Group == group);

    // The kind of an application and the stage it was made at stand in one code, joined by a line.
    private static string[] WordsOf(UnhcrRow row)
    {
        if (row.Words.Split('|') is not [var procedure, var kind, var unit])
            return [];
        var stage = kind.IndexOf('_', StringComparison.Ordinal);
        return
        [
            procedure switch { "GOVERNMENT" => "G", "UNHCR" => "U", "JOINT" => "J", _ => "-" },
            stage < 0 ? kind : kind[..stage], stage < 0 ? "-" : kind[(stage + 1)..],
            unit == "APPC" ? "C" : "P",
        ];
    }

    private static string[] Time(UnhcrParameters asked)
    {
        var years = YearsOf(asked);
        return years.Count == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"time={years.Min():0000}..{years.Max():0000}")];
    }

    private static UnhcrChoice ChoiceOf(UnhcrParameters asked)
    {
        var iso = string.Equals(asked.CodeType, "ISO", StringComparison.OrdinalIgnoreCase);
        var years = YearsOf(asked);
        return new UnhcrChoice(year => years.Count == 0 || years.Contains(year), Side("coo", asked.Origin, asked.EachOrigin, iso), Side("coa", asked.Asylum, asked.EachAsylum, iso));
    }

    private static UnhcrSide Side(string parameter, string? named, string? each, bool iso)
    {
        var codes = (named ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var all = each is not (null or "" or "false" or "0");
        return codes.Length == 0 ? new UnhcrSide(null, all)
            : new UnhcrSide(codes.Select(code => UnhcrCountry.Find(code, iso) ?? throw FlowsProblems.ParameterUnknown.With(("parameter", parameter), ("value", code))).ToHashSet(StringComparer.Ordinal), true);
    }

    private static HashSet<int> YearsOf(UnhcrParameters asked)
    {
        var years = (asked.Year ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(year => Number("year", year, 1900, 2100)).ToHashSet();
        if (!string.IsNullOrEmpty(asked.FirstYear) || !string.IsNullOrEmpty(asked.LastYear))
        {
            var (first, last) = (Number("yearFrom", asked.FirstYear, 1900, 2100, 1900), Number("yearTo", asked.LastYear, 1900, 2100, 2100));
            if (first > last)
                throw FlowsProblems.ParameterUnknown.With(("parameter", "yearTo"), ("value", asked.LastYear));
            years.UnionWith(Enumerable.Range(first, last - first + 1));
        }

        return years;
    }

    private static int Number(string parameter, string? value, int least, int most, int? usual = null) =>
        string.IsNullOrEmpty(value) && usual is { } else_ ? else_
        : int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
        : throw FlowsProblems.ParameterUnknown.With(("parameter", parameter), ("value", value));

    private static async Task SendAsync(HttpContext context, UnhcrParameters asked, IReadOnlyList<UnhcrRow> rows, string[] words, string[] numbers)
    {
        var (limit, page) = (Number("limit", asked.Limit, 1, MostRows, 100), Number("page", asked.Page, 1, int.MaxValue, 1));
        context.Response.ContentType = "application/json; charset=utf-8";
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteNumber("page", page);
        json.WriteNumber("maxPages", (rows.Count + limit - 1) / limit);
        json.WriteStartArray("items");
        foreach (var row in rows.Skip((int)Math.Min(int.MaxValue, (page - 1L) * limit)).Take(limit))
        {
            json.WriteStartObject();
            json.WriteNumber("year", row.Year);
            WriteCountry(json, "coo", UnhcrCountry.Of(row.Origin));
            WriteCountry(json, "coa", UnhcrCountry.Of(row.Asylum));
            var said = words.Length == 0 ? [] : WordsOf(row);
            for (var at = 0; at < words.Length; at++)
                json.WriteString(words[at], said[at]);
            for (var at = 0; at < numbers.Length; at++)
            {
                // As UNHCR writes what is not known; it is not zero.
                if (row.Numbers[at] is { } number)
                    json.WriteNumber(numbers[at], number);
                else
                    json.WriteString(numbers[at], "-");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void WriteCountry(Utf8JsonWriter json, string side, UnhcrCountry country)
    {
        json.WriteString(side + "_name", country.Name);
        json.WriteString(side, country.Code);
        json.WriteString(side + "_iso", country.Iso);
    }
}
