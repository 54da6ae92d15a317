using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Screening;

/// <summary>A screening as it is sent.</summary>
internal sealed record SentScreening
{
    /// <summary>Of questions that have none nobody asked.</summary>
    public IReadOnlyList<SentAnswer> Answers { get; set; } = [];

    /// <summary>Another urgency than the rules say, with the reason.</summary>
    public SentOverride? Override { get; init; }

    /// <summary>How the person was talked with.</summary>
    public ScreeningCircumstances? Circumstances { get; init; }

    /// <summary>By which day somebody wants to ask again, yyyy-MM-dd; the earlier one counts, of this and of what the rules ask for.</summary>
    public string FollowUpOn { get; set; } = "";

    public override string ToString() => "•••";
}

/// <summary>Another urgency than the rules say: emergency, urgent or normal; and why.</summary>
internal sealed record SentOverride(string Urgency, string Reason)
{
    public override string ToString() => "•••";
}

/// <summary>A screening as it is shown: that it was done, how urgent help is, and the rest where all of it is open.</summary>
internal sealed record ShownScreening
{
    public required Guid Id { get; init; }

    public required Guid Person { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The one that counts.</summary>
    public required string Urgency { get; init; }

    /// <summary>By when somebody asks again; null when nobody has to.</summary>
    public DateTimeOffset? FollowUpAt { get; init; }

    /// <summary>What has to be known of the answers: overheard, relative, untrained, not_as_asked; null where they are closed.</summary>
    public IReadOnlyList<string>? Warnings => Screening is null ? null : Screening.Circumstances?.Warnings ?? [];

    /// <summary>Answers, facts, result and what was decided beside it; null where any of it is closed.</summary>
    public KeptScreening? Screening { get; init; }

    /// <summary>What counts of it now, with all that was decided beside it.</summary>
    public ScreeningStanding? Standing { get; init; }

    public override string ToString() => "•••";
}

/// <summary>Reads a person's answers by the rules, and keeps both.</summary>
internal sealed class RecordScreening(NodeDb db, DataKeys keys, SealedRecords seals, PersonFiles files, CaseGuards guards, ReadTrail trail, SurroundingsFile around)
{
    public const string Root = RegisterPerson.Root + "/{id:guid}/screenings";
    private const int MostAnswers = 1000;
    private const int LatestDays = 366;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(Root, static async (HttpContext context, Guid id, RecordScreening record, CancellationToken cancellationToken) =>
        {
            var seen = await record.AdmitAsync(id, context.Actor(), cancellationToken);
            var (said, wrong) = await SentJson.ReadAsync<SentScreening>(context.Request, cancellationToken);
            return Results.Json(await record.RunAsync(seen, said, wrong, context.Actor(), cancellationToken), CaseJson.Options, statusCode: StatusCodes.Status201Created);
        })
        .Needs(CasesRights.Screen).DoneOnceInSecret().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Screens a person: {answers: [{question, way: said | observed | declined | not_asked, values}], override: {urgency, reason}, circumstances: {setting, area, private: yes | no | not_known, interpreter: none | professional | telephone | staff | relative, trained: yes | no, asAsked: yes | no | not_asked}, followUpOn}; answers with the result");

    /// <summary>The person, for somebody who may screen them.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to screen.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!seen.Allows(scope, CasesRights.Screen))
            throw PlatformProblems.Forbidden.With();
        return seen.Row.Status == PersonRow.Active ? seen : throw CasesProblems.PersonInactive.With();
    }

