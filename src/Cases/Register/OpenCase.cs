using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Persons;
using Tambo.Cases.Screening;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Register;

/// <summary>A case as it is sent.</summary>
internal sealed record SentCase
{
    /// <summary>The person it is about; of several, the one whose key seals it.</summary>
    public Guid Person { get; init; }

    public IReadOnlyList<Guid> OtherPersons { get; set; } = [];

    public string Type { get; set; } = "protection";

    public string Urgency { get; set; } = Register.Urgency.Normal;

    /// <summary>By when; by itself what the urgency asks for.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public IReadOnlyList<string> Profiles { get; set; } = [];

    public string? Note { get; init; }

    /// <summary>One of <see cref="Register.Confidentiality.All"/>.</summary>
    public string Confidentiality { get; set; } = Register.Confidentiality.Standard;

    public override string ToString() => "•••";
}

/// <summary>A case that may be opened: of whom, where it lies, and the key that seals it.</summary>
internal sealed record ReadyCase(Guid Id, IReadOnlyList<Guid> Persons, CaseRow Row, DataKey Key, string Home, DateTimeOffset Now);

/// <summary>Opens a case for a person. Whoever tells of a need does not have to be somebody who may see it afterwards.</summary>
internal sealed class OpenCase(NodeDb db, DataKeys keys, SealedRecords seals, PersonFiles files, CaseGuards guards)
{
    public const string Root = "/api/cases";
    private const int MostPersons = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(Root, static async (HttpContext context, OpenCase open, CancellationToken cancellationToken) =>
        {
            var (said, wrong) = await SentJson.ReadAsync<SentCase>(context.Request, cancellationToken);
            var kept = await open.RunAsync(said, wrong, context.Actor(), cancellationToken);
            context.Response.Headers.ETag = RecordVersions.Tag(kept.Version);
            return Results.Json(kept, CaseJson.Options, statusCode: StatusCodes.Status201Created);
        })
        .Needs(CasesRights.Register).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Opens a case: {person, otherPersons, type, urgency: Emergency | Urgent | Normal, dueAt, profiles, note, confidentiality: standard | restricted}");

