using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Tambo.Guide.Directory;
using Tambo.Guide.Hsds;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Settings;

namespace Tambo.Guide.OpenData;

/// <summary>
/// The whole public directory for whoever wants to use it elsewhere: as files, and as what changed since they asked
/// before. Open to everybody and to scripts of every site, under <c>/open-data</c>.
/// </summary>
internal static class OpenDataApi
{
    /// <summary>Where it all stands.</summary>
    public const string Root = "/open-data";

    /// <summary>Declares the addresses.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes.MapGroup(Root).RequireRateLimiting(RateLimits.Costly).Open().AddEndpointFilter(async (call, next) =>
        {
            call.HttpContext.Response.Headers.AccessControlAllowOrigin = "*";
            return await next(call);
        });
        open.MapGet("/", ListAsync).WithSummary("The files and feeds of the public directory, with their terms");
        foreach (var form in PublishedFiles.Forms)
            open.MapGet("/" + form.Name, (HttpContext context, PublishedFiles files, NodeSettings settings, CancellationToken cancellationToken) => FileAsync(form, context, files, settings, cancellationToken))
                .WithSummary("The whole public directory as " + form.Name);
        open.MapGet("/changes.json", ChangesAsync).WithSummary("What changed in the public directory since a cursor");
        open.MapGet("/changes.atom", AtomAsync).WithSummary("What changed in the public directory as an Atom feed");
    }

    /// <summary>The address of a record in the open interface; null when it stands within others only.</summary>
    public static string? AddressOf(NotedChange noted) =>
        PublicUnits.Lists.SingleOrDefault(list => list.Kind == noted.Kind && list.Kind != RecordKinds.Location) is { List: { } list }
            ? $"/hsds/{list}/{noted.Id:D}"
            : null;

    private static async Task<IResult> ListAsync(HttpContext context, PublishedFiles files, NodeSettings settings, CancellationToken cancellationToken)
    {
        var root = RootOf(context, settings);
        var list = new JsonArray();
        foreach (var form in PublishedFiles.Forms)
        {
            var file = await files.GetAsync(form, cancellationToken);
            list.Add((JsonNode)new JsonObject
            {
                ["href"] = $"{root}{Root}/{form.Name}",
                ["type"] = form.Type,
                ["bytes"] = file.Length,
                ["bytes_compressed"] = file.Bytes.Length,
            });
        }

        return Json(context, new JsonObject
        {
            ["title"] = settings.File.Name,
            ["licence"] = settings.File.Licence,
            ["licence_note"] = "What was taken over from a source keeps the terms of that source, which stand with each record.",
            ["hsds"] = root + "/hsds",
            ["files"] = list,
            ["changes"] = new JsonArray($"{root}{Root}/changes.json", $"{root}{Root}/changes.atom"),
        });
    }

    private static async Task<IResult> FileAsync(
        PublishedForm form, HttpContext context, PublishedFiles files, NodeSettings settings, CancellationToken cancellationToken)
    {
        var file = await files.GetAsync(form, cancellationToken);
        var headers = context.Response.Headers;
        // What was taken back must not be given out by others for a while longer; the tag makes asking again cheap.
        headers.CacheControl = "public, no-cache";
        headers.ContentDisposition = $"attachment; filename=\"{form.Name}\"";
        if (settings.File.Licence is { Length: > 0 } licence)
            headers["X-Licence"] = new string([.. licence.Where(letter => letter is >= ' ' and < (char)127)]);
        if (form.IsArchive)
            return Results.Bytes(file.Bytes, form.Type, enableRangeProcessing: true, entityTag: new EntityTagHeaderValue($"\"{file.Tag}\""));
        headers.Vary = "Accept-Encoding";
        // Two encodings of one content are two representations, each with its own tag.
        if (context.Request.GetTypedHeaders().AcceptEncoding.Any(coding => coding.Value == "gzip" && coding.Quality is not 0))
        {
            headers.ContentEncoding = "gzip";
            return Results.Bytes(file.Bytes, form.Type, entityTag: new EntityTagHeaderValue($"\"{file.Tag}-gzip\""));
        }

        return Results.Stream(new GZipStream(new MemoryStream(file.Bytes), CompressionMode.Decompress), form.Type, entityTag: new EntityTagHeaderValue($"\"{file.Tag}\""));
    }

    private static async Task<IResult> ChangesAsync(
        HttpContext context, NodeDb db, LiveDirectory live, NodeSettings settings, CancellationToken cancellationToken)
    {
        var full = context.Request.Query["full"].ToString() switch
        {
            "" or "false" => false,
            "true" => true,
            var other => throw GuideProblems.BadParameter.With(("parameter", "full"), ("value", HsdsQuery.Shown(other))),
        };
        var page = await ChangeFeed.AfterAsync(db, Cursor(context) ?? ChangeCursor.Start, Limit(context), cancellationToken);
        // At least as new as what was noted, which what pages are given need not be for a moment.
        var directory = (await live.GetAsync(cancellationToken)).Public;
        var root = RootOf(context, settings);
        var shapes = full ? ShapesOf(page, directory) : [];
        var changes = new JsonArray();
        foreach (var noted in page.Changes)
        {
            // Hidden since it was noted: it goes as removed, which the next look notes as well.
            var removed = noted.Action == "removed" || directory.Find(noted.Kind, noted.Id) is null;
            var line = new JsonObject
            {
                ["number"] = noted.Number,
                ["kind"] = noted.Kind,
                ["id"] = noted.Id.ToString("D"),
                ["action"] = removed ? "removed" : noted.Action,
                ["at"] = Instants.Write(noted.At),
            };
            if (!removed && AddressOf(noted) is { } address)
                line["url"] = root + address;
            if (!removed && shapes.GetValueOrDefault((noted.Kind, noted.Id)) is { } shape)
                line["record"] = shape();
            changes.Add((JsonNode)line);
        }

        return Json(context, new JsonObject
        {
            ["licence"] = settings.File.Licence,
            ["changes"] = changes,
            ["cursor"] = page.Next.ToString(),
            ["more"] = page.More,
            ["next"] = $"{root}{Root}/changes.json?since={page.Next}{(full ? "&full=true" : "")}",
        });
    }

    private static async Task<IResult> AtomAsync(
        HttpContext context, NodeDb db, LiveDirectory live, NodeSettings settings, CancellationToken cancellationToken)
    {
        var page = Cursor(context) is { } cursor
            ? await ChangeFeed.AfterAsync(db, cursor, Limit(context), cancellationToken)
            : await ChangeFeed.NewestAsync(db, Limit(context), cancellationToken);
        var directory = (await live.GetAsync(cancellationToken)).Public;
        return Tagged(context, AtomFeed.Write(page, directory, RootOf(context, settings), context.Request.GetEncodedPathAndQuery(), settings.File), "application/atom+xml; charset=utf-8");
    }

    private static Dictionary<(string, Guid), Func<JsonObject>> ShapesOf(ChangePage page, PublicDirectory directory)
    {
        var asked = page.Changes.Select(noted => (noted.Kind, noted.Id)).ToHashSet();
        return PublicUnits.Of(directory).Where(unit => asked.Contains((unit.Kind, unit.Id))).ToDictionary(unit => (unit.Kind, unit.Id), unit => unit.Shape);
    }

    private static ChangeCursor? Cursor(HttpContext context)
    {
        if (!context.Request.Query.TryGetValue("since", out var since))
            return null;
        return ChangeCursor.Read(since.ToString()) ?? throw GuideProblems.BadParameter.With(("parameter", "since"), ("value", HsdsQuery.Shown(since.ToString())));
    }

    private static int Limit(HttpContext context)
    {
        if (!context.Request.Query.TryGetValue("limit", out var limit))
            return ChangeFeed.Usual;
        return int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var read) && read is >= 1 and <= ChangeFeed.Most
            ? read
            : throw GuideProblems.BadParameter.With(("parameter", "limit"), ("value", HsdsQuery.Shown(limit.ToString())));
    }

    private static string RootOf(HttpContext context, NodeSettings settings) =>
        settings.File.PublicUrl is { Length: > 0 } url ? url.TrimEnd('/') : $"{context.Request.Scheme}://{context.Request.Host}";

    private static IResult Json(HttpContext context, JsonObject shape) =>
        Tagged(context, JsonSerializer.SerializeToUtf8Bytes(shape, RecordJson.Options), "application/json; charset=utf-8");

    private static IResult Tagged(HttpContext context, byte[] body, string type)
    {
        context.Response.Headers.CacheControl = "public, max-age=60";
        return Results.Bytes(body, type, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 12))}\""));
    }
}
