using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tambo.Platform.Http;

/// <summary>
/// What is left of a body that was refused for its size. A browser that is still sending when the connection closes
/// shows "connection was reset" instead of the refusal, so the rest is read and thrown away, within bounds.
/// </summary>
internal static class UnreadBody
{
    private const long MostBytes = 512L * 1024 * 1024;

    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    /// <summary>Sends what was answered, then lets the rest of the body pass. Never fails: the answer has been given.</summary>
    public static async Task LetPassAsync(HttpContext context)
    {
        // A body without a length ends who knows where, and the server has stopped reading it for good.
        if (context.Request.ContentLength is not { } length || length > MostBytes)
            return;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = length;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(MostTime);
        try
        {
            await context.Response.CompleteAsync();
            await context.Request.Body.CopyToAsync(Stream.Null, limit.Token);
        }
        catch (Exception ended) when (ended is IOException or OperationCanceledException or BadHttpRequestException or InvalidOperationException)
        {
            // The sender went away, or was too slow; nobody is owed more.
        }
    }
}
