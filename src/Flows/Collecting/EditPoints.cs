using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Places;
using Tambo.Platform.Problems;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Collecting;

/// <summary>A supervisor adds the points where groups are counted, and changes them.</summary>
internal static partial class EditPoints
{
    public const string Root = "/staff/flows/points";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).Needs(FlowsRights.Supervise).ExcludeFromDescription();
        routes.MapGet(Root + "/new", (HttpContext context, LivePoints points, CancellationToken cancellationToken) =>
            FormAsync(context, points, null, null, cancellationToken)).Needs(FlowsRights.Supervise).ExcludeFromDescription();
        routes.MapPost(Root + "/new", (HttpContext context, NodeDb db, LivePoints points, TextCatalog catalog, CancellationToken cancellationToken) =>
            SaveAsync(context, db, points, catalog, null, cancellationToken)).Needs(FlowsRights.Supervise).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapGet(Root + "/{code}/edit", (HttpContext context, LivePoints points, string code, CancellationToken cancellationToken) =>
            FormAsync(context, points, code, null, cancellationToken)).Needs(FlowsRights.Supervise).ExcludeFromDescription();
        routes.MapPost(Root + "/{code}/edit", (HttpContext context, NodeDb db, LivePoints points, TextCatalog catalog, string code, CancellationToken cancellationToken) =>
            SaveAsync(context, db, points, catalog, code, cancellationToken)).Needs(FlowsRights.Supervise).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
    }

    private static async Task<IResult> ListAsync(HttpContext context, NodeDb db, LivePoints points, CancellationToken cancellationToken) =>
        StaffForm.Page<PointsPage>(
            context, null, ("Points", await points.ForAsync(FlowsRights.Supervise, context.Actor(), cancellationToken)), ("Now", db.Time.GetUtcNow()));

    private static async Task<IResult> FormAsync(HttpContext context, LivePoints points, string? code, Problem? problem, CancellationToken cancellationToken) =>
        StaffForm.Page<PointPage>(
            context,
            problem,
            ("Point", code is null ? null : await FindAsync(context, points, code, cancellationToken)),
            ("Others", (await points.ForAsync(FlowsRights.Supervise, context.Actor(), cancellationToken)).Where(point => point.Code != code).ToList()));

    /// <summary>The point that a supervisor asks for.</summary>
    public static async ValueTask<Point> FindAsync(HttpContext context, LivePoints points, string code, CancellationToken cancellationToken) =>
        await points.FindAsync(code, FlowsRights.Supervise, context.Actor(), cancellationToken) ?? throw PlatformProblems.NotFound.With();

    private static async Task<IResult> SaveAsync(HttpContext context, NodeDb db, LivePoints points, TextCatalog catalog, string? code, CancellationToken cancellationToken)
    {
        var form = await StaffForm.ReadAsync(context, cancellationToken);
        var before = code is null ? null : await FindAsync(context, points, code, cancellationToken);
        if (before is not null && form.Text("version") != before.Version.ToString(CultureInfo.InvariantCulture))
            throw PlatformProblems.Changed.With();
        var point = Read(form, before, catalog, db.Time.GetUtcNow());
        if (form.Refusal is null && !context.Actor().May(FlowsRights.Supervise, point.Place))
            form.Refuse("country", GroupProblems.PointPlaceUnfit);
        if (form.Refusal is { } refusal)
            return await FormAsync(context, points, code, refusal, cancellationToken);
        try
        {
            await points.SaveAsync(point, context.Actor(), cancellationToken);
        }
        catch (Problem problem) when (FieldOf(problem.Kind) is { } field)
        {
            return await FormAsync(context, points, code, FormProblems.With((field, problem.Kind)), cancellationToken);
        }

        return Results.Redirect(Root);
    }

    /// <summary>What a form says; what cannot be is refused in it.</summary>
    internal static Point Read(StaffForm form, Point? before, TextCatalog catalog, DateTimeOffset now)
    {
        var code = before?.Code ?? form.Text("code", required: true).ToUpperInvariant();
        if (before is null && code.Length > 0 && (!Code().IsMatch(code) || code == "NEW"))
            form.Refuse("code", GroupProblems.PointCodeUnfit);
        var names = catalog.Languages.Select(language => (language.Code, Name: form.Text("name-" + language.Code))).Where(name => name.Name.Length > 0)
            .ToDictionary(name => name.Code, name => name.Name, StringComparer.Ordinal);
        if (names.Count == 0)
            form.Refuse("name-" + catalog.Languages[0].Code, FormProblems.Missing);
        var (latitude, longitude) = (form.Degrees("latitude", 90, GroupProblems.PointPlaceUnfit), form.Degrees("longitude", 180, GroupProblems.PointPlaceUnfit));
        if (latitude is null != longitude is null)
            form.Refuse(latitude is null ? "latitude" : "longitude", FormProblems.Missing);
        var point = new Point
        {
            Id = before?.Id ?? Guid.CreateVersion7(now),
            Code = code,
            Names = names,
            Kind = OneOf(form, "kind", Point.Kinds),
            Country = form.Text("country", required: true),
            Area = form.Text("area"),
            Latitude = latitude,
            Longitude = longitude,
            Adjacent = form.Text("adjacent"),
            Opens = Clock(form, "opens"),
            Closes = Clock(form, "closes"),
            TimeZone = form.Text("time_zone", required: true),
            Series = before?.Series ?? (form.Text("series").ToUpperInvariant() is { Length: > 0 } series ? series : "FM-" + code),
            Training = before?.Training ?? form.Ticked("training"),
            Version = before?.Version ?? 0,
            States = before?.States ?? [],
        };
        Look(form, point);
        var state = OneOf(form, "state", PointState.All);
        var since = form.Day("since", GroupProblems.PointPlaceUnfit) ?? (before is null ? DateOnly.FromDateTime(now.UtcDateTime) : null);
        return since is { } day && (before is null || before.StateOn(day) != state)
            ? point with { States = [.. point.States.Where(one => one.StartsOn != day), new PointState(day, state)] }
            : point;
    }

    private static string? FieldOf(ProblemKind kind) =>
        kind == GroupProblems.PointCodeTaken ? "code" : kind == GroupProblems.PointSeriesUnfit ? "series" : kind == GroupProblems.PointRecordedAt ? "country" : null;

    private static void Look(StaffForm form, Point point)
    {
        if (point.Country.Length > 0 && !GroupCodes.IsCountry(point.Country))
            form.Refuse("country", GroupProblems.PointPlaceUnfit);
        // An area elsewhere would put the point within reach of whoever looks after that one.
        if (point.Area.Length > 0 && (AdminAreas.Find(point.Area) is not { } area || area.Country != Countries.Find(point.Country)?.Alpha2))
            form.Refuse("area", GroupProblems.PointPlaceUnfit);
        if (point.Opens.Length == 0 != (point.Closes.Length == 0))
            form.Refuse(point.Opens.Length == 0 ? "opens" : "closes", FormProblems.Missing);
        if (point.TimeZone.Length > 0 && (!point.TimeZone.Contains('/', StringComparison.Ordinal) || !TimeZoneInfo.TryFindSystemTimeZoneById(point.TimeZone, out _)))
            form.Refuse("time_zone", GroupProblems.PointPlaceUnfit);
        if (!Code().IsMatch(point.Series))
            form.Refuse("series", GroupProblems.PointCodeUnfit);
    }

    private static string OneOf(StaffForm form, string name, IReadOnlyList<string> known)
    {
        var answer = form.Text(name, required: true);
        if (answer.Length > 0 && !known.Contains(answer))
            form.Refuse(name, FormProblems.Missing);
        return answer;
    }

    private static string Clock(StaffForm form, string name)
    {
        var text = form.Text(name);
        if (text.Length > 0 && !TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            form.Refuse(name, GroupProblems.PointPlaceUnfit);
        return text;
    }

    [GeneratedRegex("^[A-Z0-9][A-Z0-9_-]{1,39}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 200)]
    private static partial Regex Code();
}
