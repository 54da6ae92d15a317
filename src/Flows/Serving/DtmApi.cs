using System.Buffers.Binary;
using System.ComponentModel;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Platform.Http;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Serving;

/// <summary>What a program asks of DTM's interface, by DTM's names.</summary>
internal sealed record DtmParameters
{
    /// <summary>The operation.</summary>
    [FromQuery(Name = "Operation")]
    public string? Operation { get; init; }

    /// <summary>The country by name.</summary>
    [FromQuery(Name = "CountryName")]
    public string? CountryName { get; init; }

    /// <summary>The country by ISO 3166-1 alpha-3.</summary>
    [FromQuery(Name = "Admin0Pcode")]
    public string? Admin0Pcode { get; init; }

    /// <summary>The area of the first level by name.</summary>
    [FromQuery(Name = "Admin1Name")]
    public string? Admin1Name { get; init; }

    /// <summary>The area of the first level by P-code.</summary>
    [FromQuery(Name = "Admin1Pcode")]
    public string? Admin1Pcode { get; init; }

    /// <summary>The area of the second level by name.</summary>
    [FromQuery(Name = "Admin2Name")]
    public string? Admin2Name { get; init; }

    /// <summary>The area of the second level by P-code.</summary>
    [FromQuery(Name = "Admin2Pcode")]
    public string? Admin2Pcode { get; init; }

    /// <summary>The first day reported for.</summary>
    [FromQuery(Name = "FromReportingDate"), Description("YYYY-MM-DD")]
    public string? FromReportingDate { get; init; }

    /// <summary>The last day reported for.</summary>
    [FromQuery(Name = "ToReportingDate"), Description("YYYY-MM-DD")]
    public string? ToReportingDate { get; init; }

    /// <summary>The first round.</summary>
    [FromQuery(Name = "FromRoundNumber")]
    public string? FromRoundNumber { get; init; }

    /// <summary>The last round.</summary>
    [FromQuery(Name = "ToRoundNumber")]
    public string? ToRoundNumber { get; init; }
}

/// <summary>
/// Internally displaced people in the shape of version 3 of the DTM API, so that programs made for it work with another
/// base address and one of our tokens as subscription key. Read from the stocks of the node.
/// </summary>
internal static class DtmApi
{
    /// <summary>The header in which programs made for DTM bring their key.</summary>
    public const string KeyHeader = "Ocp-Apim-Subscription-Key";

    private const string Root = "/compat/dtm/v3/displacement";
    private const string NotAvailable = "Not available";
    private const int DaysActive = 366;
    private const int RoundPlace = 3;

