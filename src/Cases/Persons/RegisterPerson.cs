using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using System.Text.Json.Nodes;
using Tambo.Cases.Access;
using Tambo.Cases.Questions;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Access.Users;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Persons;

/// <summary>What was kept: how it is found again, and nothing of what it says.</summary>
internal sealed record Kept(Guid Id, string Ref, int Version);

/// <summary>Registers a person, with whatever of them is known.</summary>
internal sealed class RegisterPerson(NodeDb db, DataKeys keys, SealedRecords seals, PersonKeys index)
{
    public const string Root = "/api/cases/persons";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(Root, static async (HttpContext context, RegisterPerson register, AskAtRegistration ask, CancellationToken cancellationToken) =>
        {
            var (said, wrong, answers) = await register.ReadAsync(context, ask, cancellationToken);
            var actor = context.Actor();
            var kept = await register.RunAsync(said, wrong, actor, context.Features.Get<User>()?.AgencyId, cancellationToken, (change, person) => ask.WriteAsync(change, person.Id, answers, actor));
            context.Response.Headers.ETag = RecordVersions.Tag(kept.Version);
            return Results.Json(kept, CaseJson.Options, statusCode: StatusCodes.Status201Created);
        })
        .Needs(CasesRights.Register).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Registers a person: a JSON of compartments (identity, general, health, violence, lgbti, asylum, child, tracing, consular), each optional")
        .WithDescription("""
            identity: {names: [{kind, given: [], family1, family2, patronymic, grandfather, particle, full, script, romanisation, certainty}], sexRecorded,
            birth: {date} or {inYear} or {earliestYear, latestYear} with {precision, basis, disputed}, placeOfBirth: {country, text},
            nationalities: [{code, basis, since}] or noNationalityClaimed, documents: [{type, issuer, number, seenOriginal, expires}],
            contact: [{kind, value, safe, note}], confidence}. general: {languages: [{code, oral, written, interpreter}], notes}. All others: {notes}.
            answers: {FORM: {question: [answer]}} to the further questions that are asked there, by the key of the form; kept with the person or not at all.
            area, agency and team say where the record belongs. Whoever registers may write what they may not read afterwards: to tell of a need is not to see it.
            """);

    /// <summary>Keeps the person; their key is on the disk before anything is sealed with it. <paramref name="also"/> writes with them.</summary>
    /// <exception cref="Problem">Something is wrong with what was said, or the place is out of reach.</exception>
    public async Task<Kept> RunAsync(
        SentPerson said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, Guid? ownAgency, CancellationToken cancellationToken,
        Func<Change, Kept, Task>? also = null)
    {
        var now = db.Time.GetUtcNow();
        said.LookOver(db.Time.DayOf(now), wrong);
        SentJson.RefuseIf(wrong);
        var id = Guid.CreateVersion7(now);
        var row = new PersonRow
        {
            Id = id,
            PublicRef = PublicRef.New(),
            OwnerId = actor.UserId,
            TeamId = said.Team,
            AgencyId = await AgencyAsync(said, actor, ownAgency, cancellationToken),
            Area = said.Area is null ? "" : CaseAreas.Find(said.Area)!,
            AreaPath = CaseAreas.PathOf(said.Area ?? ""),
            CreatedAt = now,
            ChangedAt = now,
        };
        if (!CaseScope.For(actor).May(CasesRights.Register, row.Place))
            throw FormProblems.With(("agency", CasesProblems.PlaceOutOfReach));
        if (!await db.IsTeamOfAsync(row.TeamId, row.AgencyId, cancellationToken))
            throw FormProblems.With(("team", CasesProblems.PlaceOutOfReach));
        var key = await keys.MakeAsync(id, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.person.registered", ReadTrail.SubjectOf(id), cancellationToken);
        await change.ExecuteAsync(
            """
            insert into cases_persons
                (id, public_ref, status, owner_id, team_id, agency_id, area, area_path, created_at, created_by, changed_at, version)
            values (@Id, @PublicRef, 'active', @OwnerId, @TeamId, @AgencyId, @Area, @AreaPath, @CreatedAt, @By, @CreatedAt, 1)
            """,
            new { row.Id, row.PublicRef, row.OwnerId, row.TeamId, row.AgencyId, row.Area, row.AreaPath, row.CreatedAt, By = actor.AuditName });
        foreach (var (compartment, content) in said.Contents)
            await seals.WriteAsync(change, key, id, compartment, 1, content);
        if (said.Identity is not null)
            await AddKeysAsync(change, id, index.Of(said.Identity));
        var kept = new Kept(id, row.PublicRef, 1);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }

    /// <summary>The agency to which a new person will belong: that of whoever registers, else the only one at which they may.</summary>
    public static Guid? AgencyOf(Actor actor, Guid? own)
    {
        if (own is not null)
            return own;
        var agencies = actor.Grants.Where(grant => grant is { Permission: CasesRights.Register, Scope.Kind: "agency" }).Select(grant => grant.Scope.Id).Distinct().ToList();
        return agencies is [var only] && Guid.TryParse(only, out var id) ? id : null;
    }

    /// <summary>Enters a person's hashes into the index.</summary>
    public static Task AddKeysAsync(Change change, Guid person, IReadOnlySet<long> hashes) => change.ExecuteAsync(
        "insert into cases_person_keys (hash, person_id) values (@Hash, @Person)", hashes.Order().Select(hash => new { Hash = hash, Person = person }).ToList());

    // What is said; else the agency for which the sender works; else the only one at which they may register.
    private async Task<Guid?> AgencyAsync(SentPerson said, Actor actor, Guid? own, CancellationToken cancellationToken)
    {
        if (said.Agency is { } named)
        {
            // A right that reaches one's own records, a team's or a place's says nothing of other agencies.
            if (named != own && !CaseScope.For(actor).May(CasesRights.Register, new RecordPlace(Agency: named)))
                throw FormProblems.With(("agency", CasesProblems.PlaceOutOfReach));
            return (await Agencies.AllAsync(db, cancellationToken)).Any(agency => agency.Id == named)
                ? named
                : throw FormProblems.With(("agency", CasesProblems.PlaceOutOfReach));
        }

        return AgencyOf(actor, own);
    }

    // The answers stand beside the compartments, and are of other rules.
    private async Task<(SentPerson Said, List<(string Field, ProblemKind Kind)> Wrong, LookedOver Answers)> ReadAsync(HttpContext context, AskAtRegistration ask, CancellationToken cancellationToken)
    {
        var body = await SentJson.ReadObjectAsync(context.Request, cancellationToken);
        var sent = SentJson.Take(body, "answers");
        var (said, wrong) = SentJson.Of<SentPerson>(body);
        if (sent is null)
            return (said, wrong, new LookedOver([]));
        var (answers, unfit) = SentJson.Of<SentWithPerson>(new JsonObject { ["answers"] = sent });
        wrong.AddRange(unfit);
        var actor = context.Actor();
        var agency = await AgencyAsync(said, actor, context.Features.Get<User>()?.AgencyId, cancellationToken);
        return (said, wrong, AskAtRegistration.Look(await ask.FormsAsync(agency, cancellationToken), answers.Answers, AskAtRegistration.OpenTo(actor, agency), wrong));
    }
}
