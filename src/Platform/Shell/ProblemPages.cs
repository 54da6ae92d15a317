using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Sessions;
using Tambo.Platform.Access.SignIn;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Shell;

/// <summary>Draws refusals for people; the node hands it to its problem writer.</summary>
public static class ProblemPages
{
    /// <summary>
    /// Writes the refusal as a page in the reader's language; status and headers are already set. Whoever has begun to sign
    /// in and opens a staff page is led on to the step that is due.
    /// </summary>
    public static Task WriteAsync(HttpContext context, Problem problem, Texts texts)
    {
        var next = problem.Kind == PlatformProblems.SignInNeeded && HttpMethods.IsGet(context.Request.Method) ? Asked(context) : null;
        if (next is not null && context.Features.Get<UnfinishedSignIn>() is { } waiting)
        {
            context.Response.Redirect(SignInPages.AddressOf(waiting.Stage, next));
            return Task.CompletedTask;
        }

        var signIn = next is null or StaffPage.Home ? "/staff/sign-in" : "/staff/sign-in?next=" + Uri.EscapeDataString(next);
        return new PageResult<ProblemPage>(texts, (nameof(ProblemPage.Problem), problem), (nameof(ProblemPage.SignIn), signIn))
        {
            Status = problem.Kind.Status,
        }.ExecuteAsync(context);
    }

    // Whoever asked for a page comes back to it; what a form sent is not sent again.
    private static string Asked(HttpContext context) =>
        FormAnswers.SafeNext(context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent());
}
