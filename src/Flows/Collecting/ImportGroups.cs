using System.Text.Json;
using Dapper;
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

/// <summary>Brings what was recorded with another form (XLSForm in ODK or Kobo) in as records of groups; twice changes nothing, and what was corrected there is corrected here.</summary>
public sealed class ImportGroups(NodeDb db, LivePoints points, ReceiveGroups groups)
{
    private const int Together = 500;

    // Corrections of one record; more are not met in practice.
    private const int MostVersions = 30;

    // One reason in one language, so that the same export says the same each time.
    private const string Corrected = "Corrected in the form that it came from";

    // Where in a key the part begins that does not say the moment; the statement below counts it from 1.
    private const int Rest = 14;

    /// <summary>Imports the submissions of a file, or only says what would come of it.</summary>
    /// <exception cref="Problem">The file holds no submissions.</exception>
    public async Task<GroupsImportReport> RunAsync(Stream file, GroupsMapping mapping, bool dryRun, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var form = await FormSubmissions.ReadAsync(file, cancellationToken);
        var (submissions, columns) = (form.Submissions, form.Columns);
        // A question that the table has no column for was asked in another table, or is none of this form.
        if (columns is not null && mapping.Questions.FirstOrDefault(question => !columns.Any(column => FormSubmission.IsOf(column, question))) is { } missing)
            throw FlowsProblems.MappingBroken.With(("name", mapping.Name), ("what", missing));
        var known = await points.AllAsync(cancellationToken);
        var (taken, there, refused) = (0, 0, new List<(int, string, string)>());
        foreach (var (line, what) in form.Lost)
            refused.Add((line, GroupProblems.Unreadable.Code, GroupProblems.Unreadable.With(("what", what)).Detail(texts)));
        foreach (var part in submissions.Chunk(Together))
        {
            var came = await AsRecordedAsync([.. part.Select(submission => CameOf(submission, mapping, known))], cancellationToken);
            var answers = dryRun ? await LookAsync(came, actor, texts, cancellationToken) : await TakeAsync(came, actor, texts, cancellationToken);
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
            return Came(mapping.Group(submission, known));
        }
        catch (Problem problem)
        {
            return new CameGroup(null, "", problem);
        }
    }

    private static CameGroup Came(SentGroup group) => new(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null);

    // The key of a record begins with its moment. Where that was corrected in the form, the record is still the one that has the
    // rest of the key.
    private async Task<IReadOnlyList<CameGroup>> AsRecordedAsync(List<CameGroup> came, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rests = came.Where(one => one.Group is not null).Select(one => RestOf(one.Group!.Id)).Distinct(StringComparer.Ordinal);
        var recorded = (await connection.QueryAsync<string>("select distinct id from flows_groups where substr(id, 15)" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rests) }))
            .ToLookup(id => id[Rest..], Guid.Parse, StringComparer.Ordinal);
        return [.. came.Select(one => one.Group is { } group && recorded[RestOf(group.Id)].ToList() is [var id] && id != group.Id ? Came(group with { Id = id }) : one)];
    }

    private static string RestOf(Guid id) => id.ToString("D")[Rest..];

    // What was corrected in the form since it came in is a further version of its record, once: the same export again says what
    // one of the versions says.
    private async Task<IReadOnlyList<GroupAnswer>> TakeAsync(IReadOnlyList<CameGroup> came, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var answers = (await groups.TakeAsync(came, actor, texts, cancellationToken)).ToArray();
        for (var version = 2; version <= MostVersions; version++)
        {
            var stands = version == 2 ? GroupProblems.KeyTaken : GroupProblems.VersionUnfit;
            int[] other = [.. Enumerable.Range(0, answers.Length).Where(at => answers[at].Refusal?.Kind == stands)];
            if (other.Length == 0)
                break;
            var further = await groups.TakeAsync([.. other.Select(at => Came(came[at].Group! with { Version = version, Reason = Corrected }))], actor, texts, cancellationToken);
            for (var at = 0; at < other.Length; at++)
                answers[other[at]] = further[at];
        }

        return answers;
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
