using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Offline;

/// <summary>
/// What a phone needs to put the site on its home screen (W3C Web Application Manifest), in the reader's language. It begins
/// with the start page, which is kept and so opens in flight mode.
/// </summary>
internal static class AppManifest
{
    /// <summary>What fits below an icon.</summary>
    private const int LongestShortName = 12;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Serves <c>/{lang}/app.webmanifest</c>, and the icon that phones look for by its name.</summary>
    public static void MapAppManifest(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/{lang}/app.webmanifest", Serve).Open().ExcludeFromDescription();
        routes.MapGet("/apple-touch-icon.png", Icon).Open().ExcludeFromDescription();
    }

    private static IResult Serve(HttpContext context, string lang, TextCatalog catalog, PageSettings settings)
    {
        if (!catalog.Has(lang))
            throw PlatformProblems.NotFound.With();
        var texts = catalog.In(lang);
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return Results.Json(
            new
            {
                id = "/",
                name = settings.Name,
                short_name = settings.Name.Length <= LongestShortName ? settings.Name : settings.Name[..LongestShortName].TrimEnd(),
                description = texts["shell.promise"],
                lang = texts.Code,
                dir = texts.Language.Direction,
                start_url = $"/{texts.Code}",
                scope = "/",
                display = "standalone",
                background_color = "#fbf8f3",
                theme_color = "#0b4a50",
                icons = new[]
                {
                    Picture("mark.svg", "any", "any"),
                    Picture("icon-192.png", "192x192", "any"),
                    Picture("icon-512.png", "512x512", "any"),
                    Picture("icon-mask.png", "512x512", "maskable"),
                },
                shortcuts = settings.Menu.Select(link => new { name = texts[link.TextKey], url = $"/{texts.Code}/{link.Path}" }),
            },
            Json,
            "application/manifest+json");
    }

    private static object Picture(string name, string sizes, string purpose)
    {
        var asset = SiteAssets.Find(name);
        return new { src = asset.Href, type = asset.Type, sizes, purpose };
    }

    private static IResult Icon(HttpContext context)
    {
        context.Response.Headers.CacheControl = "public, max-age=86400";
        var asset = SiteAssets.Find("icon-touch.png");
        return Results.Bytes(asset.Content, asset.Type);
    }
}
