using System.Globalization;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tambo.Cases.Access;
using Tambo.Cases.Register;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Statistics;

/// <summary>A table of counts of cases.</summary>
/// <param name="By">What its columns are: <c>state</c>, <c>month</c> or <c>place</c>.</param>
/// <param name="Rows">Kinds of cases; those of which nothing is told are put together as <c>others</c>.</param>
/// <param name="Columns">Codes of the columns; those of which nothing is told are put together as <c>others</c>.</param>
/// <param name="RowTotals">The total of each row, in cases, rounded; null where it is not told.</param>
/// <param name="ColumnTotals">The total of each column, in cases, rounded; null where it is not told.</param>
/// <param name="Cells">Counts by row and column, rounded; null where one is not told because it is small, or would give another away.</param>
public sealed record CaseFigureTable(
    string By, IReadOnlyList<string> Rows, IReadOnlyList<string> Columns, IReadOnlyList<long?> RowTotals, IReadOnlyList<long?> ColumnTotals, IReadOnlyList<IReadOnlyList<long?>> Cells);

/// <summary>How many cases have a profile of a group; a case may have several.</summary>
/// <param name="Group">The compartment that the profiles belong to.</param>
/// <param name="Count">In cases, rounded; null where it is not told.</param>
public sealed record ProfileFigure(string Group, long? Count);

/// <summary>Figures of cases as they stood at the end of the last whole month (UTC): nothing of them names or describes anybody.</summary>
/// <param name="AsOf">The first moment of the month that follows; cases opened before it count.</param>
/// <param name="Threshold">What every number is a multiple of; below twice this nothing is told.</param>
/// <param name="Total">How many cases, rounded; null when too few to say anything, or when it would say too much of its parts.</param>
/// <param name="Tables">Kinds by state, by month of opening and by place.</param>
/// <param name="Profiles">Groups of profiles.</param>
public sealed record CaseFigures(DateTimeOffset AsOf, int Threshold, long? Total, IReadOnlyList<CaseFigureTable> Tables, IReadOnlyList<ProfileFigure> Profiles);

/// <summary>
/// Counts cases for reports: one fixed set of tables a month, without filters, rounded (<see cref="RoundedCounts"/>), counted once
/// and kept, so that nobody learns of one person from the difference of two questions, of two months, or of one question before a change
/// and after it. What was said by orientation or gender identity is in none.
/// </summary>
public sealed class CaseStatistics : IDisposable
{
    private const int AtOnce = 1000;
    private const int Months = 12;
    private const string All = "all";
    private readonly SemaphoreSlim counting = new(1, 1);
    private readonly NodeDb db;
    private readonly SealedRecords seals;
    private readonly CaseGuards guards;
    private readonly NodeSettings settings;

    internal CaseStatistics(NodeDb db, SealedRecords seals, CaseGuards guards, NodeSettings settings) =>
        (this.db, this.seals, this.guards, this.settings) = (db, seals, guards, settings);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OpenCase.Root + "/statistics", static async (HttpContext context, CaseStatistics statistics, CancellationToken cancellationToken) =>
                Results.Json(await statistics.RunAsync(context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Statistics).WithSummary("Figures of cases at the end of the last whole month, within the reach of the right; rounded to multiples of the threshold, and nothing told below twice that");
        routes.MapGet(OpenCase.Root + "/statistics.csv", static async (HttpContext context, CaseStatistics statistics, CancellationToken cancellationToken) =>
                Results.Text(Csv(await statistics.RunAsync(context.Actor(), cancellationToken)), "text/csv", Encoding.UTF8))
            .Needs(CasesRights.Statistics).WithSummary("The same as CSV: table, row, column, count; a count that is not told is empty");
    }

