using System.Collections.Concurrent;
using Dapper;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Segments;
using Tambo.Flows.Structure;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Jobs;

namespace Tambo.Flows.Imports;

/// <summary>An import whose observations count, or counted once.</summary>
internal sealed record StandingImport
{
    /// <summary>The import.</summary>
    public required Guid Id { get; init; }

    /// <summary>Its series.</summary>
    public required string Series { get; init; }

    /// <summary>Counts the imports of the series.</summary>
    public required int SeriesVersion { get; init; }

    /// <summary>Its dataflow.</summary>
    public required string Dataflow { get; init; }

    /// <summary>True when everything of it is made up for practice.</summary>
    public required bool Training { get; init; }

    /// <summary>The hash of the file as it came.</summary>
    public required string FileHash { get; init; }

    /// <summary>The hash of the mapping it was read through.</summary>
    public required string MappingHash { get; init; }

    /// <summary>From when on it was known.</summary>
    public required DateTimeOffset CommittedAt { get; init; }

    /// <summary>Since when which of its periods stand no more; <c>*</c> is all of them.</summary>
    public required IReadOnlyDictionary<string, DateTimeOffset> Replaced { get; init; }

    /// <summary>What its ledger says of categories that could not be carried over exactly.</summary>
    public required IReadOnlyList<CarriedLine> Ledger { get; init; }

    /// <summary>Its observations.</summary>
    public required SegmentFile Segment { get; init; }

    /// <summary>True when something of it counted at a moment; null is now.</summary>
    public bool StandsAt(DateTimeOffset? moment) =>
        (moment is not { } at || CommittedAt <= at) && !(Replaced.TryGetValue("*", out var since) && IsPast(since, moment));

    /// <summary>True when it holds a period.</summary>
    public bool HasPeriod(string period) => Segment.Find(Structure.Dataflow.Period)!.Codes.Contains(period, StringComparer.Ordinal);

    /// <summary>Its observations as they counted at a moment; null is now.</summary>
    public StandingSegment At(DateTimeOffset? moment)
    {
        var gone = Replaced.Where(pair => IsPast(pair.Value, moment)).Select(pair => pair.Key).ToHashSet(StringComparer.Ordinal);
        return new StandingSegment(Segment, gone.Count == 0 ? null : gone.Contains, $"{Series}, {Id:D}");
    }

    /// <summary>The periods that counted at a moment; null is now.</summary>
    public IEnumerable<Period> PeriodsAt(DateTimeOffset? moment)
    {
        foreach (var code in Segment.Find(Structure.Dataflow.Period)?.Codes ?? [])
        {
            if (!(Replaced.TryGetValue(code, out var since) && IsPast(since, moment)) && Period.Read(code) is { } period)
                yield return period;
        }
    }

    private static bool IsPast(DateTimeOffset since, DateTimeOffset? moment) => moment is not { } at || since <= at;
}

/// <summary>The segments of all imports, open, with every one committed before they are asked for.</summary>
public sealed class LiveSegments : IDisposable
{
    private readonly NodeDb db;
    private readonly BlobStore blobs;
    private readonly AreaVersion version;
    private readonly SharedLoad load;
    private readonly ConcurrentDictionary<string, SegmentFile> files = new(StringComparer.Ordinal);
    private volatile Loaded? loaded;

    /// <param name="db">The node's database.</param>
    /// <param name="blobs">Where segments are kept.</param>
    public LiveSegments(NodeDb db, BlobStore blobs)
    {
        (this.db, this.blobs, version) = (db, blobs, db.Versions.Of("flows"));
        load = new SharedLoad(LoadAsync);
    }

