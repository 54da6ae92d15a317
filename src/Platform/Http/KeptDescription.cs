using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Tambo.Platform.Http;

/// <summary>
/// The description of all addresses, which takes tens of milliseconds to make and never changes while the program runs:
/// made once for each name under which the node is asked, which it states.
/// </summary>
public sealed class KeptDescription : IEndpointFilter
{
    /// <summary>Whoever asks under made-up names is answered, and nothing is kept for them.</summary>
    private const int MostNames = 8;

    private readonly ConcurrentDictionary<string, Description> made = new(StringComparer.Ordinal);

    /// <inheritdoc />
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        var name = $"{http.Request.Scheme}://{http.Request.Host}{http.Request.PathBase}";
        if (!made.TryGetValue(name, out var description))
        {
            description = await MakeAsync(context, next);
            if (http.Response.StatusCode == StatusCodes.Status200OK && made.Count < MostNames)
                made.TryAdd(name, description);
        }

        return description;
    }

    private static async Task<Description> MakeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var response = context.HttpContext.Response;
        var body = response.Body;
        using var written = new MemoryStream();
        response.Body = written;
        try
        {
            await next(context);
            await response.BodyWriter.FlushAsync(context.HttpContext.RequestAborted);
        }
        finally
        {
            response.Body = body;
        }

        return new Description(written.ToArray(), response.ContentType ?? "application/json");
    }

    private sealed class Description(byte[] bytes, string type) : IResult
    {
        private readonly string tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"";

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.Headers.CacheControl = "public, max-age=60";
            response.Headers.ETag = tag;
            if (httpContext.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }

            response.ContentType = type;
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
        }
    }
}
