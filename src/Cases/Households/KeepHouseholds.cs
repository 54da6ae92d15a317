using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Family;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Households;

/// <summary>A household as it is shown.</summary>
internal sealed record ShownHousehold(Guid Id, string Kind, int Version, IReadOnlyList<Guid> Members, IReadOnlyList<FamilyLink> Links);

/// <summary>Keeps together who belongs together: households and groups that travel. Nobody is taken out of one unless a second person agreed.</summary>
internal sealed class KeepHouseholds(NodeDb db, HouseholdFiles households, ReadTrail trail, FamilyUnity unity)
{
    public const string Root = "/api/cases/households";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, static async (HttpContext context, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                var (said, wrong) = await SentJson.ReadAsync<SentHousehold>(context.Request, cancellationToken);
                var (id, version) = await keep.MakeAsync(said, wrong, context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(version);
                return Results.Json(new { id, version }, CaseJson.Options, statusCode: StatusCodes.Status201Created);
            })
            .Needs(CasesRights.Register).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Makes a household or travelling group: {kind, members, links: [{a, b, relation, verifiedBy, legalBasis}]}");
        routes.MapGet(Root + "/{id:guid}", static async (HttpContext context, Guid id, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                var shown = await keep.ShowAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(shown.Version);
                return Results.Json(shown, CaseJson.Options);
            })
            .Needs(CasesRights.Read).WithSummary("A household with those of its members who are within reach");
        routes.MapPost(Root + "/{id:guid}/members", static async (HttpContext context, Guid id, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                var version = await keep.AddAsync(id, context, cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(version);
                return Results.Json(new { id, version }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
            .WithSummary("Adds members and links to a household; If-Match names the version that was read");
        routes.MapPost(Root + "/{id:guid}/members/{person:guid}/leave", static async (HttpContext context, Guid id, Guid person, KeepHouseholds keep, CancellationToken cancellationToken) =>
            {
                var version = await keep.LeaveAsync(id, person, () => RecordVersions.Meant(context), context.Actor(), cancellationToken);
                context.Response.Headers.ETag = RecordVersions.Tag(version);
                return Results.Json(new { id, version }, CaseJson.Options);
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(1024)
            .WithSummary("Takes a person out of a household; where others stay in it, only once a second person agreed");
    }

    private async Task<(Guid Id, int Version)> MakeAsync(SentHousehold said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken)
    {
        if (said.Members.Count == 0)
            wrong.Add(("members", FormProblems.Missing));
        await households.LookOverAsync(said, [], CaseScope.For(actor), wrong, cancellationToken);
        var now = db.Time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var change = await db.BeginAsync(actor, "cases.household.made", SubjectOf(id), cancellationToken);
        // Whoever takes a step about one of them waits, and then sees who belongs to them now.
        await HeldPersons.HoldAsync(db, change, said.Members);
        await change.ExecuteAsync(
            "insert into cases_households (id, kind, created_at, created_by, changed_at, version) values (@id, @Kind, @now, @By, @now, 1)",
            new { id, said.Kind, now, By = actor.AuditName });
        await households.AddAsync(change, id, said, now, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return (id, 1);
    }

    /// <summary>A household with those of its members who are within reach, once their reading is on the disk.</summary>
    /// <exception cref="Problem">None of them is.</exception>
    public async Task<ShownHousehold> ShowAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        ShownHousehold shown;
        IReadOnlyDictionary<Guid, SeenPerson> members;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            if (await households.FindAsync(connection, CaseScope.For(actor), id) is not { } found)
                throw PlatformProblems.NotFound.With();
            members = found.Members;
            shown = new ShownHousehold(id, found.Row.Kind, found.Row.Version, [.. members.Keys.Order()], await households.LinksAsync(connection, id, members, cancellationToken));
        }

        await trail.LeaveAsync(
            actor, purpose, "list", members.Values.Select(member => new Shown(member.Row.Id, [.. member.Open.Intersect([Compartments.General, Compartments.Child])])), cancellationToken);
        return shown;
    }

    private async Task<int> AddAsync(Guid id, HttpContext context, CancellationToken cancellationToken)
    {
        var (actor, scope, now) = (context.Actor(), CaseScope.For(context.Actor()), db.Time.GetUtcNow());
        (HouseholdRow Row, IReadOnlyDictionary<Guid, SeenPerson> Members) found;
        await using (var connection = await db.ReadAsync(cancellationToken))
            found = await households.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!found.Members.Values.Any(member => member.Allows(scope, CasesRights.Edit)))
            throw PlatformProblems.Forbidden.With();
        var version = RecordVersions.Meant(context);
        var (said, wrong) = await SentJson.ReadAsync<SentHousehold>(context.Request, cancellationToken);
        Guid[] known = [.. found.Members.Values.Where(member => member.Allows(scope, CasesRights.Edit)).Select(member => member.Row.Id)];
        await households.LookOverAsync(said, known, scope, wrong, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.household.grown", SubjectOf(id), cancellationToken);
        await HeldPersons.HoldHouseholdAsync(db, change, id, said.Members);
        if (await change.ExecuteAsync("update cases_households set version = version + 1, changed_at = @now where id = @id and version = @version", new { now, id, version }) == 0)
            throw PlatformProblems.Changed.With();
        await households.AddAsync(change, id, said, now, cancellationToken);
        await change.CommitAsync(cancellationToken);
        return version + 1;
    }

    /// <summary>Takes a person out.</summary>
    /// <returns>The household's next version.</returns>
    /// <exception cref="Problem">Out of reach, not theirs to change, changed meanwhile, or others stay and nobody has agreed (<c>cases.family.split</c>).</exception>
    public async Task<int> LeaveAsync(Guid id, Guid person, Func<int> meant, Actor actor, CancellationToken cancellationToken)
    {
        var (scope, now) = (CaseScope.For(actor), db.Time.GetUtcNow());
        (HouseholdRow Row, IReadOnlyDictionary<Guid, SeenPerson> Members) found;
        await using (var connection = await db.ReadAsync(cancellationToken))
            found = await households.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        if (!found.Members.TryGetValue(person, out var member))
            throw PlatformProblems.NotFound.With();
        if (!member.Allows(scope, CasesRights.Edit))
            throw PlatformProblems.Forbidden.With();
        var version = meant();
        if (version != found.Row.Version)
            throw PlatformProblems.Changed.With();
        await using var change = await db.BeginAsync(actor, "cases.household.left", SubjectOf(id), cancellationToken);
        change.Describe(new { person });
        await unity.RequireLeaveAsync(change, id, person);
        if (await change.ExecuteAsync("update cases_households set version = version + 1, changed_at = @now where id = @id and version = @version", new { now, id, version }) == 0)
            throw PlatformProblems.Changed.With();
        // How they are related stays true; that they are one household does not.
        await change.ExecuteAsync("delete from cases_household_members where household_id = @id and person_id = @person", new { id, person });
        await change.CommitAsync(cancellationToken);
        return version + 1;
    }

    private static string SubjectOf(Guid id) => $"household:{id:D}";
}
