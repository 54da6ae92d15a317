using System.Text.Json;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>What came of importing a form's submissions.</summary>
/// <param name="Read">Submissions of the file.</param>
/// <param name="Taken">Records taken; with a dry run, those that would be.</param>
/// <param name="There">Records that were there already.</param>
/// <param name="Refused">The others: line, code and reason.</param>
public sealed record GroupsImportReport(int Read, int Taken, int There, IReadOnlyList<(int Line, string Code, string Detail)> Refused);

/// <summary>Brings what was recorded with another form (XLSForm in ODK or Kobo) in as records of groups; twice changes nothing.</summary>
public sealed class ImportGroups(NodeDb db, LivePoints points, ReceiveGroups groups)
{
    private const int Together = 500;

    /// <summary>Imports the submissions of a file, or only says what would come of it.</summary>
    /// <exception cref="Problem">The file holds no submissions.</exception>
    public async Task<GroupsImportReport> RunAsync(Stream file, GroupsMapping mapping, bool dryRun, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var (submissions, columns) = await FormSubmissions.ReadAsync(file, cancellationToken);
        // A question that the table has no column for was asked in another table, or is none of this form.
        if (columns is not null && mapping.Questions.FirstOrDefault(question => !columns.Any(column => FormSubmission.IsOf(column, question))) is { } missing)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", missing));
        var known = await points.AllAsync(cancellationToken);
        var (taken, there, refused) = (0, 0, new List<(int, string, string)>());
        foreach (var part in submissions.Chunk(Together))
        {
            var came = part.Select(submission => CameOf(submission, mapping, known)).ToList();
            var answers = dryRun ? await LookAsync(came, actor, texts, cancellationToken) : await groups.TakeAsync(came, actor, texts, cancellationToken);
            for (var at = 0; at < part.Length; at++)
            {
                if (answers[at].Refusal is not null)
                    refused.Add((part[at].Line, answers[at].Code!, answers[at].Detail!));
                else if (answers[at].Answer == "taken")
                    taken++;
                else
                    there++;
            }
        }

        return new GroupsImportReport(submissions.Count, taken, there, refused);
    }

    private static CameGroup CameOf(FormSubmission submission, GroupsMapping mapping, IReadOnlyDictionary<string, Point> known)
    {
        try
        {
            var group = mapping.Group(submission, known);
            return new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null);
        }
        catch (Problem problem)
        {
            return new CameGroup(null, "", problem);
        }
    }

    private async Task<IReadOnlyList<GroupAnswer>> LookAsync(IReadOnlyList<CameGroup> came, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var answers = new List<GroupAnswer>();
        foreach (var one in came)
        {
            var refusal = one.Refusal ?? GroupChecks.Look(one.Group!, db.Time.GetUtcNow());
            if (refusal is null && await points.FindAsync(one.Group!.Point, FlowsRights.Collect, actor, cancellationToken) is null)
                refusal = GroupProblems.PointUnknown.With(("point", one.Group.Point));
            answers.Add(refusal is null ? new GroupAnswer(one.Group!.Id, "taken") : ReceiveGroups.Refused(one.Group?.Id ?? Guid.Empty, refusal, texts));
        }

        return answers;
    }
}
