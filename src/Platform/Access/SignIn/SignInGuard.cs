using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;

namespace Tambo.Platform.Access.SignIn;

/// <summary>What stands around each attempt: counting, known devices, and the operator's decisions.</summary>
internal sealed class SignInGuard(SignInLimits limits, KnownDevices devices, SessionStore sessions, AccessSettings settings)
{
    /// <summary>What the operator decided.</summary>
    public AccessSettings Settings => settings;

    /// <summary>Counts an attempt on an account before it is judged.</summary>
    /// <param name="context">The request.</param>
    /// <param name="account">What is counted on: the name as typed, or a way of proving to be somebody.</param>
    /// <param name="signInName">The name whose known devices have a count of their own.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<SignInLimits.Attempt> CountAsync(
        HttpContext context, string account, string signInName, CancellationToken cancellationToken)
    {
        var device = await devices.FindAsync(context, signInName, cancellationToken);
        return await limits.CountAsync(account, device, context.Connection.RemoteIpAddress, cancellationToken);
    }

    /// <summary>Takes an attempt back that was right.</summary>
    public Task ForgetAsync(SignInLimits.Attempt attempt, CancellationToken cancellationToken) => limits.ForgetAsync(attempt, cancellationToken);

    /// <summary>Remembers the device of somebody who has signed in completely.</summary>
    public Task RememberAsync(HttpContext context, User user, CancellationToken cancellationToken) =>
        devices.RememberAsync(context, user, cancellationToken);

    /// <summary>Gives a session a new secret after a credential was replaced in it.</summary>
    public async Task RenewAsync(HttpContext context, User user, Session session, CancellationToken cancellationToken)
    {
        var secret = await sessions.BeginAsync(user, Stages.Open, context.Request.Headers.UserAgent.ToString(), session.Hash, cancellationToken);
        SessionCookie.WriteSession(context, secret);
    }
}
