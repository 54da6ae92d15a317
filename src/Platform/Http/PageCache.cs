using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Tambo.Platform.Database;

namespace Tambo.Platform.Http;

/// <summary>How long a public page stays right.</summary>
/// <param name="Area">The area whose changes make it wrong.</param>
/// <param name="Until">The instant at which it may become wrong by itself: the next opening or closing, at the latest in a minute.</param>
public sealed record Freshness(string Area, DateTimeOffset Until);

/// <summary>
/// Public pages as ready bytes: by address and query, in the encodings browsers take, with their ETag. An entry is
/// dropped when its area changes or its time has come. Nothing that depends on who asks ever gets in.
/// </summary>
public sealed class PageCache(ChangeVersions versions, TimeProvider time) : IDisposable
{
    private const long Budget = 48 * 1024 * 1024;
    private const int BrotliQuality = 9;
    private const int BrotliWindow = 20;

    private static readonly StringValues VaryEncoding = "Accept-Encoding";
    private readonly MemoryCache entries = new(new MemoryCacheOptions { SizeLimit = Budget, TrackStatistics = false });

    /// <summary>Answers from the cache; false when the page must be made.</summary>
    public bool TryAnswer(HttpContext context, [NotNullWhen(true)] out Task? answer)
    {
        answer = null;
        var request = context.Request;
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && entries.TryGetValue(new PageKey(request.Path.Value ?? "", request.QueryString.Value ?? ""), out CachedPage? page)
            && page!.Version == versions[page.Area] && page.Until > time.GetUtcNow())
            answer = SendAsync(context, page);
        return answer is not null;
    }

    /// <summary>Keeps a page that was just made, and sends it.</summary>
    public Task KeepAndSendAsync(HttpContext context, byte[] html, string language, Freshness freshness, long version)
    {
        var page = new CachedPage(html, language, freshness, version);
        var request = context.Request;
        var key = new PageKey(request.Path.Value ?? "", request.QueryString.Value ?? "");
        entries.Set(key, page, new MemoryCacheEntryOptions { Size = page.Size + (2 * (key.Path.Length + key.Query.Length)) });
        return SendAsync(context, page);
    }

    /// <summary>The area's version; read it before the page is made, so that a change meanwhile is not missed.</summary>
    public long VersionOf(string area) => versions[area];

    /// <inheritdoc />
    public void Dispose() => entries.Dispose();

    private Task SendAsync(HttpContext context, CachedPage page)
    {
        var response = context.Response;
        var headers = response.Headers;
        headers.ETag = page.ETag;
        headers.Vary = VaryEncoding;
        headers.CacheControl = page.CacheControl(time.GetUtcNow());
        if (context.Request.Headers.IfNoneMatch.Count > 0 && context.Request.Headers.IfNoneMatch.ToString().Contains(page.Tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentType = CachedPage.ContentType;
        headers.ContentLanguage = page.Language;
        var body = page.Body(context.Request.Headers.AcceptEncoding.ToString(), out var encoding);
        if (encoding.Count > 0)
            headers.ContentEncoding = encoding;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private readonly record struct PageKey(string Path, string Query);

    private sealed record RemainingTime(long Seconds, StringValues CacheControl);

    private sealed class CachedPage
    {
        public static readonly StringValues ContentType = "text/html; charset=utf-8";
        private static readonly StringValues Brotli = "br";
        private static readonly StringValues Gzip = "gzip";

        private readonly byte[] plain;
        private readonly byte[] brotli;
        private readonly byte[] gzip;
        private RemainingTime remaining = new(-1, default);

        public CachedPage(byte[] html, string language, Freshness freshness, long version)
        {
            plain = html;
            Language = language;
            Area = freshness.Area;
            Until = freshness.Until;
            Version = version;
            Tag = Convert.ToHexStringLower(SHA256.HashData(html).AsSpan(0, 12));
            ETag = $"W/\"{Tag}\"";
            brotli = CompressBrotli(html);
            gzip = CompressGzip(html);
        }

        public StringValues Language { get; }

        public string Area { get; }

        public DateTimeOffset Until { get; }

        public long Version { get; }

        public string Tag { get; }

        public StringValues ETag { get; }

        public long Size => plain.Length + brotli.Length + gzip.Length;

        // Rebuilt once a second at most: the remaining time is the same for all requests of that second.
        public StringValues CacheControl(DateTimeOffset now)
        {
            var left = Math.Max(0, (long)(Until - now).TotalSeconds);
            var known = remaining;
            if (known.Seconds != left)
                remaining = known = new RemainingTime(left, $"public, max-age={left}");
            return known.CacheControl;
        }

        public byte[] Body(string acceptEncoding, out StringValues encoding)
        {
            if (Accepts(acceptEncoding, "br"))
            {
                encoding = Brotli;
                return brotli;
            }

            if (Accepts(acceptEncoding, "gzip"))
            {
                encoding = Gzip;
                return gzip;
            }

            encoding = default;
            return plain;
        }

        // Weights are rare: without one, the name alone decides.
        private static bool Accepts(string header, string encoding) => header.Contains(';', StringComparison.Ordinal)
            ? Shell.SiteAssets.Accepts(header, encoding)
            : header.Contains(encoding, StringComparison.Ordinal);

        private static byte[] CompressBrotli(byte[] html)
        {
            var buffer = new byte[BrotliEncoder.GetMaxCompressedLength(html.Length)];
            return BrotliEncoder.TryCompress(html, buffer, out var length, BrotliQuality, BrotliWindow)
                ? buffer[..length]
                : throw new InvalidOperationException("The buffer for a compressed page was too small.");
        }

        private static byte[] CompressGzip(byte[] html)
        {
            using var target = new MemoryStream();
            using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
                gzip.Write(html);
            return target.ToArray();
        }
    }
}
