using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Offline;

/// <summary>
/// The program by which a reader's browser keeps public pages, at the one address that it has for good. Before it stands
/// what it cannot know: the version of this node's pages, its languages, and whether the operator has switched it off.
/// </summary>
internal static class PageWorker
{
    /// <summary>At the root, so that it may answer for every page.</summary>
    public const string Address = "/sw.js";

    /// <summary>Serves <c>/sw.js</c>.</summary>
    public static void MapPageWorker(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var made = new Lazy<Script>(() => Script.Of(services));
        routes.MapMethods(Address, ["GET", "HEAD"], (HttpContext context) => made.Value.SendAsync(context))
            .Open().DisableRateLimiting().ExcludeFromDescription();
    }

    /// <summary>Changes with the program, its pages' files and its texts: then devices fetch anew what they keep.</summary>
    public static string VersionOf(IServiceProvider services)
    {
        var parts = services.GetRequiredService<IReadOnlyList<Part>>();
        var catalog = services.GetRequiredService<TextCatalog>();
        var made = parts.Select(part => part.Assembly.ManifestModule.ModuleVersionId.ToString("N"))
            .Concat(parts.SelectMany(part => part.OfflinePages))
            .Concat(SiteAssets.All.Select(asset => asset.File).Order(StringComparer.Ordinal))
            .Concat(catalog.Languages.Select(language => catalog.In(language.Code))
                .SelectMany(texts => texts.Keys.Order(StringComparer.Ordinal).Select(key => $"{texts.Code} {key} {texts[key]}")));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', made))).AsSpan(0, 6));
    }

    private sealed record Script(byte[] Plain, byte[] Brotli, string Tag)
    {
        public static Script Of(IServiceProvider services)
        {
            var settings = JsonSerializer.Serialize(new
            {
                version = VersionOf(services),
                languages = services.GetRequiredService<TextCatalog>().Languages.Select(language => language.Code),
                off = !services.GetRequiredService<NodeSettings>().File.KeepOffline,
            });
            byte[] plain = [.. Encoding.UTF8.GetBytes($"self.tambo={settings};"), .. SiteAssets.Find("sw.js").Content];
            var brotli = new byte[BrotliEncoder.GetMaxCompressedLength(plain.Length)];
            BrotliEncoder.TryCompress(plain, brotli, out var length, quality: 11, window: 18);
            return new Script(plain, brotli[..length], $"\"{Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 8))}\"");
        }

        public async Task SendAsync(HttpContext context)
        {
            var (request, response) = (context.Request, context.Response);
            // Asked for again at every turn: a worker that is found faulty must not outlive its replacement for a day.
            response.Headers.CacheControl = "no-cache";
            response.Headers.Vary = "Accept-Encoding";
            var brotli = SiteAssets.Accepts(request.Headers.AcceptEncoding.ToString(), "br");
            var tag = brotli ? Tag.Insert(Tag.Length - 1, "-br") : Tag;
            response.Headers.ETag = tag;
            if (request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            if (brotli)
                response.Headers.ContentEncoding = "br";
            response.ContentType = "text/javascript; charset=utf-8";
            var body = brotli ? Brotli : Plain;
            response.ContentLength = body.Length;
            if (!HttpMethods.IsHead(request.Method))
                await response.Body.WriteAsync(body, context.RequestAborted);
        }
    }
}
