using System.Data.Common;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Disclosure;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Plan;

/// <summary>What is sealed of a task: words, or the rule of a clock whose words stand in the reader's language.</summary>
internal sealed record TaskContent
{
    public string? What { get; init; }

    /// <summary>A rule of the clock of detention, or <see cref="KeepTasks.PlanReview"/>.</summary>
    public string? Rule { get; init; }

    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A task as it is sent.</summary>
internal sealed record SentTask
{
    public string What { get; set; } = "";

    public Guid? Responsible { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    public string? Compartment { get; init; }

    public override string ToString() => "•••";
}

/// <summary>How far a task is.</summary>
internal sealed record SentTaskStep
{
    public string State { get; set; } = "";

    public string? Note { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A task as it is shown.</summary>
internal sealed record ShownTask(
    Guid Id, Guid Case, string CaseRef, string State, int Version, string? What, string? Rule, string? Note, Guid? Responsible, DateTimeOffset? DueAt, bool Late, Guid? Follows)
{
    /// <summary>True where a list says no word of it to a reader to whom the case does.</summary>
    [JsonIgnore]
    public bool IsUnlisted { get; init; }

    public override string ToString() => "•••";
}

/// <summary>What is to be done in cases, by when and by whom: written by hand, or following an approved plan, a conference or a notice of detention.</summary>
internal sealed class KeepTasks(NodeDb db, CaseEntries entries, CaseGuards guards, ClosedToReader closed, ReadTrail trail)
{
    public const string Kind = "task";
    public const int Most = 100;

    /// <summary>The rule of a task that a plan is looked over on a day.</summary>
    public const string PlanReview = "plan_review";
    private const string Root = OpenCase.Root + "/{id:guid}/tasks";

    /// <summary>The states of a task.</summary>
    public static IReadOnlyList<string> States { get; } = ["open", "doing", "done", "dropped"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OpenCase.Root + "/tasks", static async (HttpContext context, KeepTasks tasks, bool? mine, CancellationToken cancellationToken) =>
                Results.Json(new { tasks = await tasks.DueAsync(context.Actor(), mine ?? false, Most, null, Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The open tasks of open cases within reach, the first due before, at most 100; mine=true for one's own");
        routes.MapGet(Root, static async (HttpContext context, Guid id, KeepTasks tasks, CancellationToken cancellationToken) =>
                Results.Json(new { tasks = await tasks.OfCaseAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The tasks of a case");
        routes.MapPost(Root, static async (HttpContext context, Guid id, KeepTasks tasks, CancellationToken cancellationToken) =>
            {
                var entered = await tasks.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentTask>(context.Request, cancellationToken);
                return context.Made(await tasks.MakeAsync(entered, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(16 * 1024)
            .WithSummary("Writes a task: {what, responsible, dueAt, compartment}");
        routes.MapPost(Root + "/{entry:guid}", static async (HttpContext context, Guid id, Guid entry, KeepTasks tasks, CancellationToken cancellationToken) =>
            {
                var entered = await tasks.AdmitAsync(id, context.Actor(), cancellationToken);
                var (version, row) = (RecordVersions.Meant(context), await tasks.FindAsync(entered, entry, cancellationToken));
                var (said, _) = await SentJson.ReadAsync<SentTaskStep>(context.Request, cancellationToken);
                return context.Told(await tasks.StepAsync(entered, row, version, said, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Says how far a task is: {state: open | doing | done | dropped, note}");
    }

    /// <summary>The case, for somebody who may write its tasks.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterOpenAsync(id, actor, cancellationToken, CasesRights.Edit);

    /// <summary>A task of the case.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public Task<EntryRow> FindAsync(EnteredCase entered, Guid id, CancellationToken cancellationToken) => entries.FindAsync(entered, Kind, id, cancellationToken);

    /// <summary>Keeps a task that is written by hand.</summary>
    /// <exception cref="Problem">Something is wrong with it, or its compartment is closed.</exception>
    public async Task<KeptEntry> MakeAsync(EnteredCase entered, SentTask said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(said.What))
            wrong.Add(("what", FormProblems.Missing));
        SentJson.RefuseIf(wrong);
        var compartment = entered.Compartment(said.Compartment);
        await entries.RequireResponsibleAsync(entered, [(said.Responsible, compartment)], "responsible", cancellationToken);
        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        var row = Row(entered, entered.Row.PersonId, "", null, said.Responsible, said.DueAt, now);
        await using var change = await db.BeginAsync(entered.Actor, "cases.task.written", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId });
        await entries.AddAsync(change, key, row, compartment, new TaskContent { What = said.What }, entered.Actor, now);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, row.Version);
    }

    /// <summary>Says how far it is.</summary>
    /// <exception cref="Problem">There is no such state, or somebody else was first.</exception>
    public async Task<KeptEntry> StepAsync(EnteredCase entered, EntryRow row, int version, SentTaskStep said, CancellationToken cancellationToken)
    {
        if (!States.Contains(said.State, StringComparer.Ordinal))
            throw FormProblems.With(("state", CasesProblems.CodeUnknown));
        if (row.Version != version)
            throw PlatformProblems.Changed.With();
        var now = db.Time.GetUtcNow();
        TaskContent? content = null;
        if (said.Note is { Length: > 0 } note)
        {
            await using var connection = await db.ReadAsync(cancellationToken);
            content = (await entries.OpenAsync<TaskContent>(connection, [row], cancellationToken)).GetValueOrDefault(row.Id, new TaskContent()) with { Note = note };
        }

        await using var change = await db.BeginAsync(entered.Actor, "cases.task.moved", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, state = said.State });
        int next;
        try
        {
            next = await CaseEntries.MoveAsync(change, row with { State = said.State, ClosedAt = said.State is "done" or "dropped" ? now : null }, now);
        }
        catch (DbException twice) when (db.Dialect.IsDuplicate(twice))
        {
            // Another one stands in its place.
            throw PlanProblems.StepUnfit.With();
        }

        if (content is not null)
            await entries.WriteAsync(change, await entries.KeyOfAsync(row.PersonId, cancellationToken), row.Id, entries.CompartmentOf(row), next, content);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, said.State, next);
    }

    /// <summary>Makes the tasks of an approved plan, each action once; tasks of actions that are no longer in it are dropped.</summary>
    public async Task FollowPlanAsync(
        Change change, DataKey key, EnteredCase entered, Guid plan, IReadOnlyList<PlanNeed> needs, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var known = (await change.QueryAsync<EntryRow>("select * from cases_entries where case_id = @Id and kind = 'task' and mark like 'action:%'", new { entered.Row.Id })).ToList();
        var actions = needs.SelectMany(need => need.Actions.Select(action => (need.Compartment, Action: action, Mark: MarkOf(action)))).ToList();
        foreach (var gone in known.Where(row => row.ClosedAt is null && actions.TrueForAll(one => one.Mark != row.Mark)))
            await CaseEntries.MoveAsync(change, gone with { State = "dropped", ClosedAt = now }, now);
        IReadOnlyDictionary<Guid, TaskContent> contents;
        // Whoever has written in one of them since it was found is met by its version below.
        await using (var connection = await db.ReadAsync(cancellationToken))
            contents = await entries.OpenAsync<TaskContent>(connection, known.FindAll(row => row.ClosedAt is null), cancellationToken);
        foreach (var (compartment, action, mark) in actions)
        {
            var same = known.FindAll(row => row.Mark == mark);
            if (same.Find(row => row.ClosedAt is null) is { } row)
            {
                if (entries.CompartmentOf(row) == compartment)
                {
                    var next = await CaseEntries.MoveAsync(change, row with { OwnerId = action.Responsible, DueAt = action.DueAt }, now);
                    await entries.WriteAsync(change, key, row.Id, compartment, next, contents.GetValueOrDefault(row.Id, new TaskContent()) with { What = action.What });
                    continue;
                }

                // What was noted stays under the seal it was written under, and what is said now goes under its own.
                await CaseEntries.MoveAsync(change, row with { State = "dropped", ClosedAt = now }, now);
            }
            else if (same.Count > 0)
            {
                continue;
            }

            await entries.AddAsync(change, key, Row(entered, entered.Row.PersonId, mark, plan, action.Responsible, action.DueAt, now), compartment, new TaskContent { What = action.What }, entered.Actor, now);
        }
    }

    /// <summary>Makes the tasks of looking an approved plan over, each day once, for whoever looks after the case; those of days that are no longer in it are dropped.</summary>
    public async Task FollowReviewsAsync(Change change, DataKey key, EnteredCase entered, Guid plan, IReadOnlyList<string> days, DateTimeOffset now)
    {
        var known = (await change.QueryAsync<EntryRow>("select * from cases_entries where case_id = @Id and kind = 'task' and mark like 'review:%'", new { entered.Row.Id })).ToList();
        foreach (var gone in known.Where(row => row.ClosedAt is null && days.All(day => row.Mark != "review:" + day)))
            await CaseEntries.MoveAsync(change, gone with { State = "dropped", ClosedAt = now }, now);
        foreach (var day in days.Where(day => known.TrueForAll(row => row.Mark != "review:" + day || row.State == "dropped")))
        {
            var due = db.Time.EndOf(Persons.Birth.ReadDay(day)!.Value);
            // What was dropped with an earlier version and is wanted again is taken up again: there is one task of a day.
            if (known.Find(row => row.Mark == "review:" + day) is { } dropped)
                await CaseEntries.MoveAsync(change, dropped with { State = "open", OwnerId = entered.Row.OwnerId, DueAt = due, ClosedAt = null }, now);
            else
                await entries.AddAsync(change, key, Row(entered, entered.Row.PersonId, "review:" + day, plan, entered.Row.OwnerId, due, now), entered.Seen.Home, new TaskContent { Rule = PlanReview }, entered.Actor, now);
        }
    }

    /// <summary>By which mark the task of an action is known.</summary>
    public static string MarkOf(PlanAction action) => $"action:{action.Id:D}";

    /// <summary>A new open task.</summary>
    public static EntryRow Row(EnteredCase entered, Guid person, string mark, Guid? follows, Guid? responsible, DateTimeOffset? due, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        CaseId = entered.Row.Id,
        PersonId = person,
        Kind = Kind,
        State = "open",
        Mark = mark,
        Follows = follows,
        OwnerId = responsible,
        DueAt = due?.ToUniversalTime(),
    };

    /// <summary>The tasks of a case, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownTask>> OfCaseAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        IReadOnlyList<EntryRow> rows;
        IReadOnlyDictionary<Guid, TaskContent> contents;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await entries.OfAsync(connection, entered, Kind);
            contents = await entries.OpenAsync<TaskContent>(connection, rows, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "case", rows.Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)])), cancellationToken);
        return [.. rows.OrderBy(row => row.ClosedAt is not null).ThenBy(row => row.DueAt ?? DateTimeOffset.MaxValue).Select(row => Shown(row, entered.Row.PublicRef, contents.GetValueOrDefault(row.Id)))];
    }

    /// <summary>The open tasks within reach, the first due before, once their reading is on the disk. Those without a day come last.</summary>
    /// <param name="actor">Who asks.</param>
    /// <param name="mine">Only their own.</param>
    /// <param name="most">How many.</param>
    /// <param name="overdueIn">Only those that are late, where this right is held.</param>
    /// <param name="purpose">What for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<IReadOnlyList<ShownTask>> DueAsync(Actor actor, bool mine, int most, string? overdueIn, string purpose, CancellationToken cancellationToken)
    {
        var (due, lines) = await FindDueAsync(actor, mine, most, overdueIn, cancellationToken);
        await trail.LeaveAsync(actor, purpose, "list", lines, cancellationToken);
        return due;
    }

    /// <summary>The same, with the lines that their reading leaves, for whoever leaves them together with others; before that nothing is shown.</summary>
    public async Task<(IReadOnlyList<ShownTask> Due, IReadOnlyList<Shown> Lines)> FindDueAsync(Actor actor, bool mine, int most, string? overdueIn, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var now = db.Time.GetUtcNow();
        // Once for the case, and once more with the mark of the task in the place of the mark of the case.
        var (ofCase, own) = (scope.Cases("c", guards), scope.Cases("o", guards));
        var sql = """
            select e.* from cases_entries e
            join cases_cases c on c.id = e.case_id
            join (select x.id, x.guard, y.owner_id, y.team_id, y.agency_id, y.area_path, y.restricted from cases_entries x join cases_cases y on y.id = x.case_id where x.kind = 'task' and x.closed_at is null) o on o.id = e.id
            where e.kind = 'task' and e.closed_at is null and c.closed_at is null and
            """ + " " + ofCase + " and " + own + (mine ? " and e.owner_id = @user" : "")
            + (overdueIn is null ? "" : " and e.due_at < @now and " + scope.Holding("c", overdueIn)) + " order by case when e.due_at is null then 1 else 0 end, e.due_at, e.id limit @most offset @skip";
        List<EntryRow> rows;
        IReadOnlyDictionary<Guid, TaskContent> contents;
        Dictionary<Guid, string> refs;
        HashSet<Guid> unlisted;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await Portions.FillAsync(
                most,
                skip => connection.QueryAsync<EntryRow>(sql, scope.Parameters(new { user = actor.UserId?.ToString("D") ?? "", now, most, skip })),
                async some => await entries.OpenToAsync(connection, scope, some, cancellationToken));
            // Of what somebody said of their orientation a list has that something is due, and no word of what.
            var telling = rows.Where(row => entries.CompartmentOf(row) == Compartments.Lgbti).ToList();
            var chosen = telling.Count == 0 ? null : await closed.ChosenForListsAsync(connection, scope, telling.Select(row => row.PersonId), cancellationToken);
            unlisted = telling.Where(row => !chosen!.Contains(row.PersonId)).Select(row => row.Id).ToHashSet();
            contents = await entries.OpenAsync<TaskContent>(connection, [.. rows.Where(row => !unlisted.Contains(row.Id))], cancellationToken);
            refs = (await connection.QueryAsync<(Guid Id, string Ref)>("select id, public_ref from cases_cases where id" + db.Dialect.IsAmong, new { Among = db.Dialect.Among(rows.Select(row => row.CaseId.ToString("D")).Distinct()) }))
                .ToDictionary(one => one.Id, one => one.Ref);
        }

        return (
            [.. rows.Select(row => Shown(row, refs[row.CaseId], contents.GetValueOrDefault(row.Id)) with { IsUnlisted = unlisted.Contains(row.Id) })],
            [.. rows.Where(row => !unlisted.Contains(row.Id)).Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)]))]);
    }

    private ShownTask Shown(EntryRow row, string reference, TaskContent? content) => new(
        row.Id, row.CaseId, reference, row.State, row.Version, content?.What, content?.Rule, content?.Note, row.OwnerId, row.DueAt, row.ClosedAt is null && row.DueAt < db.Time.GetUtcNow(), row.Follows);
}