    /// <summary>The figures of all cases within the reach of somebody's right, once the audit has the line of it.</summary>
    /// <param name="actor">Who asks; without the right they are given no case at all.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    public async Task<CaseFigures> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var now = db.Time.GetUtcNow();
        var asOf = new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var threshold = Math.Max(2, settings.File.SmallestCount);
        await using (var change = await db.BeginAsync(actor, "cases.statistics.made", "cases", cancellationToken))
            await change.CommitAsync(cancellationToken);
        var scope = CaseScope.For(actor);
        var reach = scope.Reach(CasesRights.Statistics);
        if (await KeptAsync(reach, asOf, threshold, cancellationToken) is { } kept)
            return kept;
        // Whoever comes while they are counted waits for them.
        await counting.WaitAsync(cancellationToken);
        try
        {
            return await KeptAsync(reach, asOf, threshold, cancellationToken) ?? await KeepAsync(reach, Of(await CountAsync(scope, asOf, cancellationToken), asOf, RoundedCounts.Of(threshold, guards), threshold), actor, cancellationToken);
        }
        finally
        {
            counting.Release();
        }
    }

    /// <summary>Ends with the node.</summary>
    public void Dispose() => counting.Dispose();

    /// <summary>Makes of counted cases the figures that may be told.</summary>
    internal static CaseFigures Of(IReadOnlyList<CountedCase> cases, DateTimeOffset asOf, RoundedCounts told, int threshold)
    {
        var total = told.Tell(All, cases.Count);
        if (total is null)
            return new CaseFigures(asOf, threshold, null, [], []);
        var kinds = told.Pool(Totals(cases.Select(one => one.Kind)), kind => $"kind {kind}");
        List<CaseFigureTable> tables = [Table("state", one => one.State), Table("month", one => one.Month), Table("place", one => one.Place)];
        // A total that would say too much of its parts gives way to them.
        var narrow = tables.Exists(table => told.IsNarrow(table.RowTotals, total) || told.IsNarrow(table.ColumnTotals, total));
        return new CaseFigures(
            asOf,
            threshold,
            narrow ? null : total,
            tables,
            [
                .. Compartments.All.Where(group => group is not (Compartments.Lgbti or Compartments.Identity or Compartments.Tracing or Compartments.Consular)).Select(group =>
                {
                    var count = cases.LongCount(one => one.Groups.Contains(group, StringComparer.Ordinal));
                    // Nearly all is told no more than hardly any.
                    return new ProfileFigure(group, told.Tell($"without {group}", cases.Count - count) is null ? null : told.Tell($"profile {group}", count));
                }),
            ]);

        CaseFigureTable Table(string by, Func<CountedCase, string> columnOf)
        {
            var names = told.Pool(Totals(cases.Select(columnOf)), column => $"{by} {column}");
            // Whether there are others is not told either: that line always stands.
            var (rows, columns) = (Lines(kinds), Lines(names));
            var counts = new long[rows.Count, columns.Count];
            foreach (var one in cases)
                counts[rows.IndexOf(kinds[one.Kind]), columns.IndexOf(names[columnOf(one)])]++;
            var cells = new long?[rows.Count, columns.Count];
            for (var i = 0; i < rows.Count; i++)
            {
                for (var j = 0; j < columns.Count; j++)
                    cells[i, j] = told.Tell($"kind {rows[i]} {by} {columns[j]}", counts[i, j]);
            }

            List<long?> rowTotals = [.. rows.Select((row, i) => told.Tell($"kind {row}", columns.Select((_, j) => counts[i, j]).Sum()))];
            List<long?> columnTotals = [.. columns.Select((column, j) => told.Tell($"{by} {column}", rows.Select((_, i) => counts[i, j]).Sum()))];
            var shown = told.Hide(cells, rowTotals, columnTotals);
            return new CaseFigureTable(by, rows, columns, rowTotals, columnTotals, [.. rows.Select((_, i) => (IReadOnlyList<long?>)[.. columns.Select((_, j) => shown[i, j])])]);
        }

        static List<string> Lines(IReadOnlyDictionary<string, string> pooled) =>
            [.. pooled.Values.Where(name => name != RoundedCounts.Others).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal), RoundedCounts.Others];
    }

    /// <summary>The figures as CSV (RFC 4180), none of whose cells a spreadsheet takes for a formula.</summary>
    internal static string Csv(CaseFigures figures)
    {
        var csv = new StringBuilder("table,row,column,count\r\n");
        foreach (var table in figures.Tables)
        {
            for (var i = 0; i < table.Rows.Count; i++)
            {
                for (var j = 0; j < table.Columns.Count; j++)
                    Line(table.By, table.Rows[i], table.Columns[j], table.Cells[i][j]);
                Line(table.By, table.Rows[i], "total", table.RowTotals[i]);
            }

            for (var j = 0; j < table.Columns.Count; j++)
                Line(table.By, "total", table.Columns[j], table.ColumnTotals[j]);
        }

        foreach (var profile in figures.Profiles)
            Line("profile", profile.Group, "total", profile.Count);
        Line("all", "total", "total", figures.Total);
        return csv.ToString();

        void Line(string table, string row, string column, long? count) => csv
            .Append(Cell(table)).Append(',').Append(Cell(row)).Append(',').Append(Cell(column)).Append(',')
            .Append(count?.ToString(CultureInfo.InvariantCulture) ?? "").Append("\r\n");
    }

    /// <summary>A text of a cell: quoted, and behind an apostrophe where a spreadsheet would run it.</summary>
    internal static string Cell(string text)
    {
        var safe = text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\n', ..] ? "'" + text : text;
        return $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static Dictionary<string, long> Totals(IEnumerable<string> codes) => codes.GroupBy(code => code, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.LongCount(), StringComparer.Ordinal);

    // A month that was told is not told more finely afterwards, whatever threshold is set meanwhile.
    private async Task<CaseFigures?> KeptAsync(string reach, DateTimeOffset asOf, int threshold, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<string>(
            "select figures from cases_figures where reach = @reach and as_of = @asOf and threshold >= @threshold order by threshold desc limit 1", new { reach, asOf, threshold }) is { } figures
            ? JsonSerializer.Deserialize<CaseFigures>(figures, CaseJson.Options) : null;
    }

    // Of two processes that have counted at once, the figures of the first are everybody's.
    private async Task<CaseFigures> KeepAsync(string reach, CaseFigures figures, Actor actor, CancellationToken cancellationToken)
    {
        await using (var change = await db.BeginAsync(actor, "cases.statistics.kept", "cases", cancellationToken))
        {
            await change.ExecuteAsync(
                "insert into cases_figures (reach, as_of, threshold, made_at, figures) values (@reach, @AsOf, @Threshold, @now, @json) on conflict (reach, as_of, threshold) do nothing",
                new { reach, figures.AsOf, figures.Threshold, now = db.Time.GetUtcNow(), json = JsonSerializer.Serialize(figures, CaseJson.Options) });
            await change.CommitAsync(cancellationToken);
        }

        return (await KeptAsync(reach, figures.AsOf, figures.Threshold, cancellationToken))!;
    }

    private async Task<IReadOnlyList<CountedCase>> CountAsync(CaseScope scope, DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        var counted = new List<CountedCase>();
        var condition = scope.Holding("c", CasesRights.Statistics);
        await using var connection = await db.ReadAsync(cancellationToken);
        for (var after = Guid.Empty; ;)
        {
            var rows = (await connection.QueryAsync<CaseRow>("select c.* from cases_cases c where c.id > @after and c.created_at < @asOf and " + condition + " order by c.id limit @AtOnce", scope.Parameters(new { after, asOf, AtOnce }))).ToList();
            if (rows.Count == 0)
                return counted;
            after = rows[^1].Id;
            var states = (await connection.QueryAsync<(Guid Case, string State)>(
                """
                select s.case_id, s.state from cases_case_states s
                where s.at < @asOf and not exists (select 1 from cases_case_states later where later.case_id = s.case_id and later.version > s.version and later.at < @asOf) and s.case_id
                """ + db.Dialect.IsAmong,
                new { asOf, Among = db.Dialect.Among(rows.Select(row => row.Id.ToString("D"))) })).ToDictionary(one => one.Case, one => one.State);
            var opened = await seals.OpenAsync(connection, [.. rows.Select(row => new Wanted(row.PersonId, row.Id, Compartments.All))], cancellationToken);
            foreach (var row in rows)
            {
                var contents = Compartments.All.Where(compartment => opened.ContainsKey((row.Id, compartment)))
                    .ToDictionary(compartment => compartment, compartment => opened[(row.Id, compartment)].Deserialize<CaseContent>(CaseJson.Options)!, StringComparer.Ordinal);
                counted.Add(new CountedCase(
                    contents.GetValueOrDefault(guards.CompartmentOf(row.Guard))?.Type ?? "unknown",
                    states.GetValueOrDefault(row.Id, CaseStates.Identified),
                    row.CreatedAt < asOf.AddMonths(-Months) ? "earlier" : row.CreatedAt.UtcDateTime.ToString("yyyy-MM", CultureInfo.InvariantCulture),
                    PlaceOf(row.AreaPath),
                    [.. contents.Where(content => content.Value.Profiles.Count > 0).Select(content => content.Key)]));
            }
        }
    }

    // The largest area of a country, and the country where no area is known; never anything smaller.
    private static string PlaceOf(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [] => "unknown",
        [.., var area, _, _] => area,
        [var country, ..] => country,
    };
}

/// <summary>What a case adds to the figures.</summary>
internal sealed record CountedCase(string Kind, string State, string Month, string Place, IReadOnlyList<string> Groups);
