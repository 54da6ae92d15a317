using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Plan;
using Tambo.Cases.Reading;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Family;

/// <summary>That somebody was moved, as it is shown.</summary>
internal sealed record ShownTransfer(Guid Id, Guid Person, DateTimeOffset At, string By, TransferContent? Transfer)
{
    public override string ToString() => "•••";
}

/// <summary>Where the persons of a case were moved.</summary>
internal sealed class ShowTransfers(NodeDb db, CaseEntries entries, KeptTransfers transfers, ReadTrail trail)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(OpenCase.Root + "/{id:guid}/transfers", static async (HttpContext context, Guid id, ShowTransfers show, CancellationToken cancellationToken) =>
            Results.Json(new { transfers = await show.RunAsync(id, context.Actor(), Purposes.Of(context, Purposes.Assistance), cancellationToken) }, CaseJson.Options))
        .Needs(CasesRights.Read).WithSummary("Where the persons of a case were moved, the last first");

    /// <summary>The moves, the last first, once their reading is on the disk.</summary>
    /// <exception cref="Problem">The case is out of reach.</exception>
    public async Task<IReadOnlyList<ShownTransfer>> RunAsync(Guid id, Actor actor, string purpose, CancellationToken cancellationToken)
    {
        var entered = await entries.EnterAsync(id, actor, cancellationToken);
        IReadOnlyList<TransferRow> rows;
        IReadOnlyDictionary<Guid, TransferContent> contents;
        await using (var connection = await db.ReadAsync(cancellationToken))
        {
            rows = await transfers.OfAsync(connection, entered);
            contents = await transfers.OpenAsync(connection, rows, cancellationToken);
        }

        await trail.LeaveAsync(actor, purpose, "case", rows.Select(row => new Shown(row.PersonId, [transfers.CompartmentOf(row)])), cancellationToken);
        return [.. rows.Reverse().Select(row => new ShownTransfer(row.Id, row.PersonId, row.At, row.CreatedBy, contents.GetValueOrDefault(row.Id)))];
    }
}
