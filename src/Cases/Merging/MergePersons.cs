using System.Data.Common;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using System.Text.Json;
using Tambo.Cases.Access;
using Tambo.Cases.Consent;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Merging;

/// <summary>A proposal to make one file of two.</summary>
internal sealed record SentMerge
{
    /// <summary>The file that stays.</summary>
    public Guid Survivor { get; init; }

    /// <summary>The one that goes into it.</summary>
    public Guid Absorbed { get; init; }

    /// <summary>What is picked, by field (<c>identity.birth</c>): survivor, absorbed, both. Needed where both say something else.</summary>
    public IReadOnlyDictionary<string, string> Decisions { get; set; } = new Dictionary<string, string>();

    /// <summary>Why they are one person.</summary>
    public string Note { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>A decision about a proposal, or about taking a merge back.</summary>
internal sealed record SentMergeDecision
{
    public bool? Approve { get; init; }
}

/// <summary>A field of both files.</summary>
internal sealed record ShownField(string Name, JsonElement? Survivor, JsonElement? Absorbed, IReadOnlyList<string> Choices, string? Decision)
{
    public override string ToString() => "•••";
}

/// <summary>A merge as it is shown; the fields only while both files can be compared.</summary>
internal sealed record ShownMerge
{
    public Guid? Id { get; init; }

    public required Guid Survivor { get; init; }

    public required string SurvivorRef { get; init; }

    public required Guid Absorbed { get; init; }

    public required string AbsorbedRef { get; init; }

    public string? State { get; init; }

    public DateTimeOffset? ProposedAt { get; init; }

    public DateTimeOffset? DecidedAt { get; init; }

    public DateTimeOffset? UndoneAt { get; init; }

    /// <summary>True when the reader has proposed it, or asked for what is to be decided: somebody else decides.</summary>
    public bool Own { get; init; }

    public string? Note { get; init; }

    public IReadOnlyList<ShownField>? Fields { get; init; }

    /// <summary>What stayed with the file when it was taken back.</summary>
    public IReadOnlyList<StayedWork>? Stayed { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Two people make one file of two that are of the same person; two people take it back.</summary>
internal sealed class MergePersons(NodeDb db, DataKeys keys, SealedRecords seals, MergeFiles merges, MergeSteps steps, LeftToHelp left, ReadTrail trail)
{
    public const string Root = "/api/cases/merges";
    public const int LongestNote = 2000;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, MergePersons merge, CancellationToken cancellationToken) =>
                Results.Json(await merge.ListAsync(context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Merge).WithSummary("Merges of files within reach, those to be decided first, at most 200");
        routes.MapGet(Root + "/compare", static async (HttpContext context, MergePersons merge, Guid survivor, Guid absorbed, CancellationToken cancellationToken) =>
                Results.Json(await merge.CompareAsync(survivor, absorbed, context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Merge).WithSummary("Two files field by field, with what may be picked of each; refused when anything of either is closed to the reader");
        routes.MapPost(Root, static async (HttpContext context, MergePersons merge, CancellationToken cancellationToken) =>
            {
                var (said, wrong) = await SentJson.ReadAsync<SentMerge>(context.Request, cancellationToken);
                return Results.Json(new { id = await merge.ProposeAsync(said, wrong, context.Actor(), cancellationToken) }, CaseJson.Options, statusCode: StatusCodes.Status201Created);
            })
            .Needs(CasesRights.Merge).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Proposes to make one file of two: {survivor, absorbed, decisions: {\"identity.birth\": survivor | absorbed | both}, note}; a second person decides");
        routes.MapGet(Root + "/{id:guid}", static async (HttpContext context, Guid id, MergePersons merge, CancellationToken cancellationToken) =>
                Results.Json(await merge.ShowAsync(id, context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Merge).WithSummary("A merge; while it waits, both files field by field");
        routes.MapPost(Root + "/{id:guid}/decide", static async (HttpContext context, Guid id, MergePersons merge, CancellationToken cancellationToken) =>
                Results.Json(new { id, state = await merge.DecideAsync(id, await merge.ReadAsync(context, id, cancellationToken), context.Actor(), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Merge).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Decides about a proposal of somebody else: {approve: true | false}");
        routes.MapPost(Root + "/{id:guid}/undo", static async (HttpContext context, Guid id, MergePersons merge, CancellationToken cancellationToken) =>
            {
                await merge.AskUndoAsync(id, context.Actor(), cancellationToken);
                return Results.Json(new { id, state = MergeRow.UndoAsked }, CaseJson.Options, statusCode: StatusCodes.Status202Accepted);
            })
            .Needs(CasesRights.Merge).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Asks to take a merge back; a second person decides");
        routes.MapPost(Root + "/{id:guid}/undo/decide", static async (HttpContext context, Guid id, MergePersons merge, CancellationToken cancellationToken) =>
            {
                var (state, stayed) = await merge.DecideUndoAsync(id, await merge.ReadAsync(context, id, cancellationToken), context.Actor(), cancellationToken);
                return Results.Json(new { id, state, stayed }, CaseJson.Options);
            })
            .Needs(CasesRights.Merge).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Decides about taking a merge back: {approve: true | false}; answers with what was done since and stays with the file that stayed");
    }

    /// <summary>The merges within reach.</summary>
    public async Task<IReadOnlyList<ShownMerge>> ListAsync(Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return [.. (await merges.ListAsync(connection, CaseScope.For(actor))).Select(one => Of(one.Row, one.Survivor, one.Absorbed, actor))];
    }

    /// <summary>Two files beside each other, once the audit has the lines of this reading.</summary>
    /// <exception cref="Problem">Something stands against making one of them.</exception>
    public async Task<ShownMerge> CompareAsync(Guid survivor, Guid absorbed, Actor actor, CancellationToken cancellationToken)
    {
        TwoFiles two;
        await using (var connection = await db.ReadAsync(cancellationToken))
            two = await merges.OpenAsync(connection, CaseScope.For(actor), survivor, absorbed, cancellationToken);
        await LeaveAsync(two, actor, cancellationToken);
        return new ShownMerge
        {
            Survivor = survivor,
            SurvivorRef = two.Survivor.Row.PublicRef,
            Absorbed = absorbed,
            AbsorbedRef = two.Absorbed.Row.PublicRef,
            Fields = Fields(two, new Dictionary<string, string>()),
        };
    }

    /// <summary>Keeps a proposal; its key.</summary>
    /// <exception cref="Problem">Something stands against it, a decision is missing, or it was proposed already.</exception>
    public async Task<Guid> ProposeAsync(SentMerge said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Note.Length > LongestNote)
            wrong.Add(("note", CasesProblems.TextTooLong));
        SentJson.RefuseIf(wrong);
        TwoFiles two;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            two = await merges.OpenAsync(connection, CaseScope.For(actor), said.Survivor, said.Absorbed, cancellationToken);
            await RequireHelpAsync(connection, said.Survivor, said.Absorbed, cancellationToken);
        }

        wrong.AddRange(MergeFields.Faults(two.Pairs, said.Decisions));
        SentJson.RefuseIf(wrong);
        LookOver(MergeFields.Merged(two.Pairs, said.Decisions), wrong);
        SentJson.RefuseIf(wrong);
        var (now, key) = (db.Time.GetUtcNow(), await keys.FindAsync(said.Survivor, cancellationToken) ?? throw CasesProblems.PersonInactive.With());
        var id = Guid.CreateVersion7(now);
        await LeaveAsync(two, actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.person.merge_proposed", ReadTrail.SubjectOf(said.Survivor), cancellationToken);
        change.Describe(new { merge = id, absorbed = said.Absorbed });
        if (await change.ExecuteAsync(
            """
            insert into cases_merges (id, survivor_id, absorbed_id, state, survivor_version, absorbed_version, proposed_at, proposed_by, version)
            values (@id, @Survivor, @Absorbed, 'proposed', @SurvivorVersion, @AbsorbedVersion, @now, @By, 1)
            on conflict do nothing
            """,
            new { id, said.Survivor, said.Absorbed, SurvivorVersion = two.Survivor.Row.Version, AbsorbedVersion = two.Absorbed.Row.Version, now, By = MergeFiles.NameOf(actor) }) == 0)
            throw MergeProblems.ProposedAlready.With();
        await seals.WriteAsync(change, key, id, MergeFiles.Seal, 1, new MergeContent { Decisions = said.Decisions, Note = said.Note.Trim() is { Length: > 0 } note ? note : null });
        await change.CommitAsync(cancellationToken);
        return id;
    }

    /// <summary>A merge; while it waits, both files with what was picked.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public async Task<ShownMerge> ShowAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        ShownMerge shown;
        TwoFiles? two = null;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var (row, survivor, absorbed) = await merges.FindAsync(connection, scope, id);
            // Free words and the names of fields tell of compartments.
            var content = await merges.MayReadAllAsync(connection, scope, row, cancellationToken) ? await merges.ContentAsync(connection, row, cancellationToken) : new MergeContent();
            if (row.State == MergeRow.Proposed)
                two = await merges.OpenAsync(connection, scope, row.SurvivorId, row.AbsorbedId, cancellationToken);
            var stayed = await merges.SeenOfAsync(connection, scope, content.Stayed, cancellationToken);
            shown = Of(row, survivor, absorbed, actor) with
            {
                Note = content.Note,
                Fields = two is null ? null : Fields(two, content.Decisions),
                Stayed = stayed.Count > 0 ? stayed : null,
            };
        }

        if (two is not null)
            await LeaveAsync(two, actor, cancellationToken);
        return shown;
    }

    /// <summary>Decides as the second person, and does it; the state after.</summary>
    /// <exception cref="Problem">It is one's own, something stands against it by now, or a file was changed since.</exception>
    public async Task<string> DecideAsync(Guid id, bool approve, Actor actor, CancellationToken cancellationToken)
    {
        MergeRow row;
        MergeContent content;
        TwoFiles? two = null;
        ConsentsAsRead? read = null;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            (row, _, _) = await merges.FindAsync(connection, CaseScope.For(actor), id);
            if (row.State != MergeRow.Proposed)
                throw MergeProblems.StateUnfit.With();
            if (approve && row.ProposedBy == MergeFiles.NameOf(actor))
                throw MergeProblems.OwnProposal.With();
            content = await merges.ContentAsync(connection, row, cancellationToken);
            if (approve)
            {
                two = await merges.OpenAsync(connection, CaseScope.For(actor), row.SurvivorId, row.AbsorbedId, cancellationToken);
                read = await RequireHelpAsync(connection, row.SurvivorId, row.AbsorbedId, cancellationToken);
            }
        }

        if (two is null)
        {
            await MoveAsync(row, "cases.person.merge_declined", "state = 'declined', decided_at = @now, decided_by = @By", actor, cancellationToken);
            return "declined";
        }

        // What was approved is what was looked at.
        if (two.Survivor.Row.Version != row.SurvivorVersion || two.Absorbed.Row.Version != row.AbsorbedVersion)
            throw PlatformProblems.Changed.With();
        await LeaveAsync(two, actor, cancellationToken);
        await steps.MergeAsync(row, content, two.OfSurvivor, MergeFields.Merged(two.Pairs, content.Decisions), actor, cancellationToken, read);
        return MergeRow.Done;
    }

    /// <summary>Asks to take a merge back.</summary>
    /// <exception cref="Problem">It is not done, or was asked already.</exception>
    public async Task AskUndoAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        MergeRow row;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            (row, _, _) = await merges.FindAsync(connection, CaseScope.For(actor), id);
            if (row.State != MergeRow.Done)
                throw MergeProblems.StateUnfit.With();
            if (await connection.ExecuteScalarAsync<long>("select count(*) from cases_merges where survivor_id = @SurvivorId and state in ('done', 'undo_asked') and survivor_version > @SurvivorVersion", new { row.SurvivorId, row.SurvivorVersion }) > 0)
                throw MergeProblems.LaterFirst.With();
        }

        await MoveAsync(row, "cases.person.unmerge_asked", "state = 'undo_asked', undo_asked_at = @now, undo_asked_by = @By", actor, cancellationToken);
    }

    /// <summary>Decides about it as the second person, and does it; the state after, and what stayed.</summary>
    /// <exception cref="Problem">It was not asked, one has asked it oneself, or something stands against it by now.</exception>
    public async Task<(string State, IReadOnlyList<StayedWork> Stayed)> DecideUndoAsync(Guid id, bool approve, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        MergeRow row;
        MergeContent content;
        bool mayReadAll;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            (row, _, _) = await merges.FindAsync(connection, scope, id);
            if (row.State != MergeRow.UndoAsked)
                throw MergeProblems.StateUnfit.With();
            if (approve && row.UndoAskedBy == MergeFiles.NameOf(actor))
                throw MergeProblems.OwnProposal.With();
            content = await merges.ContentAsync(connection, row, cancellationToken);
            mayReadAll = await merges.MayReadAllAsync(connection, scope, row, cancellationToken);
        }

        if (approve)
        {
            var stayed = await steps.UndoAsync(row, content, actor, cancellationToken);
            await using var connection = await db.ReadAsync(cancellationToken);
            return ("undone", mayReadAll ? await merges.SeenOfAsync(connection, scope, stayed, cancellationToken) : []);
        }

        await MoveAsync(row, "cases.person.unmerge_declined", "state = 'done', undo_asked_at = null, undo_asked_by = null", actor, cancellationToken);
        return (MergeRow.Done, []);
    }

    // Nobody is left alone by a merge: what was never to reach somebody by either file, holds for all of both.
    private async Task<ConsentsAsRead> RequireHelpAsync(DbConnection connection, Guid survivor, Guid absorbed, CancellationToken cancellationToken)
    {
        var (isLeft, read) = await left.OfOneFileAsync(connection, survivor, absorbed, cancellationToken);
        return isLeft ? read : throw MergeProblems.NobodyLeft.With();
    }

    private async Task<bool> ReadAsync(HttpContext context, Guid id, CancellationToken cancellationToken)
    {
        // Whoever does not reach it is told nothing of what they sent.
        await using (var connection = await db.ReadAsync(cancellationToken))
            await merges.FindAsync(connection, CaseScope.For(context.Actor()), id);
        var (said, _) = await SentJson.ReadAsync<SentMergeDecision>(context.Request, cancellationToken);
        return said.Approve ?? throw FormProblems.With(("approve", FormProblems.Missing));
    }

    // The clauses are constants of this class.
    private async Task MoveAsync(MergeRow row, string audit, string set, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        await using var change = await db.BeginAsync(actor, audit, ReadTrail.SubjectOf(row.SurvivorId), cancellationToken);
        change.Describe(new { merge = row.Id, absorbed = row.AbsorbedId });
        if (await change.ExecuteAsync("update cases_merges set " + set + ", version = version + 1 where id = @Id and version = @Version", new { now, By = MergeFiles.NameOf(actor), row.Id, row.Version }) == 0)
            throw PlatformProblems.Changed.With();
        await change.CommitAsync(cancellationToken);
    }

    private void LookOver(IReadOnlyDictionary<string, JsonElement> merged, List<(string, ProblemKind)> wrong)
    {
        var today = db.Time.Today;
        if (merged.TryGetValue(Compartments.Identity, out var identity))
            PersonChecks.Of(identity.Deserialize<PersonIdentity>(CaseJson.Options)!, today, wrong);
        if (merged.TryGetValue(Compartments.General, out var general))
            PersonChecks.Of(general.Deserialize<PersonGeneral>(CaseJson.Options)!, wrong);
        for (var at = 0; at < wrong.Count; at++)
            wrong[at] = ($"decisions.{wrong[at].Item1}", wrong[at].Item2);
    }

    private Task LeaveAsync(TwoFiles two, Actor actor, CancellationToken cancellationToken) => trail.LeaveAsync(
        actor, "correction", "file", [new Shown(two.Survivor.Row.Id, two.Survivor.Open), new Shown(two.Absorbed.Row.Id, two.Absorbed.Open)], cancellationToken);

    private static IReadOnlyList<ShownField> Fields(TwoFiles two, IReadOnlyDictionary<string, string> decisions) =>
        [.. two.Pairs.Select(pair => new ShownField(pair.Name, pair.Survivor, pair.Absorbed, pair.Choices, decisions.GetValueOrDefault(pair.Name)))];

    private static ShownMerge Of(MergeRow row, PersonRow survivor, PersonRow absorbed, Actor actor) => new()
    {
        Id = row.Id,
        Survivor = row.SurvivorId,
        SurvivorRef = survivor.PublicRef,
        Absorbed = row.AbsorbedId,
        AbsorbedRef = absorbed.PublicRef,
        State = row.State,
        ProposedAt = row.ProposedAt,
        DecidedAt = row.DecidedAt,
        UndoneAt = row.UndoneAt,
        Own = row.State switch { MergeRow.Proposed => row.ProposedBy == MergeFiles.NameOf(actor), MergeRow.UndoAsked => row.UndoAskedBy == MergeFiles.NameOf(actor), _ => false },
    };
}
