using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;

namespace Tambo.Platform.Shell;

/// <summary>A public page may be kept for all its readers.</summary>
/// <param name="Freshness">What makes it wrong.</param>
/// <param name="Version">The area's version, read from <see cref="PageCache.VersionOf"/> before the page's data.</param>
public sealed record KeptPage(Freshness Freshness, long Version);

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
        var html = await pages.RenderAsync<TComponent>(page, parameters);
        var response = httpContext.Response;
        response.StatusCode = Status;
        if (Kept is { } kept && Status == StatusCodes.Status200OK)
        {
            await services.GetRequiredService<PageCache>()
                .KeepAndSendAsync(httpContext, html, texts.Code, kept.Freshness, kept.Version);
            return;
        }

        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = html.Length;
        response.Headers.ContentLanguage = texts.Code;
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(html, httpContext.RequestAborted);
    }
}