    /// <summary>The imports, oldest first.</summary>
    internal async ValueTask<IReadOnlyList<StandingImport>> GetAsync(CancellationToken cancellationToken)
    {
        var wanted = version.Committed;
        while (true)
        {
            if (loaded is { } present && present.Version >= wanted)
                return present.Imports;
            await load.RunAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>What has been recorded at points and lies in no import yet; null where nobody records.</summary>
    public Collecting.GatheredGroups? Gathered { get; init; }

    /// <summary>Everything that figures are answered from, as it was known at a moment; null is now.</summary>
    internal async ValueTask<IReadOnlyList<StandingImport>> StandingAsync(DateTimeOffset? asOf, CancellationToken cancellationToken)
    {
        while (true)
        {
            var imports = await GetAsync(cancellationToken);
            if (Gathered is not { } gathered)
                return imports;
            if (asOf is { } moment)
                return [.. imports, .. await gathered.AtAsync(moment, cancellationToken)];
            // Sealed meanwhile, records lie in an import that was not looked at yet: all is taken from one moment.
            if (await gathered.BesideAsync(imports.Count(import => import.MappingHash == Collecting.SealGroups.Sealed), cancellationToken) is { } beside)
                return [.. imports, .. beside];
            await Task.Delay(20, cancellationToken);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        load.Dispose();
        foreach (var file in files.Values)
            file.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var wanted = version.Committed;
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<ImportRow>(
            """
            select i.id, i.series, s.version as series_version, i.dataflow, s.training, i.file_hash, i.mapping_hash, i.committed_at, i.segment_hash
            from flows_imports i join flows_series s on s.code = i.series
            where i.state = 'standing' order by i.committed_at, i.id
            """)).AsList();
        var replaced = (await connection.QueryAsync<ReplacedRow>("select import_id, period, at from flows_replacements")).ToLookup(row => row.ImportId);
        var ledger = (await connection.QueryAsync<LedgerRow>("select import_id, components, became, carried, why from flows_ledger where carried <> 'exact'")).ToLookup(row => row.ImportId);
        var imports = new List<StandingImport>();
        foreach (var row in rows)
        {
            imports.Add(new StandingImport
            {
                Id = row.Id,
                Series = row.Series,
                SeriesVersion = row.SeriesVersion,
                Dataflow = row.Dataflow,
                Training = row.Training,
                FileHash = row.FileHash,
                MappingHash = row.MappingHash,
                CommittedAt = row.CommittedAt,
                Replaced = replaced[row.Id].ToDictionary(gone => gone.Period, gone => gone.At, StringComparer.Ordinal),
                Ledger = CarriedLine.Of(ledger[row.Id].Select(line => (line.Components, line.Became, line.Carried == "bounded" ? Carried.Bounded : Carried.NotComparable, line.Why))),
                Segment = await OpenAsync(row, cancellationToken),
            });
        }

        loaded = new Loaded(imports, wanted);
    }

    private async Task<SegmentFile> OpenAsync(ImportRow row, CancellationToken cancellationToken)
    {
        if (files.TryGetValue(row.SegmentHash, out var open))
            return open;
        try
        {
            var path = await blobs.FileOfAsync(row.SegmentHash, cancellationToken) ?? throw new SegmentDamagedException("The segment is not there.");
            return files[row.SegmentHash] = SegmentFile.Open(path);
        }
        catch (SegmentDamagedException)
        {
            throw FlowsProblems.SegmentDamaged.With(("what", $"{row.Series}, {row.Id:D}"));
        }
    }

    private sealed record Loaded(IReadOnlyList<StandingImport> Imports, long Version);

    private sealed record ImportRow
    {
        public Guid Id { get; init; }

        public string Series { get; init; } = "";

        public int SeriesVersion { get; init; }

        public string Dataflow { get; init; } = "";

        public bool Training { get; init; }

        public string FileHash { get; init; } = "";

        public string MappingHash { get; init; } = "";

        public DateTimeOffset CommittedAt { get; init; }

        public string SegmentHash { get; init; } = "";
    }

    private sealed record LedgerRow
    {
        public Guid ImportId { get; init; }

        public string Components { get; init; } = "";

        public string Became { get; init; } = "";

        public string Carried { get; init; } = "";

        public string Why { get; init; } = "";
    }

    private sealed record ReplacedRow
    {
        public Guid ImportId { get; init; }

        public string Period { get; init; } = "";

        public DateTimeOffset At { get; init; }
    }
}
