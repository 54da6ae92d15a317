using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access.Roles;
using Tambo.Platform.Access.Tokens;
using Tambo.Platform.Database;
using Tambo.Platform.Http;

namespace Tambo.Platform.Access.Sessions;

/// <summary>The request comes from a browser whose sign-in waits for a further step; it opens nothing.</summary>
internal sealed record UnfinishedSignIn(string Stage);

/// <summary>Finds out who asks: somebody with a complete session, or a program with an API token.</summary>
public sealed class SessionActors
{
    private const string Bearer = "Bearer ";
    private readonly NodeDb db;
    private readonly SessionStore sessions;
    private readonly ApiTokens tokens;

    internal SessionActors(NodeDb db, SessionStore sessions, ApiTokens tokens)
    {
        this.db = db;
        this.sessions = sessions;
        this.tokens = tokens;
    }

    /// <summary>
    /// The actor of a request, or null. A request that carries a token is judged by the token alone: its cookie is not
    /// looked at, because such a request is not asked for a form token.
    /// </summary>
    public async Task<Actor?> ResolveAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (context.Request.Headers.ContainsKey("Authorization"))
        {
            SessionCookie.RequireSafeConnection(context);
            return authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? await tokens.ActorOfAsync(authorization[Bearer.Length..].Trim(), cancellationToken)
                : null;
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<TokenHeader>() is { } further && context.Request.Headers.TryGetValue(further.Name, out var key))
        {
            SessionCookie.RequireSafeConnection(context);
            return await tokens.ActorOfAsync(key.ToString().Trim(), cancellationToken);
        }

        if (!SessionCookie.IsSafe(context) || SessionCookie.ReadSession(context) is not { } secret)
            return null;
        if (await sessions.FindAsync(secret, cancellationToken) is not { } found)
            return null;
        if (found.Session.Stage != Stages.Open)
        {
            context.Features.Set(new UnfinishedSignIn(found.Session.Stage));
            return null;
        }

        if (!AskedByItself.Is(context))
            await sessions.SeeAsync(found.Session, cancellationToken);
        context.Features.Set(found.Session);
        context.Features.Set(found.User);
        await using var connection = await db.ReadAsync(cancellationToken);
        var grants = await RoleGrants.OfAsync(connection, found.User.Id);
        return new Actor(found.User.Subject, found.User.Id, found.User.DisplayName, grants) { Agency = found.User.AgencyId };
    }
}
