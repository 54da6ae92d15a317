using System.Globalization;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Charts;
using Tambo.Flows.Cube;
using Tambo.Flows.Reading;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Problems;

namespace Tambo.Flows.Pages;

/// <summary>One file that was brought in for a series.</summary>
public sealed record ListedImport(string Day, string File, string Mapping, long Read, long Observations, long Refused, long LeftOut, bool Stands);

/// <summary>What a category of the source became.</summary>
public sealed record ListedLedger(string Columns, string Value, string Became, string Carried, string Why, long Rows, long Sum);

/// <summary>What was wrong with rows of the newest file.</summary>
public sealed record ListedIssue(string Line, string Text);

/// <summary>What is known of a series itself: where it comes from, how it is to be read, what its newest file changed.</summary>
public sealed record SeriesAnswer
{
    /// <summary>Its name.</summary>
    public required string Title { get; init; }

    /// <summary>Where it comes from.</summary>
    public required ChartSource Source { get; init; }

    /// <summary>What must be known of it.</summary>
    public required IReadOnlyList<string> Notes { get; init; }

    /// <summary>Its files, newest first.</summary>
    public required IReadOnlyList<ListedImport> Imports { get; init; }

    /// <summary>Categories that were not carried over exactly.</summary>
    public required IReadOnlyList<ListedLedger> Inexact { get; init; }

    /// <summary>Categories that were.</summary>
    public required IReadOnlyList<ListedLedger> Exact { get; init; }

    /// <summary>What the newest file changed, by period: before and after.</summary>
    public required IReadOnlyList<(string Period, string Before, string After)> Changes { get; init; }

    /// <summary>How many periods it changed.</summary>
    public required int Changed { get; init; }

    /// <summary>What was wrong with its rows.</summary>
    public required IReadOnlyList<ListedIssue> Issues { get; init; }

    /// <summary>True when these are told line by line, to whom may see all rows; else how many there are of each kind.</summary>
    public required bool IssuesByLine { get; init; }

    /// <summary>Where its rows are walked to, or null.</summary>
    public string? RowsHref { get; init; }
}

/// <summary>Somebody asks what a series is made of: its files, what each word of them became, and what a correction changed.</summary>
internal static class ShowSeries
{
    public const string Root = FlowsView.Root + "/series";

