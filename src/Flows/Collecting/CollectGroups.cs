using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Collecting;

/// <summary>What somebody has used lately: shown first, so that one tap is enough.</summary>
/// <param name="Nationalities">Most used first.</param>
/// <param name="Next">Next places, most used first.</param>
/// <param name="Destinations">Destinations, most used first.</param>
/// <param name="Last">Their last record, whose way and means the next one most often shares.</param>
public sealed record LatelyUsed(IReadOnlyList<string> Nationalities, IReadOnlyList<string> Next, IReadOnlyList<string> Destinations, SentGroup? Last)
{
    /// <summary>Nothing yet.</summary>
    public static LatelyUsed Nothing { get; } = new([], [], [], null);
}

/// <summary>What the form shows.</summary>
public sealed record CollectForm
{
    /// <summary>Where the person may record.</summary>
    public required IReadOnlyList<Point> Points { get; init; }

    /// <summary>The shift that goes on; null when none does, or on the page that a device keeps.</summary>
    public SentShift? Shift { get; init; }

    /// <summary>The point of the shift.</summary>
    public Point? Point { get; init; }

    /// <summary>What was used lately.</summary>
    public LatelyUsed Lately { get; init; } = LatelyUsed.Nothing;

    /// <summary>The key of the next record.</summary>
    public Guid Id { get; init; }

    /// <summary>Records of this shift so far, and their persons.</summary>
    public (long Groups, long Persons) Done { get; init; }

    /// <summary>Who it is, for the device to tell its users apart; empty on the page that it keeps, which belongs to nobody.</summary>
    public string User { get; init; } = "";

    /// <summary>True for the page that a device keeps: of nobody, with no token.</summary>
    public bool Kept { get; init; }

    /// <summary>True when a record has just been taken.</summary>
    public bool Taken { get; init; }
}

/// <summary>
/// An enumerator records groups at a point with a phone: a shift is begun once, then each group is a few taps. Without a
/// script it is a form; with one it goes on without internet (web/src/field.ts).
/// </summary>
internal static class CollectGroups
{
    public const string Root = "/staff/flows/collect";