    // Several reasons stand in one code, joined by a plus.
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["CONFLICT"] = "Conflict",
        ["INSECURITY"] = "Insecurity",
        ["DISASTER"] = "Natural disaster",
        ["OTHER"] = "Other reason",
    };

    /// <summary>Declares the addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var dtm = routes.MapGroup(Root).Needs(FlowsRights.Read).WithMetadata(new TokenHeader(KeyHeader));
        for (var level = 0; level <= 2; level++)
        {
            var asked = level;
            dtm.MapGet(string.Create(CultureInfo.InvariantCulture, $"/admin{level}"), (HttpContext context, [AsParameters] DtmParameters parameters, ServedFigures served, CancellationToken cancellationToken) =>
                    LevelAsync(asked, context, parameters, served, cancellationToken))
                .WithSummary(string.Create(CultureInfo.InvariantCulture, $"Internally displaced people at admin level {level}, as the DTM API v3 has them"));
        }

        dtm.MapGet("/country-list", CountriesAsync).WithSummary("Countries with such figures, as the DTM API v3 has them");
        dtm.MapGet("/operation-list", OperationsAsync).WithSummary("Operations with such figures, as the DTM API v3 has them");
    }

    private static async Task LevelAsync(int level, HttpContext context, DtmParameters asked, ServedFigures served, CancellationToken cancellationToken)
    {
        if (await FiguresApi.IsKeptAsync(context, served, cancellationToken))
            return;
        if (new[] { asked.Operation, asked.CountryName, asked.Admin0Pcode }.All(string.IsNullOrWhiteSpace))
        {
            await RefuseAsync(context, "At least one of the parameters Operation, CountryName and Admin0Pcode is needed.");
            return;
        }

        if (DtmChoice.Read(asked) is not { } choice)
        {
            await RefuseAsync(context, "Dates are written YYYY-MM-DD and rounds as whole numbers from 1, the first not after the last.");
            return;
        }

        var rows = (await RowsAsync(level, served, cancellationToken)).Where(choice.Holds);
        await SendAsync(context, rows.Select(row => RowOf(row, level)));
    }

    private static async Task CountriesAsync(HttpContext context, ServedFigures served, CancellationToken cancellationToken)
    {
        if (await FiguresApi.IsKeptAsync(context, served, cancellationToken))
            return;
        var rows = await AllAsync(served, cancellationToken);
        await SendAsync(context, rows.Select(row => row.Country).DistinctBy(country => country.Alpha3).Select(country => (country.Alpha3, Name: NameOf(country)))
            .OrderBy(country => country.Name, StringComparer.Ordinal)
            .Select(country => new JsonObject { ["admin0Name"] = country.Name, ["admin0Pcode"] = country.Alpha3 }));
    }

    private static async Task OperationsAsync(HttpContext context, ServedFigures served, TimeProvider time, CancellationToken cancellationToken)
    {
        if (await FiguresApi.IsKeptAsync(context, served, cancellationToken))
            return;
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        var rows = await AllAsync(served, cancellationToken);
        await SendAsync(context, rows.GroupBy(row => (row.Operation, row.Country.Alpha3)).OrderBy(same => same.Key.Operation, StringComparer.Ordinal).ThenBy(same => same.Key.Alpha3, StringComparer.Ordinal)
            .Select(same => new JsonObject
            {
                ["operation"] = same.Key.Operation,
                ["operationStatus"] = same.Max(row => row.Reported).AddDays(DaysActive) >= today ? "Active" : "Inactive",
                ["admin0Name"] = NameOf(same.First().Country),
                ["admin0Pcode"] = same.Key.Alpha3,
            }));
    }

    private static async Task<IReadOnlyList<DtmRow>> AllAsync(ServedFigures served, CancellationToken cancellationToken)
    {
        var all = new List<DtmRow>();
        for (var level = 0; level <= 2; level++)
            all.AddRange(await RowsAsync(level, served, cancellationToken));
        return all;
    }

    private static async Task<IReadOnlyList<DtmRow>> RowsAsync(int level, ServedFigures served, CancellationToken cancellationToken)
    {
        var query = new FlowsQuery { Dataflow = "STOCK", Where = ["pop_group=IDP"] };
        var titles = (await served.SeriesAsync(training: false, null, cancellationToken)).ToDictionary(series => series.Code, series => series.EnglishTitle, StringComparer.Ordinal);
        // A table that says zero of everywhere where nobody is displaced is not made of rounds; its zeros are no rows of DTM's.
        var observations = (await served.RowsAsync(query, DtmRows.Components, cancellationToken)).Where(row => row.Value != 0 || !row.Codes[RoundPlace].StartsWith('_'));
        return DtmRows.Of(observations, level, titles);
    }

    private static JsonObject RowOf(DtmRow row, int level)
    {
        var shape = new JsonObject();
        if (level > 0)
            shape["id"] = NumberOf(row);
        shape["operation"] = row.Operation;
        shape["admin0Name"] = NameOf(row.Country);
        shape["admin0Pcode"] = row.Country.Alpha3;
        var first = level == 2 ? AdminAreas.Find(row.Area!.Parent) : row.Area;
        if (level > 0)
        {
            shape["admin1Name"] = first?.Name;
            shape["admin1Pcode"] = first?.Code;
        }

        if (level == 2)
        {
            shape["admin2Name"] = row.Area!.Name;
            shape["admin2Pcode"] = row.Area.Code;
        }

        var origin = AdminAreas.Find(row.Origin);
        shape["numPresentIdpInd"] = row.Persons;
        shape["reportingDate"] = row.Reported.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + "T00:00:00";
        shape["yearReportingDate"] = row.Reported.Year;
        shape["monthReportingDate"] = row.Reported.Month;
        shape["roundNumber"] = row.Round;
        shape["displacementReason"] = row.Reason.StartsWith('_') ? "No reason for displacement reported" : string.Join("; ", row.Reason.Split('+').Select(reason => Reasons.GetValueOrDefault(reason) ?? reason));
        shape["numberMales"] = row.Males;
        shape["numberFemales"] = row.Females;
        shape["idpOriginAdmin1Name"] = origin?.Name ?? NotAvailable;
        shape["idpOriginAdmin1Pcode"] = origin?.Code ?? NotAvailable;
        shape["assessmentType"] = row.Assessment;
        return shape;
    }

    private static string NameOf(Country country) => country.Name("en");

    // A number that a row keeps as long as it speaks of the same place, round, reason and origin.
    private static int NumberOf(DtmRow row)
    {
        var key = string.Create(CultureInfo.InvariantCulture, $"{row.Operation}|{row.Area?.Code}|{row.Reported:yyyy-MM-dd}|{row.Round}|{row.Reason}|{row.Origin}|{row.Assessment}");
        return (int)(BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) & int.MaxValue);
    }

    private static Task SendAsync(HttpContext context, IEnumerable<JsonObject> rows)
    {
        JsonArray result = [.. rows];
        return WriteAsync(context, StatusCodes.Status200OK, result, []);
    }

    // As DTM says it, in the envelope that its programs look into.
    private static Task RefuseAsync(HttpContext context, string why)
    {
        context.Response.Headers.ETag = default;
        return WriteAsync(context, StatusCodes.Status400BadRequest, [], [why]);
    }

    private static Task WriteAsync(HttpContext context, int status, JsonArray result, JsonArray errors)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new JsonObject
            {
                ["result"] = result,
                ["statusCode"] = status,
                ["isSuccess"] = errors.Count == 0,
                ["errorMessages"] = errors,
                ["totalRecordsCount"] = result.Count,
            },
            context.RequestAborted);
    }

    /// <summary>Which rows a program asks for.</summary>
    private sealed record DtmChoice(DtmParameters Asked, DateOnly? From, DateOnly? Until, int? FirstRound, int? LastRound)
    {
        /// <summary>Null when a date or a round is none, or the last is before the first.</summary>
        public static DtmChoice? Read(DtmParameters asked)
        {
            var choice = new DtmChoice(asked, Day(asked.FromReportingDate), Day(asked.ToReportingDate), Round(asked.FromRoundNumber), Round(asked.ToRoundNumber));
            var isRight = Said(asked.FromReportingDate) == choice.From is not null && Said(asked.ToReportingDate) == choice.Until is not null
                && Said(asked.FromRoundNumber) == choice.FirstRound is not null && Said(asked.ToRoundNumber) == choice.LastRound is not null
                && !(choice.From > choice.Until) && !(choice.FirstRound > choice.LastRound);
            return isRight ? choice : null;
        }

        public bool Holds(DtmRow row)
        {
            var second = row.Area is { Level: 2 } ? row.Area : null;
            var first = second is null ? row.Area : AdminAreas.Find(second.Parent);
            return Is(Asked.Operation, row.Operation) && Is(Asked.Admin0Pcode, row.Country.Alpha3)
                && (string.IsNullOrWhiteSpace(Asked.CountryName) || CountryWords.Find(Asked.CountryName) == row.Country.Alpha3)
                && Is(Asked.Admin1Name, first?.Name) && Is(Asked.Admin1Pcode, first?.Code) && Is(Asked.Admin2Name, second?.Name) && Is(Asked.Admin2Pcode, second?.Code)
                && !(row.Reported < From) && !(row.Reported > Until)
                && (FirstRound is null || row.Round >= FirstRound) && (LastRound is null || row.Round <= LastRound);
        }

        private static bool Said(string? value) => !string.IsNullOrWhiteSpace(value);

        private static bool Is(string? asked, string? value) => string.IsNullOrWhiteSpace(asked) || (value is not null && Spelling.Fold(asked) == Spelling.Fold(value));

        private static DateOnly? Day(string? value) => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

        private static int? Round(string? value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var round) && round >= 1 ? round : null;
    }
}
