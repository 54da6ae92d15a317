using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Platform.Idempotency;

/// <summary>
/// Does a request that carries a key once, however often it is sent: a form tapped twice, a program that lost the answer.
/// The key is reserved first; each change of the request moves the reservation on in its own transaction; the answer is
/// kept before it is sent.
/// </summary>
internal sealed partial class RepeatedRequests(
    RequestRecords records, NodeKey key, NodeSettings settings, TimeProvider time, ILogger<RepeatedRequests> log)
{
    /// <summary>How long somebody who tapped twice waits for the first to end; a program is told at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(150);
    private const int RetryAfterSeconds = 2;

    private readonly byte[] fingerprintKey = key.KeyFor("idempotent requests");

    /// <summary>Runs the rest of the request unless it was done already.</summary>
    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint
            || endpoint.Metadata.GetMetadata<Repetition>() is not { ByKey: true } repetition
            || RequestKey.Of(context) is not { } requestKey)
        {
            await next(context);
            return;
        }

        var fingerprint = await RequestFingerprint.OfAsync(context, fingerprintKey, !repetition.Secret, settings.Folder);
        var route = $"{context.Request.Method} {endpoint.RoutePattern.RawText}";
        // Whoever is not known shares no keys with others who are not, elsewhere.
        var actor = context.Actor().AuditName;
        if (actor == Access.Actor.Anonymous.AuditName)
            actor += " " + route;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(requestKey.Value)));
        var came = time.GetTimestamp();
        while (true)
        {
            if (await records.ReserveAsync(actor, hash, route, fingerprint, context.RequestAborted) is { } mark)
            {
                await DoAsync(context, mark, repetition.Secret, next);
                return;
            }

            if (await records.FindAsync(actor, hash, context.RequestAborted) is not { } taken)
                continue;
            if (await TryRepeatAsync(context, taken, fingerprint))
                return;
            if (!requestKey.OfForm || time.GetElapsedTime(came) > Patience)
                throw new Problem(PlatformProblems.InProgress, []) { RetryAfter = RetryAfterSeconds };
            await Task.Delay(BetweenLooks, context.RequestAborted);
        }
    }

    /// <summary>Gives the first answer; false while there is none.</summary>
    private async Task<bool> TryRepeatAsync(HttpContext context, TakenKey taken, string fingerprint)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(taken.Fingerprint), Encoding.ASCII.GetBytes(fingerprint)))
            throw PlatformProblems.KeyReused.With();
        // A reservation that ran out before anything was done is taken over at the next look.
        if (taken.IsUnderWay(time.GetUtcNow()) || taken.State == "begun")
            return false;
        // Secret, too large, or of a process that died between the work and its answer.
        if (taken.Answer.Length == 0)
            throw PlatformProblems.DoneAlready.With();
        await KeptAnswer.Open(taken.Answer, key).SendAsync(context);
        return true;
    }

    private async Task DoAsync(HttpContext context, RequestMark mark, bool secret, RequestDelegate next)
    {
        context.Features.Set(context.Actor() with { Request = mark });
        // Begun is finished, even when the sender has gone meanwhile: whoever tapped twice has, as far as the first goes.
        var sender = context.RequestAborted;
        context.RequestAborted = CancellationToken.None;
        var target = context.Response.Body;
        var buffer = new AnswerBuffer(target);
        context.Response.Body = buffer;
        using var done = new CancellationTokenSource();
        var renewing = RenewAsync(mark, done.Token);
        try
        {
            await next(context);
            await KeepAsync(context.Response, mark, buffer.Content, secret);
        }
        catch
        {
            await records.GiveBackAsync(mark);
            throw;
        }
        finally
        {
            await done.CancelAsync();
            await renewing;
            context.Response.Body = target;
            context.RequestAborted = sender;
        }

        await buffer.ReleaseAsync(sender);
    }

    /// <summary>
    /// Keeps the answer. A refusal under which nothing was done is no answer: the key is free again, so that what was wrong
    /// can be put right.
    /// </summary>
    private async Task KeepAsync(HttpResponse response, RequestMark mark, byte[]? body, bool secret)
    {
        try
        {
            if (response.StatusCode >= 400)
                await records.GiveBackAsync(mark);
            if (response.StatusCode < 500)
                await records.AnswerAsync(mark, KeptAnswer.Of(response, body, secret)?.Seal(key) ?? "");
        }
        catch (Exception failure) when (failure is System.Data.Common.DbException or Problem)
        {
            // The work is done and marked as done; only its answer is lost for those who repeat it.
            AnswerNotKept(log, failure);
        }
    }

    private async Task RenewAsync(RequestMark mark, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await Task.Delay(RequestRecords.ReservedFor / 3, time, cancellationToken);
                await records.RenewAsync(mark, cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The request has ended.
        }
        catch (Exception failure)
        {
            // Without its reservation the request cannot commit beside another attempt; nothing is at risk.
            AnswerNotKept(log, failure);
        }
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Warning, Message = "The reservation or the answer of a request could not be kept.")]
    private static partial void AnswerNotKept(ILogger logger, Exception failure);
}

/// <summary>How a node does requests once.</summary>
public static class IdempotencyServices
{
    /// <summary>Registers it; <see cref="NodeDb"/>, <see cref="NodeKey"/> and <see cref="NodeSettings"/> are the node's.</summary>
    public static void AddIdempotency(this IServiceCollection services)
    {
        services.AddSingleton<RequestRecords>();
        services.AddSingleton<RepeatedRequests>();
    }

    /// <summary>After access: whoever may not do it is told so, and not what somebody else was answered.</summary>
    public static void UseIdempotency(this WebApplication app)
    {
        var repeated = app.Services.GetRequiredService<RepeatedRequests>();
        app.Use(next => context => repeated.RunAsync(context, next));
    }
}
