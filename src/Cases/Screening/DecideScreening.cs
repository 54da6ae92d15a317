using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>Another decision about a screening.</summary>
internal sealed record SentDecision
{
    /// <summary>emergency, urgent, normal; nothing when it stays.</summary>
    public string? Urgency { get; init; }

    public IReadOnlyList<string> AddProfiles { get; set; } = [];

    public IReadOnlyList<string> RemoveProfiles { get; set; } = [];

    public string Reason { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>Locks that are to be lifted.</summary>
internal sealed record SentLift
{
    public IReadOnlyList<string> Locks { get; set; } = [];

    public string Reason { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>What the second person says.</summary>
internal sealed record SentLiftDecision
{
    public bool? Approve { get; init; }

    public string Note { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>
/// What people decide beside a screening that is kept: another urgency, profiles, and locks that two of them lift together. What
/// the rules made of the answers stays as it was.
/// </summary>
internal sealed class DecideScreening(NodeDb db, ScreeningFiles screenings, StandingLocks locks)
{
    public const int LongestReason = 5000;
    private const string One = RecordScreening.Root + "/{screening:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(One + "/decisions", static async (HttpContext context, Guid id, Guid screening, DecideScreening decide, CancellationToken cancellationToken) =>
            {
                var open = await decide.AdmitAsync(id, screening, null, context, cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentDecision>(context.Request, cancellationToken);
                return Results.Json(await decide.RunAsync(open, said, wrong, context.Actor(), cancellationToken), CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Decides otherwise than the rules of a screening: {urgency, addProfiles, removeProfiles, reason}; the result stays as it was computed");
        routes.MapPost(One + "/lifts", static async (HttpContext context, Guid id, Guid screening, DecideScreening decide, CancellationToken cancellationToken) =>
            {
                var open = await decide.AdmitAsync(id, screening, CasesRights.LiftLocks, context, cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentLift>(context.Request, cancellationToken);
                return Results.Json(await decide.AskAsync(open, said, wrong, context.Actor(), cancellationToken), CaseJson.Options, statusCode: StatusCodes.Status202Accepted);
            })
            .Needs(CasesRights.LiftLocks).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Asks to lift locks of a screening: {locks, reason}; they stand until a second person has decided");
        routes.MapPost(One + "/lifts/{lift:guid}/decide", static async (HttpContext context, Guid id, Guid screening, Guid lift, DecideScreening decide, CancellationToken cancellationToken) =>
            {
                var open = await decide.AdmitAsync(id, screening, CasesRights.LiftLocks, context, cancellationToken);
                var (said, wrong) = await SentJson.ReadAsync<SentLiftDecision>(context.Request, cancellationToken);
                return Results.Json(await decide.DecideAsync(open, lift, said, wrong, context.Actor(), cancellationToken), CaseJson.Options);
            })
            .Needs(CasesRights.LiftLocks).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(64 * 1024)
            .WithSummary("Decides, as a second person, about locks that somebody asked to lift: {approve: true | false, note}");
    }

    /// <summary>Keeps another decision.</summary>
    /// <exception cref="Problem">It has no reason, changes nothing, or names what is none.</exception>
    public async Task<ShownScreening> RunAsync(OpenScreening open, SentDecision said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Urgency is not (null or "emergency" or "urgent" or "normal"))
            wrong.Add(("urgency", CasesProblems.CodeUnknown));
        if (said.AddProfiles.Any(code => !ScreeningSeals.OfProfile.ContainsKey(code)))
            wrong.Add(("addProfiles", CasesProblems.CodeUnknown));
        if (said.RemoveProfiles.Any(code => !open.Kept.Standing.Profiles.Contains(code)) || said.RemoveProfiles.Intersect(said.AddProfiles).Any())
            wrong.Add(("removeProfiles", CasesProblems.CodeUnknown));
        if (said is { Urgency: null, AddProfiles.Count: 0, RemoveProfiles.Count: 0 })
            wrong.Add(("urgency", FormProblems.Missing));
        Reasoned(said.Reason, wrong);
        SentJson.RefuseIf(wrong);
        var compartments = ScreeningSeals.InOrder(open.Kept.Compartments.Concat(said.AddProfiles.Select(code => ScreeningSeals.OfProfile[code].Compartment)));
        if (!compartments.All(open.Seen.Open.Contains))
            throw CasesProblems.CompartmentClosed.With();
        var kept = open.Kept with
        {
            Compartments = compartments,
            Decisions = [.. open.Kept.Decisions, new KeptDecision(NameOf(actor), db.Time.GetUtcNow(), said.Urgency, [.. said.AddProfiles.Distinct()], [.. said.RemoveProfiles.Distinct()], said.Reason.Trim())],
        };
        await screenings.WriteAsync(open, kept, "cases.screening.decided", new { urgency = said.Urgency }, actor, cancellationToken);
        return ScreeningFiles.Shown(open, kept);
    }

    /// <summary>Keeps that somebody asks to lift locks: those of the screening, and those of what says by itself that the person asks for asylum.</summary>
    /// <exception cref="Problem">They do not stand, it was asked already, or it has no reason.</exception>
    public async Task<ShownScreening> AskAsync(OpenScreening open, SentLift said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Locks.Count == 0)
            wrong.Add(("locks", FormProblems.Missing));
        Reasoned(said.Reason, wrong);
        SentJson.RefuseIf(wrong);
        var (bySigns, signs) = await locks.OfSignsAsync(open.Seen.Row.Id, open.Seen.Open, cancellationToken);
        if (said.Locks.Any(one => !open.Kept.Standing.Locks.Contains(one) && !bySigns.Contains(one)))
            throw LiftProblems.NotLocked.With();
        if (open.Kept.Lifts.Any(lift => lift.State == KeptLift.Asked && lift.Locks.Intersect(said.Locks).Any()))
            throw LiftProblems.AskedAlready.With();
        var now = db.Time.GetUtcNow();
        var kept = open.Kept with { Lifts = [.. open.Kept.Lifts, new KeptLift(Guid.CreateVersion7(now), [.. said.Locks.Distinct()], NameOf(actor), now, said.Reason.Trim()) { Knew = signs }] };
        await screenings.WriteAsync(open, kept, "cases.screening.lift_asked", new { lift = kept.Lifts[^1].Id }, actor, cancellationToken);
        return ScreeningFiles.Shown(open, kept);
    }

    /// <summary>Keeps what the second person decides.</summary>
    /// <exception cref="Problem">There is nothing to decide, or they have asked it themselves.</exception>
    public async Task<ShownScreening> DecideAsync(OpenScreening open, Guid lift, SentLiftDecision said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Approve is null)
            wrong.Add(("approve", FormProblems.Missing));
        if (said.Note.Length > LongestReason)
            wrong.Add(("note", CasesProblems.TextTooLong));
        SentJson.RefuseIf(wrong);
        var asked = open.Kept.Lifts.FirstOrDefault(one => one.Id == lift) ?? throw PlatformProblems.NotFound.With();
        if (asked.State != KeptLift.Asked)
            throw LiftProblems.DecidedAlready.With();
        var approve = said.Approve!.Value;
        if (approve && asked.By == NameOf(actor))
            throw LiftProblems.OwnRequest.With();
        if (approve && ScreeningStanding.LockedAt(open.Kept) is var since && asked.Locks.Any(one => since.TryGetValue(one, out var at) && at > asked.At))
            throw LiftProblems.LockedSince.With();
        // What came after one of them looked, or is closed to one of them, nobody has decided about.
        var (_, signs) = await locks.OfSignsAsync(open.Seen.Row.Id, open.Seen.Open, cancellationToken);
        var decided = asked with
        {
            Knew = [.. signs.Where(sign => asked.Knew?.Contains(sign, StringComparer.Ordinal) != false)],
            State = approve ? KeptLift.Lifted : "declined",
            DecidedBy = NameOf(actor),
            DecidedAt = db.Time.GetUtcNow(),
            Note = said.Note.Trim() is { Length: > 0 } note ? note : null,
        };
        var kept = open.Kept with { Lifts = [.. open.Kept.Lifts.Select(one => one.Id == lift ? decided : one)] };
        await screenings.WriteAsync(open, kept, approve ? "cases.screening.lifted" : "cases.screening.lift_declined", new { lift }, actor, cancellationToken);
        return ScreeningFiles.Shown(open, kept);
    }

    private Task<OpenScreening> AdmitAsync(Guid person, Guid screening, string? right, HttpContext context, CancellationToken cancellationToken) =>
        screenings.OpenAsync(person, screening, right, context.Actor(), cancellationToken);

    private static void Reasoned(string reason, List<(string, ProblemKind)> wrong)
    {
        if (string.IsNullOrWhiteSpace(reason))
            wrong.Add(("reason", FormProblems.Missing));
        if (reason.Length > LongestReason)
            wrong.Add(("reason", CasesProblems.TextTooLong));
    }

    // A program with somebody's token decides for them: two of its kind are one person.
    private static string NameOf(Actor actor) => actor.UserId is { } user ? $"user:{user:D}" : actor.AuditName;
}
