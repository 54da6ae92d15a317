using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Guide.Directory;
using Tambo.Guide.Finding;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Hsds;

/// <summary>
/// The directory for other programs: HSDS 3.0 with the additions of 3.1 and of our profile, under <c>/hsds</c>, open to
/// everybody and to scripts of every site.
/// </summary>
internal static class HsdsApi
{
    /// <summary>Where, of this profile, the root names the whole directory as one file.</summary>
    internal const string ExportField = "export_url";

    private const int MostNested = 100;

    /// <summary>Declares the addresses.</summary>
    public static void Map(IEndpointRouteBuilder app)
    {
        var hsds = app.MapGroup("/hsds");
        hsds.AddEndpointFilter(async (call, next) =>
        {
            call.HttpContext.Response.Headers.AccessControlAllowOrigin = "*";
            return await next(call);
        });
        hsds.MapGet("/", Root).Open();
        hsds.MapGet("/profile", IResult (HttpContext context) => new PageResult<HsdsProfilePage>(context.Texts())).Open();
        hsds.MapGet("/openapi.json", (HttpContext context, NodeSettings settings, TextCatalog catalog) =>
            SendAsync(context, HsdsProfile.OpenApi(RootOf(context, settings), catalog.In(TextCatalog.Fallback)))).Open();
        foreach (var address in (IEnumerable<string>)["/", "/profile", "/openapi.json"])
            Ask(address);
        foreach (var list in HsdsParameters.Lists)
        {
            Ask("/" + list);
            Ask("/" + list + "/{id}");
            hsds.MapGet("/" + list, (HttpContext context, LiveOffers offers) => ListAsync(list, context, offers)).Open();
            hsds.MapPost("/" + list, (HttpContext context, LiveOffers offers) => ListAsync(list, context, offers)).Open().OnlyReads();
            hsds.MapGet("/" + list + "/{id}", (string id, HttpContext context, LiveOffers offers) => OneAsync(list, id, context, offers)).Open();
        }

        // Browsers ask first for scripts of other sites. Each address answers for itself: one answer for all would make
        // an address that does not exist one that takes only this.
        void Ask(string address) => hsds.MapMethods(address, [HttpMethods.Options], Preflight).Open().ExcludeFromDescription();
    }

    /// <summary>Where the interface stands, as others reach it.</summary>
    private static string RootOf(HttpContext context, NodeSettings settings) =>
        (settings.File.PublicUrl is { Length: > 0 } url ? url.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}") + "/hsds";

    private static IResult Preflight(HttpContext context)
    {
        context.Response.Headers.AccessControlAllowMethods = "GET, POST";
        context.Response.Headers.AccessControlAllowHeaders = "Content-Type";
        context.Response.Headers.AccessControlMaxAge = "86400";
        return Results.NoContent();
    }

    private static Task Root(HttpContext context, NodeSettings settings)
    {
        var root = RootOf(context, settings);
        return SendAsync(context, new JsonObject
        {
            ["version"] = "3.0",
            ["profile"] = root + "/profile",
            ["openapi_url"] = root + "/openapi.json",
            [ExportField] = root[..^"/hsds".Length] + OpenData.OpenDataApi.Root + "/services.json",
        });
    }

    private static async Task ListAsync(string list, HttpContext context, LiveOffers offers)
    {
        var query = await HsdsQuery.ReadAsync(list, context.Request, context.RequestAborted);
        var directory = (await offers.GetAsync(context.RequestAborted)).Directory;
        var search = HsdsSearch.Of(directory);
        var json = new HsdsJson(directory);
        await SendAsync(context, list switch
        {
            HsdsParameters.Services when query.Minimal => Page(search.Services(query), query, HsdsJson.Minimal, onePage: true),
            HsdsParameters.Services => Page(search.Services(query), query, s => query.Full ? json.Full(s) : json.InList(s)),
            HsdsParameters.Organizations => Page(search.Organizations(query), query, o =>
                query.FullService ? json.Full(o, fullServices: true) : query.Full ? json.Full(o, fullServices: false) : json.InList(o)),
            HsdsParameters.ServicesAtLocations => Page(search.ServicesAtLocations(query), query, p => query.Full ? json.Full(p) : json.InList(p)),
            HsdsParameters.Taxonomies => Page(search.Taxonomies(query), query, json.Full),
            _ => Page(search.TaxonomyTerms(query), query, json.Full),
        });
    }

    private static async Task OneAsync(string list, string id, HttpContext context, LiveOffers offers)
    {
        if (!Guid.TryParse(id, out var key))
            throw GuideProblems.NoSuchRecord.With();
        var directory = (await offers.GetAsync(context.RequestAborted)).Directory;
        var json = new HsdsJson(directory);
        var fullServices = new HsdsQuery(HsdsParameters.Organizations, context.Request.Query.ToDictionary(q => q.Key, q => q.Value.LastOrDefault() ?? "")).FullService;
        var shape = list switch
        {
            HsdsParameters.Services => directory.Service(key) is { } s ? json.Full(s) : null,
            HsdsParameters.Organizations => directory.Organization(key) is { } o ? json.Full(o, fullServices) : null,
            HsdsParameters.ServicesAtLocations => directory.ServiceAtLocation(key) is { } p ? json.Full(p) : null,
            HsdsParameters.Taxonomies => directory.Taxonomy(key) is { } t ? json.Full(t) : null,
            _ => directory.Term(key) is { } t ? json.Full(t) : null,
        };
        await SendAsync(context, shape ?? throw GuideProblems.NoSuchRecord.With());
    }

    private static JsonObject Page<T>(IReadOnlyList<T> found, HsdsQuery query, Func<T, JsonObject> shape, bool onePage = false)
    {
        // Nested records are large; a page of them holds fewer, and says so in its size.
        var size = onePage ? Math.Max(1, found.Count) : query.Full || query.FullService ? Math.Min(query.PerPage, MostNested) : query.PerPage;
        var pages = Math.Max(1, (found.Count + size - 1) / size);
        var start = Math.Min((long)(query.Page - 1) * size, found.Count);
        var contents = new JsonArray();
        foreach (var item in found.Skip((int)start).Take(size))
            contents.Add((JsonNode)shape(item));
        return new JsonObject
        {
            ["total_items"] = found.Count,
            ["total_pages"] = pages,
            ["page_number"] = query.Page,
            ["size"] = contents.Count,
            ["first_page"] = query.Page == 1,
            ["last_page"] = query.Page >= pages,
            ["empty"] = contents.Count == 0,
            ["contents"] = contents,
        };
    }

    private static async Task SendAsync(HttpContext context, JsonObject shape)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(shape, RecordJson.Options);
        var response = context.Response;
        var tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\"";
        if (HttpMethods.IsPost(context.Request.Method))
        {
            response.Headers.CacheControl = "no-store";
        }
        else
        {
            response.Headers.CacheControl = "public, max-age=60";
            response.Headers.ETag = tag;
            if (context.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, context.RequestAborted);
    }
}
