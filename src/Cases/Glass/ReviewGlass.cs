using System.Data.Common;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Glass;

/// <summary>What a reviewer found, and why they think so.</summary>
internal sealed record SentJudgement
{
    /// <summary>justified, not_justified, follow_up.</summary>
    public string Judgement { get; set; } = "";

    public string Note { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>One look at the file meanwhile.</summary>
internal sealed record GlassView(DateTimeOffset At, string How, IReadOnlyList<string> Compartments);

/// <summary>A file that was opened in an emergency, as those who look over it are shown it.</summary>
internal sealed record ShownGlass
{
    public required Guid Id { get; init; }

    public required Guid Person { get; init; }

    /// <summary>The reference of the person.</summary>
    public required string Ref { get; init; }

    /// <summary>Who opened it.</summary>
    public required string Who { get; init; }

    public Guid? Agency { get; init; }

    public required DateTimeOffset BeganAt { get; init; }

    public required DateTimeOffset Until { get; init; }

    /// <summary>When it was ended before its time.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    public required bool Open { get; init; }

    public required DateTimeOffset ReviewDueAt { get; init; }

    public required bool Overdue { get; init; }

    public string? Judgement { get; init; }

    public DateTimeOffset? JudgedAt { get; init; }

    /// <summary>Why it was opened; in lists it is left out.</summary>
    public string? Purpose { get; init; }

    public string? Reason { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<GlassView>? Views { get; init; }

    /// <summary>True when the reader opened it.</summary>
    public required bool Own { get; init; }

    public override string ToString() => "•••";
}

/// <summary>How many there were, and how they were judged.</summary>
internal sealed record GlassFigures(int All, int Open, int Waiting, int Overdue, int Justified, int NotJustified, int FollowUp);

/// <summary>What waits to be judged, then what was; and the figures.</summary>
internal sealed record GlassQueue(IReadOnlyList<ShownGlass> Reviews, GlassFigures Figures);

/// <summary>Supervisors and data protection look at what was opened in an emergency, and judge it; nobody judges their own.</summary>
internal sealed class ReviewGlass(NodeDb db, DataKeys keys, SealedRecords seals, ClosedToReader closed, GlassJudges judges, ReadTrail trail)
{
    private const int Most = 200;
    private const int LongestNote = 2000;
    private static readonly IReadOnlyList<string> Judgements = ["justified", "not_justified", "follow_up"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(BreakTheGlass.Root, static async (HttpContext context, ReviewGlass review, CancellationToken cancellationToken) =>
                Results.Json(await review.QueueAsync(context.Actor(), context.Texts(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.ReviewGlass).WithSummary("The files that were opened in an emergency within reach: those to judge first, the longest due before; and how many there were");
        routes.MapGet(BreakTheGlass.Root + "/{id:guid}", static async (HttpContext context, Guid id, ReviewGlass review, CancellationToken cancellationToken) =>
                Results.Json(await review.ShowAsync(id, context.Actor(), context.Texts(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.ReviewGlass).WithSummary("One of them, with the reason and every look at the file");
        routes.MapPost(BreakTheGlass.Root + "/{id:guid}/review", static async (HttpContext context, Guid id, ReviewGlass review, CancellationToken cancellationToken) =>
            {
                await review.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentJudgement>(context.Request, cancellationToken);
                await review.JudgeAsync(id, said, wrong, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.ReviewGlass).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Judges one: {judgement: justified | not_justified | follow_up, note}; not justified ends one that is still open");
    }

    /// <summary>How many wait for the reader, on the start page of staff.</summary>
    public static async Task<IReadOnlyList<HomeFigure>> FiguresAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (actor, review) = (context.Actor(), (ReviewGlass)context.RequestServices.GetService(typeof(ReviewGlass))!);
        var figures = new List<HomeFigure>();
        if (actor.May(CasesRights.ReviewGlass))
        {
            var waiting = (await review.ReachedAsync(actor, cancellationToken)).Count(one => one.Row.Judgement is null && one.Row.UserId != actor.UserId);
            figures.Add(new HomeFigure("glass.home", waiting, GlassDesk.Root) { Asks = true });
        }

        // Whoever gives rights sees that a right is missing, and nothing of whose file it was.
        if (actor.May(GlassJudges.GivesRights) && await review.AloneAsync(cancellationToken) is > 0 and var alone)
            figures.Add(new HomeFigure("glass.home.alone", alone, "/staff/users") { Asks = true });
        return figures;
    }

    /// <summary>How many wait for a judgement that nobody may give.</summary>
    private async Task<int> AloneAsync(CancellationToken cancellationToken)
    {
        var waiting = (await AllAsync(cancellationToken)).Where(one => one.Row.Judgement is null).ToList();
        return (await judges.OfAsync(waiting, cancellationToken)).Count(some => some.Count == 0);
    }

    /// <summary>What waits, then what was judged; none of it says why.</summary>
    public async Task<GlassQueue> QueueAsync(Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var (all, now) = (await ReachedAsync(actor, cancellationToken), db.Time.GetUtcNow());
        var shown = all.OrderBy(one => one.Row.Judgement is null ? 0 : one.Row.Judgement == "follow_up" ? 1 : 2).ThenBy(one => one.Row.Judgement is null ? one.Row.ReviewDueAt.UtcTicks : -one.Row.BeganAt.UtcTicks).Take(Most).ToList();
        var names = await ActorNames.OfAsync(db, shown.Select(one => $"user:{one.Row.UserId:D}"), cancellationToken);
        int Judged(string judgement) => all.Count(one => one.Row.Judgement == judgement);
        return new GlassQueue(
            [.. shown.Select(one => Of(one.Row, one.Person, actor, ActorNames.Said($"user:{one.Row.UserId:D}", names, texts), now))],
            new GlassFigures(
                all.Count, all.Count(one => one.Row.IsOpenAt(now)), all.Count(one => one.Row.Judgement is null), all.Count(one => IsOverdue(one.Row, now)),
                Judged("justified"), Judged("not_justified"), Judged("follow_up")));
    }

    /// <summary>One with its reason, once the audit has the line of this reading.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<ShownGlass> ShowAsync(Guid id, Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        var (row, person) = await AdmitAsync(id, actor, cancellationToken);
        var names = await ActorNames.OfAsync(db, [$"user:{row.UserId:D}"], cancellationToken);
        ShownGlass shown;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var content = await ContentAsync(connection, row, cancellationToken);
            shown = Of(row, person, actor, ActorNames.Said($"user:{row.UserId:D}", names, texts), db.Time.GetUtcNow()) with
            {
                Purpose = content?.Purpose,
                Reason = content?.Reason,
                Note = content?.Note,
                Views = [.. (await connection.QueryAsync<(DateTimeOffset At, string How, string Compartments)>("select at, how, compartments from cases_views where glass_id = @id order by at, id", new { id }))
                    .Select(view => new GlassView(view.At, view.How, view.Compartments.Split(' ', StringSplitOptions.RemoveEmptyEntries)))],
            };
        }

        await trail.LeaveAsync(actor, Purposes.Supervision, "file", [new Shown(row.PersonId, [BrokenGlass.Seal])], cancellationToken);
        return shown;
    }

    /// <summary>Judges it.</summary>
    /// <exception cref="Problem">It is one's own, it was judged, it is still open, or a judgement has no note that needs one.</exception>
    public async Task JudgeAsync(Guid id, SentJudgement said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var (row, _) = await AdmitAsync(id, actor, cancellationToken);
        if (row.UserId == actor.UserId)
            throw GlassProblems.OwnReview.With();
        if (!Judgements.Contains(said.Judgement, StringComparer.Ordinal))
            wrong.Add(("judgement", said.Judgement.Length == 0 ? FormProblems.Missing : CasesProblems.CodeUnknown));
        if (said.Judgement is "not_justified" or "follow_up" && string.IsNullOrWhiteSpace(said.Note))
            wrong.Add(("note", FormProblems.Missing));
        if (said.Note.Length > LongestNote)
            wrong.Add(("note", CasesProblems.TextTooLong));
        SentJson.RefuseIf(wrong);
        var now = db.Time.GetUtcNow();
        if (row.Judgement is not (null or "follow_up"))
            throw GlassProblems.ReviewedAlready.With();
        // What was seen after a judgement would be judged by nobody.
        if (row.IsOpenAt(now) && said.Judgement != "not_justified")
            throw GlassProblems.StillOpen.With();
        GlassContent? content;
        await using (var connection = await db.ReadAsync(cancellationToken))
            content = await ContentAsync(connection, row, cancellationToken);
        var key = await keys.FindAsync(row.PersonId, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.glass.judged", BrokenGlass.SubjectOf(id), cancellationToken);
        change.Describe(new { person = row.PersonId, judgement = said.Judgement });
        if (await change.ExecuteAsync(
            """
            update cases_glass set judgement = @Judgement, judged_at = @now, judged_by = @By, ended_at = case when ended_at is null and until > @now then @now else ended_at end, version = version + 1
            where id = @id and version = @Version
            """,
            new { said.Judgement, now, By = actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName, id, row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        if (key is not null && content is not null)
            await seals.WriteAsync(change, key, id, BrokenGlass.Seal, row.Version + 1, content with { Note = said.Note.Trim() is { Length: > 0 } note ? note : content.Note });
        await change.CommitAsync(cancellationToken);
    }

    private async Task<(GlassRow Row, PersonRow Person)> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<GlassRow>("select * from cases_glass where id = @id", new { id });
        var person = row is null ? null : await connection.QuerySingleAsync<PersonRow>("select * from cases_persons where id = @PersonId", new { row.PersonId });
        return row is not null && person is not null && (await OpenAsync(connection, actor, [(row, person)], cancellationToken)).Count > 0 ? (row, person) : throw PlatformProblems.NotFound.With();
    }

    // There are few: an emergency is one.
    private async Task<IReadOnlyList<(GlassRow Row, PersonRow Person)>> ReachedAsync(Actor actor, CancellationToken cancellationToken)
    {
        var all = await AllAsync(cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return await OpenAsync(connection, actor, all, cancellationToken);
    }

    private async Task<IReadOnlyList<(GlassRow Row, PersonRow Person)>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var persons = (await connection.QueryAsync<PersonRow>("select p.* from cases_persons p where p.id in (select person_id from cases_glass)")).ToDictionary(person => person.Id);
        return [.. (await connection.QueryAsync<GlassRow>("select * from cases_glass order by id desc")).Select(row => (row, persons[row.PersonId]))];
    }

    // Whom somebody shut out looks over nothing that was opened of them: others do.
    private async Task<List<(GlassRow Row, PersonRow Person)>> OpenAsync(DbConnection connection, Actor actor, IEnumerable<(GlassRow Row, PersonRow Person)> all, CancellationToken cancellationToken)
    {
        var reached = all.Where(one => Reaches(actor, one.Row, one.Person)).ToList();
        var shut = await closed.OfAsync(connection, CaseScope.For(actor), reached.Select(one => one.Person.Id), cancellationToken);
        return reached.FindAll(one => !Compartments.All.All(shut[one.Person.Id].Contains));
    }

    private static bool Reaches(Actor actor, GlassRow row, PersonRow person) => CaseScope.For(actor).May(CasesRights.ReviewGlass, person.Place, row.UsersPlace);

    private async Task<GlassContent?> ContentAsync(DbConnection connection, GlassRow row, CancellationToken cancellationToken) =>
        (await seals.OpenAsync(connection, [new Wanted(row.PersonId, row.Id, [BrokenGlass.Seal])], cancellationToken)).Values.Select(content => content.Deserialize<GlassContent>(CaseJson.Options)).FirstOrDefault();

    private static bool IsOverdue(GlassRow row, DateTimeOffset now) => row.Judgement is null && row.ReviewDueAt < now;

    private static ShownGlass Of(GlassRow row, PersonRow person, Actor actor, string who, DateTimeOffset now) => new()
    {
        Id = row.Id,
        Person = row.PersonId,
        Ref = person.PublicRef,
        Who = who,
        Agency = row.AgencyId,
        BeganAt = row.BeganAt,
        Until = row.Until,
        EndedAt = row.EndedAt < row.Until ? row.EndedAt : null,
        Open = row.IsOpenAt(now),
        ReviewDueAt = row.ReviewDueAt,
        Overdue = IsOverdue(row, now),
        Judgement = row.Judgement,
        JudgedAt = row.JudgedAt,
        Own = row.UserId == actor.UserId,
    };
}
