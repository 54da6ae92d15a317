using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Guide.Directory;
using Tambo.Guide.NeedsSeen;
using Tambo.Guide.Notices;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Guide.Offline;

/// <summary>The addresses of packs: <c>/packs/{language}/{area}…</c>, outside of what a service worker answers for.</summary>
internal static class PackAddresses
{
    /// <summary>The root of all of them.</summary>
    public const string Root = "/packs";

    /// <summary>What the node key's pair for packs is derived for.</summary>
    public const string Purpose = "offline packs";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/key.json", Key).Open().WithSummary("The public key by which offline packs are signed");
        routes.MapGet(Root + "/{lang}/{area}.json", ManifestAsync).Open().WithSummary("What the offline pack of an area is now: its hash, size and date, signed");
        routes.MapGet(Root + "/{lang}/{area}/{version}.json", WholeAsync).Open().WithSummary("A whole offline pack");
        routes.MapPost(Root + "/{lang}/{area}/delta", DeltaAsync).Open().RequireRateLimiting(RateLimits.Costly).OnlyReads()
            .WithSummary("What a device lacks of an offline pack, told by the marks of what it has");
    }

    private static IResult Key(HttpContext context, [FromKeyedServices(Purpose)] SigningKey key)
    {
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Results.Json(new { algorithm = "ECDSA P-256 SHA-256", publicKey = Convert.ToBase64String(key.PublicKey), fingerprint = key.Fingerprint });
    }

    // Signed anew each time: the same content is right as of now, and a device shows the date up to which it was.
    private static async Task<IResult> ManifestAsync(
        HttpContext context, string lang, string area, PackShelf shelf, LiveNotices notices, [FromKeyedServices(Purpose)] SigningKey key, TimeProvider time, CancellationToken cancellationToken)
    {
        var settings = context.RequestServices.GetRequiredService<PageSettings>();
        var now = time.GetUtcNow();
        var found = await FindAsync(shelf, context, lang, area, cancellationToken);
        var manifest = JsonSerializer.Serialize(
            new
            {
                node = settings.PublicUrl?.GetLeftPart(UriPartial.Authority) ?? settings.Name,
                area = found.Area.Code,
                name = found.Name,
                language = lang,
                version = found.Pack.Version,
                sha256 = found.Pack.Version,
                bytes = found.Pack.Compressed.Length,
                count = found.Pack.Rows.Count,
                asOf = now.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
                notices = (await notices.AllAsync(cancellationToken)).Where(notice => found.Area.Holds(notice.Area)).Select(notice => ToldOf(notice, context, lang)),
                license = string.Join("; ", found.Sources.Select(LicenceOf).Distinct(StringComparer.Ordinal)),
            },
            Json);
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Json(new { manifest, signature = Convert.ToBase64String(key.Sign(Encoding.UTF8.GetBytes(manifest))) }, Json);
    }

    // What is to come is told too: a device may be offline by then.
    private static object ToldOf(AreaNotice notice, HttpContext context, string lang)
    {
        var line = notice.For(context.RequestServices.GetRequiredService<TextCatalog>().In(lang));
        return new
        {
            from = NoticeForm.Iso(notice.StartsOn),
            until = NoticeForm.Iso(notice.EndsOn),
            begins = notice.Span.Begins.ToUnixTimeSeconds(),
            ends = notice.Span.Ends.ToUnixTimeSeconds(),
            title = line.Title.Text,
            text = line.Text.Text,
            language = line.Title.Language ?? "",
            unread = line.Title.IsUnread,
            urgent = line.Urgent,
            when = line.WhereAndWhen,
            country = NeedAreas.CountryOf(notice.Area),
            state = AdminAreas.Find(NeedAreas.Told(notice.Area))?.Name ?? "",
        };
    }

    private static async Task WholeAsync(HttpContext context, string lang, string area, string version, PackShelf shelf, CancellationToken cancellationToken)
    {
        var found = await FindAsync(shelf, context, lang, area, cancellationToken);
        if (found.Pack.Version != version)
            throw GuideProblems.PackReplaced.With();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        await SendAsync(context, found.Pack.Whole, () => found.Pack.Compressed);
    }

    private static async Task DeltaAsync(HttpContext context, string lang, string area, PackShelf shelf, CancellationToken cancellationToken)
    {
        var found = await FindAsync(shelf, context, lang, area, cancellationToken);
        var buffer = new byte[PackMarks.MostBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        if (!PackMarks.CanBeMarks(length))
            throw PlatformProblems.Malformed.With();
        var delta = found.Pack.DeltaFor(buffer.AsSpan(0, length));
        await SendAsync(context, () => delta, () => Pack.Compress(delta, quality: 11));
    }

    private static async Task<AreaPack> FindAsync(PackShelf shelf, HttpContext context, string lang, string area, CancellationToken cancellationToken)
    {
        var catalog = (TextCatalog)context.RequestServices.GetService(typeof(TextCatalog))!;
        return (catalog.Has(lang) ? await shelf.FindAsync(catalog.In(lang).Code, area, cancellationToken) : null) ?? throw PlatformProblems.NotFound.With();
    }

    private static string LicenceOf(SourceSet source) => source.Licence.Length > 0 ? $"{source.Title}: {source.Licence}" : source.Title;

    private static async Task SendAsync(HttpContext context, Func<byte[]> plain, Func<byte[]> brotli)
    {
        var takes = SiteAssets.Accepts(context.Request.Headers.AcceptEncoding.ToString(), "br");
        var body = takes ? brotli() : plain();
        context.Response.Headers.Vary = "Accept-Encoding";
        if (takes)
            context.Response.Headers.ContentEncoding = "br";
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }
}
