using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
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
public sealed class PageCache(ChangeVersions versions, TimeProvider time)
{
    /// <summary>Bytes that pages in all their encodings may take together.</summary>
    private const long Budget = 48 * 1024 * 1024;

    private const int BrotliQuality = 9;
    private const int BrotliWindow = 20;

    private static readonly StringValues VaryEncoding = "Accept-Encoding";

    // Reading is what happens thousands of times a second: no lock, no copy, nothing counted.
    private readonly ConcurrentDictionary<PageKey, CachedPage> pages = new();
    private readonly Lock keeping = new();
    private long used;

    /// <summary>Answers from the cache; false when the page must be made.</summary>
    public bool TryAnswer(HttpContext context, [NotNullWhen(true)] out Task? answer)
    {
        answer = null;
        var request = context.Request;
        if ((HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            && pages.TryGetValue(KeyOf(request), out var page))
        {
            var now = time.GetUtcNow();
            if (IsRight(page, now))
                answer = SendAsync(context, page, now);
        }

        return answer is not null;
    }

    /// <summary>Keeps a page that was just made, and sends it.</summary>
    public Task KeepAndSendAsync(HttpContext context, byte[] html, string language, Freshness freshness, long version)
    {
        var page = new CachedPage(html, language, versions.Of(freshness.Area), freshness.Until, version);
        var now = time.GetUtcNow();
        // What was drawn from an older content than readers are given by now is sent to who asked for it, and not kept.
        if (IsRight(page, now))
            Keep(KeyOf(context.Request), page, now);
        return SendAsync(context, page, now);
    }

    private static bool IsRight(CachedPage page, DateTimeOffset now) => page.Version == page.Area.Shown && page.Until > now;

    private void Keep(PageKey key, CachedPage page, DateTimeOffset now)
    {
        lock (keeping)
        {
            Forget(key);
            pages[key] = page;
            used += SizeOf(key, page);
            if (used > Budget)
                MakeRoom(now);
        }
    }

    /// <summary>Drops the pages that are wrong by now, and then those that will be soonest, until a quarter is free.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        foreach (var (key, _) in pages.OrderBy(kept => IsRight(kept.Value, now)).ThenBy(kept => kept.Value.Until))
        {
            if (used <= Budget * 3 / 4)
                break;
            Forget(key);
        }
    }

    private void Forget(PageKey key)
    {
        if (pages.TryRemove(key, out var page))
            used -= SizeOf(key, page);
    }

    // An address may be longer than a page: 8 kB of it are allowed.
    private static long SizeOf(PageKey key, CachedPage page) => page.Size + (2 * (key.Path.Length + key.Query.Length));

    private static PageKey KeyOf(HttpRequest request) => new(request.Path.Value ?? "", request.QueryString.Value ?? "");

    private static Task SendAsync(HttpContext context, CachedPage page, DateTimeOffset now)
    {
        var response = context.Response;
        var asked = context.Request.Headers;
        var headers = response.Headers;
        headers.ETag = page.ETag;
        headers.Vary = VaryEncoding;
        headers.CacheControl = page.CacheControl(now);
        if (asked.IfNoneMatch is { Count: > 0 } known && known.ToString().Contains(page.Tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        headers.ContentType = CachedPage.ContentType;
        headers.ContentLanguage = page.Language;
        var body = page.Body(asked.AcceptEncoding.ToString(), out var encoding);
        if (encoding.Count > 0)
            headers.ContentEncoding = encoding;
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : response.BodyWriter.WriteAsync(body).AsTask();
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

        public CachedPage(byte[] html, string language, AreaVersion area, DateTimeOffset until, long version)
        {
            plain = html;
            Language = language;
            Area = area;
            Until = until;
            Version = version;
            Tag = Convert.ToHexStringLower(SHA256.HashData(html).AsSpan(0, 12));
            ETag = $"W/\"{Tag}\"";
            brotli = CompressBrotli(html);
            gzip = CompressGzip(html);
        }

        public StringValues Language { get; }

        public AreaVersion Area { get; }

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
