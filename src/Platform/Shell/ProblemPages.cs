using Microsoft.AspNetCore.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Platform.Shell;

/// <summary>Draws refusals for people; the node hands it to its problem writer.</summary>
public static class ProblemPages
{
    /// <summary>Writes the refusal as a page in the reader's language; status and headers are already set.</summary>
    public static Task WriteAsync(HttpContext context, Problem problem, Texts texts) =>
        new PageResult<ProblemPage>(texts, (nameof(ProblemPage.Problem), problem)) { Status = problem.Kind.Status }
            .ExecuteAsync(context);
}
