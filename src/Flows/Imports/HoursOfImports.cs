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

    private volatile IReadOnlyList<Made> kept = [];

    /// <summary>The hours of shifts and of files.</summary>
    /// <param name="shifts">Those of shifts.</param>
    /// <param name="imports">What figures are answered from.</param>
    /// <param name="asOf">The moment whose knowledge is asked for; null is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<KnownHours> WithAsync(KnownHours shifts, IReadOnlyList<StandingImport> imports, DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        var present = kept;
        foreach (var made in present)
        {
            if (made.AsOf == asOf && ReferenceEquals(made.Shifts, shifts) && KeptAnswers.AreSame(made.Imports, imports))
                return made.Hours;
        }

        var tables = imports.Where(import => import.SaysHours && import.StandsAt(asOf)).Select(import => import.Series).ToHashSet(StringComparer.Ordinal);
        if (tables.Count == 0)
            return shifts;
        // Beside those that say hours, imports of a table that say none make hours unknown. What was put together of a table stays
        // while neither its imports nor its shifts change, whatever is counted elsewhere.
        var told = new Dictionary<string, Table>(StringComparer.Ordinal);
        foreach (var those in imports.Where(import => tables.Contains(import.Series) && import.StandsAt(asOf)).GroupBy(import => import.Series, StringComparer.Ordinal))
        {
            var (its, counted) = (those.ToList(), shifts.ByTable.GetValueOrDefault(those.Key) ?? []);
            told[those.Key] = present.Where(made => made.AsOf == asOf).Select(made => made.Tables.GetValueOrDefault(those.Key)).FirstOrDefault(table => table is not null
                && KeptAnswers.AreSame(table.Imports, its) && table.Counted.SequenceEqual(counted))
                ?? new Table(its, counted, Together(its, counted, await ReadAsync(its, cancellationToken), asOf));
        }

        var all = present.FirstOrDefault(made => made.AsOf == asOf && ReferenceEquals(made.Shifts, shifts) && made.Tables.Count == told.Count && told.Values.All(made.Tables.ContainsValue))?.Hours;
        all ??= new KnownHours(shifts.ByTable.Where(table => !told.ContainsKey(table.Key)).Concat(told.Select(table => KeyValuePair.Create(table.Key, table.Value.Hours)))
            .ToDictionary(table => table.Key, table => table.Value, StringComparer.Ordinal));
        kept = [.. present.Where(made => made.AsOf != asOf).TakeLast(MostKept - 1), new Made(shifts, imports, asOf, told, all)];
        return all;
    }

    private async Task<ILookup<Guid, (string Area, string Point, string Said)>> ReadAsync(IReadOnlyList<StandingImport> imports, CancellationToken cancellationToken)
    {
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = new List<(Guid Import, string Area, string Point, string Said)>();
        foreach (var import in imports.Where(import => import.SaysHours))
            rows.AddRange(await connection.QueryAsync<(Guid, string, string, string)>("select import_id, area, point, said from flows_hours where import_id = @Id", new { import.Id }));
        return rows.ToLookup(row => row.Import, row => (row.Area, row.Point, row.Said));
    }

    private static IReadOnlyList<IHoursOfPoint> Together(
        IReadOnlyList<StandingImport> imports, IReadOnlyList<IHoursOfPoint> shifts, ILookup<Guid, (string Area, string Point, string Said)> read, DateTimeOffset? asOf)
    {
        var said = new Dictionary<(string Area, string Point), Dictionary<string, PeriodHours>>();
        foreach (var import in imports.Where(import => import.SaysHours))
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

        foreach (var import in imports.Where(import => !import.SaysHours && import.Whole is not null && import.MappingHash != SealGroups.Sealed && import.Id != Guid.Empty))
            AddUnknown(said, import, asOf);
        var counted = shifts.ToDictionary(point => (point.Area, point.Code));
        var periods = said.Values.SelectMany(its => its.Keys).Distinct(StringComparer.Ordinal).Select(code => (code, Period: Period.Read(code))).Where(one => one.Period is not null)
            .ToDictionary(one => one.code, one => one.Period!.Value, StringComparer.Ordinal);
        foreach (var (at, its) in said.Where(point => point.Value.Count > 0))
            counted[at] = new SaidPointHours(at.Area, at.Point, counted.GetValueOrDefault(at), its.Values.Where(one => periods.ContainsKey(one.Period)).Select(one => (periods[one.Period], one)));
        return [.. counted.OrderBy(point => point.Key.Area, StringComparer.Ordinal).ThenBy(point => point.Key.Code, StringComparer.Ordinal).Select(point => point.Value)];
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

    /// <summary>The hours of a table with what they were put together of.</summary>
    private sealed record Table(IReadOnlyList<StandingImport> Imports, IReadOnlyList<IHoursOfPoint> Counted, IReadOnlyList<IHoursOfPoint> Hours);

    private sealed record Made(KnownHours Shifts, IReadOnlyList<StandingImport> Imports, DateTimeOffset? AsOf, Dictionary<string, Table> Tables, KnownHours Hours);
}
