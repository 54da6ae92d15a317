using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Files;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Tracing;

/// <summary>What is wrong at a line, in words.</summary>
/// <param name="Line">The line, from 1; of a workbook, the row.</param>
/// <param name="Column">The place in it.</param>
/// <param name="Code">Its code.</param>
/// <param name="Severity">note, warning, error.</param>
/// <param name="Text">What it means.</param>
/// <param name="Source">The sheet, where there are several.</param>
public sealed record ToldIssue(int Line, int? Column, string Code, string Severity, string Text, string? Source)
{
    /// <summary>The issues of a report in a language.</summary>
    public static IReadOnlyList<ToldIssue> Of(IssueReport report, Texts texts) =>
    [
        .. report.Kept.Select(issue => new ToldIssue(
            issue.Line, issue.Column, issue.Code, issue.Severity.ToString().ToLowerInvariant(), texts.Format("issue." + issue.Code, ("value", issue.Value ?? ""), ("limit", "")), issue.Source)),
    ];
}

/// <summary>What became of a document of another register.</summary>
/// <param name="Kept">False when nothing was written: it was only tried, or something in it was wrong.</param>
/// <param name="Added">Records that are new.</param>
/// <param name="Changed">Records that say something else now.</param>
/// <param name="Unchanged">Records that are there already, in this form or a later one.</param>
/// <param name="Forgotten">Records of which nothing is kept any more.</param>
/// <param name="Issues">What is wrong, by line.</param>
public sealed record SoughtImport(bool Kept, int Added, int Changed, int Unchanged, int Forgotten, IReadOnlyList<ToldIssue> Issues);

/// <summary>
/// Takes in whom other registers seek. Either the whole document or nothing of it; nobody is matched with anybody: a person who
/// is found decides themselves whether the seeker learns of it.
/// </summary>
public sealed class ImportSought
{
    /// <summary>Bytes of a document.</summary>
    public const int Largest = 8 * 1024 * 1024;

    /// <summary>Records of a document.</summary>
    public const int MostRecords = 5000;

    // Registers are to say until when; of those that do not, it is a year.
    private static readonly TimeSpan Usual = TimeSpan.FromDays(365);

    // Whoever is still sought then stands in the next document of their register.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(730);

    private readonly NodeDb db;
    private readonly DataKeys keys;
    private readonly SoughtPersons sought;
    private readonly TracedPersons traced;

    internal ImportSought(NodeDb db, DataKeys keys, SoughtPersons sought, TracedPersons traced) => (this.db, this.keys, this.sought, this.traced) = (db, keys, sought, traced);

    internal static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/cases/tracing/import", static async (HttpContext context, ImportSought import, bool? dryRun, Guid? agency, CancellationToken cancellationToken) =>
        {
            if (!(context.Request.ContentType ?? "").Contains("xml", StringComparison.OrdinalIgnoreCase))
                throw PlatformProblems.UnsupportedMedia.With();
            using var bytes = new MemoryStream();
            await context.Request.Body.CopyToAsync(bytes, cancellationToken);
            bytes.Position = 0;
            var done = await import.RunAsync(bytes, dryRun ?? false, agency ?? context.Features.Get<User>()?.AgencyId ?? CaseScope.For(context.Actor()).OnlyAgency(Compartments.Right(Compartments.Tracing)), context.Actor(), context.Texts(), cancellationToken);
            return Results.Json(done, CaseJson.Options, statusCode: done.Issues.Any(issue => issue.Severity == "error") ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
        })
        .Needs(Compartments.Right(Compartments.Tracing)).KnowsKeysWithin("every record carries its name, and sent again it is there already").DisableAntiforgery().TakesAtMost(Largest)
        .WithSummary("Takes in persons who are sought, as PFIF 1.4 (application/xml): all of the document or nothing; dryRun=true only says what would be done")
        .WithDescription("Answers {kept, added, changed, unchanged, forgotten, issues: [{line, column, code, severity, text}]}, with 422 when something is wrong. A record of which nothing but its dates is left is forgotten here too, and every record on its expiry date.")
        .Produces<SoughtImport>();

    /// <summary>Takes a document in, or only says what would come of it.</summary>
    /// <param name="document">The document.</param>
    /// <param name="dryRun">True to write nothing.</param>
    /// <param name="agency">Whose records they become; null for the node's own.</param>
    /// <param name="actor">Who brings it.</param>
    /// <param name="texts">The language of what is wrong.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <exception cref="Problem">It is no such document, too large, or nothing may be brought there by them.</exception>
    public async Task<SoughtImport> RunAsync(Stream document, bool dryRun, Guid? agency, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        if (!CaseScope.For(actor).May(Compartments.Right(Compartments.Tracing), new RecordPlace(null, null, agency)))
            throw PlatformProblems.Forbidden.With();
        var (report, now) = (new IssueReport(), db.Time.GetUtcNow());
        var read = ReadPfif.From(document, report);
        if (read.Count > MostRecords)
            throw TracingProblems.TooMany.With(("most", MostRecords));
        var plan = await PlanAsync(read, agency, report, now, cancellationToken);
        var kept = !dryRun && report.Errors == 0;
        if (kept && plan.Exists(step => step.Act != Act.Leave || step.Person.IsPlaceholder))
            await KeepAsync(plan, agency, actor, now, cancellationToken);
        int Count(params Act[] acts) => report.Errors > 0 ? 0 : plan.Count(step => acts.Contains(step.Act));
        return new SoughtImport(kept, Count(Act.Add), Count(Act.Change), Count(Act.Leave), Count(Act.Forget), ToldIssue.Of(report, texts));
    }

