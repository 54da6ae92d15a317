using System.Data.Common;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Plan;

/// <summary>How somebody in danger stays safe.</summary>
internal sealed record SafetyContent
{
    /// <summary>By what danger announces itself.</summary>
    public string? Signs { get; init; }

    /// <summary>What the person does then.</summary>
    public string? Steps { get; init; }

    /// <summary>Where they are safe.</summary>
    public string? Places { get; init; }

    /// <summary>Who helps them.</summary>
    public string? Helpers { get; init; }

    /// <summary>How they may be reached without danger, and how never.</summary>
    public string? Reaching { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A safety plan as it is shown; null where there is none yet.</summary>
internal sealed record ShownSafety(int Version, DateTimeOffset? ChangedAt, SafetyContent? Plan)
{
    public override string ToString() => "•••";
}

/// <summary>
/// The safety plan of a case, for those alone who hold its right: to all others it is as if there were none. Each version is an entry that
/// follows the one before, as those of a note do, and the table tells it from them by its keyed mark alone.
/// </summary>
internal sealed class KeepSafetyPlan(NodeDb db, CaseEntries entries, ReadTrail trail)
{
    public const string Kind = "safety";
    private const string Root = OpenCase.Root + "/{id:guid}/safety-plan";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, KeepSafetyPlan safety, CancellationToken cancellationToken) =>
            {
                var shown = await safety.ShowAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
                return Results.Json(shown, CaseJson.Options);
            })
            .Needs(Compartments.Right(Compartments.Safety)).WithSummary("The safety plan of a case");
        routes.MapPut(Root, static async (HttpContext context, Guid id, KeepSafetyPlan safety, CancellationToken cancellationToken) =>
            {
                var entered = await safety.AdmitAsync(id, context.Actor(), cancellationToken);
                var version = RecordVersions.Meant(context);
                var (said, _) = await SentJson.ReadAsync<SafetyContent>(context.Request, cancellationToken);
                return context.Told(await safety.SaveAsync(entered, version, said, cancellationToken));
            })
            .Needs(Compartments.Right(Compartments.Safety)).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Writes the safety plan: {signs, steps, places, helpers, reaching}; If-Match names the version that was read, \"v0\" for the first");
    }

    /// <summary>The case, for somebody who may write its safety plan.</summary>
    /// <exception cref="Problem">Its safety plan is not theirs to see, which is as if there were no case; or not theirs to write.</exception>
    public async Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var entered = await SeeAsync(id, actor, cancellationToken);
        return entered.May(CasesRights.Edit) ? entered : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>The plan, once its reading is on the disk.</summary>
    /// <exception cref="Problem">It is not the reader's to see.</exception>
    public async Task<ShownSafety> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await SeeAsync(id, actor, cancellationToken);
        EntryRow? row;
        SafetyContent? content = null;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            row = await LastAsync(connection, entered);
            if (row is not null)
                content = (await entries.OpenAsync<SafetyContent>(connection, [row], cancellationToken)).GetValueOrDefault(row.Id);
        }

        await trail.LeaveAsync(actor, purpose, "case", [new Shown(entered.Row.PersonId, [entries.MarkOf(Compartments.Safety)])], cancellationToken);
        return new ShownSafety(row?.Number ?? 0, row?.CreatedAt, content);
    }

    /// <summary>Keeps it.</summary>
    /// <exception cref="Problem">Somebody else was first.</exception>
    public async Task<KeptEntry> SaveAsync(EnteredCase entered, int version, SafetyContent said, CancellationToken cancellationToken)
    {
        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        EntryRow? before;
        await using (var connection = await db.ReadAsync(cancellationToken))
            before = await LastAsync(connection, entered);
        if ((before?.Number ?? 0) != version)
            throw PlatformProblems.Changed.With();
        var row = new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = entered.Row.PersonId, Kind = Kind, State = "kept", Number = version + 1, Follows = before?.Id, ClosedAt = now };
        // The audit, too, has no other words for it than for a note.
        await using var change = await db.BeginAsync(entered.Actor, before is null ? "cases.note.written" : "cases.note.corrected", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, number = row.Number });
        // Of two who write the first at one time the second waits here, and finds it.
        await change.ExecuteAsync("update cases_cases set version = version where id = @CaseId", new { row.CaseId });
        if (before is null && await change.QuerySingleOrDefaultAsync<long>(
            "select count(*) from cases_entries where case_id = @CaseId and kind = 'note' and guard = @Guard", new { row.CaseId, Guard = entries.MarkOf(Compartments.Safety) }) > 0)
            throw PlatformProblems.Changed.With();
        await entries.AddAsync(change, key, row, Compartments.Safety, said, entered.Actor, now);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, row.Number);
    }

    private async Task<EntryRow?> LastAsync(DbConnection connection, EnteredCase entered) => (await entries.OfAsync(connection, entered, Kind)).MaxBy(row => row.Number);

    private async Task<EnteredCase> SeeAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        return entered.Open.Contains(Compartments.Safety, StringComparer.Ordinal) ? entered : throw PlatformProblems.NotFound.With();
    }
}
