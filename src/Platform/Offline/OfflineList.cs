using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Offline;

/// <summary>
/// What a device keeps of a language after one visit: the pages that the parts hand over, and the sentences that a kept page
/// is shown with, so that nobody takes an old page for a new one.
/// </summary>
internal static class OfflineList
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Serves <c>/{lang}/offline.json</c>.</summary>
    public static void MapOfflineLists(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{lang}/offline.json", Serve).Open().DisableRateLimiting().ExcludeFromDescription();

    private static IResult Serve(HttpContext context, string lang, TextCatalog catalog, IReadOnlyList<Part> parts, HtmlEncoder encoder)
    {
        if (!catalog.Has(lang))
            throw PlatformProblems.NotFound.With();
        var texts = catalog.In(lang);
        context.Response.Headers.CacheControl = "no-cache";
        return Results.Json(
            new
            {
                pages = parts.SelectMany(part => part.OfflinePages).Select(path => path.Length == 0 ? $"/{texts.Code}" : $"/{texts.Code}/{path}"),
                kept = $"""<p class="ribbon" role="status">{Written("offline.kept")} <a href="">{Written("offline.again")}</a></p>""",
                missing = $"""<p class="ribbon" role="status">{Written("offline.missing")}</p>""",
                style = SiteAssets.Href("kept.css"),
                date = Written("date.day"),
                months = Enumerable.Range(1, 12).Select(month => Written("date.month." + month.ToString(System.Globalization.CultureInfo.InvariantCulture))),
            },
            Json);

        string Written(string key) => encoder.Encode(texts[key]);
    }
}
