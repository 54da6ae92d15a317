using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>
/// A component as the answer of an endpoint: <c>new PageResult&lt;ServicePage&gt;(texts, ("Answer", answer))</c>.
/// </summary>
public sealed class PageResult<TComponent>(Texts texts, params (string Name, object? Value)[] parameters) : IResult
    where TComponent : IComponent
{
    /// <summary>HTTP status code.</summary>
    public int Status { get; init; } = StatusCodes.Status200OK;

    /// <summary>
    /// How long anyone may keep the page; null keeps it out of every shared cache and asks again each time, which is
    /// right for whatever depends on who asks.
    /// </summary>
    public TimeSpan? PublicFor { get; init; }

    /// <inheritdoc />
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var pages = httpContext.RequestServices.GetRequiredService<Pages>();
        var page = PageContext.Of(httpContext, texts, pages.Catalog.Languages, pages.Settings);
        var body = await pages.RenderAsync<TComponent>(page, parameters);
        var response = httpContext.Response;
        response.StatusCode = Status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.ContentLanguage = texts.Code;
        response.Headers.CacheControl = PublicFor is { } time
            ? string.Create(CultureInfo.InvariantCulture, $"public, max-age={(long)time.TotalSeconds}")
            : "private, no-cache";
        if (Status == StatusCodes.Status200OK && IsUnchanged(httpContext, body))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            response.ContentType = null;
            return;
        }

        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, httpContext.RequestAborted);
    }

    // Weak, because compression later changes the bytes and not the page.
    private static bool IsUnchanged(HttpContext http, byte[] body)
    {
        if (!HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method))
            return false;
        var tag = $"W/\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 10))}\"";
        http.Response.Headers.ETag = tag;
        return http.Request.Headers.IfNoneMatch.ToString().Contains(tag, StringComparison.Ordinal);
    }
}