    /// <summary>Keeps the case, and with it what <paramref name="also"/> writes.</summary>
    /// <exception cref="Problem">A person is out of reach, or something is wrong with what was said.</exception>
    public async Task<Kept> RunAsync(
        SentCase said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken, Func<Change, Kept, Task>? also = null)
    {
        var ready = await ReadyAsync(said, wrong, actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.case.opened", SubjectOf(ready.Id), cancellationToken);
        var kept = await WriteAsync(change, ready, said, actor);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }

    /// <summary>Looks whether it may be opened; nothing is kept yet.</summary>
    /// <exception cref="Problem">A person is out of reach, or something is wrong with what was said.</exception>
    public async Task<ReadyCase> ReadyAsync(SentCase said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var scope = CaseScope.For(actor);
        LookOver(said, wrong);
        SentJson.RefuseIf(wrong);
        Guid[] persons = [said.Person, .. said.OtherPersons.Where(other => other != said.Person).Distinct()];
        IReadOnlyDictionary<Guid, SeenPerson> seen;
        await using (var connection = await db.ReadAsync(cancellationToken))
            seen = await files.FindAsync(connection, scope, persons);
        if (!seen.TryGetValue(said.Person, out var first))
            throw FormProblems.With(("person", CasesProblems.PersonUnknown));
        if (persons.Any(person => !seen.ContainsKey(person)))
            throw FormProblems.With(("otherPersons", CasesProblems.PersonUnknown));
        if (seen.Values.Any(person => !person.Allows(scope, CasesRights.Register)))
            throw PlatformProblems.Forbidden.With();
        if (seen.Values.Any(person => person.Row.Status != PersonRow.Active)
            || await keys.FindAsync(said.Person, cancellationToken) is not { } key)
            throw CasesProblems.PersonInactive.With();
        var home = CaseKinds.Homes[said.Type];
        var row = new CaseRow { OwnerId = actor.UserId, TeamId = first.Row.TeamId, AgencyId = first.Row.AgencyId, AreaPath = first.Row.AreaPath, Restricted = said.Confidentiality == Confidentiality.Restricted };
        // Somebody has to look after it: not whoever may not even see it.
        if (!scope.SeesCase(row.Place, home) || !scope.May(CasesRights.Edit, row.Place))
            row = row with { OwnerId = null };
        return new ReadyCase(Guid.CreateVersion7(now), persons, row with { Area = first.Row.Area }, key, home, now);
    }

    /// <summary>Writes the case into a change; its urgency and profiles may be said by then.</summary>
    /// <exception cref="Problem">A person was merged or erased since it was looked.</exception>
    public async Task<Kept> WriteAsync(Change change, ReadyCase ready, SentCase said, Actor actor)
    {
        var (id, persons, row, key, home, now) = ready;
        var (rank, reference) = (Urgency.RankOf(said.Urgency), PublicRef.New());
        // Who has an open case is somebody whom others may leave behind.
        await Family.HeldPersons.HoldAsync(db, change, persons);
        foreach (var one in persons.Order())
        {
            // The row is held until the end: whoever merges this file meanwhile comes before or after, never between.
            if (await change.ExecuteAsync("update cases_persons set version = version where id = @one and status = 'active'", new { one }) == 0)
                throw CasesProblems.PersonInactive.With();
            // Who is being erased has no case any more, though their row still stands.
            if (await change.QuerySingleOrDefaultAsync<long>("select count(*) from cases_erasures where person_id = @one and state <> 'asked'", new { one }) > 0)
                throw CasesProblems.PersonInactive.With();
        }

        await change.ExecuteAsync(
            """
            insert into cases_cases
                (id, public_ref, person_id, state, guard, urgency, due_at, owner_id, team_id, agency_id, restricted, area, area_path, created_at, created_by, changed_at, version)
            values (@id, @reference, @Person, 'identified', @Guard, @rank, @Due, @OwnerId, @TeamId, @AgencyId, @Restricted, @Area, @AreaPath, @now, @By, @now, 1)
            """,
            new
            {
                id,
                reference,
                said.Person,
                Guard = guards.Of(home),
                rank,
                Due = said.DueAt ?? Urgency.Due(rank, now),
                row.OwnerId,
                row.TeamId,
                row.AgencyId,
                Restricted = row.Restricted ? 1 : 0,
                row.Area,
                row.AreaPath,
                now,
                By = actor.AuditName,
            });
        await change.ExecuteAsync("insert into cases_case_persons (case_id, person_id) values (@Case, @Person)", persons.Select(person => new { Case = id, Person = person }).ToList());
        // What a consulate does for somebody is not what they were found to need.
        if (home != Compartments.Consular)
            await SettledScreenings.OpenedAsync(change, persons);
        await OwnersToLook.NoteCaseAsync(change, id);
        await NoteStateAsync(change, id, 1, CaseStates.Identified, actor, now);
        foreach (var (compartment, profiles) in ByCompartment(said.Profiles, [home]))
        {
            await seals.WriteAsync(change, key, id, compartment, 1, compartment == home
                ? new CaseContent { Type = said.Type, Note = said.Note, Profiles = profiles }
                : new CaseContent { Profiles = profiles });
        }

        return new Kept(id, reference, 1);
    }

    /// <summary>How the audit names a case.</summary>
    public static string SubjectOf(Guid id) => $"case:{id:D}";

    /// <summary>Profiles by the compartment they belong to, and compartments that are there in any event.</summary>
    public static IEnumerable<(string Compartment, IReadOnlyList<string> Profiles)> ByCompartment(IReadOnlyList<string> profiles, IEnumerable<string> always) =>
        profiles.Select(code => CaseKinds.Profiles[code]).Concat(always).Distinct(StringComparer.Ordinal)
            .Select(compartment => (compartment, (IReadOnlyList<string>)[.. profiles.Where(code => CaseKinds.Profiles[code] == compartment).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]));

    /// <summary>Keeps in which state the case is from a version on.</summary>
    public static Task NoteStateAsync(Change change, Guid id, int version, string state, Actor actor, DateTimeOffset now) => change.ExecuteAsync(
        "insert into cases_case_states (case_id, version, state, at, actor) values (@id, @version, @state, @now, @AuditName)", new { id, version, state, now, actor.AuditName });

    private static void LookOver(SentCase said, List<(string, ProblemKind)> wrong)
    {
        if (said.Person == Guid.Empty)
            wrong.Add(("person", FormProblems.Missing));
        if (said.OtherPersons.Count > MostPersons)
            wrong.Add(("otherPersons", CasesProblems.TooManyItems));
        if (!CaseKinds.Homes.ContainsKey(said.Type))
            wrong.Add(("type", CasesProblems.CodeUnknown));
        if (!Confidentiality.All.Contains(said.Confidentiality, StringComparer.Ordinal))
            wrong.Add(("confidentiality", CasesProblems.CodeUnknown));
        if (Urgency.RankOf(said.Urgency) < 0)
            wrong.Add(("urgency", CasesProblems.CodeUnknown));
        if (said.Profiles.Any(code => !CaseKinds.Profiles.ContainsKey(code)))
            wrong.Add(("profiles", CasesProblems.CodeUnknown));
    }
}
