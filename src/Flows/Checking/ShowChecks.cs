using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Idempotency;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Checking;

/// <summary>A finding as it is given to programs.</summary>
public sealed record GivenFinding(
    Guid Id, string Check, string Kind, string Severity, string Series, string Period, long Size, string State, string Sentence, IReadOnlyDictionary<string, string> Values, string Note, DateTimeOffset FoundAt,
    DateTimeOffset? GoneAt);

/// <summary>One side of a finding.</summary>
/// <param name="Words">What its rows are chosen by.</param>
/// <param name="Rows">Those of them that the reader may see; null when the reader may see no rows at all.</param>
/// <param name="SomeElsewhere">True when others lie in places that the reader's role does not reach.</param>
public sealed record FindingSide(string Words, IReadOnlyList<SourceRow>? Rows, bool SomeElsewhere);

/// <summary>Somebody reads what the checks found, walks to its rows, and explains it.</summary>
internal static class ShowChecks
{
    public const string Root = "/staff/flows/checks";

    private const int MostRows = 50;
    private const int LongestNote = 2000;

    /// <summary>The states that findings are listed by.</summary>
    public static IReadOnlyList<string> States { get; } = ["open", "explained", "gone"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, ListAsync).Needs(FlowsRights.Read).ExcludeFromDescription();
        routes.MapPost(Root, RunAsync).Needs(FlowsRights.Import).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapGet(Root + "/{id:guid}", (HttpContext context, Findings findings, NodeDb db, NodeSettings settings, QueryFlows flows, LivePoints points, Guid id, CancellationToken cancellationToken) =>
            OneAsync(context, findings, db, settings, flows, points, id, cancellationToken)).Needs(FlowsRights.Read).ExcludeFromDescription();
        routes.MapPost(Root + "/{id:guid}", ExplainAsync).Needs(FlowsRights.Import).ExcludeFromDescription().DisableAntiforgery().DoneOnce();
        routes.MapGet("/api/flows/findings", GiveAsync).Needs(FlowsRights.Read)
            .WithSummary("What the checks found in the figures: of a state (open, explained, gone) and a check, both when they are named").Produces<IReadOnlyList<GivenFinding>>();
    }

    private static async Task<IResult> ListAsync(HttpContext context, Findings findings, NodeDb db, LivePoints points, NodeSettings settings, CancellationToken cancellationToken)
    {
        var (texts, words) = (context.Texts(), await FindingWords.ReadAsync(db, points, cancellationToken));
        var state = StateOf(context);
        var check = context.Request.Query["check"].ToString();
        var broken = new List<(string, Problem)>();
        var checks = CheckShelf.All(settings.Folder, broken);
        return Page<ChecksPage>(
            context, ("State", state), ("Check", check), ("Checks", checks), ("Broken", broken.Select(one => one.Item2).ToList()), ("Findings", await findings.ListAsync(state, check, cancellationToken)),
            ("Sentence", (Func<Finding, string>)(finding => words.Sentence(finding, texts))), ("MayRun", context.Actor().May(FlowsRights.Import)));
    }

    private static async Task<IResult> RunAsync(HttpContext context, RunChecks checks, CancellationToken cancellationToken)
    {
        await checks.RunAsync(context.Actor(), cancellationToken);
        return Results.Redirect(Root);
    }

    private static async Task<IResult> OneAsync(
        HttpContext context, Findings findings, NodeDb db, NodeSettings settings, QueryFlows flows, LivePoints points, Guid id, CancellationToken cancellationToken)
    {
        var finding = await findings.FindAsync(id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        var sides = new List<FindingSide>();
        var scope = context.Actor().May(FlowsRights.Rows) ? RowScope.For(context.Actor(), await points.AllAsync(cancellationToken)) : null;
        foreach (var place in JsonSerializer.Deserialize<List<FoundPlace>>(finding.Places)!)
        {
            var seen = scope is null ? null : await RowsAsync(place, flows, scope, cancellationToken);
            sides.Add(new FindingSide(Words(place), seen?.Rows, seen?.SomeElsewhere == true));
        }

        var (texts, words) = (context.Texts(), await FindingWords.ReadAsync(db, points, cancellationToken));
        return Page<FindingPage>(
            context, ("Finding", finding), ("Check", CheckShelf.All(settings.Folder).FirstOrDefault(check => check.Code == finding.CheckCode)), ("Sides", sides),
            ("Files", await FilesAsync(db, sides, cancellationToken)), ("Sentence", words.Sentence(finding, texts)),
            ("NameOf", (Func<string, string>)(code => words.Series(code, texts))), ("WordOf", (Func<string, string, string>)((component, code) => words.Word(component, code, texts))), ("MayExplain", context.Actor().May(FlowsRights.Import)));
    }

    private static async Task<IResult> ExplainAsync(HttpContext context, Findings findings, Guid id, CancellationToken cancellationToken)
    {
        var form = await SentForm.ReadAsync(context, cancellationToken);
        var finding = await findings.FindAsync(id, cancellationToken) ?? throw PlatformProblems.NotFound.With();
        var note = form["note"].ToString().ReplaceLineEndings("\n").Trim();
        if (note.Length > LongestNote || note.Any(c => char.IsControl(c) && c != '\n'))
            throw PlatformProblems.Malformed.With();
        if (form["version"] != finding.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))
            throw PlatformProblems.Changed.With();
        await findings.ExplainAsync(finding, note, context.Actor(), cancellationToken);
        return Results.Redirect($"{Root}/{id:D}");
    }

    private static async Task<IReadOnlyList<GivenFinding>> GiveAsync(HttpContext context, Findings findings, NodeDb db, LivePoints points, CancellationToken cancellationToken)
    {
        var (texts, words) = (context.Texts(), await FindingWords.ReadAsync(db, points, cancellationToken));
        return [.. (await findings.ListAsync(StateOf(context), context.Request.Query["check"].ToString(), cancellationToken)).Select(one => new GivenFinding(
            one.Id, one.CheckCode, one.Kind, one.Severity, one.Series, one.Period, one.Size, one.State, words.Sentence(one, texts), one.Values, one.Note, one.FoundAt, one.GoneAt))];
    }

    private static string StateOf(HttpContext context) => context.Request.Query["state"].ToString() is { Length: > 0 } asked ? States.Contains(asked) ? asked : "" : "open";

    private static string Words(FoundPlace place) => place.Import is null ? string.Join(" · ", place.Where) : "";

    private static Task<SeenRows> RowsAsync(FoundPlace place, QueryFlows flows, RowScope scope, CancellationToken cancellationToken) =>
        place is { Import: { } import, Line: { } line }
            ? flows.LineAsync(place.Dataflow, import, line, scope, cancellationToken)
            : flows.RowsAsync(new FlowsQuery { Dataflow = place.Dataflow, Where = place.Where, AsPublished = true }, scope, 0, MostRows, cancellationToken);

    private static async Task<IReadOnlyDictionary<Guid, FileOfRows>> FilesAsync(NodeDb db, List<FindingSide> sides, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await FileOfRows.OfAsync(connection, sides.SelectMany(side => side.Rows ?? []).Select(row => row.Import));
    }

    private static PageResult<TPage> Page<TPage>(HttpContext context, params (string Name, object? Value)[] parameters)
        where TPage : IComponent =>
        new(context.Texts(), [("Staff", StaffPage.Of(context)), .. parameters]);
}
