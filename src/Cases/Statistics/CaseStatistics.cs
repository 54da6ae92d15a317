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
using Tambo.Platform.Access.Users;
using Tambo.Platform.Database;
using Tambo.Platform.Http;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Cases.Statistics;

/// <summary>
/// Counts cases for reports: one fixed set of tables a month, without filters, rounded (<see cref="RoundedCounts"/>), counted once
/// and kept, so that nobody learns of one person from the difference of two questions, of two months, or of one question before a change
/// and after it. What was said by orientation or gender identity is in none.
/// </summary>
/// <remarks>
/// A job counts a month as soon as it has ended, for everybody who may ask. Whoever asks before it has, or was given the right since,
/// counts it themselves where the register is small; else they are told when to come again, and wait for nothing.
/// </remarks>
public sealed class CaseStatistics : IDisposable
{
    /// <summary>In a register of more cases than this nobody counts while they wait: so many take about half a second.</summary>
    internal const int MostAtOnce = 5000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim counting = new(1, 1);
    private readonly NodeDb db;
    private readonly CaseGuards guards;
    private readonly NodeSettings settings;
    private readonly CountCases count;

    internal CaseStatistics(NodeDb db, SealedRecords seals, CaseGuards guards, NodeSettings settings) =>
        (this.db, this.guards, this.settings, count) = (db, guards, settings, new CountCases(db, seals, guards));

    /// <summary>Counts what has ended.</summary>
    internal static Job Often { get; } = new("cases.figures", TimeSpan.FromMinutes(1), static (services, cancellationToken) =>
        ((CaseStatistics)services.GetService(typeof(CaseStatistics))!).CountEndedAsync(cancellationToken));

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OpenCase.Root + "/statistics", static async (HttpContext context, CaseStatistics statistics, CancellationToken cancellationToken) =>
                Results.Json(await statistics.RunAsync(context.Actor(), cancellationToken), CaseJson.Options))
            .Needs(CasesRights.Statistics).WithSummary("Figures of cases at the end of the last whole month, within the reach of the right; rounded to multiples of the threshold, and nothing told below twice that. 503 with Retry-After while a large register is counted");
        routes.MapGet(OpenCase.Root + "/statistics.csv", static async (HttpContext context, CaseStatistics statistics, CancellationToken cancellationToken) =>
                Results.Text(Csv(await statistics.RunAsync(context.Actor(), cancellationToken)), "text/csv", Encoding.UTF8))
            .Needs(CasesRights.Statistics).WithSummary("The same as CSV: table, row, column, count; a count that is not told is empty");
    }

    /// <summary>The figures of all cases within the reach of somebody's right, once the audit has the line of it.</summary>
    /// <param name="actor">Who asks; without the right they are given no case at all.</param>
    /// <param name="cancellationToken">Stops the counting.</param>
    /// <exception cref="Problem">The register is large and the month is not counted yet; says when to ask again. The console and jobs wait instead.</exception>
    public async Task<CaseFigures> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var scope = CaseScope.For(actor);
        var (reach, asOf, threshold) = (scope.Reach(CasesRights.Statistics), LastEnd(), Threshold);
        var figures = await KeptAsync(reach, asOf, threshold, cancellationToken) ?? await CountNowAsync(scope, asOf, threshold, actor, cancellationToken);
        await using var change = await db.BeginAsync(actor, "cases.statistics.made", "cases", cancellationToken);
        await change.CommitAsync(cancellationToken);
        return figures;
    }

    /// <summary>The figures of every month that was counted within the reach of somebody's right, the last one among them, the oldest first.</summary>
    /// <exception cref="Problem">As when the last month is asked for.</exception>
    internal async Task<IReadOnlyList<CaseFigures>> AllAsync(Actor actor, CancellationToken cancellationToken)
    {
        await RunAsync(actor, cancellationToken);
        await using var connection = await db.ReadAsync(cancellationToken);
        var kept = await connection.QueryAsync<string>(
            """
            select f.figures from cases_figures f where f.reach = @Reach
            and f.threshold = (select max(wide.threshold) from cases_figures wide where wide.reach = f.reach and wide.as_of = f.as_of) order by f.as_of
            """,
            new { Reach = CaseScope.For(actor).Reach(CasesRights.Statistics) });
        return [.. kept.Select(figures => JsonSerializer.Deserialize<CaseFigures>(figures, CaseJson.Options)!)];
    }

    /// <summary>Counts the month that ended last for the whole node and for everybody who may ask, where that was not done yet.</summary>
    internal async Task<string> CountEndedAsync(CancellationToken cancellationToken)
    {
        var (asOf, threshold, job) = (LastEnd(), Threshold, Actor.Job(Often.Name));
        var scopes = new List<CaseScope>();
        foreach (var scope in (await Colleagues.HoldingAsync(db, CasesRights.Statistics, cancellationToken)).Prepend(job).Select(CaseScope.For).DistinctBy(scope => scope.Reach(CasesRights.Statistics)))
        {
            if (await KeptAsync(scope.Reach(CasesRights.Statistics), asOf, threshold, cancellationToken) is null)
                scopes.Add(scope);
        }

        if (scopes.Count == 0 || !await AnyAsync(asOf, cancellationToken))
            return "0";
        var tallies = await count.RunAsync(scopes, asOf, cancellationToken);
        foreach (var (scope, tally) in scopes.Zip(tallies))
            await KeepAsync(scope.Reach(CasesRights.Statistics), Told(tally, asOf, threshold), job, cancellationToken);
        return scopes.Count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Ends with the node.</summary>
    public void Dispose() => counting.Dispose();

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

    private int Threshold => Math.Max(2, settings.File.SmallestCount);

    // The first moment after the last whole month.
    private DateTimeOffset LastEnd()
    {
        var now = db.Time.GetUtcNow();
        return new DateTimeOffset(now.Year, now.Month, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private CaseFigures Told(CaseTally tally, DateTimeOffset asOf, int threshold) => tally.Tell(asOf, RoundedCounts.Of(threshold, guards), threshold);

    // Whoever comes while somebody else counts waits a little for them, and not for a job.
    private async Task<CaseFigures> CountNowAsync(CaseScope scope, DateTimeOffset asOf, int threshold, Actor actor, CancellationToken cancellationToken)
    {
        var (reach, waits) = (scope.Reach(CasesRights.Statistics), actor.UserId is null);
        if ((!waits && await IsLargeAsync(cancellationToken)) || !await counting.WaitAsync(waits ? Timeout.InfiniteTimeSpan : Patience, cancellationToken))
            throw new Problem(CasesProblems.FiguresCounting, []) { RetryAfter = (int)Often.Every.TotalSeconds };
        try
        {
            return await KeptAsync(reach, asOf, threshold, cancellationToken)
                ?? await KeepAsync(reach, Told((await count.RunAsync([scope], asOf, cancellationToken))[0], asOf, threshold), actor, cancellationToken);
        }
        finally
        {
            counting.Release();
        }
    }

    private async Task<bool> AnyAsync(DateTimeOffset asOf, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>("select count(*) from (select 1 from cases_cases where created_at < @asOf limit 1) one", new { asOf }) > 0;
    }

    private async Task<bool> IsLargeAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<long>("select count(*) from (select 1 from cases_cases limit @More) few", new { More = MostAtOnce + 1 }) > MostAtOnce;
    }

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
}
