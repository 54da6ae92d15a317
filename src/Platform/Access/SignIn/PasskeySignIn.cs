using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;

namespace Tambo.Platform.Access.SignIn;

/// <summary>
/// Signing in with a passkey alone. It takes the place of the password and of the second step: the device is something one
/// has, and it asks for something one knows or is. What else is due, a new password above all, is due here too.
/// </summary>
internal static class PasskeySignIn
{
    /// <summary>Where the device's answer goes; its options come from <c>/options</c> below it.</summary>
    public const string Address = "/staff/sign-in/with-passkey";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Address + "/options", OptionsAsync).TakesForm().Open().MayRepeat("asks for a new challenge in place of the one before");
        routes.MapPost(Address, EnterAsync).TakesForm().Open().MayRepeat("a challenge is answered once by itself");
    }

    private static async Task<IResult> OptionsAsync(HttpContext context, PasskeyDesk passkeys)
    {
        SessionCookie.RequireSafeConnection(context);
        return Results.Content(await passkeys.RequestOptionsAsync(context, user: null, session: null), "application/json");
    }

    private static async Task<IResult> EnterAsync(
        HttpContext context, SignInFlow flow, SignInGuard guard, PasskeyDesk passkeys, NodeDb db, CancellationToken cancellationToken)
    {
        SessionCookie.RequireSafeConnection(context);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var next = FormAnswers.SafeNext(form.Field("next"));
        var credential = form.Field("credential");
        return await FormAnswers.TryAsync(
            async () =>
            {
                var handle = ClaimedHandle(credential);
                var claimed = await UserRows.ByIdAsync(db, Guid.TryParse(handle, out var id) ? id : Guid.Empty, cancellationToken);
                var attempt = await guard.CountAsync(context, "passkey:" + handle, claimed?.SignInName ?? "", cancellationToken);
                var user = await passkeys.ProveAsync(context, session: null, credential, cancellationToken)
                    ?? throw AccessProblems.PasskeySignInRefused.With();
                // Wrong passwords make the password wait and nothing else: a proof cannot be guessed, and whoever knows a name
                // could keep its owner out.
                await guard.ForgetAsync(attempt, cancellationToken);
                return SignInPages.Onward(
                    await flow.MoveOnAsync(context, user, Stages.SecondFactor, previous: null, cancellationToken), next);
            },
            problem => Task.FromResult<IResult>(context.Page<SignInPage>(problem, ("Next", next))));
    }

    /// <summary>
    /// Whose passkey an answer says it is, before anything of it is proved, in one spelling; attempts are counted on it,
    /// whether there is such an account or not.
    /// </summary>
    internal static string ClaimedHandle(string credential)
    {
        try
        {
            using var answer = JsonDocument.Parse(credential);
            var handle = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(
                answer.RootElement.GetProperty("response").GetProperty("userHandle").GetString()));
            return Guid.TryParse(handle, out var id) ? id.ToString("D") : handle;
        }
        catch (Exception failure) when (failure is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            return "";
        }
    }
}
