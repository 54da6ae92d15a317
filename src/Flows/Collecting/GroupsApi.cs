using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>A record as it is given back.</summary>
/// <param name="Group">What was sent.</param>
/// <param name="Person">Who sent it, as the audit names them.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Withdrawn">True when it counts no more.</param>
public sealed record GivenGroup(JsonElement Group, string Person, DateTimeOffset ReceivedAt, bool Withdrawn);

/// <summary>A point as devices know it.</summary>
/// <param name="Code">Its code.</param>
/// <param name="Name">Its name in the language asked for.</param>
/// <param name="Country">The country, ISO 3166-1 of three letters.</param>
/// <param name="TimeZone">By which a record has its day.</param>
/// <param name="Training">True when everything recorded there is made up.</param>
public sealed record GivenPoint(string Code, string Name, string Country, string TimeZone, bool Training);

/// <summary>The addresses by which devices and programs record groups, and read them back.</summary>
internal static class GroupsApi
{
    public const string Root = "/api/flows/groups";

    /// <summary>Records and shifts in one request.</summary>
    public const int MostAtOnce = 500;

    private const int LargestBody = 2 * 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Root, ReceiveAsync).Needs(FlowsRights.Collect).DisableAntiforgery()
            .KnowsKeysWithin("every record carries its key, and sent again it is there already")
            .TakesAtMost(LargestBody)
            .WithSummary("Takes records of groups that passed a point, and shifts; answers for each: taken, already_there, refused with its code, or try_again")
            .WithDescription("""
                JSON {groups: […], shifts: […]}, or one group alone; at most 500 in all.
                A group: {id, version, point, shift, observedAt, clockOff, direction, size, parts: [{nationality, persons, women, men, girls, boys} or
                {nationality, persons, cells: [{sex, age, persons}]}], origin, previous, next, destination, transport, reasons, vulnerabilities:
                {UAC, PREGNANT, DISABILITY, OLDER_ALONE, SINGLE_PARENT, TRAFFICKING}, method, note, reason, withdrawn}.
                A shift: {id, point, startedAt, endedAt, enumerators, refusals, saidAt}.
                The id is a UUID of version 7 that the device draws: sent again, to whichever process and in whatever order, it counts once. What is left
                out was not asked, which is not zero. clockOff says by how many seconds a device has set observedAt right, by the clock of
                GET /api/flows/collector. An answer of try_again is for now alone: the same is sent again later. Parts add up to the size, and counts to their part. A correction has the same id, the next version
                and a reason. What is taken is on the disk, and in the answers of figures within two seconds.
                """)
            .Produces<GroupAnswers>();
        routes.MapGet(Root, ListAsync).Needs(FlowsRights.Collect)
            .WithSummary("The standing records of a point and day: one's own, and all of them for those who look after the point")
            .Produces<IReadOnlyList<GivenGroup>>();
        routes.MapGet("/api/flows/points", PointsAsync).Needs(FlowsRights.Collect).WithSummary("The points at which the person asking may record").Produces<IReadOnlyList<GivenPoint>>();
    }

    private static async Task<IResult> ReceiveAsync(HttpContext context, ReceiveGroups groups, TakeShifts shifts, CancellationToken cancellationToken)
    {
        if (!context.Request.HasJsonContentType())
            throw PlatformProblems.UnsupportedMedia.With();
        using var sent = await ReadAsync(context.Request, cancellationToken);
        var root = sent.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
            throw PlatformProblems.Malformed.With();
        var isMany = root.TryGetProperty("groups", out var many) | root.TryGetProperty("shifts", out var turns);
        var came = !isMany ? [root] : Items(many);
        var said = Items(turns);
        if (came.Count + said.Count > MostAtOnce)
            throw GroupProblems.TooManyAtOnce.With(("most", MostAtOnce));
        var (actor, texts) = (context.Actor(), context.Texts());
        // Shifts first: a record may name one that arrives with it.
        var ofShifts = said.Count == 0 ? [] : await shifts.TakeAsync([.. said.Select(ReadShift)], actor, texts, cancellationToken);
        var ofGroups = came.Count == 0 ? [] : await groups.TakeAsync([.. came.Select(ReadGroup)], actor, texts, cancellationToken);
        return Results.Json(new GroupAnswers(ofGroups, ofShifts), GroupJson.Default.GroupAnswers);
    }

    private static async Task<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await JsonDocument.ParseAsync(request.Body, new JsonDocumentOptions { MaxDepth = 16 }, cancellationToken);
        }
        catch (JsonException)
        {
            throw PlatformProblems.Malformed.With();
        }
    }

    private static IReadOnlyList<JsonElement> Items(JsonElement list) => list.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => [],
        JsonValueKind.Array => [.. list.EnumerateArray()],
        _ => throw PlatformProblems.Malformed.With(),
    };

    /// <summary>Reads one record, without failing for what it says.</summary>
    internal static CameGroup ReadGroup(JsonElement element)
    {
        var payload = element.GetRawText();
        try
        {
            return element.Deserialize(GroupJson.Strict.SentGroup) is { } group
                ? new CameGroup(group, payload, null)
                : new CameGroup(null, payload, GroupProblems.Unreadable.With(("what", "null")));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return new CameGroup(IdAlone(element), payload, GroupProblems.Unreadable.With(("what", failure is JsonException { Path: { } path } ? path : "")));
        }
    }

    private static (SentShift?, Problem?) ReadShift(JsonElement element)
    {
        try
        {
            return element.Deserialize(GroupJson.Strict.SentShift) is { } shift ? (shift, null) : (null, GroupProblems.Unreadable.With(("what", "null")));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return (null, GroupProblems.Unreadable.With(("what", failure is JsonException { Path: { } path } ? path : "")));
        }
    }

    // So that its device knows which one is meant.
    private static SentGroup? IdAlone(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object && element.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.TryGetGuid(out var key) ? new SentGroup { Id = key } : null;
        }
        catch (InvalidOperationException)
        {
            // Half of a pair of characters is no text.
            return null;
        }
    }

    private static async Task<IResult> ListAsync(HttpContext context, NodeDb db, LivePoints points, string point, DateOnly day, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        var found = await points.FindAsync(point, FlowsRights.Collect, actor, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = await connection.QueryAsync<(string Payload, string Person, DateTimeOffset ReceivedAt, bool Withdrawn)>(
            """
            select payload, person, received_at, withdrawn from flows_groups
            where point_id = @Id and day = @day and superseded_at is null and (@all or person = @AuditName) order by observed_at, id
            """,
            new { found.Id, day, all = Platform.Access.ActorScope.May(actor, FlowsRights.Supervise, found.Place), actor.AuditName });
        return Results.Json(rows.Select(row => new GivenGroup(JsonSerializer.Deserialize<JsonElement>(row.Payload), row.Person, row.ReceivedAt, row.Withdrawn)).ToList(), JsonSerializerOptions.Web);
    }

    private static async Task<IResult> PointsAsync(HttpContext context, LivePoints points, CancellationToken cancellationToken)
    {
        var texts = context.Texts();
        return Results.Json(
            (await points.ForAsync(FlowsRights.Collect, context.Actor(), cancellationToken)).Select(point => new GivenPoint(point.Code, point.Name(texts), point.Country, point.TimeZone, point.Training)).ToList(),
            JsonSerializerOptions.Web);
    }
}
