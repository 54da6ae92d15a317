using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;

namespace Tambo.Platform.Access.SignIn;

/// <summary>The second step with a passkey, after name and password.</summary>
internal static class PasskeyStep
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/staff/sign-in/passkey/options", OptionsAsync).TakesForm().Open().MayRepeat("asks for a new challenge in place of the one before");
        routes.MapPost("/staff/sign-in/passkey", ProveAsync).TakesForm().Open().MayRepeat("a challenge is answered once by itself");
    }

    private static async Task<IResult> OptionsAsync(
        HttpContext context, SignInFlow flow, PasskeyDesk passkeys, CancellationToken cancellationToken)
    {
        var (session, user) = await flow.AtAsync(context, Stages.SecondFactor, cancellationToken);
        return Results.Content(await passkeys.RequestOptionsAsync(context, user, session), "application/json");
    }

    private static async Task<IResult> ProveAsync(
        HttpContext context, SignInFlow flow, PasskeyDesk passkeys, SecondFactorDesk factors, CancellationToken cancellationToken)
    {
        var (session, user) = await flow.AtAsync(context, Stages.SecondFactor, cancellationToken);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var next = FormAnswers.SafeNext(form.Field("next"));
        return await FormAnswers.TryAsync(
            async () =>
            {
                if ((await passkeys.ProveAsync(context, session, form.Field("credential"), cancellationToken))?.Id != user.Id)
                    throw AccessProblems.PasskeyRefused.With();
                return SignInPages.Onward(await flow.MoveOnAsync(context, user, Stages.SecondFactor, session, cancellationToken), next);
            },
            async problem => context.Page<SecondFactorPage>(
                problem, ("Next", next), ("Factors", await factors.OfAsync(user, cancellationToken))));
    }
}
