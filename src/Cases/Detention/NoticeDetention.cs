using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Consent;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Detention;

/// <summary>
/// Somebody of a case is detained: a clock begins, whose rules are data. The consulate hears of it only when the person asks. A
/// child is not to be detained at all: the case becomes an emergency in the same moment and stands first on the supervisor's board.
/// </summary>
internal sealed class NoticeDetention(NodeDb db, CaseEntries entries, CaseFiles cases, CaseGuards guards, RecordConsent consents, ReadTrail trail)
{
    public const string Kind = "detention";

    /// <summary>By which detained children are found, as a keyed mark.</summary>
    public const string Child = "detained child";

    private const string Root = OpenCase.Root + "/{id:guid}/detentions";

    /// <summary>How the news came.</summary>
    public static IReadOnlyList<string> Sources { get; } = ["person", "family", "authority", "lawyer", "visit", "other"];

    /// <summary>How it ends.</summary>
    public static IReadOnlyList<string> Outcomes { get; } = ["released", "alternative", "transferred", "removed", "other"];

    /// <summary>What may be written down while it lasts.</summary>
    public static IReadOnlyList<string> Acts { get; } = ["told_right", "consulate_wanted", "consulate_declined", "legal_help", "alternatives", "review", "end"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, NoticeDetention notice, CancellationToken cancellationToken) =>
                Results.Json(new { detentions = await notice.ListAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The detentions noticed in a case");
        routes.MapPost(Root, static async (HttpContext context, Guid id, NoticeDetention notice, CancellationToken cancellationToken) =>
            {
                var entered = await notice.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentDetention>(context.Request, cancellationToken);
                return context.Made(await notice.RunAsync(entered, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Notices that somebody of a case is detained: {person, place, authority, since, source: person | family | authority | lawyer | visit | other, note}");
        routes.MapPost(Root + "/{entry:guid}/steps", static async (HttpContext context, Guid id, Guid entry, NoticeDetention notice, CancellationToken cancellationToken) =>
            {
                var entered = await notice.AdmitAsync(id, context.Actor(), cancellationToken);
                var (version, row) = (RecordVersions.Meant(context), await notice.FindAsync(entered, entry, cancellationToken));
                var (said, wrong) = await SentJson.ReadAsync<SentDetentionStep>(context.Request, cancellationToken);
                return context.Told(await notice.StepAsync(entered, row, version, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Writes down what was done: {act: told_right | consulate_wanted | consulate_declined | legal_help | alternatives | review | end, note, nextReview, outcome}");
    }

    /// <summary>The case, for somebody who may write in it.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterOpenAsync(id, actor, cancellationToken, CasesRights.Edit);

    /// <summary>A detention of the case.</summary>
    /// <exception cref="Problem">There is none for this reader.</exception>
    public Task<EntryRow> FindAsync(EnteredCase entered, Guid id, CancellationToken cancellationToken) => entries.FindAsync(entered, Kind, id, cancellationToken);

    /// <summary>Keeps the notice and starts its clock.</summary>
    /// <exception cref="Problem">The person is not of this case, or something is wrong with what was said.</exception>
    public async Task<KeptEntry> RunAsync(EnteredCase entered, SentDetention said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var person = said.Person ?? Guid.Empty;
        if (string.IsNullOrWhiteSpace(said.Place))
            wrong.Add(("place", FormProblems.Missing));
        if (!Sources.Contains(said.Source, StringComparer.Ordinal))
            wrong.Add(("source", CasesProblems.CodeUnknown));
        if (said.Since > now.AddDays(1))
            wrong.Add(("since", CasesProblems.DateUnfit));
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (said.Person is null)
                person = await MergedFiles.LeadAsync(connection, entered.Row.PersonId);
            if (!(await cases.PersonsAsync(connection, [entered.Row.Id]))[entered.Row.Id].Contains(person))
                wrong.Add(("person", CasesProblems.PersonUnknown));
        }

        SentJson.RefuseIf(wrong);
        var key = await entries.KeyOfAsync(person, cancellationToken);
        // Of whom nobody is sure, the rules of a child hold.
        var child = await consents.IsChildAsync(person, now, cancellationToken);
        var days = child ? DetentionRules.Shipped.ReviewDays.Child : DetentionRules.Shipped.ReviewDays.Adult;
        var row = new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = person, Kind = Kind, State = "held", Mark = child ? guards.MarkOf(Child) : "", DueAt = now.AddDays(days) };
        await using var change = await db.BeginAsync(entered.Actor, "cases.detention.noticed", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId });
        await entries.AddAsync(change, key, row, entered.Seen.Home, new DetentionContent
        {
            Place = said.Place,
            Authority = said.Authority,
            Since = said.Since?.ToUniversalTime() ?? now,
            Source = said.Source,
            Note = said.Note,
            IsChild = child,
        }, entered.Actor, now);
        await ClockAsync(change, key, entered, row, DetentionRules.Shipped.For(child), now);
        // Nobody's version stands against an emergency.
        if (child)
        {
            await change.ExecuteAsync(
                "update cases_cases set urgency = 0, due_at = case when due_at < @Due then due_at else @Due end, changed_at = @now, version = version + 1 where id = @CaseId and closed_at is null",
                new { Due = now.AddHours(DetentionRules.Shipped.For(child).Min(rule => rule.Hours)), now, row.CaseId });
            change.AlsoRecord("cases.case.changed", OpenCase.SubjectOf(row.CaseId));
        }

        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, row.Version);
    }

    /// <summary>Writes down a step; at the end nothing of its clock is left open.</summary>
    /// <exception cref="Problem">It is over already, somebody else was first, or something is wrong with what was said.</exception>
    public async Task<KeptEntry> StepAsync(EnteredCase entered, EntryRow row, int version, SentDetentionStep said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        if (!Acts.Contains(said.Act, StringComparer.Ordinal))
            wrong.Add(("act", CasesProblems.CodeUnknown));
        if (said.Act is "alternatives" or "review" && string.IsNullOrWhiteSpace(said.Note))
            wrong.Add(("note", FormProblems.Missing));
        if (said.Act == "end" && !Outcomes.Contains(said.Outcome, StringComparer.Ordinal))
            wrong.Add(("outcome", CasesProblems.CodeUnknown));
        if (said.NextReview <= now)
            wrong.Add(("nextReview", CasesProblems.DateUnfit));
        SentJson.RefuseIf(wrong);
        if (row.Version != version)
            throw PlatformProblems.Changed.With();
        if (row.State != "held")
            throw PlanProblems.StepUnfit.With();
        var key = await entries.KeyOfAsync(row.PersonId, cancellationToken);
        DetentionContent content;
        await using (var connection = await db.ReadAsync(cancellationToken))
            content = (await entries.OpenAsync<DetentionContent>(connection, [row], cancellationToken)).GetValueOrDefault(row.Id, new DetentionContent());
        // Sooner than the rules say, never later; whoever names a day means all of it.
        var last = now.AddDays(content.IsChild ? DetentionRules.Shipped.ReviewDays.Child : DetentionRules.Shipped.ReviewDays.Adult);
        if (said.NextReview is { } wanted && db.Time.DayOf(wanted) > db.Time.DayOf(last))
            throw FormProblems.With(("nextReview", CasesProblems.ReviewTooLate));
        content = content with { Steps = [.. content.Steps, new DetentionStep(said.Act, now, said.Note)] };
        var after = row;
        await using var change = await db.BeginAsync(entered.Actor, said.Act == "end" ? "cases.detention.ended" : "cases.detention.moved", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId });
        switch (said.Act)
        {
            case "told_right":
                content = content with { ToldRight = true };
                await DoneAsync(change, row, ["tell_right"], "done", now);
                break;
            case "consulate_wanted":
                content = content with { ToldRight = true, ConsulateWanted = "yes" };
                await DoneAsync(change, row, ["tell_right"], "done", now);
                await ClockAsync(change, key, entered, row, DetentionRules.Shipped.Wanted, now);
                break;
            case "consulate_declined":
                content = content with { ToldRight = true, ConsulateWanted = "no" };
                await DoneAsync(change, row, ["tell_right"], "done", now);
                await DoneAsync(change, row, [.. DetentionRules.Shipped.Wanted.Select(rule => rule.Code)], "dropped", now);
                break;
            case "legal_help":
                await DoneAsync(change, row, ["legal_help", "child_legal_help"], "done", now);
                break;
            case "alternatives":
                await DoneAsync(change, row, ["alternatives"], "done", now);
                break;
            case "review":
                after = row with { DueAt = said.NextReview?.ToUniversalTime() ?? last };
                break;
            default:
                content = content with { Outcome = said.Outcome };
                after = row with { State = "ended", ClosedAt = now };
                await DoneAsync(change, row, [.. DetentionRules.Shipped.Rules.Select(rule => rule.Code)], "dropped", now);
                break;
        }

        var next = await CaseEntries.MoveAsync(change, after, now);
        await entries.WriteAsync(change, key, row.Id, entries.CompartmentOf(row), next, content);
        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, after.State, next);
    }

    /// <summary>The detentions, the last noticed first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownDetention>> ListAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        IReadOnlyList<EntryRow> rows;
        IReadOnlyDictionary<Guid, DetentionContent> contents;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await entries.OfAsync(connection, entered, Kind);
            contents = await entries.OpenAsync<DetentionContent>(connection, rows, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "case", rows.Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)])), cancellationToken);
        return [.. rows.Reverse().Select(row => new ShownDetention(
            row.Id, row.PersonId, row.State, row.Version, row.ClosedAt is null ? row.DueAt : null, row.ClosedAt is null && row.DueAt < db.Time.GetUtcNow(), contents.GetValueOrDefault(row.Id)))];
    }

    private async Task ClockAsync(Change change, DataKey key, EnteredCase entered, EntryRow detention, IReadOnlyList<DetentionRule> rules, DateTimeOffset now)
    {
        foreach (var rule in rules)
        {
            var mark = MarkOf(detention, rule.Code);
            if (await change.QuerySingleOrDefaultAsync<EntryRow>("select * from cases_entries where case_id = @CaseId and kind = 'task' and mark = @mark", new { detention.CaseId, mark }) is { } known)
            {
                // Who has changed their mind again: the same task is open again, with its time anew.
                if (known.ClosedAt is not null)
                    await CaseEntries.MoveAsync(change, known with { State = "open", ClosedAt = null, DueAt = now.AddHours(rule.Hours) }, now);
                continue;
            }

            await entries.AddAsync(
                change, key, KeepTasks.Row(entered, detention.PersonId, mark, detention.Id, entered.Row.OwnerId, now.AddHours(rule.Hours), now), entered.Seen.Home, new TaskContent { Rule = rule.Code }, entered.Actor, now);
        }
    }

    private async Task DoneAsync(Change change, EntryRow detention, IReadOnlyList<string> rules, string state, DateTimeOffset now)
    {
        foreach (var rule in rules)
        {
            await change.ExecuteAsync(
                "update cases_entries set state = @state, closed_at = @now, changed_at = @now, version = version + 1 where case_id = @CaseId and kind = 'task' and mark = @Mark and closed_at is null",
                new { state, now, detention.CaseId, Mark = MarkOf(detention, rule) });
        }
    }

    private string MarkOf(EntryRow detention, string rule) => guards.MarkOf($"{detention.Id:D} {rule}");
}
