using Microsoft.AspNetCore.Http;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Plan;

/// <summary>How the slices of a case's entries answer, and whom they let be responsible.</summary>
internal static class EntryAnswers
{
    /// <summary>An entry that was made.</summary>
    public static IResult Made(this HttpContext context, KeptEntry kept) => context.Told(kept, StatusCodes.Status201Created);

    /// <summary>An entry that was changed.</summary>
    public static IResult Told(this HttpContext context, KeptEntry kept, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.ETag = RecordVersions.Tag(kept.Version);
        return Results.Json(kept, CaseJson.Options, statusCode: status);
    }

    /// <summary>Refuses a compartment that there is not, or that is closed to whoever writes in it.</summary>
    /// <exception cref="Problem">It is one of these.</exception>
    public static string Compartment(this EnteredCase entered, string? said)
    {
        var compartment = said is null or "" ? entered.Seen.Home : said;
        if (!Compartments.All.Contains(compartment, StringComparer.Ordinal))
            throw FormProblems.With(("compartment", CasesProblems.CodeUnknown));
        return entered.Open.Contains(compartment, StringComparer.Ordinal) ? compartment : throw CasesProblems.CompartmentClosed.With();
    }

    /// <summary>Refuses somebody to whom the case is closed, or the compartment that their task belongs to: by their rights, or because one of its persons shut them out.</summary>
    /// <exception cref="Problem">It is; the refusal stands at <paramref name="field"/>.</exception>
    public static async Task RequireResponsibleAsync(this CaseEntries entries, EnteredCase entered, IEnumerable<(Guid? User, string Compartment)> named, string field, CancellationToken cancellationToken)
    {
        var wanted = named.Where(one => one.User is not null).Distinct().ToList();
        if (wanted.Count == 0)
            return;
        var open = (await entries.ColleaguesAsync(entered, [.. wanted.Select(one => one.User!.Value)], cancellationToken)).ToDictionary(one => one.Colleague.UserId!.Value, one => one.Open);
        if (wanted.Exists(one => !open.TryGetValue(one.User!.Value, out var compartments) || !compartments.Contains(one.Compartment, StringComparer.Ordinal)))
            throw FormProblems.With((field, CasesProblems.AssigneeUnfit));
    }

    /// <summary>Those who may be given something to do in a case, by name.</summary>
    public static async Task<IReadOnlyList<Actor>> ResponsiblesAsync(this CaseEntries entries, EnteredCase entered, CancellationToken cancellationToken) =>
        [.. (await entries.ColleaguesAsync(entered, null, cancellationToken)).Select(one => one.Colleague)];
}
