using System.Data.Common;
using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Reading;
using Tambo.Cases.Referrals;
using Tambo.Cases.Register;
using Tambo.Guide.Directory;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Plan;

/// <summary>What somebody decides who was asked: yes, or no with the reason.</summary>
internal sealed record SentDecision
{
    public bool Approve { get; init; }

    public string? Reason { get; init; }

    public override string ToString() => "•••";
}

/// <summary>
/// The plan of a case: written, submitted, and approved or sent back by another person. What is changed in an approved plan makes
/// a new version that is approved anew; actions become tasks only once they are approved.
/// </summary>
internal sealed class KeepPlan(NodeDb db, CaseEntries entries, KeepTasks tasks, LiveDirectory directory, ReadTrail trail)
{
    public const string Kind = "plan";
    private const string Root = OpenCase.Root + "/{id:guid}/plan";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, KeepPlan plan, CancellationToken cancellationToken) =>
            {
                var shown = await plan.ShowAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken);
                if (shown is [var last, ..])
                    context.Response.Headers.ETag = RecordVersions.Tag(last.Version);
                return Results.Json(new { versions = shown }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).WithSummary("The versions of a case's plan, the last first, as far as they are open to the reader");
        routes.MapPut(Root, static async (HttpContext context, Guid id, KeepPlan plan, CancellationToken cancellationToken) =>
            {
                var entered = await plan.AdmitAsync(id, context.Actor(), cancellationToken);
                var version = RecordVersions.Meant(context);
                var (said, wrong) = await SentJson.ReadAsync<SentPlan>(context.Request, cancellationToken);
                return context.Told(await plan.SaveAsync(entered, version, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Writes the plan: {needs: [{id, code, origin, note, goal, indicator, agreed: yes | no | not_yet, agreedOn, targetDate, state, actions: [{id, what, service, responsible, dueAt}]}], reviews: [day]}; If-Match names the version that was read, \"v0\" for the first");
        routes.MapPost(Root + "/submit", static async (HttpContext context, Guid id, KeepPlan plan, CancellationToken cancellationToken) =>
            {
                var entered = await plan.AdmitAsync(id, context.Actor(), cancellationToken);
                return context.Told(await plan.SubmitAsync(entered, RecordVersions.Meant(context), cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Submits the plan for approval by another person");
        routes.MapPost(Root + "/goals/{need:guid}", static async (HttpContext context, Guid id, Guid need, KeepPlan plan, CancellationToken cancellationToken) =>
            {
                var entered = await plan.AdmitAsync(id, context.Actor(), cancellationToken);
                var version = RecordVersions.Meant(context);
                var (said, wrong) = await SentJson.ReadAsync<SentGoal>(context.Request, cancellationToken);
                return context.Told(await plan.MoveGoalAsync(entered, need, version, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Says how far a goal of the plan is, and whether the person agrees with it: {agreed: yes | no | not_yet, agreedOn, state: open | reached | partly_reached | not_reached | dropped}; the plan stays approved");
        routes.MapPost(Root + "/decide", static async (HttpContext context, Guid id, KeepPlan plan, CancellationToken cancellationToken) =>
            {
                var entered = await plan.AdmitDecidingAsync(id, context.Actor(), cancellationToken);
                var version = RecordVersions.Meant(context);
                var (said, _) = await SentJson.ReadAsync<SentDecision>(context.Request, cancellationToken);
                return context.Told(await plan.DecideAsync(entered, version, said, cancellationToken));
            })
            .Needs(CasesRights.Approve).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Approves a submitted plan, or sends it back: {approve, reason}; never by whoever wrote or submitted it");
    }

    /// <summary>The case, for somebody who may write its plan.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterOpenAsync(id, actor, cancellationToken, CasesRights.Edit);

    /// <summary>The case, for somebody who may decide on its plan.</summary>
    public Task<EnteredCase> AdmitDecidingAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterOpenAsync(id, actor, cancellationToken, CasesRights.Approve);

    /// <summary>The versions, the last first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownPlan>> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        var shown = new List<ShownPlan>();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            var status = (await entries.OfAsync(connection, entered, KeepTasks.Kind)).Where(row => row.Mark.StartsWith("action:", StringComparison.Ordinal))
                .GroupBy(row => row.Mark, StringComparer.Ordinal).ToDictionary(same => same.Key, same => (same.FirstOrDefault(row => row.ClosedAt is null) ?? same.Last()).State, StringComparer.Ordinal);
            foreach (var row in (await entries.OfAsync(connection, entered, Kind)).OrderByDescending(row => row.Number))
            {
                var contents = await entries.OpenAllAsync<PlanContent>(connection, row, entered.Open, cancellationToken);
                shown.Add(new ShownPlan(
                    row.Id, row.Number, row.State, row.Version, row.ChangedAt, row.DecidedAt, [.. Compartments.All.SelectMany(one => contents.GetValueOrDefault(one)?.Needs ?? []).Select(need => need with
                    {
                        Actions = [.. need.Actions.Select(action => action with { Status = status.GetValueOrDefault(KeepTasks.MarkOf(action), "planned") })],
                    })],
                    contents.GetValueOrDefault(entered.Seen.Home)?.Reviews ?? [], contents.GetValueOrDefault(entered.Seen.Home)?.ReturnedBecause));
            }
        }

        await trail.LeaveAsync(actor, purpose, "case", [new Shown(entered.Row.PersonId, entered.Seen.Open)], cancellationToken);
        return shown;
    }

    /// <summary>Keeps the plan; of an approved one a new version.</summary>
    /// <exception cref="Problem">It waits for approval, somebody else was first, or something is wrong with it.</exception>
    public async Task<KeptEntry> SaveAsync(EnteredCase entered, int version, SentPlan said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        var (moment, today) = (await directory.GetAsync(cancellationToken), db.Time.Today);
        var (last, contents) = await LastAsync(entered, cancellationToken);
        // A service that stands in the plan stays there, whether it closed since or whoever writes may not know of it.
        var standing = contents.Values.SelectMany(content => content.Needs).SelectMany(need => need.Actions).ToLookup(action => action.Id, action => action.Service);
        said.LookOver((action, service) => standing[action.Id].Contains(action.Service) || ReceiverNames.Find(moment, service, entered.Actor) is not null, today, wrong);
        SentJson.RefuseIf(wrong);
        if (said.Needs.Any(need => !entered.Open.Contains(need.Compartment, StringComparer.Ordinal)))
            throw CasesProblems.CompartmentClosed.With();
        await entries.RequireResponsibleAsync(entered, said.Needs.SelectMany(need => need.Actions.Select(action => (action.Responsible, need.Compartment))), "responsible", cancellationToken);
        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        if ((last?.Version ?? 0) != version)
            throw PlatformProblems.Changed.With();
        if (last?.State == "submitted")
            throw PlanProblems.Submitted.With();
        var written = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var needs = said.Needs.Select(need => PlanGoals.Dated(need, written) with { Id = Named(need.Id), Actions = [.. need.Actions.Select(action => action with { Id = Named(action.Id), Status = null })] }).ToLookup(need => need.Compartment);
        var anew = last is null or { State: "approved" };
        var row = anew
            ? new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = entered.Row.PersonId, Kind = Kind, State = "draft", Number = (last?.Number ?? 0) + 1, OwnerId = entered.Actor.UserId, Version = version + 1 }
            : last! with { State = "draft", OwnerId = entered.Actor.UserId };
        var before = anew ? [] : contents.GetValueOrDefault(entered.Seen.Home)?.Writers ?? [];
        IReadOnlyList<string> writers = [.. before.Append(CaseEntries.NameOf(entered.Actor)).Distinct(StringComparer.Ordinal)];
        IReadOnlyList<string> reviews = said.Reviews is { } days ? [.. days.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)] : contents.GetValueOrDefault(entered.Seen.Home)?.Reviews ?? [];
        await using var change = await db.BeginAsync(entered.Actor, "cases.plan.written", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, number = row.Number });
        if (anew)
            await entries.AddAsync(change, key, row, entered.Seen.Home, new PlanContent(), entered.Actor, now);
        else
            await CaseEntries.MoveAsync(change, row, now);
        // What is closed to whoever writes stays as it is, in the new version too.
        foreach (var compartment in contents.Keys.Concat(needs.Select(group => group.Key)).Append(entered.Seen.Home).Distinct(StringComparer.Ordinal).ToList())
        {
            var kept = entered.Open.Contains(compartment, StringComparer.Ordinal) ? [.. needs[compartment]] : contents[compartment].Needs;
            await entries.WriteAsync(
                change, key, row.Id, compartment, version + 1,
                compartment == entered.Seen.Home ? new PlanContent { Needs = kept, Writers = writers, Reviews = reviews } : new PlanContent { Needs = kept });
        }

        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, "draft", version + 1);

        Guid Named(Guid id) => id == Guid.Empty ? Guid.CreateVersion7(now) : id;
    }

    /// <summary>Says how far a goal is; what was approved stays so.</summary>
    /// <exception cref="Problem">It waits for approval, there is no such goal for this reader, or somebody else was first.</exception>
    public async Task<KeptEntry> MoveGoalAsync(EnteredCase entered, Guid need, int version, SentGoal said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        PlanGoals.LookOver(said.Agreed, said.AgreedOn, said.State, db.Time.Today, "", wrong);
        SentJson.RefuseIf(wrong);
        var (row, contents) = await MeantAsync(entered, version, cancellationToken);
        if (row.State == "submitted")
            throw PlanProblems.Submitted.With();
        var of = contents.FirstOrDefault(one => entered.Open.Contains(one.Key, StringComparer.Ordinal) && one.Value.Needs.Any(known => known.Id == need));
        if (of.Value is null)
            throw PlatformProblems.NotFound.With();
        var today = db.Time.Today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return await StepAsync(
            entered, row, "cases.plan.goal_moved",
            (change, key, _) => entries.WriteAsync(change, key, row.Id, of.Key, row.Version + 1, of.Value with
            {
                Needs = [.. of.Value.Needs.Select(known => known.Id != need ? known : PlanGoals.Dated(
                    known with { Agreed = said.Agreed ?? known.Agreed, AgreedOn = said.Agreed is null ? said.AgreedOn ?? known.AgreedOn : said.AgreedOn, State = said.State ?? known.State }, today))],
            }),
            cancellationToken);
    }

    /// <summary>Hands the plan to another person.</summary>
    /// <exception cref="Problem">There is none, it is empty, or not to be submitted.</exception>
    public async Task<KeptEntry> SubmitAsync(EnteredCase entered, int version, CancellationToken cancellationToken)
    {
        var (row, contents) = await MeantAsync(entered, version, cancellationToken);
        if (row.State is not ("draft" or "returned"))
            throw PlanProblems.StepUnfit.With();
        if (contents.Values.All(content => content.Needs.Count == 0))
            throw PlanProblems.Empty.With();
        return await StepAsync(entered, row with { State = "submitted", OwnerId = entered.Actor.UserId }, "cases.plan.submitted", null, cancellationToken);
    }

    /// <summary>Approves it, so that its actions become tasks; or sends it back.</summary>
    /// <exception cref="Problem">It is not submitted, it is one's own, not all of it is open, or a reason is missing.</exception>
    public async Task<KeptEntry> DecideAsync(EnteredCase entered, int version, SentDecision said, CancellationToken cancellationToken)
    {
        var (row, contents) = await MeantAsync(entered, version, cancellationToken);
        // Nobody approves what they do not see; and whoever may not is not told which part it is, nor that there is one.
        if (contents.Any(one => one.Value.Needs.Count > 0 && !entered.Open.Contains(one.Key, StringComparer.Ordinal)))
            throw PlatformProblems.Forbidden.With();
        if (row.State != "submitted")
            throw PlanProblems.StepUnfit.With();
        if (IsOwn(row, entered.Actor) || contents.GetValueOrDefault(entered.Seen.Home)?.Writers.Contains(CaseEntries.NameOf(entered.Actor), StringComparer.Ordinal) == true)
            throw PlanProblems.SamePerson.With();
        if (!said.Approve && string.IsNullOrWhiteSpace(said.Reason))
            throw FormProblems.With(("reason", FormProblems.Missing));
        var decided = row with { DecidedBy = CaseEntries.NameOf(entered.Actor), DecidedAt = db.Time.GetUtcNow(), State = said.Approve ? "approved" : "returned" };
        return await StepAsync(
            entered,
            decided,
            said.Approve ? "cases.plan.approved" : "cases.plan.returned",
            async (change, key, now) =>
            {
                if (!said.Approve)
                {
                    var main = contents.GetValueOrDefault(entered.Seen.Home) ?? new PlanContent();
                    await entries.WriteAsync(change, key, row.Id, entered.Seen.Home, row.Version + 1, main with { ReturnedBecause = said.Reason });
                    return;
                }

                await change.ExecuteAsync(
                    "update cases_entries set state = 'replaced', closed_at = @now, changed_at = @now, version = version + 1 where case_id = @CaseId and kind = 'plan' and state = 'approved' and id <> @Id",
                    new { now, row.CaseId, row.Id });
                await tasks.FollowPlanAsync(change, key, entered, row.Id, [.. contents.Values.SelectMany(content => content.Needs)], now, cancellationToken);
                await tasks.FollowReviewsAsync(change, key, entered, row.Id, contents.GetValueOrDefault(entered.Seen.Home)?.Reviews ?? [], now);
            },
            cancellationToken);
    }

    /// <summary>True when somebody wrote or submitted this version.</summary>
    public static bool IsOwn(EntryRow row, Actor actor) => row.CreatedBy == CaseEntries.NameOf(actor) || (row.OwnerId is { } by && by == actor.UserId);

    /// <summary>The last version, with everything that is in it, whoever may see it; for rules alone.</summary>
    public async Task<(EntryRow? Row, IReadOnlyDictionary<string, PlanContent> Contents)> LastAsync(EnteredCase entered, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<EntryRow>("select * from cases_entries where case_id = @Id and kind = 'plan' order by number desc limit 1", new { entered.Row.Id });
        return (row, row is null ? new Dictionary<string, PlanContent>() : await entries.OpenAllAsync<PlanContent>(connection, row, Compartments.All, cancellationToken));
    }

    private async Task<(EntryRow Row, IReadOnlyDictionary<string, PlanContent> Contents)> MeantAsync(EnteredCase entered, int version, CancellationToken cancellationToken)
    {
        var (row, contents) = await LastAsync(entered, cancellationToken);
        return row is null ? throw PlanProblems.StepUnfit.With() : row.Version == version ? (row, contents) : throw PlatformProblems.Changed.With();
    }

    private async Task<KeptEntry> StepAsync(EnteredCase entered, EntryRow row, string code, Func<Change, DataKey, DateTimeOffset, Task>? also, CancellationToken cancellationToken)
    {
        var (now, key) = (db.Time.GetUtcNow(), await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken));
        await using var change = await db.BeginAsync(entered.Actor, code, CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, number = row.Number });
        var version = await CaseEntries.MoveAsync(change, row, now);
        if (also is not null)
            await also(change, key, now);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, version);
    }
}
