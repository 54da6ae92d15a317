using System.Collections.Frozen;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Tambo.Platform.Http;

namespace Tambo.Platform.Shell;

/// <summary>One file of web/dist with its compressed forms, all in memory.</summary>
/// <param name="File">Name with the hash of its content, for example <c>public-K3J2A1B0.css</c>.</param>
/// <param name="Type">Media type.</param>
/// <param name="Sha256">SHA-256 of the content, base64.</param>
public sealed record Asset(string File, string Type, string Sha256, byte[] Content, byte[] Brotli, byte[] Gzip)
{
    /// <summary>The path under which the node serves it.</summary>
    public string Href => "/assets/" + File;
}

/// <summary>
/// The CSS, scripts and pictures of the pages. Their names carry the hash of their content, so a browser keeps them
/// for good: a first visit pays for the style sheet once, every later page is only its own HTML.
/// </summary>
public static class SiteAssets
{
    private const string Folder = "Tambo.Platform.Web.";

    private static readonly FrozenDictionary<string, Asset> ByName = Read();

    private static readonly FrozenDictionary<string, Asset> ByFile =
        ByName.Values.ToFrozenDictionary(a => a.File, StringComparer.Ordinal);

    /// <summary>The path of an asset by its plain name, for example <c>public.css</c>.</summary>
    public static string Href(string name) => Find(name).Href;

    /// <summary>The asset by its plain name.</summary>
    /// <exception cref="InvalidOperationException">web/dist holds no such file.</exception>
    public static Asset Find(string name) => ByName.TryGetValue(name, out var asset)
        ? asset
        : throw new InvalidOperationException($"web/dist holds no '{name}'.");

    /// <summary>The content as text, for documents that stand alone (a print sheet saved to disk).</summary>
    public static string Text(string name) => Encoding.UTF8.GetString(Find(name).Content);

    /// <summary>Every asset, for the list that the service worker keeps offline.</summary>
    public static IReadOnlyCollection<Asset> All => ByName.Values;

    /// <summary>Serves <c>/assets/{name}</c>.</summary>
    public static void MapAssets(this IEndpointRouteBuilder routes) =>
        routes.MapMethods("/assets/{name}", ["GET", "HEAD"], ServeAsync).Open().DisableRateLimiting().ExcludeFromDescription();

    private static async Task ServeAsync(HttpContext http, string name)
    {
        if (!ByFile.TryGetValue(name, out var asset))
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var (encoding, body) = Negotiate(asset, http.Request.Headers.AcceptEncoding.ToString());
        var headers = http.Response.Headers;
        // A strong tag names one sequence of bytes, so each compressed form has its own.
        var tag = $"\"{asset.Sha256[..16]}{(encoding is null ? "" : "-" + encoding)}\"";
        headers.ETag = tag;
        headers.CacheControl = "public, max-age=31536000, immutable";
        headers.Vary = HeaderNames.AcceptEncoding;
        if (http.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        if (encoding is not null)
            headers.ContentEncoding = encoding;
        http.Response.ContentType = asset.Type;
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    private static (string? Encoding, byte[] Body) Negotiate(Asset asset, string accepted)
    {
        if (Accepts(accepted, "br"))
            return ("br", asset.Brotli);
        return Accepts(accepted, "gzip") ? ("gzip", asset.Gzip) : (null, asset.Content);
    }

    /// <summary>True when an Accept-Encoding header takes an encoding.</summary>
    public static bool Accepts(string accepted, string encoding)
    {
        foreach (var part in accepted.Split(',', StringSplitOptions.TrimEntries))
        {
            var semicolon = part.IndexOf(';', StringComparison.Ordinal);
            var name = semicolon < 0 ? part : part[..semicolon].TrimEnd();
            if (!name.Equals(encoding, StringComparison.OrdinalIgnoreCase))
                continue;
            var weight = semicolon < 0 ? "" : part[(semicolon + 1)..].Replace(" ", "", StringComparison.Ordinal);
            return weight is not ("q=0" or "q=0.0" or "q=0.00" or "q=0.000");
        }

        return false;
    }

    private sealed record Entry(string file, string type, string sha256);

    private static FrozenDictionary<string, Asset> Read()
    {
        var manifest = JsonSerializer.Deserialize<Dictionary<string, Entry>>(Bytes("manifest.json"))!;
        return manifest.ToFrozenDictionary(
            e => e.Key,
            e => new Asset(
                e.Value.file, e.Value.type, e.Value.sha256,
                Bytes(e.Value.file), Bytes(e.Value.file + ".br"), Bytes(e.Value.file + ".gz")),
            StringComparer.Ordinal);
    }

    private static byte[] Bytes(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(Folder + file)
            ?? throw new InvalidOperationException($"The embedded copy of web/dist lacks '{file}'.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
