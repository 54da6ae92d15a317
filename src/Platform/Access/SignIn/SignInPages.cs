using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access.SecondFactors;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access.SignIn;

/// <summary>The pages by which staff sign in: name and password, second step, new password, setting up a second factor.</summary>
internal static class SignInPages
{
    private const string Root = "/staff/sign-in";
    private const string Steps = "a step of a sign-in is passed once by itself";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static IResult (HttpContext context, string? next) => ShowEntry(context, next)).ExcludeFromDescription().Open();
        routes.MapPost(Root, EnterAsync).TakesForm().Open().MayRepeat("each attempt counts by itself, and a second session of the same person does no harm");
        routes.MapGet(Root + "/link/{secret}", ShowLinkAsync).ExcludeFromDescription().Open();
        routes.MapPost(Root + "/link/{secret}", UseLinkAsync).TakesForm().Open().MayRepeat("a link works once by itself");
        routes.MapGet(Root + "/second", ShowSecondAsync).ExcludeFromDescription().Open();
        routes.MapPost(Root + "/second", ProveAsync).TakesForm().Open().MayRepeat("a code works once by itself");
        routes.MapGet(Root + "/password", ShowPasswordAsync).ExcludeFromDescription().Open();
        routes.MapPost(Root + "/password", ReplaceAsync).TakesForm().Open().MayRepeat(Steps);
        routes.MapGet(Root + "/enrolment", ShowEnrolmentAsync).ExcludeFromDescription().Open();
        routes.MapPost(Root + "/enrolment", EnrolAsync).TakesForm().Open().MayRepeat(Steps);
    }

    /// <summary>Where a session at a stage goes next.</summary>
    public static IResult Onward(string stage, string next) => Results.Redirect(AddressOf(stage, next));

    /// <summary>The page of the step that a session at a stage waits for, and of where it wants to go once there is none.</summary>
    public static string AddressOf(string stage, string next)
    {
        var query = next == StaffPage.Home ? "" : "?next=" + Uri.EscapeDataString(next);
        return stage switch
        {
            Stages.SecondFactor => $"{Root}/second{query}",
            Stages.Password => $"{Root}/password{query}",
            Stages.Enrolment => $"{Root}/enrolment{query}",
            _ => next,
        };
    }

    private static PageResult<SignInPage> ShowEntry(HttpContext context, string? next)
    {
        SessionCookie.RequireSafeConnection(context);
        return context.Page<SignInPage>(null, ("Next", FormAnswers.SafeNext(next)));
    }

    private static async Task<IResult> EnterAsync(HttpContext context, SignInFlow flow, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var next = FormAnswers.SafeNext(form.Field("next"));
        return await FormAnswers.TryAsync(
            async () => Onward(await flow.EnterAsync(context, form.Field("name"), form.Field("password"), cancellationToken), next),
            problem => Task.FromResult<IResult>(context.Page<SignInPage>(problem, ("Next", next), ("Name", form.Field("name")))));
    }

    // The link is used by a press of the button and not by opening it: programs that look at links in mail open them.
    private static async Task<IResult> ShowLinkAsync(HttpContext context, SignInLinks links, string secret, CancellationToken cancellationToken)
    {
        SessionCookie.RequireSafeConnection(context);
        var user = await links.FindAsync(secret, cancellationToken) ?? throw AccessProblems.LinkUsed.With();
        return context.Page<LinkPage>(null, ("Name", user.DisplayName), ("SignInName", user.SignInName));
    }

    private static async Task<IResult> UseLinkAsync(
        HttpContext context, SignInLinks links, SignInFlow flow, string secret, CancellationToken cancellationToken)
    {
        SessionCookie.RequireSafeConnection(context);
        var user = await links.UseAsync(secret, cancellationToken);
        return Onward(await flow.EnterByLinkAsync(context, user, cancellationToken), StaffPage.Home);
    }

    private static async Task<IResult> ShowSecondAsync(
        HttpContext context, SignInFlow flow, SecondFactorDesk factors, string? next, CancellationToken cancellationToken)
    {
        var (_, user) = await flow.AtAsync(context, Stages.SecondFactor, cancellationToken);
        return context.Page<SecondFactorPage>(
            null, ("Next", FormAnswers.SafeNext(next)), ("Factors", await factors.OfAsync(user, cancellationToken)));
    }

    private static async Task<IResult> ProveAsync(
        HttpContext context, SignInFlow flow, SecondFactorDesk factors, CancellationToken cancellationToken)
    {
        var (_, user) = await flow.AtAsync(context, Stages.SecondFactor, cancellationToken);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var next = FormAnswers.SafeNext(form.Field("next"));
        return await FormAnswers.TryAsync(
            async () => Onward(await flow.ProveCodeAsync(context, form.Field("code"), cancellationToken), next),
            async problem => context.Page<SecondFactorPage>(
                problem, ("Next", next), ("Factors", await factors.OfAsync(user, cancellationToken))));
    }

    private static async Task<IResult> ShowPasswordAsync(
        HttpContext context, SignInFlow flow, string? next, CancellationToken cancellationToken)
    {
        var (_, user) = await flow.AtAsync(context, Stages.Password, cancellationToken);
        return context.Page<NewPasswordPage>(null, ("Next", FormAnswers.SafeNext(next)), ("SignInName", user.SignInName));
    }

    private static async Task<IResult> ReplaceAsync(HttpContext context, SignInFlow flow, CancellationToken cancellationToken)
    {
        var (_, user) = await flow.AtAsync(context, Stages.Password, cancellationToken);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var next = FormAnswers.SafeNext(form.Field("next"));
        return await FormAnswers.TryAsync(
            async () => Onward(
                await flow.ReplacePasswordAsync(context, form.Field("password"), form.Field("again"), cancellationToken), next),
            problem => Task.FromResult<IResult>(context.Page<NewPasswordPage>(
                problem.At(problem.Kind == AccessProblems.PasswordsDiffer ? "again" : "password"),
                ("Next", next), ("SignInName", user.SignInName))));
    }

    private static async Task<IResult> ShowEnrolmentAsync(
        HttpContext context, SignInFlow flow, SecondFactorDesk factors, string? next, CancellationToken cancellationToken)
    {
        var (_, user) = await flow.AtAsync(context, Stages.Enrolment, cancellationToken);
        var secret = Totp.NewSecret();
        return context.Page<EnrolmentPage>(
            null, ("Next", FormAnswers.SafeNext(next)), ("Offer", factors.OfferTo(user, factors.Offer(user, secret), secret)));
    }

    private static async Task<IResult> EnrolAsync(
        HttpContext context, SignInFlow flow, SecondFactorDesk factors, CancellationToken cancellationToken)
    {
        var (_, user) = await flow.AtAsync(context, Stages.Enrolment, cancellationToken);
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var next = FormAnswers.SafeNext(form.Field("next"));
        var offered = form.Field("offer");
        return await FormAnswers.TryAsync(
            async () =>
            {
                var (_, codes) = await flow.EnrolAsync(context, offered, form.Field("code"), cancellationToken);
                return context.Page<RecoveryCodesPage>(null, ("Codes", codes), ("Next", next));
            },
            problem => Task.FromResult<IResult>(context.Page<EnrolmentPage>(
                problem.At("code"), ("Next", next),
                ("Offer", factors.OfferTo(user, offered, factors.Open(user, offered) ?? throw AccessProblems.SignInExpired.With())))));
    }
}
