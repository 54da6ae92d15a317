using System.Data.Common;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Http;

/// <summary>A refusal page, drawn by the page shell.</summary>
public delegate Task ProblemPageWriter(HttpContext context, Problem problem, Texts texts);

/// <summary>
/// Turns every refusal and every failure into a coded answer in the reader's language: a page for people, RFC 9457
/// for programs. No stack trace, no message of an exception ever leaves.
/// </summary>
public sealed partial class ProblemWriter(
    TextCatalog catalog, ProblemPageWriter page, IReadOnlyList<Part> parts, ILogger<ProblemWriter> log)
{
    private readonly string[] dataRoots = ["/api", .. parts.SelectMany(part => part.DataRoots)];

    /// <summary>Linux's ENOSPC and EDQUOT, which .NET hands over as they are: a file, unlike the database, fails by them.</summary>
    private const int NoSpaceLeft = 28;

    private const int QuotaExceeded = 122;

    /// <summary>Runs the rest of the pipeline and writes what it refuses.</summary>
    public async Task GuardAsync(HttpContext context, Func<HttpContext, Task> next)
    {
        try
        {
            await next(context);
            if (!context.Response.HasStarted && context.Response.StatusCode >= 400 && context.Response.ContentLength is null && context.Response.ContentType is null)
                await WriteAsync(context, OfStatus(context.Response.StatusCode).With());
        }
        catch (Problem problem)
        {
            await WriteAsync(context, problem);
        }
        catch (BadHttpRequestException refused)
        {
            await WriteAsync(context, OfStatus(refused.StatusCode).With());
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The reader has gone; there is nobody to answer.
            if (!context.Response.HasStarted)
                context.Response.StatusCode = 499;
        }
        catch (IOException full) when (full.HResult is NoSpaceLeft or QuotaExceeded)
        {
            await WriteAsync(context, PlatformProblems.StorageFull.With());
        }
        catch (DbException crossed) when (context.RequestServices.GetRequiredService<NodeDb>().Dialect.IsCrossed(crossed))
        {
            RequestFailed(log, crossed, context.GetEndpoint()?.DisplayName ?? "(no route)", context.TraceIdentifier);
            await WriteAsync(context, new Problem(PlatformProblems.StorageBusy, []) { RetryAfter = 1 });
        }
        catch (Exception failure)
        {
            RequestFailed(log, failure, context.GetEndpoint()?.DisplayName ?? "(no route)", context.TraceIdentifier);
            await WriteAsync(context, PlatformProblems.Unexpected.With(("reference", context.TraceIdentifier)));
        }
    }

    private async Task WriteAsync(HttpContext context, Problem problem)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        // Headers of the security policy stay; what the failed answer had said about itself does not.
        context.Response.Headers.ContentLength = null;
        context.Response.Headers.ContentEncoding = default;
        context.Response.Headers.ETag = default;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = problem.Kind.Status;
        if (problem.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var texts = context.Features.Get<Texts>() ?? LanguageChoice.Choose(context, catalog);
        context.Response.Headers.ContentLanguage = texts.Code;
        if (WantsPage(context.Request))
            await page(context, problem, texts);
        else
            await WriteJsonAsync(context, problem, texts);
        if (problem.Kind.Status == StatusCodes.Status413PayloadTooLarge)
            await UnreadBody.LetPassAsync(context);
    }

    private bool WantsPage(HttpRequest request) =>
        !Array.Exists(dataRoots, root => request.Path.StartsWithSegments(root, StringComparison.OrdinalIgnoreCase))
        && (request.Headers.Accept.Count == 0 || request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
            || request.Headers.Accept.ToString().Contains("*/*", StringComparison.Ordinal));

    private static async Task WriteJsonAsync(HttpContext context, Problem problem, Texts texts)
    {
        context.Response.ContentType = "application/problem+json";
        var body = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["type"] = $"urn:tambo:problem:{problem.Kind.Code}",
            ["title"] = problem.Title(texts),
            ["status"] = problem.Kind.Status,
            ["detail"] = problem.Detail(texts),
            ["code"] = problem.Kind.Code,
        };
        if (problem.Fields.Count > 0)
        {
            body["errors"] = problem.Fields.ToDictionary(
                field => field.Key,
                field => new { code = field.Value.Code, detail = field.Value == problem.Kind ? problem.Detail(texts) : texts[field.Value.DetailKey] },
                StringComparer.Ordinal);
        }

        await JsonSerializer.SerializeAsync(context.Response.Body, body, cancellationToken: context.RequestAborted);
    }

    private static ProblemKind OfStatus(int status) => status switch
    {
        401 => PlatformProblems.SignInNeeded,
        403 => PlatformProblems.Forbidden,
        404 => PlatformProblems.NotFound,
        405 => PlatformProblems.MethodNotAllowed,
        413 => PlatformProblems.TooLarge,
        415 => PlatformProblems.UnsupportedMedia,
        429 => PlatformProblems.TooMany,
        >= 500 => PlatformProblems.Unexpected,
        _ => PlatformProblems.Malformed,
    };

    [LoggerMessage(EventId = 1001, Level = LogLevel.Error, Message = "Request to {Route} failed ({Reference}).")]
    private static partial void RequestFailed(ILogger logger, Exception failure, string route, string reference);
}
