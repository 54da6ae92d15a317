using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>A device in the list.</summary>
/// <param name="Id">Its key.</param>
/// <param name="Name">What its user calls it.</param>
/// <param name="Who">Whose it is.</param>
/// <param name="Own">True when it is the reader's own.</param>
/// <param name="SeenAt">When it was last in contact.</param>
/// <param name="State">kept, wiping, wiped.</param>
/// <param name="Unsent">How much it had not sent by then.</param>
/// <param name="ClockOff">By how many seconds its clock was behind.</param>
internal sealed record ShownDevice(Guid Id, string Name, string Who, bool Own, DateTimeOffset SeenAt, string State, int Unsent, int ClockOff);

/// <summary>Shows the devices that keep cases, and orders that one be wiped: one's own, or as a supervisor or data protection officer.</summary>
internal sealed class WipeDevice(NodeDb db, KeptDevices devices)
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(EnrolDevice.Root, static async (HttpContext context, WipeDevice wipe, CancellationToken cancellationToken) =>
                Results.Json(await wipe.ListAsync(context.Actor(), context.Texts(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Read)
            .WithSummary("The devices that keep cases: one's own, and those of the people whom one supervises or whose data protection one looks after");
        routes.MapPost(EnrolDevice.Root + "/{id:guid}/wipe", static async (HttpContext context, Guid id, WipeDevice wipe, CancellationToken cancellationToken) =>
            {
                await wipe.RunAsync(id, context.Actor(), cancellationToken);
                return Results.NoContent();
            })
            .Needs(CasesRights.Read).DoneOnce().DisableAntiforgery().TakesAtMost(4 * 1024)
            .WithSummary("Orders that a device be wiped: at once its key opens nothing, and at its next contact it destroys what it keeps");
    }

    /// <summary>The devices within reach, the reader's own first, the last seen before.</summary>
    public async Task<IReadOnlyList<ShownDevice>> ListAsync(Actor actor, Texts texts, CancellationToken cancellationToken)
    {
        List<DeviceRow> rows;
        await using (var connection = await db.ReadAsync(cancellationToken))
            rows = [.. (await connection.QueryAsync<DeviceRow>("select * from cases_devices")).Where(row => Reaches(row, actor))];
        var names = await ActorNames.OfAsync(db, rows.Select(row => $"user:{row.UserId:D}"), cancellationToken);
        return
        [
            .. rows.OrderByDescending(row => row.UserId == actor.UserId).ThenByDescending(row => row.SeenAt).ThenBy(row => row.Id).Select(row => new ShownDevice(
                row.Id, devices.NameOf(row), ActorNames.Said($"user:{row.UserId:D}", names, texts), row.UserId == actor.UserId, row.SeenAt, row.State, row.Unsent, row.ClockOff)),
        ];
    }

    /// <summary>Orders it.</summary>
    /// <exception cref="Problem">There is no such device for this person.</exception>
    public async Task RunAsync(Guid id, Actor actor, CancellationToken cancellationToken)
    {
        DeviceRow? row;
        await using (var connection = await db.ReadAsync(cancellationToken))
            row = await KeptDevices.FindAsync(connection, id);
        if (row is null || !Reaches(row, actor))
            throw PlatformProblems.NotFound.With();
        await devices.OrderAsync(row, actor, cancellationToken);
    }

    private static bool Reaches(DeviceRow row, Actor actor)
    {
        var scope = CaseScope.For(actor);
        return (actor.UserId is { } user && row.UserId == user) || scope.May(CasesRights.Supervise, row.Place) || scope.May(CasesRights.Audit, row.Place);
    }
}
