using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.Passwords;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access.Account;

/// <summary>One's own account: where one is signed in, the password, and the second factors. Never by API token.</summary>
internal static class AccountPages
{
    public const string Root = "/staff/account";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ShowAsync).ExcludeFromDescription().NeedsSignIn();
        routes.MapPost("/staff/sign-out", SignOutAsync).TakesForm().Open().MayRepeat("who is signed out stays so");
        routes.MapPost(Root + "/sessions/{id:guid}/end", EndAsync).TakesForm().NeedsSignIn().DoneOnce();
        routes.MapGet(Root + "/password", static IResult (HttpContext context) => ShowPassword(context, null)).ExcludeFromDescription().NeedsSignIn();
        routes.MapPost(Root + "/password", ReplaceAsync).TakesForm().NeedsSignIn().MayRepeat("the present password is another one afterwards");
    }

    /// <summary>The session and the person of the request; a token cannot change the account it acts for.</summary>
    public static (Session Session, User User) Own(HttpContext context) =>
        context.Features.Get<Session>() is { } session && context.Features.Get<User>() is { } user
            ? (session, user)
            : throw PlatformProblems.Forbidden.With();

    /// <summary>The account page, with a refusal if there is one.</summary>
    public static async Task<IResult> ShowWithAsync(HttpContext context, AccountDesk desk, Problem? problem, CancellationToken cancellationToken)
    {
        var (session, user) = Own(context);
        return context.Page<AccountPage>(problem, ("Account", await desk.LookAsync(user, session, cancellationToken)));
    }

    private static Task<IResult> ShowAsync(HttpContext context, AccountDesk desk, CancellationToken cancellationToken) =>
        ShowWithAsync(context, desk, null, cancellationToken);

    // Open, because signing out must work however little of the session is left.
    private static async Task<IResult> SignOutAsync(HttpContext context, SessionStore sessions, CancellationToken cancellationToken)
    {
        if (SessionCookie.ReadSession(context) is { } secret && await sessions.FindAsync(secret, cancellationToken) is { } found)
        {
            var actor = new Actor(found.User.Subject, found.User.Id, found.User.DisplayName, []);
            await sessions.EndAsync(actor, found.User.Id, found.Session.Id, cancellationToken);
        }

        SessionCookie.DeleteSession(context);
        return Results.Redirect("/staff/sign-in");
    }

    private static async Task<IResult> EndAsync(HttpContext context, SessionStore sessions, Guid id, CancellationToken cancellationToken)
    {
        var (_, user) = Own(context);
        await sessions.EndAsync(context.Actor(), user.Id, id, cancellationToken);
        return Results.Redirect(Root);
    }

    private static PageResult<OwnPasswordPage> ShowPassword(HttpContext context, Problem? problem) =>
        context.Page<OwnPasswordPage>(problem, ("SignInName", Own(context).User.SignInName));

    private static async Task<IResult> ReplaceAsync(
        HttpContext context, PasswordDesk passwords, PresentPassword present, SignInGuard guard, CancellationToken cancellationToken)
    {
        var (session, user) = Own(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                await present.RequireAsync(context, user, "current", cancellationToken);
                if (form.Field("password") != form.Field("again"))
                    throw AccessProblems.PasswordsDiffer.With().At("again");
                await passwords.ReplaceAsync(context.Actor(), user, form.Field("password"), session.Hash, cancellationToken);
                await guard.RenewAsync(context, user, session, cancellationToken);
                return Results.Redirect(Root);
            },
            problem => Task.FromResult<IResult>(ShowPassword(context, problem.Fields.Count > 0 ? problem : problem.At("password"))));
    }
}
