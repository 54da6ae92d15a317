using System.Globalization;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Languages;
using Tambo.Platform.Shell;

namespace Tambo.Flows.Pages;

/// <summary>One row of a file with what it became.</summary>
/// <param name="File">The file's name, with the sheet where it has several.</param>
/// <param name="ImportHref">The page of its series.</param>
/// <param name="Line">The line.</param>
/// <param name="Mapping">The mapping and its version.</param>
/// <param name="Original">The values as they stand in the file, by column.</param>
/// <param name="Became">What it became, by component, in words.</param>
/// <param name="Value">What it counts.</param>
/// <param name="Sure">False when it only may belong to what was asked.</param>
/// <param name="IsKept">True when the line is not shown for whom the right does not reach all places: it may tell of others.</param>
public sealed record WalkedRow(
    string File, string ImportHref, int Line, string Mapping, IReadOnlyList<(string Column, string Value)> Original, IReadOnlyList<(string Component, string Words)> Became, string Value, bool Sure, bool IsKept);

/// <summary>A page of rows.</summary>
/// <param name="Rows">The rows.</param>
/// <param name="Number">The page, from 1.</param>
/// <param name="HasMore">True when there are further rows.</param>
/// <param name="SomeElsewhere">True when rows of places that the reader may not see were passed over.</param>
/// <param name="Periods">Years to choose from.</param>
public sealed record RowsAnswer(IReadOnlyList<WalkedRow> Rows, int Number, bool HasMore, bool SomeElsewhere, IReadOnlyList<Choice> Periods);

/// <summary>Somebody who may walks from a figure back to the rows of the files that it was made of.</summary>
internal static class ShowRows
{
    public const string Root = FlowsView.Root + "/rows";

    private const int PerPage = 25;
    private const int LastPage = 40_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Root, ShowAsync).Needs(FlowsRights.Rows).RequireRateLimiting(RateLimits.Costly).ExcludeFromDescription();

    private static async Task<IResult> ShowAsync(HttpContext context, FlowsDesk desk, QueryFlows query, NodeDb db, BlobStore blobs, CancellationToken cancellationToken)
    {
        var (texts, view) = (context.PageTexts(), FlowsView.Of(context, Root));
        var number = int.TryParse(context.Request.Query["page"], NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, LastPage) : 1;
        var sheet = await desk.OpenAsync(view, cancellationToken);
        var of = sheet.Series.FirstOrDefault(series => series.Code == view.Series);
        var scope = RowScope.For(context.Actor(), sheet.Points);
        var (rows, someElsewhere) = await query.RowsAsync(
            new FlowsQuery { Dataflow = of?.Dataflow ?? "FLOW", Where = view.Conditions(), AsOf = view.AsOf, Training = view.Training }, scope, (number - 1) * PerPage, PerPage + 1, cancellationToken);
        var shown = new List<WalkedRow>();
        foreach (var import in rows.Take(PerPage).GroupBy(row => row.Import))
            shown.AddRange(await WalkedAsync(db, blobs, import, scope, texts, cancellationToken));
        var answer = new RowsAnswer(shown, number, rows.Count > PerPage, someElsewhere, ShowCountry.YearChoices(of is null ? sheet.Series : [of], view, texts));
        return await FlowsPages.AnswerAsync<RowsPage>(context, desk, sheet, [], answer, cancellationToken);
    }

    private static async Task<IReadOnlyList<WalkedRow>> WalkedAsync(NodeDb db, BlobStore blobs, IGrouping<Guid, SourceRow> import, RowScope scope, Texts texts, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        // What was recorded at a point and lies in no file yet has no import either.
        var kept = await connection.QuerySingleOrDefaultAsync<KeptImport>(
            "select file_hash, mapping, mapping_version, mapping_hash, mapping_json from flows_imports where id = @Key", new { import.Key }) ?? new KeptImport();
        OriginalRows? original = null;
        var recorded = import.Key == Guid.Empty ? await RecordedAsync(connection, db, import) : [];
        // Records of groups are a line each, of one point; a line of any other file may tell of several places.
        var isKept = kept.FileHash.Length > 0 && kept.MappingHash != Collecting.SealGroups.Sealed && !scope.IsWhole;
        // A file that was taken away leaves its observations: they are shown without it.
        if (kept.FileHash.Length > 0 && !isKept && await blobs.OpenAsync(kept.FileHash, cancellationToken) is { } file)
        {
            await using (file)
            {
                var lines = import.Select(row => row.Line).ToHashSet();
                // Records of groups were read through no mapping.
                original = kept.MappingHash == Collecting.SealGroups.Sealed
                    ? await OriginalRows.RecordsAsync(file, lines, cancellationToken)
                    : OriginalRows.Read(file, MappingShelf.Read(kept.MappingJson, kept.Mapping), lines, DateOnly.FromDateTime(db.Time.GetUtcNow().UtcDateTime), cancellationToken);
            }
        }

        var of = (await FileOfRows.OfAsync(connection, [import.Key]))[import.Key];
        var places = import.Select(row => row.Line).Distinct().ToDictionary(line => line, line => of.Name.Length == 0 ? (File: import.First().Series, Line: line) : of.Place(line));
        var mapping = kept.Mapping.Length == 0 ? texts["flows.page.rows.gathered"] : texts.Format("flows.page.rows.mapping", ("name", kept.Mapping), ("version", kept.MappingVersion.ToString(CultureInfo.InvariantCulture)));
        return
        [
            .. import.Select(row => new WalkedRow(
                places[row.Line].File, $"{ShowSeries.Root}/{Uri.EscapeDataString(row.Series)}", places[row.Line].Line, mapping,
                original?.Lines.TryGetValue(row.Line, out var values) == true ? [.. original.Columns.Zip(values)]
                    : row.Record is { } record && recorded.TryGetValue(record, out var payload) ? [.. OriginalRows.OfRecord(payload).Select(said => (said.Key, said.Value))] : [],
                [.. row.Codes.Select(code => (texts.Knows("flows.page.component." + code.Key.ToLowerInvariant()) ? texts["flows.page.component." + code.Key.ToLowerInvariant()] : code.Key, Words(code.Key, code.Value, texts)))],
                row.Value is { } value ? CodeWords.Figure(value, texts) : texts["shell.unknown"], row.Sure, isKept)),
        ];
    }

    private static async Task<Dictionary<(Guid, int), string>> RecordedAsync(System.Data.Common.DbConnection connection, NodeDb db, IEnumerable<SourceRow> rows) =>
        (await connection.QueryAsync<(Guid Id, int Version, string Payload)>(
            "select id, version, payload from flows_groups where id" + db.Dialect.IsAmong,
            new { Among = db.Dialect.Among(rows.Select(row => row.Record?.Id).OfType<Guid>().Distinct().Select(id => id.ToString("D"))) })).ToDictionary(row => (row.Id, row.Version), row => row.Payload);

    private static string Words(string component, string code, Texts texts) => component == Dataflow.Period && Period.Read(code) is { } period ? CodeWords.Of(period, texts) : CodeWords.Of(component, code, texts);

    private sealed record KeptImport
    {
        public string FileHash { get; init; } = "";

        public string Mapping { get; init; } = "";

        public int MappingVersion { get; init; }

        public string MappingHash { get; init; } = "";

        public string MappingJson { get; init; } = "";
    }
}