    /// <summary>What the record says that rules read, once the audit has the line of this reading.</summary>
    /// <param name="seen">Whose it is.</param>
    /// <param name="circumstances">How and where the person is talked with; null when nobody said.</param>
    /// <param name="actor">Who reads it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async Task<KnownOfPerson> KnownAsync(SeenPerson seen, ScreeningCircumstances? circumstances, Actor actor, CancellationToken cancellationToken)
    {
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(seen.Row.Id, [Compartments.Identity, Compartments.General])], cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return await KnownOfPerson.ReadAsync(seals, connection, seen.Row.Id, around.Current, circumstances is { Area.Length: > 0 } said ? said.Area : seen.Row.Area, db.Time.Today, cancellationToken);
    }

    /// <summary>
    /// Keeps the screening, raises the open cases of the person to its urgency, and writes with it what <paramref name="also"/> and
    /// <paramref name="opening"/> write. Whoever asked the questions is shown once what the rules make of the answers.
    /// </summary>
    /// <exception cref="Problem">An answer is none of its question, or another urgency has no reason.</exception>
    public async Task<ShownScreening> RunAsync(
        SeenPerson seen, SentScreening said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken,
        Func<Change, Guid, Task>? also = null, Func<Change, KeptScreening, Task>? opening = null)
    {
        var (instruments, now, person) = (InstrumentSet.Shipped, db.Time.GetUtcNow(), seen.Row.Id);
        if (said.Answers.Count > MostAnswers)
            wrong.Add(("answers", CasesProblems.TooManyItems));
        SentJson.RefuseIf(wrong);
        var answers = KeptScreening.Read(instruments, said.Answers, wrong);
        if (said.Override is { } other)
        {
            if (Enum.GetValues<Urgency>().All(urgency => KeptScreening.Code(urgency) != other.Urgency))
                wrong.Add(("override.urgency", CasesProblems.CodeUnknown));
            if (string.IsNullOrWhiteSpace(other.Reason))
                wrong.Add(("override.reason", FormProblems.Missing));
        }

        said.Circumstances?.LookOver(wrong);
        var wanted = said.FollowUpOn.Length == 0 ? null : Birth.ReadDay(said.FollowUpOn);
        if (said.FollowUpOn.Length > 0 && (wanted is not { } on || on < db.Time.Today || on > db.Time.Today.AddDays(LatestDays)))
            wrong.Add(("followUpOn", CasesProblems.DateUnfit));
        SentJson.RefuseIf(wrong);
        var key = await keys.FindAsync(person, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        var known = await KnownAsync(seen, said.Circumstances, actor, cancellationToken);
        var result = Screen.Evaluate(instruments, [.. answers.Select(instruments.Read)], known.Facts);
        var compartments = ScreeningSeals.Of(result, answers);
        var kept = new KeptScreening
        {
            Compartments = compartments,
            Answers = said.Answers,
            Known = known,
            Instruments = instruments.Instruments.ToDictionary(instrument => instrument.Id, instrument => instrument.Version, StringComparer.Ordinal),
            Result = KeptScreening.Of(result),
            Circumstances = said.Circumstances is { IsEmpty: false } circumstances ? circumstances : null,
            Override = said.Override is { } decided ? new KeptOverride(actor.AuditName, decided.Urgency, decided.Reason) : null,
        };
        var urgency = kept.Override?.Urgency ?? kept.Result.Urgency;
        var rank = RankOf(urgency);
        var id = Guid.CreateVersion7(now);
        // What was said before others, or by a relative's mouth, is asked again.
        var followUp = result.FollowUpIsDue || kept.Circumstances is { Warnings.Count: > 0 } ? Register.Urgency.Due(rank, now) : (DateTimeOffset?)null;
        if (wanted is { } day && db.Time.EndOf(day) is var end && !(followUp <= end))
            followUp = end;
        await trail.LeaveAsync(actor, Purposes.Assistance, "file", [new Shown(person, seen.Open)], cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.screening.recorded", SubjectOf(id), cancellationToken);
        // Before anything is written: a step that it may lock waits for it, or was first, and a case that is opened with it holds its person too.
        await Family.HeldPersons.HoldAsync(db, change, [person]);
        await change.ExecuteAsync(
            "insert into cases_screenings (id, person_id, agency_id, at, urgency, follow_up_at, created_by, version) values (@id, @person, (select agency_id from cases_persons where id = @person), @now, @rank, @followUp, @By, 1)",
            new { id, person, now, rank, followUp, By = actor.AuditName });
        await seals.WriteAsync(change, key, id, compartments[0], 1, kept);
        await Register.Urgency.RaiseAsync(change, guards, person, rank, now);
        if (opening is not null)
            await opening(change, kept);
        if (also is not null)
            await also(change, id);
        await SettledScreenings.RecordedAsync(change, id, person, now, guards.Of(Compartments.Consular));
        await change.CommitAsync(cancellationToken);
        return new ShownScreening { Id = id, Person = person, At = now, Urgency = urgency, FollowUpAt = followUp, Screening = kept.For(seen.Open), Standing = kept.Standing };
    }

    /// <summary>How the audit names a screening.</summary>
    public static string SubjectOf(Guid id) => $"screening:{id:D}";

    /// <summary>The place of an urgency among those of cases, the most urgent first.</summary>
    public static int RankOf(string urgency) => Register.Urgency.RankOf(char.ToUpperInvariant(urgency[0]) + urgency[1..]);
}
