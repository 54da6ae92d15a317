using Microsoft.AspNetCore.Http;
using Tambo.Platform.Access;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Shell;

/// <summary>Draws refusals for people; the node hands it to its problem writer.</summary>
public static class ProblemPages
{
    /// <summary>Writes the refusal as a page in the reader's language; status and headers are already set.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem, Texts texts) =>
        new PageResult<ProblemPage>(texts, (nameof(ProblemPage.Problem), problem), (nameof(ProblemPage.SignIn), SignIn(context, problem)))
        {
            Status = problem.Kind.Status,
        }.ExecuteAsync(context);

    // Whoever asked for a page comes back to it; what a form sent is not sent again.
    private static string SignIn(HttpContext context, Problem problem)
    {
        const string address = "/staff/sign-in";
        if (problem.Kind != PlatformProblems.SignInNeeded || !HttpMethods.IsGet(context.Request.Method))
            return address;
        var next = context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        return FormAnswers.SafeNext(next) == next ? $"{address}?next={Uri.EscapeDataString(next)}" : address;
    }
}
