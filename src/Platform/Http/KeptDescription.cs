using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace Tambo.Platform.Http;

/// <summary>
/// The description of all addresses, which takes tens of milliseconds to make and never changes while the program runs:
/// made once for each name under which the node is asked, which it states.
/// </summary>
/// <param name="make">Makes it as JSON, for the address of the node's root.</param>
public sealed class KeptDescription(Func<string, CancellationToken, Task<byte[]>> make)
{
    /// <summary>Whoever asks under made-up names is answered, and nothing is kept for them.</summary>
    private const int MostNames = 8;

    private readonly ConcurrentDictionary<string, Description> made = new(StringComparer.Ordinal);

    /// <summary>Answers with it, or with 304 to who has it.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var root = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}/";
        if (!made.TryGetValue(root, out var description))
        {
            var bytes = await make(root, context.RequestAborted);
            description = new Description(bytes, $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 12))}\"");
            if (made.Count < MostNames)
                made.TryAdd(root, description);
        }

        var response = context.Response;
        response.Headers.CacheControl = "public, max-age=60";
        response.Headers.ETag = description.Tag;
        if (context.Request.Headers.IfNoneMatch.ToString().Contains(description.Tag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = "application/json;charset=utf-8";
        response.ContentLength = description.Bytes.Length;
        await response.Body.WriteAsync(description.Bytes, context.RequestAborted);
    }

    private sealed record Description(byte[] Bytes, string Tag);
}
