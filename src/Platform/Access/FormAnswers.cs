using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Platform.Access;

/// <summary>How the forms of staff pages are read and answered.</summary>
internal static class FormAnswers
{
    /// <summary>A field of the posted form; empty when it is missing.</summary>
    /// <exception cref="Problem">It holds the character 0, which no browser sends and PostgreSQL cannot keep.</exception>
    public static string Field(this IFormCollection form, string name)
    {
        var value = form[name].ToString();
        return value.Contains('\0', StringComparison.Ordinal) ? throw PlatformProblems.Malformed.With() : value;
    }

    /// <summary>The same, of words that people will read: without what shows nothing and belongs in no text.</summary>
    public static string Words(this IFormCollection form, string name) => TextCharacters.Mended(form.Field(name));

    /// <summary>Where to go after sign-in: an address of our own staff pages, or their start.</summary>
    public static string SafeNext(string? next) =>
        next is { Length: > 1 and < 500 } && (next == StaffPage.Home || next.StartsWith("/staff/", StringComparison.Ordinal))
        && !next.Contains('\\', StringComparison.Ordinal) && !next.Contains("//", StringComparison.Ordinal)
        && Ascii.IsValid(next) && !next.Any(char.IsControl) && !next.StartsWith("/staff/sign-", StringComparison.Ordinal)
            ? next
            : StaffPage.Home;

    /// <summary>The page, with the status of the refusal it shows if it shows one.</summary>
    public static PageResult<TPage> Page<TPage>(
        this HttpContext context, Problem? problem, params (string Name, object? Value)[] parameters)
        where TPage : IComponent
    {
        if (problem?.RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new PageResult<TPage>(context.Texts(), [("Staff", StaffPage.Of(context)), ("Problem", problem), .. parameters])
        {
            Status = problem?.Kind.Status ?? StatusCodes.Status200OK,
        };
    }

    /// <summary>Does what a form asks; a refusal that the person can correct is shown on the form itself.</summary>
    public static async Task<IResult> TryAsync(Func<Task<IResult>> act, Func<Problem, Task<IResult>> showAgain)
    {
        try
        {
            return await act();
        }
        catch (Problem problem) when (problem.Kind.Status is 401 or 403 or 409 or 422 or 429
            && problem.Kind != AccessProblems.SignInExpired && problem.Kind != PlatformProblems.InsecureConnection)
        {
            return await showAgain(problem);
        }
    }

    /// <summary>An answer that has to be given.</summary>
    /// <exception cref="Problem">It was not; the refusal is marked at its field.</exception>
    public static string Answered(this IFormCollection form, string name) =>
        form.Words(name) is { Length: > 0 } given ? given : throw FormProblems.With((name, FormProblems.Missing));

    /// <summary>The same refusal, marked at the field that the form has for its kind, unless it is marked already.</summary>
    public static Problem At(this Problem problem, params ReadOnlySpan<(ProblemKind Kind, string Field)> fields)
    {
        foreach (var (kind, field) in fields)
        {
            if (problem.Fields.Count == 0 && problem.Kind == kind)
                return problem.At(field);
        }

        return problem;
    }

    /// <summary>The same refusal, marked at the field it is about.</summary>
    public static Problem At(this Problem problem, string field) => new(problem.Kind, [.. problem.Values])
    {
        Fields = new Dictionary<string, ProblemKind>(StringComparer.Ordinal) { [field] = problem.Kind },
        RetryAfter = problem.RetryAfter,
    };
}
