using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Cases.Devices;

/// <summary>How a device asks whether it is to be wiped.</summary>
internal sealed record SentStanding
{
    /// <summary>The secret that the device was given; it opens nothing.</summary>
    public string Token { get; set; } = "";

    /// <summary>True when it has destroyed what it kept.</summary>
    public bool Wiped { get; init; }

    /// <summary>The hash of a part of its key: of a device that does not know whether the node has it by now; null for others.</summary>
    public string? Part { get; init; }

    public override string ToString() => "•••";
}

/// <summary>
/// Tells a device whether it is to be wiped, and hears from it that it was. It needs nobody to be signed in: a phone that was
/// lost has no session, and is wiped by whatever network it finds.
/// </summary>
internal sealed class StandingOfDevice(NodeDb db, KeptDevices devices)
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(EnrolDevice.Root + "/{id:guid}/standing", static async (HttpContext context, Guid id, StandingOfDevice standing, CancellationToken cancellationToken) =>
        {
            var (said, wrong) = await SentJson.ReadAsync<SentStanding>(context.Request, cancellationToken);
            SentJson.RefuseIf(wrong);
            var (told, current) = await standing.RunAsync(id, said, cancellationToken);
            return Results.Json(new { standing = told, current }, CaseJson.Options);
        })
        .Open().DoneOnceInSecret().DisableAntiforgery().TakesAtMost(4 * 1024)
        .WithSummary("Whether a device is to be wiped: {token, wiped, part}; kept or wipe, and whether the node's part of its key is the one of a hash");

    /// <summary>kept, or wipe; and whether the node's part is the one that the device asked about, null when it asked about none.</summary>
    /// <exception cref="Problem">There is no such device, or it is not the one that asks.</exception>
    public async Task<(string Standing, bool? Current)> RunAsync(Guid id, SentStanding said, CancellationToken cancellationToken)
    {
        DeviceRow? row;
        await using (var connection = await db.ReadAsync(cancellationToken))
            row = await KeptDevices.FindAsync(connection, id);
        if (row is null || !KeptDevices.Is(said.Token, row.TokenHash))
            throw PlatformProblems.NotFound.With();
        var self = new Actor(KeptDevices.SubjectOf(id), null, "", []);
        // What destroyed itself, by wrong tries or by time, opens nothing any more either.
        if (row.WipeAt is null && (said.Wiped || devices.IsOver(row)))
        {
            await devices.OrderAsync(row, said.Wiped ? self : Actor.Job(WatchDevices.Job.Name), cancellationToken);
            row = row with { WipeAt = db.Time.GetUtcNow() };
        }

        if (row.WipeAt is null)
            return ("kept", said.Part is not { } part ? null : KeptDevices.Is(System.Buffers.Text.Base64Url.EncodeToString(devices.Open(id, "part", row.ServerPart)), part));
        if (said.Wiped && row.WipedAt is null)
        {
            await using var change = await db.BeginAsync(self, "cases.device.wiped", KeptDevices.SubjectOf(id), cancellationToken);
            await change.ExecuteAsync("update cases_devices set wiped_at = @now where id = @id and wiped_at is null", new { now = db.Time.GetUtcNow(), id });
            await change.CommitAsync(cancellationToken);
        }

        return ("wipe", null);
    }
}
