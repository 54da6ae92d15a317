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
using Tambo.Platform.Shell;

namespace Tambo.Cases.Plan;

/// <summary>A case conference: who sat together by their roles, what was said, and what was decided.</summary>
internal sealed record ConferenceContent
{
    public DateOnly On { get; init; }

    /// <summary>Codes of <see cref="HoldConference.Roles"/>; names of persons do not belong here.</summary>
    public IReadOnlyList<string> Participants { get; set; } = [];

    public string? Minutes { get; init; }

    /// <summary>Each becomes a task.</summary>
    public IReadOnlyList<PlanAction> Decisions { get; set; } = [];

    public string? Compartment { get; init; }

    public override string ToString() => "•••";
}

/// <summary>A conference as it is shown.</summary>
internal sealed record ShownConference(Guid Id, DateTimeOffset CreatedAt, ConferenceContent? Conference)
{
    public override string ToString() => "•••";
}

/// <summary>Writes down what a case conference decided; what it decided is to be done.</summary>
internal sealed class HoldConference(NodeDb db, CaseEntries entries, ReadTrail trail)
{
    public const string Kind = "conference";
    private const string Root = OpenCase.Root + "/{id:guid}/conferences";

    /// <summary>Who takes part, by role.</summary>
    public static IReadOnlyList<string> Roles { get; } =
        ["person", "guardian", "case_worker", "supervisor", "protection_specialist", "child_protection", "health", "psychologist", "lawyer", "interpreter", "shelter", "other"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, static async (HttpContext context, Guid id, HoldConference conferences, CancellationToken cancellationToken) =>
                Results.Json(new { conferences = await conferences.ListAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
            .Needs(CasesRights.Read).WithSummary("The conferences of a case that are open to the reader");
        routes.MapPost(Root, static async (HttpContext context, Guid id, HoldConference conferences, CancellationToken cancellationToken) =>
            {
                var entered = await conferences.AdmitAsync(id, context.Actor(), cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<ConferenceContent>(context.Request, cancellationToken);
                return context.Made(await conferences.RunAsync(entered, said, wrong, cancellationToken));
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Writes down a case conference: {on, participants: [role], minutes, decisions: [{what, responsible, dueAt}], compartment}");
    }

    /// <summary>The case, for somebody who may write in it.</summary>
    public Task<EnteredCase> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken) => entries.EnterOpenAsync(id, actor, cancellationToken, CasesRights.Edit);

    /// <summary>Keeps it, with a task for each decision.</summary>
    /// <exception cref="Problem">Something is wrong with what was said.</exception>
    public async Task<KeptEntry> RunAsync(EnteredCase entered, ConferenceContent said, List<(string Field, ProblemKind Kind)> wrong, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        // Offices of one node may lie in zones ahead of its own.
        if (said.On == default || said.On > db.Time.DayOf(now).AddDays(1))
            wrong.Add(("on", CasesProblems.DateUnfit));
        if (said.Participants.Count == 0)
            wrong.Add(("participants", FormProblems.Missing));
        if (said.Participants.Any(role => !Roles.Contains(role, StringComparer.Ordinal)))
            wrong.Add(("participants", CasesProblems.CodeUnknown));
        if (said.Decisions.Count > 20)
            wrong.Add(("decisions", CasesProblems.TooManyItems));
        if (said.Decisions.Any(decision => string.IsNullOrWhiteSpace(decision.What)))
            wrong.Add(("decisions", FormProblems.Missing));
        SentJson.RefuseIf(wrong);
        var compartment = entered.Compartment(said.Compartment);
        await entries.RequireResponsibleAsync(entered, said.Decisions.Select(decision => (decision.Responsible, compartment)), "decisions", cancellationToken);
        var key = await entries.KeyOfAsync(entered.Row.PersonId, cancellationToken);
        var row = new EntryRow { Id = Guid.CreateVersion7(now), CaseId = entered.Row.Id, PersonId = entered.Row.PersonId, Kind = Kind, State = "held", ClosedAt = now };
        var decisions = said.Decisions.Select(decision => decision with { Id = Guid.CreateVersion7(now) }).ToList();
        await using var change = await db.BeginAsync(entered.Actor, "cases.conference.held", CaseEntries.SubjectOf(row.Id), cancellationToken);
        change.Describe(new { @case = row.CaseId, decisions = decisions.Count });
        await entries.AddAsync(change, key, row, compartment, said with { Decisions = decisions, Compartment = compartment }, entered.Actor, now);
        foreach (var decision in decisions)
        {
            await entries.AddAsync(
                change, key, KeepTasks.Row(entered, entered.Row.PersonId, $"decision:{decision.Id:D}", row.Id, decision.Responsible, decision.DueAt, now), compartment, new TaskContent { What = decision.What }, entered.Actor, now);
        }

        await change.CommitAsync(cancellationToken);
        return new KeptEntry(row.Id, row.State, row.Version);
    }

    /// <summary>The conferences, the last first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownConference>> ListAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        IReadOnlyList<EntryRow> rows;
        IReadOnlyDictionary<Guid, ConferenceContent> contents;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await entries.OfAsync(connection, entered, Kind);
            contents = await entries.OpenAsync<ConferenceContent>(connection, rows, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "case", rows.Select(row => new Shown(row.PersonId, [entries.CompartmentOf(row)])), cancellationToken);
        return [.. rows.Reverse().Select(row => new ShownConference(row.Id, row.CreatedAt, contents.GetValueOrDefault(row.Id)))];
    }
}
