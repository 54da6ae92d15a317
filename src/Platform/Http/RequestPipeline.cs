using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Files;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Http;

/// <summary>Finds out who asks, from a session cookie or an API token; null when nobody known does.</summary>
public delegate Task<Actor?> ActorFinder(HttpContext context, CancellationToken cancellationToken);

/// <summary>The steps every request takes before its page runs, in their order.</summary>
public static class RequestPipeline
{
    /// <summary>Headers, refusals, cached pages and language: everything before routing.</summary>
    public static void UseGround(this WebApplication app)
    {
        var headers = app.Services.GetRequiredService<SecurityHeaders>();
        var problems = app.Services.GetRequiredService<ProblemWriter>();
        var catalog = app.Services.GetRequiredService<TextCatalog>();
        var cache = app.Services.GetRequiredService<PageCache>();
        app.Use(next =>
        {
            RequestDelegate make = context => problems.GuardAsync(context, InItsLanguage);
            // Most requests end here, with a kept page: nothing is made for them, no closure and no task.
            return context =>
            {
                headers.Apply(context);
                if (HttpMethods.IsHead(context.Request.Method))
                    return AnswerHeadAsync(context, cache, make);
                return cache.TryAnswer(context, out var answer) ? answer : make(context);
            };

            Task InItsLanguage(HttpContext context)
            {
                context.Features.Set(LanguageChoice.Choose(context, catalog));
                return next(context);
            }
        });
    }

    /// <summary>
    /// HEAD is GET without the body (RFC 9110, 9.3.2): routes are asked for GET and what they write goes nowhere. The
    /// server still knows that the request was HEAD.
    /// </summary>
    private static async Task AnswerHeadAsync(HttpContext context, PageCache cache, RequestDelegate make)
    {
        if (cache.TryAnswer(context, out var answer))
        {
            await answer;
            return;
        }

        var body = context.Response.Body;
        context.Request.Method = HttpMethods.Get;
        context.Response.Body = Stream.Null;
        try
        {
            await make(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
            context.Response.Body = body;
        }
    }

    /// <summary>After routing: who asks, whether they may, and whether a form comes from our own page.</summary>
    public static void UseAccess(this WebApplication app)
    {
        var find = app.Services.GetRequiredService<ActorFinder>();
        var catalog = app.Services.GetRequiredService<TextCatalog>();
        app.Use(async (context, next) =>
        {
            if (context.GetEndpoint() is RouteEndpoint endpoint)
            {
                var access = endpoint.Metadata.GetMetadata<RouteAccess>()
                    ?? throw new InvalidOperationException($"The route {endpoint.RoutePattern.RawText} does not state its access.");
                await AdmitAsync(context, access, find, catalog);
                if (endpoint.Metadata.GetMetadata<FormPost>() is not null && HttpMethods.IsPost(context.Request.Method))
                {
                    // An open form (signing out) may come from a page that somebody signed in was given.
                    if (!access.SignedIn && await find(context, context.RequestAborted) is { } known)
                        context.Features.Set(known);
                    await CheckFormAsync(context);
                }
            }

            await next(context);
        });
    }

    private static async Task AdmitAsync(HttpContext context, RouteAccess access, ActorFinder find, TextCatalog catalog)
    {
        if (!access.SignedIn)
            return;
        var actor = await find(context, context.RequestAborted) ?? throw PlatformProblems.SignInNeeded.With();
        context.Features.Set(actor);
        if (context.Features.Get<User>() is { } user && LanguageChoice.Of(user, context, catalog) is { } own)
            context.Features.Set(own);
        // Whoever lacks the right is not told that the page exists; what they can see but not do answers 403 there.
        if (access.Permission is { } permission && !actor.May(permission))
            throw PlatformProblems.NotFound.With();
        // A browser sends the session cookie by itself: every change by cookie must come from a form of ours.
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            && !context.Request.Headers.ContainsKey("Authorization"))
            await CheckFormAsync(context);
    }

    private static async Task CheckFormAsync(HttpContext context)
    {
        var files = context.GetEndpoint()?.Metadata.GetMetadata<FileForm>();
        if (files is not null)
            context.Features.Set<IFormFeature>(new FormFeature(context.Request, files.Options));
        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
        }
        catch (AntiforgeryValidationException failure) when (files is not null && (failure.InnerException is InvalidDataException or BadHttpRequestException))
        {
            throw FileRefusal.TooLarge(files.Limit);
        }
        catch (AntiforgeryValidationException)
        {
            throw PlatformProblems.StaleForm.With();
        }
        catch (NotSupportedException)
        {
            // The form is written in an encoding that is not read any more, such as UTF-7.
            throw PlatformProblems.UnsupportedMedia.With();
        }
    }
}