    private async Task<List<Step>> PlanAsync(IReadOnlyList<PfifPerson> read, Guid? agency, IssueReport report, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var known = await sought.FindAsync(connection, read.Select(person => sought.MarkOf(agency, person.RecordId)));
        var gone = await sought.GoneAsync(connection, read.Select(person => sought.MarkOf(agency, person.RecordId)));
        // Forgotten, and their rows still there: a run that was broken off, or a backup from before.
        var readable = await keys.FindAsync([.. known.Values.Select(row => row.Id)], cancellationToken);
        var plan = new List<Step>();
        foreach (var person in read)
        {
            // Our own records come back by way of others.
            if (person.RecordId.StartsWith(traced.Domain + "/", StringComparison.OrdinalIgnoreCase))
            {
                report.Add(new RowIssue(0, null, TracingIssues.RecordOwn, person.RecordId, IssueSeverity.Note));
                continue;
            }

            var row = known.GetValueOrDefault(sought.MarkOf(agency, person.RecordId));
            var remains = row is not null && !readable.ContainsKey(row.Id) ? row : null;
            if (remains is not null)
                row = null;
            var isOver = person.IsPlaceholder || person.ExpiryDate <= now;
            plan.Add(new Step(person, row, (row, isOver) switch
            {
                (null, true) => Act.Leave,
                (null, false) when remains is not null && Entry(person, now) <= remains.EntryAt => Act.Leave,
                // What was to be forgotten comes back by way of whoever was not told.
                (null, false) => gone.TryGetValue(sought.MarkOf(agency, person.RecordId), out var told) && Entry(person, now) <= told ? Act.Leave : Act.Add,
                (_, true) => Act.Forget,
                // A copy that went a long way round says what was said before.
                var (there, _) when there.Content == sought.ContentOf(person) || Entry(person, now) < there.EntryAt => Act.Leave,
                _ => Act.Change,
            })
            { Remains = remains?.Id });
        }

        return plan;
    }

    private async Task KeepAsync(List<Step> plan, Guid? agency, Actor actor, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var written = plan.Where(step => step.Act is Act.Add or Act.Change).Select(step => (step.Person, step.Row, Id: step.Row?.Id ?? Guid.CreateVersion7(now))).ToList();
        var made = await keys.MakeAsync([.. written.Select(one => one.Id)], cancellationToken);
        await using (var change = await db.BeginAsync(actor, "cases.sought.brought", "tracing", cancellationToken))
        {
            change.Describe(new { records = written.Count, forgotten = plan.Count(step => step.Act == Act.Forget) });
            await change.ExecuteAsync("delete from cases_sought where id = @Id", plan.Where(step => step.Remains is not null).Select(step => new { Id = step.Remains!.Value }).ToList());
            foreach (var (person, row, id) in written)
            {
                var values = new
                {
                    id,
                    Mark = sought.MarkOf(agency, person.RecordId),
                    Content = sought.ContentOf(person),
                    agency,
                    EntryAt = Entry(person, now),
                    ExpiresAt = (person.ExpiryDate ?? now + Usual) is var until && until < now + Longest ? until : now + Longest,
                    now,
                    By = actor.AuditName,
                    Was = row?.Version ?? 0,
                    Version = (row?.Version ?? 0) + 1,
                    Sealed = SoughtPersons.Seal(made[id], (row?.Version ?? 0) + 1, person),
                };
                if (await change.ExecuteAsync(
                    row is null
                        ? """
                          insert into cases_sought (id, mark, content, agency_id, area_path, entry_at, expires_at, brought_at, brought_by, version, sealed)
                          values (@id, @Mark, @Content, @agency, '/', @EntryAt, @ExpiresAt, @now, @By, 1, @Sealed) on conflict do nothing
                          """
                        : """
                          update cases_sought set content = @Content, entry_at = @EntryAt, expires_at = @ExpiresAt, brought_at = @now, brought_by = @By, version = @Version, sealed = @Sealed
                          where id = @id and version = @Was
                          """,
                    values) == 0)
                    throw PlatformProblems.Changed.With();
            }

            await change.ExecuteAsync("update cases_sought set expires_at = @now where id = @Id", plan.Where(step => step.Act == Act.Forget).Select(step => new { now, step.Row!.Id }).ToList());
            await SoughtPersons.RememberGoneAsync(change, plan.Where(step => step.Person.IsPlaceholder)
                .Select(step => (sought.MarkOf(agency, step.Person.RecordId), Entry(step.Person, now) is var entry && entry < now ? entry : now)), now + Longest);
            await change.CommitAsync(cancellationToken);
        }

        await sought.ForgetAsync(actor, CancellationToken.None);
    }

    private static DateTimeOffset Entry(PfifPerson person, DateTimeOffset now) => person.EntryDate ?? person.SourceDate ?? now;

    private enum Act
    {
        Leave,
        Add,
        Change,
        Forget,
    }

    private sealed record Step(PfifPerson Person, SoughtRow? Row, Act Act)
    {
        /// <summary>A row of it that nobody can read any more.</summary>
        public Guid? Remains { get; init; }
    }
}