    private const int MostChanges = 50;
    private const int MostIssues = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root + "/{code}", ShowAsync).Needs(FlowsRights.Read).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, NodeDb db, string code, CancellationToken cancellationToken)
    {
        var (texts, view) = (FlowsPages.TextsOf(context), FlowsView.Of(context, $"{Root}/{Uri.EscapeDataString(code)}"));
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var series = sheet.Find(code) ?? throw PlatformProblems.NotFound.With();
        await using var connection = await db.ReadAsync(cancellationToken);
        var imports = (await connection.QueryAsync<ImportRow>(
            """
            select id, file_name, mapping, mapping_version, rows_read, observations, rows_refused, rows_left_out, committed_at, issue_counts
            from flows_imports where series = @code and state = 'standing' order by committed_at desc, id desc
            """,
            new { code })).Where(row => view.AsOf is not { } moment || row.CommittedAt <= moment).ToList();
        // Of a series that is recorded at points nothing may lie in a file yet.
        var newest = imports.Count > 0 ? imports[0].Id : Guid.Empty;
        var ledger = (await connection.QueryAsync<LedgerRow>(
            "select columns, value, components, became, carried, why, rows, sum from flows_ledger where import_id = @newest order by ordinal", new { newest })).Select(line => Listed(line, texts)).ToLookup(line => line.Exact, line => line.Line);
        // A refused row lies in no place that is known.
        var issues = !RowScope.For(context.Actor(), sheet.Points).IsWhole ? [] : (await connection.QueryAsync<(int Line, string Code, string Value, string Source)>(
            "select line, code, value, source from flows_issues where import_id = @newest order by ordinal limit @MostIssues", new { newest, MostIssues })).Select(issue => new ListedIssue(
                new LinePlace(issue.Source, issue.Line).ToString(), texts.Format("issue." + issue.Code, ("value", issue.Value)))).ToList();
        var changes = await ChangesAsync(desk, sheet, series, imports, texts, cancellationToken);
        var answer = new SeriesAnswer
        {
            Title = series.Title(texts),
            Source = series.Source(texts),
            Notes = SeriesNotes.Of(series, [Dataflow.Period], texts, named: false),
            Imports =
            [
                .. imports.Select(row => new ListedImport(
                    CodeWords.Day(row.CommittedAt, texts), row.FileName, texts.Format("flows.page.rows.mapping", ("name", row.Mapping), ("version", row.MappingVersion.ToString(CultureInfo.InvariantCulture))),
                    row.RowsRead, row.Observations, row.RowsRefused, row.RowsLeftOut, series.Imports.Any(import => import.Id == row.Id))),
            ],
            Inexact = [.. ledger[false]],
            Exact = [.. ledger[true]],
            Changes = [.. changes.Take(MostChanges)],
            Changed = changes.Count,
            IssuesByLine = issues.Count > 0,
            Issues = imports.Count > 0 ? IssueCounts(imports[0], issues, texts) : [],
            RowsHref = view.MayWalk ? (view with { Series = code }).Href(ShowRows.Root) : null,
        };
        return await FlowsPages.AnswerAsync<SeriesPage>(context, desk, sheet, [], answer, cancellationToken);
    }

    // What was known just before the newest file came, against what is known since.
    private static async Task<IReadOnlyList<(string Period, string Before, string After)>> ChangesAsync(
        FlowsDesk desk, FlowsSheet sheet, StandingSeries series, List<ImportRow> imports, Texts texts, CancellationToken cancellationToken)
    {
        if (imports.Count < 2)
            return [];
        var earlier = await desk.OpenAsync(sheet.View with { Moment = imports[0].CommittedAt.AddMilliseconds(-1) }, cancellationToken);
        if (earlier.Find(series.Code) is not { } before)
            return [];
        var old = (await earlier.OverTimeAsync([before], "day", [], cancellationToken))[series.Code].ToDictionary(point => point.Period);
        var present = (await sheet.OverTimeAsync([series], "day", [], cancellationToken))[series.Code].ToDictionary(point => point.Period);
        return
        [
            .. old.Keys.Union(present.Keys).OrderBy(period => period.From).ThenBy(period => period.Until)
                .Where(period => old.GetValueOrDefault(period) is var was && present.GetValueOrDefault(period) is var now && (was is null || now is null || !was.IsSame(now)))
                .Select(period => (CodeWords.Of(period, texts), Words(old.GetValueOrDefault(period), texts), Words(present.GetValueOrDefault(period), texts))),
        ];
    }

    private static string Words(ChartPoint? point, Texts texts) => point is null ? "–" : CodeWords.Range(point, texts);

    private static (bool Exact, ListedLedger Line) Listed(LedgerRow line, Texts texts)
    {
        var became = line.Components.Length == 0 ? texts.Format("flows.reading.left_out_why", ("why", Assistant.ImportWords.Why(line.Why, texts))) : string.Join(texts.Comma, line.Components.Split('|').Zip(line.Became.Split('|'), (component, code) =>
            component.Equals(Dataflow.Period, StringComparison.OrdinalIgnoreCase) && Period.Read(code) is { } period ? CodeWords.Of(period, texts) : CodeWords.Of(component.ToUpperInvariant(), code, texts)));
        return (line.Carried == "exact", new ListedLedger(
            line.Columns.Replace("|", texts.Comma, StringComparison.Ordinal), line.Value.Replace("|", texts.Comma, StringComparison.Ordinal), became, line.Carried,
            Assistant.ImportWords.Why(line.Why, texts), line.Rows, line.Sum));
    }

    // To whoever may not see rows: how many, and of which kind.
    private static List<ListedIssue> IssueCounts(ImportRow import, List<ListedIssue> issues, Texts texts) => issues.Count > 0 ? issues :
        [.. (JsonSerializer.Deserialize<Dictionary<string, long>>(import.IssueCounts) ?? []).Select(pair => new ListedIssue(pair.Value.ToString("#,0", texts.Culture), texts.Format("issue." + pair.Key, ("value", "…"))))];

    private sealed record ImportRow
    {
        public Guid Id { get; init; }

        public string FileName { get; init; } = "";

        public string Mapping { get; init; } = "";

        public int MappingVersion { get; init; }

        public long RowsRead { get; init; }

        public long Observations { get; init; }

        public long RowsRefused { get; init; }

        public long RowsLeftOut { get; init; }

        public DateTimeOffset CommittedAt { get; init; }

        public string IssueCounts { get; init; } = "";
    }

    private sealed record LedgerRow
    {
        public string Columns { get; init; } = "";

        public string Value { get; init; } = "";

        public string Components { get; init; } = "";

        public string Became { get; init; } = "";

        public string Carried { get; init; } = "";

        public string Why { get; init; } = "";

        public long Rows { get; init; }

        public long Sum { get; init; }
    }
}
