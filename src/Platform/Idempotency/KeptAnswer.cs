using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Tambo.Platform.Cryptography;

namespace Tambo.Platform.Idempotency;

/// <summary>An answer as it is kept for whoever repeats its request: status, the headers that belong to its content, and the content.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Headers">Name and value.</param>
/// <param name="Body">The content.</param>
internal sealed record KeptAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>Tells whoever repeated a request that this is the first answer.</summary>
    public const string ReplayedHeader = "Idempotency-Replayed";

    private const string Purpose = "idempotent answers";

    // Never Set-Cookie: a cookie is a secret, and belongs to the first answer alone.
    private static readonly string[] KeptHeaders =
        [HeaderNames.ContentType, HeaderNames.ContentLanguage, HeaderNames.Location, HeaderNames.ETag, HeaderNames.ContentEncoding];

    /// <summary>
    /// What of an answer may be kept: all of it; where it is secret, sets a cookie or is too large, only where it leads;
    /// null when that is nowhere.
    /// </summary>
    /// <param name="response">The answer, made and not yet sent.</param>
    /// <param name="body">Its content, or null when it is too large.</param>
    /// <param name="secret">True when the content must not be kept.</param>
    public static KeptAnswer? Of(HttpResponse response, byte[]? body, bool secret)
    {
        var leadsOn = response.StatusCode is >= 300 and < 400 && response.Headers.Location.Count == 1;
        if (!leadsOn && (body is null || secret || response.Headers.SetCookie.Count > 0))
            return null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in KeptHeaders)
        {
            if (response.Headers.TryGetValue(name, out var value))
                headers[name] = value.ToString();
        }

        return new KeptAnswer(response.StatusCode, headers, leadsOn ? [] : body!);
    }

    /// <summary>As it is kept: what a page says is personal.</summary>
    public string Seal(NodeKey key) => Convert.ToBase64String(key.Seal(JsonSerializer.SerializeToUtf8Bytes(this), Purpose));

    /// <summary>The answer that was kept.</summary>
    public static KeptAnswer Open(string text, NodeKey key) =>
        JsonSerializer.Deserialize<KeptAnswer>(key.Open(Convert.FromBase64String(text), Purpose))!;

    /// <summary>Answers again.</summary>
    public async Task SendAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        foreach (var (name, value) in Headers)
            response.Headers[name] = value;
        response.Headers[ReplayedHeader] = "true";
        if (Body.Length == 0)
            return;
        response.ContentLength = Body.Length;
        await response.Body.WriteAsync(Body, context.RequestAborted);
    }
}
