using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Primitives;
using Tambo.Platform.Counting;
using Tambo.Platform.Database;

namespace Tambo.Platform.Http;

/// <summary>One public page as ready bytes, with its tag. Each encoding is made when it is first asked for.</summary>
internal sealed class CachedPage : IResult
{
    private const int BrotliQuality = 9;
    private const int BrotliWindow = 20;

    private static readonly StringValues VaryEncoding = "Accept-Encoding";
    private static readonly StringValues ContentType = "text/html; charset=utf-8";
    private static readonly StringValues BrotliName = "br";
    private static readonly StringValues GzipName = "gzip";

    private readonly TimeProvider time;
    private readonly AreaVersion area;
    private readonly StringValues language;
    private readonly string tag;
    private readonly StringValues etag;
    private readonly byte[] plain;
    private readonly Tally? counts;
    private byte[]? brotli;
    private byte[]? gzip;
    private RemainingTime remaining = new(-1, default);

    public CachedPage(byte[] html, string language, AreaVersion area, KeptPage kept, TimeProvider time)
    {
        plain = html;
        (this.time, this.area, this.language) = (time, area, language);
        Until = kept.Freshness.Until;
        Version = kept.Version;
        counts = kept.Counts;
        tag = Convert.ToHexStringLower(SHA256.HashData(html).AsSpan(0, 12));
        etag = $"W/\"{tag}\"";
    }

    public DateTimeOffset Until { get; }

    public long Version { get; }

    /// <summary>Bytes it may take: the page and both encodings, which together are never larger than it.</summary>
    public long Size => 2 * plain.Length;

    /// <summary>True while the content it was drawn from is the one that readers are given, and nothing has opened or closed.</summary>
    public bool IsRight(DateTimeOffset now) => Version == area.Shown && Until > now;

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext) => SendAsync(httpContext, time.GetUtcNow());

    public Task SendAsync(HttpContext context, DateTimeOffset now)
    {
        var response = context.Response;
        var asked = context.Request.Headers;
        var headers = response.Headers;
        headers.ETag = etag;
        headers.Vary = VaryEncoding;
        headers.CacheControl = CacheControl(now);
        if (asked.IfNoneMatch is { Count: > 0 } known && known.ToString().Contains(tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        // A page that the browser still has (304) was counted when it was given.
        if (counts is not null && !HttpMethods.IsHead(context.Request.Method))
            context.RequestServices.GetRequiredService<HourlyCounts>().Add(counts, context);
        headers.ContentType = ContentType;
        headers.ContentLanguage = language;
        var body = Body(asked.AcceptEncoding.ToString(), out var encoding);
        if (encoding.Count > 0)
            headers.ContentEncoding = encoding;
        response.ContentLength = body.Length;
        if (HttpMethods.IsHead(context.Request.Method))
            return Task.CompletedTask;
        // Nearly always done at once: then no task is made.
        var written = response.BodyWriter.WriteAsync(body);
        if (!written.IsCompletedSuccessfully)
            return written.AsTask();
        _ = written.GetAwaiter().GetResult();
        return Task.CompletedTask;
    }

    // Rebuilt once a second at most: the remaining time is the same for all requests of that second.
    private StringValues CacheControl(DateTimeOffset now)
    {
        var left = Math.Max(0, (long)(Until - now).TotalSeconds);
        var known = remaining;
        if (known.Seconds != left)
            remaining = known = new RemainingTime(left, $"public, max-age={left}");
        return known.CacheControl;
    }

    // Two readers may compress the same page at once; both get the same bytes.
    private byte[] Body(string acceptEncoding, out StringValues encoding)
    {
        if (Accepts(acceptEncoding, "br"))
        {
            encoding = BrotliName;
            return brotli ??= CompressBrotli(plain);
        }

        if (Accepts(acceptEncoding, "gzip"))
        {
            encoding = GzipName;
            return gzip ??= CompressGzip(plain);
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
        using (var packing = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
            packing.Write(html);
        return target.ToArray();
    }

    private sealed record RemainingTime(long Seconds, StringValues CacheControl);
}
