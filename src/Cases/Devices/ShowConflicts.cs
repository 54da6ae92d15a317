using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Merging;
using Tambo.Cases.Persons;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>What two have said of the same fields: who on a device, when by its clock and when it came, and what was decided.</summary>
internal sealed record ShownConflict(Guid Id, string Kind, Guid Record, string Who, DateTimeOffset SaidAt, DateTimeOffset ReceivedAt, string State, IReadOnlyList<FieldConflict> Fields)
{
    public override string ToString() => "•••";
}

/// <summary>Shows the conflicts of a person and their cases, those that were decided too: nothing that anybody said is lost.</summary>
internal sealed class ShowConflicts(NodeDb db, DeviceChanges changes, PersonFiles files, CaseFiles cases, ReadTrail trail)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(RegisterPerson.Root + "/{id:guid}/conflicts", static async (HttpContext context, Guid id, ShowConflicts show, CancellationToken cancellationToken) =>
            Results.Json(await show.RunAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), context.Texts(), cancellationToken), CaseJson.Options))
        .Needs(CasesRights.Read)
        .WithSummary("Fields of a person and their cases that two have changed without internet: both values, and what was decided");

    /// <summary>The conflicts, the newest first, once the audit has the line of this reading.</summary>
    /// <exception cref="Problem">There is no such person for this reader.</exception>
    public async Task<IReadOnlyList<ShownConflict>> RunAsync(Guid person, Actor actor, string purpose, Texts texts, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        SeenPerson seen;
        var found = new List<(ChangeRow Row, IReadOnlyList<FieldConflict> Fields)>();
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            seen = await files.FindAsync(connection, scope, person) ?? throw PlatformProblems.NotFound.With();
            foreach (var row in await connection.QueryAsync<ChangeRow>(
                "select * from cases_device_changes where " + MergedFiles.Of("person_id") + " and state <> 'done' order by received_at desc, id desc", new { person }))
            {
                // What is in a case is for those who see the case.
                var open = row.Kind == "person" ? seen.Open : (await cases.FindAsync(connection, scope, row.RecordId))?.Open ?? [];
                if (await changes.OpenAsync(connection, row, open, cancellationToken) is { Count: > 0 } fields)
                    found.Add((row, fields));
            }
        }

        await trail.LeaveAsync(actor, purpose, "file", [seen.ShownTo(scope)], cancellationToken);
        var names = await ActorNames.OfAsync(db, found.Select(one => $"user:{one.Row.UserId:D}"), cancellationToken);
        return
        [
            .. found.Select(one => new ShownConflict(
                one.Row.Id, one.Row.Kind, one.Row.RecordId, ActorNames.Said($"user:{one.Row.UserId:D}", names, texts), one.Row.SaidAt, one.Row.ReceivedAt, one.Row.State, one.Fields)),
        ];
    }
}
