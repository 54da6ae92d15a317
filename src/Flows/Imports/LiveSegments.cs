using System.Collections.Concurrent;
using Dapper;
using Tambo.Flows.Cube;
using Tambo.Flows.Harmonising;
using Tambo.Flows.Rollups;
using Tambo.Flows.Segments;
using Tambo.Platform.Blobs;
using Tambo.Platform.Database;
using Tambo.Platform.Jobs;

namespace Tambo.Flows.Imports;

/// <summary>
/// The segments of all imports, open, with every one committed before they are asked for. One that is damaged is made again
/// from its original where that gives the very same bytes; else it stands as damaged, and only who asks for it is refused.
/// </summary>
public sealed class LiveSegments : IDisposable
{
    private readonly NodeDb db;
    private readonly BlobStore blobs;
    private readonly AreaVersion version;
    private readonly SharedLoad load;
    private readonly RollupShelf rollups;
    private readonly ConcurrentDictionary<string, SegmentFile> files = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<SegmentFile> left = new();
    private readonly ConcurrentDictionary<string, bool> lost = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim mending = new(1);
    private volatile Loaded? loaded;

    /// <param name="db">The node's database.</param>
    /// <param name="blobs">Where segments are kept.</param>
    public LiveSegments(NodeDb db, BlobStore blobs)
    {
        (this.db, this.blobs, version) = (db, blobs, db.Versions.Of("flows"));
        load = new SharedLoad(LoadAsync);
        rollups = new RollupShelf(blobs.Folder);
    }

    /// <summary>The imports that this process is at work on, each with the file its observations are written to.</summary>
    internal ConcurrentDictionary<Guid, string> UnderWay { get; } = new();

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

    /// <summary>True when something of a series counts.</summary>
    internal async Task<bool> HasFiguresAsync(string series, CancellationToken cancellationToken) =>
        (await GetAsync(cancellationToken)).Any(one => one.Series == series && one.StandsAt(null));

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

    /// <summary>
    /// Tries to put a damaged segment right: from the database, else from the file as it came. True when it may be asked again.
    /// </summary>
    /// <param name="name">The import's <see cref="StandingImport.Name"/>.</param>
    /// <param name="again">True to try though it was tried before and could not be done; else each is tried once while the node runs.</param>
    /// <param name="cancellationToken">Gives up.</param>
    internal async Task<bool> MendAsync(string name, bool again, CancellationToken cancellationToken)
    {
        var seen = (await GetAsync(cancellationToken)).FirstOrDefault(import => import.Name == name);
        await mending.WaitAsync(cancellationToken);
        try
        {
            if ((await GetAsync(cancellationToken)).FirstOrDefault(import => import.Name == name) is not { } damaged || seen is null)
                return false;
            // Somebody else was faster.
            if (damaged.Whole is not null && damaged.Whole != seen.Whole)
                return true;
            if (!lost.TryAdd(damaged.SegmentHash, true) && !again)
                return false;
            if (files.TryRemove(damaged.SegmentHash, out var file))
                left.Enqueue(file);
            if (await new RebuildSegment(db, blobs).RunAsync(damaged, cancellationToken))
                lost.TryRemove(damaged.SegmentHash, out _);
            loaded = null;
            return !lost.ContainsKey(damaged.SegmentHash);
        }
        finally
        {
            mending.Release();
        }
    }

    /// <summary>Keeps the rollups of an import, so that the first who asks need not wait for them.</summary>
    internal async Task RollUpAsync(Guid id)
    {
        if ((await GetAsync(load.Stopping)).FirstOrDefault(import => import.Id == id) is not { Whole: { } segment } import)
            return;
        try
        {
            await Task.Run(() => rollups.Of(import.SegmentHash, segment), load.Stopping);
        }
        catch (SegmentDamagedException)
        {
            // Who asks is told, and it is made again.
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        load.Dispose();
        rollups.Dispose();
        mending.Dispose();
        foreach (var file in files.Values.Concat(left))
            file.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var wanted = version.Committed;
        await using var connection = await db.ReadAsync(cancellationToken);
        var rows = (await connection.QueryAsync<ImportRow>(
            """
            select i.id, i.series, i.dataflow, s.training, i.file_hash, i.mapping_hash, i.committed_at, i.segment_hash, i.hours
            from flows_imports i join flows_series s on s.code = i.series
            where i.state = 'standing' order by i.committed_at, i.id
            """)).AsList();
        var replaced = (await connection.QueryAsync<ReplacedRow>("select import_id, scope, period, at from flows_replacements")).ToLookup(row => row.ImportId);
        var ledger = (await connection.QueryAsync<LedgerRow>("select import_id, components, became, carried, why from flows_ledger where carried <> 'exact'")).ToLookup(row => row.ImportId);
        var imports = new List<StandingImport>();
        foreach (var row in rows)
        {
            imports.Add(new StandingImport
            {
                Id = row.Id,
                Series = row.Series,
                Dataflow = row.Dataflow,
                Training = row.Training,
                FileHash = row.FileHash,
                MappingHash = row.MappingHash,
                CommittedAt = row.CommittedAt,
                Replaced = new Replacements([.. replaced[row.Id].Select(gone => new Replacement(ReplacedScope.Read(gone.Scope), gone.Period, gone.At))]),
                Ledger = CarriedLine.Of(ledger[row.Id].Select(line => (line.Components, line.Became, line.Carried == "bounded" ? Carried.Bounded : Carried.NotComparable, line.Why))),
                SaysHours = row.Hours > 0,
                SegmentHash = row.SegmentHash,
                Whole = await OpenAsync(row, cancellationToken),
                Rollups = rollups,
            });
        }

        loaded = new Loaded(imports, wanted);
    }

    private async Task<SegmentFile?> OpenAsync(ImportRow row, CancellationToken cancellationToken)
    {
        if (files.TryGetValue(row.SegmentHash, out var open))
            return open;
        if (lost.ContainsKey(row.SegmentHash))
            return null;
        try
        {
            return await blobs.FileOfAsync(row.SegmentHash, cancellationToken) is { } path ? files[row.SegmentHash] = SegmentFile.Open(path) : null;
        }
        catch (SegmentDamagedException)
        {
            return null;
        }
    }

    private sealed record Loaded(IReadOnlyList<StandingImport> Imports, long Version);

    private sealed record ImportRow
    {
        public Guid Id { get; init; }

        public string Series { get; init; } = "";

        public string Dataflow { get; init; } = "";

        public bool Training { get; init; }

        public string FileHash { get; init; } = "";

        public string MappingHash { get; init; } = "";

        public DateTimeOffset CommittedAt { get; init; }

        public string SegmentHash { get; init; } = "";

        public long Hours { get; init; }
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

        public string Scope { get; init; } = "";

        public string Period { get; init; } = "";

        public DateTimeOffset At { get; init; }
    }
}
