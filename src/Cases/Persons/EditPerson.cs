using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Reading;
using Tambo.Platform.Access;
using Tambo.Platform.Cryptography;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Cases.Persons;

/// <summary>Replaces compartments of a person by what is sent; those that are not sent stay as they are.</summary>
internal sealed class EditPerson(NodeDb db, DataKeys keys, SealedRecords seals, PersonKeys index, PersonFiles files)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPut(RegisterPerson.Root + "/{id:guid}", static async (HttpContext context, Guid id, EditPerson edit, CancellationToken cancellationToken) =>
        {
            var seen = await edit.AdmitAsync(id, context.Actor(), cancellationToken);
            var version = RecordVersions.Meant(context);
            var (said, wrong) = await SentJson.ReadAsync<SentPerson>(context.Request, cancellationToken);
            var kept = await edit.RunAsync(seen, version, said, wrong, context.Actor(), cancellationToken);
            context.Response.Headers.ETag = RecordVersions.Tag(kept.Version);
            return Results.Json(kept, CaseJson.Options);
        })
        .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(SentJson.LargestBody)
        .WithSummary("Replaces compartments of a person; If-Match names the version that was read");

    /// <summary>The person, for somebody who may change them.</summary>
    /// <exception cref="Problem">Out of reach, which is as if there were none; or seen, and not theirs to change.</exception>
    public async Task<SeenPerson> AdmitAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        await using var connection = await db.ReadAsync(cancellationToken);
        var seen = await files.FindAsync(connection, scope, id) ?? throw PlatformProblems.NotFound.With();
        return seen.Allows(scope, CasesRights.Edit) ? seen : throw PlatformProblems.Forbidden.With();
    }

    /// <summary>Keeps the change, and with it what <paramref name="also"/> writes.</summary>
    /// <exception cref="Problem">Somebody else has changed the person meanwhile, a compartment is closed, or something is wrong with what was said.</exception>
    public async Task<Kept> RunAsync(
        SeenPerson seen, int version, SentPerson said, List<(string Field, ProblemKind Kind)> wrong, Actor actor, CancellationToken cancellationToken,
        Func<Change, Kept, Task>? also = null)
    {
        var (row, now) = (seen.Row, db.Time.GetUtcNow());
        if (row.Status != PersonRow.Active)
            throw CasesProblems.PersonInactive.With();
        var contents = said.Contents;
        if (contents.Keys.Any(compartment => !seen.Open.Contains(compartment)))
            throw CasesProblems.CompartmentClosed.With();
        said.LookOver(db.Time.DayOf(now), wrong);
        // Whose record it is changes by handing over a case, never by the way.
        if (said.Agency is not null && said.Agency != row.AgencyId)
            wrong.Add(("agency", CasesProblems.PlaceOutOfReach));
        if (said.Team is not null && said.Team != row.TeamId)
            wrong.Add(("team", CasesProblems.PlaceOutOfReach));
        SentJson.RefuseIf(wrong);
        var moved = said.Area is null ? row : row with { Area = CaseAreas.Find(said.Area)!, AreaPath = CaseAreas.PathOf(said.Area) };
        // Nobody moves a record to where they could not change it any more.
        if (moved.Area != row.Area && !CaseScope.For(actor).May(CasesRights.Edit, moved.Place))
            throw FormProblems.With(("area", CasesProblems.PlaceOutOfReach));
        var key = await keys.FindAsync(row.Id, cancellationToken) ?? throw CasesProblems.PersonInactive.With();
        await using var change = await db.BeginAsync(actor, "cases.person.changed", ReadTrail.SubjectOf(row.Id), cancellationToken);
        if (await change.ExecuteAsync(
            """
            update cases_persons set area = @Area, area_path = @AreaPath, changed_at = @now, version = version + 1
            where id = @Id and version = @version and status = 'active'
            """,
            new { moved.Area, moved.AreaPath, now, row.Id, version }) == 0)
            throw PlatformProblems.Changed.With();
        foreach (var (compartment, content) in contents)
            await seals.WriteAsync(change, key, row.Id, compartment, version + 1, content);
        if (said.Identity is not null)
        {
            await change.ExecuteAsync("delete from cases_person_keys where person_id = @Id", new { row.Id });
            await RegisterPerson.AddKeysAsync(change, row.Id, index.Of(said.Identity));
            await MergeSteps.InheritKeysAsync(change, row.Id);
        }

        var kept = new Kept(row.Id, row.PublicRef, version + 1);
        if (also is not null)
            await also(change, kept);
        await change.CommitAsync(cancellationToken);
        return kept;
    }
}
