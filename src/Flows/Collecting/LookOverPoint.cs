using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access;
using Tambo.Platform.Audit;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Collecting;

/// <summary>One version of a record, with who made it and why.</summary>
/// <param name="Version">Its number.</param>
/// <param name="Group">What was sent.</param>
/// <param name="Person">Who.</param>
/// <param name="ReceivedAt">When it arrived.</param>
public sealed record RecordVersion(int Version, SentGroup Group, string Person, DateTimeOffset ReceivedAt);

/// <summary>A supervisor looks over a day at a point, and corrects a record that cannot be right, with a reason; what was is kept.</summary>
internal static class LookOverPoint
{
    private const string ClockFormat = "yyyy-MM-dd'T'HH:mm";
    private const string One = EditPoints.Root + "/{code}/groups/{id:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(EditPoints.Root + "/{code}", ShowAsync).Needs(FlowsRights.Supervise).ExcludeFromDescription();
        routes.MapGet(One, (HttpContext context, NodeDb db, LivePoints points, string code, Guid id, CancellationToken cancellationToken) =>
            RecordAsync(context, db, points, code, id, null, cancellationToken)).Needs(FlowsRights.Supervise).ExcludeFromDescription();
        routes.MapPost(One, CorrectAsync).Needs(FlowsRights.Supervise).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ShowAsync(HttpContext context, NodeDb db, LivePoints points, string code, string? day, CancellationToken cancellationToken)
    {
        var point = await EditPoints.FindAsync(context, points, code, cancellationToken);
        var now = db.Time.GetUtcNow();
        var date = DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var asked) ? asked : point.DayOf(now);
        await using var connection = await db.ReadAsync(cancellationToken);
        var records = await RecordsAsync(connection, point, date);
        var shifts = await ShiftsAsync(connection, point, date);
        var looked = new PointDay(point, date, shifts, records, now);
        return StaffForm.Page<PointDayPage>(
            context,
            null,
            ("Point", point),
            ("Day", date),
            ("Today", point.DayOf(now)),
            ("Looked", looked),
            ("Names", await ActorNames.OfAsync(db, records.Select(record => record.Person).Concat(shifts.Select(shift => shift.Person)), cancellationToken)),
            ("Done", context.Request.Query["done"] == "corrected"));
    }

    private static async Task<IReadOnlyList<DayRecord>> RecordsAsync(DbConnection connection, Point point, DateOnly day) =>
    [
        .. (await connection.QueryAsync<(string Payload, string Person, DateTimeOffset ReceivedAt)>(
            """
            select g.payload, f.person, f.received_at from flows_groups g join flows_groups f on f.id = g.id and f.version = 1
            where g.point_id = @Id and g.day = @day and g.superseded_at is null and not g.withdrawn
            """,
            new { point.Id, day })).Select(row => new DayRecord(JsonSerializer.Deserialize(row.Payload, GroupJson.Default.SentGroup)!, row.Person, row.ReceivedAt)),
    ];

    private static async Task<IReadOnlyList<DayShift>> ShiftsAsync(DbConnection connection, Point point, DateOnly day)
    {
        // Shifts last a day at most; those that begin the day before may reach into this one, ended or not.
        var (start, until) = (MidnightOf(day), MidnightOf(day.AddDays(1)));
        var rows = await connection.QueryAsync<ShiftRow>(
            """
            select s.person, s.started_at, s.ended_at, s.enumerators, s.refusals, case when s.ended_at is null then
                (select max(g.observed_at) from flows_groups g where g.point_id = s.point_id and g.day >= @DayBefore and g.day <= @day and g.shift_id = s.id) end as last_at
            from flows_shifts s
            where s.point_id = @Id and s.started_at > @Since and s.started_at < @until and (s.ended_at is null or s.ended_at > @start) order by s.started_at
            """,
            new { point.Id, Since = start - CollectGroups.LongestShift, until, start, day, DayBefore = day.AddDays(-1) });
        return
        [
            .. rows.Where(row => row.EndedAt is not null || row.StartedAt >= start || row.LastAt?.AddHours(1) > start)
                .Select(row => new DayShift(row.Person, row.StartedAt, row.EndedAt, row.Enumerators, row.Refusals, row.LastAt)),
        ];

        DateTimeOffset MidnightOf(DateOnly date) => new(date.ToDateTime(TimeOnly.MinValue), point.Zone.GetUtcOffset(date.ToDateTime(TimeOnly.MinValue)));
    }

    private static async Task<IReadOnlyList<RecordVersion>> VersionsAsync(NodeDb db, Point point, Guid id, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return
        [
            .. (await connection.QueryAsync<(int Version, string Payload, string Person, DateTimeOffset ReceivedAt)>(
                "select version, payload, person, received_at from flows_groups where id = @id and point_id = @Point order by version", new { id, Point = point.Id }))
                .Select(row => new RecordVersion(row.Version, JsonSerializer.Deserialize(row.Payload, GroupJson.Default.SentGroup)!, row.Person, row.ReceivedAt)),
        ];
    }

    private static async Task<IResult> RecordAsync(HttpContext context, NodeDb db, LivePoints points, string code, Guid id, Problem? problem, CancellationToken cancellationToken)
    {
        var point = await EditPoints.FindAsync(context, points, code, cancellationToken);
        var versions = await VersionsAsync(db, point, id, cancellationToken);
        if (versions.Count == 0)
            throw PlatformProblems.NotFound.With();
        return StaffForm.Page<GroupPage>(
            context, problem, ("Point", point), ("Versions", versions), ("Names", await ActorNames.OfAsync(db, versions.Select(version => version.Person), cancellationToken)));
    }

    private static async Task<IResult> CorrectAsync(HttpContext context, NodeDb db, LivePoints points, ReceiveGroups groups, string code, Guid id, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var point = await EditPoints.FindAsync(context, points, code, cancellationToken);
        var versions = await VersionsAsync(db, point, id, cancellationToken);
        if (versions.Count == 0)
            throw PlatformProblems.NotFound.With();
        var last = versions[^1];
        if (form.Text("version") != last.Version.ToString(CultureInfo.InvariantCulture))
            throw PlatformProblems.Changed.With();
        var parts = last.Group.Parts.Select((part, at) => PartOf(form, part, at)).Where(part => part.Persons != 0).ToList();
        var withdrawn = form.Text("act") == "withdraw";
        var right = (withdrawn ? last.Group : Corrected(form, point, last.Group) with { Parts = parts, Size = parts.Sum(part => part.Persons) }) with
        {
            Version = last.Version + 1,
            Reason = form.Text("reason"),
            Withdrawn = withdrawn,
        };
        if (form.Refusal is { } refusal)
            return await RecordAsync(context, db, points, code, id, refusal, cancellationToken);
        var problem = GroupChecks.Look(right, db.Time.GetUtcNow());
        if (problem is null)
        {
            var answer = (await groups.TakeAsync([new CameGroup(right, JsonSerializer.Serialize(right, GroupJson.Default.SentGroup), null)], context.Actor(), context.Texts(), cancellationToken))[0];
            if (answer.Refusal is null)
                return Results.Redirect(string.Create(CultureInfo.InvariantCulture, $"{EditPoints.Root}/{code}?day={point.DayOf(right.ObservedAt):yyyy-MM-dd}&done=corrected"));
            problem = answer.Refusal;
        }

        return await RecordAsync(context, db, points, code, id, problem, cancellationToken);
    }

    // What the form does not ask stays as it was said.
    private static SentGroup Corrected(StaffForm form, Point point, SentGroup group)
    {
        string? Said(string name, string? before) => !form.Asks(name) ? before : form.Text(name) is { Length: > 0 } code ? code : null;
        var before = group.Reasons ?? [];
        var main = Said("cause", before.Count > 0 ? before[0] : null);
        var care = GroupCodes.Vulnerabilities
            .Select(code => (code, Count: form.Asks("care-" + code) ? form.Whole("care-" + code, GroupProblems.CountUnfit) : group.Vulnerabilities?.GetValueOrDefault(code)))
            .Where(one => one.Count is not null).ToDictionary(one => one.code, one => one.Count, StringComparer.Ordinal);
        return group with
        {
            ObservedAt = form.Asks("observed") ? Moment(form, point, group.ObservedAt) : group.ObservedAt,
            Direction = Said("direction", group.Direction) ?? "_U",
            Origin = Said("origin", group.Origin),
            Previous = Said("previous", group.Previous),
            Next = Said("next", group.Next),
            Destination = Said("destination", group.Destination),
            Transport = Said("transport", group.Transport),
            Method = Said("method", group.Method) ?? "OBS",
            Note = Said("note", group.Note),
            Reasons = main is null ? null : [main, .. before.Skip(1).Where(other => other != main)],
            Vulnerabilities = care.Count == 0 ? null : care,
        };
    }

    // To the minute, by the clock at the point; the seconds stay where nobody has changed it.
    private static DateTimeOffset Moment(StaffForm form, Point point, DateTimeOffset before)
    {
        if (!DateTime.TryParseExact(form.Text("observed"), ClockFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var clock))
        {
            form.Refuse("observed", GroupProblems.TimeUnfit);
            return before;
        }

        return form.Text("observed") == Clock(point, before) ? before : new DateTimeOffset(clock, point.Zone.GetUtcOffset(clock));
    }

    /// <summary>A moment as the form asks for it: by the clock at the point, to the minute.</summary>
    public static string Clock(Point point, DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, point.Zone).ToString(ClockFormat, CultureInfo.InvariantCulture);

    private static SentPart PartOf(StaffForm form, SentPart part, int at)
    {
        var end = at.ToString(CultureInfo.InvariantCulture);
        var persons = form.Whole("persons-" + end, GroupProblems.CountUnfit) ?? part.Persons;
        var counts = GroupForm.Counts.Select(name => form.Whole($"{name}-{end}", GroupProblems.CountUnfit)).ToArray();
        return part with
        {
            Nationality = form.Text("nationality-" + end) is { Length: > 0 } code ? code : part.Nationality,
            Persons = persons,
            Women = counts[0],
            Men = counts[1],
            Girls = counts[2],
            Boys = counts[3],
            // In other ages they stand as they were said, unless the number has changed: then nobody knows them any more.
            Cells = persons == part.Persons && counts.All(count => count is null) ? part.Cells : null,
        };
    }

    private sealed record ShiftRow
    {
        public string Person { get; init; } = "";

        public DateTimeOffset StartedAt { get; init; }

        public DateTimeOffset? EndedAt { get; init; }

        public int Enumerators { get; init; }

        public int? Refusals { get; init; }

        public DateTimeOffset? LastAt { get; init; }
    }
}
