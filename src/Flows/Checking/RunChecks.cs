using System.Globalization;
using System.Text.Json;
using Tambo.Flows.Cube;
using Tambo.Flows.Imports;
using Tambo.Flows.Structure;
using Tambo.Platform.Access;
using Tambo.Platform.Database;
using Tambo.Platform.Parts;
using Tambo.Platform.Problems;
using Tambo.Platform.Settings;

namespace Tambo.Flows.Checking;

/// <summary>Looks the figures over, after each import and whenever somebody asks, and keeps what is found.</summary>
public sealed class RunChecks(NodeDb db, QueryFlows flows, LiveSegments live, NodeSettings settings)
{
    // The largest of a check that finds thousands; it is then the table that is wrong, not its months.
    private const int MostOfOneCheck = 1000;

    private (long Version, DateTimeOffset At) looked = (-1, DateTimeOffset.MinValue);

    /// <summary>Looks again whenever figures have changed.</summary>
    internal static Job Job { get; } = new("flows.checks", TimeSpan.FromMinutes(1), static async (services, cancellationToken) =>
    {
        var checks = (RunChecks)services.GetService(typeof(RunChecks))!;
        return await checks.RunWhenChangedAsync(Actor.Job("flows.checks"), cancellationToken) is { } report
            ? string.Create(CultureInfo.InvariantCulture, $"{report.Found} found, {report.Gone} gone, {report.Open.Count} open")
            : "nothing changed";
    });

    /// <summary>Runs all checks, and keeps what has changed since the last time.</summary>
    public async Task<ChecksReport> RunAsync(Actor actor, CancellationToken cancellationToken)
    {
        var version = db.Versions["flows"];
        var sees = await SeesAsync(cancellationToken);
        var standing = await live.GetAsync(cancellationToken);
        var asks = new Asks(flows, standing);
        var (found, failed) = (new List<(Check Check, Found Found)>(), new List<(string, string)>());
        var broken = new List<(string Code, Problem Fault)>();
        foreach (var check in CheckShelf.All(settings.Folder, broken))
        {
            try
            {
                found.AddRange((await FindAsync(check.Rule, asks, cancellationToken)).OrderByDescending(one => one.Size).DistinctBy(one => one.Key).Take(MostOfOneCheck).Select(one => (check, one)));
            }
            catch (Problem problem)
            {
                failed.Add((check.Code, problem.Kind.Code));
            }
            catch (Segments.SegmentDamagedException damaged)
            {
                failed.Add((check.Code, damaged.Message));
            }
        }

        // What they found before stays: whether it is still so is not known.
        failed.AddRange(broken.Select(one => (one.Code, $"{one.Fault.Kind.Code}: {one.Fault.Values.FirstOrDefault(value => value.Name == "what").Value}")));
        // What could not be looked at now may be when the node is started again; what another process has just brought in is not known here yet.
        var isAll = failed.Count == broken.Count && sees.Imports.SetEquals(standing.Select(import => import.Id));
        var (now, gone) = await KeepAsync(found, [.. failed.Select(one => one.Item1)], isAll ? sees : null, actor, cancellationToken);
        looked = (version, db.Time.GetUtcNow());
        return new ChecksReport(now, gone, await new Findings(db).ListAsync("open", "", cancellationToken), failed);
    }

    /// <summary>Runs them unless they were run over these figures already.</summary>
    internal async Task<ChecksReport?> RunWhenChangedAsync(Actor actor, CancellationToken cancellationToken)
    {
        var version = db.Versions["flows"];
        // Groups from the field change no version.
        if (looked.Version == version && db.Time.GetUtcNow() - looked.At < LookedOver.Gathering)
            return null;
        // It may have been before the last start, or by another process of the node.
        var (same, due) = await LookedOver.WasAsync(db, await SeesAsync(cancellationToken), cancellationToken);
        if (due)
            return await RunAsync(actor, cancellationToken);
        if (same)
            looked = (version, db.Time.GetUtcNow());
        return null;
    }

    private Task<Sight> SeesAsync(CancellationToken cancellationToken) =>
        LookedOver.SeesAsync(db, CheckShelf.Files(settings.Folder).Select(static file => (file.Code, file.Text.Json)), cancellationToken);

