using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access.Account;

/// <summary>One's own second factors: the authenticator app, recovery codes and passkeys.</summary>
internal static class FactorPages
{
    private const string Root = AccountPages.Root;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root + "/authenticator", static IResult (HttpContext context, SecondFactorDesk factors) => ShowAuthenticator(context, factors)).ExcludeFromDescription().NeedsSignIn();
        routes.MapPost(Root + "/authenticator", EnrolAsync).TakesForm().NeedsSignIn().DoneOnceInSecret();
        routes.MapPost(Root + "/recovery-codes", RenewCodesAsync).TakesForm().NeedsSignIn().DoneOnceInSecret();
        routes.MapPost(Root + "/passkeys/options", PasskeyOptionsAsync).TakesForm().NeedsSignIn().MayRepeat("asks for a new challenge in place of the one before");
        routes.MapPost(Root + "/passkeys", AddPasskeyAsync).TakesForm().NeedsSignIn().DoneOnceInSecret();
        routes.MapPost(Root + "/passkeys/remove", RemovePasskeyAsync).TakesForm().NeedsSignIn().DoneOnce();
    }

    private static PageResult<EnrolmentPage> ShowAuthenticator(HttpContext context, SecondFactorDesk factors)
    {
        var (_, user) = AccountPages.Own(context);
        var secret = Totp.NewSecret();
        return context.Page<EnrolmentPage>(
            null, ("Offer", factors.OfferTo(user, factors.Offer(user, secret), secret)), ("Action", Root + "/authenticator"), ("AskPassword", true));
    }

    private static async Task<IResult> EnrolAsync(
        HttpContext context, SecondFactorDesk factors, PresentPassword present, SignInGuard guard, CancellationToken cancellationToken)
    {
        var (session, user) = AccountPages.Own(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var offered = form.Field("offer");
        return await FormAnswers.TryAsync(
            async () =>
            {
                await present.RequireAsync(context, user, "current", cancellationToken);
                var codes = await factors.EnrolAsync(context.Actor(), user, offered, form.Field("code"), session.Hash, cancellationToken);
                await guard.RenewAsync(context, user, session, cancellationToken);
                return context.Page<RecoveryCodesPage>(null, ("Codes", codes), ("Next", Root));
            },
            problem => Task.FromResult<IResult>(context.Page<EnrolmentPage>(
                problem.Fields.Count > 0 ? problem : problem.At("code"), ("Action", Root + "/authenticator"), ("AskPassword", true),
                ("Offer", factors.OfferTo(user, offered, factors.Open(user, offered) ?? throw AccessProblems.SignInExpired.With())))));
    }

    private static Task<IResult> RenewCodesAsync(
        HttpContext context, SecondFactorDesk factors, PresentPassword present, AccountDesk desk, CancellationToken cancellationToken)
    {
        var (_, user) = AccountPages.Own(context);
        return FormAnswers.TryAsync(
            async () =>
            {
                await present.RequireAsync(context, user, "codes-password", cancellationToken);
                var codes = await factors.RenewCodesAsync(context.Actor(), user, cancellationToken);
                return context.Page<RecoveryCodesPage>(null, ("Codes", codes), ("Next", Root));
            },
            problem => AccountPages.ShowWithAsync(context, desk, problem, cancellationToken));
    }

    private static async Task<IResult> PasskeyOptionsAsync(HttpContext context, PasskeyDesk passkeys)
    {
        var (session, user) = AccountPages.Own(context);
        return Results.Content(await passkeys.CreationOptionsAsync(context, user, session), "application/json");
    }

    private static async Task<IResult> AddPasskeyAsync(
        HttpContext context, PasskeyDesk passkeys, PresentPassword present, AccountDesk desk, SignInGuard guard, CancellationToken cancellationToken)
    {
        var (session, user) = AccountPages.Own(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                await present.RequireAsync(context, user, "passkey-password", cancellationToken);
                await passkeys.AddAsync(context, context.Actor(), user, session, form.Words("passkey-name"), form.Field("credential"));
                await guard.RenewAsync(context, user, session, cancellationToken);
                return Results.Redirect(Root);
            },
            problem => AccountPages.ShowWithAsync(context, desk, problem, cancellationToken));
    }

    private static async Task<IResult> RemovePasskeyAsync(
        HttpContext context, PasskeyDesk passkeys, AccountDesk desk, SignInGuard guard, CancellationToken cancellationToken)
    {
        var (session, user) = AccountPages.Own(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        return await FormAnswers.TryAsync(
            async () =>
            {
                var view = await desk.LookAsync(user, session, cancellationToken);
                if (guard.Settings.RequireSecondFactor && view is { Factors.Totp: false, Passkeys.Count: <= 1 })
                    throw AccessProblems.LastSecondFactor.With();
                await passkeys.RemoveAsync(context.Actor(), user, form.Field("passkey"));
                return Results.Redirect(Root);
            },
            problem => AccountPages.ShowWithAsync(context, desk, problem, cancellationToken));
    }
}
