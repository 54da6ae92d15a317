using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Structure;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Serving;

/// <summary>Figures for programs that have signed in, under <c>/api/flows</c>: the figures of a question, the tables there are, and how they are built.</summary>
internal static class FiguresApi
{
    private const string Root = "/api/flows";

    /// <summary>Declares the addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup(Root).Needs(FlowsRights.Read);
        api.MapGet("/data", DataAsync).WithSummary("Figures of a question, each series for itself, with both bounds, status, sources and vintages");
        api.MapGet("/series", SeriesAsync).WithSummary("The tables of figures that stand, with publishers, licences and vintages");
        api.MapGet("/structure", StructureAsync).WithSummary("Dataflows with their components, and the code lists as far as figures use them");
    }

    private static async Task DataAsync(HttpContext context, [AsParameters] FiguresParameters parameters, WriteFigures write, ServedFigures served, KeptBodies bodies, CancellationToken cancellationToken)
    {
        var question = parameters.Read(context.Request.Query);
        if (await IsKeptAsync(context, served, cancellationToken))
            return;
        var tag = string.Create(CultureInfo.InvariantCulture, $"{served.Changes} {context.Response.Headers.ETag}");
        var body = bodies.Find(tag);
        if (body is null)
        {
            var answer = await write.AskAsync(question, cancellationToken);
            var next = answer.HasNext ? Next(context.Request, question.Page + 1) : "";
            body = KeptBody.Of(answer, next);
            if (answer.Figures.Count + answer.Apart.Count > KeptBodies.MostFigures)
            {
                body.Describe(context.Response);
                await WriteFigures.WriteAsync(answer, context.Response.BodyWriter, context.Texts(), next, cancellationToken);
                return;
            }

            body = await bodies.KeepAsync(tag, body, output => WriteFigures.WriteAsync(answer, output, context.Texts(), next, cancellationToken));
        }

        await body.SendAsync(context.Response, cancellationToken);
    }

    private static async Task SeriesAsync(HttpContext context, ServedFigures served, CancellationToken cancellationToken, string? dataflow = null, string? training = null)
    {
        Refuse(context, "dataflow", "training");
        var flow = string.IsNullOrEmpty(dataflow) ? null : Dataflow.Find(dataflow) ?? throw FlowsProblems.QuestionUnknown.With(("what", dataflow));
        var isTraining = training switch { null or "" or "false" => false, "true" => true, _ => throw FlowsProblems.ParameterUnknown.With(("parameter", "training"), ("value", training)) };
        if (await IsKeptAsync(context, served, cancellationToken))
            return;
        var all = await served.SeriesAsync(isTraining, null, cancellationToken);
        await SendAsync(context, json =>
        {
            json.WriteStartArray("series");
            foreach (var series in all.Where(series => flow is null || series.Dataflow == flow.Code))
                FiguresJson.WriteSeries(json, series, null);
            json.WriteEndArray();
        });
    }

    private static async Task StructureAsync(HttpContext context, ServedFigures served, CancellationToken cancellationToken)
    {
        Refuse(context);
        if (await IsKeptAsync(context, served, cancellationToken))
            return;
        var all = await served.SeriesAsync(training: false, null, cancellationToken);
        var texts = context.Texts();
        await SendAsync(context, json =>
        {
            json.WriteStartArray("dataflows");
            foreach (var flow in Dataflow.All)
                WriteDataflow(json, flow, [.. all.Where(series => series.Dataflow == flow.Code)]);
            json.WriteEndArray();
            json.WriteStartArray("codelists");
            foreach (var list in Dataflow.All.SelectMany(flow => flow.Components.Select(component => (Flow: flow, Component: component)))
                .Where(used => used.Component.Codelist.Length > 0).GroupBy(used => used.Component.Codelist, StringComparer.Ordinal).OrderBy(list => list.Key, StringComparer.Ordinal))
            {
                var codes = list.SelectMany(used => ServedFigures.CodesOf(all.Where(series => series.Dataflow == used.Flow.Code), used.Component)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
                WriteCodelist(json, list.Key, codes, texts);
            }

            json.WriteEndArray();
        });
    }

    private static void WriteDataflow(Utf8JsonWriter json, Dataflow flow, IReadOnlyList<ServedSeries> series)
    {
        json.WriteStartObject();
        json.WriteString("code", flow.Code);
        json.WriteStartArray("components");
        foreach (var component in flow.Components)
        {
            json.WriteStartObject();
            json.WriteString("code", component.Code);
            json.WriteString("role", component.IsDimension ? "dimension" : component.IsMeasure ? "measure" : "text");
            json.WriteString("kind", component.Kind.ToString().ToLowerInvariant());
            if (component.Codelist.Length > 0)
                json.WriteString("codelist", component.Codelist);
            // What no list names is told with the component itself.
            else if (component.Kind == ComponentKind.Code && component.Code != Dataflow.Series)
                WriteCodes(json, "codes", ServedFigures.CodesOf(series, component));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        WriteCodes(json, "series", series.Select(one => one.Code));
        json.WriteEndObject();
    }

    private static void WriteCodelist(Utf8JsonWriter json, string name, IEnumerable<string> codes, Texts texts)
    {
        json.WriteStartObject();
        json.WriteString("code", name);
        json.WriteStartArray("codes");
        foreach (var code in codes)
        {
            json.WriteStartObject();
            json.WriteString("code", code);
            if (name == "CL_AREA" && Countries.Find(code) is not null)
                json.WriteString("name", Countries.Name(code, texts.Code));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCodes(Utf8JsonWriter json, string name, IEnumerable<string> codes)
    {
        json.WriteStartArray(name);
        foreach (var code in codes)
            json.WriteStringValue(code);
        json.WriteEndArray();
    }

    /// <summary>States the tag of an answer; true when the asker has it already, and was told so.</summary>
    public static async Task<bool> IsKeptAsync(HttpContext context, ServedFigures served, CancellationToken cancellationToken)
    {
        var said = $"{await served.VersionAsync(context.Request.Query["training"] == "true", cancellationToken)}|{context.Request.GetEncodedPathAndQuery()}|{context.Texts().Code}";
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(said)).AsSpan(0, 12))}\"";
        var headers = context.Response.Headers;
        // Whoever may see figures today may not tomorrow: nothing is kept without asking again, and nothing between.
        headers.CacheControl = "private, no-cache";
        headers.Vary = "Accept-Language";
        headers.ETag = tag;
        if (!context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
            return false;
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        return true;
    }

    private static async Task SendAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        context.Response.ContentType = FiguresFormat.Json.Type;
        using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        write(json);
        json.WriteEndObject();
        await json.FlushAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private static void Refuse(HttpContext context, params IReadOnlyList<string> known)
    {
        if (context.Request.Query.Keys.FirstOrDefault(key => !known.Contains(key, StringComparer.OrdinalIgnoreCase)) is { } stray)
            throw FlowsProblems.ParameterUnknown.With(("parameter", stray), ("value", context.Request.Query[stray].ToString()));
    }

    private static string Next(HttpRequest request, int page)
    {
        var query = new QueryBuilder(request.Query.Where(pair => !pair.Key.Equals("page", StringComparison.OrdinalIgnoreCase))
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? "")))) { { "page", page.ToString(CultureInfo.InvariantCulture) } };
        return $"{request.PathBase}{request.Path}{query.ToQueryString()}";
    }
}