    private static async Task<IReadOnlyList<Found>> FindAsync(CheckRule rule, Asks asks, CancellationToken cancellationToken)
    {
        Task<FlowsAnswer> By(params string[] words) => asks.AskAsync(rule.Dataflow, words, rule.Where, cancellationToken);
        switch (rule.Kind)
        {
            case CheckKind.Agree:
                var tables = new List<FlowsAnswer>();
                foreach (var table in rule.Tables)
                    tables.Add(await asks.AskAsync(rule.Dataflow, rule.By, [.. rule.Where, .. table], cancellationToken));
                return [.. TablesAgree.Find(rule, tables)];
            case CheckKind.Impossible:
                return [.. SeriesInside.Impossible(rule, asks.Of(rule.Dataflow))];
            case CheckKind.Outlier:
                return [.. SeriesOverTime.Outliers(rule, await By([rule.Period, .. rule.By]))];
            case CheckKind.Missing:
                return [.. SeriesOverTime.Missing(rule, asks.Of(rule.Dataflow).SelectMany(import => import.PeriodsAt(null).Select(area => (import.Series, area.Area, area.Periods))))];
            case CheckKind.Levels when rule.Component == Dataflow.Period:
                return [.. SeriesLevels.Spans(rule, await asks.AskAsync(rule.Dataflow, [Dataflow.Period, "REF_AREA"], rule.Where, cancellationToken, asPublished: true))];
            case CheckKind.Levels:
                return [.. SeriesLevels.Totals(rule, asks)];
            case CheckKind.Doubled:
                return [.. DoubledRows.Find(rule, asks.Of(rule.Dataflow))];
            case CheckKind.Astray:
                return [.. AstrayRows.Find(rule, asks.Of(rule.Dataflow))];
            case CheckKind.Swapped:
                return [.. SeriesInside.Swapped(rule, asks)];
            default:
                return [.. SeriesOverTime.Repeated(rule, await By([rule.Period, .. rule.By]))];
        }
    }

    private async Task<(int Found, int Gone)> KeepAsync(List<(Check Check, Found Found)> found, HashSet<string> failed, Sight? sees, Actor actor, CancellationToken cancellationToken)
    {
        var known = (await new Findings(db).AllAsync(cancellationToken)).ToDictionary(one => (one.CheckCode, one.FindingKey));
        var at = db.Time.GetUtcNow();
        var (added, again) = (new List<object>(), new List<object>());
        foreach (var (check, one) in found)
        {
            var row = new
            {
                Id = Guid.CreateVersion7(at),
                Check = check.Code,
                one.Key,
                Kind = JsonNamingPolicy.SnakeCaseLower.ConvertName(check.Rule.Kind.ToString()),
                Severity = check.Severity.ToString().ToLowerInvariant(),
                one.Series,
                one.Period,
                one.Size,
                Said = JsonSerializer.Serialize(one.Said),
                Places = JsonSerializer.Serialize(one.Places),
                at,
            };
            if (!known.TryGetValue((check.Code, one.Key), out var before))
                added.Add(row);
            else if (before.State == "gone" || before.Said != row.Said || before.Severity != row.Severity || before.Places != row.Places)
                again.Add(row);
        }

        var still = found.Select(one => (one.Check.Code, one.Found.Key)).ToHashSet();
        var gone = known.Values.Where(one => one.State != "gone" && !still.Contains((one.CheckCode, one.FindingKey)) && !failed.Contains(one.CheckCode)).Select(one => new { one.Id, at }).ToList();
        if (added.Count + again.Count + gone.Count == 0 && (sees is null || (await LookedOver.WasAsync(db, sees, cancellationToken)).Same))
            return (0, 0);
        await using var change = await db.BeginAsync(actor, "flows.checks.run", "flows", cancellationToken, bulk: true);
        change.Describe(new { found = added.Count, again = again.Count, gone = gone.Count });
        if (added.Count > 0)
            await change.ExecuteAsync(
                """
                insert into flows_findings (id, check_code, finding_key, kind, severity, series, period, size, said, places, state, note, noted_by, noted_at, found_at, gone_at, version)
                values (@Id, @Check, @Key, @Kind, @Severity, @Series, @Period, @Size, @Said, @Places, 'open', '', '', null, @at, null, 1)
                on conflict (check_code, finding_key) do nothing
                """,
                added);
        if (again.Count > 0)
            await change.ExecuteAsync(
                """
                update flows_findings set kind = @Kind, severity = @Severity, period = @Period, size = @Size, said = @Said, places = @Places, state = 'open', gone_at = null,
                    found_at = @at, version = version + 1
                where check_code = @Check and finding_key = @Key
                """,
                again);
        if (gone.Count > 0)
            await change.ExecuteAsync("update flows_findings set state = 'gone', gone_at = @at, version = version + 1 where id = @Id", gone);
        if (sees is not null)
            await LookedOver.KeepAsync(change, sees, at);
        await change.CommitAsync(cancellationToken);
        return (added.Count + again.Count, gone.Count);
    }
}
