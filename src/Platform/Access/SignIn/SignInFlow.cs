using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access.Passwords;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Access.SignIn;

/// <summary>
/// The steps from a name and a password, or a one-time link, to a session. Each step passed moves the session on under a
/// new secret; nothing but the sign-in pages looks at a session before its last step.
/// </summary>
internal sealed class SignInFlow(
    NodeDb db, PasswordDesk passwords, SecondFactorDesk factors, SessionStore sessions, SignInGuard guard)
{
    /// <summary>The first step: name and password. The answer is the same for a wrong name and a wrong password.</summary>
    /// <returns>The stage the session is in now.</returns>
    public async Task<string> EnterAsync(HttpContext context, string? typedName, string? password, CancellationToken cancellationToken)
    {
        SessionCookie.RequireSafeConnection(context);
        var name = SignInName.Normalise(typedName);
        var attempt = await guard.CountAsync(context, name, name, cancellationToken);
        var user = await UserRows.ByNameAsync(db, name.Length > 64 ? "" : name, cancellationToken);
        if (!passwords.Verify(user, password ?? ""))
            throw AccessProblems.WrongPassword.With();
        await guard.ForgetAsync(attempt, cancellationToken);
        return await MoveOnAsync(context, user!, passed: null, previous: null, cancellationToken);
    }

    /// <summary>The first step with a one-time link in place of name and password.</summary>
    public async Task<string> EnterByLinkAsync(HttpContext context, User user, CancellationToken cancellationToken) =>
        await MoveOnAsync(context, user, passed: null, previous: null, cancellationToken);

    /// <summary>The session at a step, with its user.</summary>
    /// <exception cref="Problem">There is none, it is at another step, or it has stood too long.</exception>
    public async Task<(Session Session, User User)> AtAsync(HttpContext context, string stage, CancellationToken cancellationToken)
    {
        SessionCookie.RequireSafeConnection(context);
        if (SessionCookie.ReadSession(context) is { } secret
            && await sessions.FindAsync(secret, cancellationToken) is { } found && found.Session.Stage == stage)
            return found;
        throw AccessProblems.SignInExpired.With();
    }

    /// <summary>The second step with a code of the app or a recovery code.</summary>
    public async Task<string> ProveCodeAsync(HttpContext context, string? typed, CancellationToken cancellationToken)
    {
        var (session, user) = await AtAsync(context, Stages.SecondFactor, cancellationToken);
        var attempt = await guard.CountAsync(context, "second:" + user.SignInName, user.SignInName, cancellationToken);
        if (!await factors.ProveAsync(user, (typed ?? "").Trim(), cancellationToken))
            throw AccessProblems.WrongCode.With();
        await guard.ForgetAsync(attempt, cancellationToken);
        return await MoveOnAsync(context, user, Stages.SecondFactor, session, cancellationToken);
    }

    /// <summary>The step that asks for a new password.</summary>
    public async Task<string> ReplacePasswordAsync(HttpContext context, string? first, string? second, CancellationToken cancellationToken)
    {
        var (session, user) = await AtAsync(context, Stages.Password, cancellationToken);
        if (!string.Equals(first, second, StringComparison.Ordinal))
            throw AccessProblems.PasswordsDiffer.With();
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, []);
        await passwords.ReplaceAsync(actor, user, first ?? "", session.Hash, cancellationToken);
        return await MoveOnAsync(context, user, Stages.Password, session, cancellationToken);
    }

    /// <summary>The step that sets up an authenticator app; the recovery codes are shown this once.</summary>
    public async Task<(string Stage, IReadOnlyList<string> Codes)> EnrolAsync(
        HttpContext context, string? offered, string? typed, CancellationToken cancellationToken)
    {
        var (session, user) = await AtAsync(context, Stages.Enrolment, cancellationToken);
        var actor = new Actor(user.Subject, user.Id, user.DisplayName, []);
        var codes = await factors.EnrolAsync(actor, user, offered ?? "", typed ?? "", session.Hash, cancellationToken);
        return (await MoveOnAsync(context, user, Stages.Enrolment, session, cancellationToken), codes);
    }

    /// <summary>Moves the session to the step after the one passed and gives the browser its new secret.</summary>
    public async Task<string> MoveOnAsync(
        HttpContext context, User user, string? passed, Session? previous, CancellationToken cancellationToken)
    {
        var owned = await factors.OfAsync(user, cancellationToken);
        var stage = Stages.After(passed, owned.Any, user.MustChangePassword, guard.Settings.RequireSecondFactor);
        var secret = await sessions.BeginAsync(user, stage, context.Request.Headers.UserAgent.ToString(), previous?.Hash, cancellationToken);
        SessionCookie.WriteSession(context, secret);
        if (stage == Stages.Open)
            await guard.RememberAsync(context, user, cancellationToken);
        return stage;
    }
}
