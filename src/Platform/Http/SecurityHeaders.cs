using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Tambo.Platform.Http;

/// <summary>The headers that every answer carries: pages, data, errors and static files alike.</summary>
public sealed class SecurityHeaders(IEnumerable<string> styleHashes)
{
    private readonly string policy = string.Join("; ",
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'" + string.Concat(styleHashes.Select(hash => $" '{hash}'")),
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'");

    /// <summary>Sets the headers; called before anything else can write.</summary>
    public void Apply(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Permissions-Policy"] = "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), browsing-topics=()";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.XFrameOptions = "DENY";
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains";
        // Whoever wants an answer kept says so; silence must never leave a personal page in a cache.
        headers.CacheControl = "no-store";
    }

    /// <summary>Lets other origins' scripts read an open-data answer.</summary>
    public static void OpenData(HttpContext context)
    {
        context.Response.Headers[HeaderNames.AccessControlAllowOrigin] = "*";
        context.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
    }
}
