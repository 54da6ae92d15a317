using Dapper;
using Tambo.Flows.Collecting;
using Tambo.Flows.Cube;
using Tambo.Flows.Structure;
using Tambo.Platform.Database;

namespace Tambo.Flows.Imports;

/// <summary>
/// Adds to the hours of shifts those that files say, as far as their imports stand: what an import no longer says with its
/// figures it no longer says of hours. Of two imports that tell of one point and period the later one is believed.
/// </summary>
internal sealed class HoursOfImports(NodeDb db)
{
    private const string Area = "REF_AREA";
    private const string Place = "POINT";
    private const int MostKept = 8;

    private readonly Lock turn = new();
    private List<Made> kept = [];

    /// <summary>The hours of shifts and of files.</summary>
    /// <param name="shifts">Those of shifts.</param>
    /// <param name="imports">What figures are answered from.</param>
    /// <param name="asOf">The moment whose knowledge is asked for; null is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<KnownHours> WithAsync(KnownHours shifts, IReadOnlyList<StandingImport> imports, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        List<StandingImport>? saying = null;
        foreach (var import in imports)
        {
            if (import.SaysHours && import.StandsAt(asOf))
                (saying ??= []).Add(import);
        }

        if (saying is null)
            return shifts;
        // Beside them in a series, imports that say none make hours unknown: the same hours are told over the same imports alone.
        var tables = saying.Select(import => import.Series).ToHashSet(StringComparer.Ordinal);
        var those = imports.Where(import => tables.Contains(import.Series) && import.StandsAt(asOf)).ToList();
        lock (turn)
        {
            if (kept.Find(made => made.AsOf == asOf && ReferenceEquals(made.Shifts, shifts) && made.Imports.SequenceEqual(those, ReferenceEqualityComparer.Instance)) is { } known)
                return known.Hours;
        }

        var hours = new KnownHours(Together(shifts, those, await ReadAsync(saying, cancellationToken), asOf));
        lock (turn)
            kept = [.. kept.TakeLast(MostKept - 1), new Made(shifts, those, asOf, hours)];
        return hours;
    }

    private async Task<ILookup<Guid, (string Area, string Point, string Said)>> ReadAsync(List<StandingImport> imports, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = new List<(Guid Import, string Area, string Point, string Said)>();
        foreach (var import in imports)
            rows.AddRange(await connection.QueryAsync<(Guid, string, string, string)>("select import_id, area, point, said from flows_hours where import_id = @Id", new { import.Id }));
        return rows.ToLookup(row => row.Import, row => (row.Area, row.Point, row.Said));
    }

    private static Dictionary<string, IReadOnlyList<IHoursOfPoint>> Together(
        KnownHours shifts, IReadOnlyList<StandingImport> imports, ILookup<Guid, (string Area, string Point, string Said)> read, DateTimeOffset? asOf)
    {
        var all = shifts.ByTable.ToDictionary(table => table.Key, table => table.Value, StringComparer.Ordinal);
        foreach (var series in imports.GroupBy(import => import.Series, StringComparer.Ordinal))
        {
            var said = new Dictionary<(string Area, string Point), Dictionary<string, PeriodHours>>();
            foreach (var import in series.Where(import => import.SaysHours))
            {
                foreach (var (area, point, written) in read[import.Id])
                {
                    if (!said.TryGetValue((area, point), out var its))
                        said[(area, point)] = its = new(StringComparer.Ordinal);
                    var stands = StandsAt(import, area, point, asOf);
                    foreach (var one in HoursInFile.Read(written).Where(one => stands(one.Period)))
                    {
                        if (one.Observed is not null || !its.TryGetValue(one.Period, out var known) || known.Observed is null)
                            its[one.Period] = one;
                    }
                }
            }

            foreach (var import in series.Where(import => !import.SaysHours && import.Whole is not null && import.MappingHash != SealGroups.Sealed && import.Id != Guid.Empty))
                AddUnknown(said, import, asOf);
            var counted = (all.GetValueOrDefault(series.Key) ?? []).ToDictionary(point => (point.Area, point.Code));
            foreach (var (at, its) in said.Where(point => point.Value.Count > 0))
                counted[at] = new SaidPointHours(at.Area, at.Point, counted.GetValueOrDefault(at), its.Values);
            all[series.Key] = [.. counted.OrderBy(point => point.Key.Area, StringComparer.Ordinal).ThenBy(point => point.Key.Code, StringComparer.Ordinal).Select(point => point.Value)];
        }

        return all;
    }

    // What a file without hours counted at the same point: any of its points may have been counted in any of its periods.
    private static void AddUnknown(Dictionary<(string Area, string Point), Dictionary<string, PeriodHours>> said, StandingImport import, DateTimeOffset? asOf)
    {
        var (areas, points) = (Codes(Area), Codes(Place));
        var periods = import.CodesAt(asOf).ToList();
        foreach (var (_, its) in said.Where(point => areas.Contains(point.Key.Area) && points.Contains(point.Key.Point)))
        {
            foreach (var period in periods)
                its.TryAdd(period, new PeriodHours(period, null, null));
        }

        HashSet<string> Codes(string component) => [.. import.Whole!.Find(component)?.Codes ?? []];
    }

    // Whether what is said of a point stands: as long as something that was counted there in the period may.
    private static Func<string, bool> StandsAt(StandingImport import, string area, string point, DateTimeOffset? asOf)
    {
        var isGone = import.Replaced.PeriodsAt(asOf);
        if (!import.Replaced.HasScopesAt(asOf))
            return period => isGone?.Invoke(period) != true;
        var parts = import.Replaced.ScopesAt(asOf).Where(part => part.All(condition => condition.Component switch
        {
            Area => condition.Of(area) != Meant.Not,
            Place => condition.Of(point) != Meant.Not,
            _ => true,
        })).Select(part => part.Where(condition => condition.Component == Dataflow.Period).ToList()).ToList();
        return period => isGone?.Invoke(period) != true && parts.Exists(part => part.TrueForAll(condition => condition.Of(period) != Meant.Not));
    }

    private sealed record Made(KnownHours Shifts, IReadOnlyList<StandingImport> Imports, DateTimeOffset? AsOf, KnownHours Hours);
}