    /// <summary>How long one shift goes on at most.</summary>
    public static readonly TimeSpan LongestShift = TimeSpan.FromHours(24);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, (HttpContext context, NodeDb db, LivePoints points, CancellationToken cancellationToken) =>
            ShowAsync(context, db, points, null, cancellationToken)).Needs(FlowsRights.Collect).ExcludeFromDescription();
        routes.MapGet(Root + "/kept", KeptAsync).Needs(FlowsRights.Collect).ExcludeFromDescription();
        routes.MapGet("/api/flows/collector", WhoAsync).Needs(FlowsRights.Collect).WithMetadata(new AskedByItself()).WithSummary("Who records groups, for the form on a phone");
        routes.MapPost(Root, RecordAsync).Needs(FlowsRights.Collect).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapPost(Root + "/shift", ShiftAsync).Needs(FlowsRights.Collect).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NodeDb db, LivePoints points, Problem? problem, CancellationToken cancellationToken)
    {
        var actor = context.Actor();
        var mine = await points.ForAsync(FlowsRights.Collect, actor, cancellationToken);
        var shift = await ShiftOfAsync(db, points, actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        return StaffForm.Page<CollectPage>(context, problem, ("Form", new CollectForm
        {
            Points = ActiveOf(mine, db.Time.GetUtcNow()),
            Shift = shift,
            Point = shift is null ? null : mine.FirstOrDefault(point => point.Code == shift.Point),
            Lately = shift is null ? LatelyUsed.Nothing : await LatelyAsync(connection, actor),
            Id = Guid.CreateVersion7(db.Time.GetUtcNow()),
            Done = shift is null ? default : await connection.QuerySingleAsync<(long, long)>(
                "select count(*), coalesce(sum(persons), 0) from flows_groups where shift_id = @Id and person = @AuditName and superseded_at is null and not withdrawn",
                new { shift.Id, actor.AuditName }),
            User = actor.AuditName,
            Taken = problem is null && context.Request.Query["done"] == "taken",
        }));
    }

    // The page that a device keeps belongs to nobody: no name, no menu, no token, nothing used lately.
    private static async Task<IResult> KeptAsync(HttpContext context, NodeDb db, LivePoints points, CancellationToken cancellationToken)
    {
        var mine = await points.ForAsync(FlowsRights.Collect, context.Actor(), cancellationToken);
        return new PageResult<CollectPage>(
            context.Texts(), ("Staff", new StaffPage([], null, "")), ("Form", new CollectForm { Points = ActiveOf(mine, db.Time.GetUtcNow()), Kept = true }));
    }

    private static List<Point> ActiveOf(IEnumerable<Point> points, DateTimeOffset now) => [.. points.Where(point => point.StateOn(point.DayOf(now)) == PointState.Active)];

    // With the node's clock, by which a device sets the times of its records right.
    private static IResult WhoAsync(HttpContext context, NodeDb db, Microsoft.AspNetCore.Antiforgery.IAntiforgery forms)
    {
        var tokens = forms.GetAndStoreTokens(context);
        return Results.Json(new { user = context.Actor().AuditName, header = tokens.HeaderName, token = tokens.RequestToken, now = db.Time.GetUtcNow() });
    }

    private static async Task<IResult> RecordAsync(HttpContext context, NodeDb db, LivePoints points, ReceiveGroups groups, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var actor = context.Actor();
        var shift = await ShiftOfAsync(db, points, actor, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        var point = await points.FindAsync(shift.Point, FlowsRights.Collect, actor, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        var group = GroupForm.Read(form) with { Point = point.Code, Shift = shift.Id, ObservedAt = TimeZoneInfo.ConvertTime(db.Time.GetUtcNow(), point.Zone) };
        if (form.Refusal is { } refusal)
            return await ShowAsync(context, db, points, refusal, cancellationToken);
        var problem = GroupChecks.Look(group, db.Time.GetUtcNow());
        if (problem is null)
        {
            var answer = (await groups.TakeAsync([new CameGroup(group, JsonSerializer.Serialize(group, GroupJson.Default.SentGroup), null)], actor, context.Texts(), cancellationToken))[0];
            if (answer.Refusal is null)
                return Results.Redirect(Root + "?done=taken");
            problem = answer.Refusal;
        }

        return await ShowAsync(context, db, points, problem, cancellationToken);
    }

    private static async Task<IResult> ShiftAsync(HttpContext context, NodeDb db, LivePoints points, TakeShifts shifts, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var (actor, now) = (context.Actor(), db.Time.GetUtcNow());
        var present = await ShiftOfAsync(db, points, actor, cancellationToken);
        SentShift said;
        if (form.Text("act") == "end")
        {
            if (present is null)
                return Results.Redirect(Root);
            said = present with { EndedAt = now, SaidAt = now, Refusals = form.Whole("refusals", GroupProblems.CountUnfit) };
        }
        else
        {
            said = new SentShift { Id = Guid.CreateVersion7(now), Point = form.Text("point", required: true), StartedAt = now, SaidAt = now, Enumerators = form.Whole("enumerators", GroupProblems.CountUnfit) ?? 1 };
        }

        if (form.Refusal is { } refusal)
            return await ShowAsync(context, db, points, refusal, cancellationToken);
        var answer = (await shifts.TakeAsync([(said, null)], actor, context.Texts(), cancellationToken))[0];
        return answer.Refusal is { } unfit
            ? await ShowAsync(context, db, points, unfit, cancellationToken)
            : Results.Redirect(Root);
    }

    private static async Task<SentShift?> ShiftOfAsync(NodeDb db, LivePoints points, Actor actor, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<ShiftRow>(
            """
            select id, point_id, started_at, enumerators from flows_shifts
            where person = @AuditName and ended_at is null and started_at > @Since order by started_at desc limit 1
            """,
            new { actor.AuditName, Since = db.Time.GetUtcNow() - LongestShift });
        return row is null ? null : new SentShift
        {
            Id = row.Id,
            Point = (await points.OfAsync(row.PointId, cancellationToken)).Code,
            StartedAt = row.StartedAt,
            Enumerators = row.Enumerators,
        };
    }

    private static async Task<LatelyUsed> LatelyAsync(System.Data.Common.DbConnection connection, Actor actor)
    {
        var last = (await connection.QueryAsync<string>(
            "select payload from flows_groups where person = @AuditName and superseded_at is null order by received_at desc limit 60", new { actor.AuditName }))
            .Select(payload => JsonSerializer.Deserialize(payload, GroupJson.Default.SentGroup)!).ToList();
        return new LatelyUsed(
            Most(last.SelectMany(group => group.Parts.Select(part => part.Nationality))), Most(last.Select(group => group.Next)), Most(last.Select(group => group.Destination)), last.FirstOrDefault());
    }

    private static IReadOnlyList<string> Most(IEnumerable<string?> codes) =>
        [.. codes.OfType<string>().Where(code => !code.StartsWith('_')).GroupBy(code => code).OrderByDescending(same => same.Count()).Take(6).Select(same => same.Key)];

    private sealed record ShiftRow
    {
        public Guid Id { get; init; }

        public Guid PointId { get; init; }

        public DateTimeOffset StartedAt { get; init; }

        public int Enumerators { get; init; }
    }
}
