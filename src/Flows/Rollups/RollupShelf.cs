using System.Collections.Concurrent;
using Tambo.Flows.Cube;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;

namespace Tambo.Flows.Rollups;

/// <summary>
/// The rollups of segments: small files in the folder <c>rollups</c> of the data folder, made at import or when first asked
/// for, checked whole when opened, and made again when one is missing or damaged.
/// </summary>
internal sealed class RollupShelf(string folder) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Rollup>>> known = new(StringComparer.Ordinal);

    /// <summary>The rollups of a segment, the smallest first.</summary>
    public IReadOnlyList<Rollup> Of(string hash, SegmentFile file)
    {
        if (file.Rows < RollupPlan.LeastRows)
            return [];
        try
        {
            return known.GetOrAdd(hash, _ => new Lazy<IReadOnlyList<Rollup>>(() => Make(hash, file))).Value;
        }
        catch
        {
            // A segment that is damaged has none; when it is whole again it is asked again.
            known.TryRemove(hash, out _);
            throw;
        }
    }

    /// <summary>The periods of which a segment has observations, by the country that reported them.</summary>
    public static IReadOnlyList<(string Area, IReadOnlyList<(string Code, Period Period)> Periods)> PeriodsOf(IReadOnlyList<StandingSegment> standing)
    {
        if (standing is not [var segment, ..])
            return [];
        var areas = segment.File.Find("REF_AREA")?.Codes ?? [];
        // Of one country alone the codes of the footer say it; nothing is read.
        var pairs = areas.Count <= 1 && standing is [{ Only.Count: 0 }]
            ? (segment.File.Find(Dataflow.Period)?.Codes ?? []).Select(code => (Area: areas.Count == 0 ? "_T" : areas[0], Code: code))
            : AskCube.Answer(new CubeQuestion { By = [Grouping.By("REF_AREA"), Grouping.By(Dataflow.Period)] }, standing, 1).Select(figure => (Area: figure.Labels[0], Code: figure.Labels[1]));
        return [.. pairs.GroupBy(pair => pair.Area, StringComparer.Ordinal)
            .Select(area => (area.Key, (IReadOnlyList<(string, Period)>)[.. area.Where(pair => Period.Read(pair.Code) is not null).Select(pair => (pair.Code, Period.Read(pair.Code)!.Value))]))];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var rollups in known.Values.Where(rollups => rollups.IsValueCreated))
        {
            foreach (var rollup in rollups.Value)
                rollup.File.Dispose();
        }
    }

    private List<Rollup> Make(string hash, SegmentFile file)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, "rollups")).FullName;
        var made = new List<Rollup>();
        // Two plans may come to the same columns in a segment that has few.
        var wanted = RollupPlan.All.Select(plan => MakeRollup.ColumnsOf(file, plan)).OfType<IReadOnlyList<SegmentColumn>>()
            .Select(columns => (Columns: columns, Name: string.Join('-', columns.Where(column => column.Codes.Count > 1).Select(column => column.Code).Order(StringComparer.Ordinal))))
            .DistinctBy(one => one.Name, StringComparer.Ordinal);
        // The largest first: smaller ones are sums of them, which are less to read than the segment.
        foreach (var (columns, name) in wanted.OrderByDescending(one => MakeRollup.KeysOf(one.Columns)))
        {
            var from = made.Where(rollup => columns.All(column => rollup.File.Find(column.Code) is not null)).MinBy(rollup => rollup.File.Rows)?.File ?? file;
            if (One(Path.Combine(place, $"{hash}-{name}"), file, from, columns) is { } rollup)
                made.Add(rollup);
        }

        return [.. made.OrderBy(rollup => rollup.File.Rows)];
    }

    private static Rollup? One(string path, SegmentFile file, SegmentFile from, IReadOnlyList<SegmentColumn> columns)
    {
        if (Open(path) is { } present)
            return present.File.Rows == 0 ? null : present;
        var half = $"{path}.{Environment.ProcessId}";
        try
        {
            using (var stream = new FileStream(half, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                // Noted by a file without rows, so that it is not tried again at every start.
                if (!MakeRollup.Write(file, from, columns, stream))
                    new SegmentWriter(stream, []).Finish(Rollup.AsTheyWere);
            }

            File.Move(half, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without room for a cache the segment itself is asked.
            return null;
        }

        return Open(path) is { File.Rows: > 0 } made ? made : null;
    }

    private static Rollup? Open(string path)
    {
        if (!File.Exists(path))
            return null;
        try
        {
            var file = SegmentFile.Open(path);
            file.Verify();
            return new Rollup(file);
        }
        catch (SegmentDamagedException)
        {
            return null;
        }
    }
}
