using System.IO.Compression;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>
/// A component as the answer of an endpoint: <c>new PageResult&lt;ServicePage&gt;(texts, ("Answer", answer))</c>.
/// Nobody keeps it, unless <see cref="Kept"/> says that it is the same for everybody.
/// </summary>
public sealed class PageResult<TComponent>(Texts texts, params (string Name, object? Value)[] parameters) : IResult
    where TComponent : IComponent
{
    /// <summary>HTTP status code.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>How long the page stays right for everybody; null for whatever depends on who asks.</summary>
    public KeptPage? Kept { get; init; }

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var pages = services.GetRequiredService<Pages>();
        var page = PageContext.Of(httpContext, texts, pages.Catalog.Languages, pages.Settings);
        // All readers of a kept page are given the same links, however each of them wrote its address.
        if (Kept is not null)
            page = page.At(Kept.Address);
        var html = await pages.RenderAsync<TComponent>(page, parameters);
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Kept is { } kept && Status == StatusCodes.Status200OK)
        {
            await services.GetRequiredService<PageCache>()
                .KeepAndSendAsync(httpContext, html, texts.Code, kept);
            return;
        }

        response.ContentType = "text/html; charset=utf-8";
        html = Compressed(httpContext, html);
        response.ContentLength = html.Length;
        response.Headers.ContentLanguage = texts.Code;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(html, httpContext.RequestAborted);
    }

    // Only open pages: where a page holds what only its reader may see, its compressed length would tell of it.
    private static byte[] Compressed(HttpContext http, byte[] html)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RouteAccess>() is not { SignedIn: false })
            return html;
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        if (!SiteAssets.Accepts(http.Request.Headers.AcceptEncoding.ToString(), "br"))
            return html;
        var brotli = new byte[BrotliEncoder.GetMaxCompressedLength(html.Length)];
        if (!BrotliEncoder.TryCompress(html, brotli, out var length, quality: 5, window: 20))
            return html;
        http.Response.Headers.ContentEncoding = "br";
        return brotli[..length];
    }
}
