using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Jobs;

/// <summary>How started work of one kind is followed under an address of its own: <c>/…/{id}</c>, which the kind maps itself.</summary>
/// <param name="Root">What stands before the work's name in its address; leads to the list.</param>
/// <param name="Right">Who may follow it.</param>
/// <param name="Cancelled">What the audit calls asking that it stop.</param>
/// <param name="Find">Work of the kind by its name, if whoever asks may know of it.</param>
/// <param name="Tell">The page that tells how far it is, or why nothing came of it.</param>
/// <param name="AddressOf">Where what came of it is told.</param>
public sealed record FollowedKind(
    string Root, string Right, string Cancelled, Func<HttpContext, Guid, CancellationToken, Task<StartedWork?>> Find,
    Func<HttpContext, StartedWork, CancellationToken, Task<IResult>> Tell, Func<StartedWork, string> AddressOf)
{
    /// <summary>Declares the addresses under which an open page asks how far work is, and where it is stopped.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/{id:guid}/so-far", ShowSoFarAsync).Needs(Right).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}/cancel", CancelAsync).Needs(Right).ExcludeFromDescription().DisableAntiforgery().MayRepeat("what was stopped is stopped");
    }

    // What an open page asks every two seconds: cheap, and nothing once there is something to tell.
    private async Task<IResult> ShowSoFarAsync(HttpContext context, Guid id, CancellationToken cancellationToken) =>
        await FindAsync(context, id, cancellationToken) is { IsRunning: true } work ? await Tell(context, work, cancellationToken) : Results.NoContent();

    private async Task<IResult> CancelAsync(HttpContext context, StartedWorks works, Guid id, CancellationToken cancellationToken)
    {
        await SentForm.ReadAsync(context, cancellationToken);
        await FindAsync(context, id, cancellationToken);
        await works.CancelAsync(id, context.Actor(), Cancelled, cancellationToken);
        return Results.Redirect(AddressOf(await works.WaitAsync(id, cancellationToken)));
    }

    private async Task<StartedWork> FindAsync(HttpContext context, Guid id, CancellationToken cancellationToken) =>
        await Find(context, id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
}
